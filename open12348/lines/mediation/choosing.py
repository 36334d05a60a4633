"""Who may mediate a dispute, who is nearest, and what stands against somebody: the parties choose, or the committee appoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from open12348.kernel import names
from open12348.kernel.sentences import say
from open12348.registry import divisions, providers
from open12348.registry.models import Account, Practitioner, PractitionerKind
from open12348.spine import barring, routing
from open12348.spine.catalogue import Phase
from open12348.spine.intake import said
from open12348.spine.journal import Turn
from open12348.spine.models import Case

from . import committees
from .models import ChosenBy, Dispute

#: Who may mediate: mediators, and lawyers whom a committee invites or who mediate for their firm (律师调解).
KINDS = (PractitionerKind.MEDIATOR, PractitionerKind.LAWYER)
#: The article on choosing and on who must not favour a party.
BASIS = "人民调解法第十五条、第十九条"


@dataclass(frozen=True)
class Found:
    """Somebody who could mediate, with what speaks for and against them."""

    worker: Practitioner
    against: tuple[Any, ...]
    why: tuple[Any, ...]
    rank: tuple[Any, ...]

    @property
    def able(self) -> bool:
        return not self.against


def candidates(case: Case, at: datetime, *, only: Sequence[int] = ()) -> list[Found]:
    """Mediators of the case's county, the nearest first, then those who speak the person's language, then the smaller load."""
    near = divisions.line_up(case.place.division)
    rows = Practitioner.objects.filter(kind__in=KINDS).select_related("organisation", "division")
    rows = rows.filter(pk__in=only) if only else rows.filter(division__path__startswith=_county_path(case))
    workers = list(rows)
    ids = [w.pk for w in workers]
    standing = set(providers.available(at).filter(pk__in=ids).values_list("pk", flat=True))
    accounts = {
        a.practitioner_id: a for a in Account.objects.filter(practitioner__in=ids, is_active=True).order_by("-pk")
    }
    seated = set(committees.available(at).filter(pk__in=ids).values_list("pk", flat=True))
    aside = barring.stepped_aside(
        case.order, [(w.pk, accounts[w.pk].pk if w.pk in accounts else None) for w in workers]
    )
    served = barring.conflicted(case.order, {a.pk for a in accounts.values()})
    load = dict(
        Dispute.objects.filter(mediator__in=ids, result="")
        .exclude(order__case__phase=Phase.DONE.value)
        .values_list("mediator")
        .annotate(n=Count("pk"))
    )
    wish = names.fold(str(said(case.order).get("wish") or ""))
    levels = {d.pk: n for n, d in enumerate(near)}
    found = []
    for w in workers:
        account = accounts.get(w.pk)
        against: list[Any] = []
        if w.pk not in standing:
            against.append(_("已停止执业"))
        elif w.pk not in seated and (why := committees.barred(w, at)):  # asked one by one only where something is wrong
            against.append(why)
        if w.pk in aside:
            against.append(aside[w.pk])
        if account is not None and account.pk in served:
            against.append(say(_("曾为一方提供过法律服务（%(basis)s）"), basis=BASIS))
        wished = bool(wish) and wish in {names.fold(w.name_zh), names.fold(w.name_ug) if w.name_ug else "-"}
        speaks = case.language in (w.languages or ["zh"])
        band = levels.get(w.division_id, -1)
        why_: list[Any] = [_("当事人想请的")] if wished else []
        why_ += [w.organisation.name] if w.organisation else []
        why_ += [_("会当事人的语言") if speaks else _("要请翻译"), say(_("手上 %(n)s 件"), n=load.get(w.pk, 0))]
        if account is None:
            why_.append(_("没有账号，由工作人员代记"))
        rank = (
            bool(against),
            not wished,
            w.kind != PractitionerKind.MEDIATOR,
            -band,
            not speaks,
            load.get(w.pk, 0),
            w.pk,
        )
        found.append(Found(w, tuple(against), tuple(why_), rank))
    return sorted(found, key=lambda f: f.rank)


def _county_path(case: Case) -> str:
    return case.county.path if case.county is not None else ""


def label(found: Found) -> str:
    """A candidate in one line."""
    return " · ".join(str(p) for p in (found.worker.name, *found.why))


def fault_of(case: Case, worker: Practitioner | None, at: datetime) -> Any:
    """Why somebody may not mediate, in words; nothing when they may."""
    if worker is None:
        return _("请选择调解员。")
    mine = next(iter(candidates(case, at, only=[worker.pk])), None)
    if mine is None:
        return _("这位不是人民调解员，也不是律师。")
    if not mine.able:
        return say(_("不能请%(name)s调解：%(why)s。"), name=worker.name, why="；".join(str(a) for a in mine.against))
    return None


def bars(case: Case, account: Account, at: datetime) -> list[Any]:
    """What keeps an account from mediating: no mediator, or the term is over."""
    worker = account.practitioner
    if worker is None:
        return []
    if worker.kind not in KINDS:
        return [say(_("不是人民调解员，也不是律师（%(basis)s）"), basis=committees.TERM_BASIS)]
    return list(committees.bars(account, at))


def give(now: Turn, row: Dispute, worker: Practitioner, chosen_by: str) -> None:
    """Put the dispute into a mediator's hands; everybody considered is stored."""
    found = candidates(now.case, now.at)
    row.mediator, row.committee, row.chosen_by, row.assigned_at = worker, worker.organisation, chosen_by, now.at
    row.save(update_fields=["mediator", "committee", "chosen_by", "assigned_at"])
    account = Account.objects.filter(practitioner=worker, is_active=True).order_by("pk").first()
    routing.hand(
        now, account=account, practitioner=worker, organisation=worker.organisation, why=str(ChosenBy(chosen_by).label),
        considered=[
            {"practitioner": f.worker.pk, "able": f.able, "why": [str(w) for w in (f.why if f.able else f.against)],
             "chosen": f.worker.pk == worker.pk}
            for f in found[:20]
        ],
    )  # fmt: skip


def take_back(now: Turn, row: Dispute, why: str) -> None:
    """The dispute leaves the mediator and is the committee's again."""
    row.mediator, row.chosen_by, row.assigned_at = None, "", None
    row.save(update_fields=["mediator", "chosen_by", "assigned_at"])
    routing.hand(now, account=None, why=why)
