"""Words of danger (domain reference A, 3.7): somebody may be hurt now. The need goes first, the people in charge are told.

Only this: no label stays on the person, nothing is counted by it, and nobody is refused anything because of it. The words
themselves stay where they were written; the notice says what to do, not what was said.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.names import fold

#: What whoever hears it does first.
ADVICE: dict[str, Any] = {
    "life": _("可能有人想不开。先陪着说话，不要挂断，不留他一个人；打 120 或 110。法律上的事等人安全了再谈。"),
    "violence": _("可能有人正在挨打或被威胁。先问“现在安全吗”，不安全就打 110；不要给家里打电话、发短信。可以申请人身安全保护令。"),
    "crowd": _("可能有人要堵路、爬高讨说法，容易受伤。请先到安全的地方，我们马上接手；已有危险打 110、120。"),
}  # fmt: skip

#: What the people in charge are told.
NOTICE = _("%(code)s 的内容里有紧急的话，已列为加急，请马上看。%(advice)s")


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[str, str], ...]:
    with open(Path(__file__).with_name("alarms.csv"), encoding="utf-8", newline="") as source:
        return tuple((row["kind"], fold(row["words"])) for row in csv.DictReader(source))


def heard(texts: Iterable[str]) -> list[str]:
    """The kinds of danger that texts speak of, in the order of ADVICE; an empty list when none."""
    folded = [fold(text) for text in texts if text]
    kinds = {kind for kind, words in _words() if any(words in text for text in folded)}
    return [kind for kind in ADVICE if kind in kinds]


def advice(texts: Iterable[str]) -> list[Any]:
    """What to do first, one sentence for each kind of danger in the texts."""
    return [ADVICE[kind] for kind in heard(texts)]


def strings(said: Any) -> list[str]:
    """Every text in what somebody filled in."""
    if isinstance(said, str):
        return [said]
    if isinstance(said, dict):
        return [text for value in said.values() for text in strings(value)]
    if isinstance(said, list | tuple):
        return [text for value in said for text in strings(value)]
    return []
