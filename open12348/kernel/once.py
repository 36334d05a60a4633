"""The same request twice does the thing once: idempotency keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from .models import OnceKey


class OtherRequest(ValueError):
    """The key was used before for another request."""


def once(
    *, scope: str, key: str, request_hash: str, at: datetime, do: Callable[[], tuple[int, Any]]
) -> tuple[int, Any, bool]:
    """Do a thing once for a key. Out: status, answer, and whether it was answered from memory.

    The key is written in the same transaction as the thing; a second request waits for the first and gets its answer.
    Errors: OtherRequest when the key came before with another body.
    """
    try:
        with transaction.atomic():
            row = OnceKey.objects.create(scope=scope, key=key, request_hash=request_hash, created_at=at)
            status, answer = do()
            row.status, row.response = status, json.dumps(answer, default=str, ensure_ascii=False)
            row.save(update_fields=["status", "response"])
            return status, answer, False
    except IntegrityError:
        row = OnceKey.objects.filter(scope=scope, key=key).first()  # type: ignore[assignment]
        if row is None:
            raise
        if row.request_hash != request_hash:
            raise OtherRequest(key) from None
        return row.status or 200, json.loads(row.response), True


def forget_old(at: datetime) -> int:
    """Drop keys of thirty days ago: nobody repeats a request that long. Returns rows dropped."""
    return OnceKey.objects.filter(created_at__lt=at - timedelta(days=30)).delete()[0]
