"""The limits of legal aid (domain reference A, 1.9): the 21 of the law, each declared once, and the office's own beside them.

From the table come the clocks of the three services; what happens outside the system (the authority's three days, the place
of custody's 24 hours) is judged from the instants that were recorded. The figures lie in `parameters/`: a limit keeps the
rule of the day from which it counts, with its unit and its article.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.kernel.parameters import Figure
from open12348.kernel.workdays import Calendar, Reckoning, Unit, calendar_for, legal_day, reckon, start_of
from open12348.registry.divisions import calendar_layers
from open12348.spine import papers
from open12348.spine.catalogue import Clock, Term
from open12348.spine.models import Case

from . import figures, scope
from .models import Aid
from .rota_models import DutyHelp

#: The day of the oldest file: what began before it is counted under that one.
FIRST = date(2021, 1, 1)

APPLICATION, NOTICED, HELP = "apply", "notice", "duty"

#: Acts that only one of the two services has; a row names those of both, and each service takes its own.
ONLY = {
    APPLICATION: frozenset(
        {"grant", "refuse", "elsewhere", "deem_withdrawn", "confirm_lawyer", "refusal_sent", "served:refuse", "provide_first", "cooperate",
         "cooperation_back", "propose_grant", "propose_refusal"}
    ),
    NOTICED: frozenset({"client_declines", "another", "agreed_after_all", "own_lawyer"}),
}  # fmt: skip


class Roll(str, Enum):
    """What happens when the last day is a holiday."""

    ROLLS = "rolls"
    STAYS = "stays"
    HOURS = "hours"

    @property
    def label(self) -> Any:
        return {Roll.ROLLS: _("顺延到下一个工作日"), Roll.STAYS: _("不顺延"), Roll.HOURS: _("按小时，不停")}[self]


class Missing(str, Enum):
    """What missing a limit means (T-11 of reference B)."""

    BREACH = "breach"
    WITHDRAWN = "withdrawn"
    TERMINABLE = "terminable"
    LOST = "lost"
    SOFT = "soft"
    NOTHING = "nothing"

    @property
    def label(self) -> Any:
        return {
            Missing.BREACH: _("超期不影响决定的效力，也不算同意；可以投诉，督办人员会看到。"),
            Missing.WITHDRAWN: _("视为撤回申请，不是拒绝，可以重新申请。"),
            Missing.TERMINABLE: _("法律援助机构可以终止援助，由工作人员决定。"),
            Missing.LOST: _("期限过后一般不再受理，有正当理由的除外。"),
            Missing.SOFT: _("过了期限仍然可以提出，由司法行政部门决定是否受理。"),
            Missing.NOTHING: _("内部目标，法定期限不变。"),
        }[self]


@dataclass(frozen=True)
class Limit:
    """One limit: who must do what within which figure, counted from what, stopped and paused by what.

    code: LA-T01 … LA-T21 of the reference; "" for the office's own. key: its figure and the name of its clock. A limit with
    several stretches (accept, decide, reply) has one row each, `part` tells them apart. services: where the system runs it;
    none: it happens outside and is judged from recorded instants, `starts` and `stops` are then words.
    """

    code: str
    key: str
    act: Any
    who: Role | None
    starts: frozenset[str]
    stops: frozenset[str]
    missing: Missing
    services: frozenset[str] = frozenset()
    body: Any = ""
    part: str = ""
    pauses: frozenset[str] = frozenset()
    resumes: frozenset[str] = frozenset()
    roll: Roll = Roll.ROLLS
    figure: str = ""
    begins: Callable[[Any, datetime], datetime | None] | None = None
    last_day: Callable[[Any, datetime], date | None] | None = None
    only: Callable[[Any], bool] | None = None
    after_end: bool = False
    aim: bool = False
    say: Any = ""

    @property
    def outside(self) -> bool:
        """True when nothing in the system starts or stops it."""
        return not self.services

    def rule(self, day: date) -> Figure:
        """Its figure on a day, with the article and whether it is confirmed. Errors: NoFigure."""
        return figures.the(self.figure or self.key, max(day, FIRST))

    def term(self, day: date) -> Term:
        """Its length, unit and article on a day."""
        found = self.rule(day)
        unit = Unit(found.unit)
        if unit is Unit.DAYS and self.roll is Roll.STAYS:
            unit = Unit.DAYS_UNROLLED
        return Term(int(found.value), unit, found.basis, found.sure)

    def law(self, day: date) -> str:
        """The article it rests on, under the rule of a day."""
        return self.rule(day).basis


# From when it counts. What a row says lies ahead is not believed: nothing counts from tomorrow.


def _aid(case: Case) -> Aid | None:
    return Aid.objects.filter(order_id=case.pk).first()


def _not_ahead(instant: datetime | None, at: datetime) -> datetime | None:
    return min(instant, at) if instant else None


def from_receipt(case: Case, at: datetime) -> datetime | None:
    """When the notice, or the application that was passed on, reached the institution: not when somebody typed it.

    What is taken up again counts from then.
    """
    aid = _aid(case) if not case.reopened else None
    return _not_ahead(aid.noticed_at, at) if aid else None


def from_service(case: Case, at: datetime) -> datetime | None:
    """When the person got the decision: as a clerk registered it, else as the paper itself was received or opened."""
    aid = _aid(case)
    if aid is None:
        return None
    if aid.served_at is not None:
        return _not_ahead(aid.served_at, at)
    got = [papers.served_at(case.order, form) for form in ("refuse", "terminate", "objection")]
    return _not_ahead(max((g for g in got if g is not None), default=None), at)


def from_application(case: Case, at: datetime) -> datetime | None:
    """When the duty lawyer got the application for legal aid."""
    help_ = DutyHelp.objects.filter(order_id=case.pk).first()
    return _not_ahead(help_.applied_at, at) if help_ else None


def from_closing(case: Case, at: datetime) -> datetime | None:
    """The day of closing as the law sets it (O148 Art 40), not the day on which it was entered."""
    aid = _aid(case)
    return _not_ahead(start_of(aid.closed_on), at) if aid and aid.closed_on else None


def named_for_papers(case: Case, at: datetime) -> date | None:
    """The day the supplement notice names."""
    aid = _aid(case)
    return aid.supplement_by if aid and aid.supplement_by and aid.supplement_by >= legal_day(at) else None


def named_for_formalities(case: Case, at: datetime) -> date | None:
    """The day the institution set when it gave aid first."""
    aid = _aid(case)
    return aid.formalities_by if aid else None


def in_custody(case: Case) -> bool:
    """The person is held: the three days do not wait for a holiday to end (刑事诉讼法 Art 105)."""
    aid = _aid(case)
    return bool(aid and aid.custody)


def goes_first(case: Case) -> bool:
    """The person belongs to a group whose review the office wants sooner (domain reference A, 6 rule b)."""
    aid = _aid(case)
    if aid is None:
        return False
    day = legal_day(case.received_at)
    found = (scope.group(code, day) for code in {*aid.groups, *aid.proven})
    return any(group.priority for group in found if group is not None)


def _acts(names: str) -> frozenset[str]:
    return frozenset(names.split())


BOTH = frozenset({APPLICATION, NOTICED})
ONE = frozenset({APPLICATION})
NO_CASE = "withdraw merge"

LIMITS: tuple[Limit, ...] = (
    Limit(
        "LA-T01", "custody_pass_on", _("转交在押人员的申请"), None, _acts("custody_got_it"), _acts("institution_got_it"),
        Missing.BREACH, body=_("办案机关、监管场所"), roll=Roll.HOURS,
    ),
    Limit(
        "LA-T02", "duty_pass_on", _("转交通过值班律师提出的申请"), Role.PROVIDER, _acts("help_and_apply take_application"),
        _acts(f"pass_on {NO_CASE}"), Missing.BREACH, frozenset({HELP}), body=_("值班律师"), roll=Roll.HOURS,
        begins=from_application,
    ),
    Limit(
        "LA-T03", "organ_notice", _("通知法律援助机构指派律师"), None, _acts("situation_found"), _acts("institution_got_it"),
        Missing.BREACH, body=_("人民法院、人民检察院、公安机关"),
    ),
    Limit(
        "LA-T04", "notice_assign", _("收到通知后指派律师并告知机关"), Role.OFFICER, _acts("receive reopen"),
        _acts(f"assign {NO_CASE}"), Missing.BREACH, frozenset({NOTICED}), begins=from_receipt,
    ),
    Limit(
        "LA-T04", "notice_assign_custody", _("收到通知后指派律师（在押，不顺延）"), Role.OFFICER, _acts("receive reopen"),
        _acts(f"assign {NO_CASE}"), Missing.BREACH, frozenset({NOTICED}), part="custody", roll=Roll.STAYS,
        figure="notice_assign", begins=from_receipt, only=in_custody,
    ),
    Limit(
        "LA-T05", "review", _("审查并作出决定"), Role.OFFICER, _acts("receive reopen"),
        _acts(f"grant refuse elsewhere deem_withdrawn {NO_CASE}"), Missing.BREACH, ONE,
        pauses=_acts("ask_correction cooperate"), resumes=_acts("answer_correction cooperation_back window:supplement"),
        begins=from_receipt,
    ),
    Limit(
        "LA-T06", "supplement", _("补交材料或作出说明"), Role.RESIDENT, _acts("ask_correction"),
        _acts(f"answer_correction grant refuse elsewhere deem_withdrawn {NO_CASE}"), Missing.WITHDRAWN, ONE,
        last_day=named_for_papers, say=_("请在 %(day)s前补齐。过了这一天没有补，视为撤回申请，以后还可以再申请。"),
    ),
    Limit(
        "LA-T07", "assign", _("决定援助后指派"), Role.OFFICER, _acts("grant overturn"),
        _acts(f"assign confirm_lawyer reopen {NO_CASE}"), Missing.BREACH, ONE,
    ),
    Limit(
        "LA-T08", "arrange", _("安排承办人"), Role.PROVIDER, _acts("assign"), _acts(f"arrange decline replace {NO_CASE}"),
        Missing.BREACH, BOTH,
    ),
    Limit(
        "LA-T09", "engage", _("签订委托协议和授权委托书"), Role.PROVIDER, _acts("arrange confirm_lawyer"),
        _acts(f"engage excuse replace {NO_CASE}"), Missing.BREACH, BOTH,
    ),
    Limit(
        "LA-T10", "change_decide", _("决定是否更换承办人"), Role.OFFICER, _acts("ask_change"),
        _acts(f"change_yes change_no {NO_CASE}"), Missing.BREACH, BOTH,
    ),
    Limit(
        "LA-T11", "termination_send", _("送达终止决定"), Role.OFFICER, _acts("terminate"),
        _acts("termination_sent served:terminate overturn reopen"), Missing.BREACH, BOTH, after_end=True,
    ),
    Limit(
        "LA-T12", "object", _("提出异议"), Role.RESIDENT, _acts("refusal_sent termination_sent served:refuse served:terminate"),
        _acts("object overturn reopen"), Missing.SOFT, BOTH, begins=from_service, after_end=True,
        say=_("您可以在 %(day)s前提出异议。"),
    ),
    Limit(
        "LA-T13", "objection_decide", _("审查异议并作出决定"), Role.SUPERVISOR, _acts("object"),
        _acts(f"overturn uphold {NO_CASE}"), Missing.BREACH, BOTH,
    ),
    Limit(
        "LA-T14", "reconsider", _("申请行政复议"), Role.RESIDENT, _acts("upheld_sent served:objection"), _acts("overturn reopen"),
        Missing.LOST, BOTH, begins=from_service, after_end=True, say=_("您可以在 %(day)s前申请行政复议。"),
    ),
    Limit(
        "LA-T15", "reconsider_accept", _("复议机关审查是否受理"), None, _acts("reconsideration_got_it"),
        _acts("reconsideration_accepted"), Missing.BREACH, body=_("行政复议机关"), part="accept",
    ),
    Limit(
        "LA-T15", "reconsider_decide", _("复议决定（普通程序）"), None, _acts("reconsideration_accepted"),
        _acts("reconsideration_decided"), Missing.BREACH, body=_("行政复议机关"), part="decide",
    ),
    Limit(
        "LA-T15", "reconsider_simple", _("复议决定（简易程序）"), None, _acts("reconsideration_accepted"),
        _acts("reconsideration_decided"), Missing.BREACH, body=_("行政复议机关"), part="simple",
    ),
    Limit(
        "LA-T16", "sue", _("提起行政诉讼"), Role.RESIDENT, _acts("upheld_sent served:objection"), _acts("overturn reopen"),
        Missing.LOST, BOTH, part="direct", begins=from_service, after_end=True, say=_("您可以在 %(day)s前提起行政诉讼。"),
    ),
    Limit(
        "LA-T16", "sue_after_reconsider", _("对复议决定提起行政诉讼"), Role.RESIDENT, _acts("reconsideration_served"),
        _acts("suit_filed"), Missing.LOST, part="after",
    ),
    Limit(
        "LA-T17", "hand_in", _("提交结案归档材料"), Role.PROVIDER, _acts("close terminate"),
        _acts("hand_in_file overturn reopen"), Missing.BREACH, BOTH, begins=from_closing, after_end=True,
    ),
    Limit(
        "LA-T18", "file_review", _("审查结案材料"), Role.OFFICER, _acts("hand_in_file"),
        _acts("accept_file return_file overturn reopen"), Missing.BREACH, BOTH, after_end=True,
    ),
    Limit(
        "LA-T19", "pay", _("支付办案补贴"), Role.OFFICER, _acts("accept_file"), _acts("archive"), Missing.BREACH, BOTH,
        after_end=True,
    ),
    Limit(
        "LA-T20", "formalities", _("先行援助后补办手续"), Role.RESIDENT, _acts("provide_first"),
        _acts(f"propose_grant propose_refusal grant refuse deem_withdrawn {NO_CASE}"), Missing.TERMINABLE, ONE,
        last_day=named_for_formalities, say=_("请在 %(day)s前补办手续。到期没有补办的，援助会终止。"),
    ),
    Limit(
        "LA-T21", "complaint_accept", _("决定是否受理投诉"), Role.SUPERVISOR, _acts("complaint_received"),
        _acts("complaint_accepted"), Missing.BREACH, body=_("司法行政部门"), part="accept",
    ),
    Limit(
        "LA-T21", "complaint_finish", _("办结投诉"), Role.SUPERVISOR, _acts("complaint_accepted"),
        _acts("complaint_decided"), Missing.BREACH, body=_("司法行政部门"), part="finish",
    ),
    Limit(
        "LA-T21", "complaint_reply", _("答复投诉人"), Role.SUPERVISOR, _acts("complaint_decided"),
        _acts("complaint_answered"), Missing.BREACH, body=_("司法行政部门"), part="reply",
    ),
)  # fmt: skip

#: The office's own: so that no open case is without somebody who must act, and the person is not left without news.
OWN: tuple[Limit, ...] = (
    Limit(
        "", "review_priority", _("优先审查（内部目标）"), Role.OFFICER, _acts("receive reopen"),
        _acts(f"grant refuse elsewhere deem_withdrawn {NO_CASE}"), Missing.NOTHING, ONE,
        pauses=_acts("ask_correction cooperate"), resumes=_acts("answer_correction cooperation_back window:supplement"),
        begins=from_receipt, only=goes_first, aim=True,
    ),
    Limit(
        "", "change_wait", _("重新指派"), Role.OFFICER, _acts("decline change_yes replace another"),
        _acts(f"assign confirm_lawyer reopen {NO_CASE}"), Missing.BREACH, BOTH,
    ),
    Limit(
        "", "ordered", _("按异议决定指派"), Role.OFFICER, _acts("overturn"), _acts(f"assign reopen {NO_CASE}"),
        Missing.BREACH, frozenset({NOTICED}), figure="assign",
    ),
    Limit(
        "", "engage_later", _("补签委托协议"), Role.PROVIDER, _acts("excuse agreed_after_all"),
        _acts(f"engage excuse replace client_declines {NO_CASE}"), Missing.BREACH, BOTH,
    ),
    Limit(
        "", "progress", _("向受援人通报进展"), Role.PROVIDER, _acts("engage tell"),
        _acts(f"tell close terminate change_yes replace client_declines {NO_CASE}"), Missing.BREACH, BOTH,
    ),
    Limit(
        "", "organ_answer", _("等办案机关审查拒绝律师的理由"), Role.OFFICER, _acts("client_declines"),
        _acts(f"another agreed_after_all own_lawyer {NO_CASE}"), Missing.BREACH, frozenset({NOTICED}),
    ),
    Limit(
        "", "duty_register", _("登记值班律师的帮助"), Role.PROVIDER, _acts("receive reopen"),
        _acts(f"help help_and_apply refuse {NO_CASE}"), Missing.BREACH, frozenset({HELP}),
    ),
    Limit(
        "", "file_again", _("再次提交结案归档材料"), Role.PROVIDER, _acts("return_file"),
        _acts("hand_in_file overturn reopen"), Missing.BREACH, BOTH, after_end=True,
    ),
)  # fmt: skip


def limit(code: str, part: str = "") -> Limit:
    """One limit of the law by its code (and its part). KeyError when there is none."""
    for row in LIMITS:
        if row.code == code and row.part == part:
            return row
    raise KeyError(code, part)


def clock_of(row: Limit, service: str = HELP) -> Clock:
    """The clock that the spine runs for a limit in one of the services."""
    today = row.term(date.max)
    foreign: frozenset[str] = frozenset().union(*(acts for name, acts in ONLY.items() if service not in {name, HELP}))
    return Clock(
        row.key, row.act, today.amount, today.unit, starts=row.starts - foreign, stops=row.stops - foreign,
        pauses=row.pauses - foreign, resumes=row.resumes - foreign, basis=today.basis, sure=today.sure, who=row.who or Role.OFFICER, missed=row.missing.label,
        only=row.only, after_end=row.after_end, begins=row.begins, term=row.term, aim=row.aim, last_day=row.last_day,
        say=row.say,
    )  # fmt: skip


def clocks_of(service: str) -> tuple[Clock, ...]:
    """The clocks of one service, those of the law first."""
    return tuple(clock_of(row, service) for row in (*LIMITS, *OWN) if service in row.services)


APPLY = clocks_of(APPLICATION)
NOTICE = clocks_of(NOTICED)
DUTY = clocks_of(HELP)


# What happens outside: judged, not run


class Verdict(str, Enum):
    """What is known of a limit from recorded instants."""

    MET = "met"
    MISSED = "missed"
    RUNNING = "running"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Any:
        return {
            Verdict.MET: _("按期"),
            Verdict.MISSED: _("超期"),
            Verdict.RUNNING: _("还在期限内"),
            Verdict.UNKNOWN: _("没有记录，不能判断"),
        }[self]


@dataclass(frozen=True)
class Judgement:
    """A limit with what its instants say: the verdict, when it ends, the account day by day, or why nothing can be said."""

    limit: Limit
    verdict: Verdict
    account: Reckoning | None = None
    why: Any = ""

    @property
    def due_at(self) -> datetime | None:
        return self.account.due_at if self.account else None


def judge(
    row: Limit, started: datetime | None, done: datetime | None, *, now: datetime, calendar: Calendar,
    pauses: Sequence[tuple[datetime, datetime | None]] = (), longer: int = 0,
) -> Judgement:  # fmt: skip
    """Whether a limit was kept: pure. What was done at the instant at which it becomes late is late.

    In: `longer` what it was extended by. Out: unknown, with the reason, when an instant is missing or they contradict.
    """
    if started is None:
        return Judgement(row, Verdict.UNKNOWN, why=_("没有记录从什么时候起算。"))
    if done is not None and done < started:
        return Judgement(row, Verdict.UNKNOWN, why=_("记录的完成时间早于起算时间，请核对。"))
    term = row.term(legal_day(started))
    account = reckon(started, term.unit, term.amount + longer, pauses, calendar, now=now)
    if (done or now) >= account.due_at and not account.waiting:
        verdict = Verdict.MISSED
    else:
        verdict = Verdict.MET if done is not None else Verdict.RUNNING
    return Judgement(row, verdict, account)


def outside(case: Case, at: datetime) -> list[Judgement]:
    """What can be said of the limits of others in one case: the place of custody, the duty lawyer, the authority."""
    aid, calendar = _aid(case), calendar_for(calendar_layers(case.county))
    if aid is None:
        return []
    reached, found = aid.noticed_at or case.received_at, []
    if aid.custody_since:
        found.append(judge(limit("LA-T01"), aid.custody_since, reached, now=at, calendar=calendar))
    if aid.found_on:
        found.append(judge(limit("LA-T03"), start_of(aid.found_on), reached, now=at, calendar=calendar))
    help_ = DutyHelp.objects.filter(application_id=case.pk, applied_at__isnull=False).first()
    if help_ is not None:
        found.append(judge(limit("LA-T02"), help_.applied_at, help_.passed_at, now=at, calendar=calendar))
    return found
