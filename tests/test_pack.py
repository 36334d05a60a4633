"""The first pack: the real map of 1 prefecture, 12 counties, 209 townships and 2,886 villages, and how a pack is loaded."""

from __future__ import annotations

import csv
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import transaction
from django.db.models import Sum

from open12348.kernel import workdays
from open12348.kernel.access import SYSTEM
from open12348.kernel.models import CalendarDay, CalendarNotice
from open12348.registry import divisions, pack, places
from open12348.registry.models import (
    CountyHours,
    Division,
    DivisionChange,
    Hours,
    Item,
    Place,
    Population,
    Purpose,
    Window,
)
from open12348.spine import intake, journal, routing
from open12348.spine.models import Order

from .people import NOW, at

PACK = configured.OPEN12348_PACK
FOLDER = configured.PACKAGE / "packs" / PACK

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(django_db_setup: Any, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """The pack, loaded once for this file and taken away at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        began = time.process_time()  # of this process: the machine may be busy with other tests
        counts = pack.load(PACK, at=NOW)
        yield {"counts": counts, "seconds": time.process_time() - began}
        transaction.set_rollback(True)
    workdays.forget()


@pytest.fixture(autouse=True)
def _with_the_pack(loaded: Any) -> None:
    workdays.forget()


def file_rows(name: str) -> list[dict[str, str]]:
    with open(FOLDER / name, encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


@pytest.fixture
def copy(tmp_path: Path, settings: Any) -> Callable[..., Path]:
    """The pack's files in a folder of the test's own, with some cells changed: copy("places.csv", {row: {column: text}})."""
    there = tmp_path / "packs" / PACK
    shutil.copytree(FOLDER, there)
    settings.PACKAGE = tmp_path

    def change(name: str, cells: dict[int, dict[str, str]] | None = None, more: list[dict[str, str]] | None = None) -> Path:  # fmt: skip
        table = file_rows(name)
        for line, new in (cells or {}).items():
            table[line - 2] |= new
        table += more or []
        with open(there / name, "w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(table[0]))
            writer.writeheader()
            writer.writerows(table)
        return there / name

    return change


# The map


def test_the_whole_pack_loads_in_seconds(loaded: dict[str, Any]) -> None:
    assert loaded["seconds"] < 8
    assert loaded["counts"]["divisions.csv"] == 3108


def test_the_map_has_the_units_of_the_published_table() -> None:
    levels = Counter(divisions.standing().values_list("level", flat=True))
    assert levels == {"prefecture": 1, "county": 12, "township": 209, "village": 2886}
    formal = Counter(divisions.standing().filter(formal=True).values_list("level", flat=True))
    assert formal == {"prefecture": 1, "county": 12, "township": 182, "village": 2840}
    kinds = Counter(divisions.standing().filter(level="township", formal=True).values_list("kind", flat=True))
    assert kinds["街道"] == 13 and kinds["镇"] == 56 and kinds["乡"] + kinds["民族乡"] == 113


def test_everybody_has_the_parent_the_code_says() -> None:
    """A code is its parent's, made longer: two digits of region and two of prefecture, then 2, 3 and 3."""
    width = {"county": 4, "township": 6, "village": 9}
    for unit in divisions.standing().exclude(level="prefecture").select_related("parent", "county"):
        cut = width[unit.level]
        assert unit.parent and unit.parent.code[:cut] == unit.code[:cut] and not unit.parent.code[cut:].strip("0")
        assert unit.path == unit.parent.path + unit.code + "/"
        assert unit.county and unit.county.code[:6] == unit.code[:6]


def test_no_unit_of_the_production_corps_is_on_the_map() -> None:
    assert not Division.objects.filter(code__startswith="659").exists()
    assert not Division.objects.filter(name_zh__startswith="兵团").exists()


def test_every_county_has_a_tile_of_its_own_a_centre_point_and_three_names() -> None:
    tiles = set()
    for county in divisions.counties():
        tiles.add((county.tile_row, county.tile_col))
        assert county.name_zh and county.name_ug and county.name_en
        assert county.latitude and 35 < county.latitude < 41 and county.longitude and 73 < county.longitude < 80
    assert len(tiles) == 12 and None not in {row for row, _col in tiles}


def test_populations_are_the_census_with_its_source() -> None:
    rows = Population.objects.filter(division__level="county", year=2020)
    assert rows.count() == 12 and rows.aggregate(n=Sum("population"))["n"] == 4_496_377
    assert all("普查" in row.source and row.urban and row.urban < row.population for row in rows)


# The places on it


def test_the_network_is_what_the_map_bears_and_the_difference_to_the_plan_is_said() -> None:
    """12 centres as planned; a station at each of 182 formal townships, a workroom in each of 2,840 villages."""
    kinds = Counter(Place.objects.values_list("kind", flat=True))
    assert kinds == {"centre": 12, "station": 182, "workroom": 2840}
    network = pack.about(PACK)["network"]
    assert (network["plan"]["centre"], network["plan"]["station"], network["plan"]["workroom"]) == (12, 191, 2835)
    assert "不编造" in network["why"]


def test_every_place_hangs_under_the_place_one_level_up() -> None:
    for place in Place.objects.select_related("division", "parent", "parent__division", "county"):
        assert place.county_id == place.division.county_id
        if place.kind == "centre":
            assert place.parent is None and place.division.level == "county"
        else:
            assert place.parent and place.parent.division_id == place.division.parent_id


def test_a_station_is_a_justice_office_too() -> None:
    assert all("justice_office" in roles for roles in Place.objects.filter(kind="station").values_list("roles", flat=True))  # fmt: skip


def test_every_place_has_languages_hours_and_windows_and_centres_a_phone_and_a_ramp() -> None:
    assert not Place.objects.filter(languages=[]).exists()
    assert not Place.objects.filter(kind="centre").filter(phone="").exists()
    assert all("ramp" in p.accessibility for p in Place.objects.filter(kind="centre"))
    for kind in ("centre", "station", "workroom"):
        assert Hours.objects.filter(kind=kind, place__isnull=True).exists()
        codes = set(Window.objects.filter(kind=kind).values_list("item_code", flat=True))
        assert codes and codes <= set(Item.objects.values_list("code", flat=True))


@pytest.mark.parametrize(
    ("when", "opened"),
    [
        (at("2026-07-01", 9, 45), True),  # summer: 9:30 to 13:30, Beijing time
        (at("2026-12-01", 9, 45), False),  # winter: from 10
        (at("2026-12-01", 13, 45), True),
        (at("2026-07-01", 14), False),
        (at("2026-12-01", 19, 15), True),
        (at("2026-12-06", 11), False),  # a Sunday
    ],
)
def test_hours_are_by_season(when: Any, opened: bool) -> None:
    station = places.by_code("S653125101")
    assert station and places.open_at(station, when) is opened


@pytest.mark.parametrize(
    ("when", "opened"),
    [
        (at("2026-12-01", 10, 15), False),  # this county opens half an hour later in winter
        (at("2026-12-01", 10, 45), True),
        (at("2025-12-01", 10, 15), True),  # before its own hours held: as everywhere
    ],
)
def test_one_county_keeps_its_own_hours_from_a_day_on(when: Any, opened: bool) -> None:
    centre, other = places.by_code("C653131"), places.by_code("C653125")
    assert centre and places.open_at(centre, when) is opened
    assert other and places.open_at(other, when)


def test_a_countys_own_hours_end_on_their_last_day() -> None:
    centre = places.by_code("C653131")
    CountyHours.objects.filter(kind="centre").update(valid_to=date(2026, 11, 30))
    assert centre and not places.open_at(centre, at("2026-11-30", 10, 15)) and places.open_at(centre, at("2026-12-01", 10, 15))  # fmt: skip


def test_a_village_is_answered_by_its_townships_station() -> None:
    village = Division.objects.filter(level="village", formal=True, path__contains="653125101000").first()
    found = places.answering(village)
    assert found and found.code == "S653125101"


def test_a_village_of_a_farm_without_a_station_is_answered_by_the_county() -> None:
    farm = Division.objects.filter(level="village", parent__formal=False).first()
    found = places.answering(farm)
    assert farm and found and found.kind == "centre" and found.county_id == farm.county_id


# The calendar


def test_the_calendar_is_the_published_one_with_the_regions_festivals_marked_unsure() -> None:
    assert CalendarDay.objects.filter(layer="national").count() == 220
    festivals = CalendarDay.objects.filter(layer="650000")
    assert festivals.count() == 24 and set(festivals.values_list("sure", flat=True)) == {"U"}
    for year in range(2021, 2027):
        days = festivals.filter(day__year=year)
        assert Counter(days.values_list("name_zh", flat=True)) == {"肉孜节": 1, "古尔邦节": 3}
    calendar = workdays.calendar_for(("national", "650000"))
    assert calendar.known_years == frozenset(range(2021, 2027)) and not calendar.is_workday(date(2026, 5, 27))
    assert workdays.missing_notice(NOW.date()) == 2027


# Changes over time


def test_what_changed_since_the_table_is_recorded_with_its_document() -> None:
    changes = DivisionChange.objects.filter(old__isnull=True, new__isnull=True)
    assert {c.new_name for c in changes} == {"和谐街道", "学府街道", "石园镇", "河园镇", "喀什市", "岑岭县"}
    assert all(c.document for c in changes)
    assert set(changes.filter(new_name="喀什市").values_list("old_name", flat=True)) == {"疏附县", "疏勒县"}
    for change in changes.filter(kind="retyped"):
        old = divisions.by_code(change.old_code)
        assert old and change.old_name.endswith(old.name_zh)  # the row it speaks of is on the map


def order_in(village: Division) -> Order:
    return intake.receive(
        service=next(iter(services())), said={"question": "老板不发工资", "summary": "老板不发工资"},
        contact={"name": "示例", "division": village.code, "reply_by": "here"}, channel="web", by=SYSTEM, at=NOW,
    ).order  # fmt: skip


def services() -> list[str]:
    from open12348.spine import catalogue

    return [s.code for s in catalogue.current()]


def test_the_new_county_of_2026_breaks_no_old_order() -> None:
    """岑岭县 (653132) came out of 叶城县. Which townships is not published; the test moves one to see that it could."""
    mother = divisions.by_code("653126")
    town = Division.objects.filter(parent=mother, formal=True, valid_to__isnull=True).order_by("code").last()
    assert mother and town
    village = town.children.filter(formal=True).first()
    assert village
    old = order_in(village)
    assert old.code.startswith("3126")
    before = (old.code, old.said, old.division_name)
    new = divisions.change(
        at=NOW.date(), kind="created", old=None, new_code="653132000000", new_name="岑岭县", parent=mother.parent,
        moved=[town], document="自治区人民政府公告",
    )  # fmt: skip
    routing.follow_places(by=SYSTEM, at=NOW + timedelta(hours=1))
    order = Order.objects.select_related("case", "division").get(pk=old.pk)
    assert (order.code, order.said, order.division_name) == before and "叶城县" in order.division_name
    assert order.division and order.division.valid_to and order.case.county == new
    standing_village = divisions.by_code(village.code)
    assert standing_village and standing_village.county == new
    assert order_in(standing_village).code.startswith("3132")
    assert len(divisions.counties()) == 13 and divisions.standing().filter(level="village").count() == 2886
    assert journal.verify() == []


def test_a_changed_file_does_not_undo_a_change_of_the_map(copy: Callable[..., Path]) -> None:
    town = Division.objects.filter(level="township", formal=True).order_by("code").first()
    assert town
    divisions.change(at=NOW.date(), kind="renamed", old=town, new_code="653101099000", new_name="新街道", document="文")
    station = Place.objects.get(code="S" + town.code[:9])
    line = next(n for n, row in enumerate(file_rows("places.csv"), 2) if row["code"] == station.code)
    copy("places.csv", {line: {"phone": "0998-2820000"}})
    number = next(n for n, row in enumerate(file_rows("divisions.csv"), 2) if row["code"] == town.code)
    copy("divisions.csv", {number: {"note": "another note"}})
    pack.load(PACK, at=NOW)
    station.refresh_from_db()
    assert station.phone == "0998-2820000" and station.division.name_zh == "新街道"
    assert divisions.by_code(town.code) is None


# Loading


def everything() -> dict[str, Any]:
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Division, DivisionChange, Population, Place, Hours, CountyHours, Window, Item, Purpose, CalendarDay, CalendarNotice)
    }  # fmt: skip


def test_loading_twice_changes_nothing() -> None:
    before = everything()
    assert pack.load(PACK, at=NOW + timedelta(days=1)) == {}
    assert everything() == before


def test_a_changed_file_updates_what_changed_and_only_that(copy: Callable[..., Path]) -> None:
    before = everything()
    copy("places.csv", {20: {"phone": "0998-2820001", "roles": "justice_office market_day", "languages": "ug"}})
    code = file_rows("divisions.csv")[500]["code"]
    copy("divisions.csv", {502: {"name_ug": "مىسال كەنتى"}})
    copy("populations.csv", {2: {"population": "800000"}})
    assert set(pack.load(PACK, at=NOW)) == {"places.csv", "divisions.csv", "populations.csv"}
    after = everything()
    other = {key for key in before if before[key] != after[key]}
    assert other == {"Place", "Division", "Population"}
    place = Place.objects.get(code=file_rows("places.csv")[18]["code"])
    assert (place.phone, place.roles, place.languages) == ("0998-2820001", ["justice_office", "market_day"], ["ug"])
    changed = [(b, a) for b, a in zip(before["Division"], after["Division"], strict=True) if a != b]
    assert [a["code"] for _b, a in changed] == [code] and changed[0][1]["name_ug"] == "مىسال كەنتى"
    assert Population.objects.count() == 12


def test_a_year_that_the_office_loaded_stays_when_the_packs_calendar_changes(copy: Callable[..., Path]) -> None:
    rows = [{"day": date(2027, 1, 1), "is_workday": False, "name_zh": "元旦"}]
    workdays.load_notice(year=2027, layer="national", rows=rows, document="通知", at=NOW)
    copy("calendar.csv", {2: {"name_zh": "元旦节"}})
    copy("calendar_notices.csv", {2: {"document": "更正"}})
    pack.load(PACK, at=NOW)
    calendar = workdays.calendar_for(("national",))
    assert 2027 in calendar.known_years and not calendar.is_workday(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("file", "line", "cells", "says"),
    [
        ("divisions.csv", 30, {"code": "65310"}, "12 位数字"),
        ("divisions.csv", 30, {"level": "hamlet"}, "hamlet"),
        ("divisions.csv", 30, {"parent_code": "659003000000"}, "659003000000"),
        ("divisions.csv", 30, {"name_zh": " "}, "没有名称"),
        ("divisions.csv", 40, {"parent_code": "653126000000"}, "上级变了"),
        ("places.csv", 20, {"division_code": "653199001000"}, "653199001000"),
        ("places.csv", 20, {"parent_code": "C999999"}, "C999999"),
        ("places.csv", 20, {"kind": "palace"}, "palace"),
        ("populations.csv", 5, {"population": "三十万"}, "三十万"),
        ("populations.csv", 5, {"urban": "99999999"}, "城镇人口"),
        ("calendar.csv", 9, {"day": "2026/10/1"}, "2026-03-05"),
        ("calendar.csv", 9, {"is_workday": "休"}, "休"),
        ("hours.csv", 7, {"opens": "21:00"}, "09:30"),
        ("hours.csv", 7, {"weekday": "8"}, "星期"),
        ("county_hours.csv", 7, {"county_code": "653199000000"}, "653199000000"),
        ("county_hours.csv", 7, {"valid_from": "today"}, "today"),
        ("counties.csv", 4, {"latitude": "north"}, "north"),
        ("division_changes.csv", 3, {"at": "2023"}, "2023"),
    ],
)
def test_a_faulty_row_writes_nothing_of_its_file_and_says_which_row(
    copy: Callable[..., Path], file: str, line: int, cells: dict[str, str], says: str
) -> None:
    before = everything()
    copy(file, {line: cells})
    with pytest.raises(pack.PackFault) as fault:
        pack.load(PACK, at=NOW)
    assert (fault.value.file, fault.value.line) == (file, line) and says in str(fault.value)
    assert everything() == before


def test_a_file_without_a_column_says_which(copy: Callable[..., Path]) -> None:
    path = copy("windows.csv")
    path.write_text(path.read_text(encoding="utf-8").replace("item_code", "item", 1), encoding="utf-8")
    with pytest.raises(pack.PackFault) as fault:
        pack.load(PACK, at=NOW)
    assert "item_code" in str(fault.value)


def test_a_row_with_a_cell_too_few_is_named(copy: Callable[..., Path]) -> None:
    path = copy("windows.csv")
    path.write_text(path.read_text(encoding="utf-8") + "centre\n", encoding="utf-8")
    with pytest.raises(pack.PackFault) as fault:
        pack.load(PACK, at=NOW)
    assert fault.value.line == len(file_rows("windows.csv")) + 2


def test_the_same_code_twice_is_refused(copy: Callable[..., Path]) -> None:
    table = file_rows("divisions.csv")
    copy("divisions.csv", more=[table[100]])
    with pytest.raises(pack.PackFault) as fault:
        pack.load(PACK, at=NOW)
    assert fault.value.line == len(table) + 2 and table[100]["code"] in str(fault.value)


def test_a_pack_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(pack.NoPack) as fault:
        pack.load("atlantis", at=NOW)
    assert PACK in str(fault.value)
