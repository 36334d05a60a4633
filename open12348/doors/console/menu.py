"""The console's menu: who sees which page, in which of its two rows. A page that is added writes its line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import CASE_ROLES, STAFF_ROLES, Actor, Role
from open12348.spine import benches

TAKING = frozenset({Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER})
OVERSEEING = frozenset({Role.OFFICER, Role.SUPERVISOR})
COUNTING = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.PLANNER, Role.ADMINISTRATOR})
PLANNING = frozenset({Role.SUPERVISOR, Role.PLANNER, Role.ADMINISTRATOR})
ADMINISTERING = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Entry:
    """One page in the menu. `key` is the letter that opens it together with Alt."""

    url: str
    label: Any
    roles: frozenset[Role]
    key: str = ""
    row: str = "office"  # work | office


ENTRIES = (
    Entry("console:home", _("待办"), CASE_ROLES, "q", "work"),
    Entry("console:intake", _("登记新事"), TAKING, "n", "work"),
    Entry("console:search", _("查找"), CASE_ROLES, "s", "work"),
    Entry("console:watch", _("督办"), OVERSEEING, "", "work"),
    Entry("console:rights", _("个人信息请求"), CASE_ROLES, "", "work"),
    Entry("console:map", _("各县情况"), STAFF_ROLES),
    Entry("console:people", _("谁在这里"), STAFF_ROLES),
    Entry("console:providers", _("执业人员"), COUNTING),
    Entry("console:organisations", _("机构"), COUNTING),
    Entry("console:places", _("服务点"), STAFF_ROLES),
    Entry("console:sheets", _("成批导入和导出"), frozenset({Role.ADMINISTRATOR, Role.PLANNER, Role.OFFICER})),
    Entry("console:calendar", _("工作日历"), PLANNING),
    Entry("console:accounts", _("账号"), ADMINISTERING),
    Entry("console:tokens", _("对接密钥"), ADMINISTERING),
)


@dataclass(frozen=True)
class Link:
    """One entry as it is drawn."""

    href: str
    label: Any
    key: str
    here: bool


def links(actor: Actor, path: str, row: str) -> list[Link]:
    """The entries of one row that the actor may open; the one that holds the present page is marked."""
    found = []
    for entry in ENTRIES:
        if entry.row != row or not actor.has(*entry.roles):
            continue
        try:
            href = reverse(entry.url)
        except NoReverseMatch:
            continue
        found.append(
            Link(href, entry.label, entry.key, path == href or (entry.url != "console:home" and path.startswith(href)))
        )
    if row == "work":
        found += _benches(actor, path)
    return found


def _benches(actor: Actor, path: str) -> list[Link]:
    """The way to the benches: to the one itself, or to the page that lists them all (ten do not fit in a row)."""
    shown = [b for b in benches.open_to(actor) if b.menu]
    if not shown:
        return []
    href = reverse("console:work")
    here = path.startswith(href)
    if len(shown) == 1:
        return [Link(reverse("console:bench", args=[shown[0].code]), shown[0].label, "b", here)]
    return [Link(href, _("业务台"), "b", here)]
