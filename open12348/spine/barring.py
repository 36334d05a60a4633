"""Who must not act in a case: recused, on the other side before, or barred by the rules of the line. Always with the article."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.registry.models import Account, Practitioner

from . import catalogue
from .journal import Turn
from .models import Assignment, Case, Order, Party, PartyRole, Recusal, RecusalGround


def recuse(
    now: Turn, *, account: Account | None = None, practitioner: Practitioner | None = None, ground: str, basis: str, why: str = ""
) -> Recusal:  # fmt: skip
    """Within a turn: record that somebody must not act in this case. In: `ground` a RecusalGround, `basis` the article.

    Out: the record; the same person on the same ground is recorded once. Errors: ValueError when nobody or no article is named.
    """
    if account is None and practitioner is None:
        raise ValueError("somebody has to be named")
    if not basis or ground not in RecusalGround.values:
        raise ValueError("a ground and its article have to be named")
    if practitioner is None and account is not None:
        practitioner = account.practitioner
    row, new = Recusal.objects.get_or_create(
        order=now.order, account=account, practitioner=practitioner, ground=ground,
        defaults={"basis": basis[:200], "why": why[:500], "at": now.at, "by": now.by.label},
    )  # fmt: skip
    if new:
        now.write(
            "recused", account=account.pk if account else None, practitioner=practitioner.pk if practitioner else None,
            ground=ground, basis=basis,
        )  # fmt: skip
    return row


def recused(order: Order, accounts: Iterable[Account]) -> dict[int, str]:
    """Those of some accounts who are recused in a case, with the reason. Out: sentences by the number of the account."""
    rows = list(order.recusals.all())
    return {a.pk: why for a in accounts if (why := _why(rows, a.pk, a.practitioner_id))}


def sentence(row: Recusal) -> str:
    """A recusal in words, with its article."""
    return str(_("应当回避：%(ground)s（%(basis)s）")) % {
        "ground": RecusalGround(row.ground).label, "basis": row.basis
    }  # fmt: skip


def is_recused(order: Order, *, account_id: int | None = None, practitioner_id: int | None = None) -> str:
    """Why somebody is recused in a case; empty when they are not."""
    return _why(order.recusals.all(), account_id, practitioner_id)


def stepped_aside(order: Order, people: Iterable[tuple[int, int | None]]) -> dict[int, str]:
    """Those of many practitioners who are recused in a case, with the reason. In: (practitioner, account) by number."""
    rows = list(order.recusals.all())
    return {worker: why for worker, account in people if (why := _why(rows, account, worker))}


def _why(rows: Iterable[Recusal], account_id: int | None, practitioner_id: int | None) -> str:
    """The first of some recusals that means somebody, in words."""
    return next((sentence(row) for row in rows if _meant(row, account_id, practitioner_id)), "")


def _meant(row: Recusal, account_id: int | None, practitioner_id: int | None) -> bool:
    return (account_id is not None and row.account_id == account_id) or (
        practitioner_id is not None and row.practitioner_id == practitioner_id
    )


def bars(case: Case, account: Account, at: datetime) -> tuple[str, ...]:
    """Everything that keeps an account from acting in a case, each with its article; empty when nothing does.

    Recusals, the rules of the service (Service.bars), and having served the other side, in any line.
    """
    return _bars(case, account, at, conflict=True)


def takes_not(case: Case, by: Actor, at: datetime) -> tuple[str, ...]:
    """Why an actor may not take a case in hand by a move. A conflict counts where the service names its article."""
    account = Account.objects.select_related("practitioner").filter(pk=by.account_id or 0).first()
    if account is None:
        return ()
    return _bars(case, account, at, conflict=bool(catalogue.of(case).conflict_basis))


def _bars(case: Case, account: Account, at: datetime, *, conflict: bool) -> tuple[str, ...]:
    service = catalogue.of(case)
    found = [is_recused(case.order, account_id=account.pk, practitioner_id=account.practitioner_id)]
    if service.bars is not None:
        found += [str(reason) for reason in service.bars(case, account, at)]
    if conflict and conflicts(case.order, account):
        found.append(conflict_words(service))
    return tuple(reason for reason in found if reason)


def conflict_words(service: catalogue.Service) -> str:
    """That somebody served the other side, with the article where the service names it."""
    told = str(_("曾为对方提供过法律服务"))
    return f"{told}（{service.conflict_basis}）" if service.conflict_basis else told


# Conflicts with the other side, across all lines


def conflicts(order: Order, account: Account) -> bool:
    """True when the account has advised or handled somebody who is this order's opponent, or the other way round.

    Compared by keyed hashes only; the asker learns yes or no.
    """
    return bool(conflicted(order, {account.pk}))


def conflicted(order: Order, accounts: set[int]) -> set[int]:
    """Those of some accounts that have a conflict at an order: asked for all at once, by keyed hashes only.

    A secret case makes no conflict: the answer would tell that it is there. Whoever stood between two sides (Service.neutral)
    acts for neither of them afterwards, known by their number or phone; they may stand between them again.
    """
    match = Q()
    between = [] if catalogue.get(order.case.service, order.case.edition).neutral else catalogue.neutral()
    for party in order.parties.filter(role__in=[PartyRole.OPPONENT, PartyRole.APPLICANT]):
        theirs = PartyRole.APPLICANT if party.role == PartyRole.OPPONENT else PartyRole.OPPONENT
        for same in (
            Q(id_hash=party.id_hash) if party.id_hash else None,
            Q(phone_hash=party.phone_hash) if party.phone_hash else None,
            Q(folded_hash=party.folded_hash) if party.folded_hash else None,
            Q(key_hashes__overlap=party.key_hashes) if party.key_hashes else None,
        ):
            if same is not None:
                match |= same & Q(role=theirs)
        for same in (
            Q(id_hash=party.id_hash) if party.id_hash else None,
            Q(phone_hash=party.phone_hash) if party.phone_hash else None,
        ):
            if same is not None and between:
                match |= same & Q(role=party.role, order__case__service__in=between)
    if not match or not accounts:
        return set()
    elsewhere: Any = (
        Party.objects.filter(match, order__case__secret=False).exclude(order_id=order.pk).values("order_id")
    )
    handled = Case.objects.filter(order_id__in=elsewhere, handler_id__in=accounts).values_list("handler_id", flat=True)
    given = Assignment.objects.filter(order_id__in=elsewhere, account_id__in=accounts)
    return {pk for pk in handled.union(given.values_list("account_id", flat=True)) if pk is not None}
