"""What goes on by itself: steps that repeat, each safe to run by any number of workers at once.

An app declares its steps in a module `jobs.py`; the worker finds them. A step is handed the time and answers how much it
did, so that it is called again at once while there is more. What must happen exactly once is guarded where it happens
(an UPDATE that names the old state, SKIP LOCKED, an advisory lock), never by there being one worker only.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from django.db import OperationalError, close_old_connections
from django.utils import timezone

log = logging.getLogger("open12348.work")


@dataclass
class Step:
    """One thing that repeats: every how many seconds, and what it does."""

    name: str
    seconds: float
    do: Callable[[datetime], int]
    next_at: float = 0.0


_steps: dict[str, Step] = {}


def every(seconds: float) -> Callable[[Callable[[datetime], int]], Callable[[datetime], int]]:
    """Declare a step. The function gets the time and answers how many things it did."""

    def declare(do: Callable[[datetime], int]) -> Callable[[datetime], int]:
        name = f"{do.__module__.removeprefix('open12348.').removesuffix('.jobs')}.{do.__name__}"
        _steps[name] = Step(name, seconds, do)
        return do

    return declare


def steps() -> list[Step]:
    """All declared steps, by name."""
    return [_steps[name] for name in sorted(_steps)]


def once(at: datetime) -> dict[str, int]:
    """Run every step one time. Out: how much each did."""
    return {step.name: step.do(at) for step in steps()}


def work(stop: Event, *, pause: float = 1.0) -> None:
    """Run steps when they are due until `stop` is set. A step that fails is logged and tried again later; a database
    that is away for a while ends nothing."""
    for step in steps():
        step.next_at = 0.0
    while not stop.is_set():
        wait = pause
        for step in steps():
            if stop.is_set():
                return
            now = time.monotonic()
            if step.next_at > now:
                continue
            try:
                close_old_connections()
                done = step.do(timezone.now())
            except OperationalError as fault:
                log.warning("%s: the database is away: %s", step.name, str(fault).splitlines()[0])
                step.next_at = now + 3
                continue
            except Exception:  # one step's fault must not stop the others
                log.exception("%s failed", step.name)
                step.next_at = now + max(step.seconds, 10)
                continue
            if done:
                log.info("%s: %s", step.name, done)
                wait = 0.0
                step.next_at = now
            else:
                step.next_at = now + step.seconds
        stop.wait(wait)
