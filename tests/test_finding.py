"""Finding who serves: near first, by the day's lot, never by a score; who may not practise is not offered, and told when asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from open12348.kernel.access import SYSTEM
from open12348.registry import finding, people, providers, specialities
from open12348.registry.finding import Wanted
from open12348.registry.models import Division, Organisation, Practitioner, Status

from .people import NOW, Town

KINDS = [code for code, _what in finding.KINDS]


def enter(town: Town, name: str, licence: str, unit: str, **more: Any) -> Practitioner:
    values = {"kind": "lawyer", "languages": ["zh"], "division": town.units[unit]} | more
    return Practitioner.objects.create(
        name_zh=name, licence_no=licence, name_keys=people.all_keys(name, more.get("name_ug", "")), **values
    )


def names(wanted: Wanted, at: Any = NOW) -> list[str]:
    return [w.name_zh for w in finding.search(wanted, at)]


@pytest.fixture
def near_and_far(town: Town) -> Town:
    Division.objects.filter(code="653125000000").update(latitude=38.4, longitude=77.2)
    Division.objects.filter(code="653131000000").update(latitude=37.8, longitude=75.2)
    enter(town, "远方", "16531201610000011", "653131100000")
    enter(town, "同村", "16531201610000012", "653125101200")
    enter(town, "同镇", "16531201610000013", "653125101201")
    return town


def test_the_nearest_come_first_whatever_the_lot(near_and_far: Town) -> None:
    for days in range(3):
        found = names(Wanted(division=Division.objects.get(code="653125101200")), NOW + timedelta(days=days))
        assert found[:2] == ["同村", "同镇"] and found[-1] == "远方"
        assert set(found[2:4]) == {"示例律师", "示例乙律师"}
    last = list(finding.search(Wanted(division=Division.objects.get(code="653125000000")), NOW))[-1]
    assert last.near == finding.ELSEWHERE and 150 < last.km < 220  # type: ignore[attr-defined]


def test_at_one_distance_the_order_is_new_each_day_and_steady_on_one_day(town: Town) -> None:
    for n in range(12):
        enter(town, f"律师{n:02d}", f"1653120171000{n:04d}", "653125000000")
    here = Wanted(division=town.units["653125000000"])
    days = [tuple(names(here, NOW + timedelta(days=d))) for d in range(5)]
    assert len(set(days)) == 5 and len({frozenset(d) for d in days}) == 1
    assert names(here, NOW + timedelta(hours=9)) == list(days[0])
    firsts = {names(here, NOW + timedelta(days=d))[0] for d in range(40)}
    assert len(firsts) > 6  # nobody owns the first place


def test_by_need_and_language_as_registers_write_them(town: Town) -> None:
    enter(town, "老写法", "16531201610000021", "653125000000", specialities=["婚姻家庭"], languages=["ug"])
    enter(town, "编号写法", "16531201610000022", "653125000000", specialities=["01"], languages=["zh", "ug"])
    assert set(names(Wanted(speciality="family"))) == {"老写法", "编号写法", "示例乙律师"}
    assert set(names(Wanted(speciality="family", language="ug"))) == {"老写法", "编号写法"}
    assert len(names(Wanted(speciality="medicine"))) == 4  # no field of a lawyer's: asked for nothing


def test_a_suspended_one_is_gone_the_same_minute_and_told_when_asked_for(town: Town) -> None:
    """Acceptance test 16 of the reference, on the resident's side."""
    lawyer = Practitioner.objects.get(licence_no="16531201610000001")
    minute = NOW + timedelta(minutes=1)
    providers.set_standing(
        who=lawyer, status=Status.SUSPENDED, at=minute, by=SYSTEM, reason="停止执业", ends_at=NOW + timedelta(days=90)
    )
    assert "示例律师" in names(Wanted(), NOW) and "示例律师" not in names(Wanted(), minute)
    for text in (
        "示例律师",
        "16531201610000001",
        "１６５３１２０１６１００００００１",
        "١٦٥٣١٢٠١٦١٠٠٠٠٠٠١",
        "16531 20161 0000001",
    ):
        (one,) = [f for f in finding.shown(finding.search(Wanted(text=text), minute), minute) if f.worker == lawyer]
        assert (one.status, one.may_serve, str(one.until)) == ("suspended", False, "2027-02-21")
    assert "示例律师" in names(Wanted(), NOW + timedelta(days=91))


def test_whose_office_is_closed_is_not_offered(town: Town) -> None:
    firm = Organisation.objects.get()
    providers.set_standing(who=firm, status=Status.SUSPENDED, at=NOW, by=SYSTEM, reason="停业整顿")
    assert names(Wanted()) == []
    (one,) = finding.shown(finding.search(Wanted(text="示例乙律师"), NOW), NOW)
    assert one.office_stopped and not one.may_serve and one.status == "active"


@pytest.mark.parametrize("tenth", "6789")
def test_lawyers_of_authorities_and_companies_are_not_offered_to_residents(town: Town, tenth: str) -> None:
    enter(town, "公职", f"165312016{tenth}0000031", "653125000000")
    assert "公职" not in names(Wanted())
    (one,) = finding.shown(finding.search(Wanted(text="公职"), NOW), NOW)
    assert not one.private and one.may_serve


def test_a_name_is_found_in_any_script(town: Town) -> None:
    enter(town, "阿迪力·买买提", "16531201610000041", "653125000000", name_ug="ئادىل مەمەت")
    for text in ("阿迪力·买买提", "ئادىل مەمەت", "Adil Memet"):
        assert names(Wanted(text=text)) == ["阿迪力·买买提"]


def test_every_field_is_named_in_three_languages_and_no_word_means_two() -> None:
    rows = specialities.everything()
    assert len({r.code for r in rows}) == len(rows)
    seen: set[str] = set()
    for row in rows:
        assert all(name for _language, name in row.names) and row.kinds <= set(KINDS)
        assert not seen & row.words
        seen |= row.words
    assert specialities.said(["01", "婚姻", "自己的说法", "99"]) == ["婚姻家庭和继承", "自己的说法"]


# The page


def test_the_page_asks_whom_first_and_works_without_anything_else(town: Town, client: Client) -> None:
    start = client.get("/practitioners/").content.decode()
    assert all(f"?kind={kind}" in start for kind in KINDS)
    assert "?kind=lawyer" in client.get("/practitioners/?kind=nobody").content.decode()
    for kind in KINDS:
        assert client.get(f"/practitioners/?kind={kind}").status_code == 200
    assert "/practitioners/" in client.get("/").content.decode()


def test_the_page_shows_the_offices_phone_and_never_the_persons(town: Town, client: Client) -> None:
    Organisation.objects.update(phone="0998-2820000", address="示例路 1 号")
    Practitioner.objects.filter(name_zh="示例律师").update(phone="13700001111")
    page = client.get("/practitioners/?kind=lawyer&division_county=653125000000").content.decode()
    assert "tel:09982820000" in page and "13700001111" not in page and "137 0000" not in page
    assert "16531201610000001" in page and "不按评分、不按交钱排" in page and "就在您选的地方" in page
    assert "甲县" in client.get("/practitioners/?kind=notary").content.decode()  # where one lives is asked once


def test_a_long_list_is_paged_and_a_page_in_any_digits(town: Town, client: Client) -> None:
    for n in range(25):
        enter(town, f"律师{n:02d}", f"1653120171000{n:04d}", "653125000000")
    one, two = (client.get(f"/practitioners/?kind=lawyer&page={p}").content.decode() for p in ("1", "２"))
    found = [{f"律师{n:02d}" for n in range(25) if f"律师{n:02d}" in page} for page in (one, two)]
    assert not found[0] & found[1] and len(found[0] | found[1]) == 25
    assert client.get("/practitioners/?kind=lawyer&page=x%00").status_code == 200


@pytest.mark.parametrize(
    "asked", ["kind=notary", "kind=lawyer&q=没有这个人", "kind=lawyer&q=99999999", "kind=lawyer&language=en"]
)
def test_an_empty_answer_says_what_to_do(town: Town, client: Client, asked: str) -> None:
    page = client.get(f"/practitioners/?{asked}").content.decode()
    assert "/ask/" in page and "tel:12348" in page and "换一类人员" in page


@pytest.mark.parametrize(
    "asked",
    [
        "kind=lawyer&speciality=nonsense",
        "kind=lawyer&language=xx",
        "kind=lawyer&division=000000000000",
        "kind=lawyer&q=%00'--",
    ],
)
def test_nonsense_is_answered_with_a_page(town: Town, client: Client, asked: str) -> None:
    assert client.get(f"/practitioners/?{asked}").status_code == 200
