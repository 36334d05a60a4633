"""What the moves of the notary line ask before they are made (guards) and what they change (effects). One transaction each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from open12348.spine.casework import Act
from open12348.spine.journal import Turn

from . import certificates
from .models import Decision, NotaryCase


def row_of(order_id: int) -> NotaryCase:
    """The line's row of a case."""
    return NotaryCase.objects.select_related("order__case__place__organisation", "second_notary").get(order_id=order_id)


def applied(turn: Turn, said: Mapping[str, Any]) -> None:
    """An application came in: its row."""
    NotaryCase.objects.create(order=turn.order, matter=str(said.get("matter") or ""), languages=["zh"])


def accepted(act: Act) -> None:
    """The application is accepted: the statutory limit runs from today."""
    NotaryCase.objects.filter(order_id=act.order.pk).update(accepted_at=act.at, accepted_by_id=act.by.account_id)


def approved(act: Act) -> None:
    """The certificate is issued: it works from today (公证法 Art 32), and its numbers are given in this transaction."""
    row = row_of(act.order.pk)
    row.approved_at, row.approved_by_id, row.issued_at, row.decision = act.at, act.by.account_id, act.at, Decision.ISSUE
    row.save(update_fields=["approved_at", "approved_by", "issued_at", "decision"])
    certificates.issue(act, row)
