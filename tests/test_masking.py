"""Masked cases: who sees a phone number and an address, how somebody else gets to see them, and what messages do not say."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from open12348.kernel import limits
from open12348.kernel.access import Role
from open12348.kernel.models import Message
from open12348.registry.models import FileView
from open12348.spine import benches, casework, masking, routing
from open12348.spine.models import Case

from .people import NOW, Town
from .test_exchange import partner
from .throwaway import CODE, SERVICE, declared, templates

PHONE, VILLAGE, STORY = "13800001234", "甲一村", "他打我，请打 139-0000 1111 找我姐姐"


@pytest.fixture(autouse=True)
def masked(settings: Any, tmp_path: Path) -> Iterator[None]:
    """The throw-away service, all its cases masked."""
    limits.forget()
    with templates(settings, tmp_path), declared(replace(SERVICE, masked=lambda case: True)):
        yield


def need(town: Town, **contact: Any) -> Case:
    return town.case(service=CODE, said={"kind": "other", "story": STORY}, contact=contact)


def digits(page: str) -> str:
    return "".join(c for c in page if c not in " -\u2066\u2069")


@pytest.fixture
def door(town: Town, sign_in: Any) -> Any:
    return lambda who: sign_in(town, who, on=Client())


def shown(door: Any, who: str, case: Case) -> str:
    return str(door(who).get(f"/console/cases/{case.code}/").content.decode())


# Who sees


def test_everybody_but_the_handler_sees_marks(town: Town, door: Any) -> None:
    case = need(town)
    routing.assign(case=case, to=town.staff["clerk"], by=town.actor("officer"), at=NOW)
    for who, sees in (
        ("clerk", True),
        ("clerk_two", False),
        ("officer", False),
        ("supervisor", False),
        ("operator", False),
    ):
        page = shown(door, who, case)
        assert (PHONE in digits(page)) is sees and (VILLAGE in page) is sees and ("电话已隐去" in page) is not sees, who
        assert ("13900001111" in digits(page)) is sees, f"{who}: a number in the words"
    assert "阿依古丽" in shown(door, "officer", case), "the name is needed to talk about the case"


def test_without_a_handler_nobody_sees(town: Town, door: Any) -> None:
    case = need(town)
    assert PHONE not in digits(shown(door, "clerk", case)) and PHONE not in digits(shown(door, "officer", case))


def test_lists_and_search_rows_show_neither(town: Town, door: Any) -> None:
    need(town)
    for who in ("clerk", "officer", "supervisor"):
        rows = door(who).get("/console/?phase=open").content.decode()
        found = door(who).post("/console/search/", {"q": PHONE, "purpose": "caller"}).content.decode()
        assert "带引导的服务" in rows + found and VILLAGE not in rows + found
        assert PHONE not in digits(rows) and PHONE not in digits(found.replace(f'value="{PHONE}"', ""))


def test_the_person_sees_their_own(town: Town) -> None:
    case = need(town)
    assert not masking.hidden_from(case, town.actor("applicant")) and masking.hidden_from(case, town.actor("officer"))


def test_other_services_show_what_they_showed(town: Town, door: Any) -> None:
    page = shown(door, "officer", town.case())
    assert PHONE in digits(page) and VILLAGE in page and 'value="reveal"' not in page


# Showing once, for a reason


def test_they_are_shown_once_for_a_purpose_that_the_person_can_read(town: Town, door: Any) -> None:
    case = need(town)
    officer = door("officer")
    address = f"/console/cases/{case.code}/"
    answer = officer.post(address, {"act": "reveal", "purpose": "2"})
    page = answer.content.decode()
    assert answer.status_code == 200 and PHONE in digits(page) and VILLAGE in page
    assert answer.headers["Cache-Control"] == "no-store"
    look = FileView.objects.get(purpose="显示电话和住址：保护人身安全")
    assert (look.person, look.account, look.order_code) == (case.order.person, town.staff["officer"], case.code)
    assert PHONE not in digits(officer.get(address).content.decode()), "the next page hides them again"


def test_each_showing_is_another_look(town: Town, door: Any) -> None:
    case = need(town, behalf="relative", helper_name="帕提古丽", helper_phone="13900000002")
    for _n in range(2):
        door("officer").post(f"/console/cases/{case.code}/", {"act": "reveal", "purpose": "0"})
    looks = FileView.objects.filter(purpose__startswith="显示电话和住址")
    assert looks.count() == 4 and len({v.person_id for v in looks}) == 2, "of everybody whose number was shown"


@pytest.mark.parametrize("purpose", ["", "9", "x", "显示电话和住址：联系本人"])
def test_without_a_purpose_nothing_is_shown(town: Town, door: Any, purpose: str) -> None:
    case = need(town)
    answer = door("officer").post(f"/console/cases/{case.code}/", {"act": "reveal", "purpose": purpose})
    assert (
        answer.status_code == 200
        and "error" in answer.content.decode()
        and PHONE not in digits(answer.content.decode())
    )
    assert not FileView.objects.filter(purpose__startswith="显示电话和住址").exists()


@pytest.mark.parametrize(
    ("who", "status"), [("supervisor_b", 404), ("clerk_b", 404), ("planner", 403), ("nobody", 302)]
)
def test_a_stranger_gets_no_button(town: Town, door: Any, who: str, status: int) -> None:
    case = need(town)
    answer = door(who).post(f"/console/cases/{case.code}/", {"act": "reveal", "purpose": "0"})
    assert answer.status_code == status and not FileView.objects.filter(purpose__startswith="显示电话和住址").exists()


def test_the_slip_does_not_say_what_it_is_about_and_its_printing_is_written_down(town: Town, door: Any) -> None:
    case = need(town, language="zh")
    paper = door("officer").get(f"/console/cases/{case.code}/slip.pdf").content
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(paper)).pages)
    assert "办什么" not in text and "带引导" not in text and PHONE not in digits(text) and VILLAGE not in text
    assert FileView.objects.filter(purpose="打印回执", order_code=case.code).count() == 1


def test_a_desk_that_typed_a_name_alone_is_not_shown_the_phone(town: Town, door: Any) -> None:
    """A form that could not be taken comes back as it was typed, not with what is known of the person chosen."""
    case = need(town)
    typed = {
        "item": "B01",
        "name": "阿依古丽·买买提",
        "person": str(case.order.person_id),
        "language": "zh",
        "topic": "0201",
        "question": "",
    }
    page = door("clerk").post("/console/new/", typed).content.decode()
    assert "阿依古丽" in page and PHONE not in digits(page)


# The exchange


def test_a_partner_gets_neither_without_the_scope(town: Town) -> None:
    case = need(
        town, safe_contact="白天打 13700001111", behalf="relative", helper_name="帕提古丽", helper_phone="13900000002"
    )
    one = partner(town, scopes=["orders:read", "people:read"])
    answer = one.get(f"/orders/{case.code}", Purpose="handle_request")
    contact = answer.json()["contact"]
    assert (
        contact["masked"]
        and contact["name"]
        and not contact["phone"]
        and not contact["helper_phone"]
        and not contact["division"]
    )
    for secret in (PHONE, "13900000002", "13700001111", "13900001111", "653125101200"):
        assert secret not in digits(answer.content.decode()), secret


def test_a_partner_with_the_scope_gets_both(town: Town) -> None:
    case = need(town)
    whole = partner(town, scopes=["orders:read", "people:read", "people:masked"])
    contact = whole.get(f"/orders/{case.code}", Purpose="handle_request").json()["contact"]
    assert contact["masked"] and contact["phone"] == PHONE and contact["division"] == "653125101200"
    plain = town.case()
    open_one = partner(town, scopes=["orders:read", "people:read"]).get(
        f"/orders/{plain.code}", Purpose="handle_request"
    )
    assert open_one.json()["contact"]["phone"] == PHONE and not open_one.json()["contact"]["masked"]


def test_the_scope_alone_opens_no_file(town: Town) -> None:
    case = need(town)
    only = partner(town, scopes=["orders:read", "people:masked"])
    assert only.get(f"/orders/{case.code}", Purpose="handle_request").status_code == 403


# Messages


def sent(case: Case) -> list[str]:
    return [m.text for m in Message.objects.filter(case_code=case.code).order_by("pk")]


def test_messages_say_that_there_is_something_never_what(town: Town) -> None:
    case = need(town, language="zh")
    casework.ask_correction(case=case, by=town.actor("clerk"), at=NOW, wanted="告诫书")
    said = sent(case)
    assert (
        len(said) == 2
        and "告诫书" not in "".join(said)
        and "甲一镇" not in "".join(said)
        and "工作站" not in "".join(said)
    )
    assert "编号" in said[0] and "补充" in said[1], "but what to do next"


def test_who_asked_us_to_be_careful_gets_the_same_messages_in_any_service(town: Town) -> None:
    plain, careful = (
        town.case(contact={"language": "zh"}),
        town.case(contact={"language": "zh", "safe_contact": "不要告诉家里人"}),
    )
    assert "甲一镇工作站" in sent(plain)[0] and "工作站" not in sent(careful)[0]


@pytest.mark.parametrize("language", ["zh", "ug"])
def test_the_quiet_sentences_name_no_service_in_any_language(town: Town, language: str) -> None:
    case = need(town, language=language)
    assert all(case.code[:4] in text for text in sent(case)) and sent(case)


# Words without numbers


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("打 13800001234", "打 •••"), ("打 138 0000 1234 或 +86 139-0000-1111", "打 ••• 或 •••"), ("家里 0998-2345678", "家里 •••"),
        ("欠 15000 元，2026-11-23 起", "欠 15000 元，2026-11-23 起"), ("编号 3125012600000191", "编号 3125012600000191"),
        ("编号 3125-0126-0000-0191", "编号 3125-0126-0000-0191"), ("12348", "12348"), ("", ""),
    ],
)  # fmt: skip
def test_phone_numbers_are_marked_and_other_numbers_kept(text: str, left: str) -> None:
    assert masking.blur(text) == left


def test_what_was_said_is_kept_but_for_phones_and_places() -> None:
    content = {"story": STORY, "kind": "other", "amount": 5}
    assert masking.said(content, SERVICE) == {"story": "他打我，请打 ••• 找我姐姐", "kind": "other", "amount": 5}
    assert masking.rows([("说说经过", STORY)], SERVICE) == [("说说经过", "他打我，请打 ••• 找我姐姐")]


# A bench for some of a role


def test_a_bench_may_be_for_some_of_its_roles_only(town: Town, door: Any) -> None:
    made = benches.bench(
        benches.Bench(
            code="a_test.some", label="只给一位", roles={Role.OFFICER}, template="a_test/panel.html",
            show=lambda by, at, query: {"words": "有", "case": {"service": "x"}},
            only=lambda by: by.account_id == town.staff["officer"].pk,
        )
    )  # fmt: skip
    try:
        assert door("officer").get("/console/bench/a_test.some/").status_code == 200
        assert door("officer_two").get("/console/bench/a_test.some/").status_code == 403
        assert "只给一位" not in door("officer_two").get("/console/bench/").content.decode()
    finally:
        benches.remove(made.code)
