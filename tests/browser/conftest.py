"""A real Chromium at a real server. `look(path, …)` opens a page; `clean(page)` asks axe, the overflow and the console.

Every test runs against Django's live server in the real time (a browser drops cookies that a standing clock would set).
With SHOTS=folder set, `shot(page, name)` also writes a picture there, to be looked at.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page, sync_playwright

from open12348.registry import accounts
from tests.people import Town

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")
WIDTHS = {"phone": (360, 740), "desk": (1280, 800)}
LANGUAGES = ("zh-hans", "ug", "en")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the session: Debian's."""
    path = next(
        (p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome") if Path(p).exists()),
        None,
    )
    if path is None:
        pytest.fail("Chromium is not installed; `make test` installs it where it may (apt-get install chromium).")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=path,
            args=["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        )  # fmt: skip
        yield browser
        browser.close()


def session_of(town: Town, who: str) -> str:
    """The session key of a member of the cast who has signed in; '' for nobody."""
    if who == "nobody":
        return ""
    session = SessionStore()
    if who in {"applicant", "stranger"}:
        session[accounts.RESIDENT_KEY] = town.actor(who).phone_hash
    else:
        account = town.staff[who]
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session[accounts.SECOND_FACTOR_KEY] = account.pk
    session.save()
    return str(session.session_key)


@pytest.fixture
def look(chromium: Browser, live_server: Any, transactional_town: Town) -> Iterator[Callable[..., Page]]:
    """look('/path/', who='clerk', language='ug', width='phone', script=True) -> a Playwright page, opened there.

    `page.said` collects what the browser's console complains about.
    """
    contexts = []

    def open_page(
        path: str = "/", *, who: str = "nobody", language: str = "zh-hans", width: str = "desk", script: bool = True, dark: bool = False
    ) -> Page:  # fmt: skip
        across, down = WIDTHS[width]
        context = chromium.new_context(
            viewport={"width": across, "height": down}, java_script_enabled=script, base_url=live_server.url,
            color_scheme="dark" if dark else "light", has_touch=width == "phone",
        )  # fmt: skip
        contexts.append(context)
        cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}]
        key = session_of(transactional_town, who)
        if key:
            cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url})
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(8000)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda fault: said.append(str(fault)))
        page.said = said  # type: ignore[attr-defined]
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def transactional_town(transactional_db: Any) -> Town:
    """The town, committed, so that the live server sees it."""
    from tests.people import build

    return build()


def clean(page: Page, *, but: tuple[str, ...] = ()) -> list[str]:
    """What is wrong with a page: axe's violations, sideways scrolling, complaints in the browser's console."""
    # A click returns when the answer begins: a document that is not there whole has no root for axe to look at.
    page.wait_for_load_state("load")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(
        "() => axe.run(document, {resultTypes: ['violations'], preload: false}).then((told) => told.violations)"
    )
    wrong = [
        f"{v['id']}: {n['target']} {n['html'][:160]} {n.get('failureSummary', '')[:200]}"
        for v in found if v["id"] not in but for n in v["nodes"]
    ]  # fmt: skip
    over = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if over > 0:
        wrong.append(f"the page is {over} px wider than the screen")
    return wrong + [f"console: {text}" for text in getattr(page, "said", [])]


def shot(page: Page, name: str) -> None:
    """A picture of the whole page, where SHOTS names a folder."""
    folder = os.environ.get("SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
