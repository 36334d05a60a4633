"""What everybody may read: needs, items, places, the notice. Nothing is written here."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open12348.guidance import needs
from open12348.kernel.access import Request, Role, public
from open12348.registry import divisions, items, pack, people, places
from open12348.registry.forms import RegionField
from open12348.registry.models import Division, Item
from open12348.spine import catalogue

#: The eight parts of the published list (domain/a 5), by the first letter of an item's code.
CATEGORIES = {
    "A": gettext_lazy("学法和宣传"), "B": gettext_lazy("法律咨询"), "C": gettext_lazy("法律援助"), "D": gettext_lazy("调解纠纷"),
    "E": gettext_lazy("律师和法律顾问"), "F": gettext_lazy("公证"), "G": gettext_lazy("司法鉴定"), "H": gettext_lazy("其他服务"),
}  # fmt: skip
WHERE = "where"  # the unit chosen last, kept in the session so that nobody chooses it twice


@public
def home(request: Request) -> HttpResponse:
    """What happened to you? Everyday needs, and the ways on."""
    return render(request, "portal/home.html", {"needs": needs.front(), "count": items.on_list().count()})


@public
def find(request: Request) -> HttpResponse:
    """Needs and items for what somebody typed, or for one everyday need."""
    text = request.GET.get("q", "").strip()[:200]
    need = needs.by_code(request.GET.get("need", ""))
    close: list[needs.Need] = []
    if need is not None:
        found = [i for i in (items.by_code(c) for c in need.items) if i is not None]
        topic, urgent = need.topic, need.urgent
    else:
        close, found = needs.find(text)
        topic = close[0].topic if close else ""
        urgent = close[0].urgent if close else ""
    query = urlencode({k: v for k, v in (("topic", topic), ("say", "" if need else text)) if v})
    context = {
        "q": text, "need": need, "items": found, "others": [n for n in close if n.phrase != text], "urgent": urgent, "leave": leave(),
        "ask": reverse("portal:ask") + (f"?{query}" if query else ""),
    }  # fmt: skip
    return render(request, "portal/find.html", context)


def leave() -> str:
    """Where the quick way out leads: a page of the pack's choice that looks like nothing."""
    return str(pack.about().get("quick_leave") or "about:blank")


class Region(forms.Form):
    """Where somebody lives."""

    division = RegionField(label=gettext_lazy("县、乡镇、村"), required=False)


def where_of(request: Request, form_of: Callable[[Any], Region] = Region) -> tuple[Region, Division | None]:
    """The unit asked for in this request, else the one chosen last; and the form that shows it, with what else it asks."""
    form = form_of(request.GET)
    form.is_valid()
    division = getattr(form, "cleaned_data", {}).get("division")  # stands, whatever else was mistyped beside it
    if division is not None:
        request.session[WHERE] = division.code
    elif not any(key.startswith("division") for key in request.GET) and request.session.get(WHERE):
        division = divisions.by_code(request.session[WHERE])
        if division is not None:
            form = form_of({**request.GET.dict(), "division": division.code})
            form.is_valid()
    return form, division


def _near(division: Division | None, item_code: str = "", most: int = 6) -> list[Any]:
    now = timezone.now()
    return [(p, places.today(p, now)) for p in places.near(division, item_code)[:most]] if division else []


@public
def items_list(request: Request) -> HttpResponse:
    """The published list, by kind; found ones in one list. A fragment of the page while somebody types."""
    text = request.GET.get("q", "").strip()[:200]
    found = items.search(text)
    groups: list[tuple[Any, list[Item]]]
    if text:
        groups = [("", found)] if found else []
    else:
        groups = [(CATEGORIES.get(k, ""), list(rows)) for k, rows in groupby(found, key=lambda i: i.category)]
    page = "portal/_items.html" if request.headers.get("X-Fragment") else "portal/items.html"
    return render(request, page, {"groups": groups, "count": len(found), "q": text})


@public
def item(request: Request, code: str) -> HttpResponse:
    """One item in plain words, and the nearest place that offers it."""
    found = items.by_code(code)
    if found is None:
        raise Http404
    form, division = where_of(request)
    service = catalogue.for_item(found.code)
    context = {
        "item": found, "form": form, "division": division, "division_name": divisions.full_name(division),
        "rows": _near(division, found.code, most=3), "online": service is not None and Role.RESIDENT in service.takers,
    }  # fmt: skip
    return render(request, "portal/item.html", context)


@public
def places_near(request: Request) -> HttpResponse:
    """Places for somebody who lives in a unit; no coordinates asked."""
    form, division = where_of(request)
    context = {
        "form": form, "division": division, "division_name": divisions.full_name(division), "rows": _near(division),
    }  # fmt: skip
    return render(request, "portal/places.html", context)


@public
def notice(request: Request) -> HttpResponse:
    """Why personal data is asked for, and the rights people have."""
    return render(request, "portal/notice.html", {"purposes": people.purposes()})


def sentence(step: str) -> str:
    """Why a step of the asking needs what it asks (个人信息保护法 Art 17), in one line."""
    return {
        "need": _("只有办这件事的人能看到您写的内容；谁看过，您可以查。"),
        "where": _("用来找离您最近、能用您的语言办事的工作人员。"),
        "who": _("只用来告诉您结果和查进度。"),
    }.get(step, "")
