"""Open data: every answer of the directory keeps to HSDS, names nobody, speaks the asked language and is quick to repeat."""

from __future__ import annotations

import json
import re
from datetime import date, time
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

from open12348.doors.exchange import directory, hsds
from open12348.kernel.access import SYSTEM
from open12348.registry import items, providers
from open12348.registry.models import Hours, Organisation, Place, Practitioner, Window

from .hsds import contract
from .people import NOW, Town, at

BASE = "/open-data/hsds/"
LISTS = {
    "services": "service", "organizations": "organization", "service_at_locations": "service_at_location",
    "locations": "location", "taxonomies": "taxonomy", "taxonomy_terms": "taxonomy_term",
}  # fmt: skip


@pytest.fixture
def open_town(town: Town) -> Town:
    """The town with windows, opening hours and what a place may say of itself."""
    for kind, code in (("centre", "B01"), ("centre", "C11"), ("station", "B01"), ("workroom", "B01")):
        Window.objects.create(kind=kind, item_code=code)
    Window.objects.create(place=town.places["station"], item_code="H04")
    for first, last, opens in (("05-01", "09-30", time(9, 30)), ("10-01", "04-30", time(10, 0))):
        for weekday in range(1, 6):
            Hours.objects.create(
                kind="centre",
                season_from=first,
                season_to=last,
                weekday=weekday,
                opens=opens,
                closes=time(19),
                sure="U",
            )
    Place.objects.filter(pk=town.places["centre"].pk).update(
        accessibility=["ramp", "low_window"], name_ug="ئا مەركىزى", name_en="Centre A"
    )
    return town


def get(address: str = "", said: str = "", **query: Any) -> Any:
    headers = {"Accept-Language": said} if said else {}
    answer = Client().get(BASE + address, query, headers=headers)
    assert answer.status_code == 200, answer.content.decode()[:300]
    return answer.json()


def pages(address: str, size: int = 3, **query: Any) -> list[dict[str, Any]]:
    """All records of a list, page by page, each page checked."""
    found: list[dict[str, Any]] = []
    for number in range(1, 200):
        answer = get(address, page=number, per_page=size, **query)
        Draft202012Validator(contract.PAGE).validate(answer)
        assert answer["size"] == len(answer["contents"]) <= size and answer["page_number"] == number
        assert answer["first_page"] is (number == 1) and answer["empty"] is (not answer["contents"])
        found += answer["contents"]
        if answer["last_page"]:
            assert len(found) == answer["total_items"]
            return found
    raise AssertionError("no last page")


# The specification


def test_the_root_says_what_it_is(open_town: Town) -> None:
    Draft202012Validator(contract.ROOT, format_checker=FormatChecker()).validate(get())


@pytest.mark.parametrize("said", ["", "ug", "en"])
@pytest.mark.parametrize(("address", "kind"), LISTS.items())
def test_every_list_and_every_record_keeps_to_the_specification(
    open_town: Town, address: str, kind: str, said: str
) -> None:
    listed = pages(address)
    assert listed
    ids = [r["id"] for r in listed]
    assert len(set(ids)) == len(ids) and all(UUID(i).version == 5 for i in ids)
    for record in listed:
        whole = get(f"{address}/{record['id']}", said)
        assert whole["id"] == record["id"]
        assert contract.faults(kind, record) == [] and contract.faults(kind, whole) == []


@pytest.mark.parametrize("address", ["services", "organizations", "service_at_locations", "locations"])
def test_the_full_form_keeps_to_it_too(open_town: Town, address: str) -> None:
    wrong = [fault for record in pages(address, full="true") for fault in contract.faults(LISTS[address], record)]
    assert wrong == []


def test_a_service_at_a_location_also_passes_as_a_service(open_town: Town) -> None:
    """One edition of the published API names the schema of a service for this answer."""
    one = get("service_at_locations")["contents"][0]
    whole = get(f"service_at_locations/{one['id']}")
    assert {"id", "name", "status"} <= set(whole)


def test_the_judge_finds_what_is_wrong() -> None:
    assert contract.faults("service", {"id": "B01", "name": "x", "status": "open"})
    assert contract.faults("phone", {"id": "6cd71e9f-1013-49d9-8370-26b8f59d3e5a"})
    assert contract.faults(
        "location", {"id": "6cd71e9f-1013-49d9-8370-26b8f59d3e5a", "location_type": "physical", "x": 1}
    )


# What it tells


def test_every_pair_of_place_and_window_is_there_once(open_town: Town) -> None:
    pairs = {
        (r["location"]["external_identifier"], r["service"]["name"]) for r in pages("service_at_locations", size=2)
    }
    assert pairs == {
        ("C653125", "窗口法律咨询"), ("C653125", "劳动争议法律援助"), ("C653131", "窗口法律咨询"), ("C653131", "劳动争议法律援助"),
        ("S653125101", "窗口法律咨询"), ("S653125101", "社区矫正法律帮助"), ("S653131100", "窗口法律咨询"), ("R653125101200", "窗口法律咨询"),
    }  # fmt: skip


def test_pages_of_any_size_give_the_same_list(open_town: Town) -> None:
    whole = [r["id"] for r in pages("service_at_locations", size=200)]
    assert all([r["id"] for r in pages("service_at_locations", size=n)] == whole for n in (1, 2, 5, 7))


def test_a_place_says_when_it_is_open_and_how_to_get_in(open_town: Town) -> None:
    centre = next(p for p in pages("locations", full="true") if p["external_identifier"] == "C653125")
    winter = next(s for s in centre["schedules"] if s["opens_at"] == "10:00+08:00")
    assert winter["byday"] == "MO,TU,WE,TH,FR" and winter["freq"] == "WEEKLY" and winter["timezone"] == 8
    assert (winter["valid_from"], winter["valid_to"]) == ("2026-10-01", "2027-04-30")
    summer = next(s for s in centre["schedules"] if s["opens_at"] == "09:30+08:00")
    assert (summer["valid_from"], summer["valid_to"]) == ("2027-05-01", "2027-09-30")
    assert "没有核实" in winter["notes"]
    assert [a["description"] for a in centre["accessibility"]] == ["有无障碍坡道", "有低位窗口"]
    assert [x["code"] for x in centre["languages"]] == ["zh", "ug"]
    assert centre["phones"][0]["number"] == "0998-12348"


def test_a_places_own_hours_come_before_those_of_its_kind(open_town: Town) -> None:
    Hours.objects.create(place=open_town.places["centre"], weekday=6, opens=time(11), closes=time(13))
    centre = next(p for p in pages("locations", full="true") if p["external_identifier"] == "C653125")
    assert [s["byday"] for s in centre["schedules"]] == ["SA"]


@pytest.mark.parametrize(
    ("first", "last", "today", "expected"),
    [
        ("05-01", "09-30", date(2026, 7, 1), (date(2026, 5, 1), date(2026, 9, 30))),
        ("05-01", "09-30", date(2026, 10, 1), (date(2027, 5, 1), date(2027, 9, 30))),
        ("10-01", "04-30", date(2027, 4, 30), (date(2026, 10, 1), date(2027, 4, 30))),
        ("10-01", "02-29", date(2027, 2, 28), (date(2026, 10, 1), date(2027, 2, 28))),
        ("01-01", "12-31", date(2026, 12, 31), (date(2026, 1, 1), date(2026, 12, 31))),
    ],
)
def test_a_season_is_the_one_that_runs_or_the_next(first: str, last: str, today: date, expected: Any) -> None:
    assert directory.season(first, last, today) == expected


def test_a_place_without_a_public_phone_has_none(open_town: Town) -> None:
    station = next(p for p in pages("locations", full="true") if p["external_identifier"] == "S653125101")
    assert "phones" not in station


def test_an_amount_stands_only_where_it_is_known(open_town: Town) -> None:
    items.publish(values={**_values("H04"), "fee": "G"}, on=NOW.date())
    by_name = {s["name"]: s for s in pages("services", full="true")}
    assert by_name["窗口法律咨询"]["cost_options"][0]["amount"] == 0
    assert "amount" not in by_name["社区矫正法律帮助"]["cost_options"][0]


def _values(code: str) -> dict[str, Any]:
    item = items.by_code(code)
    assert item is not None
    names = (
        "code", "category", "name_zh", "name_ug", "name_en", "who", "fee", "fee_note", "channels", "levels", "materials",
        "limit", "steps", "keywords", "valid_from",
    )  # fmt: skip
    return {n: getattr(item, n) for n in names}


def test_ids_hold_when_an_item_is_published_anew(open_town: Town) -> None:
    before = {s["name"]: s["id"] for s in pages("services")}
    items.publish(values={**_values("B01"), "name_zh": "窗口咨询"}, on=NOW.date())
    after = {s["name"]: s["id"] for s in pages("services")}
    assert after["窗口咨询"] == before["窗口法律咨询"]
    assert [s["name"] for s in pages("services", modified_after="2026-11-23")] == ["窗口咨询"]
    assert pages("services", modified_after="2026-11-24") == []


# Nobody in it


def test_no_person_is_in_it(open_town: Town) -> None:
    open_town.need()
    first = Practitioner.objects.order_by("pk")[:1].values("pk")
    Practitioner.objects.filter(pk__in=first).update(name_zh="某某某律师本人", licence_no="16531999910000009")
    whole = "".join(
        json.dumps(get(a, per_page=200, **({"full": "true"} if "tax" not in a else {})), ensure_ascii=False)
        for a in LISTS
    )
    for private in ("某某某律师本人", "16531999910000009", "阿依古丽", "1380000", "clerk（示例）"):
        assert private not in whole
    assert not re.search(r'"(contacts|contact_id|attention|assurer_email|email)"', whole)
    assert not re.search(r'"[^"]*(ethnic|religio|民族|宗教)[^"]*":', whole)


def test_a_suspended_or_closed_institution_is_gone_the_same_minute(open_town: Town) -> None:
    firm = Organisation.objects.get()
    shown = next(o for o in pages("organizations") if "律师事务所" in o["name"])
    assert "示例机构" in shown["description"]
    providers.set_standing(who=firm, status="suspended", at=NOW, by=SYSTEM, reason="停业整顿")
    assert [o["id"] for o in pages("organizations")] == [pages("services")[0]["organization_id"]]
    assert Client().get(f"{BASE}organizations/{shown['id']}").status_code == 404
    providers.set_standing(who=firm, status="active", at=at("2026-11-24"), by=SYSTEM, reason="恢复")
    assert list(providers.serving(at("2026-11-25"))) == [firm]


# Languages


def test_names_come_in_the_asked_language_with_the_chinese_beside_them(open_town: Town) -> None:
    zh, ug, en = (get("services", said)["contents"][0] for said in ("", "ug-CN,zh;q=0.5", "en-GB"))
    assert zh["name"] == "窗口法律咨询" and "alternate_name" not in zh
    assert ug["name"] == "B01 ئۇيغۇرچە" and ug["alternate_name"] == "窗口法律咨询"
    assert en["name"] == "B01 English"
    whole = get(f"services/{ug['id']}", "ug")
    assert [a["link_type"] for a in whole["attributes"]].count("wording") == 1
    assert not any(a["link_type"] == "wording" for a in get(f"services/{zh['id']}")["attributes"])


def test_the_address_alone_and_the_header_decide_never_a_cookie(open_town: Town) -> None:
    browser = Client()
    browser.cookies["language"] = "en"
    answer = browser.get(BASE + "services")
    assert answer.json()["contents"][0]["name"] == "窗口法律咨询" and answer["Content-Language"] == "zh"
    assert browser.get(BASE + "services", headers={"Accept-Language": "fr, en;q=0.3"})["Content-Language"] == "en"


# Filters


def test_services_are_found_by_words_and_by_terms(open_town: Town) -> None:
    assert [s["name"] for s in pages("services", search="工资")] == ["劳动争议法律援助"]
    terms = {(t["taxonomy_id"], t["code"]): t["id"] for t in pages("taxonomy_terms", size=200)}
    category = directory.key("taxonomy", "category")
    assert [s["name"] for s in pages("services", taxonomy_term_id=terms[(category, "H")])] == ["社区矫正法律帮助"]
    assert len(pages("services", taxonomy_id=category)) == 4
    assert pages("services", organization_id=directory.key("organisation", "nobody")) == []
    assert {r["service"]["name"] for r in pages("service_at_locations", search="矫正")} == {"社区矫正法律帮助"}


def test_one_services_places_can_be_asked_for(open_town: Town) -> None:
    ident = directory.key("service", "C11")
    assert (
        len(pages("service_at_locations", service_id=ident))
        == 2
        == get(f"services/{ident}")["service_at_locations_total"]
    )
    assert len(pages("service_at_locations", location_id=directory.key("location", "S653125101"))) == 2
    assert pages("service_at_locations", location_id=directory.key("location", "X")) == []


def test_minimal_gives_what_a_harvester_compares(open_town: Town) -> None:
    assert set(get("services", minimal="true")["contents"][0]) == {"id", "name", "status", "last_modified"}


def test_terms_are_listed_by_their_list(open_town: Town) -> None:
    fees = pages("taxonomy_terms", taxonomy_id=directory.key("taxonomy", "fee"))
    assert {t["code"] for t in fees} == set("FRGM-")
    assert pages("taxonomy_terms", parent_id=fees[0]["id"]) == []


# Bad questions


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("services?page=0", 400, "page"), ("services?per_page=201", 400, "200"), ("services?per_page=x", 400, "per_page"),
        ("services?page=99999999999999999999", 400, "page"), ("services?page=²", 400, "page"), ("services?full=maybe", 400, "full"),
        ("services?postcode=844000", 400, "postcode"), ("services?format=ndjson", 400, "json"), ("services?search=%00", 400, "空字符"),
        ("services?modified_after=yesterday", 400, "modified_after"), ("services?taxonomy_id=1", 404, "编号"),
        ("services/B01", 404, "编号"), ("services/6cd71e9f-1013-49d9-8370-26b8f59d3e5a", 404, "编号"),
        ("organizations/6cd71e9f-1013-49d9-8370-26b8f59d3e5a", 404, "编号"), ("locations/6cd71e9f-1013-49d9-8370-26b8f59d3e5a", 404, "编号"),
        ("service_at_locations/6cd71e9f-1013-49d9-8370-26b8f59d3e5a", 404, "编号"), ("taxonomies/x", 404, "编号"),
        ("taxonomy_terms/6cd71e9f-1013-49d9-8370-26b8f59d3e5a", 404, "编号"),
    ],
)  # fmt: skip
def test_a_bad_question_is_told_what_is_wrong(open_town: Town, address: str, status: int, word: str) -> None:
    answer = Client().get(BASE + address)
    assert answer.status_code == status and answer["Content-Type"] == "application/problem+json"
    assert word in answer.json()["detail"] and answer["Cache-Control"] == "no-store"


def test_a_page_behind_the_last_is_empty_and_says_so(open_town: Town) -> None:
    answer = get("services", page=9)
    assert answer["empty"] is True and answer["contents"] == [] and answer["last_page"] is True


@pytest.mark.parametrize("pattern", hsds.urlpatterns, ids=lambda p: str(p.pattern))
def test_nothing_can_be_written_and_everybody_may_read(open_town: Town, sign_in: Any, pattern: Any) -> None:
    assert pattern.callback.opened == "public"
    address = BASE + str(pattern.pattern).replace("<str:ident>", "x")
    for who in ("nobody", "stranger", "clerk", "administrator"):
        browser = Client(enforce_csrf_checks=True) if who == "nobody" else sign_in(open_town, who, on=Client())
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(browser, method)(address)
            assert answer.status_code == 405 and answer["Allow"] == "GET, HEAD, OPTIONS"
        assert browser.get(address).status_code in {200, 404}


# Cheap to repeat


def test_an_unchanged_answer_is_not_sent_again(open_town: Town) -> None:
    first = Client().get(BASE + "services")
    assert "public" in first["Cache-Control"] and "max-age=300" in first["Cache-Control"]
    assert "Accept-Language" in first["Vary"] and not first.cookies
    again = Client().get(BASE + "services", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and again.content == b""
    assert (
        Client().get(BASE + "services", headers={"If-None-Match": first["ETag"], "Accept-Language": "en"}).status_code
        == 200
    )
    items.publish(values={**_values("B01"), "name_zh": "窗口咨询"}, on=NOW.date())
    assert Client().get(BASE + "services", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "address", [*LISTS, "services?full=true", "service_at_locations?full=true", "locations?full=true"]
)
def test_the_number_of_queries_does_not_grow_with_the_page(
    open_town: Town, address: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(24):
        Client().get(BASE + address)
