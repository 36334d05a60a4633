"""The means of supervision (法律援助法 Art 59): a hearing sat in on, a file looked through, the organ asked, the person called.

Never by whoever did the work, nor by anybody of the same house. How many are owed in a quarter is a figure with a date.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.workdays import end_of, legal_day, start_of
from open12348.registry import people
from open12348.registry.models import Account, Division
from open12348.spine import journal, lists
from open12348.spine.casework import Refused
from open12348.spine.catalogue import Phase
from open12348.spine.journal import Conflict
from open12348.spine.models import Assignment, Case

from . import readers, rules
from .models import Check, CheckKind, CheckResult

CHECKING = (Role.OFFICER, Role.SUPERVISOR)

#: What is looked at, by means (forms 30, 31, 32 and the file check). Each is answered with yes, no, or "not to be said".
QUESTIONS: dict[str, tuple[tuple[str, Any], ...]] = {
    CheckKind.HEARING: (
        ("on_time", _("承办人按时到庭")),
        ("prepared", _("熟悉案情，证据准备充分")),
        ("spoke", _("发问、质证、辩论到位")),
        ("manners", _("遵守法庭纪律，举止得当")),
    ),
    CheckKind.FILE: (
        ("complete", _("材料齐全，一案一卷")),
        ("in_time", _("各步骤没有超期")),
        ("met", _("有会见或者约见的记录")),
        ("told", _("向受援人通报了进展，有记录")),
    ),
    CheckKind.ORGAN: (
        ("diligent", _("尽职，没有无故缺席、拖延")),
        ("opinion", _("提出的意见有依据")),
        ("honest", _("没有违反执业纪律的行为")),
    ),
    CheckKind.VISIT: (
        ("met", _("承办人和您见过面或者通过话")),
        ("explained", _("说清楚了案情和可能的结果")),
        ("told", _("事情有进展时告诉了您")),
        ("no_money", _("没有向您收钱收物")),
        ("satisfied", _("您对服务满意")),
    ),
}  # fmt: skip
ANSWERS = [("yes", _("是")), ("no", _("否")), ("unknown", _("不好说"))]

_FIGURES = {
    CheckKind.HEARING: "hearings_each_quarter", CheckKind.FILE: "files_each_quarter",
    CheckKind.ORGAN: "organs_each_quarter", CheckKind.VISIT: "visits_each_quarter",
}  # fmt: skip


def may_check(case: Case, by: Actor, at: datetime) -> bool:
    """Whether an actor may check a case: in charge of it, and a stranger to everybody who handled it."""
    if by.account_id is None or not readers.over(by, case.line, case.county, *CHECKING):
        return False
    account = Account.objects.select_related("practitioner").get(pk=by.account_id)
    return readers.stranger_to(account, case.order, at)


def _checker(case: Case, by: Actor, at: datetime) -> int:
    """The account of somebody who may check a case. Errors: Denied."""
    if by.account_id is None or not readers.over(by, case.line, case.county, *CHECKING):
        raise Denied(_("您不能检查这件事。"))
    if not may_check(case, by, at):
        raise Denied(_("承办人和同一单位的人不能做质量检查。"))
    return by.account_id


def _answers(kind: str, answers: Mapping[str, Any]) -> dict[str, str]:
    allowed = {code for code, _label in ANSWERS}
    found = {code: str(answers.get(code) or "") for code, _label in QUESTIONS[kind]}
    if not set(found.values()) <= allowed:
        raise Refused(_("每个问题都要回答：是、否，或者不好说。"))
    return found


@transaction.atomic
def record(
    *, case: Case, kind: str, by: Actor, at: datetime, happened: datetime, answers: Mapping[str, Any], result: str, found: str,
    whom: str = "",
) -> Check:  # fmt: skip
    """Write down a check that was made. Errors: Denied, Refused (unknown kind, in the future, before the case, no words).

    In: `happened` when it was made; `whom` who was spoken to (form 31, 32); somebody who could not be reached is a result
    and needs no answers.
    """
    account = _checker(case, by, at)
    if kind not in CheckKind.values or result not in CheckResult.values:
        raise Refused(_("请选择检查方式和结果。"))
    if happened > at:
        raise Refused(_("检查的日期不能晚于今天。"))
    if legal_day(happened) < legal_day(case.received_at):
        raise Refused(_("检查的日期早于收到这件事的日期。"))
    missed = result == CheckResult.NOT_REACHED
    if missed and kind not in {CheckKind.VISIT, CheckKind.ORGAN}:
        raise Refused(_("“没有联系上”只用于回访和征询意见。"))
    said = {} if missed else _answers(kind, answers)
    if not found.strip():
        raise Refused(_("请写明看到、听到了什么。"))
    row = Check.objects.create(
        order_id=case.pk, kind=kind, county=case.county, line=case.line, at=happened, by_id=account, result=result,
        content=json.dumps({"answers": said, "found": found.strip(), "whom": whom.strip()}, ensure_ascii=False), done_at=at,
        done_by_id=account,
    )  # fmt: skip
    _noted(row, "checked", by, at)
    return row


@transaction.atomic
def ask_organ(*, case: Case, by: Actor, at: datetime, whom: str, question: str) -> Check:
    """Ask the organ that handles the matter (form 31); its answer is entered when it comes. Errors: Denied, Refused."""
    account = _checker(case, by, at)
    if not whom.strip() or not question.strip():
        raise Refused(_("请写明向哪个单位征询、问什么。"))
    if Check.objects.filter(order_id=case.pk, kind=CheckKind.ORGAN, done_at__isnull=True).exists():
        raise Refused(_("已经向办案机关征询，还没有答复。"))
    row = Check.objects.create(
        order_id=case.pk, kind=CheckKind.ORGAN, county=case.county, line=case.line, at=at, by_id=account,
        content=json.dumps({"question": question.strip(), "whom": whom.strip()}, ensure_ascii=False),
    )  # fmt: skip
    _noted(row, "organ_asked", by, at)
    return row


@transaction.atomic
def organ_answered(
    *, check: Check, by: Actor, at: datetime, answers: Mapping[str, Any], result: str, found: str
) -> Check:
    """Enter what the organ answered. Errors: Denied, Conflict (entered before), Refused."""
    row = Check.objects.select_for_update(of=("self",)).select_related("order__case__county").get(pk=check.pk)
    account = _checker(row.order.case, by, at)
    if row.kind != CheckKind.ORGAN or row.done_at is not None:
        raise Conflict()
    if result not in CheckResult.values or not found.strip():
        raise Refused(_("请选择结果，写明答复的内容。"))
    missed = result == CheckResult.NOT_REACHED
    said = {} if missed else _answers(row.kind, answers)
    row.content = json.dumps({**json.loads(row.content), "answers": said, "found": found.strip()}, ensure_ascii=False)
    row.result, row.done_at, row.done_by_id = result, at, account
    row.save(update_fields=["content", "result", "done_at", "done_by"])
    _noted(row, "organ_answered", by, at)
    return row


def _noted(row: Check, kind: str, by: Actor, at: datetime) -> None:
    journal.write(stream="quality:checks", kind=kind, by=by, at=at, check=row.pk, means=row.kind, result=row.result)


def content(check: Check, by: Actor, at: datetime) -> dict[str, Any]:
    """What a check says, for whoever is in charge; the look is recorded. Errors: Denied."""
    if not readers.over(by, check.line, check.county, *CHECKING):
        raise Denied(_("您不能检查这件事。"))
    people.looked(person=check.order.person, by=by, at=at, purpose=str(_("质量检查")), order_code=check.order.code)
    return dict(json.loads(check.content))


def made(by: Actor) -> QuerySet[Check]:
    """Checks in an actor's charge, newest first."""
    counties = [c.pk for c in readers.counties_of(by, "", *CHECKING)]
    held = [g.lines for g in by.grants if g.role in CHECKING]
    rows = Check.objects.filter(county_id__in=counties)
    if held and all(held):
        rows = rows.filter(line__in=frozenset().union(*held))
    return rows.select_related("order", "county", "by").order_by("-at", "-pk")


# What is owed


@dataclass(frozen=True)
class Owed:
    """What one county owes of one means in a quarter: the figure, what was done, what is left."""

    county: Division
    kind: str
    wanted: int
    done: int
    sure: bool
    until: date

    @property
    def left(self) -> int:
        return max(0, self.wanted - self.done)


def quarter(day: date) -> tuple[date, date]:
    """First and last day of the quarter of a day."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    after = date(first.year + 1, 1, 1) if first.month == 10 else date(first.year, first.month + 3, 1)
    return first, date.fromordinal(after.toordinal() - 1)


def owed(by: Actor, at: datetime, day: date | None = None) -> list[Owed]:
    """What is owed in the quarter of a day (today's), county by county in an actor's charge. Somebody not reached is no check."""
    first, last = quarter(day or legal_day(at))
    counties = readers.counties_of(by, "", *CHECKING)
    rows = (
        made(by)
        .filter(at__gte=start_of(first), at__lt=end_of(last), done_at__isnull=False)
        .exclude(result=CheckResult.NOT_REACHED)
        .order_by()
        .values_list("county_id", "kind")
        .annotate(n=Count("pk"))
    )
    done = {(county, kind): n for county, kind, n in rows}
    found = []
    for county in counties:
        for kind in CheckKind.values:
            figure = rules.the(_FIGURES[CheckKind(kind)], first)
            found.append(Owed(county, kind, int(figure.value), done.get((county.pk, kind), 0), figure.sure, last))
    return found


def suggested(by: Actor, at: datetime, kind: str, limit: int = 10) -> list[Case]:
    """Cases that may be checked by a means and were not yet, those under way for a hearing, ended ones for the rest.

    Offered in an order that nobody can steer (by the keyed fingerprint of their journal), not the newest or the easiest.
    """
    had = Check.objects.filter(order_id=OuterRef("pk"), kind=kind)
    given = Exists(Assignment.objects.filter(order_id=OuterRef("pk")).exclude(account=None, practitioner=None))
    seen = lists.visible(by, offered=False).filter(Q(handler__isnull=False) | given, ~Exists(had))
    seen = seen.exclude(phase=Phase.DONE.value) if kind == CheckKind.HEARING else seen.filter(phase=Phase.DONE.value)
    found = []
    for case in seen.select_related("order", "county", "handler", "place").order_by("journal_head")[: limit * 4]:
        if may_check(case, by, at):
            found.append(case)
        if len(found) == limit:
            break
    return found
