"""Who helps: 11 assignment, 13 to the authority, 12 engagement, 3 power of attorney, 15 introduction, 16 and 17 another lawyer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Block, Cut, Finger, Head, Items, Para, Seal, Sign, Table, Ticks
from open12348.kernel.workdays import legal_day
from open12348.spine import papers
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper

from .. import choices
from ..models import Kind
from . import facts
from .application import roster
from .decision import CAUSE, has_authority
from .facts import about, aid_of

LAWYER: tuple[tuple[Any, Any], ...] = (
    (_("承办机构"), "unit"), (_("承办人"), "lawyer"), (_("执业证号"), "licence"), (_("承办人电话"), "lawyer_phone"),
)  # fmt: skip


def _known(act: Act) -> dict[str, Any]:
    """What is printed to be signed: the day is written by hand, so that two prints are one paper."""
    return {**about(act), "members": facts.members(act), "day": None}


# 11


def _assign_facts(act: Act) -> dict[str, Any]:
    return {
        **about(act), "members": facts.members(act), "engage": facts.figure("engage", act), "hand_in": facts.figure("hand_in", act),
    }  # fmt: skip


ASSIGN = Paper(
    no=11, code="assign", title=_("指派通知书"), facts=_assign_facts, tongues="zh", for_resident=False,
    blocks=lambda act: [
        Para(_("%(unit)s："), to=True),
        Para(_("本机构决定为%(recipient)s提供法律援助（编号%(case)s），现指派你单位承办，由%(lawyer)s担任%(role)s。")),
        Table((_("受援人"), "recipient"), (_("受援人电话"), "phone"), (_("使用的语言"), "language"), *CAUSE, *LAWYER),
        *roster(act),
        Head(_("办理要求")),
        Items(_("收到后及时安排承办人；有利益冲突或者其他不能承办的情形，立即退回并说明理由。"),
              _("自收到之日起%(engage)s日内和受援人或者其法定代理人、近亲属签订委托协议和授权委托书。"),
              _("会见或者约见受援人，告知代理职责、诉讼风险、权利义务，制作笔录；及时通报进展。"),
              _("不得向受援人收取任何财物。"),
              _("结案之日起%(hand_in)s日内提交结案归档材料。")),
        Seal(), Cut(_("回执")), Sign(_("承办机构签收"), _("日期")),
    ],
)  # fmt: skip

# 13

LETTER = Paper(
    no=13, code="letter", title=_("法律援助公函"), facts=about, tongues="zh", for_resident=False, only=has_authority,
    blocks=(
        Para(_("%(authority)s："), to=True),
        Para(_("%(recipient)s的案件（案由：%(cause)s，贵机关案号：%(authority_no)s，%(stage)s阶段），本机构决定提供法律援助，已指派%(unit)s的%(lawyer)s（执业证号%(licence)s，电话%(lawyer_phone)s）担任其%(role)s。")),
        Para(_("开庭日期变更、强制措施变更、羁押场所变更的，请及时告知本机构和承办人。受援人不同意由承办人辩护或者代理的，请告知本机构。")),
        Para(_("特此函告。")), Seal(),
    ),
)  # fmt: skip

# 12, 3

POWERS: tuple[tuple[str, Any], ...] = (
    ("general", _("一般代理：提出主张、提供证据、陈述意见、签收文书")),
    ("special", _("特别授权：代为承认、放弃、变更请求，进行和解、调解，提起反诉或者上诉（由受援人逐项写明）")),
    ("defence", _("辩护：会见、阅卷、调查、提出意见、出庭辩护")),
)  # fmt: skip


def _powers(act: Act) -> dict[str, Any]:
    criminal = aid_of(act).kind == Kind.CRIMINAL and str(facts.role_of(aid_of(act))) == str(_("辩护人"))
    return {**_known(act), "special": None, "powers": {"defence"} if criminal else {"general"}}


ENGAGE = Paper(
    no=12, code="engage", title=_("委托代理/辩护协议"), facts=_powers,
    blocks=lambda act: [
        Table((_("甲方（受援人）"), "recipient"), (_("身份证件号码"), "id_no"), (_("乙方（承办机构）"), "unit"), *LAWYER[1:], (_("办事编号"), "case"),
              *CAUSE[:3]),
        *roster(act),
        Items(_("乙方接受法律援助机构的指派，由承办人担任甲方的%(role)s，到本阶段办结或者法律援助终止为止。"),
              _("乙方依法维护甲方的合法权益，告知风险和权利，通报进展，保守甲方的秘密和隐私。"),
              _("甲方如实陈述、提供证据；和解、调解要经甲方同意。"),
              _("乙方和承办人不向甲方收取任何费用和财物。"),
              _("甲方可以了解进展、要求更换承办人、投诉；法律援助机构决定终止法律援助的，本协议同时终止。")),
        Head(_("授权的范围")), Ticks("powers", *POWERS),
        Para(_("特别授权的事项：%(special)s")),
        Table((_("签订委托协议日期"), "day")),
        Sign(_("甲方签名或者按指印"), _("乙方经办人签名")),
    ],
)  # fmt: skip

POWER = Paper(
    no=3, code="power", title=_("授权委托书"), facts=_powers,
    blocks=(
        Table((_("委托人"), "recipient"), (_("身份证件号码"), "id_no"), (_("电话"), "phone"), (_("受委托人"), "lawyer"), (_("执业证号"), "licence"),
              (_("承办机构"), "unit")),
        Para(_("委托人的%(cause)s一案（编号%(case)s），依照法律规定，委托上列受委托人在%(stage)s阶段担任%(role)s。")),
        Head(_("授权的范围")), Ticks("powers", *POWERS),
        Para(_("特别授权的事项：%(special)s")),
        Para(_("委托期限自签字之日起，到本阶段办结或者法律援助终止之日止。")),
        Sign(_("委托人签名或者按指印"), _("日期")), Finger(),
    ),
)  # fmt: skip

# 15

INTRODUCE = Paper(
    no=15, code="introduce", title=_("法律援助机构介绍信"), tongues="zh", for_resident=False,
    facts=lambda act: {**about(act), "to": aid_of(act).authority_name or None, "business": None, "until": None},
    blocks=(
        Para(_("%(to)s："), to=True),
        Para(_("兹介绍%(unit)s的%(lawyer)s（执业证号%(licence)s）前往你处，办理法律援助案件（编号%(case)s，受援人%(recipient)s）的下列事项：%(business)s。请予接洽。")),
        Para(_("本信有效期到：%(until)s。")), Seal(), Cut(_("存根")),
        Table((_("办事编号"), "case"), (_("承办人"), "lawyer"), (_("前往单位"), "to"), (_("事项"), "business"), (_("日期"), "day")),
        Sign(_("领取人签名"), _("经办人签名")),
    ),
)  # fmt: skip

# 16, 17


def _change_facts(act: Act) -> dict[str, Any]:
    row = facts.last_change(aid_of(act))
    known = about(act)
    if row is None:
        return {
            **known,
            "cause_of": None,
            "why": None,
            "asked_on": None,
            "answer": None,
            "approver": None,
            "decided_on": None,
            "result": None,
        }
    causes = {**dict(choices.change_causes()), **dict(choices.replace_causes())}
    return {
        **known, "lawyer": facts.worker(row.old), "licence": facts.code(row.old.licence_no if row.old else ""),
        "unit": papers.named(row.old_unit) if row.old_unit else None, "cause_of": causes.get(row.cause), "why": row.why or None,
        "asked_on": legal_day(row.asked_at), "answer": row.answer or None, "approver": facts.staff(row.decided_by),
        "decided_on": legal_day(row.decided_at) if row.decided_at else None,
        "result": None if row.granted is None else _("同意更换") if row.granted else _("不同意更换"),
    }  # fmt: skip


CHANGE = Paper(
    no=16, code="change", title=_("更换法律援助人员申请(审批)表"), facts=_change_facts, for_resident=False, renews=True,
    blocks=(
        Table((_("受援人"), "recipient"), (_("办事编号"), "case"), *CAUSE, (_("承办机构"), "unit"), (_("承办人"), "lawyer"), (_("执业证号"), "licence")),
        Table((_("更换的原因"), "cause_of"), (_("情况说明"), "why"), (_("申请日期"), "asked_on")),
        Sign(_("申请人签名或者按指印"), _("日期")),
        Head(_("审批意见")),
        Table((_("审批结论"), "result"), (_("意见"), "answer"), (_("审批人"), "approver"), (_("审批日期"), "decided_on")),
        Sign(_("审批人签名"), _("日期")),
    ),
)  # fmt: skip


def _changed_blocks(_act: Act) -> Sequence[Block]:
    return [
        Para(_("%(recipient)s："), to=True),
        Para(_("您的法律援助案件（编号%(case)s），原由%(unit)s的%(lawyer)s承办。因%(cause_of)s，本机构决定更换承办人，并会另行指派，请等候新的承办人和您联系。")),
        Items(_("原承办人应当把案件材料交给新的承办人，不得耽误办理。"), _("更换不收取任何费用，已经进行的程序继续有效。")),
        Seal(),
    ]  # fmt: skip


CHANGED = Paper(no=17, code="changed", title=_("更换法律援助人员通知书"), facts=_change_facts, blocks=_changed_blocks)
