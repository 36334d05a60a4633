"""Limits: start, pause with evidence, resume, extend once, stop; the day-by-day account; and what became late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from open12348.kernel.access import SYSTEM, Actor, Role
from open12348.kernel.workdays import Reckoning, Unit, calendar_for, legal_day, reckon, start_of
from open12348.registry.divisions import calendar_layers

from . import catalogue
from .catalogue import Clock, Service
from .journal import Conflict, Turn, commit_all, turn
from .lists import roles_over
from .models import Case, Deadline, DeadlineState, Document, Pause

_INSTANT = timedelta(microseconds=1)

#: Why a limit waits when the person is asked for papers; kept in the source language, said in the reader's when shown.
AWAITED = gettext_noop("等申请人补充材料")


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
    touched = False
    stopped: list[Deadline] = []
    started: list[Deadline] = []
    # The person's own time first: where it ran out unseen, what waited for it went on then, not now.
    for clock in sorted(turn.service.clocks, key=lambda c: c.who is not Role.RESIDENT):
        if act in clock.stops or act in clock.pauses or act in clock.resumes:
            touched = True
            for deadline in [d for d in limits(turn) if d.clock == clock.code and d not in stopped]:
                if act in clock.stops:
                    stopped.append(deadline)
                    _stop(turn, deadline)
                elif act in clock.pauses and deadline.state == DeadlineState.RUNNING:
                    _pause(turn, deadline, why or _named(turn.service, act), evidence)
                elif act in clock.resumes and deadline.state == DeadlineState.PAUSED:
                    _resume(turn, deadline, evidence)
        if act in clock.starts and (clock.only is None or clock.only(turn.case)):
            if clock.who is Role.RESIDENT and any(d.clock == clock.code for d in limits(turn) if d not in stopped):
                continue  # the person's time runs once, however often somebody writes down that they got the paper
            began = (clock.begins(turn.case, turn.at) if clock.begins else None) or turn.at
            if _holds(clock, began):
                started.append(_start(turn, clock, began))
    if started:
        limits(turn).extend(Deadline.objects.bulk_create(started))
    _write_stopped(turn, stopped)
    if touched or started:
        refresh(turn)


def _named(service: Service, act: str) -> str:
    """What an act is called, in the source language: it is said in the reader's when shown."""
    move = next((m for m in service.moves if m.code == act), None)
    with translation.override("zh-hans"):
        return str(move.label) if move else act


def limits(turn: Turn) -> list[Deadline]:
    """The limits of a case that are not stopped: read once in a turn, and kept true by this room."""
    if turn.limits is None:
        turn.limits = [] if turn.new else list(turn.order.deadlines.exclude(state=DeadlineState.STOPPED))
    return turn.limits


def answering(service: Service, found: Iterable[Deadline]) -> Deadline | None:
    """Of some limits the last one that runs or waits and by which an office owes the person an answer; None when none does."""
    owed = [
        d for d in found if d.state != DeadlineState.STOPPED and (c := service.clock(d.clock)).owed and not c.after_end
    ]
    return max(owed, key=lambda d: (d.due_at, d.pk or 0), default=None)


def stop_all(turn: Turn) -> None:
    """Stop what still runs or waits, because the need has ended; what is owed after the end runs on."""
    running = [d for d in limits(turn) if not turn.service.clock(d.clock).after_end]
    for deadline in running:
        _stop(turn, deadline)
    _write_stopped(turn, running)
    refresh(turn)


def _holds(clock: Clock, at: datetime) -> bool:
    day = legal_day(at)
    return clock.since <= day and (clock.until is None or day <= clock.until)


def _start(turn: Turn, clock: Clock, began: datetime) -> Deadline:
    day = legal_day(began)
    term = clock.term_on(day)
    amount, unit = term.amount, term.unit
    if turn.case.urgent and clock.urgent_amount is not None:
        amount, unit = clock.urgent_amount, clock.urgent_unit or unit
    named = clock.last_day(turn.case, turn.at) if clock.last_day else None
    if named is not None:
        amount, unit = max((named - day).days, 0), Unit.DAYS
    layers = list(calendar_layers(turn.case.county))
    found = reckon(began, unit, amount, [], calendar_for(layers))
    deadline = Deadline(
        order=turn.order, clock=clock.code, unit=unit.value, amount=amount, basis=term.basis, sure=term.sure,
        layers=layers, started_at=began, due_at=found.due_at, provisional=found.provisional,
    )  # fmt: skip
    turn.write("clock_started", clock=clock.code, due_at=found.due_at, provisional=found.provisional)
    return deadline


def _stop(turn: Turn, deadline: Deadline) -> None:
    now = turn.at
    if deadline.state == DeadlineState.PAUSED:
        # What was due while it waited was not due: reckon with the pause as it ended.
        deadline.pauses.filter(ended_at__isnull=True).update(ended_at=now)
        deadline.due_at = account(deadline, now).due_at
        Deadline.objects.filter(pk=deadline.pk).update(due_at=deadline.due_at)
    if not turn.service.clock(deadline.clock).owed and deadline.due_at <= now:
        _close(turn, deadline)
        return
    deadline.state, deadline.stopped_at = DeadlineState.STOPPED, now
    if deadline.late_at is None and deadline.due_at <= now:
        # The watcher was down when it became late: it was late all the same.
        deadline.late_at = deadline.due_at
        Deadline.objects.filter(pk=deadline.pk).update(late_at=deadline.due_at)
        turn.write("late", clock=deadline.clock, due_at=deadline.due_at)
    turn.write("clock_stopped", clock=deadline.clock, late=deadline.late_at is not None)


def _close(turn: Turn, deadline: Deadline) -> None:
    """The person's own time, or an aim, is over: nobody is late. What waited for the person goes on from the next day."""
    deadline.state, deadline.stopped_at = DeadlineState.STOPPED, deadline.due_at
    clock = turn.service.clock(deadline.clock)
    turn.write("aim_missed" if clock.aim else "window_closed", clock=deadline.clock, due_at=deadline.due_at)
    for other in turn.service.clocks:
        if f"window:{deadline.clock}" in other.resumes:
            for waiting in limits(turn):
                if waiting.clock == other.code and waiting.state == DeadlineState.PAUSED:
                    # The last instant of its last day: the day after it counts again.
                    _resume(turn, waiting, None, at=deadline.due_at - _INSTANT)


def _write_stopped(turn: Turn, stopped: list[Deadline]) -> None:
    for at in {d.stopped_at for d in stopped}:
        Deadline.objects.filter(pk__in=[d.pk for d in stopped if d.stopped_at == at]).update(
            state=DeadlineState.STOPPED, stopped_at=at
        )
    if stopped:
        turn.limits = [d for d in limits(turn) if d.state != DeadlineState.STOPPED]


def _pause(turn: Turn, deadline: Deadline, why: str, evidence: Document | None) -> None:
    Pause.objects.create(deadline=deadline, reason=why[:300], started_at=turn.at, evidence=evidence, by=turn.by.label)
    deadline.state = DeadlineState.PAUSED
    deadline.save(update_fields=["state"])
    turn.write("clock_paused", clock=deadline.clock, why=why[:300], evidence=evidence.pk if evidence else None)


def _resume(turn: Turn, deadline: Deadline, evidence: Document | None, *, at: datetime | None = None) -> None:
    for pause in deadline.pauses.filter(ended_at__isnull=True):
        pause.ended_at = max(pause.started_at, at or turn.at)
        pause.evidence = pause.evidence or evidence
        pause.save(update_fields=["ended_at", "evidence"])
    deadline.state = DeadlineState.RUNNING
    found = account(deadline, turn.at)
    deadline.due_at, deadline.provisional = found.due_at, found.provisional
    deadline.save(update_fields=["state", "due_at", "provisional"])
    turn.write("clock_resumed", clock=deadline.clock, due_at=found.due_at)


def refresh(turn: Turn) -> None:
    """Copy the limit that comes first to the case, for queues. The person's own time is not the office's."""
    service = turn.service
    running = [
        d for d in limits(turn) if d.state == DeadlineState.RUNNING and service.clock(d.clock).who is not Role.RESIDENT
    ]
    # An aim leads the queue while it can be met, and no longer.
    running = [d for d in running if service.clock(d.clock).owed or d.due_at > turn.at]
    first = min(running, key=lambda d: (d.due_at, d.pk), default=None)
    new = {
        "due_at": first.due_at if first else None,
        "due_clock": first.clock if first else "",
        "due_provisional": first.provisional if first else False,
        "late": any(d.late_at for d in running),
    }
    changed = {k: v for k, v in new.items() if getattr(turn.case, k) != v}
    if changed:
        turn.set(**changed)


def extend(
    *, deadline: Deadline, by: Actor, approver: Actor, at: datetime, amount: int | None = None, reason: str
) -> Deadline:
    """Extend a limit once, before it is over, with an approver who is another person in charge, and a reason.

    In: `amount` in the clock's unit, at most what the service declares. Errors: ClockFault.
    """
    with turn(order_id=deadline.order_id, by=by, at=at) as now:
        lengthen(now, deadline, amount=amount, reason=reason, asked_by=by, approver=approver)
    deadline.refresh_from_db()
    return deadline


def extendable(now: Turn, deadline: Deadline, *, amount: int | None, reason: str) -> tuple[Deadline, int]:
    """The limit as it runs now, and by how much it may be extended. Errors: ClockFault that says why it may not."""
    most = now.service.clock(deadline.clock).extendable
    if not most:
        raise ClockFault(_("这个期限不能延长。"))
    # As it is now, not as the page knew it: somebody may have extended or stopped it meanwhile.
    deadline.refresh_from_db()
    running = next((d for d in limits(now) if d.pk == deadline.pk), None)
    if running is None:
        raise ClockFault(_("这个期限已经结束。"))
    if running.extended_by:
        raise ClockFault(_("这个期限已经延长过一次，不能再延长。"))
    if running.late_at or account(running, now.at).due_at <= now.at:
        raise ClockFault(_("期限已过，不能事后延长。请尽快办理，并写明超期的原因。"))
    if not reason.strip():
        raise ClockFault(_("请写明延长的理由。"))
    wanted = amount if amount is not None else most
    if not 0 < wanted <= most:
        raise ClockFault(_("最多延长 %(most)s。") % {"most": most})
    return running, wanted


def lengthen(
    now: Turn, deadline: Deadline, *, amount: int | None, reason: str, asked_by: Actor | None, approver: Actor
) -> None:
    """Write an extension that somebody in charge grants into the limit. Errors: ClockFault."""
    running, wanted = extendable(now, deadline, amount=amount, reason=reason)
    if approver.account_id is None or (asked_by is not None and approver.account_id == asked_by.account_id):
        raise ClockFault(_("延长要由另一名负责人批准。"))
    if not now.service.clock(running.clock).by_move and not roles_over(approver, now.case) & {
        Role.OFFICER,
        Role.SUPERVISOR,
    }:
        raise ClockFault(_("批准延长的人要是这里的负责人。"))
    running.extended_by, running.extension_reason = wanted, reason.strip()[:500]
    running.extension_approver, running.extended_at = approver.label, now.at
    found = account(running, now.at)
    running.due_at, running.provisional = found.due_at, found.provisional
    running.save()
    now.write("clock_extended", clock=running.clock, amount=wanted, due_at=found.due_at, approver=approver.label)
    refresh(now)


def watch_once(*, at: datetime, limit: int = 500) -> int:
    """Mark what became late. Each limit is marked once, however many watchers run and however long they were down.

    The person's own time and the office's own aims make nothing late: they are closed.
    Out: how many were marked or closed. A case that somebody is changing at this moment, or another watcher has in hand, is left
    for the next round; nothing is waited for, so that watchers and clerks never stand in each other's way.
    """
    with transaction.atomic():
        late = list(
            Deadline.objects.select_for_update(skip_locked=True)
            .filter(state=DeadlineState.RUNNING, late_at__isnull=True, due_at__lte=at)
            .order_by("due_at", "pk")[:limit]
        )
        cases = {
            case.pk: case
            for case in Case.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("order", "place", "county")
            .filter(pk__in={d.order_id for d in late})
        }
        late = [d for d in late if d.order_id in cases]
        if not late:
            return 0
        owed = {d.pk: catalogue.of(cases[d.order_id]).clock(d.clock).owed for d in late}
        marked = {pk for pk, mark in owed.items() if mark}
        Deadline.objects.filter(pk__in=marked).update(late_at=F("due_at"))
        standing: dict[int, list[Deadline]] = {pk: [] for pk in cases}
        for deadline in Deadline.objects.filter(order_id__in=cases).exclude(state=DeadlineState.STOPPED).order_by("pk"):
            standing[deadline.order_id].append(deadline)
        turns = []
        for pk, case in cases.items():
            now = Turn(case=case, by=SYSTEM, at=at, limits=standing[pk])
            for deadline in sorted(standing[pk], key=lambda d: (d.due_at, d.pk)):
                if deadline.pk in marked:
                    now.write("late", clock=deadline.clock, due_at=deadline.due_at)
                elif deadline.pk in owed:
                    _close(now, deadline)
            _write_stopped(now, [d for d in standing[pk] if d.state == DeadlineState.STOPPED])
            refresh(now)
            turns.append(now)
        commit_all(turns)
    return len(late)


def recompute_provisional(*, at: datetime, since: date | None = None) -> list[tuple[Case, datetime, datetime]]:
    """After a calendar notice was loaded: reckon anew every running limit it touches, and write the new day down.

    Limits that wait are left: they are reckoned when they go on. In: `since` the first day the notice speaks of (it may
    name days of the December before); without it only provisional limits are looked at.
    Out: (case, old day, new day) where the last day by which the answer is owed moved, so that people can be told.
    """
    known = calendar_for(("national",)).known_years
    if not known:
        return []
    touched = Q(provisional=True, due_at__lte=start_of(date(max(known) + 1, 1, 1)))
    if since is not None:
        touched |= Q(due_at__gt=start_of(since))
    rows = Deadline.objects.filter(touched, state=DeadlineState.RUNNING)
    changed: list[tuple[Case, datetime, datetime]] = []
    for order_id in list(rows.order_by("order_id").values_list("order_id", flat=True).distinct()):
        for _again in range(3):
            try:
                moved = _recompute(order_id, at)
            except Conflict:  # somebody is at this case just now
                continue
            if moved is not None:
                changed.append(moved)
            break
    return changed


def _recompute(order_id: int, at: datetime) -> tuple[Case, datetime, datetime] | None:
    with turn(order_id=order_id, by=SYSTEM, at=at) as now:
        running = [d for d in limits(now) if d.state == DeadlineState.RUNNING]
        answer = answering(now.service, running)
        before = answer.due_at if answer else None
        for deadline in running:
            old, found = deadline.due_at, account(deadline, at)
            if (found.due_at, found.provisional) == (old, deadline.provisional):
                continue
            deadline.due_at, deadline.provisional = found.due_at, found.provisional
            if deadline.late_at is not None:
                deadline.late_at = found.due_at if found.due_at <= at else None
            deadline.save(update_fields=["due_at", "provisional", "late_at"])
            now.write(
                "clock_recomputed", clock=deadline.clock, due_at=found.due_at, before=old, provisional=found.provisional
            )
        refresh(now)
        answer = answering(now.service, running)
        last = answer.due_at if answer else None
    return (now.case, before, last) if before is not None and last is not None and before != last else None


def as_json(deadline: Deadline, at: datetime) -> dict[str, Any]:
    """The account of a limit as plain data, for the exchange and for auditors."""
    found = account(deadline, at)
    return {
        "clock": deadline.clock, "unit": deadline.unit, "amount": deadline.amount, "extended_by": deadline.extended_by,
        "basis": deadline.basis, "sure": deadline.sure, "state": deadline.state,
        "started_at": deadline.started_at.isoformat(), "due_at": found.due_at.isoformat(),
        "due_day": found.due_day.isoformat(), "provisional": found.provisional, "waiting": found.waiting,
        "late_at": deadline.late_at.isoformat() if deadline.late_at else None,
        "days": [{"day": d.day.isoformat(), "kind": d.kind, "n": d.n} for d in found.days],
        "pauses": [
            {"from": p.started_at.isoformat(), "to": p.ended_at.isoformat() if p.ended_at else None, "reason": p.reason}
            for p in deadline.pauses.all()
        ],
    }  # fmt: skip
