"""Places of service: which one answers for a village, is it open now, what does it offer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import TZ, calendar_for, legal_day

from . import divisions
from .models import CountyHours, Division, Hours, Level, Place, PlaceKind, Window

#: What a place can be besides a place of service (站所合一).
ROLES = (
    ("justice_office", _("司法所（站所合一）")),
    ("mediation_committee", _("人民调解委员会")),
    ("aid_station", _("法律援助工作站")),
    ("notary_point", _("公证服务点")),
    ("arbitration_point", _("仲裁联络点")),
    ("grassroots_office", _("基层法律服务所")),
)

#: What makes a place usable for everybody.
ACCESS = (
    ("ramp", _("坡道")),
    ("low_window", _("低位窗口")),
    ("large_print", _("大字材料")),
    ("lift", _("电梯")),
    ("toilet", _("无障碍卫生间")),
    ("hearing_aid", _("助听设备")),
    ("sign_language", _("手语服务")),
    ("wheelchair", _("可借轮椅")),
)


def working() -> QuerySet[Place]:
    """Places that serve today."""
    return Place.objects.filter(valid_to__isnull=True)


def by_code(code: str) -> Place | None:
    """The place with a code; None when there is none or it has closed."""
    return working().filter(code=code.strip().upper()).first()


def answering(division: Division | None, kind: str = "") -> Place | None:
    """The place that answers for a unit: its own station or centre, else the one of the unit above.

    A village is answered by its township's station (workrooms pass on what they take down). Falls back to the county
    centre, then to any centre, so that no need is without a place.
    """
    unit = division
    while unit is not None:
        here = working().filter(division=unit)
        here = here.filter(kind=kind) if kind else here.filter(kind__in=[PlaceKind.STATION, PlaceKind.CENTRE])
        found = here.order_by("kind", "code").first()
        if found is not None:
            return found
        unit = unit.parent
    if division is not None and division.county_id:
        found = working().filter(county_id=division.county_id, kind=PlaceKind.CENTRE).order_by("code").first()
        if found is not None:
            return found
    return working().filter(kind=PlaceKind.CENTRE).order_by("code").first()


def near(division: Division, item_code: str = "") -> list[Place]:
    """Places for somebody who lives in a unit, nearest first by the map's tree (no coordinates needed)."""
    chain: list[int] = []
    unit: Division | None = division
    while unit is not None and unit.level != Level.PREFECTURE:
        chain.append(unit.pk)
        unit = unit.parent
    found = list(working().filter(division_id__in=chain).select_related("division", "parent"))
    if division.county_id:
        known = {p.pk for p in found}
        found += [
            p
            for p in working().filter(county_id=division.county_id, kind=PlaceKind.CENTRE).select_related("division")
            if p.pk not in known
        ]
    if item_code:
        found = [p for p in found if offers(p, item_code)] or found
    rank = {pk: i for i, pk in enumerate(chain)}
    return sorted(found, key=lambda p: (rank.get(p.division_id, 9), p.code))


def offers(place: Place, item_code: str) -> bool:
    """True when the place, or every place of its kind, has a window for the item."""
    return Window.objects.filter(Q(place=place) | Q(place__isnull=True, kind=place.kind), item_code=item_code).exists()


def county_hours(on: date) -> QuerySet[CountyHours]:
    """The hours that counties keep for themselves on a day."""
    return CountyHours.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)


def hours_on(place: Place, at: datetime) -> list[tuple[time, time]]:
    """Opening hours of a place on the day of an instant, Beijing time: its own, else those its county keeps on that day,
    else those of its kind."""
    day = at.astimezone(TZ)
    key = day.strftime("%m-%d")
    rows: list[Hours] | list[CountyHours] = list(Hours.objects.filter(place=place))
    if not rows and place.county_id:
        rows = list(county_hours(day.date()).filter(county_id=place.county_id, kind=place.kind))
    if not rows:
        rows = list(Hours.objects.filter(place__isnull=True, kind=place.kind))
    return sorted(
        (h.opens, h.closes)
        for h in rows
        if h.weekday == day.isoweekday()
        and (
            h.season_from <= key <= h.season_to
            if h.season_from <= h.season_to
            else key >= h.season_from or key <= h.season_to
        )
    )


def open_at(place: Place, at: datetime) -> bool:
    """True when the place is open at an instant by its hours (holidays are the calendar's business)."""
    now = at.astimezone(TZ).time()
    return any(opens <= now < closes for opens, closes in hours_on(place, at))


@dataclass(frozen=True)
class Today:
    """What a person who wants to go there must know: today's hours, whether it is open now, and when it opens next."""

    hours: list[tuple[time, time]]
    open: bool
    holiday: bool  # hours say open, the calendar says it is a day off: better to call first
    next_day: date | None = None  # the day of the next opening; None when it is open now or no hours are known
    next_at: time | None = None


def today(place: Place, at: datetime) -> Today:
    """The hours of a place on the day of an instant, and the next opening within two weeks. Days off count as closed."""
    calendar = calendar_for(divisions.calendar_layers(place.county or place.division))
    day, now = legal_day(at), at.astimezone(TZ).time()
    hours = hours_on(place, at)
    off = bool(hours) and calendar.exceptions.get(day) is False
    if not off and any(a <= now < b for a, b in hours):
        return Today(hours, True, off)
    for ahead in range(15):
        when = at + timedelta(days=ahead)
        if calendar.exceptions.get(legal_day(when)) is False:
            continue
        for a, _b in hours_on(place, when):
            if ahead or a > now:
                return Today(hours, False, off, legal_day(when), a)
    return Today(hours, False, off)


def reach(place_id: int) -> list[int]:
    """A place and those that hang under it (a station and its workrooms): what a grant for a place covers."""
    return list(Place.objects.filter(Q(pk=place_id) | Q(parent_id=place_id)).values_list("pk", flat=True))


def within(division: Division) -> QuerySet[Place]:
    """All places in a unit and below."""
    return working().filter(division__path__startswith=division.path)


# Entries (who may change them: a planner or administrator of that part of the map)


def changeable(by: Actor, path: str) -> bool:
    """True when an actor may enter and change places in a part of the map."""
    return any(path.startswith(part) for part in divisions.parts(by, Role.PLANNER, Role.ADMINISTRATOR))


def enter(*, by: Actor, at: datetime, many: Sequence[dict[str, Any]]) -> list[Place]:
    """Write down places: code, kind, names, division, and what else is known. Their county follows from their division."""
    rows = [Place(county=values["division"].county, **values) for values in many]
    return Place.objects.bulk_create(rows, batch_size=500)


def change(*, place: Place, by: Actor, at: datetime, **values: Any) -> Place:
    """Change a place's entry; with its division, its county."""
    if "division" in values:
        values["county"] = values["division"].county
    changed = [key for key, value in values.items() if getattr(place, key) != value]
    for key in changed:
        setattr(place, key, values[key])
    if changed:
        place.save(update_fields=changed)
    return place


def set_hours(
    *, stretches: Iterable[tuple[str, str, int, str, str, str]], place: Place | None = None, kind: str = ""
) -> None:
    """Replace the opening hours of a place, or of all places of a kind: (from, to, weekday, opens, closes, how sure)."""
    Hours.objects.filter(**_whose(place, kind)).delete()
    Hours.objects.bulk_create(
        [
            Hours(
                place=place, kind=kind, season_from=start, season_to=end, weekday=weekday,
                opens=time.fromisoformat(opens), closes=time.fromisoformat(closes), sure=sure,
            )
            for start, end, weekday, opens, closes, sure in stretches
        ]
    )  # fmt: skip


def set_county_hours(
    *, county: Division, kind: str, valid_from: date, valid_to: date | None, source: str,
    stretches: Iterable[tuple[str, str, int, str, str, str]],
) -> None:  # fmt: skip
    """Replace the hours that one county keeps for a kind of place from a day on."""
    CountyHours.objects.filter(county=county, kind=kind, valid_from=valid_from).delete()
    CountyHours.objects.bulk_create(
        [
            CountyHours(
                county=county, kind=kind, valid_from=valid_from, valid_to=valid_to, season_from=start, season_to=end,
                weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes), sure=sure,
                source=source,
            )
            for start, end, weekday, opens, closes, sure in stretches
        ]
    )  # fmt: skip


def set_windows(*, items: Iterable[str], place: Place | None = None, kind: str = "") -> None:
    """Replace the items that a place, or every place of a kind, offers at its windows."""
    Window.objects.filter(**_whose(place, kind)).delete()
    Window.objects.bulk_create([Window(place=place, kind=kind, item_code=code) for code in items])


def _whose(place: Place | None, kind: str) -> dict[str, Any]:
    return {"place": place} if place is not None else {"place__isnull": True, "kind": kind}
