"""The offices as the supervisor must see them: how many notaries, who is too old, which practice area (公证法 Art 8, 24; Rules Art 13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.registry import providers
from open12348.registry.models import Division, Organisation, OrganisationKind, Practitioner, PractitionerKind
from open12348.spine import journal
from open12348.spine.casework import Refused

from . import people
from .areas import area_of
from .figures import the
from .matters import age_on
from .models import NotaryEntry, OfficePermit, PermitKind

#: Who enters what an office was permitted: the bureau's people, never the office itself.
ENTERING = (Role.OFFICER, Role.SUPERVISOR)


@dataclass(frozen=True)
class Standing:
    """One office with what is wrong with it."""

    office: Organisation
    notaries: tuple[Practitioner, ...]
    too_old: tuple[tuple[Practitioner, int], ...]
    unknown_age: int
    least: int
    area: tuple[Division, ...]
    area_sure: bool
    permits: tuple[OfficePermit, ...]

    @property
    def below(self) -> bool:
        """Fewer notaries than an office must have."""
        return len(self.notaries) < self.least


def in_sight(by: Actor) -> list[Organisation]:
    """The notary offices in the bureau's part of the map of an actor."""
    held = [g for g in by.grants if g.role in ENTERING and g.place_id is None and g.covers_line("notary")]
    parts = [] if by.pending else [g.division_path for g in held]  # a head is appointed at the window of the office
    found = Organisation.objects.filter(kind=OrganisationKind.NOTARY, valid_to__isnull=True).select_related(
        "division__county"
    )
    return [o for o in found.order_by("division__code", "name_zh") if any(o.division.path.startswith(p) for p in parts)]


def standing(office: Organisation, at: datetime) -> Standing:
    """How an office stands at an instant."""
    day = legal_day(at)
    rows = list(providers.available(at).filter(organisation=office, kind=PractitionerKind.NOTARY).order_by("name_zh"))
    born = dict(NotaryEntry.objects.filter(practitioner__in=rows).values_list("practitioner_id", "born_on"))
    most = int(the("most_age", day).value)
    old = tuple((w, age_on(born[w.pk], day)) for w in rows if w.pk in born and age_on(born[w.pk], day) >= most)
    area, sure = area_of(office, day)
    permits = OfficePermit.objects.filter(office=office).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    return Standing(
        office, tuple(people.notaries_of(office, at)), old, sum(w.pk not in born for w in rows), int(the("least_notaries", day).value),
        tuple(area), sure, tuple(permits.select_related("division").order_by("kind", "valid_from")),
    )  # fmt: skip


def _may(by: Actor, office: Organisation) -> None:
    if by.kind != "system" and office not in in_sight(by):
        raise Refused(_("这个公证处不在您管的范围。执业区域由司法行政机关按核定的文件登记（公证程序规则第十三条）。"))


@transaction.atomic
def permit(
    *, office: Organisation, kind: str, division: Division | None, valid_from: date, basis: str, by: Actor, at: datetime
) -> OfficePermit:
    """Enter what an office was permitted, from which day, by which document.

    Errors: Refused (not in the actor's part of the map, no document, an area without a unit, the same one twice).
    """
    _may(by, office)
    if not basis.strip():
        raise Refused(_("请写核定执业区域或者列入名单的文件名称、文号。"))
    if kind == PermitKind.AREA and division is None:
        raise Refused(_("请选执业区域是哪个县（市）或者整个地区。"))
    if OfficePermit.objects.filter(office=office, kind=kind, division=division, valid_to__isnull=True).exists():
        raise Refused(_("已经登记过，还在有效。"))
    row = OfficePermit.objects.create(
        office=office, kind=kind, division=division if kind == PermitKind.AREA else None, valid_from=valid_from,
        basis=basis.strip()[:200], by=by.label, entered_at=at,
    )  # fmt: skip
    journal.write(stream="notary", kind="permit_entered", by=by, at=at, permit=row.pk, office=office.pk, what=kind)
    return row


@transaction.atomic
def end_permit(*, row: OfficePermit, last_day: date, by: Actor, at: datetime) -> OfficePermit:
    """End a permit with a day; what was accepted before stays as it is. Errors: Refused."""
    _may(by, row.office)
    if last_day < row.valid_from:
        raise Refused(_("结束的日子早于开始的日子，请核对。"))
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
    journal.write(stream="notary", kind="permit_ended", by=by, at=at, permit=row.pk, office=row.office_id)
    return row


@transaction.atomic
def enter_birth(*, worker: Practitioner, born_on: date, by: Actor, at: datetime) -> NotaryEntry:
    """Enter when a notary was born: the office ends at 65. Errors: Refused (no notary, an age no notary has)."""
    if worker.kind != PractitionerKind.NOTARY or worker.organisation is None:
        raise Refused(_("这个人没有登记为公证员。"))
    _may(by, worker.organisation)
    if not 25 <= age_on(born_on, legal_day(at)) <= 100:
        raise Refused(_("公证员的年龄在二十五周岁以上（公证法第十八条），请核对出生日期。"))
    row, _new = NotaryEntry.objects.update_or_create(
        practitioner=worker, defaults={"born_on": born_on, "by": by.label, "entered_at": at}
    )
    journal.write(stream="notary", kind="birth_entered", by=by, at=at, practitioner=worker.pk)
    return row
