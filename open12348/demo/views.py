"""The demo page: what this is, who one can be, the newest text messages. Public, and only there in a demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from open12348.kernel import messages, names
from open12348.kernel.access import Request, Role, public
from open12348.registry import accounts, divisions
from open12348.registry.models import Account, Division, Person
from open12348.spine.models import Order

from . import world


@dataclass(frozen=True)
class Shown:
    """One demo account as the page shows it."""

    account: Account
    role: Any
    where: str
    code: str


def _accounts() -> list[Shown]:
    found = []
    rows = {a.username: a for a in Account.objects.filter(username__in=world.HEADLINE, demo=True)}
    for username in world.HEADLINE:
        held = (
            rows[username].memberships.select_related("place", "division").order_by("id").first()
            if username in rows
            else None
        )
        if held is None:
            continue
        where = held.place or held.division
        code = accounts.present_totp(rows[username])
        found.append(Shown(rows[username], Role(held.role).label, where.name if where else "", code))
    return found


def _residents() -> list[Person]:
    """Two invented residents with something to look at: the last who asked in Chinese and in Uyghur."""
    found = []
    for language in ("zh", "ug"):
        orders = (
            Order.objects.filter(language=language, person__invented=True, person__erased_at__isnull=True)
            .select_related("person")
            .order_by("-received_at")[:40]
        )
        asked = [order.person for order in orders if order.person is not None]
        # Whoever writes the name in that language's own letters comes first.
        asked.sort(key=lambda person: names.has_uyghur(person.name) != (language == "ug"))
        found += asked[:1]
    return found


def _village() -> Division | None:
    """A village for which the demo's clerk answers."""
    held = Account.objects.filter(username="clerk", demo=True).first()
    place = held.memberships.select_related("place").first() if held else None
    if place is None or place.place is None:
        return None
    return divisions.standing().filter(parent_id=place.place.division_id).order_by("code").first()


@public
@never_cache
def home(request: Request) -> HttpResponse:
    """Accounts with their present codes, a way through in five steps, the newest text messages."""
    if not settings.DEMO:
        raise Http404
    village = _village()
    context = {
        "accounts": _accounts(), "password": world.PASSWORD, "residents": _residents(), "texts": messages.newest(12),
        "silent": settings.OPEN12348_SMS_GATEWAY.endswith(".FileGateway"),
        "village": divisions.full_name(village) if village else "",
    }  # fmt: skip
    return render(request, "demo/home.html", context)
