"""The kinds of dispute that are reported (domain reference A, 2.9), two levels, each with its validity, as data."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from .figures import HERE

#: What the law treats apart: "status" (no court confirms it), "labour", "medical", "loan", "land".
STATUS, LABOUR, MEDICAL, LOAN, LAND = "status", "labour", "medical", "loan", "land"


@lru_cache(maxsize=1)
def _rows() -> tuple[Mapping[str, str], ...]:
    with open(HERE / "dispute_types.csv", encoding="utf-8", newline="") as source:
        return tuple(csv.DictReader(source))


def _name(row: Mapping[str, str]) -> str:
    return row.get(f"name_{(get_language() or 'zh')[:2]}") or row["name_zh"]


def on(day: date) -> list[Mapping[str, str]]:
    """The kinds that hold on a day, as they are listed."""
    return [
        r
        for r in _rows()
        if r["valid_from"] <= day.isoformat() and (not r["valid_to"] or day.isoformat() <= r["valid_to"])
    ]


def choices(day: date | None = None) -> list[tuple[str, Any]]:
    """Kinds as choices in the reader's language, each first level with what lies under it."""
    rows = on(day or date.max) if day else [r for r in _rows() if not r["valid_to"]]
    found: list[tuple[str, Any]] = [("", "")]
    for top in (r for r in rows if not r["parent"]):
        under = [r for r in rows if r["parent"] == top["code"]]
        found.append((_name(top), [(top["code"], _name(top)), *((r["code"], _name(r)) for r in under)]))
    return found


def first_level() -> list[tuple[str, str]]:
    """The first level alone, for a short form."""
    return [(r["code"], _name(r)) for r in _rows() if not r["parent"] and not r["valid_to"]]


def short() -> list[tuple[str, str]]:
    """What villages have most, for a short form on a phone; the last is everything else."""
    rows = sorted((r for r in _rows() if r["short"] and not r["valid_to"]), key=lambda r: int(r["short"]))
    return [(r["code"], _name(r)) for r in rows]


def everything() -> tuple[Mapping[str, str], ...]:
    """All kinds, those of the past too."""
    return _rows()


def row(code: str) -> Mapping[str, str] | None:
    """A kind whole; None when unknown."""
    return next((r for r in _rows() if r["code"] == code), None)


def name(code: str) -> str:
    """A kind's name in the reader's language; '' when unknown."""
    return next((_name(r) for r in _rows() if r["code"] == code), "")


def name_zh(code: str) -> str:
    """A kind's Chinese name, for titles that are stored."""
    return next((r["name_zh"] for r in _rows() if r["code"] == code), "")


def top_of(code: str) -> str:
    """The first level of a kind."""
    return next((r["parent"] or r["code"] for r in _rows() if r["code"] == code), "")


def statute(code: str) -> str:
    """What the law treats apart in a kind, or in the one above it."""
    found = {r["code"]: r for r in _rows()}
    row = found.get(code)
    if row is None:
        return ""
    return row["statute"] or (found[row["parent"]]["statute"] if row["parent"] in found else "")
