"""公示: shown from an instant to the end of a day, gone by itself, kept inside; never about a resident."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client

from open12348.kernel.access import SYSTEM, Denied
from open12348.registry import postings
from open12348.registry.models import Organisation, Posting, Practitioner

from .people import NOW, Town, at

TITLE = {"zh": "停止执业处罚（示例）", "ug": "كەسىپتىن توختىتىش جازاسى (مىسال)", "en": "Suspended (example)"}


def posted(town: Town, **more: Any) -> Posting:
    values = {
        "line": "example", "kind": "penalty", "title": TITLE, "text": {"zh": "停止执业两个月"}, "until": date(2026, 12, 1),
        "subject": Practitioner.objects.get(name_zh="示例律师"), "at": NOW, "by": town.actor("officer"),
    }  # fmt: skip
    return postings.post(**{**values, **more})


def test_it_stands_to_the_end_of_its_last_day_and_is_gone_a_minute_later(town: Town, client: Client) -> None:
    """Acceptance test 21: publicity that expires at night is gone from portal and outward copies, and kept inside."""
    row = posted(town)
    last, after = at("2026-12-01", 23, 59), at("2026-12-02", 0, 1)
    assert postings.stands(row, last) and not postings.stands(row, after)
    for when, there in ((last, True), (after, False)):
        with time_machine.travel(when):
            assert ("停止执业处罚" in client.get("/postings/").content.decode()) is there
            copy = client.get("/postings/list.json")
            assert [p["id"] for p in copy.json()["postings"]] == ([row.pk] if there else [])
            assert copy.json()["gone"] == ([] if there else [row.pk])
            if there:  # a copy made in the last minute is not kept over midnight
                assert int(copy.headers["Cache-Control"].partition("max-age=")[2]) <= 60
    kept = Posting.objects.get(pk=row.pk)
    assert kept.text["zh"] == "停止执业两个月" and kept.taken_down_at is None


def test_it_is_taken_down_once_with_a_reason_and_kept(town: Town, client: Client) -> None:
    row = posted(town)
    with pytest.raises(postings.PostingFault, match="为什么撤下"):
        postings.take_down(posting=row, by=town.actor("officer"), at=NOW, reason=" ")
    postings.take_down(posting=row, by=town.actor("supervisor"), at=NOW, reason="复议撤销")
    assert not postings.stands(row, NOW) and "停止执业" not in client.get("/postings/").content.decode()
    with pytest.raises(postings.PostingFault, match="已经撤下"):  # the second officer
        postings.take_down(posting=row, by=town.actor("officer_two"), at=NOW, reason="复议撤销")
    assert Posting.objects.get().taken_down_why == "复议撤销"
    with pytest.raises(DatabaseError), transaction.atomic():
        Posting.objects.all().delete()


@pytest.mark.parametrize("who", ["nobody", "applicant", "provider", "firm", "clerk", "planner", "administrator"])
def test_only_the_authority_posts_and_takes_down(town: Town, who: str) -> None:
    row = posted(town)
    if who == "applicant":
        town.need()
    with pytest.raises(Denied):
        posted(town, by=town.actor(who))
    with pytest.raises(Denied):
        postings.take_down(posting=row, by=town.actor(who), at=NOW, reason="不想让人看")
    assert postings.post(
        line="example", kind="announcement", title=TITLE, text={}, until=NOW.date(), at=NOW, by=SYSTEM,
        division=town.units["653131000000"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": "gossip"}, "没有这种公示"),
        ({"until": date(2026, 11, 22)}, "今天或以后"),
        ({"objection_until": date(2026, 12, 2)}, "最迟 2026-12-01"),
        ({"title": {"ug": "ماۋزۇ"}}, "标题"),
        ({"subject": None}, "哪个地方"),
        ({"text": {"zh": "身份证 6531 2519 9001 011236"}}, "身份证号"),
        ({"text": {"zh": "电话１３８００００１２３４"}}, "手机号"),
    ],
)
def test_what_cannot_be_posted_is_refused_with_words(town: Town, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(postings.PostingFault, match=words):
        posted(town, **wrong)
    assert not Posting.objects.exists()


def test_a_licence_number_may_stand_in_public(town: Town) -> None:
    assert posted(town, text={"zh": "执业证号 16531201610000001，统一社会信用代码 31650000MD0123456X"})


def test_the_list_is_by_kind_and_place_in_three_languages(town: Town, client: Client) -> None:
    firm = Organisation.objects.get()
    posted(town, objection_until=date(2026, 11, 27))
    posted(town, kind="assessment", title={"zh": "年度考核：合格"}, subject=firm)
    posted(town, kind="grade", title={"zh": "乙县评定"}, subject=None, division=town.units["653131000000"])
    page = client.get("/postings/?kind=assessment").content.decode()
    assert "年度考核：合格" in page and firm.name_zh in page and TITLE["zh"] not in page
    page = client.get("/postings/?county=653131000000").content.decode()
    assert "乙县评定" in page and "年度考核：合格" not in page
    page = client.get("/postings/?kind=x&county=y&page=z").content.decode()
    assert "乙县评定" in page and "有异议的" in page
    client.cookies["language"] = "ug"
    page = client.get("/postings/").content.decode()
    assert TITLE["ug"] in page and "年度考核：合格" in page  # Chinese where the posting has no Uyghur
    with time_machine.travel(at("2026-11-28")):
        assert "نارازىلىقىڭىز" not in client.get("/postings/").content.decode()
