"""The published list of public legal services: versions, search in three languages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from open12348.kernel import names

from .models import Item


def on_list(on: date | None = None) -> QuerySet[Item]:
    """Items that are published and valid on a day (the newest of each when no day is given)."""
    found = Item.objects.filter(public=True)
    if on is None:
        return found.filter(valid_to__isnull=True)
    return found.filter(valid_from__lte=on).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def by_code(code: str, on: date | None = None) -> Item | None:
    """The item with a code as it was published on a day."""
    return on_list(on).filter(code=code.replace("\x00", "").strip().upper()).first()


def search_text(item: Item) -> str:
    """Everything people may type to find the item, folded."""
    parts: list[str] = [item.code, item.name_zh, item.name_ug, item.name_en]
    for words in (item.keywords, item.who):
        parts += [str(v) for v in words.values()]
    return names.fold(" ".join(parts))


def search(text: str, on: date | None = None) -> list[Item]:
    """Items in which every typed word is found, in Chinese, Uyghur or English, part of a word being enough.

    When no item holds all of them, those that share most two-letter pieces with the text, best first.
    """
    folded = names.fold(text.replace("\x00", "")).strip()
    if not folded:
        return list(on_list(on))
    found = on_list(on)
    for word in folded.split():
        found = found.filter(search__contains=word)
    exact = list(found)
    if exact:
        return exact
    wanted = set(names.grams(folded))
    scored: list[tuple[float, Any]] = []
    for item in on_list(on):
        have = set(names.grams(item.search))
        share = len(wanted & have) / len(wanted) if wanted else 0
        if share >= 0.4:
            scored.append((share, item))
    return [item for _score, item in sorted(scored, key=lambda pair: (-pair[0], pair[1].code))][:12]


@transaction.atomic
def publish(*, values: dict[str, Any], on: date) -> tuple[Item, bool]:
    """Publish an item: unchanged values change nothing, else the present version ends and a new one begins.

    Returns the standing version and whether it is new.
    """
    present = Item.objects.filter(code=values["code"], valid_to__isnull=True).order_by("-version").first()
    if present is not None and all(getattr(present, k) == v for k, v in values.items() if k != "valid_from"):
        return present, False
    item = Item(**values)
    item.valid_from = values["valid_from"] if present is None else on
    item.version = present.version + 1 if present else 1
    item.search = search_text(item)
    if present is not None:
        present.valid_to = on
        present.save(update_fields=["valid_to"])
    item.save()
    return item, True
