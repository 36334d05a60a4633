"""Secret cases, people who must not act, and what becomes of the cases of somebody whose licence is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from open12348.kernel.models import Message
from open12348.registry.models import Standing, Status
from open12348.spine import barring, casework, handover, journal, lists, routing
from open12348.spine.models import Case, StaffNotice

from .people import NOW, Town, at
from .throwaway import CODE, SERVICE, declared, templates

LATER = at("2026-11-24")
ARTICLE = "示例法第九条"


@pytest.fixture
def will(settings: Any, tmp_path: Path) -> Iterator[None]:
    """The throw-away service with a rule of secrecy: what is of the kind "other" is secret until the case is filed."""
    rule = lambda case: case.topic != "wages" and case.state != "filed"  # noqa: E731
    with (
        templates(settings, tmp_path),
        declared(replace(SERVICE, secret=rule, topic=lambda said: str(said.get("kind") or ""), conflict_basis="")),
    ):
        yield


def need(town: Town, **more: Any) -> Case:
    return town.case(service=CODE, said={"kind": "other", "story": "写一份遗嘱"}, **more)


def handed(town: Town, case: Case, who: str = "provider") -> Case:
    with journal.turn(order_id=case.pk, by=town.actor("officer"), at=NOW) as now:
        routing.hand(now, account=town.staff[who])
    return Case.objects.get(pk=case.pk)


# Secret


@pytest.mark.parametrize("who", ["clerk", "officer", "supervisor", "operator", "planner", "provider_two", "firm"])
def test_whoever_oversees_a_secret_case_does_not_find_it(will: None, town: Town, who: str) -> None:
    case = handed(town, need(town))
    by = town.actor(who)
    assert not lists.may_see(by, case) and lists.get(by, case.code) is None
    assert lists.search(by, case.code) == [] and not lists.roles_over(by, case)
    assert not lists.queue(by).filter(pk=case.pk).exists()


def test_its_handler_and_whoever_is_let_in_see_it(will: None, town: Town) -> None:
    case = handed(town, need(town))
    assert lists.get(town.actor("provider"), case.code) == case
    with journal.turn(order_id=case.pk, by=town.actor("provider"), at=NOW) as now:
        casework.let_in(now, town.staff["officer"])
        casework.let_in(now, town.staff["officer"])
    assert lists.get(town.actor("officer"), case.code) == case
    assert lists.queue(town.actor("officer")).filter(pk=case.pk).exists()
    assert lists.get(town.actor("officer_two"), case.code) is None
    assert case.order.events.filter(kind="let_in").count() == 1


def test_the_person_reaches_it_by_its_code_and_finds_it_in_no_list(will: None, town: Town) -> None:
    """Families share a phone: whoever signs in with it must not read that there is a will."""
    case = handed(
        town, need(town, contact={"helper_name": "代办", "helper_phone": "13900009999", "behalf": "relative"})
    )
    me = town.actor("applicant")
    assert lists.of_resident(me) == [] and lists.own_secrets(me) == [case.code]
    assert lists.get(me, case.code) == case
    assert lists.get(town.actor("stranger"), case.code) is None, "who helped with it is not its person"


def test_no_message_and_no_page_of_ones_own_data_speaks_of_it(
    will: None, town: Town, sign_in: Any, client: Client
) -> None:
    case = handed(town, need(town))
    casework.make(case=case, move="at_once", by=town.actor("provider"), at=LATER)
    assert not Message.objects.filter(case_code=case.code).exists()
    door = sign_in(town, "applicant", on=client)
    door.get(f"/me/{case.code}/")
    for page in ("/me/", "/me/data/", "/me/data/download/"):
        assert case.code not in door.get(page).content.decode().replace(" ", "").replace("-", "")


def test_no_search_by_name_or_phone_finds_it_not_even_its_handlers(will: None, town: Town) -> None:
    case = handed(town, need(town))
    by = town.actor("provider")
    assert lists.search(by, "13800001234") == [] and lists.search(by, "阿依古丽") == []
    assert lists.search(by, case.code) == [case]


def test_it_makes_no_conflict_for_the_answer_would_tell_of_it(will: None, town: Town) -> None:
    handed(town, need(town))
    against = town.need(said={"opponent": "阿依古丽·买买提"}, contact={"name": "别人", "phone": "13711112222"})
    assert not routing.conflicts(against, town.staff["provider"])


def test_it_opens_when_its_rule_says_so_and_the_journal_tells_when(will: None, town: Town) -> None:
    case = handed(town, need(town))
    by = town.actor("provider")
    for step in ("at_once", "close", "file"):
        assert lists.get(town.actor("officer"), case.code) is None
        case = casework.make(case=case, move=step, by=by, at=LATER, data={})
    assert lists.get(town.actor("officer"), case.code) == case
    assert list(case.order.events.filter(kind__in=["sealed_off", "opened_up"]).values_list("kind", flat=True)) == [
        "sealed_off", "opened_up",
    ]  # fmt: skip


def test_a_service_without_the_rule_has_no_secret_cases(will: None, town: Town) -> None:
    open_one = town.case(service=CODE, said={"kind": "wages", "amount": "3", "story": "欠薪"})
    assert not open_one.secret and lists.get(town.actor("officer"), open_one.code) == open_one


# Who must not act


def test_somebody_recused_is_refused_with_the_article_everywhere(will: None, town: Town) -> None:
    case = town.case(service=CODE, said={"kind": "wages", "amount": "3", "story": "欠薪"})
    account = town.staff["provider"]
    with journal.turn(order_id=case.pk, by=town.actor("officer"), at=NOW) as now:
        row = routing.recuse(now, account=account, ground="relative", basis=ARTICLE, why="是对方的弟弟")
        assert routing.recuse(now, account=account, ground="relative", basis=ARTICLE) == row, "said twice, kept once"
    case = Case.objects.get(pk=case.pk)
    assert ARTICLE in routing.bars(case, account, NOW)[0]
    assert not next(c for c in routing.candidates(case, NOW) if c.account == account).able
    for attempt in (
        lambda: routing.assign(case=case, to=account, by=town.actor("officer"), at=LATER),
        lambda: routing.take(case=case, by=town.actor("provider"), at=LATER),
        lambda: casework.make(case=case, move="at_once", by=town.actor("provider"), at=LATER),
        lambda: handed(town, case),
    ):
        with pytest.raises(casework.Refused, match=ARTICLE):
            attempt()
    assert casework.make(case=case, move="at_once", by=town.actor("provider_two"), at=LATER).handler_id


@pytest.mark.parametrize("wrong", [{"ground": "hunch", "basis": ARTICLE}, {"ground": "relative", "basis": ""}])
def test_a_recusal_names_its_ground_and_its_article(will: None, town: Town, wrong: dict[str, str]) -> None:
    case = need(town)
    with pytest.raises(ValueError), journal.turn(order_id=case.pk, by=town.actor("clerk"), at=NOW) as now:
        barring.recuse(now, account=town.staff["provider"], **wrong)


def test_a_services_own_rule_bars_with_its_article(town: Town, settings: Any, tmp_path: Path) -> None:
    rule = lambda case, account, at: [f"同一律师事务所（{ARTICLE}）"] if account.practitioner_id else []  # noqa: E731
    with templates(settings, tmp_path), declared(replace(SERVICE, bars=rule)):
        case = need(town)
        assert routing.bars(case, town.staff["provider"], NOW) == (f"同一律师事务所（{ARTICLE}）",)
        with pytest.raises(casework.Refused, match=ARTICLE):
            casework.make(case=case, move="at_once", by=town.actor("provider"), at=LATER)


# The licence stops


def test_open_cases_of_a_stopped_lawyer_are_free_the_same_minute_and_people_are_told(town: Town) -> None:
    lawyer = town.staff["provider"].practitioner
    case = town.case()
    routing.assign(case=case, to=town.staff["provider"], by=town.actor("officer"), at=NOW)
    handover.set_standing(
        who=lawyer, status=Status.SUSPENDED, at=LATER, by=town.actor("officer"), reason="停止执业三个月"
    )
    case = Case.objects.get(pk=case.pk)
    assert case.handler_id is None and case.order.events.filter(kind="handed_over").count() == 1
    assert set(StaffNotice.objects.filter(order=case.order, urgent=True).values_list("to", flat=True)) == {
        "officer",
        "supervisor",
    }
    assert case.order.assignments.filter(practitioner=lawyer, until=LATER).exists(), "who had it stays on record"
    with pytest.raises(casework.Refused):
        routing.assign(case=case, to=town.staff["provider"], by=town.actor("officer"), at=LATER)


def test_a_standing_that_begins_later_is_carried_out_on_its_day(town: Town) -> None:
    lawyer = town.staff["provider"].practitioner
    case = town.case()
    routing.assign(case=case, to=town.staff["provider"], by=town.actor("officer"), at=NOW)
    handover.set_standing(
        who=lawyer,
        status=Status.SUSPENDED,
        at=at("2026-12-01"),
        by=town.actor("officer"),
        reason="处罚决定",
        recorded_at=NOW,
    )
    system = town.actor("officer")
    assert handover.due(by=system, at=LATER) == 0 and Case.objects.get(pk=case.pk).handler_id
    assert handover.due(by=system, at=at("2026-12-01", 10, 1)) == 1
    assert handover.due(by=system, at=at("2026-12-01", 10, 2)) == 0


def test_a_firm_that_is_stopped_gives_back_the_cases_of_its_people(town: Town) -> None:
    firm = town.staff["provider"].practitioner.organisation
    case = town.case()
    routing.assign(case=case, to=town.staff["provider"], by=town.actor("officer"), at=NOW)
    handover.set_standing(who=firm, status=Status.SUSPENDED, at=LATER, by=town.actor("officer"), reason="停业整顿")
    assert Case.objects.get(pk=case.pk).handler_id is None


def test_being_active_again_gives_nothing_back(town: Town) -> None:
    lawyer = town.staff["provider"].practitioner
    handover.set_standing(who=lawyer, status=Status.ACTIVE, at=NOW, by=town.actor("officer"), reason="恢复执业")
    assert Standing.objects.count() == 1 and not StaffNotice.objects.exists()
