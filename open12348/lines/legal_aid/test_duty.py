"""Duty lawyers: who sits where and when, each help on the register, the day that is paid once, and how many people had a lawyer."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection

from open12348.kernel.access import SYSTEM, Denied
from open12348.ledgers.funds import claims
from open12348.ledgers.funds.models import Claim
from open12348.registry import providers
from open12348.registry.models import Practitioner
from open12348.spine import benches, casework, catalogue, journal
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict
from open12348.spine.models import Case, Deadline, Document, Link, Order
from tests.people import NOW, Town, at

from . import assigning, bench_duty, coverage, duty, duty_forms, rota
from .models import AccusedCount, Aid, DutyHelp, DutyStation, Shift, Swap

TODAY = date(2026, 11, 23)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def house(town: Town) -> DutyStation:
    """A station at a detention house of county A that wants somebody on working days."""
    return rota.open_station(
        by=town.actor("officer"), at=NOW, county=town.units["653125000000"], kind="custody", name_zh="看守所值班站",
        languages=["ug"], phone="0998-2820000",
    )  # fmt: skip


@pytest.fixture
def court(town: Town, house: DutyStation) -> DutyStation:
    return rota.open_station(
        by=town.actor("officer"), at=NOW, county=town.units["653125000000"], kind="court", name_zh="法院值班站"
    )


def lawyer(town: Town, who: str = "provider") -> Practitioner:
    worker = town.staff[who].practitioner
    assert worker is not None
    return worker


def put(town: Town, station: DutyStation, who: str = "provider", day: date = TOMORROW, half: str = "am", by: str = "officer") -> Shift:  # fmt: skip
    """One half day on the roster."""
    rota.write(lines=[rota.Line(1, day, half, station, lawyer(town, who))], by=town.actor(by), at=NOW)
    return rota.standing().get(lawyer=lawyer(town, who), day=day, half=half)


def moved(town: Town) -> None:
    """The second lawyer lives and works in county B."""
    Practitioner.objects.filter(pk=lawyer(town, "provider_two").pk).update(division=town.units["653131000000"])


# The roster


def test_a_lawyer_is_not_at_two_stations_at_once(town: Town, house: DutyStation, court: DutyStation) -> None:
    put(town, house)
    with pytest.raises(Refused) as fault:
        put(town, court)
    assert "示例律师这个时间已在看守所值班站值班" in str(fault.value)
    put(town, court, half="pm")  # the other half of the day is free
    assert rota.standing().count() == 2


def test_of_two_lines_for_one_lawyer_and_time_the_second_is_named(
    town: Town, house: DutyStation, court: DutyStation
) -> None:
    with pytest.raises(Refused) as fault:
        rota.write(
            lines=[rota.Line(n, TOMORROW, "am", s, lawyer(town)) for n, s in ((1, house), (2, court))],
            by=town.actor("officer"), at=NOW,
        )  # fmt: skip
    assert "第 2 行" in str(fault.value) and not Shift.objects.exists()


def test_the_database_itself_keeps_one_standing_shift_for_a_lawyer_and_half_day(town: Town, house: DutyStation, court: DutyStation) -> None:  # fmt: skip
    from django.db import IntegrityError, transaction

    put(town, house)
    with pytest.raises(IntegrityError), transaction.atomic():
        Shift.objects.create(station=court, lawyer=lawyer(town), day=TOMORROW, half="am", written_at=NOW, by="x")


def test_of_two_officers_at_one_cell_the_second_is_told(town: Town, house: DutyStation) -> None:
    def cell(was: str | None, now: str | None) -> rota.Cell:
        numbers = [lawyer(town, w).pk if w else None for w in (was, now)]
        return rota.Cell(house, TOMORROW, "am", *numbers)

    rota.change(cells=[cell(None, "provider")], by=town.actor("officer"), at=NOW)
    with pytest.raises(Conflict):  # the second one's page still showed nobody
        rota.change(cells=[cell(None, "provider_two")], by=town.actor("officer_two"), at=NOW)
    assert [s.lawyer_id for s in rota.standing()] == [lawyer(town).pk]
    rota.change(cells=[cell("provider", "provider_two")], by=town.actor("officer_two"), at=NOW)
    assert [s.lawyer_id for s in rota.standing()] == [lawyer(town, "provider_two").pk]
    assert Shift.objects.count() == 2  # what was changed stays readable
    with pytest.raises(Conflict):
        rota.change(cells=[cell("provider", None)], by=town.actor("officer"), at=NOW)


def test_the_same_cell_twice_from_two_pages_is_no_quarrel(town: Town, house: DutyStation) -> None:
    cells = [rota.Cell(house, TOMORROW, "am", None, lawyer(town).pk)]
    for who in ("officer", "officer_two"):
        rota.change(cells=cells, by=town.actor(who), at=NOW)
    assert rota.standing().count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [("stopped", "已停止执业"), ("firm", "已停止执业"), ("grassroots", "不是律师"), ("past", "已经过去"), ("bar", "回避"), ("closed", "已关闭")],
)  # fmt: skip
def test_who_may_not_sit_is_named_with_the_reason(town: Town, house: DutyStation, change: str, words: str) -> None:
    who, officer, day = lawyer(town), town.actor("officer"), TOMORROW
    if change == "stopped":
        providers.set_standing(who=who, status="suspended", at=at("2026-11-24", 0), by=SYSTEM, reason="处罚")
    elif change == "firm":
        assert who.organisation is not None
        providers.set_standing(
            who=who.organisation, status="suspended", at=at("2026-11-24", 0), by=SYSTEM, reason="停业整顿"
        )
    elif change == "grassroots":
        Practitioner.objects.filter(pk=who.pk).update(kind="grassroots_worker")
        who.refresh_from_db()
    elif change == "past":
        day = TODAY - timedelta(days=1)
    elif change == "bar":
        rota.bar(station=house, lawyer=who, why="配偶在这里办案", since=TODAY, until=None, by=officer, at=NOW)
    elif change == "closed":
        rota.close_station(station=house, by=officer, at=NOW)
    with pytest.raises(Refused) as fault:
        rota.write(lines=[rota.Line(1, day, "am", house, who)], by=officer, at=NOW)
    assert words in str(fault.value) and not Shift.objects.exists()


def test_a_suspension_that_ends_before_the_day_hinders_nobody(town: Town, house: DutyStation) -> None:
    providers.set_standing(
        who=lawyer(town),
        status="suspended",
        at=NOW - timedelta(days=9),
        by=SYSTEM,
        reason="处罚",
        ends_at=at("2026-11-24", 0),
    )
    put(town, house)
    with pytest.raises(Refused):
        put(town, house, day=TODAY, half="pm")


@pytest.mark.parametrize("who", ["provider", "clerk", "supervisor", "supervisor_b", "planner"])
def test_only_the_countys_own_office_writes_the_roster(town: Town, house: DutyStation, who: str) -> None:
    with pytest.raises(Denied):
        rota.write(lines=[rota.Line(1, TOMORROW, "am", house, lawyer(town))], by=town.actor(who), at=NOW)
    with pytest.raises(Denied):
        rota.open_station(by=town.actor(who), at=NOW, county=house.county, kind="court", name_zh="别处")
    with pytest.raises(Denied):
        rota.close_station(station=house, by=town.actor(who), at=NOW)


def test_an_officer_writes_no_other_countys_roster(town: Town, house: DutyStation) -> None:
    with pytest.raises(Denied):
        rota.open_station(
            by=town.actor("officer"), at=NOW, county=town.units["653131000000"], kind="court", name_zh="乙县法院"
        )


def test_two_stations_of_a_county_do_not_share_a_name(town: Town, house: DutyStation) -> None:
    with pytest.raises(Refused):
        rota.open_station(
            by=town.actor("officer"), at=NOW, county=house.county, kind="custody", name_zh=" 看守所值班站 "
        )


# Gaps and fair turn


def test_gaps_are_the_half_days_that_want_somebody_and_have_nobody(town: Town, house: DutyStation) -> None:
    put(town, house, day=TOMORROW, half="am")
    found = rota.gaps(house.county, TODAY, TODAY + timedelta(days=6))
    assert len(found) == 9  # five working days, two halves, less one; no Saturday, no Sunday
    assert (TOMORROW, "am") not in {(g.day, g.half) for g in found}


def test_an_office_wants_nobody_on_a_holiday_and_somebody_on_a_make_up_saturday(town: Town, house: DutyStation, court: DutyStation) -> None:  # fmt: skip
    court.opened_on = house.opened_on = date(2026, 1, 1)
    assert rota.wanted(court, date(2026, 10, 1)) == []  # National Day, a Thursday
    assert rota.wanted(court, date(2026, 10, 10)) == ["am", "pm"]  # Saturday, worked instead
    assert rota.wanted(court, date(2026, 10, 17)) == []
    assert rota.wanted(house, date(2026, 10, 1)) == ["am", "pm"]  # people are held on holidays too
    assert rota.wanted(court, date(2026, 5, 27)) == []  # Corban, of the region's calendar


def test_a_proposal_goes_round_fairly_and_nothing_stands_before_it_is_accepted(town: Town, court: DutyStation) -> None:
    week = (TOMORROW, TOMORROW + timedelta(days=3))
    DutyStation.objects.exclude(pk=court.pk).update(weekdays=[])
    found = rota.propose(county=court.county, first=week[0], last=week[1], at=NOW)
    assert len(found) == 8 and not Shift.objects.exists()
    turns = [p.lawyer.pk for p in found if p.lawyer]
    assert turns[0] == turns[1] and {turns.count(pk) for pk in set(turns)} == {4}  # both halves to one, days in turn
    lines, wrong = rota.read(rota.as_text(found), county=court.county, at=NOW)
    assert not wrong and rota.write(lines=lines, by=town.actor("officer"), at=NOW) == 8
    assert rota.gaps(court.county, *week) == []


def test_who_sat_more_waits_and_who_lives_far_comes_later(town: Town, court: DutyStation) -> None:
    DutyStation.objects.exclude(pk=court.pk).update(weekdays=[])
    for n in (1, 2):
        put(town, court, day=TODAY + timedelta(days=n))
    DutyStation.objects.filter(pk=court.pk).update(weekdays=[3])
    first = rota.propose(county=court.county, first=TODAY, last=TODAY + timedelta(days=4), at=NOW)[0]
    assert first.lawyer == lawyer(town, "provider_two") and first.next == [lawyer(town)]
    moved(town)
    first = rota.propose(county=court.county, first=TODAY, last=TODAY + timedelta(days=4), at=NOW)[0]
    assert first.lawyer == lawyer(town)  # two half days count as much as the way from the other county


def test_who_speaks_the_language_comes_first_and_no_one_able_is_said(town: Town, house: DutyStation) -> None:
    found = rota.propose(county=house.county, first=TOMORROW, last=TOMORROW, at=NOW)
    assert {p.lawyer for p in found} == {lawyer(town)}  # the other one speaks no Uyghur
    for who in ("provider", "provider_two"):
        providers.set_standing(who=lawyer(town, who), status="suspended", at=NOW, by=SYSTEM, reason="处罚")
    found = rota.propose(county=house.county, first=TOMORROW, last=TOMORROW, at=NOW)
    assert [p.lawyer for p in found] == [None, None] and found[0].why


# Pasted


def test_a_pasted_list_is_read_with_full_width_digits_and_any_separator(town: Town, house: DutyStation) -> None:
    text = (
        "日期\t上下午\t值班站\t律师\n２０２６－１１－２４\t上午\t看守所值班站\t示例律师\n"
        "2026年11月25日，全天，看守所，示例乙律师，电话\n2026.11.26 下午 看守所值班站 16531201610000001\n"
    )
    lines, wrong = rota.read(text, county=house.county, at=NOW)
    assert wrong == []
    assert [(n.day.day, n.half, n.lawyer.name_zh, n.mode) for n in lines] == [
        (24, "am", "示例律师", "on_site"), (25, "am", "示例乙律师", "phone"), (25, "pm", "示例乙律师", "phone"),
        (26, "pm", "示例律师", "on_site"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2026-11-24 上午 看守所值班站 示例律师师", "是不是：示例"),
        ("2026-11-24 上午 看守所值班站 完全没有的人名", "没有叫"),
        ("2026-11-24 上午 火车站 示例律师", "没有“火车站”这个值班站。这个县有：看守所值班站"),
        ("11-24 上午 看守所值班站 示例律师", "请加上年份"),
        ("2026-02-30 上午 看守所值班站 示例律师", "没有这一天"),
        ("2026-11-24 上午 看守所值班站 9999999999999", "没有执业证号"),
        ("2026-11-24", "要写日期"),
    ],
)
def test_what_is_wrong_with_a_pasted_line_is_said_with_its_number(
    town: Town, house: DutyStation, line: str, words: str
) -> None:
    lines, wrong = rota.read("\n" + line, county=house.county, at=NOW)
    assert lines == [] and len(wrong) == 1 and words in wrong[0] and "第 2 行" in wrong[0]


def test_of_two_lawyers_with_one_name_the_licence_decides(town: Town, house: DutyStation) -> None:
    Practitioner.objects.filter(pk=lawyer(town, "provider_two").pk).update(name_zh="示例律师")
    _lines, wrong = rota.read("2026-11-24 上午 看守所值班站 示例律师", county=house.county, at=NOW)
    assert "有 2 位律师叫示例律师" in wrong[0] and "16531201910000002" in wrong[0]
    lines, wrong = rota.read("2026-11-24 上午 看守所值班站 示例律师 16531201910000002", county=house.county, at=NOW)
    assert wrong == [] and lines[0].lawyer == lawyer(town, "provider_two")


def test_one_wrong_line_keeps_the_whole_list_out(town: Town, house: DutyStation) -> None:
    providers.set_standing(who=lawyer(town), status="suspended", at=NOW, by=SYSTEM, reason="处罚")
    lines, _wrong = rota.read(
        "2026-11-24 上午 看守所值班站 示例乙律师\n2026-11-25 上午 看守所值班站 示例律师", county=house.county, at=NOW
    )
    with pytest.raises(Refused) as fault:
        rota.write(lines=lines, by=town.actor("officer"), at=NOW)
    assert "第 2 行" in str(fault.value) and not Shift.objects.exists()


# Swaps


def test_a_swap_holds_when_the_colleague_agrees_and_the_office_is_told(town: Town, house: DutyStation) -> None:
    mine = put(town, house)
    asked = rota.ask_swap(shift=mine, to=lawyer(town, "provider_two"), by=town.actor("provider"), at=NOW, why="开庭")
    assert rota.standing().get().lawyer == lawyer(town)  # asking changes nothing
    assert [s.pk for s in rota.swaps_asked_of(lawyer(town, "provider_two").pk)] == [asked.pk]
    rota.answer_swap(swap=asked, agree=True, by=town.actor("provider_two"), at=NOW)
    now = rota.standing().get()
    assert now.lawyer == lawyer(town, "provider_two") and now.instead_of_id == mine.pk
    assert [s.pk for s in rota.swaps_unseen(house.county)] == [asked.pk]
    assert rota.seen_swap(swap=asked, by=town.actor("officer"), at=NOW)
    assert not rota.seen_swap(swap=asked, by=town.actor("officer_two"), at=NOW)  # a colleague was faster
    assert rota.swaps_unseen(house.county) == []


def test_two_shifts_change_hands_together(town: Town, house: DutyStation, court: DutyStation) -> None:
    mine, theirs = put(town, house), put(town, court, "provider_two")  # the same half day, two stations
    asked = rota.ask_swap(
        shift=mine, to=lawyer(town, "provider_two"), against=theirs, by=town.actor("provider"), at=NOW, why="路近"
    )
    rota.answer_swap(swap=asked, agree=True, by=town.actor("provider_two"), at=NOW)
    assert {(s.station_id, s.lawyer_id) for s in rota.standing()} == {
        (house.pk, lawyer(town, "provider_two").pk), (court.pk, lawyer(town).pk),
    }  # fmt: skip


def test_no_stranger_swaps_answers_or_takes_back(town: Town, house: DutyStation) -> None:
    mine = put(town, house)
    for who in ("provider_two", "firm", "officer", "clerk"):
        with pytest.raises(Denied):
            rota.ask_swap(shift=mine, to=lawyer(town, "provider_two"), by=town.actor(who), at=NOW, why="想要")
    asked = rota.ask_swap(shift=mine, to=lawyer(town, "provider_two"), by=town.actor("provider"), at=NOW, why="开庭")
    for who in ("provider", "firm", "officer"):
        with pytest.raises(Denied):
            rota.answer_swap(swap=asked, agree=True, by=town.actor(who), at=NOW)
    with pytest.raises(Denied):
        rota.withdraw_swap(swap=asked, by=town.actor("provider_two"), at=NOW)
    with pytest.raises(Denied):
        rota.seen_swap(swap=asked, by=town.actor("supervisor"), at=NOW)
    assert rota.standing().get().lawyer == lawyer(town)


def test_a_swap_is_answered_once_and_asked_of_one_at_a_time(town: Town, house: DutyStation) -> None:
    mine, two = put(town, house), lawyer(town, "provider_two")
    asked = rota.ask_swap(shift=mine, to=two, by=town.actor("provider"), at=NOW, why="开庭")
    with pytest.raises(Refused):
        rota.ask_swap(shift=mine, to=two, by=town.actor("provider"), at=NOW, why="开庭")
    rota.answer_swap(swap=asked, agree=False, by=town.actor("provider_two"), at=NOW)
    with pytest.raises(Refused):
        rota.answer_swap(swap=asked, agree=True, by=town.actor("provider_two"), at=NOW)
    again = rota.ask_swap(shift=mine, to=two, by=town.actor("provider"), at=NOW, why="开庭")
    rota.withdraw_swap(swap=again, by=town.actor("provider"), at=NOW)
    with pytest.raises(Refused):
        rota.answer_swap(swap=again, agree=True, by=town.actor("provider_two"), at=NOW)
    assert rota.standing().get().lawyer == lawyer(town)


def test_what_has_changed_meanwhile_is_looked_at_again_when_the_colleague_agrees(town: Town, house: DutyStation, court: DutyStation) -> None:  # fmt: skip
    mine = put(town, house)
    asked = rota.ask_swap(shift=mine, to=lawyer(town, "provider_two"), by=town.actor("provider"), at=NOW, why="开庭")
    put(town, court, "provider_two")  # the officer needed them elsewhere
    with pytest.raises(Refused) as fault:
        rota.answer_swap(swap=asked, agree=True, by=town.actor("provider_two"), at=NOW)
    assert "法院值班站" in str(fault.value)
    asked.refresh_from_db()
    assert asked.answered_at is None and rota.standing().get(station=house).lawyer == lawyer(town)


def test_a_shift_that_the_office_changed_is_no_longer_swapped(town: Town, house: DutyStation) -> None:
    mine = put(town, house)
    asked = rota.ask_swap(shift=mine, to=lawyer(town, "provider_two"), by=town.actor("provider"), at=NOW, why="开庭")
    rota.change(cells=[rota.Cell(house, TOMORROW, "am", lawyer(town).pk, None)], by=town.actor("officer"), at=NOW)
    asked.refresh_from_db()
    assert asked.withdrawn_at == NOW
    with pytest.raises(Refused):
        rota.answer_swap(swap=asked, agree=True, by=town.actor("provider_two"), at=NOW)


def test_a_shift_of_the_past_is_not_swapped(town: Town, house: DutyStation) -> None:
    mine = put(town, house)
    later = NOW + timedelta(days=2)
    with pytest.raises(Refused):
        rota.ask_swap(
            shift=mine, to=lawyer(town, "provider_two"), by=town.actor("provider", later), at=later, why="没去成"
        )


# There on the day


def test_who_was_there_signs_in_on_the_day_or_is_confirmed_by_another(town: Town, house: DutyStation) -> None:
    shift = put(town, house)
    with pytest.raises(Refused):
        rota.sign_in(shift=shift, by=town.actor("provider"), at=NOW)  # the day before
    with pytest.raises(Denied):
        rota.sign_in(shift=shift, by=town.actor("provider_two"), at=at("2026-11-24"))
    rota.sign_in(shift=shift, by=town.actor("provider"), at=at("2026-11-24"))
    with pytest.raises(Refused):
        rota.confirm_served(shift=shift, by=town.actor("officer"), at=at("2026-11-25"))
    other = put(town, house, half="pm")
    with pytest.raises(Refused):
        rota.confirm_served(shift=other, by=town.actor("officer"), at=NOW)
    with pytest.raises(Denied):
        rota.confirm_served(shift=other, by=town.actor("supervisor"), at=at("2026-11-25"))
    assert rota.confirm_served(shift=other, by=town.actor("officer"), at=at("2026-11-25")).served_by.startswith(
        "account"
    )


# Helps

ASKED = {
    "called": "绰号“大个子”", "stage": "investigation", "authority": "police", "authority_name": "甲县公安局", "authority_no": "甲公（刑）立字〔2026〕12号",
    "asked_by": "person",
}  # fmt: skip
GAVE = {"gave": ["advice", "opinion"], "pledge": "witnessed", "no_soliciting": "on"}


def asked(town: Town, by: str = "provider", when: Any = NOW, station: DutyStation | None = None, **said: Any) -> Case:
    """A help that was asked for."""
    order = casework.intake.receive(
        service="legal_aid.duty", said={**ASKED, **said, **({"station": str(station.pk)} if station else {})},
        contact={"reply_by": "none"}, channel="visit", by=town.actor(by, when), at=when, place=town.places["centre"], item_code="C07",
    ).order  # fmt: skip
    return order.case


def make(town: Town, case: Case, move: str, by: str = "provider", when: Any = NOW, **data: Any) -> Case:
    return casework.make(case=case, move=move, by=town.actor(by, when), at=when, data=data)


def test_a_person_without_name_number_or_papers_is_helped_all_the_same(town: Town) -> None:
    case = make(town, asked(town, called="编号０１２３"), "help", **GAVE)
    row = DutyHelp.objects.get(pk=case.pk)
    assert case.state == "helped" and case.order.person_id is None and row.person_hash == ""
    assert row.called == "编号0123" and row.called_hash == duty.called_hash("编号 0123".replace(" ", ""))
    assert row.lawyer == lawyer(town) and row.pledge == "witnessed" and row.no_soliciting
    with connection.cursor() as sql:  # who it was stands sealed
        sql.execute("SELECT called FROM legal_aid_dutyhelp WHERE order_id = %s", [case.pk])
        assert "0123" not in sql.fetchone()[0]


def test_lists_never_show_who_it_was(town: Town) -> None:
    assert asked(town).order.title == "值班律师法律帮助：侦查"


def test_who_writes_it_down_has_it_in_hand_and_a_notice_goes_to_the_lawyer_of_the_day(
    town: Town, house: DutyStation
) -> None:
    assert asked(town).handler_id == town.staff["provider"].pk
    put(town, house, "provider_two", day=TODAY)
    by_clerk = asked(town, by="officer", station=house, asked_by="police")
    assert by_clerk.handler_id == town.staff["provider_two"].pk
    assert DutyHelp.objects.get(pk=by_clerk.pk).lawyer == lawyer(town, "provider_two")


def test_a_colleagues_help_is_closed_to_another_lawyer(town: Town) -> None:
    from open12348.spine import lists

    case = asked(town)
    assert not lists.may_see(town.actor("provider_two"), case)
    with pytest.raises(Denied):
        make(town, case, "help", by="provider_two", **GAVE)


def test_a_resident_brings_no_duty_help(town: Town) -> None:
    town.need()
    with pytest.raises(Denied):
        asked(town, by="applicant")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"no_soliciting": ""}, "no_soliciting"),
        ({"gave": []}, "gave"),
        ({"pledge": "exempt"}, "exempt"),
        ({"pledge": "witnessed", "exempt": "senses"}, "exempt"),
        ({"has_defender": "on"}, "has_defender"),
        ({"helped_at": "2026-11-24 09:00"}, "helped_at"),
    ],
)
def test_what_does_not_fit_together_is_said_at_its_field(town: Town, data: dict[str, Any], field: str) -> None:
    with pytest.raises(casework.Invalid) as fault:
        make(town, asked(town), "help", **{**GAVE, **data})
    assert field in fault.value.form.errors


@pytest.mark.parametrize("ground", ["senses", "capacity", "minor"])
def test_the_three_who_sign_no_pledge(town: Town, ground: str) -> None:
    case = make(town, asked(town), "help", **{**GAVE, "pledge": "exempt", "exempt": ground})
    assert DutyHelp.objects.get(pk=case.pk).exempt == ground


def test_a_suspended_lawyer_and_one_who_is_no_lawyer_help_nobody(town: Town) -> None:
    case = asked(town)
    providers.set_standing(who=lawyer(town), status="suspended", at=NOW, by=SYSTEM, reason="处罚")
    with pytest.raises(Refused):
        make(town, case, "help", **GAVE)
    other = asked(town, by="officer")
    Practitioner.objects.filter(pk=lawyer(town, "provider_two").pk).update(kind="grassroots_worker")
    with pytest.raises(casework.Invalid):
        make(town, other, "help", by="officer", lawyer=str(lawyer(town, "provider_two").pk), **GAVE)


def test_who_types_for_a_lawyer_says_which_one(town: Town) -> None:
    case = asked(town, by="officer")
    with pytest.raises(casework.Invalid):
        make(town, case, "help", by="officer", **GAVE)
    case = make(town, case, "help", by="officer", lawyer=str(lawyer(town, "provider_two").pk), **GAVE)
    assert DutyHelp.objects.get(pk=case.pk).lawyer == lawyer(town, "provider_two")


# Refused, and asked again


def test_a_refusal_is_kept_and_marked_when_the_matter_comes_to_the_next_stage(town: Town) -> None:
    case = make(town, asked(town), "refuse", reason="我自己会说", told="on")
    assert case.state == "refused" and DutyHelp.objects.get(pk=case.pk).refused_at == NOW
    later = NOW + timedelta(days=40)
    next_stage = {
        "stage": "prosecution", "authority": "procuratorate", "authority_name": "甲县人民检察院", "authority_no": "甲检〔2027〕3号",
        "before_name": "甲县公安局", "before_no": "甲公(刑)立字[2026]１２号",
    }  # fmt: skip
    again = asked(town, when=later, **next_stage)
    row = DutyHelp.objects.get(pk=again.pk)
    assert row.asks_again_id == case.pk
    service = catalogue.get("legal_aid.duty")
    assert service.hints and "拒绝过值班律师帮助" in str(service.hints(again, town.actor("provider", later))[0])
    assert asked(town, when=later, **{**next_stage, "called": "另一个人"}).pk not in {
        r.pk for r in DutyHelp.objects.filter(asks_again__isnull=False)
    }


def test_a_refusal_is_found_by_the_identity_number_when_nobody_knows_the_old_case_number(town: Town) -> None:
    number = "653125199001011236"
    make(town, asked(town, accused_id=number), "refuse", reason="不需要", told="on")
    again = asked(
        town, accused_id="６５３１２５１９９００１０１１２３６", called="本名", stage="first", authority="court",
        authority_name="甲县人民法院", authority_no="",
    )  # fmt: skip
    assert DutyHelp.objects.get(pk=again.pk).asks_again is not None


def test_the_same_stage_is_not_another_stage(town: Town) -> None:
    make(town, asked(town), "refuse", reason="不需要", told="on")
    assert DutyHelp.objects.get(pk=asked(town).pk).asks_again is None


def test_a_refusal_has_words_and_the_promise_to_ask_again(town: Town) -> None:
    for data in ({"reason": "", "told": "on"}, {"reason": "不要", "told": ""}):
        with pytest.raises(casework.Invalid):
            make(town, asked(town), "refuse", **data)


def test_who_refused_may_change_their_mind(town: Town) -> None:
    case = make(town, asked(town), "refuse", reason="不要", told="on")
    case = make(town, case, "reopen", by="officer", reason="本人又想见律师")
    assert case.phase == "open" and case.due_clock == "duty_register"
    case = make(town, case, "help", **GAVE)
    assert DutyHelp.objects.get(pk=case.pk).refused_at is None


# Passed on within 24 hours


def applied(town: Town, when: str = "2026-11-23 08:00") -> Case:
    return make(town, asked(town), "help_and_apply", applied_at=when, **GAVE)


def test_an_application_is_passed_on_as_an_order_of_its_own_within_24_hours(town: Town) -> None:
    case = applied(town)
    limit = Deadline.objects.get(order=case.order, clock="duty_pass_on")
    assert case.state == "to_pass" and limit.due_at == at("2026-11-24", 8)  # from when the lawyer got it, not from now
    case = make(town, case, "pass_on", when=at("2026-11-24", 7, 59), item="C11")
    link = Link.objects.get(first=case.order, kind="sent_on")
    assert link.second.case.service == "legal_aid.apply" and link.second.code != case.order.code
    row = DutyHelp.objects.get(pk=case.pk)
    assert row.application == link.second and case.state == "passed_on"
    limit.refresh_from_db()
    assert limit.state == "stopped" and limit.late_at is None


def test_passed_on_a_minute_too_late_is_late_and_said_on_the_months_sheet(town: Town, house: DutyStation) -> None:
    case = make(town, asked(town, station=house), "help_and_apply", applied_at="2026-11-23 08:00", **GAVE)
    make(town, case, "pass_on", when=at("2026-11-24", 8, 1), item="C11")
    assert Deadline.objects.get(order=case.order, clock="duty_pass_on").late_at == at("2026-11-24", 8)
    row = duty.sheet(house.county, TODAY, NOW)[0]
    assert (row.applications, row.passed_late) == (1, 1)


def test_the_24_hours_run_through_a_weekend_and_midnight(town: Town) -> None:
    friday = at("2026-11-27", 22)
    case = make(town, asked(town, when=friday), "help_and_apply", when=friday, **GAVE)
    assert Deadline.objects.get(order=case.order, clock="duty_pass_on").due_at == at("2026-11-28", 22)


def test_an_application_may_come_later(town: Town) -> None:
    case = make(town, asked(town), "help", **GAVE)
    later = NOW + timedelta(hours=5)
    case = make(town, case, "take_application", when=later, applied_at="")
    assert case.state == "to_pass" and case.phase == "open"
    assert Deadline.objects.get(order=case.order, clock="duty_pass_on", state="running").due_at == later + timedelta(
        days=1
    )


# Co-suspects


def test_who_helped_one_of_a_matter_is_known_and_who_helped_several_defends_none(town: Town) -> None:
    case = make(town, asked(town, called="甲"), "help", **GAVE)
    matter = duty.matter_hash(ASKED["authority_name"], ASKED["authority_no"])
    mine, other = lawyer(town).pk, lawyer(town, "provider_two").pk
    assert duty.helped_in(matter) == {mine} and duty.helped_in("") == set()
    second = asked(town, by="provider_two", called="乙")
    assert duty.helped_others_in(matter, case.order) == set()  # this person's own duty lawyer may go on as the defender
    assert duty.helped_others_in(matter, second.order) == {mine}
    make(town, asked(town, called="乙"), "help", **GAVE)
    assert duty.helped_others_in(matter, case.order) == {mine} and other not in duty.helped_in(matter)


def test_the_institution_does_not_assign_who_helped_a_co_suspect(town: Town) -> None:
    make(town, asked(town, called="甲"), "help", **GAVE)
    order = town.need(
        service="legal_aid.apply", by="clerk",
        said={"story": "请求辩护", "matter": "CR-24", "authority_name": ASKED["authority_name"], "authority_no": ASKED["authority_no"], "for_name": "乙"},
    )  # fmt: skip
    aid_row = Aid.objects.get(pk=order.pk)
    assert lawyer(town).pk in assigning.helped_elsewhere(aid_row)
    assert assigning.fault_of(aid_row, order.case, lawyer(town), NOW)
    assert not assigning.fault_of(aid_row, order.case, lawyer(town, "provider_two"), NOW)


def test_the_defender_of_a_co_accused_helps_nobody_else_in_the_matter(town: Town) -> None:
    order = town.need(service="legal_aid.apply", by="clerk", said={"story": "辩护", "matter": ""})
    Aid.objects.filter(pk=order.pk).update(
        kind="criminal",
        lawyer=lawyer(town),
        matter_hash=duty.matter_hash(ASKED["authority_name"], ASKED["authority_no"]),
    )
    case = asked(town)
    with pytest.raises(Refused) as fault:
        make(town, case, "help", **GAVE)
    assert "同案" in str(fault.value)


def test_who_served_the_other_side_helps_not_the_suspect(town: Town) -> None:
    """Found by keyed hashes: the lawyer advised, in another line, the one whom the suspect is said to have hurt."""
    victim = town.case(said={"question": "被打伤了怎么办", "opponent": "买买提·托合提"})
    casework.make(case=victim, move="answer", by=town.actor("provider"), at=NOW, data={"answer": "可以要求赔偿医药费"})
    with pytest.raises(Refused) as fault:
        make(town, asked(town, called="买买提·托合提"), "help", **GAVE)
    assert "对方" in str(fault.value)
    assert make(town, asked(town, called="吐尔逊·托合提"), "help", **GAVE).state == "helped"


def test_what_was_told_at_the_station_goes_on_with_the_application(town: Town) -> None:
    case = make(town, asked(town, called="大个子"), "help_and_apply", **GAVE)
    case = make(town, case, "pass_on", item="C11")
    came = DutyHelp.objects.get(pk=case.pk).application
    assert came is not None
    aid_row = Aid.objects.get(pk=came.pk)
    assert (
        aid_row.position == "suspect"
        and aid_row.stage == "investigation"
        and aid_row.authority_no == ASKED["authority_no"]
    )
    assert aid_row.matter_hash == DutyHelp.objects.get(pk=case.pk).matter_hash
    assert came.parties.get(role="represented").name == "大个子"


def test_an_opinion_that_nobody_gave_is_not_answered(town: Town) -> None:
    case = make(town, asked(town), "help", **{**GAVE, "gave": ["advice"]})
    with pytest.raises(Refused):
        make(town, case, "opinion_answer", taken="yes")
    case = make(town, asked(town), "help", **{**GAVE, "gave": ["advice"], "opinion": "建议取保候审"})
    make(town, case, "opinion_answer", taken="yes")
    row = DutyHelp.objects.get(pk=case.pk)
    assert row.opinion_taken is True and "opinion" in row.gave
    assert Document.objects.filter(order=case.order, kind="note", for_resident=False, title="书面意见").exists()


# In one page


def page(town: Town, where: DutyStation, by: str = "provider", **data: Any) -> duty_forms.Help:
    form = bench_duty.Record(
        {**ASKED, **GAVE, "station": str(where.pk), "happened": "help", **data}, None, by=town.actor(by), at=NOW
    )
    return form


def test_a_help_is_taken_down_and_done_in_one_page(town: Town, house: DutyStation) -> None:
    form = page(town, house)
    assert form.is_valid(), form.errors
    order = duty.record(by=town.actor("provider"), at=NOW, data=form.cleaned_data)
    assert order.case.state == "helped" and order.case.county == house.county
    refused = page(town, house, happened="refuse", gave=[], no_soliciting="", reason="不要", told="on")
    assert refused.is_valid(), refused.errors
    assert duty.record(by=town.actor("provider"), at=NOW, data=refused.cleaned_data).case.state == "refused"
    silent = page(town, house, happened="refuse", gave=[], no_soliciting="")
    assert not silent.is_valid() and {"reason", "told"} <= set(silent.errors)
    assert not page(town, house, station="").is_valid()


def test_nothing_is_kept_when_the_help_itself_may_not_be_given(town: Town, house: DutyStation) -> None:
    providers.set_standing(who=lawyer(town), status="suspended", at=NOW, by=SYSTEM, reason="处罚")
    form = page(town, house)
    assert form.is_valid()
    with pytest.raises(Refused):
        duty.record(by=town.actor("provider"), at=NOW, data=form.cleaned_data)
    assert not Order.objects.filter(case__service="legal_aid.duty").exists()


# The month and its pay


def served(town: Town, station: DutyStation, day: int, halves: str = "am pm", who: str = "provider") -> None:
    for half in halves.split():
        shift = Shift.objects.create(
            station=station, lawyer=lawyer(town, who), day=date(2026, 11, day), half=half, written_at=NOW, by="x"
        )
        Shift.objects.filter(pk=shift.pk).update(served_at=NOW, served_by="account:1")


def test_the_months_sheet_counts_days_served_and_what_was_done(
    town: Town, house: DutyStation, court: DutyStation
) -> None:
    served(town, house, 10)
    served(town, house, 11, "am")
    served(town, court, 11, "pm")
    Shift.objects.create(station=house, lawyer=lawyer(town), day=date(2026, 11, 12), half="am", written_at=NOW, by="x")
    for called in ("甲", "甲", "乙"):
        make(town, asked(town, station=house, called=called), "help", **GAVE)
    make(town, asked(town, station=house, called="丙"), "refuse", reason="不要", told="on")
    rows = {r.station.pk: r for r in duty.sheet(house.county, TODAY, NOW) if r.station}
    here, there = rows[house.pk], rows[court.pk]
    assert (here.days, here.halves, here.unconfirmed, here.persons, here.pledges, here.opinions, here.refusals) == (
        2,
        3,
        1,
        2,
        3,
        3,
        1,
    )
    assert (there.days, there.persons) == (1, 0)


def test_a_lawyers_day_is_owed_once_at_whatever_stations_and_however_often_it_is_handed_in(town: Town, house: DutyStation, court: DutyStation) -> None:  # fmt: skip
    served(town, house, 10)
    served(town, house, 11, "am")
    served(town, court, 11, "pm")
    served(town, court, 12, "pm")
    officer = town.actor("officer")
    assert duty.hand_in(county=house.county, month=TODAY, by=officer, at=NOW) == (3, [])
    assert duty.hand_in(county=house.county, month=TODAY, by=town.actor("officer_two"), at=NOW) == (0, [])
    assert sorted(Claim.objects.values_list("day", "quantity")) == [
        (date(2026, 11, 10), Decimal(1)), (date(2026, 11, 11), Decimal(1)), (date(2026, 11, 12), Decimal("0.5")),
    ]  # fmt: skip
    assert {c.sure for c in Claim.objects.all()} == {
        False
    }  # the region's figure is not confirmed, and the claim says so
    key = f"duty:{lawyer(town).pk}:2026-11-10"
    held = claims.holding(key)
    assert held is not None and held.practitioner == lawyer(town)


def test_a_day_nobody_confirmed_is_not_paid(town: Town, house: DutyStation) -> None:
    Shift.objects.create(station=house, lawyer=lawyer(town), day=date(2026, 11, 12), half="am", written_at=NOW, by="x")
    assert duty.dues(house.county, TODAY, NOW) == []


def test_a_pledge_is_paid_by_case_only_where_the_day_is_not_paid(town: Town, house: DutyStation) -> None:
    make(town, asked(town, station=house), "help", **GAVE)
    case = make(town, asked(town, station=house, called="乙"), "help", **{**GAVE, "pledge": "explained"})
    (due,) = duty.dues(house.county, TODAY, NOW)
    assert due.kind == "plea" and case.order.code not in due.key
    served(town, house, 23)
    assert [d.kind for d in duty.dues(house.county, TODAY, NOW)] == ["duty"]


def test_a_pledge_by_the_day_is_that_lawyers_day(
    town: Town, house: DutyStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from open12348.kernel.parameters import Figure

    real = duty.the
    monkeypatch.setattr(duty, "the", lambda name, day: Figure("day") if name == "plea_by" else real(name, day))
    for called in ("甲", "乙"):
        make(town, asked(town, station=house, called=called), "help", **GAVE)
    (due,) = duty.dues(house.county, TODAY, NOW)
    assert due.key == f"duty:{lawyer(town).pk}:2026-11-23" and due.quantity == 1


def test_a_lawyer_from_another_county_is_paid_by_the_station_s(town: Town, house: DutyStation) -> None:
    moved(town)
    served(town, house, 10, who="provider_two")
    (due,) = duty.dues(house.county, TODAY, NOW)
    assert due.cross
    assert duty.dues(town.units["653131000000"], TODAY, NOW) == []


@pytest.mark.parametrize("who", ["clerk", "provider", "supervisor"])
def test_only_the_office_hands_a_month_in(town: Town, house: DutyStation, who: str) -> None:
    served(town, house, 10)
    with pytest.raises(Denied):
        duty.hand_in(county=house.county, month=TODAY, by=town.actor(who), at=NOW)


# Coverage

MONTH = date(2026, 11, 1)
END = date(2026, 11, 30)


def aid(town: Town, n: int, stage: str = "first", route: str = "B", **more: Any) -> Order:
    """A criminal case with an appointed lawyer."""
    order = town.need(
        service="legal_aid.apply", by="clerk", said={"story": "请求辩护"}, contact={"name": f"被告人{n}", "phone": f"1380000{n:04d}", "division": "653125101200"}
    )  # fmt: skip
    Aid.objects.filter(pk=order.pk).update(
        route=route, kind="criminal", stage=stage, position="accused", assigned_at=NOW, lawyer=lawyer(town), **more
    )
    return order


def entered(
    town: Town, persons: int, retained: int | None, stage: str = "first", month: date = MONTH, **more: Any
) -> AccusedCount:
    return coverage.enter(
        county=town.units["653125000000"], stage=stage, month=month, persons=persons, retained=retained, source="11 月报表",
        by=town.actor("officer"), at=NOW, **more,
    )  # fmt: skip


def test_retained_notified_applied_and_duty_help_are_kept_apart_and_added_up(town: Town) -> None:
    for n in range(3):
        aid(town, n)
    aid(town, 3, route="A")
    for called in ("甲", "甲", "乙"):
        case = asked(town, called=called, stage="first", authority="court", authority_name="甲县人民法院")
        make(town, case, "help", **GAVE)
    entered(town, 20, 8)
    row = coverage.reckon(town.units["653125000000"], "first", MONTH, END)
    assert (row.persons, row.retained, row.notified, row.applied, row.duty, row.duty_all) == (20, 8, 3, 1, 2, 3)
    assert row.covered == 14 and row.rate == pytest.approx(0.7) and not row.why and not row.fault


def test_who_has_an_appointed_lawyer_is_not_counted_again_for_a_duty_lawyers_help(town: Town) -> None:
    order = aid(town, 1, matter_hash=duty.matter_hash("甲县人民法院", "（2026）1号"))
    assert order.person is not None
    for who, called in (("provider", order.person.name), ("provider_two", "别人")):
        case = asked(
            town,
            by=who,
            called=called,
            stage="first",
            authority="court",
            authority_name="甲县人民法院",
            authority_no="(2026)1号",
        )
        make(town, case, "help", by=who, **GAVE)
    row = coverage.reckon(town.units["653125000000"], "first", MONTH, END)
    assert (row.notified, row.duty, row.duty_all) == (1, 1, 2)


def test_without_the_number_of_persons_there_is_no_rate_but_a_reason(town: Town) -> None:
    aid(town, 1)
    row = coverage.reckon(town.units["653125000000"], "first", MONTH, END)
    assert row.persons is None and row.rate is None and row.covered is None
    assert "人民法院" in str(row.why[0]) and "2026-11" in str(row.why[0])
    entered(town, 10, None)
    row = coverage.reckon(town.units["653125000000"], "first", MONTH, END)
    assert row.persons == 10 and row.rate is None and "自行委托" in str(row.why[0])


def test_a_month_that_is_missing_in_a_span_is_named(town: Town) -> None:
    entered(town, 10, 2)
    row = coverage.reckon(town.units["653125000000"], "first", date(2026, 9, 1), END)
    assert (
        row.rate is None
        and "2026-09" in str(row.why[0])
        and "2026-10" in str(row.why[0])
        and "2026-11" not in str(row.why[0])
    )


def test_more_than_everybody_is_shown_as_a_fault_and_never_capped(town: Town) -> None:
    for n in range(3):
        aid(town, n)
    entered(town, 2, 0)
    row = coverage.reckon(town.units["653125000000"], "first", MONTH, END)
    assert row.rate == pytest.approx(1.5) and "100%" in str(row.fault)
    entered(town, 0, 0)
    row = coverage.reckon(town.units["653125000000"], "first", MONTH, END)
    assert row.rate is None and row.fault


def test_an_empty_month_is_nobody_not_nought_percent(town: Town) -> None:
    entered(town, 0, 0)
    row = coverage.reckon(town.units["653125000000"], "first", MONTH, END)
    assert row.rate is None and row.why and not row.fault


def test_a_corrected_count_replaces_and_keeps_the_old_one(town: Town) -> None:
    entered(town, 10, 2)
    entered(town, 12, 2)
    assert coverage.reckon(town.units["653125000000"], "first", MONTH, END).persons == 12
    assert AccusedCount.objects.count() == 2


@pytest.mark.parametrize(
    "wrong", [{"source": " "}, {"month": date(2026, 12, 1)}, {"retained": 11}, {"authority": "police"}]
)
def test_a_count_needs_a_source_a_past_month_and_sense(town: Town, wrong: dict[str, Any]) -> None:
    values: dict[str, Any] = {"persons": 10, "retained": 2, "stage": "first", "month": MONTH, "source": "报表", **wrong}
    with pytest.raises(Refused):
        coverage.enter(county=town.units["653125000000"], by=town.actor("officer"), at=NOW, **values)


@pytest.mark.parametrize("who", ["supervisor", "clerk", "planner", "provider"])
def test_only_the_office_enters_counts(town: Town, who: str) -> None:
    with pytest.raises(Denied):
        coverage.enter(
            county=town.units["653125000000"], stage="first", month=MONTH, persons=1, retained=0, source="x", by=town.actor(who), at=NOW
        )  # fmt: skip


def test_state_security_counts_beside_the_police(town: Town) -> None:
    entered(town, 10, 2, stage="investigation")
    entered(town, 3, 1, stage="investigation", authority="security")
    row = coverage.reckon(town.units["653125000000"], "investigation", MONTH, END)
    assert (row.persons, row.retained) == (13, 3)


def test_all_counties_together_lack_what_one_lacks(town: Town) -> None:
    entered(town, 20, 8)
    rows = coverage.report(town.actor("planner"), NOW, MONTH, END)
    (total,) = [r for r in rows if r.county is None and r.stage == "first"]
    assert total.rate is None and "乙县" in str(total.why[0])


def test_small_counts_are_hidden_outside_the_office_and_cannot_be_reckoned_back(town: Town) -> None:
    for n in range(3):
        aid(town, n)
    entered(town, 40, 20)
    mine = next(r for r in coverage.report(town.actor("officer"), NOW, MONTH, END) if r.stage == "first")
    assert mine.hidden == set()
    theirs = next(r for r in coverage.report(town.actor("planner"), NOW, MONTH, END) if r.stage == "first" and r.county)
    assert "notified" in theirs.hidden and len(theirs.hidden & {"retained", "applied", "duty", "covered"}) >= 1
    text = coverage.as_rows(coverage.report(town.actor("planner"), NOW, MONTH, END))
    line = next(r for r in text if r[0] == "甲县" and r[1] == "一审")
    assert line[4] == "*" and line[8] == ""


def test_behind_every_number_stands_its_list_for_the_office_only(town: Town) -> None:
    order = aid(town, 1)
    entered(town, 10, 2)
    county = town.units["653125000000"]
    assert [a.pk for a in coverage.behind(town.actor("officer"), "notified", county, "first", MONTH, END)] == [order.pk]
    assert [c.source for c in coverage.behind(town.actor("officer"), "persons", county, "first", MONTH, END)] == [
        "11 月报表"
    ]
    assert coverage.behind(town.actor("planner"), "notified", county, "first", MONTH, END) == []
    assert coverage.behind(town.actor("supervisor_b"), "notified", county, "first", MONTH, END) == []


@pytest.mark.parametrize("condition", ["three_years", "not_guilty", "complex", "impact"])
def test_at_prosecution_each_of_four_conditions_calls_for_a_notice(town: Town, condition: str) -> None:
    assert coverage.notice_is_due(has_defender=False, conditions=[condition])
    assert not coverage.notice_is_due(has_defender=True, conditions=[condition])
    assert not coverage.notice_is_due(has_defender=False, conditions=[])
    case = asked(town, stage="prosecution", authority="procuratorate", authority_name="甲县人民检察院")
    case = make(town, case, "help", **GAVE, due=[condition])
    assert [r.pk for r in coverage.notice_due(case.county, MONTH, END)] == [case.pk]
    hints = catalogue.get("legal_aid.duty").hints
    assert hints and any("应当通知" in str(h) for h in hints(case, town.actor("provider")))


def test_the_conditions_are_asked_at_prosecution_only(town: Town) -> None:
    case = make(town, asked(town), "help", **GAVE, due=["complex"])
    assert DutyHelp.objects.get(pk=case.pk).due == []


# The pages


def test_the_pages_open_for_those_they_are_for(town: Town, house: DutyStation, sign_in: Any) -> None:
    put(town, house, day=TODAY)
    shift = put(town, house)
    rota.ask_swap(shift=shift, to=lawyer(town, "provider_two"), by=town.actor("provider"), at=NOW, why="开庭")
    make(town, asked(town, station=house), "refuse", reason="不要", told="on")
    asked(
        town, station=house, stage="prosecution", before_no=ASKED["authority_no"], before_name=ASKED["authority_name"]
    )
    served(town, house, 10)
    for code in ("rota", "duty", "duty_sheet", "coverage"):
        roles = benches.get(f"legal_aid.{code}").roles
        for who in ("officer", "supervisor", "provider", "provider_two", "clerk", "planner", "operator"):
            answer = sign_in(town, who).get(f"/console/bench/legal_aid.{code}/")
            allowed = bool(town.actor(who).roles & roles)
            assert answer.status_code == (200 if allowed else 403), (code, who)


MARK = "county=653125000000,week=2026-11-23"  # where on the page the form stood


def test_the_grid_is_changed_through_the_page_and_bad_cells_come_back(
    town: Town, house: DutyStation, sign_in: Any
) -> None:
    browser = sign_in(town, "officer")
    url = "/console/bench/legal_aid.rota/"
    key = f"{house.pk}-20261124-am"
    what = {"deed": "write", "county": "653125000000", "week": "2026-11-23", "once": "a", "mark": MARK}
    answer = browser.post(url, {**what, f"c-{key}": str(lawyer(town).pk), f"w-{key}": ""})
    assert answer.status_code == 302 and rota.standing().get().lawyer == lawyer(town)
    stale = browser.post(url, {**what, "once": "b", f"c-{key}": str(lawyer(town, "provider_two").pk), f"w-{key}": ""})
    assert stale.status_code == 409 and rota.standing().get().lawyer == lawyer(town)
    bad = browser.post(url, {**what, "once": "c", "c-x-y-z": "1"})
    assert bad.status_code == 200 and "看不懂的格子" in bad.content.decode()
    DutyStation.objects.update(opened_on=TOMORROW)  # set up in the middle of the week: the week shows it all the same
    assert f'name="c-{key}"' in browser.get(url).content.decode()
    DutyStation.objects.update(opened_on=TODAY)
    filled = browser.get(url + "?week=2026-11-23&fill=1").content.decode()
    assert "示例律师\t16531201610000001" in filled
    assert "缺人" in browser.get(url).content.decode()


def test_a_pasted_list_with_faults_keeps_what_was_typed(town: Town, house: DutyStation, sign_in: Any) -> None:
    browser = sign_in(town, "officer")
    typed = "2026-11-24 上午 看守所值班站 没有这个人哦"
    answer = browser.post(
        "/console/bench/legal_aid.rota/", {"deed": "paste", "county": "653125000000", "week": "2026-11-23", "rows": typed, "once": "a", "mark": MARK}
    )  # fmt: skip
    said = answer.content.decode()
    assert answer.status_code == 200 and typed in said and "没有叫“没有这个人哦”的律师" in said


def test_a_swap_is_asked_and_answered_on_the_page(town: Town, house: DutyStation, sign_in: Any, client: Any) -> None:
    shift = put(town, house)
    url = "/console/bench/legal_aid.rota/"
    asking = {
        "deed": "ask_swap",
        "pk": shift.pk,
        "to": lawyer(town, "provider_two").pk,
        "why": "开庭",
        "once": "1",
        "mark": f"pk={shift.pk}",
    }
    assert sign_in(town, "provider").post(url, asking).status_code == 302
    swap = Swap.objects.get()
    from django.test import Client

    other = sign_in(town, "provider_two", Client())
    assert "同事请您换班" in other.get(url).content.decode()
    assert (
        other.post(url, {"deed": "answer_swap", "pk": swap.pk, "agree": "yes", "once": "2", "mark": ""}).status_code
        == 302
    )
    assert "已换班，请过目" in sign_in(town, "officer", Client()).get(url).content.decode()


def test_a_number_of_the_coverage_opens_its_list_on_the_page(town: Town, sign_in: Any) -> None:
    order = aid(town, 1)
    entered(town, 10, 2)
    browser = sign_in(town, "officer")
    page_said = browser.get("/console/bench/legal_aid.coverage/?from=2026-11").content.decode()
    link = "?from=2026-11&amp;to=2026-11&amp;county=653125000000&amp;stage=first&amp;list=notified#behind"
    assert link in page_said
    said = browser.get("/console/bench/legal_aid.coverage/?from=2026-11&to=2026-11&county=653125000000&stage=first&list=notified").content.decode()  # fmt: skip
    assert f"../../cases/{order.code}/" in said
    assert browser.get(f"/console/cases/{order.code}/").status_code == 200


@pytest.mark.parametrize(
    ("code", "name"),
    [("rota", "rota.xlsx"), ("duty", "ledger.xlsx"), ("duty_sheet", "sheet.xlsx"), ("coverage", "coverage.xlsx")],
)
def test_every_page_has_its_excel_file(town: Town, house: DutyStation, sign_in: Any, code: str, name: str) -> None:
    put(town, house)
    make(town, asked(town, station=house, called="=1+1"), "help", **GAVE)
    answer = sign_in(town, "officer").get(f"/console/bench/legal_aid.{code}/files/{name}")
    assert answer.status_code == 200
    cells = [
        [c.value for c in row] for row in openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows()
    ]
    assert len(cells) > 1
    if code == "duty":
        assert any("=1+1" in [str(v) for v in row] for row in cells)  # as text, not as a formula


def test_the_roster_and_its_gaps_stand_in_the_file(town: Town, house: DutyStation) -> None:
    put(town, house)
    rows = rota.sheet_rows(house.county, TODAY, TOMORROW)
    assert [r[4] for r in rows].count("（缺人）") == 3 and any(r[4] == "示例律师" and r[6] == "zh ug" for r in rows)


def test_what_duty_lawyers_write_leaves_the_journal_whole(town: Town, house: DutyStation) -> None:
    put(town, house)
    make(town, applied(town), "pass_on", item="C11")
    assert journal.verify() == []


def test_a_lawyer_may_hold_the_countys_grant_through_the_firm(town: Town) -> None:
    """A firm's manager who is no lawyer must say who helped."""
    case = asked(town, by="firm")
    with pytest.raises(casework.Invalid):
        make(town, case, "help", by="firm", **GAVE)
    assert make(town, case, "help", by="firm", lawyer=str(lawyer(town).pk), **GAVE).state == "helped"
