"""Root urls: each door brings its own; nothing is named here."""

from importlib import import_module

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from open12348.kernel.access import public
from open12348.registry.views import regions
from open12348.ui.views import type_size

urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", public(set_language), name="set_language"),
    path("type-size/", type_size, name="type-size"),
    path("regions/", regions, name="regions"),
    path("demo/", include("open12348.demo.urls")),  # answers 404 outside a demo
]
for _door in settings.DOORS:
    _urls = import_module(f"{_door}.urls")
    urlpatterns.append(path(getattr(_urls, "prefix", ""), include(_urls)))
