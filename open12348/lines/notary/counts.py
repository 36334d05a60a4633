"""The statistics of notarisation by office and period (domain reference B, 1.12): added up from the cases, never typed in.

Small numbers (1 to 4) are hidden from who only plans, and as many others with them as it takes that none can be reckoned from a
sum: of the offices to the total, of the parts (classes, matters, grounds) to their whole. A share of few cases is not said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import Calendar, calendar_for, end_of, legal_day, start_of
from open12348.registry.divisions import calendar_layers
from open12348.registry.models import Organisation, OrganisationKind
from open12348.spine.models import Case, Deadline

from . import grounds
from .certificate_check import LAW_CLASSES
from .certificate_models import Certificate, CertificateClass, Review, ReviewResult
from .models import Decision, Mode, NotaryCase, Relief

TOTAL = 0
#: What a figure counts: for how it is written, and whether it may be added up over offices.
NUMBER, MONEY, SHARE, DAYS = "number", "money", "share", "days"


@dataclass(frozen=True)
class Figure:
    """One figure. `whole`: the figure of which it is a part; `of`: what a share is a share of."""

    code: str
    name: Any
    kind: str = NUMBER
    whole: str = ""
    of: str = ""


CLASSES = tuple(Figure(f"class_{c.value}", c.label, whole="certificates") for c in CertificateClass)
MATTERS = tuple(Figure(f"matter_{code}", name, whole="certificates") for code, name in LAW_CLASSES.items())
GROUNDS = tuple(Figure(f"ground_{code}", name, whole="refused") for code, name in grounds.named(grounds.REFUSAL))
FIGURES: tuple[Figure, ...] = (
    Figure("accepted", _("受理件数")), Figure("certificates", _("出具公证书份数")), *CLASSES, *MATTERS,
    Figure("not_accepted", _("不予受理")), Figure("refused", _("不予办理")), *GROUNDS, Figure("terminated", _("终止")),
    Figure("issued", _("出证件数")), Figure("median", _("受理到出证的工作日（中位数）"), DAYS, of="issued"), Figure("late", _("超期出证")),
    Figure("reviews", _("申请复查")), Figure("upheld", _("复查后维持")), Figure("supplemented", _("复查后更正、补正")), Figure("revoked", _("复查后撤销")),
    Figure("fees", _("公证费（元）"), MONEY), Figure("relieved", _("减免件数")), Figure("relief", _("减免金额（元）"), MONEY),
    Figure("aided", _("凭法律援助决定减免")), Figure("online", _("网上办理")), Figure("online_share", _("网上办理的比例"), SHARE, of="issued"),
    Figure("once", _("最多跑一次")), Figure("once_share", _("最多跑一次的比例"), SHARE, of="issued"), Figure("bilingual", _("两种文字的公证书")),
    Figure("complaints", _("投诉")),
)  # fmt: skip
BY_CODE = {f.code: f for f in FIGURES}


@dataclass
class Cell:
    """One number. value None: it cannot be said; hidden: too few to be shown."""

    value: Decimal | None = None
    hidden: bool = False


@dataclass
class Table:
    """The figures of a period by office; TOTAL is all of them together."""

    first: date
    last: date
    names: dict[int, Any]
    cells: dict[tuple[str, int], Cell] = field(default_factory=dict)

    @property
    def columns(self) -> list[int]:
        return [pk for pk in self.names if pk != TOTAL] + ([TOTAL] if TOTAL in self.names else [])

    def cell(self, code: str, column: int) -> Cell:
        return self.cells.get((code, column), Cell(Decimal(0) if BY_CODE[code].kind in {NUMBER, MONEY} else None))


def offices() -> list[Organisation]:
    """All notary offices, by county and name."""
    return list(Organisation.objects.filter(kind=OrganisationKind.NOTARY, valid_to__isnull=True).select_related("division").order_by("division__code", "name_zh"))  # fmt: skip


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def table(*, first: date, last: date, of: Iterable[Organisation]) -> Table:
    """The figures of a period for some offices and together. Nothing is hidden here: `veil` does that."""
    chosen = {o.pk: o for o in of}
    sums: dict[int, dict[str, Decimal]] = {pk: defaultdict(Decimal) for pk in chosen}
    days: dict[int, list[int]] = {pk: [] for pk in chosen}
    span = (start_of(first), end_of(last))
    _cases(sums, days, chosen, span)
    _certificates(sums, chosen, first, last)
    _reviews(sums, chosen, span)
    found = Table(first, last, {**{pk: o for pk, o in chosen.items()}, TOTAL: _("合计")})
    together: dict[str, Decimal] = defaultdict(Decimal)
    for pk, counted in sums.items():
        for code, value in counted.items():
            together[code] += value
        _fill(found, pk, counted, days[pk])
    _fill(found, TOTAL, together, [n for many in days.values() for n in many])
    _complaints(found, chosen, span)
    return found


def _fill(found: Table, column: int, counted: Mapping[str, Decimal], days: list[int]) -> None:
    for f in FIGURES:
        if f.kind in {NUMBER, MONEY}:
            value: Decimal | None = counted.get(f.code, Decimal(0))
        elif f.kind == DAYS:
            value = Decimal(str(median(days))) if days else None
        else:
            whole = counted.get(f.of, Decimal(0))
            value = counted.get(f.code.removesuffix("_share"), Decimal(0)) / whole if whole else None
        found.cells[(f.code, column)] = Cell(value)


Sums = dict[int, dict[str, Decimal]]
Span = tuple[datetime, datetime]


def _cases(sums: Sums, days: dict[int, list[int]], chosen: Mapping[int, Organisation], span: Span) -> None:
    since, until = span
    inside: Callable[[str], Q] = lambda name: Q(**{f"{name}__gte": since, f"{name}__lt": until})  # noqa: E731
    late = Deadline.objects.filter(order_id=OuterRef("pk"), clock__startswith="issue", late_at__isnull=False)
    rows = (
        NotaryCase.objects.filter(order__case__place__organisation__in=chosen)
        .filter(inside("accepted_at") | inside("issued_at") | inside("order__case__closed_at"))
        .annotate(n_visits=Count("visits", filter=Q(visits__ours=False)), was_late=Exists(late))
        .values_list("order__case__place__organisation_id", "pk", "accepted_at", "issued_at", "order__case__closed_at", "decision", "ground",
                     "fee", "paid", "relief", "relief_percent", "relief_paper", "mode", "n_visits", "was_late")
    )  # fmt: skip
    issued: dict[int, tuple[int, datetime, datetime]] = {}
    for (
        office,
        pk,
        accepted,
        out,
        closed,
        decision,
        ground,
        fee,
        paid,
        relief,
        percent,
        paper,
        mode,
        visits,
        was_late,
    ) in rows:
        into = sums[office]
        if accepted and since <= accepted < until:
            into["accepted"] += 1
        if out and since <= out < until:
            into["issued"] += 1
            into["late"] += was_late
            into["online"] += mode in {Mode.ONLINE, Mode.OVERSEAS}
            into["once"] += visits <= 1
            into["fees"] += paid or 0
            if relief in {Relief.REDUCE, Relief.WAIVE}:
                into["relieved"] += 1
                into["aided"] += bool(paper)
                into["relief"] += (fee or Decimal(0)) * (100 if relief == Relief.WAIVE else percent or 0) / 100
            if accepted:
                issued[pk] = (office, accepted, out)
        elif closed and since <= closed < until:
            into["refused"] += decision == Decision.REFUSE
            into["terminated"] += decision == Decision.TERMINATE
            into["not_accepted"] += decision == Decision.NOT_ACCEPT
            if decision == Decision.REFUSE and ground:
                into[f"ground_{ground}"] += 1
    for office, n in _durations(issued, chosen):
        days[office].append(n)


def _durations(
    issued: Mapping[int, tuple[int, datetime, datetime]], chosen: Mapping[int, Organisation]
) -> Iterable[tuple[int, int]]:
    """Working days from acceptance to issue, without those on which the limit waited."""
    pauses: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    limits = Deadline.objects.filter(order_id__in=issued, clock="issue").prefetch_related("pauses")
    for limit in limits:
        pauses[limit.order_id] += [(p.started_at, p.ended_at or issued[limit.order_id][2]) for p in limit.pauses.all()]
    calendars = {pk: calendar_for(list(calendar_layers(o.division.county or o.division))) for pk, o in chosen.items()}
    for pk, (office, accepted, out) in issued.items():
        yield office, working_days(accepted, out, pauses[pk], calendars[office])


def working_days(
    accepted: datetime, out: datetime, pauses: Iterable[tuple[datetime, datetime]], calendar: Calendar
) -> int:
    """Working days after the day of acceptance up to that of issue, without days after the first one of a pause (T-10)."""
    waiting: set[date] = set()
    for a, b in pauses:
        waiting |= {legal_day(a) + timedelta(days=i) for i in range(1, (legal_day(b) - legal_day(a)).days + 1)}
    first, last = legal_day(accepted), legal_day(out)
    all_days = (first + timedelta(days=i) for i in range(1, (last - first).days + 1))
    return sum(calendar.is_workday(d) and d not in waiting for d in all_days)


def _certificates(sums: Sums, chosen: Mapping[int, Organisation], first: date, last: date) -> None:
    rows = Certificate.objects.filter(case__isnull=False, office__in=chosen, issued_on__gte=first, issued_on__lte=last)
    for office, matter, kind, languages, n in rows.values_list("office_id", "matter", "kind", "languages").annotate(n=Count("pk")):  # fmt: skip
        into = sums[office]
        into["certificates"] += n
        into[f"class_{kind}"] += n
        into[f"matter_{matter.partition('-')[0]}"] += n
        into["bilingual"] += n if len(languages) > 1 else 0


def _reviews(sums: Sums, chosen: Mapping[int, Organisation], span: Span) -> None:
    since, until = span
    asked = Review.objects.filter(order__received_at__gte=since, order__received_at__lt=until)
    for office, n in asked.filter(order__case__place__organisation__in=chosen).values_list("order__case__place__organisation_id").annotate(n=Count("pk")):  # fmt: skip
        sums[office]["reviews"] += n
    decided = Review.objects.filter(decided_at__gte=since, decided_at__lt=until, certificate__office__in=chosen)
    for office, result, n in decided.values_list("certificate__office_id", "result").annotate(n=Count("pk")):
        kind = "revoked" if result == ReviewResult.REVOKE else "upheld" if result in {ReviewResult.MAINTAIN, ReviewResult.REPAIR} else "supplemented"  # fmt: skip
        sums[office][kind] += n


def _complaints(found: Table, chosen: Mapping[int, Organisation], span: Span) -> None:
    """Complaints are brought at a county: an office has its own where it is the only one there, else they stand in the total."""
    rows = Case.objects.filter(service="notary.complaint", received_at__gte=span[0], received_at__lt=span[1])
    by_county = dict(rows.values_list("county_id").annotate(n=Count("pk")))
    where = {pk: o.division.county_id for pk, o in chosen.items()}
    for pk, county in where.items():
        alone = list(where.values()).count(county) == 1
        found.cells[("complaints", pk)] = Cell(Decimal(by_county.get(county, 0)) if alone else None)
    total = sum(by_county.get(county, 0) for county in set(where.values()))
    found.cells[("complaints", TOTAL)] = Cell(Decimal(total))


# Hiding what is small


def veil(found: Table, least: int) -> Table:
    """Hide every number from 1 to below `least`, and as many others as it takes that no sum gives one away.

    A sum that has hidden parts has two at least, which together are not small; where there are no two, the sum is hidden too.
    """
    for f in FIGURES:
        for column in found.columns:
            cell = found.cell(f.code, column)
            if f.kind == NUMBER and cell.value is not None and 0 < cell.value < least:
                _hide(found, f.code, column)
    changed = True
    while changed:
        changed = False
        for whole, parts in _sums(found):
            changed |= _cover(found, whole, parts, least)
    _veil_derived(found, least)
    return found


Key = tuple[str, int]


def _sums(found: Table) -> Iterable[tuple[Key, list[Key]]]:
    """Every sum that somebody could reckon back: offices to the total, parts to their whole."""
    offices_here = [c for c in found.columns if c != TOTAL]
    for f in FIGURES:
        if f.kind == NUMBER:
            yield (f.code, TOTAL), [(f.code, c) for c in offices_here]
    for group in (CLASSES, MATTERS, GROUNDS):
        for column in found.columns:
            yield (group[0].whole, column), [(f.code, column) for f in group]


def _cover(found: Table, whole: Key, parts: list[Key], least: int) -> bool:
    """Make sure that what is hidden in one sum cannot be reckoned from the rest of it. True when something more was hidden."""
    unknown = [k for k in parts if found.cells[k].hidden]
    if not unknown or found.cells[whole].hidden:
        return False
    together = sum((found.cells[k].value or Decimal(0) for k in unknown), Decimal(0))
    if len(unknown) > 1 and together >= least:
        return False
    open_ones = sorted((k for k in parts if not found.cells[k].hidden and found.cells[k].value), key=lambda k: found.cells[k].value or 0)  # fmt: skip
    _hide(found, *(open_ones[0] if open_ones else whole))
    return True


def _hide(found: Table, code: str, column: int) -> None:
    found.cells[(code, column)] = Cell(found.cell(code, column).value, hidden=True)


def _veil_derived(found: Table, least: int) -> None:
    """Shares, medians and sums of money of what is hidden, or of few, are not said either."""
    behind = {"relief": "relieved", "fees": "issued"}
    for f in FIGURES:
        of = f.of or behind.get(f.code, "")
        if f.kind == NUMBER or not of:
            continue
        for column in found.columns:
            base, part = found.cell(of, column), found.cell(f.code.removesuffix("_share"), column)
            few = base.value is not None and base.value < least
            if base.hidden or (few and base.value) or (f.kind == SHARE and part.hidden):
                _hide(found, f.code, column)
