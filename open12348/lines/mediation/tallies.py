"""Adding the statistics of mediation up: periods, cells, rates that may be too good to be true, and what an outsider may not see.

A rate that cannot be said is empty with its reason, never 0; above 100 % it is a fault and is shown as one, never capped; at 99 %
and more, or with no failure at all, it is shown as not plausible: somebody enters successes only (domain reference A, 2.11).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from open12348.kernel import veil
from open12348.kernel.access import Actor, Role
from open12348.kernel.parameters import Figure as LawFigure
from open12348.kernel.parameters import figure, layers
from open12348.kernel.sentences import say
from open12348.kernel.workdays import add_months, legal_day
from open12348.registry import divisions
from open12348.registry.models import Division

from . import counts
from .committee_models import Committee
from .counts import Figure, Share
from .figures import HERE
from .models import DisputeResult

#: Who may see the statistics; whose own county's office sees small numbers and the lists behind them.
SEEING = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.PLANNER, Role.ADMINISTRATOR})
OFFICE = frozenset({Role.OFFICER, Role.SUPERVISOR})
OWN, TOTAL = "own", "total"
ONE = timedelta(days=1)
Key = tuple[str, str]  # figure, column


def the(name: str, day: date) -> LawFigure:
    """A figure of the statistics on a day."""
    return figure(layers(HERE / "parameters" / "counts", "mediation/counts"), name, day)


# Periods


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included."""

    first: date
    last: date

    @property
    def months(self) -> list[date]:
        """The first days of its months, when it is made of whole months; else nothing."""
        if self.first.day != 1 or (self.last + ONE).day != 1:
            return []
        found, day = [], self.first
        while day <= self.last:
            found.append(day)
            day = add_months(day, 1)
        return found

    @property
    def kind(self) -> str:
        """month, quarter, year, or span for anything else."""
        n = len(self.months)
        if n == 1:
            return "month"
        if n == 3 and self.first.month % 3 == 1:
            return "quarter"
        return "year" if n == 12 and self.first.month == 1 else "span"

    @property
    def asked(self) -> str:
        """As it stands in an address."""
        if self.kind == "month":
            return f"month={self.first:%Y-%m}"
        if self.kind == "quarter":
            return f"quarter={self.first.year}-{self.first.month // 3 + 1}"
        return f"year={self.first.year}" if self.kind == "year" else f"from={self.first}&to={self.last}"

    @property
    def label(self) -> Any:
        """In words."""
        if self.kind == "month":
            return say(_("%(year)s 年 %(month)s 月"), year=self.first.year, month=self.first.month)
        if self.kind == "quarter":
            return say(_("%(year)s 年第 %(n)s 季度"), year=self.first.year, n=self.first.month // 3 + 1)
        if self.kind == "year":
            return say(_("%(year)s 年"), year=self.first.year)
        return say(_("%(first)s 至 %(last)s"), first=self.first.isoformat(), last=self.last.isoformat())

    def beside(self, by: int) -> Period:
        """The period of its kind before (-1) or after (1) it; of a span the month."""
        n = {"month": 1, "quarter": 3, "year": 12}.get(self.kind, 1)
        return months_from(add_months(self.first.replace(day=1), by * n), n)

    def outside(self, at: datetime) -> bool:
        """Whether it may be shown outside an office: a month or a year that is over. Quarters would be differences of both."""
        return self.kind in {"month", "year"} and self.last < legal_day(at)


def months_from(first: date, n: int) -> Period:
    """So many months from a first day of a month."""
    return Period(first, add_months(first, n) - ONE)


_MONTH, _QUARTER = re.compile(r"(\d{4})-(\d{1,2})"), re.compile(r"(\d{4})-?[Qq]?([1-4])")


def read_period(query: Mapping[str, Any], today: date) -> tuple[Period, Any]:
    """The period that an address names (month, quarter, year, or from and to), and words when it could not be read."""
    usual = months_from(today.replace(day=1), 1)
    try:
        if text := str(query.get("month") or "").strip():
            match = _MONTH.fullmatch(text)
            found = months_from(date(int(match[1]), int(match[2]), 1), 1) if match else None
        elif text := str(query.get("quarter") or "").strip():
            match = _QUARTER.fullmatch(text)
            found = months_from(date(int(match[1]), int(match[2]) * 3 - 2, 1), 3) if match else None
        elif text := str(query.get("year") or "").strip():
            found = months_from(date(int(text), 1, 1), 12)
        elif query.get("from") or query.get("to"):
            found = Period(date.fromisoformat(str(query.get("from"))), date.fromisoformat(str(query.get("to"))))
        else:
            return usual, ""
        if (
            found is None
            or found.first > found.last
            or not 2000 <= found.first.year <= 2100
            or (found.last - found.first).days > 1100
        ):
            raise ValueError
        return found, ""
    except (ValueError, OverflowError):
        return usual, _("看不懂这个时间。月份写成 2026-11，季度写成 2026-4，年份写成 2026。")


# Cells


@dataclass
class Cell:
    """One number. value None: it cannot be said, and `why` says why. n: rows behind it."""

    value: Decimal | None = None
    n: int = 0
    why: Any = ""
    hidden: bool = False


@dataclass
class Table:
    """The statistics of a period: cells by figure and column (a county's code, OWN, TOTAL)."""

    period: Period
    columns: list[str]
    names: dict[str, Any]
    open: frozenset[str] = frozenset()
    cells: dict[Key, Cell] = field(default_factory=dict)

    def cell(self, code: str, column: str) -> Cell:
        return self.cells.get((code, column), Cell())


def places() -> dict[str, Division]:
    """The counties by code: the columns."""
    return {c.code: c for c in divisions.counties()}


def open_columns(by: Actor) -> frozenset[str]:
    """The columns an actor sees whole: the counties of their office; everything for who reaches every county."""
    mine, whole = divisions.counties_open_to(by, OFFICE, line=counts.LINE)
    return mine | {OWN, TOTAL} if whole else mine


def table(*, by: Actor, at: datetime, period: Period, section: str) -> Table:
    """One section for a period as an actor may see it. Outside the office small numbers are hidden, and only months and years
    that are over are shown."""
    mine = open_columns(by)
    groups = {f.group for f in counts.in_section(section)}
    groups |= {counts.BY_CODE[code].group for s in counts.SHARES if s.section == section for code in (s.over, s.under)}
    made = _reckoned(period, groups, mine)
    if TOTAL not in mine:
        if period.outside(at):
            _veil(made, groups, mine, int(the("small_cell", legal_day(at)).value))
        else:
            made[period].columns = [c for c in made[period].columns if c in mine]
    return made[period]


def _reckoned(period: Period, groups: set[str], mine: frozenset[str]) -> dict[Period, Table]:
    """The period's table and, where it has several months, theirs."""
    here = places()
    names: dict[str, Any] = {code: c.name for code, c in here.items()} | {OWN: _("地区本级"), TOTAL: _("合计")}
    parts = [months_from(m, 1) for m in period.months] or [period]
    found: dict[tuple[date, str], dict[str, tuple[Decimal, int]]] = {}
    for code in sorted(groups - {""}):
        for key, row in _count(counts.GROUPS[code], period, here).items():
            found.setdefault(key, {}).update(row)
    columns = [*here, *([OWN] if any(c == OWN for _m, c in found) else []), TOTAL]
    figures = [f for f in counts.BY_CODE.values() if not f.group or f.group in groups]
    made: dict[Period, Table] = {}
    for part in {*parts, period}:
        shown = made[part] = Table(part, columns, names, mine)
        months = set(part.months) or {part.first}
        for f in figures:
            flow = not f.group or counts.GROUPS[f.group].flow
            when = months if flow else {period.first}
            for column in columns[:-1]:
                rows = [found.get((m, column), {}).get(f.code, (Decimal(0), 0)) for m in when]
                shown.cells[f.code, column] = (
                    Cell(None, 0, f.why)
                    if f.why
                    else Cell(sum((r[0] for r in rows), Decimal(0)), sum(r[1] for r in rows))
                )
            own = [shown.cells[f.code, c] for c in columns[:-1]]
            shown.cells[f.code, TOTAL] = (
                Cell(None, 0, f.why)
                if f.why
                else Cell(sum((c.value or Decimal(0) for c in own), Decimal(0)), sum(c.n for c in own))
            )
    return made


def _count(group: counts.Group, period: Period, here: Mapping[str, Division]) -> dict[tuple[date, str], dict[str, tuple[Decimal, int]]]:  # fmt: skip
    """A group's figures by month and column, in one query."""
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
        into = found.setdefault((row["month"] if split else period.first, known.get(row["at_county"], OWN)), {})
        for i, f in enumerate(figures):
            n = row[f"n{i}"]
            value = Decimal(row[f"s{i}"] or 0) if f.total else Decimal(n)
            old = into.get(f.code, (Decimal(0), 0))
            into[f.code] = (old[0] + value, old[1] + n)
    return found


# What is hidden


def _equations(figures: list[Figure], columns: list[str]) -> list[veil.Equation]:
    """Every sum somebody could reckon with: counties to the total, parts to their whole."""
    codes = {f.code for f in figures}
    sides: dict[tuple[str, str], list[str]] = {}
    for f in figures:
        if f.parent in codes:
            sides.setdefault((f.parent, f.side), []).append(f.code)
    found: list[veil.Equation] = [((code, TOTAL), [(code, c) for c in columns if c != TOTAL]) for code in sorted(codes)]
    for (parent, _side), parts in sorted(sides.items()):
        found += [((parent, c), [(p, c) for p in parts]) for c in columns]
    if {"closed", "mediated", "transferred"} <= codes:
        found += [(("closed", c), [("mediated", c), ("transferred", c)]) for c in columns]
    return found


def _veil(made: dict[Period, Table], groups: Iterable[str], mine: frozenset[str], least: int) -> None:
    """Hide small numbers and those from which they could be reckoned: first in the months, then in the whole."""
    whole = max(made, key=lambda p: (p.last - p.first).days)
    for group in sorted(g for g in groups if g):
        figures = [f for f in counts.in_group(group) if not f.plain]
        if not figures:
            continue
        columns = made[whole].columns
        equations = _equations(figures, columns)
        months = [made[p] for p in sorted(made, key=lambda p: p.first) if p != whole]
        tables: list[tuple[dict[Key, Cell], dict[Key, int]]] = []
        for shown in (*months, made[whole]):
            cells = {(f.code, c): shown.cell(f.code, c) for f in figures for c in columns}
            weigh = {key: cell.n for key, cell in cells.items()}
            for f in figures:  # of the total, those outside the reader's own office
                weigh[f.code, TOTAL] -= sum(weigh[f.code, c] for c in columns if c in mine and c != TOTAL)
            known = {key for key in cells if key[1] in mine}
            if shown is made[whole] and months:
                _as_in_months(cells, tables, known, least)
            veil.hide(cells, weigh, equations, known, least)
            tables.append((cells, weigh))
        if months:
            veil.keep_apart(tables[-1][0], [cells for cells, _w in tables[:-1]], equations, known)


def _as_in_months(cells: dict[Key, Cell], months: list[Any], known: set[Key], least: int) -> None:
    """A number all of whose months are shown cannot be hidden; one with a single hidden month, or few behind them, must be."""
    for key, cell in cells.items():
        gone = [weigh[key] for part, weigh in months if part[key].hidden]
        if not gone:
            known.add(key)
        elif key not in known:
            cell.hidden = len(gone) == 1 or sum(gone) < least


# Rates


@dataclass(frozen=True)
class Rate:
    """A rate: value (share), or none with the reason; `fault` over 100 %; `doubt` too good to be true; why, in words."""

    value: Decimal | None = None
    why: Any = ""
    fault: bool = False
    doubt: bool = False


def rate(over: Decimal | None, under: Decimal | None, *, failures: Decimal | None = None, judged: bool = False, from_: Decimal = Decimal("0.99"), least: int = 10) -> Rate:  # fmt: skip
    """One figure over another. In: `failures` how many failed, where it is judged whether that can be.

    Out: never 0 for what cannot be said, never capped at 100 %.
    """
    if over is None or under is None:
        return Rate(why=_("有一个数不能显示"))
    if not under:
        return Rate(why=_("没有分母"))
    value = over / under
    if value > 1:
        return Rate(value, _("超过 100%：分子和分母对不上，请核对登记的日子和结果"), fault=True)
    if judged and under >= least:
        if failures is not None and not failures and over:
            return Rate(value, _("不可信：没有一件调解不成，请核对是不是只登记了成功的"), doubt=True)
        if value >= from_:
            return Rate(value, _("不可信：99% 以上，请核对是不是只登记了成功的"), doubt=True)
    return Rate(value)


def share(shown: Table, one: Share, column: str, at: datetime) -> Rate:
    """A declared rate in one column of a table."""
    over, under = shown.cell(one.over, column), shown.cell(one.under, column)
    if over.hidden or under.hidden:
        return Rate(why=_("件数太少，不对外显示"))
    failed = shown.cell("failed", column)
    day = legal_day(at)
    return rate(
        over.value, under.value, judged=one.judged, failures=None if failed.hidden else failed.value,
        from_=Decimal(str(the("implausible_from", day).value)), least=int(the("plausible_least", day).value),
    )  # fmt: skip


# By committee


@dataclass(frozen=True)
class Line:
    """What one committee did in a period."""

    committee: Committee
    accepted: int
    agreed: int
    failed: int
    stopped: int
    amount: Decimal
    success: Rate


def by_committee(*, by: Actor, at: datetime, period: Period, county: Division) -> list[Line]:
    """What the committees of a county did in a period, for its own office; the most accepted first."""
    if county.code not in open_columns(by):
        return []
    day = legal_day(at)
    found: dict[int, dict[str, Any]] = {}
    rows = counts.accepted(period.first, period.last).filter(at_county=county.pk, committee__isnull=False)
    for row in rows.order_by().values("committee_id").annotate(n=Count("pk")):
        found.setdefault(row["committee_id"], {})["accepted"] = row["n"]
    ended = counts.ended(period.first, period.last).filter(at_county=county.pk, committee__isnull=False)
    asked = {
        r.value: Count("pk", filter=Q(result=r.value))
        for r in (DisputeResult.AGREED, DisputeResult.FAILED, DisputeResult.STOPPED)
    }
    for row in ended.order_by().values("committee_id").annotate(**asked):
        found.setdefault(row["committee_id"], {}).update({k: row[k] for k in asked})
    sums = counts.agreements(period.first, period.last).filter(at_county=county.pk, dispute__committee__isnull=False)
    for row in sums.order_by().values("dispute__committee_id").annotate(sum=Sum("amount")):
        found.setdefault(row["dispute__committee_id"], {})["amount"] = row["sum"] or 0
    known = Committee.objects.filter(pk__in=found).select_related("organisation")
    lines = []
    for c in known:
        n = {"accepted": 0, "agreed": 0, "failed": 0, "stopped": 0, "amount": 0, **found[c.pk]}
        success = rate(
            Decimal(n["agreed"]), Decimal(n["accepted"]), failures=Decimal(n["failed"]), judged=True,
            from_=Decimal(str(the("implausible_from", day).value)), least=int(the("plausible_least", day).value),
        )  # fmt: skip
        lines.append(Line(c, n["accepted"], n["agreed"], n["failed"], n["stopped"], Decimal(n["amount"]), success))
    return sorted(lines, key=lambda line: (-line.accepted, line.committee.pk))
