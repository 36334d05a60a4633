"""The statistics of mediation, and rounds of looking for disputes: each counted once, rates not believed when they are too good."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.http import Http404

from open12348.kernel.access import Denied
from open12348.spine import casework, intake
from open12348.spine.models import Case
from tests.people import NOW, Town, at

from . import bench_counts, bench_subsidy, committees, counts, screening, subsidy, tallies
from .committee_models import DisputeFind
from .models import Dispute, DisputeResult, MediationAgreement
from .tallies import Period, months_from, rate, read_period
from .townsfolk import settle

TODAY = NOW.date()
NOVEMBER = months_from(date(2026, 11, 1), 1)
OCTOBER = months_from(date(2026, 10, 1), 1)


# Rates and periods, without a database


def D(n: Any) -> Decimal:
    return Decimal(str(n))


@pytest.mark.parametrize(
    ("over", "under", "failures", "said"),
    [
        (90, 100, 10, ""), (99, 100, 1, "99%"), (100, 100, 0, "没有一件调解不成"), (50, 100, 0, "没有一件调解不成"), (9, 9, 0, ""),
        (0, 20, 0, ""), (120, 100, 3, "超过 100%"), (5, 0, 0, "没有分母"),
    ],
)  # fmt: skip
def test_a_success_rate_that_cannot_be_is_said_to_be_so(over: int, under: int, failures: int, said: str) -> None:
    """99 % and more, or no failure at all: not plausible. Above 100 %: a fault, never capped. Nothing below: empty, never 0."""
    found = rate(D(over), D(under), failures=D(failures), judged=True)
    assert (said in str(found.why)) if said else not found.why
    assert found.doubt is said.startswith(("99", "没有一件")) and found.fault is said.startswith("超过")
    assert (found.value is None) is (under == 0) and (not found.fault or (found.value or 0) > 1)


def test_other_rates_are_not_judged_for_being_good() -> None:
    """All disputes of a village closed in the village is what is wanted."""
    assert rate(D(20), D(20)).value == 1 and not rate(D(20), D(20)).doubt
    assert rate(None, D(3)).value is None


@pytest.mark.parametrize(
    ("query", "first", "last", "kind"),
    [
        ({"month": "2026-11"}, date(2026, 11, 1), date(2026, 11, 30), "month"), ({"quarter": "2026-4"}, date(2026, 10, 1), date(2026, 12, 31), "quarter"),
        ({"quarter": "2026Q1"}, date(2026, 1, 1), date(2026, 3, 31), "quarter"), ({"year": "2025"}, date(2025, 1, 1), date(2025, 12, 31), "year"),
        ({"from": "2026-11-03", "to": "2026-11-09"}, date(2026, 11, 3), date(2026, 11, 9), "span"), ({}, date(2026, 11, 1), date(2026, 11, 30), "month"),
    ],
)  # fmt: skip
def test_a_period_is_read_as_people_write_it(query: dict[str, str], first: date, last: date, kind: str) -> None:
    found, fault = read_period(query, TODAY)
    assert (found.first, found.last, found.kind) == (first, last, kind) and not fault
    assert read_period({k: v for k, v in (p.split("=") for p in found.asked.split("&"))}, TODAY)[0] == found


@pytest.mark.parametrize(
    "query", [{"month": "2026-13"}, {"quarter": "2026-5"}, {"year": "lang"}, {"from": "2026-11-09", "to": "2026-11-03"}]
)
def test_nonsense_is_answered_with_words(query: dict[str, str]) -> None:
    found, fault = read_period(query, TODAY)
    assert found == NOVEMBER and "2026-4" in str(fault)


def test_the_parts_of_a_figure_are_the_whole() -> None:
    """Every part names its whole, and each side has a line for what is none of the known ones or is closed by itself."""
    sides = {(f.parent, f.side) for f in counts.BY_CODE.values() if f.parent}
    assert {p for p, _s in sides} <= set(counts.BY_CODE)
    assert {"accepted", "mediated", "closed", "agreements"} <= {p for p, _s in sides}
    assert all(s.over in counts.BY_CODE and s.under in counts.BY_CODE for s in counts.SHARES)


def test_no_figure_of_sex_or_schooling_is_reckoned() -> None:
    figure = counts.BY_CODE["hands.sex"]
    assert figure.why and not figure.group


# Counted


def dispute(town: Town, result: str = "", *, kind: str = "02", when: datetime = NOW, ended: date | None = None, n: int = 1, place: str = "station", **facts: Any) -> list[Case]:  # fmt: skip
    """Disputes with what the statistics ask of them, written as the moves would leave them."""
    found = []
    by = "clerk_b" if place.endswith("_b") else "clerk"
    for i in range(n):
        division = "653131100000" if place.endswith("_b") else "653125101200"
        case = town.case(
            service="mediation.ask", said={"story": "为浇水争吵", "kind": kind, "opponent": f"某{i}{when}"}, by=by, when=when, place=place,
            contact={"division": division, "reply_by": "here", "phone": ""},
        )  # fmt: skip
        Dispute.objects.filter(order=case.order).update(
            kind=kind, accepted_at=when, result=result, ended_on=(ended or when.date()) if result else None, **facts
        )
        found.append(case)
    return found


def cells(
    town: Town, who: str, period: Period = NOVEMBER, section: str = "cases", when: datetime = NOW
) -> tallies.Table:
    return tallies.table(by=town.actor(who, when), at=when, period=period, section=section)


def value(shown: tallies.Table, code: str, column: str) -> int | None:
    found = shown.cell(code, column).value
    return None if found is None else int(found)


HERE, THERE = "653125000000", "653131000000"


def test_each_dispute_is_counted_once_in_its_month_and_county(town: Town) -> None:
    """Refused by a party is no failure; a merged one and a wrong entry of the simple ledger count as nothing."""
    row = settle(town)
    dispute(town, "agreed", n=3, committee=row.organisation, people=4)
    dispute(town, "failed", kind="0201", committee=row.organisation)
    dispute(town, "refused")
    dispute(town, "withdrawn", simple=True)
    dispute(town, "agreed", place="station_b")
    twice, keep = dispute(town, "", n=2)
    merged = Case.objects.get(pk=twice.pk)
    merged.merged_into = keep.order
    merged.save(update_fields=["merged_into"])
    shown = cells(town, "officer")
    assert [
        value(shown, c, HERE) for c in ("accepted", "mediated", "agreed", "failed", "refused", "accepted.people")
    ] == [6, 4, 3, 1, 1, 18]
    assert shown.columns == [HERE]  # a running month is shown to nobody else
    by_kind = cells(town, "officer", section="kinds")
    assert value(by_kind, "accepted.kind.02", HERE) == 6 and value(by_kind, "accepted.kind.unknown", HERE) == 0
    lines = tallies.by_committee(by=town.actor("officer"), at=NOW, period=NOVEMBER, county=town.units[HERE])
    assert [(ln.committee.pk, ln.accepted, ln.agreed, ln.failed) for ln in lines] == [(row.pk, 4, 3, 1)]
    assert tallies.by_committee(by=town.actor("supervisor_b"), at=NOW, period=NOVEMBER, county=town.units[HERE]) == []


def test_the_number_and_the_list_behind_it_are_the_same_rows(town: Town) -> None:
    dispute(town, "agreed", n=2)
    officer = town.actor("officer")
    found = bench_counts.show_list(officer, NOW, {"figure": "agreed", "month": "2026-11", "county": HERE})
    assert found["n"] == 2 and found["away"] == 0 and all(r["case"] for r in found["rows"])
    for query in ({"county": THERE}, {"county": "nowhere"}):
        with pytest.raises(Http404):
            bench_counts.show_list(officer, NOW, {"figure": "agreed", "month": "2026-11", **query})


def test_agreements_money_and_where_it_ended(town: Town) -> None:
    """Amounts by the day from which the agreement counts; what another level took over is not closed where it was registered."""
    first, second = dispute(town, "agreed", n=2)
    for case, amount in ((first, 3000), (second, None)):
        MediationAgreement.objects.create(
            dispute_id=case.pk,
            form="written",
            content="x",
            amount=amount,
            made_at=NOW,
            effective_on=TODAY,
            performance="done",
            performed_on=TODAY,
        )
    shown = cells(town, "officer", section="agreements")
    assert [
        value(shown, c, HERE) for c in ("agreements", "agreements.form.written", "agreements.amount", "performed")
    ] == [2, 2, 3000, 2]
    dispute(town, "transferred")
    level = tallies.share(cells(town, "officer"), next(s for s in counts.SHARES if s.code == "level"), HERE, NOW)
    assert level.value is not None and round(level.value, 3) == D("0.667")


def test_only_successes_are_not_believed(town: Town) -> None:
    dispute(town, "agreed", n=10)
    success = next(s for s in counts.SHARES if s.code == "success")
    found = tallies.share(cells(town, "officer"), success, HERE, NOW)
    assert found.doubt and found.value == 1
    page = bench_counts.show(town.actor("officer"), NOW, {"month": "2026-11"})
    assert any(r["doubt"] for s in page["shares"] for r in s["rates"])
    dispute(town, "failed", n=2)
    assert not tallies.share(cells(town, "officer"), success, HERE, NOW).doubt


def test_outside_the_office_small_numbers_are_closed(town: Town) -> None:
    """A planner sees months that are over, and no number of one to four, nor what would give one away."""
    october = at("2026-10-20")
    dispute(town, "agreed", n=2, when=october)
    dispute(town, "agreed", n=7, when=october, place="station_b")
    shown = cells(town, "planner", OCTOBER)
    assert shown.cell("accepted", HERE).hidden and shown.cell("agreed", HERE).hidden
    assert shown.cell("accepted", THERE).hidden or shown.cell("accepted", tallies.TOTAL).hidden
    assert not cells(town, "officer", OCTOBER).cell("accepted", HERE).hidden
    assert (
        cells(town, "planner", NOVEMBER).columns == []
        and cells(town, "planner", months_from(date(2026, 7, 1), 3)).columns == []
    )
    success = next(s for s in counts.SHARES if s.code == "success")
    assert tallies.share(shown, success, HERE, NOW).value is None
    book = openpyxl.load_workbook(
        io.BytesIO(bench_counts.counts_file(town.actor("planner"), NOW, {"month": "2026-10"}).content)
    )
    texts = {str(c.value) for row in book.worksheets[0].iter_rows() for c in row}
    assert "*" in texts


def test_the_page_and_the_file_open_for_who_may(town: Town, client: Any, sign_in: Any) -> None:
    dispute(town, "agreed")
    settle(town)
    sign_in(town, "officer")
    for query in (
        "",
        "?section=kinds&quarter=2026-4",
        "?section=prevention&year=2026",
        "?section=bodies",
        "?section=sources&month=nonsense",
    ):
        assert client.get(f"/console/bench/mediation.counts/{query}").status_code == 200
    assert client.get("/console/bench/mediation.counts/files/counts.xlsx?quarter=2026-4").status_code == 200
    assert (
        client.get(f"/console/bench/mediation.counts.list/?figure=agreed&month=2026-11&county={HERE}").status_code
        == 200
    )
    sign_in(town, "clerk")
    assert client.get("/console/bench/mediation.counts/").status_code == 403


# Looking for disputes


def begin(town: Town, **said: Any) -> Case:
    return town.case(
        service="mediation.screening",
        said={"about": "春灌用水", "kind": "weekly", **said},
        by="clerk",
        contact={"reply_by": "here", "phone": ""},
    )


FOUND = {
    "story": "为浇水先后争吵",
    "kind": "02",
    "one": "示例甲",
    "one_phone": "13800000001",
    "other": "示例乙",
    "other_phone": "13800000002",
}


def do(town: Town, case: Case, move: str, who: str = "clerk", **data: Any) -> Case:
    return casework.make(case=Case.objects.get(pk=case.pk), move=move, by=town.actor(who), at=NOW, data=data)


def test_what_a_round_comes_upon_becomes_a_case_and_is_counted_once(town: Town) -> None:
    """D08: found, registered as the committee's own initiative, linked; found again, it is named instead of made again."""
    first, second = begin(town), begin(town)
    do(town, first, "found", **FOUND)
    came = DisputeFind.objects.get().dispute
    row = Dispute.objects.get(order=came)
    assert row.source == "own" and came.case.service == "mediation.ask" and screening.of_dispute(came) is not None
    with pytest.raises(
        casework.Refused, match="已经登记"
    ):  # the same two sides, the other way round, found by another round
        do(
            town,
            second,
            "found",
            **{**FOUND, "one": "示例乙", "one_phone": "13800000002", "other": "示例甲", "other_phone": "13800000001"},
        )
    assert Dispute.objects.count() == 1
    do(town, second, "known", code=came.code)
    with pytest.raises(casework.Refused, match="已经记过"):
        do(town, second, "known", code=came.code)
    do(town, second, "found", **FOUND, another="on")  # looked at: another matter of the same two
    for case in (first, second):
        do(town, case, "report", people=3, prevented=2)
    rounds = [screening.row_of(c.pk) for c in (first, second)]
    assert [(r.found, r.known, r.prevented) for r in rounds] == [(1, 0, 2), (1, 1, 2)]
    shown = cells(town, "officer", section="prevention")
    assert [value(shown, c, HERE) for c in ("rounds", "found", "known", "settled")] == [2, 2, 1, 4]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"other": "示例甲"}, "同一个人"),
        ({"other_phone": "13800000001"}, "电话一样"),
        ({"kind": "99"}, ""),
        ({"one_phone": "123"}, ""),
    ],
)
def test_a_find_is_two_sides_and_a_kind(wrong: dict[str, str], words: str) -> None:
    form = screening.Found({**FOUND, **wrong})
    assert not form.is_valid() and words in str(form.errors)


def test_a_round_has_days_in_order_and_an_end() -> None:
    assert "不能早于" in str(screening.Begin({"about": "x", "first": "2026-11-09", "last": "2026-11-03"}).errors)
    assert "最长" in str(screening.Begin({"about": "x", "first": "2026-01-01", "last": "2026-11-03"}).errors)


def test_a_round_names_no_stranger_to_who_may_not_see_them(town: Town) -> None:
    """A dispute of another county cannot be named by its code, and the refusal gives none away."""
    there = dispute(town, place="station_b")[0]
    with pytest.raises(casework.Refused, match="不在您的范围"):
        do(town, begin(town), "known", code=there.order.code)
    with pytest.raises(intake.Invalid):
        do(town, begin(town), "known", code="1")


def results() -> Iterable[str]:
    return DisputeResult.values


def test_every_result_counts_somewhere() -> None:
    """No way in which a dispute ends is lost between the figures: only what was withdrawn counts as nothing."""
    said = {code for f in counts.in_group("ended") for code in results() if code in str(f.where)}
    assert said == set(results()) - {"withdrawn"}


# The subsidy by the case


def test_a_dispute_is_paid_for_once_and_proposed_by_the_bureau(town: Town) -> None:
    """By the rate of its difficulty, marked as unconfirmed; a second clerk proposes nothing twice; strangers nothing at all."""
    row = settle(town)
    who = committees.people_now(row)[0].mediator
    dispute(town, "agreed", mediator=who, difficulty="hard")
    dispute(town, "agreed", mediator=who, simple=True, difficulty="simple")
    dispute(town, "agreed")  # nobody's
    dispute(town, "failed", mediator=who)
    county, given = town.units[HERE], {"county": town.units[HERE], "month": NOVEMBER.first, "at": NOW}
    for stranger in ("supervisor", "supervisor_b", "clerk"):
        with pytest.raises(Denied, match="第六条"):
            subsidy.hand_in(by=town.actor(stranger), **given)
    assert subsidy.hand_in(by=town.actor("officer"), **given) == (2, [])
    assert subsidy.hand_in(by=town.actor("officer_two"), **given) == (0, [])
    found = [d.claim for d in subsidy.dues(county, NOVEMBER.first)]
    assert sorted(c.amount for c in found if c) == [30, 300] and not any(c.sure for c in found if c)
    page = bench_subsidy.show(town.actor("officer"), NOW, {"month": "2026-11"})
    assert page["new"] == 0 and page["count"] == 2
    assert bench_subsidy.show(town.actor("officer"), NOW, {})["month"] == "2026-10"
