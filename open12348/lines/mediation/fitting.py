"""Forms fitted to one case: who may mediate, what is known already, which letters went out, which services there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils import timezone

from open12348.kernel.access import Actor
from open12348.kernel.workdays import legal_day
from open12348.registry import items
from open12348.spine import catalogue
from open12348.spine.models import Case
from open12348.ui.templatetags.ui import day_words

from . import acts, choosing, following
from .models import Dispute

#: So many mediators are offered by name.
MOST = 12
#: Items of the published list that a dispute is passed on to, in the order in which they are offered.
ONWARD = ("C08", "C11", "F02", "G02", "B01")


def _choices(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def mediators(form: forms.Form, case: Case, by: Actor) -> None:
    """Those who may, the nearest first; who may not is not there to choose.

    A county has more mediators than anybody reads through: the first are shown, and whoever else may is taken when named.
    """
    able = [c for c in choosing.candidates(case, timezone.now()) if c.able]
    named = str(form.data.get("mediator") or "") if form.is_bound else ""
    found = [c for n, c in enumerate(able) if n < MOST or str(c.worker.pk) == named]
    _choices(form, "mediator", [(str(c.worker.pk), choosing.label(c)) for c in found])
    if found and not form.is_bound:
        form.initial["mediator"] = str(found[0].worker.pk)


def known(form: forms.Form, case: Case, by: Actor) -> None:
    """What is known stands in the form already."""
    row = Dispute.objects.filter(order_id=case.pk).first()
    if row is None:
        return
    if case.order.parties.filter(role="opponent").exists():
        form.fields.pop("opponent", None)  # who is known is not asked again
    for name in ("kind", "difficulty", "source", "sender", "sender_no", "sent_on", "signed_on", "summary_procedure", "reply_by",
                 "people", "violence", "known_on", "opponent_phone"):  # fmt: skip
        form.initial[name] = getattr(row, name)
    form.initial["consented"] = case.facts.get("consented", False)
    if row.amount is not None:
        form.initial["amount"] = f"{row.amount.normalize():f}元"


def today(*names: str) -> Callable[[forms.Form, Case, Actor], None]:
    """A fitting: these days stand in the form as today, for that is when things are mostly written down."""

    def fit(form: forms.Form, case: Case, by: Actor) -> None:
        for name in names:
            form.initial.setdefault(name, legal_day(timezone.now()))

    return fit


def letters(form: forms.Form, case: Case, by: Actor) -> None:
    """The letters of this dispute."""
    row = Dispute.objects.filter(order_id=case.pk).first()
    rows = row.letters.all() if row is not None else []
    today = legal_day(timezone.now())
    form.initial["on"] = today
    _choices(
        form,
        "letter",
        [(str(r.pk), f"{r.get_to_display()} {r.name} · {day_words(legal_day(r.sent_at), today=today)}") for r in rows],
    )


def services(form: forms.Form, case: Case, by: Actor) -> None:
    """Items of the published list that somebody answers today."""
    day = legal_day(timezone.now())
    found = [(code, items.by_code(code, day)) for code in ONWARD]
    _choices(
        form,
        "item",
        [
            (code, f"{code} {item.name}")
            for code, item in found
            if item is not None and catalogue.for_item(code, on=day)
        ],
    )


# Which buttons are worth showing; the guards decide all the same


def in_danger(case: Case, by: Actor) -> bool:
    """Danger was reported."""
    return Dispute.objects.filter(order_id=case.pk, danger_at__isnull=False).exists()


def wrote_letters(case: Case, by: Actor) -> bool:
    """A letter went out."""
    return Dispute.objects.filter(order_id=case.pk, letters__isnull=False).exists()


def sent_by_organ(case: Case, by: Actor) -> bool:
    """Somebody waits to be told how it ended."""
    return Dispute.objects.filter(order_id=case.pk, source__in=acts.ORGANS).exists()


def may_be_confirmed(case: Case, by: Actor) -> bool:
    """The thirty days are not over."""
    now = timezone.now()
    last = following.confirm_last(case, now)
    return last is not None and legal_day(now) <= last
