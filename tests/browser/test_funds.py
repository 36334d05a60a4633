"""What is owed and paid, in a real browser: the pages of claims and of the year's money, in both directions and widths."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from open12348.kernel.workdays import legal_day
from open12348.ledgers.funds import batches, budget, claims, rates
from open12348.ledgers.funds.models import Batch, Claim
from open12348.registry.models import Practitioner
from tests.people import Town

from .conftest import clean, shot

RATES = """
[rate_criminal_trial]
value = 1200
unit = "case"
basis = "示例标准 1 号"
sure = false
[more]
value = "0.1"
basis = "示例标准 3 号"
"""


@pytest.fixture
def money(transactional_town: Town, tmp_path: Path) -> dict[str, Any]:
    """Claims in every state, a batch, a plan."""
    (tmp_path / "2021-01-01.toml").write_text(RATES, encoding="utf-8")
    town, at = transactional_town, timezone.now()
    day = legal_day(at) - timedelta(days=3)
    officer, second = town.actor("officer", at), town.actor("officer_two", at)
    rows = [
        claims.owe(
            order=town.need(when=at), kind="criminal", stage="trial", day=day, rates=rates.rates(tmp_path, day), title="刑事辩护 审判阶段",
            practitioner=Practitioner.objects.get(licence_no="16531201610000001"), recipients=n + 1, by=officer, at=at,
        )
        for n in range(7)
    ]  # fmt: skip
    for claim in rows[:5]:
        claims.review(claim=claim, by=second, at=at)
    for claim in rows[:4]:
        claims.approve(claim=claim, by=officer, at=at)
    county = town.units["653125000000"]
    batch = batches.make_batch(county=county, only=rows[:3], by=officer, at=at)
    batches.close(batch=batch, by=officer, at=at)
    batches.mark_paid(batch=batch, reference="HD-2026-1", failed={rows[2].pk: "账号有误"}, by=officer, at=at)
    rows[0].refresh_from_db()
    claims.reverse(claim=rows[0], amount=Decimal("200"), reason="复核少发", by=second, at=at)
    budget.plan(
        county=county, year=legal_day(at).year, side="expense", kind="case", amount=Decimal("100000"), document="甲财预 1 号",
        day=date(legal_day(at).year, 1, 5), by=town.actor("supervisor", at), at=at,
    )  # fmt: skip
    return {"paid": rows[0].pk, "batch": batch.pk}


@pytest.mark.parametrize("width", ["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-hans", "ug", "en"])
def test_the_pages_of_money_are_clean(look: Any, money: dict[str, Any], language: str, width: str) -> None:
    claims_, year = "/console/bench/funds.claims/", "/console/bench/funds.budget/"
    for name, path, who in (
        ("proposed", claims_, "officer"), ("reviewed", claims_ + "?tab=reviewed", "officer"), ("approved", claims_ + "?tab=approved", "officer"),
        ("batches", claims_ + "?tab=batches", "officer"), ("claim", f"{claims_}?claim={money['paid']}", "officer"),
        ("batch", f"{claims_}?batch={money['batch']}", "officer"), ("budget", year, "supervisor"), ("behind", year + "?show=paid", "planner"),
    ):  # fmt: skip
        page = look(path, who=who, language=language, width=width)
        shot(page, f"funds-{name}-{language}-{width}")
        assert clean(page) == [], name


def test_a_claim_is_signed_by_two_in_four_clicks(look: Any, money: dict[str, Any]) -> None:
    """One ticks and signs, the other ticks and signs: two clicks each."""
    waiting = Claim.objects.filter(state="proposed").order_by("day", "pk")
    pk = waiting[0].pk
    first = look("/console/bench/funds.claims/", who="officer")
    first.check(f"#chosen-{pk}")
    first.click("button[value=review]")
    first.wait_for_load_state()
    second = look("/console/bench/funds.claims/?tab=reviewed", who="supervisor")
    second.check(f"#chosen-{pk}")
    second.click("button[value=approve]")
    second.wait_for_load_state()
    assert Claim.objects.get(pk=pk).state == "approved"


def test_the_file_for_the_bank_comes_down_whole(look: Any, money: dict[str, Any]) -> None:
    page = look(f"/console/bench/funds.claims/?batch={money['batch']}", who="officer")
    with page.expect_download() as waiting:
        page.click("a[href*='bank.xlsx']")
    read = batches.read_file(Path(waiting.value.path()).read_bytes())
    assert read.total == Batch.objects.get(pk=money["batch"]).total and read.count == 3
