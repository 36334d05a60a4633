"""Small effects that every service of this line shares."""

from __future__ import annotations

from typing import Any

from open12348.spine.casework import Act
from open12348.spine.files import words
from open12348.spine.models import DocumentKind


def note(act: Act) -> None:
    """Keep the words of a move for the office."""
    said: Any = act.data.get("note") or act.data.get("reason") or act.data.get("opinion") or ""
    if said:
        words(act.turn, str(said), kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))


def reason_as_message(act: Act) -> None:
    """Keep why somebody wants it taken up again."""
    if act.data.get("reason"):
        words(act.turn, str(act.data["reason"]), kind=DocumentKind.MESSAGE, for_resident=True)
