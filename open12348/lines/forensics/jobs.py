"""What forensic appraisal does by itself: it asks the regional platform for unified codes until they come."""

from __future__ import annotations

from datetime import datetime

from open12348.kernel.jobs import every

from . import codes as queue


@every(60)
def codes(at: datetime) -> int:
    """Ask for what waits."""
    return queue.due(at)
