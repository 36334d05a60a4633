"""The portal in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import clean, shot


@pytest.mark.parametrize("width", ["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-hans", "ug", "en"])
def test_the_front_page_is_clean(look: Any, language: str, width: str) -> None:
    page = look("/", language=language, width=width)
    shot(page, f"home-{language}-{width}")
    assert clean(page) == []
