"""What legal aid is given for, and to whom: tables with validity, never an enumeration, because the law leaves them open.

`scope.csv` holds the matters (法律援助法 24-33), `groups.csv` who is exempt from the check of hardship (Art 42) and the special
groups, `materials.csv` the papers that prove them. A region's own matters come from the dated files of the means test.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language

from open12348.kernel.workdays import add_months, legal_day

from .figures import HERE, means_files
from .sentences import article


def _told(words: tuple[tuple[str, str], ...]) -> str:
    said = dict(words)
    return said.get((get_language() or "zh")[:2]) or said.get("zh", "")


_lazy_words = lazy(_told, str)


def words(row: Mapping[str, Any], kind: str) -> Any:
    """The words of a row in the reader's language, Chinese where a language has none."""
    return _lazy_words(tuple((lang, str(row.get(f"{kind}_{lang}") or "")) for lang in ("zh", "ug", "en")))


@dataclass(frozen=True)
class Matter:
    """One matter that the law gives aid for.

    hardship: needed | none (the law sets no such condition: nothing about money may be asked) | presumed.
    or_other: hardship or another reason will do (Art 24). who: codes of groups, when the matter is theirs alone.
    ask: how the applicant would say it; empty when nobody is asked (notices, and what a finer row says better).
    """

    code: str
    parent: str
    kind: str
    article_codes: str
    route: str
    hardship: str
    or_other: bool
    years: int
    lawyer_only: bool
    stages: frozenset[str]
    who: frozenset[str]
    proof: tuple[str, ...]
    region: str
    source: str
    sure: bool
    valid_from: date
    valid_to: date | None
    name: Any
    ask: Any

    @property
    def article(self) -> Any:
        return article(self.article_codes)

    @property
    def may_ask_hardship(self) -> bool:
        """Whether anything about money may be asked at all (法律援助法 Art 25, 32: not)."""
        return self.hardship == "needed"

    def within(self, other: str) -> bool:
        """Whether this is the matter with that code, or a finer kind of it."""
        return other in {self.code, self.parent}


@dataclass(frozen=True)
class Group:
    """A category of people: what it gives (hardship: presumed | none | '' for nothing but precedence), how it is proven.

    matters: when it gives so only there (Art 42(3)). months: how long a proof stays good; none means as long as it says.
    """

    code: str
    article_codes: str
    hardship: str
    matters: frozenset[str]
    proof: tuple[str, ...]
    months: int | None
    least_age: int | None
    under_age: int | None
    priority: bool
    mask: bool
    source: str
    sure: bool
    valid_from: date
    valid_to: date | None
    name: Any
    ask: Any

    @property
    def article(self) -> Any:
        return article(self.article_codes)

    def gives(self, of: Matter) -> str:
        """What the group gives in a matter: presumed, none, or nothing."""
        return self.hardship if not self.matters or any(of.within(code) for code in self.matters) else ""

    def fits_age(self, age: int | None) -> bool | None:
        """Whether an age belongs to the group; None when it matters and is not known."""
        if self.least_age is None and self.under_age is None:
            return True
        if age is None:
            return None
        return (self.least_age is None or age >= self.least_age) and (self.under_age is None or age < self.under_age)

    def good_until(self, issued: date) -> date | None:
        """The last day on which a proof of that day is good; None when it says so itself."""
        return add_months(issued, self.months) if self.months else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(text: str) -> int | None:
    return int(text) if text else None


def _matter(row: Mapping[str, Any], since: date | None = None) -> Matter:
    return Matter(
        row["code"], row.get("parent", ""), row.get("kind", "civil"), row.get("article", ""), row.get("route", "A"),
        row.get("hardship", "needed"), row.get("or_other") == "yes", int(row.get("years") or 0), row.get("lawyer_only") == "yes",
        frozenset(str(row.get("stages", "")).split()), frozenset(str(row.get("who", "")).split()),
        tuple(str(row.get("proof", "case_paper")).split()), row.get("region", ""), row.get("source", ""), row.get("sure") in {"yes", True},
        since or date.fromisoformat(row["valid_from"]), _day(str(row.get("valid_to") or "")), words(row, "name"), words(row, "ask"),
    )  # fmt: skip


def _group(row: Mapping[str, str]) -> Group:
    return Group(
        row["code"], row["article"], row["hardship"], frozenset(row["matters"].split()), tuple(row["proof"].split()),
        _number(row["months"]), _number(row["least_age"]), _number(row["under_age"]), row["priority"] == "yes", row["mask"] == "yes",
        row["source"], row["sure"] == "yes", date.fromisoformat(row["valid_from"]), _day(row["valid_to"]), words(row, "name"), words(row, "ask"),
    )  # fmt: skip


@lru_cache(maxsize=8)
def rows(file: str) -> tuple[dict[str, str], ...]:
    """The rows of one of this folder's tables."""
    with open(HERE / file, encoding="utf-8", newline="") as source:
        return tuple(csv.DictReader(source))


@lru_cache(maxsize=1)
def _matters() -> tuple[Matter, ...]:
    return tuple(_matter(row) for row in rows("scope.csv"))


@lru_cache(maxsize=1)
def _groups() -> tuple[Group, ...]:
    return tuple(_group(row) for row in rows("groups.csv"))


def extra(day: date) -> tuple[Matter, ...]:
    """Matters that a region adds (法律援助法 Art 31(9), 32(5)): `[matter.CODE]` of the dated files, the newest of a code."""
    found: dict[str, Matter] = {}
    for since, content in means_files(day):
        for code, row in content.get("matter", {}).items():
            found[code] = _matter({**row, "code": code}, since)
    return tuple(found.values())


def covers(region: str, where: str) -> bool:
    """Whether a row of a region holds in a place; a row without one holds everywhere, and where no place is named all do."""
    bare = region
    while len(bare) >= 4 and bare.endswith("00"):
        bare = bare[:-2]
    return not where or where.startswith(bare)


def _stands(row: Matter | Group, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def matters(day: date, region: str = "") -> tuple[Matter, ...]:
    """The matters of a day in a place (a division code): the law's, then the region's own, which may replace by code."""
    own = {m.code: m for m in extra(day) if _stands(m, day) and covers(m.region, region)}
    law = [m for m in _matters() if _stands(m, day) and covers(m.region, region) and m.code not in own]
    return (*law, *own.values())


def matter(code: str, day: date, region: str = "") -> Matter | None:
    """One matter on a day; None when the law has none of that code then and there."""
    return next((m for m in matters(day, region) if m.code == code), None)


def groups(day: date) -> tuple[Group, ...]:
    """The categories of a day."""
    return tuple(g for g in _groups() if _stands(g, day))


def group(code: str, day: date) -> Group | None:
    """One category on a day; None when there is none."""
    return next((g for g in groups(day) if g.code == code), None)


def held(group: Group, *, issued: date | None, until: date | None, day: date) -> bool | None:
    """Whether a proof of a category is good on a day; None when its dates are not known and it does run out."""
    last = until or (group.good_until(issued) if issued else None)
    if last is not None:
        return day <= last
    return None if group.months and issued is None else True


def runs_out(group: Group, *, issued: date | None, until: date | None, day: date, within: int = 30) -> bool:
    """Whether a proof runs out within so many days."""
    last = until or (group.good_until(issued) if issued else None)
    return last is not None and day <= last <= day + timedelta(days=within)


def paper(code: str) -> Any:
    """The name of a paper that proves something; the code itself when the table has none."""
    row = next((r for r in rows("materials.csv") if r["code"] == code), None)
    return words(row, "name") if row else code


def named(code: str, day: date, region: str = "") -> Any:
    """The name of a matter or a category; the code itself when there is none."""
    found = matter(code, day, region) or group(code, day)
    return found.name if found else code


# What forms offer. The day is today's unless one is given.


def _today(day: date | None) -> date:
    return day or legal_day(timezone.now())


def asked(day: date | None = None, region: str = "") -> list[tuple[str, Any]]:
    """The matters an applicant may choose from, in everyday words."""
    return [("", ""), *((m.code, m.ask) for m in matters(_today(day), region) if m.route == "A" and str(m.ask))]


def noticed(day: date | None = None, region: str = "") -> list[tuple[str, Any]]:
    """The matters that an authority gives notice of: those it must (B), then those it may (C)."""
    found = [m for m in matters(_today(day), region) if m.route in {"B", "C"}]
    return [(m.code, m.name) for m in sorted(found, key=lambda m: m.route)]


def groups_asked(day: date | None = None) -> list[tuple[str, Any]]:
    """The categories an applicant may say they belong to, in everyday words."""
    return [(g.code, g.ask) for g in groups(_today(day)) if str(g.ask)]
