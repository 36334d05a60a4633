"""What the papers of forensic appraisal name: client, institution, matter, people, days."""

from __future__ import annotations

from typing import Any

from open12348.kernel.blocks import Code, Named
from open12348.kernel.workdays import legal_day
from open12348.spine import papers
from open12348.spine.casework import Act

from .. import fields, fitting
from ..houses import case_of
from ..models import ForensicCase, ForensicContext, ForensicDuty


def client(row: ForensicCase, act: Act) -> Any:
    """Who commissions: a body by its name, a person by theirs."""
    if row.client_name:
        return row.client_name
    return papers.named(act.order.person) if act.order.person else None


def tongues(act: Act) -> str:
    """An authority reads Chinese; a person as they read."""
    return "zh" if case_of(act.order.pk).context == ForensicContext.LITIGATION else ""


def field_named(row: ForensicCase) -> Named | None:
    """The sub-field in three scripts."""
    found = fields.by_code(row.field)
    return Named(**dict(found.names)) if found else None


def code(text: str) -> Code | None:
    return Code(text) if text else None


def examiners(row: ForensicCase) -> list[Named]:
    """Who appraises, the lead first."""
    return [papers.named(w) for w in fitting.standing(row)]


def reviewers(row: ForensicCase) -> list[Named]:
    """Who reviews."""
    rows = row.examiners.filter(duty=ForensicDuty.REVIEWER, until__isnull=True, round=row.round)
    return [papers.named(e.practitioner) for e in rows.select_related("practitioner").order_by("pk")]


def things(row: ForensicCase) -> list[dict[str, Any]]:
    """The list of materials."""
    return [
        {
            "thing": m.name, "sort": m.get_kind_display(), "quantity": m.quantity, "state": m.state or "—", "storage": m.storage or "—",
            "came": legal_day(m.received_at),
        }
        for m in row.materials.order_by("number")
    ]  # fmt: skip


def about(act: Act) -> dict[str, Any]:
    """What most of them name."""
    row = case_of(act.order.pk)
    return {
        "client": client(row, act), "client_no": code(row.client_no), "contact": row.client_contact or None,
        "house": papers.named(row.institution) if row.institution else None,
        "office": papers.named(row.institution) if row.institution else papers.named(act.case.place), "field": field_named(row),
        "matter": row.matter or None, "use": row.purpose or None, "facts": row.facts or None,
        "subject": row.subject_name or None, "kind": row.get_kind_display(), "context": row.get_context_display(),
        "prior_no": row.prior_no or None, "effective": row.effective_on, "complete_by": row.complete_by,
        "received": legal_day(act.case.received_at), "materials": things(row), "examiners": examiners(row) or None,
    }  # fmt: skip
