"""Large type on and off."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from open12348.kernel.access import public


@public
@require_POST
def type_size(request: HttpRequest) -> HttpResponse:
    """Remember the wish for large type and go back to the page."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = redirect(target)
    response.set_cookie(
        "type", "large" if request.POST.get("type") == "large" else "", max_age=365 * 86400, samesite="Lax"
    )
    return response
