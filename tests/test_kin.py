"""Linked matters as one story: the person sees the whole way, an office what it may see anyway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from open12348.registry import people
from open12348.spine import casework, journal, kin
from open12348.spine.models import Case, Link

from .people import NOW, Town, at
from .throwaway import CODE, SERVICE, declared, templates

LATER = at("2026-11-24")


@pytest.fixture(autouse=True)
def way(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A second service, whose cases of the kind "other" are secret."""
    with (
        templates(settings, tmp_path),
        declared(
            replace(SERVICE, secret=lambda case: case.topic == "other", topic=lambda said: str(said.get("kind") or ""))
        ),
    ):
        yield


def chain(town: Town, kind: str = "wages") -> tuple[Case, Case, Case]:
    """Advice, split into a general request, from which a case of the second service was opened."""
    first = town.case()
    second = casework.split(case=first, by=town.actor("clerk"), at=LATER, item_code="H04", summary="还要办一件").case
    with journal.turn(order_id=second.pk, by=town.actor("clerk"), at=LATER) as now:
        third = casework.open_linked(
            now, service=CODE, said={"kind": kind, "amount": "3", "story": "又一件"}, kind="linked"
        ).case
        now.write("opened_beside", to=third.order.code, service=CODE)
    return first, Case.objects.get(pk=second.pk), third


def test_what_hangs_together_is_found_from_either_end_oldest_first(town: Town) -> None:
    first, second, third = chain(town)
    by = town.actor("officer")
    assert [k.case for k in kin.of(first, by)] == [second, third]
    assert [k.case for k in kin.of(third, by)] == [first, second]
    assert [k.here for k in kin.everything(second, by)] == [False, True, False]


def test_a_matter_of_another_county_is_named_only_where_it_is_linked_to_this_one(town: Town) -> None:
    first, second, third = chain(town)
    for case in (second, third):
        with journal.turn(order_id=case.pk, by=town.actor("clerk"), at=LATER) as now:
            now.set(place=town.places["centre_b"], county_id=town.places["centre_b"].county_id)
            now.write("map_changed", county="653131000000")
    rows = kin.of(first, town.actor("clerk"))
    assert [(k.code, k.case, k.subject) for k in rows] == [(second.order.code, None, "")]


def test_a_secret_matter_is_in_nobodys_circle_not_even_in_its_persons(town: Town) -> None:
    _first, second, third = chain(town, kind="other")
    assert third.secret
    for who in ("officer", "clerk", "supervisor", "applicant"):
        assert third not in [k.case for k in kin.of(second, town.actor(who))]
        assert third.order.code not in [k.code for k in kin.of(second, town.actor(who))]


def test_a_circle_of_links_comes_to_an_end(town: Town) -> None:
    first, _second, third = chain(town)
    Link.objects.create(first=third.order, second=first.order, kind="linked", at=LATER, by="test")
    assert len(kin.of(first, town.actor("officer"))) == 2


def test_the_person_reads_the_whole_way_on_one_page(town: Town, sign_in: Any, client: Client) -> None:
    first, second, _third = chain(town)
    door = sign_in(town, "applicant", on=client)
    page = door.get(f"/me/{first.order.code}/").content.decode()
    assert f"/me/{second.order.code}/" in page and "又一件" not in page
    whole = door.get(f"/me/{first.order.code}/?whole=1").content.decode()
    assert "又一件" in whole and "还要办一件" in whole and whole.index("老板拖欠") < whole.index("又一件")


def test_a_stranger_reads_nothing_of_it(town: Town, sign_in: Any, client: Client) -> None:
    first, _second, _third = chain(town)
    assert sign_in(town, "stranger", on=client).get(f"/me/{first.order.code}/?whole=1").status_code == 404


def test_the_office_reads_it_as_one_story_and_the_look_is_recorded(town: Town, sign_in: Any, client: Client) -> None:
    first, second, third = chain(town)
    page = sign_in(town, "officer", on=client).get(f"/console/cases/{first.order.code}/?whole=1").content.decode()
    for case in (second, third):
        assert f"/console/cases/{case.order.code}/" in page
        assert any(v.order_code == case.order.code for v in people.views_of([case.order.person_id]))
    assert NOW < LATER
