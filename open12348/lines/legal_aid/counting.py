"""Adding the statistics up, hiding what is small from who has no business with it, and keeping what was reported.

A table holds, for each figure, one cell for each county, for the prefecture's own level, and for all together. Months that a
county reported stand as they were reported; what changed since is shown beside them, never instead of them.

Small numbers (1 to 4) of people are hidden from everybody outside the office of that county, and as many others with them as it
takes that none can be reckoned from sums: each sum (counties to the total, parts to their whole) keeps at least two unknowns
that together are not small, a year keeps the months apart, and what is left is asked of the equations themselves (`given_away`).
Outside the office only months and years that are over are shown: of days and of running months differences could be taken.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from open12348.kernel import veil
from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.workdays import add_months, legal_day
from open12348.registry import divisions
from open12348.registry.models import Account, Division
from open12348.spine import journal
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict

from . import counts
from .counts import Figure, Group
from .counts_models import CountReport
from .duty_figures import the

#: Who may see the statistics; whose own county's office sees small numbers and the lists behind them; who hands them up.
SEEING = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.PLANNER, Role.ADMINISTRATOR})
OFFICE = frozenset({Role.OFFICER, Role.SUPERVISOR})

OWN, TOTAL = "own", "total"


# Periods


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included."""

    first: date
    last: date

    @property
    def months(self) -> list[date]:
        """The first days of its months, when it is made of whole months; else nothing."""
        if self.first.day != 1 or (self.last + timedelta(days=1)).day != 1:
            return []
        found, day = [], self.first
        while day <= self.last:
            found.append(day)
            day = add_months(day, 1)
        return found

    @property
    def is_month(self) -> bool:
        return len(self.months) == 1

    @property
    def is_year(self) -> bool:
        return len(self.months) == 12 and self.first.month == 1

    def over(self, at: datetime) -> bool:
        """True for a month or a year that has ended: what may be reported, and shown outside."""
        return (self.is_month or self.is_year) and self.last < legal_day(at)

    def year_before(self) -> Period:
        """The same period a year earlier."""
        if self.months:
            return Period(
                add_months(self.first, -12), add_months(self.last + timedelta(days=1), -12) - timedelta(days=1)
            )
        return Period(add_months(self.first, -12), add_months(self.last, -12))


def month_of(day: date) -> Period:
    """The month of a day."""
    first = day.replace(day=1)
    return Period(first, add_months(first, 1) - timedelta(days=1))


def year_of(day: date) -> Period:
    """The calendar year of a day."""
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


# Cells and tables


@dataclass
class Cell:
    """One number. value None: it cannot be said, and `why` says why. n: rows behind it. live: as it would be now, if it differs."""

    value: Decimal | None = None
    n: int = 0
    why: Any = ""
    hidden: bool = False
    live: Decimal | None = None
    reported: bool = False

    @property
    def drift(self) -> Decimal | None:
        """How much it has changed since it was reported; None when it has not."""
        return None if self.live is None else self.live - (self.value or 0)


Key = tuple[str, str]  # figure, column


@dataclass
class Table:
    """The statistics of a period. columns: keys of counties by code, then OWN where something is there, then TOTAL."""

    period: Period
    columns: list[str]
    names: dict[str, Any]
    cells: dict[Key, Cell] = field(default_factory=dict)
    open: frozenset[str] = frozenset()
    reports: dict[str, CountReport] = field(default_factory=dict)

    def cell(self, code: str, column: str) -> Cell:
        return self.cells.get((code, column), Cell())


def places() -> dict[str, Division]:
    """The counties by code: the columns."""
    return {c.code: c for c in divisions.counties()}


def open_columns(by: Actor) -> frozenset[str]:
    """The columns an actor sees whole: the counties of their office; everything for who reaches every county."""
    mine, whole = divisions.counties_open_to(by, OFFICE, line=counts.LINE)
    return mine | {OWN, TOTAL} if whole else mine


def reckon(
    group: Group, period: Period, here: Mapping[str, Division]
) -> dict[tuple[date, str], dict[str, tuple[Decimal, int]]]:
    """A group's figures by month and column, in one query. Periods that are not whole months count as one. In: `here` the counties."""
    figures = counts.in_group(group.code)
    ask: dict[str, Any] = {}
    for i, f in enumerate(figures):
        ask[f"n{i}"] = Count("pk", filter=counts.counted(f))
        if f.total:
            ask[f"s{i}"] = Sum(f.total, filter=counts.counted(f))
    rows = group.rows(period.first, period.last).order_by()
    split = group.flow and bool(period.months)
    keys = ["at_county"]
    if split:
        rows, keys = rows.annotate(month=TruncMonth("on")), ["month", "at_county"]
    known = {c.pk: code for code, c in here.items()}
    found: dict[tuple[date, str], dict[str, tuple[Decimal, int]]] = {}
    for row in rows.values(*keys).annotate(**ask):
        key = (row["month"] if split else period.first, known.get(row["at_county"], OWN))
        into = found.setdefault(key, {})
        for i, f in enumerate(figures):
            n = row[f"n{i}"]
            value = Decimal(row[f"s{i}"] or 0) if f.total else Decimal(n)
            old = into.get(f.code, (Decimal(0), 0))
            into[f.code] = (old[0] + value, old[1] + n)
    return found


def standing_reports(first: date, last: date) -> dict[tuple[date, date, str], CountReport]:
    """The last version of every report between two days, by period and county."""
    rows = CountReport.objects.filter(first__gte=first, last__lte=last).select_related(
        "county", "reported_by", "checked_by"
    )
    return {(r.first, r.last, r.county.code): r for r in rows.order_by("version")}


def _sections(codes: Iterable[str]) -> list[Figure]:
    return [f for code in codes for f in counts.in_section(code)]


def table(*, by: Actor, at: datetime, period: Period, sections: Iterable[str] = ()) -> Table:
    """The statistics of a period as an actor may see them. In: `sections`, all when none is named.

    Out: all counties where the period is over, else those of the actor's office. Small numbers are hidden outside it.
    """
    chosen = list(sections) or list(counts.SECTIONS)
    wanted = {f.group for f in _sections(chosen)}
    mine = open_columns(by)
    made = _reckoned(period, wanted, mine)
    if TOTAL not in mine:
        if not period.over(at):
            _keep_only(made, mine)
        else:
            _veil(made, wanted, mine, int(the("small_cell", legal_day(at)).value))
    return made[period]


def monthly(*, by: Actor, at: datetime, last: date, code: str, months: int = 12) -> list[tuple[date, Table]]:
    """One figure's group month by month, up to the month of a day, as an actor may see it: for the line of a trend."""
    until = month_of(last)
    period = Period(add_months(until.first, 1 - months), until.last)
    group, mine = counts.BY_CODE[code].group, open_columns(by)
    made = _reckoned(period, {group}, mine)
    if TOTAL not in mine:
        made = {p: shown for p, shown in made.items() if p.is_month}  # each month is hidden as it is on its own page
        for p, shown in made.items():
            _veil({p: shown}, {group}, mine, int(the("small_cell", legal_day(at)).value))
        for p, shown in made.items():
            if not p.over(at):
                _keep_only({p: shown}, mine)
    return [(p.first, made[p]) for p in (month_of(m) for m in period.months)]


def _reckoned(period: Period, groups: Iterable[str], mine: frozenset[str], anew: str = "") -> dict[Period, Table]:
    """The period's table and, where it has several months, theirs; with what was reported laid over what is counted now.

    In: `anew` the county whose report of the whole period is left out, because it is being made.
    """
    groups = set(groups)
    figures = [f for f in counts.BY_CODE.values() if not f.group or f.group in groups]
    shown = places()
    names: dict[str, Any] = {code: c.name for code, c in shown.items()} | {OWN: _("地区本级"), TOTAL: _("合计")}
    parts = [month_of(m) for m in period.months] or [period]
    flows = [counts.GROUPS[g] for g in groups if g and counts.GROUPS[g].flow]
    stands = [counts.GROUPS[g] for g in groups if g and not counts.GROUPS[g].flow]
    live: dict[tuple[date, str], dict[str, tuple[Decimal, int]]] = {}
    for group in flows:
        for key, row in reckon(group, period, shown).items():
            live.setdefault(key, {}).update(row)
    still: dict[str, dict[str, tuple[Decimal, int]]] = {}
    for group in stands:
        for (_month, column), row in reckon(group, period, shown).items():
            still.setdefault(column, {}).update(row)
    columns = [*shown, *([OWN] if any(c == OWN for _m, c in live) or OWN in still else []), TOTAL]
    reports = standing_reports(period.first, period.last)
    reports.pop((period.first, period.last, anew), None)
    made: dict[Period, Table] = {}
    for part in parts:
        made[part] = Table(part, columns, names, open=mine)
        for column in columns[:-1]:
            report = reports.get((part.first, part.last, column))
            standing = still.get(column, {}) if part.last == period.last else None
            _fill(made[part], figures, column, live.get((part.first, column), {}), standing, report)
        _add_up(made[part], figures)
    if period not in made:
        made[period] = whole = Table(period, columns, names, open=mine)
        for column in columns[:-1]:
            for f in figures:
                if f.group and not counts.GROUPS[f.group].flow:
                    whole.cells[f.code, column] = made[parts[-1]].cell(f.code, column)
                else:
                    whole.cells[f.code, column] = _sum(f, [made[p].cell(f.code, column) for p in parts])
            report = reports.get((period.first, period.last, column))
            if report is not None:
                now = {
                    f.code: (c.value if c.live is None else c.live, c.n)
                    for f in figures
                    if (c := whole.cell(f.code, column)).value is not None
                }
                _fill(whole, figures, column, now, now, report)
        _add_up(whole, figures)
    return made


def _fill(made: Table, figures: list[Figure], column: str, now: Mapping[str, tuple[Decimal, int]], still: Mapping[str, tuple[Decimal, int]] | None, report: CountReport | None) -> None:  # fmt: skip
    """One column of a table: what was reported, beside it what is counted now; without a report what is counted now."""
    if report is not None:
        made.reports[column] = report
    for f in figures:
        source = now if not f.group or counts.GROUPS[f.group].flow else still
        value, n = (source or {}).get(f.code, (Decimal(0), 0))
        cell = Cell(value, n)
        if f.why or (f.blank and not n) or source is None:
            cell = Cell(None, 0, f.why or f.blank)
        kept = report.figures.get(f.code) if report is not None else None
        if kept is not None:
            then = None if kept[0] is None else Decimal(kept[0])
            if then != cell.value and source is not None:
                cell.live = cell.value or Decimal(0)
            cell.value, cell.n, cell.reported = then, int(kept[1]), True
            cell.why = "" if then is not None else f.why or f.blank
        made.cells[f.code, column] = cell


def _sum(f: Figure, cells: list[Cell]) -> Cell:
    said = [c for c in cells if c.value is not None]
    if not said:
        return Cell(None, 0, f.why or f.blank)
    whole = Cell(sum((c.value for c in said if c.value is not None), Decimal(0)), sum(c.n for c in said))
    if any(c.live is not None for c in cells):
        now = [c.live if c.live is not None else c.value for c in cells]
        whole.live = sum((v for v in now if v is not None), Decimal(0))
    whole.reported = all(c.reported for c in said)
    return whole


def _add_up(made: Table, figures: list[Figure]) -> None:
    for f in figures:
        made.cells[f.code, TOTAL] = _sum(f, [made.cell(f.code, c) for c in made.columns[:-1]])


def _keep_only(made: Mapping[Period, Table], mine: frozenset[str]) -> None:
    for shown in made.values():
        shown.columns = [c for c in shown.columns if c in mine]


# What is hidden


def _equations(figures: list[Figure], columns: list[str]) -> list[tuple[Key, list[Key]]]:
    """Every sum somebody could reckon with: the whole and its parts."""
    codes = {f.code for f in figures}
    sides: dict[tuple[str, str], list[str]] = {}
    for f in figures:
        if f.parent in codes:
            sides.setdefault((f.parent, f.side), []).append(f.code)
    found: list[tuple[Key, list[Key]]] = []
    for code in codes:
        found.append(((code, TOTAL), [(code, c) for c in columns if c != TOTAL]))
    for (parent, _side), parts in sides.items():
        found += [((parent, c), [(p, c) for p in parts]) for c in columns]
    if {"people", "granted"} <= codes:  # the same people, as long as nobody claims in a group
        found += [(("granted", c), [("people", c)]) for c in columns]
    return found


def _veil(made: dict[Period, Table], groups: Iterable[str], mine: frozenset[str], least: int) -> None:
    """Hide small numbers and those from which they could be reckoned, in every table: first the months, then the whole."""
    whole = max(made, key=lambda p: (p.last - p.first).days)
    for group in groups:
        figures = [f for f in counts.in_group(group) if not f.plain] if group else []
        if not figures:
            continue
        months = [made[p] for p in made if p != whole]
        for part in months:
            _hide(part, figures, mine, least, None)
        _hide(made[whole], figures, mine, least, months or None)
        if months:
            shown = [
                {(f.code, c): m.cell(f.code, c) for f in figures for c in m.columns} for m in (*months, made[whole])
            ]
            known = {key for key in shown[-1] if key[1] in mine}
            veil.keep_apart(shown[-1], shown[:-1], _equations(figures, made[whole].columns), known)


def _weights(made: Table, figures: list[Figure], mine: frozenset[str]) -> dict[Key, int]:
    """How many stand behind each cell whom the reader does not know already: of the total, those outside their own office."""
    found = {(f.code, c): made.cell(f.code, c).n for f in figures for c in made.columns}
    for f in figures:
        if TOTAL in made.columns:
            found[f.code, TOTAL] -= sum(made.cell(f.code, c).n for c in made.columns if c in mine and c != TOTAL)
    return found


def _hide(made: Table, figures: list[Figure], mine: frozenset[str], least: int, months: list[Table] | None) -> None:
    """In: `months` the tables that this one is the sum of: a number all of whose months are shown cannot be hidden."""
    cells = {(f.code, c): made.cell(f.code, c) for f in figures for c in made.columns}
    weigh, of_months = _weights(made, figures, mine), [(m, _weights(m, figures, mine)) for m in months or ()]
    known = {k for k in cells if k[1] in mine}
    for key, cell in cells.items():
        if key in known:
            continue
        gone = [w[key] for m, w in of_months if m.cell(*key).hidden]
        if months and not gone and sum((m.cell(*key).value or 0) for m in months) == (cell.value or 0):
            known.add(key)
            continue
        cell.hidden = 0 < weigh[key] < least or (bool(gone) and (len(gone) == 1 or sum(gone) < least))
    veil.hide(cells, weigh, _equations(figures, made.columns), known, least)


# Reporting: from here on a month stands


def _digest(county: str, period: Period, version: int, figures: Mapping[str, Any]) -> str:
    body = [county, period.first.isoformat(), period.last.isoformat(), version, dict(figures)]
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def holds(report: CountReport) -> bool:
    """True while a report is what its digest says."""
    period = Period(report.first, report.last)
    return report.digest == _digest(report.county.code, period, report.version, report.figures)


def may_report(by: Actor, county: Division) -> bool:
    """True for the office of a county."""
    return county.code in open_columns(by)


@transaction.atomic
def report(*, county: Division, period: Period, by: Actor, at: datetime, why: str = "", expect: int = 0) -> CountReport:
    """Hand a month or a year of one county up as it stands now: from here on it is shown as it was handed up.

    In: `expect` the version the person saw (0: none); after the first one `why` says what is corrected.
    Errors: Denied (not this county's office); Refused (not over yet, nothing changed, no reason); Conflict (somebody was faster).
    """
    if not may_report(by, county) or by.account_id is None:
        raise Denied(_("只有本县法律援助中心和司法局可以上报本县的数字。"))
    if not period.over(at):
        raise Refused(_("只能上报已经结束的整月或者整年。"))
    before = (
        CountReport.objects.filter(county=county, first=period.first, last=period.last).order_by("-version").first()
    )
    if (before.version if before else 0) != expect:
        raise Conflict
    if before is not None and len(why.strip()) < 5:
        raise Refused(_("更正已经上报的数字，请写明原因（至少 5 个字）。"))
    figures = _figures_now(county, period)
    if before is not None and figures == before.figures:
        raise Refused(_("和上报时相比没有变化，不用更正。"))
    version = expect + 1
    try:
        with transaction.atomic():
            row = CountReport.objects.create(
                county=county, first=period.first, last=period.last, version=version, figures=figures,
                digest=_digest(county.code, period, version, figures), reported_at=at, reported_by_id=by.account_id, why=why.strip()[:300],
            )  # fmt: skip
    except IntegrityError:
        raise Conflict from None
    journal.write(
        stream=f"counts:{county.code}", kind="counts_reported", by=by, at=at, first=period.first, last=period.last,
        version=version, digest=row.digest,
    )  # fmt: skip
    return row


def _figures_now(county: Division, period: Period) -> dict[str, Any]:
    """What is counted now, whatever was reported before for this period; in a year its months stand as they were reported."""
    groups = {f.group for f in counts.BY_CODE.values()}
    shown = _reckoned(period, groups, frozenset({county.code}), anew=county.code)[period]
    found: dict[str, Any] = {}
    for code in counts.BY_CODE:
        cell = shown.cell(code, county.code)
        found[code] = [None if cell.value is None else str(cell.value), cell.n]
    return found


@transaction.atomic
def check(*, report: CountReport, by: Actor, at: datetime) -> CountReport:
    """A second person of the office has looked the report through. Errors: Denied, Refused (the maker, or checked before)."""
    row = CountReport.objects.select_for_update().select_related("county").get(pk=report.pk)
    if not may_report(by, row.county) or by.account_id is None:
        raise Denied(_("只有本县法律援助中心和司法局可以审核本县的数字。"))
    if row.checked_at is not None:
        raise Refused(_("已经审核过了。"))
    if row.reported_by_id == by.account_id:
        raise Refused(_("填报人不能自己审核，请另一个人审核。"))
    row.checked_at, row.checked_by = at, Account.objects.get(pk=by.account_id)
    row.save(update_fields=["checked_at", "checked_by"])
    journal.write(stream=f"counts:{row.county.code}", kind="counts_checked", by=by, at=at, digest=row.digest)
    return row
