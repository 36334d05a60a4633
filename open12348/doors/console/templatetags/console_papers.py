"""The papers of a case, on its page."""

from __future__ import annotations

from typing import Any

from django import template

from open12348.spine import casework, papers
from open12348.spine.models import Case, Delivery, IssuedPaper

register = template.Library()


def row(paper: IssuedPaper) -> dict[str, Any]:
    """One paper with how its deliveries stand: `waiting` is on its way, `arrived` the first that reached the applicant."""
    ways: list[Delivery] = sorted(paper.deliveries.all(), key=lambda d: d.pk)
    return {
        "paper": paper, "title": papers.title_of(paper), "ways": ways, "by": paper.replaced_by.first(),
        "waiting": [d for d in ways if not d.received_at and not d.failed_at],
        "arrived": next((d for d in ways if d.received_at and d.to == "applicant"), None),
    }  # fmt: skip


@register.inclusion_tag("console/_papers.html", takes_context=True)
def papers_of(context: Any, case: Case) -> dict[str, Any]:
    """The papers that went out in a case, newest first; and whether a form may be made by hand."""
    offered = casework.offered(case, context["request"].actor)
    return {"rows": [row(paper) for paper in papers.of_case(case.order)], "case": case, "offered": offered}
