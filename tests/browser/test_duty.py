"""The duty lawyers' pages in a real browser: a phone and a desk, Chinese and Uyghur; the roster with a thumb."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from open12348.kernel.workdays import legal_day
from open12348.lines.legal_aid import coverage, duty, rota
from open12348.lines.legal_aid.models import DutyStation
from open12348.registry.models import Practitioner
from open12348.spine import casework, intake
from tests.people import Town

from .conftest import clean, shot

PAGES = ("rota", "duty", "duty_sheet", "coverage")


def worker(town: Town, who: str) -> Practitioner:
    found = town.staff[who].practitioner
    assert found is not None
    return found


def lived(town: Town) -> DutyStation:
    """A station with a roster, helps of every kind, a swap to answer, and counts."""
    now = timezone.now()
    officer, county = town.actor("officer", now), town.units["653125000000"]
    house = rota.open_station(
        by=officer, at=now, county=county, kind="custody", name_zh="甲县看守所值班站", name_ug="ئا ناھىيە قاماقخانا پونكىتى",
        phone="0998-2820000", hours="10:00-13:30, 16:00-19:30", languages=["ug"], weekdays=list(range(7)),
    )  # fmt: skip
    rota.open_station(by=officer, at=now, county=county, kind="court", name_zh="甲县人民法院值班站")
    today = legal_day(now)
    lines = [
        rota.Line(n, today + timedelta(days=n // 2), ("am", "pm")[n % 2], house, worker(town, ("provider", "provider_two")[n // 2 % 2]))
        for n in range(6)
    ]  # fmt: skip
    rota.write(lines=lines, by=officer, at=now)
    mine = rota.of_lawyer(worker(town, "provider_two").pk, today)[0]
    rota.ask_swap(shift=mine, to=worker(town, "provider"), by=town.actor("provider_two", now), at=now, why="要开庭")
    rota.sign_in(shift=rota.of_lawyer(worker(town, "provider").pk, today)[0], by=town.actor("provider", now), at=now)
    for called, stage, move in (
        ("绰号“大个子”", "investigation", "refuse"),
        ("绰号“大个子”", "prosecution", ""),
        ("编号0123", "prosecution", "help"),
    ):
        helped(town, house, called, stage, move, now)
    coverage.enter(
        county=county, stage="prosecution", month=today.replace(day=1), persons=20, retained=6, source="县检察院月报（示例）", by=officer, at=now
    )  # fmt: skip
    return house


def helped(town: Town, station: DutyStation, called: str, stage: str, move: str, now: datetime) -> Any:
    by = town.actor("provider", now)
    order = intake.receive(
        service=duty.CODE, contact={"reply_by": "none"}, channel="visit", by=by, at=now, place=town.places["centre"], item_code="C07",
        said={"called": called, "stage": stage, "authority": "police" if stage == "investigation" else "procuratorate",
              "authority_name": "甲县公安局" if stage == "investigation" else "甲县人民检察院", "authority_no": "〔2026〕12号" if stage == "investigation" else "〔2026〕3号",
              "before_name": "甲县公安局", "before_no": "〔2026〕12号", "asked_by": "person", "station": str(station.pk)},
    ).order  # fmt: skip
    data = {
        "refuse": {"reason": "不要", "told": "on"},
        "help": {"gave": ["advice", "opinion"], "pledge": "witnessed", "no_soliciting": "on", "due": ["three_years"]},
    }
    if move:
        casework.make(case=order.case, move=move, by=by, at=now, data=data[move])
    return order


@pytest.mark.parametrize("language", ["zh-hans", "ug"])
@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_pages_are_clean(look: Any, transactional_town: Town, language: str, width: str) -> None:
    lived(transactional_town)
    for who, pages in (("officer", PAGES), ("provider", ("rota", "duty")), ("planner", ("coverage",))):
        for code in pages:
            page = look(f"/console/bench/legal_aid.{code}/", who=who, language=language, width=width)
            shot(page, f"{code}-{who}-{language}-{width}")
            assert clean(page) == [], (code, who)


def test_the_register_and_the_list_behind_a_number_on_a_phone(look: Any, transactional_town: Town) -> None:
    lived(transactional_town)
    page = look("/console/bench/legal_aid.duty/", who="provider", width="phone", language="ug")
    page.locator("details.act summary").first.click()
    shot(page, "duty-record-ug-phone")
    assert clean(page) == []
    page = look("/console/bench/legal_aid.coverage/", who="officer")
    page.locator("td a").last.click()
    page.wait_for_selector("#behind")
    shot(page, "coverage-list")
    assert clean(page) == []
    page.goto("/console/bench/legal_aid.coverage/")
    page.locator(".notice a").click()
    page.locator("#behind a").first.click()
    shot(page, "duty-case")
    assert "/console/cases/" in page.url and clean(page) == []


def test_a_swap_is_answered_and_the_week_filled_with_few_touches(look: Any, transactional_town: Town) -> None:
    house = lived(transactional_town)
    page = look("/console/bench/legal_aid.rota/", who="provider", width="phone")
    page.get_by_role("button", name="同意换").click()
    page.wait_for_selector(".notice")
    today = legal_day(timezone.now())
    tomorrow = rota.standing().get(station=house, day=today + timedelta(days=1), half="am")
    assert tomorrow.lawyer == worker(transactional_town, "provider")
    page = look("/console/bench/legal_aid.rota/?fill=1", who="officer")
    shot(page, "rota-fill")
    assert clean(page) == []
    before = rota.standing().count()
    page.get_by_role("button", name="排上").click()
    page.wait_for_load_state()
    assert rota.standing().count() > before
