"""The registrar's pages of lawyers and the public postings in a real browser: on a phone and at a desk, in both scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from open12348.kernel.access import SYSTEM
from open12348.kernel.workdays import legal_day
from open12348.lines.lawyers import discipline, licence, register, townsfolk
from open12348.lines.lawyers.models import LawyerEntry
from open12348.registry.models import Organisation, Practitioner
from open12348.spine import casework
from open12348.spine.models import Case
from tests.people import Town

from .conftest import clean, shot


def filled(town: Town) -> tuple[Case, Case]:
    """An application to be examined, a lawyer suspended and posted, somebody who cannot be where they are."""
    townsfolk.settle(town)
    now = timezone.now()
    today = legal_day(now)
    firm = Organisation.objects.get(kind="law_firm")
    odd = Practitioner.objects.create(
        kind="lawyer", name_zh="示例丙", licence_no="16531202010000003", organisation=firm, division=firm.division
    )
    LawyerEntry.objects.create(
        practitioner=odd, category="6", certificate="C", relaxed_area=town.units["653131000000"], first_year=2020
    )
    register.enter_pool(
        lawyer=town.staff["provider"].practitioner, languages=["zh", "ru"], nominated_by="示例律协", by=SYSTEM,
        at=now - timedelta(days=330),
    )  # fmt: skip
    asked = town.case(service=licence.CODE, by="officer", when=now, place="centre", said=dict(licence.service().example, materials=["qualification"]))  # fmt: skip
    case = town.case(
        service=discipline.CODE,
        by="clerk",
        when=now,
        said={"about": "示例律师", "ground": "fee", "story": "私下收钱（示例）"},
    )
    stop = {"article": "art48", "measures": ["suspension"], "months": "3", "facts_found": "有转账记录（示例）"}
    steps: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("file", "officer", {"lawyer_no": townsfolk.EXAMPLE_LAWYER, "happened_on": str(today - timedelta(days=30))}), ("inform", "bureau", stop),
        ("defend", "bureau", {"note": "承认（示例）", "waived": "on"}), ("review", "bureau_two", {"note": "审核（示例）"}),
        ("decide", "bureau", {**stop, "document": "示〔2026〕1号", "minutes": "1", "stops_from": str(today), "credit": "general"}),
    )  # fmt: skip
    for move, who, data in steps:
        casework.make(case=Case.objects.get(pk=case.pk), move=move, by=town.actor(who, now), at=now, data=data)
    return asked, case


@pytest.mark.parametrize(
    ("language", "width"), [("zh-hans", "phone"), ("ug", "desk"), ("zh-hans", "desk"), ("ug", "phone")]
)
def test_the_registrars_pages(look: Callable[..., Page], transactional_town: Town, language: str, width: str) -> None:
    asked, case = filled(transactional_town)
    for name, address in (
        ("register", "/console/bench/lawyers.register/"), ("pool", "/console/bench/lawyers.pool/"), ("counts", "/console/bench/lawyers.counts/"),
        ("licence", f"/console/cases/{asked.order.code}/"), ("penalty", f"/console/cases/{case.order.code}/"),
    ):  # fmt: skip
        page = look(address, who="bureau", language=language, width=width)
        assert clean(page) == []
        shot(page, f"lawyers-{name}-{width}-{language}")
    page = look("/postings/", language=language, width=width)
    assert clean(page) == []
    shot(page, f"postings-{width}-{language}")
