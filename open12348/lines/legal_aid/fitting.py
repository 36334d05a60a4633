"""Forms fitted to one case: who may be chosen, what is already known; and the guard that waits for a day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Practitioner
from open12348.spine.casework import Act
from open12348.spine.models import Case

from . import acts, assigning, checking, closing_rules
from .models import Aid, ClosingPaper, Hardship

#: So many candidates are offered by name; the others are counted.
MOST = 12


def _aid(case: Case) -> Aid | None:
    return Aid.objects.select_related("lawyer", "unit").filter(order_id=case.pk).first()


def _choices(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def lawyers(form: forms.Form, case: Case, by: Actor) -> None:
    """Those whose turn it is, first; those who may not are not there to choose."""
    aid = _aid(case)
    if aid is None:
        return
    found = [c for c in assigning.candidates(aid, case, timezone.now()) if c.able]
    _choices(form, "lawyer", [(str(c.worker.pk), assigning.label(c)) for c in found[:MOST]])
    if found and not form.is_bound:
        form.initial["lawyer"] = str(found[0].worker.pk)


def colleagues(form: forms.Form, case: Case, by: Actor) -> None:
    """The people of the firm that was asked; the one that the institution had in mind first."""
    aid = _aid(case)
    if aid is None:
        return
    rows = (
        Practitioner.objects.filter(organisation_id=aid.unit_id, kind__in=["lawyer", "grassroots_worker"])
        if aid.unit_id
        else []
    )
    people = sorted(rows, key=lambda w: (w.pk != aid.lawyer_id, w.pk))
    if not people and aid.lawyer is not None:
        people = [aid.lawyer]
    found = assigning.candidates(aid, case, timezone.now(), only=[w.pk for w in people])
    free = {c.worker.pk for c in found if c.able}
    able = [w for w in people if w.pk in free]
    _choices(form, "lawyer", [(str(w.pk), w.name) for w in able])


def facts(form: forms.Form, case: Case, by: Actor) -> None:
    """What is known stands in the form already."""
    aid = _aid(case)
    if aid is None:
        return
    for name in ("matter", "stage", "position", "cause", "authority", "authority_name", "authority_no", "lapses_on"):
        form.initial[name] = getattr(aid, name) or form.fields[name].initial
    form.initial["groups"] = aid.proven
    form.initial.update({
        "papers": case.facts.get("papers", []), "represented": case.facts.get("represented", ""),
        "by_representative": case.facts.get("represented_by", False), "born_on": case.facts.get("born") or None,
    })  # fmt: skip
    form.initial["pledged"] = aid.pledged_at is not None
    form.initial["authority_county"] = aid.authority_county.code if aid.authority_county else ""
    if not checking.may_ask_hardship(aid.matter, legal_day(timezone.now())):
        form.fields.pop("pledged", None)  # Art 32: nothing about money may be asked


def grant(form: forms.Form, case: Case, by: Actor) -> None:
    """The way the law looks at hardship in this matter comes first."""
    aid = _aid(case)
    if aid is None:
        return
    day = legal_day(timezone.now())
    if not checking.may_ask_hardship(aid.matter, day):
        _choices(form, "hardship", [(Hardship.NONE.value, Hardship.NONE.label)])
        form.initial["hardship"] = Hardship.NONE.value
    else:
        _choices(form, "hardship", [(h.value, h.label) for h in (Hardship.PRESUMED, Hardship.STATED)])
        form.initial["hardship"] = (
            Hardship.PRESUMED.value
            if checking.presumed_by(list(aid.proven), day, aid.matter)
            else Hardship.STATED.value
        )


def closing(form: forms.Form, case: Case, by: Actor) -> None:
    """Only the papers that end this stage."""
    aid = _aid(case)
    if aid is None:
        return
    allowed = closing_rules.papers_for(aid.kind, aid.stage)
    if allowed:
        _choices(form, "closing_paper", [(k, v) for k, v in ClosingPaper.choices if k in allowed])


def waited_long_enough(act: Act) -> Any:
    """Nobody is deemed to have withdrawn before the day that was set for the papers, or without having been asked."""
    aid = acts.aid_of(act.order.pk)
    asked = act.order.corrections.filter(answered_at__isnull=True).order_by("-asked_at").first()
    if asked is None and aid.formalities_by is None:
        return _("还没有要求补充材料，不能视为撤回。")
    due = aid.formalities_by if aid.provisional and asked is None else checking.supplement_due(aid, asked)
    if due is not None and legal_day(act.at) <= due:
        return _("补充材料的期限（%(day)s）还没有到。") % {"day": due.isoformat()}
    return None
