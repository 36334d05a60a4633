"""The statistics of mediation (domain reference A, 2.11), declared once: what is counted, when it counts, and of whom nothing is.

A figure has a code, a name, a unit, a section and a group. The group is the one queryset of rows that can count in a period; the
figure says which of them. A dispute counts as accepted by the day it was accepted, as ended by the day it ended; an agreement by the
day from which it counts; a confirmation by the day of the ruling; a round of looking by the day it was reported. One dispute counts
once: what was merged into another, and an entry of the simple ledger that was wrong, count as nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Left, TruncDate
from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import TZ, end_of, start_of
from open12348.ledgers.funds.models import Claim
from open12348.spine.models import Transfer

from . import kinds
from .committee_models import (
    Committee,
    CommitteeKind,
    DisputeFind,
    MediatorAppointment,
    MediatorGrade,
    MediatorRank,
    MediatorWork,
    ScreeningRound,
)
from .models import (
    AgreementForm,
    CourtConfirmation,
    Danger,
    Dispute,
    DisputeResult,
    DisputeSource,
    MediationAgreement,
    Performance,
)

LINE = "mediation"
CASES, PERSONS, YUAN, BODIES, HEADS, TIMES = _("件"), _("人"), _("元"), _("个"), _("人"), _("次")
_ALL = Q()
#: Results in which the two sides were talked with: what "mediated" means.
MEDIATED = (DisputeResult.AGREED, DisputeResult.FAILED, DisputeResult.STOPPED)


@dataclass(frozen=True)
class Section:
    """One table of the statistics."""

    code: str
    name: Any
    note: Any = ""


@dataclass(frozen=True)
class Group:
    """The rows that can count in a period, each with `on` (its day) and `at_county`. order: the path to its order ("": none)."""

    code: str
    rows: Callable[[date, date], QuerySet[Any]]
    order: str = ""
    flow: bool = True


@dataclass(frozen=True)
class Figure:
    """One number. total: the field that is added up (else rows are counted). parent, side: of which it is a part, and by what it is
    parted. plain: says nothing about people who were helped. why: it cannot be computed at all."""

    code: str
    name: Any
    unit: Any
    section: str
    group: str = ""
    where: Q = _ALL
    total: str = ""
    head: Any = ""
    parent: str = ""
    side: str = ""
    plain: bool = False
    why: Any = ""


# The rows of each group


def _disputes() -> QuerySet[Dispute]:
    """Disputes that count: not merged into another, and no wrong entry of the simple ledger."""
    return Dispute.objects.filter(order__case__merged_into__isnull=True).exclude(
        simple=True, result=DisputeResult.WITHDRAWN
    )


def accepted(first: date, last: date) -> QuerySet[Any]:
    """Disputes by the day they were accepted."""
    return (
        _disputes()
        .filter(accepted_at__gte=start_of(first), accepted_at__lt=end_of(last))
        .annotate(on=TruncDate("accepted_at", tzinfo=TZ), at_county=F("order__case__county_id"), top=Left("kind", 2))
    )


def ended(first: date, last: date) -> QuerySet[Any]:
    """Disputes by the day they ended; `moved`: another level took it over on the way (closed at the level where registered, or not)."""
    passed = Transfer.objects.filter(order_id=OuterRef("order_id"), accepted_at__isnull=False).exclude(
        target__division__level=F("origin__division__level")
    )
    return (
        _disputes()
        .filter(ended_on__gte=first, ended_on__lte=last)
        .annotate(on=F("ended_on"), at_county=F("order__case__county_id"), moved=Exists(passed))
    )


def agreements(first: date, last: date) -> QuerySet[Any]:
    """Agreements that stand, by the day from which they count."""
    return MediationAgreement.objects.filter(
        effective_on__gte=first, effective_on__lte=last, superseded_at__isnull=True, dispute__order__case__merged_into__isnull=True
    ).annotate(on=F("effective_on"), at_county=F("dispute__order__case__county_id"))  # fmt: skip


def performed(first: date, last: date) -> QuerySet[Any]:
    """Agreements by the day they were performed."""
    return MediationAgreement.objects.filter(
        performed_on__gte=first, performed_on__lte=last, superseded_at__isnull=True, performance=Performance.DONE,
        dispute__order__case__merged_into__isnull=True,
    ).annotate(on=F("performed_on"), at_county=F("dispute__order__case__county_id"))  # fmt: skip


def rulings(first: date, last: date) -> QuerySet[Any]:
    """What courts said of agreements, by the day of the ruling."""
    return CourtConfirmation.objects.filter(decided_on__gte=first, decided_on__lte=last).annotate(
        on=F("decided_on"), at_county=F("order__case__county_id")
    )


def dangers(first: date, last: date) -> QuerySet[Any]:
    """Disputes in danger of turning into something worse, by the day that was told."""
    return (
        _disputes()
        .filter(danger_at__gte=start_of(first), danger_at__lt=end_of(last))
        .annotate(on=TruncDate("danger_at", tzinfo=TZ), at_county=F("order__case__county_id"))
    )


def rounds(first: date, last: date) -> QuerySet[Any]:
    """Rounds of looking, by the day they were reported."""
    return ScreeningRound.objects.filter(reported_on__gte=first, reported_on__lte=last).annotate(
        on=F("reported_on"), at_county=F("order__case__county_id")
    )


def finds(first: date, last: date) -> QuerySet[Any]:
    """Disputes that rounds came upon, by the day."""
    return DisputeFind.objects.filter(at__gte=start_of(first), at__lt=end_of(last)).annotate(
        on=TruncDate("at", tzinfo=TZ), at_county=F("round__order__case__county_id")
    )


def bodies(_first: date, last: date) -> QuerySet[Any]:
    """Committees that stood on the last day."""
    return (
        Committee.objects.filter(set_up_on__lte=last)
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gt=last))
        .annotate(on=Value(last), at_county=F("organisation__division__county_id"))
    )


def hands(_first: date, last: date) -> QuerySet[Any]:
    """Mediators who served on the last day, each once: where they serve first."""
    now = MediatorAppointment.objects.filter(starts_on__lte=last, ends_on__gte=last).filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=last)
    )
    earlier = now.filter(mediator=OuterRef("mediator"), pk__lt=OuterRef("pk"))
    return now.filter(~Exists(earlier)).annotate(
        on=Value(last), at_county=F("committee__organisation__division__county_id")
    )


def ranks(_first: date, last: date) -> QuerySet[Any]:
    """Grades that held on the last day."""
    return (
        MediatorGrade.objects.filter(valid_from__lte=last, valid_to__gte=last)
        .filter(Q(ended_on__isnull=True) | Q(ended_on__gt=last))
        .annotate(on=Value(last), at_county=F("mediator__division__county_id"))
    )


def paid(first: date, last: date) -> QuerySet[Any]:
    """Subsidies by the case, by the day of payment."""
    return Claim.objects.filter(paid_at__gte=start_of(first), paid_at__lt=end_of(last), line=LINE).annotate(
        on=TruncDate("paid_at", tzinfo=TZ), at_county=F("county_id")
    )


GROUPS: dict[str, Group] = {
    g.code: g
    for g in (
        Group("accepted", accepted, "order"), Group("ended", ended, "order"), Group("agreements", agreements, "dispute__order"),
        Group("performed", performed, "dispute__order"), Group("rulings", rulings, "order"), Group("dangers", dangers, "order"),
        Group("rounds", rounds, "order"), Group("finds", finds, "dispute"), Group("bodies", bodies, flow=False),
        Group("hands", hands, flow=False), Group("ranks", ranks, flow=False), Group("paid", paid, "order"),
    )
}  # fmt: skip

SECTIONS: dict[str, Section] = {
    s.code: s
    for s in (
        Section("cases", _("调解案件"), _("受理按受理之日，结果按结束之日。一方不同意调解的不算调解不成。")),
        Section("kinds", _("纠纷类型"), _("按受理之日，一级类型。")),
        Section("sources", _("案件来源"), _("按受理之日。")),
        Section("agreements", _("调解协议"), _("协议按生效之日，履行按履行之日，司法确认按裁定之日。")),
        Section("prevention", _("预防和排查"), _("排查按上报之日。发现的纠纷单独立案，只计一次。")),
        Section("bodies", _("调解组织和队伍"), _("按期末登记。一人在几个委员会的只计一次。")),
        Section("funds", _("补贴"), _("按付款之日；不经本系统支付的不在内。")),
    )
}  # fmt: skip


def _parts(of: str, side: str, head: Any, group: str, section: str, unit: Any, known: Iterable[tuple[str, Any, Q]], whole: Q = _ALL, **more: Any) -> list[Figure]:  # fmt: skip
    """A figure parted by one thing; what is none of the known gets a line of its own, so that the parts are the whole."""
    rows, rest = list(known), whole
    for _code, _name, where in rows:
        rest &= ~where
    return [
        Figure(f"{of}.{side}.{code}", name, unit, section, group, where, head=head, parent=of, side=side, **more)
        for code, name, where in [*((c, n, whole & w) for c, n, w in rows), ("unknown", _("没有登记"), rest)]
    ]


class _KindName:
    """A kind's name in the reader's language, asked when it is shown."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __str__(self) -> str:
        return kinds.name(self.code)


def _tops() -> list[tuple[str, Any, Q]]:
    return [(code, _KindName(code), Q(top=code)) for code, _name in kinds.first_level()]


#: Danger that came to nothing, by what it would have been.
PREVENTED = ((Danger.CRIME, _("防止转为刑事案件")), (Danger.CROWD, _("防止群体性上访")), (Danger.SUICIDE, _("防止自杀自残")),
             (Danger.FIGHT, _("防止械斗")), (Danger.VIOLENCE, _("防止打人伤人")))  # fmt: skip
NOT_HELD = _("系统不登记")
_agreed, _failed, _stopped = (Q(result=r.value) for r in MEDIATED)
_closed = Q(result__in=[*(r.value for r in MEDIATED), DisputeResult.TRANSFERRED.value])

FIGURES: tuple[Figure, ...] = (
    Figure("accepted", _("受理"), CASES, "cases", "accepted"),
    Figure("accepted.simple", _("其中：简易登记"), CASES, "cases", "accepted", Q(simple=True)),
    Figure("accepted.people", _("涉及当事人"), PERSONS, "cases", "accepted", total="people"),
    Figure("accepted.group", _("其中：群体性纠纷（十人以上）"), CASES, "cases", "accepted", Q(people__gte=10)),
    Figure("mediated", _("调解结束"), CASES, "cases", "ended", Q(result__in=[r.value for r in MEDIATED])),
    Figure("agreed", _("达成协议"), CASES, "cases", "ended", _agreed, head=_("其中：按结果"), parent="mediated", side="result"),
    Figure("failed", _("调解不成"), CASES, "cases", "ended", _failed, head=_("其中：按结果"), parent="mediated", side="result"),
    Figure("stopped", _("当事人要求终止"), CASES, "cases", "ended", _stopped, head=_("其中：按结果"), parent="mediated", side="result"),
    Figure("refused", _("一方不同意调解"), CASES, "cases", "ended", Q(result=DisputeResult.REFUSED.value), head=_("没有调解的")),
    Figure("not_accepted", _("不予受理"), CASES, "cases", "ended", Q(result=DisputeResult.NOT_ACCEPTED.value), head=_("没有调解的")),
    Figure("transferred", _("移送其他单位"), CASES, "cases", "ended", Q(result=DisputeResult.TRANSFERRED.value), head=_("没有调解的")),
    Figure("closed", _("办结（含移送）"), CASES, "cases", "ended", _closed, head=_("在哪一级办结")),
    Figure("on_level", _("在登记的那一级办结"), CASES, "cases", "ended", _closed & Q(moved=False) & ~Q(result=DisputeResult.TRANSFERRED.value),
           head=_("在哪一级办结"), parent="closed", side="level"),
    Figure("off_level", _("转到别的级别或单位"), CASES, "cases", "ended", _closed & (Q(moved=True) | Q(result=DisputeResult.TRANSFERRED.value)),
           head=_("在哪一级办结"), parent="closed", side="level"),
    *_parts("accepted", "kind", _("按纠纷类型"), "accepted", "kinds", CASES, _tops()),
    *_parts("accepted", "source", _("按案件来源"), "accepted", "sources", CASES, [(s.value, s.label, Q(source=s.value)) for s in DisputeSource]),
    Figure("agreements", _("调解协议"), CASES, "agreements", "agreements"),
    *(Figure(f"agreements.form.{f.value}", f.label, CASES, "agreements", "agreements", Q(form=f.value), head=_("其中：按形式"), parent="agreements", side="form")
      for f in AgreementForm),
    Figure("agreements.amount", _("协议涉及金额"), YUAN, "agreements", "agreements", total="amount"),
    Figure("performed", _("已履行"), CASES, "agreements", "performed"),
    Figure("confirmed", _("法院裁定确认有效"), CASES, "agreements", "rulings", Q(result="confirmed"), head=_("司法确认")),
    Figure("rejected", _("法院驳回"), CASES, "agreements", "rulings", Q(result="rejected"), head=_("司法确认")),
    Figure("rounds", _("排查"), TIMES, "prevention", "rounds", plain=True),
    Figure("rounds.people", _("参加排查"), PERSONS, "prevention", "rounds", total="people", plain=True),
    Figure("found", _("排查发现的纠纷"), CASES, "prevention", "finds", Q(was_known=False)),
    Figure("known", _("排查遇到、以前已登记的"), CASES, "prevention", "finds", Q(was_known=True)),
    Figure("settled", _("没有成为纠纷、当场化解的"), CASES, "prevention", "rounds", total="prevented"),
    *(Figure(f"prevented.{d.value}", name, CASES, "prevention", "ended", Q(prevented__contains=[d.value]), head=_("防止激化（件）")) for d, name in PREVENTED),
    *(Figure(f"prevented.{d.value}.people", name, PERSONS, "prevention", "ended", Q(prevented__contains=[d.value]), "people", head=_("防止激化（人）"))
      for d, name in PREVENTED),
    Figure("dangers", _("发现有激化危险的"), CASES, "prevention", "dangers"),
    Figure("bodies", _("人民调解委员会"), BODIES, "bodies", "bodies", plain=True),
    *(Figure(f"bodies.kind.{k.value}", k.label, BODIES, "bodies", "bodies", Q(kind=k.value), head=_("其中：按类别"), parent="bodies", side="kind", plain=True)
      for k in CommitteeKind),
    Figure("hands", _("人民调解员"), HEADS, "bodies", "hands", plain=True),
    *(Figure(f"hands.work.{w.value}", w.label, HEADS, "bodies", "hands", Q(engagement=w.value), head=_("其中：专职、兼职"), parent="hands", side="work", plain=True)
      for w in MediatorWork),
    *(Figure(f"ranks.{k}", label, HEADS, "bodies", "ranks", Q(rank=k), head=_("等级"), plain=True) for k, label in MediatorRank.choices),
    Figure("hands.sex", _("按性别、文化程度"), HEADS, "bodies", why=NOT_HELD, plain=True),
    Figure("training", _("培训"), TIMES, "bodies", why=_("培训不在本系统登记"), plain=True),
    Figure("paid", _("以案定补"), YUAN, "funds", "paid", total="amount", plain=True),
)  # fmt: skip


def _fix(figures: tuple[Figure, ...]) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for f in figures:
        if f.code in found:
            raise ValueError(f"figure {f.code} is declared twice")
        found[f.code] = f
    return found


BY_CODE: dict[str, Figure] = _fix(FIGURES)


@dataclass(frozen=True)
class Share:
    """A rate: one figure over another, shown below the section; `judged`: whether it can be too good to be true."""

    code: str
    name: Any
    over: str
    under: str
    section: str
    judged: bool = False
    note: Any = ""


SHARES: tuple[Share, ...] = (
    Share("success", _("调解成功率"), "agreed", "accepted", "cases", judged=True, note=_("达成协议的件数除以同期受理的件数。")),
    Share("level", _("就地办结率（小事不出村、大事不出镇）"), "on_level", "closed", "cases", note=_("在登记的那一级办结的件数除以全部办结的件数。")),
    Share("performance", _("履行率"), "performed", "agreements", "agreements", note=_("同期履行的协议除以同期生效的协议。")),
)  # fmt: skip


def in_section(code: str) -> list[Figure]:
    """The figures of a section, in order."""
    return [f for f in BY_CODE.values() if f.section == code]


def in_group(code: str) -> list[Figure]:
    """The figures that are counted from one group's rows."""
    return [f for f in BY_CODE.values() if f.group == code]


def counted(figure: Figure) -> Q:
    """Which rows of its group a figure counts; of a sum those that say how much."""
    return figure.where & Q(**{f"{figure.total}__isnull": False}) if figure.total else figure.where


def rows_of(figure: Figure, first: date, last: date) -> QuerySet[Any]:
    """The list behind a number: the very rows that it counts."""
    return GROUPS[figure.group].rows(first, last).filter(counted(figure))
