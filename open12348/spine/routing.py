"""Who may take a case, who is next and why; passing it to another place and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Denied, Role
from open12348.registry import providers
from open12348.registry.models import Account, Membership, Organisation, Place, Practitioner

from . import barring, catalogue, clocks, notices
from .barring import bars as bars
from .barring import conflicted as conflicted
from .barring import conflicts as conflicts
from .barring import recuse as recuse
from .casework import Refused
from .catalogue import Hold, Phase
from .journal import Turn, turn
from .lists import roles_over
from .models import Assignment, Case, Transfer

#: After so many returns a case goes to a coordinator instead of round in circles (domain/a 3.4).
MOST_RETURNS = 2


@dataclass(frozen=True)
class Candidate:
    """Somebody who could take a case, with the reasons for and against."""

    account: Account
    able: bool
    why: tuple[str, ...]
    load: int


def candidates(case: Case, at: datetime) -> list[Candidate]:
    """Everybody whose grants reach the case and whose role its service asks for, best first, each with the reasons.

    Not able: suspended, or in conflict with the other side. Then language of the person, then the smaller load.
    """
    service = catalogue.of(case)
    roles = [r.value for r in service.roles]
    near = (
        Q(place_id=case.place_id)
        | Q(place_id=case.place.parent_id, place__isnull=False)
        | Q(division_id=case.county_id, place__isnull=True)
    )
    rows = (
        # Who takes cases for a firm handles none: that membership names the firm.
        Membership.objects.filter(
            near, role__in=roles, since__lte=at, account__is_active=True, organisation__isnull=True
        )
        .filter(Q(until__isnull=True) | Q(until__gt=at))
        .filter(Q(lines=[]) | Q(lines__contains=[case.line]))
        .select_related("account", "account__practitioner")
    )
    accounts = {m.account_id: m.account for m in rows}
    loads = dict(
        Case.objects.filter(handler_id__in=accounts, closed_at__isnull=True)
        .exclude(phase=Phase.DONE.value)
        .values_list("handler_id")
        .annotate(n=Count("pk"))
    )
    workers = [a.practitioner_id for a in accounts.values() if a.practitioner_id is not None]
    free = set(providers.available(at).filter(pk__in=workers).values_list("pk", flat=True)) if workers else set()
    other_side = conflicted(case.order, set(accounts))
    stepped_aside = barring.recused(case.order, accounts.values())
    found = []
    for account in accounts.values():
        why: list[str] = []
        able = True
        worker = account.practitioner
        if worker is not None and worker.pk not in free:
            able = False
            why.append(str(_("已停止执业")))
        if account.pk in other_side:
            able = False
            why.append(barring.conflict_words(service))
        if account.pk in stepped_aside:
            able = False
            why.append(stepped_aside[account.pk])
        if service.bars is not None and (barred := [str(r) for r in service.bars(case, account, at)]):
            able = False
            why += barred
        speaks = (worker.languages if worker else None) or ["ug" if account.language == "ug" else "zh"]
        if case.language in speaks:
            why.append(str(_("会当事人的语言")))
        why.append(str(_("手上 %(n)s 件") % {"n": loads.get(account.pk, 0)}))
        found.append(Candidate(account, able, tuple(why), loads.get(account.pk, 0)))
    spoken = str(_("会当事人的语言"))
    return sorted(found, key=lambda c: (not c.able, spoken not in c.why, c.load, c.account.pk))


def assign(*, case: Case, to: Account, by: Actor, at: datetime, why: str = "", expect: int | None = None) -> Case:
    """Give a case to somebody who may take it; the choice and everybody considered are stored. Errors: Refused, Denied."""
    with turn(order_id=case.pk, by=by, at=at, expect=expect) as now:
        roles = roles_over(by, now.case)
        if by.kind != "system" and not roles & {
            Role.CLERK,
            Role.OPERATOR,
            Role.OFFICER,
            Role.SUPERVISOR,
            Role.PROVIDER,
        }:
            raise Denied(_("您不能分派这件事。"))
        if now.case.phase == Phase.DONE.value:
            raise Refused(_("这件事已经办结。"))
        considered = candidates(now.case, at)
        chosen = next((c for c in considered if c.account.pk == to.pk), None)
        if chosen is None:
            raise Refused(_("这位同事不在可以办理的名单里。"))
        if not chosen.able:
            raise Refused(_("不能分给%(name)s：%(why)s。") % {"name": to.name, "why": "；".join(chosen.why)})
        hand(
            now, account=to, practitioner=to.practitioner, why=why,
            considered=[{"account": c.account.pk, "able": c.able, "why": list(c.why)} for c in considered[:20]],
        )  # fmt: skip
        clocks.after(now, "assign")
    return now.case


def hand(
    now: Turn, *, account: Account | None, practitioner: Practitioner | None = None, why: str = "",
    considered: Sequence[dict[str, Any]] = (), organisation: Organisation | None = None,
) -> Assignment:  # fmt: skip
    """Within a turn: put a case into somebody's hands and store the choice. For lines that choose by rules of their own.

    In: `account` None takes it out of everybody's hands (nobody there works with an account); `considered` everybody looked
    at, plain data without facts of the case. Out: the assignment as stored. Errors: Refused for somebody recused.
    """
    _not_recused(now, account, practitioner)
    now.order.assignments.filter(until__isnull=True).update(until=now.at)
    row = Assignment.objects.create(
        order=now.order, account=account, practitioner=practitioner, organisation=organisation, place=now.case.place,
        since=now.at, why=why[:300], by=now.by.label, candidates=list(considered),
    )  # fmt: skip
    now.set(handler=account, coordinator=False)
    now.write(
        "assigned", account=account.pk if account else None, practitioner=practitioner.pk if practitioner else None,
        considered=len(considered),
    )  # fmt: skip
    return row


def _not_recused(now: Turn, account: Account | None, practitioner: Practitioner | None) -> None:
    reason = barring.is_recused(
        now.order, account_id=account.pk if account else None, practitioner_id=practitioner.pk if practitioner else None
    )
    if reason:
        raise Refused(_("不能交给这位人员：%(why)s。") % {"why": reason})


def join(
    now: Turn, *, account: Account | None, practitioner: Practitioner | None = None, why: str = "",
    organisation: Organisation | None = None,
) -> Assignment:  # fmt: skip
    """Within a turn: put somebody on a case beside who has it in hand. They leave when it passes into other hands (`hand`).

    Errors: Refused for somebody recused.
    """
    _not_recused(now, account, practitioner)
    row = Assignment.objects.create(
        order=now.order, account=account, practitioner=practitioner, organisation=organisation, place=now.case.place,
        since=now.at, why=why[:300], by=now.by.label,
    )  # fmt: skip
    now.write("joined", account=account.pk if account else None, practitioner=practitioner.pk if practitioner else None)
    return row


def take(*, case: Case, by: Actor, at: datetime, expect: int | None = None) -> Case:
    """Take a free case oneself."""
    if by.account_id is None:
        raise Denied(_("请先登录。"))
    return assign(
        case=case, to=Account.objects.get(pk=by.account_id), by=by, at=at, why=str(_("自己接手")), expect=expect
    )


# Passing on


def transfer(*, case: Case, target: Place, by: Actor, at: datetime, reason: str, expect: int | None = None) -> Transfer:
    """Ask another place to take the case. The code stays, the clock runs on. Errors: Refused, Denied."""
    with turn(order_id=case.pk, by=by, at=at, expect=expect) as now:
        if by.kind != "system" and not roles_over(by, now.case) & {
            Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER, Role.SUPERVISOR
        }:  # fmt: skip
            raise Denied(_("您不能转交这件事。"))
        if not reason.strip():
            raise Refused(_("请写明转交的理由。"))
        if now.case.phase == Phase.DONE.value:
            raise Refused(_("这件事已经办结。"))
        if now.case.hold:
            raise Refused(_("这件事正在等对方，不能转交。"))
        if target.pk == now.case.place_id:
            raise Refused(_("这件事已经在%(place)s。") % {"place": target.name})
        if target.valid_to is not None:
            raise Refused(_("%(place)s已停止服务。") % {"place": target.name})
        row = Transfer.objects.create(
            order=now.order,
            origin=now.case.place,
            target=target,
            reason=reason.strip()[:500],
            asked_at=at,
            asked_by=by.label,
        )
        now.set(hold=Hold.TRANSFER.value)
        now.write("transfer_asked", transfer=row.pk, target=target.code, origin=now.case.place.code)
        clocks.after(now, "transfer")
    return row


def accept(*, row: Transfer, by: Actor, at: datetime) -> Case:
    """Take a case that another place asked us to take."""
    with turn(order_id=row.order_id, by=by, at=at) as now:
        _answerer(row, by)
        row.accepted_at, row.answered_by = at, by.label
        row.save(update_fields=["accepted_at", "answered_by"])
        now.order.assignments.filter(until__isnull=True).update(until=at)
        now.set(place=row.target, county_id=row.target.county_id, hold="", handler=None, coordinator=False)
        now.write("transfer_accepted", transfer=row.pk, place=row.target.code)
        clocks.after(now, "accept_transfer")
        notices.tell(now, "accept_transfer")
    return now.case


def return_back(*, row: Transfer, by: Actor, at: datetime, reason: str) -> Case:
    """Return a case with a reason. The second return sends it to a coordinator, who decides. Errors: Refused, Denied."""
    if not reason.strip():
        raise Refused(_("退回要写明理由。"))
    with turn(order_id=row.order_id, by=by, at=at) as now:
        _answerer(row, by)
        row.returned_at, row.return_reason, row.answered_by = at, reason.strip()[:500], by.label
        row.save(update_fields=["returned_at", "return_reason", "answered_by"])
        returns = now.case.returns + 1
        now.set(hold="", returns=returns, coordinator=returns >= MOST_RETURNS)
        now.write("transfer_returned", transfer=row.pk, returns=returns)
        if returns >= MOST_RETURNS:
            now.write("to_coordinator", returns=returns)
        clocks.after(now, "return_transfer")
    return now.case


def _answerer(row: Transfer, by: Actor) -> None:
    from .lists import offered_to

    if row.accepted_at or row.returned_at:
        raise Refused(_("这次转交已经有人答复了。"))
    if by.kind != "system" and not offered_to(by).filter(pk=row.pk).exists():
        raise Denied(_("这次转交不是给您的。"))


def follow_places(*, by: Actor, at: datetime) -> int:
    """After the map changed: open cases whose place now lies in another county are filed there. Returns how many."""
    from django.db.models import F

    moved = 0
    for pk in (
        Case.objects.exclude(phase=Phase.DONE.value)
        .exclude(county_id=F("place__county_id"))
        .values_list("pk", flat=True)
    ):
        with turn(order_id=pk, by=by, at=at) as now:
            now.set(county_id=now.case.place.county_id)
            now.write("map_changed", county=now.case.place.county.code if now.case.place.county else None)
            moved += 1
    return moved


def explain(case: Case) -> list[Any]:
    """Who was considered at each assignment and why, for the supervisor."""
    return list(Assignment.objects.filter(order_id=case.pk).order_by("since").select_related("account"))
