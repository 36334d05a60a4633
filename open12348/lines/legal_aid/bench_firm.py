"""Two lists of cases in hand: a firm's own, for who takes cases for it; and those whose lawyer may not go on, for the office.

Lists only: code, matter, state, what is due, who handles. The facts stay with those in whose hands a case is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.spine import catalogue, lists
from open12348.spine.benches import Bench, bench

from . import scope, sight
from .models import Aid

#: So many rows are listed; what is due first comes first.
MOST = 300


def _row(aid: Aid, at: datetime) -> dict[str, Any]:
    case = aid.order.case
    matter = scope.matter(aid.matter, legal_day(case.received_at))
    service = catalogue.of(case)
    return {
        "case": case, "code": aid.order.code, "matter": matter.name if matter else service.name,
        "state": service.state(case.state).label, "stage": aid.get_stage_display() if aid.stage else "",
        "who": aid.lawyer.name if aid.lawyer else "", "unit": aid.unit.name if aid.unit else "",
    }  # fmt: skip


def _firm(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """The open cases of the actor's firms."""
    found = sight.of_firm(by)
    return {
        "rows": [_row(a, at) | {"mine": a.order.case.handler_id == by.account_id} for a in found[:MOST]],
        "n": found.count(),
    }


bench(
    Bench(
        code="legal_aid.firm", label=_("本单位的法律援助案件"), roles=frozenset({Role.PROVIDER}), template="legal_aid/firm.html",
        show=_firm, only=lambda by: bool(sight.firms_of(by)),
        help=_("没有办结的案件：谁在办、到哪一步、最先到期的日子。案情只有承办人能看。"),
    )
)  # fmt: skip


def _reassign(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """Open cases in the actor's sight whose lawyer or firm may not practise now."""
    seen = lists.visible(by, offered=False).filter(line="legal_aid")
    found = sight.without_licence(at).filter(order__case__in=seen)
    return {"rows": [_row(a, at) | {"lost": sight.lost(a, at)} for a in found[:MOST]], "n": found.count()}


bench(
    Bench(
        code="legal_aid.reassign", label=_("要另派的案件"), roles=frozenset({Role.OFFICER, Role.SUPERVISOR}),
        template="legal_aid/reassign.html", show=_reassign,
        help=_("承办人或者承办机构停止执业的，打开案件，用“收回另派”。"),
    )
)  # fmt: skip
