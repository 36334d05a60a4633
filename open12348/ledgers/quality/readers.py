"""Who may look at somebody's work: never whoever did it, nobody of the same house, nobody with a part or an interest in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions, providers
from open12348.registry.models import Account, Division, Level, Membership
from open12348.spine import routing
from open12348.spine.models import Case, Event, Order

from .models import Review
from .rules import the
from .sheet import Sheet

#: Roles that may read files of others. A practitioner needs a licence of a kind that the form names.
READING = frozenset({Role.PROVIDER, Role.OFFICER})


def over(by: Actor, line: str, county: Division | None, *roles: Role) -> bool:
    """True when an actor holds one of some roles over a county, for a line."""
    if by.kind == "system":
        return True
    if by.kind != "staff" or by.pending:
        return False
    path = county.path if county else ""
    return any(
        g.role in roles and g.covers_line(line) and g.place_id is None and path.startswith(g.division_path)
        for g in by.grants
    )


def counties_of(by: Actor, line: str, *roles: Role) -> list[Division]:
    """The counties over which an actor holds one of some roles, for a line (for any, when it is "")."""
    return [
        c
        for c in divisions.counties()
        if over(by, line, c, *roles)
        or (
            not line
            and any(g.role in roles and g.place_id is None and c.path.startswith(g.division_path) for g in by.grants)
        )
    ]


@dataclass(frozen=True)
class Hands:
    """Everybody who has handled a case, ever: accounts, practitioners, and the houses they work in."""

    accounts: frozenset[int]
    practitioners: frozenset[int]
    houses: frozenset[int]
    office: bool  # somebody handled it who belongs to no house but the office of the county itself
    county_id: int | None

    def hold(self, reader: Reader) -> bool:
        """True when a reader is one of them, or of one of their houses."""
        return (
            reader.account.pk in self.accounts
            or (reader.account.practitioner_id in self.practitioners)
            or not self.houses.isdisjoint(reader.houses)
            or (self.office and self.county_id in reader.offices)
        )


@dataclass(frozen=True)
class Reader:
    """Somebody who may read files of others, as far as can be said without looking at the file."""

    account: Account
    houses: frozenset[int]
    offices: frozenset[int]  # counties whose office they belong to (those who belong to no other house)
    counties: frozenset[int]  # where they work
    languages: frozenset[str]


def _members(accounts: Iterable[int], at: datetime) -> dict[int, list[Membership]]:
    found: dict[int, list[Membership]] = {pk: [] for pk in accounts}
    rows = Membership.objects.filter(account_id__in=found, since__lte=at).select_related("division", "place")
    for row in rows.filter(Q(until__isnull=True) | Q(until__gt=at)):
        found[row.account_id].append(row)
    return found


def _as_reader(account: Account, members: Iterable[Membership]) -> Reader:
    worker = account.practitioner
    houses = {m.organisation_id for m in members if m.organisation_id}
    if worker is not None and worker.organisation_id:
        houses.add(worker.organisation_id)
    near = [m.division.county_id for m in members if m.division and m.division.level != Level.PREFECTURE]
    near += [m.place.county_id for m in members if m.place]
    counties = frozenset(c for c in near if c is not None)
    languages = (worker.languages if worker else None) or ["ug" if account.language == "ug" else "zh"]
    return Reader(account, frozenset(houses), frozenset() if houses else counties, counties, frozenset(languages))


def reader(account: Account, at: datetime) -> Reader:
    """One account as a reader, with the houses it belongs to at an instant."""
    return _as_reader(account, _members([account.pk], at)[account.pk])


def hands_of(order: Order, at: datetime) -> Hands:
    """Everybody who ever had a case in hand, with the houses of then (as assigned) and of now."""
    accounts: set[int | None] = set()
    practitioners: set[int | None] = set()
    houses: set[int | None] = set()
    for row in order.assignments.select_related("account__practitioner", "practitioner"):
        accounts.add(row.account_id)
        practitioners.add(row.practitioner_id)
        houses.add(row.organisation_id)
        if row.practitioner is not None and row.practitioner.organisation_id:
            houses.add(row.practitioner.organisation_id)
    case: Case = order.case
    accounts.add(case.handler_id)
    office = False
    for account in Account.objects.filter(pk__in=_known(accounts)).select_related("practitioner"):
        one = reader(account, at)
        practitioners.add(account.practitioner_id)
        houses |= one.houses
        office = office or not one.houses
    # A practitioner may have an account that was never named in the case.
    accounts |= set(Account.objects.filter(practitioner_id__in=_known(practitioners)).values_list("pk", flat=True))
    return Hands(_known(accounts), _known(practitioners), _known(houses), office, case.county_id)


def _known(keys: Iterable[int | None]) -> frozenset[int]:
    return frozenset(k for k in keys if k is not None)


def stranger_to(account: Account, order: Order, at: datetime) -> bool:
    """True when somebody neither handled a case nor works in the house of anybody who did."""
    return not hands_of(order, at).hold(reader(account, at))


def took_part(order: Order) -> set[int]:
    """Accounts that wrote a line of a case's journal: they had a part in it."""
    actors = Event.objects.filter(order=order, actor__startswith="account:").values_list("actor", flat=True).distinct()
    return {int(a.removeprefix("account:")) for a in actors}


def pool(sheet: Sheet, at: datetime) -> list[Reader]:
    """Everybody with enough experience to read files under a form, at an instant.

    Practitioners of the kinds that the form names, not stopped, licensed for so many years; officers so many days in office.
    """
    day = legal_day(at)
    rows = (
        Membership.objects.filter(role__in=[r.value for r in READING], since__lte=at, account__is_active=True)
        .filter(Q(until__isnull=True) | Q(until__gt=at))
        .filter(Q(lines=[]) | Q(lines__contains=[sheet.line]))
        .select_related("account__practitioner")
        .order_by("account_id")
    )
    years, days = the("reader_years", day).value, the("reader_officer_days", day).value
    licensed_by = day.replace(year=day.year - years, day=min(day.day, 28))
    free = set(
        providers.available(at)
        .filter(kind__in=sheet.readers, practised_since__isnull=False, practised_since__lte=licensed_by)
        .values_list("pk", flat=True)
    )
    able: dict[int, Account] = {}
    for row in rows:
        worker = row.account.practitioner_id
        seasoned_officer = row.role == Role.OFFICER.value and row.since <= at - timedelta(days=days)
        if worker in free or (worker is None and seasoned_officer):
            able[row.account_id] = row.account
    members = _members(able, at)
    return [_as_reader(account, members[pk]) for pk, account in able.items()]


@dataclass
class Loads:
    """How much everybody reads already: what lies open, and what was read in the last year."""

    open: dict[int, int]
    year: dict[int, int]

    @classmethod
    def now(cls, at: datetime) -> Loads:
        rows = Review.objects.filter(left_at__isnull=True)
        return cls(
            dict(rows.filter(done_at__isnull=True).values_list("reader_id").annotate(n=Count("pk"))),
            dict(
                rows.filter(assigned_at__gt=at - timedelta(days=365)).values_list("reader_id").annotate(n=Count("pk"))
            ),
        )

    def give(self, account: int) -> None:
        """One more for somebody."""
        self.open[account] = self.open.get(account, 0) + 1
        self.year[account] = self.year.get(account, 0) + 1


def turn(
    case: Case, readers: Iterable[Reader], loads: Loads, *, seed: str, taken: Iterable[Reader] = (), gone: Iterable[int] = (),
    at: datetime,
) -> list[Reader]:  # fmt: skip
    """Who may read one file, whose turn it is first.

    In: `taken` those who read it already, `gone` accounts that must not come again. Left out by rule: whoever handled it or
    is of the same house, had a part in it, or has a conflict of interest. Then in turn: a house that does not read it yet,
    another county, the language of the file, who has least in hand, who read least in a year, and a lot that nobody can steer.
    """
    hands, parts = hands_of(case.order, at), took_part(case.order)
    out = {*gone, *(t.account.pk for t in taken)}
    able = [r for r in readers if r.account.pk not in out and r.account.pk not in parts and not hands.hold(r)]
    biased = routing.conflicted(case.order, {r.account.pk for r in able})
    beside = {h for t in taken for h in t.houses}

    def key(one: Reader) -> tuple[Any, ...]:
        pk = one.account.pk
        return (
            not beside.isdisjoint(one.houses), case.county_id in one.counties, case.language in {"zh", "ug"} and case.language not in one.languages,
            loads.open.get(pk, 0), loads.year.get(pk, 0), hashlib.sha256(f"{seed} {case.pk} {pk}".encode()).hexdigest(),
        )  # fmt: skip

    return sorted((r for r in able if r.account.pk not in biased), key=key)
