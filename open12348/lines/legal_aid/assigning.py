"""Who may help, whose turn it is and why; the choice is stored with everybody considered. A machine proposes, a person chooses.

Out of the question: no licence now, not a lawyer where only lawyers may act, too few years (LAL 26), not familiar with minors
(O148 Art 26), somebody of the other side or a co-accused served before (by keyed hashes; nothing of the facts is shown), the
same person at two co-accused, a refusal by this firm or client in this case, no room. Then: the person's language, the field,
the way, and whose share is smallest.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from open12348.kernel import names
from open12348.kernel.parameters import Figure, figure, layers
from open12348.kernel.sentences import say
from open12348.kernel.workdays import legal_day
from open12348.registry import accounts, providers
from open12348.registry.models import Account, Division, Practitioner
from open12348.spine import routing
from open12348.spine.journal import Turn
from open12348.spine.models import Assignment, Case, Party, PartyRole

from . import scope
from .figures import HERE
from .models import Aid, LawyerChange

#: The field of each kind of matter.
FIELD_OF = {"criminal": "criminal", "administrative": "administrative", "compensation": "administrative"}
LABOUR = ("31-5", "31-7-1")
FAMILY = ("31-4", "31-6", "32-4")


def the(name: str, at: datetime) -> Figure:
    """A figure of the assignment on a day."""
    return figure(layers(HERE / "parameters" / "assigning", "legal_aid/assigning"), name, legal_day(at))


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be assigned, with the reasons for and against, and the share of the work they have had."""

    worker: Practitioner
    able: bool
    against: tuple[Any, ...] = ()
    why: tuple[Any, ...] = ()
    share: float = 0.0
    order: tuple[Any, ...] = ()
    wished: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=1)
def _words_of() -> dict[str, frozenset[str]]:
    """How a field may stand in the register: as a word, or as a number of the topic tree."""
    found: dict[str, set[str]] = {}
    with open(HERE / "specialities.csv", encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            found.setdefault(row["field"], set()).add(row["word"])
    return {name: frozenset(words) for name, words in found.items()}


def has_field(worker: Practitioner, name: str) -> bool:
    """Whether somebody's register shows a field."""
    return bool(_words_of().get(name, frozenset()) & set(worker.specialities))


def field_for(aid: Aid) -> str:
    """The field that fits a matter; '' when any will do."""
    if any(aid.matter.startswith(code) for code in LABOUR):
        return "labour"
    if any(aid.matter.startswith(code) for code in FAMILY):
        return "family"
    return FIELD_OF.get(aid.kind, "")


def distance_km(one: Division | None, other: Division | None) -> float | None:
    """The straight way between two counties' seats, or None when a place is unknown."""
    if one is None or other is None:
        return None
    if one.pk == other.pk:
        return 0.0
    if None in {one.latitude, one.longitude, other.latitude, other.longitude}:
        return None
    a, b = radians(float(one.latitude or 0)), radians(float(other.latitude or 0))
    d = radians(float(other.longitude or 0) - float(one.longitude or 0))
    return 12742 * asin(sqrt(sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(d / 2) ** 2))


def _conflicted(aid: Aid) -> set[int]:
    """Practitioners who served, in any line, somebody on the other side of this matter. Keyed hashes only: yes or no."""
    match = Q()
    for party in aid.order.parties.all():
        theirs = {
            PartyRole.OPPONENT: [PartyRole.APPLICANT, PartyRole.REPRESENTED],
            PartyRole.APPLICANT: [PartyRole.OPPONENT],
            PartyRole.REPRESENTED: [PartyRole.OPPONENT],
            PartyRole.OTHER: [PartyRole.REPRESENTED, PartyRole.APPLICANT] if aid.kind == "criminal" else [],
        }.get(PartyRole(party.role), [])
        if not theirs:
            continue
        for same in (
            Q(id_hash=party.id_hash) if party.id_hash else None,
            Q(phone_hash=party.phone_hash) if party.phone_hash else None,
            # Two different numbers are two people, however alike the names sound.
            Q(folded_hash=party.folded_hash) if party.folded_hash else None,
        ):
            if same is not None:
                match |= same & Q(role__in=theirs)
    if not match:
        return set()
    elsewhere = Party.objects.filter(match).exclude(order_id=aid.pk).values("order_id")
    rows = Assignment.objects.filter(order_id__in=elsewhere)
    found = set(rows.exclude(practitioner=None).values_list("practitioner_id", flat=True))
    found |= set(
        rows.exclude(account__practitioner=None).values_list("account__practitioner_id", flat=True)
    ) | set(
        Case.objects.filter(order_id__in=elsewhere, handler__practitioner__isnull=False).values_list(
            "handler__practitioner_id", flat=True
        )
    )  # fmt: skip
    return {pk for pk in found if pk is not None}


def _of_co_accused(aid: Aid) -> set[int]:
    """Who defends, or as duty lawyer helped, another accused of the same matter."""
    if aid.kind != "criminal" or not aid.matter_hash:
        return set()
    rows = Aid.objects.filter(matter_hash=aid.matter_hash, lawyer__isnull=False).exclude(pk=aid.pk)
    if aid.order.person_id is not None:
        rows = rows.exclude(order__person_id=aid.order.person_id)
    found = set(rows.values_list("lawyer_id", flat=True))
    return found | helped_elsewhere(aid)


def helped_elsewhere(aid: Aid) -> set[int]:
    """Duty lawyers who helped another suspect of the matter (they must not defend this one)."""
    from . import duty

    return duty.helped_others_in(aid.matter_hash, aid.order)


def _gone(aid: Aid) -> tuple[set[int], set[int]]:
    """Practitioners that were changed in this case, and firms that declined it."""
    people, firms = set(), set()
    for row in aid.changes.filter(granted=True):
        if row.cause == "declined" and row.old_unit_id:
            firms.add(row.old_unit_id)
        elif row.old_id:
            people.add(row.old_id)
    return people, firms


def candidates(aid: Aid, case: Case, at: datetime, only: Iterable[int] | None = None) -> list[Candidate]:
    """Everybody who could be thought of, those whose turn it is first, those who may not last with the reason.

    In: `only` some practitioners (to check one). Out: at most a few hundred, one read for each kind of fact.
    """
    matter = scope.matter(aid.matter, legal_day(at))
    kinds = ["lawyer"] if aid.kind == "criminal" or (matter and matter.lawyer_only) else ["lawyer", "grassroots_worker"]
    rows = Practitioner.objects.filter(kind__in=["lawyer", "grassroots_worker"])
    if only is not None:
        rows = rows.filter(pk__in=list(only)).select_related("organisation", "division__county")
    else:  # many of them share a firm and a county: each is read once
        rows = rows.prefetch_related("organisation", "division__county")
    workers = list(rows.order_by("pk")[:2000])
    ids = [w.pk for w in workers]
    these: dict[str, Any] = {"pk__in": ids} if only is not None else {"kind__in": ["lawyer", "grassroots_worker"]}
    theirs: dict[str, Any] = {"lawyer_id__in": ids} if only is not None else {"lawyer__isnull": False}
    free = set(providers.available(at).filter(**these).values_list("pk", flat=True))
    since = at - timedelta(days=int(the("window", at).value))
    had = dict(Aid.objects.filter(assigned_at__gte=since, **theirs).values_list("lawyer_id").annotate(n=Count("pk")))
    holding = dict(
        Aid.objects.filter(order__case__closed_at__isnull=True, **theirs).exclude(pk=aid.pk)
        .values_list("lawyer_id").annotate(n=Count("pk"))
    )  # fmt: skip
    conflicted, co_accused, (changed, firms) = _conflicted(aid), _of_co_accused(aid), _gone(aid)
    wanted, wish = field_for(aid), names.fold(aid.wish) if aid.wish else ""
    county = aid.authority_county or case.county
    near, share, most = float(the("near", at).value), float(the("share", at).value), int(the("most_open", at).value)
    found = [
        _weigh(
            w, aid, case, at, matter=matter, kinds=kinds, free=free, had=had.get(w.pk, 0), open_now=holding.get(w.pk, 0),
            conflicted=conflicted, co_accused=co_accused, changed=changed, firms=firms, wanted=wanted, wish=wish,
            county=county, near=near, share=share, most=most,
        )
        for w in workers
    ]  # fmt: skip
    return sorted(found, key=lambda c: c.order)


def _weigh(
    w: Practitioner, aid: Aid, case: Case, at: datetime, *, matter: Any, kinds: list[str], free: set[int], had: int, open_now: int,
    conflicted: set[int], co_accused: set[int], changed: set[int], firms: set[int], wanted: str, wish: str,
    county: Division | None, near: float, share: float, most: int,
) -> Candidate:  # fmt: skip
    """One person against the rules, then beside the others."""
    against: list[Any] = []
    if w.kind not in kinds:
        against.append(_("刑事案件只能指派律师，不能指派基层法律服务工作者"))
    if w.pk not in free:
        against.append(_("已停止执业"))
    years = matter.years if matter else 0
    if years and not _has_years(w, years, at):
        against.append(say(_("刑事执业不满 %(n)s 年，不能办理可能判处无期徒刑、死刑的案件"), n=years))
    if aid.matter == "CR-25-1" and not has_field(w, str(the("minor_experience", at).value)):
        against.append(_("没有登记熟悉未成年人身心特点"))
    if w.pk in conflicted:
        against.append(_("有利益冲突"))
    if w.pk in co_accused:
        against.append(_("已为同案其他人提供帮助"))
    if w.pk in changed:
        against.append(_("这件案子里已经更换过"))
    if w.organisation_id in firms:
        against.append(_("承办机构已退回这件案子"))
    if open_now >= (w.capacity or most):
        against.append(say(_("手上已有 %(n)s 件"), n=open_now))
    speaks = case.language in (w.languages or ["zh"])
    fits = has_field(w, wanted) if wanted else True
    km = distance_km(w.division.county if w.division else None, county)
    band = 0 if km == 0 else 1 if km is not None and km <= near else 2
    turn = had / float(w.capacity or share)
    wished = bool(wish) and wish in {names.fold(w.name_zh), names.fold(w.name_ug) if w.name_ug else "-"}
    why: list[Any] = []
    if wished:
        why.append(_("当事人希望由他办理"))
    why.append(_("会当事人的语言") if speaks else _("要请翻译"))
    if wanted:
        why.append(_("专长相符") if fits else _("专长不同"))
    if band == 0:
        why.append(_("就在本县"))
    elif km is not None:
        why.append(say(_("相距约 %(n)s 公里"), n=round(km)))
    else:
        why.append(_("外县"))
    why.append(say(_("近一年承办 %(n)s 件，手上 %(m)s 件"), n=had, m=open_now))
    return Candidate(
        w, not against, tuple(against), tuple(why), turn,
        (bool(against), not speaks, not fits, band, round(turn, 4), open_now, w.pk), wished,
        {"km": round(km) if km is not None else None, "had": had, "open": open_now, "speaks": speaks, "fits": fits},
    )  # fmt: skip


def _has_years(w: Practitioner, years: int, at: datetime) -> bool:
    """Whether somebody has practised criminal law so many years; unknown since when counts as no."""
    day = legal_day(at)
    return (
        w.practised_since is not None
        and has_field(w, "criminal")
        and (
            day.year
            - w.practised_since.year
            - ((day.month, day.day) < (w.practised_since.month, w.practised_since.day))
        )
        >= years
    )


def fault_of(aid: Aid, case: Case, worker: Practitioner, at: datetime, why: str = "") -> Any:
    """Why somebody may not be assigned, in words; nothing when they may.

    Who is not first in turn may be chosen with a reason; the client's wish is one.
    """
    mine = next(iter(candidates(aid, case, at, only=[worker.pk])), None)
    if mine is None:
        return _("这位人员不在可以指派的名单里。")
    if not mine.able:
        return say(_("不能指派%(name)s：%(why)s。"), name=worker.name, why="；".join(str(a) for a in mine.against))
    if not why.strip() and not mine.wished:
        first = next((c for c in candidates(aid, case, at) if c.able), None)
        if first is not None and first.worker.pk != worker.pk:
            return say(_("按顺序轮到%(name)s。指派别人请写明理由。"), name=first.worker.name)
    return None


def label(found: Candidate) -> Any:
    """A candidate in one line: name, firm, why."""
    firm = found.worker.organisation.name if found.worker.organisation else ""
    return " · ".join(str(p) for p in (found.worker.name, firm, *found.why) if p)


def account_of(worker: Practitioner) -> Account | None:
    """The account somebody signs in with for legal aid, if there is one; an account for another line's work is none."""
    covering = Q(memberships__lines=[]) | Q(memberships__lines__contains=["legal_aid"])
    return Account.objects.filter(covering, practitioner=worker, is_active=True).order_by("pk").first()


def manager_of(aid: Aid, at: datetime) -> Account | None:
    """The account that takes cases for the unit (a membership that names it, held by nobody who handles), if there is one."""
    if aid.unit_id is None:
        return None
    held = accounts.holding(at, line="legal_aid").filter(
        organisation_id=aid.unit_id, role="provider", account__is_active=True, account__practitioner__isnull=True
    )
    row = held.select_related("account").order_by("pk").first()
    return row.account if row else None


def as_kept(found: list[Candidate], chosen: Practitioner) -> list[dict[str, Any]]:
    """Everybody considered as it is stored: in turn, with reasons; who was chosen, who would be next. No facts of the case."""
    able = [c for c in found if c.able]
    return [
        {
            "practitioner": c.worker.pk, "name": c.worker.name_zh, "able": c.able, "turn": n, "share": round(c.share, 3),
            "why": [str(w) for w in (c.why if c.able else c.against)], "chosen": c.worker.pk == chosen.pk,
        }
        for n, c in enumerate([*able[:10], *[c for c in able[10:] if c.worker.pk == chosen.pk], *[c for c in found if not c.able][:10]], 1)
    ]  # fmt: skip


def give(turn: Turn, aid: Aid, worker: Practitioner, why: str = "") -> None:
    """Assign: the firm's manager has it in hand when there is one, else the lawyer. Everybody considered is stored."""
    found = candidates(aid, turn.case, turn.at)
    mine = next((c for c in found if c.worker.pk == worker.pk), None)
    first = next((c for c in found if c.able), None)
    aid.method = "wish" if mine and mine.wished else "turn" if first and first.worker.pk == worker.pk else "reason"
    aid.lawyer, aid.unit, aid.assigned_at = worker, worker.organisation, turn.at
    aid.arranged_at = aid.engaged_at = aid.engaged_on = None
    aid.save(update_fields=["lawyer", "unit", "method", "assigned_at", "arranged_at", "engaged_at", "engaged_on"])
    routing.hand(
        turn, account=manager_of(aid, turn.at) or account_of(worker), practitioner=worker, organisation=aid.unit,
        why=why or str(METHODS[aid.method]), considered=as_kept(found, worker),
    )  # fmt: skip


METHODS = {"wish": _("按当事人的意愿"), "turn": _("按顺序轮到"), "reason": _("有理由另选"), "": ""}


def settle(turn: Turn, aid: Aid, worker: Practitioner) -> None:
    """The person who will act is known: from here the case is theirs."""
    aid.lawyer, aid.unit, aid.arranged_at = worker, worker.organisation, turn.at
    aid.save(update_fields=["lawyer", "unit", "arranged_at"])
    routing.hand(
        turn, account=account_of(worker), practitioner=worker, organisation=aid.unit, why=str(_("承办机构安排")),
    )  # fmt: skip


def take_back(turn: Turn, aid: Aid, cause: str = "", why: str = "") -> None:
    """The case leaves the lawyer and is the institution's again."""
    if cause:
        LawyerChange.objects.create(
            aid=aid, asked_at=turn.at, asked_by=turn.by.label[:60], cause=cause, why=why, old=aid.lawyer, old_unit=aid.unit,
            decided_at=turn.at, decided_by_id=turn.by.account_id, granted=True,
        )  # fmt: skip
    aid.lawyer = aid.unit = None
    aid.arranged_at = aid.engaged_at = aid.engaged_on = None
    aid.save(update_fields=["lawyer", "unit", "arranged_at", "engaged_at", "engaged_on"])
    routing.hand(turn, account=None, why=str(_("收回另派")))
