"""What a closed stage costs: handed to the funds, once for each stage (O148 Art 41; 司发通〔2019〕27号)."""

from __future__ import annotations

from typing import Any

from open12348.spine.journal import Turn

from .models import Aid


def owe(turn: Turn, aid: Aid) -> None:
    """The fee of the stage is owed to who did the work."""


def open_fault(aid: Aid) -> Any:
    """Words while a fee is still open; nothing when it is paid, or none is owed."""
    return None


def standing(aid: Aid) -> list[Any]:
    """The claims for this case, for who may see money."""
    return []
