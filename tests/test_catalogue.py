"""The published list of the first pack: whole in three languages, found in everyday words, one version for each day."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from open12348.guidance import needs
from open12348.kernel import names
from open12348.registry import items, pack
from open12348.registry.models import Item, PackFile, PlaceKind, Window

from .people import NOW

PACK = "kashgar"
FOLDER = settings.PACKAGE / "packs" / PACK
TOPICS = settings.PACKAGE / "lines" / "advice" / "topics.csv"
LANGUAGES = ("zh", "ug", "en")
TEXTS = ("name", "who", "fee_note", "materials", "limit", "steps", "keywords")


def rows(file: Path) -> list[dict[str, str]]:
    with open(file, encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))


ITEMS = rows(FOLDER / "items.csv")
NEEDS = rows(FOLDER / "needs.csv")


@pytest.fixture(scope="module")
def loaded(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """The pack, loaded once for the tests of this file and taken back at their end."""
    with django_db_blocker.unblock():
        point = transaction.atomic()
        point.__enter__()
        try:
            pack.load(PACK, at=NOW)
            yield
        finally:
            transaction.set_rollback(True)
            point.__exit__(None, None, None)


@pytest.fixture
def catalogue(loaded: None, db: None) -> None:
    """The list, and a transaction of the test's own inside that of the file."""


# The file


def test_the_list_has_seventy_one_items_in_eight_parts() -> None:
    codes = [r["code"] for r in ITEMS]
    assert len(set(codes)) == len(codes) == 71
    parts = {part: sum(c.startswith(part) for c in codes) for part in "ABCDEFGH"}
    assert parts == {"A": 8, "B": 9, "C": 17, "D": 10, "E": 8, "F": 6, "G": 4, "H": 9}


@pytest.mark.parametrize("row", ITEMS, ids=lambda r: r["code"])
def test_an_item_says_everything_in_three_languages(row: dict[str, str]) -> None:
    empty = [k for k, v in row.items() if not v.strip() and k != "limit_rule"]
    assert empty == []
    for name in TEXTS:
        zh, ug, en = (row[f"{name}_{lang}"] for lang in LANGUAGES)
        assert names.has_chinese(zh) or zh.isdigit() or name == "keywords"
        assert not names.has_chinese(ug) and (names.has_uyghur(ug) or ug.isdigit()), ug
        assert not names.has_chinese(en) and not names.has_uyghur(en), en
        if name in {"materials", "steps"}:
            assert len({len(text.split(";")) for text in (zh, ug, en)}) == 1, f"{name}: not the same number of parts"
    for text in row.values():
        assert "；" not in text or names.has_chinese(text)


@pytest.mark.parametrize("row", ITEMS, ids=lambda r: r["code"])
def test_an_item_is_in_known_terms(row: dict[str, str]) -> None:
    assert row["category"] == row["code"][0]
    assert set(row["fee"].split()) <= set("FRGM-") and row["fee"]
    assert set(row["channels"].split()) <= set("CTRHWOVS") and row["channels"]
    assert set(row["levels"].split()) <= {"prefecture", "county", "township", "village"} and row["levels"]
    assert row["sure"] in {"V", "K", "S", "U"}
    assert re.fullmatch(r"(\d+ (workdays|days|hours))?", row["limit_rule"])
    assert date.fromisoformat(row["valid_from"]) <= NOW.date()
    if row["fee"] == "F":
        assert row["fee_note_zh"] == "免费"


@pytest.mark.parametrize("row", ITEMS, ids=lambda r: r["code"])
def test_the_rule_and_the_words_of_a_limit_name_the_same_number(row: dict[str, str]) -> None:
    if row["limit_rule"]:
        number, unit = row["limit_rule"].split()
        if number == "1":
            return  # "the same or the next working day"
        for lang in LANGUAGES:
            assert re.search(rf"\b{number}\b", row[f"limit_{lang}"]), row[f"limit_{lang}"]
        word = {"workdays": "工作日", "days": "日", "hours": "小时"}[unit]
        assert word in row["limit_zh"]


def test_windows_offer_published_items_only() -> None:
    codes = {r["code"] for r in ITEMS}
    for row in rows(FOLDER / "windows.csv"):
        assert row["item_code"] in codes and row["kind"] in PlaceKind.values


def test_there_are_some_forty_needs_in_everyday_words() -> None:
    assert 40 <= len(NEEDS) <= 60 and len({r["code"] for r in NEEDS}) == len(NEEDS)
    codes, topics = {r["code"] for r in ITEMS}, {r["code"] for r in rows(TOPICS)}
    for row in NEEDS:
        assert all(row[f"phrase_{lang}"] for lang in LANGUAGES) and row["also"], row["code"]
        assert set(row["items"].split()) <= codes and row["items"], row["code"]
        assert not row["topic"] or row["topic"] in topics, row["code"]
        assert row["urgent"] in {"", "home", "custody"}


def test_every_second_topic_of_advice_has_an_everyday_need() -> None:
    said = {r["topic"] for r in NEEDS}
    topics = {r["code"] for r in rows(TOPICS) if r["parent"]}
    assert {"0101", "0201", "0301", "0501", "0601", "0701"} <= said and len(topics & said) >= len(topics) * 2 // 3


# Found in everyday words

SAID = [
    ("老板不发工资", "C11"), ("工资", "C11"), ("欠薪", "C11"), ("包工头跑了不给钱", "C11"), ("被老板开除了", "C11"), ("没签劳动合同", "C11"),
    ("离婚", "C08"), ("离婚孩子跟谁", "C08"), ("不给抚养费", "C08"), ("老公打我", "C08"), ("家暴", "C08"), ("想退彩礼", "D02"),
    ("邻居占了我的地", "D01"), ("浇水吵架", "D01"), ("羊吃了庄稼", "D01"), ("借钱不还", "D02"), ("欠条", "D02"), ("房东不退押金", "D02"),
    ("撞车了", "D03"), ("医疗事故", "D03"), ("买了假种子", "D03"), ("被抓了怎么办", "C03"), ("取保候审", "C03"), ("法律援助没批准", "C14"),
    ("换律师", "C01"), ("请不起律师", "C01"), ("写遗嘱", "F02"), ("委托书", "F02"), ("房子过户", "F02"), ("亲子鉴定", "G02"),
    ("伤残鉴定", "G01"), ("行政处罚不服", "H07"), ("征地补偿", "C09"), ("投诉律师", "B06"), ("探监", "H05"), ("上门服务", "H08"),
    ("被骗了钱", "B03"), ("打伤了", "C06"), ("村里的律师", "E01"), ("不会说汉语", "E08"), ("法考", "H02"), ("仲裁", "H01"),
    ("ئىش ھەققىمنى بەرمىدى", "C11"), ("ئىش ھەققى", "C11"), ("مائاش", "C11"), ("ئىشتىن ھەيدىدى", "C11"), ("ئاجرى", "C08"), ("ئاجرىشىش", "C08"),
    ("ئېرىم ئۇرىدۇ", "C08"), ("قەرز", "D02"), ("سۇغىرىش", "D01"), ("قوشنا", "D01"), ("ماشىنا", "D03"), ("دوختۇرخانا", "D03"), ("تۇتۇلدى", "C03"),
    ("ھەقسىز ئادۋوكات", "C01"), ("ۋەسىيەت", "F02"), ("مىراس", "F02"), ("ھاۋالەنامە", "F02"), ("جەرىمانە", "H07"), ("شىكايەت", "B06"),
    ("كۆرۈشۈش", "H05"), ("تەرجىمان", "E08"), ("تويلۇق", "D02"), ("ئۇرۇق", "D03"),
    ("wage", "C11"), ("My boss does not pay me", "C11"), ("unpaid wages", "C11"), ("fired", "C11"), ("divor", "C08"), ("divorce", "C08"),
    ("husband hits", "C08"), ("debt", "D02"), ("landlord", "D02"), ("neighbour", "D01"), ("traffic accident", "D03"), ("hospital", "D03"),
    ("arrest", "C03"), ("free lawyer", "C01"), ("inheritance", "F02"), ("power of attorney", "F02"), ("paternity", "G02"),
    ("complaint", "B06"), ("prison visit", "H05"), ("penalty", "H07"), ("interpreter", "E08"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), SAID, ids=lambda v: v)
def test_everyday_words_find_the_item_that_helps(catalogue: None, text: str, code: str) -> None:
    """Among the first eight: what a small screen shows before anybody scrolls far."""
    _needs, found = needs.find(text)
    assert code in [i.code for i in found[:8]], [i.code for i in found]


@pytest.mark.parametrize(
    ("text", "code"),
    [("工资", "C11"), ("离婚", "C08"), ("ئاجرى", "C08"), ("wage", "C11"), ("divor", "C08"), ("WAGE", "C11"), ("Ｃ１１", "C11"), ("مائ", "C11"),
     ("遗", "F02"), ("notar", "F01"), ("گۇۋا", "F02")],
)  # fmt: skip
def test_part_of_a_word_is_enough_in_the_list_itself(catalogue: None, text: str, code: str) -> None:
    assert code in [i.code for i in items.search(text)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_item_is_found_by_its_name_and_its_own_words(catalogue: None, lang: str) -> None:
    lost = [
        (row["code"], word)
        for row in ITEMS for word in (row[f"name_{lang}"], *row[f"keywords_{lang}"].split(";"))
        if row["code"] not in {i.code for i in items.search(word)}
    ]  # fmt: skip
    assert lost == []


@pytest.mark.parametrize("row", NEEDS, ids=lambda r: r["code"])
def test_every_need_is_found_by_each_of_its_phrases(catalogue: None, row: dict[str, str]) -> None:
    for lang in LANGUAGES:
        found, listed = needs.find(row[f"phrase_{lang}"])
        assert row["code"] in [n.code for n in found], (row[f"phrase_{lang}"], [n.code for n in found])
        assert set(row["items"].split()) <= {i.code for i in listed}


@pytest.mark.parametrize("text", ["", "   ", "zzzqqq", "\u202e", "۝", "%", "'; drop table"])
def test_nonsense_finds_no_need_and_breaks_nothing(catalogue: None, text: str) -> None:
    assert needs.find(text)[0] == []


def test_the_front_page_names_the_most_asked_only(catalogue: None) -> None:
    assert len(needs.front()) == needs.FRONT < len(needs.everyday())
    shown = Client().get("/").content.decode()
    assert shown.count("/find/?need=") == needs.FRONT and "老板不发工资" in shown


# Versions


def _values(item: Item, **changed: Any) -> dict[str, Any]:
    kept = {
        f.name: getattr(item, f.name)
        for f in Item._meta.fields
        if f.name not in {"id", "version", "valid_to", "search"}
    }
    return {**kept, **changed}


def test_loading_again_publishes_nothing(catalogue: None) -> None:
    before = list(Item.objects.values_list("pk", "version"))
    PackFile.objects.filter(file="items.csv").delete()
    assert pack.load(PACK, at=NOW + timedelta(days=30)) == {"items.csv": 71}
    assert list(Item.objects.values_list("pk", "version")) == before and len(before) == 71


def test_a_changed_item_ends_the_old_version_and_an_old_day_still_shows_it(catalogue: None) -> None:
    old = items.by_code("C11")
    assert old is not None
    new, fresh = items.publish(values=_values(old, name_zh="讨薪法律援助"), on=NOW.date())
    yesterday = NOW.date() - timedelta(days=1)
    assert fresh and new.version == old.version + 1 and new.valid_from == NOW.date()
    assert Item.objects.get(pk=old.pk).valid_to == NOW.date()
    then, now = items.by_code("C11", yesterday), items.by_code("C11", NOW.date())
    assert then is not None and then.name_zh == "劳动争议法律援助" and now is not None and now.name_zh == "讨薪法律援助"
    assert [i.code for i in items.search("讨薪法律援助")] == ["C11"]
    assert items.search("讨薪法律援助", on=yesterday)[0].name_zh == "劳动争议法律援助"
    assert items.on_list(yesterday).count() == items.on_list(NOW.date()).count() == items.on_list().count() == 71


def test_before_its_first_day_an_item_is_not_on_the_list(catalogue: None) -> None:
    assert items.by_code("C11", date(2020, 12, 31)) is None


def test_an_unchanged_item_keeps_its_version(catalogue: None) -> None:
    item = items.by_code("B01")
    assert item is not None
    assert items.publish(values=_values(item), on=NOW.date()) == (item, False)


def test_a_version_that_ended_is_not_found_by_its_old_words(catalogue: None) -> None:
    item = items.by_code("H05")
    assert item is not None
    items.publish(values=_values(item, keywords={"zh": "视频会见"}), on=NOW.date())
    assert "H05" not in [i.code for i in items.search("探监")]


def test_the_items_page_shows_what_is_published_today(catalogue: None) -> None:
    assert Window.objects.filter(item_code="C11").exists()
    shown = Client().get("/items/C11/").content.decode()
    assert "农民工讨薪、工伤的不核查经济困难" in shown
