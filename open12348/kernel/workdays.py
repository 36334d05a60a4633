"""Legal time: Beijing days, the working calendar as data, and the reckoning of limits day by day.

Rules T-00 to T-11 (民法典 Art 201-203, 行政许可法 Art 82): the day of the event is not counted; a limit whose last day
is a holiday ends on the first day after it; the day ends at 24:00 Beijing time. "Mon-Fri" is never assumed for a year
whose notice is not loaded without saying so: such a result is provisional.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

TZ = ZoneInfo("Asia/Shanghai")
ONE = timedelta(days=1)


class Unit(str, Enum):
    """How a limit counts. DAYS roll over holidays at the end; DAYS_UNROLLED do not (custody, 刑事诉讼法 Art 105).

    MONTHS end on the corresponding day (民法典 Art 202) and roll as DAYS do.
    """

    WORKDAYS = "workdays"
    DAYS = "days"
    MONTHS = "months"
    DAYS_UNROLLED = "days_unrolled"
    HOURS = "hours"


def legal_day(instant: datetime) -> date:
    """The Beijing day of an aware instant. Errors: ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(TZ).date()


def end_of(day: date) -> datetime:
    """24:00 of a day, Beijing time: the instant at which a limit that ends on the day becomes late."""
    return datetime.combine(day + ONE, datetime.min.time(), TZ)


def start_of(day: date) -> datetime:
    """0:00 of a day, Beijing time."""
    return datetime.combine(day, datetime.min.time(), TZ)


@dataclass(frozen=True)
class Calendar:
    """A working calendar: days that differ from Monday-Friday, and the years whose national notice is loaded."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    known_years: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        known = self.exceptions.get(day)
        return day.weekday() < 5 if known is None else known

    def add(self, day: date, n: int) -> date:
        """The n-th working day after a day; the day itself for 0."""
        while n > 0:
            day += ONE
            if self.is_workday(day):
                n -= 1
        return day

    def count(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`."""
        return sum(self.is_workday(first + ONE * i) for i in range(1, (last - first).days + 1))

    def roll(self, day: date) -> date:
        """The day itself when it is a working day, else the first one after it."""
        while not self.is_workday(day):
            day += ONE
        return day

    def provisional(self, first: date, last: date) -> bool:
        """True when a year between two days (both included) has no notice yet."""
        return any(year not in self.known_years for year in range(first.year, last.year + 1))


@dataclass(frozen=True)
class DayLine:
    """One day in the account of a limit."""

    day: date
    kind: str  # start | counted | holiday | paused | rolled
    n: int  # how much of the limit has been used up at the end of the day


@dataclass(frozen=True)
class Reckoning:
    """When a limit ends, and why."""

    due_at: datetime
    due_day: date
    provisional: bool
    days: tuple[DayLine, ...]
    waiting: bool = False  # a pause is still open before the end: the day named is the earliest possible


def reckon(
    start: datetime,
    unit: Unit,
    n: int,
    pauses: Sequence[tuple[datetime, datetime | None]] = (),
    calendar: Calendar | None = None,
    now: datetime | None = None,
) -> Reckoning:
    """When a limit of n units that started at an instant becomes late, with the account of every day.

    In: pauses as (from, to) instants, to=None while it still waits (then taken up to `now`). A pause takes away the days
    after its first day up to and including its last one, as a limit of its own would be counted; hours are exact. Pauses
    that overlap count once; one that began when the limit was over changes nothing.
    """
    calendar = calendar or Calendar()
    closed = [(a, b if b is not None else max(a, now or a)) for a, b in pauses]
    open_since = min((a for a, b in pauses if b is None), default=None)
    first = legal_day(start)
    if unit is Unit.HOURS:
        due = _hours_on(start, n, closed)
        day = legal_day(due - timedelta(microseconds=1))
        waiting = open_since is not None and open_since < due
        return Reckoning(due, day, False, (DayLine(first, "start", 0), DayLine(day, "counted", n)), waiting)
    paused = _paused_days(closed)
    if unit is Unit.MONTHS:
        n = (add_months(first, n) - first).days
    lines = [DayLine(first, "start", 0)]
    day, used = first, 0
    while used < n:
        day += ONE
        if day in paused:
            lines.append(DayLine(day, "paused", used))
        elif unit is Unit.WORKDAYS and not calendar.is_workday(day):
            lines.append(DayLine(day, "holiday", used))
        else:
            used += 1
            lines.append(DayLine(day, "counted", used))
    if unit is not Unit.DAYS_UNROLLED:
        while not calendar.is_workday(day) or day in paused:
            day += ONE
            lines.append(DayLine(day, "rolled", used))
    provisional = unit is not Unit.DAYS_UNROLLED and calendar.provisional(first, day)
    due = end_of(day)
    return Reckoning(due, day, provisional, tuple(lines), open_since is not None and open_since < due)


def _hours_on(start: datetime, n: int, pauses: Iterable[tuple[datetime, datetime]]) -> datetime:
    """The instant n hours of running time after another one; what was paused before they were over does not run."""
    reached, left = start.astimezone(UTC), timedelta(hours=n)
    for a, b in sorted(pauses):
        a, b = max(a.astimezone(UTC), reached), b.astimezone(UTC)
        if a - reached >= left:
            break
        if b > a:
            left -= a - reached
            reached = b
    return (reached + left).astimezone(TZ)


def _paused_days(pauses: Iterable[tuple[datetime, datetime]]) -> set[date]:
    found: set[date] = set()
    for a, b in pauses:
        first, last = legal_day(a), legal_day(b)
        found |= {first + ONE * i for i in range(1, (last - first).days + 1)}
    return found


def add_months(day: date, months: int) -> date:
    """The corresponding day some months later; the last day of the month where there is none (民法典 Art 202)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(day)


# The calendar as data

_cache: dict[tuple[str, ...], Calendar] = {}
_stamp: tuple[float, tuple[object, ...]] = (0.0, ())
_FRESH = 30.0


def _version() -> tuple[object, ...]:
    """What changes whenever a day or a notice is written, replaced or withdrawn (a replaced day gets a new number)."""
    from .models import CalendarDay, CalendarNotice

    days = CalendarDay.objects.aggregate(n=Count("pk"), last=Max("pk"))
    notices = CalendarNotice.objects.filter(loaded_at__isnull=False).aggregate(n=Count("pk"), last=Max("loaded_at"))
    return days["n"], days["last"], notices["n"], notices["last"]


def calendar_for(layers: Sequence[str]) -> Calendar:
    """The calendar where several hold, later layers over earlier ones: ("national", "650000", "653131").

    Kept in the process; whether anything was loaded is looked up at most every 30 seconds.
    """
    global _stamp
    key = tuple(layers)
    if time.monotonic() - _stamp[0] > _FRESH:
        version = _version()
        if version != _stamp[1]:
            _cache.clear()
        _stamp = (time.monotonic(), version)
    if key not in _cache:
        from .models import CalendarDay, CalendarNotice

        merged: dict[date, bool] = {}
        rows: dict[str, list[tuple[date, bool]]] = {}
        for layer, day, is_workday in CalendarDay.objects.filter(layer__in=key).values_list(
            "layer", "day", "is_workday"
        ):
            rows.setdefault(layer, []).append((day, is_workday))
        for layer in key:
            merged.update(rows.get(layer, []))
        years = CalendarNotice.objects.filter(layer=key[0], loaded_at__isnull=False).values_list("year", flat=True)
        _cache[key] = Calendar(merged, frozenset(years))
    return _cache[key]


def forget() -> None:
    """Drop what the process remembers of calendars (after loading, and between tests)."""
    global _stamp
    _cache.clear()
    _stamp = (0.0, ())


class NoticeFault(ValueError):
    """A notice that cannot be right; says why in words."""


def named_from(year: int) -> date:
    """The first day a year's notice may speak of: a make-up day for New Year lies in the December before."""
    return date(year - 1, 12, 20)


def belongs(day: date, year: int) -> bool:
    """True when a year's notice may speak of the day."""
    return named_from(year) <= day <= date(year, 12, 31)


def load_notice(*, year: int, layer: str, rows: Iterable[Mapping[str, object]], document: str, at: datetime) -> int:
    """Load a year's notice: rows with day, is_workday, name_zh, name_ug, name_en, sure, source. Returns rows written.

    Loading again replaces the year's rows of that layer, so that a corrected notice can follow. A notice may also name
    days at the end of the year before (a make-up day for New Year). Errors: NoticeFault for a day of another year.
    """
    from django.db import transaction

    from .models import CalendarDay, CalendarNotice

    made = [CalendarDay(layer=layer, **row) for row in rows]
    for row in made:
        if not belongs(row.day, year):
            raise NoticeFault(_("%(day)s 不在 %(year)s 年的放假安排里。") % {"day": row.day, "year": year})
    if len({row.day for row in made}) != len(made):
        raise NoticeFault(_("同一天写了两次。"))
    with transaction.atomic():
        CalendarDay.objects.filter(layer=layer).filter(
            Q(day__year=year) | Q(day__in=[row.day for row in made])
        ).delete()
        written = CalendarDay.objects.bulk_create(made)
        CalendarNotice.objects.update_or_create(
            year=year, layer=layer, defaults={"document": document, "loaded_at": at}
        )
    forget()
    return len(written)


def set_day(*, day: date, layer: str, is_workday: bool, **names: str) -> Any:
    """Write one day of one layer; what stood for it is replaced by a new row, so that every process notices."""
    from .models import CalendarDay

    CalendarDay.objects.filter(day=day, layer=layer).delete()
    row = CalendarDay.objects.create(day=day, layer=layer, is_workday=is_workday, **names)
    forget()
    return row


def set_notice(*, year: int, layer: str, document: str, loaded_at: datetime | None) -> Any:
    """Say whether a year's notice is loaded, and which one it is."""
    from .models import CalendarNotice

    row, _new = CalendarNotice.objects.update_or_create(
        year=year, layer=layer, defaults={"document": document, "loaded_at": loaded_at}
    )
    forget()
    return row


def missing_notice(today: date, layer: str = "national") -> int | None:
    """The first year from this one to the next whose notice is not loaded; None when both are."""
    from .models import CalendarNotice

    known = set(CalendarNotice.objects.filter(layer=layer, loaded_at__isnull=False).values_list("year", flat=True))
    return next((y for y in (today.year, today.year + 1) if y not in known), None)
