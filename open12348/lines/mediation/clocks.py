"""The limits of mediation: PM-T01 to PM-T15 of domain reference A (2.6), and the office's own beside them.

Each keeps the rule of the day from which it counts (figures.py): length, unit, article, whether that is confirmed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.kernel.workdays import legal_day, start_of
from open12348.spine.catalogue import Clock

from . import kinds
from .figures import number, term
from .models import CourtConfirmation, Dispute, DisputeSource, MediationAgreement

#: Everything by which a mediation ends.
ENDS = "fail stop refuse_mediation decline pass_on agree_oral take_effect withdraw merge"
AGREED = "agree_oral take_effect"


@dataclass(frozen=True)
class Limit:
    """One limit. `code`: PM-T… of the reference, "" for the office's own. `key`: its clock; `figure`: its figure, else the same."""

    code: str
    key: str
    label: Any
    who: Role
    starts: str
    stops: str
    figure: str = ""
    pauses: str = "suspend"
    resumes: str = "resume"
    only: Callable[[Any], bool] | None = None
    begins: Callable[[Any, datetime], datetime | None] | None = None
    last_day: Callable[[Any, datetime], date | None] | None = None
    after_end: bool = False
    aim: bool = False
    say: Any = ""
    missed: Any = ""

    def clock(self) -> Clock:
        """The clock that the spine runs."""
        name = self.figure or self.key
        today = term(name, date.max)
        return Clock(
            self.key, self.label, today.amount, today.unit, starts=frozenset(self.starts.split()),
            stops=frozenset(self.stops.split()), pauses=frozenset(self.pauses.split()), resumes=frozenset(self.resumes.split()),
            basis=today.basis, sure=today.sure, who=self.who, only=self.only, begins=self.begins, last_day=self.last_day,
            after_end=self.after_end, aim=self.aim, say=self.say, missed=self.missed, term=lambda day: term(name, day),
        )  # fmt: skip


def _row(case: Any) -> Dispute | None:
    return Dispute.objects.filter(order_id=case.pk).first()


def _standing(case: Any) -> MediationAgreement | None:
    return MediationAgreement.objects.filter(dispute_id=case.pk, superseded_at__isnull=True).first()


def _from(*sources: str) -> Callable[[Any], bool]:
    return lambda case: (row := _row(case)) is not None and row.source in sources


def _of(statute: str) -> Callable[[Any], bool]:
    """A dispute of a kind that the law treats apart, and that no court sent (the court's days go before)."""
    return lambda case: (
        (row := _row(case)) is not None and kinds.statute(row.kind) == statute and not row.source.startswith("court")
    )


def ordinary(case: Any) -> bool:
    """A dispute whose time no special rule sets."""
    row = _row(case)
    special = {kinds.MEDICAL, kinds.LABOUR}
    return row is not None and not row.source.startswith("court") and kinds.statute(row.kind) not in special


def after_filing(summary: bool) -> Callable[[Any], bool]:
    """A dispute that a court entrusted after filing, in one of its two procedures."""
    return lambda case: (
        (row := _row(case)) is not None and row.source == DisputeSource.COURT_AFTER and row.summary_procedure is summary
    )


def from_signing(case: Any, at: datetime) -> datetime | None:
    """The day on which the material was signed for, not the one on which somebody typed it."""
    row = _row(case)
    return min(start_of(row.signed_on), at) if row is not None and row.signed_on else None


def from_letter(case: Any, at: datetime) -> datetime | None:
    """The day of the sender's letter: their clock runs already."""
    row = _row(case)
    return min(start_of(row.sent_on), at) if row is not None and row.sent_on else None


def named_by_sender(case: Any, at: datetime) -> date | None:
    """The day that the sender named."""
    row = _row(case)
    return row.reply_by if row is not None and row.reply_by and row.reply_by >= legal_day(at) else None


def has_reply_by(case: Any) -> bool:
    """The sender named a day."""
    row = _row(case)
    return row is not None and row.reply_by is not None


def from_effect(case: Any, at: datetime) -> datetime | None:
    """The day on which the agreement takes effect: never the day of an upload or of an entry."""
    standing = _standing(case)
    return min(start_of(standing.effective_on), at) if standing is not None and standing.effective_on else None


def agreed_until(case: Any, at: datetime) -> date | None:
    """The day that both parties agreed on."""
    row = _row(case)
    return row.consent_until if row is not None else None


def far_enough(case: Any) -> bool:
    """The day of performance lies far enough ahead for a visit before it."""
    standing = _standing(case)
    if standing is None or standing.perform_by is None or standing.effective_on is None:
        return False
    return standing.perform_by - timedelta(days=number("visit_before", standing.effective_on)) > standing.effective_on


def before_day(case: Any, at: datetime) -> date | None:
    """The last day on which a visit still leaves the other side time to perform."""
    standing = _standing(case)
    if standing is None or standing.perform_by is None:
        return None
    return max(standing.perform_by - timedelta(days=number("visit_before", standing.perform_by)), legal_day(at))


def after_day(case: Any, at: datetime) -> date | None:
    """So many days after the performance was due; without a day, after the agreement."""
    standing = _standing(case)
    if standing is None:
        return None
    day = standing.perform_by or standing.effective_on or legal_day(at)
    return max(day + timedelta(days=number("visit_after", day)), legal_day(at))


def sent_by_organ(case: Any) -> bool:
    """Somebody waits to be told how it ended."""
    row = _row(case)
    return row is not None and row.source not in {DisputeSource.PARTY, DisputeSource.OWN}


LIMITS: tuple[Limit, ...] = (
    Limit("PM-T01", "accept", _("决定是否受理"), Role.CLERK, "receive reopen",
          "accept decline refuse_mediation pass_on withdraw merge", pauses="ask_correction", resumes="answer_correction"),
    Limit("PM-T07", "court_accept", _("确认接受法院委派、委托"), Role.CLERK, "receive complete", f"complete accept {ENDS}",
          only=_from("court_before", "court_after"), begins=from_letter, missed=_("没有确认的，法院可以另行指派。")),
    Limit("PM-T08", "choose", _("双方选择调解员"), Role.RESIDENT, "accept", f"assign take_up {ENDS}",
          only=_from("court_before", "court_after"), say=_("请在 %(day)s前选好调解员；没有选的，由法院指定。")),
    Limit("", "assign", _("确定调解员"), Role.CLERK, "accept recuse", f"assign take_up reopen {ENDS}"),
    Limit("", "begin", _("开始调解"), Role.PROVIDER, "assign take_up", f"begin recuse reopen {ENDS}"),
    Limit("", "tend", _("看一次进展"), Role.PROVIDER, "begin appoint record suspend resume consent_on agree_written",
          f"begin appoint record suspend resume consent_on agree_written recuse reopen {ENDS}", pauses="", resumes=""),
    Limit("PM-T02", "finish", _("调结"), Role.PROVIDER, "accept", f"consent_on reopen {ENDS}", only=ordinary,
          missed=_("超过期限不违法；请问双方愿不愿意继续，不愿意的终止并告知其他的路。")),
    Limit("PM-T02", "finish_more", _("同意继续调解的期限"), Role.PROVIDER, "consent_on", f"consent_on reopen {ENDS}",
          last_day=agreed_until),
    Limit("PM-T03", "finish_medical", _("医疗纠纷调结"), Role.PROVIDER, "accept", f"consent_on reopen {ENDS}",
          only=_of(kinds.MEDICAL), missed=_("超过期限没有达成协议的，视为调解不成。")),
    Limit("PM-T04", "finish_labour", _("劳动争议调结"), Role.PROVIDER, "accept", f"consent_on reopen {ENDS}",
          only=_of(kinds.LABOUR), begins=lambda case, at: case.received_at,
          missed=_("超过期限没有达成协议的，当事人可以申请劳动仲裁。")),
    Limit("PM-T05", "finish_court_before", _("诉前委派调结"), Role.PROVIDER, "accept", f"consent_on reopen {ENDS}",
          only=_from("court_before"), begins=from_signing, missed=_("没有谈成的，材料退回法院，法院立案。")),
    Limit("PM-T06", "finish_court_after", _("立案后委托调结"), Role.PROVIDER, "accept", f"consent_on reopen {ENDS}",
          only=after_filing(False), begins=from_signing),
    Limit("PM-T06", "finish_court_summary", _("立案后委托调结（简易程序）"), Role.PROVIDER, "accept", f"consent_on reopen {ENDS}",
          only=after_filing(True), begins=from_signing),
    Limit("", "letters_inform", _("信访转办：告知是否受理"), Role.CLERK, "receive complete", f"complete accept {ENDS}",
          only=_from("letters"), begins=from_letter),
    Limit("", "letters_finish", _("信访转办：办结"), Role.PROVIDER, "receive complete", f"complete reopen {ENDS}",
          only=_from("letters"), begins=from_letter),
    Limit("", "reply_by", _("移送单位要求的答复日"), Role.PROVIDER, "receive complete", f"complete reopen {ENDS}",
          figure="report_back", only=has_reply_by, last_day=named_by_sender),
    Limit("", "sign", _("签名、盖章"), Role.PROVIDER, "agree_written", f"take_effect agree_written reopen {ENDS}", pauses="", resumes=""),
    Limit("PM-T09", "confirm", _("共同申请司法确认"), Role.RESIDENT, AGREED, "apply_confirmation reopen", begins=from_effect,
          after_end=True, say=_("双方可以在 %(day)s前一起申请司法确认。过了这一天就不能再申请。")),
    Limit("PM-T13", "labour_limitation", _("劳动仲裁时效"), Role.RESIDENT, "accept", f"reopen {AGREED}", only=_of(kinds.LABOUR),
          begins=lambda case, at: case.received_at, after_end=True,
          say=_("提出调解后时效重新计算，申请劳动仲裁最晚到 %(day)s。")),
    Limit("PM-T14", "visit_before", _("履行前回访"), Role.PROVIDER, AGREED, "visit perform perform_partly breach reopen",
          only=far_enough, last_day=before_day, after_end=True),
    Limit("PM-T14", "visit_after", _("履行后回访"), Role.PROVIDER, AGREED, "perform perform_partly breach reopen",
          last_day=after_day, after_end=True),
    Limit("PM-T15", "danger", _("负责人处置险情"), Role.SUPERVISOR, "escalate", "danger_handled reopen", after_end=True,
          pauses="", resumes=""),
    Limit("", "report_back", _("向移送单位反馈结果"), Role.PROVIDER, "fail stop refuse_mediation decline agree_oral take_effect",
          "reported reopen", only=sent_by_organ, after_end=True),
)  # fmt: skip

ASK = tuple(limit.clock() for limit in LIMITS)


# Judicial confirmation


def _asked(case: Any) -> CourtConfirmation | None:
    return CourtConfirmation.objects.filter(order_id=case.pk).first()


def from_agreement(case: Any, at: datetime) -> datetime | None:
    """The day of the agreement's effect."""
    row = _asked(case)
    return min(start_of(row.effective_on), at) if row is not None else None


def _from_day(name: str) -> Callable[[Any, datetime], datetime | None]:
    def begins(case: Any, at: datetime) -> datetime | None:
        day = getattr(_asked(case), name, None)
        return min(start_of(day), at) if day else None

    return begins


def from_performance(case: Any, at: datetime) -> datetime | None:
    """The end of the period of performance, or the ruling where there is none; it may lie ahead."""
    row = _asked(case)
    day = (row.perform_by or row.decided_on) if row is not None else None
    return start_of(day) if day else None


CONFIRM_ENDS = "unfit court_confirms court_rejects withdraw merge"

CONFIRM_LIMITS: tuple[Limit, ...] = (
    Limit("PM-T09", "confirm", _("共同申请司法确认"), Role.CLERK, "receive", f"file {CONFIRM_ENDS}", begins=from_agreement,
          missed=_("过了期限不能再申请司法确认。")),
    Limit("", "confirm_check", _("核对材料"), Role.CLERK, "receive reopen", f"check {CONFIRM_ENDS}"),
    Limit("", "confirm_file", _("递交法院"), Role.CLERK, "check", f"file {CONFIRM_ENDS}"),
    Limit("PM-T10", "court_take", _("法院决定是否受理"), Role.PARTNER, "file", f"court_takes reopen {CONFIRM_ENDS}",
          begins=_from_day("filed_on")),
    Limit("PM-T10", "court_decide", _("法院作出裁定"), Role.PARTNER, "file", f"reopen {CONFIRM_ENDS}", begins=_from_day("filed_on")),
    Limit("PM-T11", "confirm_object", _("对确认裁定提出异议"), Role.RESIDENT, "court_confirms", "reopen", after_end=True,
          begins=_from_day("served_on"), say=_("不同意裁定的，可以在 %(day)s前向法院提出异议。")),
    Limit("PM-T12", "enforce", _("申请强制执行"), Role.RESIDENT, "court_confirms", "reopen", after_end=True,
          begins=from_performance, say=_("对方不履行的，可以在 %(day)s前申请强制执行。")),
)  # fmt: skip

CONFIRM = tuple(replace(limit, pauses="", resumes="").clock() for limit in CONFIRM_LIMITS)
