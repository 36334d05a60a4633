"""The money of a county and a year: what was planned and came in, what is owed, approved, paid, and left.

Plans are rows with a document, added up; what is owed and paid is added up from the claims, never typed in. A figure that
cannot be computed is None, and `why` says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.workdays import legal_day, start_of
from open12348.registry import divisions
from open12348.registry.models import Division, Level, Population
from open12348.spine import journal
from open12348.spine.casework import Refused

from . import claims
from .models import BudgetLine, BudgetSide, Claim, ClaimState, MoneySource, Spending
from .rates import fen

PLANNING = frozenset({Role.PLANNER, Role.SUPERVISOR})
SEEING = PLANNING | {Role.OFFICER}

#: What can be asked of the claims: how a sum of the table is made up.
SHOWS = {
    "owed": _("待审核、待批准"),
    "approved": _("已批准、付款中"),
    "paid": _("已付款"),
}


def plan(
    *, county: Division, year: int, side: str, kind: str, amount: Decimal, document: str, day: date, by: Actor, at: datetime,
    line: str = "",
) -> BudgetLine:  # fmt: skip
    """Enter a sum of a year's plan or income (a cut is negative), with its document. Entered sums are never edited.

    Errors: Denied; Refused (no document, nothing or nonsense as a sum, more cut than there is, entered before).
    """
    if not may_plan(by, county, line):
        raise Denied(_("您不能登记这个地方的预算。"))
    amount = fen(amount)
    allowed = MoneySource.values if side == BudgetSide.INCOME else Spending.values
    if side not in BudgetSide.values or kind not in allowed:
        raise Refused(_("请选择收入的来源，或者支出的用途。"))
    if not document.strip():
        raise Refused(_("请写明依据哪份文件。"))
    if amount == 0:
        raise Refused(_("金额不能是零。追加填正数，调减填负数。"))
    if not 2000 <= year <= legal_day(at).year + 1:
        raise Refused(_("年份不对。"))
    with transaction.atomic():
        locked = Division.objects.select_for_update().get(pk=county.pk)
        before = _sum(BudgetLine.objects.filter(county=locked, line=line, year=year, side=side, kind=kind))
        if before + amount < 0:
            raise Refused(_("调减的金额超过了现有的 %(sum)s 元。") % {"sum": before})
        try:
            with transaction.atomic():
                row = BudgetLine.objects.create(
                    county=locked, line=line, year=year, side=side, kind=kind, amount=amount, day=day,
                    document=document.strip()[:200], entered_at=at, entered_by=by.label,
                )  # fmt: skip
        except IntegrityError:
            raise Refused(_("这份文件的这笔金额已经登记过了。")) from None
        journal.write(stream=f"funds:budget:{county.code}:{year}", kind="budget_entered", by=by, at=at, row=row.pk)
    return row


def may_plan(by: Actor, county: Division, line: str = "") -> bool:
    """True when an actor may enter sums of a county's plan for a line."""
    return any(
        county.path.startswith(path) and (not lines or line in lines) for path, lines in claims.reach(by, *PLANNING)
    )


def payers(by: Actor, *roles: Role) -> list[Division]:
    """Whose money an actor may look at: counties, and the prefecture itself for who reaches all of it."""
    paths = tuple(path for path, _lines in claims.reach(by, *(roles or tuple(SEEING))))
    if not paths:
        return []
    root = divisions.root()
    found = [root] if root is not None and root.path.startswith(paths) else []
    return [*found, *(c for c in divisions.counties() if c.path.startswith(paths))]


def lines_of(by: Actor) -> frozenset[str] | None:
    """The lines whose money an actor may look at; None: all."""
    reach = [lines for _path, lines in claims.reach(by, *SEEING)]
    return None if not reach or frozenset() in reach else frozenset().union(*reach)


def in_sight(by: Actor) -> QuerySet[Claim]:
    """The claims behind the figures an actor may see. Who only plans sees sums and work, no payees (see `names_payees`)."""
    return Claim.objects.select_related("county", "practitioner", "organisation", "order", "batch").filter(
        claims.where(by, *SEEING)
    )


def names_payees(by: Actor) -> bool:
    """True for roles that handle payment."""
    return by.kind == "system" or by.has(*claims.SECOND)


def behind(found: QuerySet[Claim], show: str, year: int) -> QuerySet[Claim]:
    """The claims that make up one figure of a year: paid by the day of payment, the others by the day of the work.

    Errors: KeyError for a figure there is not.
    """
    first, after = start_of(date(year, 1, 1)), start_of(date(year + 1, 1, 1))
    return {
        "owed": found.filter(state__in=[ClaimState.PROPOSED.value, ClaimState.REVIEWED.value], day__year=year),
        "approved": found.filter(state__in=[ClaimState.APPROVED.value, ClaimState.IN_BATCH.value], day__year=year),
        "paid": found.filter(paid_at__gte=first, paid_at__lt=after),
    }[show]


@dataclass(frozen=True)
class Row:
    """One line of the table: a county, or a kind of spending in one."""

    county: Division
    kind: str = ""  # of spending; "" all
    label: Any = ""
    planned: Decimal | None = None
    income: Decimal | None = None
    owed: Decimal = Decimal(0)
    approved: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    population: int | None = None
    why: tuple[Any, ...] = field(default_factory=tuple)

    @property
    def left(self) -> Decimal | None:
        """What of the plan is not paid yet; None without a plan."""
        return None if self.planned is None else self.planned - self.paid

    @property
    def over(self) -> bool:
        """True when more is paid, approved and owed than planned."""
        return self.planned is not None and self.planned < self.paid + self.approved + self.owed

    @property
    def per_head(self) -> Decimal | None:
        """Paid per resident, in yuan; None where nobody counted the residents."""
        return fen(self.paid / self.population) if self.population else None

    @property
    def income_per_head(self) -> Decimal | None:
        """Come in per resident, in yuan; None where nothing was entered or nobody counted."""
        return fen(self.income / self.population) if self.population and self.income is not None else None


@dataclass(frozen=True)
class Table:
    """A year's money: by county, with its sum where there are several."""

    year: int
    rows: list[Row]
    total: Row | None


def table(*, by: Actor, year: int, line: str = "") -> Table:
    """The year's money of each county an actor may look at. In: `line` one business, or all of the actor's."""
    counties = payers(by)
    found, plans = _of_line(by, line)
    sums = {show: _by(behind(found, show, year), "county_id") for show in SHOWS}
    planned = _by(plans.filter(year=year, side=BudgetSide.EXPENSE.value), "county_id")
    income = _by(plans.filter(year=year, side=BudgetSide.INCOME.value), "county_id")
    heads = residents([c for c in counties if c.level == Level.COUNTY], year)
    rows = [
        _row(
            c, planned.get(c.pk), income.get(c.pk), {s: sums[s].get(c.pk) for s in SHOWS}, heads.get(c.pk),
            counted=c.level == Level.COUNTY,
        )
        for c in counties
    ]  # fmt: skip
    return Table(year, rows, _total(rows) if len(rows) > 1 else None)


def kinds(*, by: Actor, county: Division, year: int, line: str = "") -> list[Row]:
    """The year's money of one county by what it is spent on."""
    found, plans = _of_line(by, line)
    found, plans = found.filter(county=county), plans.filter(county=county, year=year, side=BudgetSide.EXPENSE.value)
    sums = {show: _by(behind(found, show, year), "spending") for show in SHOWS}
    planned = _by(plans, "kind")
    return [
        _row(
            county, planned.get(kind), None, {s: sums[s].get(kind) for s in SHOWS}, None, kind=kind, label=label,
            counted=False,
        )
        for kind, label in Spending.choices
        if kind in planned or any(kind in s for s in sums.values())
    ]  # fmt: skip


def incomes(
    *, by: Actor, county: Division, year: int, line: str = ""
) -> list[tuple[str, Any, Decimal | None, Decimal]]:
    """The year's income of one county by where it comes from: (code, name, came in, paid out of it); None: not entered."""
    found, plans = _of_line(by, line)
    came = _by(plans.filter(county=county, year=year, side=BudgetSide.INCOME.value), "kind")
    spent = _by(behind(found.filter(county=county), "paid", year), "source")
    return [
        (kind, label, came.get(kind), spent.get(kind, Decimal(0)))
        for kind, label in MoneySource.choices
        if kind in came or kind in spent
    ]


def entries(*, by: Actor, county: Division, year: int, line: str = "") -> QuerySet[BudgetLine]:
    """The documents behind a county's plan and income, the newest first."""
    return _of_line(by, line)[1].filter(county=county, year=year).order_by("-day", "-pk")


def statement(*, counties: Iterable[Division], line: str, since: date, until: date) -> dict[str, dict[str, Decimal]]:
    """Income by source and expenditure by kind of some counties for one line, from a day up to and including another.

    For statistics of a line (domain/a 1.21, 3). Income goes by the day of its document, expenditure by the day of payment.
    """
    after = start_of(date.fromordinal(until.toordinal() + 1))
    paid = Claim.objects.filter(county__in=counties, line=line, paid_at__gte=start_of(since), paid_at__lt=after)
    came = BudgetLine.objects.filter(
        county__in=counties, line=line, side=BudgetSide.INCOME.value, day__gte=since, day__lte=until
    )
    return {
        "income": {kind: _by(came, "kind").get(kind, Decimal(0)) for kind in MoneySource.values},
        "expense": {kind: _by(paid, "spending").get(kind, Decimal(0)) for kind in Spending.values},
    }


def residents(counties: Iterable[Division], year: int) -> dict[int, int]:
    """Usual residents by county: of the newest year not after the one asked, the larger source where two disagree."""
    found: dict[int, int] = {}
    rows = Population.objects.filter(division__in=counties, year__lte=year).order_by("year", "population")
    for row in rows:
        found[row.division_id] = row.population
    return found


def _of_line(by: Actor, line: str) -> tuple[QuerySet[Claim], QuerySet[BudgetLine]]:
    found: Any = in_sight(by)
    plans: Any = BudgetLine.objects.filter(claims.where(by, *SEEING))
    return (found.filter(line=line), plans.filter(line=line)) if line else (found, plans)


def _by(rows: QuerySet[Any], key: str) -> dict[Any, Decimal]:
    return {r[key]: r["sum"] for r in rows.order_by().values(key).annotate(sum=Sum("amount"))}


def _sum(rows: QuerySet[Any]) -> Decimal:
    return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def _row(
    county: Division, planned: Decimal | None, income: Decimal | None, sums: Mapping[str, Decimal | None],
    population: int | None, *, counted: bool, kind: str = "", label: Any = "",
) -> Row:  # fmt: skip
    why: list[Any] = []
    if planned is None:
        why.append(_("没有登记预算，算不出剩余"))
    if counted and population is None:
        why.append(_("没有人口数，算不出人均"))
    return Row(
        county, kind, label or county.name, planned, income, sums.get("owed") or Decimal(0),
        sums.get("approved") or Decimal(0), sums.get("paid") or Decimal(0), population, tuple(why),
    )  # fmt: skip


def _total(rows: list[Row]) -> Row:
    """The sum of some rows; what is unknown in one of them is unknown in the sum, except for who spent nothing at all."""

    def whole(values: list[Any]) -> Any:
        return None if any(v is None for v in values) else sum(values)

    active = [r for r in rows if r.planned is not None or r.income is not None or r.owed or r.approved or r.paid]
    counted = [r for r in rows if r.county.level == Level.COUNTY]
    planned, population = whole([r.planned for r in active]), whole([r.population for r in counted])
    planned = planned if active else None
    came = [r.income for r in rows if r.income is not None]
    why = [_("有的县没有登记预算，合计不算剩余")] if planned is None and active else []
    if population is None:
        why.append(_("有的县没有人口数，合计不算人均"))
    return Row(
        rows[0].county, "", _("合计"), planned, sum(came, Decimal(0)) if came else None,
        sum((r.owed for r in rows), Decimal(0)), sum((r.approved for r in rows), Decimal(0)),
        sum((r.paid for r in rows), Decimal(0)), population or None, tuple(why),
    )  # fmt: skip
