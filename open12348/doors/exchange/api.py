"""The API as one object: its title, its errors, its operations; every view of it says that a token opens it."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern
from ninja import NinjaAPI

api = NinjaAPI(title="Open12348", version="1", docs_url=None, urls_namespace="exchange")


def patterns() -> list[URLPattern]:
    """The urls of all operations, each view opened for holders of a token."""
    found: list[Any] = api.urls[0]
    for pattern in found:
        view = pattern.callback
        view.opened = "token"
    return found
