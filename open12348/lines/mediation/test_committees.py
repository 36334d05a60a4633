"""Committees and mediators: what the law asks of them, who may keep them, terms that run out, and the four grounds of removal."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from open12348.kernel.access import Denied, Role
from open12348.kernel.parameters import Figure
from open12348.registry import accounts, providers
from open12348.registry.models import Account
from open12348.spine import benches, casework
from open12348.spine.journal import Conflict
from tests.people import NOW, SYSTEM, Town, at

from . import bench_committees, committees, studios
from .committee_models import (
    Committee,
    CommitteePost,
    LeavingGround,
    MediationStudio,
    MediatorAppointment,
    MediatorWork,
)
from .committee_rules import Facts, Person, may_be_chosen, warnings

TODAY = NOW.date()


# Rules, without a database


FIGURES = committees.all_figures(TODAY)
WHOLE = tuple(Person(post, "full_time", TODAY + timedelta(days=400)) for post in ("director", "deputy", "member"))


def facts(**more: Any) -> Facts:
    """A village committee of which nothing is wrong."""
    right = dict(
        kind="village",
        people=WHOLE,
        term_ends=TODAY + timedelta(days=400),
        has_woman=True,
        make_up=True,
        filed_on=TODAY,
        seal_on=TODAY,
    )
    return Facts(**{**right, **more})  # type: ignore[arg-type]


def codes(**more: Any) -> list[str]:
    return [w.code for w in warnings(facts(**more), FIGURES, TODAY)]


def test_a_committee_as_the_law_wants_it_has_no_warning() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"people": WHOLE[:2]}, "members"),
        ({"people": WHOLE + WHOLE[2:] * 7}, "members"),
        ({"people": WHOLE + WHOLE[:1]}, "director"),
        ({"term_ends": None}, "no_term"),
        ({"term_ends": TODAY - timedelta(days=1)}, "term_over"),
        ({"term_ends": TODAY + timedelta(days=80)}, "term_ends"),
        ({"has_woman": False}, "woman"),
        ({"has_woman": None}, "woman_open"),
        ({"make_up": False}, "make_up"),
        ({"filed_on": None, "file_by": TODAY - timedelta(days=1)}, "filing"),
        ({"seal_on": None}, "seal"),
        ({"untold": 2, "untold_since": TODAY - timedelta(days=40)}, "court"),
        ({"kind": "township", "people": tuple(Person(p.post, "part_time", p.ends_on) for p in WHOLE)}, "staff"),
        ({"kind": "centre"}, "staff"),
    ],
)  # fmt: skip
def test_what_the_law_asks_is_missed_when_it_is_not_there(change: dict[str, Any], code: str) -> None:
    """人民调解法 Art 8, 9, 10, 29; the staffing guide says of itself that it is not confirmed."""
    found = {w.code: w for w in warnings(facts(**change), FIGURES, TODAY)}
    assert code in found and found[code].basis
    assert code != "staff" or not found[code].sure


def test_whether_the_make_up_does_not_apply_is_no_fault() -> None:
    """One yes or no of the committee; where only one people lives nothing is asked."""
    assert codes(make_up=None) == []


def test_one_director_and_at_most_nine() -> None:
    assert "主任" in str(may_be_chosen("director", WHOLE, 9)) and may_be_chosen("member", WHOLE, 9) is None
    assert "第八条" in str(may_be_chosen("member", WHOLE * 3, 9))
    assert may_be_chosen("appointed", WHOLE * 3, 9) is None  # appointed mediators are no members


def test_the_term_is_three_years_and_not_the_village_committees_five() -> None:
    assert FIGURES["term_years"].value == 3 and FIGURES["term_years"].sure
    assert all(isinstance(f, Figure) and f.basis for f in FIGURES.values())


# The register


def committee(town: Town, **more: Any) -> Committee:
    """A township committee of County A, filed, with its seal and a term."""
    officer = town.actor("officer")
    row = committees.set_up(
        by=officer, at=NOW, division=town.units["653125101000"], kind=more.pop("kind", "township"), name_zh=more.pop("name_zh", "甲一镇人民调解委员会（示例）"),
        set_up_by="甲一镇人民政府", set_up_on=date(2025, 1, 6), **more,
    )  # fmt: skip
    committees.keep_seal(committee=row, text="甲一镇人民调解委员会", on=date(2025, 1, 10), by=officer, at=NOW)
    committees.begin_term(committee=row, starts_on=date(2025, 2, 1), chosen_by="镇人民政府", by=officer, at=NOW)
    return Committee.objects.select_related("organisation__division__county").get(pk=row.pk)


def mediator(town: Town, row: Committee, name: str = "示例调解员", *, post: str = "member", number: str = "", **more: Any) -> MediatorAppointment:  # fmt: skip
    """Somebody who mediates for a committee."""
    officer = town.actor("officer")
    who = committees.new_mediator(
        by=officer, at=NOW, division=row.organisation.division, organisation=row.organisation, name_zh=name, number=number,
        since=date(2024, 3, 1), languages=["zh", "ug"], invented=True,
    )  # fmt: skip
    return committees.appoint(
        committee=row,
        mediator=who,
        post=post,
        engagement=MediatorWork.FULL_TIME.value,
        by=officer,
        at=NOW,
        on=date(2025, 2, 3),
        **more,
    )


def worker(town: Town, seat: MediatorAppointment, name: str) -> Account:
    """An account for a mediator."""
    account = Account.objects.create(
        username=name, name=name, must_change_password=False, practitioner=seat.mediator, created_at=NOW
    )
    accounts.grant(
        account=account,
        role=Role.PROVIDER,
        by=SYSTEM,
        at=at("2026-01-01"),
        division=town.units["653125000000"],
        lines=("mediation",),
    )
    town.staff[name] = account
    return account


def manager(town: Town, row: Committee, name: str = "manager") -> None:
    """Whoever acts for a committee."""
    account = Account.objects.create(username=name, name=name, must_change_password=False, created_at=NOW)
    accounts.grant(
        account=account, role=Role.PROVIDER, by=SYSTEM, at=at("2026-01-01"), division=town.units["653125000000"],
        organisation=row.organisation, lines=("mediation",),
    )  # fmt: skip
    town.staff[name] = account


def test_a_committee_lives_three_years_at_a_time(town: Town) -> None:
    """Set up, filed, chosen, people appointed; at the end of the term they are listed and barred, until they are chosen again."""
    row, officer = committee(town), town.actor("officer")
    seat = mediator(town, row, post="director")
    plain = mediator(town, row, "乙", post="appointed", ends_on=date(2027, 6, 1))
    assert (seat.ends_on, plain.ends_on) == (date(2028, 1, 31), date(2027, 6, 1))
    assert (
        committees.barred(seat.mediator, NOW) == "" and committees.available(NOW).filter(pk=seat.mediator_id).exists()
    )
    later = at("2028-02-01")
    assert "2028-01-31" in committees.barred(seat.mediator, later) and "第九条" in committees.barred(
        seat.mediator, later
    )
    assert not committees.available(later).filter(pk=seat.mediator_id).exists()
    assert {s.pk for s in committees.expired(officer, later)} == {seat.pk, plain.pk}
    worker(town, seat, "mediator")
    assert committees.bars(town.staff["mediator"], later) and committees.bars(town.staff["provider"], later) == []
    term = committees.begin_term(
        committee=row,
        starts_on=date(2028, 2, 2),
        chosen_by="镇人民政府",
        kept=[seat.pk],
        by=officer,
        at=at("2028-02-02"),
    )
    assert term.ends_on == date(2031, 2, 1) and committees.expired(officer, at("2028-02-02")) == []
    assert committees.barred(seat.mediator, at("2028-02-02")) == ""
    plain.refresh_from_db()
    assert plain.leaving == LeavingGround.TERM and "不再担任" in committees.barred(plain.mediator, at("2028-02-03"))
    assert providers.standing_at(plain.mediator, at("2028-02-03")) == "cancelled"
    with pytest.raises(casework.Refused, match="三年"):
        committees.begin_term(
            committee=row,
            starts_on=date(2031, 3, 1),
            ends_on=date(2035, 1, 1),
            chosen_by="x",
            by=officer,
            at=at("2031-03-01"),
        )


def test_nobody_is_appointed_past_the_rules(town: Town) -> None:
    row, officer = committee(town), town.actor("officer")
    first = mediator(town, row, post="director")
    with pytest.raises(casework.Refused, match="一位主任"):
        mediator(town, row, "乙", post="director")
    with pytest.raises(casework.Refused, match="已经在这个委员会"):
        committees.appoint(
            committee=row, mediator=first.mediator, post="member", engagement="part_time", by=officer, at=NOW
        )
    with pytest.raises(casework.Refused, match="三年"):
        mediator(town, row, "丙", post="appointed", ends_on=date(2029, 1, 1))
    with pytest.raises(casework.Refused, match="不是人民调解员"):
        committees.appoint(
            committee=row,
            mediator=town.staff["provider"].practitioner,
            post="member",
            engagement="part_time",
            by=officer,
            at=NOW,
        )
    with pytest.raises(casework.Refused, match="已经登记过"):
        mediator(town, row, "丁", number=first.mediator.licence_no)
    with pytest.raises(casework.Refused, match="届满"):
        committees.appoint(
            committee=row,
            mediator=first.mediator,
            post="member",
            engagement="part_time",
            by=officer,
            at=at("2028-06-01"),
        )


def test_strangers_change_nothing_and_see_nothing(town: Town) -> None:
    """The bureau of another county, a clerk, another committee's manager: refused with the article."""
    row = committee(town)
    seat = mediator(town, row)
    manager(town, row)
    other = committee(town, name_zh="另一个调解委员会（示例）")
    manager(town, other, "other")
    for who in ("clerk_b", "supervisor", "supervisor_b", "provider", "other"):
        with pytest.raises(Denied, match="第十条"):
            committees.keep_seal(committee=row, text="x", on=TODAY, by=town.actor(who), at=NOW)
        with pytest.raises(Denied, match="第十条"):
            committees.leave(seat=seat, ground="resigned", why="", by=town.actor(who), at=NOW)
    for who in ("manager", "clerk"):
        with pytest.raises(Denied, match="县级司法行政部门"):
            committees.file(committee=row, on=TODAY, by=town.actor(who), at=NOW)
    committees.keep_seal(committee=row, text="新章", on=TODAY, by=town.actor("manager"), at=NOW)
    assert row in committees.in_sight(town.actor("manager")) and other not in committees.in_sight(town.actor("manager"))
    assert not committees.in_sight(town.actor("supervisor_b")).exists()


def test_the_bureau_files_once_and_tells_the_court(town: Town) -> None:
    """人民调解法 Art 10: every change waits to be told, and is told once."""
    row, officer = committee(town), town.actor("officer")
    mediator(town, row)
    committees.file(committee=row, on=date(2025, 1, 20), by=officer, at=NOW)
    with pytest.raises(casework.Refused, match="已经备案"):
        committees.file(committee=row, on=TODAY, by=officer, at=NOW)
    county = town.units["653125000000"]
    assert {c.kind for c in committees.untold(officer, county)} == {"set_up", "term", "joined"}
    book = bench_committees.changes_file(officer, NOW, {"county": county.code})
    assert book.content.startswith(b"PK")
    assert committees.tell_court(county=county, on=TODAY, by=officer, at=NOW) == 3
    with pytest.raises(casework.Refused, match="没有要通报"):
        committees.tell_court(county=county, on=TODAY, by=officer, at=NOW)
    with pytest.raises(Denied):
        committees.tell_court(county=county, on=TODAY, by=town.actor("supervisor"), at=NOW)


@pytest.mark.parametrize("ground", ["favoured", "took"])
def test_removal_needs_facts_and_hands_the_cases_over(town: Town, ground: str) -> None:
    """人民调解法 Art 15: stopped the same minute, wherever they mediated; their open cases are free again."""
    row, officer = committee(town), town.actor("officer")
    seat = mediator(town, row)
    account = worker(town, seat, "mediator")
    case = town.case(service="mediation.ask", said={"story": "邻居把水渠堵了", "opponent": "某人"}, by="clerk")
    with casework.turn(order_id=case.pk, by=officer, at=NOW) as now:
        now.set(handler_id=account.pk)
        now.write("assigned", account=account.pk)
    with pytest.raises(casework.Refused, match="事实"):
        committees.leave(seat=seat, ground=ground, why="", by=officer, at=NOW)
    manager(town, row)
    committees.leave(
        seat=seat, ground=ground, why="收了当事人一只羊，当事人和村干部都说了", by=town.actor("manager"), at=NOW
    )
    case.refresh_from_db()
    assert case.handler_id is None and providers.standing_at(seat.mediator, NOW) == "cancelled"
    with pytest.raises(Conflict):  # the second clerk
        committees.leave(seat=seat, ground=ground, why="收了当事人一只羊", by=officer, at=NOW)
    again = committees.appoint(
        committee=row,
        mediator=seat.mediator,
        post=CommitteePost.APPOINTED.value,
        engagement="part_time",
        by=officer,
        at=NOW + timedelta(hours=1),
    )
    assert again.pk != seat.pk and providers.standing_at(seat.mediator, NOW + timedelta(hours=2)) == "active"


def test_a_mediator_does_not_remove_themselves(town: Town) -> None:
    row = committee(town)
    seat = mediator(town, row)
    worker(town, seat, "self")
    accounts.grant(
        account=town.staff["self"], role=Role.PROVIDER, by=SYSTEM, at=at("2026-01-01"), division=town.units["653125000000"], organisation=row.organisation,
    )  # fmt: skip
    with pytest.raises(Denied, match="第十五条"):
        committees.leave(seat=seat, ground="took", why="写明的事实", by=town.actor("self"), at=NOW)


def test_what_the_committee_confirms_is_two_yes_or_no_of_its_term(town: Town) -> None:
    """Of no person anything is kept: neither a mediator nor an appointment has a field for it."""
    row = committee(town)
    term = committees.confirm(committee=row, has_woman=True, make_up=False, by=town.actor("officer"), at=NOW)
    assert term.has_woman and term.make_up is False and term.confirmed_by
    kept = {f.name for f in MediatorAppointment._meta.get_fields()} | {f.name for f in type(term)._meta.get_fields()}
    assert not {"sex", "gender", "nationality", "ethnicity"} & kept


def test_a_studio_is_named_after_one_mediator_and_carries_the_committees_seal(town: Town) -> None:
    row, officer = committee(town), town.actor("officer")
    seat = mediator(town, row, "阿布都")
    given = {"committee": row, "mediator": seat.mediator, "on": TODAY, "at": NOW}
    with pytest.raises(casework.Refused, match="姓名"):
        studios.open_studio(name_zh="和谐调解工作室", by=officer, **given)
    with pytest.raises(Denied, match="备案"):
        studios.open_studio(name_zh="阿布都调解工作室", by=town.actor("clerk"), **given)
    studio = studios.open_studio(name_zh="阿布都调解工作室", by=officer, **given)
    assert studio.filing_no == "GRTJ-653125-2026-001" and studios.seal_of(studio) == row
    with pytest.raises(casework.Refused, match="已经有一个工作室"):
        studios.open_studio(name_zh="阿布都第二调解工作室", by=officer, **given)
    studios.close_studio(studio=studio, why="本人退休", by=officer, at=NOW)
    with pytest.raises(Conflict):
        studios.close_studio(studio=MediationStudio.objects.get(pk=studio.pk), why="本人退休", by=officer, at=NOW)
    bare = committees.set_up(
        by=officer,
        at=NOW,
        division=town.units["653125101200"],
        kind="village",
        name_zh="甲一村",
        set_up_by="村委会",
        set_up_on=TODAY,
    )
    assert not committees.seal_on_file(bare.organisation, TODAY) and committees.seal_on_file(row.organisation, TODAY)


def test_a_closed_committee_lets_everybody_go(town: Town) -> None:
    row, officer = committee(town), town.actor("officer")
    seat = mediator(town, row)
    committees.open_room(
        committee=row, kind="court", host="甲县人民法院", name_zh="诉前调解室", on=TODAY, by=officer, at=NOW
    )
    with pytest.raises(casework.Refused, match="同名"):
        committees.open_room(
            committee=row, kind="court", host="甲县人民法院", name_zh="诉前调解室", on=TODAY, by=officer, at=NOW
        )
    committees.close(committee=row, on=TODAY, why="与邻镇合并", by=officer, at=NOW)
    assert not row.rooms.filter(closed_on__isnull=True).exists() and committees.barred(seat.mediator, NOW)
    row.refresh_from_db()
    assert committees.warnings([row], NOW)[row.pk] == []
    with pytest.raises(casework.Refused, match="已经撤销"):
        committees.close(committee=row, on=TODAY, why="再来一次", by=officer, at=NOW)


def test_the_registrars_page(town: Town, client: Any, sign_in: Any) -> None:
    """A whole afternoon at the bench: set up, appoint by name, look at one, refuse nonsense in words and keep what was typed."""
    sign_in(town, "officer")
    address = "/console/bench/mediation.committees/"
    page = client.get(address)
    assert page.status_code == 200 and "还没有登记调解委员会" in page.content.decode()
    new = {
        "deed": "set_up", "once": "a", "mark": "new=1", "division": "653125101200", "kind": "professional", "name_zh": "甲村医疗调解委员会", "set_up_by": "协会",
        "set_up_on": "2025-01-06",
    }  # fmt: skip
    page = client.post(address, new)
    assert "请选行业" in page.content.decode() and "甲村医疗调解委员会" in page.content.decode()
    assert client.post(address, {**new, "once": "b", "field": "medical"}).status_code == 302
    row = Committee.objects.get()
    one = f"{address}?committee={row.pk}"
    term = {
        "deed": "term",
        "once": "c",
        "mark": f"pk={row.pk}",
        "pk": row.pk,
        "starts_on": "2025年2月1日",
        "chosen_by": "协会",
    }
    assert client.post(one, term).status_code == 302
    who = {
        "deed": "appoint", "once": "d", "mark": f"pk={row.pk}", "pk": row.pk, "name_zh": "示例丁", "post": "director", "engagement": "full_time",
        "on": "2025-02-01", "fit": "on", "languages": ["ug"],
    }  # fmt: skip
    assert client.post(one, who).status_code == 302
    words = client.get(one).content.decode()
    assert "示例丁" in words and "TJY653125" in words and "没有备案" in words and "委员 1 人" in words
    sign_in(town, "supervisor_b")
    assert client.get(one).status_code == 404
    sign_in(town, "provider")  # a lawyer has nothing to do here; a mediator may look at their own committee
    assert client.get(address).status_code == 403
    seat = MediatorAppointment.objects.get()
    worker(town, seat, "mediator")
    sign_in(town, "mediator")
    assert client.get(one).status_code == 200
    assert not benches.get("mediation.committees").deed("file").by & {Role.PROVIDER}
