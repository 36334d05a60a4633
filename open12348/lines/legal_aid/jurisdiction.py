"""Which institution decides: by where the matter is handled or arose, never by where the applicant is registered (LAL Art 38)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.sentences import say

from .sentences import article


@dataclass(frozen=True)
class Where:
    """What is known of a matter's place; division codes, '' for not known.

    litigation: whether an authority (court, procuratorate, police) handles it as a case; None when not known.
    organ: the county or prefecture whose authority handles it; level: of that authority, county | prefecture | region.
    dispute_body: where the body that handles the dispute sits (arbitration, mediation, the organ of reconsideration).
    arose: where it happened. received: institutions that hold the application already, with the instant.
    """

    litigation: bool | None = None
    organ: str = ""
    level: str = ""
    dispute_body: str = ""
    arose: str = ""
    received: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True)
class Competent:
    """The institutions that may decide, by division code; ours: True, False, or None when it cannot be told yet."""

    institutions: tuple[str, ...]
    ours: bool | None
    say: Any
    article_codes: str
    sure: bool

    @property
    def article(self) -> Any:
        return article(self.article_codes)


def prefecture_of(code: str) -> str:
    """The prefecture that a division code lies in."""
    return code[:4].ljust(12, "0")


def region_of(code: str) -> str:
    """The region (province level) that a division code lies in."""
    return code[:2].ljust(12, "0")


def county_of(code: str) -> str:
    """The county (or the prefecture, for its own code) that a division code lies in."""
    return code[:6].ljust(12, "0")


def _seat(code: str, level: str) -> str:
    """The institution beside an authority of a level: a prefecture's court, the prefecture's institution."""
    if not code:
        return ""
    if level == "region":
        return region_of(code)
    return prefecture_of(code) if level == "prefecture" else county_of(code)


def competent(where: Where, here: str) -> Competent:
    """Which institutions may decide, and whether ours (`here`, its division code) is the one. Domicile is never asked."""
    here = county_of(here)
    because: Any = ""
    if where.litigation:
        found: Sequence[str] = [_seat(where.organ, where.level)]
        because, basis, sure = (
            _("诉讼的事，由办案机关所在地的法律援助机构办理。"),
            "LAL 38",
            not where.level or where.level == "county",
        )
    elif where.litigation is False:
        found = [county_of(c) if c else "" for c in (where.dispute_body, where.arose)]
        because, basis, sure = _("非诉讼的事，由争议处理机关所在地或者事由发生地的法律援助机构办理。"), "LAL 38", True
    else:
        found, because, basis, sure = [], "", "LAL 38", True
    institutions = tuple(dict.fromkeys(c for c in found if c))
    if not institutions:
        return Competent(
            (), None,
            _("先问清办案机关、争议处理机关在哪里，或者事情在哪里发生。和户口在哪里没有关系。"), "LAL 38", True,
        )  # fmt: skip
    if len(institutions) > 1 and (held := [r for r in where.received if county_of(r[0]) in institutions]):
        first = county_of(min(held, key=lambda r: r[1])[0])
        return Competent(
            institutions, first == here,
            say(_("%(because)s两个机构都有权办理的，由最先收到申请的办理。"), because=because), "LAL 38; O148 10", sure,
        )  # fmt: skip
    return Competent(institutions, here in institutions, because, basis, sure)
