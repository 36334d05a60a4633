"""The register of institutions and experts as it stands, who is below the least number, and the roster published each year."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from open12348.kernel.access import Actor, Denied
from open12348.kernel.tables import Heading, to_xlsx
from open12348.kernel.workdays import legal_day
from open12348.registry import postings
from open12348.registry.models import (
    Account,
    Division,
    Organisation,
    OrganisationKind,
    PostingKind,
    Practitioner,
    PractitionerKind,
    Standing,
    Status,
)
from open12348.spine import journal
from open12348.spine.casework import Refused
from open12348.spine.catalogue import Phase
from open12348.spine.journal import Conflict

from . import fields, impartial
from .bureau_figures import number
from .models import ForensicAccreditation, ForensicTitle
from .registration_models import ForensicRegistration, RegistrationKind, RosterIssue
from .registration_rules import below

ROOM, STREAM = "registration", "forensics.roster"


@dataclass
class Entry:
    """An institution or an expert as the register shows it on a day."""

    holder: Organisation | Practitioner
    subfields: Sequence[str]
    until: date | None
    status: str
    grade: str = ""  # title of an expert, accreditation of a laboratory
    renewing: bool = False
    experts: list[Entry] = field(default_factory=list)
    few: list[tuple[str, int]] = field(default_factory=list)  # (code of a field, experts in it) below the least

    @property
    def field_names(self) -> list[str]:
        return fields.names(self.subfields)

    @property
    def few_names(self) -> list[tuple[str, int]]:
        return [(fields.names([code])[0], n) for code, n in self.few]

    @property
    def status_label(self) -> Any:
        return Status(self.status).label

    @property
    def active(self) -> bool:
        return self.status == Status.ACTIVE

    def left(self, day: date) -> int | None:
        """Days until the licence runs out; below 0 when it has; None when no day is entered."""
        return None if self.until is None else (self.until - day).days


def register(*, path: str, at: datetime) -> list[Entry]:
    """Every institution of a part of the map with its experts, by name. Four queries, however many there are."""
    day = legal_day(at)
    houses = list(
        Organisation.objects.filter(kind=OrganisationKind.FORENSIC, division__path__startswith=path)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        .select_related("division__county", "forensic_institution")
        .order_by("name_zh", "pk")
    )
    people = list(
        Practitioner.objects.filter(kind=PractitionerKind.FORENSIC, organisation__in=houses)
        .select_related("forensic_expert")
        .order_by("name_zh", "pk")
    )
    stopped = _stopped(houses, people, at)
    renewing = set(
        ForensicRegistration.objects.filter(kind=RegistrationKind.RENEWAL, deemed_on__isnull=True)
        .exclude(order__case__phase=Phase.DONE.value)
        .values_list("organisation_id", "practitioner_id")
    )
    least = number(ROOM, "experts_of_a_field", day)
    found = []
    for house in houses:
        licence = getattr(house, "forensic_institution", None)
        entry = Entry(
            house, licence.fields if licence else [], licence.valid_until if licence else None,
            stopped.get(("o", house.pk), Status.ACTIVE.value),
        )  # fmt: skip
        entry.grade = str(ForensicAccreditation(licence.accreditation).label) if licence else ""
        entry.renewing = any(o == house.pk and p is None for o, p in renewing)
        for person in (p for p in people if p.organisation_id == house.pk):
            own = getattr(person, "forensic_expert", None)
            entry.experts.append(
                Entry(
                    person, own.fields if own else [], own.valid_until if own else None,
                    stopped.get(("p", person.pk), Status.ACTIVE.value),
                    str(ForensicTitle(own.title).label) if own else "", any(p == person.pk for _o, p in renewing),
                )
            )  # fmt: skip
        able = Counter(code for e in entry.experts if e.active and not _over(e, day) for code in e.subfields)
        there = {code: able[code] for code in entry.subfields}
        entry.few = [(code, there[code]) for code in below(there, least)]
        found.append(entry)
    return found


def _over(entry: Entry, day: date) -> bool:
    return entry.until is not None and entry.until < day


def _stopped(houses: list[Organisation], people: list[Practitioner], at: datetime) -> dict[tuple[str, int], str]:
    """Who is stopped at an instant, and how, in one query."""
    rows = Standing.objects.filter(
        Q(organisation__in=houses) | Q(practitioner__in=people), Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at
    ).exclude(status=Status.ACTIVE)  # fmt: skip
    return {
        ("o", row.organisation_id) if row.organisation_id else ("p", row.practitioner_id or 0): row.status
        for row in rows.order_by("starts_at")
    }


def expiring(entries: Sequence[Entry], day: date) -> list[tuple[Entry, int]]:
    """Institutions and experts whose licence runs out within the days of the reminder, or has, the first first."""
    within = number(ROOM, "expiring", day)
    every = [e for house in entries for e in (house, *house.experts) if e.active]
    due = [(e, left) for e in every if (left := e.left(day)) is not None and left <= within]
    return sorted(due, key=lambda pair: pair[1])


# The roster of a year


def roster_rows(entries: Sequence[Entry], day: date) -> list[list[str]]:
    """The lines of the roster: who may practise on a day, in the columns that are published. No phone, no identity number."""
    rows = []
    for house in entries:
        if not house.active or _over(house, day):
            continue
        org = house.holder
        rows.append([org.name_zh, org.licence_no, "", "", "、".join(house.field_names), _day(house.until)])
        for expert in house.experts:
            if expert.active and not _over(expert, day):
                person = expert.holder
                rows.append([
                    org.name_zh, org.licence_no, person.name_zh, person.licence_no, "、".join(expert.field_names), _day(expert.until),
                ])  # fmt: skip
    return rows


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def digest_of(rows: Sequence[Sequence[str]]) -> str:
    """The fingerprint of a roster."""
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


@transaction.atomic
def publish(
    *, division: Division, by: Actor, at: datetime, document: str = "", why: str = "", expect: int = 0
) -> RosterIssue:
    """Publish the roster of a year as it stands now. Published again only for a reason (a correction), as a new issue.

    In: `expect` the issue that the page showed (0: none). Errors: Refused, Conflict, Denied (the prefecture publishes its part).
    """
    account = Account.objects.filter(pk=by.account_id or 0).first()
    if account is None or not impartial.at_prefecture(by):
        raise Denied(_("名册由自治区编制，本地区的部分由地（州、市）司法行政机关公布。"))
    day = legal_day(at)
    last = RosterIssue.objects.filter(division=division, year=day.year).aggregate(n=Max("version"))["n"] or 0
    if last != expect:
        raise Conflict
    if last and not why.strip():
        raise Refused(_("今年的名册已经公布。更正的，请写明原因。"))
    rows = roster_rows(register(path=division.path, at=at), day)
    if not rows:
        raise Refused(_("登记册里还没有可以公布的机构和鉴定人。"))
    issue = RosterIssue.objects.create(
        division=division, year=day.year, version=last + 1, rows=rows, digest=digest_of(rows), document=document.strip()[:120],
        why=why.strip()[:300], issued_at=at, issued_by=account,
    )  # fmt: skip
    postings.post(
        line="forensics", kind=PostingKind.ANNOUNCEMENT, division=division, at=at, by=by, document=issue.document,
        title=_lazy("司法鉴定机构和鉴定人名册"), text=_Announced(issue), until=day + timedelta(days=number(ROOM, "roster_shown", day)),
    )  # fmt: skip
    journal.write(stream=STREAM, kind="roster", by=by, at=at, year=day.year, version=issue.version, digest=issue.digest)
    return issue


class _Announced:
    """What is said in public of a roster, in the language of the moment."""

    def __init__(self, issue: RosterIssue) -> None:
        self.issue = issue

    def __str__(self) -> str:
        houses = sum(1 for row in self.issue.rows if not row[3])
        return _("%(year)s 年名册已公布：鉴定机构 %(houses)s 家，鉴定人 %(experts)s 名。到司法局可以查阅、核对，校验码 %(digest)s。") % {
            "year": self.issue.year, "houses": houses, "experts": len(self.issue.rows) - houses, "digest": self.issue.digest[:16],
        }  # fmt: skip


def as_file(issue: RosterIssue) -> bytes:
    """A published roster as an Excel file, exactly as it was published."""
    heads = [_("机构名称"), _("机构许可证号"), _("鉴定人"), _("执业证号"), _("业务项目"), _("有效期至")]
    return to_xlsx(
        _("%(year)s 年司法鉴定机构和鉴定人名册") % {"year": issue.year}, [Heading(h, width=24) for h in heads], issue.rows,
        notes=[
            [_("公布日期"), legal_day(issue.issued_at).isoformat()], [_("文号"), issue.document], [_("第几版"), str(issue.version)],
            [_("校验码"), issue.digest],
        ],
        notes_title=_("说明"), spare=0,
    )  # fmt: skip
