"""A mediator's own page, made for a phone: today's appointments, then every dispute in hand, what is due first on top."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.sentences import say
from open12348.kernel.workdays import legal_day
from open12348.spine import catalogue
from open12348.spine.benches import Bench, bench
from open12348.spine.catalogue import Phase
from open12348.spine.models import Case

from . import kinds, rules
from .following import confirm_last
from .models import MediationSession

#: So many rows are listed.
MOST = 60


def _row(case: Case, at: datetime) -> dict[str, Any]:
    service = catalogue.of(case)
    window: Any = ""
    if case.state == "agreed" and (last := confirm_last(case, at)) is not None and legal_day(at) <= last:
        window = say(_("司法确认还剩 %(n)s 天"), n=rules.left(last, legal_day(at)))
    clock = next((c for c in service.clocks if c.code == case.due_clock), None)
    return {
        "case": case, "code": case.order.code, "kind": kinds.name(case.topic) or service.name, "due": case.due_at,
        "state": service.state(case.state).label, "what": clock.label if clock else "", "window": window,
    }  # fmt: skip


def show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """What is in the actor's own hands: open, or ended with something still due."""
    mine = Case.objects.select_related("order").filter(line="mediation", handler_id=by.account_id or 0)
    open_ones = mine.exclude(phase=Phase.DONE.value) | mine.filter(phase=Phase.DONE.value, due_at__isnull=False)
    rows = open_ones.order_by(F("due_at").asc(nulls_last=True), "pk")[:MOST]
    coming = MediationSession.objects.filter(
        dispute__order__case__handler_id=by.account_id or 0, held_at__isnull=True, at__gte=at
    )
    return {
        "rows": [_row(c, at) for c in rows],
        "coming": list(coming.select_related("dispute__order").order_by("at")[:10]),
    }


bench(
    Bench(
        code="mediation.today", label=_("我的调解"), roles=frozenset({Role.PROVIDER}), template="mediation/today.html", show=show,
        help=_("手上的纠纷：先到期的在前；约好的时间、司法确认还剩几天。"),
    )
)  # fmt: skip
