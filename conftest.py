"""Fixtures for the tests of every room, the lines' and ledgers' own included: the cast, and the strictness switches."""

from tests.conftest import _clock, _strict
from tests.people import sign_in, town

__all__ = ["_clock", "_strict", "sign_in", "town"]
