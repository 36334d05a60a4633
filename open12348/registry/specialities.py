"""What people who serve are good at: one list in three languages, under which the words of the registers are found.

Registers write a field in their own words (a topic's number, 婚姻家庭, a class of appraisal); a resident chooses a need. Words
that no row knows are shown as they stand and found by nobody's choice.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .models import said_in

FILE = Path(__file__).resolve().parent / "specialities.csv"


@dataclass(frozen=True)
class Speciality:
    """One field of work: whose it can be, what it is called, and how registers write it."""

    code: str
    kinds: frozenset[str]
    names: tuple[tuple[str, str], ...]
    words: frozenset[str]

    @property
    def name(self) -> str:
        return said_in(dict(self.names))


@lru_cache(maxsize=1)
def everything() -> tuple[Speciality, ...]:
    """All fields, in the order in which they are offered."""
    with open(FILE, encoding="utf-8", newline="") as source:
        return tuple(
            Speciality(
                row["code"], frozenset(row["kinds"].split()), tuple((k, row[f"name_{k}"]) for k in ("zh", "ug", "en")),
                frozenset({row["code"], *row["words"].split(";")}),
            )
            for row in csv.DictReader(source)
        )  # fmt: skip


def of_kind(kind: str) -> list[Speciality]:
    """The fields that people of a kind can have."""
    return [s for s in everything() if kind in s.kinds]


def by_code(code: str, kind: str) -> Speciality | None:
    """A field of a kind by its code; None when that kind has none such."""
    return next((s for s in of_kind(kind) if s.code == code), None)


def said(words: Iterable[str]) -> list[str]:
    """The fields behind a register's words, each once, in the language of the page; unknown words as they stand."""
    found: list[str] = []
    for word in words:
        name = next((s.name for s in everything() if word in s.words), "" if word.isdigit() else word)
        if name and name not in found:
            found.append(name)
    return found
