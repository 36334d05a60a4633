"""What the console's templates ask for themselves: the menu."""

from __future__ import annotations

from typing import Any

from django import template

from open12348.doors.console import menu as menus
from open12348.kernel.access import NOBODY
from open12348.spine import catalogue
from open12348.ui.fields import LANGUAGES

register = template.Library()


@register.simple_tag(takes_context=True)
def menu(context: Any, row: str) -> list[menus.Link]:
    """The links of one row of the menu, for whoever looks at the page."""
    request = context.get("request")
    actor = getattr(request, "actor", NOBODY)
    return menus.links(actor, request.path, row) if actor.is_staff else []


@register.filter
def spoken(codes: Any) -> str:
    """Languages of service by their own names: what a person declared, never what a name suggests."""
    names = {code: str(name) for code, name in LANGUAGES}
    return "、".join(names.get(str(c), str(c)) for c in codes or []) or "—"


@register.filter
def line_names(codes: Any) -> str:
    """Lines by the names of their services."""
    names = {s.line: str(s.name) for s in catalogue.current()}
    return "、".join(names.get(str(c), str(c)) for c in codes or [])
