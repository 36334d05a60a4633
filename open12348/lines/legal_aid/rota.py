"""The roster of duty lawyers: who sits at which station on which half day, what is wrong with it, gaps, fair turn, swaps.

Two lawyers' shifts never collide because the database keeps one standing shift for a lawyer and half day; everything else that
is wrong with a shift is said in words before it is written. A changed shift is taken off with its reason and stays readable.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from open12348.kernel import names, numbers
from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.workdays import calendar_for, legal_day, start_of
from open12348.registry import divisions, places, providers
from open12348.registry.models import Division, Place, Practitioner, PractitionerKind, Status
from open12348.spine import journal
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict
from open12348.ui.fields import LenientDateField
from open12348.ui.templatetags.ui import day_words

from .duty_figures import the
from .models import DutyMode, DutyStation, Half, RotaKind, Shift, StationBar, StationKind, Swap

#: Courts and procuratorates keep the working calendar; people are held on holidays too.
OFFICE = frozenset({StationKind.PROCURATORATE.value, StationKind.COURT.value})
MOST_DAYS = 62
ONE = timedelta(days=1)


# Whose map


def counties(by: Actor, *roles: Role) -> list[Division]:
    """The counties that an actor's grants in some roles reach, by code; those a grant for a smaller place lies in as well."""
    parts = divisions.parts(by, *roles)
    return [c for c in divisions.counties() if any(c.path.startswith(p) or p.startswith(c.path) for p in parts)]


def keeps(by: Actor, county: Division) -> bool:
    """True when an actor keeps the roster of a county: an officer of that part of the map."""
    return any(county.path.startswith(part) for part in divisions.parts(by, Role.OFFICER))


def _only_keeper(by: Actor, county: Division) -> None:
    if not keeps(by, county):
        raise Denied(_("只有本县法律援助中心的审批人员可以排班。"))


# Stations


def stations(county: Division, on: date) -> list[DutyStation]:
    """The stations of a county that stand on a day."""
    rows = DutyStation.objects.filter(county=county, opened_on__lte=on).select_related("county", "place")
    return [s for s in rows.order_by("kind", "pk") if s.closed_on is None or s.closed_on > on]


def standing_between(county: Division, first: date, last: date) -> list[DutyStation]:
    """The stations of a county that stand on any of some days."""
    rows = DutyStation.objects.filter(county=county, opened_on__lte=last).select_related("county", "place")
    return [s for s in rows.order_by("kind", "pk") if s.closed_on is None or s.closed_on > first]


@transaction.atomic
def open_station(*, by: Actor, at: datetime, county: Division, kind: str, name_zh: str, **facts: Any) -> DutyStation:
    """Write down a station. In: what DutyStation holds. Errors: Denied; Refused when one of that name stands."""
    _only_keeper(by, county)
    facts.setdefault("place", answering(county))
    facts.setdefault("weekdays", [0, 1, 2, 3, 4])
    facts.setdefault("halves", [h.value for h in Half])
    try:
        with transaction.atomic():
            row = DutyStation.objects.create(
                county=county, kind=kind, name_zh=name_zh.strip(), opened_on=legal_day(at), **facts
            )
    except IntegrityError:
        raise Refused(_("这个县已经有同名的值班站。")) from None
    journal.write(stream="duty", kind="station_opened", by=by, at=at, station=row.pk)
    return row


def answering(county: Division) -> Place | None:
    """The place that takes up what a station of a county sends: its centre, else whoever answers for the county."""
    return places.working().filter(county=county, kind="centre").order_by("code").first() or places.answering(county)


@transaction.atomic
def close_station(*, station: DutyStation, by: Actor, at: datetime) -> DutyStation:
    """Close a station from today on; what stood on its roster from today is taken off with that reason."""
    _only_keeper(by, station.county)
    station.closed_on = legal_day(at)
    station.save(update_fields=["closed_on"])
    for shift in standing().filter(station=station, day__gte=legal_day(at)):
        _off(shift, by=by, at=at, why=_("值班站已关闭"))
    journal.write(stream="duty", kind="station_closed", by=by, at=at, station=station.pk)
    return station


@transaction.atomic
def bar(*, station: DutyStation, lawyer: Practitioner, why: str, since: date, until: date | None, by: Actor, at: datetime) -> StationBar:  # fmt: skip
    """Say that a lawyer may not sit at a station for a while (律师法 Art 41; 检察官法, 法官法: near relatives). Errors: Denied, Refused."""
    _only_keeper(by, station.county)
    if not why.strip():
        raise Refused(_("请写明为什么要回避。"))
    if until is not None and until < since:
        raise Refused(_("结束的日子不能早于开始的日子。"))
    row = StationBar.objects.create(
        station=station, lawyer=lawyer, why=why.strip()[:300], since=since, until=until, entered_at=at, by=by.label
    )
    journal.write(stream="duty", kind="barred", by=by, at=at, station=station.pk, practitioner=lawyer.pk)
    return row


# Shifts


def standing() -> QuerySet[Shift]:
    """Shifts that were not taken off."""
    return Shift.objects.filter(off_at__isnull=True)


def between(county: Division, first: date, last: date) -> list[Shift]:
    """The standing shifts at a county's stations from a day to a day."""
    rows = standing().filter(station__county=county, day__gte=first, day__lte=last)
    return list(rows.select_related("station", "lawyer").order_by("day", "half", "station_id", "pk"))


def lawyers(county: Division | None = None) -> list[Practitioner]:
    """Everybody with a lawyer's licence who may sit here: the county's own first, then the others (法律援助法 Art 18)."""
    rows = list(
        Practitioner.objects.filter(kind=PractitionerKind.LAWYER).select_related("division__county", "organisation")
    )
    return sorted(rows, key=lambda p: (county is not None and p.division.county_id != county.pk, p.name_zh, p.pk))


def faults(
    *, station: DutyStation, lawyer: Practitioner, day: date, half: str, at: datetime, instead: Iterable[int] = ()
) -> list[str]:
    """Everything that is wrong with a lawyer sitting at a station on a half day; nothing when it may stand.

    In: `instead` shifts that would go (a swap). Looked at: kind of licence, standing on that day, the same lawyer elsewhere,
    recusal at this station, the past, a closed station.
    """
    found: list[str] = []
    when = start_of(day) + timedelta(hours=9 if half == Half.MORNING else 15)
    if day < legal_day(at):
        found.append(_("这一天已经过去"))
    if lawyer.kind != PractitionerKind.LAWYER:
        found.append(_("%(name)s不是律师，不能担任值班律师") % {"name": lawyer.name})
    if station.closed_on is not None and station.closed_on <= day:
        found.append(_("%(station)s已关闭") % {"station": station_name(station)})
    stopped = providers.standing_at(lawyer, when) != Status.ACTIVE
    if not stopped and lawyer.organisation is not None:
        stopped = providers.standing_at(lawyer.organisation, when) != Status.ACTIVE
    if stopped:
        found.append(_("%(name)s在这一天已停止执业") % {"name": lawyer.name})
    other = standing().filter(lawyer=lawyer, day=day, half=half).exclude(pk__in=list(instead)).select_related("station")
    for shift in other:
        found.append(
            _("%(name)s这个时间已在%(station)s值班") % {"name": lawyer.name, "station": station_name(shift.station)}
        )
    for row in StationBar.objects.filter(station=station, lawyer=lawyer, since__lte=day):
        if row.until is None or row.until >= day:
            found.append(_("%(name)s在这里要回避：%(why)s") % {"name": lawyer.name, "why": row.why})
    return found


def station_name(station: DutyStation) -> str:
    """A station's name in the reader's language."""
    from open12348.registry.models import said_in

    return said_in({"zh": station.name_zh, "ug": station.name_ug})


def half_name(half: str) -> str:
    return str(Half(half).label)


@dataclass(frozen=True)
class Line:
    """One half day of a roster as somebody wants it."""

    number: int
    day: date
    half: str
    station: DutyStation
    lawyer: Practitioner
    mode: str = DutyMode.ON_SITE.value


@transaction.atomic
def write(*, lines: Sequence[Line], by: Actor, at: datetime, kind: str = RotaKind.ROTATING.value) -> int:
    """Put shifts on the roster: all of them or none. Returns how many are new (what stands already is left as it is).

    Errors: Denied; Refused with every line that cannot stand; Conflict when somebody wrote the same lawyer's half day meanwhile.
    """
    for county in {line.station.county_id: line.station.county for line in lines}.values():
        _only_keeper(by, county)
    wrong, fresh = [], []
    taken: dict[tuple[int, date, str], Line] = {}
    for line in lines:
        key = (line.lawyer.pk, line.day, line.half)
        if key in taken:
            if taken[key].station.pk != line.station.pk:
                wrong.append(
                    _("第 %(n)s 行：%(name)s这个时间在第 %(m)s 行已经排在%(station)s")
                    % {"n": line.number, "name": line.lawyer.name, "m": taken[key].number, "station": station_name(taken[key].station)}
                )  # fmt: skip
            continue
        taken[key] = line
        if standing().filter(station=line.station, lawyer=line.lawyer, day=line.day, half=line.half).exists():
            continue
        said = faults(station=line.station, lawyer=line.lawyer, day=line.day, half=line.half, at=at)
        wrong += [_("第 %(n)s 行：%(why)s。") % {"n": line.number, "why": why} for why in said]
        fresh.append(line)
    if wrong:
        raise Refused("\n".join(wrong))
    try:
        with transaction.atomic():
            Shift.objects.bulk_create(
                [
                    Shift(station=n.station, lawyer=n.lawyer, day=n.day, half=n.half, mode=n.mode, kind=kind, written_at=at, by=by.label)
                    for n in fresh
                ]
            )  # fmt: skip
    except IntegrityError:
        raise Conflict from None
    if fresh:
        journal.write(stream="duty", kind="shifts_written", by=by, at=at, count=len(fresh))
    return len(fresh)


@dataclass(frozen=True)
class Cell:
    """One cell of the grid as it was seen and as it shall be: a lawyer's number, or None for nobody."""

    station: DutyStation
    day: date
    half: str
    was: int | None
    now: int | None


@transaction.atomic
def change(*, cells: Sequence[Cell], by: Actor, at: datetime) -> int:
    """Change cells of the grid: all or none. Returns how many changed.

    Errors: Denied; Refused with every cell that cannot stand; Conflict when a cell is no longer as it was seen.
    """
    moved = [c for c in cells if c.was != c.now]
    for county in {c.station.county_id: c.station.county for c in moved}.values():
        _only_keeper(by, county)
    people = Practitioner.objects.select_related("organisation").in_bulk([c.now for c in moved if c.now])
    gone: list[Shift] = []
    wanted_cells: list[Cell] = []
    for cell in moved:
        rows = standing().select_for_update().filter(station=cell.station, day=cell.day, half=cell.half)
        there = {s.lawyer_id: s for s in rows}
        if (cell.was is None and there and cell.now not in there) or (cell.was is not None and cell.was not in there):
            raise Conflict
        if cell.was is not None:
            gone.append(there[cell.was])
        if cell.now not in there:  # somebody may have written the same meanwhile: no quarrel
            wanted_cells.append(cell)
    instead = [s.pk for s in gone]
    wrong, lines = [], []
    for number, cell in enumerate(wanted_cells, 1):
        if cell.now is None:
            continue
        lawyer = people.get(cell.now)
        if lawyer is None:
            raise Refused(_("没有这位律师。"))
        said = faults(station=cell.station, lawyer=lawyer, day=cell.day, half=cell.half, at=at, instead=instead)
        where = f"{station_name(cell.station)} {cell.day.isoformat()} {half_name(cell.half)}"
        wrong += [_("%(where)s：%(why)s。") % {"where": where, "why": why} for why in said]
        lines.append(Line(number, cell.day, cell.half, cell.station, lawyer))
    if any(s.day < legal_day(at) for s in gone):
        wrong.append(_("已经过去的班次不能改。"))
    if wrong:
        raise Refused("\n".join(wrong))
    for shift in gone:
        _off(shift, by=by, at=at, why=_("改排"))
    write(lines=lines, by=by, at=at)
    return len(moved)


def _off(shift: Shift, *, by: Actor, at: datetime, why: str) -> None:
    Shift.objects.filter(pk=shift.pk, off_at__isnull=True).update(off_at=at, off_by=by.label, off_why=why[:300])
    Swap.objects.filter(shift=shift, answered_at__isnull=True, withdrawn_at__isnull=True).update(withdrawn_at=at)
    journal.write(stream="duty", kind="shift_off", by=by, at=at, shift=shift.pk)


# Served


@transaction.atomic
def sign_in(*, shift: Shift, by: Actor, at: datetime) -> Shift:
    """The lawyer says on the day: I am here. Errors: Denied for anybody else's shift, Refused on another day or twice."""
    if by.practitioner_id is None or by.practitioner_id != shift.lawyer_id:
        raise Denied(_("这不是您的班次。"))
    if shift.day != legal_day(at):
        raise Refused(_("只能在值班当天签到。忘了签到的，请法律援助中心核实后补记。"))
    return _served(shift, by, at)


@transaction.atomic
def confirm_served(*, shift: Shift, by: Actor, at: datetime) -> Shift:
    """The office says afterwards that the lawyer was there. Errors: Denied, also for one's own shift; Refused before the day."""
    _only_keeper(by, shift.station.county)
    if by.practitioner_id is not None and by.practitioner_id == shift.lawyer_id:
        raise Denied(_("自己的班次要由别人核实。"))
    if shift.day > legal_day(at):
        raise Refused(_("这一天还没有到。"))
    return _served(shift, by, at)


def _served(shift: Shift, by: Actor, at: datetime) -> Shift:
    changed = standing().filter(pk=shift.pk, served_at__isnull=True).update(served_at=at, served_by=by.label)
    if not changed:
        raise Refused(_("这一班已经记过了，或者已经取消。"))
    journal.write(stream="duty", kind="served", by=by, at=at, shift=shift.pk)
    shift.refresh_from_db()
    return shift


def on_duty(station: DutyStation, at: datetime) -> list[Shift]:
    """Who sits at a station at an instant: of the half day that runs (before and after 14:00 Beijing time)."""
    from open12348.kernel.workdays import TZ

    half = Half.MORNING if at.astimezone(TZ).hour < 14 else Half.AFTERNOON
    rows = standing().filter(station=station, day=legal_day(at), half=half)
    return list(rows.select_related("lawyer", "station__county").order_by("pk"))


def of_lawyer(practitioner_id: int, first: date, days: int = 60) -> list[Shift]:
    """A lawyer's own shifts from a day on, the next one first."""
    rows = standing().filter(lawyer_id=practitioner_id, day__gte=first, day__lte=first + ONE * days)
    return list(rows.select_related("station__county", "lawyer").order_by("day", "half"))


# Gaps and fair turn


@dataclass(frozen=True)
class Gap:
    """A half day on which a station wants a lawyer and has none."""

    station: DutyStation
    day: date
    half: str


def wanted(station: DutyStation, day: date) -> list[str]:
    """The half days of a day on which a station wants a lawyer: by its weekdays, and for offices by the working calendar."""
    if station.opened_on > day or (station.closed_on is not None and station.closed_on <= day):
        return []
    if station.kind in OFFICE:
        calendar = calendar_for(divisions.calendar_layers(station.county))
        if not calendar.is_workday(day):
            return []
        if day.weekday() not in station.weekdays and day not in calendar.exceptions:  # a make-up Saturday counts
            return []
    elif day.weekday() not in station.weekdays:
        return []
    return [h.value for h in Half if h.value in station.halves]


def gaps(county: Division, first: date, last: date) -> list[Gap]:
    """Every half day from a day to a day that has nobody though its station wants somebody."""
    kept = {(s.station_id, s.day, s.half) for s in between(county, first, last)}
    return [
        Gap(station, day, half)
        for day in _days(first, last) for station in stations(county, day) for half in wanted(station, day)
        if (station.pk, day, half) not in kept
    ]  # fmt: skip


def _days(first: date, last: date) -> list[date]:
    return [first + ONE * i for i in range((last - first).days + 1)]


@dataclass
class Proposal:
    """Who could fill a gap: the one whose turn it is, why, and who would be next. Nothing stands until a person accepts it."""

    gap: Gap
    lawyer: Practitioner | None
    why: list[str] = field(default_factory=list)
    next: list[Practitioner] = field(default_factory=list)


def propose(*, county: Division, first: date, last: date, at: datetime) -> list[Proposal]:
    """For each gap, whose turn it is: fewest half days in the span before and after, weighted by the way to the station.

    Also weighed: whether the lawyer speaks a language that is asked for there. Proposed half days count at once, and one
    lawyer keeps both halves of a day rather than two people travelling.
    """
    span = int(the("fair_days", legal_day(at)).value)
    pool = lawyers(county)
    load: Counter[int] = Counter(
        standing().filter(day__gte=first - ONE * span, day__lte=last + ONE * span).values_list("lawyer_id", flat=True)
    )
    found: list[Proposal] = []
    held: dict[tuple[date, int], int] = {}
    busy: set[tuple[int, date, str]] = set()
    for gap in gaps(county, first, last):
        ranked = []
        for lawyer in pool:
            if (lawyer.pk, gap.day, gap.half) in busy:
                continue
            far, speaks = _far(lawyer, gap.station), _speaks(lawyer, gap.station)
            same = held.get((gap.day, gap.station.pk)) == lawyer.pk
            ranked.append((not same, not speaks, load[lawyer.pk] + far, lawyer.pk, lawyer))
        able: list[Practitioner] = []
        for *_key, lawyer in sorted(ranked, key=lambda r: r[:4]):
            if not faults(station=gap.station, lawyer=lawyer, day=gap.day, half=gap.half, at=at):
                able.append(lawyer)
            if len(able) == 3:
                break
        if not able:
            found.append(Proposal(gap, None, [_("没有可以排的律师")]))
            continue
        chosen = able[0]
        why = [_("前后 %(span)s 天已排 %(n)s 个半天") % {"span": span, "n": load[chosen.pk]}]
        if chosen.division.county_id != county.pk:
            why.append(_("从%(county)s来") % {"county": chosen.division.county.name if chosen.division.county else chosen.division.name})  # fmt: skip
        if not _speaks(chosen, gap.station):
            why.append(_("不会这里要的语言，要安排翻译"))
        found.append(Proposal(gap, chosen, why, able[1:]))
        load[chosen.pk] += 1
        busy.add((chosen.pk, gap.day, gap.half))
        held[(gap.day, gap.station.pk)] = chosen.pk
    return found


def _far(lawyer: Practitioner, station: DutyStation) -> float:
    """The way from a lawyer's county to a station's, in half days: what two hours on the road are worth (100 km)."""
    home, there = lawyer.division.county or lawyer.division, station.county
    if home.pk == there.pk:
        return 0.0
    if None in (home.latitude, home.longitude, there.latitude, there.longitude):
        return 2.0
    across = (home.longitude - there.longitude) * math.cos(math.radians(there.latitude))  # type: ignore[operator, arg-type]
    return 1.0 + 111.0 * math.hypot(home.latitude - there.latitude, across) / 100.0  # type: ignore[operator]


def _speaks(lawyer: Practitioner, station: DutyStation) -> bool:
    return not station.languages or bool(set(station.languages) & set(lawyer.languages))


# As text: what is proposed, pasted, printed


_MODES = {"现场": "on_site", "电话": "phone", "网络": "network", "نەق": "on_site", "تېلېفون": "phone", "تور": "network"}
_HALVES = {
    "上午": ["am"], "早上": ["am"], "am": ["am"], "چۈشتىن بۇرۇن": ["am"], "下午": ["pm"], "pm": ["pm"], "چۈشتىن كېيىن": ["pm"],
    "全天": ["am", "pm"], "一天": ["am", "pm"], "day": ["am", "pm"], "پۈتۈن كۈن": ["am", "pm"], "": ["am", "pm"],
}  # fmt: skip
_HEADS = ("日期", "date", "چېسلا")


def read(text: str, *, county: Division, at: datetime) -> tuple[list[Line], list[str]]:
    """A pasted roster: day, half, station, lawyer, way, in that order, parted by tabs, commas or (without them) spaces.

    Out: the lines, and what is wrong, each with its line number. Digits of any width and script; a name that no lawyer here has
    is answered with those that are like it; of two lawyers with one name the licence number decides.
    """
    known = stations(county, legal_day(at))
    by_station = {names.fold(n): s for s in known for n in (s.name_zh, s.name_ug) if n}
    pool = lawyers(county)
    lines: list[Line] = []
    wrong: list[str] = []
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        flat = numbers.plain(raw).strip()
        if not flat or flat.lower().startswith(_HEADS):
            continue
        hard = re.search(r"[\t,，;；|、]", flat)
        parts = [p.strip() for p in (re.split(r"[\t,，;；|、]", flat) if hard else flat.split())]
        while parts and not parts[-1]:
            parts.pop()
        try:
            lines += _line(number, parts, by_station, known, pool)
        except ValueError as fault:
            wrong.append(_("第 %(n)s 行：%(why)s") % {"n": number, "why": str(fault)})
    if len({line.day for line in lines}) > MOST_DAYS:
        wrong.append(_("一次最多排 %(n)s 天，请分几次。") % {"n": MOST_DAYS})
    return lines, wrong


def _line(
    number: int, parts: list[str], by_station: Mapping[str, DutyStation], known: Sequence[DutyStation], pool: Sequence[Practitioner],
) -> list[Line]:  # fmt: skip
    if len(parts) < 3:
        raise ValueError(_("要写日期、上午或下午、值班站、律师，例如 2026-12-01 上午 看守所值班站 张三。"))
    try:
        day = LenientDateField().clean(parts[0])
    except forms.ValidationError as fault:
        raise ValueError("".join(fault.messages)) from None
    halves = _HALVES.get(parts[1].lower())
    rest = parts[2:]
    if halves is None:
        halves, rest = ["am", "pm"], parts[1:]
    mode = DutyMode.ON_SITE.value
    if len(rest) > 2 and (word := next((m for m in _MODES if rest[-1].startswith(m)), "")):
        mode, rest = _MODES[word], rest[:-1]
    if len(rest) < 2:
        raise ValueError(_("没有写律师。"))
    station = by_station.get(names.fold(rest[0]))
    if station is None:
        like = [s for s in known if rest[0] in s.name_zh or s.name_zh in rest[0]]
        if len(like) != 1:
            raise ValueError(
                _("没有“%(what)s”这个值班站。这个县有：%(all)s。")
                % {"what": rest[0], "all": "、".join(s.name_zh for s in known) or _("还没有值班站")}
            )
        station = like[0]
    lawyer = _lawyer(rest[1:], pool)
    return [Line(number, day, half, station, lawyer, mode) for half in halves]


def _lawyer(said: Sequence[str], pool: Sequence[Practitioner]) -> Practitioner:
    """The lawyer of a name, or of a licence number beside it. Errors: ValueError that names who is like it."""
    for part in said:
        if re.fullmatch(r"\d{10,20}", part):
            for person in pool:
                if person.licence_no == part:
                    return person
            raise ValueError(_("没有执业证号 %(no)s 的律师。") % {"no": part})
    name = " ".join(said)
    same = [p for p in pool if names.fold(name) in {names.fold(p.name_zh), names.fold(p.name_ug or p.name_zh)}]
    if len(same) == 1:
        return same[0]
    if same:
        raise ValueError(
            _("有 %(n)s 位律师叫%(name)s，请在后面写执业证号：%(all)s。")
            % {"n": len(same), "name": name, "all": "、".join(p.licence_no for p in same)}
        )
    like = sorted(pool, key=lambda p: -max(names.similar(name, p.name_zh), names.similar(name, p.name_ug or "-")))[:3]
    near = [p.name for p in like if max(names.similar(name, p.name_zh), names.similar(name, p.name_ug or "-")) >= 0.5]
    if near:
        raise ValueError(_("没有叫“%(name)s”的律师。是不是：%(like)s？") % {"name": name, "like": "、".join(near)})
    raise ValueError(_("没有叫“%(name)s”的律师。") % {"name": name})


def as_text(proposals: Sequence[Proposal]) -> str:
    """Proposals as lines that can be edited and pasted back."""
    return "\n".join(
        "\t".join([p.gap.day.isoformat(), half_name(p.gap.half), station_name(p.gap.station), p.lawyer.name, p.lawyer.licence_no])
        for p in proposals if p.lawyer is not None
    )  # fmt: skip


# Swaps


def _may_swap(shift: Shift, at: datetime) -> None:
    if shift.off_at is not None:
        raise Refused(_("这一班已经取消或者换过了。"))
    if shift.day < legal_day(at) or shift.served_at is not None:
        raise Refused(_("已经开始的班次不能换，请直接打电话给法律援助中心。"))


@transaction.atomic
def ask_swap(
    *, shift: Shift, to: Practitioner, by: Actor, at: datetime, why: str, against: Shift | None = None
) -> Swap:
    """A lawyer asks a colleague to take a shift, perhaps against one of theirs. Errors: Denied for anybody else's shift, Refused."""
    if by.practitioner_id is None or by.practitioner_id != shift.lawyer_id:
        raise Denied(_("只能换自己的班次。"))
    _may_swap(shift, at)
    if to.pk == shift.lawyer_id:
        raise Refused(_("不能和自己换。"))
    if not why.strip():
        raise Refused(_("请写明为什么要换。"))
    if against is not None and against.lawyer_id != to.pk:
        raise Refused(_("要换的那一班不是对方的。"))
    _fits(shift, to, against, at)
    try:
        with transaction.atomic():
            row = Swap.objects.create(
                shift=shift, to=to, against=against, why=why.strip()[:300], asked_at=at, asked_by=by.label
            )
    except IntegrityError:
        raise Refused(_("这一班已经在等一位同事答复。要问别人，请先撤回。")) from None
    journal.write(stream="duty", kind="swap_asked", by=by, at=at, swap=row.pk, shift=shift.pk)
    return row


def _fits(shift: Shift, to: Practitioner, against: Shift | None, at: datetime) -> None:
    gone = [shift.pk, *([against.pk] if against else [])]
    wrong = faults(station=shift.station, lawyer=to, day=shift.day, half=shift.half, at=at, instead=gone)
    if against is not None:
        _may_swap(against, at)
        wrong += faults(
            station=against.station, lawyer=shift.lawyer, day=against.day, half=against.half, at=at, instead=gone
        )
    if wrong:
        raise Refused(_("不能换：%(why)s。") % {"why": "；".join(wrong)})


@transaction.atomic
def answer_swap(*, swap: Swap, agree: bool, by: Actor, at: datetime, words: str = "") -> Swap:
    """The asked colleague says yes or no. A yes holds at once, and the office is told. Errors: Denied, Refused, Conflict."""
    if by.practitioner_id is None or by.practitioner_id != swap.to_id:
        raise Denied(_("这次换班不是问您的。"))
    rows = Swap.objects.filter(pk=swap.pk, answered_at__isnull=True, withdrawn_at__isnull=True)
    if not rows.update(answered_at=at, agreed=agree, answer=words.strip()[:300]):
        raise Refused(_("这次换班已经答复过，或者已经撤回。"))
    swap.refresh_from_db()
    journal.write(stream="duty", kind="swap_answered", by=by, at=at, swap=swap.pk, agreed=agree)
    if not agree:
        return swap
    shift, against = swap.shift, swap.against
    _may_swap(shift, at)
    _fits(shift, swap.to, against, at)
    pairs = [(shift, swap.to), *([(against, shift.lawyer)] if against else [])]
    try:
        with transaction.atomic():
            for old, _who in pairs:
                if not standing().filter(pk=old.pk).update(off_at=at, off_by=by.label, off_why=_("换班")):
                    raise Conflict
            for old, who in pairs:
                Shift.objects.create(
                    station=old.station, lawyer=who, day=old.day, half=old.half, mode=old.mode, kind=old.kind, written_at=at,
                    by=by.label, instead_of=old,
                )  # fmt: skip
    except IntegrityError:
        raise Conflict from None
    return swap


@transaction.atomic
def withdraw_swap(*, swap: Swap, by: Actor, at: datetime) -> Swap:
    """The one who asked takes the question back. Errors: Denied, Refused when it was answered."""
    if by.practitioner_id is None or by.practitioner_id != swap.shift.lawyer_id:
        raise Denied(_("只能撤回自己提出的换班。"))
    rows = Swap.objects.filter(pk=swap.pk, answered_at__isnull=True, withdrawn_at__isnull=True)
    if not rows.update(withdrawn_at=at):
        raise Refused(_("这次换班已经答复过，或者已经撤回。"))
    swap.refresh_from_db()
    return swap


@transaction.atomic
def seen_swap(*, swap: Swap, by: Actor, at: datetime) -> bool:
    """The office has seen an agreed swap. False when a colleague was faster. Errors: Denied."""
    _only_keeper(by, swap.shift.station.county)
    return bool(
        Swap.objects.filter(pk=swap.pk, agreed=True, seen_at__isnull=True).update(seen_at=at, seen_by_id=by.account_id)
    )


def swaps_asked_of(practitioner_id: int) -> list[Swap]:
    """Swaps a lawyer is asked about and has not answered."""
    rows = Swap.objects.filter(to_id=practitioner_id, answered_at__isnull=True, withdrawn_at__isnull=True)
    return list(rows.select_related("shift__station", "shift__lawyer", "against__station").order_by("asked_at"))


def swaps_asked_by(practitioner_id: int) -> list[Swap]:
    """Swaps a lawyer asked for and nobody has answered."""
    rows = Swap.objects.filter(shift__lawyer_id=practitioner_id, answered_at__isnull=True, withdrawn_at__isnull=True)
    return list(rows.select_related("shift__station", "to").order_by("asked_at"))


def swaps_unseen(county: Division) -> list[Swap]:
    """Agreed swaps the office of a county has not seen yet."""
    rows = Swap.objects.filter(shift__station__county=county, agreed=True, seen_at__isnull=True)
    return list(
        rows.select_related("shift__station", "shift__lawyer", "to", "against__station").order_by("answered_at")
    )


def sheet_rows(county: Division, first: date, last: date) -> list[list[str]]:
    """The roster as rows of text for a file or print: day, weekday, half, station, lawyer, licence, languages, way."""
    rows = []
    for shift in between(county, first, last):
        rows.append(
            [shift.day.isoformat(), day_words(shift.day, today=shift.day), half_name(shift.half), station_name(shift.station),
             shift.lawyer.name, shift.lawyer.licence_no, " ".join(shift.lawyer.languages), str(DutyMode(shift.mode).label)]
        )  # fmt: skip
    rows += [
        [g.day.isoformat(), day_words(g.day, today=g.day), half_name(g.half), station_name(g.station), _("（缺人）"), "", "", ""]
        for g in gaps(county, first, last)
    ]  # fmt: skip
    return sorted(rows)
