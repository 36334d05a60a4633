"""Matters that belong together: what one trouble of one person led to, in whichever lines, seen as one story.

A wage claim becomes a mediation, the agreement a confirmation, the lawyer a decision on aid, the decision relief of a notary's
fee. Each has a code of its own and names the first. The person sees the whole way; an office sees of it what it may see
anyway, and of a matter linked to its own that it may not see, no more than that there is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor

from . import catalogue, lists, story
from .models import Case, Link, Order

#: So many matters are followed from one; more than that is a fault of linking, not a story.
MOST = 30

#: How two matters belong together, in words.
KINDS = {"merged": _("合并"), "split": _("分出"), "sent_on": _("转办"), "linked": _("关联")}


@dataclass(frozen=True)
class Kin:
    """One matter of the circle. `case` is None where the reader may not see it: then only its code is named."""

    code: str
    case: Case | None
    kind: Any
    since: datetime
    here: bool = False

    @property
    def subject(self) -> str:
        """What it is about, without anybody's words."""
        return story.subject(self.case) if self.case is not None else ""

    @property
    def state(self) -> Any:
        """Where it stands, in the words of its line."""
        return catalogue.of(self.case).state(self.case.state).label if self.case is not None else ""


def circle(order: Order) -> dict[int, tuple[str, datetime]]:
    """Every order that hangs together with one by links, itself left out: how the first link to it is called, and since when."""
    found: dict[int, tuple[str, datetime]] = {}
    edge = {order.pk}
    while edge and len(found) < MOST:
        reached: dict[int, tuple[str, datetime]] = {}
        for link in Link.objects.filter(Q(first_id__in=edge) | Q(second_id__in=edge)).order_by("at", "pk"):
            for pk in (link.first_id, link.second_id):
                if pk != order.pk and pk not in found and pk not in reached:
                    reached[pk] = (link.kind, link.at)
        found |= reached
        edge = set(reached)
    return dict(list(found.items())[:MOST])


def of(case: Case, by: Actor) -> list[Kin]:
    """The matters that hang together with a case, oldest first, as far as an actor may see them.

    What the actor may not see is named by its code where it is linked to this very case (the story names it anyway) and is
    no secret one; else it is left out.
    """
    linked = circle(case.order)
    if not linked:
        return []
    seen = {
        c.pk: c
        for c in lists.visible(by, offered=False)
        .filter(pk__in=linked)
        .select_related("order", "place", "county", "handler")
    }
    beside = {
        pk
        for pair in Link.objects.filter(Q(first=case.order) | Q(second=case.order)).values_list("first_id", "second_id")
        for pk in pair
    }
    named = {} if by.is_resident else dict(
        Order.objects.filter(pk__in=beside & set(linked), case__secret=False).values_list("pk", "code")
    )  # fmt: skip
    rows = []
    for pk, (kind, since) in linked.items():
        if pk in seen:
            rows.append(Kin(seen[pk].order.code, seen[pk], KINDS.get(kind, KINDS["linked"]), seen[pk].received_at))
        elif pk in named:
            rows.append(Kin(named[pk], None, KINDS.get(kind, KINDS["linked"]), since))
    return sorted(rows, key=lambda row: row.since)


def everything(case: Case, by: Actor) -> list[Kin]:
    """The case itself and its kin that the actor may see, oldest first: the chapters of one story."""
    own = Kin(case.order.code, case, "", case.received_at, here=True)
    return sorted([own, *(k for k in of(case, by) if k.case is not None)], key=lambda row: row.since)
