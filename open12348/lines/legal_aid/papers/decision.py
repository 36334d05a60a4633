"""The decisions: 8 review table, 9 grant, 10 refusal, 18 and 19 end of aid, 20 objection. Each says why, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Block, Head, Items, Note, PaperFault, Para, Roster, Seal, Sign, Table
from open12348.kernel.sentences import say
from open12348.kernel.workdays import legal_day
from open12348.spine import papers
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper

from .. import checking, decide, hardship, remedy, scope
from ..models import Aid, Hardship
from ..sentences import article
from . import facts
from .application import MATTER, roster
from .facts import about, aid_of, code

#: Who a decision is about, above everything.
CAUSE: tuple[tuple[Any, Any], ...] = (
    (_("援助事项"), "matter"), (_("案由"), "cause"), (_("所处阶段"), "stage"), (_("办理机关"), "authority"), (_("机关案号"), "authority_no"),
)  # fmt: skip


def ways(act: Act) -> dict[str, Any]:
    """The ways to object with the right authorities for this office, as facts: objection, reconsideration, suit."""
    found = remedy.ways(hardship.office_of(act.case), on=legal_day(act.at))
    return {w.code: facts.spoken(say(_("%(what)s（%(article)s）"), what=w.say, article=w.article)) for w in found}


REMEDY: tuple[Block, ...] = (
    Head(_("您不同意的，可以这样做")),
    Items("%(objection)s", "%(reconsideration)s", "%(suit)s"),
    Note(_("期限届满的日子是法定节假日的，顺延到节假日结束以后。提出异议、申请复议不收费。")),
)


def _reason(aid: Aid) -> str:
    """The written reason of a decision. Errors: PaperFault, for none may go out without."""
    if not aid.reason.strip():
        raise PaperFault(_("没有写明理由，不能出具这份决定书。"))
    return aid.reason.strip()


# 8


def _review_blocks(act: Act) -> Sequence[Block]:
    opinion: list[tuple[Any, Any]] = [(_("审查结论"), "conclusion"), (_("依据"), "article")]
    if facts.money(act):
        opinion.append((_("经济困难条件"), "hardship"))
    return [
        Table((_("申请人"), "applicant"), (_("受援人"), "recipient"), (_("办事编号"), "case"), (_("申请日期"), "received"),
              *MATTER, (_("接收人"), "receiver")),
        Head(_("核对情况")),
        Roster("lines", ("asks", _("法律要求")), ("state", _("情况")), ("article", _("依据"))),
        Head(_("审查意见")),
        Table(*opinion, (_("意见和理由"), "reason"), (_("审查人"), "reviewer"), (_("审查日期"), "reviewed_on")),
        Head(_("审批意见")),
        Table((_("审批结论"), "approved"), (_("意见"), "note"), (_("审批人"), "approver"), (_("审批日期"), "approved_on")),
        Sign(_("审查人签名"), _("审批人签名")),
    ]  # fmt: skip


_CONCLUSION: dict[str, Any] = {"grant": _("给予法律援助"), "refuse": _("不予法律援助")}


def _review_facts(act: Act) -> dict[str, Any]:
    aid = aid_of(act)
    with_money = facts.money(act)
    lines = [
        {"asks": facts.spoken(ln.asks), "state": ln.state_label, "article": facts.spoken(ln.article)}
        for ln in checking.of_aid(aid, act.at).lines
        if with_money or not (ln.code == "hardship" or ln.code.startswith(("means:", "question:")))
    ]
    over = aid.approved_by is not None
    return {
        **about(act), "lines": lines, "conclusion": _CONCLUSION.get(aid.decision), "article": _basis(aid, act),
        "hardship": facts.label(Hardship.choices, aid.hardship) if with_money else None, "reason": aid.reason.strip() or None,
        "receiver": facts.staff(aid.received_by), "reviewer": facts.staff(aid.reviewed_by),
        "reviewed_on": legal_day(aid.reviewed_at) if aid.reviewed_at else None,
        "approved": _CONCLUSION.get(aid.decision) if over else None, "approver": facts.staff(aid.approved_by),
        "approved_on": legal_day(aid.decided_at) if over and aid.decided_at else None,
        "note": (str(act.data.get("note") or "") or None) if over else None,
    }  # fmt: skip


def _basis(aid: Aid, act: Act) -> Any:
    """The articles a decision stands on."""
    if aid.decision == "refuse":
        return facts.spoken(article(decide.GROUNDS[aid.ground][1])) if aid.ground in decide.GROUNDS else None
    matter = scope.matter(aid.matter, legal_day(act.at))
    codes = [matter.article_codes] if matter else []
    if aid.hardship == Hardship.PRESUMED and (matter is None or matter.may_ask_hardship):
        codes.append("LAL 42")
    return facts.spoken(article("; ".join(codes))) if codes else None


REVIEW = Paper(
    no=8, code="review", title=_("法律援助审查表"), blocks=_review_blocks, facts=_review_facts, for_resident=False, tongues="zh", renews=True
)  # fmt: skip

# 9


def _grant_facts(act: Act) -> dict[str, Any]:
    return {
        **about(act), "article": _basis(aid_of(act), act), "assign": facts.figure("assign", act), "members": facts.members(act),
    }  # fmt: skip


GRANT = Paper(
    no=9, code="grant", attests="hardship", title=_("给予法律援助决定书"), facts=_grant_facts,
    blocks=lambda act: [
        Para(_("%(applicant)s："), to=True),
        Para(_("您于%(received)s提出的法律援助申请（编号%(case)s），经审查，符合法律援助条件。根据%(article)s，决定给予%(recipient)s法律援助。")),
        Table(*CAUSE, (_("援助的方式"), "role")),
        *roster(act),
        Head(_("请知道")),
        Items(_("法律援助不收取任何费用。承办人收钱收物的，请投诉。"),
              _("本机构自作出决定之日起%(assign)s日内指派承办机构；承办人会和您联系，签订委托协议。"),
              _("您可以了解办理的进展；承办人不依法履行职责的，可以要求更换（法律援助法第五十五条）。"),
              _("请如实说明情况、提供证据；情况有变化的，请告诉承办人和本机构。")),
        Seal(),
    ],
)  # fmt: skip

# 10


def _refuse_facts(act: Act) -> dict[str, Any]:
    aid = aid_of(act)
    ground = decide.GROUNDS.get(aid.ground)
    if ground is None:
        raise PaperFault(_("没有写明法律规定的理由，不能出具这份决定书。"))
    return {**about(act), "ground": ground[0], "article": _basis(aid, act), "reason": _reason(aid), **ways(act)}


REFUSE = Paper(
    no=10, code="refuse", title=_("不予法律援助决定书"), facts=_refuse_facts,
    blocks=(
        Para(_("%(applicant)s："), to=True),
        Para(_("您于%(received)s提出的法律援助申请（编号%(case)s，事项：%(matter)s），经审查，决定不予法律援助。")),
        Head(_("理由")),
        Para(_("%(ground)s（%(article)s）。")), Para("%(reason)s"),
        *REMEDY, Seal(),
    ),
)  # fmt: skip

# 18, 19


#: The grounds of LAL 48, by item, in the words of a decision.
ENDS: dict[str, Any] = {
    "1": _("以欺骗或者其他不正当手段获得法律援助"), "2": _("故意隐瞒与案件有关的重要事实或者提供虚假证据"), "3": _("利用法律援助从事违法活动"),
    "4": _("经济状况发生变化，不再符合法律援助条件"), "5": _("案件终止审理或者已经被撤销"), "6": _("受援人自行委托律师或者其他代理人"),
    "7": _("受援人有正当理由要求终止法律援助"), "8": _("法律法规规定的其他情形"),
}  # fmt: skip


def _end_facts(act: Act) -> dict[str, Any]:
    aid = aid_of(act)
    if aid.termination not in ENDS:
        raise PaperFault(_("没有写明法律规定的理由，不能出具这份决定书。"))
    return {
        **about(act), "ground": ENDS[aid.termination], "article": facts.spoken(article(f"LAL 48({aid.termination})")), "reason": _reason(aid),
        **ways(act),
    }  # fmt: skip


def _end_blocks(act: Act) -> Sequence[Block]:
    cheated = aid_of(act).termination == "1"
    return [
        Para(_("%(recipient)s："), to=True),
        Para(_("本机构给予您的法律援助（编号%(case)s），根据法律援助法第四十八条，决定终止。")),
        Table(*CAUSE),
        Head(_("终止的情形和理由")), Para(_("%(ground)s（%(article)s）。")), Para("%(reason)s"),
        *([Note(_("以欺骗或者其他不正当手段获得法律援助的，由司法行政部门另行处理（法律援助法第六十四条）；本决定不是处罚。"))] if cheated else []),
        *REMEDY, Seal(),
    ]  # fmt: skip


TERMINATE = Paper(no=18, code="terminate", title=_("终止法律援助决定书"), facts=_end_facts, blocks=_end_blocks)


def has_authority(act: Act) -> bool:
    """Whether there is a body to write to."""
    return bool(aid_of(act).authority_name)


TERMINATE_LETTER = Paper(
    no=19, code="terminate_letter", title=_("终止法律援助公函"), facts=lambda act: {**_end_facts(act), "reason": None}, tongues="zh", for_resident=False,
    only=has_authority,
    blocks=(
        Para(_("%(authority)s："), to=True),
        Para(_("本机构为%(recipient)s（案由：%(cause)s，贵机关案号：%(authority_no)s）提供的法律援助，根据%(article)s，已于%(day)s决定终止。自终止之日起，%(unit)s的%(lawyer)s不再担任其%(role)s。")),
        Para(_("终止的情形：%(ground)s。")),
        Para(_("特此函告。")), Seal(),
    ),
)  # fmt: skip

# 20


def _objection_facts(act: Act) -> dict[str, Any]:
    before = next((p for f in ("terminate", "refuse") if (p := papers.standing(act.order, f)) is not None), None)
    ordered = act.move.code == "overturn"
    asked = act.order.events.filter(kind="move", data__move="object").order_by("-seq").first()
    reason = str(act.data.get("answer") or "").strip()
    if not reason:
        raise PaperFault(_("没有写明理由，不能出具这份决定书。"))
    return {
        **about(act), "institution": facts.institution(act.case), "office": facts.bureau(act.case), "reason": reason,
        "before": code(before.number) if before else None, "asked_on": legal_day(asked.at) if asked else None,
        "result": _("异议成立，责令法律援助机构给予法律援助") if ordered else _("异议不成立，维持原决定"),
        **ways(act),
    }  # fmt: skip


def _objection_blocks(act: Act) -> Sequence[Block]:
    more: list[Block] = [] if act.move.code == "overturn" else [
        Head(_("您不同意的，可以这样做")), Items("%(reconsideration)s", "%(suit)s"),
        Note(_("期限届满的日子是法定节假日的，顺延到节假日结束以后。提出异议、申请复议不收费。")),
    ]  # fmt: skip
    return [
        Para(_("%(applicant)s："), to=True),
        Para(_("您不服%(institution)s的决定（编号%(before)s），于%(asked_on)s提出异议。本机关已经审查完毕。")),
        Head(_("审查认为")), Para("%(reason)s"),
        Para(_("根据法律援助法第四十九条，决定：%(result)s。")),
        *more, Seal(),
    ]  # fmt: skip


OBJECTION = Paper(
    no=20, code="objection", title=_("法律援助异议审查决定书"), facts=_objection_facts, blocks=_objection_blocks
)
