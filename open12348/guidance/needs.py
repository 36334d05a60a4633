"""Finding help by need, in everyday words: from what people say to the items that help."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from open12348.kernel import names
from open12348.registry import items, pack
from open12348.registry.models import Item, said_in

FRONT = 16


@dataclass(frozen=True)
class Need:
    """An everyday need: how people say it, its topic, and the items that help."""

    code: str
    phrases: dict[str, str]
    topic: str
    items: tuple[str, ...]
    also: tuple[str, ...] = ()  # other ways to say it, in any language
    urgent: str = ""  # home: somebody at home is the danger; custody: a lawyer is needed at once

    @property
    def phrase(self) -> str:
        return said_in(self.phrases)


@lru_cache(maxsize=2)
def _all(name: str) -> tuple[Need, ...]:
    file = pack.folder(name) / "needs.csv"
    if not file.exists():
        return ()
    return tuple(
        Need(
            r["code"],
            {lang: r[f"phrase_{lang}"] for lang in ("zh", "ug", "en")},
            r["topic"],
            tuple(r["items"].split()),
            tuple(w.strip() for w in (r.get("also") or "").split(";") if w.strip()),
            r.get("urgent") or "",
        )
        for r in pack.rows(file)
    )


def everyday() -> tuple[Need, ...]:
    """All everyday needs, the most asked first."""
    return _all(settings.OPEN12348_PACK)


def front() -> tuple[Need, ...]:
    """The needs that the front page names: more of them would hide the one that is looked for."""
    return everyday()[:FRONT]


def by_code(code: str) -> Need | None:
    """A need by its code."""
    return next((n for n in everyday() if n.code == code), None)


def urgent_topic(topic: str) -> str:
    """How a topic is urgent ('home', 'custody'); '' when it is not."""
    return next((n.urgent for n in everyday() if topic and n.topic == topic), "")


def find(text: str) -> tuple[list[Need], list[Item]]:
    """Needs and items for what somebody typed, in any of the three languages, part of a word being enough.

    Best first; what helps with the needs comes before items that only share a word.
    """
    folded = names.fold(text)
    if not folded:
        return [], []
    pieces = set(names.grams(folded))
    scored = []
    for need in everyday():
        score = max(_likeness(folded, pieces, names.fold(words)) for words in (*need.phrases.values(), *need.also))
        if score >= 0.34:
            scored.append((score, need))
    needs = [n for _score, n in sorted(scored, key=lambda pair: -pair[0])][:4]
    found: dict[str, Item] = {}
    for code in (code for need in needs for code in need.items):
        item = items.by_code(code)
        if item is not None:
            found.setdefault(code, item)
    for item in items.search(text):
        found.setdefault(item.code, item)
    return needs, list(found.values())


def _likeness(folded: str, pieces: set[str], other: str) -> float:
    """How much of what was typed another way of saying it holds: 1 when one lies in the other.

    Chinese has no spaces, so there a word may lie anywhere; in Uyghur and English it must begin a word.
    """
    within = other in folded if names.has_chinese(other) else f" {other}" in f" {folded}"
    if folded in other or (len(other) > 1 and within):
        return 1.0
    return len(pieces & set(names.grams(other))) / len(pieces) if pieces else 0.0
