"""The notary's desk in a real browser, with a matter that is being looked at; with SHOTS the head's and the resident's pages too."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from open12348.lines.notary import tests as office
from open12348.registry import items
from open12348.spine import casework
from open12348.spine.models import Case
from tests.people import Town

from .conftest import clean, shot

#: With SHOTS every page is looked at; else the two that a notary has open all day.
EVERY = bool(os.environ.get("SHOTS"))


def filled(town: Town) -> dict[str, Case]:
    """An office with something to do: one matter before acceptance, one under review, one sent up, one will."""
    office.office_at(town)
    now = timezone.now() - timedelta(hours=2)

    def do(case: Case, move: str, who: str = "notary", **data: Any) -> Case:
        return casework.make(
            case=Case.objects.get(pk=case.pk), move=move, by=town.actor(who, now), at=timezone.now(), data=data
        )

    def entered(seen: list[str], **facts: str) -> Case:
        case = office.applied(town, when=now)
        do(case, "identify", how="card", came="on")
        do(case, "facts", **{**office.FACTS, **facts})
        return do(case, "papers", seen=seen)

    before = entered(office.ALL[:4])
    review = do(entered(office.ALL), "accept", **office.YES)
    up = do(entered(office.ALL), "accept", **office.YES)
    do(up, "inform", content="已说明意义和后果", way="face", signed_by="party", read_in="zh", warned=office.WARNED)
    do(up, "charge", pieces="1")
    do(up, "pay", amount="200", receipt_no="示例-1")
    do(up, "propose", conditions=office.CONDITIONS)
    office.applied(town, when=now, matter="N06")
    return {"before": before, "review": review, "up": up}


@pytest.mark.parametrize("width", ["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-hans", "ug"])
def test_the_pages_of_the_notary(
    look: Callable[..., Page], transactional_town: Town, language: str, width: str
) -> None:
    cases = filled(transactional_town)
    if EVERY:
        items.publish(
            values={"code": "F02", "category": "F", "name_zh": "公证办理", "name_ug": "گۇۋاھلىق بېجىرىش", "name_en": "Notarisation",
                    "valid_from": date(2021, 1, 1)},
            on=timezone.now().date(),
        )  # fmt: skip
    pages = [
        ("notary", "desk", "/console/bench/notary.desk/"),
        ("notary", "before", f"/console/cases/{cases['before'].order.code}/"),
    ]
    if EVERY:
        pages += [
            ("notary", "review", f"/console/cases/{cases['review'].order.code}/"),
            ("notary_head", "head", "/console/bench/notary.desk/"),
            ("notary_head", "up", f"/console/cases/{cases['up'].order.code}/"),
            ("supervisor", "offices", "/console/bench/notary.offices/"),
            ("applicant", "mine", f"/me/{cases['review'].order.code}/"),
            ("nobody", "ask", "/ask/?item=F02"),
        ]
    for who, name, address in pages:
        page = look(address, who=who, language=language, width=width)
        shot(page, f"notary-{name}-{language}-{width}")
        assert clean(page) == [], (who, name)
        page.context.close()
