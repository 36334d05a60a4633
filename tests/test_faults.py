"""The short form of `make torture`: every acknowledged order exists exactly once, whatever is killed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import torture

pytestmark = [pytest.mark.realtime, pytest.mark.xdist_group("faults")]


@pytest.fixture(scope="module")
def rig() -> Iterator[torture.Rig]:
    with torture.rig() as one:
        yield one


def test_a_server_killed_while_clients_send_loses_and_doubles_nothing(rig: torture.Rig) -> None:
    ledger, blows, faults = torture.server_killed(rig, 6)
    assert faults == []
    assert blows >= 1 and len(ledger.orders) >= 10


def test_a_database_killed_while_clients_send_loses_and_doubles_nothing(rig: torture.Rig) -> None:
    ledger, blows, faults = torture.database_killed(rig, 6)
    assert faults == []
    assert blows >= 1 and len(ledger.orders) >= 10


def test_a_full_disk_loses_and_halves_nothing() -> None:
    came = torture.disk_full(4)
    if came is None:
        pytest.skip("no small disk can be mounted here (needs root)")
    ledger, blows, faults = came
    assert faults == []
    assert blows >= 1 and len(ledger.orders) >= 10


def test_the_same_request_from_many_hands_makes_one_order(rig: torture.Rig) -> None:
    assert torture.double_submits(rig, 5) == []


def test_of_two_clerks_one_is_told(rig: torture.Rig) -> None:
    assert torture.two_clerks(rig, 8) == []
