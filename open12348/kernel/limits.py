"""How often something may be tried: counted in the database, so that any number of app nodes share the count."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from django.db import connection
from django.db.models import F

_purse: dict[str, tuple[int, int]] = {}
_lock = Lock()


def allowed(key: str, *, most: int, seconds: int, at: datetime) -> bool:
    """Count a try and say whether it is still within `most` per window of `seconds`.

    A window is named by the second at which it ends, so that old ones can be told from their name.
    """
    return _count(key, _window(seconds, at), 1) <= most


def _window(seconds: int, at: datetime) -> int:
    return (int(at.timestamp()) // seconds + 1) * seconds


def _count(key: str, window: int, by: int) -> int:
    with connection.cursor() as sql:
        sql.execute(
            'INSERT INTO kernel_ratehit (key, "window", hits) VALUES (%s, %s, %s) '
            'ON CONFLICT (key, "window") DO UPDATE SET hits = kernel_ratehit.hits + EXCLUDED.hits RETURNING hits',
            [key[:120], window, by],
        )
        return int(sql.fetchone()[0])


def give_back(key: str, *, seconds: int, at: datetime) -> None:
    """Take back a try that `allowed` counted at the same instant: where only the wrong ones are to count."""
    from .models import RateHit

    RateHit.objects.filter(key=key[:120], window=_window(seconds, at), hits__gt=0).update(hits=F("hits") - 1)


def spend(key: str, *, most: int, seconds: int, at: datetime, block: int = 20) -> int:
    """Spend one of `most` per window; 0 when there was one left, else the seconds until the next window.

    For what happens often: a process draws tries from the shared count in blocks, so that only one in `block` costs a
    write. A process that ends takes what it had drawn with it; never are more than `most` spent.
    """
    window = _window(seconds, at)
    with _lock:
        until, left = _purse.get(key, (0, 0))
        if until == window and left > 0:
            _purse[key] = (window, left - 1)
            return 0
    block = max(1, min(block, most // 10))
    granted = block - max(0, _count(key, window, block) - most)
    if granted <= 0:
        return max(1, window - int(at.timestamp()))
    with _lock:
        until, left = _purse.get(key, (0, 0))
        _purse[key] = (window, granted - 1 + (left if until == window else 0))
        if len(_purse) > 10_000:
            _purse.clear()
    return 0


def forget() -> None:
    """Drop what the process has drawn (between tests)."""
    _purse.clear()


def forget_old(at: datetime) -> int:
    """Drop counts of windows that are over. Returns rows dropped."""
    from .models import RateHit

    return RateHit.objects.filter(window__lt=int(at.timestamp())).delete()[0]
