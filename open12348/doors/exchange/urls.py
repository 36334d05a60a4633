"""The exchange's urls: the API, and the open data beside it."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from .api import patterns

prefix = ""

urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", include((patterns(), "exchange")))]
if find_spec("open12348.doors.exchange.hsds") is not None:
    urlpatterns.append(path("open-data/hsds/", include("open12348.doors.exchange.hsds")))
