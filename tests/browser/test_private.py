"""Private notes in a real Chromium: both pages in two languages and widths, the veil, and what a browser keeps."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Error, expect

from open12348.spine import journal, private, routing
from open12348.spine.models import Case, PrivateNote
from tests.people import Town
from tests.test_private import CLIENTS, LAWYERS, SECRET

from .conftest import WIDTHS, clean, shot


def handled(town: Town) -> Case:
    """A case in a lawyer's hands."""
    now, account = timezone.now(), town.staff["provider"]
    case = town.case(when=now)
    with journal.turn(order_id=case.pk, by=town.actor("supervisor", now), at=now) as turn:
        routing.hand(turn, account=account, practitioner=account.practitioner)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("language", ["zh-hans", "ug"])
def test_both_pages_are_clean_and_a_note_goes_from_one_to_the_other(
    look: Any, transactional_town: Town, language: str
) -> None:
    case = handled(transactional_town)
    wrong: list[str] = []

    def check(page: Any, name: str) -> None:
        for width, (across, down) in WIDTHS.items():
            page.set_viewport_size({"width": across, "height": down})
            shot(page, f"{name}-{language}-{width}")
            wrong.extend(f"{name} {width}: {fault}" for fault in clean(page))

    lawyer = look(f"/console/cases/{case.code}/private/", who="provider", language=language)
    check(lawyer, "office-set")
    for name in ("words", "again"):
        lawyer.fill(f"#set [name={name}]", LAWYERS)
    lawyer.click("button[value=set]")
    check(lawyer, "office-empty")
    lawyer.goto(f"/console/cases/{case.code}/private/?for=client")
    check(lawyer, "office-client")
    mine = look(f"/me/{case.code}/", who="applicant", language=language, width="phone")
    check(mine, "mine-case")
    mine.click(f"a[href='/me/{case.code}/private/']")
    check(mine, "mine-set")
    mine.fill("#set [name=words]", CLIENTS)
    mine.fill("#set [name=again]", "something else here")
    mine.click("button[value=set]")
    check(mine, "mine-set-wrong")
    assert mine.input_value("#set [name=words]") == ""  # words are never written back into a page
    for name in ("words", "again"):
        mine.fill(f"#set [name={name}]", CLIENTS)
    mine.click("button[value=set]")
    lawyer.goto(f"/console/cases/{case.code}/private/")
    lawyer.fill("#write [name=text]", SECRET)
    lawyer.check("#write [name=shared]")
    lawyer.fill("#write [name=words]", "not the right words")
    lawyer.click("button[value=write]")
    check(lawyer, "office-wrong")
    assert lawyer.input_value("#write [name=text]") == SECRET and lawyer.is_checked("#write [name=shared]")
    lawyer.fill("#write [name=words]", LAWYERS)
    lawyer.click("button[value=write]")
    check(lawyer, "office-written")
    mine.reload()
    mine.fill("#read [name=words]", CLIENTS)
    mine.click("button[value=read]")
    expect(mine.locator("#opened .said")).to_have_text(SECRET)
    check(mine, "mine-opened")
    mine.fill("#write [name=text]", "ئۆزۈمگە يازدىم")
    mine.uncheck("#write [name=shared]")
    mine.fill("#write [name=words]", CLIENTS)
    mine.click("button[value=write]")
    check(mine, "mine-list")
    mine.locator("#list summary").click()
    check(mine, "mine-share")
    assert wrong == [] and PrivateNote.objects.count() == 2


def test_nothing_typed_stays_in_the_browser(look: Any, transactional_town: Town) -> None:
    case = handled(transactional_town)
    now = timezone.now()
    private.make_keyring(case=case, by=transactional_town.actor("provider", now), at=now, words=LAWYERS)
    page = look(f"/console/cases/{case.code}/private/", who="provider")
    page.fill("#write [name=text]", SECRET)
    page.fill("#write [name=words]", LAWYERS)
    page.wait_for_timeout(1500)  # longer than drafts wait
    kept = page.evaluate(
        "async () => JSON.stringify([localStorage, sessionStorage, history.state, document.cookie, await caches.keys()])"
    )
    assert SECRET not in kept and LAWYERS not in kept
    page.click("button[value=write]")
    page.fill("#read [name=words]", LAWYERS)
    page.click("button[value=read]")
    expect(page.locator("#opened .said")).to_have_text(SECRET)
    page.goto("/console/")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # not kept for the way back either
        page.go_back()


def test_the_words_are_veiled_until_their_writer_lifts_the_veil(look: Any, transactional_town: Town) -> None:
    case = handled(transactional_town)
    page = look(f"/me/{case.code}/private/", who="applicant", width="phone", script=False)
    veil = "() => getComputedStyle(document.querySelector('#set [name=words]')).webkitTextSecurity"
    field = page.locator("#set [name=words]")
    assert field.get_attribute("autocomplete") == "off" and field.get_attribute("spellcheck") == "false"
    assert page.evaluate(veil) == "disc"
    page.check("#set-show")
    assert page.evaluate(veil) == "none"


def test_the_former_lawyers_page_is_clean(look: Any, transactional_town: Town) -> None:
    town, case, now = transactional_town, handled(transactional_town), timezone.now()
    by = town.actor("provider", now)
    private.make_keyring(case=case, by=by, at=now, words=LAWYERS)
    private.write(case=case, by=by, at=now, text=SECRET, words=LAWYERS)
    after = timezone.now()
    with journal.turn(order_id=case.pk, by=town.actor("supervisor", after), at=after) as turn:
        routing.hand(turn, account=town.staff["provider_two"], practitioner=town.staff["provider_two"].practitioner)
    new = Case.objects.get(pk=case.pk)
    private.make_keyring(case=new, by=town.actor("provider_two", after), at=after, words=CLIENTS)
    wrong: list[str] = []
    for language in ("zh-hans", "ug"):
        page = look(f"/console/cases/{case.code}/private/hand-over/", who="provider", language=language)
        for width, (across, down) in WIDTHS.items():
            page.set_viewport_size({"width": across, "height": down})
            shot(page, f"hand-over-{language}-{width}")
            wrong += clean(page)
    page.fill("[name=words]", LAWYERS)
    page.click("button[value=hand]")
    page.goto(f"/console/cases/{case.code}/private/hand-over/")
    assert wrong == [] and page.locator("[name=words]").count() == 0  # once, and then there is no such page
    opened = private.read(case=new, by=town.actor("provider_two"), at=timezone.now(), words=CLIENTS)
    assert [one.text for one in opened] == [SECRET]
