"""Long work that somebody asked for (five hundred papers, a draw over a year's files): done piece by piece by the workers,
in sight of whoever asked, and stopped when they say so.

Each piece is one transaction together with the count of pieces done, and holds the task's row: a worker that dies loses the
piece it was at and nothing else, and of two workers at one task each does the next piece.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from .access import Actor
from .models import Task, TaskState

log = logging.getLogger("open12348.tasks")


@dataclass(frozen=True)
class Kind:
    """A kind of long work: piece(data, n, at) does the n-th piece (from 0); finish(data) says what came of it."""

    code: str
    piece: Callable[[Mapping[str, Any], int, datetime], None]
    finish: Callable[[Mapping[str, Any]], Any] | None = None


_kinds: dict[str, Kind] = {}


def kind(code: str, *, finish: Callable[[Mapping[str, Any]], Any] | None = None) -> Callable[[Any], Any]:
    """Declare a kind of long work over the function that does one piece of it."""

    def declare(piece: Callable[[Mapping[str, Any], int, datetime], None]) -> Any:
        _kinds[code] = Kind(code, piece, finish)
        return piece

    return declare


def start(*, kind: str, total: int, by: Actor, at: datetime, data: Mapping[str, Any] | None = None) -> Task:
    """Ask for long work. In: `data` what the pieces need (plain JSON, no personal data). Errors: KeyError for no such kind."""
    _kinds[kind]
    state = TaskState.WAITING if total else TaskState.DONE
    return Task.objects.create(
        kind=kind, data=dict(data or {}), total=total, asked_by=by.label, asked_at=at, state=state,
        ended_at=None if total else at,
    )  # fmt: skip


def get(token: UUID, by: Actor) -> Task | None:
    """The work somebody asked for, shown to them alone."""
    return Task.objects.filter(token=token, asked_by=by.label).first()


def stop(*, token: UUID, by: Actor, at: datetime) -> bool:
    """Do no further piece. What was done stays done. Out: False when the work had ended."""
    going = Task.objects.filter(token=token, asked_by=by.label, state__in=[TaskState.WAITING, TaskState.RUNNING])
    return bool(going.update(state=TaskState.STOPPED, ended_at=at))


def run(at: datetime, *, seconds: float = 2.0) -> int:
    """Do pieces of what was asked, oldest first, for at most so long. Returns how many; any number of workers may run it."""
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until and _one_piece(at):
        done += 1
    return done


def _one_piece(at: datetime) -> bool:
    task: Task | None = None
    try:
        with transaction.atomic():
            task = (
                Task.objects.select_for_update(skip_locked=True)
                .filter(state__in=[TaskState.WAITING, TaskState.RUNNING])
                .order_by("pk")
                .first()
            )
            if task is None:
                return False
            doing = _kinds[task.kind]
            doing.piece(task.data, task.done, at)
            task.done += 1
            task.state = TaskState.RUNNING
            if task.done >= task.total:
                task.state, task.ended_at = TaskState.DONE, at
                task.says = str(doing.finish(task.data) if doing.finish else "")[:300]
            task.save(update_fields=["done", "state", "ended_at", "says"])
    except Exception as fault:  # one kind's fault must not stop the others; whoever asked reads why
        if task is None:
            raise
        log.exception("task %s stands at piece %s", task.token, task.done)
        said = str(getattr(fault, "reason", None) or getattr(fault, "message", None) or _("出了意外，已通知管理员。"))
        Task.objects.filter(pk=task.pk).update(state=TaskState.FAILED, ended_at=at, says=said[:300])
    return True
