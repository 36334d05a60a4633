"""Where one may apply (公证法 Art 25; 公证程序规则 Art 13-16): the connection of a matter with a place, and the offices for it.

The practice area of an office is data with its legal basis (`OfficePermit`), entered and ended by day; where none was
entered, the county in which the office lies is taken, and said to be unconfirmed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from open12348.registry import divisions
from open12348.registry.models import Division, Organisation, OrganisationKind, Place, PlaceKind
from open12348.spine.models import Case

from .matters import Matter
from .models import NotaryCase, OfficePermit, PermitKind

#: How a matter may be bound to a place.
CONNECTIONS: dict[str, Any] = {
    "domicile": _("住所地（户口所在地）"), "residence": _("经常居住地"), "act": _("行为地"), "fact": _("事实发生地"),
    "estate": _("不动产所在地"),
}  # fmt: skip
GENERAL = ("domicile", "residence", "act", "fact")


def binding(found: Matter) -> tuple[str, ...]:
    """The connections that count for a matter: real estate goes to its place, save mandate, declaration, gift and will."""
    return ("estate",) if found.estate == "yes" else GENERAL


def counties_that_count(found: Matter, connections: Mapping[str, Any]) -> frozenset[str]:
    """The counties that bind the matter: any of them will do, and so will those of any co-applicant (Art 15)."""
    codes: set[str] = set()
    for name in binding(found):
        value = connections.get(name)
        codes |= set(value) if isinstance(value, list | tuple) else {str(value)} if value else set()
    return frozenset(codes)


def _covers(division: Division | None, path: str) -> bool:
    return division is not None and path.startswith(division.path)


def area_of(office: Organisation, day: date) -> tuple[list[Division], bool]:
    """The practice area of an office on a day, and whether it was entered (else it is the county where the office lies)."""
    rows = list(
        OfficePermit.objects.filter(office=office, kind=PermitKind.AREA, valid_from__lte=day, division__isnull=False)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        .select_related("division")
    )
    if rows:
        return [r.division for r in rows if r.division is not None], True
    home = office.division
    return [home.county or home], False


def permitted(office: Organisation | None, kind: str, day: date) -> bool:
    """Whether an office stands on a list on a day (online, overseas)."""
    return office is not None and (
        OfficePermit.objects.filter(office=office, kind=kind, valid_from__lte=day)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        .exists()
    )


def office_of(case: Case) -> Organisation | None:
    """The notary office in whose hands a case is; None where the place is no notary office (nobody set one up yet)."""
    found = case.place.organisation
    return found if found is not None and found.kind == OrganisationKind.NOTARY else None


def competent(codes: Collection[str], day: date) -> list[Organisation]:
    """The offices whose practice area covers one of some counties, by name."""
    paths = [d.path for code in codes if (d := divisions.by_code(code)) is not None]
    offices = Organisation.objects.filter(kind=OrganisationKind.NOTARY, valid_to__isnull=True).select_related(
        "division__county"
    )
    return [
        office
        for office in offices.order_by("name_zh")
        if any(_covers(part, path) for part in area_of(office, day)[0] for path in paths)
    ]  # fmt: skip


def fault(case: Case, row: NotaryCase, found: Matter, day: date) -> Any:
    """Why this office may not take the matter, with the offices that may; nothing when it may (B-N1)."""
    codes = counties_that_count(found, row.connections)
    if not codes:
        names = str(_("、")).join(str(CONNECTIONS[name]) for name in binding(found))
        return _("还没有登记和这里的联系：%(names)s，至少一项（公证法第二十五条）。") % {"names": names}
    office = office_of(case)
    parts = area_of(office, day)[0] if office is not None else [case.county] if case.county is not None else []
    paths = [d.path for code in codes if (d := divisions.by_code(code)) is not None]
    if any(_covers(part, path) for part in parts for path in paths):
        return None
    right = str(_("、")).join(o.name for o in competent(codes, day)) or str(_("当地的公证处"))
    if found.estate == "yes":
        return _("涉及不动产的公证，由不动产所在地的公证处办理（公证法第二十五条第二款）。应当去：%(right)s。") % {
            "right": right
        }
    return _("这件事不在本处的执业区域（公证法第二十五条，公证程序规则第十三条）。可以去：%(right)s。") % {
        "right": right
    }


def twin(row: NotaryCase) -> NotaryCase | None:
    """The same matter of the same person about the same thing at another office, accepted there before (B-N16).

    The first office to accept handles it (公证程序规则 Art 16). Secret matters are never looked for, nor found.
    """
    if not row.subject_hash:
        return None
    order = row.order
    hashes = [h for h in order.parties.filter(role="applicant").values_list("id_hash", flat=True) if h]
    same = Q(order__person_id=order.person_id) if order.person_id else Q(pk__in=[])
    if hashes:
        same |= Q(order__parties__role="applicant", order__parties__id_hash__in=hashes)
    return (
        NotaryCase.objects.filter(same, matter=row.matter, subject_hash=row.subject_hash, accepted_at__isnull=False)
        .filter(order__case__secret=False)
        .exclude(pk=row.pk)
        .exclude(order__case__place_id=order.case.place_id)
        .exclude(decision__in=["refuse", "terminate", "not_accept"])
        .exclude(order__case__state="withdrawn")
        .select_related("order__case__place")
        .order_by("accepted_at")
        .first()
    )


# Which office takes what came in elsewhere


def counters() -> list[Place]:
    """The windows of notary offices that work today."""
    return list(
        Place.objects.filter(valid_to__isnull=True, organisation__kind=OrganisationKind.NOTARY, organisation__valid_to__isnull=True)
        .select_related("organisation__division", "county")
        .order_by("division__code", "code")
    )  # fmt: skip


def counter_for(found: Matter | None, connections: Mapping[str, Any], near: Division | None, day: date) -> Place | None:
    """The window an application goes to that came in elsewhere: of an office that is competent, the nearest; else None."""
    windows = counters()
    if not windows:
        return None
    codes = counties_that_count(found, connections) if found is not None else frozenset()
    right = {o.pk for o in competent(codes, day)} if codes else set()
    county = near.county if near is not None else None
    fitting = [w for w in windows if w.organisation_id in right] or (
        [w for w in windows if county is not None and w.county_id == county.pk] if not codes else []
    )
    fitting.sort(key=lambda w: (county is None or w.county_id != county.pk, w.kind != PlaceKind.COUNTER, w.code))
    return fitting[0] if fitting else None
