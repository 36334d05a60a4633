"""Private notes at the staff's door: for the handler of the case alone. Whoever else asks is told that there is no such page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from open12348.kernel.access import STAFF_ROLES, Request, for_roles
from open12348.spine import notices, private, sitting, story
from open12348.spine.models import Case

from .matter import case_in_sight

#: Open to every role so that all who have no business here get the same 404.
for_staff = for_roles(*STAFF_ROLES)


def _case(request: Request, code: str) -> Case:
    found = case_in_sight(request, code)
    if not private.is_handler(request.actor, found):
        raise Http404
    return found


@never_cache
@for_staff
@sensitive_post_parameters()
@sensitive_variables()
def private_notes(request: Request, code: str) -> HttpResponse:
    """The handler's notes at one case; with ?for=client the one question that the client answers on this device."""
    found = _case(request, code)
    if request.GET.get("for") == "client":
        return _for_client(request, found)
    page = sitting.sit(
        case=found, by=request.actor, at=timezone.now(), data=request.POST if request.method == "POST" else None
    )
    if page.done:
        messages.success(request, page.done)
        return redirect("console:private", code=code)
    context = {"case": found, "order": found.order, "subject": story.subject(found), "sitting": page}
    return render(request, "console/private.html", context, status=page.status)


def _for_client(request: Request, found: Case) -> HttpResponse:
    """The client sets their words at a meeting, in their own language, on the handler's device."""
    with translation.override(notices.screen_language(found.order.language)):
        page = sitting.sit(
            case=found, by=request.actor, at=timezone.now(), data=request.POST if request.method == "POST" else None
        )
        if page.done and page.act == "client":
            messages.success(request, page.done)
            return redirect("console:private", code=found.order.code)
        context = {
            "case": found, "order": found.order, "sitting": page,
            "form": page.forms.get("client") or sitting.SetWords(auto_id="client-%s"),
        }  # fmt: skip
        return render(request, "console/private_client.html", context, status=page.status)


@never_cache
@for_staff
@sensitive_post_parameters()
@sensitive_variables()
def hand_over(request: Request, code: str) -> HttpResponse:
    """For whoever had the case before: which notes the one who follows may open. Shows no note and nothing of the case."""
    found, now = private.former_case(request.actor, code, timezone.now()), timezone.now()
    if found is None:
        raise Http404
    form, done, status, ticked = sitting.hand_over(
        case=found, by=request.actor, at=now, data=request.POST if request.method == "POST" else None
    )
    if done:
        messages.success(request, done)
        return redirect("console:home")
    context = {
        "code": found.order.code, "form": form, "ticked": ticked, "ring": private.successor_ring(found),
        "notes": private.to_hand_over(request.actor, found, now), "days": private.HAND_OVER_DAYS,
        "title": _("移交保密记录"),
    }  # fmt: skip
    return render(request, "console/hand_over.html", context, status=status)
