"""The ministry's statistics of legal aid (司法行政统计报表; domain reference A, 1.21), declared once.

A figure has a code, a name, a unit, a section and a group. The group is the one queryset of rows that can count in a
period; the figure says which of them count. The number and the list behind it are that same queryset, so they cannot differ:
`rows_of` is the list, and counting.py adds the group up in one query for all its figures, months and counties.

When a thing counts (Beijing days, 0.3): a case received by the day of receipt (of a notice: the day it reached the
institution); granted by the day of the decision, a notice by the day of the assignment; closed by its closing date (1.13);
paid by the day of payment; everything else by the day it was done. Decisions are read from the journal, which nobody can
change, and each case counts once in each figure however often it was taken up again: on the first day on which it happened.
One stage is one case. What cannot be computed has no group and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case as Either
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models import Window as Over
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Greatest, NullIf, RowNumber, TruncDate
from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import TZ, end_of, start_of
from open12348.ledgers.funds.models import BudgetLine, BudgetSide, Claim, MoneySource, Spending
from open12348.ledgers.quality.models import FileState, QualityGrade, ReviewFile
from open12348.registry import providers
from open12348.registry.models import Organisation, OrganisationKind, Place, PlaceKind, PractitionerKind, Window
from open12348.spine import catalogue
from open12348.spine.models import Case, Channel, Event

from .choices import refusal_grounds, termination_grounds
from .models import Aid, DutyHelp, HelpKind, Kind, Member, Pledge, Result, Route, Stage

LINE = "legal_aid"
COMPLAINT = "legal_aid.complaint"
#: Items of the published list that are a consultation, whichever service answers them.
CONSULTATION = ("B01", "B02", "B03", "C01")
#: The moves that give aid: a decision, an order of the justice authority, and for a notice the assignment (no discretion).
GIVING = ("grant", "overturn", "assign")
#: The moves that are counted as such, each for a case once.
ACTS = ("refuse", "terminate", "object", "uphold", "overturn", "cooperate")
COMPLAINT_ACTS = ("accept", "turn_away", "answer")

CASES, PERSONS, YUAN, BODIES, HEADS = _("件"), _("人次"), _("元"), _("个"), _("人")


_ALL = Q()


@dataclass(frozen=True)
class Section:
    """One sheet of the statistics."""

    code: str
    name: Any
    note: Any = ""


@dataclass(frozen=True)
class Group:
    """The rows that can count in a period, each with `on` (its day) and `at_county` (its county, None: the prefecture's own).

    order: the path from a row to its order ("" when there is none); flow: things that happen, not things that stand.
    """

    code: str
    rows: Callable[[date, date], QuerySet[Any]]
    order: str = ""
    flow: bool = True


@dataclass(frozen=True)
class Figure:
    """One number of the statistics.

    where: which rows of the group count. total: the field that is added up (else rows are counted). parent and side: the figure
    of which this is a part, and by what it is parted; the parts of one side together are the whole. plain: says nothing
    about people who were helped, so that small numbers need not be hidden. blank: when no row says anything, nothing is
    known (else it is 0). why: it cannot be computed at all, for this reason.
    """

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
    blank: Any = ""
    why: Any = ""


# The rows of each group


def _within(name: str, first: date, last: date) -> Q:
    return Q(**{f"{name}__gte": start_of(first), f"{name}__lt": end_of(last)})


def received(first: date, last: date) -> QuerySet[Any]:
    """Applications and notices by the day they reached the institution; what was told to go elsewhere was not received."""
    found = Aid.objects.filter(order__case__merged_into__isnull=True).exclude(order__case__state="elsewhere")
    return (
        found.annotate(came=Coalesce("noticed_at", "order__case__received_at"))
        .filter(_within("came", first, last))
        .annotate(on=TruncDate("came", tzinfo=TZ), at_county=F("order__case__county_id"))
    )


def _moves(moves: Iterable[str], first: date, last: date) -> QuerySet[Any]:
    return (
        Event.objects.annotate(move=KeyTextTransform("move", "data"))
        .filter(_within("at", first, last), line=LINE, kind="move", move__in=list(moves), order__isnull=False)
        .annotate(on=TruncDate("at", tzinfo=TZ), at_county=F("order__case__county_id"))
    )


def _earlier(**same: Any) -> QuerySet[Any]:
    return Event.objects.annotate(move=KeyTextTransform("move", "data")).filter(
        stream=OuterRef("stream"), seq__lt=OuterRef("seq"), kind="move", **same
    )


def _again(which: Q) -> QuerySet[Any]:
    """Of several orders for one stage of one matter of one person all but the first: together they are one case (1.13).

    Asked as a set of its own, so that it is found once and not once for each row.
    """
    same = [F("matter_hash"), F("stage"), F("order__person_id")]
    ranked = Aid.objects.filter(which).exclude(matter_hash="").annotate(
        rank=Over(RowNumber(), partition_by=same, order_by=F("order_id").asc())
    )  # fmt: skip
    return ranked.filter(rank__gt=1).values("order_id")


def granted(first: date, last: date) -> QuerySet[Any]:
    """Cases by the day on which aid was given for the first time."""
    people = (
        Member.objects.filter(aid_id=OuterRef("order_id"), left_at__isnull=True)
        .order_by()
        .values("aid_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        _moves(GIVING, first, last)
        .filter(~Exists(_earlier(move__in=list(GIVING))), order__aid__isnull=False)
        .exclude(order_id__in=_again(Q(assigned_at__isnull=False) | Q(decision="grant")))
        .annotate(
            heads=Either(
                When(order__aid__several=True, then=Greatest(Coalesce(Subquery(people), 1), 1)),
                default=Value(1), output_field=IntegerField(),
            )
        )
    )  # fmt: skip


def closed(first: date, last: date) -> QuerySet[Any]:
    """Cases by their closing date; an end by decision is counted as such, not as closed."""
    return (
        Aid.objects.filter(closed_on__gte=first, closed_on__lte=last, order__case__merged_into__isnull=True)
        .exclude(closing_paper__in=["", "terminated"])
        .exclude(order_id__in=_again(Q(closed_on__isnull=False)))
        .annotate(on=F("closed_on"), at_county=F("order__case__county_id"))
    )


def acts(first: date, last: date) -> QuerySet[Any]:
    """Refusals, ends, objections and what came of them, requests for cooperation, steps of complaints: each once for a case.

    ground: of a refusal or an end as it was decided, also when it was changed or taken up again since.
    """
    complaint = Q(order__case__service=COMPLAINT)

    def as_decided(kept: str, now: str) -> Coalesce:
        said = KeyTextTransform(kept, "order__case__facts")
        return Coalesce(said, NullIf(F(now), Value("")), Value(""), output_field=TextField())

    return (
        _moves({*ACTS, *COMPLAINT_ACTS}, first, last)
        .filter((complaint & Q(move__in=COMPLAINT_ACTS)) | (Q(order__aid__isnull=False) & Q(move__in=ACTS)))
        .filter(~Exists(_earlier(move=OuterRef("move"))))
        .annotate(
            ground=Either(
                When(move="refuse", then=as_decided("decided_ground", "order__aid__ground")),
                When(move="terminate", then=as_decided("ended_ground", "order__aid__termination")),
                default=Value(""), output_field=TextField(),
            )
        )
    )  # fmt: skip


def complaints(first: date, last: date) -> QuerySet[Any]:
    """Complaints by the day of receipt."""
    return Case.objects.filter(
        _within("received_at", first, last), service=COMPLAINT, merged_into__isnull=True
    ).annotate(on=TruncDate("received_at", tzinfo=TZ), at_county=F("county_id"))


def consultations(first: date, last: date) -> QuerySet[Any]:
    """Consultations by the day of receipt: what the service for these items of the list took in, other items left out."""
    answering = {s.code for item in CONSULTATION if (s := catalogue.for_item(item, on=last)) and item in s.items}
    return Case.objects.filter(
        _within("received_at", first, last), service__in=sorted(answering), merged_into__isnull=True,
        order__item_code__in=["", *CONSULTATION],
    ).annotate(on=TruncDate("received_at", tzinfo=TZ), at_county=F("county_id"))  # fmt: skip


def helped(first: date, last: date) -> QuerySet[Any]:
    """Helps of duty lawyers by the day they were given."""
    return DutyHelp.objects.filter(_within("helped_at", first, last), order__case__merged_into__isnull=True).annotate(
        on=TruncDate("helped_at", tzinfo=TZ), at_county=F("county_id")
    )


def passed_on(first: date, last: date) -> QuerySet[Any]:
    """Applications for legal aid that duty lawyers passed on, by the day."""
    return DutyHelp.objects.filter(_within("passed_at", first, last), order__case__merged_into__isnull=True).annotate(
        on=TruncDate("passed_at", tzinfo=TZ), at_county=F("county_id")
    )


def graded(first: date, last: date) -> QuerySet[Any]:
    """Reviewed files by the day their grade was told."""
    told = [FileState.ANNOUNCED, FileState.OBJECTED, FileState.FINAL]
    return ReviewFile.objects.filter(
        _within("announced_at", first, last), state__in=told, round__line=LINE
    ).annotate(on=TruncDate("announced_at", tzinfo=TZ), at_county=F("candidate__county_id"))  # fmt: skip


def income(first: date, last: date) -> QuerySet[Any]:
    """Sums that came in, by the day of their document."""
    return BudgetLine.objects.filter(
        line=LINE, side=BudgetSide.INCOME.value, day__gte=first, day__lte=last
    ).annotate(on=F("day"), at_county=F("county_id"))  # fmt: skip


def paid(first: date, last: date) -> QuerySet[Any]:
    """Sums paid (and taken back), by the day of payment."""
    return Claim.objects.filter(_within("paid_at", first, last), line=LINE).annotate(
        on=TruncDate("paid_at", tzinfo=TZ), at_county=F("county_id")
    )


def _standing_on(day: date) -> Q:
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def bodies(_first: date, last: date) -> QuerySet[Any]:
    """Legal aid institutions that stood on the last day."""
    return Organisation.objects.filter(_standing_on(last), kind=OrganisationKind.AID_CENTRE).annotate(
        on=Value(last), at_county=F("division__county_id")
    )


def outposts(_first: date, last: date) -> QuerySet[Any]:
    """Stations and rooms that stood on the last day and offer something of legal aid at their window."""
    here = Window.objects.filter(item_code__startswith="C").filter(
        Q(place_id=OuterRef("pk")) | Q(place__isnull=True, kind=OuterRef("kind"))
    )
    return Place.objects.filter(
        _standing_on(last), Exists(here), kind__in=[PlaceKind.STATION, PlaceKind.WORKROOM]
    ).annotate(on=Value(last), at_county=F("county_id"))  # fmt: skip


def hands(_first: date, last: date) -> QuerySet[Any]:
    """Lawyers and grassroots legal workers who could be given work on the last day."""
    return (
        providers.available(end_of(last))
        .filter(kind__in=[PractitionerKind.LAWYER, PractitionerKind.GRASSROOTS])
        .annotate(on=Value(last), at_county=F("division__county_id"))
    )


GROUPS: dict[str, Group] = {
    g.code: g
    for g in (
        Group("bodies", bodies, flow=False), Group("outposts", outposts, flow=False), Group("hands", hands, flow=False),
        Group("income", income), Group("paid", paid, "order"), Group("consultations", consultations, "order"),
        Group("received", received, "order"), Group("granted", granted, "order"), Group("closed", closed, "order"),
        Group("acts", acts, "order"), Group("complaints", complaints, "order"), Group("helped", helped, "order"),
        Group("passed_on", passed_on, "order"), Group("graded", graded, "candidate__order"),
    )
}  # fmt: skip

SECTIONS: dict[str, Section] = {
    s.code: s
    for s in (
        Section("bodies", _("法律援助机构"), _("按期末登记。工作站、联络点是窗口办理法律援助事项的服务站和工作室。")),
        Section("staff", _("法律援助人员"), _("按期末能接受指派的人员。")),
        Section("funds", _("法律援助经费"), _("收入按文件日期，支出按付款日期；不经本系统收付的不在内。")),
        Section("advice", _("法律咨询"), _("按收到之日。")),
        Section("cases", _("法律援助案件"), _("受理按收到之日；批准按决定之日，通知辩护、代理按指派之日；结案按结案日期。一个阶段一件，重新办理的不重复计。")),
        Section("duty", _("值班律师法律帮助"), _("按提供帮助之日；转交申请按转交之日。")),
        Section("people", _("受援人"), _("按批准之日。一个人可以同时属于几类；只计有人核对过证明的类别。集体案件的合计和进城务工人员按名册人数，其他类别按一件一人。")),
        Section("handlers", _("承办人员"), _("按结案案件的承办人计。")),
        Section("results", _("办理结果"), _("按结案日期。金额由承办人结案时登记。")),
        Section("refusals", _("不予援助和异议"), _("按决定之日、提出之日。")),
        Section("ends", _("终止法律援助"), _("按决定之日。")),
        Section("complaints", _("投诉"), _("按收到之日、处理之日。")),
        Section("quality", _("质量评查"), _("按公布之日。")),
        Section("cooperation", _("异地协作"), _("按发出之日；跨县（市）办理按结案日期。")),
    )
}  # fmt: skip


# The table


def _parts(of: str, side: str, head: Any, group: str, section: str, unit: Any, kinds: Iterable[tuple[str, Any, Q]], **more: Any) -> list[Figure]:  # fmt: skip
    """A figure parted by one thing; what is none of the kinds gets a line of its own, so that the parts are the whole."""
    known = list(kinds)
    rest = Q()
    for _code, _name, where in known:
        rest &= ~where
    return [
        Figure(f"{of}.{side}.{code}", name, unit, section, group, where, head=head, parent=of, side=side, **more)
        for code, name, where in [*known, ("unknown", _("没有登记"), rest)]
    ]


def _kinds(at: str) -> list[tuple[str, Any, Q]]:
    return [(k.value, k.label, Q(**{f"{at}kind": k.value})) for k in Kind]


def _stages(at: str) -> list[tuple[str, Any, Q]]:
    return [(s.value, s.label, Q(**{f"{at}stage": s.value})) for s in Stage]


def _routes(at: str) -> list[tuple[str, Any, Q]]:
    agency = Q(**{f"{at}matter": "CR-28"})  # compulsory treatment: the notice is for representation, not defence
    must, may = Q(**{f"{at}route": Route.MUST.value}), Q(**{f"{at}route": Route.MAY.value})
    return [
        ("application", _("依申请"), Q(**{f"{at}route": Route.APPLICATION.value})),
        ("defence", _("应当通知辩护"), must & ~agency), ("agency", _("应当通知代理"), must & agency), ("may", _("可以通知辩护"), may),
    ]  # fmt: skip


def _cases(code: str, name: Any, at: str) -> list[Figure]:
    """A count of cases, and the three ways of parting it."""
    return [
        Figure(code, name, CASES, "cases", code, head=name),
        *_parts(code, "kind", _("其中：按案件类型"), code, "cases", CASES, _kinds(at)),
        *_parts(code, "stage", _("其中：按办理阶段"), code, "cases", CASES, _stages(at)),
        *_parts(code, "route", _("其中：按来源"), code, "cases", CASES, _routes(at)),
    ]


def _any(*codes: str) -> Q:
    return Q(order__aid__proven__has_any_keys=list(codes))


#: Recipients by what was proven of them (never by what was only said), and by what the notice is founded on.
RECIPIENTS: tuple[tuple[str, Any, Q], ...] = (
    ("minor", _("未成年人"), _any("42-1-minor", "minor") | Q(order__aid__matter="CR-25-1")),
    ("elderly", _("老年人"), _any("42-1-elderly", "elderly")),
    ("disabled", _("残疾人"), _any("42-1-disabled", "disabled") | Q(order__aid__matter="CR-25-2")),
    ("woman", _("妇女"), _any("woman")),
    ("low_income", _("低收入和社会救助对象"), _any("42-2", "42-2-dibao", "42-2-tekun", "42-2-disaster", "42-2-temporary", "42-2-low-income")),
    ("military", _("军人军属"), _any("mil-conscript", "mil-operation", "mil-survivor", "mil-member", "mil-family")),
    ("veteran", _("退役军人"), _any("veteran")),
    ("foreigner", _("外国人、无国籍人"), _any("foreigner")),
)  # fmt: skip

_lawyer = Q(lawyer__kind=PractitionerKind.LAWYER)
_inside = Q(lawyer__organisation__kind=OrganisationKind.AID_CENTRE)
_works_inside = Q(organisation__kind=OrganisationKind.AID_CENTRE)
NOT_HELD = _("系统不登记，也不从证件号码推算")

FIGURES: tuple[Figure, ...] = (
    # 1, 2
    Figure("bodies", _("法律援助机构"), BODIES, "bodies", "bodies", plain=True),
    Figure("stations", _("法律援助工作站"), BODIES, "bodies", "outposts", Q(kind=PlaceKind.STATION), plain=True),
    Figure("points", _("法律援助联络点"), BODIES, "bodies", "outposts", Q(kind=PlaceKind.WORKROOM), plain=True),
    Figure("staff.own_lawyers", _("机构律师"), HEADS, "staff", "hands", _works_inside & Q(kind=PractitionerKind.LAWYER), plain=True),
    Figure("staff.lawyers", _("社会律师"), HEADS, "staff", "hands", ~_works_inside & Q(kind=PractitionerKind.LAWYER), plain=True),
    Figure("staff.grassroots", _("基层法律服务工作者"), HEADS, "staff", "hands", Q(kind=PractitionerKind.GRASSROOTS), plain=True),
    Figure("staff.volunteers", _("法律援助志愿者"), HEADS, "staff", why=_("登记里没有志愿者这一类"), plain=True),
    # 3
    *(Figure(f"income.{k}", label, YUAN, "funds", "income", Q(kind=k), "amount", _("收入"), plain=True, blank=_("没有登记"))
      for k, label in MoneySource.choices),
    *(Figure(f"paid.{k}", label, YUAN, "funds", "paid", Q(spending=k), "amount", _("支出"), plain=True,
             blank="" if k in {Spending.CASE, Spending.DUTY} else _("没有经本系统支付"))
      for k, label in Spending.choices),
    # 4
    Figure("advice", _("咨询"), PERSONS, "advice", "consultations"),
    *_parts("advice", "channel", _("其中：按渠道"), "consultations", "advice", PERSONS, (
        ("visit", _("来访"), Q(channel__in=[Channel.DESK, Channel.WORKROOM, Channel.VISIT])), ("call", _("来电"), Q(channel=Channel.HOTLINE)),
        ("web", _("网络"), Q(channel=Channel.WEB)), ("partner", _("其他单位转来"), Q(channel=Channel.PARTNER)),
    )),
    Figure("advice.letter", _("来信"), PERSONS, "advice", why=_("登记里没有来信这个渠道，来信按登记的窗口计入来访")),
    # 5
    *_cases("received", _("受理"), ""), *_cases("granted", _("批准"), "order__aid__"), *_cases("closed", _("结案"), ""),
    # 6
    Figure("duty", _("提供法律帮助"), PERSONS, "duty", "helped"),
    Figure("duty.pledges", _("见证签署认罪认罚具结书"), PERSONS, "duty", "helped", Q(pledge=Pledge.WITNESSED)),
    Figure("duty.opinions", _("提出意见"), CASES, "duty", "helped", Q(gave__contains=[HelpKind.OPINION.value])),
    Figure("duty.opinions_taken", _("意见被采纳"), CASES, "duty", "helped", Q(opinion_taken=True)),
    Figure("duty.passed", _("转交法律援助申请"), CASES, "duty", "passed_on"),
    # 7
    Figure("people", _("受援人"), PERSONS, "people", "granted", total="heads"),
    Figure("people.men", _("男"), PERSONS, "people", head=_("其中：性别"), why=NOT_HELD),
    Figure("people.women", _("女"), PERSONS, "people", head=_("其中：性别"), why=NOT_HELD),
    *(Figure(f"people.{code}", name, PERSONS, "people", "granted", where, head=_("其中：特定人群（可以同时属于几类）")) for code, name, where in RECIPIENTS),
    Figure("people.migrant", _("进城务工人员"), PERSONS, "people", "granted", _any("42-3"), "heads", _("其中：特定人群（可以同时属于几类）")),
    # 8
    *_parts("closed", "handler", _("按承办人员"), "closed", "handlers", CASES, (
        ("lawyers", _("社会律师"), _lawyer & ~_inside), ("own_lawyers", _("机构律师"), _lawyer & _inside),
        ("grassroots", _("基层法律服务工作者"), Q(lawyer__kind=PractitionerKind.GRASSROOTS)),
    )),
    Figure("handlers.volunteers", _("法律援助志愿者"), CASES, "handlers", why=_("登记里没有志愿者这一类")),
    # 9
    *_parts("closed", "result", _("按办理结果"), "closed", "results", CASES, [(r.value, r.label, Q(result=r.value)) for r in Result]),
    Figure("closed.gained", _("取得利益"), YUAN, "results", "closed", total="gained", head=_("金额"), blank=_("没有登记金额")),
    Figure("closed.avoided", _("挽回或避免损失"), YUAN, "results", "closed", total="avoided", head=_("金额"), blank=_("没有登记金额")),
    # 10
    Figure("refused", _("不予法律援助"), CASES, "refusals", "acts", Q(move="refuse")),
    *_parts("refused", "ground", _("其中：按理由"), "acts", "refusals", CASES,
            [(code, name, Q(move="refuse", ground=code)) for code, name in refusal_grounds()]),
    Figure("objected", _("提出异议"), CASES, "refusals", "acts", Q(move="object"), head=_("异议")),
    Figure("upheld", _("维持原决定"), CASES, "refusals", "acts", Q(move="uphold"), head=_("异议")),
    Figure("changed", _("改变原决定，责令给予援助"), CASES, "refusals", "acts", Q(move="overturn"), head=_("异议")),
    # 11
    Figure("ended", _("终止法律援助"), CASES, "ends", "acts", Q(move="terminate")),
    *_parts("ended", "ground", _("其中：按法律援助法第四十八条"), "acts", "ends", CASES,
            [(code, name, Q(move="terminate", ground=code)) for code, name in termination_grounds()]),
    # 12
    Figure("complaints", _("收到投诉"), CASES, "complaints", "complaints"),
    Figure("complaints.taken", _("受理"), CASES, "complaints", "acts", Q(move="accept")),
    Figure("complaints.turned_away", _("不予受理"), CASES, "complaints", "acts", Q(move="turn_away")),
    Figure("complaints.answered", _("处理后答复"), CASES, "complaints", "acts", Q(move="answer")),
    # 13
    Figure("graded", _("评查"), CASES, "quality", "graded"),
    *_parts("graded", "grade", _("其中：按等级"), "graded", "quality", CASES, [(g.value, g.label, Q(grade=g.value)) for g in QualityGrade]),
    # 14
    Figure("cooperation.sent", _("请外地机构协作"), CASES, "cooperation", "acts", Q(move="cooperate")),
    Figure("cooperation.came", _("协助外地机构"), CASES, "cooperation", why=_("外地来函没有登记为案件")),
    Figure("cooperation.cross", _("由其他县（市）人员办理"), CASES, "cooperation", "closed",
           Q(lawyer__isnull=False) & ~Q(lawyer__division__county_id=F("order__case__county_id"))),
)  # fmt: skip


def _fix(figures: tuple[Figure, ...]) -> dict[str, Figure]:
    """By code. `rest` parts of acts must be of the same kind of act as the whole."""
    whole = {f.code: f for f in figures}
    found: dict[str, Figure] = {}
    for f in figures:
        if f.parent and f.code.endswith(".unknown"):
            f = Figure(**{**f.__dict__, "where": whole[f.parent].where & f.where})
        if f.code in found:
            raise ValueError(f"figure {f.code} is declared twice")
        found[f.code] = f
    return found


BY_CODE: dict[str, Figure] = _fix(FIGURES)


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
    """The list behind a figure in a period, in every county: what the number counts, and nothing else."""
    return GROUPS[figure.group].rows(first, last).filter(counted(figure))
