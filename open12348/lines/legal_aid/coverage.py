"""Coverage of criminal defence (刑事案件律师辩护全覆盖): of all persons at a stage, who had a lawyer, and in what way.

Persons with a lawyer of their own, with an appointed one, and with a duty lawyer's help only are kept apart. How many persons
there were is entered by month, authority and stage with its source, never guessed: without it there is no rate, and the reason
is said. A rate above everything is a fault of the entries and shown as one. Outside the office small counts are hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.sentences import say
from open12348.kernel.workdays import end_of, legal_day, start_of
from open12348.registry import divisions
from open12348.registry.models import Division
from open12348.spine import journal
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict

from . import duty, rota
from .duty_figures import the
from .models import AccusedCount, Aid, Authority, DutyHelp, Kind, Route, Stage
from .sentences import listed

#: Whose count of persons belongs to a stage; a state security office counts beside the police where it has any.
OF_STAGE: dict[str, str] = {
    Stage.INVESTIGATION.value: Authority.POLICE.value,
    Stage.PROSECUTION.value: Authority.PROCURATORATE.value,
    Stage.FIRST.value: Authority.COURT.value,
    Stage.SECOND.value: Authority.COURT.value,
    Stage.DEATH_REVIEW.value: Authority.COURT.value,
    Stage.RETRIAL.value: Authority.COURT.value,
}
#: What a cell can hold, in the order of the table.
CELLS = ("persons", "retained", "notified", "applied", "duty", "covered")


@dataclass
class Row:
    """One county at one stage over some months. None: cannot be computed, and `why` says why."""

    county: Division | None  # None: all of them together
    stage: str
    persons: int | None = None
    retained: int | None = None
    notified: int = 0
    applied: int = 0
    duty: int = 0  # by a duty lawyer only: not counted above
    duty_all: int = 0
    covered: int | None = None
    rate: float | None = None
    why: list[Any] = field(default_factory=list)
    fault: Any = ""
    unknown: int = 0  # helps of people of whom it cannot be seen whether they are counted twice
    hidden: set[str] = field(default_factory=set)

    @property
    def stage_name(self) -> Any:
        return Stage(self.stage).label

    def reckon(self) -> Row:
        """Covered and rate from the parts; the fault when they cannot be right."""
        if self.retained is not None:
            self.covered = self.retained + self.notified + self.applied + self.duty
        if self.persons is None or self.covered is None:
            return self
        if self.persons == 0:
            if self.covered:
                self.fault = _("登记的总人数是 0，却有人得到帮助，请核对录入的数。")
            else:
                self.why.append(_("这段时间没有人"))
            return self
        self.rate = self.covered / self.persons
        if self.rate > 1:
            self.fault = _("超过 100%，说明录入的人数不对，请核对。")
        return self


def months(first: date, last: date) -> list[date]:
    """The first days of the months from one to another."""
    found, day = [], first.replace(day=1)
    while day <= last:
        found.append(day)
        day = duty.month_of(day)[1] + timedelta(days=1)
    return found


def appointed(county: Division | None, stage: str, first: date, last: date) -> list[Aid]:
    """Criminal cases of a county and stage to which a lawyer was assigned from a day to a day: one person, one stage, one case."""
    rows = Aid.objects.filter(
        kind=Kind.CRIMINAL, stage=stage, assigned_at__gte=start_of(first), assigned_at__lt=end_of(last)
    ).exclude(position__in=["victim", "private", "incidental"])  # fmt: skip
    if county is not None:
        rows = rows.filter(order__case__county=county)
    return list(rows.select_related("order__case", "order__person", "lawyer").order_by("assigned_at", "pk"))


def helps(county: Division | None, stage: str, first: date, last: date) -> list[DutyHelp]:
    """Helps that duty lawyers gave in a county at a stage from a day to a day."""
    rows = DutyHelp.objects.filter(stage=stage, helped_at__gte=start_of(first), helped_at__lt=end_of(last))
    if county is not None:
        rows = rows.filter(county=county)
    return list(rows.select_related("order__case", "order__person", "lawyer", "station").order_by("helped_at", "pk"))


def split(aids: Sequence[Aid], given: Sequence[DutyHelp]) -> tuple[list[DutyHelp], int]:
    """The helps that stand for a person who has no appointed lawyer, one for each person; and how many could not be compared."""
    by_person = {a.order.person.id_hash for a in aids if a.order.person and a.order.person.id_hash}
    by_name = {(a.matter_hash, duty.called_hash(a.order.person.name)) for a in aids if a.order.person and a.matter_hash}
    seen: set[tuple[str, str]] = set()
    only, unknown = [], 0
    for row in given:
        known = (row.person_hash and row.person_hash in by_person) or (row.matter_hash, row.called_hash) in by_name
        if known:
            continue
        key = ("id", row.person_hash) if row.person_hash else (row.matter_hash or str(row.pk), row.called_hash)
        if key in seen:
            continue
        seen.add(key)
        only.append(row)
        unknown += not row.person_hash and not row.matter_hash
    return only, unknown


def counts(county: Division, stage: str, first: date, last: date) -> list[AccusedCount]:
    """The standing entries of a county and stage for the months between two days."""
    rows = AccusedCount.objects.filter(
        county=county, stage=stage, month__in=months(first, last), replaced_at__isnull=True
    )
    return list(rows.order_by("month", "authority"))


def reckon(county: Division, stage: str, first: date, last: date) -> Row:
    """One row: what is known, what cannot be said and why."""
    row = Row(county, stage)
    aids, given = appointed(county, stage, first, last), helps(county, stage, first, last)
    row.applied = sum(a.route == Route.APPLICATION for a in aids)
    row.notified = len(aids) - row.applied
    only, row.unknown = split(aids, given)
    row.duty, row.duty_all = len(only), len(given)
    entries = counts(county, stage, first, last)
    organ = OF_STAGE[stage]
    missing = [m for m in months(first, last) if not any(e.month == m and e.authority == organ for e in entries)]
    if missing:
        row.why.append(
            say(_("%(organ)s没有录入 %(months)s 的总人数"), organ=Authority(organ).label,
                months=listed([m.strftime("%Y-%m") for m in missing]))
        )  # fmt: skip
    else:
        row.persons = sum(e.persons for e in entries)
        blank = [e for e in entries if e.retained is None]
        if blank:
            row.why.append(
                say(_("%(organ)s没有录入 %(months)s 自行委托律师的人数"), organ=Authority(organ).label,
                    months=listed([e.month.strftime("%Y-%m") for e in blank]))
            )  # fmt: skip
        else:
            row.retained = sum(e.retained or 0 for e in entries)
    return row.reckon()


def together(rows: Sequence[Row], stage: str) -> Row:
    """Several counties' rows of one stage as one; what one of them lacks, the sum lacks, and says so."""
    total = Row(None, stage)
    for name in ("notified", "applied", "duty", "duty_all", "unknown"):
        setattr(total, name, sum(getattr(r, name) for r in rows))
    for name in ("persons", "retained"):
        parts = [getattr(r, name) for r in rows]
        if rows and None not in parts:
            setattr(total, name, sum(parts))
    lacking = [r.county.name for r in rows if r.county is not None and (r.persons is None or r.retained is None)]
    if lacking:
        total.why.append(say(_("%(counties)s没有录全"), counties=listed(lacking)))
    return total.reckon()


def report(by: Actor, at: datetime, first: date, last: date) -> list[Row]:
    """The table for an actor: each county in their part of the map at each stage, then all together.

    Officers and supervisors see the counts of their own part as they are; everybody else with small ones hidden.
    """
    return veiled(by, at, _rows(by, first, last))


def _rows(by: Actor, first: date, last: date) -> list[Row]:
    found: list[Row] = []
    whole = rota.counties(by, Role.OFFICER, Role.SUPERVISOR, Role.PLANNER)
    for stage in OF_STAGE:
        rows = [reckon(county, stage, first, last) for county in whole]
        told = [r for r in rows if _says_something(r)]
        found += told
        if len(whole) > 1 and told:
            found.append(together(rows, stage))
    return found


def _says_something(row: Row) -> bool:
    return row.persons is not None or row.notified + row.applied + row.duty_all > 0 or row.stage in {
        Stage.INVESTIGATION.value, Stage.PROSECUTION.value, Stage.FIRST.value
    }  # fmt: skip


# Small counts


def sees_all(by: Actor, county: Division | None) -> bool:
    """True for the office: an officer or supervisor of that county (of everywhere for the sum)."""
    paths = divisions.parts(by, Role.OFFICER, Role.SUPERVISOR)
    if county is None:
        return all(any(c.path.startswith(p) for p in paths) for c in divisions.counties())
    return any(county.path.startswith(p) for p in paths)


def veiled(by: Actor, at: datetime, rows: list[Row]) -> list[Row]:
    """Hide what is small outside the office, and one more wherever the hidden one could be reckoned from the others."""
    small = int(the("small_cell", legal_day(at)).value)
    if all(sees_all(by, r.county) for r in rows):
        return rows
    parts = ("retained", "notified", "applied", "duty")
    for row in rows:
        if not sees_all(by, row.county):
            row.hidden = {n for n in CELLS if (v := getattr(row, n)) is not None and 0 < v < small}
    changed = True
    while changed:
        changed = False
        for row in rows:  # parts + sum: one hidden among them could be reckoned
            line = [*parts, "covered"]
            gone = [n for n in line if n in row.hidden]
            if len(gone) == 1 and (row.covered is not None):
                changed |= _hide_one(row, line)
        for stage in {r.stage for r in rows}:
            column = [r for r in rows if r.stage == stage]
            if not any(r.county is None for r in column):
                continue
            for name in CELLS:
                gone_rows = [r for r in column if name in r.hidden]
                if len(gone_rows) == 1:
                    left = [
                        r for r in column if name not in r.hidden and getattr(r, name) and not sees_all(by, r.county)
                    ]
                    if left:
                        min(left, key=lambda r: getattr(r, name)).hidden.add(name)
                        changed = True
    return rows


def _hide_one(row: Row, line: Sequence[str]) -> bool:
    left = [n for n in line if n not in row.hidden and getattr(row, n)]
    if not left:
        return False
    row.hidden.add(min(left, key=lambda n: getattr(row, n)))
    return True


# Entries


@transaction.atomic
def enter(
    *, county: Division, stage: str, month: date, persons: int, retained: int | None, source: str, by: Actor, at: datetime,
    authority: str = "", expect: int | None = None,
) -> AccusedCount:  # fmt: skip
    """Write down how many persons an authority had at a stage in a month, and how many had a lawyer of their own.

    A second entry replaces the first, which stays. In: `authority` the one of the stage unless another is named. Errors: Denied;
    Refused without a source, for a month that has not been, or more with a lawyer than there were; Conflict for two at once.
    """
    if not rota.keeps(by, county):
        raise Denied(_("只有本县法律援助中心可以录入。"))
    month = month.replace(day=1)
    authority = authority or OF_STAGE[stage]
    if authority != OF_STAGE[stage] and not (stage == Stage.INVESTIGATION and authority == Authority.SECURITY):
        raise Refused(_("这个阶段不由这个机关办理。"))
    if not source.strip():
        raise Refused(_("请写明数字从哪里来，例如某月统计报表、某号函。"))
    if month > legal_day(at):
        raise Refused(_("这个月还没有到。"))
    if retained is not None and retained > persons:
        raise Refused(_("自行委托律师的人数不能多于总人数。"))
    AccusedCount.objects.filter(
        county=county, authority=authority, stage=stage, month=month, replaced_at__isnull=True
    ).update(replaced_at=at)
    try:
        with transaction.atomic():
            row = AccusedCount.objects.create(
                county=county, authority=authority, stage=stage, month=month, persons=persons, retained=retained,
                source=source.strip()[:300], entered_at=at, by=by.label,
            )  # fmt: skip
    except IntegrityError:
        raise Conflict from None
    journal.write(stream="duty", kind="accused_count", by=by, at=at, county=county.code, stage=stage, month=month)
    return row


# Behind a number


def behind(by: Actor, what: str, county: Division, stage: str, first: date, last: date) -> list[Any]:
    """The rows behind a number, for the office: entries with their sources, cases, helps. Empty for anybody else."""
    if not sees_all(by, county):
        return []
    if what in {"persons", "retained"}:
        return list(counts(county, stage, first, last))
    aids, given = appointed(county, stage, first, last), helps(county, stage, first, last)
    if what == "notified":
        return [a for a in aids if a.route != Route.APPLICATION]
    if what == "applied":
        return [a for a in aids if a.route == Route.APPLICATION]
    if what == "duty":
        return list(split(aids, given)[0])
    if what == "duty_all":
        return list(given)
    if what == "due":
        return notice_due(county, first, last)
    return []


def notice_due(county: Division | None, first: date, last: date) -> list[DutyHelp]:
    """At review and prosecution: people helped by a duty lawyer for whom a notice is due (2022), and no lawyer was appointed."""
    stage = Stage.PROSECUTION.value
    only, _unknown = split(appointed(county, stage, first, last), helps(county, stage, first, last))
    return [row for row in only if row.due]


#: What calls for a notice at review and prosecution, in the order in which it is asked.
def notice_is_due(*, has_defender: bool, conditions: Sequence[str]) -> bool:
    """True when the procuratorate has to notify: nobody defends the person and one of the four conditions holds. Others: duty lawyer."""
    return not has_defender and bool(conditions)


def as_rows(rows: Sequence[Row]) -> list[list[str]]:
    """The table as text, for a file: what cannot be said is empty and has its reason."""

    def cell(row: Row, name: str) -> str:
        value = getattr(row, name)
        return "*" if name in row.hidden else ("" if value is None else str(value))

    return [
        [str(row.county.name if row.county else _("合计")), str(row.stage_name), *(cell(row, n) for n in CELLS),
         "" if row.rate is None or row.hidden else f"{row.rate * 100:.1f}%", "；".join(str(w) for w in row.why), str(row.fault)]
        for row in rows
    ]  # fmt: skip


def query_months(query: Mapping[str, Any], at: datetime) -> tuple[date, date]:
    """From which day to which: `from` and `to` as 2026-11 in a query; the month before this one otherwise."""
    this = legal_day(at).replace(day=1)

    def read(name: str, other: date) -> date:
        text = str(query.get(name) or "")
        try:
            return date.fromisoformat(f"{text}-01")
        except ValueError:
            return other

    first = read("from", this)
    last = read("to", first)
    if last < first or len(months(first, last)) > 36:
        last = first
    return first, duty.month_of(last)[1]
