"""The lists behind the choice of a place."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from open12348.kernel.access import public

from . import divisions


@public
@require_GET
@cache_control(max_age=3600, public=True)
def regions(request: HttpRequest) -> HttpResponse:
    """Units under one: [{code, name}]. Divisions are public."""
    above = divisions.by_code(request.GET.get("parent", "")[:12])
    found = divisions.standing().filter(parent=above).order_by("code") if above else []
    return JsonResponse([{"code": d.code, "name": d.name} for d in found], safe=False)
