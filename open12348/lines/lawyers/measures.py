"""Measures of supervision below a penalty: interview, correction, criticism inside. Criticism outside is a penalty's publication.

To criticise a named lawyer or firm in public is an administrative penalty (行政处罚法 Art 9): without a decided case of penalty
behind it there is none, whoever asks (domain reference B, 7.5).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Organisation, Practitioner
from open12348.spine.casework import Refused

from .models import Discipline, Measure, MeasureKind

BUREAU = (Role.OFFICER, Role.SUPERVISOR)


def fault(*, kind: str, penalty: Discipline | None, due_on: date | None, day: date) -> Any:
    """Why a measure cannot be taken; nothing when it can."""
    if kind == MeasureKind.CRITICISM_OUTSIDE and not standing_penalty(penalty):
        return _(
            "对外通报批评属于行政处罚（行政处罚法第九条），要先有作出的处罚决定。没有处罚案件的，可以约谈、责令改正或者内部通报。"
        )
    if kind == MeasureKind.CORRECT and due_on is None:
        return _("限期整改要写明整改到哪天。")
    if due_on is not None and due_on < day:
        return _("整改的最后一天不能早于今天。")
    return None


def standing_penalty(penalty: Discipline | None) -> bool:
    """Whether a penalty was decided and still holds."""
    return penalty is not None and penalty.decided_at is not None and penalty.annulled_at is None


def take(
    *, subject: Practitioner | Organisation, kind: str, text: str, by: Actor, at: datetime, due_on: date | None = None,
    penalty: Discipline | None = None,
) -> Measure:  # fmt: skip
    """Record a measure against a lawyer or a firm. Errors: Denied, Refused with the article."""
    if by.kind != "system" and not by.has(*BUREAU):
        raise Denied(_("约谈、责令改正由司法行政机关作出（律师法第五十二条）。"))
    if penalty is not None and subject not in (penalty.lawyer, penalty.firm):
        raise Refused(_("这个处罚案件不是他的。"))
    if reason := fault(kind=kind, penalty=penalty, due_on=due_on, day=legal_day(at)):
        raise Refused(reason)
    key = {"lawyer": subject} if isinstance(subject, Practitioner) else {"firm": subject}
    return Measure.objects.create(
        **key, division=subject.division, kind=kind, text=text, at=at, by=by.label, due_on=due_on, penalty=penalty
    )


def check(*, measure: Measure, by: Actor, at: datetime) -> Measure:
    """Say that what was to be mended was looked at again. Errors: Refused for the slower of two, Denied."""
    if by.kind != "system" and not by.has(*BUREAU):
        raise Denied(_("约谈、责令改正由司法行政机关作出（律师法第五十二条）。"))
    if not Measure.objects.filter(pk=measure.pk, checked_at__isnull=True).update(checked_at=at):
        raise Refused(_("已经有人复查过了。"))
    measure.refresh_from_db()
    return measure
