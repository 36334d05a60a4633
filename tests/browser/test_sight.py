"""Who sees what of a case, in a browser: a masked case and its showing once, a firm's list, what is to be assigned anew, checks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from open12348.kernel.access import SYSTEM
from open12348.registry import providers
from open12348.spine import casework, lists
from open12348.spine.models import Case
from tests.people import Town

from .conftest import clean, shot

EVERYWHERE = [(width, language) for width in ("phone", "desk") for language in ("zh-hans", "ug")]


def made(town: Town, matter: str = "31-5-2", stage: str = "arbitration") -> Case:
    now = timezone.now() - timedelta(hours=2)
    said = {"story": "要工资", "matter": matter, "stage": stage, "household": "4", "income": "1500", "pledge": "on"}
    case = town.case(service="legal_aid.apply", item_code="C11", by="clerk", when=now, said=said)
    return casework.make(case=case, move="accept", by=town.actor("officer", now), at=now, data={})


def step(town: Town, case: Case, move: str, who: str, **data: Any) -> Case:
    now = timezone.now() - timedelta(hours=1)
    return casework.make(case=Case.objects.get(pk=case.pk), move=move, by=town.actor(who, now), at=now, data=data)


def working(town: Town) -> Case:
    """A wage claim in the hands of a lawyer."""
    case, day = made(town), timezone.localdate().isoformat()
    step(
        town,
        case,
        "complete",
        "officer",
        matter="31-5-2",
        stage="arbitration",
        position="claimant",
        authority="arbitration",
        pledged="on",
    )
    step(town, case, "propose_grant", "officer", hardship="stated")
    step(town, case, "grant", "officer_two")
    worker = str(town.staff["provider"].practitioner_id)
    step(town, case, "assign", "officer", lawyer=worker, why="熟悉案情")
    step(town, case, "arrange", "firm", lawyer=worker)
    return step(town, case, "engage", "provider", engaged_on=day, agreed="yes")


@pytest.mark.parametrize(("width", "language"), EVERYWHERE)
def test_a_masked_case_hides_and_shows_once(
    transactional_town: Town, look: Callable[..., Page], width: str, language: str
) -> None:
    case = made(transactional_town, matter="32-4", stage="first")
    page = look(f"/console/cases/{case.code}/", who="officer_two", width=width, language=language)
    phone = lambda: "13800001234" in page.content().replace(" ", "")  # noqa: E731
    assert not phone() and clean(page) == []
    shot(page, f"masked-{width}-{language}")
    box = page.locator("details:has(button[value=reveal])")
    box.locator("summary").click()
    box.locator("button[value=reveal]").click()
    page.wait_for_load_state()
    assert not phone() and clean(page) == []
    shot(page, f"masked-asked-{width}-{language}")
    page.locator("details:has(button[value=reveal]) input[name=purpose]").first.check()
    page.locator("button[value=reveal]").click()
    page.wait_for_load_state()
    assert phone() and clean(page) == []
    shot(page, f"masked-shown-{width}-{language}")
    page.goto(page.url)
    assert not phone()


@pytest.mark.parametrize(("width", "language"), EVERYWHERE)
def test_lists_of_a_firm_and_of_what_is_to_be_assigned_anew(
    transactional_town: Town, look: Callable[..., Page], width: str, language: str
) -> None:
    town = transactional_town
    case = working(town)
    page = look("/console/bench/legal_aid.firm/", who="firm", width=width, language=language)
    assert case.code[:4] in page.content() and clean(page) == []
    shot(page, f"firm-{width}-{language}")
    worker = town.staff["provider"].practitioner
    assert worker is not None
    providers.set_standing(
        who=worker, status="suspended", at=timezone.now() - timedelta(minutes=9), by=SYSTEM, reason="停止执业"
    )
    page = look("/console/bench/legal_aid.reassign/", who="officer", width=width, language=language)
    assert case.code[:4] in page.content() and clean(page) == []
    shot(page, f"reassign-{width}-{language}")
    page = look(f"/console/cases/{case.code}/", who="officer", width=width, language=language)
    assert clean(page) == []
    shot(page, f"lost-{width}-{language}")
    assert not lists.may_see(town.actor("firm"), case)


@pytest.mark.parametrize(("width", "language"), EVERYWHERE)
def test_a_hearing_is_checked_from_the_case(
    transactional_town: Town, look: Callable[..., Page], width: str, language: str
) -> None:
    case = working(transactional_town)
    page = look(f"/console/cases/{case.code}/", who="supervisor", width=width, language=language)
    box = page.locator("details:has(button[value='move:check_hearing'])")
    box.locator("summary").click()
    for name in ("q_on_time", "q_prepared", "q_spoke", "q_manners"):
        box.locator(f"input[name={name}][value=yes]").check()
    box.locator("[name=happened]").fill(timezone.localdate().isoformat())
    box.locator("input[name=result][value=good]").check()
    box.locator("[name=found]").fill("准备充分")
    shot(page, f"check-form-{width}-{language}")
    box.locator("button[value='move:check_hearing']").click()
    page.wait_for_load_state()
    assert clean(page) == [] and page.locator("text=supervisor（示例）").count()
    shot(page, f"checked-{width}-{language}")
