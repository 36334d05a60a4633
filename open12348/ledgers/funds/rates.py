"""Rates by date, and what work is worth by them, step by step. Pure: no tables, no clock, no floats.

The figures stand in dated TOML files of whoever hands in the folder (kernel/parameters.py), each with its source:

    rate_<kind>_<stage>, rate_<kind>            yuan for one unit; `unit` is case, day or piece
    cross_<kind>_<stage>, cross_<kind>          yuan instead, when the work lay in another county
    cross_times_<kind>, cross_times             or: by how much the rate is multiplied then
    more_<kind>, more                           for each further person helped: this share of the rate
    more_most                                   for at most so many further persons

The more exact name wins. Sums are whole numbers or text ("1200.50"), never floats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from open12348.kernel.parameters import Figure, NoFigure, figures

from .models import WorkUnit

FEN = Decimal("0.01")


class BadRate(ValueError):
    """A figure in a rates file that is no sum: which, and why."""


def fen(amount: Decimal) -> Decimal:
    """An amount rounded to the fen, halves upward (away from zero)."""
    return amount.quantize(FEN, ROUND_HALF_UP)


@dataclass(frozen=True)
class Rate:
    """One figure of a rates file as a number."""

    name: str
    value: Decimal
    figure: Figure

    @property
    def unit(self) -> WorkUnit:
        """What it is paid by. Errors: BadRate."""
        try:
            return WorkUnit(self.figure.unit)
        except ValueError:
            raise BadRate(f"{self.name}: unit {self.figure.unit!r} is none of {', '.join(WorkUnit.values)}") from None


@dataclass(frozen=True)
class Rates:
    """The rates that hold on a day."""

    day: date
    figures: Mapping[str, Figure]

    def get(self, *names: str) -> Rate | None:
        """The first of some figures that there is. Errors: BadRate for one that is no sum."""
        for name in names:
            if name in self.figures:
                return Rate(name, _number(name, self.figures[name].value), self.figures[name])
        return None

    def base(self, kind: str, stage: str = "") -> Rate:
        """The rate of a kind and stage. Errors: NoFigure."""
        found = self.get(*_names("rate", kind, stage))
        if found is None:
            raise NoFigure(f"rate_{kind}_{stage}: no rate for {self.day}")
        return found


def rates(folders: Path | Sequence[Path], day: date) -> Rates:
    """The rates in a folder (or in several that lie over each other) as they hold on a day. Errors: NoFigure when none."""
    return Rates(day, figures(folders, day))


def _names(what: str, kind: str, stage: str) -> tuple[str, ...]:
    return (f"{what}_{kind}_{stage}", f"{what}_{kind}") if stage else (f"{what}_{kind}",)


def _number(name: str, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise BadRate(f'{name}: write the sum as a whole number or as text, like "1200.50"')
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise BadRate(f"{name}: {value!r} is no sum") from None
    if not number.is_finite() or number < 0:
        raise BadRate(f"{name}: {value!r} is no sum")
    return number


@dataclass(frozen=True)
class Step:
    """One step of working an amount out: what was done with which figure, and the sum after it."""

    what: str  # rate | cross_rate | quantity | cross_times | more | rounded | reduced | taken_back
    by: Decimal
    gives: Decimal
    figure: str = ""
    basis: str = ""
    since: date | None = None
    sure: bool = True

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the claim: sums as text, so that nothing is lost."""
        return {
            "what": self.what, "by": str(self.by), "gives": str(self.gives), "figure": self.figure, "basis": self.basis,
            "since": self.since.isoformat() if self.since else "", "sure": self.sure,
        }  # fmt: skip


@dataclass(frozen=True)
class Worked:
    """An amount and how it came about."""

    amount: Decimal
    unit: WorkUnit
    day: date
    steps: tuple[Step, ...]

    @property
    def sure(self) -> bool:
        """True when every figure used is confirmed."""
        return all(step.sure for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the claim."""
        return {"day": self.day.isoformat(), "steps": [s.as_json() for s in self.steps], "total": str(self.amount)}


def _step(what: str, rate: Rate, by: Decimal, gives: Decimal) -> Step:
    return Step(what, by, gives, rate.name, rate.figure.basis, rate.figure.since, rate.figure.sure)


def work_out(
    *, rates: Rates, kind: str, stage: str = "", quantity: Decimal = Decimal(1), cross_county: bool = False,
    recipients: int = 1,
) -> Worked:  # fmt: skip
    """What work is worth: the rate, times the quantity, more across counties and for further persons; rounded once.

    Errors: NoFigure when there is no rate; BadRate for a faulty file; ValueError for a quantity or number below one unit.
    """
    if quantity <= 0 or recipients < 1:
        raise ValueError("work is counted from something upward")
    base = rates.base(kind, stage)
    unit, sum_, steps = base.unit, base.value, [_step("rate", base, base.value, base.value)]
    across = rates.get(*_names("cross", kind, stage)) if cross_county else None
    if across is not None:
        sum_ = across.value
        steps = [_step("cross_rate", across, across.value, sum_)]
    if quantity != 1:
        sum_ *= quantity
        steps.append(Step("quantity", quantity, sum_))
    if cross_county and across is None:
        times = rates.get(f"cross_times_{kind}", "cross_times")
        if times is not None:
            sum_ *= times.value
            steps.append(_step("cross_times", times, times.value, sum_))
    more = rates.get(*_names("more", kind, stage), "more")
    if recipients > 1 and more is not None:
        most, further = rates.get("more_most"), Decimal(recipients - 1)
        if most is not None:
            further = min(further, most.value)
        sum_ += sum_ * more.value * further
        steps.append(_step("more", more, more.value * further, sum_))
    amount = fen(sum_)
    if amount != sum_:
        steps.append(Step("rounded", FEN, amount))
    return Worked(amount, unit, rates.day, tuple(steps))
