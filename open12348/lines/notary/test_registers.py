"""Files, the register and the statistics: every case in it, wills for their keepers only, and nothing small given away."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from open12348.kernel.workdays import Calendar, end_of
from open12348.registry.models import FileView, Organisation
from open12348.spine import benches, casework, catalogue, clocks, journal
from open12348.spine.casework import Act, Refused
from open12348.spine.models import Case, Deadline
from tests.people import NOW, Town, at

from . import bench_counts, bench_register, certificates, counts, filing, registers
from .certificate_models import FileKind, FileTerm, NotaryFile
from .counts import FIGURES, NUMBER, TOTAL, Cell, Table
from .models import Decision, NotaryCase
from .test_certificates import applied, issued, office

__all__ = ["office"]

LATER = NOW + timedelta(hours=1)


# Files


def filed(town: Town, case: Case, when: Any = LATER, **data: Any) -> Case:
    given = {"main_pages": "12", "side_pages": "2", "term": "permanent", "shelf": "甲-3", **data}
    return casework.make(
        case=Case.objects.get(pk=case.pk), move="archive", by=town.actor("notary_head", when), at=when, data=given
    )


def ended(town: Town, state: str = "issued") -> Case:
    """A case whose certificate was issued, its limit of filing running."""
    made = issued(town)[0]
    assert made.case is not None
    case = made.case.order.case
    with journal.turn(order_id=case.pk, by=town.actor("notary_head"), at=NOW) as now:
        now.set(state=state, closed_at=NOW)
        now.write("move", move="approve", before="to_decide", after=state)
        clocks.after(now, "approve")
    return Case.objects.get(pk=case.pk)


def test_a_file_is_closed_in_three_months_and_kept_as_long_as_the_table_says(town: Town, office: Organisation) -> None:
    """N-T12; 公证程序规则 Art 58-60: main and side volume, the term of the table or a longer one."""
    case = ended(town)
    assert Deadline.objects.get(order_id=case.pk, clock="archive").due_at == end_of(date(2027, 2, 23))
    assert (
        filing.term_of("N02", NOW.date()) == FileTerm.PERMANENT
        and filing.term_of("N10-edu", NOW.date()) == FileTerm.SHORT
    )
    NotaryCase.objects.filter(pk=case.pk).update(matter="N03-house")
    with pytest.raises(Refused, match="长期"):
        filed(town, case, term="short")
    assert filed(town, case, term="long").state == "archived"
    kept = NotaryFile.objects.get()
    assert (kept.kind, kept.keep_until, kept.side_pages) == (FileKind.ORDINARY, date(2086, 11, 23), 2)
    assert filing.keep_until(FileTerm.PERMANENT, NOW.date()) is None


def test_a_wills_file_is_secret_until_the_death_is_proven(town: Town, office: Organisation) -> None:
    """公证程序规则 Art 60."""
    case = ended(town)
    NotaryCase.objects.filter(pk=case.pk).update(matter="N06")
    filed(town, case)
    assert NotaryFile.objects.get().kind == FileKind.SECRET
    with journal.turn(order_id=case.pk, by=town.actor("notary_head"), at=LATER) as now:
        filing.opened_up(Act(turn=now, move=now.service.move("confirm_death"), data={}))
    assert NotaryFile.objects.get().kind == FileKind.ORDINARY and NotaryFile.objects.get().opened_up_at == LATER


# The register


def test_every_case_stands_in_the_register_of_its_year(town: Town, office: Organisation) -> None:
    """公证程序规则 Art 57: issued, refused, terminated and not accepted, in the order in which they came."""
    first, second = ended(town), applied(town)
    with journal.turn(order_id=second.pk, by=town.actor("notary_head"), at=NOW) as now:
        now.set(state="refused", closed_at=NOW)
        now.write("move", move="refuse", before="to_refuse", after="refused")
    head = town.actor("notary_head")
    rows = registers.entries(office=office, year=2026, by=head, at=NOW)
    assert [r.code for r in rows] == [first.order.code, second.order.code] and rows[0].numbers == (
        "（2026）新甲证字第1号",
    )
    assert str(rows[1].closing) == str(catalogue.get("notary.apply").state("refused").label) and rows[1].numbers == ()
    assert registers.entries(office=office, year=2025, by=head, at=NOW) == []


def test_a_will_stands_there_for_its_keepers_only(town: Town, office: Organisation) -> None:
    """Nobody else finds a line, an empty place or a count of it."""
    case, other = ended(town), ended(town)
    Case.objects.filter(pk=case.pk).update(
        secret=True, handler=town.staff["notary"], keepers=[town.staff["notary_head"].pk]
    )
    for who, n in (("notary_head", 2), ("notary_deputy", 1), ("supervisor", 1)):
        rows = registers.entries(office=office, year=2026, by=town.actor(who), at=NOW)
        assert len(rows) == n and rows[-1].code == other.order.code and rows[-1].n == n, who
    shown = bench_register.show(town.actor("supervisor"), NOW, {"number": "（2026）新甲证字第1号"})
    assert shown["certificate"] is None and "没有找到" in str(shown["wrong"])
    assert (
        bench_register.show(town.actor("notary_head"), NOW, {"number": "(2026)新甲证字第1号"})["certificate"]
        is not None
    )


def test_names_of_parties_are_in_the_offices_own_excel_and_the_look_is_recorded(
    town: Town, office: Organisation
) -> None:
    case = ended(town)

    def sheet(who: str) -> str:
        by = town.actor(who)
        file = benches.get("notary.register").files["register.xlsx"](by, NOW, {"year": "2026"})
        book = openpyxl.load_workbook(io.BytesIO(file.content))
        return " ".join(str(c.value) for row in book.worksheets[0].iter_rows() for c in row if c.value)

    assert "阿依古丽" not in sheet("supervisor") and not FileView.objects.filter(order_code=case.order.code).exists()
    assert "阿依古丽·买买提" in sheet("notary_head") and "（2026）新甲证字第1号" in sheet("notary_head")
    assert FileView.objects.filter(order_code=case.order.code, account=town.staff["notary_head"]).exists()


def test_the_register_opens_to_who_answers_for_an_office(town: Town, office: Organisation) -> None:
    bench = benches.get("notary.register")
    assert all(bench.may_open(town.actor(who)) for who in ("notary_head", "supervisor"))
    assert not any(
        bench.may_open(town.actor(who)) for who in ("notary", "clerk", "provider", "supervisor_b", "planner")
    )
    sign = bench.deed("sign")
    data = {"office": office.pk, "short": "新乙", "words": True, "valid_from": date(2027, 1, 1)}
    assert "新乙" in str(sign.do(town.actor("notary_head"), NOW, data))
    with pytest.raises(Refused, match="本公证处"):
        sign.do(town.actor("supervisor"), NOW, {**data, "valid_from": date(2028, 1, 1)})
    made = issued(town)[0]
    bench.deed("national").do(town.actor("notary_head"), NOW, {"certificate": made.pk, "code": "GZ-1"})
    with pytest.raises(Refused, match=r"第 1 号|不能再改"):
        bench.deed("start").do(town.actor("notary_head"), NOW, {"office": office.pk, "word": "", "last": 7})
    assert bench_register.show(town.actor("notary_head"), NOW, {"year": "x"})["fault"]
    assert certificates.sign_on(office, date(2027, 1, 2)).short == "新乙"  # type: ignore[union-attr]


# The statistics


def test_what_was_done_is_added_up_from_the_cases(town: Town, office: Organisation) -> None:
    """Domain reference B, 1.12."""
    for n in range(3):
        case = ended(town)
        NotaryCase.objects.filter(pk=case.pk).update(
            accepted_at=at("2026-11-16"), fee=Decimal("200"), paid=Decimal("100"), relief="reduce", relief_percent=50, relief_paper="3125", mode="online" if n else "counter"
        )  # fmt: skip
    second = applied(town)
    NotaryCase.objects.filter(pk=second.pk).update(decision=Decision.REFUSE, ground="5")
    Case.objects.filter(pk=second.pk).update(state="refused", closed_at=NOW)
    found = bench_counts.table_for(town.actor("supervisor"), NOW, date(2026, 11, 1), date(2026, 11, 30))
    assert found is not None

    def value(code: str) -> Any:
        return found.cell(code, TOTAL).value

    assert (
        value("accepted"),
        value("issued"),
        value("certificates"),
        value("matter_N10"),
        value("class_domestic_civil"),
    ) == (4, 3, 3, 3, 3)
    assert (value("refused"), value("ground_5"), value("median"), value("relief"), value("aided")) == (1, 1, 5, 300, 3)
    assert value("online_share") == Decimal(2) / 3 and value("once_share") == 1 and value("late") == 0
    assert bench_counts.table_for(town.actor("supervisor_b"), NOW, date(2026, 11, 1), date(2026, 11, 30)) is None
    shown = bench_counts.show(town.actor("supervisor"), NOW, {"month": "2026-11"})
    assert (
        shown["rows"][0]["cells"] == ["4", "4"]
        and bench_counts.show(town.actor("supervisor"), NOW, {"month": "x"})["fault"]
    )
    file = benches.get("notary.counts").files["counts.xlsx"](town.actor("planner"), NOW, {"year": "2026"})
    text = " ".join(
        str(c.value) for row in openpyxl.load_workbook(io.BytesIO(file.content)).worksheets[0].iter_rows() for c in row
    )
    assert text  # who plans sees months that are over, and nothing small


def test_working_days_leave_out_holidays_and_pauses() -> None:
    """Acceptance test 1 in reverse: 2026-11-23 to 2026-12-14 are 15 working days, three of them paused."""
    calendar = Calendar()
    assert counts.working_days(at("2026-11-23"), at("2026-12-14"), [], calendar) == 15
    pause = [(at("2026-11-24"), at("2026-11-27"))]
    assert counts.working_days(at("2026-11-23"), at("2026-12-17"), pause, calendar) == 15


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=6, max_size=6), min_size=1, max_size=5))
def test_no_sum_gives_a_small_number_away(numbers: list[list[int]]) -> None:
    """Small cells closed: what is hidden in a sum is never one number alone, and never small together."""
    found = Table(date(2026, 1, 1), date(2026, 12, 31), {**{i + 1: str(i) for i in range(len(numbers))}, TOTAL: "all"})
    classes = [f.code for f in counts.CLASSES]
    for f in FIGURES:
        for column in found.columns:
            found.cells[(f.code, column)] = Cell(Decimal(0))
    for i, row in enumerate(numbers, 1):
        for code, n in zip(classes, row, strict=True):
            found.cells[(code, i)] = Cell(Decimal(n))
        found.cells[("certificates", i)] = Cell(Decimal(sum(row)))
    for code in [*classes, "certificates"]:
        total = sum((found.cells[(code, i)].value or Decimal(0) for i in range(1, len(numbers) + 1)), Decimal(0))
        found.cells[(code, TOTAL)] = Cell(total)
    counts.veil(found, 5)
    for whole, parts in counts._sums(found):
        unknown = [k for k in parts if found.cells[k].hidden]
        if unknown and not found.cells[whole].hidden:
            assert len(unknown) > 1 and sum(found.cells[k].value or 0 for k in unknown) >= 5
    shown = [c.value for (code, _c), c in found.cells.items() if counts.BY_CODE[code].kind == NUMBER and not c.hidden]
    assert not any(v is not None and 0 < v < 5 for v in shown)
