"""Legal time: the vectors of the reference on the real calendar, and what must hold for every calendar and every pause."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from open12348.kernel import workdays
from open12348.kernel.messages import newest
from open12348.kernel.models import CalendarDay, CalendarNotice, Message
from open12348.kernel.workdays import Calendar, Unit, add_months, end_of, reckon, start_of
from open12348.spine import casework, clocks, journal, notices
from open12348.spine.models import Case, Deadline, Event

from .people import NOW, Town, at

ROOT = Path(__file__).resolve().parent.parent
DAYS = {unit for unit in Unit if unit is not Unit.HOURS}


def real(*layers: str) -> Calendar:
    """The calendar of the first pack, read from its files as they are published."""
    folder = next((ROOT / "open12348" / "packs").glob("*/pack.toml")).parent
    with open(folder / "calendar.csv", encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    merged = {
        date.fromisoformat(r["day"]): r["is_workday"] == "1" for layer in layers for r in rows if r["layer"] == layer
    }
    return Calendar(merged, frozenset(range(2021, 2027)))


NATION = real("national")
REGION = real("national", "650000")
PLAIN = Calendar({}, frozenset({2026, 2027}))  # Monday to Friday, no holidays, as the reference's vectors are given


def day(text: str) -> date:
    return date.fromisoformat(text)


def due(start: str, n: int, unit: Unit = Unit.WORKDAYS, calendar: Calendar = NATION, pauses: Any = ()) -> str:
    return str(reckon(at(start), unit, n, pauses, calendar).due_day)


# The reference's vectors: event on Monday 23 November 2026 (T-09), and chapter 15


@pytest.mark.parametrize(
    ("n", "unit", "last"),
    [
        (5, Unit.WORKDAYS, "2026-11-30"),
        (7, Unit.WORKDAYS, "2026-12-02"),
        (10, Unit.WORKDAYS, "2026-12-07"),
        (15, Unit.WORKDAYS, "2026-12-14"),
        (30, Unit.WORKDAYS, "2027-01-04"),
        (30, Unit.DAYS, "2026-12-23"),
        (60, Unit.DAYS, "2027-01-22"),
    ],
)
@pytest.mark.parametrize("calendar", [PLAIN, NATION, REGION], ids=["plain", "national", "region"])
def test_t09(n: int, unit: Unit, last: str, calendar: Calendar) -> None:
    assert due("2026-11-23", n, unit, calendar) == last


def test_t09_new_year_is_taken_out_when_the_notice_is_known() -> None:
    found = reckon(at("2026-11-23"), Unit.WORKDAYS, 30, (), NATION)
    assert (str(found.due_day), found.provisional) == ("2027-01-04", True)  # 2027 is not announced: provisional
    announced = Calendar({**NATION.exceptions, day("2027-01-01"): False}, NATION.known_years | {2027})
    found = reckon(at("2026-11-23"), Unit.WORKDAYS, 30, (), announced)
    assert (str(found.due_day), found.provisional) == ("2027-01-05", False)


def test_15_1_fifteen_working_days_and_a_pause_of_three() -> None:
    assert due("2026-11-23", 15) == "2026-12-14"
    assert due("2026-11-23", 15, pauses=[(at("2026-11-25"), at("2026-11-30"))]) == "2026-12-17"


@pytest.mark.parametrize(
    ("start", "n", "unit", "calendar", "last", "why"),
    [
        ("2026-02-12", 2, Unit.WORKDAYS, NATION, "2026-02-14", "a make-up Saturday is a working day"),
        ("2026-02-12", 3, Unit.WORKDAYS, NATION, "2026-02-24", "Spring Festival, 15 to 23 February"),
        ("2026-02-12", 7, Unit.WORKDAYS, NATION, "2026-02-28", "and the make-up Saturday after it"),
        ("2026-02-11", 3, Unit.DAYS, NATION, "2026-02-14", "days may end on a make-up Saturday"),
        ("2026-02-12", 3, Unit.DAYS, NATION, "2026-02-24", "days that end on a holiday roll"),
        ("2026-02-12", 3, Unit.DAYS_UNROLLED, NATION, "2026-02-15", "custody does not wait for the holiday to end"),
        ("2026-09-30", 1, Unit.WORKDAYS, NATION, "2026-10-08", "National Day, 1 to 7 October"),
        ("2026-09-30", 3, Unit.WORKDAYS, NATION, "2026-10-10", "the make-up Saturday after it"),
        ("2026-09-18", 1, Unit.WORKDAYS, NATION, "2026-09-20", "a make-up Sunday"),
        ("2025-12-31", 1, Unit.WORKDAYS, NATION, "2026-01-04", "over New Year to a make-up Sunday"),
        ("2026-05-25", 5, Unit.WORKDAYS, NATION, "2026-06-01", "elsewhere the Corban days are working days"),
        ("2026-05-25", 5, Unit.WORKDAYS, REGION, "2026-06-04", "here three of them are off"),
        ("2026-03-18", 2, Unit.WORKDAYS, REGION, "2026-03-23", "and one at the end of the fast"),
        ("2026-05-24", 3, Unit.DAYS, REGION, "2026-06-01", "days roll over the festival, and the weekend after it"),
    ],
)
def test_15_2_the_real_calendar(start: str, n: int, unit: Unit, calendar: Calendar, last: str, why: str) -> None:
    assert due(start, n, unit, calendar) == last, why


@pytest.mark.parametrize(
    ("received", "months", "last"),
    [
        ("2025-03-03", 12, "2026-03-03"),
        ("2006-06-01", 240, "2026-06-01"),
        ("2025-01-10", 12, "2026-01-12"),  # the tenth is a Saturday
        ("2026-01-31", 1, "2026-02-28"),  # no 31 February: the last day of the month; a make-up Saturday
    ],
)
def test_15_3_months_end_on_the_corresponding_day(received: str, months: int, last: str) -> None:
    found = reckon(at(received), Unit.MONTHS, months, (), NATION)
    assert str(found.due_day) == last
    assert found.due_at <= at(last) + timedelta(days=1)  # on the day after, it is too late


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-11-23", 120, "2036-11-23"),
        ("2026-12-31", 2, "2027-02-28"),
    ],
)
def test_t01_corresponding_days(start: str, months: int, last: str) -> None:
    assert str(add_months(day(start), months)) == last


@pytest.mark.parametrize(
    ("year", "workdays_in_it"), [(2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)]
)
def test_a_year_has_the_working_days_the_notice_gives_it(year: int, workdays_in_it: int) -> None:
    assert NATION.count(date(year - 1, 12, 31), date(year, 12, 31)) == workdays_in_it


def test_t02_a_day_ends_at_midnight_in_beijing() -> None:
    found = reckon(at("2026-11-23", 0, 1), Unit.WORKDAYS, 1, (), NATION)
    assert found.due_at == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


def test_the_day_of_the_event_is_not_counted_whatever_the_hour() -> None:
    for hour, minute in ((0, 0), (12, 0), (23, 59)):
        assert reckon(at("2026-11-23", hour, minute), Unit.DAYS, 1, (), NATION).due_day == day("2026-11-24")


# The account


def test_the_account_says_why_each_day_was_not_counted() -> None:
    found = reckon(at("2026-09-29"), Unit.WORKDAYS, 3, [(at("2026-09-29"), at("2026-09-30"))], NATION)
    kinds = {str(line.day): line.kind for line in found.days}
    assert kinds["2026-09-29"] == "start" and kinds["2026-09-30"] == "paused" and kinds["2026-10-01"] == "holiday"
    assert kinds["2026-10-10"] == "counted" and str(found.due_day) == "2026-10-10"
    assert [a.day + timedelta(days=1) for a in found.days[:-1]] == [b.day for b in found.days[1:]]  # none left out


def test_while_a_pause_is_open_the_day_named_is_the_earliest_possible() -> None:
    pause = [(at("2026-11-25"), None)]
    soon = reckon(at("2026-11-23"), Unit.WORKDAYS, 5, pause, NATION, now=at("2026-11-25", 18))
    later = reckon(at("2026-11-23"), Unit.WORKDAYS, 5, pause, NATION, now=at("2026-12-01"))
    assert soon.waiting and later.waiting and (str(soon.due_day), str(later.due_day)) == ("2026-11-30", "2026-12-04")


def test_a_pause_that_began_when_it_was_over_does_not_bring_it_back() -> None:
    over = [(at("2027-06-10"), None)]
    for unit in Unit:
        before = reckon(at("2026-11-23"), unit, 3, (), NATION)
        after = reckon(at("2026-11-23"), unit, 3, over, NATION, now=at("2027-06-20"))
        assert after.due_at == before.due_at and not after.waiting


def test_hours_do_not_stand_still_at_night_or_on_holidays() -> None:
    assert reckon(at("2026-09-30", 20), Unit.HOURS, 24, (), NATION).due_at == at("2026-10-01", 20)


# What holds for every day, every length, every pause

days_ = st.dates(date(2021, 1, 1), date(2026, 6, 30))
lengths = st.integers(0, 60)
instants = st.builds(lambda d, s: start_of(d) + timedelta(seconds=s), days_, st.integers(0, 86399))
calendars = st.sampled_from([PLAIN, NATION, REGION])


@st.composite
def started_and_paused(draw: Any) -> tuple[datetime, list[tuple[datetime, datetime]]]:
    start = draw(instants)
    spans = draw(st.lists(st.tuples(st.integers(0, 90 * 24), st.integers(0, 20 * 24)), max_size=4))
    return start, [(start + timedelta(hours=a), start + timedelta(hours=a + b)) for a, b in spans]


@given(days_, lengths, calendars)
def test_adding_n_working_days_then_counting_them_gives_n(first: date, n: int, calendar: Calendar) -> None:
    last = calendar.add(first, n)
    assert calendar.count(first, last) == n
    assert n == 0 or calendar.is_workday(last)


@given(days_, calendars)
def test_a_rolled_day_is_the_first_working_day_from_there(first: date, calendar: Calendar) -> None:
    last = calendar.roll(first)
    assert calendar.is_workday(last) and calendar.count(first - timedelta(days=1), last) == 1


@given(started_and_paused(), st.integers(1, 40), st.sampled_from(list(Unit)), calendars)
def test_pausing_never_shortens(told: Any, n: int, unit: Unit, calendar: Calendar) -> None:
    start, pauses = told
    n = min(n, 6) if unit is Unit.MONTHS else n
    so_far = reckon(start, unit, n, (), calendar).due_at
    for i in range(len(pauses)):
        now = reckon(start, unit, n, pauses[: i + 1], calendar).due_at
        assert now >= so_far
        so_far = now


@given(started_and_paused(), st.integers(1, 40), st.sampled_from(list(Unit)))
def test_overlapping_pauses_count_once(told: Any, n: int, unit: Unit) -> None:
    start, pauses = told
    n = min(n, 6) if unit is Unit.MONTHS else n
    once = reckon(start, unit, n, pauses, NATION)
    inside = [(a + (b - a) / 4, b - (b - a) / 4) for a, b in pauses]
    assert reckon(start, unit, n, [*pauses, *reversed(pauses), *inside], NATION) == once


@given(instants, st.integers(1, 40), st.integers(0, 300), st.sampled_from(sorted(DAYS)), st.integers(0, 86399))
def test_a_pause_within_one_day_changes_no_day(start: datetime, n: int, offset: int, unit: Unit, second: int) -> None:
    n = min(n, 6) if unit is Unit.MONTHS else n
    midnight = start_of(start.date() + timedelta(days=offset))
    pause = (max(start, midnight), max(start, midnight + timedelta(seconds=second)))
    assert reckon(start, unit, n, [pause], NATION).due_at == reckon(start, unit, n, (), NATION).due_at


@given(instants, st.integers(1, 60), st.sampled_from(list(Unit)), st.sampled_from(["UTC", "Asia/Urumqi", "Europe/London", "America/New_York", "Pacific/Kiritimati"]))  # fmt: skip
def test_a_time_zone_never_shifts_a_day(start: datetime, n: int, unit: Unit, zone: str) -> None:
    n = min(n, 6) if unit is Unit.MONTHS else n
    assert reckon(start.astimezone(ZoneInfo(zone)), unit, n, (), REGION) == reckon(start, unit, n, (), REGION)


@given(instants, st.integers(1, 40), st.integers(1, 20))
def test_an_extension_adds_its_days_after_the_last_one(start: datetime, n: int, more: int) -> None:
    first = reckon(start, Unit.WORKDAYS, n, (), REGION)
    assert reckon(start, Unit.WORKDAYS, n + more, (), REGION).due_day == REGION.add(first.due_day, more)


@given(started_and_paused(), st.integers(1, 300))
def test_hours_are_exact(told: Any, n: int) -> None:
    start, pauses = told
    end = reckon(start, Unit.HOURS, n, pauses, NATION).due_at
    paused, reached = timedelta(), start
    for a, b in sorted(pauses):
        a, b = max(a, reached), min(b, end)
        if b > a:
            paused, reached = paused + (b - a), b
    assert end - start == timedelta(hours=n) + paused


@given(started_and_paused(), st.integers(1, 40), st.sampled_from(sorted(DAYS)))
def test_the_account_adds_up(told: Any, n: int, unit: Unit) -> None:
    start, pauses = told
    n = min(n, 6) if unit is Unit.MONTHS else n
    found = reckon(start, unit, n, pauses, REGION)
    assert all(b.day - a.day == timedelta(days=1) for a, b in pairwise(found.days))
    assert found.days[-1].day == found.due_day and found.due_at == end_of(found.due_day)
    assert sum(line.kind == "counted" for line in found.days) == found.days[-1].n
    if unit is Unit.WORKDAYS:
        assert found.days[-1].n == n and found.days[-1].kind == "counted"
    if unit in {Unit.DAYS, Unit.MONTHS}:
        assert REGION.is_workday(found.due_day)


@pytest.mark.parametrize("bad", [datetime(2026, 11, 23, 10)])  # noqa: DTZ001
def test_an_instant_without_a_zone_is_refused(bad: datetime) -> None:
    with pytest.raises(ValueError):
        reckon(bad, Unit.DAYS, 3)


# The calendar as data


def test_a_county_may_keep_other_days_and_only_while_it_says_so(town: Town) -> None:
    """Fridays off in the first half of December 2026, and the market Sunday worked for the second of them."""
    rows = [
        {"day": day(d), "is_workday": d == "2026-12-13", "name_zh": "县里的办公日"}
        for d in ("2026-12-04", "2026-12-11", "2026-12-13")
    ]
    workdays.load_notice(year=2026, layer="653131", rows=rows, document="县政府通知", at=NOW)
    here = workdays.calendar_for(("national", "650000", "653100", "653131"))
    there = workdays.calendar_for(("national", "650000", "653100", "653125"))
    assert not here.is_workday(day("2026-12-04")) and here.is_workday(day("2026-12-13"))
    assert there.is_workday(day("2026-12-04")) and not there.is_workday(day("2026-12-13"))
    assert here.is_workday(day("2026-12-18"))  # after that, as everywhere
    for place, last in (("station_b", "2026-12-13"), ("station", "2026-12-10")):
        case = town.case(when=at("2026-12-03"), place=place, by="operator")
        assert case.order.deadlines.get(clock="answer").due_at == end_of(day(last))


def test_a_later_layer_stands_over_an_earlier_one(town: Town) -> None:
    workdays.load_notice(
        year=2026, layer="653131", rows=[{"day": day("2026-05-27"), "is_workday": True}], document="", at=NOW
    )
    assert not workdays.calendar_for(("national", "650000")).is_workday(day("2026-05-27"))
    assert workdays.calendar_for(("national", "650000", "653131")).is_workday(day("2026-05-27"))


def test_a_corrected_notice_replaces_the_first_one_and_is_seen_by_other_processes(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = [{"day": day("2027-01-01"), "is_workday": False}, {"day": day("2027-01-02"), "is_workday": False}]
    workdays.load_notice(year=2027, layer="national", rows=one, document="一", at=NOW)
    assert not workdays.calendar_for(("national",)).is_workday(day("2027-01-01"))
    monkeypatch.setattr(workdays, "forget", lambda: None)  # as for a process that was not told
    two = [{"day": day("2027-01-04"), "is_workday": False}, {"day": day("2027-01-02"), "is_workday": True}]
    workdays.load_notice(year=2027, layer="national", rows=two, document="二", at=NOW)
    monkeypatch.setattr(workdays, "_FRESH", 0.0)
    seen = workdays.calendar_for(("national",))
    assert seen.is_workday(day("2027-01-01")) and not seen.is_workday(day("2027-01-04"))
    assert CalendarDay.objects.filter(layer="national", day__year=2027).count() == 2


def test_a_notice_may_name_days_of_the_december_before_and_can_be_loaded_again(town: Town) -> None:
    rows = [{"day": day("2026-12-27"), "is_workday": True}, {"day": day("2027-01-01"), "is_workday": False}]
    for _turn in range(2):
        assert workdays.load_notice(year=2027, layer="national", rows=rows, document="", at=NOW) == 2


@pytest.mark.parametrize("wrong", [["2028-01-01"], ["2026-10-01"], ["2027-01-01", "2027-01-01"]])
def test_a_notice_with_a_day_of_another_year_or_twice_the_same_is_refused_whole(town: Town, wrong: list[str]) -> None:
    rows = [{"day": day(text), "is_workday": False} for text in ["2027-05-01", *wrong]]
    with pytest.raises(workdays.NoticeFault):
        workdays.load_notice(year=2027, layer="national", rows=rows, document="", at=NOW)
    assert not CalendarDay.objects.filter(day__year=2027).exists()


def test_the_missing_notice_is_asked_for(town: Town) -> None:
    assert workdays.missing_notice(day("2026-11-23")) == 2027
    assert workdays.missing_notice(day("2025-11-23")) is None
    CalendarNotice.objects.filter(year=2026).update(loaded_at=None)
    assert workdays.missing_notice(day("2026-11-23")) == 2026


# Limits of real cases


def answer_of(case: Case) -> Deadline:
    return case.order.deadlines.get(clock="answer")


def test_a_need_that_ends_while_it_waits_for_the_person_was_not_late(town: Town) -> None:
    case = town.case()
    town.applicant = case.order.person
    casework.ask_correction(case=case, by=town.actor("clerk"), at=at("2026-11-24"), wanted="合同")
    casework.make(case=case, move="withdraw", by=town.actor("applicant"), at=at("2026-12-20"))
    deadline = answer_of(case)
    assert deadline.state == "stopped" and deadline.late_at is None and deadline.due_at > at("2026-12-20")
    assert all(
        not event.data["late"]
        for event in case.order.events.filter(kind="clock_stopped")
        if event.data["clock"] == "answer"
    )


def test_what_was_answered_late_is_late_though_no_watcher_ran(town: Town) -> None:
    case = town.case()
    casework.make(
        case=case, move="answer", by=town.actor("clerk"), at=at("2026-12-20"), data={"answer": "请去劳动监察"}
    )
    assert answer_of(case).late_at == end_of(day("2026-11-30"))
    assert case.order.events.filter(kind="late").count() == 2 and journal.verify() == []
    assert clocks.watch_once(at=at("2026-12-21")) == 0


def test_asking_for_papers_after_the_day_does_not_undo_that_it_is_late(town: Town) -> None:
    case = town.case(by="nobody", place="", channel="web")
    clocks.watch_once(at=at("2026-12-02"))
    casework.ask_correction(case=case, by=town.actor("clerk"), at=at("2026-12-02"), wanted="合同")
    town.applicant = case.order.person
    casework.answer_correction(case=case, by=town.actor("applicant"), at=at("2026-12-09"), text="在这里")
    for deadline in case.order.deadlines.all():
        assert deadline.late_at is not None and deadline.due_at <= at("2026-12-02")
    case.refresh_from_db()
    assert case.late


def test_papers_that_come_the_same_day_leave_the_limit_as_it_was(town: Town) -> None:
    case = town.case()
    town.applicant = case.order.person
    before = answer_of(case).due_at
    casework.ask_correction(case=case, by=town.actor("clerk"), at=at("2026-11-24", 9), wanted="合同")
    casework.answer_correction(case=case, by=town.actor("applicant"), at=at("2026-11-24", 17), text="在这里")
    assert answer_of(case).due_at == before


def test_an_extension_cannot_come_after_the_day(town: Town) -> None:
    case = town.case()
    who = {"by": town.actor("clerk"), "approver": town.actor("officer"), "reason": "案情复杂"}
    with pytest.raises(clocks.ClockFault):
        clocks.extend(deadline=answer_of(case), at=at("2026-12-01", 0), **who)
    assert clocks.extend(deadline=answer_of(case), at=at("2026-11-30", 23), **who).extended_by == 10


@pytest.mark.parametrize("approver", ["clerk_two", "supervisor_b", "planner"])
def test_only_who_is_in_charge_here_approves_an_extension(town: Town, approver: str) -> None:
    case = town.case()
    with pytest.raises(clocks.ClockFault):
        clocks.extend(
            deadline=answer_of(case), by=town.actor("clerk"), approver=town.actor(approver), at=NOW, reason="案情复杂"
        )


def test_two_pages_cannot_extend_the_same_limit_twice(town: Town) -> None:
    case = town.case()
    one, other = answer_of(case), answer_of(case)
    who = {"by": town.actor("clerk"), "approver": town.actor("officer"), "at": NOW, "reason": "案情复杂"}
    clocks.extend(deadline=one, amount=3, **who)
    with pytest.raises(clocks.ClockFault):
        clocks.extend(deadline=other, amount=10, **who)
    assert answer_of(case).extended_by == 3


# A year that is announced late

FIRST = [{"day": day("2027-01-01"), "is_workday": False, "name_zh": "元旦"}]


def announce(rows: list[dict[str, Any]], when: datetime) -> list[tuple[Case, datetime, datetime]]:
    workdays.load_notice(year=2027, layer="national", rows=rows, document="通知", at=when)
    changed = clocks.recompute_provisional(at=when, since=day("2026-12-20"))
    for case, old, new in changed:
        notices.tell_recomputed(case, old, new, when)
    return changed


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "2027年1月6日（星期三）"), ("ug", "چارشەنبە"), ("other", "2027年1月6日（星期三）")]
)
def test_the_person_is_told_once_and_in_their_language_that_the_day_moved(town: Town, language: str, said: str) -> None:
    case = town.case(when=at("2026-12-29"), contact={"language": language})
    before = Message.objects.count()
    assert len(announce(FIRST, at("2026-12-29", 12))) == 1
    text = newest(1)[0].text
    assert Message.objects.count() == before + 1 and said in text.replace("\u2066", "").replace("\u2069", "")
    assert announce(FIRST, at("2026-12-29", 13)) == []  # loading it again tells nobody again
    assert case.order.events.filter(kind="clock_recomputed").count() >= 1


def test_who_asked_not_to_be_contacted_is_not(town: Town) -> None:
    town.case(when=at("2026-12-29"), contact={"reply_by": "none"})
    before = Message.objects.count()
    assert len(announce(FIRST, at("2026-12-29", 12))) == 1 and Message.objects.count() == before


def test_a_limit_that_waits_is_reckoned_when_it_goes_on(town: Town) -> None:
    case = town.case(when=at("2026-12-29"))
    town.applicant = case.order.person
    casework.ask_correction(case=case, by=town.actor("clerk"), at=at("2026-12-29", 11), wanted="合同")
    assert announce(FIRST, at("2026-12-29", 12)) == [] and answer_of(case).provisional
    casework.answer_correction(case=case, by=town.actor("applicant"), at=at("2027-01-04"), text="在这里")
    assert not answer_of(case).provisional and answer_of(case).due_at == end_of(day("2027-01-11"))


def test_what_was_marked_late_and_was_not_is_unmarked(town: Town) -> None:
    case = town.case(when=at("2026-12-29"))  # five days: 5 January as far as was known, 6 January as announced
    clocks.watch_once(at=at("2027-01-06", 1))
    assert answer_of(case).late_at is not None
    announce(FIRST, at("2027-01-06", 2))
    assert answer_of(case).late_at is None
    assert clocks.watch_once(at=at("2027-01-07", 0)) == 1
    announce([*FIRST, {"day": day("2027-01-02"), "is_workday": True}], at("2027-01-08"))
    assert answer_of(case).late_at == answer_of(case).due_at == end_of(day("2027-01-05"))  # late, and since when


def test_a_make_up_day_in_december_moves_what_seemed_certain(town: Town) -> None:
    case = town.case(when=at("2026-12-24"))
    assert not answer_of(case).provisional and answer_of(case).due_at == end_of(day("2026-12-31"))
    announce([*FIRST, {"day": day("2026-12-27"), "is_workday": True}], at("2026-12-24", 11))
    assert answer_of(case).due_at == end_of(day("2026-12-30"))


# Several watchers at once

WATCH = """
import django, sys
django.setup()
from datetime import datetime
from open12348.spine import clocks
done = 0
while True:
    n = clocks.watch_once(at=datetime.fromisoformat(sys.argv[1]), limit=7)
    if not n:
        break
    done += n
print(done)
"""


def database_url() -> str:
    """The address of the database this test runs on, for processes it starts."""
    found = connection.settings_dict
    host, port = found["HOST"], found["PORT"] or 5432
    login = found["USER"] + (f":{found['PASSWORD']}" if found["PASSWORD"] else "")
    return (
        f"postgresql://{login}@/{found['NAME']}?host={host}&port={port}"
        if str(host).startswith("/") or not host
        else f"postgresql://{login}@{host}:{port}/{found['NAME']}"
    )


def start(script: str, *args: str) -> subprocess.Popen[str]:
    """A process of its own on this test's database."""
    env = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "open12348.config.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", script, *args], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.realtime
def test_four_watchers_after_days_of_nobody_watching_mark_each_limit_once(town: Town) -> None:
    orders = [town.need() for _i in range(25)]
    late_on = at("2026-12-20").isoformat()
    watchers = [start(WATCH, late_on) for _i in range(4)]
    told = [watcher.communicate(timeout=120) for watcher in watchers]
    assert all(watcher.returncode == 0 for watcher in watchers), told
    assert sum(int(out) for out, _err in told) == 50  # first contact and answer of each
    assert Event.objects.filter(kind="late").count() == 50
    assert not Deadline.objects.filter(late_at__isnull=True).exists()
    assert all(Case.objects.get(pk=o.pk).late for o in orders) and journal.verify() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.realtime
def test_a_watcher_waits_for_nobody_and_comes_again(town: Town) -> None:
    """While a clerk's turn is open, the watcher leaves that case, marks the others, and marks it next time."""
    busy, free = town.case(), town.case()
    late_on = at("2026-12-20")
    with journal.turn(order_id=busy.pk, by=town.actor("clerk"), at=late_on) as now:
        now.write("note")
        Case.objects.filter(pk=busy.pk).update(updated_at=late_on)  # the row is in this clerk's hands
        watcher = start(WATCH, late_on.isoformat())
        out, err = watcher.communicate(timeout=60)
        assert out.strip() == "2", err
    assert Event.objects.filter(order=free.order, kind="late").count() == 2
    assert clocks.watch_once(at=late_on) == 2 and journal.verify() == []
