"""Papers in a real browser: the public page, the papers of a case at the desk, the person's own; three languages, phone and desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from open12348.kernel.blocks import Para
from open12348.spine import journal, papers
from open12348.spine.catalogue import Paper
from open12348.spine.models import IssuedPaper
from tests.people import Town

from .conftest import LANGUAGES, clean, shot

FORM = Paper(no=99, code="slip", title="示例凭证", blocks=(Para("示例：3 份。"),))


@pytest.fixture
def paper(transactional_town: Town) -> IssuedPaper:
    """A paper on its way to the applicant."""
    town, now = transactional_town, timezone.now()
    order = town.need(when=now)
    clerk = town.actor("clerk", now)
    with journal.turn(order_id=order.pk, by=clerk, at=now) as turn:
        issued = papers.issue(turn, FORM, tongues="zh")
    papers.deliver(paper=issued, way="electronic", by=clerk, at=now, consent=True)
    return issued


@pytest.mark.parametrize("language", LANGUAGES)
def test_anybody_asks_whether_a_paper_is_real(look: Callable[..., Any], paper: IssuedPaper, language: str) -> None:
    address = "/check/" + papers.address(paper.number, paper.facts_digest).partition("/check/")[2]
    page = look(address, language=language, width="phone")
    assert clean(page) == []
    shot(page, f"check-real-{language}")
    page.fill("#id_f", "0000 0000 0000 0000")
    page.locator("form[action='/check/'] button").first.click()
    assert page.locator(".notice.late").count() == 1
    assert clean(page) == []
    shot(page, f"check-not-{language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_papers_of_a_case_at_the_desk(look: Callable[..., Any], paper: IssuedPaper, language: str) -> None:
    for address, name in (
        (f"/console/cases/{paper.order.code}/papers/", "papers"),
        (f"/console/cases/{paper.order.code}/", "case"),
    ):
        page = look(address, who="officer", language=language)
        assert clean(page) == []
        assert page.get_by_text(paper.number).count() >= 1
        shot(page, f"desk-{name}-{language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_persons_own_papers(look: Callable[..., Any], paper: IssuedPaper, language: str) -> None:
    page = look(f"/me/{paper.order.code}/", who="applicant", language=language, width="phone")
    assert clean(page) == []
    assert page.locator("#papers").get_by_text(paper.number).first.is_visible()
    shot(page, f"mine-{language}")
