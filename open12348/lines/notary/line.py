"""Notarisation (公证), declared: an application for one of the matters of the law, to the issued certificate and the filed case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.kernel.workdays import legal_day
from open12348.spine.catalogue import Keep, Move, Notice, Outcome, Phase, Service, State, offer
from open12348.spine.models import PartyRole

from . import (
    acts,
    aftercare,
    certificate_check,
    charging,
    checking,
    clocks,
    complaints,
    deciding,
    filing,
    fitting,
    forms,
    guide,
    letters,
    materials,
    matters,
    move_forms,
    panels,
    people,
    reviews,
    wills,
)
from .models import Decision
from .roster import read_others

NOTARY = frozenset({Role.PROVIDER, Role.OFFICER})
HEAD = frozenset({Role.OFFICER})
WINDOW = frozenset({Role.CLERK, Role.PROVIDER, Role.OFFICER})
PERSON = frozenset({Role.RESIDENT, Role.CLERK, Role.PROVIDER})
WAITING = frozenset({"waiting_papers", "verifying", "halted"})
UNDER_WAY = frozenset({"reviewing"}) | WAITING
OPEN = frozenset({"received", "awaiting", "to_decide", "to_refuse", "to_terminate"}) | UNDER_WAY
OUT = frozenset({"issued", "delivered", "archived"})


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the matter, never the person's words; of a secret one not even that."""
    with translation.override("zh-hans"):  # titles are stored, so they are in the source language
        found = matters.matter(str(content.get("matter") or ""), legal_day(timezone.now()))
        return f"{_('公证')}：{found.name}"[:80] if found is not None and not found.secret else str(_("公证"))


def topic(content: Mapping[str, Any]) -> str:
    """The matter's code."""
    return str(content.get("matter") or "")


def topics() -> dict[str, Any]:
    """The matters by code, as lists and case pages name them."""
    return {m.code: m.name for m in matters.matters(legal_day(timezone.now()))}


def together(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """Who applies with the person: applicants like them."""
    return [
        {"name": o.name, "id_number": o.id_number, "role": PartyRole.APPLICANT} for o in read_others(str(content.get("others") or ""))
    ]  # fmt: skip


STATES = (
    State("received", _("待受理"), Phase.OPEN, _("申请已收到，正在看材料。")),
    State("awaiting", _("容缺受理，等补材料"), Phase.WAITING_APPLICANT, _("公证处先受理了，请在约定的日子前把剩下的材料补齐。")),
    State("reviewing", _("审查中"), Phase.OPEN, _("公证处已经受理，正在审查。")),
    State("waiting_papers", _("等补充材料，暂停计时"), Phase.WAITING_APPLICANT, _("正在等您补材料，这段时间不计入期限。")),
    State("verifying", _("等外地核实，暂停计时"), Phase.WAITING_OTHER, _("正在请别的单位核实，这段时间不计入期限。")),
    State("halted", _("不可抗力，暂停计时"), Phase.WAITING_OTHER, _("因为不可抗力暂停，原因消除以后马上继续。")),
    State("to_decide", _("待审批"), Phase.OPEN, _("公证员已审查完，正在审批。")),
    State("to_refuse", _("拟不予办理，待负责人决定"), Phase.OPEN, _("公证员认为不能办，负责人正在决定。")),
    State("to_terminate", _("拟终止，待负责人决定"), Phase.OPEN, _("公证员认为不能继续办，负责人正在决定。")),
    State("issued", _("已出具公证书，待领取"), Phase.DONE, _("公证书办好了，可以领取。")),
    State("delivered", _("已送达"), Phase.DONE, _("公证书已经交给您。")),
    State("archived", _("已归档"), Phase.DONE, _("已办结归档。")),
    State("not_accepted", _("不予受理"), Phase.DONE, _("没有受理。理由和还可以去哪里办，已告诉您。")),
    State("refused", _("不予办理"), Phase.DONE, _("公证处决定不予办理。理由和不同意时的办法请看决定。")),
    State("terminated", _("已终止"), Phase.DONE, _("公证处决定终止办理。理由和不同意时的办法请看决定。")),
    State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
)  # fmt: skip

RECEIVED = (
    Move(
        "identify", _("核实身份"), {"received"}, "received", NOTARY, form=move_forms.Identify, guard=acts.may_identify,
        effect=acts.identified, fit=fitting.identity, example={"how": "card", "came": "on"},
        help=_("看原件、看本人。不拍、不存当事人的面部照片。"),
    ),
    Move(
        "facts", _("补全申请信息"), {"received"}, "received", NOTARY, form=move_forms.Facts, guard=acts.facts_fit,
        effect=acts.facts_set, fit=fitting.facts,
        example={"matter": "N03-house", "use": "domestic", "use_country": "", "mode": "counter", "applies": "self", "party": "person",
                 "capacity": "full", "common_property": "no", "spouse": "", "copies": "1", "purpose": "property"},
    ),
    Move(
        "papers", _("核对材料"), {"received"}, "received", NOTARY, form=move_forms.Papers, guard=acts.papers_fit,
        effect=acts.papers_set, fit=fitting.papers,
        example={"seen": ["application_form", "identity", "house_title", "marriage_proof", "coowner", "attorney_identity"]},
    ),
    Move(
        "accept", _("受理"), {"received"}, "reviewing", NOTARY, form=move_forms.Accept, guard=acts.may_accept, effect=acts.accepted,
        takes=True, primary=True,
        notices=(Notice("applicant", _("您的公证（%(code)s）公证处已经受理%(due)s。")),),
    ),
    Move(
        "accept_tolerant", _("容缺受理"), {"received"}, "awaiting", NOTARY, form=move_forms.AcceptTolerant, takes=True,
        guard=acts.may_accept_tolerant, effect=acts.accepted, fit=fitting.tolerant,
        help=_("主要材料已齐、其他材料约定后补的。补齐才开始算出证的时间，补齐才能出证。"),
        notices=(Notice("applicant", _("您的公证（%(code)s）公证处先受理了，请按约定补齐剩下的材料。")),),
    ),
    Move(
        "not_accept", _("不予受理"), {"received"}, "not_accepted", NOTARY, form=move_forms.NotAccept, guard=acts.may_work,
        effect=acts.not_accepted, outcome="not_accepted", answer="answer", papers=(letters.NOT_ACCEPTED,),
        notices=(Notice("applicant", _("您的公证申请（%(code)s）没有受理，理由和还可以去哪里办请查看。")),),
    ),
    Move(
        "papers_complete", _("材料已补齐，开始审查"), {"awaiting"}, "reviewing", NOTARY, form=move_forms.PapersIn, primary=True,
        guard=acts.nothing_lacks, effect=acts.came, fit=fitting.coming,
        notices=(Notice("applicant", _("您的公证（%(code)s）材料已补齐，开始审查%(due)s。")),),
    ),
    Move(
        "stop_waiting", _("不再等，转为审查"), {"awaiting"}, "reviewing", NOTARY, form=move_forms.Reason, guard=acts.may_work, effect=acts.note,
        help=_("约定的材料没有补来：转为审查，再决定催补、报不予办理或者报终止。"),
    ),
)  # fmt: skip

REVIEW = (
    Move(
        "inform", _("告知法律意义和后果"), {"reviewing"}, "reviewing", NOTARY, form=move_forms.Inform, guard=acts.may_inform,
        effect=acts.informed, fit=fitting.informing, papers=(letters.INFORM,),
        example={"warned": ["identity", "all_in_one", "security", "one_act", "revocable", "price", "term", "substance"], "signed_by": "party", "second_notary": ""},
    ),
    Move(
        "charge", _("核定收费"), {"reviewing"}, "reviewing", NOTARY, form=move_forms.Charge, guard=charging.may_charge,
        effect=charging.charged, fit=fitting.charge, example={"pieces": "1"},
    ),
    Move(
        "pay", _("登记收费"), {"reviewing"}, "reviewing", WINDOW, form=move_forms.Pay, guard=charging.may_pay, effect=charging.paid,
        fit=fitting.pay, example={"amount": "200", "receipt_no": "示例-1"},
    ),
    Move(
        "propose", _("审查完毕，报审批"), {"reviewing"}, "to_decide", NOTARY, form=move_forms.Propose, guard=deciding.may_propose,
        effect=deciding.proposed, fit=fitting.proposing, primary=True, example={"conditions": ["qualified", "will", "content"]},
    ),
    Move(
        "ask_papers", _("要求补充材料（暂停计时）"), {"reviewing"}, "waiting_papers", NOTARY, form=move_forms.AskPapers,
        guard=acts.may_ask, effect=acts.asked, fit=fitting.asking, papers=(letters.SUPPLEMENT,),
        notices=(Notice("applicant", _("您的公证（%(code)s）还要补材料，这段时间不计入期限，请查看。")),),
        example={"wanted": ["attorney_identity"]},
    ),
    Move(
        "verify", _("委托核实（暂停计时）"), {"reviewing"}, "verifying", NOTARY, form=move_forms.Verify, guard=acts.may_pause,
        effect=acts.verification_sent, papers=(letters.VERIFY,),
        notices=(Notice("applicant", _("您的公证（%(code)s）要请别的单位核实，这段时间不计入期限。")),),
    ),
    Move(
        "halt", _("不可抗力（暂停计时）"), {"reviewing"}, "halted", NOTARY, form=move_forms.Halt, guard=acts.may_pause, effect=acts.note,
        notices=(Notice("applicant", _("您的公证（%(code)s）因不可抗力暂停办理，这段时间不计入期限。")),),
    ),
    Move(
        "papers_in", _("材料已收到"), {"waiting_papers"}, "reviewing", WINDOW, form=move_forms.PapersIn, effect=acts.came,
        fit=fitting.coming, primary=True,
    ),
    Move(
        "send_papers", _("补交材料"), {"waiting_papers"}, "reviewing", {Role.RESIDENT}, form=move_forms.SendPapers, effect=acts.note,
        notices=(Notice("handler", _("%(code)s 的当事人补交了材料，请核对。")),),
    ),
    Move("verified", _("核实结果已回"), {"verifying"}, "reviewing", NOTARY, form=move_forms.Verified, effect=acts.verification_back, primary=True),
    Move(
        "resume", _("原因消除，继续办理"), {"halted"}, "reviewing", NOTARY, form=move_forms.OptionalReason, effect=acts.note, primary=True,
        notices=(Notice("applicant", _("您的公证（%(code)s）继续办理%(due)s。")),),
    ),
)  # fmt: skip

DECIDING = (
    Move(
        "approve", _("批准出证"), {"to_decide"}, "issued", HEAD, form=move_forms.Approve, guard=deciding.may_approve,
        effect=deciding.approved, outcome="issued", primary=True,
        notices=(Notice("applicant", _("您的公证书（%(code)s）办好了，可以领取，也可以要求邮寄。")),
                 Notice("handler", _("%(code)s 已批准出证。"))),
    ),
    Move(
        "discuss", _("记录集体讨论"), {"reviewing", "to_decide"}, "", NOTARY, form=move_forms.Discuss, effect=deciding.discussed,
        help=_("重大、复杂的事项，出证以前由几位公证员讨论。记录放副卷，不给当事人看。"),
    ),
    Move(
        "send_back", _("退回重新审查"), {"to_decide"}, "reviewing", HEAD, form=move_forms.Reason, guard=deciding.may_approve_or_return,
        effect=deciding.sent_back, notices=(Notice("handler", _("%(code)s 的审批意见：退回重新审查，请查看。")),),
    ),
    Move(
        "propose_refusal", _("报不予办理"), UNDER_WAY, "to_refuse", NOTARY, form=move_forms.ProposeRefusal,
        guard=deciding.may_propose_end, effect=deciding.end_proposed(Decision.REFUSE),
    ),
    Move(
        "refuse", _("决定不予办理"), {"to_refuse"}, "refused", HEAD, form=move_forms.Refuse, guard=deciding.may_refuse,
        effect=deciding.ended, outcome="refused", primary=True, papers=(letters.REFUSE,), example={"refund": "none"},
        notices=(Notice("applicant", _("您的公证（%(code)s）不予办理，理由和不同意时的办法请查看。")),),
    ),
    Move(
        "propose_termination", _("报终止"), UNDER_WAY, "to_terminate", NOTARY, form=move_forms.ProposeTermination,
        guard=deciding.may_propose_end, effect=deciding.end_proposed(Decision.TERMINATE), example={"ground": "other"},
    ),
    Move(
        "terminate", _("决定终止"), {"to_terminate"}, "terminated", HEAD, form=move_forms.Refuse, guard=deciding.may_refuse,
        effect=deciding.ended, outcome="terminated", primary=True, papers=(letters.TERMINATE,), example={"refund": "none"},
        notices=(Notice("applicant", _("您的公证（%(code)s）已终止，理由和不同意时的办法请查看。")),),
    ),
    Move(
        "keep_on", _("不同意，继续办理"), {"to_refuse", "to_terminate"}, "reviewing", HEAD, form=move_forms.Reason,
        guard=deciding.may_approve_or_return, effect=deciding.sent_back,
        notices=(Notice("handler", _("%(code)s 的负责人不同意，请继续办理。")),),
    ),
    Move(
        "deliver", _("登记送达"), {"issued"}, "delivered", WINDOW, form=move_forms.Deliver, guard=deciding.may_deliver,
        effect=deciding.delivered, outcome="issued", primary=True, papers=(letters.RECEIPT,), example={"way": "post"},
    ),
    Move(
        "archive", _("立卷归档"), {"issued", "delivered"}, "archived", NOTARY, form=filing.FileAway, guard=filing.may_file,
        effect=filing.filed, fit=filing.fit, outcome="issued", help=_("办结后三个月内立卷归档。"),
        example={"main_pages": "12", "side_pages": "2", "term": "permanent"},
    ),
)  # fmt: skip

BESIDE = (
    Move(
        "ask_relief", _("申请减免公证费"), OPEN, "", PERSON | HEAD, form=move_forms.AskRelief, effect=charging.relief_asked,
        fit=fitting.asked_relief, example={"reason": "家里没有收入"},
        help=_("有给予法律援助决定书的，写编号就行，不用再证明困难。"),
        notices=(Notice("officer", _("%(code)s 申请减免公证费，请负责人决定。")),),
    ),
    Move(
        "relief", _("决定公证费减免"), OPEN, "", HEAD, form=move_forms.DecideRelief, guard=charging.may_relieve,
        effect=charging.relieved, fit=fitting.relief, papers=(letters.RELIEF,),
        notices=(Notice("applicant", _("您的公证费减免申请（%(code)s）有了决定，请查看。")),),
        example={"relief": "none", "percent": "", "reason": "不符合减免条件"},
    ),
    Move(
        "visit", _("记一次到场"), OPEN | {"issued"}, "", WINDOW, form=move_forms.Visit, effect=acts.visited,
        help=_("当事人每来一次记一次：“最多跑一次”按这个算。"), outcome="issued",
    ),
    Move(
        "check_pledge", _("核查承诺"), OPEN | OUT, "", NOTARY, form=move_forms.CheckPledge, guard=acts.may_check_pledge,
        effect=acts.pledge_checked, outcome="issued", example={"result": "true"},
    ),
    Move(
        "recuse", _("回避，换公证员"), OPEN, "", NOTARY, form=move_forms.Recuse, guard=acts.may_recuse, effect=acts.recused,
        help=_("公证员本人、近亲属的事，或者和他们有利害关系的，不得办理（公证法第二十三条）。"),
        notices=(Notice("officer", _("%(code)s 的公证员回避，请另派。")),),
    ),
    Move(
        "note_death", _("登记立遗嘱人死亡证明"), OUT, "", NOTARY, form=move_forms.NoteDeath, guard=deciding.may_note_death,
        effect=deciding.death_noted, outcome="issued", inside=True, help=_("由一人登记，另一人确认以后，密卷转为普通卷。"),
    ),
    Move(
        "confirm_death", _("确认死亡证明，转为普通卷"), OUT, "", NOTARY, form=move_forms.OptionalReason, guard=deciding.may_confirm_death,
        effect=deciding.death_proven, outcome="issued",
    ),
    Move("withdraw", _("撤回"), OPEN, "withdrawn", PERSON, form=move_forms.OptionalReason, effect=acts.note, outcome="withdrawn"),
    Move(
        "reopen", _("重新办理"), {"withdrawn", "not_accepted", "terminated"}, "received", PERSON, form=move_forms.OptionalReason,
        effect=deciding.reopened,
    ),
)  # fmt: skip

#: Steps that both the notary in charge and the head may take.
EITHER = frozenset({"discuss", "recuse", "archive"})


def _worth(move: Move) -> Move:
    """To whom a move is worth a button; its guard decides all the same."""
    if move.code in {"note_death", "confirm_death"}:
        return replace(move, shown=lambda case, actor: wills.secret(case))
    if move.code == "check_pledge":
        return replace(move, shown=lambda case, actor: people.for_handler(case, actor) and checking.unchecked(case))
    if move.by <= HEAD:
        return replace(move, shown=people.for_head)
    return replace(move, shown=people.for_handler) if move.by <= NOTARY and move.code not in EITHER else move


apply = offer(
    Service(
        code="notary.apply",
        name=_("公证办理"),
        form=forms.Apply,
        business="02",
        initial="received",
        items={"F02", "F03", "F04", "F05"},
        roles=NOTARY,
        pool=False,
        title=title,
        topic=topic,
        topics=topics,
        opponents=together,
        received=acts.applied,
        secret=wills.secret,
        bars=people.bars,
        conflict_basis="公证法第二十三条第三项",
        hints=panels.hints,
        panels=aftercare.for_staff,
        resident_panels=aftercare.for_resident,
        pages=guide.pages,
        foretell=guide.foretell,
        missing=checking.missing,
        may_demand=materials.demand_fault,
        papers_on={"ask_correction": (letters.SUPPLEMENT,)},
        offers=letters.offers,
        example={
            "matter": "N03-house", "use": "domestic", "use_country": "", "purpose": "property", "party": "person", "applies": "self",
            "common_property": "no", "spouse": "", "mode": "counter", "office": "", "story": "要请人代我卖房子，本人在外地",
        },
        states=STATES,
        outcomes=(
            Outcome("issued", _("已出具公证书"), keep=Keep(60, "公证档案管理办法：长期；保管期限以现行规定为准", sure=False)),
            Outcome("not_accepted", _("不予受理"), good=False),
            Outcome("refused", _("不予办理公证"), good=False),
            Outcome("terminated", _("已终止"), good=False),
            Outcome("withdrawn", _("本人撤回")),
        ),
        moves=(*map(_worth, (*RECEIVED, *REVIEW, *DECIDING, *BESIDE)), *aftercare.MOVES),
        clocks=clocks.APPLY,
        keep=Keep(20, "公证档案管理办法：短期；保管期限以现行规定为准", sure=False),
    )
)  # fmt: skip

offer(reviews.service())
offer(complaints.service())
#: The public check of certificates is entered by its module.
CHECKED = certificate_check.CHECK
