"""The yearly credit rating of appraisal institutions: counted, proposed, told, objected to, decided by another person, shown.

The method (levels, points, days) is dated data and unsure until the region's rules are entered; what it reckons is only a
proposal, a person writes the level and the reason. Institutions are rated, never anybody who asks for an appraisal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Denied
from open12348.kernel.workdays import calendar_for, legal_day
from open12348.registry import postings
from open12348.registry.divisions import calendar_layers
from open12348.registry.models import Account, Organisation, OrganisationKind, PostingKind
from open12348.spine import journal
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict
from open12348.spine.models import Deadline

from . import impartial
from .bureau_figures import number, the
from .complaint_models import ComplaintResult, ForensicComplaint, ForensicPenalty
from .credit_models import CreditRating, RatingState
from .models import ForensicAmendment

ROOM, STREAM = "credit", "forensics.credit"
#: What is counted of a year, with the figure that says what it costs.
COUNTED: dict[str, Any] = {
    "upheld_complaint": _("查实的投诉"), "penalty": _("行政处罚"), "late_opinion": _("超期的鉴定"), "correction": _("补正书"),
    "capability_failed": _("没有通过的能力验证"),
}  # fmt: skip


@dataclass(frozen=True)
class Reckoned:
    """What the method gives: the points, the level, and each thing counted with what it cost."""

    points: int
    level: str
    rows: tuple[tuple[str, int, int], ...]  # (what, how many, points off)


def reckon(
    counts: Mapping[str, int], *, costs: Mapping[str, int], start: int, at_least: Sequence[int], levels: Sequence[str]
) -> Reckoned:
    """The level that the method gives for what was counted. Nothing counts twice; fewer than none is impossible."""
    rows = tuple((code, counts.get(code, 0), counts.get(code, 0) * costs[code]) for code in COUNTED)
    points = max(0, start - sum(off for _code, _n, off in rows))
    place = next((i for i, least in enumerate(at_least) if points >= least), len(at_least))
    return Reckoned(points, levels[place], rows)


def counted(organisation: Organisation, year: int) -> dict[str, int]:
    """What the system itself knows of an institution's year of practice. What it does not know is added by a person."""
    within = {"first": date(year, 1, 1), "last": date(year, 12, 31)}
    return {
        "upheld_complaint": ForensicComplaint.objects.filter(
            organisation=organisation, result__in=[ComplaintResult.UPHELD, ComplaintResult.PARTLY],
            decided_on__range=(within["first"], within["last"]), order__case__merged_into__isnull=True,
        ).count(),
        "penalty": ForensicPenalty.objects.filter(organisation=organisation, decided_on__range=(within["first"], within["last"])).count(),
        "late_opinion": Deadline.objects.filter(
            clock="complete", order__forensic__institution=organisation, late_at__year=year
        ).values("order_id").distinct().count(),
        "correction": ForensicAmendment.objects.filter(opinion__case__institution=organisation, at__year=year).count(),
    }  # fmt: skip


def proposal(organisation: Organisation, year: int, day: date, *, capability_failed: int = 0) -> Reckoned:
    """What the method in force on a day gives for an institution's year."""
    return reckon(
        {**counted(organisation, year), "capability_failed": capability_failed},
        costs={code: number(ROOM, code, day) for code in COUNTED}, start=number(ROOM, "start", day),
        at_least=the(ROOM, "at_least", day).value, levels=levels(day),
    )  # fmt: skip


def is_sure(day: date) -> bool:
    """Whether the method in force on a day was confirmed by an office."""
    return the(ROOM, "levels", day).sure and the(ROOM, "at_least", day).sure


def levels(day: date) -> list[str]:
    """The levels in force on a day, the best first."""
    return [str(level) for level in the(ROOM, "levels", day).value]


def _may(by: Actor, organisation: Organisation, at: datetime) -> Account:
    """The account of somebody at the prefecture's bureau who does not belong to the institution. Errors: Denied."""
    account = Account.objects.select_related("practitioner").filter(pk=by.account_id or 0).first()
    if account is None or not impartial.at_prefecture(by):
        raise Denied(_("诚信等级由地（州、市）司法行政机关评估。"))
    if barred := impartial.reasons(account, [organisation.pk], at):
        raise Denied(barred[0])
    return account


@transaction.atomic
def propose(
    *, organisation: Organisation, year: int, level: str, reason: str, by: Actor, at: datetime, capability_failed: int = 0,
    why_anew: str = "",
) -> CreditRating:  # fmt: skip
    """Propose a level for a year of practice that is over. In: `why_anew` the major event for which it is rated again.

    Errors: Refused (not an appraisal institution, a year not over, no reason, rated already), Denied.
    """
    account, day = _may(by, organisation, at), legal_day(at)
    if organisation.kind != OrganisationKind.FORENSIC:
        raise Refused(_("只评司法鉴定机构。"))
    if year >= day.year:
        raise Refused(_("评的是上一年的执业情况，%(year)s 年还没有过完。") % {"year": year})
    if level not in levels(day):
        raise Refused(_("没有这个等级。现在的等级：%(levels)s。") % {"levels": "、".join(levels(day))})
    if not reason.strip():
        raise Refused(_("请写明理由。"))
    before = CreditRating.objects.filter(organisation=organisation, year=year).aggregate(n=Max("round"))["n"] or 0
    if before and not why_anew.strip():
        raise Refused(_("这一年已经评过。发生重大情况要重新评的，请写明是什么情况。"))
    found = proposal(organisation, year, day, capability_failed=capability_failed)
    row = CreditRating.objects.create(
        organisation=organisation, year=year, round=before + 1, why_anew=why_anew.strip()[:300], level=level,
        reason=reason.strip()[:1000], sure=is_sure(day),
        reckoned={"points": found.points, "level": found.level, "rows": [list(r) for r in found.rows]},
        proposed_at=at, proposed_by=account,
    )  # fmt: skip
    _write(row, "proposed", by, at)
    return row


def tell(*, rating: CreditRating, by: Actor, at: datetime) -> CreditRating:
    """The institution is told; from now on it may object for some working days. Errors: Conflict, Denied."""
    _may(by, rating.organisation, at)
    day = legal_day(at)
    last = calendar_for(list(calendar_layers(rating.organisation.division.county))).add(
        day, number(ROOM, "objection", day)
    )
    return _step(rating, {RatingState.PROPOSED}, RatingState.TOLD, by, at, told_on=day, objection_until=last)


def object_to(*, rating: CreditRating, said: str, by: Actor, at: datetime) -> CreditRating:
    """The institution objects: itself, or written down by the office. Errors: Refused (too late, nothing said), Conflict, Denied."""
    account = Account.objects.select_related("practitioner").filter(pk=by.account_id or 0).first()
    if account is None or not (impartial.at_prefecture(by) or impartial.belongs(account, [rating.organisation_id], at)):
        raise Denied(_("意见由这个机构提出，或者由司法局代为登记。"))
    if rating.objection_until is not None and legal_day(at) > rating.objection_until:
        raise Refused(_("提意见的期限到 %(day)s 为止，已经过了。") % {"day": rating.objection_until.isoformat()})
    if not said.strip():
        raise Refused(_("请写明哪里不同意，为什么。"))
    row = _step(rating, {RatingState.TOLD}, RatingState.OBJECTED, by, at, objected_at=at)
    row.objection = said.strip()[:4000]
    row.save(update_fields=["objection"])
    return row


def answer(*, rating: CreditRating, said: str, by: Actor, at: datetime) -> CreditRating:
    """Another person looks at the objection and answers it with reasons. Errors: Refused, Conflict, Denied."""
    account = _may(by, rating.organisation, at)
    if account.pk == rating.proposed_by_id:
        raise Refused(_("拟定的人不能复核意见，请另一个人复核。"))
    if not said.strip():
        raise Refused(_("请写明采纳了没有，为什么。"))
    row = _step(rating, {RatingState.OBJECTED}, RatingState.ANSWERED, by, at, answered_at=at, answered_by=account)
    row.answer = said.strip()[:4000]
    row.save(update_fields=["answer"])
    return row


def decide(*, rating: CreditRating, level: str, by: Actor, at: datetime) -> CreditRating:
    """Another person decides, after the objection was answered or its days passed, and the level is shown in public.

    Errors: Refused (own proposal, too early, no such level), Conflict, Denied.
    """
    account, day = _may(by, rating.organisation, at), legal_day(at)
    if account.pk == rating.proposed_by_id:
        raise Refused(_("拟定的人不能自己决定，请另一位负责人决定。"))
    if level not in levels(day):
        raise Refused(_("没有这个等级。现在的等级：%(levels)s。") % {"levels": "、".join(levels(day))})
    if rating.state == RatingState.TOLD and rating.objection_until and day <= rating.objection_until:
        raise Refused(
            _("机构可以提意见到 %(day)s，期满或者意见复核以后再决定。") % {"day": rating.objection_until.isoformat()}
        )
    if rating.state == RatingState.OBJECTED:
        raise Refused(_("机构的意见还没有复核。"))
    with transaction.atomic():
        row = _step(
            rating, {RatingState.TOLD, RatingState.ANSWERED}, RatingState.DECIDED, by, at, decided_at=at,
            decided_by=account, decided_level=level,
        )  # fmt: skip
        for old in CreditRating.objects.filter(organisation=row.organisation, posting__isnull=False).exclude(pk=row.pk):
            if old.posting is not None and postings.stands(old.posting, at):
                postings.take_down(posting=old.posting, by=by, at=at, reason=str(_("有了新的评估结果")))
        row.posting = postings.post(
            line="forensics", kind=PostingKind.CREDIT, title=_("司法鉴定机构诚信等级"), text=_Said(row), at=at, by=by,
            until=day + timedelta(days=number(ROOM, "shown", day)), subject=row.organisation,
            invented=row.organisation.invented,
        )  # fmt: skip
        row.save(update_fields=["posting"])
    return row


class _Said:
    """What is shown of a decided rating, in the language of the moment."""

    def __init__(self, row: CreditRating) -> None:
        self.row = row

    def __str__(self) -> str:
        return str(_("%(name)s %(year)s 年度的诚信等级为 %(level)s。")) % {
            "name": self.row.organisation.name, "year": self.row.year, "level": self.row.decided_level
        }  # fmt: skip


@transaction.atomic
def _step(
    rating: CreditRating, sources: set[RatingState], to: RatingState, by: Actor, at: datetime, **values: Any
) -> CreditRating:
    """From one state to the next, once. Errors: Conflict when somebody was faster."""
    if CreditRating.objects.filter(pk=rating.pk, state__in=sources).update(state=to, **values) != 1:
        raise Conflict
    rating.refresh_from_db()
    _write(rating, str(to.value), by, at)
    return rating


def _write(row: CreditRating, act: str, by: Actor, at: datetime) -> None:
    journal.write(stream=STREAM, kind="rating", by=by, at=at, rating=row.pk, act=act, organisation=row.organisation_id)


def standing_levels(at: datetime) -> dict[int, CreditRating]:
    """The ratings that are shown now, by the number of the institution."""
    rows = (
        CreditRating.objects.filter(state=RatingState.DECIDED, posting__isnull=False)
        .select_related("posting")
        .order_by("year", "round")
    )
    return {r.organisation_id: r for r in rows if r.posting is not None and postings.stands(r.posting, at)}
