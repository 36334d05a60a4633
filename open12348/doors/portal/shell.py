"""What makes the portal an app on a phone: the manifest, the service worker, the page for a broken line."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from open12348.kernel.access import Request, public

FILES = ("ui/tokens.css", "ui/ui.css", "ui/ui.js", "ui/icon.svg")


@public
def offline(request: Request) -> HttpResponse:
    """What the phone shows without a line, in every language."""
    return render(request, "portal/offline.html")


@lru_cache(maxsize=1)
def _version() -> str:
    """Changes with any file of the shell, so that phones never keep an old one."""
    parts = [get_template("portal/offline.html").render().encode()]
    for name in FILES:
        found = finders.find(name)
        parts.append(Path(str(found)).read_bytes() if found else static(name).encode())
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]


@public
@cache_control(no_cache=True)
def worker(request: Request) -> HttpResponse:
    """The service worker: keeps the shell of the portal for a broken line."""
    shell = json.dumps([reverse("portal:offline"), *(static(name) for name in FILES)])
    context = {"shell": shell, "version": _version(), "offline": reverse("portal:offline")}
    return render(request, "portal/sw.js", context, content_type="text/javascript")


@public
@cache_control(max_age=86400, private=True)
def manifest(request: Request) -> HttpResponse:
    """What makes the portal installable on a phone."""
    icons = [
        {"src": static("ui/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("ui/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": static("ui/icon-mask-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        {"src": static("ui/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
    ]
    shortcuts = [
        {"name": _("写下来问我们"), "url": reverse("portal:ask")},
        {"name": _("查进度"), "url": reverse("portal:progress")},
    ]
    return JsonResponse(
        {
            "id": "/", "scope": "/", "start_url": reverse("portal:home"), "display": "standalone",
            "name": _("公共法律服务 12348"), "short_name": "12348", "lang": request.LANGUAGE_CODE,
            "dir": "rtl" if get_language_bidi() else "ltr", "background_color": "#f8f6f1", "theme_color": "#0b4f4a",
            "icons": icons, "shortcuts": shortcuts,
        },
        content_type="application/manifest+json",
    )  # fmt: skip
