"""The yearly credit rating: a proposal by method, told, objected to, decided by another, shown to the end of its days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from open12348.kernel.access import Denied
from open12348.registry import postings
from open12348.registry.models import Account, Organisation, Practitioner
from open12348.spine import benches
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict
from tests.people import NOW, Town, at

from . import credit
from .bureau_folk import settle_bureau
from .complaint_models import ForensicComplaint
from .credit_models import CreditRating

METHOD: dict[str, Any] = {
    "costs": {"upheld_complaint": 10, "penalty": 25, "late_opinion": 2, "correction": 1, "capability_failed": 10}, "start": 100,
    "at_least": [90, 75, 60], "levels": ["A", "B", "C", "D"],
}  # fmt: skip


@pytest.fixture
def bureau(town: Town) -> Town:
    return settle_bureau(town)


def house() -> Organisation:
    return Organisation.objects.select_related("division__county").get(licence_no="650000111")


def propose(town: Town, who: str = "pref", **more: Any) -> CreditRating:
    said = {"year": 2025, "level": "A", "reason": "上一年没有投诉和处罚。", **more}
    return credit.propose(organisation=house(), by=town.actor(who), at=NOW, **said)


def test_the_method_takes_off_points_and_gives_a_level() -> None:
    def level(**counts: int) -> tuple[int, str]:
        found = credit.reckon(counts, **METHOD)
        return found.points, found.level

    assert level() == (100, "A")
    assert level(upheld_complaint=1) == (90, "A")
    assert level(upheld_complaint=1, correction=1) == (89, "B")
    assert level(penalty=1) == (75, "B") and level(penalty=1, correction=1) == (74, "C")
    assert level(penalty=9) == (0, "D")


def test_levels_and_method_are_unsure_until_the_region_says(bureau: Town) -> None:
    """Levels [K?], method [U]: dated data that says of itself that nobody confirmed it."""
    assert not credit.is_sure(NOW.date()) and propose(bureau).sure is False
    assert benches.get("forensics.credit").show(bureau.actor("pref"), NOW, {})["unsure"]


def test_a_rating_is_told_objected_to_and_decided_by_another(bureau: Town) -> None:
    """2.7: an appeal step is required; who proposes neither answers nor decides; shown publicly, and it ends by itself."""
    row, pref, two = propose(bureau, level="B"), bureau.actor("pref"), bureau.actor("pref_two")
    with pytest.raises(Conflict):
        credit.decide(rating=row, level="B", by=two, at=NOW)  # not told yet
    credit.tell(rating=row, by=pref, at=NOW)
    assert row.objection_until == date(2026, 12, 7)
    with pytest.raises(Refused, match="提意见到"):
        credit.decide(rating=row, level="B", by=two, at=at("2026-12-07"))
    with pytest.raises(Denied):
        credit.object_to(rating=row, said="不同意。", by=bureau.actor("supervisor_b"), at=NOW)
    credit.object_to(rating=row, said="补正书是委托人写错。", by=bureau.actor("bureau_house"), at=at("2026-12-01"))
    with pytest.raises(Refused, match="还没有复核"):
        credit.decide(rating=row, level="B", by=two, at=at("2026-12-08"))
    with pytest.raises(Refused, match="另一个人"):
        credit.answer(rating=row, said="不采纳。", by=pref, at=at("2026-12-02"))
    credit.answer(rating=row, said="采纳，改为 A。", by=two, at=at("2026-12-02"))
    with pytest.raises(Refused, match="不能自己决定"):
        credit.decide(rating=row, level="A", by=pref, at=at("2026-12-03"))
    credit.decide(rating=row, level="A", by=two, at=at("2026-12-03"))
    with pytest.raises(Conflict):
        credit.decide(rating=row, level="A", by=two, at=at("2026-12-03"))
    assert credit.standing_levels(at("2026-12-04"))[house().pk].decided_level == "A"
    posting = row.posting
    assert (
        posting is not None
        and postings.stands(posting, at("2027-12-03"))
        and not postings.stands(posting, at("2027-12-04"))
    )
    assert credit.standing_levels(at("2027-12-04")) == {}
    assert "A" in posting.text["zh"] and "补正" not in str(posting.text)


def test_an_objection_after_its_days_is_late(bureau: Town) -> None:
    row = credit.tell(rating=propose(bureau), by=bureau.actor("pref"), at=NOW)
    with pytest.raises(Refused, match="已经过了"):
        credit.object_to(rating=row, said="不同意。", by=bureau.actor("bureau_house"), at=at("2026-12-08"))
    assert credit.decide(rating=row, level="A", by=bureau.actor("pref_two"), at=at("2026-12-08")).state == "decided"


def test_what_cannot_be_rated_is_refused_with_words(bureau: Town) -> None:
    for wrong, said in (
        ({"year": 2026}, "还没有过完"), ({"level": "E"}, "没有这个等级"), ({"reason": " "}, "写明理由"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=said):
            propose(bureau, **wrong)
    firm = Organisation.objects.get(kind="law_firm")
    with pytest.raises(Refused, match="只评司法鉴定机构"):
        credit.propose(organisation=firm, year=2025, level="A", reason="示例", by=bureau.actor("pref"), at=NOW)
    for who in ("officer", "clerk", "bureau_house"):
        with pytest.raises(Denied):
            propose(bureau, who)
    propose(bureau)
    with pytest.raises(Refused, match="已经评过"):
        propose(bureau)
    assert propose(bureau, why_anew="两名鉴定人被处罚。", level="C").round == 2


def test_two_people_even_behind_the_verbs_back(bureau: Town) -> None:
    row = propose(bureau)
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditRating.objects.filter(pk=row.pk).update(decided_by=bureau.staff["pref"])


def test_what_the_system_knows_is_counted(bureau: Town) -> None:
    order = bureau.need()
    ForensicComplaint.objects.create(
        order=order, organisation=house(), relation="client", knew_on=date(2025, 3, 1), received_on=date(2025, 3, 2),
        result="upheld", decided_on=date(2025, 4, 1),
    )  # fmt: skip
    assert (
        credit.counted(house(), 2025)["upheld_complaint"] == 1
        and credit.counted(house(), 2024)["upheld_complaint"] == 0
    )
    assert propose(bureau).reckoned["points"] == 90


def test_who_belongs_to_the_institution_rates_it_not(bureau: Town) -> None:
    Account.objects.filter(username="pref").update(practitioner=Practitioner.objects.get(licence_no="65000011101"))
    with pytest.raises(Denied, match="第七十六条"):
        propose(bureau)


def test_the_bench_shows_an_institution_its_own_rating_only(bureau: Town) -> None:
    found, own = benches.get("forensics.credit"), bureau.actor("bureau_house")
    row = propose(bureau)
    assert found.may_open(own) and found.show(own, NOW, {})["rows"] == []  # not told yet
    credit.tell(rating=row, by=bureau.actor("pref"), at=NOW)
    assert len(found.show(own, NOW, {})["rows"]) == 1
    assert not found.may_open(bureau.actor("provider")) and not found.may_open(bureau.actor("clerk"))
