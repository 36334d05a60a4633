"""What is owed: proposed for a stage of work, reviewed by one, approved by another, declined, reduced, taken back.

Lines call `owe` when a stage is done and ask `paid`, `standing`, `unpaid` and `claims_of`. A claim's acts stand in a stream
of the journal of its own ("funds:claim:<number>"); the first line carries a keyed hash of the claim, so that a sum changed
behind the program's back is found (`faults`). No sum, no name and no reason stands in the journal itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.parameters import NoFigure
from open12348.kernel.sealed import keyed_hash
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions
from open12348.registry.models import Division, Organisation, OrganisationKind, Place, Practitioner
from open12348.spine import journal
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict, Fault, proves
from open12348.spine.models import Event, Order
from open12348.spine.notices import SCREEN_LANGUAGE

from .models import GONE, OPEN, Claim, ClaimState, MoneySource, PayTo, Spending
from .rates import BadRate, Rates, Step, Worked, fen, work_out

#: Who may propose, review, decline; who may give the second signature; who sees whom money goes to.
FIRST = frozenset({Role.OFFICER})
SECOND = frozenset({Role.OFFICER, Role.SUPERVISOR})
#: Bodies whose people hold public posts: they are paid by their post, not by the case (司发通〔2019〕27号).
PUBLIC_BODIES = frozenset({OrganisationKind.BUREAU, OrganisationKind.JUSTICE_OFFICE, OrganisationKind.AID_CENTRE})

PUBLIC_POST = _("补贴不发给法律援助机构工作人员和其他有公职的人，只能据实报销直接费用。")


# Proposing


def owe(
    *, kind: str, day: date, rates: Rates, by: Actor, at: datetime, stage: str = "", title: Any = "", order: Order | None = None,
    key: str = "", line: str = "", county: Division | None = None, practitioner: Practitioner | None = None,
    organisation: Organisation | None = None, pay_to: str = "", public_post: bool = False,
    quantity: Decimal | int = 1, cross_county: bool = False, recipients: int = 1,
    spending: str = Spending.CASE.value, source: str = MoneySource.BUDGET.value,
) -> Claim:  # fmt: skip
    """Propose what is owed for work done, by the rate of the day on which it was done.

    In: `order` with `stage` (one stage, one payment), or `key` for work that belongs to no order (a day on duty: who and
    which day); `day` the stage was closed, with the `rates` of that day; `title` what the work was, a lazy text without
    names; `pay_to` unit or person (the unit, when there is one); `public_post` true when the line knows that the payee
    holds one. Errors: Denied, Refused (paid for already, public post, no rate, a day that has not been).
    """
    if not (by.kind == "system" or by.has(*SECOND)):
        raise Denied(_("补贴由法律援助机构等经办单位提出。"))
    if order is not None:
        line, county = line or order.case.line, county or order.case.county
        key = key or f"{order.code}:{stage}"
    county = county or divisions.root()
    if not key or county is None:
        raise ValueError("work for no order needs a key and a county")
    if practitioner is None and organisation is None:
        raise Refused(_("没有填写补贴发给谁。"))
    if organisation is None and practitioner is not None:
        organisation = practitioner.organisation
    if public_post or (organisation is not None and organisation.kind in PUBLIC_BODIES):
        raise Refused(PUBLIC_POST)
    pay_to = pay_to or (PayTo.UNIT.value if organisation is not None else PayTo.PERSON.value)
    if pay_to == PayTo.PERSON and practitioner is None:
        raise Refused(_("要付给本人，请写明是哪一位。"))
    if pay_to == PayTo.UNIT and organisation is None:
        raise Refused(_("要付给单位，请写明是哪个单位。"))
    if day > legal_day(at):
        raise Refused(_("完成工作的日子不能晚于今天。"))
    if rates.day != day:
        raise ValueError("the rates handed in are those of another day")
    quantity = fen(Decimal(quantity))
    worked = _worked(rates, kind, stage, quantity, cross_county, recipients)
    return _enter(
        Claim(
            key=key[:120], order=order, line=line, kind=kind, stage=stage, title=in_languages(title or kind),
            spending=spending, source=source, county=county, day=day, unit=worked.unit.value, quantity=quantity,
            practitioner=practitioner, organisation=organisation, pay_to=pay_to, amount=worked.amount,
            worked_out=worked.as_json(), sure=worked.sure, proposed_at=at, proposed_by=by.label,
        ),
        by=by, at=at,
    )  # fmt: skip


def _worked(rates: Rates, kind: str, stage: str, quantity: Decimal, cross_county: bool, recipients: int) -> Worked:
    try:
        worked = work_out(
            rates=rates, kind=kind, stage=stage, quantity=quantity, cross_county=cross_county, recipients=recipients
        )
    except NoFigure:
        raise Refused(
            _("%(day)s 没有适用的补贴标准（%(kind)s），请先把标准录入参数文件。")
            % {"day": rates.day.isoformat(), "kind": f"{kind} {stage}".strip()}
        ) from None
    except BadRate as fault:
        raise Refused(_("补贴标准写得不对：%(why)s") % {"why": fault}) from None
    except ValueError:
        raise Refused(_("天数、件数和受援人数都要大于零。")) from None
    if worked.amount <= 0:
        raise Refused(_("算出来的补贴是零，不用提出。"))
    return worked


def _enter(claim: Claim, *, by: Actor, at: datetime, kind: str = "claim_owed") -> Claim:
    """Write a claim and the first line of its stream. Errors: Refused when another one holds the same work."""
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
            _write(claim, kind, by=by, at=at, print=fingerprint(claim), state=claim.state)
    except IntegrityError as fault:
        if "claim_never_twice" not in str(fault):
            raise
        holder = holding(claim.key)
        raise Refused(
            _("这个阶段的补贴已经提出过（第 %(number)s 号），同一阶段不能发两次。")
            % {"number": holder.pk if holder else ""}
        ) from None
    return claim


def in_languages(text: Any) -> dict[str, str]:
    """A lazy text in every language a screen has."""
    said = {}
    for language in dict.fromkeys(SCREEN_LANGUAGE.values()):
        with translation.override(language):
            said[language] = str(text)
    return said


def holding(key: str) -> Claim | None:
    """The claim that holds a piece of work, if one does."""
    return Claim.objects.filter(key=key).exclude(state__in=GONE).first()


# Two persons


def review(*, claim: Claim, by: Actor, at: datetime) -> Claim:
    """The first signature: the work was done and the sum is right. Errors: Denied, Refused, Conflict."""
    may(claim, by, FIRST)
    _standing_in(claim, ClaimState.PROPOSED)
    return change(
        claim,
        by=by,
        at=at,
        kind="claim_reviewed",
        state=ClaimState.REVIEWED.value,
        reviewed_at=at,
        reviewed_by=by.label,
    )


@transaction.atomic
def approve(*, claim: Claim, by: Actor, at: datetime) -> Claim:
    """The second signature, by another person. Errors: Denied (the first one's own, the payee's), Refused, Conflict."""
    may(claim, by, SECOND)
    _standing_in(claim, ClaimState.REVIEWED)
    if claim.reviewed_by == by.label:
        raise Denied(_("这笔补贴是您审核的，要由另一个人批准。"))
    changed = change(
        claim,
        by=by,
        at=at,
        kind="claim_approved",
        state=ClaimState.APPROVED.value,
        approved_at=at,
        approved_by=by.label,
    )
    if changed.reverses is not None:
        _close_reversed(changed.reverses, by=by, at=at)
    return changed


def decline(*, claim: Claim, reason: str, by: Actor, at: datetime) -> Claim:
    """Say no to a claim that is in no batch yet, with a reason; the stage may be owed anew. Errors: Denied, Refused, Conflict."""
    may(claim, by, SECOND)
    _standing_in(claim, ClaimState.PROPOSED, ClaimState.REVIEWED, ClaimState.APPROVED)
    return change(
        claim, by=by, at=at, kind="claim_declined", state=ClaimState.DECLINED.value, reason=_reason(reason), declined_at=at,
        declined_by=by.label,
    )  # fmt: skip


@transaction.atomic
def reduce(*, claim: Claim, to: Decimal, reason: str, by: Actor, at: datetime) -> Claim:
    """Pay less, or nothing, for work that was not good enough (SF/T 0058: 可不发或少发). Sums are never edited.

    Not paid yet: the claim is declined and a smaller one takes its place, to be signed by two anew. Paid: the difference is
    taken back (`reverse`). Out: the claim that holds now, or the taking-back. Errors: Denied, Refused, Conflict.
    """
    may(claim, by, SECOND)
    to = fen(to)
    left = claim.amount + _taken_back(claim)
    if claim.reverses_id is not None or not 0 <= to < left:
        raise Refused(_("减少后的金额要小于现在的金额，也不能是负数。"))
    if claim.state == ClaimState.PAID:
        return reverse(claim=claim, amount=left - to, reason=reason, by=by, at=at)
    if claim.state == ClaimState.IN_BATCH:
        raise Refused(_("这笔补贴已列入付款清单。请先取消清单，或者付款后再冲销。"))
    before = claim.amount
    old = decline(claim=claim, reason=reason, by=by, at=at)
    if to == 0:
        return old
    step = Step("reduced", to - before, to)
    steps = [*old.worked_out.get("steps", []), step.as_json()]
    new = _copy(old, amount=to, worked_out={**old.worked_out, "steps": steps, "total": str(to)}, by=by, at=at)
    new.replaces, new.reason = old, old.reason
    return _enter(new, by=by, at=at)


@transaction.atomic
def reverse(*, claim: Claim, reason: str, by: Actor, at: datetime, amount: Decimal | None = None) -> Claim:
    """Take back what was paid, or a part of it: a new, negative claim that names the first one. A second person approves it.

    Out: the reversing claim, reviewed by whoever asked for it. Errors: Denied, Refused.
    """
    first = Claim.objects.select_for_update().get(pk=claim.pk)
    may(first, by, SECOND)
    if first.reverses_id is not None or first.state != ClaimState.PAID:
        raise Refused(_("只有已付款的补贴才能冲销；没有付款的，请填“不予发放”。"))
    left = first.amount + _taken_back(first)
    back = left if amount is None else fen(amount)
    if not 0 < back <= left:
        raise Refused(_("冲销的金额要大于零，不超过还没有冲销的 %(left)s 元。") % {"left": left})
    step = Step("taken_back", -back, -back)
    number = first.reversals.count() + 1
    new = _copy(
        first, amount=-back, by=by, at=at,
        worked_out={"day": first.day.isoformat(), "steps": [step.as_json()], "total": str(-back)},
    )  # fmt: skip
    new.key = f"{first.key[:110]}#{first.pk}-{number}"
    new.reverses, new.reason, new.state = first, _reason(reason), ClaimState.REVIEWED.value
    new.reviewed_at, new.reviewed_by = at, by.label
    return _enter(new, by=by, at=at, kind="claim_reversal")


def mark_returned(*, claim: Claim, reference: str, by: Actor, at: datetime) -> Claim:
    """That the money of an approved reversal came back, with the receipt's number. Saying it twice changes nothing."""
    may(claim, by, SECOND)
    if claim.reverses_id is None:
        raise Refused(_("这不是冲销，不用登记退款。"))
    reference = reference_of(reference)
    if claim.state == ClaimState.PAID and claim.reference == reference:
        return claim
    _standing_in(claim, ClaimState.APPROVED)
    return change(
        claim, by=by, at=at, kind="claim_returned", state=ClaimState.PAID.value, paid_at=at, reference=reference
    )


def _copy(claim: Claim, *, amount: Decimal, worked_out: dict[str, Any], by: Actor, at: datetime) -> Claim:
    """A new claim for the same work and payee, with another sum."""
    return Claim(
        key=claim.key, order=claim.order, line=claim.line, kind=claim.kind, stage=claim.stage, title=claim.title,
        spending=claim.spending, source=claim.source, county=claim.county, day=claim.day, unit=claim.unit,
        quantity=claim.quantity, practitioner=claim.practitioner, organisation=claim.organisation, pay_to=claim.pay_to,
        tax=claim.tax, sure=claim.sure, amount=amount, worked_out=worked_out, proposed_at=at, proposed_by=by.label,
    )  # fmt: skip


def _taken_back(claim: Claim) -> Decimal:
    """What reversals take from a claim, those that wait for their second signature included. Negative or zero."""
    held = claim.reversals.exclude(state__in=GONE).aggregate(sum=Sum("amount"))["sum"]
    return held or Decimal(0)


def _close_reversed(first: Claim, *, by: Actor, at: datetime) -> None:
    """When approved reversals have taken all of a claim back, it is reversed, and its stage free."""
    locked = Claim.objects.select_for_update().get(pk=first.pk)
    done = (
        locked.reversals.filter(approved_at__isnull=False).exclude(state__in=GONE).aggregate(sum=Sum("amount"))["sum"]
    )
    if locked.state == ClaimState.PAID and locked.amount + (done or Decimal(0)) == 0:
        change(locked, by=by, at=at, kind="claim_reversed", state=ClaimState.REVERSED.value)


# Who may, and how it is written


def may(claim: Claim, by: Actor, roles: frozenset[Role]) -> None:
    """Errors: Denied, when the actor holds none of the roles over this claim, or would decide on their own money."""
    if by.kind == "system":
        return
    if not in_sight(by, *roles).filter(pk=claim.pk).exists():
        raise Denied(_("这笔补贴不归您办理。"))
    not_own(claim, by)


def not_own(claim: Claim, by: Actor) -> None:
    """Errors: Denied, when the money would go to the actor or to the actor's unit."""
    own = by.practitioner_id is not None and by.practitioner_id == claim.practitioner_id
    unit = claim.organisation_id is not None and any(g.organisation_id == claim.organisation_id for g in by.grants)
    if own or unit:
        raise Denied(_("这笔补贴是发给您或者您所在单位的，不能由您办理。"))


def _standing_in(claim: Claim, *states: ClaimState) -> None:
    if claim.state not in states:
        raise Refused(
            _("第 %(number)s 号补贴现在是“%(state)s”，不能这样办理。")
            % {"number": claim.pk, "state": ClaimState(claim.state).label}
        )


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("请写明理由。"))
    return reason.strip()[:500]


def reference_of(reference: str) -> str:
    if not reference.strip():
        raise Refused(_("请填写银行回单号。"))
    return reference.strip()[:80]


@transaction.atomic
def change(claim: Claim, *, by: Actor, at: datetime, kind: str, **changes: Any) -> Claim:
    """Change a claim that is still as it was found, and write its line. Errors: Conflict."""
    if Claim.objects.filter(pk=claim.pk, state=claim.state).update(**changes) != 1:
        raise Conflict(claim.order.code if claim.order else "")
    _write(claim, kind, by=by, at=at, before=claim.state, after=changes.get("state", claim.state))
    for name, value in changes.items():
        setattr(claim, name, value)
    return claim


def _write(claim: Claim, kind: str, *, by: Actor, at: datetime, **data: Any) -> Event:
    return journal.write(stream=stream(claim), kind=kind, by=by, at=at, claim=claim.pk, **data)


def stream(claim: Claim) -> str:
    """The name of a claim's stream in the journal."""
    return f"funds:claim:{claim.pk}"


def fingerprint(claim: Claim) -> str:
    """A keyed hash of everything in a claim that never changes."""
    body = [
        claim.key, claim.order_id, claim.line, claim.kind, claim.stage, claim.spending, claim.source, claim.county_id,
        claim.day.isoformat(), claim.unit, f"{claim.quantity:.2f}", claim.practitioner_id, claim.organisation_id,
        claim.pay_to, claim.tax, f"{claim.amount:.2f}", claim.worked_out, claim.reverses_id, claim.replaces_id,
    ]  # fmt: skip
    return keyed_hash(json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")), "claim")


@proves
def faults(limit: int = 100) -> list[Fault]:
    """Claims that are not what the journal says they were: changed or entered behind the program's back."""
    prints = {
        e.stream: e
        for e in Event.objects.filter(
            stream__startswith="funds:claim:", seq=1, kind__in=["claim_owed", "claim_reversal"]
        )
    }
    found: list[Fault] = []
    for claim in Claim.objects.order_by("pk").iterator(2000):
        event = prints.pop(stream(claim), None)
        if event is None:
            found.append(Fault(stream(claim), 0, str(_("这笔补贴没有日志"))))
        elif event.data.get("print") != fingerprint(claim):
            found.append(Fault(stream(claim), 1, str(_("内容被改动"))))
        if len(found) >= limit:
            return found
    found += [Fault(name, 1, str(_("日志里的补贴不见了"))) for name in list(prints)[:limit]]
    return found[:limit]


#: What the journal's lines about a claim mean, in words.
ACTS = {
    "claim_owed": _("提出"), "claim_reversal": _("提出冲销"), "claim_reviewed": _("审核通过"), "claim_approved": _("批准"),
    "claim_declined": _("不予发放"), "claim_reversed": _("已全部冲销"), "claim_returned": _("款项已退回"),
    "claim_came_back": _("银行退回，等下一批"), "batch_made": _("列入付款清单"), "batch_closed": _("出付款文件"),
    "batch_paid": _("付款"), "batch_dissolved": _("付款清单取消"),
}  # fmt: skip


def history(claim: Claim) -> list[Event]:
    """The lines of the journal about a claim: its own, and those of the batch it is in, in the order of time."""
    here = Q(stream=stream(claim))
    if claim.batch is not None:
        here |= Q(stream=f"funds:batch:{claim.batch.number}", kind__in=["batch_made", "batch_closed", "batch_paid"])
    return list(Event.objects.filter(here).order_by("at", "pk"))


# Sight


def reach(by: Actor, *roles: Role) -> list[tuple[str, frozenset[str]]]:
    """What an actor reaches in some roles: parts of the map as paths ("" is everywhere), each with its lines (none: all)."""
    if by.kind == "system":
        return [("", frozenset())]
    if by.kind != "staff" or by.pending:
        return []
    held = [g for g in by.grants if g.role in roles]
    at_places = dict(
        Place.objects.filter(pk__in=[g.place_id for g in held if g.place_id]).values_list("pk", "division__path")
    )
    return [(at_places.get(g.place_id, "-") if g.place_id else g.division_path, g.lines) for g in held]


def where(by: Actor, *roles: Role) -> Q:
    """A condition on rows with county and line: those that lie in an actor's part of the map, in one of the roles."""
    total = Q(pk__in=[])
    for path, lines in reach(by, *roles):
        here = Q(county__path__startswith=path)
        total |= here & Q(line__in=lines) if lines else here
    return total


def in_sight(by: Actor, *roles: Role) -> QuerySet[Claim]:
    """The claims an actor may handle, payees named: officers and supervisors of the county, for their lines."""
    found = Claim.objects.select_related("county", "practitioner", "organisation", "order", "batch")
    return found.filter(where(by, *(roles or SECOND)))


def due_to(by: Actor) -> QuerySet[Claim]:
    """What is owed or was paid to whoever asks: a practitioner's own, or a firm's for its manager. Newest first."""
    mine = Q(pk__in=[])
    if by.kind == "staff" and not by.pending:
        if by.practitioner_id is not None:
            mine |= Q(practitioner_id=by.practitioner_id)
        firms = [g.organisation_id for g in by.grants if g.organisation_id is not None and g.role is Role.PROVIDER]
        mine |= Q(organisation_id__in=firms)
    return Claim.objects.filter(mine).select_related("practitioner", "organisation", "order").order_by("-day", "-pk")


# What lines ask


@dataclass(frozen=True)
class Standing:
    """How a stage of an order stands with money, without saying who gets it."""

    stage: str
    kind: str
    name: str
    amount: Decimal
    state: ClaimState
    paid_on: date | None


def claims_of(order: Order) -> QuerySet[Claim]:
    """All claims of an order, declined and reversed ones included, in the order in which they were made."""
    return Claim.objects.filter(order=order).select_related("practitioner", "organisation").order_by("pk")


def paid(order: Order, stage: str) -> bool:
    """True when a stage was paid for and not taken back as a whole."""
    return Claim.objects.filter(
        order=order, stage=stage, reverses__isnull=True, state=ClaimState.PAID.value
    ).exists()  # fmt: skip


def owed(order: Order, stage: str) -> Claim | None:
    """The claim that holds a stage, in whatever state; None when the stage may still be owed."""
    return Claim.objects.filter(order=order, stage=stage, reverses__isnull=True).exclude(state__in=GONE).first()


def standing(order: Order) -> list[Standing]:
    """How each stage of an order stands with money, oldest first: what holds, and what was declined or taken back."""
    rows: Iterable[Claim] = claims_of(order)
    return [
        Standing(
            c.stage, c.kind, c.name, c.amount, ClaimState(c.state), legal_day(c.paid_at) if c.paid_at else None
        )
        for c in rows
    ]  # fmt: skip


def unpaid(county: Division) -> QuerySet[Claim]:
    """What a county owes and has not paid, the oldest work first."""
    return Claim.objects.filter(county=county, state__in=OPEN, reverses__isnull=True).order_by("day", "pk")
