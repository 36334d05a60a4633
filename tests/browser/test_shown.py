"""What a line declares, in a real browser: benches, panels, guided forms, a lawyer's first screen on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from open12348.kernel import tasks
from open12348.spine import casework, intake
from open12348.spine.models import Case, Order
from tests.people import Town
from tests.throwaway import BENCH, CODE, ITEM, declared, put_up, templates

from .conftest import WIDTHS, clean, shot
from .test_portal import tab_to

SAID = {"kind": "wages", "amount": "5000", "story": "三个月没发工资"}


@tasks.kind("test.browser")
def piece(data: Any, n: int, at: Any) -> None:
    pass


@pytest.fixture(autouse=True)
def _declared(settings: Any, tmp_path: Path) -> Iterator[None]:
    def long(by: Any, at: Any, data: Any) -> Any:
        return tasks.start(kind="test.browser", total=3, by=by, at=at)

    with (
        templates(settings, tmp_path),
        declared(),
        put_up(lambda by, at, data: f"加了 {data['how_many']} 份。", long),
    ):
        yield


def need(town: Town, **more: Any) -> Case:
    found = town.case(service=CODE, said=SAID, when=timezone.now(), **more)
    town.applicant = found.order.person
    return found


def look_over(page: Page, name: str) -> list[str]:
    """A picture and what is wrong, at both widths."""
    wrong = []
    for width, (across, down) in WIDTHS.items():
        page.set_viewport_size({"width": across, "height": down})
        shot(page, f"{name}-{width}")
        wrong += [f"{name} {width}: {fault}" for fault in clean(page)]
    return wrong


@pytest.mark.parametrize("language", ["zh-hans", "ug"])
def test_staff_pages_are_clean_at_both_widths(look: Any, transactional_town: Town, language: str) -> None:
    town, now = transactional_town, timezone.now()
    fresh, working = need(town), need(town, contact={"name": "李雷", "phone": "13800005678"})
    casework.make(case=working, move="at_once", by=town.actor("officer", now), at=now)
    page = look("/console/bench/", who="officer", language=language)
    wrong = look_over(page, f"work-{language}")
    for name, path in (
        ("bench", f"/console/bench/{BENCH}/"), ("case-choices", f"/console/cases/{fresh.order.code}/"),
        ("case-many", f"/console/cases/{working.order.code}/"), ("desk", f"/console/new/?item={ITEM}"),
    ):  # fmt: skip
        page.goto(path)
        wrong += look_over(page, f"{name}-{language}")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"/console/bench/{BENCH}/")
    page.locator("details.act").first.locator("summary").click()
    page.locator("details.act").first.get_by_role("button").click()
    wrong += look_over(page, f"bench-faults-{language}")
    page.locator('button[value="long"]').click()
    page.wait_for_url("**/tasks/**")
    wrong += look_over(page, f"task-{language}")
    page.goto(f"/console/cases/{working.order.code}/")
    page.locator("details.act", has=page.locator("[name=court]")).locator("summary").click()
    wrong += look_over(page, f"case-form-{language}")
    assert wrong == []


def test_a_lawyer_sees_what_is_due_first_without_scrolling(look: Any, transactional_town: Town) -> None:
    town, now = transactional_town, timezone.now()
    lawyer = town.actor("provider", now)
    mine, ended = need(town), need(town, contact={"name": "李雷", "phone": "13800005678"})
    for case in (mine, ended):
        casework.make(case=case, move="at_once", by=lawyer, at=now)
    casework.make(case=ended, move="close", by=lawyer, at=now, data={"reason": ""})
    page = look("/console/", who="provider", width="phone")
    shot(page, "lawyer-first-phone")
    button = page.get_by_role("link", name="打开这件")
    box = button.bounding_box()
    assert box is not None and box["y"] + box["height"] <= 740 and box["height"] >= 44 and box["width"] > 250
    assert clean(page) == []
    page.get_by_role("link", name="办结后还要做的").click()
    expect(page.locator(".rows.queue li")).to_have_count(1)
    shot(page, "lawyer-after-phone")
    assert clean(page) == []
    page.goto("/console/")
    button.click()
    expect(page.locator("h1")).to_be_visible()
    shot(page, "lawyer-case-phone")


def test_the_bench_by_keyboard_alone(look: Any, transactional_town: Town) -> None:
    page = look(f"/console/bench/{BENCH}/", who="officer")
    tab_to(page, "details.act > summary")
    page.keyboard.press("Enter")
    tab_to(page, "input[name=how_many]")
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    page.keyboard.type("补班")
    tab_to(page, "button[value=add]")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.success")).to_have_text("加了 3 份。")


def answer(page: Page, name: str, wrong: list[str]) -> None:
    wrong += look_over(page, name)
    page.locator("main form[data-draft] .actions button").click()


@pytest.mark.parametrize("language", ["zh-hans", "ug"])
@pytest.mark.parametrize("script", [True, False])
def test_a_person_is_led_through_the_questions(
    look: Any, transactional_town: Town, language: str, script: bool
) -> None:
    page = look(f"/ask/?item={ITEM}", language=language, width="phone", script=script)
    wrong: list[str] = []
    over = (
        answer if script else (lambda page, name, wrong: page.locator("main form[data-draft] .actions button").click())
    )
    page.locator("main form[data-draft] .actions button").click()  # nothing chosen
    expect(page.locator("#errors")).to_be_visible()
    page.check("input[value=wages]")
    over(page, f"guided-kind-{language}", wrong)
    page.fill("[name=amount]", "5000")
    over(page, f"guided-sum-{language}", wrong)
    page.check("input[value=sign]")
    over(page, f"guided-help-{language}", wrong)
    page.fill("[name=story]", "三个月没发工资")
    over(page, f"guided-story-{language}", wrong)
    expect(page.locator(".foretold")).to_contain_text("5000")
    wrong += look_over(page, f"guided-rough-{language}") if script else []
    page.locator("main .actions a.button").click()
    over(page, f"guided-where-{language}", wrong)
    page.fill("[name=phone]", "13800001234")
    over(page, f"guided-who-{language}", wrong)
    expect(page.locator("dl.review")).to_contain_text("5000")
    wrong += look_over(page, f"guided-check-{language}") if script else []
    page.locator("main .actions button").click()
    expect(page).to_have_url(re.compile(r"/done/\d{16}/"))
    assert wrong == []
    said = intake.said(Order.objects.get())
    assert (said["kind"], said["amount"], said["needs"]) == ("wages", 5000, ["sign"])


def test_questions_by_keyboard_alone_and_one_changed_at_the_end(look: Any, transactional_town: Town) -> None:
    page = look(f"/ask/?item={ITEM}")
    tab_to(page, "input[name=kind]")
    page.keyboard.press("Space")
    for field, words in (("amount", "5000"), ("needs", ""), ("story", "没发工资")):
        tab_to(page, "main .actions button")
        page.keyboard.press("Enter")
        page.locator(f"[name={field}]").first.wait_for()
        tab_to(page, f"[name={field}]")
        page.keyboard.type(words)
    tab_to(page, "main .actions button")
    page.keyboard.press("Enter")
    page.locator(".foretold").wait_for()
    tab_to(page, "main .actions a")
    page.keyboard.press("Enter")
    page.wait_for_url("**step=where**")
    page.goto(f"/ask/?item={ITEM}&step=check")
    page.get_by_role("link", name="改 欠了多少钱（元）").click()
    page.fill("[name=amount]", "6000")
    page.keyboard.press("Enter")
    page.wait_for_url("**step=check**")
    expect(page.locator("dl.review")).to_contain_text("6000")


def test_a_cut_line_loses_no_answer_of_a_question_page(look: Any, transactional_town: Town) -> None:
    page = look(f"/ask/?item={ITEM}", width="phone")
    page.check("input[value=wages]")
    page.locator("main form[data-draft] .actions button").click()
    page.wait_for_url("**page=sum**")
    page.context.set_offline(True)
    page.fill("[name=amount]", "4321")
    page.locator("main form[data-draft] .actions button").click()
    expect(page.locator("#offline")).to_be_visible()
    page.context.set_offline(False)
    page.goto(f"/ask/?item={ITEM}")
    expect(page.locator("[name=amount]")).to_have_value("4321")


def test_the_desk_asks_anew_when_an_answer_changes_and_keeps_the_hands_where_they_are(
    look: Any, transactional_town: Town
) -> None:
    page = look(f"/console/new/?item={ITEM}", who="clerk")
    page.fill("[name=story]", "摔了一跤")
    page.locator("input[value=injury]").focus()
    page.keyboard.press("Space")
    expect(page.locator("[name=hurt_on]")).to_be_visible()
    assert page.evaluate("document.activeElement.value") == "injury"
    expect(page.locator("[name=story]")).to_have_value("摔了一跤")
    page.check("input[value=wages]")
    page.fill("[name=amount]", "5000")
    page.keyboard.press("Tab")
    expect(page.locator(".foretold")).to_contain_text("5000")
    expect(page.locator("[name=hurt_on]")).to_have_count(0)
    shot(page, "desk-foretold")
    assert clean(page) == []
