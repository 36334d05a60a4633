"""Where the dated figures of forensic appraisal are read: those of this folder, under what the pack in use lays over them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from open12348.kernel.parameters import Figure, figure, layers
from open12348.kernel.workdays import Unit
from open12348.spine.catalogue import Term

HERE = Path(__file__).resolve().parent
#: The day from which the General Rules of 2016 hold: clocks name its articles.
FIRST = date(2016, 5, 1)


def the(name: str, day: date) -> Figure:
    """A figure of this line on a day. Errors: NoFigure."""
    return figure(layers(HERE / "parameters", "forensics"), name, day)


def term(name: str) -> Callable[[date], Term]:
    """A limit as a clock asks for it: (day) -> the rule of that day."""

    def of(day: date) -> Term:
        found = the(name, day)
        return Term(int(found.value), Unit(found.unit), found.basis, found.sure)

    return of
