"""Who must keep away from a matter of the bureau: whoever belongs to the institution that it is about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Grant, Role
from open12348.registry.models import Account, Level

#: Public servants keep away from what touches their own interest or that of a near relative (公务员法 Art 76).
BASIS = _("公务员法第七十六条")
OFFICE = frozenset({Role.OFFICER, Role.SUPERVISOR})


def belongs(account: Account, organisations: Collection[int], at: datetime) -> bool:
    """Whether an account works for one of some institutions, or takes its cases."""
    if account.practitioner is not None and account.practitioner.organisation_id in organisations:
        return True
    return (
        account.memberships.filter(organisation_id__in=list(organisations), since__lte=at)
        .filter(Q(until__isnull=True) | Q(until__gt=at))
        .exists()
    )


def reasons(account: Account, organisations: Collection[int], at: datetime) -> list[str]:
    """For Service.bars: why an account may not act where some institutions are concerned."""
    if not organisations or not belongs(account, organisations, at):
        return []
    return [str(_("在有关机构任职或者执业，应当回避（%(basis)s）") % {"basis": BASIS})]


def at_prefecture(by: Actor) -> bool:
    """Whether an actor stands for the prefecture's bureau, not for a county's."""
    return by.kind == "system" or any(_is_prefecture(g) for g in by.grants)


def _is_prefecture(grant: Grant) -> bool:
    everywhere = grant.division_id is None and grant.place_id is None
    return grant.role in OFFICE and grant.covers_line("forensics") and (everywhere or grant.level == Level.PREFECTURE)
