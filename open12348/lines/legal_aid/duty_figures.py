"""Where the dated figures of duty lawyers are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from open12348.kernel.parameters import Figure, figure, layers

FOLDER = Path(__file__).resolve().parent / "parameters" / "duty"


def the(name: str, day: date) -> Figure:
    """A figure of duty lawyers on a day, the pack's over ours. Errors: NoFigure."""
    return figure(layers(FOLDER, "legal_aid/duty"), name, day)
