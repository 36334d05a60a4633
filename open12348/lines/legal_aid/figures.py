"""Where legal aid's dated figures are read: those of this folder, under what the pack in use lays over them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from open12348.kernel.parameters import Figure, dated, figure, layers

HERE = Path(__file__).resolve().parent


def the(name: str, day: date) -> Figure:
    """A figure of this line on a day. Errors: NoFigure."""
    return figure(layers(HERE / "parameters", "legal_aid"), name, day)


def amount(name: str) -> Any:
    """A reader for a dated figure, for clocks: (day) -> int."""
    return lambda day: int(the(name, day).value)


def means_files(day: date) -> list[tuple[date, dict[str, Any]]]:
    """The files of the means test that hold on a day, oldest first: figures, steps and extra matters of the region."""
    return dated(layers(HERE / "parameters" / "means", "legal_aid/means"), day)
