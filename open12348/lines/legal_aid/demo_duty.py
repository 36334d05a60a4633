"""Duty lawyers in the demo: three stations, weeks of a roster with gaps and swaps, helps in every state, a month handed in.

Everything is invented, the counts of coverage too, and says so where it is shown.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from open12348.kernel.workdays import legal_day
from open12348.registry import accounts, items, providers
from open12348.registry.models import Account
from open12348.spine.models import Case

from . import coverage, duty, rota
from .models import DutyStation, Half

ONE = timedelta(days=1)
#: Kind of station → its name, the days and halves that want a lawyer.
STATIONS: dict[str, tuple[str, str, list[int], list[str]]] = {
    "custody": ("看守所值班站（示例）", "تۇتۇپ تۇرۇش ئورنى نۆۋەتچىلىك پونكىتى (مىسال)", [0, 1, 2, 3, 4, 5, 6], ["am", "pm"]),
    "procuratorate": ("检察院值班站（示例）", "تەپتىش مەھكىمىسى نۆۋەتچىلىك پونكىتى (مىسال)", [0, 1, 2, 3, 4], ["am"]),
    "court": ("法院值班站（示例）", "سوت مەھكىمىسى نۆۋەتچىلىك پونكىتى (مىسال)", [0, 1, 2, 3, 4], ["am", "pm"]),
}  # fmt: skip
#: Stage → who has the matter there and in what position the person is.
AT = {
    "investigation": ("police", "公安局"),
    "prosecution": ("procuratorate", "人民检察院"),
    "first": ("court", "人民法院"),
}
#: Half days of last month that were served, at most.
SERVED = 12


def scenes(o: Any) -> None:
    """Stations and roster once in a county; helps in every state; last month's sheet handed in; counts of coverage."""
    today = legal_day(o.stage.until)
    last = duty.month_of(today.replace(day=1) - ONE)
    if rota.stations(o.county.unit, today):  # another run made them
        found = {s.kind: s for s in rota.stations(o.county.unit, today)}
    else:
        found = _stations(o, last[0] - 3 * ONE)
        _roster(o, found, today, last)
    _helps(o, found, today, last)
    duty.hand_in(county=o.county.unit, month=last[0], by=o.reviewer, at=o.stage.on(today.replace(day=1) + 3 * ONE, 9))
    _counts(o, today, last[0])


def _stations(o: Any, day: date) -> dict[str, DutyStation]:
    return {
        kind: rota.open_station(
            by=o.reviewer, at=o.stage.on(day, 9), county=o.county.unit, kind=kind, name_zh=zh, name_ug=ug, weekdays=weekdays,
            halves=halves, languages=["ug", "zh"], hours="9:30-13:30, 16:00-19:00",
        )
        for kind, (zh, ug, weekdays, halves) in STATIONS.items()
    }  # fmt: skip


def _pool(o: Any) -> list[Any]:
    """Lawyers of the county who may practise, those with an account first: enough for three stations and a turn."""
    free = set(providers.available(o.stage.until).values_list("pk", flat=True))
    own = [a.practitioner for a in o.lawyers if a.practitioner.kind == "lawyer" and a.practitioner.pk in free]
    first = {p.pk for p in own}
    near = [p for p in rota.lawyers(o.county.unit) if p.division.county_id == o.county.unit.pk and p.pk in free]
    return [*own, *(p for p in near if p.pk not in first)][:7]


def _lines(pool: list[Any], stations: dict[str, DutyStation], days: list[date]) -> list[rota.Line]:
    """Everybody in turn; nobody at two stations at once. The first of the pool sits at the first station on the first day."""
    found: list[rota.Line] = []
    for turn, day in enumerate(days):
        for half in Half.values:
            wanting = [s for s in stations.values() if half in rota.wanted(s, day)]
            for place, station in enumerate(wanting[: len(pool)]):
                found.append(rota.Line(len(found) + 1, day, half, station, pool[(turn + place) % len(pool)]))
    return found


def _roster(o: Any, stations: dict[str, DutyStation], today: date, last: tuple[date, date]) -> None:
    pool = _pool(o)
    if not pool:
        return
    # Last month, served: every third day at the detention house and the court.
    days = [d for d in (last[0] + 3 * n * ONE for n in range(10)) if d <= last[1] and rota.wanted(stations["court"], d)]
    past = [n for n in _lines(pool, {k: stations[k] for k in ("custody", "court")}, days) if n.half == Half.MORNING]
    rota.write(lines=past[:SERVED], by=o.reviewer, at=o.stage.on(last[0] - 2 * ONE, 9))
    for shift in rota.between(o.county.unit, *last):
        rota.confirm_served(shift=shift, by=o.approver, at=o.stage.on(shift.day + ONE, 10))
    # From the Monday of this week to the Sunday of the next; the first of the pool is on duty today; two half days have nobody.
    monday = today - ONE * today.weekday()
    week = [monday + n * ONE for n in range(14)]
    shifted = pool[-today.weekday() % len(pool) :] + pool[: -today.weekday() % len(pool)]
    lines = _lines(shifted, stations, week)
    gaps = {
        next((n.number for n in lines if n.station.kind == kind and n.day >= day), 0)
        for kind, day in (("court", min(today + ONE, monday + 4 * ONE)), ("procuratorate", monday + 8 * ONE))
    }
    rota.write(lines=[n for n in lines if n.number not in gaps], by=o.reviewer, at=o.stage.on(monday - 4 * ONE, 10))
    for shift in [s for s in rota.between(o.county.unit, monday, today) if s.day < today][
        :-1
    ]:  # one is left to be confirmed
        rota.confirm_served(shift=shift, by=o.approver, at=o.stage.on(shift.day, 19))
    _swaps(o, pool, today)


def _swaps(o: Any, pool: list[Any], today: date) -> None:
    """The second lawyer asks the first to take a half day; the first asked the second, who agreed: the office is to see it."""
    if len(o.lawyers) < 2 or len(pool) < 2 or not all(_actor(o, p) for p in pool[:2]):
        return
    for asking, asked, agreed in ((pool[1], pool[0], False), (pool[0], pool[1], True)):
        by, to = _actor(o, asking), _actor(o, asked)
        for shift in rota.of_lawyer(asking.pk, today + 2 * ONE):
            if rota.faults(station=shift.station, lawyer=asked, day=shift.day, half=shift.half, at=o.stage.until):
                continue
            swap = rota.ask_swap(shift=shift, to=asked, by=by, at=o.stage.day(1.0, 12), why=o.said["swap"])
            if agreed:
                rota.answer_swap(swap=swap, agree=True, by=to, at=o.stage.day(0.0, 9), words=o.said["swap_yes"])
            break


def _actor(o: Any, lawyer: Any) -> Any:
    account = Account.objects.filter(practitioner=lawyer, is_active=True).first()
    return accounts.actor_for(account, o.stage.until) if account else None


def _helps(o: Any, stations: dict[str, DutyStation], today: date, last: tuple[date, date]) -> None:
    """Asked, helped, refused and asked again, an application to pass on and one passed on, taken back."""
    lawyers = [o.stage.actor(a) for a in o.lawyers if a.practitioner.kind == "lawyer"]
    if not lawyers:
        return
    mine, other = lawyers[0], lawyers[-1]
    serial = iter(range(101 + o.stage.number % 700, 1000))

    def asked(by: Any, at: Any, stage: str, station: str, *, by_whom: str = "", **more: Any) -> Case:
        authority, name = AT[stage]
        told = {
            "called": more.pop("called", "") or o.stage.person(o.county).name, "stage": stage, "authority": authority,
            "authority_name": f"{o.county.unit.name_zh}{name}", "authority_no": more.pop("no", f"（2026）新示{stage[:1].upper()}{next(serial)}号"),
            "asked_by": by_whom or authority, "station": str(stations[station].pk), **more,
        }  # fmt: skip
        return o.stage.receive(
            duty.CODE, "C07", told, None, by, at, channel="visit", place=o.county.centre.place, reply_by="none"
        )

    def helped(case: Case, by: Any, at: Any, move: str = "help", **more: Any) -> Case:
        data = {"gave": ["advice", "procedure"], "pledge": "none", "mode": "on_site", "no_soliciting": "on", **more}
        return o.stage.move(case, move, by, at, **data)

    day = o.stage.day
    # Last month, so that its sheet and the coverage have something to say.
    for n, (stage, station) in enumerate(
        (("investigation", "custody"), ("prosecution", "procuratorate"), ("first", "court"))
    ):
        at = o.stage.on(last[0] + (5 + 7 * n) * ONE, 11)
        helped(
            asked(other, at, stage, station),
            other,
            at + timedelta(minutes=30),
            pledge="witnessed" if stage == "prosecution" else "explained",
        )
    # Refused at investigation; at prosecution the law has it asked anew (LA 30; the register finds it by number and name).
    name, before = o.stage.person(o.county).name, f"（2026）新示公{next(serial)}号"
    case = asked(other, day(20.0, 11), "investigation", "custody", called=name, no=before)
    o.stage.move(case, "refuse", other, day(20.0, 12), reason=o.said["no_help"], told="on")
    asked(
        o.reviewer, day(0.0, 10), "prosecution", "custody", called=name,
        before_name=f"{o.county.unit.name_zh}公安局", before_no=before, custody="on", custody_place="示例看守所",
    )  # fmt: skip
    asked(o.reviewer, day(0.0, 9), "first", "custody", custody="on", custody_place="示例看守所")
    case = helped(
        asked(mine, day(4.0, 10), "prosecution", "procuratorate"), mine, day(4.0, 11), gave=["advice", "opinion"], pledge="witnessed",
        opinion=o.said["opinion_given"],
    )  # fmt: skip
    o.stage.move(case, "opinion_answer", mine, day(1.0, 12), taken="yes")
    helped(asked(mine, day(2.0, 10), "prosecution", "custody"), mine, day(2.0, 11), due=["not_guilty"])
    helped(asked(mine, day(0.0, 9), "investigation", "custody"), mine, day(0.0, 10), "help_and_apply")
    case = helped(asked(mine, day(5.0, 10), "first", "court"), mine, day(5.0, 11), "help_and_apply")
    item = next(
        code for code in ("C03", "C11") if items.by_code(code, today)
    )  # criminal defence, where the list has it
    o.stage.move(case, "pass_on", mine, day(5.0, 13), item=item)
    case = asked(o.reviewer, day(6.0, 10), "first", "court")
    o.stage.move(case, "withdraw", o.reviewer, day(6.0, 12), reason=o.said["no_help"])


def _counts(o: Any, today: date, last: date) -> None:
    """Two months of counts; the court's of this month has not come: without it there is no rate, and the page says so."""
    at, source, this = o.stage.day(0.0, 9), o.said["count_source"], today.replace(day=1)
    for month, stage, persons, retained in (
        (last, "investigation", 31, 9), (last, "prosecution", 26, 8), (last, "first", 34, 10),
        (this, "investigation", 28, 7), (this, "prosecution", 22, 6),
    ):  # fmt: skip
        coverage.enter(
            county=o.county.unit, stage=stage, month=month, persons=persons, retained=retained, source=source, by=o.reviewer, at=at
        )  # fmt: skip
