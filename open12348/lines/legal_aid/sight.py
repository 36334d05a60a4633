"""Who sees what of a case, and until when (domain reference A, 1.25): masked cases, the end of the lawyer's sight, lost licences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import SYSTEM, Actor, Role
from open12348.kernel.parameters import Figure, figure, layers
from open12348.kernel.workdays import legal_day
from open12348.registry import providers
from open12348.registry.models import Organisation, Practitioner, Standing, Status
from open12348.spine import journal, notices, routing
from open12348.spine.catalogue import Phase
from open12348.spine.models import Case, Event, Link

from . import scope
from .figures import HERE
from .models import Aid

#: Matters in which phone and address are hidden: violence at home, and accused minors.
MASKED = ("32-4", "CR-25-1")
#: Cases that are over, also for whoever handled them. A closed or terminated one still owes its file.
OVER = frozenset(
    {"archived", "refused", "upheld", "elsewhere", "lapsed", "withdrawn", "no_lawyer_wanted", "called_off"}
)  # fmt: skip
_SERVICES = ("legal_aid.apply", "legal_aid.notice")


def the(name: str, day: date) -> Figure:
    """A figure of sight on a day. Errors: NoFigure."""
    return figure(layers(HERE / "parameters" / "sight", "legal_aid/sight"), name, day)


# Masked


def masked(case: Case) -> bool:
    """Whether phone and address are hidden: by the matter, or by a group that somebody said or proved to belong to."""
    row = Aid.objects.filter(order_id=case.pk).values_list("matter", "groups", "proven").first()
    if row is None:
        return False
    code, said, proven = row
    day = legal_day(case.received_at)
    matter = scope.matter(code, day)
    if code in MASKED or (matter is not None and any(matter.within(m) for m in MASKED)):
        return True
    return any((g := scope.group(name, day)) is not None and g.mask for name in {*said, *proven})


def masked_complaint(case: Case) -> bool:
    """A complaint is masked as the case is that it is about: it names the same people."""
    rows = Link.objects.filter(second_id=case.pk, first__case__service__in=_SERVICES).select_related("first__case")
    return any(masked(row.first.case) for row in rows)


# The end of sight


def out_of_hands(at: datetime, limit: int = 200) -> int:
    """Take cases that have been over for the days of the figure out of their handler's hands. Out: how many.

    Exactly once: a case that nobody handles is not found again; of two workers at a case one is refused. A case that was
    taken up again and ended anew counts from its new end.
    """
    days = int(the("days_after", legal_day(at)).value)
    # The last act that led to the state it stands in, for archiving has no day of its own on the case; what is written down
    # in a state (a check, a receipt) leads nowhere.
    last = (
        Event.objects.filter(order_id=OuterRef("order_id"), kind="move")
        .annotate(was=KT("data__before"), into=KT("data__after"))
        .filter(into=OuterRef("state"))
        .exclude(was=F("into"))
        .order_by("-seq")
    )
    rows = (
        Case.objects.filter(service__in=_SERVICES, state__in=OVER, phase=Phase.DONE.value, handler__isnull=False)
        .annotate(over_at=Coalesce(Subquery(last.values("at")[:1]), "closed_at"))
        .filter(over_at__lte=at - timedelta(days=days))
        .order_by("over_at", "pk")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(_take_out(pk, at) for pk in list(rows))


def _take_out(pk: int, at: datetime) -> int:
    try:
        with journal.turn(order_id=pk, by=SYSTEM, at=at) as now:
            if now.case.handler_id is None or now.case.state not in OVER:
                return 0
            routing.hand(now, account=None, why=str(_("办结满规定的时间，不再需要看到")))
            now.write("hands_ended")
    except journal.Conflict:  # somebody is at it just now: next time
        return 0
    return 1


# Lost licences


@dataclass(frozen=True)
class Lost:
    """Why somebody may not go on: whose standing it is, what it is, since when. `key` tells one loss from another."""

    name: str
    status: Any
    since: datetime | None
    firm: bool
    key: str


def _standing(who: Practitioner | Organisation, at: datetime) -> Lost | None:
    row = (
        who.standings.filter(starts_at__lte=at)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
        .exclude(status=Status.ACTIVE)
        .order_by("-starts_at", "-pk")
        .first()
    )
    firm = isinstance(who, Organisation)
    if row is not None:
        return Lost(who.name, Status(row.status).label, row.starts_at, firm, f"standing:{row.pk}")
    if isinstance(who, Organisation) and who.valid_to is not None:
        return Lost(who.name, _("已注销"), None, True, f"closed:{who.pk}")
    return None


def lost(aid: Aid, at: datetime) -> Lost | None:
    """Why the lawyer of a case, or their firm, may not go on at an instant; None while they may."""
    firm = aid.unit or (aid.lawyer.organisation if aid.lawyer else None)
    for who in (aid.lawyer, firm):
        found = _standing(who, at) if who is not None else None
        if found is not None:
            return found
    return None


def without_licence(at: datetime) -> QuerySet[Aid]:
    """Open cases whose lawyer, or the lawyer's firm, may not practise at an instant: somebody else has to be assigned."""
    stopped = Q(starts_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at)) & ~Q(status=Status.ACTIVE)
    unit = Standing.objects.filter(stopped, organisation=OuterRef("unit_id"))
    return (
        Aid.objects.exclude(order__case__phase=Phase.DONE.value)
        .filter(lawyer__isnull=False)
        .filter(
            ~Exists(providers.available(at).filter(pk=OuterRef("lawyer_id"))) | Exists(unit) | Q(unit__valid_to__isnull=False)
        )
        .select_related("lawyer__organisation", "unit", "order__case__county", "order__case__place", "order__case__handler")
        .order_by("order__case__due_at", "pk")
    )  # fmt: skip


def tell_lost(at: datetime, limit: int = 200) -> int:
    """Tell the people in charge, once for each loss, that somebody else has to be assigned. Out: how many cases."""
    done = 0
    for aid in without_licence(at)[:limit]:
        found = lost(aid, at)
        if found is None or Event.objects.filter(order_id=aid.pk, kind="licence_lost", data__key=found.key).exists():
            continue
        try:
            with journal.turn(order_id=aid.pk, by=SYSTEM, at=at) as now:
                now.write("licence_lost", key=found.key)
                for to in ("officer", "supervisor"):
                    notices.post(
                        now,
                        to=to,
                        urgent=True,
                        text=_("%(code)s 要另派：%(name)s%(status)s。"),
                        name=found.name,
                        status=found.status,
                    )
        except journal.Conflict:
            continue
        done += 1
    return done


# A firm's own cases


def of_firm(by: Actor) -> QuerySet[Aid]:
    """The open cases of the firms for which an actor takes cases: for a list without facts, from the assignment on."""
    firms = firms_of(by)
    return (
        Aid.objects.filter(unit_id__in=firms, assigned_at__isnull=False)
        .exclude(order__case__phase=Phase.DONE.value)
        .select_related("lawyer", "unit", "order__case__handler")
        .order_by("order__case__due_at", "pk")
    )


def firms_of(by: Actor) -> list[int]:
    """The organisations that an actor's memberships name, as a provider of this line."""
    if by.kind != "staff" or by.pending:
        return []
    held = (g for g in by.grants if g.role is Role.PROVIDER and g.covers_line("legal_aid"))
    return sorted({g.organisation_id for g in held if g.organisation_id is not None})
