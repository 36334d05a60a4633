"""An institution's own cases, for its head: who has each, how far it is, and what waits for the head."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.spine import catalogue
from open12348.spine.benches import Bench, bench
from open12348.spine.catalogue import Phase

from . import codes, fields
from .houses import houses_of
from .models import ForensicCase

#: So many rows are listed; what is due first comes first.
MOST = 300
#: What a state waits for the head to do.
WAITS: dict[str, Any] = {
    "received": _("等决定是否受理"), "accepted": _("等签委托书"), "commissioned": _("等指定鉴定人"), "drafted": _("等复核"),
    "reviewed": _("等签发"), "issued": _("等送达"),
}  # fmt: skip


def _row(row: ForensicCase) -> dict[str, Any]:
    case = row.order.case
    waits = WAITS.get(case.state, "")
    if case.facts.get("extension"):
        waits = _("等决定是否延长")
    elif case.state == "reviewed" and codes.missing(row):
        waits = _("等统一赋码")
    return {
        "case": case, "code": row.order.code, "field": "".join(fields.names([row.field])), "waits": waits,
        "state": catalogue.of(case).state(case.state).label, "who": case.handler.name if case.handler else "",
        "client": row.client_name or row.get_client_display(),
    }  # fmt: skip


def _house(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """The open cases of the actor's institutions."""
    found = (
        ForensicCase.objects.filter(institution_id__in=houses_of(by))
        .exclude(order__case__phase=Phase.DONE.value)
        .select_related("order__case__handler", "institution")
        .order_by("order__case__due_at", "pk")
    )
    return {"rows": [_row(r) for r in found[:MOST]], "n": found.count()}


bench(
    Bench(
        code="forensics.house", label=_("本机构的鉴定"), roles=frozenset({Role.PROVIDER}), template="forensics/house.html", show=_house,
        only=lambda by: bool(houses_of(by)), help=_("没有办结的鉴定：谁在办、到哪一步、等您做什么。"),
    )
)  # fmt: skip
