"""The limits of notarisation (domain reference B, 1.7: N-T01 to N-T04, N-T11, N-T12), and the office's own beside them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.spine.catalogue import Clock
from open12348.spine.models import Case

from .figures import FIRST, term, the
from .models import NotaryCase

NO_CASE = frozenset({"withdraw", "merge"})
ENDED = frozenset({"approve", "refuse", "terminate"}) | NO_CASE
PAUSES = frozenset({"ask_correction", "ask_papers", "verify", "halt"})
RESUMES = frozenset({"answer_correction", "papers_in", "send_papers", "verified", "resume"})
BREACH: Any = _("超期不影响公证书的效力；可以投诉，督办人员会看到。")


def speed(code: str) -> Any:
    """Whether a case runs under a list of speed: the matter stands on it, and the notary found it simple, clear and proven."""
    return lambda case: case.facts.get("speed") == code


def promised_day(case: Case, at: datetime) -> date | None:
    """The day that the person promised for what follows."""
    return NotaryCase.objects.filter(order_id=case.pk).values_list("later_by", flat=True).first()


def _clock(
    code: str, label: Any, figure: str, starts: set[str], stops: frozenset[str] | set[str], **more: Any
) -> Clock:
    found = the(figure, FIRST)
    read = term(figure)
    return Clock(
        code, label, int(found.value), read(FIRST).unit, starts=starts, stops=stops, term=read, basis=found.basis,
        sure=found.sure, **{"pauses": frozenset(), "resumes": frozenset(), "who": Role.PROVIDER, **more},
    )  # fmt: skip


#: Both stretches of N-T01: after tolerant acceptance nothing counts until what was promised is there.
ISSUED_FROM = {"accept", "papers_complete", "stop_waiting"}
PAUSED: dict[str, Any] = {"pauses": PAUSES, "resumes": RESUMES, "missed": BREACH}

APPLY: tuple[Clock, ...] = (
    _clock("accept", _("决定是否受理"), "accept", {"receive", "reopen"}, {"accept", "accept_tolerant", "not_accept", *NO_CASE},
           pauses=frozenset({"ask_correction"}), resumes=frozenset({"answer_correction"}), missed=BREACH),
    _clock("issue", _("出具公证书"), "issue", ISSUED_FROM, ENDED, **PAUSED),
    _clock("issue_five", _("出具公证书（提速清单第一部分）"), "issue_five", ISSUED_FROM, ENDED, only=speed("five"), **PAUSED),
    _clock("issue_ten", _("出具公证书（提速清单第二部分）"), "issue_ten", ISSUED_FROM, ENDED, only=speed("ten"), **PAUSED),
    _clock("verify", _("外地公证处核实并回函"), "verify", {"verify"}, {"verified", *ENDED}, who=Role.PARTNER,
           missed=_("受委托的公证处应当在同一期限内函告不能完成的原因。")),
    _clock("promised", _("按约定补交材料"), "papers", {"accept_tolerant"}, {"papers_complete", "stop_waiting", *ENDED}, who=Role.RESIDENT,
           last_day=promised_day, say=_("请在 %(day)s前把约定的材料补齐。补齐以后才开始算出证的时间。")),
    _clock("waiting", _("看约定的材料补来没有"), "waiting", {"accept_tolerant"}, {"papers_complete", "stop_waiting", *ENDED},
           missed=_("请联系当事人；不再等的，转为审查。")),
    _clock("half_year", _("受理后六个月没有办结，决定是否终止"), "half_year", {"accept", "accept_tolerant"}, ENDED, aim=True,
           missed=_("因当事人的原因不能办结的，可以终止，由公证处决定。")),
    _clock("decide", _("审批"), "decide", {"propose", "propose_refusal", "propose_termination"},
           {"approve", "refuse", "terminate", "send_back", "keep_on", *NO_CASE}, who=Role.OFFICER, missed=BREACH),
    _clock("halted", _("看暂停的原因是否消除"), "halted", {"halt"}, {"resume", *ENDED}, missed=_("请看一次原因是否消除，并告诉当事人。")),
    _clock("relief", _("答复公证费减免申请"), "relief", {"ask_relief"}, {"relief", *ENDED}, who=Role.OFFICER, missed=BREACH),
    _clock("archive", _("立卷归档"), "archive", {"approve", "refuse", "terminate"}, {"archive", "file_away", "reopen"}, after_end=True,
           missed=_("请尽快归档。")),
)  # fmt: skip
