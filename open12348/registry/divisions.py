"""The map: finding units, walking up and down, and changing it without breaking what was filed under the old one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role

from .models import (
    CountyHours,
    Division,
    DivisionChange,
    Level,
    Membership,
    Organisation,
    Place,
    Population,
    Practitioner,
)


class MapFault(ValueError):
    """A change of the map that cannot be made; says why in words."""


def standing(on: date | None = None) -> QuerySet[Division]:
    """Units that stood on a day (today's when none is given)."""
    if on is None:
        return Division.objects.filter(valid_to__isnull=True)
    return Division.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    )


def by_code(code: str, on: date | None = None) -> Division | None:
    """The unit with a code, as it stood on a day; None when there was none."""
    return (
        standing(on)
        .filter(code=code.replace("\x00", "").ljust(12, "0"))
        .select_related("parent__parent__parent")
        .first()
    )


def root() -> Division | None:
    """The prefecture."""
    return standing().filter(level=Level.PREFECTURE).first()


def counties() -> list[Division]:
    """The county-level units that stand today, by code."""
    return list(standing().filter(level=Level.COUNTY).order_by("code"))


def below(division: Division) -> QuerySet[Division]:
    """All units under one, itself included, that stand today."""
    return standing().filter(path__startswith=division.path)


def line_up(division: Division | None) -> list[Division]:
    """From the prefecture down to the unit."""
    found: list[Division] = []
    while division is not None:
        found.insert(0, division)
        division = division.parent
    return found


def full_name(division: Division | None) -> str:
    """The name of a unit with those above it, in the current language, prefecture left out."""
    return " ".join(d.name for d in line_up(division) if d.level != Level.PREFECTURE)


def calendar_layers(division: Division | None) -> tuple[str, ...]:
    """Whose calendars hold in a unit, from the nation down to the county: national, region, prefecture, county."""
    layers = ["national"]
    if division is not None:
        code = (division if division.level == Level.COUNTY else division.county or division).code
        for layer in (code[:2] + "0000", code[:4] + "00", code[:6]):
            if layer not in layers:
                layers.append(layer)
    return tuple(layers)


def parts(by: Actor, *roles: Role) -> tuple[str, ...]:
    """The parts of the map, as paths, over which an actor holds one of some roles; "" is everywhere."""
    if by.kind == "system":
        return ("",)
    held = [g for g in by.grants if g.role in roles] if not by.pending else []
    at_places = dict(
        Place.objects.filter(pk__in=[g.place_id for g in held if g.place_id]).values_list("pk", "division__path")
    )
    return tuple(dict.fromkeys(at_places.get(g.place_id, "-") if g.place_id else g.division_path for g in held))


def counties_open_to(by: Actor, roles: Iterable[Role], *, line: str) -> tuple[frozenset[str], bool]:
    """The counties, by code, that lie in an actor's part of the map by some roles in a line; and whether that is all of it."""
    held = parts(replace(by, grants=tuple(g for g in by.grants if g.covers_line(line))), *roles)
    mine = frozenset(c.code for c in counties() if any(c.path.startswith(p) for p in held))
    above = root()
    return mine, above is None or any(above.path.startswith(p) for p in held)


def enter(
    *, code: str, level: str, name_zh: str, parent: Division | None = None, valid_from: date | None = None,
    valid_to: date | None = None, document: str = "", told: bool = False,
) -> Division:  # fmt: skip
    """Write down a unit that is not on the map yet. In: `told` True to write its setting up into the history as well.

    Errors: MapFault when such a unit stands, or nothing stands above it.
    """
    if parent is None and level != Level.PREFECTURE:
        raise MapFault(_("新区划没有上级。"))
    if valid_to is None and Division.objects.filter(code=code, valid_to__isnull=True).exists():
        raise MapFault(_("这个代码的区划已经有了。"))
    unit = Division(code=code, level=level, name_zh=name_zh, parent=parent, valid_from=valid_from, valid_to=valid_to)
    unit.path = (parent.path if parent else "") + code + "/"
    unit.county = parent.county if parent else None
    unit.save()
    if level == Level.COUNTY:
        unit.county = unit
        unit.save(update_fields=["county"])
    if told and valid_from is not None:
        DivisionChange.objects.create(
            at=valid_from, kind="created", new=unit, new_code=code, new_name=name_zh, document=document
        )
    return unit


def describe(*, unit: Division, **facts: Any) -> Division:
    """Mend what describes a unit (names in other languages, kind, position, area, note). Its history stays as it is."""
    changed = [key for key, value in facts.items() if getattr(unit, key) != value]
    for key in changed:
        setattr(unit, key, facts[key])
    if changed:
        unit.save(update_fields=changed)
    return unit


def hang(*, unit: Division, above: Division) -> None:
    """Hang a unit that was opened today, with all below it, under another one."""
    unit.parent, unit.path = above, above.path + unit.code + "/"
    unit.county = unit if unit.level == Level.COUNTY else above.county
    unit.save(update_fields=["parent", "path", "county"])
    _follow(unit, unit)
    for child in unit.children.all():
        hang(unit=child, above=unit)


def record_change(*, of: DivisionChange | None = None, at: date, **values: str) -> DivisionChange:
    """Write a line of the map's history, or mend one (`of`). Joined to the versions that end or begin on that day."""
    row = of or DivisionChange()
    row.at = at
    for key, value in values.items():
        setattr(row, key, value)
    if row.old_code and row.old_id is None:
        row.old = Division.objects.filter(code=row.old_code, valid_to=at).first()
    if row.new_code and row.new_id is None:
        row.new = Division.objects.filter(code=row.new_code, valid_from=at).first() or (
            Division.objects.filter(code=row.new_code).order_by("valid_from").last() if row.kind == "merged" and row.old_id else None
        )  # fmt: skip
    row.save()
    return row


def set_population(
    *, division: Division, year: int, source: str, population: int, urban: int | None = None, sure: str = ""
) -> Population:
    """Write down the usual residents of a unit in a year, by source."""
    row, _new = Population.objects.update_or_create(
        division=division, year=year, source=source,
        defaults={"population": population, "urban": urban, "sure": sure},
    )  # fmt: skip
    return row


@transaction.atomic
def change(
    *,
    at: date,
    kind: str,
    old: Division | None,
    new_code: str,
    new_name: str,
    parent: Division | None = None,
    document: str = "",
    moved: Sequence[Division] = (),
    note: str = "",
) -> Division:
    """Change the map on a day and return the new unit.

    In: `kind` created | renamed | moved | merged | retyped; `old` the unit that ends (not for created); `parent` the unit
    above the new one (the old one's by default); `moved` the units that go under the new one, each ended and opened
    again with its own successor so that what was filed under it stays. Places follow to the successor.
    Errors: MapFault when the old unit has ended already, or nothing would stand above the new one.
    """
    if old is not None and old.valid_to is not None:
        raise MapFault(_("这个区划已经变更过。"))
    above = parent or (old.parent if old else None)
    if above is None and (old is None or old.level != Level.PREFECTURE):
        raise MapFault(_("新区划没有上级。"))
    level = old.level if old else _level_below(above)
    if kind == "merged" and by_code(new_code) is not None:
        successor = by_code(new_code)
        assert successor is not None and old is not None
    else:
        successor = Division(
            code=new_code.ljust(12, "0"),
            parent=above,
            level=level,
            kind=old.kind if old else "",
            formal=old.formal if old else True,
            name_zh=new_name,
            name_ug=old.name_ug if old and old.name_zh == new_name else "",
            name_en=old.name_en if old and old.name_zh == new_name else "",
            valid_from=at,
            tile_row=old.tile_row if old else None,
            tile_col=old.tile_col if old else None,
            latitude=old.latitude if old else None,
            longitude=old.longitude if old else None,
            area_km2=old.area_km2 if old else None,
            note=note,
        )
        successor.path = (above.path if above else "") + successor.code + "/"
        if old is not None:
            old.valid_to = at
            old.save(update_fields=["valid_to"])
        successor.save()
        successor.county = successor if level == Level.COUNTY else (above.county if above else None)
        successor.save(update_fields=["county"])
    if old is not None and old.pk != successor.pk:
        old.valid_to = at
        old.save(update_fields=["valid_to"])
        if kind != "created":
            for child in list(old.children.filter(valid_to__isnull=True)):
                _move(child, successor, at)
            _follow(old, successor, staff=kind != "merged")
    for unit in moved:
        _move(unit, successor, at)
    DivisionChange.objects.create(
        at=at, kind=kind, old=old, new=successor, old_code=old.code if old else "", old_name=old.name_zh if old else "",
        new_code=successor.code, new_name=successor.name_zh, document=document, note=note,
    )  # fmt: skip
    return successor


def _level_below(above: Division | None) -> str:
    order = [Level.PREFECTURE, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE]
    return order[order.index(Level(above.level)) + 1] if above else Level.PREFECTURE


def _move(unit: Division, above: Division, at: date) -> Division:
    """End a unit and open it again under another one, with all below it."""
    successor = Division(
        code=unit.code, parent=above, level=unit.level, kind=unit.kind, formal=unit.formal, name_zh=unit.name_zh,
        name_ug=unit.name_ug, name_en=unit.name_en, path=above.path + unit.code + "/", valid_from=at,
        county=above if above.level == Level.COUNTY else above.county, latitude=unit.latitude,
        longitude=unit.longitude, area_km2=unit.area_km2, note=unit.note, source=unit.source,
    )  # fmt: skip
    unit.valid_to = at
    unit.save(update_fields=["valid_to"])
    successor.save()
    for child in list(unit.children.filter(valid_to__isnull=True)):
        _move(child, successor, at)
    DivisionChange.objects.create(
        at=at, kind="moved", old=unit, new=successor, old_code=unit.code, old_name=unit.name_zh,
        new_code=successor.code, new_name=successor.name_zh,
    )  # fmt: skip
    _follow(unit, successor)
    return successor


def _follow(old: Division, new: Division, *, staff: bool = True) -> None:
    """What lies in a unit lies in its successor: places, institutions, practitioners, who works there, its hours.

    In: `staff` False when the unit went into a larger one: an office for the smaller one is none for the larger, and the
    larger one has hours of its own.
    """
    Place.objects.filter(division=old).update(division=new, county=new.county)
    Organisation.objects.filter(division=old).update(division=new)
    Practitioner.objects.filter(division=old).update(division=new)
    if staff:
        Membership.objects.filter(division=old).update(division=new)
        CountyHours.objects.filter(county=old).update(county=new)


def successor_of(division: Division) -> Division:
    """The unit that stands today where this one stood; itself when nothing changed."""
    seen = {division.pk}
    while division.valid_to is not None:
        step = division.changes_from.filter(new__isnull=False).order_by("-at", "-id").first()
        if step is None or step.new is None or step.new.pk in seen:
            return division
        division = step.new
        seen.add(division.pk)
    return division
