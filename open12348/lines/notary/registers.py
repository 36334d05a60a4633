"""The register of notarial matters (公证登记簿): one a year for each office, kept for ever, every case in it (Rules Art 57).

It is read out of the cases, so that nobody writes it twice and no line of it can be lost: matter, day of acceptance, who is in
charge, who approved, how and when it closed, the numbers given. A will stands in it for its own keepers only; whoever else
reads the register sees nothing in its place. Names of parties are in the office's own Excel only, and that look is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.numbers import group
from open12348.kernel.tables import Heading, to_xlsx
from open12348.kernel.workdays import legal_day, start_of
from open12348.registry import people
from open12348.registry.models import Organisation, OrganisationKind
from open12348.spine import catalogue, lists
from open12348.spine.models import Case

from . import matters
from .certificate_check import LAW_CLASSES
from .models import NotaryCase

#: Who reads the register of an office as a whole.
READING = frozenset({Role.OFFICER, Role.SUPERVISOR})


@dataclass(frozen=True)
class Entry:
    """One line of the register."""

    n: int
    case: Case
    code: str
    matter: Any
    accepted_on: date | None
    who: str
    approver: str
    closing: Any
    closed_on: date | None
    numbers: tuple[str, ...]
    secret: bool
    filed_on: date | None
    late_file: bool


def offices(by: Actor) -> list[Organisation]:
    """The notary offices whose cases an actor may see, by name."""
    seen = lists.visible(by, offered=False).filter(line="notary").values("place__organisation_id")
    return list(Organisation.objects.filter(kind=OrganisationKind.NOTARY, pk__in=seen).order_by("name_zh"))


def entries(*, office: Organisation, year: int, by: Actor, at: datetime, newest: int | None = None) -> list[Entry]:
    """The register of an office and a year as an actor may read it: in the order in which the cases came to it.

    In: the year in which a case was accepted, or refused before that; `newest` so many of the last lines, the newest first.
    Wills only where the actor keeps them.
    """
    rows = _with_all(_rows(office, year, by))
    if newest is None:
        return [_entry(n, row) for n, row in enumerate(rows.order_by("order__received_at", "order_id"), 1)]
    total = rows.count()
    return [_entry(total - n, row) for n, row in enumerate(rows.order_by("-order__received_at", "-order_id")[:newest])]


def unfiled(*, office: Organisation, by: Actor, most: int = 30) -> list[Entry]:
    """Ended cases with a certificate whose file is not closed yet, the oldest first (N-T12)."""
    seen = lists.visible(by, offered=False).filter(line="notary", service="notary.apply", place__organisation=office)
    rows = NotaryCase.objects.filter(
        order__case__in=seen, order__case__closed_at__isnull=False, issued_at__isnull=False, file__isnull=True
    )
    return [_entry(0, row) for row in _with_all(rows).order_by("order__case__closed_at")[:most]]


def count(*, office: Organisation, year: int, by: Actor) -> int:
    """How many lines the register of a year has, as an actor may read it."""
    return _rows(office, year, by).count()


def _rows(office: Organisation, year: int, by: Actor) -> QuerySet[NotaryCase]:
    first, after = start_of(date(year, 1, 1)), start_of(date(year + 1, 1, 1))
    seen = lists.visible(by, offered=False).filter(line="notary", service="notary.apply", place__organisation=office)
    return NotaryCase.objects.filter(order__case__in=seen).filter(
        Q(accepted_at__gte=first, accepted_at__lt=after)
        | Q(accepted_at__isnull=True, order__received_at__gte=first, order__received_at__lt=after)
    )


def _with_all(rows: QuerySet[NotaryCase]) -> QuerySet[NotaryCase]:
    return rows.select_related(
        "order__case__handler__practitioner",
        "order__person",
        "order__helper",
        "approved_by",
        "order__case__place",
        "file",
    ).prefetch_related("certificates", "order__deadlines")


def _entry(n: int, row: NotaryCase) -> Entry:
    case = row.order.case
    service = catalogue.of(case)
    worker = case.handler.practitioner if case.handler else None
    found = matters.matter(row.matter, legal_day(row.order.received_at))
    kept = getattr(row, "file", None)
    late = any(d.clock == "archive" and d.late_at is not None for d in row.order.deadlines.all())
    return Entry(
        n=n, case=case, code=row.order.code, matter=found.name if found else LAW_CLASSES.get(row.matter.partition("-")[0], row.matter),
        accepted_on=legal_day(row.accepted_at) if row.accepted_at else None,
        who=(worker.name if worker else case.handler.name if case.handler else ""), approver=row.approved_by.name if row.approved_by else "",
        closing=service.state(case.state).label if case.closed_at else "", closed_on=legal_day(case.closed_at) if case.closed_at else None,
        numbers=tuple(c.number for c in sorted(row.certificates.all(), key=lambda c: c.pk)), secret=case.secret,
        filed_on=legal_day(kept.filed_at) if kept else None, late_file=late,
    )  # fmt: skip


def workbook(*, office: Organisation, year: int, by: Actor, at: datetime, found: Iterable[Entry]) -> bytes:
    """The register as Excel. Parties are named for the head of the office only, and each look is recorded."""
    rows = list(found)
    named = by.has(Role.OFFICER)
    heads = [
        (_("序号"), 6), (_("办事编号"), 20), (_("公证事项"), 22), (_("受理日期"), 12), (_("承办公证员"), 14), (_("审批人"), 14),
        (_("办结方式"), 14), (_("办结日期"), 12), (_("公证书编号"), 34), (_("归档日期"), 12), (_("密卷"), 6),
    ]  # fmt: skip
    if named:
        heads[2:2] = [(_("当事人"), 20), (_("代理人"), 16)]
    lines = []
    for e in rows:
        line = [
            str(e.n), group(e.code), str(e.matter), _day(e.accepted_on), e.who, e.approver, str(e.closing), _day(e.closed_on),
            "；".join(e.numbers), _day(e.filed_on), _now("是") if e.secret else "",
        ]  # fmt: skip
        if named:
            person, helper = e.case.order.person, e.case.order.helper
            people.looked(person=person, by=by, at=at, purpose=str(_("公证登记簿")), order_code=e.code)
            line[2:2] = [person.name if person else "", helper.name if helper else ""]
        lines.append(line)
    title = _now("%(year)s 年公证登记簿") % {"year": year}
    return to_xlsx(title, [Heading(str(t), width=w) for t, w in heads], lines, notes=[[office.name, title]], spare=0)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
