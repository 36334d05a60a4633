"""Who works in the simulated prefecture: invented institutions, practitioners and staff at the plan's numbers.

The figures come from the pack (`demo.toml`); the map and the places are the pack's own. Names are put together at random
and say that they are invented.
"""

from __future__ import annotations

import base64
import hashlib
import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from open12348.kernel.access import SYSTEM, Actor, Role
from open12348.registry import accounts, divisions, pack, people, providers
from open12348.registry.models import (
    Account,
    Division,
    Level,
    Membership,
    Organisation,
    OrganisationKind,
    Place,
    PlaceKind,
    Population,
    Practitioner,
    PractitionerKind,
    Status,
)

HERE = Path(__file__).resolve().parent
#: Said openly on the demo page: these accounts hold nothing but invented people.
PASSWORD = "demo-12348-example"
MARK = "（示例）"
#: The accounts that the demo page shows, one for each role.
HEADLINE = ("clerk", "operator", "adviser", "manager", "officer", "officer-2", "supervisor", "planner", "admin")


@lru_cache(maxsize=4)
def words(name: str) -> dict[str, Any]:
    """The words of the simulation: 'cast' (names) or 'needs' (what is said)."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def figures() -> dict[str, dict[str, int]]:
    """How many of each kind the pack asks for; a small town's worth when it does not say."""
    try:
        source = pack.folder(settings.OPEN12348_PACK) / "demo.toml"
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except (pack.NoPack, FileNotFoundError):
        return SMALL


#: For a map without figures.
SMALL: dict[str, Any] = {
    "organisations": {"law_firm": 2, "grassroots_office": 2, "notary_office": 1, "forensic_institution": 1, "mediation_committee": 6},
    "practitioners": {"lawyer": 8, "grassroots_worker": 4, "notary": 2, "forensic_expert": 2, "mediator": 20},
}  # fmt: skip


@dataclass
class Staff:
    """One member of staff as the simulation uses them."""

    account: Account
    role: Role
    speaks: tuple[str, ...]
    practitioner: Practitioner | None = None
    suspended_from: datetime | None = None
    place_id: int | None = None

    def __post_init__(self) -> None:
        self.label = f"account:{self.account.pk}"  # how the journal names them

    @property
    def username(self) -> str:
        return self.account.username


@dataclass
class Station:
    """A place where needs are taken in, the staff at it, and the villages it answers for."""

    place: Place
    clerk: Staff
    villages: list[Division]
    workroom: Place | None = None
    cadre: Staff | None = None


@dataclass
class County:
    """A county of the simulation."""

    number: int
    unit: Division
    people: int
    centre: Station
    stations: list[Station] = field(default_factory=list)
    officer: Staff | None = None
    officers: list[Staff] = field(default_factory=list)
    supervisor: Staff | None = None
    advisers: list[Staff] = field(default_factory=list)
    home: bool = False  # where the headline accounts work

    @cached_property
    def by_unit(self) -> dict[int, Station]:
        """Its stations by the number of the township they answer for."""
        return {s.place.division_id: s for s in self.stations}


@dataclass
class World:
    """All of it."""

    counties: list[County]
    operators: list[Staff]
    line_ups: dict[int, list[Division]] = field(default_factory=dict)

    def everybody(self) -> Iterator[Staff]:
        """All staff who work on needs."""
        yield from self.operators
        for county in self.counties:
            yield from county.officers
            if county.supervisor is not None:
                yield county.supervisor
            yield from county.advisers
            for station in (county.centre, *county.stations):
                yield station.clerk
                if station.cadre is not None:
                    yield station.cadre


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """A total cut by weights into whole numbers that add up to it (largest remainders; at equal ones the first)."""
    whole = sum(weights) or len(weights)
    parts = [total * (w or (0 if sum(weights) else 1)) / whole for w in weights]
    found = [int(p) for p in parts]
    for i in sorted(range(len(parts)), key=lambda i: (found[i] - parts[i], i))[: total - sum(found)]:
        found[i] += 1
    return found


def invented_name(dice: random.Random) -> tuple[str, str]:
    """A name in Chinese letters, and in Uyghur ones where it has them."""
    cast = words("cast")
    if dice.random() < 0.62:
        given, father = dice.choice(cast["given"]), dice.choice(cast["father"])
        return f"{given[0]}·{father[0]}", f"{given[1]} {father[1]}"
    return dice.choice(cast["family"]) + dice.choice(cast["second"]), ""


def populations(counties: Sequence[Division]) -> list[int]:
    """People in each county by the newest count; equal where none is known."""
    newest = {
        row["division_id"]: row["n"]
        for row in Population.objects.filter(division__in=counties).values("division_id").annotate(n=Max("population"))
    }
    found = [newest.get(c.pk, 0) for c in counties]
    return found if all(found) else [1000] * len(found)


# Building


@transaction.atomic
def build(*, seed: str, at: datetime, suspended_at: datetime) -> None:
    """Write down institutions, practitioners and staff. A world that is there already is left as it is."""
    if Account.objects.filter(demo=True).exists():
        return
    counties = divisions.counties()
    root = divisions.root()
    if not counties or root is None:
        raise LookupError("the map is empty: load a pack first")
    dice = random.Random(f"world:{seed}")
    weights = populations(counties)
    asked = figures()
    bodies = _organisations(dice, root, counties, weights, asked["organisations"])
    _practitioners(dice, counties, weights, bodies, asked["practitioners"])
    _staff(dice, root, counties, weights, at, suspended_at)


def _organisations(
    dice: random.Random, root: Division, counties: list[Division], weights: list[int], asked: dict[str, int]
) -> dict[str, dict[int, list[Organisation]]]:
    made: list[Organisation] = []

    def enter(kind: str, unit: Division, name: str, **more: Any) -> None:
        more.setdefault("languages", ["zh", "ug"])
        made.append(Organisation(kind=kind, division=unit, name_zh=name + MARK, invented=True, **more))

    kinds = OrganisationKind
    enter(kinds.BUREAU, root, f"{root.name_zh}司法局")
    enter(kinds.HOTLINE, root, f"{root.name_zh}12348热线平台")
    enter(kinds.ARBITRATION, root, f"{root.name_zh}仲裁委员会")
    enter(kinds.AID_CENTRE, root, f"{root.name_zh}法律援助中心")
    for unit in counties:
        enter(kinds.BUREAU, unit, f"{unit.name_zh}司法局")
        enter(kinds.AID_CENTRE, unit, f"{unit.name_zh}法律援助中心")
    below = divisions.standing().filter(formal=True, county__in=counties)
    townships = list(below.filter(level=Level.TOWNSHIP).order_by("code"))
    for unit in townships:
        enter(kinds.JUSTICE_OFFICE, unit, f"{unit.name_zh}司法所")
    firms = words("cast")["firm"]
    for kind, ending in (
        (kinds.LAW_FIRM, "律师事务所"),
        (kinds.GRASSROOTS, "法律服务所"),
        (kinds.FORENSIC, "司法鉴定所"),
    ):
        for unit, n in zip(counties, shares(asked[kind], weights), strict=True):
            for i in range(n):
                word = firms[(i + int(unit.code[4:6])) % len(firms)] + (
                    "" if i < len(firms) else str(i // len(firms) + 1)
                )
                enter(kind, unit, f"{unit.name_zh}{word}{ending}", specialities=sorted(dice.sample(TOPICS, 3)), capacity=40)  # fmt: skip
    notaries = [*[*counties, *counties][: max(asked[kinds.NOTARY] - 1, 0)], root]
    for unit in notaries[-asked[kinds.NOTARY] :]:
        enter(kinds.NOTARY, unit, f"{unit.name_zh}公证处")
    # A committee in every formal village and township; what is left of the plan's number are those of trades.
    villages = list(below.filter(level=Level.VILLAGE).order_by("code"))
    left = asked[kinds.MEDIATION]
    for unit in [*townships, *villages][:left]:
        enter(kinds.MEDIATION, unit, f"{unit.name_zh}人民调解委员会")
    trades = words("cast")["industry"]
    for i in range(left - min(left, len(townships) + len(villages))):
        unit = counties[i % len(counties)]
        again = i // len(counties)
        name = f"{unit.name_zh}{trades[again % len(trades)]}{'第' + str(again // len(trades) + 1) if again >= len(trades) else ''}"  # fmt: skip
        enter(kinds.MEDIATION, unit, f"{name}纠纷人民调解委员会", specialities=[trades[again % len(trades)]])
    found: dict[str, dict[int, list[Organisation]]] = {}
    for one in Organisation.objects.bulk_create(made, batch_size=1000):
        home = one.division.county_id or one.division_id
        found.setdefault(one.kind, {}).setdefault(home, []).append(one)
    return found


TOPICS = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "12"]


def _languages(dice: random.Random) -> list[str]:
    draw = dice.random()
    return ["zh", "ug"] if draw < 0.55 else ["zh"] if draw < 0.8 else ["ug"] if draw < 0.97 else ["zh", "ug", "en"]


def _practitioners(
    dice: random.Random, counties: list[Division], weights: list[int],
    bodies: dict[str, dict[int, list[Organisation]]], asked: dict[str, int],
) -> None:  # fmt: skip
    made: list[Practitioner] = []
    home_of = {
        PractitionerKind.LAWYER: OrganisationKind.LAW_FIRM, PractitionerKind.GRASSROOTS: OrganisationKind.GRASSROOTS,
        PractitionerKind.NOTARY: OrganisationKind.NOTARY, PractitionerKind.FORENSIC: OrganisationKind.FORENSIC,
        PractitionerKind.MEDIATOR: OrganisationKind.MEDIATION,
    }  # fmt: skip
    for kind, body in home_of.items():
        homes = [one for county in sorted(bodies.get(body, {})) for one in bodies[body][county]]
        if not homes:
            continue
        by_county = {c.pk: w for c, w in zip(counties, weights, strict=True)}
        each = shares(
            asked[kind],
            [
                by_county.get(h.division.county_id or 0, min(weights))
                // len(bodies[body][h.division.county_id or h.division_id])
                + 1
                for h in homes
            ],
        )
        number = 0
        for organisation, n in zip(homes, each, strict=True):
            for _i in range(n):
                number += 1
                name, name_ug = invented_name(dice)
                made.append(
                    Practitioner(
                        kind=kind, name_zh=name + MARK, name_ug=f"{name_ug} (مىسال)" if name_ug else "",
                        name_keys=people.all_keys(name, name_ug), licence_no=f"示例{KIND_LETTER[kind]}{number:05d}",
                        organisation=organisation, division=organisation.division, languages=_languages(dice),
                        specialities=_fields(dice, kind), capacity=20, invented=True,
                        practised_since=date(dice.randint(2006, 2024), dice.randint(1, 12), 1),
                    )
                )  # fmt: skip
    Practitioner.objects.bulk_create(made, batch_size=2000)


def _fields(dice: random.Random, kind: str) -> list[str]:
    """What somebody is good at, by the numbers of the topic tree; every other lawyer also in criminal matters."""
    found = set(dice.sample(TOPICS, 2))
    if kind == PractitionerKind.LAWYER and dice.random() < 0.5:
        found |= {"07", "12"} if dice.random() < 0.5 else {"07"}
    return sorted(found)


KIND_LETTER = {"lawyer": "L", "grassroots_worker": "G", "notary": "N", "forensic_expert": "F", "mediator": "M"}


def secret_of(username: str, seed: str) -> str:
    """The authenticator's secret of a demo account, the same for the same seed."""
    return base64.b32encode(hashlib.sha256(f"demo:{seed}:{username}".encode()).digest()[:20]).decode()


def _staff(
    dice: random.Random, root: Division, counties: list[Division], weights: list[int], at: datetime, suspended_at: datetime
) -> None:  # fmt: skip
    first = accounts.open_account(username="admin", name=f"系统管理员{MARK}", password=PASSWORD, at=at, demo=True)
    accounts.enrol_totp(account=first, secret=secret_of("admin", "staff"))
    accounts.grant(account=first, role=Role.ADMINISTRATOR, by=SYSTEM, at=at)
    wanted: list[tuple[Account, Role, dict[str, Any]]] = []

    def enter(username: str, role: Role, worker: Practitioner | None = None, **where: Any) -> None:
        """All demo accounts share one password, so it is hashed once (a scrypt hash takes a noticeable time)."""
        name = worker.name_zh if worker else invented_name(dice)[0] + MARK
        language = "ug" if (worker and worker.languages == ["ug"]) or dice.random() < 0.45 else "zh-hans"
        row = Account(
            username=username, name=name, language=language, password=first.password, must_change_password=False,
            practitioner=worker, created_at=at, demo=True,
        )  # fmt: skip
        wanted.append((row, role, where))

    home = weights.index(max(weights))
    for i in range(4):
        enter("operator" if i == 0 else f"operator-{i + 1}", Role.OPERATOR, division=root)
    enter("planner", Role.PLANNER, division=root)
    enter("supervisor", Role.SUPERVISOR, division=root)
    for number, unit in enumerate(counties):
        tag = unit.code[:6]
        here = number == home
        places = Place.objects.filter(county=unit, valid_to__isnull=True).order_by("code")
        stations = list(places.filter(kind=PlaceKind.STATION))
        chief = main_station(stations)
        enter("officer" if here else f"officer-{tag}", Role.OFFICER, division=unit)
        enter("officer-2" if here else f"officer-{tag}-2", Role.OFFICER, division=unit)
        enter(f"supervisor-{tag}", Role.SUPERVISOR, division=unit)
        centre = places.filter(kind=PlaceKind.CENTRE).first()
        if centre is not None:
            enter(f"clerk-{tag}", Role.CLERK, place=centre)
        for station in stations:
            enter(
                "clerk" if here and station == chief else f"clerk-{station.division.code[:9]}",
                Role.CLERK,
                place=station,
            )
        for room in _workrooms(places.filter(kind=PlaceKind.WORKROOM), stations):
            enter(f"village-{room.division.code}", Role.CLERK, place=room)
        lawyers = Practitioner.objects.filter(organisation__division=unit, invented=True)
        workers = [
            *lawyers.filter(kind=PractitionerKind.LAWYER, languages__contains=["ug", "zh"]).order_by("pk")[:2],
            *lawyers.filter(kind=PractitionerKind.LAWYER).exclude(languages__contains=["ug", "zh"]).order_by("pk")[:1],
            *lawyers.filter(kind=PractitionerKind.GRASSROOTS).order_by("pk")[:1],
        ]
        for i, worker in enumerate(workers):
            enter("adviser" if here and i == 0 else f"adviser-{tag}-{i + 1}", Role.PROVIDER, worker, division=unit)
        if workers and workers[0].organisation is not None:
            enter(
                "manager" if here else f"manager-{tag}",
                Role.PROVIDER,
                division=unit,
                organisation=workers[0].organisation,
            )
    Account.objects.bulk_create([row for row, _role, _where in wanted])
    for row, role, where in wanted:
        accounts.enrol_totp(account=row, secret=secret_of(row.username, "staff"))
        accounts.grant(account=row, role=role, by=SYSTEM, at=at, **where)
    stopped = Account.objects.get(username=f"adviser-{counties[home].code[:6]}-3").practitioner if _has(
        f"adviser-{counties[home].code[:6]}-3") else None  # fmt: skip
    if stopped is not None:
        providers.set_standing(
            who=stopped, status=Status.SUSPENDED, at=suspended_at, by=SYSTEM, reason=f"停止执业六个月{MARK}",
            document=f"司罚字〔2026〕1号{MARK}", ends_at=suspended_at + timedelta(days=180),
        )  # fmt: skip


def _has(username: str) -> bool:
    return Account.objects.filter(username=username).exists()


def main_station(stations: Sequence[Place]) -> Place | None:
    """The station that answers for most villages."""
    return max(
        stations, key=lambda s: (s.division.children.filter(valid_to__isnull=True).count(), s.code), default=None
    )


def _workrooms(rooms: Any, stations: Sequence[Place]) -> list[Place]:
    """The first workroom of the first two stations that have one: there a village clerk types for people."""
    found: list[Place] = []
    for station in stations:
        room = rooms.filter(parent=station).first()
        if room is not None:
            found.append(room)
        if len(found) == 2:
            break
    return found


# Reading it back


def read() -> World:
    """The world as it stands in the database, in a fixed order, for the makers of lives."""
    rows = (
        Membership.objects.filter(account__demo=True, lines=[])  # a line's own cast (Stage.cast) is none of the world's
        .select_related("account", "account__practitioner", "division", "place")
        .order_by("account_id")
    )
    staff: list[tuple[Membership, Staff]] = []
    stops = {
        s.practitioner_id: s.starts_at
        for s in _standings([m.account.practitioner_id for m in rows if m.account.practitioner_id])
    }
    for m in rows:
        worker = m.account.practitioner
        speaks = (worker.languages if worker else None) or ["ug" if m.account.language == "ug" else "zh"]
        one = Staff(
            account=m.account, role=Role(m.role), speaks=tuple(speaks), practitioner=worker,
            suspended_from=stops.get(worker.pk) if worker else None, place_id=m.place_id,
        )  # fmt: skip
        staff.append((m, one))
    by_place = {m.place_id: one for m, one in staff if m.place_id is not None}
    units = divisions.counties()
    weights = populations(units)
    children: dict[int, list[Division]] = {}
    everything = {d.pk: d for d in divisions.standing()}
    for d in everything.values():
        if d.level == Level.VILLAGE and d.formal and d.parent_id is not None:
            children.setdefault(d.parent_id, []).append(d)
    for found in children.values():
        found.sort(key=lambda d: d.code)
    places = list(Place.objects.filter(valid_to__isnull=True).select_related("division", "county").order_by("code"))
    counties = []
    for number, unit in enumerate(units):
        here = [p for p in places if p.county_id == unit.pk]
        stations = []
        for place in here:
            if place.kind == PlaceKind.STATION and place.pk in by_place and children.get(place.division_id):
                station = Station(place, by_place[place.pk], children[place.division_id])
                for room in here:
                    if room.kind == PlaceKind.WORKROOM and room.parent_id == place.pk and room.pk in by_place:
                        station.workroom, station.cadre = room, by_place[room.pk]
                        break
                stations.append(station)
        centre = next(p for p in here if p.kind == PlaceKind.CENTRE)
        mine = [(m, one) for m, one in staff if m.division_id == unit.pk]
        county = County(
            number=number, unit=unit, people=weights[number], stations=stations,
            centre=Station(centre, by_place[centre.pk], [v for s in stations for v in s.villages]),
            officer=next((o for _m, o in mine if o.role is Role.OFFICER), None),
            supervisor=next((o for _m, o in mine if o.role is Role.SUPERVISOR), None),
            officers=[o for _m, o in mine if o.role is Role.OFFICER],
            advisers=[o for _m, o in mine if o.role is Role.PROVIDER and o.practitioner is not None],
            home=any(o.username == "officer" for _m, o in mine),
        )  # fmt: skip
        if county.home:
            stations.sort(key=lambda s: (s.clerk.username != "clerk", s.place.code))
        counties.append(county)
    world = World(counties, [one for _m, one in staff if one.role is Role.OPERATOR])
    for d in everything.values():
        chain, above = [d], d.parent_id
        while above is not None:
            chain.insert(0, everything[above])
            above = everything[above].parent_id
        world.line_ups[d.pk] = chain
    return world


def _standings(ids: list[int]) -> Any:
    from open12348.registry.models import Standing

    return Standing.objects.filter(practitioner_id__in=ids, status=Status.SUSPENDED)


def actor(one: Staff, at: datetime) -> Actor:
    """The actor behind a member of staff."""
    return accounts.actor_for(one.account, at)
