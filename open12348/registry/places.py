"""Places of service: which one answers for a village, is it open now, what does it offer."""

from __future__ import annotations

from datetime import datetime, time

from django.db.models import Q, QuerySet

from open12348.kernel.workdays import TZ

from .models import Division, Hours, Level, Place, PlaceKind, Window


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


def hours_on(place: Place, at: datetime) -> list[tuple[time, time]]:
    """Opening hours of a place on the day of an instant, Beijing time; its own rows come before those of its kind."""
    day = at.astimezone(TZ)
    key = day.strftime("%m-%d")
    rows = list(Hours.objects.filter(place=place)) or list(Hours.objects.filter(place__isnull=True, kind=place.kind))
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


def reach(place_id: int) -> list[int]:
    """A place and those that hang under it (a station and its workrooms): what a grant for a place covers."""
    return list(Place.objects.filter(Q(pk=place_id) | Q(parent_id=place_id)).values_list("pk", flat=True))


def within(division: Division) -> QuerySet[Place]:
    """All places in a unit and below."""
    return working().filter(division__path__startswith=division.path)
