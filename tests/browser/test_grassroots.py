"""Grassroots legal service and the counsel's bench in a real Chromium: a worker on a phone, a registrar at a desk, the client."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from open12348.lines.grassroots import townsfolk
from open12348.spine import casework
from tests.people import Town

from .conftest import WIDTHS, clean, shot


def test_the_pages_of_workers_offices_and_counsel_are_clean(look: Any, transactional_town: Town) -> None:
    town, now = transactional_town, timezone.now()
    townsfolk.settle(town)
    ask = {"story": "邻居占地", "kind": "civil"}
    waiting = town.need(service="grassroots.matter", said=ask, when=now)
    taken = town.need(service="grassroots.matter", said=ask, when=now).case
    contract = {"kind": "civil", "client_area": "653125000000", "contract_no": "合同1", "signed_on": now.date().isoformat(), "fee": "500", "receipt_no": "收1"}  # fmt: skip
    casework.make(case=taken, move="accept", by=town.actor("gls_worker", now), at=now, data=contract)
    leaving = town.need(service="grassroots.detachment", said={"office": str(town.grassroots.pk), "situation": "三名工作者"}, by="officer", when=now)  # type: ignore[attr-defined]  # fmt: skip
    wrong = []
    for who, addresses in (
        ("gls_worker", {"take": f"/console/cases/{waiting.code}/", "at-work": f"/console/cases/{taken.order.code}/"}),
        ("gls_prefecture", {
            "register": "/console/bench/grassroots.register/", "statistics": "/console/bench/grassroots.statistics/",
            "detachment": f"/console/cases/{leaving.code}/", "counsel": "/console/bench/lawyers.counsel/",
        }),
        ("applicant", {"mine": f"/me/{taken.order.code}/"}),
    ):  # fmt: skip
        for language, width in (("ug", "phone"), ("zh-hans", "desk")):
            page = look("/", who=who, language=language, width=width)
            assert page.viewport_size["width"] == WIDTHS[width][0]
            for name, address in addresses.items():
                page.goto(address)
                shot(page, f"gls-{name}-{language}-{width}")
                wrong += [f"{name} {language}: {fault}" for fault in clean(page)]
    assert wrong == []
