"""Forms fitted to one case: who may be chosen, what is already known."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Practitioner
from open12348.spine.models import Case

from . import fees, qualified, recusal
from .houses import case_of
from .models import ForensicCase, ForensicDuty, ForensicKind
from .qualified import Expert


def _choices(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def experts_of(row: ForensicCase, at: Any) -> list[Expert]:
    """The experts of the case's institution, weighed for it."""
    if row.institution is None:
        return []
    workers = list(Practitioner.objects.filter(kind="forensic_expert", organisation=row.institution))
    return qualified.experts(row.institution, row.field, at, recused=recusal.recused(row, workers))


def _label(e: Expert, same_name: set[int]) -> Any:
    parts = [e.worker.name, str(e.title)]
    if e.worker.pk in same_name:
        parts.append(str(_("和当事人同名，请先查明")))
    return " · ".join(p for p in parts if p)


def examiners(form: forms.Form, case: Case, by: Actor) -> None:
    """Those who may, the lead's list and the second's list turned by one; in a supplementary appraisal the first ones only."""
    row, now = case_of(case.pk), timezone.now()
    able = [e for e in experts_of(row, now) if e.able]
    if row.round > 1:
        first = originals(row)
        able = [e for e in able if e.worker.pk in first]
    same = recusal.namesakes(row, [e.worker for e in able])
    listed = [(str(e.worker.pk), _label(e, same)) for e in able]
    _choices(form, "lead", listed)
    _choices(form, "second", listed[1:] + listed[:1])
    _choices(form, "more", listed)


def originals(row: ForensicCase) -> set[int]:
    """Who appraised in the first round and was not taken off it."""
    rows = row.examiners.filter(duty=ForensicDuty.EXAMINER, round=1, until__isnull=True)
    return set(rows.values_list("practitioner_id", flat=True))


def standing(row: ForensicCase) -> list[Practitioner]:
    """Who appraises now."""
    rows = row.examiners.filter(duty=ForensicDuty.EXAMINER, until__isnull=True).select_related("practitioner")
    return [e.practitioner for e in rows.order_by("-lead", "pk")]


def of_the_case(form: forms.Form, case: Case, by: Actor) -> None:
    """Those who appraise here, for recusal and for signing a correction."""
    people = standing(case_of(case.pk))
    _choices(form, "expert" if "expert" in form.fields else "signer", [(str(w.pk), w.name) for w in people])


def reviewers(form: forms.Form, case: Case, by: Actor) -> None:
    """Those of the house with the field who did not appraise here."""
    row = case_of(case.pk)
    mine = {w.pk for w in standing(row)}
    able = [e for e in experts_of(row, timezone.now()) if e.able and e.worker.pk not in mine]
    own = [e for e in able if e.worker.pk == by.practitioner_id]
    listed = [(str(e.worker.pk), _label(e, set())) for e in [*own, *(e for e in able if e not in own)]]
    _choices(form, "reviewer", listed)
    _choices(form, "more", listed)
    if not row.hard and row.kind != ForensicKind.REPEATED:
        form.fields.pop("few", None)


def accept(form: forms.Form, case: Case, by: Actor) -> None:
    """What the commission said stands in the form already."""
    row = case_of(case.pk)
    form.initial.update({"field": row.field, "capacity": row.capacity})
    if row.kind != ForensicKind.REPEATED:
        form.fields.pop("special", None)


def sign(form: forms.Form, case: Case, by: Actor) -> None:
    """The items of the field; and relief filled in from a standing legal-aid decision (test 9): else the ordinary fee."""
    row = case_of(case.pk)
    _choices(form, "fee_item", fees.choices(legal_day(timezone.now()), row.field))
    number = fees.aided(case.order.person) if case.order.person else ""
    if number:
        form.initial.update({"aid_no": number, "relief": "waived", "fee": "0"})


def house(form: forms.Form, case: Case, by: Actor) -> None:
    """The institution chosen before."""
    row = case_of(case.pk)
    form.initial["institution"] = str(row.institution_id or "")
