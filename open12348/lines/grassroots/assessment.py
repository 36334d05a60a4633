"""The yearly assessment of offices and workers (grassroots.assessment): the county reviews, the prefecture decides, the result is
shown in public with a window to object. One year is assessed once. A result is about work, and is no rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.utils import IntegrityError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import SYSTEM, Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.registry import postings
from open12348.registry.models import Account
from open12348.spine import intake
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Phase, Service, State
from open12348.spine.journal import Turn
from open12348.spine.models import Case

from . import acts, people
from . import assessment_forms as forms
from . import forms as common
from .figures import limit, number
from .licence import join_office, worker_by
from .models import GrassrootsAssessment, GrassrootsGrade

OFFICE = frozenset({Role.OFFICER})
ENDED = frozenset({"decided", "upheld", "withdrawn"})


class File(forms.File):
    """The application, checked against the register: whom it is about, and that the year is not assessed yet."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        worker, office = None, forms.office_of(data.get("office"))
        if (data.get("licence_no") or "").strip():
            worker = worker_by(data["licence_no"])
            if worker is None:
                self.add_error("licence_no", _("登记里没有这个执业证号。"))
                return data
            if office is not None and worker.organisation_id != office.pk:
                self.add_error("licence_no", _("这位工作者不在所选的所执业。"))
                return data
        if data.get("year") and office is not None:
            whose = {"worker": worker} if worker else {"office": office}
            if GrassrootsAssessment.objects.filter(year=data["year"], void=False, **whose).exists():
                self.add_error("year", _("%(year)s 年已经报过考核了。") % {"year": data["year"]})
        return data


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the year, and whether an office or a worker."""
    with translation.override("zh-hans"):
        whom = _("工作者") if content.get("licence_no") else _("法律服务所")
        return str(_("%(year)s 年度考核：%(whom)s") % {"year": content.get("year", ""), "whom": whom})


def received(turn: Turn, said: Mapping[str, Any]) -> None:
    """An assessment was handed in: its row. Errors: Invalid when somebody handed in the same in this moment."""
    worker = worker_by(said.get("licence_no") or "")
    whose = {"worker": worker} if worker else {"office_id": int(said["office"])}
    if said["year"] > legal_day(turn.at).year:
        raise _invalid(said, _("这一年还没有过完，不能考核。"))
    try:
        GrassrootsAssessment.objects.create(order=turn.order, year=said["year"], **whose)
    except IntegrityError:
        raise _invalid(said, _("这一年已经报过考核了。")) from None
    join_office(turn, int(said["office"]))


def _invalid(said: Mapping[str, Any], why: Any) -> intake.Invalid:
    form = File({k: v for k, v in said.items()})
    form.is_valid()
    form.add_error("year", why)
    return intake.Invalid(form)


def bars(case: Case, account: Account, at: datetime) -> Sequence[Any]:
    """Nobody of the office concerned reviews or decides."""
    row = GrassrootsAssessment.objects.select_related("worker").filter(order_id=case.pk).first()
    if row is None or account.practitioner is None:
        return []
    office = row.office_id or (row.worker.organisation_id if row.worker else None)
    if account.practitioner.organisation_id == office:
        return [_("在有关机构执业，应当回避（公务员法第七十六条）")]
    return []


def fitted(form: Any, case: Case, by: Actor) -> None:
    """Only the results that fit; the county's proposal first."""
    row = GrassrootsAssessment.objects.filter(order_id=case.pk).first()
    for name in ("proposed", "grade"):
        if row is not None and name in form.fields:
            form.fields[name].choices = forms.choices_for(row.worker_id is not None)
            form.initial[name] = row.proposed


def reviewed(act: Act) -> None:
    """The county's opinion."""
    acts.note(act)
    GrassrootsAssessment.objects.filter(order=act.order).update(
        proposed=act.data["proposed"], reviewed_by_id=act.by.account_id
    )


def of_prefecture(act: Act) -> Any:
    """The prefecture decides, and never who reviewed."""
    if not people.at_prefecture(act.by):
        return _("由地区司法局审定，县（市）司法局只作初审（令137号、令138号）。")
    if GrassrootsAssessment.objects.get(order=act.order).reviewed_by_id == act.by.account_id:
        return _("初审人不能自己审定，请另一位负责人审定。")
    return None


def another_than_decided(act: Act) -> Any:
    """Who decided does not judge the objection."""
    if not people.at_prefecture(act.by):
        return _("由地区司法局答复异议（令137号、令138号）。")
    if GrassrootsAssessment.objects.get(order=act.order).decided_by_id == act.by.account_id:
        return _("作出结果的人不能审查异议，请另一位负责人审查。")
    return None


def decided(act: Act) -> None:
    """The result stands and is shown in public with its window; an earlier one is taken down."""
    row = GrassrootsAssessment.objects.select_related("office", "worker", "posting").get(order=act.order)
    today = legal_day(act.at)
    subject = row.worker or row.office
    if row.posting is not None and postings.stands(row.posting, act.at):
        postings.take_down(posting=row.posting, by=SYSTEM, at=act.at, reason=str(_("考核结果已更正")))
    row.grade, row.decided_by_id, row.decided_at = act.data["grade"], act.by.account_id, act.at
    row.posting = postings.post(
        line="grassroots", kind="assessment", subject=subject, at=act.at, by=SYSTEM, order_code=act.order.code,
        title=_("年度考核结果"), text=_sentence(row.year, row.grade), invented=bool(subject and subject.invented),
        until=today + timedelta(days=number("assessment_posting", today)),
        objection_until=today + timedelta(days=number("assessment_objection", today)),
    )  # fmt: skip
    row.save()


def _sentence(year: int, grade: str) -> dict[str, str]:
    """The result in every language."""
    said = {}
    for side, language in (("zh", "zh-hans"), ("ug", "ug"), ("en", "en")):
        with translation.override(language):
            said[side] = str(_("%(year)s 年度考核：%(grade)s") % {"year": year, "grade": GrassrootsGrade(grade).label})
    return said


def withdrawn(act: Act) -> None:
    """The year may be handed in again."""
    GrassrootsAssessment.objects.filter(order=act.order).update(void=True)


def may_reopen(act: Act) -> Any:
    """Handed in anew only while nobody else handed in the same year."""
    row = GrassrootsAssessment.objects.get(order=act.order)
    same = GrassrootsAssessment.objects.filter(year=row.year, office=row.office, worker=row.worker, void=False)
    return _("这一年已经另外报过考核了。") if same.exclude(order=act.order).exists() else None


def reopened(act: Act) -> None:
    """The year is taken up again."""
    acts.note(act)
    GrassrootsAssessment.objects.filter(order=act.order).update(void=False)


def panels(case: Case, actor: Actor, at: datetime) -> list[Panel]:
    """Whom it is about, what the county proposed, what stands."""
    row = (
        GrassrootsAssessment.objects.select_related("office", "worker__organisation", "posting")
        .filter(order_id=case.pk)
        .first()
    )
    return [Panel(_("年度考核"), "grassroots/panel_assessment.html", {"row": row})] if row else []


def service() -> Service:
    """The service, declared in line.py."""
    end = {"withdraw", "merge"}
    return Service(
        code="grassroots.assessment", name=_("基层法律服务年度考核"), form=File, business="08", initial="received", roles=OFFICE,
        takers=frozenset({Role.PROVIDER, Role.CLERK, Role.OFFICER}), pool=False, house=True, title=title, received=received, bars=bars, panels=panels,
        example={"year": "2025", "report": "全年办理诉讼二十件"},
        states=(
            State("received", _("待县级初审"), Phase.OPEN, _("已收到，县（市）司法局正在初审。")),
            State("reviewed", _("待地区审定"), Phase.OPEN, _("县（市）司法局已初审，地区司法局正在审定。")),
            State("decided", _("已审定"), Phase.DONE, _("考核结果已定，正在公示。")),
            State("objection", _("异议审查中"), Phase.OPEN, _("正在审查对结果的异议。")),
            State("upheld", _("维持结果"), Phase.DONE, _("异议不成立，维持结果。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("已撤回。")),
        ),
        outcomes=(
            Outcome("decided", _("已审定")), Outcome("upheld", _("维持结果"), good=False), Outcome("withdrawn", _("申报单位撤回")),
        ),
        moves=(
            Move("review", _("报送初审意见"), {"received"}, "reviewed", OFFICE, form=forms.Review, effect=reviewed, fit=fitted, takes=True,
                 primary=True, notices=(Notice("supervisor", _("%(code)s 已初审，等地区审定。")),)),
            Move("decide", _("审定结果"), {"reviewed"}, "decided", OFFICE, form=forms.Decide, guard=of_prefecture, effect=decided,
                 fit=fitted, outcome="decided", answer="answer", primary=True,
                 notices=(Notice("applicant", _("年度考核（%(code)s）有了结果，请查看；不同意的可以提出异议。")),)),
            Move("object", _("提出异议"), {"decided"}, "objection", {Role.PROVIDER, Role.CLERK, Role.OFFICER}, form=forms.Object, effect=acts.note),
            Move("correct", _("异议成立，更正结果"), {"objection"}, "decided", OFFICE, form=forms.Decide, guard=another_than_decided,
                 effect=decided, fit=fitted, outcome="decided", answer="answer", primary=True),
            Move("uphold", _("维持结果"), {"objection"}, "upheld", OFFICE, form=common.Words, guard=another_than_decided, outcome="upheld",
                 answer="answer"),
            Move("withdraw", _("撤回"), {"received"}, "withdrawn", {Role.PROVIDER, Role.CLERK, Role.OFFICER}, form=common.OptionalReason,
                 effect=withdrawn, outcome="withdrawn"),
            Move("reopen", _("重新考核"), {"upheld", "withdrawn"}, "received", {Role.OFFICER, Role.SUPERVISOR}, form=common.Reason,
                 guard=may_reopen, effect=reopened),
        ),
        clocks=(
            Clock("review", _("县级初审"), starts={"receive", "reopen"}, stops={"review", *end}, who=Role.OFFICER, **limit("assessment_county")),
            Clock("decide", _("地区审定"), starts={"review"}, stops={"decide", *end}, who=Role.OFFICER, **limit("assessment_prefecture")),
            Clock("object", _("提出异议"), starts={"decide"}, stops={"object"}, who=Role.RESIDENT, after_end=True,
                  say=_("不同意结果的，可以在 %(day)s前提出异议。"), **limit("assessment_objection")),
            Clock("answer", _("答复异议"), starts={"object"}, stops={"correct", "uphold", *end}, who=Role.OFFICER, **limit("assessment_answer")),
        ),
        keep=Keep(30, "年度考核档案，地方档案期限表", sure=False),
    )  # fmt: skip
