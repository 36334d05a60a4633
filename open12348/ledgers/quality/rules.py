"""Rules of quality work: what makes which grade, who is drawn, when a third is asked. Pure: no queries, no clock."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from open12348.kernel.parameters import Figure, figure, layers

from .models import QualityGrade

HERE = Path(__file__).resolve().parent

#: The worst first, so that grades can be compared.
_RISING = (QualityGrade.FAIL, QualityGrade.PASS, QualityGrade.GOOD, QualityGrade.EXCELLENT)


def the(name: str, day: date) -> Figure:
    """A figure of this ledger on a day. Errors: NoFigure."""
    return figure(layers(HERE / "parameters", "quality"), name, day)


def grade_of(total: int, day: date, bands: Mapping[str, Any] | None = None) -> QualityGrade:
    """The grade that a total makes under the bands of a day, or under those a form has for itself (grade: least points)."""
    for grade in (QualityGrade.EXCELLENT, QualityGrade.GOOD, QualityGrade.PASS):
        if total >= (bands[grade.value] if bands is not None else the(f"band_{grade.value}", day).value):
            return grade
    return QualityGrade.FAIL


def differ(first: int, second: int, day: date, bands: Mapping[str, Any] | None = None) -> bool:
    """Whether two readings are too far apart for their middle to be fair: another grade, or more than a figure of points."""
    apart = grade_of(first, day, bands) is not grade_of(second, day, bands)
    return apart or abs(first - second) > the("differ_points", day).value


def settled(first: int, second: int, third: int | None, day: date, bands: Mapping[str, Any] | None = None) -> int:
    """The total that stands. Two: their middle, a half rounded up. Three: by the rule of the day, median or the third's.

    In: `third` None while nobody else read. Errors: ValueError for two that differ, and for a rule nobody knows.
    """
    if third is None:
        if differ(first, second, day, bands):
            raise ValueError("a third reading is owed")
        return (first + second + 1) // 2
    rule = the("third_rule", day).value
    if rule == "third":
        return third
    if rule == "median":
        return sorted((first, second, third))[1]
    raise ValueError(f"unknown rule {rule!r}")


@dataclass(frozen=True)
class Slip:
    """One file in the urn: its code, the stratum it lies in, and why it is drawn without chance (or nothing)."""

    code: str
    stratum: tuple[str, ...]
    because: str = ""


@dataclass(frozen=True)
class Drawn:
    """What became of a slip: its lot within its stratum, and whether it was drawn."""

    slip: Slip
    lot: str
    drawn: bool


def lot(seed: str, code: str) -> str:
    """The lot of a file under a seed (hex). Anybody can reckon it again: SHA-256 of "seed code"."""
    return hashlib.sha256(f"{seed} {code}".encode()).hexdigest()


def wanted(size: int, ratio: int) -> int:
    """How many of a stratum are drawn: the ratio in percent rounded up, so at least one where there is any."""
    return min(size, max(1, math.ceil(size * ratio / 100))) if size else 0


def draw(slips: Iterable[Slip], *, ratio: int, seed: str) -> list[Drawn]:
    """Draw from each stratum the files with the smallest lots. The order in which the slips come does not matter.

    A file that is drawn without chance comes on top and takes nobody's turn away.
    """
    strata: dict[tuple[str, ...], list[Slip]] = {}
    for slip in slips:
        strata.setdefault(slip.stratum, []).append(slip)
    found: list[Drawn] = []
    for stratum in sorted(strata):
        chance = sorted((s for s in strata[stratum] if not s.because), key=lambda s: (lot(seed, s.code), s.code))
        taken = wanted(len(chance), ratio)
        found += [Drawn(s, lot(seed, s.code), n < taken) for n, s in enumerate(chance)]
        found += [Drawn(s, lot(seed, s.code), True) for s in strata[stratum] if s.because]
    return found


def worse(a: str, b: str) -> bool:
    """True when grade a is worse than grade b."""
    return _RISING.index(QualityGrade(a)) < _RISING.index(QualityGrade(b))


def whole(scores: Mapping[str, Any], weights: Sequence[tuple[str, int]]) -> int:
    """The total of a form. In: points by criterion, and (code, most points) of each. Errors: KeyError, ValueError."""
    total = 0
    for code, most in weights:
        points = int(scores[code])
        if not 0 <= points <= most:
            raise ValueError(code)
        total += points
    return total
