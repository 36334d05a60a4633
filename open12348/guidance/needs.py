"""Finding help by need, in everyday words: from what people say to the items that help."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from open12348.kernel import names
from open12348.registry import items, pack
from open12348.registry.models import Item, said_in


@dataclass(frozen=True)
class Need:
    """An everyday need: how people say it, its topic, and the items that help."""

    code: str
    phrases: dict[str, str]
    topic: str
    items: tuple[str, ...]

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
            r["code"], {lang: r[f"phrase_{lang}"] for lang in ("zh", "ug", "en")}, r["topic"], tuple(r["items"].split())
        )
        for r in pack.rows(file)
    )


def everyday() -> tuple[Need, ...]:
    """The needs that the front page names."""
    return _all(settings.OPEN12348_PACK)


def by_code(code: str) -> Need | None:
    """A need by its code."""
    return next((n for n in everyday() if n.code == code), None)


def find(text: str) -> tuple[list[Need], list[Item]]:
    """Needs and items for what somebody typed, in any of the three languages, part of a word being enough."""
    folded = names.fold(text)
    pieces = set(names.grams(folded))
    scored = []
    for need in everyday():
        best = 0.0
        for phrase in need.phrases.values():
            other = names.fold(phrase)
            if folded and (folded in other or other in folded):
                best = 1.0
            elif pieces:
                best = max(best, len(pieces & set(names.grams(other))) / len(pieces))
        if best >= 0.34:
            scored.append((best, need))
    needs = [n for _score, n in sorted(scored, key=lambda pair: -pair[0])][:4]
    found = {i.code: i for i in items.search(text)} if folded else {}
    for need in needs:
        for code in need.items:
            item = items.by_code(code)
            if item is not None:
                found.setdefault(code, item)
    return needs, list(found.values())
