"""Private notes at the resident's door: for the person the matter is about, not for whoever helped them with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from open12348.kernel.access import Request
from open12348.spine import catalogue, lists, private, sitting

from .mine import for_residents


@never_cache
@for_residents
@sensitive_post_parameters()
@sensitive_variables()
def private_notes(request: Request, code: str) -> HttpResponse:
    """My notes at one matter, and those that whoever helps me lets me read."""
    found = lists.get(request.actor, code)
    if found is None or not private.is_client(request.actor, found):
        raise Http404
    page = sitting.sit(
        case=found, by=request.actor, at=timezone.now(), data=request.POST if request.method == "POST" else None
    )
    if page.done:
        messages.success(request, page.done)
        return redirect("portal:private", code=code)
    context = {"case": found, "service": catalogue.of(found), "sitting": page}
    return render(request, "portal/private.html", context, status=page.status)
