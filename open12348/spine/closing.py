"""After the end: the rating, taking it up again, and what is kept how long."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.workdays import Unit, calendar_for, legal_day, reckon
from open12348.registry.divisions import calendar_layers
from open12348.registry.models import Person

from . import casework, files
from .casework import Refused
from .intake import Invalid
from .journal import turn
from .lists import may_see, roles_over, visible
from .models import Case, DocumentKind, Grade, Order, Outcome, Rating

#: Working days within which a bad rating is checked and answered (domain/a 3.6; local rules 5 to 15, so a default).
BAD_RATING_DAYS = 15


class RatingForm(forms.Form):
    """Five grades, a word if the person likes."""

    grade = forms.TypedChoiceField(
        label=_("您对这次服务满意吗"), choices=Grade.choices, coerce=int, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("想说的话"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


def current_outcome(order: Order) -> Outcome | None:
    """How the need ended, if it has."""
    return order.outcomes.filter(superseded_at__isnull=True).first()


def rate(*, case: Case, by: Actor, at: datetime, grade: int | str, text: str = "", via: str = "web") -> Rating:
    """Take a rating: voluntary, one for one ending, only by the person or for them by a caller-back.

    Errors: Invalid, Refused (not ended, rated before), Denied (the one who handled it may not rate it).
    """
    form = RatingForm({"grade": grade, "text": text})
    if not form.is_valid():
        raise Invalid(form)
    if not may_see(by, case) or not (by.is_resident or by.kind == "system" or by.is_staff or by.kind == "partner"):
        raise Denied(_("只有本人可以评价。"))
    with turn(order_id=case.pk, by=by, at=at) as now:
        if by.account_id is not None and by.account_id == now.case.handler_id:
            raise Denied(_("办理人不能代为评价。"))
        outcome = current_outcome(now.order)
        if outcome is None:
            raise Refused(_("办结后才能评价。"))
        value = form.cleaned_data["grade"]
        try:
            with transaction.atomic():
                row = Rating.objects.create(
                    order=now.order, outcome=outcome, grade=value, text=form.cleaned_data["text"], at=at, via=via
                )
        except IntegrityError:
            raise Refused(_("这次办理已经评价过了，谢谢您。")) from None
        now.write("rated", grade=value, bad=value <= Grade.DISSATISFIED)
    return row


def reopen(*, case: Case, by: Actor, at: datetime, reason: str) -> Case:
    """Take a need up again because the person is not satisfied. The first ending stays in the journal."""
    if not reason.strip():
        raise Refused(_("请写明哪里没有办好。"))
    return casework.make(case=case, move="reopen", by=by, at=at, data={"reason": reason})


def callback_due(rating: Rating) -> datetime:
    """Until when a bad rating must be called back and answered."""
    case = rating.order.case
    layers = calendar_layers(case.county)
    return reckon(rating.at, Unit.WORKDAYS, BAD_RATING_DAYS, (), calendar_for(layers)).due_at


def to_call_back(by: Actor) -> QuerySet[Rating]:
    """Bad ratings in an actor's sight that nobody has called back yet, the oldest first.

    Where the need was taken up again because of it, the new handling is the answer.
    """
    seen = visible(by, offered=False).filter(pk=OuterRef("order_id"))
    return (
        Rating.objects.filter(
            Exists(seen),
            grade__lte=Grade.DISSATISFIED,
            answered_at__isnull=True,
            outcome__superseded_at__isnull=True,
        )
        .select_related("order__case", "order__person")
        .order_by("at")
    )


def call_back(*, case: Case, by: Actor, at: datetime, text: str) -> None:
    """Record what a dissatisfied person said when they were called back, and what was promised.

    Errors: Refused when there is no bad rating or nothing was written, Denied for whoever handled the case.
    """
    with turn(order_id=case.pk, by=by, at=at) as now:
        if by.kind != "system" and not roles_over(by, now.case) & {Role.SUPERVISOR, Role.OFFICER, Role.OPERATOR}:
            raise Denied(_("您的角色不能做这一步。"))
        if by.account_id is not None and by.account_id == now.case.handler_id:
            raise Denied(_("办理人不能回访自己办的事。"))
        rating = now.order.ratings.filter(grade__lte=Grade.DISSATISFIED, outcome__superseded_at__isnull=True).first()
        if rating is None:
            raise Refused(_("这件事没有不满意的评价。"))
        if not text.strip():
            raise Refused(_("请写明当事人说了什么、怎样改正。"))
        files.words(now, text, kind=DocumentKind.NOTE, for_resident=False, title=str(_("不满意回访")))
        rating.answered_at = at
        rating.save(update_fields=["answered_at"])
        now.write("called_back", rating=rating.pk)


def kept(person: Person, at: datetime) -> list[tuple[str, str]]:
    """What the archives law keeps of a person's orders although they ask for deletion: (code, until when or why).

    Secret cases are kept too and not named: whoever shares the phone would read of them.
    """
    today = legal_day(at)
    found = []
    for order in Order.objects.filter(person=person, case__secret=False).prefetch_related("outcomes"):
        outcome = current_outcome(order)
        if outcome is None:
            found.append((order.code, str(_("正在办理"))))
        elif outcome.keep_until is None or outcome.keep_until > today:
            until = outcome.keep_until.isoformat() if outcome.keep_until else str(_("永久"))
            found.append((order.code, str(_("依档案规定保存到 %(day)s") % {"day": until})))
    return found


def in_hand(person: Person) -> bool:
    """True while something of the person's is still being worked on: then nothing can be deleted yet."""
    return any(current_outcome(order) is None for order in Order.objects.filter(person=person))
