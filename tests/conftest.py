"""The switches that make every test strict: random order (pytest-randomly), a clock that stands where the cast lives,
no network, and no template that names what is not there."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.template import engines
from django.test import TransactionTestCase
from django.utils import translation

from open12348.kernel import workdays

from .people import NOW, journal_open

_connect = socket.socket.connect


class Undefined(str):
    """Stands for a variable a template names and nobody gave: an error in tests, nothing on a page."""

    def __contains__(self, text: str) -> bool:
        return text == "%s"

    def __mod__(self, name: Any) -> str:
        raise LookupError(f"a template names {name!s}, which is not there")


def _only_here(self: socket.socket, address: Any) -> Any:
    """Connect to this machine only."""
    if self.family != socket.AF_UNIX:
        host = address[0]
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise OSError(f"tests reach no network: {host}")
    return _connect(self, address)


#: The tables of the project, asked for once.
_tables: list[str] = []


def _sweep() -> bool:
    """Empty the tables that hold something, as a superuser may: keys and guards off. Out: False where that is not allowed.

    Django's own way empties two hundred tables and installs every guard anew, which took longer than many a test.
    """
    with connection.cursor() as sql:
        sql.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not sql.fetchone()[0]:
            return False
        if not _tables:
            _tables.extend(connection.introspection.django_table_names(only_existing=True, include_views=False))
        named = [connection.ops.quote_name(t) for t in _tables]
        sql.execute("SELECT " + ", ".join(f"EXISTS (SELECT FROM {t})" for t in named))
        full = [t for t, holds in zip(named, sql.fetchone(), strict=True) if holds]
        with transaction.atomic():
            sql.execute("SET LOCAL session_replication_role = replica")
            for table in full:
                sql.execute(f"DELETE FROM {table}")
    return True


@pytest.fixture(autouse=True, scope="session")
def _strict() -> Iterator[None]:
    socket.socket.connect = _only_here  # type: ignore[method-assign]
    for engine in engines.all():
        engine.engine.string_if_invalid = Undefined()  # type: ignore[attr-defined]
    tear_down = TransactionTestCase._fixture_teardown

    def emptied(self: TransactionTestCase) -> None:
        """Only a test may empty the journal."""
        if not _sweep():
            with journal_open():
                tear_down(self)

    TransactionTestCase._fixture_teardown = emptied  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = tear_down  # type: ignore[method-assign]
    socket.socket.connect = _connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Monday 23 November 2026, 10:00. A real browser keeps the real time, or it would drop our cookies."""
    workdays.forget()
    translation.deactivate()  # a request of the test before may have left another language
    if request.node.get_closest_marker("browser") or request.node.get_closest_marker("realtime"):
        yield
        return
    with time_machine.travel(NOW, tick=True):
        yield
