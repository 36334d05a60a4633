"""The switches that make every test strict: random order (pytest-randomly), a clock that stands where the cast lives,
no network, and no template that names what is not there."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
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


@pytest.fixture(autouse=True, scope="session")
def _strict() -> Iterator[None]:
    socket.socket.connect = _only_here  # type: ignore[method-assign]
    for engine in engines.all():
        engine.engine.string_if_invalid = Undefined()  # type: ignore[attr-defined]
    tear_down = TransactionTestCase._fixture_teardown

    def emptied(self: TransactionTestCase) -> None:
        """Only a test may empty the journal."""
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
