"""The statistics in a real browser: on a phone and at a desk, in three languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from open12348.lines.legal_aid.test_counts import filled, settled
from tests.people import Town

from .conftest import LANGUAGES, clean, shot


@pytest.mark.parametrize("width", ["phone", "desk"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_statistics_and_the_lists_behind_them(
    look: Callable[..., Page], transactional_town: Town, language: str, width: str
) -> None:
    filled(settled(transactional_town))
    for who, name, address in (
        ("officer", "cases", "legal_aid.counts/?section=cases&month=2026-11"), ("bureau", "people", "legal_aid.counts/?section=people&month=2026-11"),
        ("planner", "october", "legal_aid.counts/?section=refusals&month=2026-10"),
        ("officer", "october-own", "legal_aid.counts/?section=refusals&month=2026-10"),
        ("officer", "list", "legal_aid.counts.list/?figure=received&month=2026-11&county=653125000000"),
    ):  # fmt: skip
        page = look(f"/console/bench/{address}", who=who, language=language, width=width)
        assert clean(page) == []
        shot(page, f"counts-{name}-{width}-{language}")
