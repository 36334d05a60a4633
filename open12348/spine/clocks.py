"""Limits: start, pause with evidence, resume, extend once, stop; the day-by-day account; and what became late."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import SYSTEM, Actor
from open12348.kernel.workdays import Reckoning, Unit, calendar_for, legal_day, reckon
from open12348.registry.divisions import calendar_layers

from .catalogue import Clock
from .journal import Conflict, Turn, turn
from .models import Case, Deadline, DeadlineState, Document, Pause


class ClockFault(ValueError):
    """A change of a limit that the rules do not allow; says why."""


def account(deadline: Deadline, at: datetime) -> Reckoning:
    """The day-by-day account of a limit as it stands at an instant: counted, holiday, waiting for you."""
    pauses = [(p.started_at, p.ended_at) for p in deadline.pauses.all()]
    return reckon(
        deadline.started_at,
        Unit(deadline.unit),
        deadline.amount + deadline.extended_by,
        pauses,
        calendar_for(deadline.layers),
        now=at,
    )


def after(turn: Turn, act: str, *, evidence: Document | None = None, why: str = "") -> None:
    """Let an act of the line or of the spine start, pause, resume and stop the clocks that name it."""
    service = turn.service
    running: list[Deadline] | None = None
    for clock in service.clocks:
        if act in clock.stops or act in clock.pauses or act in clock.resumes:
            if running is None:
                running = list(turn.order.deadlines.exclude(state=DeadlineState.STOPPED))
            for deadline in [d for d in running if d.clock == clock.code]:
                if act in clock.stops:
                    _stop(turn, deadline)
                elif act in clock.pauses and deadline.state == DeadlineState.RUNNING:
                    _pause(turn, deadline, why or act, evidence)
                elif act in clock.resumes and deadline.state == DeadlineState.PAUSED:
                    _resume(turn, deadline, evidence)
        if act in clock.starts and _holds(clock, turn.at) and (clock.only is None or clock.only(turn.case)):
            _start(turn, clock)
            running = None
    refresh(turn)


def _holds(clock: Clock, at: datetime) -> bool:
    day = legal_day(at)
    return clock.since <= day and (clock.until is None or day <= clock.until)


def _start(turn: Turn, clock: Clock) -> Deadline:
    day = legal_day(turn.at)
    amount, unit = clock.amount_on(day), clock.unit
    if turn.case.urgent and clock.urgent_amount is not None:
        amount, unit = clock.urgent_amount, clock.urgent_unit or unit
    layers = list(calendar_layers(turn.case.county))
    found = reckon(turn.at, unit, amount, [], calendar_for(layers))
    deadline = Deadline.objects.create(
        order=turn.order, clock=clock.code, unit=unit.value, amount=amount, basis=clock.basis, sure=clock.sure,
        layers=layers, started_at=turn.at, due_at=found.due_at, provisional=found.provisional,
    )  # fmt: skip
    turn.write("clock_started", clock=clock.code, due_at=found.due_at, provisional=found.provisional)
    return deadline


def _stop(turn: Turn, deadline: Deadline) -> None:
    now = turn.at
    if deadline.state == DeadlineState.PAUSED:
        deadline.pauses.filter(ended_at__isnull=True).update(ended_at=now)
    deadline.state, deadline.stopped_at = DeadlineState.STOPPED, now
    deadline.save(update_fields=["state", "stopped_at"])
    turn.write("clock_stopped", clock=deadline.clock, late=bool(deadline.late_at or deadline.due_at <= now))


def _pause(turn: Turn, deadline: Deadline, why: str, evidence: Document | None) -> None:
    Pause.objects.create(deadline=deadline, reason=why[:300], started_at=turn.at, evidence=evidence, by=turn.by.label)
    deadline.state = DeadlineState.PAUSED
    deadline.save(update_fields=["state"])
    turn.write("clock_paused", clock=deadline.clock, why=why[:300], evidence=evidence.pk if evidence else None)


def _resume(turn: Turn, deadline: Deadline, evidence: Document | None) -> None:
    for pause in deadline.pauses.filter(ended_at__isnull=True):
        pause.ended_at = turn.at
        pause.evidence = pause.evidence or evidence
        pause.save(update_fields=["ended_at", "evidence"])
    deadline.state = DeadlineState.RUNNING
    found = account(deadline, turn.at)
    deadline.due_at, deadline.provisional = found.due_at, found.provisional
    deadline.save(update_fields=["state", "due_at", "provisional"])
    turn.write("clock_resumed", clock=deadline.clock, due_at=found.due_at)


def refresh(turn: Turn) -> None:
    """Copy the limit that comes first to the case, for queues."""
    first = turn.order.deadlines.filter(state=DeadlineState.RUNNING).order_by("due_at").first()
    new = {
        "due_at": first.due_at if first else None,
        "due_clock": first.clock if first else "",
        "due_provisional": first.provisional if first else False,
        "late": bool(first and first.late_at),
    }
    changed = {k: v for k, v in new.items() if getattr(turn.case, k) != v}
    if changed:
        turn.set(**changed)


def extend(
    *, deadline: Deadline, by: Actor, approver: Actor, at: datetime, amount: int | None = None, reason: str
) -> Deadline:
    """Extend a limit once, with an approver who is another person, and a reason.

    In: `amount` in the clock's unit, at most what the service declares. Errors: ClockFault.
    """
    with turn(order_id=deadline.order_id, by=by, at=at) as now:
        clock = now.service.clock(deadline.clock)
        most = clock.extendable
        if not most:
            raise ClockFault(_("这个期限不能延长。"))
        if deadline.extended_by:
            raise ClockFault(_("这个期限已经延长过一次，不能再延长。"))
        if deadline.state == DeadlineState.STOPPED:
            raise ClockFault(_("这个期限已经结束。"))
        if not reason.strip():
            raise ClockFault(_("请写明延长的理由。"))
        if approver.account_id is None or approver.account_id == by.account_id:
            raise ClockFault(_("延长要由另一名负责人批准。"))
        wanted = amount if amount is not None else most
        if not 0 < wanted <= most:
            raise ClockFault(_("最多延长 %(most)s。") % {"most": most})
        deadline.extended_by, deadline.extension_reason = wanted, reason.strip()
        deadline.extension_approver, deadline.extended_at = approver.label, at
        found = account(deadline, at)
        deadline.due_at, deadline.provisional = found.due_at, found.provisional
        if found.due_at > at:
            deadline.late_at = None
        deadline.save()
        now.write("clock_extended", clock=deadline.clock, amount=wanted, due_at=found.due_at, approver=approver.label)
        refresh(now)
    return deadline


def watch_once(*, at: datetime, limit: int = 200) -> int:
    """Mark what became late. Each limit is marked once, however many watchers run and however long they were down.

    Out: how many were marked. A case that somebody is changing at this moment is left for the next round.
    """
    marked = 0
    waiting = list(
        Deadline.objects.filter(state=DeadlineState.RUNNING, late_at__isnull=True, due_at__lte=at)
        .order_by("due_at")
        .values_list("pk", "order_id")[:limit]
    )
    for pk, order_id in waiting:
        try:
            with turn(order_id=order_id, by=SYSTEM, at=at) as now:
                won = Deadline.objects.filter(
                    pk=pk, state=DeadlineState.RUNNING, late_at__isnull=True, due_at__lte=at
                ).update(late_at=F("due_at"))
                if won:
                    deadline = Deadline.objects.get(pk=pk)
                    now.write("late", clock=deadline.clock, due_at=deadline.due_at)
                    refresh(now)
                    marked += 1
        except Conflict:
            continue
    return marked


def recompute_provisional(*, at: datetime) -> list[tuple[Case, datetime, datetime]]:
    """After a calendar notice was loaded: reckon every provisional limit anew and write the new day down.

    Out: (case, old due, new due) for those whose day changed, so that the people concerned can be told.
    """
    changed: list[tuple[Case, datetime, datetime]] = []
    rows = Deadline.objects.filter(provisional=True).exclude(state=DeadlineState.STOPPED).order_by("pk")
    for deadline in rows.iterator():
        with transaction.atomic():
            old = deadline.due_at
            found = account(deadline, at)
            if found.due_at == old and found.provisional:
                continue
            with turn(order_id=deadline.order_id, by=SYSTEM, at=at) as now:
                deadline.due_at, deadline.provisional = found.due_at, found.provisional
                deadline.late_at = deadline.late_at if found.due_at <= at else None
                deadline.save(update_fields=["due_at", "provisional", "late_at"])
                now.write(
                    "clock_recomputed", clock=deadline.clock, due_at=found.due_at, before=old,
                    provisional=found.provisional,
                )  # fmt: skip
                refresh(now)
                if found.due_at != old:
                    changed.append((now.case, old, found.due_at))
    return changed


def as_json(deadline: Deadline, at: datetime) -> dict[str, Any]:
    """The account of a limit as plain data, for the exchange and for auditors."""
    found = account(deadline, at)
    return {
        "clock": deadline.clock, "unit": deadline.unit, "amount": deadline.amount, "extended_by": deadline.extended_by,
        "basis": deadline.basis, "sure": deadline.sure, "state": deadline.state,
        "started_at": deadline.started_at.isoformat(), "due_at": found.due_at.isoformat(),
        "due_day": found.due_day.isoformat(), "provisional": found.provisional,
        "late_at": deadline.late_at.isoformat() if deadline.late_at else None,
        "days": [{"day": d.day.isoformat(), "kind": d.kind, "n": d.n} for d in found.days],
        "pauses": [
            {"from": p.started_at.isoformat(), "to": p.ended_at.isoformat() if p.ended_at else None, "reason": p.reason}
            for p in deadline.pauses.all()
        ],
    }  # fmt: skip
