"""From the application to its papers: 2 application, 4 hardship, 5 receipt, 6 what is missing, 7 a letter for help."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import (
    Block,
    Cut,
    Finger,
    Head,
    Items,
    Lines,
    Note,
    PaperFault,
    Para,
    Roster,
    Seal,
    Sign,
    Table,
    Ticks,
)
from open12348.kernel.workdays import legal_day
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper
from open12348.spine.intake import said
from open12348.spine.models import Document, DocumentKind

from .. import checking, scope
from ..models import Hardship
from . import facts
from .facts import NONE, about, aid_of

WHO: tuple[tuple[Any, Any], ...] = (
    (_("申请人"), "applicant"), (_("受援人"), "recipient"), (_("身份证件号码"), "id_no"), (_("电话"), "phone"), (_("住址"), "address"),
)  # fmt: skip
MATTER: tuple[tuple[Any, Any], ...] = (
    (_("援助事项"), "matter"), (_("案由"), "cause"), (_("所处阶段"), "stage"), (_("法律地位"), "position"), (_("办理机关"), "authority"),
    (_("机关案号"), "authority_no"),
)  # fmt: skip


def roster(act: Act, rows: str = "members") -> list[Block]:
    """The people of a group claim, where it is one."""
    if not facts.members(act):
        return []
    columns: list[tuple[str, Any]] = [("name", _("姓名")), ("id_no", _("身份证号末四位")), ("phone", _("电话"))]
    if facts.money(act):
        columns.append(("amount", _("金额（元）")))
    return [Head(_("一起申请的人")), Roster(rows, *columns)]


# 2


def _apply_blocks(act: Act) -> Sequence[Block]:
    matter: list[tuple[Any, Any]] = [*MATTER, (_("对方当事人"), "opponent")]
    hardship: list[Block] = []
    if facts.money(act):
        matter.append((_("涉及金额（元）"), "amount"))
        hardship = [
            Head(_("经济困难条件")),
            Ticks("hardship", ("stated", _("由本人说明并承诺，另附《经济困难状况说明表》")),
                  ("presumed", _("有证明，免予核查经济困难状况，另附证明材料"))),
        ]  # fmt: skip
    return [
        Table(*WHO, (_("使用的语言"), "language"), (_("代理人或代办人"), "helper")),
        Table(*matter),
        Head(_("事情经过和要求")), Lines("story", 6),
        *hardship, *roster(act),
        Para(_("本人保证以上内容和提交的材料真实。")),
        Table((_("代填人（本人不能填写时）"), "typist"), (_("是否已向本人宣读"), "read_back"), (_("本人怎样确认"), "mark")),
        Sign(_("申请人签名或者按指印"), _("日期")), Finger(),
    ]  # fmt: skip


def _apply_facts(act: Act) -> dict[str, Any]:
    order, told, aid = act.order, said(act.order), aid_of(act)
    by_other = order.behalf != "self"
    known = about(act)
    held = (
        {"presumed"}
        if aid.hardship == Hardship.PRESUMED or aid.proven
        else {"stated"}
        if aid.pledged_at or aid.means
        else set()
    )
    return {
        **known, "recipient": known["recipient"], "opponent": str(told.get("opponent") or "") or None, "amount": aid.amount,
        "story": str(told.get("story") or "") or None, "hardship": held, "members": facts.members(act), "day": None,
        "helper": (order.helper.name if order.helper else None) or (None if by_other else NONE),
        "mark": {"signature": _("签名"), "thumb": _("按指印")}.get(str(act.case.facts.get("signed") or "")),
        "typist": (_typist(act) if by_other or told.get("cannot_write") else NONE),
        "read_back": _("已宣读，本人确认") if order.read_back or told.get("cannot_write") else None if by_other else NONE,
    }  # fmt: skip


def _typist(act: Act) -> str | None:
    first = act.order.events.order_by("seq").values_list("actor_name", flat=True).first()
    return (act.order.helper.name if act.order.helper else None) or first or None


APPLY = Paper(
    no=2, code="apply", title=_("法律援助申请表"), blocks=_apply_blocks, facts=_apply_facts
)  # fmt: skip

# 4

#: What the office may ask other bodies about when the person says so, and nothing else.
DATA: tuple[tuple[str, Any], ...] = (
    ("income", _("工资、经营、种养等收入")), ("benefit", _("社会保险和社会救助待遇")), ("savings", _("存款和有价证券")),
    ("house", _("房屋和土地")), ("car", _("机动车")),
)  # fmt: skip


def _yuan(text: Any) -> Decimal | None:
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return None


def _hardship_facts(act: Act) -> dict[str, Any]:
    if not facts.money(act):
        raise PaperFault(_("这个事项没有经济困难条件，不能要求填写经济状况（法律援助法第三十二条）。"))
    aid = aid_of(act)
    told = json.loads(aid.means) if aid.means else {}
    return {
        **about(act), **{k: _yuan(told.get(k)) for k in ("household", "income", "own_income", "savings", "debts")}, "day": None,
        "data": {c for c, _label in DATA} if aid.pledged_at else set(),
        "pledged": legal_day(aid.pledged_at) if aid.pledged_at else None, "kin": [dict.fromkeys(("name", "tie", "income"))] * 3,
    }  # fmt: skip


HARDSHIP = Paper(
    no=4, code="hardship", title=_("经济困难状况说明表"), facts=_hardship_facts,
    blocks=(
        Table((_("申请人"), "applicant"), (_("身份证件号码"), "id_no"), (_("共同生活的家庭成员人数"), "household"),
              (_("全家每月收入（元）"), "income"), (_("本人每月收入（元）"), "own_income"), (_("存款和有价财产（元）"), "savings"),
              (_("看病、上学等债务（元）"), "debts")),
        Roster("kin", ("name", _("家庭成员姓名（对方当事人不算）")), ("tie", _("和申请人的关系")), ("income", _("每月收入（元）"))),
        Head(_("法律援助机构告知")),
        Items(_("如实填写就可以。不需要村（居）委会盖章，不需要单位盖章，也不需要出证明。"),
              _("法律援助机构凭您的授权，只核对审查这次申请需要的信息，不作其他用途；不同意核对的，可以自己提交能够说明情况的材料。"),
              _("以欺骗或者其他不正当手段获得法律援助的，终止法律援助，支付已实施法律援助的费用，并处三千元以下罚款（法律援助法第四十八条、第六十四条）。")),
        Head(_("本人承诺和授权")),
        Para(_("上面的告知本人已经知道。本人承诺所填内容真实、完整，愿意承担不实的后果；同意法律援助机构为审查这次申请核对本人和共同生活的家庭成员的下列信息，到作出决定为止：")),
        Ticks("data", *DATA),
        Table((_("承诺日期"), "pledged")),
        Sign(_("承诺人签名或者按指印"), _("日期")), Finger(),
    ),
)  # fmt: skip

# 5


def _receipt_facts(act: Act) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"name": scope.paper("application_form"), "copies": 1, "on": legal_day(act.order.received_at)}
    ]
    aid = aid_of(act)
    if facts.money(act) and aid.means:
        rows.append({"name": _("经济困难状况说明表"), "copies": 1, "on": legal_day(act.order.received_at)})
    rows += [
        {"name": scope.paper(code), "copies": 1, "on": legal_day(act.at)}
        for code in act.case.facts.get("papers", [])
        if code not in {"application_form", "hardship_statement"}
    ]
    came = Document.objects.filter(order=act.order, kind=DocumentKind.UPLOAD).order_by("at", "pk")
    rows += [{"name": d.title or d.filename, "copies": 1, "on": legal_day(d.at)} for d in came]
    for row in rows:
        row["name"] = facts.spoken(row["name"])
    return {**about(act), "materials": rows, "number": len(rows), "review": facts.figure("review", act)}


RECEIPT = Paper(
    no=5, code="receipt", title=_("法律援助申请材料接收凭证"), facts=_receipt_facts,
    blocks=(
        Para(_("%(applicant)s："), to=True),
        Para(_("您于%(received)s提出的法律援助申请（编号%(case)s），本机构已经收到下列材料，共%(number)s件。")),
        Roster("materials", ("name", _("材料名称")), ("copies", _("份数")), ("on", _("收到日期"))),
        Para(_("本机构自收到申请之日起%(review)s日内审查并作出决定。需要您补充材料、作出说明，或者请外地机构协助核查的，所需时间不计算在内。")),
        Para(_("办理法律援助不收取任何费用。")),
        Sign(_("接收人签名"), _("提交人签名")), Seal(),
    ),
)  # fmt: skip

# 6


def _supplement_facts(act: Act) -> dict[str, Any]:
    asked = act.data.get("correction") or act.order.corrections.order_by("-asked_at").first()
    wanted = list(asked.wanted) if asked is not None else [None] * 5
    return {**about(act), "wanted": wanted, "until": checking.supplement_due(aid_of(act), asked)}


SUPPLEMENT = Paper(
    no=6, code="supplement", title=_("补充材料/说明通知书"), facts=_supplement_facts,
    blocks=(
        Para(_("%(applicant)s："), to=True),
        Para(_("您于%(received)s提出的法律援助申请（编号%(case)s），经审查，还需要补充下列材料或者作出说明：")),
        Items(fact="wanted"),
        Para(_("请在%(until)s以前一次补齐，可以到窗口、在网上或者邮寄提交。有困难的请告诉我们，我们帮您。")),
        Para(_("到期没有补充的，视为撤回申请；以后可以重新申请，已经交过的材料不用再交。补充所需时间不计入审查期限。")),
        Note(_("不需要村（居）委会盖章，不需要单位盖章，也不需要出证明。这是一次性告知，以后不再要求补充别的材料。")),
        Seal(),
    ),
)  # fmt: skip

# 7


def _letter_facts(act: Act) -> dict[str, Any]:
    return {
        **about(act),
        "to": str(act.data.get("institution") or "") or None,
        "ask": str(act.data.get("ask") or "") or None,
        "blank": None,
    }


COOPERATE = Paper(
    no=7, code="cooperation", title=_("法律援助协作函"), facts=_letter_facts, tongues="zh", for_resident=False,
    blocks=(
        Para(_("%(to)s："), to=True),
        Para(_("本机构正在审查%(applicant)s的法律援助申请（编号%(case)s，事项：%(matter)s）。为查清有关情况，请贵机构协助核查：")),
        Lines("ask"),
        Para(_("核查所需时间不计入审查期限，请尽快函复。所附信息只为这件申请使用，请予保密。")),
        Seal(), Cut(_("回执")),
        Para(_("编号%(case)s的协作函已经收到。核查结果：")), Lines("blank", 3), Sign(_("协作机构经办人签名"), _("日期")),
    ),
)  # fmt: skip
