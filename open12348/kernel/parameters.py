"""Figures of the law and of local rule: TOML files by date; the newest not after the day asked holds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any


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


def figures(folder: Path, on: date) -> Mapping[str, Figure]:
    """All figures that hold on a day: later files override earlier ones figure by figure. Errors: NoFigure when none."""
    found: dict[str, Figure] = {}
    for since, content in _files(folder):
        if since <= on:
            for name, row in content.items():
                if isinstance(row, dict) and "value" in row:
                    found[name] = Figure(
                        row["value"], row.get("unit", ""), row.get("basis", ""), row.get("sure", True), since
                    )
    if not found:
        raise NoFigure(f"{folder.name}: no figures for {on}")
    return found


def figure(folder: Path, name: str, on: date) -> Figure:
    """One figure on a day. Errors: NoFigure."""
    try:
        return figures(folder, on)[name]
    except KeyError:
        raise NoFigure(f"{name}: no figure for {on}") from None
