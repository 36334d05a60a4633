"""The demo page: what this is, who one can be, the newest text messages. Public, and only there in a demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from open12348.kernel import messages, names
from open12348.kernel.access import Request, Role, public
from open12348.registry import accounts, divisions
from open12348.registry.models import Account, Division, Person
from open12348.spine.models import Order

from . import scenes, world

#: What each of the accounts finds on its first screen.
WORK = {
    "clerk": _("接待、登记，看材料；手上和待领的事"),
    "operator": _("接电话，记下来，派出去"),
    "adviser": _("律师：自己承办的事、值班、等着评的案卷；适合用手机看"),
    "manager": _("律所：接受派来的案件，安排由谁承办"),
    "officer": _("第一个人：审查、指派、审案卷、排班、审核补贴"),
    "officer-2": _("第二个人：批准或退回，批准补贴"),
    "supervisor": _("司法局：异议、投诉、超期的事、质量评查"),
    "planner": _("地图、数字和预算，看不到当事人"),
    "admin": _("账号、节假日、系统"),
}


@dataclass(frozen=True)
class Shown:
    """One demo account as the page shows it."""

    account: Account
    role: Any
    where: str
    code: str
    work: Any


def _accounts() -> list[Shown]:
    found = []
    of_lines = Account.objects.filter(demo=True).exclude(memberships__lines=[]).order_by("pk").distinct()
    wanted = [*world.HEADLINE, *of_lines.values_list("username", flat=True)[:60]]
    rows = {a.username: a for a in Account.objects.filter(username__in=wanted, demo=True)}
    work = {**WORK, **{name: said for told in scenes.said("work") for name, said in told.items()}}
    for username in wanted:
        held = (
            rows[username].memberships.select_related("place", "division").order_by("id").first()
            if username in rows
            else None
        )
        if held is None:
            continue
        where = held.place or held.division
        code = accounts.present_totp(rows[username])
        found.append(
            Shown(rows[username], Role(held.role).label, where.name if where else "", code, work.get(username, ""))
        )
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


def coded(text: Any) -> Any:
    """A sentence with what stands in `backticks` (accounts, numbers, words to type) as code, kept apart from its surroundings."""
    parts = str(text).split("`")
    return format_html_join(
        "", "{}", ((format_html("<bdi><code>{}</code></bdi>", part) if n % 2 else part,) for n, part in enumerate(parts))
    )  # fmt: skip


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
        "walks": [(title, [coded(step) for step in steps]) for title, steps in scenes.said("walk")],
        "notes": [coded(note) for notes in scenes.said("notes") for note in notes],
    }  # fmt: skip
    return render(request, "demo/home.html", context)
