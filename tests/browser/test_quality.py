"""The benches of quality as their people see them: the reader on a phone, whoever is in charge at a desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from open12348.ledgers.quality import readers, reviews, rounds, sheet
from open12348.ledgers.quality.models import Review, Round
from open12348.ledgers.quality.tests import CRITERIA, FORM, Bureau
from open12348.registry import accounts
from tests.people import Town

from .conftest import LANGUAGES, clean, shot


@pytest.fixture
def round_(transactional_town: Town) -> Any:
    """A round with three files, read by the officers of the town among others."""
    town, now = transactional_town, timezone.now()
    sheet.review(sheet.Sheet(FORM, "民事行政法律援助案件评查表", CRITERIA, readers=frozenset({"lawyer"})))
    made = Bureau(town)
    made.lawyer("甲所赵律师", "天山")
    for name, firm in (("丙所李律师", "塔里木"), ("丁所周律师", "帕米尔")):
        town.staff[firm] = made.lawyer(name, firm, "653131000000")
    for n in range(3):
        made.ended(made.lawyers["甲所赵律师"], when=now - timedelta(days=n, minutes=5))
    yield rounds.open_round(
        form=FORM, counties=[town.units["653125000000"]], closed_from=date(2026, 1, 1), closed_to=now.date(), ratio=100,
        by=accounts.actor_for(town.staff["supervisor"], now), at=now, title="2026 年第一轮",
    )  # fmt: skip
    sheet.remove(FORM)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_reads_and_gives_points_on_a_phone(
    look: Callable[..., Page], round_: Round, transactional_town: Town, language: str
) -> None:
    one = Review.objects.filter(reader=transactional_town.staff["塔里木"]).order_by("pk").first()
    assert one is not None
    page = look("/console/bench/quality.reviews/", who="塔里木", width="phone", language=language)
    assert clean(page) == []
    page.locator(f'a[href="?review={one.pk}"]').click()
    assert clean(page) == []
    shot(page, f"quality-review-{language}")
    for code, points in (("met", "25"), ("law", "45"), ("file", "20")):
        page.locator(f'[name="c_{code}"]').fill(points)
    page.locator('[name="remark"]').fill("会见记录完整，适用法律正确。")
    page.locator('button[name="deed"][value="score"]').click()
    one.refresh_from_db()
    assert one.total == 90
    assert clean(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_is_in_charge_looks_at_the_draw_the_checks_and_the_results(
    look: Callable[..., Page], round_: Round, transactional_town: Town, language: str
) -> None:
    now = timezone.now()
    for row in Review.objects.all():
        reviews.score(
            review=row,
            by=accounts.actor_for(row.reader, now),
            at=now,
            scores={"met": 10, "law": 30, "file": 15},
            remark="会见太少",
        )
    rounds.announce(round=round_, by=accounts.actor_for(transactional_town.staff["supervisor"], now), at=now)
    for path, name in (
        ("quality.rounds/", "rounds"), (f"quality.rounds/?round={round_.pk}", "round"), ("quality.checks/?kind=organ", "checks"),
        ("quality.results/", "results"),
    ):  # fmt: skip
        page = look(f"/console/bench/{path}", who="supervisor", language=language)
        assert clean(page) == []
        shot(page, f"quality-{name}-{language}")
    assert readers.pool(sheet.get(FORM), now)
