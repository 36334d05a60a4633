"""Loading a pack: the data of one deployment, from a folder of CSV files. Loading twice changes nothing."""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from open12348.kernel import workdays
from open12348.kernel.models import CalendarDay, CalendarNotice

from . import divisions, items
from .models import (
    CountyHours,
    Division,
    DivisionChange,
    Hours,
    Level,
    PackFile,
    Place,
    PlaceKind,
    Population,
    Purpose,
    Window,
)


class NoPack(LookupError):
    """There is no pack of that name."""


class PackFault(ValueError):
    """A file of a pack cannot be loaded, and nothing of it was: which file, which row, and why, in words."""

    def __init__(self, file: str, line: int, why: object) -> None:
        self.file, self.line, self.why = file, line, why
        where = _("%(file)s 第 %(line)s 行") % {"file": file, "line": line} if line else file
        super().__init__(_("%(where)s：%(why)s 这个文件没有载入。") % {"where": where, "why": why})


class RowFault(ValueError):
    """What is wrong with the row at hand."""


class Table:
    """The rows of a file, and which of them is being read, so that a fault can name its line."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self._rows = rows
        self.line = 0

    def __iter__(self) -> Iterator[dict[str, str]]:
        for number, row in enumerate(self._rows, 2):
            self.line = number
            yield row
        self.line = 0

    def __len__(self) -> int:
        return len(self._rows)


def folder(name: str) -> Path:
    """Where a pack lies. Errors: NoPack that names those there are."""
    path = settings.PACKAGE / "packs" / name
    if not (path / "pack.toml").is_file():
        there = ", ".join(sorted(p.parent.name for p in (settings.PACKAGE / "packs").glob("*/pack.toml")))
        raise NoPack(_("没有名为“%(name)s”的数据包。现有：%(there)s") % {"name": name, "there": there})
    return path


def about(name: str | None = None) -> dict[str, Any]:
    """What the pack says of itself."""
    return tomllib.loads((folder(name or settings.OPEN12348_PACK) / "pack.toml").read_text(encoding="utf-8"))


def rows(path: Path, columns: str = "") -> Table:
    """The rows of a CSV file. Errors: RowFault when a column is missing or a row has too few or too many cells."""
    with open(path, encoding="utf-8-sig", newline="") as source:
        reader = csv.DictReader(source)
        missing = [c for c in columns.split() if c not in (reader.fieldnames or [])]
        if missing:
            raise RowFault(_("缺少列：%(columns)s。") % {"columns": "、".join(missing)})
        table = Table(list(reader))
    for row in table:
        if None in row or None in row.values():
            raise _At(table.line, _("格数和表头不一样。"))
    return table


class _At(RowFault):
    """A fault at a line that is known already."""

    def __init__(self, line: int, why: object) -> None:
        self.line = line
        super().__init__(why)


def load(name: str, *, at: datetime, say: Callable[[str], None] = lambda _line: None) -> dict[str, int]:
    """Load a pack, file by file, each in a transaction; unchanged files are skipped. Out: rows read per file.

    A file that changed is read again: rows that changed are written, rows that are there stay, nothing is taken away.
    Errors: NoPack; PackFault for a faulty row, with nothing of that file written (files before it stay loaded).
    """
    path = folder(name)
    counts: dict[str, int] = {}
    for file, (reader, columns) in _READERS.items():
        source = path / file
        if not source.exists():
            continue
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        if PackFile.objects.filter(pack=name, file=file, digest=digest).exists():
            continue
        table = Table([])
        try:
            with transaction.atomic():
                table = rows(source, columns)
                counts[file] = reader(table, at)
                PackFile.objects.update_or_create(pack=name, file=file, defaults={"digest": digest, "loaded_at": at})
        except _At as fault:
            raise PackFault(file, fault.line, fault) from None
        except RowFault as fault:
            raise PackFault(file, table.line, fault) from None
        except (ValueError, KeyError, TypeError, ValidationError, DatabaseError) as fault:
            raise PackFault(file, table.line, _("看不懂：%(fault)s。") % {"fault": _in_short(fault)}) from fault
        say(f"{file}: {counts[file]}")
    workdays.forget()
    return counts


def _in_short(fault: Exception) -> str:
    return (str(fault).splitlines() or [""])[0][:200] or type(fault).__name__


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RowFault(_("日期要写成 2026-03-05，写的是“%(text)s”。") % {"text": text}) from None


def _number(text: str, what: object, kind: type = int) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise RowFault(_("%(what)s要写数字，写的是“%(text)s”。") % {"what": what, "text": text}) from None


def _one_of(text: str, allowed: Iterable[str]) -> str:
    if text not in allowed:
        raise RowFault(_("“%(text)s”不能用，可以用：%(allowed)s。") % {"text": text, "allowed": "、".join(allowed)})
    return text


class _Units:
    """Units by code: the one that stands, else what came of the one that stood."""

    def __init__(self) -> None:
        self.standing = {d.code: d for d in Division.objects.filter(valid_to__isnull=True).select_related("county")}

    def __call__(self, code: str) -> Division:
        unit = self.standing.get(code)
        if unit is None:
            past = Division.objects.filter(code=code).order_by("-valid_to").first()
            unit = divisions.successor_of(past) if past is not None else None
        if unit is None:
            raise RowFault(_("没有代码为 %(code)s 的区划。") % {"code": code})
        return unit


_LEVELS = (Level.PREFECTURE, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)


def _differs(thing: Any, wanted: dict[str, Any]) -> bool:
    """Set what is wanted on a row of a table and say whether anything was other."""
    changed = False
    for key, value in wanted.items():
        if getattr(thing, key) != value:
            setattr(thing, key, value)
            changed = True
    return changed


def _divisions(table: Table, at: datetime) -> int:
    known = {d.code: d for d in Division.objects.filter(valid_to__isnull=True)}
    ended = set(Division.objects.filter(valid_to__isnull=False).values_list("code", flat=True)) - set(known)
    units = _Units()
    seen: set[str] = set()
    for row in table:
        _one_of(row["level"], _LEVELS)
        _one_of(row["unit_class"], ("formal", "statistical"))
        if not re.fullmatch(r"\d{12}", row["code"]):
            raise RowFault(_("代码是 12 位数字，写的是“%(code)s”。") % {"code": row["code"]})
        if row["code"] in seen:
            raise RowFault(_("代码 %(code)s 写了两次。") % {"code": row["code"]})
        if not row["name_zh"].strip():
            raise RowFault(_("没有名称。"))
        seen.add(row["code"])
    for depth, level in enumerate(_LEVELS):
        new, changed = [], []
        for row in table:
            if row["level"] != level or row["code"] in ended:
                continue
            unit = known.get(row["code"])
            if unit is not None and unit.valid_from is not None:
                continue  # changed here since, by a document: the file is older
            above = units(row["parent_code"]) if row["parent_code"] in ended else known.get(row["parent_code"])
            if depth and (above is None or above.level != _LEVELS[depth - 1]):
                raise RowFault(_("上级 %(code)s 不存在，或不是上一级。") % {"code": row["parent_code"]})
            wanted = {
                "level": level, "kind": row["type"], "formal": row["unit_class"] == "formal", "name_zh": row["name_zh"],
                "name_ug": row["name_ug"], "name_en": row["name_en"], "note": row["note"], "source": row["source"],
            }  # fmt: skip
            if unit is None:
                path = (above.path if above else "") + row["code"] + "/"
                county = above.county if above else None
                new.append(Division(code=row["code"], parent=above, path=path, county=county, **wanted))
            elif unit.parent_id != (above.pk if above else None):
                raise RowFault(
                    _("%(name)s 的上级变了：区划变更要在系统里按文件办理，旧案才不会乱。") % {"name": unit.name_zh}
                )
            elif _differs(unit, wanted):
                changed.append(unit)
        for unit in Division.objects.bulk_create(new, batch_size=1000):
            known[unit.code] = unit
        if changed:
            Division.objects.bulk_update(changed, list(wanted), batch_size=500)
        if level == Level.COUNTY:
            for unit in new:
                unit.county = unit
            Division.objects.bulk_update(new, ["county"])
    return len(table)


def _counties(table: Table, at: datetime) -> int:
    units = _Units()
    for row in table:
        Division.objects.filter(pk=units(row["code"]).pk).update(
            tile_row=_number(row["tile_row"], "tile_row"), tile_col=_number(row["tile_col"], "tile_col"),
            area_km2=_number(row["area_km2"], "area_km2", float) if row["area_km2"] else None,
            latitude=_number(row["latitude"], "latitude", float), longitude=_number(row["longitude"], "longitude", float),
        )  # fmt: skip
    return len(table)


def _changes(table: Table, at: datetime) -> int:
    DivisionChange.objects.filter(old__isnull=True, new__isnull=True).delete()
    DivisionChange.objects.bulk_create([DivisionChange(**{**row, "at": _day(row["at"])}) for row in table])
    return len(table)


def _populations(table: Table, at: datetime) -> int:
    units = _Units()
    for row in table:
        people = _number(row["population"], _("人口"))
        urban = _number(row["urban"], _("城镇人口")) if row["urban"] else None
        if people < 0 or (urban or 0) > people:
            raise RowFault(_("城镇人口比总人口多。"))
        Population.objects.update_or_create(
            division=units(row["division_code"]), year=_number(row["year"], _("年份")), source=row["source"],
            defaults={"population": people, "urban": urban, "sure": row["sure"]},
        )  # fmt: skip
    return len(table)


def _notices(table: Table, at: datetime) -> int:
    for row in table:
        loaded = _one_of(row["loaded"], ("yes", "no")) == "yes"
        year = _number(row["year"], _("年份"))
        if loaded:
            CalendarNotice.objects.update_or_create(
                year=year, layer=row["layer"], defaults={"document": row["document"], "loaded_at": at}
            )
        else:  # a notice that the office has loaded meanwhile stays
            CalendarNotice.objects.get_or_create(year=year, layer=row["layer"], defaults={"document": row["document"]})
    return len(table)


def _calendar(table: Table, at: datetime) -> int:
    days = []
    for row in table:
        worked = _one_of(row["is_workday"], ("0", "1")) == "1"
        days.append(CalendarDay(**{**row, "day": _day(row["day"]), "is_workday": worked}))
    # Only the years the file speaks of: what the office loaded for another year stays.
    for layer, year in {(d.layer, d.day.year) for d in days}:
        CalendarDay.objects.filter(layer=layer, day__year=year).delete()
    CalendarDay.objects.bulk_create(days)
    return len(table)


def _places(table: Table, at: datetime) -> int:
    units = _Units()
    known = {p.code: p for p in Place.objects.all()}
    for row in table:
        _one_of(row["kind"], PlaceKind.values)
    for kind in ("centre", "station", "workroom", "hotline", "counter"):
        new, changed = [], []
        for row in table:
            if row["kind"] != kind:
                continue
            unit, above = units(row["division_code"]), known.get(row["parent_code"])
            if row["parent_code"] and above is None:
                raise RowFault(_("没有代码为 %(code)s 的上级地点。") % {"code": row["parent_code"]})
            wanted = {
                "kind": kind, "roles": row["roles"].split(), "name_zh": row["name_zh"], "name_ug": row["name_ug"],
                "name_en": row["name_en"], "division_id": unit.pk, "county_id": unit.county_id,
                "parent_id": above.pk if above else None, "phone": row["phone"],
                "accessibility": row["accessibility"].split(), "languages": row["languages"].split(), "note": row["note"],
            }  # fmt: skip
            place = known.get(row["code"])
            if place is None:
                new.append(Place(code=row["code"], **wanted))
            elif _differs(place, wanted):
                changed.append(place)
        for place in Place.objects.bulk_create(new, batch_size=1000):
            known[place.code] = place
        if changed:
            Place.objects.bulk_update(changed, [k.removesuffix("_id") for k in wanted], batch_size=500)
    return len(table)


def _hours(table: Table, at: datetime) -> int:
    made = []
    for row in table:
        _one_of(row["kind"], PlaceKind.values)
        if not (row["opens"] < row["closes"] and re.fullmatch(r"\d\d:\d\d", row["opens"])):
            raise RowFault(_("时间要写成 09:30，关门要在开门之后。"))
        if _number(row["weekday"], _("星期")) not in range(1, 8):
            raise RowFault(_("星期写 1 到 7，1 是星期一。"))
        made.append(Hours(**row))
    Hours.objects.filter(place__isnull=True).delete()
    Hours.objects.bulk_create(made)
    return len(table)


def _county_hours(table: Table, at: datetime) -> int:
    units, made = _Units(), []
    for row in table:
        _one_of(row["kind"], PlaceKind.values)
        if not (row["opens"] < row["closes"] and re.fullmatch(r"\d\d:\d\d", row["opens"])):
            raise RowFault(_("时间要写成 09:30，关门要在开门之后。"))
        if _number(row["weekday"], _("星期")) not in range(1, 8):
            raise RowFault(_("星期写 1 到 7，1 是星期一。"))
        rest = {k: v for k, v in row.items() if k not in ("county_code", "valid_from", "valid_to")}
        until = _day(row["valid_to"]) if row["valid_to"] else None
        made.append(
            CountyHours(county=units(row["county_code"]), valid_from=_day(row["valid_from"]), valid_to=until, **rest)
        )
    CountyHours.objects.filter(county_id__in={h.county_id for h in made}).delete()
    CountyHours.objects.bulk_create(made)
    return len(table)


def _windows(table: Table, at: datetime) -> int:
    made = [Window(kind=_one_of(row["kind"], PlaceKind.values), item_code=row["item_code"]) for row in table]
    Window.objects.filter(place__isnull=True).delete()
    Window.objects.bulk_create(made)
    return len(table)


def _three(row: dict[str, str], name: str) -> dict[str, str]:
    return {lang: row[f"{name}_{lang}"] for lang in ("zh", "ug", "en")}


def _items(table: Table, at: datetime) -> int:
    for row in table:
        items.publish(
            values={
                "code": row["code"], "category": row["category"], "name_zh": row["name_zh"], "name_ug": row["name_ug"],
                "name_en": row["name_en"], "provider_kind": row["provider_kind"], "who": _three(row, "who"),
                "fee": row["fee"], "fee_note": _three(row, "fee_note"), "channels": row["channels"].split(),
                "levels": row["levels"].split(), "materials": _three(row, "materials"), "limit": _three(row, "limit"),
                "limit_rule": row["limit_rule"], "steps": _three(row, "steps"), "keywords": _three(row, "keywords"),
                "legal_basis": row["legal_basis"], "source": row["source"], "sure": row["sure"],
                "valid_from": _day(row["valid_from"]),
            },
            on=workdays.legal_day(at),
        )  # fmt: skip
    return len(table)


def _purposes(table: Table, at: datetime) -> int:
    for row in table:
        Purpose.objects.update_or_create(
            code=row["code"], version=int(row["version"]),
            defaults={"title": _three(row, "title"), "text": _three(row, "text"), "legal_basis": row["legal_basis"],
                      "necessary": row["necessary"] == "yes"},
        )  # fmt: skip
    return len(table)


#: Each file, what reads it, and the columns it must have; in the order in which they rest on each other.
_READERS: dict[str, tuple[Callable[[Table, datetime], int], str]] = {
    "divisions.csv": (_divisions, "code parent_code level name_zh name_ug name_en type unit_class note source"),
    "counties.csv": (_counties, "code area_km2 latitude longitude tile_row tile_col"),
    "division_changes.csv": (_changes, "at kind old_code old_name new_code new_name document sure note"),
    "populations.csv": (_populations, "division_code year population urban source sure"),
    "calendar_notices.csv": (_notices, "year layer document loaded"),
    "calendar.csv": (_calendar, "day layer is_workday name_zh name_ug name_en sure source"),
    "items.csv": (_items, "code category name_zh name_ug name_en valid_from"),
    "places.csv": (
        _places,
        "code kind roles name_zh name_ug name_en division_code parent_code phone accessibility languages note",
    ),
    "hours.csv": (_hours, "kind season_from season_to weekday opens closes sure"),
    "county_hours.csv": (
        _county_hours,
        "county_code kind valid_from valid_to season_from season_to weekday opens closes sure source",
    ),
    "windows.csv": (_windows, "kind item_code"),
    "purposes.csv": (_purposes, "code version title_zh text_zh legal_basis necessary"),
}
