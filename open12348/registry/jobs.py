"""What the registry does by itself: throw away what has no more use (spent sign-in codes, old sessions, counts, keys)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from open12348.kernel import limits, once
from open12348.kernel.jobs import every

from . import sheets
from .models import PhoneCode


@every(3600)
def tidy(at: datetime) -> int:
    """Drop what expired. Counts as nothing, so that it runs once an hour."""
    PhoneCode.objects.filter(expires_at__lt=at - timedelta(days=1)).delete()
    Session.objects.filter(expire_date__lt=at).delete()
    limits.forget_old(at)
    once.forget_old(at)
    sheets.forget(at)
    return 0
