"""The ministry's statistics: each number is the length of its list, each case counts once on its day, small numbers stay hidden."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from open12348.kernel import veil
from open12348.kernel.access import SYSTEM, Denied, Role
from open12348.kernel.workdays import TZ
from open12348.ledgers.funds import budget
from open12348.ledgers.funds.models import BudgetLine, Claim
from open12348.registry import accounts
from open12348.registry.models import Account, Organisation, Practitioner
from open12348.spine import casework
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict
from open12348.spine.models import Case
from tests.people import NOW, Town

from . import bench_counts, counting, counts, counts_book
from .counting import OWN, TOTAL, Cell, Period, month_of, year_of
from .counts_models import CountReport
from .models import Aid, DutyHelp, Member

A, B = "653125000000", "653131000000"
NOVEMBER = month_of(date(2026, 11, 1))
OCTOBER = month_of(date(2026, 10, 1))
LATER = datetime(2026, 12, 3, 10, tzinfo=TZ)
FACTS = {
    "matter": "31-5-2",
    "stage": "arbitration",
    "position": "claimant",
    "authority": "arbitration",
    "pledged": "on",
}


# A small town with known cases


@pytest.fixture
def town(town: Town) -> Town:
    """The town with an office in county B as well, and aid centres."""
    return settled(town)


def settled(town: Town) -> Town:
    """Give county B an office, both counties an aid centre, the prefecture a bureau."""
    other = town.units[B]
    for name in ("officer_b", "officer_b2"):
        account = Account.objects.create(username=name, name=name, must_change_password=False, created_at=NOW)
        accounts.grant(account=account, role=Role.OFFICER, by=SYSTEM, at=NOW - timedelta(days=300), division=other)
        town.staff[name] = account
    root = Account.objects.create(username="bureau", name="bureau", must_change_password=False, created_at=NOW)
    accounts.grant(
        account=root, role=Role.SUPERVISOR, by=SYSTEM, at=NOW - timedelta(days=300), division=town.units["653100000000"]
    )
    town.staff["bureau"] = root
    for code in (A, B):
        Organisation.objects.create(
            kind="aid_centre", name_zh=f"{town.units[code].name_zh}法律援助中心", division=town.units[code]
        )
    return town


def day(text: str, hour: int = 10, minute: int = 0) -> datetime:
    return datetime.fromisoformat(f"{text}T{hour:02d}:{minute:02d}:00").replace(tzinfo=TZ)


class Hand:
    """Takes cases through their states with the verbs, in county A or B."""

    def __init__(self, town: Town, county: str = A) -> None:
        self.town, b = town, county == B
        self.one, self.two = ("officer_b", "officer_b2") if b else ("officer", "officer_two")
        self.clerk, self.place = ("clerk_b", "station_b") if b else ("clerk", "station")
        self.bureau = "supervisor_b" if b else "supervisor"

    def do(self, case: Case, move: str, who: str, when: datetime, **data: Any) -> Case:
        return casework.make(
            case=Case.objects.get(pk=case.pk), move=move, by=self.town.actor(who, when), at=when, data=data
        )

    def apply(self, when: datetime, **said: Any) -> Case:
        story = {
            "story": "工地欠了三个月工资，要三万元",
            "matter": "31-5-2",
            "stage": "arbitration",
            "household": "4",
            "income": "1500",
        }
        return self.town.need(
            by=self.clerk, when=when, service="legal_aid.apply", place=self.place, said={**story, **said}
        ).case

    def review(self, when: datetime, **facts: Any) -> Case:
        roster = facts.pop("roster", "")
        case = self.apply(when, **({"several": "on", "roster": roster} if roster else {}))
        self.do(case, "facts", self.clerk, when, **{**FACTS, **facts})
        return self.do(case, "accept", self.one, when)

    def grant(self, when: datetime, decided: datetime | None = None, **facts: Any) -> Case:
        case = self.review(when, **facts)
        hardship = "presumed" if facts.get("groups") else "stated"
        self.do(case, "propose_grant", self.one, when, hardship=hardship, reason="符合条件。")
        return self.do(case, "grant", self.two, decided or when, note="")

    def refuse(self, when: datetime) -> Case:
        case = self.review(when)
        self.do(
            case,
            "propose_refusal",
            self.one,
            when,
            ground="scope",
            reason="申请的是商标转让合同纠纷，不在法律援助的范围内。",
        )
        return self.do(case, "refuse", self.two, when, note="")

    def work(self, case: Case, when: datetime, who: str = "provider") -> Case:
        lawyer = self.town.staff[who].practitioner
        assert lawyer is not None
        self.do(case, "assign", self.one, when, lawyer=str(lawyer.pk), why="熟悉这类案件，本县没有别人")
        self.do(case, "arrange", self.one, when, lawyer=str(lawyer.pk))
        return self.do(case, "engage", self.one, when, engaged_on=when.date().isoformat(), agreed="yes")

    def close(self, case: Case, when: datetime, on: str, **more: Any) -> Case:
        return self.do(case, "close", self.one, when, **{
            "closing_paper": "award", "closed_on": on, "result": "won", "gained": "32000", "answer": "仲裁支持了全部请求。", **more,
        })  # fmt: skip

    def notice(self, when: datetime, **said: Any) -> Case:
        told = {"matter": "CR-25-1", "accused_name": "示例某", "cause": "盗窃", "stage": "first", "authority": "court", "position": "accused",
                "authority_name": "示例县人民法院", "authority_no": f"（2026）示刑初{when:%m%d%H%M}号"}  # fmt: skip
        return self.town.need(by=self.one, when=when, service="legal_aid.notice", place="centre_b" if self.bureau == "supervisor_b" else "centre",
                              channel="partner", said={**told, **said}, contact={"name": "", "phone": "", "reply_by": "here"}).case  # fmt: skip


@pytest.fixture
def month(town: Town) -> Town:
    """November in county A and B."""
    return filled(town)


def filled(town: Town) -> Town:
    """Every kind of thing that counts, once or twice, in November."""
    a, b = Hand(town), Hand(town, B)
    roster = "\n".join(f"示例工友{n:02d}\t\t1380000{n:04d}\t{2000 + n}" for n in range(1, 13))
    won = a.work(a.grant(day("2026-11-02")), day("2026-11-03"))
    a.close(won, day("2026-11-18"), "2026-11-17", avoided="500.50")
    group = a.work(a.grant(day("2026-11-03"), groups=["42-3"], roster=roster), day("2026-11-04"))
    a.close(group, day("2026-11-20"), "2026-11-20", result="mediated", closing_paper="mediation", gained="")
    a.grant(day("2026-11-05"), groups=["42-1-elderly", "woman"])
    a.refuse(day("2026-11-06"))
    changed = a.refuse(day("2026-11-06", 11))
    a.do(changed, "object", "clerk", day("2026-11-09"), reason="我认为在范围内。")
    a.do(changed, "overturn", "supervisor", day("2026-11-11"), answer="应当给予援助。")
    ended = a.work(a.grant(day("2026-11-04", 11)), day("2026-11-05", 11))
    a.do(
        ended, "propose_termination", "officer", day("2026-11-12"), ground="6", reason="受援人自己请了律师，有委托书。"
    )
    a.do(ended, "terminate", "officer_two", day("2026-11-13"), note="")
    a.do(
        a.review(day("2026-11-10")),
        "cooperate",
        "officer",
        day("2026-11-11"),
        institution="外县法律援助中心",
        ask="请核查家庭收入。",
    )
    a.do(
        a.apply(day("2026-11-10", 11)),
        "elsewhere",
        "clerk",
        day("2026-11-11"),
        institution="外县法律援助中心",
        answer="这件事由外县办理，地址是…",
    )
    notice = a.notice(day("2026-11-12"))
    a.do(
        notice,
        "assign",
        "officer",
        day("2026-11-13"),
        lawyer=str(getattr(town.staff["provider"].practitioner, "pk", "")),
        why="",
    )
    a.notice(day("2026-11-13"), matter="CR-28", position="respondent")
    b.grant(day("2026-11-09"))
    b.apply(day("2026-11-16"))
    town.need(by="clerk", when=day("2026-11-04"), item_code="B01")
    town.need(by="operator", when=day("2026-11-04"), channel="hotline", item_code="B02")
    town.need(by="clerk", when=day("2026-11-05"), item_code="F02", service="general.request")
    complaint = town.need(
        by="clerk",
        when=day("2026-11-05"),
        service="legal_aid.complaint",
        said={"ground": "money", "story": "律师收了五百元。"},
    ).case
    a.do(complaint, "accept", "supervisor", day("2026-11-06"))
    duty = town.need(by="officer", when=day("2026-11-05"), service="advice.ask", item_code="G01").case
    DutyHelp.objects.create(
        order=duty.order, stage="prosecution", authority="procuratorate", authority_name="示例", county=town.units[A], asked_by="person",
        asked_at=day("2026-11-05"), helped_at=day("2026-11-05"), gave=["advice", "opinion"], pledge="witnessed", opinion_taken=True,
        passed_at=day("2026-11-06"),
    )  # fmt: skip
    BudgetLine.objects.create(
        county=town.units[A], line="legal_aid", year=2026, side="income", kind="central", amount=Decimal("120000"),
        day=date(2026, 11, 2), document="示例财〔2026〕1号", entered_at=NOW, entered_by="x",
    )  # fmt: skip
    return town


@pytest.fixture
def whole(month: Town) -> counting.Table:
    return counting.table(by=month.actor("bureau"), at=NOW, period=NOVEMBER)


def number(shown: counting.Table, code: str, column: str = A) -> Any:
    return shown.cell(code, column).value


KNOWN = {
    "received": 9, "received.kind.civil": 7, "received.kind.criminal": 2, "received.route.application": 7, "received.route.defence": 1,
    "received.route.agency": 1, "received.stage.arbitration": 7, "received.stage.first": 2, "granted": 6, "granted.route.application": 5,
    "granted.route.defence": 1, "closed": 2, "closed.result.won": 1, "closed.result.mediated": 1, "closed.gained": 32000,
    "closed.avoided": Decimal("500.50"), "closed.handler.lawyers": 2, "refused": 2, "refused.ground.scope": 2, "objected": 1, "changed": 1,
    "upheld": 0, "ended": 1, "ended.ground.6": 1, "cooperation.sent": 1, "complaints": 1, "complaints.taken": 1, "complaints.answered": 0,
    "people": 17, "people.migrant": 12, "people.elderly": 1, "people.woman": 1, "people.minor": 1, "people.veteran": 0,
    "advice": 2, "advice.channel.visit": 1, "advice.channel.call": 1, "duty": 1, "duty.pledges": 1, "duty.opinions": 1,
    "duty.opinions_taken": 1, "duty.passed": 1, "income.central": 120000, "paid.case": 0, "bodies": 1, "staff.lawyers": 2,
}  # fmt: skip


def test_a_small_town_counts_as_worked_out_by_hand(whole: counting.Table) -> None:
    """Application by application: seven applications and two notices to A (one more went elsewhere), six were given aid (one of them by order of the bureau)."""
    assert {code: number(whole, code) for code in KNOWN} == KNOWN
    assert (
        number(whole, "received", B) == 2 and number(whole, "granted", B) == 1 and number(whole, "granted", TOTAL) == 7
    )


@pytest.mark.parametrize(
    "period", [NOVEMBER, OCTOBER, year_of(date(2026, 1, 1)), Period(date(2026, 11, 3), date(2026, 11, 12))]
)
def test_every_number_is_the_length_of_its_list(month: Town, period: Period) -> None:
    """For every figure and column: what is shown is what the list behind it holds, added up or counted."""
    by, wrong = month.actor("bureau"), []
    shown = counting.table(by=by, at=NOW, period=period)
    for code, f in counts.BY_CODE.items():
        for column in (A, B, TOTAL):
            cell = shown.cell(code, column)
            if not f.group:
                assert cell.value is None and str(cell.why)
                continue
            page = bench_counts.show_list(by, NOW, {"figure": code, "county": column, **_query(period)})
            listed = Decimal(page["sum"] or 0) if f.total else page["n"] + page["away"]
            if (
                listed != (cell.value or 0)
                or page["n"] + page["away"] != cell.n
                or len(page["rows"]) != min(page["n"], bench_counts.ROWS)
            ):
                wrong.append((code, column, cell, page))
    assert wrong == []


def _query(period: Period) -> dict[str, str]:
    return dict(pair.split("=") for pair in bench_counts._asked(period).split("&"))


def test_counties_add_up_to_the_prefecture_and_parts_to_their_whole(whole: counting.Table) -> None:
    for code in counts.BY_CODE:
        said = [v for c in whole.columns if c != TOTAL and (v := number(whole, code, c)) is not None]
        assert (number(whole, code, TOTAL) or 0) == sum(said), code
    sides = {(f.parent, f.side) for f in counts.BY_CODE.values() if f.parent}
    assert len(sides) >= 13
    for parent, side in sides:
        parts = [f.code for f in counts.BY_CODE.values() if (f.parent, f.side) == (parent, side)]
        for column in whole.columns:
            assert sum(number(whole, p, column) for p in parts) == number(whole, parent, column), (parent, side)


def test_what_has_no_name_gets_a_line_of_its_own(month: Town) -> None:
    """A case without a handler, a kind or a result is not lost: the parts stay the whole."""
    Aid.objects.filter(closed_on__isnull=False).update(lawyer=None, kind="", result="", stage="")
    shown = counting.table(by=month.actor("bureau"), at=NOW, period=NOVEMBER)
    for code in ("closed.handler.unknown", "closed.kind.unknown", "closed.result.unknown", "closed.stage.unknown"):
        assert number(shown, code) == 2
    assert number(shown, "closed.handler.lawyers") == 0


def test_money_is_that_of_the_funds(month: Town, whole: counting.Table) -> None:
    told = budget.statement(counties=[month.units[A]], line="legal_aid", since=NOVEMBER.first, until=NOVEMBER.last)
    for kind, amount in told["income"].items():
        assert (number(whole, f"income.{kind}") or 0) == amount
    for kind, amount in told["expense"].items():
        assert (number(whole, f"paid.{kind}") or 0) == amount
    assert number(whole, "income.lottery") is None and str(whole.cell("income.lottery", A).why) == "没有登记"
    assert not Claim.objects.exists()


def test_what_cannot_be_computed_is_empty_with_its_reason(whole: counting.Table) -> None:
    blank = [code for code, f in counts.BY_CODE.items() if not f.group]
    assert len(blank) >= 6
    for code in blank:
        assert number(whole, code, TOTAL) is None and len(str(whole.cell(code, TOTAL).why)) > 5


def test_nothing_is_derived_about_sex_or_origin() -> None:
    assert {"people.men", "people.women"} <= {f.code for f in counts.BY_CODE.values() if f.why}
    assert not any(word in str(f.name) for f in counts.BY_CODE.values() for word in ("族", "宗教", "信仰"))


# Days and months


@pytest.mark.parametrize(
    ("when", "inside"),
    [(day("2026-10-31", 23, 59), OCTOBER), (day("2026-11-01", 0, 0), NOVEMBER), (day("2026-11-30", 23, 59), NOVEMBER),
     (day("2025-12-31", 23, 59), month_of(date(2025, 12, 1))), (day("2026-01-01", 0, 0), month_of(date(2026, 1, 1)))],
)  # fmt: skip
def test_a_month_ends_at_midnight_in_beijing(town: Town, when: datetime, inside: Period) -> None:
    town.need(
        by="nobody",
        when=when,
        service="legal_aid.apply",
        channel="web",
        said={"story": "老板拖欠三个月工资", "matter": "31-5-2"},
    )
    by = town.actor("bureau")
    for period in (OCTOBER, NOVEMBER, month_of(date(2025, 12, 1)), month_of(date(2026, 1, 1))):
        shown = counting.table(by=by, at=LATER, period=period, sections=["cases"])
        assert number(shown, "received") == (1 if period == inside else 0)
    for year in (2025, 2026):
        shown = counting.table(by=by, at=LATER, period=year_of(date(year, 1, 1)), sections=["cases"])
        assert number(shown, "received") == (1 if inside.first.year == year else 0)


def test_a_notice_counts_on_the_day_it_reached_the_institution_not_when_it_was_typed(town: Town) -> None:
    Hand(town).notice(day("2026-11-02"), noticed_on="2026-10-30")
    shown = counting.table(by=town.actor("bureau"), at=LATER, period=OCTOBER)
    assert number(shown, "received") == 1


def test_received_granted_and_closed_each_count_on_their_own_day(town: Town) -> None:
    a = Hand(town)
    case = a.work(a.grant(day("2026-10-30"), day("2026-11-02")), day("2026-11-03"))
    a.close(case, day("2026-12-02"), "2026-11-30")
    by = town.actor("bureau")
    told = [
        [
            number(counting.table(by=by, at=LATER, period=p, sections=["cases"]), c)
            for c in ("received", "granted", "closed")
        ]
        for p in (OCTOBER, NOVEMBER, month_of(date(2026, 12, 1)))
    ]
    assert told == [[1, 0, 0], [0, 1, 1], [0, 0, 0]]


def test_a_case_taken_up_again_counts_once_and_keeps_the_ground_it_was_refused_on(town: Town) -> None:
    a = Hand(town)
    case = a.refuse(day("2026-10-08"))
    a.do(case, "reopen", "clerk", day("2026-10-12"), reason="补充了材料。")
    a.do(case, "accept", "officer", day("2026-10-12"))
    a.do(
        case,
        "propose_refusal",
        "officer",
        day("2026-11-03"),
        ground="has_lawyer",
        reason="申请人自己委托了律师，有委托书。",
    )
    a.do(case, "refuse", "officer_two", day("2026-11-03"), note="")
    by = town.actor("bureau")
    october = counting.table(by=by, at=LATER, period=OCTOBER)
    assert [number(october, c) for c in ("received", "refused", "refused.ground.scope")] == [1, 1, 1]
    november = counting.table(by=by, at=LATER, period=NOVEMBER)
    assert [number(november, c) for c in ("received", "refused", "refused.ground.has_lawyer")] == [0, 0, 0]


def test_an_end_that_was_changed_stays_an_end_and_a_grant_counts_once(town: Town) -> None:
    a = Hand(town)
    case = a.work(a.grant(day("2026-10-08")), day("2026-10-09"))
    a.do(case, "propose_termination", "officer", day("2026-10-12"), ground="4", reason="家里收入增加了，超过标准。")
    a.do(case, "terminate", "officer_two", day("2026-10-13"), note="")
    a.do(case, "object", "clerk", day("2026-10-15"), reason="收入没有增加。")
    a.do(case, "overturn", "supervisor", day("2026-11-03"), answer="应当继续援助。")
    by = town.actor("bureau")
    october = counting.table(by=by, at=LATER, period=OCTOBER)
    assert [number(october, c) for c in ("granted", "ended", "ended.ground.4", "objected")] == [1, 1, 1, 1]
    november = counting.table(by=by, at=LATER, period=NOVEMBER)
    assert [number(november, c) for c in ("granted", "changed")] == [0, 1]


def test_two_orders_for_one_stage_of_one_matter_are_one_case(month: Town) -> None:
    aids = list(Aid.objects.filter(closed_on__isnull=False).order_by("pk"))
    Aid.objects.filter(pk__in=[a.pk for a in aids]).update(matter_hash="x" * 64)
    shown = counting.table(by=month.actor("bureau"), at=NOW, period=NOVEMBER)
    assert len(aids) == 3 and number(shown, "closed") == 1  # one of them ended by decision


def test_a_person_may_be_in_several_groups_and_only_proven_ones_count(month: Town) -> None:
    aid = Aid.objects.get(proven__contains=["woman"])
    aid.groups, aid.proven = ["veteran", "woman"], ["woman", "42-2-dibao", "mil-family"]
    aid.save()
    shown = counting.table(by=month.actor("bureau"), at=NOW, period=NOVEMBER, sections=["people"])
    assert [number(shown, f"people.{c}") for c in ("woman", "low_income", "military", "veteran")] == [1, 1, 1, 0]


def test_who_left_the_roster_is_not_counted(month: Town) -> None:
    Member.objects.filter(number__in=[1, 2]).update(left_at=NOW)
    shown = counting.table(by=month.actor("bureau"), at=NOW, period=NOVEMBER, sections=["people"])
    assert number(shown, "people") == 15


def test_a_handler_is_counted_by_what_they_are(month: Town) -> None:
    lawyer = month.staff["provider"].practitioner
    assert lawyer is not None
    Practitioner.objects.filter(pk=lawyer.pk).update(
        organisation=Organisation.objects.filter(kind="aid_centre").first()
    )
    shown = counting.table(by=month.actor("bureau"), at=NOW, period=NOVEMBER)
    assert (number(shown, "closed.handler.own_lawyers"), number(shown, "closed.handler.lawyers")) == (2, 0)
    Practitioner.objects.filter(pk=lawyer.pk).update(kind="grassroots_worker", division=month.units[B])
    shown = counting.table(by=month.actor("bureau"), at=NOW, period=NOVEMBER)
    assert (number(shown, "closed.handler.grassroots"), number(shown, "cooperation.cross")) == (2, 2)


def test_one_query_for_each_group_not_for_each_cell(month: Town) -> None:
    by = month.actor("bureau")
    with CaptureQueriesContext(connection) as asked:
        counting.table(by=by, at=NOW, period=year_of(date(2026, 1, 1)))
    assert len(asked) <= len(counts.GROUPS) + 8


# Who sees what


@pytest.mark.parametrize(
    ("who", "columns"),
    [("bureau", {A, B, TOTAL}), ("officer", {A}), ("supervisor", {A}), ("supervisor_b", {B}), ("planner", set()),
     ("administrator", set()), ("clerk", set()), ("provider", set()), ("stranger", set()), ("nobody", set())],
)  # fmt: skip
def test_of_a_month_that_runs_only_the_office_sees_its_own(month: Town, who: str, columns: set[str]) -> None:
    shown = counting.table(by=month.actor(who), at=NOW, period=NOVEMBER)
    assert set(shown.columns) - {OWN} == columns


@pytest.mark.parametrize("who", ["planner", "administrator", "supervisor_b", "officer_b"])
def test_outside_the_office_small_numbers_are_hidden(month: Town, who: str) -> None:
    shown = counting.table(by=month.actor(who), at=LATER, period=NOVEMBER)
    for code, f in counts.BY_CODE.items():
        cell = shown.cell(code, A)
        if not f.plain and 0 < cell.n < 5:
            assert cell.hidden, code
        assert not (f.plain and cell.hidden)
    assert not shown.cell("upheld", A).hidden  # nobody is nobody
    own = counting.table(by=month.actor("officer"), at=LATER, period=NOVEMBER)
    assert not any(own.cell(code, A).hidden for code in counts.BY_CODE)
    assert (
        own.cell("granted", B).hidden and own.cell("granted", TOTAL).hidden
    )  # B has one: from the sum it could be reckoned


def test_a_list_opens_to_the_office_of_its_county_alone(month: Town) -> None:
    def asked(county: str) -> dict[str, str]:
        return {"figure": "received", "county": county, "month": "2026-11"}

    assert bench_counts.show_list(month.actor("officer"), NOW, asked(A))["n"] == 9
    for who, county in (("officer", B), ("supervisor_b", A), ("officer", "000000000000"), ("officer", "own")):
        with pytest.raises(Http404):
            bench_counts.show_list(month.actor(who), NOW, asked(county))
    assert bench_counts.show_list(month.actor("officer"), NOW, {"figure": "nothing"})["page"] is None


def test_planners_see_counts_and_open_no_list(month: Town, sign_in: Any) -> None:
    browser = sign_in(month, "planner")
    page = browser.get("/console/bench/legal_aid.counts/?year=2025")
    assert page.status_code == 200 and "counts.list" not in page.content.decode()
    assert browser.get("/console/bench/legal_aid.counts.list/?figure=received&month=2026-11").status_code == 403


def attack(
    made: dict[Period, counting.Table], figures: list[counts.Figure], mine: frozenset[str]
) -> list[tuple[Any, ...]]:
    """Somebody who has all tables, months and year, and solves every sum with fractions: what of the hidden do they learn?"""
    whole = max(made, key=lambda p: (p.last - p.first).days)
    ids: dict[tuple[Any, ...], Cell] = {}
    sums: list[list[tuple[tuple[Any, ...], int]]] = []
    for p, shown in made.items():
        for parent, parts in counting._equations(figures, shown.columns):
            sums.append([((p, *parent), -1), *(((p, *k), 1) for k in parts)])
        for f in figures:
            for c in shown.columns:
                ids[p, f.code, c] = shown.cell(f.code, c)
                if p == whole and len(made) > 1:
                    sums.append([((p, f.code, c), -1), *(((q, f.code, c), 1) for q in made if q != whole)])
    unknown = {k: Cell(hidden=cell.hidden) for k, cell in ids.items()}
    shaped = [(row[0][0], [k for k, _s in row[1:]]) for row in sums]
    return veil.given_away(unknown, shaped)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("mine", [frozenset(), frozenset({"c0"})])
def test_no_hidden_number_can_be_reckoned_from_what_is_shown(seed: int, mine: frozenset[str]) -> None:
    """A year of random small towns: counties, parts, months and year, everything added up against everything."""
    dice = random.Random(seed)
    columns = [f"c{i}" for i in range(dice.choice([1, 2, 4, 6]))]
    group = dice.choice(["received", "closed", "acts", "granted"])
    figures = [f for f in counts.in_group(group) if not f.total]
    leaves = [f for f in figures if f.parent]
    year = year_of(date(2025, 1, 1))
    made: dict[Period, counting.Table] = {}
    for start in year.months:
        p = month_of(start)
        made[p] = counting.Table(p, [*columns, TOTAL], {}, open=mine)
        for c in columns:
            for f in leaves:
                n = dice.choice([0, 0, 0, 1, 2, 3, 4, 7, 30])
                made[p].cells[f.code, c] = Cell(Decimal(n), n)
            for f in figures:
                if not f.parent:
                    sides = sorted({x.side for x in leaves if x.parent == f.code})
                    n = dice.randrange(30) if not sides else 0
                    for i, side in enumerate(sides):
                        parts = [made[p].cells[x.code, c] for x in leaves if (x.parent, x.side) == (f.code, side)]
                        if i == 0:
                            n = sum(x.n for x in parts)
                        else:  # each side has to come to the same whole
                            for x in parts:
                                x.value, x.n = Decimal(0), 0
                            for _one in range(n):
                                x = dice.choice(parts[:3])
                                x.n += 1
                                x.value = Decimal(x.n)
                    made[p].cells[f.code, c] = Cell(Decimal(n), n)
        counting._add_up(made[p], figures)
    made[year] = counting.Table(year, [*columns, TOTAL], {}, open=mine)
    for c in columns:
        for f in figures:
            made[year].cells[f.code, c] = counting._sum(f, [made[month_of(m)].cell(f.code, c) for m in year.months])
    counting._add_up(made[year], figures)
    groups = {group}
    counting._veil(made, groups, mine, 5)
    for shown in made.values():
        for (code, c), cell in shown.cells.items():
            assert not (c in mine and cell.hidden)
            others = cell.n - (
                sum(shown.cell(code, m).n for m in mine) if c == TOTAL else 0
            )  # one's own are known anyway
            if c not in mine and 0 < others < 5:
                assert cell.hidden, (shown.period, code, c)
        told = veil.given_away(shown.cells, counting._equations(figures, shown.columns))
        assert all(shown.period == year and shown.cell(*key).n >= 5 for key in told)
    # A number of the year that was hidden to keep two months apart, and is not small, may be known; nothing else.
    assert all(p == year and made[p].cell(code, c).n >= 5 for p, code, c in attack(made, figures, mine))


def test_two_small_numbers_do_not_give_each_other_away() -> None:
    """One and one make two: hiding both under a shown sum of two would tell them."""
    period = month_of(date(2025, 1, 1))
    made = {period: counting.Table(period, ["a", "b", TOTAL], {})}
    figures = [f for f in counts.in_group("complaints")]
    for c, n in (("a", 1), ("b", 1)):
        made[period].cells["complaints", c] = Cell(Decimal(n), n)
    counting._add_up(made[period], figures)
    counting._veil(made, {"complaints"}, frozenset(), 5)
    assert made[period].cell("complaints", TOTAL).hidden


# What was reported stands


@pytest.fixture
def handed_up(month: Town) -> CountReport:
    return counting.report(county=month.units[A], period=NOVEMBER, by=month.actor("officer", LATER), at=LATER)


def test_a_reported_month_stands_and_what_came_later_is_seen_beside_it(month: Town, handed_up: CountReport) -> None:
    Hand(month).apply(day("2026-11-30", 20))
    by = month.actor("officer", LATER)
    shown = counting.table(by=by, at=LATER, period=NOVEMBER)
    cell = shown.cell("received", A)
    assert [cell.value, cell.live, cell.drift] == [9, 10, 1] and cell.reported
    assert shown.cell("granted", A).live is None
    year = counting.table(by=by, at=LATER, period=year_of(date(2026, 1, 1)))
    assert number(year, "received") == 9 and year.cell("received", A).live == 10
    assert counting.holds(handed_up) and len(handed_up.digest) == 64


def test_a_correction_is_a_new_version_with_a_reason_and_the_old_one_stays(month: Town, handed_up: CountReport) -> None:
    by, county = month.actor("officer", LATER), month.units[A]
    with pytest.raises(Refused, match="没有变化"):
        counting.report(county=county, period=NOVEMBER, by=by, at=LATER, why="核对后更正", expect=1)
    Hand(month).apply(day("2026-11-30", 20))
    with pytest.raises(Refused, match="原因"):
        counting.report(county=county, period=NOVEMBER, by=by, at=LATER, expect=1)
    with pytest.raises(Conflict):  # a second officer whose page still showed none
        counting.report(county=county, period=NOVEMBER, by=month.actor("officer_two", LATER), at=LATER)
    row = counting.report(county=county, period=NOVEMBER, by=by, at=LATER, why="月底的申请补登了", expect=1)
    assert row.version == 2 and row.figures["received"] == ["10", 10] and CountReport.objects.count() == 2
    shown = counting.table(by=by, at=LATER, period=NOVEMBER)
    assert shown.cell("received", A).live is None and shown.reports[A] == row


@pytest.mark.parametrize(
    "who", ["officer_b", "supervisor_b", "planner", "administrator", "clerk", "provider", "stranger"]
)
def test_only_the_office_of_a_county_hands_its_figures_up(month: Town, who: str) -> None:
    with pytest.raises(Denied):
        counting.report(county=month.units[A], period=NOVEMBER, by=month.actor(who), at=LATER)


@pytest.mark.parametrize(
    "period", [month_of(date(2026, 12, 1)), year_of(date(2026, 1, 1)), Period(date(2026, 11, 2), date(2026, 11, 9))]
)
def test_only_months_and_years_that_are_over_are_handed_up(month: Town, period: Period) -> None:
    with pytest.raises(Refused):
        counting.report(county=month.units[A], period=period, by=month.actor("officer"), at=LATER)


def test_a_report_is_checked_by_somebody_else_once(month: Town, handed_up: CountReport) -> None:
    with pytest.raises(Refused, match="另一个人"):
        counting.check(report=handed_up, by=month.actor("officer", LATER), at=LATER)
    with pytest.raises(Denied):
        counting.check(report=handed_up, by=month.actor("officer_b", LATER), at=LATER)
    row = counting.check(report=handed_up, by=month.actor("supervisor", LATER), at=LATER)
    assert row.checked_by == month.staff["supervisor"]
    with pytest.raises(Refused):
        counting.check(report=handed_up, by=month.actor("officer_two", LATER), at=LATER)


@pytest.mark.parametrize("change", [{"figures": {}}, {"digest": "0" * 64}, {"reported_at": NOW}, {"why": "x"}])
def test_the_database_itself_keeps_a_report_as_it_was(handed_up: CountReport, change: dict[str, Any]) -> None:
    with pytest.raises(Exception, match=r"count_report|Cannot"), transaction.atomic():
        CountReport.objects.filter(pk=handed_up.pk).update(**change)
    with pytest.raises(Exception, match=r"count_report|Cannot"), transaction.atomic():
        CountReport.objects.filter(pk=handed_up.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        handed_up.pk = None
        handed_up.save(force_insert=True)


def test_figures_changed_behind_the_programs_back_are_seen(handed_up: CountReport) -> None:
    handed_up.figures = {**handed_up.figures, "received": ["99", 99]}
    assert not counting.holds(handed_up)


def test_a_year_is_handed_up_with_its_months_as_they_were(month: Town, handed_up: CountReport) -> None:
    Hand(month).apply(day("2026-11-30", 20))
    late = datetime(2027, 1, 4, 10, tzinfo=TZ)
    row = counting.report(
        county=month.units[A], period=year_of(date(2026, 1, 1)), by=month.actor("supervisor", late), at=late
    )
    assert row.figures["received"] == ["9", 9] and row.figures["bodies"] == ["1", 1]


# Pages and files


def test_the_page_leads_from_each_number_to_its_list(month: Town, sign_in: Any) -> None:
    browser = sign_in(month, "officer")
    page = browser.get("/console/bench/legal_aid.counts/?month=2026-11").content.decode()
    assert (
        "../legal_aid.counts.list/?figure=received&amp;month=2026-11&amp;county=653125000000" in page and "<svg" in page
    )
    listed = browser.get(
        f"/console/bench/legal_aid.counts.list/?figure=received&month=2026-11&county={A}"
    ).content.decode()
    assert listed.count("/cases/") >= 9 and "阿依古丽" not in listed


@pytest.mark.parametrize("who", ["officer", "bureau", "planner", "administrator"])
def test_every_sheet_opens_for_everybody_it_is_for(month: Town, sign_in: Any, who: str) -> None:
    browser = sign_in(month, who)
    for section in counts.SECTIONS:
        for asked in ("month=2026-11", "year=2025", "from=2026-11-01&to=2026-11-09", f"county={A}"):
            page = browser.get(f"/console/bench/legal_aid.counts/?section={section}&{asked}")
            assert page.status_code == 200 and str(counts.SECTIONS[section].name) in page.content.decode()


@pytest.mark.parametrize(
    "bad", ["month=13", "month=2026-13", "year=abc", "from=2026-11-09&to=2026-11-01", "from=x", "year=9999999", "month=１２", "section=zz",
            "county=zz", "trend=zz", "from=1999-01-01&to=2026-01-01", "year=0"],
)  # fmt: skip
def test_bad_input_is_answered_in_words(town: Town, sign_in: Any, bad: str) -> None:
    page = sign_in(town, "officer").get(f"/console/bench/legal_aid.counts/?{bad}")
    assert page.status_code == 200
    if bad.startswith(("month", "year", "from=x")):
        assert "看不懂这个时间" in page.content.decode()


def test_the_office_hands_up_and_checks_on_the_page(month: Town, sign_in: Any) -> None:
    import time_machine

    with time_machine.travel(LATER):
        browser = sign_in(month, "officer")
        data = {"deed": "report", "once": "1", "county": A, "first": "2026-11-01", "last": "2026-11-30", "expect": "0"}
        address = "/console/bench/legal_aid.counts/?month=2026-11"
        assert browser.post(address, data, follow=True).status_code == 200
        row = CountReport.objects.get()
        assert "还没有审核" in browser.get(address).content.decode()
        browser = sign_in(month, "supervisor")
        browser.post(address, {"deed": "check", "once": "2", "report": row.pk}, follow=True)
        row.refresh_from_db()
        assert row.checked_by == month.staff["supervisor"]


@pytest.fixture
def book(month: Town) -> Iterator[Any]:
    by = month.actor("bureau", LATER)
    by = by.__class__(**{**by.__dict__, "name": "=cmd|' /C calc'!A0"})
    shown = counting.table(by=by, at=LATER, period=NOVEMBER)
    content = counts_book.workbook(shown, list(counts.SECTIONS.values()), by=by, at=LATER, office="示例地区")
    yield openpyxl.load_workbook(io.BytesIO(content)), shown


def test_the_workbook_says_what_the_page_says(book: Any) -> None:
    made, shown = book
    assert len(made.sheetnames) == 14
    seen = 0
    for sheet, section in zip(made.worksheets, counts.SECTIONS.values(), strict=True):
        figures = counts.in_section(section.code)
        values = [[c.value for c in row] for row in sheet.iter_rows()]
        heads = [i for i, row in enumerate(values) if row[0] == "县（市）"]
        for n, top in enumerate(heads):
            block = figures[n * counts_book.ACROSS : (n + 1) * counts_book.ACROSS]
            for at, column in enumerate(shown.columns, top + 3):
                assert values[at][0] == str(shown.names[column])
                for i, f in enumerate(block, 1):
                    cell = shown.cell(f.code, column)
                    assert values[at][i] == (None if cell.value is None else pytest.approx(float(cell.value))), f.code
                    seen += 1
                    assert values[top + 2][i] == str(f.unit)
    assert seen == len(counts.BY_CODE) * len(shown.columns)


def test_the_workbook_is_signed_dated_and_holds_no_formula(book: Any) -> None:
    made, _shown = book
    for sheet in made.worksheets:
        texts = [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]
        assert all(
            any(word in t for t in texts)
            for word in (
                "填报单位：示例地区",
                "2026-11-01 至 2026-11-30",
                "审核人：",
                "填表人：=cmd",
                "填表日期：2026-12-03",
            )
        )
        assert not any(c.data_type == "f" for row in sheet.iter_rows() for c in row) and sheet.merged_cells.ranges


def test_the_ethnic_columns_are_empty_and_the_sheet_says_why(book: Any) -> None:
    made, shown = book
    sheet = next(s for s in made.worksheets if "受援人" in s.title)
    heads = {c.value: (c.row, c.column) for row in sheet.iter_rows() for c in row if c.value in {"少数民族", "汉族"}}
    assert len(heads) == 2
    for row, column in heads.values():
        assert all(sheet.cell(row + 2 + i, column).value is None for i in range(len(shown.columns)))
    assert any("民族各栏不登记" in str(c.value) for row in sheet.iter_rows() for c in row)


def test_the_workbook_hides_what_the_page_hides(month: Town) -> None:
    by = month.actor("planner", LATER)
    content = bench_counts._excel(by, LATER, {"month": "2026-11"}).content
    made = openpyxl.load_workbook(io.BytesIO(content))
    values = [c.value for sheet in made.worksheets for row in sheet.iter_rows() for c in row]
    assert values.count("*") > 20 and not any(
        v in {1, 2, 3, 4}
        for sheet in made.worksheets[4:]
        for row in sheet.iter_rows()
        for v in [c.value for c in row]
        if isinstance(v, int)
    )
