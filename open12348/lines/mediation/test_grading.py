"""Grades: who may apply, review, object and decide; how long one holds; how it is lowered or taken away."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from open12348.kernel.access import Actor, Denied, Grant, Role
from open12348.registry import accounts, postings
from open12348.registry.models import Account, Level, Practitioner
from open12348.spine import casework, intake, papers, routing
from open12348.spine.journal import Conflict
from open12348.spine.models import Case
from tests.people import NOW, SYSTEM, Town, at

from . import committees, grade_check, grading, jobs_grading
from .committee_models import GradeRequest, MediatorGrade
from .grading_rules import authority_of, sits_at, too_low, too_short
from .townsfolk import NUMBER, settle

TODAY = NOW.date()


# Rules, without a database


def officer(level: str, division: int | None = 1) -> Actor:
    return Actor(kind="staff", account_id=1, grants=(Grant(Role.OFFICER, division_id=division, level=level),))


@pytest.mark.parametrize(("rank", "where"), [(1, "prefecture"), (2, "prefecture"), (3, "county"), (4, "county")])
def test_which_office_gives_which_grade(rank: int, where: str) -> None:
    """咸宁: two grades each; the figure says of itself that it is not confirmed."""
    assert authority_of(rank, TODAY) == where and not grading.the("authority", TODAY).sure
    county, prefecture = officer(Level.COUNTY.value), officer(Level.PREFECTURE.value)
    assert bool(too_low(county, rank, TODAY)) == (where != "county") and not too_low(prefecture, rank, TODAY)
    assert "咸宁" in str(too_low(county, 1, TODAY))


def test_a_place_is_no_prefecture_and_another_line_is_none() -> None:
    at_place = Actor(kind="staff", grants=(Grant(Role.OFFICER, place_id=3),))
    elsewhere = Actor(kind="staff", grants=(Grant(Role.OFFICER, lines=frozenset({"advice"})),))
    assert not sits_at(at_place, "prefecture") and not sits_at(elsewhere, "county")
    assert sits_at(Actor(kind="staff", grants=(Grant(Role.OFFICER),)), "region")


@pytest.mark.parametrize(
    ("since", "short"), [(date(2025, 11, 23), False), (date(2025, 11, 24), True), (date(2026, 11, 1), True)]
)
def test_a_year_at_it_to_the_day(since: date, short: bool) -> None:
    assert bool(too_short(since, TODAY)) is short
    assert not short or "胶州" in str(too_short(since, TODAY))


# A grade's way


def apply(town: Town, *, rank: int = 3, by: str = "clerk", number: str = NUMBER, when: datetime = NOW) -> Case:
    said = {"number": number, "rank": rank, "by_committee": "no", "merits": "调解邻里纠纷三百余件"}
    return town.case(service="mediation.grading", said=said, by=by, when=when)


def do(town: Town, case: Case, move: str, who: str = "officer", when: datetime = NOW, **data: Any) -> Case:
    return casework.make(case=Case.objects.get(pk=case.pk), move=move, by=town.actor(who, when), at=when, data=data)


def shown(town: Town, **more: Any) -> Case:
    """An application that is shown in public."""
    case = apply(town, **more)
    do(town, case, "review", note="材料属实", looked=["cases"])
    do(town, case, "publish", "officer")
    return case


OVER = at("2026-12-01")  # five working days after Monday 23 November end on the 30th


def graded(town: Town, rank: int = 3) -> Case:
    case = shown(town, rank=rank)
    return do(town, case, "grade", "officer_two", OVER, rank=rank)


def test_a_grade_is_shown_before_it_is_given(town: Town) -> None:
    """Publicity with its days, standing for everybody; given only after its last day, by another than who reviewed it."""
    settle(town)
    case = shown(town)
    posting = postings.standing(NOW, kind="grade").get()
    assert (
        posting.until == date(2026, 11, 30)
        and posting.practitioner.licence_no == NUMBER
        and "三级" in posting.title["zh"]
    )
    with pytest.raises(casework.Refused, match="公示到 2026-11-30"):
        do(town, case, "grade", "officer_two", at("2026-11-30", 23), rank=3)
    with pytest.raises(casework.Refused, match="另一位同事"):
        do(town, case, "grade", "officer", OVER, rank=3)
    with pytest.raises(intake.Invalid):  # higher ones are not offered
        do(town, case, "grade", "officer_two", OVER, rank=2)
    do(town, case, "grade", "officer_two", OVER, rank=3, answer="同意")
    who = Practitioner.objects.get(licence_no=NUMBER)
    grade = grading.held(who, OVER.date())
    assert grade is not None and grade.certificate == "TJDJ-653125-2026-0001" and grade.valid_to == date(2028, 11, 30)
    assert grading.held(who, date(2028, 11, 30)) is not None and grading.held(who, date(2028, 12, 1)) is None
    assert {p.form for p in papers.of_case(case.order)} == {"certificate", "result"}
    assert not postings.standing(OVER, kind="grade").exists()


def test_an_objection_is_looked_into_and_the_two_clerks_do_not_collide(town: Town) -> None:
    settle(town)
    case = shown(town)
    seen = Case.objects.get(pk=case.pk).journal_seq
    do(town, case, "object", "clerk", words="村民说：去年收过当事人的东西")
    with pytest.raises(Conflict):
        casework.make(
            case=case, move="grade", by=town.actor("officer_two", OVER), at=OVER, data={"rank": 3}, expect=seen
        )
    with pytest.raises(casework.Refused):
        do(town, case, "grade", "officer_two", OVER, rank=3)
    do(town, case, "dismiss", reason="查过，没有这件事")
    with pytest.raises(casework.Refused, match="公示期已过"):
        do(town, case, "object", "clerk", OVER, words="太晚了的话")
    assert GradeRequest.objects.get(pk=case.pk).objections == 1
    do(town, case, "grade", "officer_two", OVER, rank=4)  # lower than what was asked for
    assert MediatorGrade.objects.get().rank == 4


def test_a_refusal_takes_the_posting_down(town: Town) -> None:
    settle(town)
    case = shown(town)
    do(town, case, "object", "clerk", words="收过钱，有录音")
    do(town, case, "refuse", answer="异议属实，不予评定")
    assert not postings.standing(NOW, kind="grade").exists() and not MediatorGrade.objects.exists()
    assert {p.form for p in papers.of_case(case.order)} == {"result"}


def test_nobody_decides_on_themselves(town: Town) -> None:
    """A mediator who is an officer too: refused at each step, and not among those who could be given the case."""
    settle(town)
    self_account = town.staff["mediator"]
    accounts.grant(
        account=self_account, role=Role.OFFICER, by=SYSTEM, at=at("2026-01-01"), division=town.units["653125000000"]
    )
    case = apply(town)
    for move, data in (("review", {"note": "好"}), ("refuse", {"answer": "理由理由理由"})):
        with pytest.raises(casework.Refused, match="自己的等级"):
            do(town, case, move, "mediator", **data)
    assert grading.bars(case, self_account, NOW) and not grading.bars(case, town.staff["officer"], NOW)
    with pytest.raises(casework.Refused):
        routing.assign(case=case, to=self_account, by=town.actor("officer"), at=NOW)


def test_whose_grade_may_be_applied_for(town: Town) -> None:
    """A mediator for themselves, the committee's manager for its people, the office for both; a colleague for nobody."""
    row = settle(town)
    assert apply(town, by="mediator").state == "received"
    with pytest.raises(Denied, match="本人或者所在的委员会"):
        apply(town, by="mediator_two")
    manager = Account.objects.create(username="manager", name="m", must_change_password=False, created_at=NOW)
    accounts.grant(
        account=manager,
        role=Role.PROVIDER,
        by=SYSTEM,
        at=at("2026-01-01"),
        division=town.units["653125000000"],
        organisation=row.organisation,
    )
    town.staff["manager"] = manager
    assert apply(town, by="manager").state == "received"
    with pytest.raises(intake.Invalid, match="TJY000"):
        apply(town, number="TJY000")


def test_only_who_serves_is_graded(town: Town) -> None:
    """人民调解法 Art 9, 15: a term that is over, a removal, or less than a year: each refused with its reason."""
    row = settle(town)
    case = apply(town)
    late = at("2027-12-01")
    with pytest.raises(casework.Refused, match="届满"):
        do(town, case, "review", when=late, note="好")
    young = committees.new_mediator(
        by=SYSTEM,
        at=NOW,
        division=row.organisation.division,
        organisation=row.organisation,
        name_zh="新人",
        number="TJY9",
        since=date(2026, 6, 1),
    )
    committees.appoint(committee=row, mediator=young, post="member", engagement="part_time", by=SYSTEM, at=NOW)
    with pytest.raises(casework.Refused, match="2027-06-01"):
        do(town, apply(town, number="TJY9"), "review", note="好")
    seat = committees.people_now(row)[0]
    committees.leave(seat=seat, ground="leaked", why="泄露了当事人的隐私", by=SYSTEM, at=NOW)
    with pytest.raises(casework.Refused, match="第十五条"):
        do(town, case, "review", note="好")


def test_the_prefectures_grades_are_shown_and_given_by_the_prefecture(town: Town) -> None:
    settle(town)
    high = Account.objects.create(username="high", name="h", must_change_password=False, created_at=NOW)
    accounts.grant(account=high, role=Role.OFFICER, by=SYSTEM, at=at("2026-01-01"), division=town.units["653100000000"])
    town.staff["high"] = high
    case = apply(town, rank=2)
    do(town, case, "review", note="县里初审")
    with pytest.raises(casework.Refused, match="地区评定"):
        do(town, case, "publish")
    do(town, case, "publish", "high")
    do(town, case, "grade", "high", OVER, rank=2)
    grade = MediatorGrade.objects.get()
    assert (grade.authority, grade.certificate) == ("prefecture", "TJDJ-653100-2026-0001")


def test_a_grade_is_lowered_or_taken_away_by_two(town: Town) -> None:
    settle(town)
    case = graded(town)
    with pytest.raises(Denied):
        do(town, case, "question", "clerk", OVER, reason="有人反映情况")
    do(town, case, "question", "officer", OVER, reason="调解中偏袒一方，已核实")
    with pytest.raises(casework.Refused, match="另一位同事"):
        do(town, case, "revoke", "officer", OVER, answer="写明的理由")
    with pytest.raises(intake.Invalid):  # the form offers only lower grades
        do(town, case, "lower", "officer_two", OVER, rank=3, answer="写明的理由")
    do(town, case, "lower", "officer_two", OVER, rank=4, answer="写明的理由")
    who = Practitioner.objects.get(licence_no=NUMBER)
    now = grading.held(who, OVER.date())
    assert now is not None and now.rank == 4 and now.valid_to == date(2028, 11, 30)  # not longer than the one before
    do(town, case, "question", "officer", OVER + timedelta(days=9), reason="又有人反映，已核实")
    do(town, case, "revoke", "officer_two", OVER + timedelta(days=9), answer="写明的理由")
    assert grading.held(who, OVER.date() + timedelta(days=10)) is None
    assert [g.ended for g in MediatorGrade.objects.order_by("pk")] == ["lowered", "revoked"]


def test_what_runs_out_is_told_once(town: Town) -> None:
    """An expired grade is none from the next day, and the office is told in time, once."""
    settle(town)
    graded(town)
    near = at("2028-10-10")
    assert jobs_grading.warn(at("2028-09-30")) == 0 and jobs_grading.warn(near) == 1 and jobs_grading.warn(near) == 0
    assert [g.certificate for g in grading.ending(near.date())] == ["TJDJ-653125-2026-0001"]


def test_anybody_may_ask_whether_a_certificate_still_counts(town: Town) -> None:
    """Real while it holds; real and of no use when it ran out, was lowered or taken away; a made-up number is none."""
    settle(town)
    case = graded(town)
    paper = papers.of_case(case.order).get(form="certificate")
    number = MediatorGrade.objects.get().certificate

    def states(when: datetime, typed: str = number) -> tuple[str, str]:
        form = grade_check.Asked({"certificate": typed})
        assert form.is_valid()
        by_paper = grade_check.of_paper(paper, when)
        return grade_check.answer(form.cleaned_data, when).state, by_paper.state if by_paper else ""

    assert states(OVER) == ("real", "real") and states(at("2028-12-01")) == ("withdrawn", "withdrawn")
    assert (
        states(OVER, "tjdj 653125-2026-0001".replace(" ", "-"))[0] == "real" and states(OVER, "TJDJ-1")[0] == "unknown"
    )
    do(town, case, "question", "officer", OVER, reason="已核实的事实")
    do(town, case, "lower", "officer_two", OVER, rank=4, answer="写明的理由")
    paper.refresh_from_db()
    assert paper.revoked_at is not None and states(OVER) == ("withdrawn", "")
    assert states(OVER, "TJDJ-653125-2026-0002")[0] == "real"


def test_a_mediator_applies_at_the_page_of_grades(town: Town, client: Any, sign_in: Any) -> None:
    """With their own number in the form; for a colleague it is refused with words, and what was typed stays."""
    settle(town)
    sign_in(town, "mediator")
    address = "/console/bench/mediation.grades/"
    assert NUMBER in client.get(address).content.decode()
    asked = {
        "deed": "apply",
        "once": "a",
        "mark": "",
        "number": NUMBER,
        "rank": "3",
        "by_committee": "no",
        "merits": "邻里纠纷百余件",
    }
    assert client.post(address, asked).status_code == 302
    row = GradeRequest.objects.get()
    assert row.mediator is not None and row.mediator.licence_no == NUMBER and row.order.case.place.code == "S653125101"
    page = client.post(address, {**asked, "once": "b", "number": "TJY65312500002"})
    assert (
        page.status_code == 409
        and "本人或者所在的委员会" in page.content.decode()
        and "邻里纠纷百余件" in page.content.decode()
    )
    assert GradeRequest.objects.count() == 1
    sign_in(town, "officer")
    assert client.get(address).status_code == 200
