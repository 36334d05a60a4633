"""What the line does by itself: silence of five working days accepts an application for a licence (行政许可法 Art 32)."""

from __future__ import annotations

from datetime import datetime

from open12348.kernel.access import SYSTEM
from open12348.kernel.jobs import every
from open12348.spine import casework
from open12348.spine.catalogue import Hold
from open12348.spine.journal import Conflict
from open12348.spine.models import Case, DeadlineState

#: So many applications in one round.
MOST = 100


@every(300)
def silence(at: datetime) -> int:
    """Accept what nobody answered in time. Out: how many; one that somebody has open at this moment waits for the next round."""
    late = Case.objects.filter(
        service="grassroots.licence", state="received", order__deadlines__clock="accept", order__deadlines__due_at__lte=at,
        order__deadlines__state=DeadlineState.RUNNING,
    ).exclude(hold=Hold.APPLICANT.value).distinct()[:MOST]  # fmt: skip
    done = 0
    for case in late:
        try:
            casework.make(case=case, move="deem_accepted", by=SYSTEM, at=at)
            done += 1
        except (casework.Refused, Conflict):
            continue
    return done
