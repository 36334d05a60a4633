"""Measures of supervision about an institution, and what each is in law (domain reference B, 7.5).

Proposed by one, the institution heard, decided by another, re-checked on its day. A public criticism of an institution or a
person is a penalty (行政处罚法 Art 9): without a decided penalty case that says so, the system writes none.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Denied
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Account, Organisation, OrganisationKind
from open12348.spine import journal
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict

from . import impartial, penalties
from .complaint_models import ForensicComplaint, MeasureNature, MeasureState, SupervisionMeasure

STREAM = "forensics.measures"
#: Measures that ask for something to be put right by a day.
WITH_A_DAY = frozenset({MeasureNature.RECTIFY, MeasureNature.INTERVIEW})


def _may(by: Actor, organisation: Organisation, at: datetime) -> Account:
    """The account of an officer or supervisor who reaches the institution and does not belong to it. Errors: Denied."""
    account = Account.objects.select_related("practitioner").filter(pk=by.account_id or 0).first()
    path = organisation.division.path
    reach = any(
        g.role in impartial.OFFICE and g.covers_line("forensics") and path.startswith(g.division_path) and g.place_id is None
        for g in by.grants
    )  # fmt: skip
    if account is None or by.kind != "staff" or not reach:
        raise Denied(_("监督措施由机构所在地的司法行政机关办理。"))
    if barred := impartial.reasons(account, [organisation.pk], at):
        raise Denied(barred[0])
    return account


@transaction.atomic
def propose(
    *, organisation: Organisation, nature: str, facts: str, basis: str, by: Actor, at: datetime,
    deadline: date | None = None, penalty_code: str = "", list_item: str = "", complaint: ForensicComplaint | None = None,
) -> SupervisionMeasure:  # fmt: skip
    """Propose a measure. In: `penalty_code` the decided penalty case that an outside criticism rests on; `list_item` the item
    of the national basic list that a discredit measure rests on. Errors: Refused (acceptance test 20), Denied."""
    account = _may(by, organisation, at)
    if nature not in MeasureNature.values:
        raise Refused(_("没有这种措施。"))
    if not facts.strip() or not basis.strip():
        raise Refused(_("请写明事实和依据的条款。"))
    penalty = None
    if nature == MeasureNature.OUTSIDE:
        penalty = penalties.criticism_case(penalty_code, organisation)
        if penalty is None:
            raise Refused(
                _(
                    "对外通报批评是行政处罚（行政处罚法第九条），要先有对这个机构作出通报批评决定的处罚案件。请填处罚案件的编号。"
                )
            )
    if nature == MeasureNature.INSIDE and organisation.kind != OrganisationKind.BUREAU:
        raise Refused(_("系统内通报只对下级司法行政机关；对鉴定机构的通报批评是行政处罚（行政处罚法第九条）。"))
    if nature == MeasureNature.CREDIT and not list_item.strip():
        raise Refused(_("失信惩戒措施只能是全国基础清单里有的，请填清单条目。"))
    if nature in WITH_A_DAY and (deadline is None or deadline < legal_day(at)):
        raise Refused(_("请写整改到哪一天，不能早于今天。"))
    row = SupervisionMeasure.objects.create(
        organisation=organisation, complaint=complaint, nature=nature, facts=facts.strip(), basis=basis.strip()[:200],
        deadline=deadline, penalty=penalty, list_item=list_item.strip()[:60], proposed_at=at, proposed_by=account,
    )  # fmt: skip
    _write(row, "proposed", by, at)
    return row


def heard(*, measure: SupervisionMeasure, statement: str, by: Actor, at: datetime) -> SupervisionMeasure:
    """The institution was heard. Errors: Refused (nothing written), Conflict, Denied."""
    _may(by, measure.organisation, at)
    if not statement.strip():
        raise Refused(_("请写机构怎么说；没有意见的，也写明。"))
    row = _step(measure, {MeasureState.PROPOSED}, MeasureState.HEARD, by, at, heard_at=at)
    row.statement = statement.strip()
    row.save(update_fields=["statement"])
    return row


def decide(*, measure: SupervisionMeasure, by: Actor, at: datetime, take: bool = True) -> SupervisionMeasure:
    """Another person decides, after the institution was heard. Errors: Refused, Conflict, Denied."""
    account = _may(by, measure.organisation, at)
    if account.pk == measure.proposed_by_id:
        raise Refused(_("提出的人不能自己决定，请另一位负责人决定。"))
    to = MeasureState.DROPPED if not take else MeasureState.RUNNING if measure.deadline else MeasureState.CLOSED
    return _step(measure, {MeasureState.HEARD}, to, by, at, decided_at=at, decided_by=account)


def recheck(*, measure: SupervisionMeasure, met: bool, found: str, by: Actor, at: datetime) -> SupervisionMeasure:
    """Looked at again on its day: put right, or taken further. Errors: Refused, Conflict, Denied."""
    _may(by, measure.organisation, at)
    if not found.strip():
        raise Refused(_("请写复查看到的情况。"))
    to = MeasureState.CLOSED if met else MeasureState.ESCALATED
    row = _step(measure, {MeasureState.RUNNING}, to, by, at, rechecked_at=at)
    row.recheck = found.strip()
    row.save(update_fields=["recheck"])
    return row


@transaction.atomic
def _step(
    measure: SupervisionMeasure, sources: set[MeasureState], to: MeasureState, by: Actor, at: datetime, **values: Any
) -> SupervisionMeasure:
    """From one state to the next, once. Errors: Conflict when somebody was faster."""
    changed = SupervisionMeasure.objects.filter(pk=measure.pk, state__in=sources).update(state=to, **values)
    if changed != 1:
        raise Conflict
    measure.refresh_from_db()
    _write(measure, str(to.value), by, at)
    return measure


def _write(row: SupervisionMeasure, act: str, by: Actor, at: datetime) -> None:
    journal.write(stream=STREAM, kind="measure", by=by, at=at, measure=row.pk, act=act, nature=row.nature)
