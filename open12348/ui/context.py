"""What every page knows: languages, direction, type size, who is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi

NATIVE = {"zh-hans": "中文", "ug": "ئۇيغۇرچە", "en": "English"}


def page(request: HttpRequest) -> dict[str, Any]:
    """Template values for the base pages. Never fails, for error pages need it too."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "language": language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "languages": [(code, NATIVE.get(code, code)) for code, _name in settings.LANGUAGES],
        "large": request.COOKIES.get("type") == "large",
        "demo": settings.DEMO,
        "actor": getattr(request, "actor", None),
        "here": request.get_full_path(),
    }
