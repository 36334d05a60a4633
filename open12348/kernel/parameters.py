"""Figures of the law and of local rule: TOML files by date; the newest not after the day asked holds.

A room keeps its figures in a folder of its own; the pack in use may lay its own over them (`layers`), file by file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Figure:
    """One figure with where it comes from and whether it is confirmed."""

    value: Any
    unit: str = ""
    basis: str = ""
    sure: bool = True
    since: date | None = None


class NoFigure(LookupError):
    """There is no figure for that day."""


@lru_cache(maxsize=64)
def _files(folder: Path) -> tuple[tuple[date, dict[str, Any]], ...]:
    return tuple(
        (date.fromisoformat(file.stem), tomllib.loads(file.read_text(encoding="utf-8")))
        for file in sorted(folder.glob("????-??-??.toml"))
    )


def layers(folder: Path, room: str) -> tuple[Path, ...]:
    """Where the figures of a room lie: its own folder, then what the pack in use lays over it, `parameters/<room>/`."""
    return folder, settings.PACKAGE / "packs" / settings.OPEN12348_PACK / "parameters" / room


def dated(folders: Path | Sequence[Path], on: date) -> list[tuple[date, dict[str, Any]]]:
    """The files that hold on a day, oldest first; of two of one date the later folder's comes later, and so wins."""
    rooms = (folders,) if isinstance(folders, Path) else tuple(folders)
    found = [(since, rank, content) for rank, room in enumerate(rooms) for since, content in _files(room)]
    return [(since, content) for since, _rank, content in sorted(found, key=lambda f: f[:2]) if since <= on]


def figures_in(content: Mapping[str, Any], since: date | None) -> dict[str, Figure]:
    """The figures of one file: its tables that hold a value."""
    return {
        name: Figure(row["value"], row.get("unit", ""), row.get("basis", ""), row.get("sure", True), since)
        for name, row in content.items()
        if isinstance(row, dict) and "value" in row
    }


def figures(folders: Path | Sequence[Path], on: date) -> Mapping[str, Figure]:
    """All figures that hold on a day: later files override earlier ones figure by figure. Errors: NoFigure when none."""
    found: dict[str, Figure] = {}
    for since, content in dated(folders, on):
        found |= figures_in(content, since)
    if not found:
        raise NoFigure(f"{_where(folders)}: no figures for {on}")
    return found


def figure(folders: Path | Sequence[Path], name: str, on: date) -> Figure:
    """One figure on a day. Errors: NoFigure."""
    try:
        return figures(folders, on)[name]
    except KeyError:
        raise NoFigure(f"{name}: no figure for {on}") from None


def _where(folders: Path | Sequence[Path]) -> str:
    return folders.name if isinstance(folders, Path) else folders[0].name
