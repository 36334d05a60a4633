"""An institution's list and an expert's case in a real browser; with SHOTS the experts' choice, the review and the resident's too."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page

from open12348.lines.forensics import test_support as hands
from open12348.registry import items
from open12348.spine.models import Case
from tests.people import Town

from .conftest import clean, shot

#: With SHOTS every page is looked at; else the two that an institution and an expert have open all day.
EVERY = bool(os.environ.get("SHOTS"))


def filled(town: Town) -> dict[str, Case]:
    """An institution with something to do: one to accept, one without experts, one under way, one to review, one out."""
    fresh = hands.commission(town)
    named = hands.signed(town, start=hands.commission(town, client_no="（2026）示民初2号"))
    work = hands.record(town, hands.working(town, start=hands.commission(town, client_no="（2026）示民初3号")))
    review = hands.drafted(town, start=hands.commission(town, client_no="（2026）示民初4号"))
    own = {"context": "non_litigation", "client": "person", "client_name": "", "client_no": ""}
    out = hands.delivered(town, start=hands.commission(town, **own))
    town.applicant = out.order.person
    return {"fresh": fresh, "named": named, "work": work, "review": review, "out": out}


@pytest.mark.parametrize("width", ["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-hans", "ug"])
def test_the_pages_of_an_institution(
    look: Callable[..., Page], transactional_town: Town, language: str, width: str
) -> None:
    cases = filled(transactional_town)
    if EVERY:
        items.publish(
            values={"code": "G02", "category": "G", "name_zh": "司法鉴定", "name_ug": "ئەدلىيە باھالىشى", "name_en": "Forensic appraisal",
                    "who": {"zh": "所有人"}, "channels": ["C"], "levels": ["county"], "valid_from": date(2021, 1, 1)},
            on=date(2026, 11, 23),
        )  # fmt: skip
    pages = [
        ("house", "house", "/console/bench/forensics.house/"),
        ("expert", "work", f"/console/cases/{cases['work'].order.code}/"),
    ]
    if EVERY:
        pages += [
            ("house", "fresh", f"/console/cases/{cases['fresh'].order.code}/"),
            ("house", "named", f"/console/cases/{cases['named'].order.code}/"),
            ("house", "review", f"/console/cases/{cases['review'].order.code}/"),
            ("supervisor", "closed", f"/console/cases/{cases['review'].order.code}/"),
            ("applicant", "mine", f"/me/{cases['out'].order.code}/"),
            ("nobody", "ask", "/ask/?item=G02"),
            ("nobody", "check", "/check/?kind=forensics"),
        ]
    for who, name, address in pages:
        page = look(address, who=who, language=language, width=width)
        shot(page, f"forensics-{name}-{language}-{width}")
        assert clean(page) == [], (who, name)
        page.context.close()
