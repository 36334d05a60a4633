"""Loaded by pytest before Django reads its settings: a PostgreSQL for the tests, and a home apart from the demo's.

With DATABASE_URL set, that server is used (Django makes a database of its own on it); otherwise the embedded one, with
its safety switches off, since a test's database is thrown away.
"""

from __future__ import annotations

import atexit
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARK = "OPEN12348_TESTING"


def prepare() -> None:
    """Set the environment of this process and of those it starts; done once, in the first of them."""
    if os.environ.get(MARK):
        return
    os.environ[MARK] = "1"
    home = Path(os.environ.get("OPEN12348_HOME", ROOT / "var")) / "test"
    home.mkdir(parents=True, exist_ok=True)
    os.environ["OPEN12348_HOME"] = str(home)
    os.environ["OPEN12348_DEMO"] = "1"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread of the tests
    os.environ.setdefault("OPEN12348_SECRET", "tests")
    os.environ.setdefault("OPEN12348_KEYS", "tests")
    from open12348.config import words

    words.compile_all()
    if "DATABASE_URL" not in os.environ:
        from open12348.config import postgres

        server = postgres.ensure(home, fast=True)
        os.environ["DATABASE_URL"] = server.url
        atexit.register(postgres.stop, server)


prepare()
