"""Finding somebody who serves, in a real Chromium: read by axe, by keyboard, without script."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from open12348.kernel.access import SYSTEM
from open12348.registry import providers
from open12348.registry.models import Organisation, Practitioner
from tests.people import Town

from .conftest import WIDTHS, clean, shot
from .test_portal import tab_to


def test_finding_somebody_is_clean_and_works_by_keyboard_and_without_script(
    look: Any, transactional_town: Town
) -> None:
    """Whom to look for, those near, a suspended one asked for by number, nobody found: read by axe in every language."""
    Organisation.objects.update(phone="0998-2820000", address="示例路 1 号")
    stopped = Practitioner.objects.get(licence_no="16531201910000002")
    providers.set_standing(who=stopped, status="suspended", at=timezone.now(), by=SYSTEM, reason="停止执业")
    page = look("/practitioners/", language="ug", width="phone")
    wrong = []
    for name, address in (
        ("whom", "/practitioners/"), ("near", "/practitioners/?kind=lawyer&division_county=653125000000&speciality=labour"),
        ("stopped", "/practitioners/?kind=lawyer&q=16531201910000002"), ("nobody-there", "/practitioners/?kind=notary"),
    ):  # fmt: skip
        for language, width in (("ug", "phone"), ("zh-hans", "desk")):
            home = page.url.partition("practitioners/")[0]
            page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": home}])
            across, down = WIDTHS[width]
            page.set_viewport_size({"width": across, "height": down})
            page.goto(address)
            shot(page, f"find-{name}-{language}-{width}")
            wrong += [f"{name} {language}: {fault}" for fault in clean(page)]
    assert wrong == []
    plain = look("/practitioners/?kind=lawyer", script=False, width="phone")
    plain.select_option("select[name=speciality]", "labour")
    tab_to(plain, "form[role=search] button")
    plain.keyboard.press("Enter")
    expect(plain.locator("article")).to_have_count(1)
