"""From the registration to the talks: 1 registration, 2 rights and duties, 3 record, 10 not accepted, 13 consent, 14 protection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Finger, Head, Items, Lines, Note, Para, Seal, Sign, Table
from open12348.kernel.workdays import legal_day
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper

from .. import acts, rules
from . import facts

PARTIES: tuple[tuple[Any, Any], ...] = (
    (_("申请人"), "applicant"), (_("申请人身份证号"), "id_number"), (_("申请人电话"), "phone"), (_("对方"), "opponent"),
    (_("对方电话"), "opponent_phone"),
)  # fmt: skip

REGISTRATION = Paper(
    no=1, code="registration", title=_("人民调解受理登记表"), facts=facts.about,
    blocks=(
        Table((_("办事编号"), "case"), (_("登记日期"), "received"), *PARTIES, (_("纠纷类型"), "kind"), (_("难易"), "difficulty"),
              (_("案件来源"), "source"), (_("移送单位"), "sender"), (_("对方的案号或编号"), "sender_no"), (_("涉及人数"), "people")),
        Head(_("纠纷的主要事实和请求")), Lines("story", 6),
        Para(_("以上内容已经向本人宣读，本人认可。")), Sign(_("申请人签名"), _("登记人签名")), Finger(), Seal(office="committee"),
    ),
)  # fmt: skip

RIGHTS = Paper(
    no=2, code="rights", title=_("人民调解权利义务告知书"), facts=facts.about,
    blocks=(
        Para(_("%(applicant)s、%(opponent)s："), to=True),
        Para(_("你们的纠纷由%(committee)s调解，调解员是%(mediator)s。调解不收费。")),
        Head(_("你们的权利（人民调解法第二十三条）")),
        Items(_("选择或者接受调解员；"), _("接受调解、拒绝调解或者要求终止调解；"), _("要求调解公开进行或者不公开进行；"),
              _("自主表达意愿、自愿达成调解协议。")),
        Head(_("你们的义务（人民调解法第二十四条）")),
        Items(_("如实陈述纠纷事实；"), _("遵守调解现场秩序，尊重调解员；"), _("尊重对方当事人行使权利。")),
        Note(_("调解不影响你们去仲裁、找行政机关或者到法院起诉。为了谈成说的让步的话，以后不能拿来对付你们。")),
        Sign(_("申请人签名"), _("对方签名")), Finger(), Seal(office="committee"),
    ),
)  # fmt: skip


def _with_lines(act: Act) -> Mapping[str, Any]:
    return {**facts.about(act), "blank": None}


#: Printed and written by hand, kept nowhere in the system: what is said in a mediation is closed to everybody else.
RECORD = Paper(
    no=3, code="record", title=_("人民调解记录"), facts=_with_lines, sheet=True,
    blocks=(
        Table((_("办事编号"), "case"), (_("纠纷类型"), "kind"), (_("申请人"), "applicant"), (_("对方"), "opponent"),
              (_("调解员"), "mediator"), (_("时间、地点"), "blank")),
        Head(_("调解的经过")), Lines("blank", 18),
        Para(_("以上记录已经看过（或者已经宣读），没有错误。")), Sign(_("申请人签名"), _("对方签名")), Sign(_("调解员签名"), _("记录人签名")), Finger(),
    ),
)  # fmt: skip


def _not_accepted(act: Act) -> Mapping[str, Any]:
    return {
        **facts.about(act), "ground": dict(rules.NOT_TAKEN).get(str(act.data.get("ground") or ""), facts.NONE),
        "roads": facts.roads(act), "answer": str(act.data.get("answer") or ""),
    }  # fmt: skip


NOT_ACCEPTED = Paper(
    no=10, code="not_accepted", title=_("人民调解不予受理告知书"), facts=_not_accepted,
    blocks=(
        Para(_("%(applicant)s："), to=True),
        Para(_("您于%(received)s申请调解的纠纷，经审查不予受理。理由：%(ground)s。")),
        Lines("answer", 3), Head(_("您还可以走的路")), Items(fact="roads"), Seal(office="committee"),
    ),
)  # fmt: skip


def _consent(act: Act) -> Mapping[str, Any]:
    return {**facts.about(act), "until": acts.row_of(act.order.pk).consent_until or act.data.get("until")}


CONSENT = Paper(
    no=13, code="consent", title=_("继续调解同意书"), facts=_consent,
    blocks=(
        Para(_("%(applicant)s与%(opponent)s的纠纷，调解期限已到。双方自愿同意由%(committee)s继续调解到%(until)s。")),
        Para(_("任何一方可以随时要求终止调解，另走其他的路。")),
        Sign(_("申请人签名"), _("对方签名")), Finger(), Seal(office="committee"),
    ),
)  # fmt: skip


def _protection(act: Act) -> Mapping[str, Any]:
    return {**facts.about(act), "told_on": legal_day(act.at)}


PROTECTION = Paper(
    no=14, code="protection", title=_("人身安全保护令告知书"), facts=_protection,
    blocks=(
        Para(_("%(applicant)s："), to=True),
        Para(_("家庭暴力不能用调解代替保护。已于%(told_on)s当面告诉您：")),
        Items(_("有危险，马上打 110；"), _("您可以向法院申请人身安全保护令，法院在 72 小时内作出，情况紧急的在 24 小时内作出；"),
              _("保护令有效期最长 6 个月，可以延长；"), _("申请保护令不收费；打官司可以申请法律援助，不看经济条件；"),
              _("您可以不调解。只谈财产、孩子的事时，可以要求和对方分开谈。")),
        Note(_("依据：反家庭暴力法第二十三条、第二十八条、第三十条，法律援助法第三十二条第四项。")),
        Sign(_("本人签名"), _("告知人签名")), Finger(),
    ),
)  # fmt: skip
