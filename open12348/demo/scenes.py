"""Scenes: what a line adds to the simulated prefecture so that each role finds its own work on its first screen.

A line may have a module `demo.py` with `scenes(stage)`; the demo finds it, hands it a stage, and names no line itself. What a
scene does it does with the verbs, as people would, at the instants it says. Each line's scenes are one leg of a run: done
whole or not at all, and never twice.

It may have `past(stage, n)` too: n matters of the year that is over, most of them ended, so that counts and lists look as they
will. How many of which line is in the pack (`[past]` of its demo.toml), in the proportion of its plan.

What such a module may have besides is shown on the demo page: `walk()`, a title and the steps of a way through the line's
business, and `notes()`, sentences that somebody who tries it has to know (in both, `names of accounts` stand in backticks);
`work()`, what each account of its own cast (Stage.cast) finds to do, by user name.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_noop

from open12348.kernel import messages
from open12348.kernel.access import SYSTEM, Actor, Role
from open12348.kernel.workdays import TZ
from open12348.registry import accounts, divisions, people
from open12348.registry.models import Account, Division, Organisation, Place, Practitioner
from open12348.spine import casework, catalogue, clocks, intake
from open12348.spine.models import Case

from .models import Leg, Run
from .world import MARK, PASSWORD, County, Staff, World, figures, invented_name, secret_of

#: Phones of people in scenes: the block of the village cadres' prefix that no village has (its next digit is 9).
PREFIX = "1699"


@dataclass
class Person:
    """An invented resident of a scene."""

    name: str
    phone: str
    village: Division
    language: str

    @property
    def actor(self) -> Actor:
        """The resident, signed in."""
        return accounts.resident_actor(people.hash_phone(self.phone))


@dataclass
class Stage:
    """What a line's scenes are given: the world, the dice, the end of the simulated time, and hands to act with."""

    world: World
    until: datetime
    dice: random.Random
    number: int = 0
    made: list[int] = field(default_factory=list)

    @property
    def home(self) -> County:
        """The county of the headline accounts."""
        return next((c for c in self.world.counties if c.home), self.world.counties[0])

    @property
    def others(self) -> list[County]:
        """The other counties."""
        return [c for c in self.world.counties if c is not self.home]

    def day(self, ago: float, hour: int = 11, minute: int = 0) -> datetime:
        """An instant so many days before the end, at an hour of the office; never after the end."""
        day = (self.until - timedelta(days=ago)).astimezone(TZ).date()
        return min(datetime.combine(day, time(hour, minute), TZ), self.until - timedelta(minutes=max(1, 40 - int(ago))))

    def person(self, county: County, language: str = "") -> Person:
        """Somebody invented who lives there."""
        self.number += 1
        name, ug = invented_name(self.dice)
        language = language or ("ug" if ug and self.dice.random() < 0.8 else "zh")
        village = self.dice.choice(county.centre.villages)
        return Person(name, f"{PREFIX}{self.number:07d}", village, language)

    def staff(self, county: County, role: Role, which: int = 0) -> Staff:
        """Somebody who holds a role in a county. Errors: LookupError when nobody does."""
        found = {
            Role.OFFICER: county.officers, Role.SUPERVISOR: [county.supervisor] if county.supervisor else [],
            Role.PROVIDER: county.advisers, Role.CLERK: [county.centre.clerk, *[s.clerk for s in county.stations]],
            Role.OPERATOR: self.world.operators,
        }[role]  # fmt: skip
        if len(found) <= which:
            raise LookupError(f"no {role.value} {which} in {county.unit.code}")
        return found[which]

    def on(self, day: date, hour: int = 11, minute: int = 0) -> datetime:
        """An instant of a day of the calendar; never after the end."""
        return min(datetime.combine(day, time(hour, minute), TZ), self.until - timedelta(minutes=10))

    def named(self, username: str) -> Actor:
        """The actor behind one of the accounts that the demo page shows. Errors: Account.DoesNotExist."""
        return self.actor(Account.objects.get(username=username, demo=True))

    def body(self, kind: str, county: County | None = None, which: int = 0) -> Organisation:
        """An invented institution of a kind in a county (anywhere when None). Errors: LookupError when there is none."""
        found = Organisation.objects.filter(kind=kind, invented=True, valid_to__isnull=True)
        if county is not None:
            found = found.filter(division__county=county.unit)
        return _nth(found, which, kind)

    def worker(self, kind: str, county: County | None = None, which: int = 0, **more: Any) -> Practitioner:
        """An invented practitioner of a kind in a county (anywhere when None); `more` narrows. Errors: LookupError."""
        found = Practitioner.objects.filter(kind=kind, invented=True, **more)
        if county is not None:
            found = found.filter(division__county=county.unit)
        return _nth(found, which, kind)

    def cast(
        self, username: str, role: Role, *, line: str, county: County | None = None, worker: Practitioner | None = None,
        body: Organisation | None = None,
    ) -> Account:  # fmt: skip
        """One more account of the demo, for the work of one line; the demo page shows it with its present code.

        In: `county` its part of the map (None: the whole prefecture); `worker` the practitioner it is; `body` the institution
        it takes cases for. Called twice it gives the account that is there.
        """
        known = Account.objects.filter(username=username, demo=True).first()
        if known is not None:
            return known
        began = self.until - timedelta(days=400)
        name = worker.name_zh if worker else invented_name(self.dice)[0] + MARK
        account = accounts.open_account(username=username, name=name, password=PASSWORD, at=began, demo=True)
        account.practitioner = worker
        account.save(update_fields=["practitioner"])
        accounts.enrol_totp(account=account, secret=secret_of(username, "staff"))
        unit = county.unit if county is not None else divisions.root()
        accounts.grant(account=account, role=role, by=SYSTEM, at=began, division=unit, organisation=body, lines=(line,))
        return account

    def actor(self, one: Staff | Account) -> Actor:
        """The actor behind somebody."""
        return accounts.actor_for(one.account if isinstance(one, Staff) else one, self.until)

    def receive(
        self, service: str, item: str, said: Mapping[str, Any], who: Person | None, by: Actor, at: datetime, *,
        channel: str = "desk", place: Place | None = None, **contact: Any,
    ) -> Case:  # fmt: skip
        """Take a need in."""
        told = {"behalf": "clerk" if by.is_staff else "self", "reply_by": "phone" if who else "here", **contact}
        if who is not None:
            told |= {"name": who.name, "phone": who.phone, "language": who.language, "division": who.village.code}
        order = intake.receive(
            service=service,
            said=said,
            contact=told,
            channel=channel,
            by=by,
            at=at,
            item_code=item,
            place=place,
            invented=True,
        ).order
        self.made.append(order.pk)
        return order.case

    def move(self, case: Case, code: str, by: Actor, at: datetime, **data: Any) -> Case:
        """Make a move; the case as it stands after it."""
        casework.make(case=Case(pk=case.pk), move=code, by=by, at=at, data=data)
        return Case.objects.select_related("order", "place", "county", "handler").get(pk=case.pk)


def _nth(found: Any, which: int, kind: str) -> Any:
    rows = list(found.order_by("pk")[which : which + 1])
    if not rows:
        raise LookupError(f"no {kind} {which}")
    return rows[0]


def rooms() -> list[str]:
    """The lines that have scenes."""
    return [line for line in settings.LINES if module_has_submodule(import_module(line), "demo")]


def said(what: str) -> list[Any]:
    """What the lines that have scenes say for the demo page: their `walk` or their `notes`, where they have any."""
    found = [getattr(import_module(f"{line}.demo"), what, None) for line in rooms()]
    return [answer for tell in found if tell is not None and (answer := tell())]


def play(row: Run, world: World, through: Any, say: Callable[..., None] = lambda *_a, **_v: None) -> int:
    """Play the scenes of every line that has some, once in a run. Out: how many orders they made."""
    made = 0
    for line in rooms():
        name = line.rpartition(".")[2][:12]
        with transaction.atomic():
            leg, _new = Leg.objects.get_or_create(run=row, name=name)
            if leg.finished:
                continue
            stage = Stage(
                world, row.until, random.Random(f"scenes:{row.seed}:{name}"), _phones(row, 2 * rooms().index(line))
            )
            import_module(f"{line}.demo").scenes(stage)
            messages.deliver_due(at=row.until, through=through)
            leg.orders, leg.finished = len(stage.made), True
            leg.save()
            made += leg.orders
        say(gettext_noop("演示场景：%(line)s %(n)s 件"), line=_name_of(line.rpartition(".")[2]), n=leg.orders)
    while clocks.watch_once(at=row.until.replace(minute=0, second=0, microsecond=0)):
        pass
    return made


def past(row: Run, world: World, through: Any, say: Callable[..., None]) -> int:
    """Fill in the year that is over for every line that can, once in a run, beside the running product. Out: orders made."""
    made = 0
    wanted = {line: n for line, n in shares_of(row.orders).items() if n}
    for line in rooms():
        name = line.rpartition(".")[2]
        hook, n = getattr(import_module(f"{line}.demo"), "past", None), wanted.get(name, 0)
        if hook is None or not n:
            continue
        with transaction.atomic():
            leg, _new = Leg.objects.get_or_create(run=row, name=f"past {name}"[:12])
            if leg.finished:
                continue
            stage = Stage(
                world, row.until, random.Random(f"past:{row.seed}:{name}"), _phones(row, 2 * rooms().index(line) + 1)
            )
            hook(stage, n)
            messages.deliver_due(at=row.until, through=through)
            leg.orders, leg.finished = len(stage.made), True
            leg.save()
        made += leg.orders
        say(gettext_noop("补上过去一年的事：%(line)s %(n)s 件"), line=_name_of(name), n=leg.orders)
    while clocks.watch_once(at=row.until.replace(minute=0, second=0, microsecond=0)):
        pass
    return made


def shares_of(orders: int) -> dict[str, int]:
    """How many matters of the past each line gets beside so many orders: two for five, in the proportion of the pack."""
    weights = figures().get("past", {})
    whole = sum(weights.values())
    return {line: round(orders * 2 / 5 * weight / whole) for line, weight in weights.items()} if whole else {}


def _name_of(line: str) -> Any:
    return next((s.name for s in catalogue.current() if s.line == line), line)


def _phones(row: Run, block: int) -> int:
    """Where the phone numbers of a block begin: each line's scenes and its past have a block of their own in a run."""
    return row.number * 100_000 + block * (100_000 // (2 * max(len(rooms()), 1)))
