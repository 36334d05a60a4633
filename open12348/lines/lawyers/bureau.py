"""Who stands for which level of the justice authority, and what the moves of this line have in common."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Grant, Role
from open12348.registry.models import Account, Level, Organisation, Practitioner
from open12348.spine.casework import Act
from open12348.spine.files import words
from open12348.spine.models import DocumentKind

LINE = "lawyers"
OFFICE = frozenset({Role.OFFICER})
DESK = frozenset({Role.CLERK, Role.OFFICER})
#: What ends a limit besides its own acts.
END = frozenset({"withdraw", "merge"})


def at_prefecture(by: Actor) -> bool:
    """Whether an actor stands for the prefecture's bureau (or the machine), not for a county's."""
    return by.kind == "system" or any(_is_prefecture(g) for g in by.grants)


def _is_prefecture(grant: Grant) -> bool:
    everywhere = grant.division_id is None and grant.place_id is None
    return grant.role is Role.OFFICER and grant.covers_line(LINE) and (everywhere or grant.level == Level.PREFECTURE)


def prefecture_decides(act: Act) -> Any:
    """Licences are examined by the prefecture; what the region decided is written down there (律师法 Art 6, 18)."""
    if not at_prefecture(act.by):
        return _("审查和登记自治区的决定由地区司法局办理（律师法第六条、第十八条），县级可以提出意见。")
    return None


def note(act: Act) -> None:
    """Keep the note or reason of a move inside."""
    said = str(act.data.get("note") or act.data.get("reason") or "")
    if said:
        words(act.turn, said, kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))


def reason_as_message(act: Act) -> None:
    """Keep why somebody wants it taken up again."""
    words(act.turn, str(act.data["reason"]), kind=DocumentKind.MESSAGE, for_resident=True)


def firms_of(by: Actor) -> list[int]:
    """The firms for which an actor takes cases."""
    return [
        g.organisation_id
        for g in by.grants
        if g.role is Role.PROVIDER and g.organisation_id is not None and g.covers_line(LINE)
    ]


def manager_of(firm: Organisation, at: datetime) -> Account | None:
    """Who takes cases for a firm, who is here for this line first; None when nobody there works with an account."""
    rows = firm.membership_set.filter(role=Role.PROVIDER.value, since__lte=at, account__is_active=True)
    rows = rows.filter(Q(until__isnull=True) | Q(until__gt=at)).filter(Q(lines=[]) | Q(lines__contains=[LINE]))
    found = sorted(rows.select_related("account"), key=lambda m: (LINE not in m.lines, m.pk))
    return found[0].account if found else None


def account_of(lawyer: Practitioner) -> Account | None:
    """The account of a lawyer, if they work with one."""
    return Account.objects.filter(practitioner=lawyer, is_active=True).order_by("pk").first()


def day_of(value: Any) -> date | None:
    """A day as a frozen form holds it."""
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10]) if value else None
