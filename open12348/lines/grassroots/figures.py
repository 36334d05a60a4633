"""Where the dated figures of grassroots legal service are read: those of this folder, under what the pack in use lays over them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from open12348.kernel.parameters import Figure, figure, layers
from open12348.kernel.workdays import Unit
from open12348.spine.catalogue import Term

HERE = Path(__file__).resolve().parent
#: The first day on which every figure is known.
FIRST = date(2018, 2, 1)


def the(name: str, day: date) -> Figure:
    """A figure of this line on a day; before the first one, the first. Errors: NoFigure."""
    return figure(layers(HERE / "parameters", "grassroots"), name, max(day, FIRST))


def number(name: str, day: date) -> int:
    """A figure that is a whole number. Errors: NoFigure."""
    return int(the(name, day).value)


def limit(name: str) -> dict[str, Any]:
    """What a clock says of a dated limit: its length, unit and article, as they are on the day from which it counts."""
    first = the(name, FIRST)
    return {
        "amount": int(first.value), "unit": Unit(first.unit), "basis": first.basis, "sure": first.sure, "term": _term(name),
    }  # fmt: skip


def _term(name: str) -> Callable[[date], Term]:
    def on(day: date) -> Term:
        row = the(name, day)
        return Term(int(row.value), Unit(row.unit), row.basis, row.sure)

    return on
