"""A service that stands between two sides: who handled it acts for neither of them afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from open12348.spine import barring, intake, journal, routing

from .people import NOW, Town
from .throwaway import CODE, SERVICE, declared, templates


@pytest.fixture
def between(settings: Any, tmp_path: Path) -> Iterator[None]:
    """The throw-away service as a neutral one."""
    other = lambda said: [{"name": "示例乙", "phone": "13700007777"}]  # noqa: E731
    with templates(settings, tmp_path), declared(replace(SERVICE, neutral=True, opponents=other)):
        yield


def test_who_stood_between_two_sides_has_a_conflict_with_both(between: None, town: Town) -> None:
    case = town.case(service=CODE, said={"kind": "other", "story": "两家吵架"})
    with journal.turn(order_id=case.pk, by=town.actor("officer"), at=NOW) as now:
        routing.hand(now, account=town.staff["provider"])
    own = town.case(service="general.request")
    theirs = town.case(service="general.request", contact={"name": "示例乙", "phone": "13700007777"})
    stranger = town.case(service="general.request", contact={"name": "示例丙", "phone": "13700008888"})
    handled, other = town.staff["provider"], town.staff["provider_two"]
    assert [barring.conflicts(c.order, handled) for c in (own, theirs, stranger)] == [True, True, False]
    assert not barring.conflicts(own.order, other)


def test_and_may_stand_between_them_again(between: None, town: Town) -> None:
    first, again = (town.case(service=CODE, said={"kind": "other", "story": "两家吵架"}) for _n in range(2))
    with journal.turn(order_id=first.pk, by=town.actor("officer"), at=NOW) as now:
        routing.hand(now, account=town.staff["provider"])
    assert not barring.conflicts(again.order, town.staff["provider"])


def test_whoever_becomes_known_later_is_seen_by_the_check_too(town: Town) -> None:
    served = town.case(service="general.request", contact={"name": "示例乙", "phone": "13700007777"})
    with journal.turn(order_id=served.pk, by=town.actor("officer"), at=NOW) as now:
        routing.hand(now, account=town.staff["provider"])
    case = town.case(service="general.request")
    assert not barring.conflicts(case.order, town.staff["provider"])
    with journal.turn(order_id=case.pk, by=town.actor("clerk"), at=NOW) as now:
        intake.add_party(now, {"name": "示例乙", "phone": "13700007777"})
    assert barring.conflicts(case.order, town.staff["provider"]) and journal.verify() == []
