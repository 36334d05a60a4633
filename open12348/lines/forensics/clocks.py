"""The limits of a commission (domain reference B, 2.4): from the General Rules, or our own reminders where the rules give no number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.kernel.workdays import Unit, start_of
from open12348.spine.catalogue import Clock
from open12348.spine.models import Case

from .figures import FIRST, term, the
from .models import ForensicCase, ForensicTestimony


def _row(case: Case) -> ForensicCase | None:
    return ForensicCase.objects.filter(order_id=case.pk).first()


def decided_by(case: Case, at: datetime) -> date | None:
    """The day agreed with the client for the decision (Art 13); None where seven working days hold."""
    row = _row(case)
    return row.decide_by if row else None


def received(case: Case, at: datetime) -> datetime | None:
    """The decision counts from the receipt, also when another day was agreed later; a commission made anew counts from then."""
    return case.received_at if case.reopened == 0 else None


def effective(case: Case, at: datetime) -> datetime | None:
    """Completion counts from the day on which the commission was signed, never from its acceptance (B-F5)."""
    row = _row(case)
    return start_of(row.effective_on) if row and row.effective_on else None


def completed_by(case: Case, at: datetime) -> date | None:
    """The day agreed otherwise (Art 28); None where thirty working days hold."""
    row = _row(case)
    return row.complete_by if row else None


def hearing(case: Case, at: datetime) -> date | None:
    """The day of the hearing to which experts are called."""
    found = ForensicTestimony.objects.filter(case_id=case.pk, outcome="").order_by("-pk").first()
    return found.hearing_at.astimezone(at.tzinfo).date() if found else None


def holds_materials(case: Case) -> bool:
    """Whether something of the client's is still with the institution."""
    row = _row(case)
    return row is not None and row.materials.filter(returned_at__isnull=True).exists()


def _clock(code: str, label: Any, **more: Any) -> Clock:
    first = the(more.pop("figure", code), FIRST)
    name = more.pop("name", code)
    return Clock(
        code, label, int(first.value), Unit(first.unit), basis=first.basis, sure=first.sure, term=term(name),
        **{"who": Role.PROVIDER, **more},
    )  # fmt: skip


COMMISSION = (
    _clock(
        "accept", _("决定是否受理"), starts={"receive", "reopen", "agree_date"},
        stops={"accept", "refuse", "withdraw", "merge", "agree_date"}, pauses={"ask_supplement", "ask_correction"},
        resumes={"supplied", "answer_correction"}, begins=received, last_day=decided_by,
        missed=_("超过决定受理的期限，委托仍要处理，监管部门会看到。"),
    ),
    _clock(
        "supply", _("补充鉴定材料"), starts={"ask_supplement"}, stops={"supplied", "accept", "refuse", "withdraw"}, pauses=set(), resumes=set(),
        who=Role.RESIDENT, say=_("请在 %(day)s前补充鉴定材料；补齐后能满足鉴定需要的，应当受理。"),
    ),
    _clock("sign", _("签订司法鉴定委托书"), starts={"accept", "supplementary"}, stops={"sign", "terminate", "withdraw"}),
    _clock(
        "complete", _("完成鉴定"), starts={"sign", "agree_time"}, stops={"issue", "terminate", "withdraw", "agree_time"},
        pauses={"pause", "ask_correction"}, resumes={"resume", "answer_correction"}, begins=effective, last_day=completed_by,
        extendable=int(the("extend", FIRST).value), by_move=True, missed=_("超过完成鉴定的期限，意见仍然有效，监管部门会看到。"),
    ),
    _clock("deliver", _("向委托人发送意见书"), starts={"issue"}, stops={"deliver"}),
    _clock("archive", _("归档"), starts={"deliver"}, stops={"archive", "supplementary"}, after_end=True),
    _clock(
        "return_materials", _("退还鉴定材料"), starts={"refuse", "terminate", "withdraw"}, stops={"returned", "reopen"}, after_end=True,
        only=holds_materials,
    ),
    _clock(
        "confirm_hearing", _("和法院确认出庭事项"), starts={"summon"}, stops={"confirm_hearing", "testified"}, after_end=True,
    ),
    _clock(
        "testify", _("出庭作证"), name="testify", figure="testify", starts={"summon"}, stops={"testified"}, after_end=True, last_day=hearing,
    ),
)  # fmt: skip
