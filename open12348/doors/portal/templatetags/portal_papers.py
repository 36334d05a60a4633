"""The papers that are for the person, on the page of their matter."""

from __future__ import annotations

from typing import Any

from django import template

from open12348.spine import papers
from open12348.spine.models import Case, DeliveryWay

register = template.Library()


@register.inclusion_tag("portal/_papers.html", takes_context=True)
def papers_for(context: Any, case: Case) -> dict[str, Any]:
    """Papers of a matter that are for the person, newest first; one sent electronically counts as received once opened."""
    rows = []
    for paper in papers.of_case(case.order, resident=True):
        mine = [d for d in paper.deliveries.all() if d.to == "applicant"]
        rows.append(
            {
                "paper": paper, "title": papers.title_of(paper), "arrived": next((d for d in mine if d.received_at), None),
                "waits": any(d.way == DeliveryWay.ELECTRONIC and not d.received_at and not d.failed_at for d in mine),
                "by": paper.replaced_by.first(),
            }
        )  # fmt: skip
    return {"rows": rows, "case": case, "request": context["request"]}
