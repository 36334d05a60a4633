"""What every page knows: languages, direction, type size, what the product is called here, who is signed in."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

#: A language is offered under its own name, never under another language's name for it.
NATIVE = {"zh-hans": "中文", "ug": "ئۇيغۇرچە", "en": "English"}


@lru_cache(maxsize=4)
def _pack(folder: str) -> dict[str, Any]:
    try:
        return tomllib.loads((Path(folder) / "pack.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _pack_name(language: str) -> str:
    """The name of the deployment in a language; nothing when the pack does not say."""
    folder = Path(getattr(settings, "PACKAGE", "")) / "packs" / str(getattr(settings, "OPEN12348_PACK", ""))
    pack = _pack(str(folder))
    return str(pack.get(f"name_{language[:2]}") or pack.get("name_zh") or "")


def _role_names(actor: Any) -> list[Any]:
    grants = getattr(actor, "grants", None) or ()
    return list(dict.fromkeys(grant.role.label for grant in grants))


def page(request: HttpRequest) -> dict[str, Any]:
    """Template values for the base pages: language, direction, languages [(code, native name)], large, demo, actor,
    role_names, product, pack_name, here (this page's path). Never fails, for error pages need it too."""
    language = get_language() or settings.LANGUAGE_CODE
    actor = getattr(request, "actor", None)
    return {
        "language": language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "languages": [(code, NATIVE.get(code, code)) for code, _name in settings.LANGUAGES],
        "large": request.COOKIES.get("type") == "large",
        "demo": bool(getattr(settings, "DEMO", False)),
        "actor": actor,
        "role_names": _role_names(actor),
        "product": _("公共法律服务"),
        "pack_name": _pack_name(language),
        "here": request.get_full_path(),
    }
