"""The register of firms and lawyers as the bureau keeps it: what is in it, what runs out, what cannot be right, and who leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.sentences import say
from open12348.kernel.workdays import add_months, legal_day
from open12348.registry import divisions, postings, providers
from open12348.registry.models import Division, Organisation, Posting, Practitioner, Standing, Status
from open12348.spine import handover
from open12348.spine.casework import Refused

from . import bureau, rules
from .figures import number
from .licence import partner_bar_of
from .models import IN_HOUSE, Assessment, FirmEntry, FormerPost, LawyerEntry, Measure, PoolEntry, Sanction

OFFICE = (Role.OFFICER, Role.SUPERVISOR)
#: So many days ahead something that runs out is shown.
AHEAD = 60


def parts(by: Actor) -> Q:
    """The part of the map that an actor keeps, as a condition on `division`."""
    found = Q(pk__in=[])
    for path in divisions.parts(by, *OFFICE):
        found |= Q(division__path__startswith=path)
    return found


def lawyers_of(by: Actor) -> QuerySet[Practitioner]:
    """The lawyers of an actor's part of the map."""
    found = Practitioner.objects.filter(parts(by), kind="lawyer")
    return found.select_related("organisation", "division", "lawyer_entry", "lawyer_entry__relaxed_area", "pool_entry")


def firms_of(by: Actor) -> QuerySet[Organisation]:
    """The law firms of an actor's part of the map that have not closed."""
    found = Organisation.objects.filter(parts(by), kind="law_firm", valid_to__isnull=True)
    return found.select_related("division", "firm_entry")


@dataclass(frozen=True)
class Wanted:
    """What the list shows. `text`: a name or a number of somebody who serves; residents are not here."""

    text: str = ""
    county: str = ""
    category: str = ""
    status: str = ""
    alarmed: bool = False
    soon: bool = False


@dataclass(frozen=True)
class Row:
    """A lawyer as the register shows them."""

    lawyer: Practitioner
    entry: LawyerEntry | None
    status: str
    alarms: tuple[Any, ...]
    soon: tuple[tuple[Any, date], ...]

    @property
    def status_label(self) -> Any:
        return Status(self.status).label


def search(found: QuerySet[Practitioner], wanted: Wanted) -> QuerySet[Practitioner]:
    """The list narrowed by what the database can answer."""
    text = numbers.plain(wanted.text).strip()
    if text:
        found = found.filter(
            Q(name_zh__icontains=text) | Q(name_ug__icontains=text) | Q(licence_no=text.replace(" ", ""))
        )
    if wanted.county:
        found = found.filter(division__county__code=wanted.county)
    if wanted.category:
        found = found.filter(lawyer_entry__category=wanted.category)
    return found.order_by("division__code", "organisation__name_zh", "pk")


def rows(by: Actor, wanted: Wanted, at: datetime, most: int = 400) -> list[Row]:
    """The register's lines for an actor: at most so many, those with alarms first."""
    found = list(search(lawyers_of(by), wanted)[: most * 2])
    standing = standings(found, at)
    twice = entered_twice(found)
    shown = []
    for lawyer in found:
        entry = getattr(lawyer, "lawyer_entry", None)
        status = standing.get(lawyer.pk, Status.ACTIVE.value)
        if wanted.status and status != wanted.status:
            continue
        row = Row(
            lawyer, entry, status, tuple(alarms(lawyer, entry, status, twice, at)), tuple(_soon(lawyer, entry, at))
        )
        if (wanted.alarmed and not row.alarms) or (wanted.soon and not row.soon):
            continue
        shown.append(row)
    return sorted(shown, key=lambda r: not r.alarms)[:most]


def standings(found: Iterable[Practitioner], at: datetime) -> dict[int, str]:
    """The status of many at an instant; who is not in it is active."""
    rows = Standing.objects.filter(practitioner__in=[p.pk for p in found], starts_at__lte=at)
    rows = rows.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at)).order_by("starts_at")
    return {r.practitioner_id: r.status for r in rows if r.practitioner_id is not None}


def entered_twice(found: Sequence[Practitioner]) -> set[int]:
    """Those whose serial and year of first practice stand under two licences that both hold in two firms (B-L2).

    The last six digits and the year stay with a person when the kind of licence changes; names alone prove nothing.
    """
    seen: dict[tuple[str, int], list[Practitioner]] = {}
    for lawyer in found:
        year = rules.year_of(lawyer.licence_no)
        if year is not None and lawyer.organisation_id is not None:
            seen.setdefault((f"{lawyer.licence_no[:5]}{lawyer.licence_no[-6:]}{lawyer.name_zh}", year), []).append(
                lawyer
            )
    return {p.pk for same in seen.values() if len({q.organisation_id for q in same}) > 1 for p in same}


def alarms(lawyer: Practitioner, entry: LawyerEntry | None, status: str, twice: set[int], at: datetime) -> list[Any]:
    """What cannot be right about one entry of the register (bad inputs B-L1 to B-L12 as far as a register shows them)."""
    day, found = legal_day(at), []
    year = rules.year_of(lawyer.licence_no)
    if len(lawyer.licence_no) == 17 and (year is None or year > day.year):
        found.append(_("执业证号不对（B-L1）"))
    if entry is None:
        found.append(_("没有登记执业类别"))
        return found
    if rules.category_of(lawyer.licence_no) not in {"", entry.category}:
        found.append(_("执业类别和执业证号第 10 位不一致"))
    if lawyer.pk in twice:
        found.append(_("同时登记在两个律所（律师法第十条，B-L2）"))
    if entry.category in IN_HOUSE and lawyer.organisation_id is not None:
        found.append(_("公职、公司、法律援助律师不得在律所（B-L12）"))
    if entry.category not in IN_HOUSE and lawyer.organisation_id is None and status == Status.ACTIVE:
        found.append(_("执业律师没有律所（律师法第十条）"))
    if entry.certificate == "C" and not rules.within(
        entry.relaxed_area.code if entry.relaxed_area else "", lawyer.division.code
    ):
        found.append(_("C 证登记在放宽地区以外（B-L4）"))
    if entry.former_post == FormerPost.SERVING and status == Status.ACTIVE and entry.category not in IN_HOUSE:
        found.append(_("现职公务员不得执业（律师法第十一条）"))
    if entry.firm_role in {"partner", "head"} and (until := partner_bar_of(lawyer, day)):
        found.append(say(_("%(day)s 以前不得担任合伙人（律师法第五十三条）"), day=until.isoformat()))
    return found


def _soon(lawyer: Practitioner, entry: LawyerEntry | None, at: datetime) -> list[tuple[Any, date]]:
    """What runs out soon, each with its day."""
    day = legal_day(at)
    last = day + timedelta(days=AHEAD)
    found: list[tuple[Any, date]] = []
    if entry is not None and entry.former_post == FormerPost.JUDGE:
        until = rules.bar_of_judge(entry.left_post_on, number("judge_years", day))
        if until is not None and day < until:
            found.append((_("离任不满二年，不得出庭，到"), until))
    pool = getattr(lawyer, "pool_entry", None)
    if pool is not None and pool.left_on is None:
        due = add_months(pool.updated_on, number("pool_update", day))
        if due <= last:
            found.append((_("涉外律师库要更新，到"), due))
    return found


@dataclass(frozen=True)
class Expiring:
    """Something of a part of the map that ends or is owed on a day."""

    what: Any
    who: Any
    on: date


def expiring(by: Actor, at: datetime) -> list[Expiring]:
    """What ends soon: suspensions, postings, corrections, pool entries, barred days; the nearest first."""
    day = legal_day(at)
    last = day + timedelta(days=AHEAD)
    found: list[Expiring] = []
    lawyers, firms = lawyers_of(by), firms_of(by)
    until = at + timedelta(days=AHEAD)
    for s in Standing.objects.filter(Q(practitioner__in=lawyers) | Q(organisation__in=firms), status=Status.SUSPENDED, ends_at__gt=at, ends_at__lte=until).select_related("practitioner", "organisation"):  # fmt: skip
        assert s.ends_at is not None
        found.append(
            Expiring(_("停止执业期满"), s.practitioner or s.organisation, legal_day(s.ends_at - timedelta(seconds=1)))
        )
    for p in _posted(lawyers, firms, at).filter(until__lte=last):
        found.append(Expiring(_("公示到期，自动撤下"), p.practitioner or p.organisation, p.until))
    for m in Measure.objects.filter(Q(lawyer__in=lawyers) | Q(firm__in=firms), checked_at__isnull=True, due_on__lte=last).select_related("lawyer", "firm"):  # fmt: skip
        assert m.due_on is not None
        found.append(Expiring(_("整改要复查"), m.lawyer or m.firm, m.due_on))
    for e in PoolEntry.objects.filter(lawyer__in=lawyers, left_on__isnull=True).select_related("lawyer"):
        due = add_months(e.updated_on, number("pool_update", day))
        if due <= last:
            found.append(Expiring(_("涉外律师库要更新"), e.lawyer, due))
    return sorted(found, key=lambda e: e.on)


def _posted(lawyers: Any, firms: Any, at: datetime) -> QuerySet[Posting]:
    return postings.standing(at, line=bureau.LINE).filter(Q(practitioner__in=lawyers) | Q(organisation__in=firms))


@dataclass(frozen=True)
class FirmRow:
    """A firm as the register shows it."""

    firm: Organisation
    entry: FirmEntry | None
    lawyers: int
    partners: int
    alarms: tuple[Any, ...]


def firm_rows(by: Actor, at: datetime, county: str = "") -> list[FirmRow]:
    """The firms with their lawyers and what cannot be right about them."""
    found = firms_of(by)
    if county:
        found = found.filter(division__county__code=county)
    people: dict[int, list[LawyerEntry | None]] = {}
    for lawyer in providers.available(at).filter(organisation__in=found, kind="lawyer").select_related("lawyer_entry"):
        people.setdefault(lawyer.organisation_id or 0, []).append(getattr(lawyer, "lawyer_entry", None))
    day = legal_day(at)
    out = []
    for firm in found.order_by("division__code", "name_zh"):
        entry = getattr(firm, "firm_entry", None)
        mine = people.get(firm.pk, [])
        partners = sum(e is not None and e.firm_role in {"partner", "head"} for e in mine)
        out.append(FirmRow(firm, entry, len(mine), partners, tuple(firm_alarms(firm, entry, partners, day))))
    return out


def firm_alarms(firm: Organisation, entry: FirmEntry | None, partners: int, day: date) -> list[Any]:
    """What cannot be right about a firm."""
    found: list[Any] = []
    if firm.uscc and not firm.uscc.startswith("31"):
        found.append(_("统一社会信用代码不以 31 开头（B-L9）"))
    if not firm.uscc:
        found.append(_("没有统一社会信用代码"))
    if entry is None:
        found.append(_("没有登记律所的形式"))
    elif (
        entry.form in {"partnership", "special"}
        and entry.parent_id is None
        and partners < number("partners_least", day)
    ):
        found.append(say(_("合伙人只有 %(n)s 名（律师法第十五条）"), n=partners))
    return found


def not_assessed(by: Actor, year: int, at: datetime) -> list[Organisation]:
    """The firms that have not begun the assessment of a year (NOT_OPEN)."""
    begun = Assessment.objects.filter(year=year).exclude(order__case__state="withdrawn").values("firm_id")
    return list(firms_of(by).exclude(pk__in=begun.filter(firm__isnull=False)).order_by("division__code", "name_zh"))


# Who enters and leaves, at a bench


def _keeps(by: Actor, division: Division) -> None:
    if by.kind != "system" and not any(division.path.startswith(p) for p in divisions.parts(by, Role.OFFICER)):
        raise Denied(_("名册由当地司法局的审批人员登记。"))


def enter(*, lawyer: Practitioner, by: Actor, at: datetime, **values: Any) -> LawyerEntry:
    """Write down what the register knows of a lawyer (a register that is taken over). Errors: Refused, Denied."""
    _keeps(by, lawyer.division)
    if values.get("category") in IN_HOUSE and lawyer.organisation_id is not None:
        raise Refused(_("公职、公司、法律援助律师不得在律所执业（司发通〔2018〕131号）。"))
    if values.get("certificate") == "C" and values.get("relaxed_area") is None:
        raise Refused(_("C 证要写明适用地区。"))
    values.setdefault("first_year", rules.year_of(lawyer.licence_no) or legal_day(at).year)
    return LawyerEntry.objects.update_or_create(practitioner=lawyer, defaults=values)[0]


def leave_post(*, lawyer: Practitioner, on: date, document: str, by: Actor, at: datetime) -> Standing:
    """A public-sector or company lawyer left the post: the card is withdrawn (司发通〔2018〕131号). Errors: Refused, Denied."""
    _keeps(by, lawyer.division)
    entry = LawyerEntry.objects.filter(practitioner=lawyer).first()
    if entry is None or entry.category not in IN_HOUSE:
        raise Refused(_("只有公职、公司、法律援助律师因离开岗位收回工作证；其他律师请办注销。"))
    if on > legal_day(at):
        raise Refused(_("这个日子还没有到，请再核对一遍。"))
    if providers.standing_at(lawyer, at) != Status.ACTIVE:
        raise Refused(_("工作证已经收回了。"))
    return handover.set_standing(
        who=lawyer, status=Status.CANCELLED, at=at, by=by, reason=str(_("离开岗位，收回工作证")), document=document
    )


def enter_pool(
    *, lawyer: Practitioner, languages: Sequence[str], nominated_by: str, by: Actor, at: datetime, level: str = "",
    qualifications: str = "", matters: str = "",
) -> PoolEntry:  # fmt: skip
    """Enter somebody in the pool for matters abroad, or bring what they say of themselves up to date (each year).

    Languages are those the lawyer declares; nothing is inferred. Errors: Refused, Denied.
    """
    _keeps(by, lawyer.division)
    if not providers.available(at).filter(pk=lawyer.pk).exists():
        raise Refused(_("现在不能执业，不能进涉外律师库。"))
    if not languages:
        raise Refused(_("请填本人申报的语言。"))
    day = legal_day(at)
    values: Mapping[str, Any] = {
        "languages": list(languages), "level": level, "qualifications": qualifications, "matters": matters, "nominated_by": nominated_by,
        "updated_on": day, "left_on": None, "left_why": "",
    }  # fmt: skip
    return PoolEntry.objects.update_or_create(
        lawyer=lawyer, defaults=values, create_defaults={**values, "entered_on": day}
    )[0]


def leave_pool(*, entry: PoolEntry, why: str, by: Actor, at: datetime) -> PoolEntry:
    """Take somebody out of the pool. Errors: Refused for the slower of two or without a reason, Denied."""
    _keeps(by, entry.lawyer.division)
    if not why.strip():
        raise Refused(_("请写明理由。"))
    if not PoolEntry.objects.filter(pk=entry.pk, left_on__isnull=True).update(
        left_on=legal_day(at), left_why=why.strip()[:300]
    ):
        raise Refused(_("已经退出涉外律师库了。"))
    entry.refresh_from_db()
    return entry


def public_record(lawyer: Practitioner, at: datetime) -> dict[str, Any]:
    """What may be said of a lawyer to anybody: standing, filed assessments, titles, and only penalties whose posting stands."""
    entry = LawyerEntry.objects.filter(practitioner=lawyer).first()
    filed = Assessment.objects.filter(lawyer=lawyer, filed_on__isnull=False).order_by("-year")[:5]
    return {
        "status": providers.standing_at(lawyer, at), "titles": list(entry.titles) if entry else [],
        "assessments": [(a.year, a.grade) for a in filed], "postings": list(postings.standing(at, subject=lawyer)),
    }  # fmt: skip


def record(lawyer: Practitioner) -> dict[str, Any]:
    """What the bureau keeps of a lawyer: all penalties and sanctions, whether their publicity has ended or not."""
    from .models import Discipline

    return {
        "penalties": list(Discipline.objects.filter(lawyer=lawyer, decided_at__isnull=False).order_by("-decided_at")),
        "sanctions": list(Sanction.objects.filter(lawyer=lawyer).order_by("-decided_on")),
        "measures": list(Measure.objects.filter(lawyer=lawyer).order_by("-at")),
        "assessments": list(Assessment.objects.filter(lawyer=lawyer).order_by("-year")),
    }
