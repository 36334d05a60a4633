"""Where the dated figures of the bureau's work on appraisal are read: registration, complaints, penalties, credit rating."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from open12348.kernel.parameters import Figure, figure, layers
from open12348.kernel.workdays import Unit
from open12348.spine.catalogue import Term

FOLDER = Path(__file__).resolve().parent / "parameters"


def the(room: str, name: str, day: date) -> Figure:
    """A figure of a room (registration, complaints, penalties, credit) on a day, the pack's over ours. Errors: NoFigure."""
    return figure(layers(FOLDER / room, f"forensics/{room}"), name, day)


def number(room: str, name: str, day: date) -> int:
    """A figure that is a whole number. Errors: NoFigure."""
    return int(the(room, name, day).value)


def term(room: str, name: str) -> Callable[[date], Term]:
    """A reader for the whole rule of a limit, for Clock.term."""

    def read(day: date) -> Term:
        found = the(room, name, day)
        return Term(int(found.value), Unit(found.unit), found.basis, found.sure)

    return read
