"""What came of it, in counts: grades by county and house, what the people themselves said. Small cells stay closed outside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import end_of, legal_day, start_of
from open12348.registry import divisions
from open12348.registry.models import Division, Organisation
from open12348.spine.catalogue import Phase
from open12348.spine.models import Case, Grade, Rating

from . import readers, rules
from .models import FileState, QualityGrade, ReviewFile

#: Who is the office: they see small cells too.
OFFICE = (Role.OFFICER, Role.SUPERVISOR)
_TOLD = [FileState.ANNOUNCED, FileState.OBJECTED, FileState.FINAL]


@dataclass
class Row:
    """Grades of one county or house. `hidden`: too few to be shown to whoever asks; n stands then as None as well."""

    name: str
    n: int | None
    grades: dict[str, int | None] = field(default_factory=dict)
    hidden: bool = False


def _rows(counts: Iterable[tuple[Any, str, int]], names: dict[Any, str], open_to: Any, least: int) -> list[Row]:
    found: dict[Any, dict[str, int]] = {}
    for key, grade, n in counts:
        found.setdefault(key, dict.fromkeys(QualityGrade.values, 0))[grade] += n
    rows = []
    for key, grades in found.items():
        total = sum(grades.values())
        if total < least and not open_to(key):
            rows.append(Row(names.get(key, "—"), None, dict.fromkeys(grades), hidden=True))
        else:
            rows.append(Row(names.get(key, "—"), total, dict(grades)))
    return sorted(rows, key=lambda r: r.name)


def by_county(by: Actor, at: datetime, *, since: date, until: date) -> list[Row]:
    """Grades announced in a period, by county: only counts, no points. Fewer than a figure: only for who is in charge there."""
    counts = _announced(since, until).values_list("candidate__county_id", "grade").annotate(n=Count("pk"))
    names = {c.pk: c.name for c in divisions.counties()}
    here = {c.pk for c in readers.counties_of(by, "", *OFFICE)}
    return _rows(counts, names, lambda pk: pk in here, rules.the("least", legal_day(at)).value)


def by_house(by: Actor, at: datetime, *, since: date, until: date) -> list[Row]:
    """Grades announced in a period, by house (firm, office), in the same way. Who works there sees a small cell as hidden too."""
    counts = list(_announced(since, until).values_list("candidate__organisation_id", "grade").annotate(n=Count("pk")))
    houses = Organisation.objects.filter(pk__in={pk for pk, _g, _n in counts if pk}).select_related("division__county")
    names = {o.pk: o.name for o in houses}
    here = {c.pk for c in readers.counties_of(by, "", *OFFICE)}
    inside = {o.pk for o in houses if o.division.county_id in here}
    return _rows(
        ((pk, g, n) for pk, g, n in counts if pk),
        names,
        lambda pk: pk in inside,
        rules.the("least", legal_day(at)).value,
    )


def _announced(since: date, until: date) -> Any:
    return ReviewFile.objects.filter(
        state__in=_TOLD, announced_at__gte=start_of(since), announced_at__lt=end_of(until)
    ).order_by()


@dataclass(frozen=True)
class Survey:
    """What the people themselves said in a county: ended needs, ratings, the share of satisfied ones (None: too few)."""

    county: str
    ended: int
    ratings: int | None
    satisfied: float | None
    response: float | None


def survey(by: Actor, at: datetime, *, lines: Iterable[str], since: date, until: date) -> list[Survey]:
    """The client survey from the spine's ratings (好差评), by county, for the lines whose files are reviewed.

    Voluntary, one ending one rating. A rate with too few ratings behind it is empty, never 0 (house.md 5.8).
    """
    least = rules.the("least_ratings", legal_day(at)).value
    ended = dict(
        Case.objects.filter(
            line__in=list(lines), phase=Phase.DONE.value, closed_at__gte=start_of(since), closed_at__lt=end_of(until)
        ).order_by().values_list("county_id").annotate(n=Count("pk"))
    )  # fmt: skip
    rated = {
        county: (n, good)
        for county, n, good in Rating.objects.filter(
            order__case__line__in=list(lines), order__case__closed_at__gte=start_of(since),
            order__case__closed_at__lt=end_of(until), outcome__superseded_at__isnull=True,
        ).order_by().values_list("order__case__county_id").annotate(n=Count("pk"), good=Count("pk", filter=Q(grade__gte=Grade.FAIR)))
    }  # fmt: skip
    here = {c.pk for c in readers.counties_of(by, "", *OFFICE)}
    found = []
    for county in divisions.counties():
        n, good = rated.get(county.pk, (0, 0))
        total = ended.get(county.pk, 0)
        if not total:
            continue
        enough = n >= least
        shown = enough or county.pk in here
        found.append(
            Survey(county.name, total, n if shown else None, good / n if enough else None, n / total if shown else None)
        )
    return found


def year_of(day: date) -> tuple[date, date]:
    """The year of a day, up to the day."""
    return date(day.year, 1, 1), day


def county_names(rows: Iterable[Division]) -> str:
    """Names of counties, for a line of text."""
    return "、".join(c.name for c in rows)
