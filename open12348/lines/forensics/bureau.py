"""What the bureau does about appraisal, declared: registration, complaints, penalties; and what silence does by itself."""

from __future__ import annotations

from datetime import datetime

from open12348.kernel.jobs import every
from open12348.spine.catalogue import offer

from . import complaints, penalties, registration

REGISTRATION = offer(registration.service())
COMPLAINT = offer(complaints.service())
PENALTY = offer(penalties.service())


@every(300)
def silence(at: datetime) -> int:
    """Carry out what the law says of silence: acceptance after five days, renewals that nobody decided in time."""
    return registration.deem_due(at=at)
