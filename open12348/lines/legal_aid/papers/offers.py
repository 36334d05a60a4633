"""Which forms staff may make by hand, in which state of a case: for people who come on paper, and for what has no move."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.ledgers.quality import checks
from open12348.spine.catalogue import Paper
from open12348.spine.intake import said
from open12348.spine.lists import roles_over
from open12348.spine.models import Case

from .. import checking
from ..models import Aid, DutyHelp
from . import application, assignment, duty, quality

COMING = frozenset({"received", "review", "provisional"})
ARRANGED = frozenset({"arranged", "in_progress", "changing"})


def of_case(case: Case, by: Actor) -> Sequence[Paper]:
    """For an application and for an authority's notice."""
    aid = Aid.objects.filter(order_id=case.pk).first()
    roles = roles_over(by, case)
    if aid is None:
        return []
    desk, found = roles & {Role.CLERK, Role.OFFICER}, []
    if desk and case.service == "legal_aid.apply" and case.state in COMING:
        found.append(application.APPLY)
        matter = aid.matter or str(said(case.order).get("matter") or "")
        if checking.may_ask_hardship(matter, legal_day(case.received_at)):
            found.append(application.HARDSHIP)
        found.append(application.RECEIPT)
    if aid.lawyer_id and case.state in ARRANGED:
        found += [assignment.ENGAGE, assignment.POWER]
        if Role.OFFICER in roles:
            found.append(assignment.INTRODUCE)
    if aid.lawyer_id and roles & {Role.OFFICER, Role.SUPERVISOR} and checks.may_check(case, by, timezone.now()):
        found += [quality.HEARING, quality.VISIT]
        found += [quality.ORGAN] if aid.authority_name else []
    return found


def of_duty(case: Case, by: Actor) -> Sequence[Paper]:
    """For a duty lawyer's help: what asks for it while it is asked for, the ledger of its station afterwards."""
    row = DutyHelp.objects.filter(order_id=case.pk).first()
    if row is None:
        return []
    if case.state == "asked":
        return [duty.ASK, *([duty.NOTICES[row.authority]] if row.authority in duty.NOTICES else [])]
    return [duty.LEDGER] if row.station_id else []
