"""How often something may be tried: counted in the database, so that any number of app nodes share the count."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def allowed(key: str, *, most: int, seconds: int, at: datetime) -> bool:
    """Count a try and say whether it is still within `most` per window of `seconds`.

    A window is named by the second at which it ends, so that old ones can be told from their name.
    """
    window = (int(at.timestamp()) // seconds + 1) * seconds
    with connection.cursor() as sql:
        sql.execute(
            'INSERT INTO kernel_ratehit (key, "window", hits) VALUES (%s, %s, 1) '
            'ON CONFLICT (key, "window") DO UPDATE SET hits = kernel_ratehit.hits + 1 RETURNING hits',
            [key[:120], window],
        )
        return int(sql.fetchone()[0]) <= most


def forget_old(at: datetime) -> int:
    """Drop counts of windows that are over. Returns rows dropped."""
    from .models import RateHit

    return RateHit.objects.filter(window__lt=int(at.timestamp())).delete()[0]
