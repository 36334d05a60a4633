"""Institutions and practitioners: their standing over time, and who may be given work right now."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor

from .models import Organisation, Practitioner, Standing, Status


class StandingFault(ValueError):
    """A change of standing that cannot be recorded; says why in words."""


def standing_at(who: Practitioner | Organisation, at: datetime) -> str:
    """The status at an instant; active where nothing else was recorded."""
    row = (
        who.standings.filter(starts_at__lte=at)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
        .order_by("-starts_at")
        .first()
    )
    return row.status if row else Status.ACTIVE.value


@transaction.atomic
def set_standing(
    *, who: Practitioner | Organisation, status: str, at: datetime, by: Actor, reason: str, document: str = "",
    ends_at: datetime | None = None,
) -> Standing:  # fmt: skip
    """Record that somebody is suspended, revoked, active again. What stood before is closed, never changed.

    In: `at` from when, `ends_at` until when (None: open end). Errors: StandingFault without a reason, or when a revoked
    licence would be opened again (a new licence is a new entry).
    """
    if not reason.strip():
        raise StandingFault(_("请写明理由。"))
    if ends_at is not None and ends_at <= at:
        raise StandingFault(_("结束时间要晚于开始时间。"))
    if standing_at(who, at) == Status.REVOKED and status != Status.REVOKED:
        raise StandingFault(_("执业证已吊销，不能恢复；请按新的执业证登记。"))
    who.standings.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at).update(ends_at=at)
    key = {"practitioner": who} if isinstance(who, Practitioner) else {"organisation": who}
    return Standing.objects.create(
        status=status, starts_at=at, ends_at=ends_at, reason=reason.strip(), document=document, by=by.label,
        recorded_at=at, **key,
    )  # fmt: skip


def available(at: datetime) -> QuerySet[Practitioner]:
    """Practitioners who may be given work at an instant: neither they nor their institution are stopped.

    Asked anew at every assignment, so a suspension works the same minute.
    """
    now = Q(starts_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at)) & ~Q(status=Status.ACTIVE)
    own = Standing.objects.filter(now, practitioner=OuterRef("pk"))
    theirs = Standing.objects.filter(now, organisation=OuterRef("organisation_id"))
    return Practitioner.objects.filter(~Exists(own), ~Exists(theirs)).filter(
        Q(organisation__isnull=True) | Q(organisation__valid_to__isnull=True)
    )
