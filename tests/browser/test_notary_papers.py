"""A certificate in a real browser: its public check, the register, the statistics and a review, in both directions and widths."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from open12348.lines.notary import test_certificates, test_reviews, townsfolk
from open12348.spine.models import Case
from tests.people import Town

from .conftest import clean, shot


def test_certificates_register_and_review_are_clean(look: Any, transactional_town: Town) -> None:
    """Chinese and Uyghur, 360 and 1280."""
    town, at = transactional_town, timezone.now()
    townsfolk.settle(town)
    made = test_certificates.issued(town, when=at, case=test_certificates.applied(town, when=at))[0]
    assert made.case is not None
    Case.objects.filter(pk=made.case_id).update(state="issued", phase="done", closed_at=at)
    case = test_reviews.asked(town, made, when=at, got_on=at.date().isoformat())
    Case.objects.filter(pk=case.pk).update(handler=town.staff["notary_two"])
    test_reviews.make(town, case, "accept", "notary_two", at)
    asked = urlencode({"kind": "notary", "number": made.number, "name": test_certificates.NAME})
    for language in ("zh-hans", "ug"):
        for width in ("phone", "desk"):
            for name, path, who in (
                ("check", f"/check/?{asked}", "nobody"), ("register", "/console/bench/notary.register/", "notary_head"),
                ("counts", "/console/bench/notary.counts/", "supervisor"), ("review", f"/console/cases/{case.order.code}/", "notary_two"),
                ("mine", f"/me/{made.case.order.code}/", "applicant"),
            ):  # fmt: skip
                page = look(path, who=who, language=language, width=width)
                shot(page, f"notary-{name}-{language}-{width}")
                assert clean(page) == [], (name, language, width)
