"""Where the dated figures of review, complaints, files and statistics are read (parameters/certificates/)."""

from __future__ import annotations

from datetime import date
from typing import Any

from open12348.kernel.parameters import Figure, figure, layers
from open12348.kernel.workdays import Unit
from open12348.spine.catalogue import Term

from .figures import FIRST, HERE


def the(name: str, day: date) -> Figure:
    """A figure on a day. Errors: NoFigure."""
    return figure(layers(HERE / "parameters" / "certificates", "notary/certificates"), name, max(day, FIRST))


def number(name: str, day: date) -> int:
    """A figure that is a number."""
    return int(the(name, day).value)


def term(name: str) -> Any:
    """A reader for the whole rule of a day, for clocks: (day) -> Term."""

    def read(day: date) -> Term:
        found = the(name, day)
        return Term(int(found.value), Unit(found.unit), found.basis, found.sure)

    return read


def clock_parts(name: str) -> dict[str, Any]:
    """What a clock says of a figure as it stood first: its rule of each day comes from `term`."""
    first = term(name)(FIRST)
    return {"amount": first.amount, "unit": first.unit, "term": term(name), "basis": first.basis, "sure": first.sure}
