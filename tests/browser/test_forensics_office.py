"""The registrar's pages of appraisal in a real browser: the register, an application, a complaint, the rating, the numbers."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from open12348.lines.forensics import complaints, credit, measures, penalties, registration, roster
from open12348.lines.forensics.bureau_folk import settle_bureau
from open12348.registry.models import Organisation
from open12348.spine import casework
from open12348.spine.models import Case
from tests.people import Town

from .conftest import clean, shot

#: With SHOTS every page is looked at; else the two that a registrar has open all day.
EVERY = bool(os.environ.get("SHOTS"))


def filled(town: Town) -> dict[str, Case]:
    """A register with something to do: an application under review, a complaint in hand, a measure, a rating that was told."""
    settle_bureau(town)
    now = timezone.now()
    house = Organisation.objects.select_related("division").get(licence_no="650000111")

    def do(case: Case, move: str, who: str, **data: Any) -> Case:
        return casework.make(
            case=Case.objects.get(pk=case.pk), move=move, by=town.actor(who, now), at=timezone.now(), data=data
        )

    told = {
        "subject": "expert", "kind": "new", "name": "示例新鉴定人", "institution_no": "650000111", "subfields": ["0103", "0201"],
        "route": "degree", "years": "4", "clear": "on",
    }  # fmt: skip
    application = do(town.case(service=registration.CODE, when=now, said=told), "accept", "officer")
    complaint = town.case(
        service=complaints.CODE, when=now,
        said={"against": str(house.pk), "relation": "examined", "knew_on": (now - timedelta(days=40)).date().isoformat(),
              "story": "鉴定的时候没有通知我到场。", "opinion_no": "新示司鉴〔2026〕临鉴字第12号"},
    )  # fmt: skip
    complaint = do(complaint, "accept", "officer")
    penalty = town.case(
        service=penalties.CODE, when=now, by="officer",
        said={"licence_no": "650000111", "facts": "一名鉴定人单独出具意见书。", "basis": "司法鉴定机构登记管理办法第三十九条", "proposed": "warning"},
    )  # fmt: skip
    measures.propose(
        organisation=house, nature="rectify", facts="没有到场通知的记录。", basis="司法鉴定程序通则第二十五条", by=town.actor("officer", now),
        at=now, deadline=(now + timedelta(days=20)).date(),
    )  # fmt: skip
    rating = credit.propose(
        organisation=house,
        year=now.year - 1,
        level="A",
        reason="上一年没有投诉和处罚。",
        by=town.actor("pref", now),
        at=now,
    )
    credit.tell(rating=rating, by=town.actor("pref", now), at=now)
    roster.publish(
        division=town.units["653100000000"], by=town.actor("pref", now), at=now, document="喀地司〔2026〕12号"
    )
    return {"application": application, "complaint": complaint, "penalty": penalty}


@pytest.mark.parametrize("language", ["zh-hans", "ug"])
def test_the_pages_of_the_registrar(look: Callable[..., Page], transactional_town: Town, language: str) -> None:
    cases = filled(transactional_town)
    pages = [
        ("pref", "register", "bench/forensics.register/"),
        ("pref", "application", f"cases/{cases['application'].order.code}/"),
    ]
    if EVERY:
        pages += [
            ("officer", "complaint", f"cases/{cases['complaint'].order.code}/"),
            ("officer", "penalty", f"cases/{cases['penalty'].order.code}/"),
            ("officer_two", "measures", "bench/forensics.measures/"),
            ("pref_two", "credit", "bench/forensics.credit/"),
            ("officer", "counts", "bench/forensics.counts/"),
            ("bureau_house", "licence", "bench/forensics.licence/"),
        ]
    for width in ("phone", "desk"):
        for who, name, address in pages:
            page = look(f"/console/{address}", who=who, language=language, width=width)
            assert clean(page) == [], name
            shot(page, f"forensics-{name}-{width}-{language}")
