"""Benches: pages of work that belong to a line or a ledger (a rota, a payment batch, a draw for review), declared, not wired.

A door asks for them and shows what it finds; it knows neither the line nor the ledger. Declared in a module `benches.py`
of a line or ledger, found at start-up. What a bench shows is a template of its own room; what it does is a verb.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

from open12348.kernel.access import STAFF_ROLES, Actor, Role

if TYPE_CHECKING:
    from django.forms import Form


@dataclass(frozen=True)
class Deed:
    """Something that can be done at a bench: who may, its form, and the verb.

    do(by, at, data) gets the cleaned form (or nothing) and answers with the sentence of success. It may raise what verbs
    raise: casework.Refused, intake.Invalid, journal.Conflict, Denied.
    """

    code: str
    label: Any
    by: frozenset[Role] | set[Role]
    do: Callable[..., Any]
    form: Callable[..., Form] | None = None  # (data, files, by=, at=) -> form


@dataclass(frozen=True)
class File:
    """A file that a bench hands out."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True)
class Bench:
    """One page of work. show(by, at, query) -> what its template needs. files: by name, (by, at, query) -> File."""

    code: str  # "room.page", as in the address
    label: Any
    roles: frozenset[Role] | set[Role]
    template: str
    show: Callable[[Actor, datetime, Mapping[str, Any]], Mapping[str, Any]]
    deeds: tuple[Deed, ...] = ()
    files: Mapping[str, Callable[[Actor, datetime, Mapping[str, Any]], File]] = field(default_factory=dict)
    help: Any = ""
    menu: bool = True

    def deed(self, code: str) -> Deed:
        """The deed by code; KeyError when unknown."""
        return next(d for d in self.deeds if d.code == code) if any(d.code == code for d in self.deeds) else _none(code)


def _none(code: str) -> Deed:
    raise KeyError(code)


_benches: dict[str, Bench] = {}


def bench(declared: Bench) -> Bench:
    """Enter a bench. Refused: a code twice, nobody who may open it, a deed for somebody who may not open the bench."""
    if declared.code in _benches:
        raise ImproperlyConfigured(f"bench {declared.code} is declared twice")
    if not declared.roles or not declared.roles <= STAFF_ROLES:
        raise ImproperlyConfigured(f"bench {declared.code} must name roles of staff")
    for deed in declared.deeds:
        if not deed.by <= declared.roles:
            raise ImproperlyConfigured(f"bench {declared.code}: {deed.code} is for somebody who cannot open it")
    _benches[declared.code] = declared
    return declared


def remove(code: str) -> None:
    """Take a bench out again (tests that declare throw-away benches)."""
    del _benches[code]


def get(code: str) -> Bench:
    """The bench by code; KeyError when unknown."""
    return _benches[code]


def open_to(by: Actor) -> list[Bench]:
    """The benches an actor may open, by code."""
    return [_benches[code] for code in sorted(_benches) if by.has(*_benches[code].roles)]


def everything() -> list[Bench]:
    """All benches, by code."""
    return [_benches[code] for code in sorted(_benches)]
