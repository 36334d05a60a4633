"""Rules of the legal qualification: pure. Is a pass still usable, which line was reached, which class follows, where to apply."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from .figures import HERE


@lru_cache(maxsize=1)
def marks() -> Mapping[tuple[int, str, str, str], tuple[int, bool]]:
    """The published pass lines: (year, stage, area, paper) -> (line, confirmed). What is not there is not known."""
    with open(HERE / "marks.csv", encoding="utf-8", newline="") as source:
        return {
            (int(r["year"]), r["stage"], r["area"], r["paper"]): (int(r["line"]), r["sure"] == "V")
            for r in csv.DictReader(source)
        }


def line_of(year: int, stage: str, area: str, paper: str) -> int | None:
    """A pass line; None where no table has it."""
    found = marks().get((year, stage, area, paper))
    return found[0] if found else None


def score_fault(*, year: int, stage: str, area: str, paper: str, score: int) -> Any:
    """Why a score is no pass, where the line is known; nothing when it is one, or when nobody entered the line yet."""
    line = line_of(year, stage, area, paper)
    if line is None or score >= line:
        return None
    return _("%(year)s 年这条合格线是 %(line)s 分，成绩 %(score)s 分没有达到。") % {
        "year": year,
        "line": line,
        "score": score,
    }


def usable(objective_year: int, subjective_year: int, years: int) -> Any:
    """Whether an objective pass of one year holds in another: that year and the next; nothing when it does."""
    if objective_year <= subjective_year < objective_year + years:
        return None
    return _("客观题 %(y)s 年的合格成绩只在 %(y)s 年和 %(next)s 年有效（令140号），不能用在 %(other)s 年。") % {
        "y": objective_year, "next": objective_year + years - 1, "other": subjective_year,
    }  # fmt: skip


def place_fault(*, relaxed: bool, place: str, household: str, prefecture: str) -> Any:
    """Where an application may be handed in: with a relaxed condition only where the household was at registration."""
    if not relaxed:
        return None
    if place == "household" and household and household[:4] == prefecture[:4]:
        return None
    return _("享受放宽政策的，只能在报名时的户籍所在地申请（令146号）。")


def class_of(*, relaxed_marks: bool, full_education: bool) -> str:
    """Which class follows: C with a relaxed line; B with a relaxed education; else A."""
    if relaxed_marks:
        return "C"
    return "A" if full_education else "B"


def class_fault(given: str, *, relaxed_marks: bool, full_education: bool) -> Any:
    """Why a class does not fit what is on file; nothing when it does."""
    due = class_of(relaxed_marks=relaxed_marks, full_education=full_education)
    if given == due:
        return None
    return _("按登记的分数线和学历，应当是 %(due)s 类，请核对（令146号）。") % {"due": due}
