"""Duty lawyers: 23 the person asks, 24 to 27 an authority asks, 28 the help, 29 the working ledger of a station."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.blocks import Finger, Head, Lines, Note, Para, Roster, Sign, Table, Ticks, Title
from open12348.kernel.workdays import end_of, legal_day, start_of
from open12348.spine import papers
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper
from open12348.spine.intake import LANGUAGES, said

from .. import duty as desk
from ..models import AskedBy, Authority, DutyHelp, DutyMode, HelpKind, Pledge, PledgeExempt, Stage
from . import facts
from .facts import code, label


def _row(act: Act) -> DutyHelp:
    return DutyHelp.objects.select_related("station__county", "lawyer__organisation", "asks_again").get(
        order_id=act.order.pk
    )


def _about(act: Act) -> dict[str, Any]:
    row, told = _row(act), said(act.order)
    person = act.order.person
    return {
        "office": facts.institution(act.case), "called": row.called or None,
        "id_no": code((person.id_number if person else "") or str(told.get("accused_id") or "")),
        "stage": label(Stage.choices, row.stage), "authority": row.authority_name or None, "authority_no": code(row.authority_no),
        "asked_by": label(AskedBy.choices, row.asked_by), "asked_on": row.asked_at, "what": str(told.get("what") or "") or None,
        "station": papers.named(row.station) if row.station else None, "custody_place": str(told.get("custody_place") or "") or None,
        "lawyer": facts.worker(row.lawyer), "licence": code(row.lawyer.licence_no if row.lawyer else ""),
        "mode": label(DutyMode.choices, row.mode), "language": label(LANGUAGES, act.order.language),
    }  # fmt: skip


MATTER: tuple[tuple[Any, Any], ...] = (
    (_("犯罪嫌疑人、被告人"), "called"), (_("身份证件号码"), "id_no"), (_("所处阶段"), "stage"), (_("办案机关"), "authority"), (_("机关案号"), "authority_no"),
    (_("羁押地点"), "custody_place"),
)  # fmt: skip
WANTED: tuple[tuple[str, Any], ...] = (
    (HelpKind.ADVICE, _("法律咨询")), (HelpKind.PROCEDURE, _("程序选择建议")), (HelpKind.MEASURE, _("帮助申请变更强制措施")),
    (HelpKind.OPINION, _("对案件处理提出意见")), (HelpKind.APPLY, _("帮助申请法律援助")), (HelpKind.OTHER, _("其他帮助")),
)  # fmt: skip

# 23

ASK = Paper(
    no=23, code="help_ask", title=_("法律帮助申请表"), facts=lambda act: {**_about(act), "wanted": set(), "day": None},
    blocks=(
        Table(*MATTER, (_("使用的语言"), "language")),
        Head(_("希望得到的帮助")), Ticks("wanted", *WANTED), Lines("what", 3),
        Note(_("值班律师的帮助不收费。办案机关应当保障您约见值班律师；您现在不要帮助的，以后可以随时再提出。")),
        Sign(_("申请人签名或者按指印"), _("日期")), Finger(),
    ),
)  # fmt: skip

# 24 to 27

NOTICE_OF: dict[str, tuple[int, Any]] = {
    Authority.POLICE: (24, _("公安机关用")), Authority.SECURITY: (25, _("国家安全机关用")),
    Authority.PROCURATORATE: (26, _("人民检察院用")), Authority.COURT: (27, _("人民法院用")),
}  # fmt: skip


def _notice(authority: str) -> Paper:
    no, under = NOTICE_OF[authority]
    return Paper(
        no=no, code=f"help_{authority}", title=_("值班律师提供法律帮助通知书"), facts=lambda act: {**_about(act), "day": None}, tongues="zh", for_resident=False,
        blocks=(
            Title(under=under),
            Para(_("%(office)s："), to=True),
            Para(_("%(called)s没有辩护人。根据刑事诉讼法第三十六条，请通知值班律师为其提供法律帮助。")),
            Table(*MATTER, (_("使用的语言"), "language"), (_("需要帮助的事项"), "what"), (_("值班站"), "station")),
            Sign(_("办案机关承办人签名"), _("日期"), _("法律援助机构签收"), _("日期")),
        ),
    )  # fmt: skip


NOTICES: dict[str, Paper] = {authority: _notice(authority) for authority in NOTICE_OF}

# 28


def _help_facts(act: Act) -> dict[str, Any]:
    row = _row(act)
    taken = row.opinion_taken
    return {
        **_about(act), "helped_at": row.helped_at, "gave": set(row.gave), "pledge": label(Pledge.choices, row.pledge),
        "exempt": label(PledgeExempt.choices, row.exempt) or facts.NONE, "applied_at": row.applied_at or facts.NONE,
        "note": str(act.data.get("note") or "") or None,
        "taken": None if taken is None else _("采纳") if taken else _("没有采纳"),
    }  # fmt: skip


HELP = Paper(
    no=28, code="help", title=_("值班律师提供法律帮助情况登记表"), facts=_help_facts, for_resident=False, tongues="zh", renews=True,
    blocks=(
        Table(*MATTER, (_("谁提出的"), "asked_by"), (_("提出时间"), "asked_on")),
        Table((_("值班律师"), "lawyer"), (_("执业证号"), "licence"), (_("值班站"), "station"), (_("值班方式"), "mode"), (_("提供帮助的时间"), "helped_at")),
        Head(_("提供的帮助")), Ticks("gave", *WANTED, (HelpKind.MEETING, _("会见")), (HelpKind.READING, _("阅卷"))),
        Table((_("认罪认罚具结书"), "pledge"), (_("不需要签署的情形"), "exempt"), (_("意见是否采纳"), "taken"), (_("收到法律援助申请的时间"), "applied_at"),
              (_("帮助情况"), "note")),
        Note(_("本表不记谈话内容。值班律师不得招揽有偿业务，不得收取财物。")),
        Sign(_("值班律师签名"), _("受帮助人签名或者按指印")),
    ),
)  # fmt: skip

# 29


def _ledger_facts(act: Act) -> dict[str, Any]:
    """The helps of the station in the month of this one, by code only: who they were stands in each one's own register."""
    row = _row(act)
    first, last = desk.month_of(legal_day(row.asked_at))
    rows = desk.in_sight(act.by).filter(asked_at__gte=start_of(first), asked_at__lt=end_of(last), station=row.station)
    lines = [
        {"on": legal_day(r.helped_at or r.asked_at), "code": code(numbers.group(r.order.code)), "stage": label(Stage.choices, r.stage),
         "authority": r.authority_name, "lawyer": facts.worker(r.lawyer),
         "gave": [HelpKind(g).label for g in r.gave] or (_("本人拒绝帮助") if r.refused_at else None)}
        for r in rows.order_by("asked_at")[:400]
    ]  # fmt: skip
    return {**_about(act), "first": first, "last": last, "lines": lines, "number": len(lines)}


LEDGER = Paper(
    no=29, code="help_ledger", title=_("值班律师法律帮助工作台账"), facts=_ledger_facts, for_resident=False, tongues="zh", sheet=True,
    blocks=(
        Table((_("值班站"), "station"), (_("时间"), _("%(first)s至%(last)s")), (_("次数"), "number")),
        Roster("lines", ("on", _("日期")), ("code", _("办事编号")), ("stage", _("所处阶段")), ("authority", _("办案机关")),
               ("lawyer", _("值班律师")), ("gave", _("提供的帮助"))),
        Sign(_("值班站负责人签名"), _("日期")),
    ),
)  # fmt: skip
