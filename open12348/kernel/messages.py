"""Messages to people: written with the thing they tell of, sent by the worker, never twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from .models import Message

MOST_TRIES = 6


class Gateway(Protocol):
    """What sends a text to a phone. Errors: any exception; it will be tried again later."""

    def send(self, *, to: str, text: str, key: str) -> None: ...


class FileGateway:
    """Writes messages to a file: the default, for demo, tests and offices whose gateway is not contracted yet."""

    def send(self, *, to: str, text: str, key: str) -> None:
        settings.OPEN12348_HOME.mkdir(parents=True, exist_ok=True)
        with open(settings.OPEN12348_HOME / "sms.log", "a", encoding="utf-8") as out:
            out.write(f"{key}\t{to}\t{text}\n")


def queue(
    *, to: str, text: str, language: str, at: datetime, case_code: str = "", after: datetime | None = None
) -> Message:
    """Put a message into the outbox, inside the caller's transaction."""
    return Message.objects.create(
        to=to, text=text, language=language, case_code=case_code, created_at=at, send_after=after or at
    )


def deliver_due(*, at: datetime, limit: int = 100, through: Gateway | None = None) -> int:
    """Send what is due; any number of workers may do so at once. Returns how many were sent.

    In: `through` another gateway than the one of the settings (a simulation sends nothing to anybody).
    A failed one waits longer each time and is given up after six tries, with its error kept.
    """
    gateway: Gateway = through or import_string(settings.OPEN12348_SMS_GATEWAY)()
    sent = 0
    for _turn in range(limit):
        with transaction.atomic():
            row = (
                Message.objects.select_for_update(skip_locked=True)
                .filter(sent_at__isnull=True, send_after__lte=at, attempts__lt=MOST_TRIES)
                .order_by("send_after", "id")
                .first()
            )
            if row is None:
                break
            try:
                gateway.send(to=row.to, text=row.text, key=f"m{row.pk}")
            except Exception as fault:  # a gateway may fail in any way; the message must survive it
                row.attempts += 1
                row.error = str(fault)[:300]
                row.send_after = at + timedelta(minutes=2**row.attempts)
            else:
                row.attempts += 1
                row.sent_at, row.error = at, ""
                sent += 1
            row.save(update_fields=["attempts", "error", "send_after", "sent_at"])
    return sent


def newest(limit: int = 20) -> list[Message]:
    """The newest messages, for the demo page."""
    return list(Message.objects.order_by("-id")[:limit])
