"""The beginning of a process of the loader: nothing of Django may be imported before it is set up."""

from __future__ import annotations

from typing import Any


def work(run: int, line: Any, database: str) -> None:
    """Set Django up on the caller's database, take counties, leave quietly on Ctrl-C (the batch in hand is undone)."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from django.db import connections

    from . import bulk

    try:
        bulk.take_counties(run, line)
    except KeyboardInterrupt:
        return
    finally:
        connections.close_all()
