"""What a line declares to have its work reviewed: the form with its weights, which files, who may read, what a grade brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.utils import timezone

from open12348.kernel.access import Actor
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Organisation, Practitioner
from open12348.spine.models import Case, Document, Order


@dataclass(frozen=True)
class Criterion:
    """One thing that is judged, with the most points it can bring."""

    code: str
    label: Any
    weight: int
    help: Any = ""


@dataclass(frozen=True)
class Sheet:
    """A review form of a line. The weights add up to 100.

    criteria: what is judged; or criteria(day), where the weights are figures with dates: a round keeps those of the day on
    which it was opened. bands(day): the least points of each grade, where the form has bands of its own.

    files(cases) narrows ended cases of the line to those that can be reviewed (the file handed in, for instance).
    kind(case): the kind of matter, a stratum of the draw, with `kinds` its labels (without it: the case's topic).
    because(case): why a file is read without chance (a complaint, a bad rating), or nothing. names(case): people that only
    the line knows of, to be hidden too. pages(case): texts of the line's own, (title, text), shown hidden; it must leave
    out what is privileged. papers(document): which documents of the case belong to the file.
    readers: kinds of practitioner who may read.
    """

    code: str  # "line.form"
    label: Any
    criteria: tuple[Criterion, ...] | Callable[[date], tuple[Criterion, ...]]
    readers: frozenset[str]
    files: Callable[[QuerySet[Case]], QuerySet[Case]] = lambda cases: cases
    kind: Callable[[Case], str] | None = None
    kinds: Callable[[], Mapping[str, Any]] | None = None
    because: Callable[[Case], str] | None = None
    names: Callable[[Case], Sequence[str]] | None = None
    pages: Callable[[Case], Sequence[tuple[Any, str]]] | None = None
    papers: Callable[[Document], bool] | None = None
    bands: Callable[[date], Mapping[str, Any]] | None = None

    @property
    def line(self) -> str:
        return self.code.partition(".")[0]

    def criteria_on(self, day: date) -> tuple[Criterion, ...]:
        """What is judged under the weights of a day."""
        return self.criteria(day) if callable(self.criteria) else self.criteria

    def weights(self, day: date) -> list[tuple[str, int]]:
        """(code, most points) of each criterion under the weights of a day."""
        return [(c.code, c.weight) for c in self.criteria_on(day)]

    def bands_on(self, day: date) -> Mapping[str, Any] | None:
        """The form's own bands of a day; None when the house's hold."""
        return self.bands(day) if self.bands is not None else None


@dataclass(frozen=True)
class Graded:
    """A grade that stands, as it is handed to whoever asked to be told."""

    sheet: str
    order: Order
    practitioner: Practitioner | None
    organisation: Organisation | None
    grade: str
    total: int
    file_id: int
    by: Actor
    at: datetime


Told = Callable[[Graded], None]

_sheets: dict[str, Sheet] = {}
_told: dict[str, list[Told]] = {}


def review(sheet: Sheet) -> Sheet:
    """Enter a review form. Refused: a code twice, weights that are not 100 together, nobody who may read."""
    if sheet.code in _sheets:
        raise ImproperlyConfigured(f"review form {sheet.code} is declared twice")
    criteria = sheet.criteria_on(legal_day(timezone.now()))
    if sum(c.weight for c in criteria) != 100 or any(c.weight <= 0 for c in criteria):
        raise ImproperlyConfigured(f"review form {sheet.code}: the weights are not 100 together")
    if len({c.code for c in criteria}) != len(criteria):
        raise ImproperlyConfigured(f"review form {sheet.code}: two criteria share a code")
    if not sheet.readers:
        raise ImproperlyConfigured(f"review form {sheet.code}: nobody may read")
    _sheets[sheet.code] = sheet
    return sheet


def remove(code: str) -> None:
    """Take a form out again (tests that declare throw-away forms)."""
    _sheets.pop(code, None)
    _told.pop(code, None)


def get(code: str) -> Sheet:
    """The form by code; KeyError when unknown."""
    return _sheets[code]


def sheets() -> list[Sheet]:
    """All forms, by code."""
    return [_sheets[code] for code in sorted(_sheets)]


def on_grade(code: str) -> Callable[[Told], Told]:
    """Ask to be told, in the same transaction, when a grade under a form stands (a subsidy reduced, a course booked)."""

    def enter(told: Told) -> Told:
        _told.setdefault(code, []).append(told)
        return told

    return enter


def tell(graded: Graded) -> None:
    """Tell everybody who asked; what one of them raises undoes the grade with it."""
    for told in _told.get(graded.sheet, []):
        told(graded)
