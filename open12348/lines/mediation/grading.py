"""Grades of mediators (人民调解员等级评定): applied for, reviewed, shown in public, given; lowered or taken away where there is cause.

The service `mediation.grading` and what its moves write down. A grade holds from a day to a day by itself: who holds which today
is asked of the rows (`held`), never remembered anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms as django_forms
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import SYSTEM, Actor, Denied, Role
from open12348.kernel.sentences import say
from open12348.kernel.workdays import Unit, add_months, calendar_for, end_of, legal_day
from open12348.registry import divisions, places, postings, providers
from open12348.registry.divisions import calendar_layers
from open12348.registry.models import Account, PostingKind, Practitioner, PractitionerKind, Status
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Phase, Service, State, Term, offer
from open12348.spine.files import words
from open12348.spine.journal import Conflict, Turn
from open12348.spine.models import Case, DocumentKind

from . import committees
from . import grading_forms as forms
from .committee_models import GradeEnd, GradeRequest, MediatorGrade, MediatorRank
from .grading_rules import NOT_SELF, TWO_PEOPLE, authority_of, the, too_low, too_short
from .papers import grading as papers

CODE = "mediation.grading"
OFFICE = frozenset({Role.OFFICER})
ONE = timedelta(days=1)


def row_of(order_id: int) -> GradeRequest:
    """The application's row."""
    return GradeRequest.objects.select_related("mediator__organisation", "mediator__division__county", "posting").get(
        order_id=order_id
    )


def held(mediator: Practitioner, day: date) -> MediatorGrade | None:
    """The grade somebody holds on a day; None when none, or when it ran out."""
    rows = MediatorGrade.objects.filter(mediator=mediator, valid_from__lte=day, valid_to__gte=day)
    return next((g for g in rows.order_by("-pk") if g.ended_on is None or g.ended_on > day), None)


def ending(day: date) -> QuerySet[MediatorGrade]:
    """Grades that run out within the figure's days, and those that ran out and were not renewed, the earliest first."""
    until = day + timedelta(days=int(the("warn_days", day).value))
    return (
        MediatorGrade.objects.filter(ended_on__isnull=True, valid_to__lte=until)
        .select_related("mediator__organisation", "mediator__division", "order")
        .order_by("valid_to", "pk")
    )


# At receipt


def received(turn: Turn, said: Mapping[str, Any]) -> None:
    """The application's row; it goes to the county in which the mediator serves. Errors: Denied (somebody else's grade)."""
    who = Practitioner.objects.select_related("division__county").get(
        kind=PractitionerKind.MEDIATOR, licence_no=str(said["number"])
    )
    by = turn.by
    if by.kind == "staff" and not by.has(Role.OFFICER, Role.CLERK):
        own = by.practitioner_id == who.pk
        ours = who.organisation_id is not None and committees.manages(by, who.organisation_id)
        if not (own or ours):
            raise Denied(_("等级由调解员本人或者所在的委员会申报（等级评定工作意见）。"))
    county = who.division.county or who.division
    if (
        county is not None
        and turn.case.county_id != county.pk
        and (place := places.answering(who.division)) is not None
    ):
        turn.set(place=place, county_id=place.county_id)
    GradeRequest.objects.create(
        order=turn.order, mediator=who, wanted=int(said["rank"]), by_committee=said["by_committee"] == "yes", cases=said.get("cases"),
        serves_since=who.practised_since or legal_day(turn.at), applied_by_id=by.account_id,
    )  # fmt: skip


# Who may not act


def bars(case: Case, account: Account, _at: datetime) -> list[Any]:
    """Nobody handles their own grade."""
    row = GradeRequest.objects.filter(order_id=case.pk).first()
    if row is not None and row.mediator_id is not None and row.mediator_id == account.practitioner_id:
        return [say(_("这是他自己的等级评定（%(basis)s）"), basis=NOT_SELF)]
    return []


def _self(act: Act) -> Any:
    row = row_of(act.order.pk)
    if act.by.practitioner_id is not None and act.by.practitioner_id == row.mediator_id:
        return say(_("不能办自己的等级评定（%(basis)s）。"), basis=NOT_SELF)
    return None


def _another(act: Act, first: int | None) -> Any:
    if first is not None and first == act.by.account_id:
        return say(_("前一步是您办的，请另一位同事决定（%(basis)s）。"), basis=TWO_PEOPLE)
    return None


def _first(*rules: Callable[[Act], Any]) -> Callable[[Act], Any]:
    """The first reason that one of some rules has."""

    def guard(act: Act) -> Any:
        return next((why for rule in rules if (why := rule(act))), None)

    return guard


def _fit_to_hold(act: Act) -> Any:
    """Filed, standing, in a term that runs, and long enough at it."""
    row, day = row_of(act.order.pk), legal_day(act.at)
    who = row.mediator
    assert who is not None
    if providers.standing_at(who, act.at) != Status.ACTIVE:
        return _("这位调解员已停止，不能评定（人民调解法第十五条）。")
    if why := committees.barred(who, act.at):
        return say(_("%(why)s，先换届或者续聘再评定。"), why=why)
    return too_short(who.practised_since or row.serves_since, day)


def _level_for_wanted(act: Act) -> Any:
    return too_low(act.by, row_of(act.order.pk).wanted, legal_day(act.at))


def publicity_over(act: Act) -> Any:
    """Words while anybody may still object."""
    posting = row_of(act.order.pk).posting
    if posting is None:
        return _("还没有公示。")
    last = posting.objection_until or posting.until
    if act.at < end_of(last):
        return say(_("公示到 %(day)s，期满以后才能评定。"), day=last.isoformat())
    return None


def may_grade(act: Act) -> Any:
    """Publicity over, another person than the reviewer, an office high enough, not above what was applied for."""
    row, rank = row_of(act.order.pk), int(act.data["rank"])
    if why := _self(act) or _another(act, row.reviewed_by_id) or publicity_over(act) or _fit_to_hold(act):
        return why
    if rank < row.wanted:
        return say(_("申报的是%(wanted)s，不能评得更高。"), wanted=MediatorRank(row.wanted).label)
    day = legal_day(act.at)
    if authority_of(rank, day) == "region" and not str(act.data.get("decided_in") or "").strip():
        return _("这个等级由自治区评定，请填自治区的文件编号。")
    return too_low(act.by, row.wanted, day) or too_low(act.by, rank, day)


def may_lessen(act: Act) -> Any:
    """Another person than the one who raised it; a lower grade than the one held; an office that could give it."""
    row, day = row_of(act.order.pk), legal_day(act.at)
    now = held(row.mediator, day) if row.mediator else None
    if now is None:
        return _("现在没有有效的等级。")
    if act.move.code == "lower" and int(act.data["rank"]) <= now.rank:
        return say(_("现在是%(now)s，只能降为更低的等级。"), now=MediatorRank(now.rank).label)
    return _self(act) or _another(act, row.questioned_by_id) or too_low(act.by, now.rank, day)


# What the moves do


def reviewed(act: Act) -> None:
    """Who reviewed it, and what was found."""
    GradeRequest.objects.filter(order_id=act.order.pk).update(reviewed_by_id=act.by.account_id, reviewed_at=act.at)
    words(act.turn, str(act.data["note"]), kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))


def published(act: Act) -> None:
    """The result is shown in public, with the days in which anybody may object."""
    row, day = row_of(act.order.pk), legal_day(act.at)
    who = row.mediator
    assert who is not None
    last = calendar_for(calendar_layers(who.division)).add(day, int(the("publicity_days", day).value))
    posting = postings.post(
        line="mediation", kind=PostingKind.GRADE.value, subject=who, until=last, objection_until=last, at=act.at, by=act.by,
        title=_named_title(row.wanted, who), document=str(act.data.get("document") or ""), order_code=act.order.code, invented=who.invented,
        text=_("经审查，拟评定为所列等级。不同意的，可以在公示期内向司法局提出异议。"),
    )  # fmt: skip
    GradeRequest.objects.filter(order_id=act.order.pk).update(posting=posting)


def _named_title(rank: int, who: Practitioner) -> dict[str, str]:
    """The posting's title in each language, with the name as each script writes it."""
    found = {}
    for side, language in (("zh", "zh-hans"), ("ug", "ug"), ("en", "en")):
        with translation.override(language):
            name = (who.name_ug if side == "ug" else "") or who.name_zh
            found[side] = str(_("拟评定%(rank)s：%(name)s") % {"rank": MediatorRank(rank).label, "name": name})
    return found


def taken_down(act: Act) -> None:
    """What was shown is shown no longer, because nothing came of it."""
    posting = row_of(act.order.pk).posting
    if posting is not None and postings.stands(posting, act.at):
        by = act.by if act.by.has(*postings.POSTING) else SYSTEM
        postings.take_down(posting=posting, by=by, at=act.at, reason=str(_("不予评定或者撤回")))


def objected(act: Act) -> None:
    """An objection, kept in the file and not shown to whoever applied."""
    row = row_of(act.order.pk)
    GradeRequest.objects.filter(pk=row.pk).update(objections=row.objections + 1)
    who = str(act.data.get("who") or "").strip()
    words(
        act.turn,
        "\n".join(t for t in (who, str(act.data["words"])) if t),
        kind=DocumentKind.NOTE,
        for_resident=False,
        title=str(act.move.label),
    )


def may_object(act: Act) -> Any:
    """Words when the days for objections are over."""
    posting = row_of(act.order.pk).posting
    if posting is None or act.at >= end_of(posting.objection_until or posting.until):
        return _("公示期已过。还有意见的，等级评定以后可以提出降级或者撤销。")
    return None


def noted(act: Act) -> None:
    """A reason that stays in the file."""
    if text := str(act.data.get("reason") or "").strip():
        words(act.turn, text, kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))


@transaction.atomic
def graded(act: Act) -> None:
    """The grade with its certificate; one that was held before ends with it."""
    row = row_of(act.order.pk)
    assert row.mediator is not None
    GradeRequest.objects.filter(pk=row.pk).update(decided_by_id=act.by.account_id)
    give(row.mediator, act, int(act.data["rank"]), GradeEnd.REPLACED, decided_in=str(act.data.get("decided_in") or ""))


def give(
    who: Practitioner, act: Act, rank: int, ends: GradeEnd, *, decided_in: str = "", valid_to: date | None = None
) -> MediatorGrade:
    """Within a move: a grade from today; the one held before ends. Errors: Conflict (somebody else gave one meanwhile)."""
    day = legal_day(act.at)
    authority = authority_of(rank, day)
    MediatorGrade.objects.filter(mediator=who, ended_on__isnull=True).update(ended_on=day, ended=ends)
    root = divisions.root()
    office = (who.division.county or who.division) if authority == "county" or root is None else root
    serial = numbers.next_serial(f"grade:{office.code[:6]}:{day.year}")
    last = valid_to or add_months(day, int(the("valid_years", day).value) * 12) - ONE
    try:
        with transaction.atomic():
            grade = MediatorGrade.objects.create(
                mediator=who, order=act.order, rank=rank, authority=authority, decided_in=decided_in[:200], valid_from=day, valid_to=last,
                certificate=f"TJDJ-{office.code[:6]}-{day.year}-{serial:04d}",
            )  # fmt: skip
    except IntegrityError:
        raise Conflict(act.order.code) from None
    return grade


def questioned(act: Act) -> None:
    """Somebody found cause to look at a grade again."""
    GradeRequest.objects.filter(order_id=act.order.pk).update(questioned_by_id=act.by.account_id)
    noted(act)


def lessened(act: Act) -> None:
    """Lowered: another certificate to the same day. Taken away: none."""
    row, day = row_of(act.order.pk), legal_day(act.at)
    assert row.mediator is not None
    now = held(row.mediator, day)
    assert now is not None
    if act.move.code == "lower":
        give(row.mediator, act, int(act.data["rank"]), GradeEnd.LOWERED, valid_to=now.valid_to)
        return
    MediatorGrade.objects.filter(pk=now.pk).update(ended_on=day, ended=GradeEnd.REVOKED)


# What is shown


def fit_rank(form: django_forms.Form, case: Case, _by: Actor) -> None:
    """The grade applied for stands in the form; higher ones are not offered."""
    row = GradeRequest.objects.filter(order_id=case.pk).first()
    if row is None or "rank" not in form.fields:
        return
    form.fields["rank"].choices = [(k, label) for k, label in MediatorRank.choices if k >= row.wanted]  # type: ignore[attr-defined]
    form.initial.setdefault("rank", row.wanted)


def fit_lower(form: django_forms.Form, case: Case, _by: Actor) -> None:
    """Only grades below the one that this case gave."""
    now = MediatorGrade.objects.filter(order_id=case.pk, ended_on__isnull=True).first()
    if now is not None:
        form.fields["rank"].choices = [(k, label) for k, label in MediatorRank.choices if k > now.rank]  # type: ignore[attr-defined]


def panels(case: Case, _actor: Any, at: datetime) -> list[Panel]:
    """Whom it is about, the grade held, who gives the one applied for, and how long it is shown."""
    row = GradeRequest.objects.select_related("mediator__organisation", "posting").filter(order_id=case.pk).first()
    if row is None or row.mediator is None:
        return []
    day = legal_day(at)
    now = held(row.mediator, day)
    return [
        Panel(
            title=_("等级评定"), template="mediation/panel_grading.html", where="top",
            context={
                "mediator": row.mediator, "wanted": MediatorRank(row.wanted).label, "cases": row.cases, "by_committee": row.by_committee,
                "now": MediatorRank(now.rank).label if now else None, "now_row": now, "posting": row.posting, "objections": row.objections,
                "short": too_short(row.mediator.practised_since or row.serves_since, day), "barred": committees.barred(row.mediator, at),
                "authority": authority_of(row.wanted, day), "figure": the("authority", day), "since": row.mediator.practised_since or row.serves_since,
                "history": list(MediatorGrade.objects.filter(mediator=row.mediator).order_by("-valid_from", "-pk")[:8]),
            },
        )
    ]  # fmt: skip


def title(said: Mapping[str, Any]) -> str:
    """What lists show: which grade, of nobody by name."""
    with translation.override("zh-hans"):
        return f"{_('人民调解员等级评定')}：{MediatorRank(int(said['rank'])).label}"


def topics() -> dict[str, Any]:
    """The grades by code."""
    return {str(k): label for k, label in MediatorRank.choices}


# The service


def _clock(code: str, label: Any, figure: str, starts: set[str], stops: set[str], **more: Any) -> Clock:
    def term(day: date) -> Term:
        found = the(figure, day)
        return Term(int(found.value), Unit.WORKDAYS, found.basis, found.sure)

    first = term(date(2022, 1, 1))
    return Clock(
        code, label, first.amount, Unit.WORKDAYS, starts=starts, stops=stops | {"withdraw", "merge"}, basis=first.basis, sure=first.sure, term=term,
        **{"who": Role.OFFICER, **more},
    )  # fmt: skip


def _office_moves() -> Sequence[Move]:
    told = Notice("applicant", _("您申报的调解员等级（%(code)s）有了结果，请查看。"))
    return (
        Move("review", _("审查通过"), {"received"}, "reviewed", OFFICE, form=forms.Review, guard=_first(_self, _fit_to_hold), effect=reviewed,
             primary=True, help=_("满一年、已备案、任期内的才能评定。")),
        Move("publish", _("公示"), {"reviewed"}, "published", OFFICE, form=forms.Publish, guard=_first(_self, _level_for_wanted), effect=published,
             primary=True, notices=(Notice("applicant", _("您申报的调解员等级（%(code)s）正在公示。")),)),
        Move("object", _("登记异议"), {"published"}, "objected", {Role.CLERK, Role.OFFICER, Role.SUPERVISOR}, form=forms.Objection,
             guard=may_object, effect=objected, notices=(Notice("officer", _("%(code)s 的等级公示有人提出异议，请核查。")),)),
        Move("dismiss", _("异议不成立"), {"objected"}, "published", OFFICE, form=forms.Note, guard=_self, effect=noted),
        Move("grade", _("评定等级"), {"published"}, "graded", OFFICE, form=forms.Grade, guard=may_grade, effect=graded, outcome="graded",
             answer="answer", primary=True, fit=fit_rank, notices=(told,), papers=(papers.CERTIFICATE, papers.RESULT), example={"rank": "3"}),
        Move("refuse", _("不予评定"), {"received", "reviewed", "published", "objected"}, "refused", OFFICE, form=forms.Reason, guard=_self,
             effect=taken_down, outcome="refused", answer="answer", notices=(told,), papers=(papers.RESULT,)),
        Move("question", _("提出降级或者撤销"), {"graded", "lowered"}, "questioned", {Role.OFFICER, Role.SUPERVISOR}, form=forms.Question,
             guard=_self, effect=questioned, notices=(Notice("applicant", _("您的调解员等级（%(code)s）正在复查，您可以说明情况。")),)),
        Move("lower", _("降级"), {"questioned"}, "lowered", OFFICE, form=forms.Lower, guard=may_lessen, effect=lessened, outcome="lowered",
             answer="answer", fit=fit_lower, notices=(told,), papers=(papers.LESS, papers.CERTIFICATE)),
        Move("revoke", _("撤销等级"), {"questioned"}, "revoked", OFFICE, form=forms.Reason, guard=may_lessen, effect=lessened, outcome="revoked",
             answer="answer", notices=(told,), papers=(papers.LESS,)),
        Move("keep", _("保留等级"), {"questioned"}, "graded", OFFICE, form=forms.Note, guard=_self, effect=noted, outcome="graded"),
    )  # fmt: skip


offer(
    Service(
        code=CODE,
        name=_("人民调解员等级评定"),
        form=forms.Apply,
        business="06",
        initial="received",
        roles=frozenset({Role.OFFICER}),
        takers=frozenset({Role.PROVIDER, Role.CLERK, Role.OFFICER}),
        pool=False,
        title=title,
        topic=lambda said: str(said["rank"]),
        topics=topics,
        received=received,
        bars=bars,
        panels=panels,
        states=(
            State("received", _("待审查"), Phase.OPEN, _("申报已收到，正在审查。")),
            State("reviewed", _("审查通过，待公示"), Phase.OPEN, _("审查通过，准备公示。")),
            State("published", _("公示中"), Phase.OPEN, _("正在公示，期满以后评定。")),
            State("objected", _("有异议，核查中"), Phase.OPEN, _("有人提出异议，正在核查。")),
            State("graded", _("已评定"), Phase.DONE, _("已经评定，证书可以查看。")),
            State("refused", _("不予评定"), Phase.DONE, _("这次没有评定，理由已告诉您。")),
            State("questioned", _("复查中"), Phase.OPEN, _("您的等级正在复查，您可以说明情况。")),
            State("lowered", _("已降级"), Phase.DONE, _("等级已降低，理由已告诉您。")),
            State("revoked", _("已撤销"), Phase.DONE, _("等级已撤销，理由已告诉您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("申报已撤回。")),
        ),
        outcomes=(
            Outcome("graded", _("已评定等级")),
            Outcome("refused", _("不予评定"), good=False),
            Outcome("lowered", _("等级已降低"), good=False),
            Outcome("revoked", _("等级已撤销"), good=False),
            Outcome("withdrawn", _("撤回申报")),
        ),
        moves=(
            *_office_moves(),
            Move("withdraw", _("撤回申报"), {"received", "reviewed", "published"}, "withdrawn",
                 {Role.RESIDENT, Role.PROVIDER, Role.CLERK, Role.OFFICER}, form=forms.OptionalReason, effect=taken_down, outcome="withdrawn"),
            Move("reopen", _("重新申报"), {"refused", "withdrawn"}, "received", {Role.RESIDENT, Role.CLERK, Role.OFFICER}, form=forms.Note,
                 effect=noted),
        ),
        clocks=(
            _clock("review", _("审查申报"), "review_days", {"receive", "reopen"}, {"review", "refuse"}),
            _clock("publish", _("公示"), "publish_days", {"review"}, {"publish", "refuse"}),
            _clock("publicity", _("公示期内提出异议"), "publicity_days", {"publish"}, {"grade", "refuse"}, who=Role.RESIDENT,
                   pauses=frozenset(), resumes=frozenset(), say=_("对等级有意见的，可以在 %(day)s 以前提出。")),
            _clock("decide", _("评定等级"), "decide_days", {"review"}, {"grade", "refuse"}, pauses=frozenset({"publish"}),
                   resumes=frozenset({"window:publicity"})),
            _clock("objection", _("核查异议"), "objection_days", {"object"}, {"dismiss", "refuse"}),
            _clock("question", _("决定降级、撤销或者保留"), "question_days", {"question"}, {"lower", "revoke", "keep"}),
        ),
        keep=Keep(10, "等级评定档案，地方档案期限表", sure=False),
        example={"number": "TJY65312500001", "rank": "3", "by_committee": "no"},
    )
)  # fmt: skip
