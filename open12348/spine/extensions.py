"""More time for a limit: whoever handles the case asks with a reason, another person grants or declines it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Denied, Role

from . import clocks, lists
from .clocks import ClockFault
from .journal import turn
from .models import Case, Deadline, Extension

#: Who may ask for more time on a case, and who may give it.
ASKING = frozenset({Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER})
DECIDING = frozenset({Role.OFFICER, Role.SUPERVISOR})


def ask(
    *, deadline: Deadline, by: Actor, at: datetime, reason: str, amount: int | None = None, expect: int | None = None
) -> Extension:
    """Ask for more time for a limit; the limit runs on as it is until somebody grants it.

    In: `amount` in the clock's unit (None: all that the service allows). Errors: Denied, ClockFault, Conflict.
    """
    with turn(order_id=deadline.order_id, by=by, at=at, expect=expect) as now:
        if by.kind != "system" and not lists.roles_over(by, now.case) & ASKING:
            raise Denied(_("您的角色不能申请延长。"))
        if now.service.clock(deadline.clock).by_move:
            raise ClockFault(_("这个期限的延长不在这里申请，请用这件事里延长时限的操作。"))
        if Extension.objects.filter(deadline=deadline, decided_at__isnull=True).exists():
            raise ClockFault(_("已经申请过延长，还在等负责人答复。"))
        _running, wanted = clocks.extendable(now, deadline, amount=amount, reason=reason)
        row = Extension.objects.create(
            order=now.order, deadline=deadline, amount=wanted, reason=reason.strip()[:500], asked_at=at,
            asked_by=by.label, asked_name=by.name[:100],
        )  # fmt: skip
        now.write("extension_asked", clock=deadline.clock, extension=row.pk, amount=wanted)
    return row


def answer(*, row: Extension, granted: bool, by: Actor, at: datetime, why: str = "") -> Extension:
    """Grant or decline more time. Declining needs a reason; nobody decides on their own request.

    Errors: Denied, ClockFault (decided before, the limit has ended meanwhile, no reason).
    """
    with turn(order_id=row.order_id, by=by, at=at) as now:
        row = Extension.objects.select_for_update().select_related("deadline").get(pk=row.pk)
        if by.kind != "system" and not lists.roles_over(by, now.case) & DECIDING:
            raise Denied(_("延长由负责人批准。"))
        if row.asked_by == by.label:
            raise ClockFault(_("延长要由另一名负责人批准。"))
        if row.decided_at is not None:
            raise ClockFault(_("这次申请已经有人答复了。"))
        if not granted and not why.strip():
            raise ClockFault(_("不同意延长，请写明理由。"))
        row.decided_at, row.granted, row.decided_by, row.why = at, granted, by.label, why.strip()[:500]
        row.save(update_fields=["decided_at", "granted", "decided_by", "why"])
        if granted:
            clocks.lengthen(now, row.deadline, amount=row.amount, reason=row.reason, asked_by=None, approver=by)
        now.write("extension_answered", clock=row.deadline.clock, extension=row.pk, granted=granted)
    return row


def waiting(by: Actor) -> QuerySet[Extension]:
    """Requests that wait for an answer, on cases in the actor's sight, the oldest first."""
    seen = Exists(lists.visible(by, offered=False).filter(pk=OuterRef("order_id")))
    return (
        Extension.objects.filter(seen, decided_at__isnull=True)
        .exclude(asked_by=by.label)
        .select_related("order__case", "deadline")
        .order_by("asked_at")
    )


def of(case: Case) -> list[Extension]:
    """All requests of a case, the newest first."""
    return list(Extension.objects.filter(order_id=case.pk).select_related("deadline").order_by("-asked_at"))
