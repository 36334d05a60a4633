"""Where mediation's dated figures are read: those of this folder, under what the pack in use lays over them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from open12348.kernel.parameters import Figure, figure, layers

HERE = Path(__file__).resolve().parent
#: The day of the oldest figures: what began before it is counted under those.
FIRST = date(2011, 1, 1)


def the(name: str, day: date) -> Figure:
    """A figure of this line on a day. Errors: NoFigure."""
    return figure(layers(HERE / "parameters", "mediation"), name, max(day, FIRST))


def amount(name: str) -> Any:
    """A reader for a dated figure, for clocks: (day) -> int."""
    return lambda day: int(the(name, day).value)
