"""What the papers say of a dispute. What is not known stays None, which prints a line to write on."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Code, Named, PaperFault
from open12348.kernel.workdays import legal_day
from open12348.spine import papers
from open12348.spine.casework import Act
from open12348.spine.intake import said

from .. import acts, kinds, rules
from ..models import Difficulty, Dispute, DisputeSource, MediationAgreement

NONE: Any = _("无")


def code(text: Any) -> Code | None:
    """A number that is kept in one piece, or nothing."""
    return Code(str(text)) if text else None


def label(choices: Any, value: str) -> Any:
    """The word of a choice, or nothing."""
    return dict(choices).get(value) if value else None


def kind_of(row: Dispute) -> Named | None:
    """The kind of dispute in each script."""
    found = kinds.row(row.kind)
    return Named(found["name_zh"], found["name_ug"], found["name_en"]) if found else None


def about(act: Act) -> dict[str, Any]:
    """What nearly every paper of the file names."""
    row, content, person = acts.row_of(act.order.pk), said(act.order), act.order.person
    return {
        "opponent": acts.opponent_of(act.order) or None, "phone": code(person.phone if person else ""),
        "id_number": code(person.id_number if person else ""), "opponent_phone": code(row.opponent_phone),
        "story": str(content.get("story") or "") or None, "kind": kind_of(row),
        "difficulty": label(Difficulty.choices, row.difficulty), "source": label(DisputeSource.choices, row.source),
        "sender": row.sender or NONE, "sender_no": code(row.sender_no) or NONE, "people": row.people,
        "received": legal_day(act.case.received_at), "mediator": papers.named(row.mediator) if row.mediator else None,
        "committee": papers.named(row.committee) if row.committee else papers.named(act.case.place),
    }  # fmt: skip


def agreement(act: Act) -> MediationAgreement:
    """The agreement that stands. Errors: PaperFault when there is none."""
    found = acts.agreement_of(acts.row_of(act.order.pk))
    if found is None:
        raise PaperFault(_("还没有协议，不能出这份文书。"))
    return found


def of_agreement(act: Act) -> dict[str, Any]:
    """What an agreement says."""
    found = agreement(act)
    return {
        **about(act), "content": found.content, "amount": found.amount if found.amount is not None else NONE,
        "perform_by": found.perform_by or NONE, "effective_on": found.effective_on,
    }  # fmt: skip


def roads(act: Act) -> list[Any]:
    """The roads that were shown, as sentences."""
    shown = set(act.data.get("roads") or act.case.facts.get("roads") or [])
    return [words for code_, words in rules.ROADS if code_ in shown] or [NONE]
