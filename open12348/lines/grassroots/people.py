"""Who serves as a grassroots worker, at which office, and who stands for which authority: read from the register."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from open12348.kernel.access import Actor, Role
from open12348.registry import divisions, providers
from open12348.registry.models import (
    Account,
    Level,
    Organisation,
    OrganisationKind,
    Practitioner,
    PractitionerKind,
)

from . import rules
from .models import GrassrootsOffice, GrassrootsWorker

OFFICE = frozenset({Role.OFFICER, Role.SUPERVISOR})
#: Whoever holds one of these works for the state: the office's people must not (令137号第七条).
OF_THE_STATE = (Role.CLERK.value, Role.OFFICER.value, Role.SUPERVISOR.value)


def offices(at: datetime | None = None) -> QuerySet[Organisation]:
    """Grassroots legal service offices that are open (and not stopped, when an instant is given)."""
    found = providers.serving(at) if at is not None else Organisation.objects.filter(valid_to__isnull=True)
    return found.filter(kind=OrganisationKind.GRASSROOTS).select_related("division__county")


def workers_of(office: Organisation, at: datetime) -> QuerySet[Practitioner]:
    """The workers of an office who may practise now."""
    return providers.available(at).filter(kind=PractitionerKind.GRASSROOTS, organisation=office)


def entry_of(office: Organisation) -> GrassrootsOffice:
    """What the register knows of an office; an office nobody wrote about counts as attached still."""
    return GrassrootsOffice.objects.filter(organisation=office).first() or GrassrootsOffice(organisation=office)


def state_posts(worker: Practitioner, at: datetime) -> bool:
    """Whether somebody who signs in as this worker holds a post of the state as well."""
    return (
        Account.objects.filter(practitioner=worker, is_active=True)
        .filter(
            # in one filter: all of it is said of one and the same membership
            Q(memberships__until__isnull=True) | Q(memberships__until__gt=at),
            memberships__since__lte=at,
            memberships__role__in=OF_THE_STATE,
        )
        .exists()
    )


def named_like_a_lawyer(worker: Practitioner, at: datetime) -> bool:
    """Whether an active lawyer of the prefecture bears exactly the same name: a sign to be looked into, not a proof."""
    return providers.available(at).filter(kind=PractitionerKind.LAWYER, name_zh=worker.name_zh).exists()


def faults_of(account: Account, at: datetime) -> list[str]:
    """Why an account may not act as a worker, each with its article; empty when it may."""
    worker = account.practitioner
    is_worker = worker is not None and worker.kind == PractitionerKind.GRASSROOTS
    active = worker is not None and providers.available(at).filter(pk=worker.pk).exists()
    held = account.memberships.filter(Q(until__isnull=True) | Q(until__gt=at), since__lte=at)
    return [
        str(f)
        for f in rules.worker_faults(
            is_worker=is_worker, active=active,
            is_lawyer=GrassrootsWorker.objects.filter(practitioner=worker, also_lawyer=True).exists() if worker else False,
            in_justice_office=is_worker and held.filter(role__in=OF_THE_STATE).exists(),
        )
    ]  # fmt: skip


def at_prefecture(by: Actor) -> bool:
    """Whether an actor stands for the prefecture's bureau, not for a county's."""
    return by.kind == "system" or any(
        g.role in OFFICE and g.covers_line("grassroots") and g.place_id is None
        and (g.division_id is None or g.level == Level.PREFECTURE)
        for g in by.grants
    )  # fmt: skip


def overseen(by: Actor, *roles: Role) -> QuerySet[Organisation]:
    """The offices in the parts of the map over which an actor holds one of some roles, closed ones left out."""
    where = Q(pk__in=[])
    for part in divisions.parts(by, *roles):
        where |= Q(division__path__startswith=part)
    return offices().filter(where)


def own_office(by: Actor) -> Organisation | None:
    """The office that an actor works at, or takes cases for."""
    account = Account.objects.select_related("practitioner__organisation").filter(pk=by.account_id or 0).first()
    worker: Any = account.practitioner if account is not None else None
    if worker is not None and worker.kind == PractitionerKind.GRASSROOTS and worker.organisation is not None:
        return worker.organisation
    for grant in by.grants:
        if grant.role is Role.PROVIDER and grant.organisation_id is not None:
            found = offices().filter(pk=grant.organisation_id).first()
            if found is not None:
                return found
    return None
