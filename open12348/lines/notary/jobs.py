"""What the notary line does by itself: it alarms when a revocation or a supplement was not reported on its day (N-T10)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import SYSTEM
from open12348.kernel.jobs import every
from open12348.spine import journal, notices
from open12348.spine.models import Deadline, DeadlineState


@every(60)
def reports(at: datetime) -> int:
    """Tell who supervises of each report that is a day late, once."""
    return alarm_reports(at)


def alarm_reports(at: datetime, limit: int = 100) -> int:
    """Post an alarm for each report to the association that was not made on its day. Out: how many.

    Exactly once: the alarm and its line in the journal commit in one turn, and of two turns at a case one is refused.
    """
    rows = Deadline.objects.filter(
        clock="report", state=DeadlineState.RUNNING, due_at__lte=at, order__case__service="notary.review"
    ).order_by("due_at", "pk")[:limit]
    return sum(_alarm(row, at) for row in rows)


def _alarm(row: Deadline, at: datetime) -> int:
    try:
        with journal.turn(order_id=row.order_id, by=SYSTEM, at=at) as now:
            if now.order.events.filter(kind="report_missed", data__limit=row.pk).exists():
                return 0
            now.write("report_missed", limit=row.pk)
            for to in ("officer", "supervisor"):
                notices.post(
                    now, to=to, urgent=True,
                    text=_("%(code)s 撤销或者补正公证书以后，没有在当日报地方公证协会备案、录入全国公证管理系统（公证程序规则第六十三条）。请马上办。"),
                )  # fmt: skip
    except journal.Conflict:  # somebody is at this case just now, perhaps reporting: look again in a minute
        return 0
    return 1
