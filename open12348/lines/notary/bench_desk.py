"""The notary's desk: what is due first, what waits for the head, what was promised and has not come, whom nobody has yet.

A secret matter stands here for its notary and its keepers only, and without anybody's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.spine import catalogue, lists
from open12348.spine.benches import Bench, bench
from open12348.spine.catalogue import Phase

from . import matters
from .models import NotaryCase

MOST = 100
DECIDING = frozenset({"to_decide", "to_refuse", "to_terminate"})


def _row(row: NotaryCase, by: Actor, at: datetime) -> dict[str, Any]:
    case = row.order.case
    service = catalogue.of(case)
    found = matters.matter(row.matter, legal_day(case.received_at))
    day = legal_day(at)
    return {
        "name": row.order.person.name if row.order.person is not None and not case.secret else "",
        "case": case, "code": row.order.code, "secret": case.secret,
        "matter": _("密卷") if case.secret else found.name if found is not None else _("还没有确定事项"),
        "state": service.state(case.state).label, "late_papers": bool(row.later and row.later_by and row.later_by < day),
        "relief": row.relief_asked_at is not None and not row.relief, "who": case.handler.name if case.handler and case.handler_id != by.account_id else "",
        "visits": row.came, "pledges": row.unchecked,  # type: ignore[attr-defined]
    }  # fmt: skip


def _show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """Four lists, each with what is due first first."""
    seen = (
        lists.visible(by, offered=False).filter(line="notary", service="notary.apply").exclude(phase=Phase.DONE.value)
    )
    rows = (
        NotaryCase.objects.filter(order__case__in=seen)
        .select_related("order__case__handler", "order__case__place", "order__person")
        .annotate(
            came=Count("visits", filter=Q(visits__ours=False), distinct=True),
            unchecked=Count("pledges", filter=Q(pledges__true__isnull=True), distinct=True),
        )
        .order_by(F("order__case__due_at").asc(nulls_last=True), "pk")
    )
    mine = [_row(r, by, at) for r in rows.filter(order__case__handler_id=by.account_id)[:MOST]]
    head = by.has(Role.OFFICER)
    others = rows.exclude(order__case__handler_id=by.account_id)
    return {
        "mine": mine, "head": head,
        "deciding": [_row(r, by, at) for r in others.filter(order__case__state__in=DECIDING)[:MOST]] if head else [],
        "relief": [_row(r, by, at) for r in rows.filter(relief_asked_at__isnull=False, relief="")[:MOST]] if head else [],
        "free": [_row(r, by, at) for r in rows.filter(order__case__handler__isnull=True)[:MOST]] if head else [],
    }  # fmt: skip


bench(
    Bench(
        code="notary.desk", label=_("公证工作台"), roles=frozenset({Role.PROVIDER, Role.OFFICER}), template="notary/desk.html", show=_show,
        only=lambda by: by.practitioner_id is not None or by.has(Role.OFFICER),
        help=_("先办最先到期的。密卷只有承办公证员和本处负责人看得到，这里不写是谁、是什么事。"),
    )
)  # fmt: skip
