"""The demo page in a real Chromium: readable in every language and width, with nothing that axe or the console complains of."""

from __future__ import annotations

from typing import Any

import pytest

from open12348.demo import run, world
from open12348.registry.models import Account, Membership

from .conftest import LANGUAGES, clean, shot


@pytest.fixture
def lived(transactional_town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small simulated town beside the cast."""
    from tests import people as cast

    monkeypatch.setattr(world, "figures", lambda: world.SMALL)
    cast._unit(transactional_town, "653131100200", "village", "乙一村", "653131100000")
    Membership.objects.all().delete()
    for account in Account.objects.all():
        Account.objects.filter(pk=account.pk).update(username=f"cast-{account.username}", is_active=False)
    run.build(orders=30, seed=1, bulk=True)


def test_the_demo_page_is_clean(look: Any, lived: None) -> None:
    """One town for all languages and widths: every line's scenes are played in it, which takes its time."""
    for language in LANGUAGES:
        for width in ("phone", "desk"):
            page = look("/demo/", language=language, width=width, script=True)
            assert page.locator("text=planner").count() >= 2
            assert clean(page) == [], (language, width)
            shot(page, f"demo-{language}-{width}")
