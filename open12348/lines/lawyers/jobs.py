"""What this line does by itself: what nobody answered within five working days counts as accepted (行政许可法 Art 32)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from open12348.kernel.access import SYSTEM
from open12348.kernel.jobs import every
from open12348.spine import casework
from open12348.spine.journal import Conflict
from open12348.spine.models import Case, Deadline, DeadlineState

from .licence import CODE


@every(300)
def silence(at: datetime) -> int:
    """Accept what silence accepts."""
    return accept_by_silence(at)


def accept_by_silence(at: datetime, limit: int = 200) -> int:
    """Make accepted by law what was not answered in time. Out: how many. It accepts only; it grants nothing.

    Exactly once: the move is refused once the state has changed, and of two turns at a case one gets a Conflict.
    """
    over = Deadline.objects.filter(
        order_id=OuterRef("pk"), clock="complete", state=DeadlineState.RUNNING, due_at__lte=at
    )
    waiting = Case.objects.filter(Exists(over), service=CODE, state="received", hold="").order_by("pk")[:limit]
    done = 0
    for case in waiting:
        try:
            casework.make(case=case, move="accept", by=SYSTEM, at=at, data={})
        except (Conflict, casework.Refused):  # somebody is at it just now: look again in five minutes
            continue
        done += 1
    return done
