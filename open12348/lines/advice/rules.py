"""Rules of the advice line: pure, and the code lists it carries. No queries, no clock."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open12348.kernel.parameters import Figure, figure

HERE = Path(__file__).resolve().parent


def amount(name: str) -> Any:
    """A reader for a dated figure, for clocks: (day) -> int."""
    return lambda day: int(the(name, day).value)


def the(name: str, day: date) -> Figure:
    """A figure of this line on a day."""
    return figure(HERE / "parameters", name, day)


@lru_cache(maxsize=4)
def _rows(file: str) -> tuple[dict[str, str], ...]:
    with open(HERE / file, encoding="utf-8", newline="") as source:
        return tuple(csv.DictReader(source))


def _name(row: Mapping[str, str]) -> str:
    return row.get(f"name_{(get_language() or 'zh')[:2]}") or row["name_zh"]


def topics() -> list[tuple[str, Any]]:
    """The topic tree of two levels, as grouped choices in the language of the page."""
    found: list[tuple[str, Any]] = [("", "")]
    for top in _rows("topics.csv"):
        if not top["parent"]:
            found.append(
                (_name(top), [(r["code"], _name(r)) for r in _rows("topics.csv") if r["parent"] == top["code"]])
            )
    return found


def topic_name(code: str) -> str:
    """A topic's name in the language of the page; '' when unknown."""
    return next((_name(r) for r in _rows("topics.csv") if r["code"] == code), "")


def topic_zh(code: str) -> str:
    """A topic's Chinese name, for titles that are stored."""
    return next((r["name_zh"] for r in _rows("topics.csv") if r["code"] == code), "")


def answers(topic: str, language: str) -> list[tuple[str, str]]:
    """Answer templates for a topic in a language: (title, text). For a top topic, those of all that lie under it.

    A title says so where the articles it names were not checked against the text of the law.
    """
    lang = language if language in {"zh", "ug", "en"} else "zh"
    found = [r for r in _rows("answers.csv") if topic and (r["topic"] == topic or _parent(r["topic"]) == topic)]
    return [
        (
            title if r["sure"] == "V" else str(_("%(title)s（条文待核对）") % {"title": title}),
            r[f"text_{lang}"] or r["text_zh"],
        )
        for r in found
        for title in [r.get(f"title_{lang}") or r["title"]]
    ]


def _parent(code: str) -> str:
    return next((r["parent"] for r in _rows("topics.csv") if r["code"] == code), "")


def enough_attempts(attempts: int, day: date) -> Any:
    """Nothing when the person was called often enough, else the reason why the matter cannot be ended yet."""
    needed = int(the("attempts", day).value)
    if attempts >= needed:
        return None
    return _("至少要回拨 %(needed)s 次，现在记了 %(done)s 次。") % {"needed": needed, "done": attempts}
