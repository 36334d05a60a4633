"""What the spine does by itself: mark what became late, add up the counts, send what is to be told, forget old drafts."""

from __future__ import annotations

from datetime import datetime

from open12348.kernel import messages, tasks
from open12348.kernel.access import SYSTEM
from open12348.kernel.jobs import every

from . import clocks, handover, intake, lists, notices, papers


@every(1)
def send(at: datetime) -> int:
    """Send messages that are due."""
    return messages.deliver_due(at=at)


@every(1)
def long_work(at: datetime) -> int:
    """Do pieces of the long work that somebody asked for."""
    return tasks.run(at)


@every(2)
def draw_papers(at: datetime) -> int:
    """Draw papers that were issued and that nobody opened yet."""
    return papers.draw_waiting(at=at)


@every(5)
def watch(at: datetime) -> int:
    """Mark limits that became late."""
    return clocks.watch_once(at=at)


@every(300)
def calendar(at: datetime) -> int:
    """Reckon anew what was provisional when its year has been announced, wherever the notice was loaded from."""
    changed = clocks.recompute_provisional(at=at)
    for case, old, new in changed:
        notices.tell_recomputed(case, old, new, at)
    return len(changed)


@every(2)
def count(at: datetime) -> int:
    """Feed the tally from the journal."""
    return lists.roll_up()


@every(60)
def hand_over(at: datetime) -> int:
    """Give back the cases of people whose licence stopped meanwhile."""
    return handover.due(by=SYSTEM, at=at)


@every(3600)
def forget_drafts(at: datetime) -> int:
    """Forget drafts nobody touched for thirty days. Counts as nothing, so that it runs once an hour."""
    intake.drop_old_drafts(at)
    return 0
