"""Titles of a speciality (专业水平评价): nine fields, two at most, years by degree; posted for objection. They limit nobody's practice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.sentences import say
from open12348.kernel.workdays import add_months, legal_day
from open12348.registry import postings, providers
from open12348.registry.models import PostingKind, Practitioner
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Phase, Service, State
from open12348.spine.journal import Turn
from open12348.spine.models import Case
from open12348.ui.fields import LenientDateField, line, text

from . import bureau, rules
from .bureau import END, OFFICE
from .figures import limit, number
from .forms import Answer, LicenceField, Note, OptionalReason, Reason, lawyer_with
from .models import Assessment, Degree, Discipline, LawyerEntry, Sanction, Speciality, SpecialityField

CODE = "lawyers.speciality"
ASKING = frozenset({Role.PROVIDER, Role.CLERK, Role.OFFICER})


class Ask(forms.Form):
    """Which field, since when, with which degree, on what work."""

    lawyer_no = LicenceField(label=_("律师执业证号"))
    field = forms.ChoiceField(label=_("申请哪个专业"), choices=SpecialityField.choices)
    degree = forms.ChoiceField(label=_("学历"), choices=Degree.choices)
    field_since = LenientDateField(label=_("从哪天起连续在这个专业执业"))
    work = text(_("办过的主要业务（不写当事人的姓名）"), 4, 3000)

    def clean_lawyer_no(self) -> str:
        """In the register. Errors: words."""
        given = str(self.cleaned_data["lawyer_no"])
        if lawyer_with(given) is None:
            raise forms.ValidationError(_("登记里没有这个执业证号的律师，请再核对一遍。"))
        return given


class Confirm(forms.Form):
    """By which list of the region's association."""

    document = line(_("自治区律师协会名单的文号"), 200)


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the field."""
    with translation.override("zh-hans"):
        return f"{_('专业律师评定')}：{dict(SpecialityField.choices).get(str(content.get('field') or ''), '')}"


def row_of(order_id: int) -> Speciality:
    """The application's row."""
    return Speciality.objects.select_related("lawyer__organisation", "posting").get(order_id=order_id)


def came_in(turn: Turn, said: Mapping[str, Any]) -> None:
    """Its row."""
    lawyer = lawyer_with(str(said["lawyer_no"]))
    assert lawyer is not None
    Speciality.objects.create(
        order=turn.order, lawyer=lawyer, field=said["field"], degree=said["degree"], field_since=said["field_since"]
    )


def figures(day: Any) -> dict[str, int]:
    """The figures of a day."""
    names = {"most": "speciality_most", "doctor": "speciality_doctor", "master": "speciality_master", "bachelor": "speciality_bachelor",
             "other": "speciality_other"}  # fmt: skip
    return {short: number(name, day) for short, name in names.items()}


def punished_within(lawyer: Practitioner, at: datetime, years: int) -> bool:
    """Whether a penalty or a sanction falls within the last years."""
    since = add_months(legal_day(at), -12 * years)
    return (
        Discipline.objects.filter(lawyer=lawyer, decided_at__date__gte=since, annulled_at__isnull=True).exists()
        or Sanction.objects.filter(lawyer=lawyer, decided_on__gte=since).exists()
    )


def faults(case: Case, at: datetime) -> list[Any]:
    """Why the title cannot be given now, by the register."""
    found, day = row_of(case.pk), legal_day(at)
    entry = LawyerEntry.objects.filter(practitioner=found.lawyer).first()
    years = number("speciality_clean_years", day)
    grades = Assessment.objects.filter(lawyer=found.lawyer, year__gte=day.year - years, filed_on__isnull=False)
    wrong = rules.speciality_faults(
        held=entry.titles if entry else (), field=found.field, degree=found.degree, since=found.field_since, day=day,
        grades=list(grades.values_list("grade", flat=True)), punished=punished_within(found.lawyer, at, years), figures=figures(day),
    )  # fmt: skip
    if not providers.available(at).filter(pk=found.lawyer_id).exists():
        wrong.append(_("现在不能执业（律师法第四十七条至第五十一条）"))
    return wrong


def may_propose(act: Act) -> Any:
    """By the association's committee, written down by the prefecture; within the conditions."""
    if not bureau.at_prefecture(act.by):
        return _("专业评定由律师协会的专家委员会评，由地区登记、公示（司发通〔2017〕33号）。")
    wrong = faults(act.case, act.at)
    return "；".join(str(w) for w in wrong) if wrong else None


def proposed(act: Act) -> None:
    """Posted for objection."""
    found, day = row_of(act.order.pk), legal_day(act.at)
    last = day + timedelta(days=number("publicity", day))
    found.posting = postings.post(
        line=bureau.LINE, kind=PostingKind.EVALUATION, subject=found.lawyer, text="", until=last, objection_until=last, at=act.at, by=act.by,
        title=say(_("拟评为专业律师：%(field)s"), field=SpecialityField(found.field).label), order_code=act.order.code,
        invented=found.lawyer.invented,
    )  # fmt: skip
    found.save(update_fields=["posting"])
    bureau.note(act)


def objected(act: Act) -> None:
    """The posting comes down; the committee looks again."""
    found = row_of(act.order.pk)
    if found.posting is not None and postings.stands(found.posting, act.at):
        postings.take_down(posting=found.posting, by=act.by, at=act.at, reason=act.data["reason"])
    bureau.note(act)


def may_confirm(act: Act) -> Any:
    """After the time for objections; the conditions hold still."""
    found = row_of(act.order.pk)
    if found.posting is not None and postings.may_object(found.posting, act.at):
        return _("公示期（到 %(day)s）还没有满。") % {"day": found.posting.until.isoformat()}
    return may_propose(act)


def confirmed(act: Act) -> None:
    """The title stands in the register."""
    found = row_of(act.order.pk)
    found.document = act.data["document"]
    found.save(update_fields=["document"])
    entry = LawyerEntry.objects.filter(practitioner=found.lawyer).first()
    if entry is not None and found.field not in entry.titles:
        entry.titles = [*entry.titles, found.field]
        entry.save(update_fields=["titles"])


def hints(case: Case, by: Actor) -> list[Any]:
    """What the conditions lack, before anybody decides."""
    return faults(case, timezone.now()) if case.phase != Phase.DONE.value else []


def panels(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """What is applied for."""
    return [Panel(_("专业律师评定"), "lawyers/panel_speciality.html", {"row": row_of(case.pk)})]


def service() -> Service:
    """The service, declared in line.py."""
    return Service(
        code=CODE,
        name=_("专业律师评定"),
        form=Ask,
        business="08",
        initial="received",
        roles=OFFICE,
        takers=ASKING,
        pool=False,
        title=title,
        received=came_in,
        hints=hints,
        panels=panels,
        example={"lawyer_no": "16531201610000001", "field": "criminal", "degree": "bachelor", "field_since": "2016-05-01"},
        states=(
            State("received", _("待专家委员会评"), Phase.OPEN, _("已收到，等专家委员会评。")),
            State("publicity", _("公示中"), Phase.OPEN, _("结果正在公示。")),
            State("confirmed", _("已评定"), Phase.DONE, _("已评为专业律师。")),
            State("refused", _("没有评上"), Phase.DONE, _("这次没有评上，理由已告诉您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(Outcome("confirmed", _("已评定")), Outcome("refused", _("没有评上"), good=False), Outcome("withdrawn", _("本人撤回"))),
        moves=(
            Move("propose", _("登记评审结果并公示"), {"received"}, "publicity", OFFICE, form=Note, guard=may_propose, effect=proposed, primary=True),
            Move("object", _("异议成立，重新评"), {"publicity"}, "received", OFFICE, form=Reason, effect=objected),
            Move(
                "confirm", _("登记自治区名单"), {"publicity"}, "confirmed", OFFICE, form=Confirm, guard=may_confirm, effect=confirmed,
                outcome="confirmed", primary=True, notices=(Notice("applicant", _("您的专业律师评定（%(code)s）已通过。")),),
            ),
            Move(
                "turn_down", _("没有评上"), {"received"}, "refused", OFFICE, form=Answer, answer="answer", outcome="refused",
                notices=(Notice("applicant", _("您的专业律师评定（%(code)s）有了结果，请查看。")),),
            ),
            Move("withdraw", _("撤回"), {"received", "publicity"}, "withdrawn", ASKING, form=OptionalReason, effect=bureau.note, outcome="withdrawn"),
            Move("reopen", _("重新办理"), {"refused", "withdrawn"}, "received", ASKING, form=Reason, effect=bureau.reason_as_message),
        ),
        clocks=(
            Clock("review", _("评审"), starts={"receive", "object", "reopen"}, stops={"propose", "turn_down", *END}, who=Role.OFFICER, **limit("speciality_review")),
            Clock("confirm", _("公示后登记"), starts={"propose"}, stops={"confirm", "object", *END}, who=Role.OFFICER, **limit("speciality_review")),
        ),
        keep=Keep(10, "专业评定档案，地方档案期限表", sure=False),
    )  # fmt: skip
