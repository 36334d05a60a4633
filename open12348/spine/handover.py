"""When somebody may serve no longer: their licence is stopped the same minute, and their open cases go back to be given anew.

The registry records the standing; what it means for cases in hand is said here, so that doors and lines have one verb.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import SYSTEM, Actor
from open12348.registry import providers
from open12348.registry.models import Organisation, Practitioner, Standing, Status

from . import notices, routing
from .catalogue import Phase
from .journal import Turn, turn
from .models import Case, Event


@transaction.atomic
def set_standing(
    *, who: Practitioner | Organisation, status: str, at: datetime, by: Actor, reason: str, document: str = "",
    ends_at: datetime | None = None, recorded_at: datetime | None = None,
) -> Standing:  # fmt: skip
    """Record a standing (providers.set_standing) and, where it stops somebody now, give their open cases back.

    Out: the standing. Errors: providers.StandingFault. What lies in the future is carried out when its day comes (`due`).
    """
    row = providers.set_standing(
        who=who, status=status, at=at, by=by, reason=reason, document=document, ends_at=ends_at, recorded_at=recorded_at
    )
    now = recorded_at or at
    if status != Status.ACTIVE and at <= now and (ends_at is None or ends_at > now):
        people = [who] if isinstance(who, Practitioner) else list(who.people.all())
        for practitioner in people:
            give_back(practitioner=practitioner, by=by, at=now)
    return row


def open_cases(practitioner: Practitioner) -> QuerySet[Case]:
    """The cases that somebody has in hand and that have not ended."""
    return Case.objects.filter(handler__practitioner=practitioner).exclude(phase=Phase.DONE.value).order_by("pk")


def give_back(*, practitioner: Practitioner, by: Actor, at: datetime) -> int:
    """Take the open cases out of somebody's hands: each is free again, and whoever gives cases out is told. Out: how many.

    The act is the system's: it follows from the standing, whoever recorded that. A case that its line leaves in hand
    (Service.orphaned) is told about once.
    """
    given = 0
    told = Event.objects.filter(order_id=OuterRef("pk"), kind="handed_over", data__practitioner=practitioner.pk)
    for pk in list(open_cases(practitioner).filter(~Exists(told)).values_list("pk", flat=True)):
        with turn(order_id=pk, by=SYSTEM, at=at) as now:
            now.write("handed_over", practitioner=practitioner.pk, by=by.label)
            (now.service.orphaned or _free)(now, practitioner)
            for to in ("officer", "supervisor"):
                notices.post(
                    now,
                    to=to,
                    urgent=True,
                    text=_("%(code)s 的承办人%(name)s不能继续执业，请另行安排。"),
                    name=practitioner.name,
                )
            given += 1
    return given


def _free(now: Turn, practitioner: Practitioner) -> None:
    routing.hand(now, account=None, why=str(_("承办人停止执业，退回另行安排")))


def due(*, by: Actor, at: datetime, most: int = 200) -> int:
    """For the worker: cases in the hands of people whose licence stopped meanwhile (a standing that began today, a list
    taken over). Out: how many were given back."""
    given = 0
    holding = Practitioner.objects.filter(
        account__isnull=False, pk__in=Case.objects.exclude(phase=Phase.DONE.value).values("handler__practitioner")
    )
    for practitioner in holding.exclude(pk__in=providers.available(at).values("pk")).distinct()[:most]:
        given += give_back(practitioner=practitioner, by=by, at=at)
    return given
