"""The console in a real browser: every page in two languages and widths, the desk by keyboard alone, sign-in."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from open12348.kernel import numbers, workdays
from open12348.kernel.access import SYSTEM, Role
from open12348.registry import accounts, people
from open12348.registry.models import Account
from open12348.spine import casework, clocks, closing, extensions, intake, routing
from open12348.spine.models import Case, Draft, Order
from tests.people import Town

from .conftest import WIDTHS, clean, session_of, shot

#: No page of the console may weigh more (bytes as sent, before compression).
MOST = 150_000


def busy(town: Town) -> dict[str, Case]:
    """A town with something on every list: open, late, waiting, passed on, badly rated, asked for more time."""
    now = timezone.now()
    long_ago = now - timezone.timedelta(days=20)
    accounts.grant(account=town.staff["clerk"], role=Role.CLERK, by=SYSTEM, at=long_ago, place=town.places["station"])
    clerk, officer = town.actor("clerk", now), town.actor("officer", now)
    found = {"open": town.case(when=now, contact={"safe_contact": "只在白天打 138-0000-1234"})}
    found["late"] = town.case(when=long_ago, contact={"name": "李雷", "phone": "13800005678", "language": "zh"})
    clocks.watch_once(at=now)
    found["waiting"] = town.case(when=now, contact={"name": "韩梅梅", "phone": "13800005679"})
    casework.ask_correction(case=found["waiting"], by=clerk, at=now, wanted="身份证复印件\n工资条")
    found["passed"] = town.case(when=now, place="station_b", by="clerk_b")
    routing.transfer(
        case=found["passed"], target=town.places["station"], by=town.actor("clerk_b", now), at=now, reason="住在甲一镇"
    )
    found["done"] = town.case(when=now, contact={"name": "古丽", "phone": "13800005680"})
    casework.make(case=found["done"], move="answer", by=clerk, at=now, data={"answer": "带身份证到中心来"})
    closing.rate(case=found["done"], by=town.actor("operator", now), at=now, grade=2, text="没有说清楚", via="phone")
    deadline = found["open"].order.deadlines.get(clock="answer")
    extensions.ask(deadline=deadline, by=clerk, at=now, reason="要向县里核实")
    person = found["done"].order.person
    assert person is not None
    people.ask_right(
        person=person, kind="erase", said="请删掉我的电话", by=officer, at=now, due_at=workdays.end_of(now.date())
    )
    return found


def pages(town: Town, found: dict[str, Case]) -> list[tuple[str, str, str]]:
    """(who, name, path) for every page of the console."""
    case = {k: c.order.code for k, c in found.items()}
    clock = found["late"].order.deadlines.first()
    assert clock is not None
    return [
        ("clerk", "queue", "/console/"), ("clerk", "new", "/console/new/"), ("clerk", "search", "/console/search/"),
        ("clerk", "case-open", f"/console/cases/{case['open']}/"), ("clerk", "case-waiting", f"/console/cases/{case['waiting']}/"),
        ("clerk", "case-passed", f"/console/cases/{case['passed']}/"), ("clerk", "clock", f"/console/cases/{case['late']}/clock/{clock.pk}/"),
        ("officer", "case-asked", f"/console/cases/{case['open']}/"), ("officer", "rights", "/console/rights/"),
        ("supervisor", "watch", "/console/watch/"), ("supervisor", "case-bad", f"/console/cases/{case['done']}/"),
        ("supervisor", "looks", "/console/watch/looks/"), ("supervisor", "map", "/console/map/"), ("planner", "people", "/console/people/"),
        ("planner", "providers", "/console/providers/"), ("officer", "provider", f"/console/providers/{town.staff['provider'].practitioner_id}/"),
        ("administrator", "calendar", "/console/calendar/"), ("administrator", "accounts", "/console/accounts/"),
        ("administrator", "account", f"/console/accounts/{town.staff['clerk'].pk}/"), ("administrator", "tokens", "/console/tokens/"),
        ("nobody", "sign-in", "/console/sign-in/"),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "ug"])
def test_every_page_is_clean_in_both_widths_and_light(look: Any, transactional_town: Town, language: str) -> None:
    wrong: list[str] = []
    opened: dict[str, Page] = {}
    for who, name, path in pages(transactional_town, busy(transactional_town)):
        if who not in opened:
            opened[who] = look("/offline/", who=who, language=language)
        page = opened[who]
        answer = page.goto(path)
        if answer.status != 200 or len(answer.body()) > MOST:
            wrong.append(f"{name}: {answer.status}, {len(answer.body())} bytes")
        for width in ("desk", "phone"):
            page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
            shot(page, f"{name}-{language}-{width}")
            wrong += [f"{name} {width}: {fault}" for fault in clean(page)]
    assert wrong == []


class Hands:
    """Two hands on a keyboard, and a count of what they did."""

    def __init__(self, page: Page) -> None:
        self.page, self.strokes, self.began = page, 0, time.monotonic()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.strokes += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.strokes += len(text)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


def test_a_need_is_taken_down_and_answered_by_keyboard_alone(look: Any, transactional_town: Town) -> None:
    page = look("/console/", who="clerk")
    hands = Hands(page)
    hands.press("Alt+n")
    page.wait_for_url("**/console/new/")
    hands.type("热依汗")
    hands.press("Tab")
    hands.type("13800001111")
    hands.press("Tab", "ArrowDown", "ArrowDown")  # the language, as the person says
    hands.press("Alt+q")
    hands.type("老板欠我三个月工资")
    hands.press("Tab", "ArrowDown")  # the first topic
    hands.press("Alt+2")
    expect(page.locator("textarea[name=answer-answer]")).to_be_focused()
    hands.type("带上合同和工资条")
    hands.press("Control+Enter")
    page.wait_for_url("**?taken=1")
    order = Order.objects.get()
    assert order.case.phase == "done" and order.language == "ug" and order.person.phone == "13800001111"
    assert order.division == transactional_town.units["653125101000"]  # the clerk's own township, not asked again
    print(f"taken down and answered: {hands.strokes} keystrokes, {hands.seconds:.1f} s by machine")
    assert hands.strokes < 60 and hands.seconds < 60


def test_who_came_before_is_pointed_at_and_the_same_need_is_not_taken_twice(
    look: Any, transactional_town: Town
) -> None:
    before = transactional_town.case(when=timezone.now(), contact={"name": "阿不都热依木·买买提"})
    page = look("/console/new/", who="clerk")
    page.locator("input[name=name]").press_sequentially("ئابدۇرېھىم مەمەت")
    page.locator(".likely").wait_for()
    assert "阿不都热依木" in page.locator(".likely").inner_text()
    assert numbers.group(before.order.code) in page.locator(".likely").inner_text()
    page.keyboard.press("Alt+7")
    assert page.locator(f'input[name=person][value="{before.order.person_id}"]').is_checked()
    page.locator("textarea[name=question]").fill("还是没有发，又过了一个月")
    page.get_by_role("button", name="加到这件事").click()
    page.wait_for_url(f"**/cases/{before.order.code}/**")
    assert Order.objects.count() == 1 and "又过了一个月" in page.locator(".story").inner_text()


def test_a_closed_browser_loses_nothing_and_a_double_click_makes_one(look: Any, transactional_town: Town) -> None:
    first = look("/console/new/", who="clerk")
    first.locator("textarea[name=question]").fill("写到一半就停电了")
    first.locator("select[name=language]").select_option("zh")
    expect(first.locator(".saved")).not_to_be_empty()
    for _try in range(40):
        if Draft.objects.filter(form="desk").exists():
            break
        first.wait_for_timeout(100)
    first.context.close()
    again = look("/console/new/", who="clerk")
    assert again.locator("textarea[name=question]").input_value() == "写到一半就停电了"
    again.locator("select[name=reply_by]").select_option("here")
    again.get_by_role("button", name="登记 Ctrl+Enter").dblclick()
    again.wait_for_url("**?taken=1")
    assert Order.objects.count() == 1 and not Draft.objects.exists()
    again.goto("/console/new/")
    assert again.locator("textarea[name=question]").input_value() == ""


def test_an_answer_template_goes_in_at_one_click_and_by_hand_without_script(
    look: Any, transactional_town: Town
) -> None:
    case = transactional_town.case(when=timezone.now(), contact={"language": "zh"})
    page = look(f"/console/cases/{case.order.code}/", who="clerk")
    page.locator(".samples summary").first.click()
    page.locator("[data-fill]").first.click()
    assert len(page.locator("textarea[name=answer]").first.input_value()) > 30
    plain = look(f"/console/cases/{case.order.code}/", who="clerk", script=False)
    plain.locator(".samples summary").first.click()
    assert plain.locator(".samples .said").first.is_visible()  # read there, typed over
    plain.locator("textarea[name=answer]").first.fill("请带工资条去劳动监察大队")
    plain.locator('button[value="move:answer"]').click()
    case.refresh_from_db()
    assert case.phase == "done"


def test_the_slower_of_two_clerks_sees_what_changed_and_keeps_the_words(look: Any, transactional_town: Town) -> None:
    case = transactional_town.case(when=timezone.now())
    slow = look(f"/console/cases/{case.order.code}/", who="clerk")
    now = timezone.now()
    casework.say(case=case, by=transactional_town.actor("clerk_two", now), at=now, text="已经打过电话", internal=True)
    slow.locator("textarea[name=answer]").first.fill("写了很久的答复")
    slow.locator('button[value="move:answer"]').click()
    assert "已经打过电话" in slow.locator("#changed").inner_text()
    assert slow.locator("textarea[name=answer]").first.input_value() == "写了很久的答复"
    slow.locator('button[value="move:answer"]').click()  # seen, and sent all the same
    case.refresh_from_db()
    assert case.phase == "done"


def test_first_sign_in_binds_a_phone_and_changes_the_password_and_idleness_ends_it(
    look: Any, transactional_town: Town, live_server: Any
) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
    from django.contrib.sessions.models import Session

    clerk = transactional_town.staff["clerk"]
    first = accounts.reset_password(account=clerk, by=SYSTEM, at=timezone.now())
    page = look("/console/", who="nobody")
    page.locator("input[name=username]").fill("clerk")
    page.locator("input[name=password]").fill(first)
    page.keyboard.press("Enter")
    page.locator(".qr svg").wait_for()
    secret = page.locator("bdi").filter(has_text="").all_inner_texts()
    found = next(text for text in secret if len(text) == 32 and text.isalnum())
    page.locator("input[name=code]").fill(format_hotp_value(hotp_value(found, int(time.time()) // 30)))
    page.keyboard.press("Enter")
    page.locator("input[name=again]").fill("three-goats-in-snow")
    page.locator("input[name=password]").fill("three-goats-in-snow")
    page.locator("input[name=again]").press("Enter")
    page.wait_for_url("**/console/")
    assert not Account.objects.get(pk=clerk.pk).must_change_password
    case = transactional_town.case(when=timezone.now())
    page.goto(f"/console/cases/{case.order.code}/")
    page.locator("textarea[name=answer]").first.fill("写了很久的答复")
    row = Session.objects.order_by("-expire_date").first()
    assert row is not None
    data = row.get_decoded()
    data[accounts.LAST_KEY] -= accounts.SESSION_IDLE + 1
    row.session_data = Session.objects.encode(data)
    row.save()
    page.locator('button[value="move:answer"]').click()
    assert "/console/sign-in/" in page.url and "太久没有操作" in page.locator("main").inner_text()
    transactional_town.staff["clerk"].refresh_from_db()
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": session_of(transactional_town, "clerk"),
                "url": live_server.url,
            }
        ]
    )
    page.goto(f"/console/cases/{case.order.code}/")
    assert page.locator("textarea[name=answer]").first.input_value() == "写了很久的答复"  # nothing typed is lost


def test_intake_works_without_script(look: Any, transactional_town: Town) -> None:
    page = look("/console/new/", who="clerk", script=False)
    page.locator("textarea[name=question]").fill("欠条怎么写")
    page.locator("select[name=language]").select_option("zh")
    page.locator("select[name=reply_by]").select_option("here")
    page.locator('input[name=move][value="answer"]').check()
    page.locator("textarea[name=answer-answer]").fill("写清谁欠谁多少、哪天还")
    page.get_by_role("button", name="登记 Ctrl+Enter").click()
    page.wait_for_url("**?taken=1")
    assert intake.said(Order.objects.get())["question"] == "欠条怎么写" and Order.objects.get().case.phase == "done"
