"""The registry in files: what a sheet would do is shown first, row by row in words; nothing is written without a yes."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from open12348.kernel import tables, workdays
from open12348.kernel.access import SYSTEM, Denied
from open12348.kernel.models import CalendarDay, CalendarNotice
from open12348.registry import divisions, jobs, pack, places, providers, sheet_columns, sheets
from open12348.registry.models import (
    CountyHours,
    Division,
    DivisionChange,
    Hours,
    Item,
    Membership,
    Organisation,
    Place,
    Population,
    Practitioner,
    SheetUpload,
    Standing,
    Window,
)
from open12348.spine import clocks, journal, lists, routing, upkeep
from open12348.spine.models import Event, Order

from .people import NOW, Town, at, build
from .test_doors import CAST, STAFF

LATER = NOW + timedelta(hours=1)
KEEPERS = {"administrator", "planner", "officer"}
LAWYERS = ("类别", "证号", "中文姓名", "所在区划代码")


def comma(rows: Iterable[Sequence[Any]], encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def excel(rows: Iterable[Sequence[Any]], merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    if merge:
        book.active.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(kind: str, content: bytes, by: Any = SYSTEM) -> sheets.Preview:
    return sheets.read(kind=kind, filename="x", content=content, by=by, at=NOW)


def bring(kind: str, content: bytes, by: Any = SYSTEM, leave_out: bool = False, when: datetime = NOW) -> sheets.Written:
    preview = sheets.read(kind=kind, filename="x", content=content, by=by, at=when)
    assert leave_out or not preview.faulty, [
        (r.number, {k: str(v) for k, v in r.faults.items()}) for r in preview.faulty
    ]
    return sheets.apply(preview=preview, by=by, at=when, leave_out=leave_out)


def words(preview: sheets.Preview, row: int = 0, cell: str = "") -> str:
    return (
        str(preview.rows[row].faults.get(cell, "")) if cell else " ".join(map(str, preview.rows[row].faults.values()))
    )


def lawyer(licence: str = "16531201710000002", **more: str) -> dict[str, str]:
    return {"类别": "律师", "证号": licence, "中文姓名": "新来的", "所在区划代码": "653125", **more}


def table(*rows: dict[str, Any]) -> list[list[Any]]:
    heads = list(dict.fromkeys(key for row in rows for key in row))
    return [heads, *[[row.get(h, "") for h in heads] for row in rows]]


# Reading what people save


@pytest.fixture
def town(db: Any) -> Town:
    """The town with one lawyer only, so that rows are easy to count."""
    town = build()
    second = town.staff.pop("provider_two")
    worker = second.practitioner
    second.delete()
    assert worker is not None
    worker.delete()
    return town


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_every_encoding_people_save_it_in(town: Town, encoding: str) -> None:
    preview = read("practitioners", comma(table(lawyer(维吾尔文姓名="ئايگۈل", 备注="𠮷字")), encoding))
    assert preview.counts["new"] == 1 and preview.rows[0].cells["name_ug"] == "ئايگۈل"
    assert preview.rows[0].cells["note"] == "𠮷字" and preview.rows[0].cells["kind"] == "lawyer"


@pytest.mark.parametrize("between", [";", "\t"])
def test_a_csv_parted_by_other_signs_is_read_too(town: Town, between: str) -> None:
    text = "\n".join(between.join(row) for row in table(lawyer()))
    assert read("practitioners", text.encode()).counts["new"] == 1


@pytest.mark.parametrize(
    "head",
    [
        ("kind", "licence_no", "name_zh", "division_code"),
        LAWYERS,
        ("类 别：", "证号*", "中文姓名（全名）", "所在区划代码"),
    ],
)
def test_headings_are_known_in_any_spelling(town: Town, head: tuple[str, ...]) -> None:
    content = comma([head, ["律师", "1234567", "新来的", "653125000000"]])
    assert read("practitioners", content).counts["new"] == 1


@pytest.mark.parametrize("language", ["zh-hans", "ug", "en"])
def test_a_sheet_taken_out_in_one_language_comes_back_in_another(town: Town, language: str) -> None:
    with translation.override(language):
        content, _n = sheets.export(kind="practitioners", by=SYSTEM, at=NOW)
    assert read("practitioners", content).counts == {"new": 0, "changed": 0, "same": 1, "faulty": 0}


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("2016/7/1", "2016-07-01"), ("2016-07-01", "2016-07-01"), ("2016年7月1日", "2016-07-01"), ("２０１６．７．１", "2016-07-01"),
        (datetime(2016, 7, 1), "2016-07-01"), (date(2016, 7, 1), "2016-07-01"), ("20160701", "2016-07-01"),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_was_written(town: Town, typed: Any, canonical: str) -> None:
    preview = read("practitioners", excel(table({**lawyer(), "从业起始": typed})))
    assert preview.rows[0].faults == {} and preview.rows[0].cells["practised_since"] == canonical


def test_digits_of_any_script_and_width_are_one(town: Town) -> None:
    preview = read(
        "practitioners", comma(table(lawyer("１６５３１２０１７１", 所在区划代码="６５３１２５", 电话="١٣٨٠٠٠٠١٢٣٤")))
    )
    assert (
        preview.rows[0].cells["licence_no"] == "1653120171" and preview.rows[0].cells["division_code"] == "653125000000"
    )
    assert preview.rows[0].cells["phone"] == "13800001234"


def test_numbers_that_excel_made_of_codes_are_codes_again(town: Town) -> None:
    preview = read("practitioners", excel(table({**lawyer(), "证号": 1653120171, "所在区划代码": 653125000000.0})))
    assert preview.rows[0].cells["licence_no"] == "1653120171" and not preview.faulty


def test_a_licence_that_lost_digits_in_excel_is_said(town: Town) -> None:
    preview = read("practitioners", excel(table({**lawyer(), "证号": 16531201710000002})))
    assert "最后几位可能变成了 0" in words(preview, 0, "licence_no")


def test_empty_rows_titles_above_and_remarks_are_passed_over(town: Town) -> None:
    rows = [
        ["2026 年执业人员名册"],
        [],
        LAWYERS,
        ["# 律师", "例子", "", ""],
        [],
        ["律师", "1234567", "新来的", "653125"],
        ["", " "],
    ]
    preview = read("practitioners", excel(rows))
    assert [r.number for r in preview.rows] == [6] and preview.counts["new"] == 1


# What is refused as a whole


@pytest.mark.parametrize(
    "heading", ["民族", "民 族", "族别", "宗教信仰", "政治面貌", "Ethnicity", "ethnic group", "religion", "مىللىتى"]
)
@pytest.mark.parametrize("kind", ["practitioners", "organisations", "populations"])
def test_a_column_on_what_people_are_is_refused_with_the_reason(town: Town, kind: str, heading: str) -> None:
    heads = {
        "practitioners": LAWYERS,
        "organisations": ("类别", "中文名称", "所在区划代码"),
        "populations": ("区划代码", "年份", "来源"),
    }
    with pytest.raises(sheets.SheetFault) as refused:
        read(kind, comma([[*heads[kind], heading.replace("民 族", "民族")], ["x"]]))
    assert "不收集民族、宗教信仰和政治面貌" in str(refused.value.message)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "文件是空的"), (b"\xd0\xcf\x11\xe0\xa1\xb1", "旧式的 .xls"), (b"PK\x03\x04broken", "打不开"), (b"\x00\x01\x02\x00", "不是表格"),
        ("随便写的\n什么".encode(), "没有找到表头"), ("类别,证号\n".encode(), "没有内容"), ("类别,中文姓名\n律师,x".encode(), "缺少这些列：证号"),
        ("类别,证号,类别\n律师,1,律师".encode(), "有两列都是"), (b"\xff\xff\xff", "编码"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_list_is_refused_in_words(town: Town, content: bytes, says: str) -> None:
    with pytest.raises(sheets.SheetFault) as refused:
        read("practitioners", content)
    assert says in str(refused.value.message)


def test_more_than_100000_rows_are_refused(town: Town) -> None:
    body = "类别,证号,中文姓名,所在区划代码\n" + "\n".join(f"律师,{n},x,653125" for n in range(100_100))
    with pytest.raises(sheets.SheetFault) as refused:
        read("practitioners", body.encode())
    assert "10 万行" in str(refused.value.message)


def test_an_excel_file_that_defines_entities_is_refused(town: Town) -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(excel(table(lawyer())))) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            if name.endswith("sheet1.xml"):
                body = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + body
            target.writestr(name, body)
    with pytest.raises(sheets.SheetFault):
        read("practitioners", out.getvalue())


# What is wrong with a cell


@pytest.mark.parametrize(
    ("cells", "key", "says"),
    [
        ({"类别": "大夫"}, "kind", "可以填：律师"), ({"证号": ""}, "licence_no", "要填写"), ({"中文姓名": ""}, "name_zh", "要填写"),
        ({"所在区划代码": "999999"}, "division_code", "没有代码为 999999000000 的区划"), ({"所在区划代码": "6531"}, "division_code", "这里有 4 位"),
        ({"所在区划代码": "甲县"}, "division_code", "只有数字"), ({"从业起始": "3/4/2016"}, "practised_since", "可能是"),
        ({"从业起始": "2016-02-30"}, "practised_since", "没有这一天"), ({"从业起始": "2030-01-01"}, "practised_since", "还没有到"),
        ({"同时能办几件": "很多"}, "capacity", "整数"), ({"同时能办几件": "-1"}, "capacity", "之间"), ({"电话": "2820000"}, "phone", "区号"),
        ({"服务语言": "火星语"}, "languages", "不在可选的里面"), ({"所在机构": "没有的所"}, "organisation", "没有登记名为"),
        ({"中文姓名": "长" * 101}, "name_zh", "这里有 101 个"), ({"状态": "停止执业"}, "status_reason", "理由"),
        ({"备注": "铃\x07声"}, "note", "控制字符"), ({"状态": "执业", "状态的理由": "凭空"}, "", ""),
    ],
)  # fmt: skip
def test_a_faulty_cell_says_what_is_wrong_and_what_would_be_right(
    town: Town, cells: dict[str, str], key: str, says: str
) -> None:
    preview = read("practitioners", comma(table({**lawyer(), **cells})))
    assert says in words(preview, 0, key) and (not says or preview.counts["faulty"] == 1)


def test_formulas_and_merged_cells_are_not_guessed_at(town: Town) -> None:
    preview = read(
        "practitioners",
        excel(table({**lawyer(), "备注": "=1+1"}, {**lawyer("2"), "备注": "合"}, lawyer("3")), merge="E3:E4"),
    )
    assert "公式" in words(preview, 0, "note")
    assert "合并单元格" in words(preview, 1, "note") and "合并单元格" in words(preview, 2, "note")


def test_the_same_key_twice_in_a_file_is_said_at_both_rows(town: Town) -> None:
    preview = read("practitioners", comma(table(lawyer("7"), lawyer("8"), lawyer("7"))))
    assert "第 4 行重复" in words(preview, 0) and "第 2 行重复" in words(preview, 2) and preview.counts["new"] == 1


def test_unknown_columns_are_named_and_missing_ones_leave_what_stands(town: Town) -> None:
    town_lawyer = Practitioner.objects.get()
    content = comma([[*LAWYERS, "星座"], ["律师", town_lawyer.licence_no, "改了名", "653125", "狮子"]])
    preview = read("practitioners", content)
    assert preview.unknown == ["星座"] and preview.rows[0].changes == {"name_zh": ("示例律师", "改了名")}
    sheets.apply(preview=preview, by=SYSTEM, at=NOW)
    town_lawyer.refresh_from_db()
    assert town_lawyer.languages == ["zh", "ug"] and town_lawyer.name_zh == "改了名"


def test_an_empty_cell_empties_and_the_preview_shows_it(town: Town) -> None:
    content = comma(table({**lawyer("16531201610000001", 服务语言=""), "中文姓名": "示例律师"}))
    assert read("practitioners", content).rows[0].changes == {"languages": ("zh ug", "")}


@pytest.mark.parametrize(
    ("hours", "canonical"),
    [
        ("05-01~09-30 1-5 09:30-13:30 16:00-20:00", "05-01~09-30 1-5 09:30-13:30 16:00-20:00"),
        ("周一至周五 9:30-13:30；周六 １０：００－１３：００", "1-5 09:30-13:30; 6 10:00-13:00"), ("每天 00:00-23:59", "1-7 00:00-23:59"),
        ("10月1日-4月30日 1-5 10:00-14:00", "10-01~04-30 1-5 10:00-14:00"), ("1 3 5 10:00-12:00 [U]", "1 10:00-12:00 [U]; 3 10:00-12:00 [U]; 5 10:00-12:00 [U]"),
        ("", ""),
    ],
)  # fmt: skip
def test_opening_hours_are_read_as_people_write_them(hours: str, canonical: str) -> None:
    assert sheet_columns.hours(hours) == canonical and sheet_columns.hours(canonical) == canonical


@pytest.mark.parametrize(
    ("hours", "says"),
    [("上班时间", "看不懂"), ("1-5", "星期几和时间"), ("1-5 14:00-10:00", "不早于"), ("02-30~03-01 1 10:00-12:00", "没有 02-30"),
     ("1 10:00-14:00 13:00-18:00", "重叠"), ("1 25:00-26:00", "没有 25:00")],
)  # fmt: skip
def test_opening_hours_that_cannot_be_are_explained(hours: str, says: str) -> None:
    with pytest.raises(sheet_columns.Bad) as fault:
        sheet_columns.hours(hours)
    assert says in str(fault.value.message)


def station(code: str = "S653131101", **more: str) -> dict[str, str]:
    return {
        "服务点编号": code,
        "类别": "公共法律服务工作站",
        "中文名称": "新站",
        "所在区划代码": "653131100000",
        **more,
    }


@pytest.mark.parametrize(
    ("cells", "key", "says"),
    [
        ({"上级服务点编号": "NOWHERE"}, "parent_code", "没有编号为"), ({"上级服务点编号": "S653131101"}, "parent_code", "绕成了一圈"),
        ({"能办的事项": "B01 Z99"}, "windows", "Z99"), ({"从哪天起": "2026-05-01", "到哪天止": "2026-04-01"}, "valid_to", "晚于"),
        ({"无障碍": "电梯、飞毯"}, "accessibility", "飞毯"),
    ],
)  # fmt: skip
def test_a_place_is_judged_as_a_whole(town: Town, cells: dict[str, str], key: str, says: str) -> None:
    assert says in words(read("places", comma(table(station(**cells)))), 0, key)


def test_a_place_comes_with_hours_windows_languages_and_a_second_role(town: Town) -> None:
    row = station(第二角色="司法所（站所合一）、人民调解委员会", 开门时间="05-01~09-30 1-5 09:30-13:30", 能办的事项="c11，B01", 服务语言="维吾尔语、汉语",
                  无障碍="坡道", 电话="0998-12348", 上级服务点编号="C653131")  # fmt: skip
    room = station("R1", 类别="workroom", 上级服务点编号="S653131101")
    bring("places", comma(table(room, row)))  # the room stands above its station in the file
    place = Place.objects.get(code="S653131101")
    assert (
        place.roles == ["justice_office", "mediation_committee"]
        and place.languages == ["ug", "zh"]
        and place.parent.code == "C653131"
    )
    assert place.county == town.units["653131000000"] and Place.objects.get(code="R1").parent == place
    assert places.offers(place, "C11") and [str(a) for a, _b in places.hours_on(place, at("2026-06-01"))] == [
        "09:30:00"
    ]


def test_what_hangs_on_a_faulty_row_is_left_out_with_it(town: Town) -> None:
    content = comma(
        table(station("A", 电话="1"), station("B", 上级服务点编号="A"), station("C", 上级服务点编号="B"), station("D"))
    )
    preview = read("places", content)
    assert preview.counts == {"new": 1, "changed": 0, "same": 0, "faulty": 3} and "第 2 行" in words(preview, 1)
    with pytest.raises(sheets.Faulty):
        sheets.apply(preview=preview, by=SYSTEM, at=NOW)
    assert not Place.objects.filter(code="D").exists()
    sheets.apply(preview=preview, by=SYSTEM, at=NOW, leave_out=True)
    assert Place.objects.filter(code__in="ABCD").count() == 1


# Nothing is written unless somebody says so


def test_reading_writes_nothing(town: Town) -> None:
    read("practitioners", comma(table(lawyer())))
    assert Practitioner.objects.count() == 1 and not Event.objects.filter(stream="registry").exists()


def test_the_registry_changed_since_the_preview(town: Town) -> None:
    preview = read("practitioners", comma(table({**lawyer("16531201610000001"), "中文姓名": "甲"})))
    Practitioner.objects.update(name_zh="乙")
    with pytest.raises(sheets.Changed) as told:
        sheets.apply(preview=preview, by=SYSTEM, at=NOW)
    assert told.value.preview.rows[0].changes["name_zh"] == ("乙", "甲") and Practitioner.objects.get().name_zh == "乙"


def test_of_two_people_with_the_same_rows_the_second_is_told(town: Town) -> None:
    officer = town.actor("officer")
    first, second = (comma(table({**lawyer("16531201610000001"), "中文姓名": name})) for name in ("甲", "乙"))
    a, b = read("practitioners", first, officer), read("practitioners", second, officer)
    sheets.apply(preview=a, by=officer, at=NOW)
    with pytest.raises(sheets.Changed):
        sheets.apply(preview=b, by=officer, at=NOW)
    assert Practitioner.objects.get().name_zh == "甲"


def test_other_rows_may_change_meanwhile(town: Town) -> None:
    one, other = comma(table(lawyer("1"))), comma(table(lawyer("2")))
    a, b = read("practitioners", one), read("practitioners", other)
    sheets.apply(preview=a, by=SYSTEM, at=NOW)
    sheets.apply(preview=b, by=SYSTEM, at=NOW)
    assert Practitioner.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_many_confirming_at_once_write_once(transactional_db: Any) -> None:
    from .people import build

    town = build()
    officer = town.actor("officer")
    content = comma(table(lawyer("1"), lawyer("2")))
    upload = sheets.keep(kind="practitioners", filename="x.csv", content=content, by=officer, at=NOW)
    seen = read("practitioners", content, officer).digest

    def confirm(_n: int) -> str:
        try:
            upkeep.bring_in(upload=upload, seen=seen, by=officer, at=NOW)
            return "written"
        except sheets.Done:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(confirm, range(4)))
    assert answers == ["done", "done", "done", "written"]
    assert Practitioner.objects.count() == 4 and Event.objects.filter(stream="registry", kind="sheet").count() == 1
    assert journal.verify() == []


def test_an_upload_is_sealed_ends_after_a_day_and_is_emptied_when_written(town: Town) -> None:
    officer = town.actor("officer")
    content = comma(table(lawyer("1")))
    upload = sheets.keep(kind="practitioners", filename="x.csv", content=content, by=officer, at=NOW)
    assert "新来的".encode() not in bytes(SheetUpload.objects.get().content)
    assert sheets.kept(token=upload.token, by=town.actor("planner"), at=NOW) is None
    assert sheets.kept(token=upload.token, by=officer, at=NOW + timedelta(hours=25)) is None
    sheets.confirm(upload=upload, seen=read("practitioners", content, officer).digest, by=officer, at=NOW)
    assert bytes(SheetUpload.objects.get().content) == b""
    jobs.tidy(NOW + timedelta(hours=25))
    assert not SheetUpload.objects.exists()


# The part of the map that is one's own


def test_an_officer_brings_in_only_what_lies_in_that_part_of_the_map(town: Town) -> None:
    Practitioner.objects.create(
        kind="lawyer", licence_no="9", name_zh="乙县的人", division=town.units["653131000000"], phone="13800007777"
    )
    rows = table(lawyer("1"), lawyer("2", 所在区划代码="653131"), lawyer("9"))
    preview = read("practitioners", comma(rows), town.actor("officer"))
    assert [r.status for r in preview.rows] == ["new", "faulty", "faulty"] and "不在您负责" in words(preview, 1)
    assert preview.rows[2].changes == {} and "13800007777" not in str(preview.rows[2].changes)  # nothing of it is shown
    content, n = sheets.export(kind="practitioners", by=town.actor("officer"), at=NOW, form="csv")
    assert n == 1 and "乙县的人" not in content.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("kind", "who"),
    [(k, w) for k in ("divisions", "places", "populations", "division_changes", "place_kinds") for w in ("officer", "clerk", "nobody", "applicant")]
    + [(k, w) for k in ("practitioners", "organisations") for w in ("administrator", "planner", "supervisor", "clerk", "applicant")]
    + [(k, w) for k in ("calendar", "calendar_notices", "standings") for w in ("planner", "officer", "nobody")],
)  # fmt: skip
def test_the_stranger_to_a_sheet_neither_reads_nor_takes_it(town: Town, kind: str, who: str) -> None:
    town.need()
    with pytest.raises(Denied):
        read(kind, b"x", town.actor(who))
    with pytest.raises(Denied):
        sheets.export(kind=kind, by=town.actor(who), at=NOW)


def test_who_plans_one_county_does_not_set_hours_for_all(town: Town) -> None:
    Membership.objects.filter(account=town.staff["planner"]).update(division=town.units["653125000000"])
    preview = read("place_kinds", comma([["类别", "开门时间"], ["station", "1-5 09:00-12:00"]]), town.actor("planner"))
    assert "不在您负责" in words(preview)
    preview = read("places", comma(table(station())), town.actor("planner"))
    assert "不在您负责" in words(preview)


# Round trip

ALL = ("divisions", "division_changes", "populations", "calendar", "calendar_notices", "organisations", "places", "place_kinds", "county_hours", "practitioners", "standings")  # fmt: skip


def furnish() -> None:
    """What the pack has not: institutions, practitioners with every field, histories, texts that look like formulas."""
    county = Division.objects.filter(level="county").order_by("code")[0]
    bureau = Organisation.objects.create(
        kind="law_firm", name_zh="=cmd|'/c calc'!A1", uscc="91350100M000100Y43", division=county, phone="0998-2820000", languages=["ug", "zh"],
        specialities=["劳动", "婚姻 家庭"], capacity=5, valid_from=date(2020, 1, 1), invented=True, note="第一行\n第二行", address="@路+1号",
    )  # fmt: skip
    for n in (1, 2):
        Organisation.objects.create(
            kind="mediation_committee",
            name_zh="同名调委会",
            division=Division.objects.filter(level="township").order_by("code")[n],
        )
    twin = Organisation.objects.filter(name_zh="同名调委会").order_by("pk")[1]
    for n in range(6):
        Practitioner.objects.create(
            kind="mediator", licence_no=f"-{n}", name_zh=f"人{n}", name_ug="ئايگۈل", name_keys=["x"], organisation=(bureau, twin, None)[n % 3],
            division=county, languages=["ug"], specialities=["土地"], capacity=n or None, practised_since=date(2019, 2, 28), phone="13800001234", invented=n % 2 == 0,
        )  # fmt: skip
    for n, person in enumerate(Practitioner.objects.order_by("licence_no")[:3]):
        providers.set_standing(
            who=person,
            status="suspended",
            at=NOW - timedelta(days=3, microseconds=7),
            by=SYSTEM,
            reason=f"理由{n}",
            document="文〔2026〕1号",
        )
        if n:
            providers.set_standing(who=person, status="active", at=NOW - timedelta(days=1), by=SYSTEM, reason="恢复")
    providers.set_standing(
        who=bureau,
        status="suspended",
        at=NOW - timedelta(hours=1),
        by=SYSTEM,
        reason="检查",
        ends_at=NOW + timedelta(days=9),
    )
    place = Place.objects.filter(kind="station").order_by("code")[0]
    Place.objects.filter(pk=place.pk).update(organisation=twin, address="示例路", valid_from=date(2021, 1, 1))
    places.set_hours(
        place=place, stretches=sheet_columns.to_hours("05-01~09-30 1-5 09:30-13:30 16:00-20:00 [U]; 6 10:00-12:00")
    )
    places.set_windows(place=place, items=["B01", "C11"])
    old = Division.objects.filter(level="township").order_by("code")[3]
    divisions.change(
        at=date(2026, 3, 26),
        kind="renamed",
        old=old,
        new_code="653101199000",
        new_name="改名镇",
        document="新政函〔2026〕1号",
    )
    village = Division.objects.filter(level="village", valid_to__isnull=True).order_by("code")
    divisions.change(
        at=date(2026, 4, 1), kind="merged", old=village[5], new_code=village[6].code, new_name="", document="并村"
    )
    county_new = divisions.change(at=date(2026, 5, 1), kind="created", old=None, new_code="653132000000", new_name="新县", parent=divisions.root(),
                                  moved=[Division.objects.filter(level="township", valid_to__isnull=True, county__code="653126000000").order_by("code")[0]])  # fmt: skip
    assert county_new.children.count() == 1


def dump() -> dict[str, list[Any]]:
    """Everything the sheets carry, without the database's own numbers."""
    found = {}
    for kind in ALL:
        sheet = sheets.kinds()[kind]
        world = sheet.world(SYSTEM, NOW)
        told = {c.key for c in sheet.columns if c.told}
        found[kind] = [{k: v for k, v in r.cells.items() if k not in told} for r in sheet.records(world)]
    found["paths"] = sorted(
        Division.objects.values_list("code", "valid_from", "path", "county__code", "parent__code"), key=str
    )
    found["places"] += sorted(Place.objects.values_list("code", "county__code", "division__path"))
    found["hours"] = sorted(
        map(
            str,
            Hours.objects.values_list(
                "place__code", "kind", "season_from", "season_to", "weekday", "opens", "closes", "sure"
            ),
        )
    )
    found["county_hours"] += sorted(
        map(
            str,
            CountyHours.objects.values_list(
                "county__code",
                "kind",
                "valid_from",
                "valid_to",
                "season_from",
                "season_to",
                "weekday",
                "opens",
                "closes",
                "sure",
                "source",
            ),
        )
    )
    found["windows"] = sorted(map(str, Window.objects.values_list("place__code", "kind", "item_code")))
    found["names"] = sorted(
        map(str, Practitioner.objects.values_list("licence_no", "organisation__name_zh", "division__code"))
    )
    found["changes"] = sorted(
        map(
            str,
            DivisionChange.objects.values_list("at", "old__code", "old__valid_from", "new__code", "new__valid_from"),
        )
    )
    return found


@pytest.mark.parametrize("language", sheet_columns.SPOKEN)
@pytest.mark.parametrize("kind", ALL)
def test_headings_and_values_are_distinct_in_every_language(kind: str, language: str) -> None:
    columns = sheets.kinds()[kind].columns
    with translation.override(language):
        heads = [sheet_columns.folded(str(c.label)) for c in columns]
        assert sorted(h for h in heads if heads.count(h) > 1) == []
        for column in columns:
            keys = [key for key, _label in column.choices]
            assert [column.read(column.show(key)) for key in keys] == keys
            if column.many:
                assert column.read(column.show(" ".join(keys))) == " ".join(keys)


@pytest.mark.parametrize(("form", "language"), [("xlsx", "zh-hans"), ("csv", "ug"), ("gb18030", "en")])
def test_the_whole_registry_taken_out_and_brought_in_again_is_the_same(db: Any, form: str, language: str) -> None:
    pack.load("kashgar", at=NOW)
    furnish()
    for kind in ALL:
        with translation.override(language):
            content, n = sheets.export(kind=kind, by=SYSTEM, at=NOW, form=form)
        preview = read(kind, content)
        wrong = [
            (r.number, r.status, r.changes, {k: str(v) for k, v in r.faults.items()})
            for r in preview.rows
            if r.status != "same"
        ]
        assert (kind, wrong[:3], len(preview.rows)) == (kind, [], n)


def test_the_whole_registry_brought_into_an_empty_one_is_identical(db: Any) -> None:
    pack.load("kashgar", at=NOW)
    furnish()
    before = dump()
    files = {kind: sheets.export(kind=kind, by=SYSTEM, at=NOW)[0] for kind in ALL}
    for model in (Standing, CountyHours, Hours, Window, Place, Practitioner, Organisation, Population, DivisionChange):
        model.objects.update(parent=None) if model is Place else None
        model.objects.all().delete()
    Division.objects.update(parent=None, county=None)
    for model in (Division, CalendarDay, CalendarNotice):
        model.objects.all().delete()
    for kind in ALL:
        bring(kind, files[kind])
    after = dump()
    for part, rows in before.items():
        assert (part, [r for r in rows if r not in after[part]][:2], [r for r in after[part] if r not in rows][:2]) == (
            part,
            [],
            [],
        )
        assert len(rows) == len(after[part])


# What goes out runs nothing, and what helps to fill it in


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "'=1"])
def test_no_cell_that_goes_out_is_a_formula(town: Town, text: str) -> None:
    Practitioner.objects.update(note=text.strip())
    content, _n = sheets.export(kind="practitioners", by=SYSTEM, at=NOW)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    content, _n = sheets.export(kind="practitioners", by=SYSTEM, at=NOW, form="csv")
    cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@"}]
    assert read("practitioners", content).counts["same"] == 1


@pytest.mark.parametrize("kind", ALL)
def test_a_template_explains_itself_and_its_example_is_not_read(town: Town, kind: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheets.template(kind=kind, by=SYSTEM)))
    data, notes = book.worksheets
    sheet = sheets.kinds()[kind]
    heads = [cell.value for cell in data[1]]
    assert heads == [str(c.label) for c in sheet.columns if not c.told] and str(data["A2"].value).startswith("#")
    assert notes.max_row > len(sheet.columns)
    lists_of = {next(iter(v.sqref.ranges)).coord[0] for v in data.data_validations.dataValidation}
    assert len(lists_of) >= sum(1 for c in sheet.columns if c.choices and not c.many and len(c.choices) < 6)
    with pytest.raises(sheets.SheetFault) as empty:
        read(kind, sheets.template(kind=kind, by=SYSTEM))
    assert "没有内容" in str(empty.value.message)


@pytest.mark.parametrize("kind", ["practitioners", "places", "divisions", "organisations", "populations", "calendar"])
def test_the_example_of_a_template_would_be_taken(town: Town, kind: str) -> None:
    rows = list(
        openpyxl.load_workbook(io.BytesIO(sheets.template(kind=kind, by=SYSTEM)))
        .worksheets[0]
        .iter_rows(values_only=True)
    )
    example = [(cell or "").removeprefix("# ") if isinstance(cell, str) else cell for cell in rows[1]]
    if kind == "divisions":
        example = ["653125105000" if c == "653125101000" else c for c in example]
    preview = read(kind, excel([rows[0], example]))
    assert preview.counts["new"] + preview.counts["changed"] == 1, words(preview)


def test_the_faulty_rows_come_back_with_what_is_wrong_and_can_be_mended(town: Town) -> None:
    preview = read(
        "practitioners", comma(table(lawyer("1"), lawyer("2", 电话="2820000"), lawyer("3", 所在区划代码="=1")))
    )
    content = sheets.faulty_rows(preview)
    rows = [list(r) for r in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)]
    assert rows[0][0] == "哪里不对" and len(rows) == 3 and "电话：" in rows[1][0]
    for row in rows[1:]:
        row[rows[0].index("电话")], row[rows[0].index("所在区划代码")] = "13800001234", "653125"
    assert read("practitioners", excel(rows)).counts == {"new": 2, "changed": 0, "same": 0, "faulty": 0}


def test_hours_of_one_county_lie_over_those_of_the_kind_from_a_day_on(town: Town) -> None:
    planner = town.actor("planner")
    row = {
        "县（市）代码": "653125",
        "类别": "station",
        "从哪天起": "2026-06-01",
        "到哪天止": "",
        "开门时间": "1-5 11:00-15:00",
        "来源": "县里的通知",
    }
    bring("place_kinds", comma([["类别", "开门时间"], ["station", "1-5 09:00-12:00"]]), planner)
    bring("county_hours", comma(table(row)), planner)
    hours = [
        [str(a) for a, _b in places.hours_on(town.places["station"], at(day))] for day in ("2026-05-29", "2026-06-01")
    ]
    assert hours == [["09:00:00"], ["11:00:00"]]
    assert (
        "开门时间" in words(read("county_hours", comma(table({**row, "开门时间": ""}))))
        or read("county_hours", comma(table({**row, "开门时间": ""}))).faulty
    )
    assert "只有县" in words(read("county_hours", comma(table({**row, "县（市）代码": "653125101"}))))
    new = divisions.change(
        at=date(2026, 11, 24), kind="renamed", old=town.units["653125000000"], new_code="653133000000", new_name="甲市"
    )
    assert CountyHours.objects.filter(county=new).count() == 5


# Standing: out of every list the same minute, history kept


def suspended(kind: str, town: Town) -> bytes:
    if kind == "practitioners":
        return comma(
            table(
                {
                    **lawyer(
                        "16531201610000001", 状态="停止执业", 状态的理由="受到处罚", 状态的文号="新司罚〔2026〕1号"
                    ),
                    "中文姓名": "示例律师",
                }
            )
        )
    return comma(
        table(
            {
                "类别": "律师事务所",
                "中文名称": "甲县示例律师事务所（示例）",
                "所在区划代码": "653125",
                "状态": "停止执业",
                "状态的理由": "停业整顿",
            }
        )
    )


@pytest.mark.parametrize("kind", ["practitioners", "organisations"])
def test_a_suspension_by_sheet_takes_out_of_every_list_the_same_minute(town: Town, kind: str) -> None:
    case = town.case()
    officer = town.actor("officer")

    def able() -> bool:
        return next(c.able for c in routing.candidates(case, LATER) if c.account == town.staff["provider"])

    assert able()
    bring(kind, suspended(kind, town), officer, when=LATER)
    assert not able()
    row = Standing.objects.get()
    assert (row.status, row.starts_at, row.by) == ("suspended", LATER, officer.label)
    back = suspended(kind, town).replace("停止执业".encode(), "执业".encode())
    assert "理由" in words(sheets.read(kind=kind, filename="x", content=back, by=officer, at=LATER), 0, "status_reason")
    again = back.replace("受到处罚".encode(), "期满恢复".encode()).replace("停业整顿".encode(), "整顿完毕".encode())
    bring(kind, again, officer, when=LATER + timedelta(minutes=5))
    assert [s.status for s in Standing.objects.order_by("starts_at")] == ["suspended", "active"]
    assert Standing.objects.order_by("starts_at")[0].ends_at == LATER + timedelta(minutes=5)
    assert next(
        c.able for c in routing.candidates(case, LATER + timedelta(minutes=5)) if c.account == town.staff["provider"]
    )


def test_what_was_recorded_of_a_standing_cannot_be_changed_by_a_sheet(town: Town) -> None:
    bring("practitioners", suspended("practitioners", town))
    content, _n = sheets.export(kind="practitioners", by=SYSTEM, at=LATER, form="csv")
    assert "只能增加一段" in words(
        sheets.read(
            kind="practitioners",
            filename="x",
            content=content.replace("受到处罚".encode(), "自愿".encode()),
            by=SYSTEM,
            at=LATER,
        )
    )
    content, _n = sheets.export(kind="standings", by=SYSTEM, at=LATER, form="csv")
    assert "不能改" in words(read("standings", content.replace("受到处罚".encode(), "自愿".encode())))


def test_a_revoked_licence_is_not_opened_again_by_a_sheet(town: Town) -> None:
    providers.set_standing(
        who=Practitioner.objects.get(), status="revoked", at=NOW - timedelta(days=1), by=SYSTEM, reason="吊销"
    )
    back = table({**lawyer("16531201610000001", 状态="执业", 状态的理由="恢复"), "中文姓名": "示例律师"})
    assert "按新的执业证登记" in words(read("practitioners", comma(back)), 0, "status")


# The map changes, and nothing old breaks


def test_a_new_county_by_sheet_breaks_no_old_order(town: Town) -> None:
    """岑岭县 of 2026 (set up out of another county on 2026-03-26, a township moving to it), as one sheet."""
    old = town.need()
    planner = town.actor("planner")
    rows = table(
        {"区划代码": "653132", "层级": "县", "中文名称": "岑岭县", "上级代码": "653100", "起始日期": "2026/3/26", "类型": "县", "文号": "民政部区划公告（2026年）"},
        {"区划代码": "653125101000", "层级": "乡镇", "中文名称": "甲一镇", "上级代码": "653132", "起始日期": "2026-03-26", "类型": "镇"},
    )  # fmt: skip
    preview = read("divisions", comma(rows), planner)
    assert [r.status for r in preview.rows] == ["new", "changed"]
    assert preview.rows[1].changes["parent_code"] == ("653125000000", "653132000000")
    upload = sheets.keep(kind="divisions", filename="x.csv", content=comma(rows), by=planner, at=LATER)
    done = upkeep.bring_in(upload=upload, seen=preview.digest, by=planner, at=LATER)
    assert done["cases_moved"] == 1
    order = Order.objects.get(pk=old.pk)
    assert order.division and order.division.valid_to and order.division_name == "示例地区 甲县 甲一镇 甲一村"
    assert (
        order.case.county and order.case.county.name_zh == "岑岭县" and lists.may_see(town.actor("clerk"), order.case)
    )
    assert divisions.successor_of(order.division).path == "653100000000/653132000000/653125101000/653125101200/"
    town.places["station"].refresh_from_db()
    assert town.places["station"].county.name_zh == "岑岭县"
    change = DivisionChange.objects.get(kind="created")
    assert (change.new_code, change.at, change.document) == (
        "653132000000",
        date(2026, 3, 26),
        "民政部区划公告（2026年）",
    )
    fresh = town.need(contact={"name": "新来的", "phone": "13800009876"}, when=LATER)
    assert fresh.code.startswith("3132") and journal.verify() == []
    content, _n = sheets.export(kind="divisions", by=planner, at=LATER)
    assert read("divisions", content, planner).counts["same"] == Division.objects.count()


def test_a_township_that_becomes_a_town_gets_a_new_code_and_keeps_everything(town: Town) -> None:
    """乡改镇, as 653126203 恰萨美其特乡 → 653126104 金果镇 in 2021."""
    order = town.need()
    row = {"区划代码": "653125104000", "层级": "township", "中文名称": "金果镇", "上级代码": "653125", "起始日期": "2026-12-01", "类型": "镇",
           "接替的旧代码": "653125101000", "文号": "新政函〔2026〕137号"}  # fmt: skip
    bring("divisions", comma(table(row)), town.actor("planner"))
    town.places["station"].refresh_from_db()
    assert town.places["station"].division.name_zh == "金果镇" and not divisions.by_code("653125101000")
    assert divisions.successor_of(Order.objects.get(pk=order.pk).division).parent.name_zh == "金果镇"
    assert DivisionChange.objects.filter(
        kind="retyped", old_code="653125101000", document="新政函〔2026〕137号"
    ).exists()


def test_a_merged_village_goes_into_its_neighbour(town: Town) -> None:
    order = town.need()
    row = {
        "区划代码": "653125101200",
        "层级": "village",
        "中文名称": "甲一村",
        "上级代码": "653125101000",
        "终止日期": "2026-11-30",
        "并入": "653125101201",
        "文号": "并村",
    }
    bring("divisions", comma(table(row)), town.actor("planner"))
    assert divisions.successor_of(Order.objects.get(pk=order.pk).division) == town.units["653125101201"]
    assert Place.objects.get(code="R653125101200").division == town.units["653125101201"]


@pytest.mark.parametrize(
    ("cells", "key", "says"),
    [
        ({"中文名称": "甲新镇"}, "name_zh", "起始日期"), ({"上级代码": "653131"}, "parent_code", "起始日期"), ({"层级": "village"}, "level", "不能改"),
        ({"上级代码": ""}, "parent_code", "上级"), ({"上级代码": "999999"}, "parent_code", "没有代码为"), ({"上级代码": "653100"}, "parent_code", "不能直接管"),
        ({"终止日期": "2026-12-01"}, "merged_into", "并入哪个"), ({"起始日期": "2026-12-01"}, "valid_from", "不用改起始日期"),
        ({"区划代码": "65312"}, "code", "6、9 或 12 位"), ({"区划代码": "653125109", "接替的旧代码": "653125101000"}, "valid_from", "从哪天起"),
        ({"区划代码": "653199", "层级": "prefecture", "上级代码": ""}, "level", "已经有一个地区"),
    ],
)  # fmt: skip
def test_a_change_of_the_map_that_would_lose_history_is_refused(
    town: Town, cells: dict[str, str], key: str, says: str
) -> None:
    row = {
        "区划代码": "653125101000",
        "层级": "township",
        "中文名称": "甲一镇",
        "上级代码": "653125",
        "起始日期": "",
        "终止日期": "",
        "接替的旧代码": "",
    }
    assert says in words(read("divisions", comma(table({**row, **cells}))), 0, key)


def test_who_works_in_a_renamed_unit_works_in_its_successor(town: Town) -> None:
    """A lack of divisions.change: an officer of a renamed county lost sight of it, its lawyers lay in a unit that had ended."""
    case = town.case()
    new = divisions.change(
        at=date(2026, 11, 24), kind="renamed", old=town.units["653125000000"], new_code="653133000000", new_name="甲市"
    )
    routing.follow_places(by=SYSTEM, at=LATER)
    case.refresh_from_db()
    assert lists.may_see(town.actor("officer"), case) and Practitioner.objects.get().division == new
    assert providers.changeable(town.actor("officer"), new.path) and Organisation.objects.get().division == new


def test_a_unit_that_went_into_a_larger_one_brings_no_rights_over_it(town: Town) -> None:
    divisions.change(
        at=date(2026, 11, 24), kind="merged", old=town.units["653125000000"], new_code="653131000000", new_name=""
    )
    assert not providers.changeable(town.actor("officer"), town.units["653131000000"].path)
    assert Practitioner.objects.get().division == town.units["653131000000"]


# The calendar


def test_a_calendar_by_sheet_reckons_provisional_days_anew_and_tells(town: Town) -> None:
    from open12348.kernel.models import Message

    case = town.case(when=at("2026-12-29"))
    admin = town.actor("administrator")
    for kind, rows in (
        ("calendar", [["日期", "适用范围", "上班还是休息", "中文名称"], [date(2027, 1, 1), "national", "休息", "元旦"]]),
        ("calendar_notices", [["年份", "适用范围", "文号", "载入时间"], ["2027", "national", "通知", "2026-12-30 10:00"]]),
    ):  # fmt: skip
        content = excel(rows)
        upload = sheets.keep(kind=kind, filename="x", content=content, by=admin, at=LATER)
        upkeep.bring_in(upload=upload, seen=read(kind, content, admin).digest, by=admin, at=LATER)
    deadline = case.order.deadlines.get(clock="answer")
    assert not deadline.provisional and deadline.due_at == at("2027-01-07", 0)
    assert Message.objects.filter(case_code=case.order.code).exists()
    assert clocks.recompute_provisional(at=LATER) == [] and workdays.missing_notice(date(2026, 12, 30)) is None


# Speed: 3,000 rows


def test_three_thousand_rows_are_previewed_and_written_in_time(town: Town) -> None:
    import time

    rows = table(
        *[
            lawyer(f"L{n}", 服务语言="汉语、维吾尔语", 擅长="劳动、婚姻", 电话="13800001234", 同时能办几件="20")
            for n in range(3000)
        ]
    )
    content = excel(rows)
    start = time.perf_counter()
    preview = read("practitioners", content, town.actor("officer"))
    looked = time.perf_counter()
    sheets.apply(preview=preview, by=town.actor("officer"), at=NOW)
    done = time.perf_counter()
    print(f"3,000 rows: preview {looked - start:.2f} s, apply {done - looked:.2f} s")
    assert looked - start < 5 and done - looked < 10 and Practitioner.objects.count() == 3001


# The pages

TOKEN = "00000000-0000-4000-8000-000000000000"


def send(browser: Client, kind: str, content: bytes, name: str = "名册.csv") -> Any:
    return browser.post(reverse("console:sheets"), {"kind": kind, "file": SimpleUploadedFile(name, content)})


def seen(page: Any) -> str:
    return re.search(r'name="seen" value="([0-9a-f]*)"', page.content.decode()).group(1)  # type: ignore[union-attr]


@pytest.mark.parametrize("who", CAST)
def test_every_sheet_page_for_every_member_of_the_cast(town: Town, sign_in: Any, who: str) -> None:
    town.applicant = town.need().person
    browser = sign_in(town, who, on=Client())
    outside = 302 if who not in STAFF else 403
    wrong = []

    def expect(url: str, status: int, method: str = "get", **data: Any) -> None:
        answer = getattr(browser, method)(url, data)
        if answer.status_code != status:
            wrong.append((who, method, url, answer.status_code, status))

    expect("/console/sheets/", 200 if who in KEEPERS else outside)
    for kind, sheet in sheets.kinds().items():
        mine = who in STAFF and not {r.value for r in sheet.roles}.isdisjoint({who.removesuffix("_b")})
        for page in ("export", "template"):
            expect(f"/console/sheets/{kind}/{page}/", 200 if mine else outside)
        expect("/console/sheets/", 422 if mine else outside, "post", kind=kind)
    for page in ("", "faulty/"):
        expect(f"/console/sheets/draft/{TOKEN}/{page}", 404 if who in KEEPERS else outside)
    expect(f"/console/sheets/draft/{TOKEN}/", 404 if who in KEEPERS else outside, "post")
    expect("/console/sheets/nothing/export/", 404 if who in KEEPERS else outside)
    assert wrong == []


def test_a_list_is_brought_in_through_the_pages(town: Town, sign_in: Any) -> None:
    browser = sign_in(town, "officer", on=Client())
    answer = send(
        browser,
        "practitioners",
        comma(table(lawyer("1"), lawyer("2", 电话="2820000"), {**lawyer("16531201610000001"), "中文姓名": "甲"})),
    )
    assert answer.status_code == 302
    url = answer.headers["Location"]
    page = browser.get(url)
    shown = page.content.decode()
    assert "还没有写入任何内容" in shown and "第 3 行" in shown and "座机号码要带区号" in shown and "示例律师" in shown
    assert Practitioner.objects.count() == 1
    assert "新来的" not in browser.get(url + "?only=changed").content.decode()
    refused = browser.post(url, {"seen": seen(page)})
    assert (
        refused.status_code == 422 and "有错的行不要" in refused.content.decode() and Practitioner.objects.count() == 1
    )
    book = browser.get(url + "faulty/")
    assert book.status_code == 200 and tables.read(book.content).rows[0][1][0] == "哪里不对"
    assert browser.post(url, {"seen": seen(page), "leave_out": "yes"}).status_code == 302
    assert Practitioner.objects.count() == 2 and Practitioner.objects.filter(name_zh="甲").exists()
    again = browser.post(url, {"seen": seen(page), "leave_out": "yes"}, follow=True)  # a double click
    assert "已经写入过了" in again.content.decode()
    line = Event.objects.get(stream="registry", kind="sheet")
    assert line.data["counts"] == {"new": 1, "changed": 1, "same": 0, "faulty": 1} and "甲" not in str(line.data)
    assert journal.verify() == []


def test_the_second_person_sees_what_the_first_one_wrote(town: Town, sign_in: Any) -> None:
    from open12348.kernel.access import Role
    from open12348.registry import accounts

    accounts.grant(
        account=town.staff["supervisor"],
        role=Role.OFFICER,
        by=SYSTEM,
        at=at("2026-01-01"),
        division=town.units["653125000000"],
    )
    fast, slow = sign_in(town, "officer", on=Client()), sign_in(town, "supervisor", on=Client())
    urls = [
        send(b, "practitioners", comma(table({**lawyer("16531201610000001"), "中文姓名": n}))).headers["Location"]
        for b, n in ((fast, "甲"), (slow, "乙"))
    ]
    pages = [fast.get(urls[0]), slow.get(urls[1])]
    assert slow.get(urls[0]).status_code == 404  # another's upload
    assert fast.post(urls[0], {"seen": seen(pages[0])}).status_code == 302
    told = slow.post(urls[1], {"seen": seen(pages[1])})
    assert told.status_code == 409 and "被别人改过了" in told.content.decode() and ">甲<" in told.content.decode()
    assert (
        slow.post(urls[1], {"seen": seen(told)}).status_code == 302
        and Practitioner.objects.filter(name_zh="乙").exists()
    )


@pytest.mark.parametrize("content", [b"", b"\x00\x00", "类别,证号,民族\n律师,1,x".encode(), b"PK\x03\x04"])
def test_a_bad_file_is_answered_on_the_page_and_not_kept(town: Town, sign_in: Any, content: bytes) -> None:
    answer = send(sign_in(town, "officer", on=Client()), "practitioners", content)
    assert answer.status_code == 422 and not SheetUpload.objects.exists()


def test_a_cell_that_holds_markup_is_shown_as_text(town: Town, sign_in: Any) -> None:
    browser = sign_in(town, "officer", on=Client())
    url = send(browser, "practitioners", comma(table(lawyer("1", 备注="<script>alert(1)</script>")))).headers[
        "Location"
    ]
    assert "<script>alert" not in browser.get(url).content.decode()


def test_taking_a_list_out_is_written_down(town: Town, sign_in: Any) -> None:
    answer = sign_in(town, "officer", on=Client()).get("/console/sheets/practitioners/export/?format=csv")
    assert "示例律师" in answer.content.decode("utf-8-sig") and answer.headers["Cache-Control"] == "no-store"
    assert Event.objects.get(stream="registry", kind="sheet_out").data["rows"] == 1
    assert (
        sign_in(town, "officer", on=Client()).get("/console/sheets/practitioners/export/?format=exe").status_code == 404
    )


# Single entries in a form


def typed(kind: str, **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "place": {"code": "N1", "kind": "station", "name_zh": "新站", "division_code_township": "653125101000"},
        "practitioner": {
            "kind": "lawyer",
            "licence_no": "77",
            "name_zh": "新人",
            "division_code_county": "653125000000",
        },
        "organisation": {"kind": "law_firm", "name_zh": "新所", "division_code_county": "653125000000"},
    }[kind]
    return {**base, **more}


def test_a_practitioner_is_entered_and_changed_in_a_form(town: Town, sign_in: Any) -> None:
    browser = sign_in(town, "officer", on=Client())
    bad = browser.post(
        "/console/providers/new/", typed("practitioner", phone="2820000", languages=["ug"], specialities="劳动、土地")
    )
    shown = bad.content.decode()
    assert (
        bad.status_code == 422 and "座机号码要带区号" in shown and 'value="2820000"' in shown and "劳动、土地" in shown
    )
    good = browser.post(
        "/console/providers/new/",
        typed("practitioner", languages=["ug", "zh"], specialities="劳动、土地", capacity="12"),
    )
    person = Practitioner.objects.get(licence_no="77")
    assert (
        good.status_code == 302
        and person.languages == ["ug", "zh"]
        and person.specialities == ["劳动", "土地"]
        and person.capacity == 12
    )
    assert "已经登记过" in browser.post("/console/providers/new/", typed("practitioner")).content.decode()
    page = browser.get(f"/console/providers/{person.pk}/edit/")
    answer = browser.post(
        f"/console/providers/{person.pk}/edit/",
        typed("practitioner", languages=["ug"], seen=seen(page), status="active"),
    )
    person.refresh_from_db()
    assert answer.status_code == 302 and person.languages == ["ug"]
    stale = browser.post(
        f"/console/providers/{person.pk}/edit/",
        typed("practitioner", languages=["zh"], seen=seen(page), status="active"),
    )
    assert stale.status_code == 422 and "别人改过这一条" in stale.content.decode()
    assert [e.data["status"] for e in Event.objects.filter(stream="registry", kind="entry").order_by("seq")] == [
        "new",
        "changed",
    ]


def test_an_officer_of_another_county_changes_nothing_here(town: Town, sign_in: Any) -> None:
    Membership.objects.filter(account=town.staff["officer"]).update(division=town.units["653131000000"])
    browser = sign_in(town, "officer", on=Client())
    person, firm = Practitioner.objects.get(), Organisation.objects.get()
    assert browser.get(f"/console/providers/{person.pk}/edit/").status_code == 404
    assert browser.post(f"/console/organisations/{firm.pk}/", typed("organisation")).status_code == 404
    assert browser.post("/console/providers/new/", typed("practitioner")).status_code == 422
    assert Practitioner.objects.count() == 1 and Organisation.objects.get().name_zh == firm.name_zh


def test_a_firm_is_suspended_on_its_page_and_its_people_drop_out(town: Town, sign_in: Any) -> None:
    case = town.case()
    browser = sign_in(town, "officer", on=Client())
    firm = Organisation.objects.get()
    url = f"/console/organisations/{firm.pk}/"
    data = typed("organisation", name_zh=firm.name_zh, seen=seen(browser.get(url)), status="suspended", invented="on")
    refused = browser.post(url, data)
    assert refused.status_code == 422 and "请写明这次变更的理由" in refused.content.decode()
    assert browser.post(url, {**data, "status_reason": "停业整顿"}).status_code == 302
    assert not any(
        c.able for c in routing.candidates(case, datetime.now(workdays.TZ)) if c.account == town.staff["provider"]
    )
    shown = browser.get(url).content.decode()
    assert "停业整顿" in shown and "不能接案" in shown


def test_a_place_is_changed_on_its_page_with_hours_by_season(town: Town, sign_in: Any) -> None:
    browser = sign_in(town, "planner", on=Client())
    url = "/console/places/S653125101/"
    data = {"kind": "station", "name_zh": "甲一镇工作站", "division_code_township": "653125101000", "parent_code": "C653125", "roles": ["justice_office"],
            "languages": ["zh", "ug"], "accessibility": ["ramp"], "phone": "0998-12348", "hours": "05-01~09-30 1-5 09:30-13:30\n10-01~04-30 1-5 10:00-14:00",
            "windows": "B01", "seen": seen(browser.get(url))}  # fmt: skip
    bad = browser.post(url, {**data, "hours": "随时"})
    assert bad.status_code == 422 and "看不懂" in bad.content.decode()
    assert browser.post(url, data).status_code == 302
    place = Place.objects.get(code="S653125101")
    assert place.roles == ["justice_office"] and place.hours.count() == 10 and places.offers(place, "B01")
    assert "05-01~09-30" in browser.get(url).content.decode()
    assert sign_in(town, "clerk", on=Client()).post(url, data).status_code == 404


def test_a_place_outside_ones_part_is_not_opened_for_change(town: Town, sign_in: Any) -> None:
    Membership.objects.filter(account=town.staff["planner"]).update(division=town.units["653131000000"])
    browser = sign_in(town, "planner", on=Client())
    assert "修改" not in browser.get("/console/places/S653125101/").content.decode().split("<main")[1]
    assert browser.post("/console/places/S653125101/", {}).status_code == 404
    assert (
        browser.post("/console/places/new/", typed("place")).status_code == 422
        and not Place.objects.filter(code="N1").exists()
    )


def test_a_draft_of_nobody_is_not_found(town: Town, sign_in: Any) -> None:
    assert sign_in(town, "officer", on=Client()).get(f"/console/sheets/draft/{uuid.uuid4()}/").status_code == 404
    assert Item.objects.exists()
