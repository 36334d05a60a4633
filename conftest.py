"""Fixtures for the tests of every room, the lines' own tests included."""

from tests.people import sign_in, town

__all__ = ["sign_in", "town"]
