"""The person's own time, the office's own aims, and what is owed after the end: what each of them makes late, and what not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django import forms

from open12348.kernel.access import Role
from open12348.kernel.workdays import Unit
from open12348.spine import casework, catalogue, clocks, closing, journal, lists, notices, story
from open12348.spine.catalogue import Clock, Move, Outcome, Phase, Service, State, Term
from open12348.spine.models import Case, Deadline

from .people import NOW, Town, at

STAFF = frozenset({Role.CLERK, Role.OFFICER})
WRITTEN = "2026-11-23"  # the Monday on which everything begins


class Ask(forms.Form):
    """Something to ask."""

    summary = forms.CharField()


def rule(day: date) -> Term:
    """Five working days by the old rule, five days by the new one."""
    if day < date(2026, 11, 25):
        return Term(5, Unit.WORKDAYS, "old rule", False)
    return Term(5, Unit.DAYS, "new rule")


SERVICE = Service(
    code="trial.windows",
    name="试办",
    form=Ask,
    business="99",
    initial="received",
    states=(
        State("received", "收到", Phase.OPEN),
        State("visiting", "外出核查", Phase.WAITING_OTHER),
        State("refused", "不予", Phase.DONE),
        State("closed", "办结", Phase.DONE),
        State("handed", "已交卷", Phase.DONE),
        State("withdrawn", "撤回", Phase.DONE),
    ),
    outcomes=(Outcome("refused", "不予"), Outcome("closed", "办结"), Outcome("withdrawn", "撤回")),
    moves=(
        Move("refuse", "不予", {"received"}, "refused", STAFF, outcome="refused"),
        Move("served", "送达", {"refused"}, "refused", STAFF, outcome="refused"),
        Move("close", "办结", {"received"}, "closed", STAFF, outcome="closed"),
        Move("visit", "外出核查", {"received"}, "visiting", STAFF),
        Move("back", "回来", {"visiting"}, "received", STAFF),
        Move("change", "换人", {"received"}, "received", STAFF),
        Move("hand_in", "交卷", {"closed"}, "handed", STAFF, outcome="closed"),
        Move("withdraw", "撤回", {"received"}, "withdrawn", STAFF | {Role.RESIDENT}, outcome="withdrawn"),
        Move("reopen", "重办", {"refused", "closed", "handed"}, "received", STAFF | {Role.RESIDENT}),
    ),
    clocks=(
        Clock(
            "review", "审查", 7, Unit.DAYS, starts={"receive", "reopen"}, stops={"refuse", "close", "withdraw", "merge"},
            pauses={"ask_correction", "visit"}, resumes={"answer_correction", "back", "window:papers"}, basis="x",
        ),
        Clock(
            "papers", "补交材料", 10, Unit.DAYS, starts={"ask_correction"}, stops={"answer_correction", "refuse", "close", "withdraw"},
            pauses=frozenset(), resumes=frozenset(), basis="x", who=Role.RESIDENT, say="请在 %(day)s前补齐。",
            last_day=lambda case, at: date.fromisoformat(case.facts["by"]) if case.facts.get("by") else None,
        ),
        Clock(
            "object", "提出异议", 15, Unit.DAYS, starts={"served"}, stops={"reopen"}, basis="x", who=Role.RESIDENT, after_end=True,
            say="您可以在 %(day)s前提出异议。",
            begins=lambda case, at: datetime.fromisoformat(case.facts["served"]) if case.facts.get("served") else None,
        ),
        Clock("hand_in", "交卷", 30, Unit.DAYS, starts={"close"}, stops={"hand_in", "reopen"}, basis="x", after_end=True),
        Clock("soon", "先审（目标）", 3, Unit.DAYS, starts={"receive"}, stops={"refuse", "close", "withdraw"}, basis="x", aim=True),
        Clock("swap", "决定换人", 0, Unit.DAYS, starts={"change"}, stops={"close", "refuse", "withdraw"}, term=rule),
    ),
)  # fmt: skip


@pytest.fixture(autouse=True)
def offered() -> Iterator[None]:
    catalogue.offer(SERVICE)
    yield
    catalogue.withdraw_offer(SERVICE)


def a_case(town: Town, when: datetime = NOW) -> Case:
    return town.case(service="trial.windows", said={"summary": "一件事"}, by="officer", when=when)


def make(town: Town, case: Case, move: str, when: datetime) -> Case:
    return casework.make(case=case, move=move, by=town.actor("officer", when), at=when)


def limit(case: Case, clock: str) -> Deadline:
    return Deadline.objects.filter(order_id=case.pk, clock=clock).latest("pk")


def kinds(case: Case) -> list[str]:
    return [e.kind for e in journal.story(case.order)]


def refused(town: Town) -> Case:
    case = a_case(town)
    make(town, case, "refuse", at("2026-11-24"))
    make(town, case, "served", at("2026-11-26"))
    case.refresh_from_db()
    return case


# The person's own time


def test_a_window_that_ends_makes_nobody_late(town: Town) -> None:
    case = refused(town)
    # Served on Thursday 26 November: the fifteenth day after it is Friday 11 December.
    assert limit(case, "object").due_at == at("2026-12-12", 0)
    assert clocks.watch_once(at=at("2026-12-11", 23, 59)) == 0
    assert clocks.watch_once(at=at("2026-12-12", 0)) == 1
    case.refresh_from_db()
    closed = limit(case, "object")
    assert (closed.state, closed.late_at, closed.stopped_at) == ("stopped", None, at("2026-12-12", 0))
    assert not case.late and "late" not in kinds(case) and kinds(case)[-1] == "window_closed"
    assert clocks.watch_once(at=at("2026-12-13")) == 0 and journal.verify() == []


def test_a_window_is_not_late_either_when_no_watcher_ran(town: Town) -> None:
    case = refused(town)
    make(town, case, "reopen", at("2026-12-20"))
    closed = limit(case, "object")
    assert closed.late_at is None and closed.stopped_at == at("2026-12-12", 0) and "late" not in kinds(case)


def test_a_window_that_is_used_stops_like_any_limit(town: Town) -> None:
    case = refused(town)
    make(town, case, "reopen", at("2026-12-01"))
    stopped = limit(case, "object")
    assert stopped.late_at is None and stopped.stopped_at == at("2026-12-01")


def test_the_persons_time_is_not_what_a_case_is_due_by(town: Town) -> None:
    case = refused(town)
    assert case.due_at is None and case.due_clock == "" and case not in lists.afterwards(town.actor("officer"))


def test_a_window_counts_from_when_the_paper_arrived(town: Town) -> None:
    case = a_case(town)
    make(town, case, "refuse", at("2026-11-24"))
    Case.objects.filter(pk=case.pk).update(facts={"served": "2026-11-25T23:59:00+08:00"})
    make(town, case, "served", at("2026-12-04"))
    assert limit(case, "object").due_at == at("2026-12-11", 0)  # 25 November and fifteen days: 10 December


def test_the_office_cannot_extend_the_persons_time() -> None:
    bad = replace(SERVICE.clock("papers"), extendable=5)
    service = replace(SERVICE, clocks=tuple(bad if c.code == "papers" else c for c in SERVICE.clocks))
    assert any("the person's own time is not extended" in fault for fault in catalogue.faults_of(service))


def test_only_a_declared_window_may_be_named() -> None:
    bad = replace(SERVICE.clock("review"), resumes={"answer_correction", "window:hand_in"})
    service = replace(SERVICE, clocks=tuple(bad if c.code == "review" else c for c in SERVICE.clocks))
    assert any("unknown act window:hand_in" in fault for fault in catalogue.faults_of(service))


# What waits for the person goes on when their time is over


def asked(town: Town, by: str = "") -> Case:
    case = a_case(town)
    if by:
        Case.objects.filter(pk=case.pk).update(facts={"by": by})
    casework.ask_correction(case=case, by=town.actor("officer"), at=at("2026-11-24"), wanted="身份证复印件")
    case.refresh_from_db()
    return case


def test_papers_that_never_come_do_not_put_a_case_to_sleep(town: Town) -> None:
    case = asked(town)
    assert case.due_at is None  # nothing is the office's to do: limit and aim wait
    # Asked on Tuesday 24 November: ten days, the last is Friday 4 December. One of the seven days (the 24th) was counted,
    # so six are left from the 5th on: Thursday 10 December.
    assert limit(case, "papers").due_at == at("2026-12-05", 0)
    clocks.watch_once(at=at("2026-12-05", 0, 5))
    case.refresh_from_db()
    review = limit(case, "review")
    assert (review.state, review.due_at) == ("running", at("2026-12-11", 0))
    assert case.due_at == review.due_at and not case.late and case.hold == "applicant"


def test_it_goes_on_from_the_same_day_when_the_watcher_was_down(town: Town) -> None:
    case = asked(town)
    casework.answer_correction(case=case, by=town.actor("officer"), at=at("2026-12-08"), text="都在这里")
    assert limit(case, "review").due_at == at("2026-12-11", 0) and limit(case, "papers").late_at is None


def test_papers_in_time_let_the_limit_go_on_from_then(town: Town) -> None:
    case = asked(town)
    casework.answer_correction(case=case, by=town.actor("officer"), at=at("2026-11-30"), text="都在这里")
    # The 24th counted; the 25th to the 30th waited; six more days: Sunday 6 December, rolled to Monday the 7th.
    assert limit(case, "review").due_at == at("2026-12-08", 0)


def test_the_day_that_a_notice_names_is_the_last_day(town: Town) -> None:
    assert limit(asked(town, by="2026-12-01"), "papers").due_at == at("2026-12-02", 0)


def test_a_named_day_that_is_a_holiday_rolls(town: Town) -> None:
    assert limit(asked(town, by="2026-12-05"), "papers").due_at == at("2026-12-08", 0)  # Saturday: until Monday


def test_a_named_day_that_is_past_ends_today(town: Town) -> None:
    assert limit(asked(town, by="2026-11-20"), "papers").due_at == at("2026-11-25", 0)


def test_a_pause_says_why_in_words(town: Town) -> None:
    case = a_case(town)
    make(town, case, "visit", at("2026-11-24"))
    assert limit(case, "review").pauses.get().reason == "外出核查"


# What is owed after the end


def test_what_is_owed_after_the_end_runs_on_and_is_listed(town: Town) -> None:
    case = a_case(town)
    make(town, case, "close", at("2026-11-24"))
    case.refresh_from_db()
    # Closed on 24 November: thirty days, Thursday 24 December.
    assert (case.phase, case.due_clock, case.due_at, case.late) == ("done", "hand_in", at("2026-12-25", 0), False)
    officer = town.actor("officer")
    assert list(lists.afterwards(officer)) == [case] and case not in lists.queue(officer)
    assert limit(case, "review").state == "stopped"


def test_what_is_owed_after_the_end_becomes_late_and_shows_it(town: Town) -> None:
    case = a_case(town)
    make(town, case, "close", at("2026-11-24"))
    clocks.watch_once(at=at("2026-12-25", 0))
    owed = lists.afterwards(town.actor("officer")).get()
    assert owed == case and owed.late and limit(case, "hand_in").late_at == at("2026-12-25", 0)
    assert lists.counts(town.actor("officer"), at("2026-12-25")).late == 0  # nothing open is late
    make(town, owed, "hand_in", at("2026-12-28"))
    owed.refresh_from_db()
    assert not owed.late and owed.due_at is None and limit(case, "hand_in").late_at is not None


def test_taking_it_up_again_ends_what_was_owed_and_starts_what_is(town: Town) -> None:
    case = a_case(town)
    make(town, case, "close", at("2026-11-24"))
    closing.reopen(case=case, by=town.actor("officer"), at=at("2026-11-25"), reason="没有办好")
    case.refresh_from_db()
    assert limit(case, "hand_in").state == "stopped" and limit(case, "hand_in").late_at is None
    assert (case.due_clock, case.due_at) == ("review", at("2026-12-03", 0))


# The office's own aims


def test_an_aim_leads_the_queue_and_makes_nothing_late(town: Town) -> None:
    case = a_case(town)
    assert (case.due_clock, case.due_at) == ("soon", at("2026-11-27", 0))
    clocks.watch_once(at=at("2026-11-27", 0))
    case.refresh_from_db()
    aim = limit(case, "soon")
    assert (aim.state, aim.late_at) == ("stopped", None) and not case.late and "late" not in kinds(case)
    assert (case.due_clock, case.due_at) == ("review", at("2026-12-01", 0)) and "aim_missed" in kinds(case)
    clocks.watch_once(at=at("2026-12-01", 0))
    case.refresh_from_db()
    assert case.late and limit(case, "review").late_at == at("2026-12-01", 0)


def test_an_aim_never_stands_for_the_answer(town: Town) -> None:
    case = a_case(town)
    found = clocks.answering(SERVICE, case.order.deadlines.all())
    assert found and found.clock == "review"


# The rule of the day


def test_a_limit_keeps_the_rule_of_the_day_from_which_it_counts(town: Town) -> None:
    old, new = a_case(town), a_case(town)
    make(town, old, "change", at("2026-11-24"))
    make(town, new, "change", at("2026-11-25"))
    first, second = limit(old, "swap"), limit(new, "swap")
    # Old: 25, 26, 27, 30 November, 1 December. New: 26 to 30 November, a Monday.
    assert (first.unit, first.basis, first.sure, first.due_at) == ("workdays", "old rule", False, at("2026-12-02", 0))
    assert (second.unit, second.basis, second.sure, second.due_at) == ("days", "new rule", True, at("2026-12-01", 0))
    assert clocks.account(first, at("2026-11-28")).due_at == first.due_at  # reckoned again under its own rule


# What people read


def words_of(answer: Any) -> str:
    import re

    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def test_the_person_reads_until_when_they_may_object(town: Town, client: Any, sign_in: Any) -> None:
    case = refused(town)
    sign_in(town, "applicant")
    assert "您可以在 12月11日（星期五）前提出异议。" in words_of(client.get(f"/me/{case.order.code}/"))
    assert "您可以在 12月11日（星期五）前提出异议。" in words_of(client.get("/me/"))


def test_a_window_is_never_read_as_the_offices_promise(town: Town, client: Any, sign_in: Any) -> None:
    case = asked(town)
    sign_in(town, "applicant")
    page = words_of(client.get(f"/me/{case.order.code}/"))
    assert "请在 12月4日（星期五）前补齐。" in page
    assert "前答复您" in page and "12月4日（星期五）前答复" not in page


def test_the_office_sees_the_window_with_its_day_and_not_as_late(town: Town, client: Any, sign_in: Any) -> None:
    case = refused(town)
    clocks.watch_once(at=at("2026-12-12", 0))
    sign_in(town, "officer")
    page = words_of(client.get(f"/console/cases/{case.order.code}/"))
    assert "提出异议" in page and "超期" not in page.replace("没有超期", "")
    assert client.get(f"/console/cases/{case.order.code}/clock/{limit(case, 'object').pk}/").status_code == 200


def test_the_message_names_the_answer_and_not_the_window(town: Town) -> None:
    case = asked(town)
    now = journal.Turn(case=case, by=town.actor("officer"), at=NOW)
    assert notices._due_words(now) == ""  # the answer waits: nothing is promised


@pytest.mark.parametrize(
    ("unit", "words"), [("months", "个月"), ("days_unrolled", "不顺延"), ("days", "顺延到下一个工作日")]
)
def test_the_account_says_how_its_unit_counts(town: Town, client: Any, sign_in: Any, unit: str, words: str) -> None:
    case = a_case(town)
    Deadline.objects.filter(order_id=case.pk, clock="review").update(unit=unit, amount=2)
    sign_in(town, "applicant")
    assert words in words_of(client.get(f"/me/{case.order.code}/clock/{limit(case, 'review').pk}/"))


def test_the_story_says_that_a_window_closed(town: Town) -> None:
    case = refused(town)
    clocks.watch_once(at=at("2026-12-12", 0))
    told = story.read(case.order, journal.story(case.order))
    assert told[-1].title == "“提出异议”的时间到了" and told[-1].kind != "late"


def test_many_watchers_close_a_window_once(town: Town) -> None:
    case = refused(town)
    for _watcher in range(3):
        clocks.watch_once(at=at("2026-12-12", 0) + timedelta(minutes=1))
    assert kinds(case).count("window_closed") == 1
