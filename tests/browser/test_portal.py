"""The portal in a real Chromium: read by axe, driven by keyboard alone, without script, on a slow and on a cut line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from open12348.kernel.models import Message
from open12348.registry import pack
from open12348.spine import casework
from open12348.spine.models import Case, Order
from tests.people import Town

from .conftest import LANGUAGES, WIDTHS, clean, shot

QUESTION = "老板三个月没发工资，一共 13500 元"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 60


def matters(town: Town) -> dict[str, Order]:
    """The applicant's matters: one just in, one that waits for papers, one answered, one typed by a relative."""
    now = timezone.now()
    clerk = town.actor("clerk", now)
    new = town.need(when=now, channel="web")
    waiting = town.need(when=now, said={"question": "欠条丢了怎么办，电话 0998-2820000"})
    casework.ask_correction(case=waiting.case, by=clerk, at=now, wanted="身份证复印件\n2026-11-20 的聊天记录")
    answered = town.need(when=now, said={"question": "和邻居争地界"})
    casework.make(
        case=answered.case, move="answer", by=clerk, at=now, data={"answer": "请到调委会，电话 0998-2820000。"}
    )
    helped = town.need(when=now, service="general.request", contact={"behalf": "relative", "helper_name": "买买提"})
    return {"new": new, "waiting": waiting, "answered": answered, "helped": helped}


def tab_to(page: Page, wanted: str, most: int = 90) -> None:
    """Press Tab until the element a selector names has the focus; fails when the keyboard cannot reach it."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")


# Every page, every language, both widths


def pages(town: Town) -> dict[str, str]:
    """Every page of the portal by a name."""
    order = matters(town)
    clock = order["waiting"].deadlines.order_by("-due_at").first()
    assert clock is not None
    return {
        "home": "/", "find": "/find/?q=老板不发工资", "danger": "/find/?need=violence", "custody": "/find/?need=arrest",
        "nothing": "/find/?q=zzzz", "items": "/items/", "item": "/items/C11/",
        "item-near": "/items/C11/?division_county=653125000000", "places": "/places/",
        "places-near": "/places/?division_county=653125000000&division_township=653125101000",
        "ask-need": "/ask/?item=B03&topic=0104", "ask-where": "/ask/?item=B03&step=where",
        "ask-who": "/ask/?item=B03&step=who", "ask-check": "/ask/?item=B03&step=check", "progress": "/progress/",
        "sign-in": "/me/sign-in/", "notice": "/notice/", "offline": "/offline/", "mine": "/me/", "data": "/me/data/",
        "case": f"/me/{order['new'].code}/", "waiting": f"/me/{order['waiting'].code}/",
        "answered": f"/me/{order['answered'].code}/", "helped": f"/me/{order['helped'].code}/",
        "clock": f"/me/{order['waiting'].code}/clock/{clock.pk}/",
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_clean_at_both_widths(look: Any, transactional_town: Town, language: str) -> None:
    addresses = pages(transactional_town)
    page = look("/", who="applicant", language=language, width="phone")
    wrong = []
    for name, address in addresses.items():
        page.goto(address)
        for width, (across, down) in WIDTHS.items():
            page.set_viewport_size({"width": across, "height": down})
            shot(page, f"{name}-{language}-{width}")
            wrong += [f"{name} {width}: {fault}" for fault in clean(page)]
            page.said.clear()
    wrong += answers_of_pages(page, language)
    assert wrong == []


def answers_of_pages(page: Page, language: str) -> list[str]:
    """What axe says about pages that follow on a form: something to mend, the code, where it stands, the sign-in code."""
    wrong = []
    page.set_viewport_size({"width": 360, "height": 740})

    def look_over(name: str) -> None:
        shot(page, f"{name}-{language}-phone")
        wrong.extend(f"{name}: {fault}" for fault in clean(page))
        page.said.clear()

    send = "form[data-draft] .actions button"
    page.goto("/ask/?item=B03")
    page.click(send)
    look_over("empty")
    page.fill("textarea", QUESTION)
    page.click(send)
    page.click(send)
    page.check("input[name=behalf][value=cadre]")
    page.fill("input[name=phone]", "1380000123")
    page.click(send)
    look_over("faults")
    page.fill("input[name=phone]", "13800001234")
    page.fill("input[name=helper_name]", "买买提")
    page.click(send)
    look_over("check")
    page.click("main .actions button")
    look_over("done")
    code = page.url.rstrip("/").rpartition("/")[2]
    page.goto(f"/progress/?code={code}")
    page.fill("input[name=last4]", "0000")
    page.click("main .actions button")
    look_over("not-found")
    page.fill("input[name=last4]", "1234")
    page.click("main .actions button")
    look_over("standing")
    page.goto("/me/sign-in/")
    page.fill("input[name=phone]", "13800001234")
    page.click("main .actions button")
    look_over("code")
    page.goto("/nowhere/")
    page.said.clear()  # the browser itself says 404
    look_over("nowhere")
    return wrong


@pytest.mark.parametrize("how", ["dark", "large"])
def test_dark_and_large_type_keep_every_page_whole(look: Any, transactional_town: Town, how: str) -> None:
    addresses = pages(transactional_town)
    page = look("/", who="applicant", width="phone", dark=how == "dark")
    if how == "large":
        page.get_by_role("button", name="大字").click()
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "22px"
    wrong = []
    for name in ("home", "danger", "item-near", "ask-who", "waiting", "answered", "clock"):
        page.goto(addresses[name])
        shot(page, f"{name}-{how}")
        wrong += [f"{name}: {fault}" for fault in clean(page)]
    assert wrong == []


def chinese(page: Page) -> list[str]:
    """Chinese words of a page, without those that are marked as Chinese: names of languages, sources of law, places."""
    return page.evaluate(
        """() => { const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) { const node = walk.currentNode, box = node.parentElement;
          if (/[\\u4e00-\\u9fff]/.test(node.data) && !box.closest('[lang=zh-hans], option, script')) found.push(node.data.trim()); }
        return found; }"""
    )


def test_uyghur_pages_run_right_to_left_and_speak_uyghur(look: Any, transactional_town: Town) -> None:
    """Chinese stands there only as somebody's words, a proper name or a language's own name."""
    addresses = pages(transactional_town)
    page = look("/", who="applicant", language="ug", width="phone")
    names = re.compile(
        "甲县|甲一镇|买买提|网上法律咨询|老板拖欠|handle_request|reminders|说明"
    )  # the invented town has Chinese names only
    wrong = []
    for name in (
        "home",
        "ask-need",
        "ask-where",
        "ask-who",
        "ask-check",
        "progress",
        "sign-in",
        "mine",
        "notice",
        "case",
    ):
        page.goto(addresses[name])
        assert page.evaluate("getComputedStyle(document.documentElement).direction") == "rtl"
        wrong += [f"{name}: {text}" for text in chinese(page) if not names.search(text)]
    assert wrong == []


# The journey from the front page to the code, and to the stars


def answers(page: Page) -> None:
    """The code page: the code in groups of four, in the browser and in the database."""
    expect(page).to_have_url(re.compile(r"/done/\d{16}/"))
    code = page.url.rstrip("/").rpartition("/")[2]
    assert Order.objects.get(code=code)
    grouped = "-".join(code[i : i + 4] for i in range(0, 16, 4))
    expect(page.locator(".slip .bigcode")).to_have_text(grouped)


def test_the_keyboard_alone_asks_for_help_and_rates(look: Any, transactional_town: Town) -> None:
    page = look("/", width="desk")
    tab_to(page, "#q")
    page.keyboard.type("老板不发工资")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find/**")
    tab_to(page, ".button[href^='/ask/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/**")
    tab_to(page, "textarea")
    page.keyboard.press("Control+A")
    page.keyboard.type(QUESTION)
    tab_to(page, "form[data-draft] .actions button")
    page.keyboard.press("Enter")
    page.wait_for_url("**step=where**")
    tab_to(page, "select[name=division_county]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("select[name=division_township] option")).to_have_count(2)
    tab_to(page, "select[name=division_township]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "form[data-draft] .actions button")
    page.keyboard.press("Enter")
    page.wait_for_url("**step=who**")
    tab_to(page, "input[name=phone]")
    page.keyboard.type("138 0000 1234")
    tab_to(page, "form[data-draft] .actions button")
    page.keyboard.press("Enter")
    page.wait_for_url("**step=check**")
    expect(page.locator(".review")).to_contain_text("甲县 甲一镇")
    tab_to(page, "main .actions button")
    page.keyboard.press("Enter")
    answers(page)
    case = Case.objects.select_related("order__person").get()
    assert case.place == transactional_town.places["station"] and QUESTION in case.order.said
    now = timezone.now()
    clerk = transactional_town.actor("clerk", now)
    casework.make(case=case, move="answer", by=clerk, at=now, data={"answer": "去劳动监察大队。"})
    page.goto("/me/")
    tab_to(page, "input[name=phone]")
    page.keyboard.type("13800001234")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=code]")).to_be_visible()
    said = Message.objects.latest("id")
    tab_to(page, "input[name=code]")
    page.keyboard.type(re.search(r"\d{6}", said.text)[0])  # type: ignore[index]
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/")
    tab_to(page, ".choices a")
    page.keyboard.press("Enter")
    expect(page.locator(".reply")).to_contain_text("劳动监察大队")
    tab_to(page, "input[name=grade]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    tab_to(page, "button[value=rate]")
    page.keyboard.press("Enter")
    expect(page.locator(".rated")).to_be_visible()
    assert case.order.ratings.get().grade == 5


def test_without_script_the_same_way_works(look: Any, transactional_town: Town) -> None:
    page = look("/", width="phone", script=False)
    page.fill("#q", "欠薪")
    page.click(".search button")
    page.click(".button[href^='/ask/']")
    page.fill("textarea", QUESTION)
    page.click("form[data-draft] .actions button")
    page.select_option("select[name=division_county]", "653125000000")
    page.click("button[name=_refresh]")
    page.select_option("select[name=division_township]", "653125101000")
    page.click("form[data-draft] .actions button")
    expect(page.locator("input[name=helper_name]")).to_be_visible()  # nothing hides where nothing could show it again
    page.check("input[name=behalf][value=relative]")
    page.fill("input[name=phone]", "13800001234")
    page.click("form[data-draft] .actions button")
    expect(page.locator("#errors")).to_contain_text("代办人")
    expect(page.locator("input[name=phone]")).to_have_value("13800001234")
    page.fill("input[name=helper_name]", "买买提")
    page.click("form[data-draft] .actions button")
    page.set_input_files("input[type=file]", {"name": "欠条.png", "mimeType": "image/png", "buffer": PNG})
    page.click("main .actions button")
    answers(page)
    order = Order.objects.get()
    assert order.behalf == "relative" and order.helper and order.helper.name == "买买提"
    assert order.documents.filter(filename="欠条.png").exists()
    page.goto(f"/progress/?code={order.code}")
    page.fill("input[name=last4]", "1234")
    page.click("main .actions button")
    expect(page.locator(".standing")).to_contain_text(re.compile("要在 .*星期.*前答复您"))
    expect(page.locator("main")).not_to_contain_text("工资")


def test_stars_and_a_second_try_work_without_script(look: Any, transactional_town: Town) -> None:
    order = matters(transactional_town)["answered"]
    page = look(f"/me/{order.code}/", who="applicant", width="phone", script=False)
    page.click("button[value=rate]")
    expect(page.locator("#rate .error").first).to_be_visible()  # an empty rating is asked for kindly
    page.check("input[name=grade][value='2']")
    page.click("button[value=rate]")
    expect(page.locator("#move-reopen")).to_have_attribute("open", "")  # a bad grade opens the way to have it redone
    page.fill("#move-reopen textarea", "没有说清楚去哪里")
    page.click("#move-reopen button")
    expect(page.locator(".standing")).to_contain_text("前答复您")
    order.case.refresh_from_db()
    assert order.case.reopened == 1


def test_missing_papers_are_brought(look: Any, transactional_town: Town) -> None:
    order = matters(transactional_town)["waiting"]
    page = look(f"/me/{order.code}/", who="applicant", width="phone")
    expect(page.locator(".standing")).to_contain_text("起在等您补材料")
    page.set_input_files("#answer input[type=file]", {"name": "身份证.png", "mimeType": "image/png", "buffer": PNG})
    expect(page.locator("#answer .picked")).to_have_text("身份证.png")
    page.click("button[value=answer]")
    expect(page.locator(".notice.success")).to_be_visible()
    assert not Case.objects.get(pk=order.pk).hold


# What people type


def test_odd_digits_and_marks_are_understood_and_wrong_ones_explained(look: Any, transactional_town: Town) -> None:
    order = matters(transactional_town)["new"]
    page = look("/progress/", width="phone", language="ug")
    code = order.code
    page.fill("input[name=code]", code[:15] + str((int(code[15]) + 1) % 10))
    page.fill("input[name=last4]", "1234")
    page.click("main .actions button")
    expect(page.locator("#errors")).to_be_focused()
    assert not re.search(r"[\u4e00-\u9fff]", page.locator("#errors").inner_text())
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    page.fill("input[name=code]", "\u202a" + code.translate(arabic) + "\u202c")
    page.fill("input[name=last4]", "１２３４")
    page.click("main .actions button")
    expect(page.locator(".standing")).to_be_visible()


def test_a_phone_of_ten_digits_is_told_and_nothing_is_lost(look: Any, transactional_town: Town) -> None:
    page = look("/ask/?item=B03", width="phone")
    page.click("form[data-draft] .actions button")
    expect(page.locator("#errors")).to_contain_text("请写几句话")  # an empty step
    page.fill("textarea", QUESTION)
    page.click("form[data-draft] .actions button")
    page.click("form[data-draft] .actions button")
    page.fill("input[name=phone]", "1380000123")
    page.fill("input[name=name]", "ئايگۈل")
    page.click("form[data-draft] .actions button")
    expect(page.locator("#errors")).to_contain_text("您填了 10 位")
    expect(page.locator("input[name=name]")).to_have_value("ئايگۈل")
    page.goto("/ask/?item=B03")
    expect(page.locator("textarea")).to_have_value(QUESTION)


def test_a_file_that_is_too_large_is_named_before_it_travels(
    look: Any, transactional_town: Town, tmp_path: Path
) -> None:
    page = look("/ask/?item=B03&step=check", width="phone")
    large = tmp_path / "视频.mp4"
    large.write_bytes(b"0" * (10 * 1024 * 1024 + 1))
    page.set_input_files("input[type=file]", large)
    expect(page.locator(".picked")).to_contain_text("视频.mp4 超过 10 MB")


def test_two_presses_of_send_make_one_order(look: Any, transactional_town: Town) -> None:
    page = look("/ask/?item=B03", width="phone")
    page.fill("textarea", QUESTION)
    page.click("form[data-draft] .actions button")
    page.click("form[data-draft] .actions button")
    page.check("input[name=reply_by][value=here]")
    page.click("form[data-draft] .actions button")
    page.wait_for_url("**step=check**")
    page.dblclick("main .actions button")
    answers(page)
    page.go_back()
    page.reload()
    assert Order.objects.count() == 1


def test_typing_part_of_a_word_filters_the_list(look: Any, transactional_town: Town) -> None:
    page = look("/items/", width="phone")
    every = page.locator("[data-live] li").count()
    page.locator("#q").press_sequentially("社区")
    expect(page.locator("[data-live] [role=status]")).to_contain_text("找到")
    assert 0 < page.locator("[data-live] li").count() < every
    plain = look("/items/?q=社区", width="phone", script=False)
    assert plain.locator("[data-live] li").count() == page.locator("[data-live] li").count()


# The line


def test_a_closed_browser_keeps_what_was_typed(look: Any, transactional_town: Town) -> None:
    page = look("/ask/?item=B03", width="phone")
    page.fill("textarea", QUESTION)
    expect(page.locator(".saved")).to_have_text("已保存，关掉也不会丢。")
    again = page.context.new_page()
    page.close()
    again.goto("/ask/?item=B03")
    expect(again.locator("textarea")).to_have_value(QUESTION)


def test_a_cut_line_keeps_the_words_says_so_and_saves_them_when_it_is_back(look: Any, transactional_town: Town) -> None:
    page = look("/ask/?item=B03", width="phone")
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    page.fill("textarea", QUESTION)
    expect(page.locator(".saved")).to_contain_text("没有网")
    page.click("form[data-draft] .actions button")  # does not leave the page
    expect(page.locator("textarea")).to_have_value(QUESTION)
    page.context.set_offline(False)
    expect(page.locator(".saved")).to_have_text("已保存，关掉也不会丢。")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('draft:')).length") == 0
    page.goto("/ask/?item=B03")
    expect(page.locator("textarea")).to_have_value(QUESTION)


def test_without_a_line_the_shell_says_so_in_three_languages(look: Any, transactional_town: Town) -> None:
    page = look("/", width="phone")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    page.goto("/items/")
    for words in ("现在没有网", "ھازىر تور يوق", "There is no connection"):
        expect(page.locator("main")).to_contain_text(words)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(248, 246, 241)"


def test_the_front_page_comes_over_a_slow_line(look: Any, transactional_town: Town) -> None:
    page = look("/offline/", width="phone")
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 400, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8},
    )
    page.goto("/", wait_until="commit", timeout=60_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("您遇到了什么事？", timeout=60_000)


def test_the_portal_can_be_installed(look: Any, transactional_town: Town) -> None:
    page = look("/", width="phone")
    page.wait_for_function("() => navigator.serviceWorker && navigator.serviceWorker.ready.then(() => true)")
    wire = page.context.new_cdp_session(page)
    told = wire.send("Page.getAppManifest")
    assert told["errors"] == []
    sheet = json.loads(told["data"])
    assert {icon["sizes"] for icon in sheet["icons"]} >= {"192x192", "512x512"} and sheet["display"] == "standalone"
    for icon in sheet["icons"]:
        assert page.request.get(icon["src"]).ok
    # A browser without a window of its own calls itself "incognito"; everything else would be ours.
    faults = {f["errorId"] for f in wire.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert faults <= {"in-incognito"}


def test_leaving_at_once_leaves_no_way_back(look: Any, transactional_town: Town) -> None:
    page = look("/", width="phone")
    page.goto("/find/?need=violence")
    page.evaluate(
        "() => { document.querySelector('[data-leave]').href = '/offline/'; localStorage.setItem('draft:x', '1'); }"
    )
    page.click("[data-leave]")
    page.wait_for_url("**/offline/")
    assert page.evaluate("localStorage.length") == 0
    page.go_back()
    assert "violence" not in page.url


# The budget


def weight(page: Page, address: str) -> int:
    """Bytes over the wire for one page and all that it loads, nothing being cached."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.send("Network.setBypassServiceWorker", {"bypass": True})
    total: list[int] = []
    wire.on("Network.loadingFinished", lambda told: total.append(int(told["encodedDataLength"])))
    answer = page.goto(address)
    assert answer is not None and answer.ok, address
    page.wait_for_timeout(60)  # the icon comes after everything else
    wire.detach()
    return sum(total)


def test_no_page_is_heavy_with_the_whole_prefecture_loaded(look: Any, transactional_town: Town) -> None:
    """First page at most 60 kB, any page at most 150 kB, with what Django's test server sends uncompressed counted in full."""
    pack.load(settings.OPEN12348_PACK, at=timezone.now())
    public = {
        "/": 60_000, "/find/?q=老板不发工资": 150_000, "/find/?need=violence": 150_000, "/items/": 150_000, "/items/C11/": 150_000,
        "/items/C11/?division_county=653121000000&division_township=653121100000": 150_000, "/places/": 150_000,
        "/places/?division_county=653121000000&division_township=653121100000": 150_000, "/ask/?item=B03": 150_000,
        "/ask/?item=B03&step=where": 150_000, "/ask/?item=B03&step=who": 150_000, "/ask/?item=B03&step=check": 150_000,
        "/progress/": 150_000, "/me/sign-in/": 150_000, "/notice/": 150_000, "/offline/": 150_000,
    }  # fmt: skip
    page = look("/offline/", width="phone")
    weights = {address: weight(page, address) for address in public}
    print(weights)
    assert {a: w for a, w in weights.items() if not 0 < w <= public[a]} == {}
    for address in ("/places/", "/items/"):
        page.goto(address)
        assert clean(page) == []
    page = look("/", language="ug", width="phone")
    for address in ("/find/?need=violence", "/items/", "/items/C11/", "/notice/"):
        page.goto(address)
        assert chinese(page) == []
