"""What was agreed: 4 agreement, 5 register of oral agreements, 6 visit afterwards, 8 joint application for confirmation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Finger, Head, Items, Lines, Note, Para, Seal, Sign, Table
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper
from open12348.spine.intake import said

from ..models import CourtConfirmation, Performance
from . import facts
from .registering import PARTIES


def _agreement(act: Act) -> Mapping[str, Any]:
    return {**facts.of_agreement(act), "facts_told": str(act.data.get("facts") or "") or None, "day": None}


AGREEMENT = Paper(
    no=4, code="agreement", title=_("人民调解协议书"), facts=_agreement, renews=True,
    blocks=(
        Table((_("办事编号"), "case"), *PARTIES, (_("纠纷类型"), "kind"), (_("调解员"), "mediator")),
        Head(_("主要事实和争议")), Lines("facts_told", 4),
        Head(_("经调解，双方自愿达成协议")), Lines("content", 8),
        Table((_("协议涉及金额（元）"), "amount"), (_("履行期限"), "perform_by")),
        Para(_("本协议自双方签名、调解员签名并加盖人民调解委员会印章之日起生效，各方都要履行（人民调解法第二十九条、第三十一条）。")),
        Para(_("认为有必要的，双方可以自协议生效之日起 30 日内一起向法院申请司法确认，不收费。")),
        Note(_("双方各一份，人民调解委员会留存一份。")),
        Sign(_("申请人签名"), _("对方签名")), Finger(), Sign(_("调解员签名"), _("日期")), Seal(office="committee"),
    ),
)  # fmt: skip

ORAL = Paper(
    no=5, code="oral_agreement", title=_("人民调解口头协议登记表"), facts=facts.of_agreement,
    blocks=(
        Table((_("办事编号"), "case"), *PARTIES, (_("纠纷类型"), "kind"), (_("达成协议的日期"), "effective_on"),
              (_("协议涉及金额（元）"), "amount"), (_("履行期限"), "perform_by")),
        Head(_("口头协议的内容")), Lines("content", 5),
        Para(_("口头协议自双方达成之日起生效，和书面协议一样有约束力（人民调解法第三十条、第三十一条）。")),
        Sign(_("调解员签名"), _("记录人签名")), Seal(office="committee"),
    ),
)  # fmt: skip


def _visit(act: Act) -> Mapping[str, Any]:
    found = facts.agreement(act).revisits.order_by("-pk").first()
    return {
        **facts.about(act), "on": act.data.get("on"), "found": facts.label(Performance.choices, found.found if found else ""),
        "note": str(act.data.get("note") or "") or None,
    }  # fmt: skip


FOLLOW_UP = Paper(
    no=6, code="follow_up", title=_("人民调解回访记录"), facts=_visit, for_resident=False,
    blocks=(
        Table((_("办事编号"), "case"), (_("申请人"), "applicant"), (_("对方"), "opponent"), (_("回访日期"), "on"), (_("履行情况"), "found")),
        Head(_("回访情况")), Lines("note", 4), Sign(_("回访人签名"), _("被回访人签名")),
    ),
)  # fmt: skip


def _joint(act: Act) -> Mapping[str, Any]:
    row = CourtConfirmation.objects.get(order=act.order)
    content = said(act.order)
    person = act.order.person
    return {
        "opponent": str(content.get("opponent") or "") or None, "phone": facts.code(person.phone if person else ""),
        "id_number": facts.code(person.id_number if person else ""), "court": row.court or None, "content": row.content,
        "opponent_phone": facts.code(content.get("opponent_phone")), "effective_on": row.effective_on, "day": None,
    }  # fmt: skip


JOINT = Paper(
    no=8, code="joint_application", title=_("司法确认申请书"), facts=_joint, renews=True,
    blocks=(
        Table(*PARTIES),
        Para(_("%(court)s："), to=True),
        Para(_("%(applicant)s和%(opponent)s于%(effective_on)s达成的调解协议已经生效。双方一起申请贵院确认协议有效。")),
        Head(_("协议内容")), Lines("content", 6),
        Para(_("双方承诺：协议是自愿达成的，没有恶意串通，没有损害国家、社会和他人的利益；愿意承担不实的后果。")),
        Head(_("一起交的材料")),
        Items(_("调解协议"), _("调解组织主持调解的证明"), _("与协议有关的财产权利证明"), _("双方身份证明、住所、联系方式")),
        Note(_("依据：民事诉讼法第二百零五条，民诉法解释第三百五十四条。申请不收费，双方都要到法院核对。")),
        Sign(_("申请人签名"), _("对方签名")), Finger(),
    ),
)  # fmt: skip
