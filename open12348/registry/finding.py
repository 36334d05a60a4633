"""Finding somebody who serves: by need, language and place, with the standing of the licence, in an order nobody can buy.

The order is distance, and at one distance a lot that is drawn anew each day: no score, no payment, no memory of who was
looked at (house rule 6; domain reference B, 3.3 and X-19). Who may not practise at this minute is not in the list; asked for by
name or licence number, they are shown with what the register says, so that nobody is taken in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from math import asin, cos, radians, sin, sqrt
from typing import Any

from django.db.models import Case, CharField, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import MD5, Cast, Concat
from django.utils.translation import gettext_lazy as _

from open12348.kernel import names, numbers
from open12348.kernel.workdays import legal_day

from . import divisions, providers, specialities
from .models import Division, Level, Organisation, Place, Practitioner, PractitionerKind, Standing, Status

#: Whom a resident can look for, in the order in which they are offered, each with what they are for.
KINDS: tuple[tuple[str, Any], ...] = (
    (PractitionerKind.LAWYER.value, _("打官司、写文书、刑事辩护、谈合同")),
    (PractitionerKind.GRASSROOTS.value, _("本地的民事、行政案件和文书；不办刑事案件")),
    (PractitionerKind.NOTARY.value, _("证明遗嘱、继承、合同、委托等")),
    (PractitionerKind.FORENSIC.value, _("伤情、笔迹、录音等要专门技术才能判断的事")),
    (PractitionerKind.MEDIATOR.value, _("两边坐下来谈，不收钱")),
)
#: A lawyer's licence number whose tenth place is 6 to 9 (public sector, company, legal aid, military; domain reference B,
#: 3.1): they take no private clients.
NO_CLIENTS = r"^1[0-9]{8}[6-9][0-9]{7}$"
#: A place in the county stands farther than one in the township; beyond the county kilometres between seats decide.
SAME_UNIT, SAME_TOWNSHIP, SAME_COUNTY, ELSEWHERE = range(4)
_FAR = 100_000.0


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. `text`: a name in any script, or a licence number in any digits."""

    kind: str = PractitionerKind.LAWYER.value
    speciality: str = ""
    language: str = ""
    division: Division | None = None
    text: str = ""


@dataclass(frozen=True)
class Found:
    """One who was found, as the page shows them: never a private phone."""

    worker: Practitioner
    status: str
    since: date | None = None
    until: date | None = None
    office_stopped: bool = False
    private: bool = True  # takes private clients
    near: int | None = None
    km: int | None = None
    phone: str = ""
    address: str = ""
    fields: list[str] = field(default_factory=list)

    @property
    def may_serve(self) -> bool:
        """True when the licence stands, and that of the office."""
        return self.status == Status.ACTIVE and not self.office_stopped

    @property
    def label(self) -> Any:
        return Status(self.status).label


def search(wanted: Wanted, at: datetime) -> QuerySet[Practitioner]:
    """Those who fit, nearest first, at one distance by the day's lot. Without a name or number only who may serve now."""
    text = numbers.plain(wanted.text).strip()
    rows = Practitioner.objects.all() if text else providers.available(at).exclude(_without_clients())
    rows = rows.filter(kind=wanted.kind)
    if text:
        rows = rows.filter(_called(text))
    chosen = specialities.by_code(wanted.speciality, wanted.kind) if wanted.speciality else None
    if chosen is not None:
        rows = rows.filter(specialities__overlap=sorted(chosen.words))
    if wanted.language:
        rows = rows.filter(languages__contains=[wanted.language])
    return (
        rows.annotate(near=_near(wanted.division), km=_km(wanted.division), lot=_lot(legal_day(at)))
        .order_by("near", "km", "lot", "pk")
        .select_related("organisation", "division")
        .defer("phone")
    )


def _without_clients() -> Q:
    return Q(kind=PractitionerKind.LAWYER, licence_no__regex=NO_CLIENTS)


def _called(text: str) -> Q:
    """By a name as it is written, as it sounds, or by the licence number as far as it was typed."""
    number = "".join(text.split()).upper()
    found = Q(name_zh__contains=text) | Q(name_ug__contains=text) | Q(licence_no__iexact=number)
    if len(number) >= 6:
        found |= Q(licence_no__istartswith=number)
    keys = names.keys(text)
    if whole := [k for k in keys if not k.startswith("w:")]:
        found |= Q(name_keys__overlap=whole)
    if parts := [k for k in keys if k.startswith("w:")]:
        found |= Q(name_keys__contains=parts)
    return found


def _near(division: Division | None) -> Any:
    """How many steps of the map away: the unit itself, its township, its county, elsewhere."""
    ranks = {Level.VILLAGE: SAME_UNIT, Level.TOWNSHIP: SAME_TOWNSHIP, Level.COUNTY: SAME_COUNTY}
    whens = []
    for unit in reversed(divisions.line_up(division)):
        if unit.level == Level.PREFECTURE:
            continue
        rank = SAME_UNIT if division is not None and unit.pk == division.pk else ranks[Level(unit.level)]
        whens.append(When(division__path__startswith=unit.path, then=Value(rank)))
    if not whens:
        return Value(SAME_UNIT, output_field=IntegerField())
    return Case(*whens, default=Value(ELSEWHERE), output_field=IntegerField())


def _km(division: Division | None) -> Any:
    """Kilometres between the seats of the counties, where the map has their position; what has none comes last."""
    home = division.county if division is not None else None
    if home is None:
        return Value(0.0, output_field=FloatField())
    whens = [
        When(division__county_id=other.pk, then=Value(away))
        for other in divisions.counties()
        if (away := 0.0 if other.pk == home.pk else _between(home, other)) is not None
    ]
    return Case(*whens, default=Value(_FAR), output_field=FloatField())


def _between(one: Division, other: Division) -> float | None:
    """Kilometres as the crow flies between two units whose position is known."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    a, b = radians(one.latitude or 0), radians(other.latitude or 0)
    across = radians((other.longitude or 0) - (one.longitude or 0))
    chord = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(across / 2) ** 2
    return round(2 * 6371 * asin(sqrt(chord)), 1)


def _lot(day: date) -> Any:
    """A lot drawn for each day: the same for everybody that day, so that a second page goes on where the first ended."""
    return MD5(Concat(Value(f"{day.isoformat()}:"), Cast("pk", CharField()), output_field=CharField()))


def shown(rows: Iterable[Practitioner], at: datetime) -> list[Found]:
    """What a page shows of some who were found: the standing of the licence and of the office, and how to reach the office."""
    workers = list(rows)
    offices = {w.organisation_id for w in workers if w.organisation_id}
    own = _standings(at, practitioner__in=[w.pk for w in workers])
    theirs = _standings(at, organisation__in=offices)
    counters: dict[int, Place] = {}
    for place in Place.objects.filter(organisation__in=offices, valid_to__isnull=True).order_by("-code"):
        counters[place.organisation_id or 0] = place
    found = []
    for worker in workers:
        mine, office = own.get(worker.pk), worker.organisation
        stopped = office is not None and (office.valid_to is not None or _stopped(theirs.get(office.pk)))
        km = getattr(worker, "km", None)
        since = legal_day(mine.starts_at) if mine else worker.practised_since
        found.append(Found(
            worker, mine.status if mine else Status.ACTIVE.value, since,
            legal_day(mine.ends_at) if mine and mine.ends_at else None,
            office_stopped=stopped, near=getattr(worker, "near", None),
            private=not (worker.kind == PractitionerKind.LAWYER and _is_without_clients(worker.licence_no)),
            km=round(km) if km and km < _FAR else None, fields=specialities.said(worker.specialities),
            phone=_reach(office, counters, "phone"), address=_reach(office, counters, "address"),
        ))  # fmt: skip
    return found


def _reach(office: Organisation | None, counters: dict[int, Place], what: str) -> str:
    """The office's own phone or address, else that of its counter."""
    return str(getattr(office, what, "") or getattr(counters.get(office.pk) if office else None, what, "") or "")


def _is_without_clients(licence_no: str) -> bool:
    return len(licence_no) == 17 and licence_no.isdigit() and licence_no[0] == "1" and licence_no[9] in "6789"


def _standings(at: datetime, **whose: Any) -> dict[int, Standing]:
    """The stretch in which each of some stands at an instant: the one that began last."""
    rows = Standing.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at, **whose)
    return {(r.practitioner_id or r.organisation_id or 0): r for r in rows.order_by("starts_at", "id")}


def _stopped(row: Standing | None) -> bool:
    return row is not None and row.status != Status.ACTIVE
