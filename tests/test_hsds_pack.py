"""Open data of the first pack, whole: three thousand places, thirty thousand pairs of place and service."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from open12348.registry import pack
from open12348.registry.models import Place, Window

from .hsds import contract
from .people import NOW
from .test_hsds import BASE, get


@pytest.fixture(scope="module")
def pack_loaded(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """The pack, loaded once for this file and taken back at its end."""
    with django_db_blocker.unblock():
        point = transaction.atomic()
        point.__enter__()
        try:
            pack.load("kashgar", at=NOW)
            yield
        finally:
            transaction.set_rollback(True)
            point.__exit__(None, None, None)


@pytest.fixture
def prefecture(pack_loaded: None, db: None) -> None:
    """The first pack, and a transaction of the test's own inside that of the file."""


@pytest.mark.parametrize("said", ["", "ug", "en"])
def test_the_real_list_keeps_to_the_specification(prefecture: None, said: str) -> None:
    answer = get("services", said, per_page=100, full="true")
    assert answer["total_items"] == 71
    assert [fault for s in answer["contents"] for fault in contract.faults("service", s)] == []
    for one in answer["contents"][::10]:
        assert contract.faults("service", get(f"services/{one['id']}", said)) == []


@pytest.mark.parametrize(
    ("address", "kind"), [("locations", "location"), ("service_at_locations", "service_at_location")]
)
def test_real_places_keep_to_it_on_the_first_the_last_and_pages_between(
    prefecture: None, address: str, kind: str
) -> None:
    """HSDS_ALL_PAGES=1 reads every page instead of nine."""
    last = get(address, per_page=200)["total_pages"]
    every = (
        range(1, last + 1)
        if os.environ.get("HSDS_ALL_PAGES")
        else sorted({1, last, *range(2, last, max(last // 7, 1))})
    )
    seen: set[str] = set()
    for number in every:
        contents = get(address, per_page=200, page=number, full="true" if number % 2 else "false")["contents"]
        ids = {r["id"] for r in contents}
        assert not ids & seen and len(ids) == len(contents)
        seen |= ids
        assert [fault for r in contents[::20] for fault in contract.faults(kind, r)] == []
    whole = get(f"{address}/{contents[-1]['id']}")
    assert whole["id"] == contents[-1]["id"] and contract.faults(kind, whole) == []


def test_every_real_pair_can_be_reached(prefecture: None) -> None:
    windows = Counter(Window.objects.values_list("kind", flat=True))
    expected = sum(windows[kind] for kind in Place.objects.values_list("kind", flat=True))
    assert get("service_at_locations")["total_items"] == expected > 30_000


@pytest.mark.parametrize(
    "address", ["services", "service_at_locations?page=600", "locations?page=60", "locations?full=true"]
)
def test_real_pages_ask_the_database_a_few_times_only(
    prefecture: None, address: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(24):
        assert Client().get(BASE + address).status_code == 200
