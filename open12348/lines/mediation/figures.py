"""Where mediation's dated figures are read: those of this folder, under what the pack in use lays over them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from open12348.kernel.parameters import Figure, figure, layers
from open12348.kernel.workdays import Unit
from open12348.spine.catalogue import Term

HERE = Path(__file__).resolve().parent
#: The day of the oldest figures: what began before it is counted under those.
FIRST = date(2011, 1, 1)


def the(name: str, day: date) -> Figure:
    """A figure of this line on a day. Errors: NoFigure."""
    return figure(layers(HERE / "parameters", "mediation"), name, max(day, FIRST))


def amount(name: str) -> Any:
    """A reader for a dated figure, for clocks: (day) -> int."""
    return lambda day: int(the(name, day).value)


def number(name: str, day: date) -> int:
    """A figure as a whole number."""
    return int(the(name, day).value)


def term(name: str, day: date) -> Term:
    """A limit on a day: its length, unit and article, and whether that is confirmed."""
    found = the(name, day)
    return Term(int(found.value), Unit(found.unit), found.basis, found.sure)


def most_interest(day: date) -> tuple[Decimal, Figure]:
    """The most interest a year that courts protect in a loan agreed on a day, in per cent, and where that stands."""
    found = figure(layers(HERE / "parameters" / "lending", "mediation/lending"), "most_interest", max(day, FIRST))
    return Decimal(str(found.value)), found
