"""Institutions and practitioners: their standing over time, and who may be given work right now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role

from . import divisions, people
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
    ends_at: datetime | None = None, recorded_at: datetime | None = None,
) -> Standing:  # fmt: skip
    """Record that somebody is suspended, revoked, active again. What stood before is closed, never changed.

    In: `at` from when, `ends_at` until when (None: open end), `recorded_at` when it was said (`at` by default). Errors: StandingFault without a reason, or when a revoked
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
        recorded_at=recorded_at or at, **key,
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


# Entries (who may change them: an officer of that part of the map)


def changeable(by: Actor, path: str) -> bool:
    """True when an actor may enter and change who serves in a part of the map."""
    return any(path.startswith(part) for part in divisions.parts(by, Role.OFFICER))


def enter_organisations(*, by: Actor, at: datetime, many: Sequence[dict[str, Any]]) -> list[Organisation]:
    """Write down institutions: kind, names, division, and what else is known of each."""
    return Organisation.objects.bulk_create([Organisation(**values) for values in many], batch_size=500)


def change_organisation(*, organisation: Organisation, by: Actor, at: datetime, **values: Any) -> Organisation:
    """Change an institution's entry. Its standing is changed by set_standing only."""
    return _changed(organisation, values)


def enter_practitioners(*, by: Actor, at: datetime, many: Sequence[dict[str, Any]]) -> list[Practitioner]:
    """Write down people with a licence or a mandate. Languages are those each of them declared."""
    rows = [
        Practitioner(name_keys=people.all_keys(values.get("name_zh", ""), values.get("name_ug", "")), **values)
        for values in many
    ]
    return Practitioner.objects.bulk_create(rows, batch_size=500)


def change_practitioner(*, practitioner: Practitioner, by: Actor, at: datetime, **values: Any) -> Practitioner:
    """Change a practitioner's entry. Standing is changed by set_standing only."""
    values["name_keys"] = people.all_keys(
        values.get("name_zh", practitioner.name_zh), values.get("name_ug", practitioner.name_ug)
    )
    return _changed(practitioner, values)


def _changed(entry: Any, values: dict[str, Any]) -> Any:
    changed = [key for key, value in values.items() if getattr(entry, key) != value]
    for key in changed:
        setattr(entry, key, values[key])
    if changed:
        entry.save(update_fields=changed)
    return entry


def record_past(
    *, who: Practitioner | Organisation, status: str, starts_at: datetime, ends_at: datetime | None, reason: str,
    document: str, by: Actor, at: datetime,
) -> Standing:  # fmt: skip
    """Add a stretch to somebody's history as it was, when a register is taken over. Nothing that stands is changed."""
    key = {"practitioner": who} if isinstance(who, Practitioner) else {"organisation": who}
    return Standing.objects.create(
        status=status, starts_at=starts_at, ends_at=ends_at, reason=reason, document=document, by=by.label,
        recorded_at=at, **key,
    )  # fmt: skip


def serving(at: datetime) -> QuerySet[Organisation]:
    """Institutions that serve at an instant: not closed, and not suspended, cancelled or revoked."""
    stopped = Standing.objects.filter(
        Q(starts_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at)) & ~Q(status=Status.ACTIVE),
        organisation=OuterRef("pk"),
    )
    return Organisation.objects.filter(~Exists(stopped), valid_to__isnull=True)
