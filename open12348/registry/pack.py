"""Loading a pack: the data of one deployment, from a folder of CSV files. Loading twice changes nothing."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from open12348.kernel import workdays

from . import items
from .models import (
    Division,
    DivisionChange,
    Hours,
    Level,
    PackFile,
    Place,
    Population,
    Purpose,
    Window,
)


class NoPack(LookupError):
    """There is no pack of that name."""


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


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file."""
    with open(path, encoding="utf-8-sig", newline="") as source:
        yield from csv.DictReader(source)


def load(name: str, *, at: datetime, say: Callable[[str], None] = lambda _line: None) -> dict[str, int]:
    """Load a pack, file by file, each in a transaction; unchanged files are skipped. Out: rows read per file.

    Errors: NoPack; whatever a faulty file raises, with nothing of that file written.
    """
    path = folder(name)
    counts: dict[str, int] = {}
    for file, reader in _READERS.items():
        source = path / file
        if not source.exists():
            continue
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        if PackFile.objects.filter(pack=name, file=file, digest=digest).exists():
            continue
        with transaction.atomic():
            counts[file] = reader(list(rows(source)), at)
            PackFile.objects.update_or_create(pack=name, file=file, defaults={"digest": digest, "loaded_at": at})
        say(f"{file}: {counts[file]}")
    workdays.forget()
    return counts


def _divisions(table: list[dict[str, str]], at: datetime) -> int:
    known = {d.code: d for d in Division.objects.filter(valid_to__isnull=True)}
    for level in (Level.PREFECTURE, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE):
        new = []
        for row in table:
            if row["level"] != level or row["code"] in known:
                continue
            above = known.get(row["parent_code"])
            unit = Division(
                code=row["code"], parent=above, level=level, kind=row["type"], formal=row["unit_class"] == "formal",
                name_zh=row["name_zh"], name_ug=row["name_ug"], name_en=row["name_en"], note=row["note"],
                source=row["source"], path=(above.path if above else "") + row["code"] + "/",
                county=above.county if above else None,
            )  # fmt: skip
            new.append(unit)
        for unit in Division.objects.bulk_create(new, batch_size=1000):
            known[unit.code] = unit
        if level == Level.COUNTY:
            for unit in new:
                unit.county = unit
            Division.objects.bulk_update(new, ["county"])
    return len(table)


def _counties(table: list[dict[str, str]], at: datetime) -> int:
    for row in table:
        Division.objects.filter(code=row["code"], valid_to__isnull=True).update(
            tile_row=int(row["tile_row"]), tile_col=int(row["tile_col"]), area_km2=float(row["area_km2"] or 0) or None,
            latitude=float(row["latitude"]), longitude=float(row["longitude"]),
        )  # fmt: skip
    return len(table)


def _changes(table: list[dict[str, str]], at: datetime) -> int:
    DivisionChange.objects.filter(old__isnull=True, new__isnull=True).delete()
    DivisionChange.objects.bulk_create(
        [DivisionChange(**{**row, "at": date.fromisoformat(row["at"])}) for row in table]
    )
    return len(table)


def _populations(table: list[dict[str, str]], at: datetime) -> int:
    units = {
        d.code: d for d in Division.objects.filter(valid_to__isnull=True, level__in=[Level.COUNTY, Level.PREFECTURE])
    }
    for row in table:
        Population.objects.update_or_create(
            division=units[row["division_code"]], year=int(row["year"]), source=row["source"],
            defaults={"population": int(row["population"]), "urban": int(row["urban"]) if row["urban"] else None,
                      "sure": row["sure"]},
        )  # fmt: skip
    return len(table)


def _notices(table: list[dict[str, str]], at: datetime) -> int:
    from open12348.kernel.models import CalendarNotice

    for row in table:
        CalendarNotice.objects.update_or_create(
            year=int(row["year"]), layer=row["layer"],
            defaults={"document": row["document"], "loaded_at": at if row["loaded"] == "yes" else None},
        )  # fmt: skip
    return len(table)


def _calendar(table: list[dict[str, str]], at: datetime) -> int:
    from open12348.kernel.models import CalendarDay

    CalendarDay.objects.filter(layer__in={row["layer"] for row in table}).delete()
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(**{**row, "day": date.fromisoformat(row["day"]), "is_workday": row["is_workday"] == "1"})
            for row in table
        ]
    )
    return len(table)


def _places(table: list[dict[str, str]], at: datetime) -> int:
    units = {d.code: d for d in Division.objects.filter(valid_to__isnull=True)}
    known = {p.code: p for p in Place.objects.all()}
    for kind in ("centre", "station", "workroom"):
        new = []
        for row in table:
            if row["kind"] != kind or row["code"] in known:
                continue
            unit = units[row["division_code"]]
            new.append(
                Place(
                    code=row["code"],
                    kind=kind,
                    roles=row["roles"].split(),
                    name_zh=row["name_zh"],
                    name_ug=row["name_ug"],
                    name_en=row["name_en"],
                    division=unit,
                    county=unit.county,
                    parent=known.get(row["parent_code"]),
                    phone=row["phone"],
                    accessibility=row["accessibility"].split(),
                    languages=row["languages"].split(),
                    note=row["note"],
                )
            )
        for place in Place.objects.bulk_create(new, batch_size=1000):
            known[place.code] = place
    return len(table)


def _hours(table: list[dict[str, str]], at: datetime) -> int:
    Hours.objects.filter(place__isnull=True).delete()
    Hours.objects.bulk_create([Hours(**row) for row in table])
    return len(table)


def _windows(table: list[dict[str, str]], at: datetime) -> int:
    Window.objects.filter(place__isnull=True).delete()
    Window.objects.bulk_create([Window(**row) for row in table])
    return len(table)


def _three(row: dict[str, str], name: str) -> dict[str, str]:
    return {lang: row[f"{name}_{lang}"] for lang in ("zh", "ug", "en")}


def _items(table: list[dict[str, str]], at: datetime) -> int:
    for row in table:
        items.publish(
            values={
                "code": row["code"], "category": row["category"], "name_zh": row["name_zh"], "name_ug": row["name_ug"],
                "name_en": row["name_en"], "provider_kind": row["provider_kind"], "who": _three(row, "who"),
                "fee": row["fee"], "fee_note": _three(row, "fee_note"), "channels": row["channels"].split(),
                "levels": row["levels"].split(), "materials": _three(row, "materials"), "limit": _three(row, "limit"),
                "limit_rule": row["limit_rule"], "steps": _three(row, "steps"), "keywords": _three(row, "keywords"),
                "legal_basis": row["legal_basis"], "source": row["source"], "sure": row["sure"],
                "valid_from": date.fromisoformat(row["valid_from"]),
            },
            on=workdays.legal_day(at),
        )  # fmt: skip
    return len(table)


def _purposes(table: list[dict[str, str]], at: datetime) -> int:
    for row in table:
        Purpose.objects.update_or_create(
            code=row["code"], version=int(row["version"]),
            defaults={"title": _three(row, "title"), "text": _three(row, "text"), "legal_basis": row["legal_basis"],
                      "necessary": row["necessary"] == "yes"},
        )  # fmt: skip
    return len(table)


_READERS: dict[str, Callable[[list[dict[str, str]], datetime], int]] = {
    "divisions.csv": _divisions,
    "counties.csv": _counties,
    "division_changes.csv": _changes,
    "populations.csv": _populations,
    "calendar_notices.csv": _notices,
    "calendar.csv": _calendar,
    "items.csv": _items,
    "places.csv": _places,
    "hours.csv": _hours,
    "windows.csv": _windows,
    "purposes.csv": _purposes,
}
