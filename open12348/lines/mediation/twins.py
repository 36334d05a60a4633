"""One dispute entered twice (by the village and by the township): found by keyed hashes of the parties, shown, never merged alone."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from open12348.kernel.workdays import legal_day
from open12348.spine.models import Case, Party, PartyRole

from .figures import number

SIDES = (PartyRole.APPLICANT, PartyRole.OPPONENT)


def of(case: Case, at: datetime) -> list[Case]:
    """Other disputes of the last months in which both of this one's sides stand, on whichever side."""
    sides = list(case.order.parties.filter(role__in=SIDES))
    if len(sides) < 2:
        return []
    match = Q()
    for side in sides:
        for same in (
            Q(phone_hash=side.phone_hash) if side.phone_hash else None,
            Q(id_hash=side.id_hash) if side.id_hash else None,
            Q(folded_hash=side.folded_hash) if side.folded_hash else None,
        ):
            if same is not None:
                match |= same
    if not match:
        return []
    since = case.received_at - timedelta(days=number("twin_days", legal_day(at)))
    rows = Party.objects.filter(
        match, role__in=SIDES, order__dispute__isnull=False, order__received_at__gte=since, order__case__secret=False
    ).exclude(order_id=case.pk)
    met: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        for n, side in enumerate(sides):
            if _same(side, row):
                met[row.order_id].add(n)
    twice = [order for order, both in met.items() if len(both) >= 2]
    return list(
        Case.objects.select_related("order", "place")
        .filter(pk__in=twice, merged_into=None)
        .order_by("-received_at")[:5]
    )


def _same(one: Any, other: Any) -> bool:
    return any(
        getattr(one, name) and getattr(one, name) == getattr(other, name)
        for name in ("phone_hash", "id_hash", "folded_hash")
    )
