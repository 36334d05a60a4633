"""What grades do by themselves: the office is told once when one runs out soon; that it has run out needs no doing."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import SYSTEM
from open12348.kernel.jobs import every
from open12348.kernel.workdays import legal_day
from open12348.spine import journal, notices

from . import grading
from .committee_models import MediatorGrade


@every(3600)
def grades(at: datetime) -> int:
    """Tell the office of grades that run out soon."""
    return warn(at)


def warn(at: datetime, limit: int = 200) -> int:
    """One message for each grade whose end is near; exactly once, for it is marked in the same turn. Out: how many."""
    done = 0
    for row in grading.ending(legal_day(at)).filter(warned_at__isnull=True)[:limit]:
        try:
            with journal.turn(order_id=row.order_id, by=SYSTEM, at=at) as now:
                if not MediatorGrade.objects.filter(pk=row.pk, warned_at__isnull=True).update(warned_at=at):
                    continue
                notices.post(
                    now, to="officer", text=_("%(code)s：%(name)s的等级 %(day)s 到期，要续的请重新申报。"), name=row.mediator.name,
                    day=row.valid_to.isoformat(),
                )  # fmt: skip
        except journal.Conflict:  # somebody is at this case just now: next hour
            continue
        done += 1
    return done
