"""The statistics of appraisal: each case on its day, small numbers closed so that none can be reckoned back."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from open12348.registry.models import Organisation
from open12348.spine import benches
from tests.people import NOW, Town, at

from . import counts
from .bureau_folk import settle_bureau
from .complaint_models import ForensicComplaint
from .counts import TOTAL, Cell, Figure, Sheet
from .models import ForensicCase, ForensicOpinion

YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}


@pytest.fixture
def bureau(town: Town) -> Town:
    return settle_bureau(town)


def appraised(
    town: Town, field: str = "0103", days: int | None = 20, *, place: str = "station", **more: Any
) -> ForensicCase:
    """A case accepted on 1 October, its opinion issued so many days after the commission took effect."""
    order = town.need(place=place)
    facts = {
        "context": "litigation",
        "client": "court",
        "decided_at": at("2026-10-09"),
        "effective_on": date(2026, 10, 12),
        **more,
    }
    house = Organisation.objects.get(licence_no="650000111")
    row = ForensicCase.objects.create(order=order, field=field, institution=house, **facts)
    if days is not None:
        ForensicOpinion.objects.create(
            case=row,
            opinion="意见",
            opined_on=NOW.date(),
            drafted_at=NOW,
            issued_at=at("2026-10-12") + timedelta(days=days),
        )
    return row


def sheet(*numbers: int) -> Sheet:
    made = Sheet("x", "x", "x", (Figure("n", "n"),), [(str(i), str(i)) for i in range(len(numbers))])
    for i, n in enumerate(numbers):
        made.cells[str(i), "n"] = Cell(n, n)
    made.cells[TOTAL, "n"] = Cell(sum(numbers), sum(numbers))
    return made


def hidden(made: Sheet) -> list[str]:
    return [key for key, _name in [*made.rows, (TOTAL, "")] if made.cell(key, "n").hidden]


def test_small_numbers_are_closed_and_not_to_be_reckoned_back() -> None:
    """k ≥ 10, two steps (domain reference B, chapter 11): alone it could be had from the total."""
    for numbers, closed in (
        ((40, 30, 0), []),
        ((4, 30, 40), ["0", "1"]),
        ((2, 3, 40), ["0", "1", "2"]),
        ((4, 0), ["0", TOTAL]),
    ):
        made = sheet(*numbers)
        counts.close([made], 10)
        assert hidden(made) == closed, numbers


def test_a_total_closed_in_one_sheet_is_closed_in_the_others() -> None:
    one, other = sheet(4, 0), sheet(0, 4, 0)
    other.code = "y"
    counts.close([one, other], 10)
    assert one.cell(TOTAL, "n").hidden and other.cell(TOTAL, "n").hidden


def test_each_case_counts_on_its_day_by_field_client_and_institution(bureau: Town) -> None:
    appraised(bureau, days=20, fee=Decimal("800"), relief="waived")
    appraised(bureau, days=30, client="police", kind="repeated")
    appraised(bureau, "0201", None, decided_at=at("2025-12-30"), effective_on=date(2026, 1, 4))
    appraised(bureau, place="station_b")
    by_field, by_client, by_house = counts.tables(path="653100000000/653125000000/", least=10, closed=False, **YEAR)
    assert by_field.cell("0103", "accepted").value == 2 and by_field.cell(TOTAL, "accepted").value == 2
    assert by_field.cell("0103", "days").value == 25 and by_field.cell("0103", "repeated").value == 1
    assert by_field.cell("0103", "fees").value == Decimal("800") and by_field.cell("0103", "relief").value == 1
    assert by_client.cell("police", "accepted").value == 1 and by_client.cell(TOTAL, "issued").value == 2
    assert by_house.cell(TOTAL, "capability").value is None and by_house.cell(TOTAL, "capability").why
    whole = counts.tables(path="653100000000/", least=10, closed=False, **YEAR)[0]
    assert whole.cell(TOTAL, "accepted").value == 3


def test_complaints_are_counted_by_institution(bureau: Town) -> None:
    order = bureau.need()
    house = Organisation.objects.get(licence_no="650000111")
    ForensicComplaint.objects.create(
        order=order, organisation=house, relation="client", knew_on=date(2026, 3, 1), received_on=date(2026, 3, 2),
        accepted_on=date(2026, 3, 5), result="partly", decided_on=date(2026, 4, 1),
    )  # fmt: skip
    made = counts.tables(path="653100000000/", least=10, closed=False, **YEAR)[2]
    assert [made.cell(str(house.pk), f"complaints{p}").value for p in ("", "_accepted", "_upheld")] == [1, 1, 1]


def test_the_office_sees_numbers_a_planner_and_the_file_do_not(bureau: Town) -> None:
    appraised(bureau)
    found = benches.get("forensics.counts")
    total = next(r for r in found.show(bureau.actor("officer"), NOW, {})["rows"] if r["total"])
    assert total["cells"][0]["value"] == 1
    shown = found.show(bureau.actor("planner"), NOW, {})
    assert shown["hidden"] and all(c["value"] in (None, 0) for r in shown["rows"] for c in r["cells"])
    file = found.files["counts.xlsx"](bureau.actor("officer"), NOW, {"period": "2026-10"})
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    assert len(book.worksheets) == 3 and book.worksheets[0].cell(4, 2).value == "*"
    assert found.show(bureau.actor("officer"), NOW, {"period": "下个月"})["fault"]
    monthly = found.show(bureau.actor("planner"), NOW, {"period": "2026-10"})
    assert monthly["fault"] and (monthly["first"], monthly["last"]) == (YEAR["first"], YEAR["last"])  # whole years only
    assert found.show(bureau.actor("officer"), NOW, {"period": "2026-11"})["rows"][-1]["cells"][0]["value"] == 0
