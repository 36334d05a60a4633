"""Benches: pages of work that belong to a line or a ledger (a rota, a payment batch, a draw for review), declared, not wired.

A door asks for them and shows what it finds; it knows neither the line nor the ledger. Declared in a module `benches.py`
of a line or ledger, found at start-up. What a bench shows is a template of its own room; what it does is a verb.

The template is a fragment: it extends nothing, and begins below the page's title (h2 downwards). It gets what show()
answers, and besides: `bench`, `actor`, `now`, `query` (a mapping of what stands in the address) and `deeds`.

    {% deed deeds.approve %}                        the deed's form with its button, where it may be done; else nothing
    {% deed deeds.approve batch=row.pk %}           the same for one row: `batch` is a (hidden) field of the deed's form
    {% deed deeds.approve batch=row.pk fold=1 %}    folded away behind its label until it is wanted
    {% if deeds.approve.may %}…{% endif %}          whether the actor may do it at all
    <a href="{% url … %}"> is never needed:         <a href="files/rota.xlsx?month=2026-11"> hands out a file of the bench,
                                                    <a href="?month=2026-12"> shows the bench for another month

Deeds that the template draws nowhere are drawn below it (not those whose form has a hidden field: they need their row). A deed is a POST to the bench's own address (its query kept):
the form is made with what was typed, the verb does the thing once however often the button is pressed, and everything
happens in one transaction. A refusal shows its reason and keeps what was typed; a Conflict answers 409. A deed whose `do`
answers with a `tasks.Task` (kernel/tasks.py) goes to a page that shows how far the work is, and lets it be stopped.
A bench of a line opens to grants that cover the line.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

from open12348.kernel.access import STAFF_ROLES, Actor, Role

from . import catalogue

if TYPE_CHECKING:
    from django.forms import Form


@dataclass(frozen=True)
class Deed:
    """Something that can be done at a bench: who may, its form, and the verb.

    do(by, at, data) gets the cleaned form (or nothing) and answers with the sentence of success. It may raise what verbs
    raise: casework.Refused, intake.Invalid, journal.Conflict, Denied. `form` is made as form(data, files, by=, at=); a
    plain form class will do as well. `grave`: its button warns by its looks.
    """

    code: str
    label: Any
    by: frozenset[Role] | set[Role]
    do: Callable[..., Any]
    form: Callable[..., Form] | None = None  # (data, files, by=, at=) -> form
    help: Any = ""
    grave: bool = False

    def form_of(self, by: Actor, at: datetime, data: Any = None, files: Any = None) -> Form | None:
        """The deed's form, bound when there is data; None when it asks nothing."""
        if self.form is None:
            return None
        if isinstance(self.form, type) and "by" not in inspect.signature(self.form).parameters:
            return self.form(data, files)
        return self.form(data, files, by=by, at=at)


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
    group: Any = ""  # the heading it stands under in the list of benches; else the name of the line's first service
    only: Callable[[Actor], bool] | None = None  # asked besides the roles: who acts for a firm, for instance

    @property
    def room(self) -> str:
        """The line or ledger it belongs to."""
        return self.code.partition(".")[0]

    def may_open(self, by: Actor) -> bool:
        """True when one of the actor's grants is for one of the roles and covers the line, and the bench is for them."""
        return self.may(by, self.roles) and (self.only is None or self.only(by))

    def may(self, by: Actor, roles: frozenset[Role] | set[Role]) -> bool:
        """True when the actor holds one of the roles for the room of this bench."""
        is_line = any(s.line == self.room for s in catalogue.all_services())
        return any(g.role in roles and (not is_line or g.covers_line(self.room)) for g in by.grants)

    def deed(self, code: str) -> Deed:
        """The deed by code; KeyError when unknown."""
        return {d.code: d for d in self.deeds}[code]


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
    return [_benches[code] for code in sorted(_benches) if _benches[code].may_open(by)]


def group_of(shown: Bench) -> Any:
    """The heading a bench stands under."""
    return shown.group or next((s.name for s in catalogue.current() if s.line == shown.room), "")


def everything() -> list[Bench]:
    """All benches, by code."""
    return [_benches[code] for code in sorted(_benches)]
