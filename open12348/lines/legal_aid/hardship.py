"""What was said about money, as a request to the means test; and the words of decisions, with the ways to object beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from open12348.kernel.workdays import legal_day
from open12348.registry import divisions, pack
from open12348.registry.models import Division
from open12348.spine import notices
from open12348.spine.casework import Act
from open12348.spine.models import Case

from . import means, remedy
from .models import Aid

ASKED = ("household", "income", "own_income", "savings", "debts", "opponent_home")


def answered(said: Mapping[str, Any]) -> bool:
    """True when something about money was told."""
    return any(said.get(name) not in (None, "") for name in ("household", "income", "own_income", "savings", "debts"))


def asked(said: Mapping[str, Any]) -> dict[str, Any]:
    """The answers about hardship, as plain data."""
    return {name: str(said[name]) for name in ASKED if said.get(name) not in (None, "")}


def assessed(aid: Aid, day: date) -> means.Result | None:
    """The means test over what the applicant told, by the figures of a day; None when nothing was told. It decides nothing."""
    if not aid.means:
        return None
    try:
        return means.assess(means.from_answers(json.loads(aid.means), day))
    except means.RequestFault:
        return None


def _named(division: Division) -> remedy.Named:
    return remedy.Named(division.name_zh, division.name_ug, division.name_en)


def office_of(case: Case) -> remedy.Office:
    """The office that decides a case: its county (None for the prefecture's own), its prefecture, its region."""
    root = divisions.root()
    facts = pack.about()
    county = case.county
    prefecture = _named(root) if root is not None else remedy.Named("")
    region = remedy.Named(
        str(facts.get("province_zh", "")), str(facts.get("province_ug", "")), str(facts.get("province_en", ""))
    )
    return remedy.Office(
        _named(county) if county is not None and (root is None or county.pk != root.pk) else None, prefecture, region
    )


def remedies(case: Case, on: date, served: date | None = None) -> tuple[remedy.Way, ...]:
    """The ways against a decision of this case's office."""
    return remedy.ways(office_of(case), on=on, served=served)


def _in_the_persons_language(act: Act, head: str, reason: str) -> str:
    """Reason and remedies on one page, in Chinese, and in the person's language beside it where that is another."""
    day = legal_day(act.at)
    parts = []
    for language in dict.fromkeys(["zh-hans", notices.screen_language(act.order.language)]):
        with translation.override(language):
            parts.append(f"{_(head)}\n{reason}\n\n{_('您可以这样做：')}\n{remedy.text(office_of(act.case), on=day)}")
    return "\n\n———\n\n".join(parts)


def refusal_text(aid: Aid, act: Act) -> str:
    """The refusal as the person reads it: the reason, the article, and the ways to object, on one page (LAL 43, O148 19)."""
    return _in_the_persons_language(act, gettext_noop("决定不给予法律援助，理由是："), aid.reason)


def termination_text(aid: Aid, act: Act) -> str:
    """The end of aid as the person reads it (LAL 48, 49)."""
    return _in_the_persons_language(act, gettext_noop("决定终止法律援助，理由是："), aid.reason)
