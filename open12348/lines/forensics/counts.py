"""The statistics of appraisal (domain reference B, 2.7): by sub-field, by who commissions, by institution; small numbers closed.

Everything is counted from cases, never typed in. What the system does not know is empty and says why. Whoever may open the
cases sees each number; for everybody else, and in the file that leaves the office, what few people stand behind is closed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel import veil
from open12348.kernel.workdays import end_of, legal_day, start_of
from open12348.registry.models import Organisation, OrganisationKind
from open12348.spine.models import Deadline

from . import fields
from .complaint_models import ComplaintResult, ForensicComplaint, ForensicPenalty
from .models import ForensicAmendment, ForensicCase, ForensicClient, ForensicKind, ForensicOpinion, ForensicTestimony

CASES, DAYS, YUAN = _("件"), _("天"), _("元")


@dataclass
class Cell:
    """One number: its value, how many cases stand behind it, whether it is closed, and why there is none."""

    value: Decimal | int | float | None
    n: int = 0
    hidden: bool = False
    why: Any = ""


@dataclass(frozen=True)
class Figure:
    """One column: what it counts, in which unit; `mean` for a middle value, whose total is no sum; `why` when nobody knows it."""

    code: str
    name: Any
    unit: Any = CASES
    mean: bool = False
    why: Any = ""


@dataclass
class Sheet:
    """One table: rows by key, the columns, and a total below."""

    code: str
    name: Any
    head: Any
    figures: Sequence[Figure]
    rows: list[tuple[str, Any]]  # (key, name)
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    note: Any = ""

    def cell(self, key: str, code: str) -> Cell:
        """One cell; nothing counted is 0."""
        return self.cells.setdefault((key, code), Cell(0))


TOTAL = "total"
NO_SOURCE = _("能力验证的结果由协会提供，还没有录入。")

BY_FIELD = (
    Figure("accepted", _("受理")), Figure("issued", _("出具意见书")), Figure("days", _("完成天数（中位）"), DAYS, mean=True),
    Figure("late", _("超期")), Figure("extended", _("延长时限")), Figure("terminated", _("终止")), Figure("corrected", _("补正")),
    Figure("repeated", _("重新鉴定")), Figure("supplementary", _("补充鉴定")), Figure("testified", _("出庭作证")),
    Figure("fees", _("收费"), YUAN), Figure("relief", _("减免收费")),
)  # fmt: skip
BY_CLIENT = (
    Figure("accepted", _("受理")),
    Figure("issued", _("出具意见书")),
    Figure("repeated", _("重新鉴定")),
    Figure("relief", _("减免收费")),
)
BY_HOUSE = (
    *BY_FIELD[:7], Figure("complaints", _("收到投诉")), Figure("complaints_accepted", _("受理投诉")), Figure("complaints_upheld", _("查实投诉")),
    Figure("penalties", _("行政处罚")), Figure("capability", _("能力验证"), why=NO_SOURCE),
)  # fmt: skip


def _within(name: str, first: date, last: date) -> Q:
    return Q(**{f"{name}__gte": start_of(first), f"{name}__lt": end_of(last)})


def _facts(path: str, first: date, last: date) -> dict[str, list[tuple[ForensicCase, Any]]]:
    """What happened in a period in a part of the map: for each figure the cases, each with what it adds."""
    here = Q(order__case__place__division__path__startswith=path, order__case__merged_into__isnull=True)
    deep = Q(case__order__case__place__division__path__startswith=path)
    cases = ForensicCase.objects.filter(here)
    found: dict[str, list[tuple[ForensicCase, Any]]] = defaultdict(list)
    accepted = cases.filter(_within("decided_at", first, last), refusal="")
    found["accepted"] = [(c, 1) for c in accepted]
    found["repeated"] = [(c, 1) for c, _n in found["accepted"] if c.kind == ForensicKind.REPEATED]
    for row in cases.filter(effective_on__gte=first, effective_on__lte=last):
        if row.fee is not None:
            found["fees"].append((row, row.fee))
        if row.relief:
            found["relief"].append((row, 1))
    opinions = ForensicOpinion.objects.filter(deep, _within("issued_at", first, last)).select_related("case")
    for opinion in opinions:
        found["issued"].append((opinion.case, 1))
        if opinion.round > 1:
            found["supplementary"].append((opinion.case, 1))
        elif opinion.case.effective_on and opinion.issued_at:
            found["days"].append((opinion.case, (legal_day(opinion.issued_at) - opinion.case.effective_on).days))
    ended = cases.filter(_within("order__case__closed_at", first, last)).exclude(ended_ground="")
    found["terminated"] = [(c, 1) for c in ended]
    for amended in ForensicAmendment.objects.filter(
        Q(opinion__case__order__case__place__division__path__startswith=path), _within("at", first, last)
    ).select_related("opinion__case"):
        found["corrected"].append((amended.opinion.case, 1))
    for seen in ForensicTestimony.objects.filter(
        deep, _within("done_at", first, last), outcome="appeared"
    ).select_related("case"):
        found["testified"].append((seen.case, 1))
    limits = Deadline.objects.filter(
        clock="complete", order__forensic__isnull=False, order__case__place__division__path__startswith=path
    )
    for code, when in (("late", "late_at"), ("extended", "extended_at")):
        for limit in limits.filter(_within(when, first, last)).select_related("order__forensic"):
            found[code].append((limit.order.forensic, 1))
    return found


def _fill(
    sheet: Sheet, facts: Mapping[str, list[tuple[ForensicCase, Any]]], key: Callable[[ForensicCase], str]
) -> None:
    """Add the facts up by row, and into the total."""
    for figure in sheet.figures:
        if figure.why:
            for row, _name in [*sheet.rows, (TOTAL, "")]:
                sheet.cells[row, figure.code] = Cell(None, 0, why=figure.why)
            continue
        parts: dict[str, list[Any]] = defaultdict(list)
        for case, value in facts.get(figure.code, []):
            parts[key(case)].append(value)
            parts[TOTAL].append(value)
        for row, _name in [*sheet.rows, (TOTAL, "")]:
            values = parts.get(row, [])
            sheet.cells[row, figure.code] = _cell(figure, values)


def _cell(figure: Figure, values: list[Any]) -> Cell:
    if figure.mean:
        return Cell(median(values) if values else None, len(values), why="" if values else _("没有出具意见书"))
    return Cell(sum(values, Decimal(0) if figure.unit == YUAN else 0), len(values))


def tables(*, path: str, first: date, last: date, least: int, closed: bool) -> list[Sheet]:
    """The three sheets of a period and a part of the map. In: `closed` whether numbers that few stand behind are hidden."""
    facts = _facts(path, first, last)
    used = {c.field for rows in facts.values() for c, _v in rows}
    by_field = Sheet(
        "fields", _("按业务项目"), _("业务项目"), BY_FIELD, [(f.code, f.name) for f in fields.everything() if f.code in used],
    )  # fmt: skip
    _fill(by_field, facts, lambda c: c.field)
    by_client = Sheet("clients", _("按委托来源"), _("谁委托"), BY_CLIENT, [(c.value, c.label) for c in ForensicClient])
    _fill(by_client, facts, lambda c: c.client)
    houses = list(
        Organisation.objects.filter(kind=OrganisationKind.FORENSIC, division__path__startswith=path).order_by("name_zh")
    )
    by_house = Sheet("houses", _("按机构"), _("鉴定机构"), BY_HOUSE, [(str(o.pk), o.name) for o in houses])
    _fill(by_house, facts, lambda c: str(c.institution_id or ""))
    _complaints(by_house, path, first, last)
    sheets = [by_field, by_client, by_house]
    if closed:
        close(sheets, least)
    return sheets


def _complaints(sheet: Sheet, path: str, first: date, last: date) -> None:
    here = Q(order__case__place__division__path__startswith=path)
    rows: QuerySet[ForensicComplaint] = ForensicComplaint.objects.filter(here, order__case__merged_into__isnull=True)
    upheld = [ComplaintResult.UPHELD, ComplaintResult.PARTLY]
    wanted: dict[str, Iterable[int | None]] = {
        "complaints": rows.filter(received_on__range=(first, last)).values_list("organisation_id", flat=True),
        "complaints_accepted": rows.filter(accepted_on__range=(first, last)).values_list("organisation_id", flat=True),
        "complaints_upheld": rows.filter(decided_on__range=(first, last), result__in=upheld).values_list("organisation_id", flat=True),
        "penalties": ForensicPenalty.objects.filter(here, decided_on__range=(first, last)).values_list("organisation_id", flat=True),
    }  # fmt: skip
    for code, ids in wanted.items():
        found = list(ids)
        for key, _name in sheet.rows:
            n = sum(1 for i in found if str(i) == key)
            sheet.cells[key, code] = Cell(n, n)
        sheet.cells[TOTAL, code] = Cell(len(found), len(found))


def close(sheets: Sequence[Sheet], least: int) -> None:
    """Close in all sheets together what fewer than `least` stand behind, and what would let it be reckoned (kernel/veil.py).

    The total of a figure is one number, in whichever sheet it stands. Penalties are public and stay open.
    """
    cells: dict[tuple[str, str, str], Cell] = {}
    sums: list[tuple[tuple[str, str, str], list[tuple[str, str, str]]]] = []
    for sheet in sheets:
        for figure in sheet.figures:
            if figure.code == "penalties" or figure.why:
                continue
            whole = ("", TOTAL, figure.code)
            cells.setdefault(whole, sheet.cell(TOTAL, figure.code))
            parts = [(sheet.code, key, figure.code) for key, _name in sheet.rows]
            cells.update({part: sheet.cell(part[1], figure.code) for part in parts})
            if not figure.mean:
                sums.append((whole, parts))
    veil.hide(cells, {key: cell.n for key, cell in cells.items()}, sums, set(), least)
    for sheet in sheets:
        for figure in sheet.figures:
            if ("", TOTAL, figure.code) in cells:
                sheet.cell(TOTAL, figure.code).hidden = cells["", TOTAL, figure.code].hidden
