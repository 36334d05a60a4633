"""Where the dated figures of this line are read: those of this folder, under what the pack in use lays over them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from open12348.kernel.parameters import Figure, NoFigure, dated, figure, layers
from open12348.kernel.workdays import Unit
from open12348.spine.catalogue import Term

HERE = Path(__file__).resolve().parent
#: The first day on which every figure of this line is known.
FIRST = date(2018, 1, 1)


def the(name: str, day: date) -> Figure:
    """A figure of this line on a day. Errors: NoFigure."""
    return figure(layers(HERE / "parameters", "lawyers"), name, day)


def number(name: str, day: date) -> int:
    """A figure that is a whole number. Errors: NoFigure."""
    return int(the(name, day).value)


def term(name: str) -> Callable[[date], Term]:
    """A reader for a dated limit with its unit and article, for clocks."""

    def on(day: date) -> Term:
        row = the(name, max(day, FIRST))
        return Term(int(row.value), Unit(row.unit), row.basis, row.sure)

    return on


def limit(name: str) -> dict[str, Any]:
    """What a clock says of a dated limit."""
    first = the(name, FIRST)
    return {
        "amount": int(first.value), "unit": Unit(first.unit), "basis": first.basis, "sure": first.sure, "term": term(name),
    }  # fmt: skip


def row(name: str, day: date) -> dict[str, Any]:
    """A figure with everything its table says (the range of a suspension, the most of a fine). Errors: NoFigure."""
    for _since, content in reversed(dated(layers(HERE / "parameters", "lawyers"), day)):
        if name in content:
            return dict(content[name])
    raise NoFigure(f"{name}: no figure for {day}")
