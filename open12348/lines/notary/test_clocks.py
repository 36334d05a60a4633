"""The limits of notarisation (N-T01 to N-T04, N-T11, N-T12), with the vectors of the reference."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from open12348.kernel.models import CalendarDay
from open12348.kernel.workdays import Calendar, Unit, forget, reckon
from open12348.spine import casework, clocks
from open12348.spine.models import Case, Pause
from tests.people import NOW, Town, at

from .clocks import APPLY
from .line import apply as APPLY_SERVICE
from .tests import make, office, ready, reviewing, signed  # noqa: F401  # fixtures

PLAIN = Calendar(known_years=frozenset({2026}))


def test_acceptance_test_1_fifteen_working_days_and_a_pause_of_three() -> None:
    """Acceptance test 1: accepted 2026-11-23 → 2026-12-14; a pause of three working days → 2026-12-17."""
    assert reckon(NOW, Unit.WORKDAYS, 15, (), PLAIN).due_day == date(2026, 12, 14)
    paused = [(at("2026-11-25"), at("2026-11-30"))]
    assert reckon(NOW, Unit.WORKDAYS, 15, paused, PLAIN).due_day == date(2026, 12, 17)


def due(case: Case, clock: str) -> date:
    return (case.order.deadlines.get(clock=clock).due_at - timedelta(seconds=1)).astimezone(NOW.tzinfo).date()


def test_acceptance_test_1_by_the_moves_themselves(office: Town) -> None:  # noqa: F811
    case = reviewing(office, when=NOW)
    assert due(case, "issue") == date(2026, 12, 14) and due(case, "half_year") == date(
        2027, 5, 24
    )  # 23 May is a Sunday
    case = make(office, case, "verify", when=at("2026-11-25"), office="乙县公证处（示例）", ask="核实婚姻登记")
    assert case.phase == "waiting_other" and due(case, "verify") == date(2026, 12, 25)
    case = make(office, case, "verified", when=at("2026-11-30"), could="yes", note="属实")
    assert due(case, "issue") == date(2026, 12, 17)
    pause = Pause.objects.filter(deadline__order=case.order, deadline__clock="issue").get()
    assert pause.started_at == at("2026-11-25") and pause.ended_at == at("2026-11-30")


def test_acceptance_test_2_a_make_up_saturday_and_a_festival_change_the_day(office: Town) -> None:  # noqa: F811
    """Acceptance test 2: days of the table, national and of the region."""
    CalendarDay.objects.create(day=date(2026, 11, 28), layer="national", is_workday=True, name_zh="示例补班")
    CalendarDay.objects.create(day=date(2026, 12, 8), layer="650000", is_workday=False, name_zh="示例节日")
    CalendarDay.objects.create(day=date(2026, 12, 9), layer="650000", is_workday=False, name_zh="示例节日")
    forget()
    assert due(reviewing(office, when=NOW), "issue") == date(2026, 12, 15)


def test_the_fast_list_counts_five_days_where_the_matter_is_simple(office: Town) -> None:  # noqa: F811
    """N-T02: only when the notary found it simple, clear and proven."""
    case = reviewing(office, when=NOW, facts={"simple": "on"})
    assert due(case, "issue_five") == date(2026, 11, 30) and due(case, "issue") == date(2026, 12, 14)
    assert case.due_clock == "issue_five"
    slow = reviewing(office, when=NOW)
    assert not slow.order.deadlines.filter(clock="issue_five").exists()


def test_a_pause_is_never_dated_back(office: Town) -> None:  # noqa: F811
    """B-N12: when the limit is over, no pause can hide it."""
    case = reviewing(office, when=NOW)
    over = at("2026-12-15")
    for move, data in (
        ("verify", {"office": "乙县公证处（示例）", "ask": "核实"}),
        ("halt", {"reason": "停水停电三天"}),
        ("ask_papers", {"wanted": ["coowner"], "told_how": "phone"}),
    ):
        with pytest.raises(casework.Refused, match="事后补记"):
            make(office, case, move, when=over, **data)
    assert clocks.watch_once(at=over) and Case.objects.get(pk=case.pk).late


def test_the_promised_day_is_the_persons_and_makes_no_office_late(office: Town) -> None:  # noqa: F811
    papers: dict[str, Any] = {"seen": ["application_form", "identity", "house_title", "marriage_proof", "coowner"]}
    case = make(
        office, ready(office, papers_=papers), "accept_tolerant", interest="on", no_dispute="on", in_scope="on",
        later=["attorney_identity"], later_by="2026-12-01", promise="on",
    )  # fmt: skip
    assert due(case, "promised") == date(2026, 12, 1)
    clocks.watch_once(at=at("2026-12-02"))
    assert not Case.objects.get(pk=case.pk).late
    case = make(office, case, "stop_waiting", when=at("2026-12-03"), reason="联系不上当事人")
    assert due(case, "issue") == date(2026, 12, 24)


def test_six_months_are_a_reminder_and_no_answer_that_is_owed(office: Town) -> None:  # noqa: F811
    """N-T11: the person is told the day of the certificate, not the day on which the office may end it."""
    case = reviewing(office, when=NOW)
    answering = clocks.answering(APPLY_SERVICE, case.order.deadlines.all())
    assert answering is not None and answering.clock == "issue"


def test_every_limit_names_its_basis_and_what_is_unsure_says_so() -> None:
    unsure = {c.code for c in APPLY if not c.sure}
    assert {"accept", "decide", "halted", "archive", "half_year", "relief", "promised"} <= unsure
    assert not {"issue", "verify"} & unsure
    assert all(c.term_on(date(2026, 11, 23)).basis for c in APPLY)
