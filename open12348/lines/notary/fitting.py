"""Forms fitted to one case: only papers of its list, only warnings and conditions of its matter, what is already known."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.kernel.workdays import legal_day
from open12348.spine.models import Case

from . import areas, charging, checking, fees, materials, matters, online, people
from .models import NotaryCase


def _row(case: Case) -> NotaryCase | None:
    try:
        return checking.row_of(case.pk)
    except NotaryCase.DoesNotExist:
        return None


def _offer(form: forms.Form, name: str, choices: list[tuple[str, Any]], needed: bool = False) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
    if not choices:
        del form.fields[name]
    elif needed:
        field.needed = True  # type: ignore[attr-defined]


def _papers(found: list[materials.Wanted] | tuple[materials.Wanted, ...]) -> list[tuple[str, Any]]:
    return [(w.code, w.name) for w in found]


def _register(w: materials.Wanted) -> Any:
    return _("%(paper)s（%(register)s）") % {"paper": w.name, "register": w.proof.register}


def identity(form: forms.Form, case: Case, by: Actor) -> None:
    """Only the ways that fit how they meet."""
    row = _row(case)
    if row is not None:
        _offer(form, "how", [(k, v) for k, v in online.IDENTITY.items() if k in online.FITTING[row.mode]])


def facts(form: forms.Form, case: Case, by: Actor) -> None:
    """What is entered so far."""
    row = _row(case)
    if row is None:
        return
    for name in ("matter", "purpose", "use", "use_country", "mode", "partner_office", "party", "applies", "capacity", "born_on",
                 "common_property", "spouse", "subject", "value", "copies", "simple", "complex"):  # fmt: skip
        form.initial[name] = getattr(row, name)
    form.initial["uyghur"] = "ug" in row.languages
    form.initial.update({name: row.connections.get(name, "") for name in areas.CONNECTIONS})


def papers(form: forms.Form, case: Case, by: Actor) -> None:
    """The list of the case: what may be fetched, what may be promised."""
    row = _row(case)
    if row is None:
        return
    asked = checking.wanted(row)
    _offer(form, "seen", _papers(asked))
    _offer(form, "fetched", [(w.code, _register(w)) for w in asked if w.fetchable])
    _offer(form, "pledged", _papers([w for w in asked if w.pledge]))
    form.initial.update({"seen": row.seen, "fetched": row.fetched, "pledged": row.pledged})
    if "pledged" not in form.fields:
        for name in ("told", "signed"):
            del form.fields[name]
    if "fetched" not in form.fields:
        del form.fields["truth"]


def tolerant(form: forms.Form, case: Case, by: Actor) -> None:
    """The secondary papers that are not there yet."""
    row = _row(case)
    lacking = materials.missing(checking.lines(row)) if row is not None else []
    _offer(form, "later", _papers([w for w in lacking if not w.key]), needed=True)


def coming(form: forms.Form, case: Case, by: Actor) -> None:
    """What is still awaited."""
    row = _row(case)
    if row is None:
        return
    open_ones = materials.incomplete(checking.lines(row))
    asked = set(case.facts.get("asked") or [])
    wanted = [w for w in checking.wanted(row) if w in open_ones or w.code in asked]
    _offer(form, "seen", _papers(wanted))
    _offer(form, "fetched", [(w.code, _register(w)) for w in wanted if w.fetchable])


def asking(form: forms.Form, case: Case, by: Actor) -> None:
    """Only papers of the list; those that are there already stand below."""
    row = _row(case)
    if row is None:
        return
    lines = checking.lines(row)
    _offer(
        form, "wanted", _papers([ln.wanted for ln in sorted(lines, key=lambda ln: ln.state != "missing")]), needed=True
    )


def informing(form: forms.Form, case: Case, by: Actor) -> None:
    """The warnings of the matter; the second notary where two are needed."""
    row = _row(case)
    found = checking.matter_of(row) if row is not None else None
    if row is None or found is None:
        return
    _offer(form, "warned", matters.warnings_for(found), needed=True)
    form.initial.setdefault(
        "content",
        str(_("已说明“%(matter)s”的法律意义和可能产生的法律后果，以及当事人的权利和义务。")) % {"matter": found.name},
    )
    if not found.two:
        for name in ("second_notary", "witness", "unrelated"):
            del form.fields[name]
        return
    office = areas.office_of(case)
    others = (
        [w for w in people.notaries_of(office, timezone.now()) if w.pk != by.practitioner_id]
        if office is not None
        else []
    )
    _offer(form, "second_notary", [("", _("没有")), *((str(w.pk), w.name) for w in others)])


def charge(form: forms.Form, case: Case, by: Actor) -> None:
    row = _row(case)
    found = checking.matter_of(row) if row is not None else None
    if row is None:
        return
    if found is not None and not found.value:
        del form.fields["value"]
    else:
        form.initial["value"] = row.value


def pay(form: forms.Form, case: Case, by: Actor) -> None:
    """What is owed stands there already."""
    row = _row(case)
    if row is not None and row.fee is not None:
        form.initial["amount"] = fees.payable(row.fee, row.relief, row.relief_percent)


def asked_relief(form: forms.Form, case: Case, by: Actor) -> None:
    row = _row(case)
    if row is not None:
        form.initial["aid_number"] = row.relief_paper


def relief(form: forms.Form, case: Case, by: Actor) -> None:
    """Prefilled from the legal-aid decision; without one the ordinary fee stands there."""
    row = _row(case)
    if row is not None:
        form.initial.update(charging.prefilled(row, legal_day(timezone.now())))


def proposing(form: forms.Form, case: Case, by: Actor) -> None:
    """The conditions of this kind of matter."""
    row = _row(case)
    found = checking.matter_of(row) if row is not None else None
    if found is not None:
        _offer(form, "conditions", list(matters.CONDITIONS[found.kind]), needed=True)
