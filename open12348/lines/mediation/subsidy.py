"""The subsidy by the case (以案定补): what mediators are owed for disputes that ended with an agreement, proposed month by month.

A dispute is paid for once, however often it is taken up again: its code is the claim's key, and the funds keep one claim for
a key. Mediation itself is free for the parties (人民调解法 Art 4); the money comes from the budget (Art 6, 16).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.parameters import layers
from open12348.kernel.sentences import say
from open12348.ledgers.funds import claims
from open12348.ledgers.funds.models import Claim, PayTo
from open12348.ledgers.funds.rates import Rates, rates
from open12348.registry.models import Division
from open12348.spine.casework import Refused

from . import committees, tallies
from .figures import HERE
from .models import Difficulty, Dispute, DisputeResult


@dataclass(frozen=True)
class Due:
    """What a mediator is owed for one dispute, and the claim for it once there is one."""

    dispute: Dispute
    key: str
    claim: Claim | None


def key_of(dispute: Dispute) -> str:
    """By what the work is known."""
    return f"mediation:{dispute.order.code}"


def ended(county: Division, month: date) -> QuerySet[Dispute]:
    """Disputes of a county that ended with an agreement in a month, with the mediator who has it in hand."""
    period = tallies.months_from(month.replace(day=1), 1)
    return (
        Dispute.objects.filter(
            order__case__county=county, order__case__merged_into__isnull=True, result=DisputeResult.AGREED, mediator__isnull=False,
            ended_on__gte=period.first, ended_on__lte=period.last,
        )
        .select_related("order__case", "mediator__organisation")
        .order_by("ended_on", "pk")
    )  # fmt: skip


def dues(county: Division, month: date) -> list[Due]:
    """What is owed for a month, claims beside it: two queries."""
    rows = list(ended(county, month))
    known = {c.key: c for c in Claim.objects.filter(key__in=[key_of(d) for d in rows]).order_by("pk")}
    return [Due(d, key_of(d), known.get(key_of(d))) for d in rows]


def the_rates(day: date) -> Rates:
    """The rates of a day, the pack's over ours."""
    return rates(layers(HERE / "parameters" / "rates", "mediation/rates"), max(day, date(2018, 4, 27)))


def hand_in(*, county: Division, month: date, by: Actor, at: datetime) -> tuple[int, list[str]]:
    """Propose what is owed for a month and not proposed yet. Out: how many, and why some were not. Errors: Denied."""
    if not committees.is_bureau(by, county):
        raise Denied(_("以案定补由县级司法局提出（人民调解法第六条、第十六条）。"))
    new, wrong = 0, []
    for due in dues(county, month):
        if due.claim is not None:
            continue
        try:
            owe(due.dispute, by=by, at=at)
            new += 1
        except Refused as fault:
            wrong.append(f"{due.dispute.order.code}: {fault.reason}")
    return new, wrong


def owe(dispute: Dispute, *, by: Actor, at: datetime) -> Claim:
    """Propose the subsidy of one dispute, by the rate of the day on which it ended. Errors: Denied, Refused."""
    assert dispute.ended_on is not None
    day = max(dispute.ended_on, date(2018, 4, 27))
    return claims.owe(
        kind="mediation", stage=dispute.difficulty, day=day, rates=the_rates(day), by=by, at=at, order=dispute.order, key=key_of(dispute),
        practitioner=dispute.mediator, pay_to=PayTo.PERSON.value, line="mediation",
        title=say(_("人民调解以案定补（%(difficulty)s）"), difficulty=Difficulty(dispute.difficulty).label),
    )  # fmt: skip


def seen(by: Actor) -> list[Division]:
    """The counties whose subsidies an actor may look at."""
    return committees.counties(by, Role.OFFICER, Role.SUPERVISOR)


def show(due: Due) -> Mapping[str, Any]:
    """One line of the page."""
    return {
        "due": due, "difficulty": Difficulty(due.dispute.difficulty).label, "mediator": due.dispute.mediator, "code": due.dispute.order.code,
        "state": due.claim.get_state_display() if due.claim else "",
    }  # fmt: skip
