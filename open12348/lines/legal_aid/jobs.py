"""What legal aid does by itself, once each: it tells people who must act what is near or lost, and ends the sight of what is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import SYSTEM
from open12348.kernel.jobs import every
from open12348.kernel.workdays import legal_day, start_of
from open12348.spine import journal, notices
from open12348.spine.catalogue import Phase
from open12348.spine.models import Deadline, DeadlineState, Event
from open12348.ui.templatetags.ui import day_words

from . import sight
from .figures import the
from .models import Aid, MatterDate, MatterDateKind

#: The limits of assignment (LA-T04, LA-T07): a lawyer who comes too late cannot be made up for.
ALARMED = ("notice_assign", "notice_assign_custody", "assign")

_day_words = lazy(day_words, str)


@every(60)
def limits(at: datetime) -> int:
    """Alarm the office when a limit of assignment has a day left (domain reference A, 1.9)."""
    return alarm_limits(at)


@every(300)
def days(at: datetime) -> int:
    """Remind of hearings, limitation and other days of the matter."""
    return warn_dates(at) + warn_lapses(at)


@every(3600)
def hands(at: datetime) -> int:
    """Take cases that are over for good out of their handler's hands (domain reference A, 1.25)."""
    return sight.out_of_hands(at)


@every(300)
def licences(at: datetime) -> int:
    """Tell the people in charge of open cases whose lawyer or firm may not go on."""
    return sight.tell_lost(at)


def _told(kind: str) -> Exists:
    """That the journal says a limit was alarmed."""
    rows = Event.objects.filter(order_id=OuterRef("order_id"), kind=kind).annotate(of=KT("data__limit"))
    return Exists(rows.filter(of=Cast(OuterRef("pk"), TextField())))


def alarm_limits(at: datetime, limit: int = 200) -> int:
    """Post one alarm for each limit of assignment that ends within the figure's hours. Out: how many were posted.

    Exactly once: the alarm and its line in the journal commit in one turn, and of two turns at a case one is refused.
    """
    before = timedelta(hours=int(the("alarm_before", legal_day(at)).value))
    rows = (
        Deadline.objects.filter(
            clock__in=ALARMED, state=DeadlineState.RUNNING, due_at__gt=at, due_at__lte=at + before, order__case__line="legal_aid"
        )
        .exclude(_told("limit_near"))
        .order_by("due_at", "pk")[:limit]
    )  # fmt: skip
    return sum(_alarm(row, at) for row in rows)


def _alarm(row: Deadline, at: datetime) -> int:
    try:
        with journal.turn(order_id=row.order_id, by=SYSTEM, at=at) as now:
            earlier = now.order.events.filter(kind="limit_near", data__due_at=row.due_at.isoformat()).exists()
            if now.order.events.filter(kind="limit_near", data__limit=row.pk).exists():
                return 0
            now.write("limit_near", clock=row.clock, limit=row.pk, due_at=row.due_at.isoformat())
            if earlier:  # the same day under its other rule: told already
                return 0
            for to in ("officer", "supervisor"):
                notices.post(
                    now, to=to, urgent=True, what=now.service.clock(row.clock).label,
                    day=_day_words(legal_day(row.due_at - timedelta(microseconds=1)), today=legal_day(at)),
                    text=_("%(code)s 快到期限：%(what)s，最迟 %(day)s。请马上办。"),
                )  # fmt: skip
    except journal.Conflict:  # somebody is at this case just now, perhaps assigning: look again in a minute
        return 0
    return 1


def steps_before(at: datetime) -> list[int]:
    """How many days before a day of the matter people are reminded, the earliest first."""
    return sorted((int(n) for n in the("date_warnings", legal_day(at)).value), reverse=True)


def _passed(day: date, at: datetime, steps: Iterable[int]) -> int:
    left = (day - legal_day(at)).days
    return sum(left <= n for n in steps)


def warn_dates(at: datetime, limit: int = 500) -> int:
    """Remind of days of the matter that came near. Out: how many reminders.

    One reminder for all warnings that fell due since the last one; the row counts them, and who counts first reminds.
    """
    steps = steps_before(at)
    rows: QuerySet[MatterDate] = (
        MatterDate.objects.filter(
            done_at__isnull=True, replaced_by__isnull=True, warned__lt=len(steps), at__gte=start_of(legal_day(at)),
            at__lt=start_of(legal_day(at) + timedelta(days=steps[0] + 1)),
        )
        .exclude(aid__order__case__phase=Phase.DONE.value)
        .order_by("at", "pk")[:limit]
    )  # fmt: skip
    return sum(_remind(row, _passed(legal_day(row.at), at, steps), at) for row in rows)


def _remind(row: MatterDate, wanted: int, at: datetime) -> int:
    if wanted <= row.warned:
        return 0
    with journal.turn(order_id=row.aid_id, by=SYSTEM, at=at) as now:
        if not MatterDate.objects.filter(pk=row.pk, warned=row.warned).update(warned=wanted):
            return 0
        _post(now, str(row.kind), legal_day(row.at), at)
    return 1


def warn_lapses(at: datetime, limit: int = 500) -> int:
    """Remind of the day after which it is too late, where the applicant named one and no lawyer has entered it since."""
    steps, today = steps_before(at), legal_day(at)
    rows = (
        Aid.objects.filter(lapses_on__gte=today, lapses_on__lte=today + timedelta(days=steps[0]))
        .exclude(Exists(MatterDate.objects.filter(aid=OuterRef("pk"), kind=MatterDateKind.LIMITATION)))
        .exclude(order__case__phase=Phase.DONE.value)
        .order_by("lapses_on", "pk")[:limit]
    )
    done = 0
    for row in rows:
        assert row.lapses_on is not None
        wanted, day = _passed(row.lapses_on, at, steps), row.lapses_on.isoformat()
        try:
            with journal.turn(order_id=row.pk, by=SYSTEM, at=at) as now:
                if now.order.events.filter(kind="lapse_near", data__day=day, data__warned__gte=wanted).exists():
                    continue
                now.write("lapse_near", day=day, warned=wanted)
                _post(now, MatterDateKind.LIMITATION, row.lapses_on, at)
        except journal.Conflict:
            continue
        done += 1
    return done


def _post(now: journal.Turn, kind: str, day: date, at: datetime) -> None:
    left = (day - legal_day(at)).days
    text = (
        _("%(code)s：%(what)s就在今天（%(day)s）。")
        if left == 0
        else _("%(code)s：%(what)s在 %(day)s，还有 %(left)s 天。")
    )
    for to in ("handler", "officer") if now.case.handler_id is None or left <= 1 else ("handler",):
        notices.post(
            now, to=to, urgent=left <= 1, text=text, what=MatterDateKind(kind).label, left=left,
            day=_day_words(day, today=legal_day(at)),
        )  # fmt: skip
