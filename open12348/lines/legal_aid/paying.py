"""What a closed stage costs: handed to the funds, once for each stage (O148 Art 41; 司发通〔2019〕27号)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.parameters import layers
from open12348.kernel.sentences import say
from open12348.kernel.workdays import legal_day
from open12348.ledgers.funds import claims
from open12348.ledgers.funds.models import ClaimState
from open12348.ledgers.funds.rates import rates
from open12348.spine.journal import Turn

from .figures import HERE
from .models import Aid


def key_of(aid: Aid) -> str:
    """By what a stage is known: the matter of the person where the authority's number is known, else the order.

    Two orders for one stage of one matter are one payment.
    """
    if aid.matter_hash and aid.order.person_id:
        return f"aid:{aid.matter_hash[:24]}:{aid.order.person_id}:{aid.stage}"
    return f"{aid.order.code}:{aid.stage}"


def owe(turn: Turn, aid: Aid) -> None:
    """The fee of the stage is owed to who did the work, by the rate of the day it was closed.

    Nothing is owed to people of public bodies, nor for a case that ended by a lawyer's fault or deceit before any work.
    """
    unit = aid.unit or (aid.lawyer.organisation if aid.lawyer else None)
    if aid.lawyer is None or (unit is not None and unit.kind in claims.PUBLIC_BODIES):
        return
    day = min(aid.closed_on or legal_day(turn.at), legal_day(turn.at))
    home = aid.lawyer.division.county_id if aid.lawyer.division else None
    county = aid.authority_county_id or turn.case.county_id
    claims.owe(
        kind=aid.kind or "civil", stage=aid.stage, day=day, rates=rates(layers(HERE / "parameters" / "rates", "legal_aid/rates"), day),
        by=turn.by, at=turn.at, order=turn.order, key=key_of(aid), practitioner=aid.lawyer, organisation=unit,
        title=say(_("法律援助办案补贴（%(stage)s）"), stage=aid.get_stage_display()), cross_county=bool(home and county and home != county),
        recipients=max(1, aid.members.filter(left_at__isnull=True).count()),
    )  # fmt: skip


def open_fault(aid: Aid) -> Any:
    """Words while a fee is still open; nothing when it is paid, declined, or none is owed."""
    found = [
        s
        for s in claims.standing(aid.order)
        if s.state not in {ClaimState.PAID, ClaimState.DECLINED, ClaimState.REVERSED}
    ]
    if found:
        return say(_("补贴还没有发放（%(state)s），发放以后再归档。"), state=found[0].state.label)
    return None


def standing(aid: Aid) -> list[claims.Standing]:
    """The fee of this case and how it stands, for who may see money; not to whom it goes."""
    return list(claims.standing(aid.order))
