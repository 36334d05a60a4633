"""What may be seen, in which order: the one scope function, queues, search, counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from open12348.kernel import names, numbers
from open12348.kernel.access import CASE_ROLES, Actor, Grant, Role
from open12348.kernel.workdays import end_of, legal_day
from open12348.registry import divisions, people, places
from open12348.registry.models import Division, IdKind, Level, Place

from . import catalogue
from .catalogue import Phase
from .journal import mark, unread
from .models import Alias, Assignment, Case, Cursor, Event, Order, Party, StaffNotice, Tally, Transfer

#: Roles that may look at a case through a grant. A partner system sees through its token what its part of the map allows.
SEEING = CASE_ROLES | {Role.PARTNER}


def _of_grant(grant: Grant, by: Actor) -> Q | None:
    """What one grant lets its holder see; None when nothing."""
    if grant.role not in SEEING:
        return None
    if grant.place_id is not None:
        where = Q(place_id__in=places.reach(grant.place_id))
    elif grant.division_id is None or grant.level == Level.PREFECTURE:
        where = Q()
    elif grant.level == Level.COUNTY:
        where = Q(county_id=grant.division_id)
    else:
        where = Q(
            place_id__in=list(
                Place.objects.filter(division__path__startswith=grant.division_path).values_list("pk", flat=True)
            )
        )
    if grant.lines:
        where &= Q(line__in=grant.lines)
    if grant.role is Role.PROVIDER:
        # An adviser sees what is in hand or still free; a colleague's client is the colleague's.
        # Who takes cases for a firm sees what was given to it, and no pool.
        free = Q(handler__isnull=True) if grant.organisation_id is None else Q(pk__in=[])
        if closed := catalogue.closed_to_pool():
            free &= ~Q(service__in=closed)
        where &= free
        if by.account_id is not None:  # what was given to somebody from another county is theirs wherever it lies
            where |= Q(handler_id=by.account_id, **({"line__in": grant.lines} if grant.lines else {}))
        if shared := _housed(grant):
            where |= Q(service__in=shared, pk__in=_in_the_house(grant, by).values("order_id"))
    return where


def _housed(grant: Grant) -> list[str]:
    """The services that institutions have in hand as such, of the lines that a grant names: it has to name them."""
    return [code for code in catalogue.housed() if code.partition(".")[0] in grant.lines]


def _in_the_house(grant: Grant, by: Actor) -> QuerySet[Assignment]:
    """What somebody is on beside the handler; and for who acts for an institution, all that it has in hand."""
    mine = Q(account_id=by.account_id) if by.account_id is not None else Q(pk__in=[])
    if grant.organisation_id is not None:
        mine |= Q(organisation_id=grant.organisation_id)
    return Assignment.objects.filter(mine, until__isnull=True)


def _asks(grant: Grant) -> Q | None:
    """The transfers whose target lies in a grant's part of the map: its holder may answer those of its lines."""
    if grant.role not in CASE_ROLES:
        return None
    if grant.place_id is not None:
        return Q(target_id__in=places.reach(grant.place_id))
    if grant.division_id is None or grant.level == Level.PREFECTURE:
        return Q(pk__isnull=False)
    if grant.level == Level.COUNTY:
        return Q(target__county_id=grant.division_id)
    return Q(target__division__path__startswith=grant.division_path)


def _covers(grant: Grant, by: Actor, case: Case) -> bool:
    """Whether one grant reaches a case that is at hand: the same rule as `_of_grant`, without asking the database."""
    if grant.role not in SEEING or not grant.covers_line(case.line):
        return False
    if case.secret:
        return by.account_id is not None and by.account_id in {case.handler_id, *case.keepers}
    if grant.role is Role.PROVIDER:
        if case.service in _housed(grant) and _in_the_house(grant, by).filter(order_id=case.pk).exists():
            return True
        if case.handler_id is not None:
            return case.handler_id == by.account_id
        if grant.organisation_id is not None or not catalogue.of(case).pool:
            return False
    if grant.place_id is not None:
        return grant.place_id in {case.place_id, case.place.parent_id}
    if grant.division_id is None or grant.level == Level.PREFECTURE:
        return True
    if grant.level == Level.COUNTY:
        return case.county_id == grant.division_id
    return case.place.division.path.startswith(grant.division_path)


def visible(by: Actor, *, offered: bool = True, by_code: bool = False) -> QuerySet[Case]:
    """The cases an actor may see: the one place that decides it. Everything else gets 404.

    Staff: by their grants (and what other places offer to theirs); residents: their own and those they helped with;
    planners and administrators: none, they work with counts and machines. A secret case (Service.secret) is seen by its
    handler and its keepers and stands in nobody's part of the map; its person reaches it by its own code only (`by_code`),
    for whoever shares their phone must not find it in a list.
    """
    if by.kind == "system":
        return Case.objects.all()
    if by.is_resident:
        if not by.person_ids:
            return Case.objects.none()
        own = Q(order__person_id__in=by.person_ids)
        open_ones = (own | Q(order__helper_id__in=by.person_ids)) & Q(secret=False)
        return Case.objects.filter(open_ones | (own & Q(secret=True)) if by_code else open_ones)
    if by.kind not in {"staff", "partner"} or by.pending:
        return Case.objects.none()
    scopes = [q for q in (_of_grant(g, by) for g in by.grants) if q is not None]
    if not scopes:
        return Case.objects.none()
    kept = _kept(by)
    if Q() in scopes:  # one grant for everywhere; Django would drop it from an "or"
        return Case.objects.filter(Q(secret=False) | Q(pk__in=kept) if kept else Q(secret=False))
    total: Any = scopes[0]
    for q in scopes[1:]:
        total |= q
    if offered:
        asked: dict[frozenset[str], Q] = {}
        for grant in by.grants:
            here = _asks(grant)
            if here is not None:
                asked[grant.lines] = asked.get(grant.lines, Q(pk__in=[])) | here
        for lines, here in asked.items():
            rows = Transfer.objects.filter(
                here, order_id=OuterRef("pk"), accepted_at__isnull=True, returned_at__isnull=True
            )
            total |= Q(Exists(rows), line__in=lines) if lines else Q(Exists(rows))
    total &= Q(secret=False)
    return Case.objects.filter(total | Q(pk__in=kept) if kept else total)


def _kept(by: Actor) -> list[int]:
    """The secret cases that an account handles or was let in to, in lines that its grants cover. Nearly always none."""
    lines = catalogue.secret_lines()
    covered = [line for line in lines if any(g.role in SEEING and g.covers_line(line) for g in by.grants)]
    if by.account_id is None or not covered:
        return []
    mine = Q(handler_id=by.account_id) | Q(keepers__contains=[by.account_id])
    return list(Case.objects.filter(mine, secret=True, line__in=covered).values_list("pk", flat=True))


def own_secrets(by: Actor) -> list[str]:
    """The codes of a resident's own secret cases: what lists about themselves must leave out."""
    return list(
        Case.objects.filter(order__person_id__in=by.person_ids, secret=True).values_list("order__code", flat=True)
    )


def codes_in_sight(by: Actor) -> Q:
    """A condition on rows that carry an `order_code`: those of orders in an actor's sight."""
    return Q(Exists(visible(by, offered=False).filter(order__code=OuterRef("order_code"))))


def may_see(by: Actor, case: Case) -> bool:
    """True when the case is in the actor's sight."""
    return visible(by, by_code=True).filter(pk=case.pk).exists()


def roles_over(by: Actor, case: Case) -> frozenset[Role]:
    """The roles an actor holds over one case (as it stands in memory: within a turn, as the turn found it)."""
    if by.kind == "system":
        return frozenset({Role.SYSTEM})
    if by.is_resident:
        return frozenset({Role.RESIDENT}) if may_see(by, case) else frozenset()
    return frozenset(g.role for g in by.grants if _covers(g, by, case))


def get(by: Actor, code: str) -> Case | None:
    """One case by its code, if the actor may see it."""
    if not (code.isascii() and code.isdigit()):
        return None
    if not code.isdigit():  # an address that somebody made up
        return None
    return (
        visible(by, by_code=True)
        .select_related("order", "order__person", "place", "county", "handler")
        .filter(order__code=code)
        .first()
    )


def notices_for(by: Actor) -> QuerySet[StaffNotice]:
    """What is to be seen at once by an actor and nobody has seen yet, urgent ones first.

    For the handler: the account it was written to. For a place: clerks and operators whose grants reach the case. For the
    officer, and for the supervisor: whose grant as such reaches it.
    """
    if by.kind != "staff" or by.pending:
        return StaffNotice.objects.none()
    wanted = Q(to="handler", account_id=by.account_id)
    for to, roles in (
        ("place", {Role.CLERK, Role.OPERATOR}), ("officer", {Role.OFFICER}), ("supervisor", {Role.SUPERVISOR}),
    ):  # fmt: skip
        for grant in by.grants:
            where = _of_grant(grant, by) if grant.role in roles else None
            if where is not None:
                wanted |= Q(to=to) & Q(Exists(Case.objects.filter(where, secret=False, pk=OuterRef("order_id"))))
    return (
        StaffNotice.objects.filter(wanted, seen_at__isnull=True)
        .select_related("order", "order__case", "order__case__place")
        .order_by("-urgent", "-at", "-pk")
    )


def glance(by: Actor, code: str) -> Case | None:
    """That a case with a code is in the actor's sight, with its service only: for verbs, which take it up themselves."""
    if not (code.isascii() and code.isdigit()):
        return None
    return next(iter(visible(by, by_code=True).filter(order__code=code).only("service", "edition")[:1]), None)


# Queues


@dataclass(frozen=True)
class Filter:
    """What a queue shows."""

    line: str = ""
    phase: str = ""
    mine: bool = False
    late: bool = False
    coordinator: bool = False
    county: int | None = None
    topic: str = ""
    free: bool = False
    today: date | None = None  # due by the end of this day, and not late yet


def queue(by: Actor, wanted: Filter = Filter()) -> QuerySet[Case]:
    """What is to be done, what is due first coming first; done ones only when asked for, newest first."""
    found = visible(by, offered=False).select_related("order", "order__person", "place", "handler")
    if wanted.phase == Phase.DONE.value:
        found = found.filter(phase=Phase.DONE.value)
    elif wanted.phase:
        found = found.filter(phase=wanted.phase).exclude(phase=Phase.DONE.value)
    else:
        found = found.exclude(phase=Phase.DONE.value)
    if wanted.line:
        found = found.filter(line=wanted.line)
    if wanted.topic:
        found = found.filter(topic__startswith=wanted.topic)
    if wanted.mine:
        found = found.filter(handler_id=by.account_id)
    if wanted.late:
        found = found.filter(late=True)
    if wanted.free:
        found = found.filter(handler__isnull=True)
    if wanted.today:
        found = found.filter(late=False, due_at__lte=end_of(wanted.today))
    if wanted.coordinator:
        found = found.filter(coordinator=True)
    if wanted.county:
        found = found.filter(county_id=wanted.county)
    if wanted.phase == Phase.DONE.value:
        return found.order_by("-closed_at")
    return found.order_by(F("due_at").asc(nulls_last=True), "pk")


def afterwards(by: Actor) -> QuerySet[Case]:
    """Ended cases in which something is still owed by a day (a file to hand in, a fee to pay), what is due first first."""
    return (
        visible(by, offered=False)
        .filter(phase=Phase.DONE.value, due_at__isnull=False)
        .select_related("order", "order__person", "place", "handler")
        .order_by("due_at", "pk")
    )


@dataclass(frozen=True)
class Counts:
    """How much is in a queue, for its head."""

    open: int
    late: int
    today: int
    waiting: int
    mine: int
    free: int
    coordinator: int


def counts(by: Actor, at: datetime) -> Counts:
    """Counts of what an actor's queue holds now: all, late, due by the end of the day, waiting, one's own, in nobody's hands."""
    found = visible(by, offered=False).exclude(phase=Phase.DONE.value).order_by()
    sums = found.aggregate(
        n_open=Count("pk"), n_late=Count("pk", filter=Q(late=True)),
        n_today=Count("pk", filter=Q(late=False, due_at__lte=end_of(legal_day(at)))),
        n_waiting=Count("pk", filter=Q(phase=Phase.WAITING_APPLICANT.value)),
        n_mine=Count("pk", filter=Q(handler_id=by.account_id)), n_free=Count("pk", filter=Q(handler__isnull=True)),
        n_coordinator=Count("pk", filter=Q(coordinator=True)),
    )  # fmt: skip
    return Counts(**{name.removeprefix("n_"): n for name, n in sums.items()})


def offered_to(by: Actor) -> QuerySet[Transfer]:
    """Cases that other places ask this actor's places to take."""
    mine = Q(pk__in=[])
    for grant in by.grants:
        here = _asks(grant)
        if here is not None:
            mine |= (here & Q(order__case__line__in=grant.lines)) if grant.lines else here
    found = Transfer.objects.filter(mine, accepted_at__isnull=True, returned_at__isnull=True)
    return found.select_related("order", "origin", "target").order_by("asked_at")


def of_resident(by: Actor) -> list[Case]:
    """A resident's own matters, newest first."""
    return list(visible(by).select_related("order", "place", "county").order_by("-received_at"))


# Pages, for readers who go through a whole list


def micros(at: datetime) -> int:
    """An instant as a whole number, exact to what the database keeps."""
    return round((at - datetime.fromtimestamp(0, UTC)) / timedelta(microseconds=1))


def page(by: Actor, wanted: Filter, *, after: tuple[int, int] | None, limit: int) -> list[Case]:
    """Cases in sight, newest first, from a place in the list on: `after` (micros of receipt, number of the case).

    The order never changes, so that a reader who goes from page to page meets every case once. Names no person.
    """
    found = visible(by, offered=False).select_related("order", "place", "county", "handler")
    if wanted.phase:
        found = found.filter(phase=wanted.phase)
    if wanted.line:
        found = found.filter(line=wanted.line)
    if wanted.late:
        found = found.filter(late=True)
    if after is not None:
        try:
            at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=after[0])
        except OverflowError:
            return []
        found = found.filter(Q(received_at=at, pk__lt=after[1]) | Q(received_at__lt=at), received_at__lte=at)
    return list(found.order_by("-received_at", "-pk")[:limit])


# Search: by code, phone, identity number or name, never free over people


def search(by: Actor, text: str, limit: int = 30) -> list[Case]:
    """Cases found by one thing that a person says: code (ours or another system's), phone, identity number or name.

    Numbers are found through their keyed hash; names as they sound, in any of the scripts. Only inside the actor's sight.
    """
    text = (text or "").strip()
    if not text:
        return []
    seen = visible(by).select_related("order", "order__person", "place", "handler")
    bare = numbers.plain(text)
    try:
        return list(seen.filter(order__code=numbers.parse_code(text)))
    except numbers.BadNumber:
        pass
    seen = seen.filter(secret=False)  # a secret case is found by its code only
    aliases = list(Alias.objects.filter(number=text).values_list("order_id", flat=True))
    if aliases:
        return list(seen.filter(pk__in=aliases))
    ids: list[int] = []
    if any(c.isdigit() for c in bare):
        for kind, find in (
            ("phone", people.hash_phone),
            ("id", lambda t: people.hash_id(IdKind.CITIZEN, numbers.citizen_id(t))),
        ):
            try:
                hashed = find(text)
            except numbers.BadNumber:
                continue
            ids += Party.objects.filter(**{f"{kind}_hash": hashed}).values_list("order_id", flat=True)[:limit]
    elif len(names.fold(text)) >= 2:
        found = people.find(name=text, limit=limit)
        ids += Order.objects.filter(person_id__in=[m.person.pk for m in found]).values_list("pk", flat=True)[
            : limit * 4
        ]
    return list(seen.filter(pk__in=ids).order_by("-received_at")[:limit])


def alike(by: Actor, *, person_ids: list[int], at: datetime, days: int = 90) -> list[Case]:
    """Open or recent matters of the same people, shown while a new one is taken down: is it the same need again?"""
    if not person_ids:
        return []
    return list(
        Case.objects.filter(order__person_id__in=person_ids, received_at__gte=at - timedelta(days=days))
        .filter(merged_into__isnull=True, secret=False)
        .select_related("order", "place")
        .order_by("-received_at")[:8]
    )


# Counts


@dataclass(frozen=True)
class Tile:
    """One county on the schematic map."""

    county: Division
    open: int
    late: int
    done: int
    received: int


def tiles(by: Actor) -> list[Tile]:
    """Open and late now, received and done in all, for each county in the actor's part of the map.

    Done and received come from the tally that the journal feeds (plus what it has not been fed yet); counts only, so
    planners and administrators may look.
    """
    whole = any((g.division_id is None and g.place_id is None) or g.level == Level.PREFECTURE for g in by.grants)
    allowed = {g.division_path for g in by.grants if g.division_path}
    counties = [
        c for c in divisions.counties() if whole or any(c.path.startswith(p) or p.startswith(c.path) for p in allowed)
    ]
    if not counties and any(g.place_id for g in by.grants):
        ids = set(
            Place.objects.filter(pk__in=[g.place_id for g in by.grants if g.place_id]).values_list(
                "county_id", flat=True
            )
        )
        counties = [c for c in divisions.counties() if c.pk in ids]
    live = {
        row["county_id"]: row
        for row in Case.objects.filter(~Q(phase=Phase.DONE.value))
        .values("county_id")
        .annotate(open=Count("pk"), late=Count("pk", filter=Q(late=True)))
    }
    past = {
        row["county_id"]: row
        for row in Tally.objects.values("county_id").annotate(received=Sum("received"), done=Sum("done"))
    }
    # What the journal holds beyond the tally's mark is counted here, so that the map never lags behind.
    reader = Cursor.objects.filter(name="tally").first()
    fresh: dict[int | None, dict[str, int]] = {}
    since = Event.objects.filter(txid__gt=reader.txid if reader else 0, kind__in=["received", "ended", "reopened"])
    for row in since.values("county_id", "kind").annotate(n=Count("pk")):
        _count(fresh.setdefault(row["county_id"], {"received": 0, "done": 0}), row["kind"], row["n"])
    zero: dict[str, Any] = {}
    return [
        Tile(
            county=c,
            open=live.get(c.pk, zero).get("open", 0),
            late=live.get(c.pk, zero).get("late", 0),
            done=(past.get(c.pk, zero).get("done") or 0) + fresh.get(c.pk, zero).get("done", 0),
            received=(past.get(c.pk, zero).get("received") or 0) + fresh.get(c.pk, zero).get("received", 0),
        )
        for c in counties
    ]


#: The lines of the journal that change a count.
COUNTED = ("received", "ended", "reopened")


def _count(into: dict[str, int], kind: str, n: int = 1) -> None:
    """What lines of the journal add: received needs, ended ones, ones taken up again."""
    if kind == "received":
        into["received"] += n
    elif kind == "ended":
        into["done"] += n
    elif kind == "reopened":
        into["done"] -= n


def roll_up(limit: int = 5000) -> int:
    """Feed the tally from the journal. Returns lines read. One reader at a time; what it misses now comes next time."""
    with transaction.atomic():
        from django.db import connection

        with connection.cursor() as sql:
            sql.execute("SELECT pg_try_advisory_xact_lock(12348001)")
            if not sql.fetchone()[0]:
                return 0
        rows, upto = unread("tally", limit, kinds=COUNTED)
        sums: dict[tuple[int | None, str, Any], dict[str, int]] = {}
        for event in rows:
            key = (event.county_id, event.line, legal_day(event.at))
            _count(sums.setdefault(key, {"received": 0, "done": 0}), event.kind)
        for (county_id, line, day), add in sums.items():
            row, _new = Tally.objects.get_or_create(county_id=county_id, line=line, day=day)
            Tally.objects.filter(pk=row.pk).update(
                received=F("received") + add["received"], done=F("done") + add["done"]
            )
        mark("tally", upto)
    return len(rows)
