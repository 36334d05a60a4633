"""Where the dated figures of the notary line are read: those of this folder, under what the pack in use lays over them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from open12348.kernel.parameters import Figure, dated, figure, layers
from open12348.kernel.workdays import Unit
from open12348.spine.catalogue import Term

HERE = Path(__file__).resolve().parent
#: The day of the oldest file: what began before it is counted under that one.
FIRST = date(2021, 1, 1)


def the(name: str, day: date) -> Figure:
    """A figure of this line on a day. Errors: NoFigure."""
    return figure(layers(HERE / "parameters", "notary"), name, max(day, FIRST))


def amount(name: str) -> Any:
    """A reader for a dated figure, for clocks: (day) -> int."""
    return lambda day: int(the(name, day).value)


def term(name: str) -> Any:
    """A reader for the whole rule of a day, for clocks: (day) -> Term."""

    def read(day: date) -> Term:
        found = the(name, day)
        return Term(int(found.value), Unit(found.unit), found.basis, found.sure)

    return read


def tariff(day: date) -> list[tuple[date, dict[str, Any]]]:
    """The files of the tariff that hold on a day, oldest first."""
    return dated(layers(HERE / "parameters" / "fees", "notary/fees"), max(day, FIRST))
