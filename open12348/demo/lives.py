"""What happens in the simulated prefecture: needs and what becomes of them, planned without touching the database.

One plan serves both hands: `run` does it with the verbs, `bulk` writes the same rows faster. It is cut into cells (a
county, a day); each cell has dice of its own, so that any part can be planned again at any time and comes out the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from open12348.kernel import workdays
from open12348.kernel.workdays import TZ, Calendar
from open12348.registry import items
from open12348.registry.divisions import calendar_layers
from open12348.registry.models import Division, Place
from open12348.spine import alarms, catalogue

from .world import County, Staff, Station, World, shares, words

ADVICE, GENERAL = "advice.ask", "general.request"
#: The staff's hours, Beijing time: the sun is two hours later here than in Beijing.
MORNING, AFTERNOON = (600, 838), (960, 1188)  # minutes of the day: 10:00-13:58, 16:00-19:48
RESIDENT = "resident"
#: What the last needs of the headline station are left at, the newest first; three of them belong to the general line.
SCENES = ("fresh", "assigned", "reopened", "waiting", "researching", "offered", "coordinator", "fresh")
#: Items to which advice is sent on: those of the general line, whose needs the simulation knows how to end.
SENDABLE = ("H04", "D09")
OF_THE_GENERAL_LINE = {"waiting", "offered", "coordinator"}
#: Nothing is left lying for longer than this; needs of the last days are where open ones are found.
STUCK_DAYS = 25
#: Phone numbers begin with prefixes that, as far as is known, no operator has been given; one for each run.
PREFIXES = ("160", "161", "163", "164", "168")
CADRES = "169"


@dataclass(slots=True)
class Who:
    """An invented resident."""

    name: str
    phone: str
    village: Division
    language: str
    id_number: str = ""


@dataclass(slots=True)
class Act:
    """One thing that happens: when, which verb, by whom, with what."""

    at: datetime
    verb: str
    by: Any  # Staff | "resident" | None (somebody who has not signed in)
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Life:
    """One need: how it came in and what is done with it, in the order of time."""

    key: tuple[int, int, int]  # county, day, number
    who: Who | None
    service: str
    item: str
    said: dict[str, str]
    contact: dict[str, Any]
    channel: str
    by: Staff | None
    place: Place | None  # as a door would hand it over; None: whoever answers for the village
    at: datetime
    station: Station
    urgent: bool = False
    acts: list[Act] = field(default_factory=list)
    twin: Life | None = None  # the same need told twice, merged into this one

    @property
    def orders(self) -> int:
        """How many orders this life leads to."""
        return 1 + (self.twin is not None) + any(a.verb == "move" and "item" in a.data for a in self.acts)


class Plan:
    """The plan of a run. In: the world, how many orders, the seed, until when, the number of the run (its phones)."""

    def __init__(self, world: World, *, orders: int, seed: str, until: datetime, number: int = 1) -> None:
        self.world, self.seed, self.orders = world, seed, orders
        self.until = until.astimezone(TZ)
        self.prefix = PREFIXES[(number - 1) % len(PREFIXES)]
        days = span(orders)
        last = self.until.date()
        self.days = [last - timedelta(days=days - 1 - i) for i in range(days)]
        self.calendars = [workdays.calendar_for(calendar_layers(c.unit)) for c in world.counties]
        self._counts = self._cells()
        needs = words("needs")
        listed = {item.code for item in items.on_list(self.days[0])}
        self.advice, self.texts = needs["advice"], needs["texts"]
        listed = {code for code in listed if (found := catalogue.for_item(code)) is not None and found.code == GENERAL}
        self.general = [n for n in needs["general"] if n["item"] in listed] or needs["general"]
        self.sendable = [code for code in SENDABLE if code in listed]

    # How many, where and when

    def _cells(self) -> list[list[int]]:
        """Orders for each county and day: by its people, the weekday, holidays and the season; they add up exactly."""
        found = []
        totals = shares(self.orders, [c.people for c in self.world.counties])
        part = self._part_of_last_day()
        for county, total, calendar in zip(self.world.counties, totals, self.calendars, strict=True):
            weights = [_day_weight(day, calendar) for day in self.days]
            weights[-1] *= part
            dice = random.Random(f"{self.seed}:{county.unit.code}:offset")
            done, reached, whole = dice.random(), 0.0, sum(weights) or 1.0
            row, given = [], 0
            for weight in weights:
                reached += weight * total / whole
                upto = min(int(reached + done), total)
                row.append(upto - given)
                given = upto
            row[-1 if part > 0.2 else -2] += total - given
            found.append(row)
        return found

    def _part_of_last_day(self) -> float:
        """How much of the last day's work has come in by now."""
        minutes = self.until.hour * 60 + self.until.minute
        return min(max((minutes - 600) / 600, 0.0), 1.0)

    def count(self, county: int, day: int) -> int:
        """How many orders a cell has."""
        return self._counts[county][day]

    def county_total(self, county: int) -> int:
        """How many orders a county has."""
        return sum(self._counts[county])

    def cell(self, county: int, day: int) -> list[Life]:
        """The lives that begin in a county on a day, in the order in which they come in. Acts after `until` are left out."""
        wanted = self._counts[county][day]
        if not wanted:
            return []
        maker = _Maker(self, county, day)
        found: list[Life] = []
        while wanted > 0:
            life = maker.life(len(found), wanted)
            found.append(life)
            wanted -= life.orders
        return sorted(found, key=lambda life: life.at)

    def everything(self) -> Iterator[Life]:
        """All lives, by county and day."""
        for county in range(len(self.world.counties)):
            for day in range(len(self.days)):
                yield from self.cell(county, day)


def span(orders: int) -> int:
    """How many days a number of orders is spread over: six weeks, up to three years for very many."""
    return min(1095, 42 + orders // 700)


def _day_weight(day: date, calendar: Calendar) -> float:
    week = (1.3, 1.1, 1.0, 1.0, 0.95, 0.32, 0.25)[day.weekday()]
    season = (1.15, 0.8, 1.05, 1.1, 1.0, 0.95, 0.95, 1.0, 0.85, 0.85, 1.1, 1.25)[day.month - 1]
    if calendar.is_workday(day):
        return max(week, 0.9) * season
    return min(week, 0.3) * season


def _minute(dice: random.Random, low: int, high: int) -> int:
    return low + int(dice.random() * (high - low))


def _moment(dice: random.Random, day: date, minute: int) -> datetime:
    """A minute of a day, with a second and a fraction of its own, so that no two things happen at one instant."""
    return datetime(
        day.year, day.month, day.day, minute // 60, minute % 60, int(dice.random() * 60), int(dice.random() * 1_000_000), TZ
    )  # fmt: skip


class _Maker:
    """Makes the lives of one cell."""

    def __init__(self, plan: Plan, county: int, day: int) -> None:
        self.plan, self.county, self.day = plan, plan.world.counties[county], day
        self.date, self.calendar = plan.days[day], plan.calendars[county]
        self.dice = random.Random(f"{plan.seed}:{self.county.unit.code}:{self.date.isoformat()}")
        self.open = self.calendar.is_workday(self.date)
        self.last = self.plan.days[day] == self.plan.days[-1]

    # People

    def someone(self, day: int, number: int) -> Who:
        """The resident who brings the n-th need of a day; the same whenever asked. Some come back later."""
        return _identity(self.plan, self.county, day, number)

    def earlier(self) -> Who | None:
        """Somebody of an earlier day."""
        back = [d for d in range(max(0, self.day - 60), self.day) if self.plan.count(self.county.number, d)]
        if not back:
            return None
        day = self.dice.choice(back)
        return self.someone(day, int(self.dice.random() * self.plan.count(self.county.number, day)))

    # Times

    def received(self, channel: str) -> datetime:
        """When a need comes in: at the desk in its hours, by phone at any hour, on the web most in the evening."""
        dice = self.dice
        if channel in {"desk", "workroom"}:
            low, high = MORNING if dice.random() < 0.56 else AFTERNOON
        elif channel == "hotline":
            low, high = dice.choices(((0, 540), (600, 860), (860, 1000), (1000, 1260), (1260, 1440)), (3, 40, 12, 38, 7))[0]  # fmt: skip
        else:
            low, high = dice.choices(((0, 540), (600, 900), (900, 1140), (1140, 1380), (1380, 1440)), (3, 30, 22, 38, 7))[0]  # fmt: skip
        if self.last:
            now = self.plan.until.hour * 60 + self.plan.until.minute
            low, high = min(low, max(now - 60, 0)), min(high, max(now - 1, 1))
            low = min(low, high - 1)
        return _moment(dice, self.date, _minute(dice, low, high))

    def on(self, after: datetime, days: int) -> datetime:
        """A moment in office hours so many working days later (0: later today if the office is still open)."""
        day, minute = after.date(), after.hour * 60 + after.minute
        if days <= 0:
            if self.calendar.is_workday(day):
                for low, high in (MORNING, AFTERNOON):
                    if minute + 12 < high:
                        return _moment(self.dice, day, _minute(self.dice, max(low, minute + 6), high))
            days = 1
        day = self.calendar.add(day, days)
        low, high = MORNING if self.dice.random() < 0.6 else AFTERNOON
        return _moment(self.dice, day, _minute(self.dice, low, high))

    def any_time(self, after: datetime, days: float) -> datetime:
        """A moment at which a resident does something at home, about so many days later."""
        day = (after + timedelta(days=days)).date()
        if day <= after.date():
            return after + timedelta(minutes=2 + self.dice.random() * 20)
        return _moment(self.dice, day, _minute(self.dice, 630, 1350))

    # One life

    def life(self, number: int, room: int) -> Life:
        """The n-th need of the day. In: how many orders there is still room for."""
        dice, county = self.dice, self.county
        scene = self._scene_for(number)
        desk = self.open and dice.random() < 0.62
        channel = dice.choices(("desk", "workroom"), (82, 18))[0] if desk else dice.choices(("hotline", "web"), (58, 42))[0]  # fmt: skip
        who: Who | None = self.someone(self.day, number)
        if dice.random() < 0.06:
            who = self.earlier() or who
        assert who is not None
        station = _station_of(county, who.village)
        if county.home and dice.random() < 0.14:  # where the headline clerk works there is more to see
            station = county.stations[0]
            who = _identity(self.plan, county, self.day, number, station)
        if channel == "workroom" and station.workroom is None:
            with_room = [s for s in county.stations if s.workroom is not None]
            if with_room:
                station = with_room[int(dice.random() * len(with_room))]
                who = _identity(self.plan, county, self.day, number, station)
            else:
                channel = "desk"
        is_general = dice.random() < 0.16
        if scene:
            station, channel, is_general = (
                county.stations[0],
                "desk" if self.open else "web",
                scene in OF_THE_GENERAL_LINE,
            )
            who = _identity(self.plan, county, self.day, number, station)
        at = self.received(channel)
        by, place, first = self._door(channel, station)
        if scene:
            first = county.centre if scene == "offered" else station
            by, place = (first.clerk, first.place) if self.open else (None, first.place)
        need = self._pick(self.plan.general if is_general else self.plan.advice)
        text = dice.choice(need["ug" if who.language == "ug" else "zh"]).format(
            n=2 + int(dice.random() * 8),
            money=f"{(3 + int(dice.random() * 97)) * 500}",
            year=2026 + int(dice.random() * 4),
        )
        if is_general:
            service, item, said = GENERAL, need["item"], {"item": need["item"], "summary": text}
        else:
            opponent = dice.choice(words("cast")["opponent"]) if need.get("opponent") and dice.random() < 0.5 else ""
            service, item = ADVICE, {"desk": "B01", "workroom": "B01", "hotline": "B02", "web": "B03"}[channel]
            said = {"question": text, "topic": need["topic"], "opponent": opponent, "opponent_phone": ""}
        anonymous = not scene and not is_general and channel in {"hotline", "web", "desk"} and dice.random() < 0.07
        contact = self._contact(None if anonymous else who, who, channel, station, is_general, number)
        life = Life(
            key=(county.number, self.day, number), who=None if anonymous else who, service=service, item=item, said=said,
            contact=contact, channel=channel, by=by, place=place, at=at, station=first,
            urgent=service == ADVICE and need["topic"] in {"0104"} and dice.random() < 0.6,
        )  # fmt: skip
        if self._danger(life):
            self._hear(life)
        if scene:
            self._play(life, need, scene)
        else:
            (self._general if is_general else self._advice)(life, need, room)
        self._cut(life, stuck=not scene)
        return life

    @staticmethod
    def _danger(life: Life) -> bool:
        """Words of danger put a need first and before the people in charge (spine.alarms)."""
        return bool(alarms.heard([*life.said.values(), life.contact.get("safe_contact") or ""]))

    def _hear(self, life: Life) -> None:
        for to, who in (("place", life.station.clerk), ("supervisor", self.county.supervisor)):
            if who is not None:
                life.acts.append(Act(self.on(life.at, 0), "seen", who, {"to": to}))

    def _scene_for(self, number: int) -> str:
        """At the headline station, the last needs before today stand at every stage, so that each role finds some work."""
        last = len(self.plan.days) - 1
        if not self.county.home or self.day >= last:
            return ""
        if self.day == last - 10 and number == 0:
            return "late"
        later = number + sum(self.plan.count(self.county.number, d) for d in range(self.day + 1, last))
        return SCENES[later] if later < len(SCENES) else ""

    def _play(self, life: Life, need: dict[str, Any], scene: str) -> None:
        clerk, centre, at = self.county.stations[0].clerk, self.county.centre, self.on(life.at, 0)
        minutes = [at + timedelta(minutes=m, seconds=self.dice.random() * 50) for m in (0, 4, 9, 15)]
        if scene == "waiting":
            life.acts.append(Act(minutes[0], "move", clerk, {"move": "start"}))
            life.acts.append(Act(minutes[1], "ask_correction", clerk, {"wanted": "\n".join(need["missing"])}))
        elif scene == "offered":
            passed = {"target": self.county.stations[0].place, "reason": self.zh("across")}
            life.acts.append(Act(at, "transfer", centre.clerk, passed))
        elif scene == "coordinator":
            for first, reason in ((0, "returned"), (2, "returned_again")):
                passed = {"target": centre.place, "reason": self.zh("transfer")}
                life.acts.append(Act(minutes[first], "transfer", clerk, passed))
                life.acts.append(Act(minutes[first + 1], "return", centre.clerk, {"reason": self.zh(reason)}))
        elif scene == "assigned" and self.county.advisers:
            life.acts.append(Act(at, "assign", clerk, {"to": self.county.advisers[0], "why": self.zh("assign")}))
        elif scene == "researching":
            life.acts.append(Act(at, "move", clerk, {"move": "research", "note": self.zh("research")}))
        elif scene == "reopened":
            self.answer(life, at, clerk)
            rating = {"grade": 2, "text": self.say(life, "bad"), "via": "web"}
            life.acts.append(Act(minutes[1], "rate", RESIDENT, rating))
            life.acts.append(
                Act(minutes[2], "move", RESIDENT, {"move": "reopen", "reason": self.say(life, "dissatisfied")})
            )

    def _door(self, channel: str, station: Station) -> tuple[Staff | None, Place | None, Station]:
        """Who types, which place the door names, and which station answers."""
        if channel == "desk":
            if self.dice.random() < 0.24:
                return self.county.centre.clerk, self.county.centre.place, self.county.centre
            return station.clerk, station.place, station
        if channel == "workroom":
            assert station.cadre is not None and station.workroom is not None
            return station.cadre, station.workroom, station
        if channel == "hotline":
            return self.dice.choice(self.plan.world.operators), None, station
        return None, None, station

    def _pick(self, needs: list[dict[str, Any]]) -> dict[str, Any]:
        month = self.date.month
        weights = [n["weight"] * (1.5 if month in n.get("more", ()) else 1) for n in needs]
        return self.dice.choices(needs, weights)[0]

    def _contact(
        self, who: Who | None, real: Who, channel: str, station: Station, general: bool, number: int
    ) -> dict[str, Any]:
        dice = self.dice
        code = real.village.code
        if who is None:
            return {
                "name": "",
                "phone": "",
                "division": code,
                "language": real.language,
                "reply_by": "here",
                "behalf": "self",
            }
        behalf = {"desk": "clerk", "hotline": "operator", "workroom": "cadre"}.get(channel, "self")
        found: dict[str, Any] = {
            "name": who.name, "phone": who.phone, "division": code, "language": who.language,
            "reply_by": "sms" if dice.random() < 0.3 else "phone", "behalf": behalf, "read_back": channel != "web",
        }  # fmt: skip
        draw = dice.random()
        if behalf in {"self", "clerk", "operator"} and draw < 0.14:
            found["behalf"] = "relative"
            helper = _identity(self.plan, self.county, self.day, number, station, kind=1)
            found |= {"helper_name": helper.name, "helper_phone": helper.phone}
        elif behalf == "cadre" or (behalf == "self" and draw < 0.2):
            cadre = _cadre(real.village)
            found |= {"behalf": "cadre", "helper_name": cadre.name, "helper_phone": cadre.phone}
        if general and dice.random() < 0.3:
            found["id_number"] = who.id_number
        if draw > 0.97:
            found["safe_contact"] = self.zh("safe")
        return found

    # What becomes of it

    def say(self, life: Life, key: str) -> str:
        """A text in the language of the person, with the name of the place."""
        texts = self.plan.texts
        found = texts["ug"] if life.contact["language"] == "ug" else texts["zh"]
        place = life.station.place
        name = place.name_ug if found is texts["ug"] and place.name_ug else place.name_zh
        return str(found.get(key) or texts["zh"][key]).replace("{place}", name)

    def zh(self, key: str) -> str:
        """A text of one member of staff for another."""
        return str(self.plan.texts["zh"][key])

    def answer(self, life: Life, at: datetime, by: Staff, key: str = "answer") -> None:
        """The words for the person: the line's own template where there is one. Looking at the file is recorded."""
        if life.who is not None and (by is not life.by or at != life.at):
            life.acts.append(Act(at - timedelta(seconds=95), "look", by))
        text = ""
        if life.service == ADVICE and key == "answer":
            language = life.contact["language"] if life.contact["language"] in {"zh", "ug"} else "zh"
            text = _template(life.said["topic"], language)
        life.acts.append(Act(at, "move", by, {"move": "answer", "answer": text or self.say(life, key)}))

    def _advice(self, life: Life, need: dict[str, Any], room: int) -> None:
        dice = self.dice
        draw = dice.random()
        clerk = life.station.clerk
        on_the_spot = {"desk": 0.62, "hotline": 0.68, "workroom": 0.0, "web": 0.0}[life.channel]
        if draw < on_the_spot:
            assert life.by is not None
            if room > 1 and self.plan.sendable and dice.random() < 0.1:
                item = dice.choice(self.plan.sendable)
                life.acts.append(Act(life.at, "move", life.by, {"move": "send_on", "item": item, "answer": self.say(life, "send_on")}))  # fmt: skip
                life.acts[-1].data["then"] = self._sent_on(life)
                return
            self.answer(life, life.at, life.by)
            return self._after(life)
        fresh = not self.last or life.at + timedelta(minutes=6) < self.plan.until
        if (
            room > 1
            and life.who is not None
            and life.channel == "hotline"
            and fresh
            and dice.random() < 0.2
            and not self._danger(life)
        ):
            return self._twice(life)
        if dice.random() < 0.025:  # thought better of it
            life.acts.append(self._withdrawal(life))
            return
        worker, taken_at = self._hand(life, clerk)
        if dice.random() < 0.45:
            life.acts.append(Act(taken_at, "move", worker, {"move": "research", "note": self.zh("research")}))
            if life.who is not None and dice.random() < 0.06:
                return self._unreachable(life, taken_at, worker)
            if dice.random() < 0.1:
                life.acts.append(Act(taken_at + timedelta(minutes=4), "note", worker, {"text": self.zh("note")}))
            approved = self.on(taken_at, 2)
            if (
                dice.random() < 0.07
                and self.county.officer is not None
                and self.calendar.count(life.at.date(), approved.date()) <= 4  # before the limit is over
            ):
                life.acts.append(Act(approved, "extend", worker, {"clock": "answer", "approver": self.county.officer, "reason": self.zh("extend")}))  # fmt: skip
                answered = self.on(approved, 5 + int(dice.random() * 4))
            else:
                answered = self.on(taken_at, dice.choices((0, 1, 2, 3, 4, 6, 8), (16, 26, 22, 14, 10, 8, 4))[0])
        else:
            answered = taken_at + timedelta(minutes=3 + dice.random() * 6)
        if life.who is not None and dice.random() < 0.08:
            asked = self.any_time(taken_at, 0.2)
            if asked < answered - timedelta(hours=3):
                life.acts.append(Act(asked, "say", RESIDENT, {"text": self.say(life, "message")}))
                life.acts.append(Act(asked + timedelta(minutes=70), "say", worker, {"text": self.say(life, "reply")}))
        self.answer(life, answered, worker)
        self._after(life)

    def _hand(self, life: Life, clerk: Staff) -> tuple[Staff, datetime]:
        """Who takes the need up, and when: the station's clerk, or an adviser to whom it is given."""
        dice = self.dice
        delay = dice.choices((0, 1, 2, 3), (62, 26, 8, 4))[0]
        taken = self.on(life.at, delay)
        if dice.random() < 0.3:
            able = [a for a in self.county.advisers if a.suspended_from is None]
            if able:
                adviser = dice.choice(able)
                life.acts.append(Act(taken, "assign", clerk, {"to": adviser, "why": self.zh("assign")}))
                return adviser, self.on(taken, dice.choices((0, 1), (60, 40))[0])
        return clerk, taken

    def _sent_on(self, life: Life) -> Life | None:
        """What becomes of the order that was opened for another item: a desk works on it."""
        then = Life(
            key=life.key, who=life.who, service=GENERAL, item="", said={}, contact=life.contact, channel=life.channel, by=life.by,
            place=life.place, at=life.at, station=life.station,
        )  # fmt: skip
        clerk = life.station.clerk
        start = self.on(life.at, self.dice.choices((0, 1, 2), (3, 5, 2))[0])
        then.acts.append(Act(start, "move", clerk, {"move": "start"}))
        self.answer(then, self.on(start, 1 + int(self.dice.random() * 4)), clerk, "general")
        self._after(then)
        return then

    def _withdrawal(self, life: Life) -> Act:
        after = self.any_time(life.at, 0.5 + self.dice.random())
        if life.who is not None and self.dice.random() < 0.6:
            return Act(after, "move", RESIDENT, {"move": "withdraw", "reason": self.say(life, "withdrawn")})
        return Act(self.on(life.at, 0), "move", life.station.clerk, {"move": "withdraw", "reason": self.zh("withdrawn")})  # fmt: skip

    def _unreachable(self, life: Life, at: datetime, worker: Staff) -> None:
        for n in range(3):
            at = self.on(at, 0 if n == 1 else 1)
            life.acts.append(Act(at, "move", worker, {"move": "attempt", "note": self.zh("attempt")}))
        life.acts.append(Act(at + timedelta(minutes=9), "move", worker, {"move": "give_up"}))

    def _twice(self, life: Life) -> None:
        """The same person tells the hotline first and the desk later that day: merged into the first."""
        who, station = life.who, life.station
        assert who is not None
        later = life.at + timedelta(minutes=25 + self.dice.random() * 90)
        if later.date() != life.at.date() or (self.last and later > self.plan.until):
            later = life.at + timedelta(seconds=200 + self.dice.random() * 60)
        life.twin = Life(
            key=life.key, who=who, service=ADVICE, item="B03", said=life.said, channel="web", by=None, place=None, at=later, station=station,
            contact={"name": who.name, "phone": who.phone, "division": who.village.code, "language": who.language, "reply_by": "phone", "behalf": "self"},
        )  # fmt: skip
        merged = self.on(later, 0)
        life.acts.append(Act(merged, "merge", station.clerk, {"reason": self.zh("duplicate")}))
        self.answer(life, self.on(merged, 1), station.clerk)
        self._after(life)

    def _general(self, life: Life, need: dict[str, Any], room: int) -> None:
        dice, centre = self.dice, self.county.centre
        clerk = life.station.clerk
        if dice.random() < 0.03 and life.who is not None:
            life.acts.append(self._withdrawal(life))
            return
        at = self.on(life.at, dice.choices((0, 1, 2), (55, 33, 12))[0])
        way = dice.random()
        if way < 0.24 and life.station is not centre and life.channel != "workroom":
            at, clerk, on_way = self._passed_on(life, at, clerk)
            if on_way:
                return
        elif way < 0.3 and len(self.plan.world.counties) > 1 and life.channel != "workroom":
            other = self.plan.world.counties[(self.county.number + 1) % len(self.plan.world.counties)].centre
            life.acts.append(Act(at, "transfer", clerk, {"target": other.place, "reason": self.zh("across")}))
            at = self.on(at, 1)
            life.acts.append(Act(at, "accept", other.clerk))
            life.station = other
            self.answer(life, self.on(at, 1), other.clerk, "general")
            return self._after(life)
        life.acts.append(Act(at, "move", clerk, {"move": "start"}))
        if dice.random() < 0.42 and life.who is not None:
            asked = at + timedelta(minutes=4 + dice.random() * 8)
            missing = need["missing"][: 1 + int(dice.random() * len(need["missing"]))]
            life.acts.append(Act(asked, "ask_correction", clerk, {"wanted": "\n".join(missing)}))
            if dice.random() < 0.6:
                at = self.any_time(asked, 0.6 + dice.random() * 5)
                life.acts.append(Act(at, "answer_correction", RESIDENT, {"text": self.say(life, "correction")}))
            else:
                at = self.on(asked, 1 + int(dice.random() * 4))
                life.acts.append(Act(at, "answer_correction", clerk, {"text": self.say(life, "correction")}))
        self.answer(life, self.on(at, dice.choices((0, 1, 2, 3, 5, 7), (20, 28, 22, 15, 10, 5))[0]), clerk, "general")
        self._after(life)

    def _passed_on(self, life: Life, at: datetime, clerk: Staff) -> tuple[datetime, Staff, bool]:
        """To the county's centre: accepted, returned once, or returned twice and left to a coordinator."""
        dice, centre = self.dice, self.county.centre
        life.acts.append(Act(at, "transfer", clerk, {"target": centre.place, "reason": self.zh("transfer")}))
        at = self.on(at, dice.choices((0, 1, 2), (45, 40, 15))[0])
        fate = dice.random()
        if fate < 0.6:
            life.acts.append(Act(at, "accept", centre.clerk))
            life.station = centre
            return at + timedelta(minutes=5 + dice.random() * 9), centre.clerk, False
        life.acts.append(Act(at, "return", centre.clerk, {"reason": self.zh("returned")}))
        at = self.on(at, 0)
        if fate < 0.78:
            return at, clerk, False
        life.acts.append(Act(at, "transfer", clerk, {"target": centre.place, "reason": self.zh("transfer")}))
        at = self.on(at, 1)
        life.acts.append(Act(at, "return", centre.clerk, {"reason": self.zh("returned_again")}))
        coordinated = self.on(at, 1 + int(dice.random() * 4))
        officer = self.county.officer
        if officer is not None:
            self.answer(life, coordinated, officer, "general")
            self._after(life)
        return at, clerk, True

    def _after(self, life: Life) -> None:
        """After the answer: a rating (mostly good), sometimes a call, sometimes taken up again."""
        dice = self.dice
        ended = life.acts[-1].at
        if life.who is None:
            return
        draw = dice.random()
        if draw < 0.06:
            if life.service == ADVICE:
                note = {"move": "follow_up", "note": self.zh("follow_up")}
                life.acts.append(Act(self.on(ended, 2), "move", life.station.clerk, note))
            return
        if draw > 0.55:
            return
        grade = dice.choices((5, 4, 3, 2, 1), (66, 20, 7, 4, 3))[0]
        rated = self.any_time(ended, 0.1 + dice.random() * 3)
        text = self.say(life, "good" if grade > 3 else "bad") if dice.random() < 0.3 or grade < 3 else ""
        if dice.random() < 0.3 and grade > 2:
            operator = dice.choice(
                [o for o in self.plan.world.operators if o is not life.by] or self.plan.world.operators
            )
            if not any(a.by is operator for a in life.acts):
                life.acts.append(
                    Act(self.on(ended, 1), "rate", operator, {"grade": grade, "text": "", "via": "hotline"})
                )
                return
        life.acts.append(Act(rated, "rate", RESIDENT, {"grade": grade, "text": text, "via": "web"}))
        if grade <= 2:
            again = rated + timedelta(minutes=3 + dice.random() * 5)
            life.acts.append(Act(again, "move", RESIDENT, {"move": "reopen", "reason": self.say(life, "dissatisfied")}))
            handler = next(a.by for a in reversed(life.acts) if a.verb == "move" and isinstance(a.by, Staff))
            if handler.role.value == "operator" or handler.suspended_from is not None:
                handler = life.station.clerk
            self.answer(life, self.on(again, dice.choices((0, 1, 2), (45, 35, 20))[0]), handler, "again")
            if dice.random() < 0.7:
                later = self.any_time(life.acts[-1].at, 0.2 + dice.random() * 2)
                life.acts.append(
                    Act(later, "rate", RESIDENT, {"grade": dice.choice((3, 4, 5)), "text": "", "via": "web"})
                )

    def _cut(self, life: Life, *, stuck: bool) -> None:
        """Keep what happens by the end of the plan, in order; some needs of the last weeks are left lying."""
        parts = [life, *(a.data["then"] for a in life.acts if "then" in a.data)]
        for part in parts:
            part.acts = sorted((a for a in part.acts if a.at <= self.plan.until), key=lambda a: a.at)
            if (
                stuck
                and part is life
                and (self.plan.until.date() - self.date).days <= STUCK_DAYS
                and self.dice.random() < 0.08
            ):
                first = sum(a.at == life.at for a in part.acts)
                part.acts = part.acts[: first + int(self.dice.random() * 3)]
                if part.acts and part.acts[-1].verb == "look":
                    part.acts.pop()
            for one, two in zip(part.acts, part.acts[1:], strict=False):
                if two.at <= one.at and not (two.at == one.at == life.at):
                    two.at = one.at + timedelta(seconds=41, microseconds=1)
            part.acts = [a for a in part.acts if a.at <= self.plan.until]


# Invented people


def _station_of(county: County, village: Division) -> Station:
    return county.by_unit[village.parent_id or 0]


def _identity(plan: Plan, county: County, day: int, number: int, station: Station | None = None, kind: int = 0) -> Who:
    """An invented resident: everything follows from the run, the county, the day and the number."""
    slot = f"{county.number:02d}{kind}"
    dice = random.Random(f"{plan.seed}:{slot}:{day}:{number}")
    cast = words("cast")
    where = county.stations[int(dice.random() * len(county.stations))]
    where = station or where  # drawn in any case, so that the name does not depend on the station
    if not where.villages:
        where = county.stations[0]
    village = where.villages[int(dice.random() * len(where.villages))]
    draw = dice.random()
    language = "ug" if draw < 0.55 else "zh" if draw < 0.97 else "other"
    if language == "other":
        name = dice.choice(cast["other"])
    elif dice.random() < (0.9 if language == "ug" else 0.35):
        given, father = dice.choice(cast["given"]), dice.choice(cast["father"])
        script = dice.choices((0, 1, 2), (45, 50, 5) if language == "ug" else (96, 2, 2))[0]
        name = given[script] + ("·" if script == 0 else " ") + father[script]
    else:
        name = dice.choice(cast["family"]) + dice.choice(cast["second"])
    serial = day * 2477 + number
    phone = plan.prefix + f"{_serial(county.number, kind, day, number):08d}"
    born = date(1900, 1, 1) + timedelta(days=serial % 1400)
    body = f"{county.unit.code[:6]}{born:%Y%m%d}{(serial // 1400) % 1000:03d}"
    return Who(name, phone, village, language, body + _check(body))


def _serial(county: int, kind: int, day: int, number: int) -> int:
    """Eight digits that no two residents of a run share: counties apart, residents and helpers apart, mixed by a step
    that meets every number once."""
    slot = (county % 13) * 2 + kind
    place = day * 2477 + number
    return (slot + 26 * place) * 61_803_399 % 100_000_000


def _check(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


@lru_cache(maxsize=5000)
def _cadre_of(code: str) -> tuple[str, str]:
    dice = random.Random(f"cadre:{code}")
    cast = words("cast")
    given, father = dice.choice(cast["given"]), dice.choice(cast["father"])
    return f"{given[0]}·{father[0]}", CADRES + code[4:12]


def _cadre(village: Division) -> Who:
    """The cadre of a village who types for people: always the same one."""
    name, phone = _cadre_of(village.code)
    return Who(name, phone, village, "ug")


@lru_cache(maxsize=512)
def _template(topic: str, language: str) -> str:
    found = catalogue.get(ADVICE).templates
    texts = found(topic, language) if found else []
    return texts[0][1] if texts else ""
