"""The yearly assessment (年度考核): a lawyer by firm and association, a firm by the bureaus; posted, objected to, filed.

A firm that takes no part is called by a posting and a day; only when that day has passed is it treated as stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.sentences import say
from open12348.kernel.workdays import legal_day
from open12348.registry import postings
from open12348.registry.models import Organisation, PostingKind, Practitioner, Status
from open12348.spine import handover
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Phase, Service, State
from open12348.spine.journal import Turn
from open12348.spine.models import Case
from open12348.ui.fields import LenientDateField, text

from . import bureau
from .bureau import END, OFFICE
from .figures import limit, number, the
from .forms import About, OptionalReason, Reason, firm_with, lawyer_with
from .models import Assessment, AssessmentGrade, FirmEntry

CODE = "lawyers.assessment"
OF_LAWYER = ("competent", "basic", "incompetent")
OF_FIRM = ("qualified", "unqualified", "new")


class Ask(About):
    """Whose year it is; what each says of it."""

    year = forms.IntegerField(label=_("考核哪一年"), min_value=2000, max_value=2100)
    self_grade = forms.ChoiceField(label=_("自评等次"), choices=[("", "—"), *AssessmentGrade.choices], required=False)
    report = text(_("年度执业情况"), 4, 3000)
    aid_done = forms.BooleanField(label=_("履行了法律援助义务"), required=False)

    def clean(self) -> dict[str, Any]:
        """A grade of the right kind, a year that is over, each year once. Errors: words at the field."""
        data = super().clean()
        kinds = OF_LAWYER if data.get("lawyer_no") else OF_FIRM
        if data.get("self_grade") and data["self_grade"] not in kinds:
            self.add_error("self_grade", _("律师评称职、基本称职、不称职；律所评合格、不合格。"))
        year = data.get("year")
        if year and year >= legal_day(timezone.now()).year:
            self.add_error(
                "year", _("考核的是已经过完的一年，例如 %(year)s。") % {"year": legal_day(timezone.now()).year - 1}
            )
        elif year and not self.errors and opened(year, lawyer_with(data["lawyer_no"]), firm_with(data["firm_no"])):
            self.add_error("year", _("这一年已经有考核了，请在原来的那件里办。"))
        return data


class Opine(forms.Form):
    """What the firm, or the county, says of it."""

    opinion = text(_("意见"), 3, 1000)


class Grade(forms.Form):
    """The grade with its reason."""

    grade = forms.ChoiceField(label=_("等次"), choices=AssessmentGrade.choices)
    reason = text(_("理由"), 2, 1000, required=False)


class Rectify(forms.Form):
    """What is to be mended by when (整改告知书)."""

    reason = text(_("要整改什么"), 3, 1000)
    until = LenientDateField(label=_("整改到哪天"))


class CallOut(forms.Form):
    """By which day a firm that took no part has to."""

    until = LenientDateField(label=_("最迟哪天参加"))


def opened(year: int, lawyer: Practitioner | None, firm: Organisation | None) -> bool:
    """Whether a year of somebody has an assessment that was not withdrawn."""
    found = Assessment.objects.filter(year=year).exclude(order__case__state="withdrawn")
    return found.filter(lawyer=lawyer).exists() if lawyer else found.filter(firm=firm).exists() if firm else False


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the year and whose."""
    with translation.override("zh-hans"):
        who = _("律师") if content.get("lawyer_no") else _("律师事务所")
        return f"{content.get('year') or ''} {_('年度考核')}：{who}"


def row_of(order_id: int) -> Assessment:
    """The assessment's row."""
    return Assessment.objects.select_related("lawyer__organisation", "firm", "posting").get(order_id=order_id)


def subject_of(found: Assessment) -> Practitioner | Organisation:
    """Whose it is."""
    who = found.lawyer or found.firm
    assert who is not None
    return who


def came_in(turn: Turn, said: Mapping[str, Any]) -> None:
    """Its row."""
    Assessment.objects.create(
        order=turn.order, year=said["year"], lawyer=lawyer_with(str(said.get("lawyer_no") or "")),
        firm=firm_with(str(said.get("firm_no") or "")), self_grade=str(said.get("self_grade") or ""),
    )  # fmt: skip


def window_end(case: Case, at: datetime) -> date | None:
    """The last day of this year's window; None when it was opened after it."""
    day = legal_day(at)
    month_day = int(the("window_end", day).value)
    last = date(day.year, month_day // 100, month_day % 100)
    return last if day <= last else day + timedelta(days=number("rectify", day))


# Guards and effects


def opined(act: Act) -> None:
    """The firm's opinion."""
    Assessment.objects.filter(order_id=act.order.pk).update(firm_opinion=act.data["opinion"])


def county_opined(act: Act) -> None:
    """The county's opinion."""
    Assessment.objects.filter(order_id=act.order.pk).update(county_opinion=act.data["opinion"])


def prefecture_assesses(act: Act) -> Any:
    """The prefecture decides the result."""
    if not bureau.at_prefecture(act.by):
        return _("考核结果由地区司法局确定（律师法第二十四条、第五十二条），县级提出意见。")
    return None


def may_grade(act: Act) -> Any:
    """A grade of the right kind; below the best with its reason."""
    found = row_of(act.order.pk)
    if reason := prefecture_assesses(act):
        return reason
    grade = act.data["grade"]
    if grade not in (OF_LAWYER if found.lawyer_id else OF_FIRM):
        return _("律师评称职、基本称职、不称职；律所评合格、不合格。")
    if grade == "new" and not is_new(found):
        return _("只有当年新设立的律所不评等次。")
    if grade in {"basic", "incompetent", "unqualified"} and not act.data["reason"].strip():
        return _("不是最好的等次，要写明理由。")
    return None


def is_new(found: Assessment) -> bool:
    """Whether a firm was founded in the year assessed or after."""
    entry = FirmEntry.objects.filter(organisation=found.firm).first() if found.firm_id else None
    return entry is not None and entry.founded_on is not None and entry.founded_on.year >= found.year


def graded(act: Act) -> None:
    """Posted for objection."""
    found, day = row_of(act.order.pk), legal_day(act.at)
    found.grade, found.reason = act.data["grade"], act.data["reason"]
    last = day + timedelta(days=number("publicity", day))
    found.posting = postings.post(
        line=bureau.LINE, kind=PostingKind.ASSESSMENT, subject=subject_of(found),
        title=say(_("%(year)s 年度考核：%(grade)s"), year=found.year, grade=AssessmentGrade(found.grade).label), text="", until=last,
        objection_until=last, at=act.at, by=act.by, order_code=act.order.code, invented=subject_of(found).invented,
    )  # fmt: skip
    found.save()


def objected(act: Act) -> None:
    """Somebody objected: the posting comes down, the result is looked at again."""
    found = row_of(act.order.pk)
    if found.posting is not None and postings.stands(found.posting, act.at):
        postings.take_down(posting=found.posting, by=act.by, at=act.at, reason=act.data["reason"])
    bureau.note(act)


def may_report(act: Act) -> Any:
    """After the time for objections."""
    found = row_of(act.order.pk)
    if reason := prefecture_assesses(act):
        return reason
    if found.posting is not None and postings.may_object(found.posting, act.at):
        return _("公示期（到 %(day)s）还没有满。") % {"day": found.posting.until.isoformat()}
    return None


def reported(act: Act) -> None:
    """Filed with the region."""
    Assessment.objects.filter(order_id=act.order.pk).update(filed_on=legal_day(act.at))


def may_rectify(act: Act) -> Any:
    """With a day that lies ahead."""
    if act.data["until"] < legal_day(act.at):
        return _("整改的最后一天不能早于今天。")
    return prefecture_assesses(act)


def rectify(act: Act) -> None:
    """What to mend by when."""
    Assessment.objects.filter(order_id=act.order.pk).update(rectify_by=act.data["until"], reason=act.data["reason"])


def may_call(act: Act) -> Any:
    """A firm only, by the prefecture, with a day that lies ahead."""
    found = row_of(act.order.pk)
    if found.firm_id is None:
        return _("只对不参加考核的律所公告；律师不参加的，由律所说明。")
    if act.data["until"] <= legal_day(act.at):
        return _("最迟参加的日子要在今天以后。")
    return prefecture_assesses(act)


def called(act: Act) -> None:
    """Announced, with the day."""
    found = row_of(act.order.pk)
    found.absent_by = act.data["until"]
    found.posting = postings.post(
        line=bureau.LINE, kind=PostingKind.ANNOUNCEMENT, subject=found.firm, until=found.absent_by, at=act.at, by=act.by,
        title=say(_("%(year)s 年度考核：没有参加，请在公告期内参加"), year=found.year),
        text=_("逾期仍不参加的，视为停止执业。"), order_code=act.order.code, invented=subject_of(found).invented,
    )  # fmt: skip
    found.save()


def may_stop(act: Act) -> Any:
    """Only when the day that was announced has passed."""
    found = row_of(act.order.pk)
    if reason := prefecture_assesses(act):
        return reason
    if found.absent_by is None or legal_day(act.at) <= found.absent_by:
        return _("公告的日子（%(day)s）还没有过。") % {"day": found.absent_by.isoformat() if found.absent_by else "—"}
    return None


def stopped(act: Act) -> None:
    """Treated as stopped: no new work, open cases go back."""
    found = row_of(act.order.pk)
    handover.set_standing(
        who=subject_of(found),
        status=Status.SUSPENDED,
        at=act.at,
        by=act.by,
        reason=str(_("不参加年度考核，公告期满")),
        document=act.order.code,
    )


def fit_grade(form: forms.Form, case: Case, by: Actor) -> None:
    """The grades of the right kind."""
    found = row_of(case.pk)
    kinds = OF_LAWYER if found.lawyer_id else OF_FIRM
    form.fields["grade"].choices = [(g, AssessmentGrade(g).label) for g in kinds]  # type: ignore[attr-defined]
    form.initial["grade"] = found.grade or found.self_grade


def panels(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """What each has said, and the posting."""
    found = row_of(case.pk)
    return [Panel(_("年度考核"), "lawyers/panel_assessment.html", {"row": found, "who": subject_of(found)})]


ASKING = frozenset({Role.PROVIDER, Role.CLERK, Role.OFFICER})


def service() -> Service:
    """The service, declared in line.py."""
    return Service(
        code=CODE,
        name=_("律师、律所年度考核"),
        form=Ask,
        business="08",
        initial="self_assess",
        roles=OFFICE | {Role.PROVIDER},
        takers=ASKING,
        pool=False,
        title=title,
        received=came_in,
        panels=panels,
        example={"lawyer_no": "", "firm_no": "31650000MD01234566", "year": "2025", "self_grade": "qualified"},
        states=(
            State("self_assess", _("待律所意见"), Phase.OPEN, _("等律所写意见。")),
            State("county_review", _("县级审查"), Phase.OPEN, _("县司法局正在审查。")),
            State("prefecture_decide", _("地区确定等次"), Phase.OPEN, _("地区司法局正在确定等次。")),
            State("rectifying", _("整改中"), Phase.WAITING_APPLICANT, _("请按整改告知书整改。")),
            State("absent", _("公告催促参加"), Phase.WAITING_APPLICANT, _("没有参加考核，请在公告的日子前参加。")),
            State("publicity", _("公示中"), Phase.OPEN, _("结果正在公示。")),
            State("filed", _("已备案"), Phase.DONE, _("已公示，已报自治区备案。")),
            State("stopped", _("不参加，视为停止执业"), Phase.DONE, _("公告期满没有参加，视为停止执业。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("已撤回。")),
        ),
        outcomes=(
            Outcome("filed", _("已备案")),
            Outcome("stopped", _("不参加，视为停止执业"), good=False),
            Outcome("withdrawn", _("撤回")),
        ),
        moves=(
            Move("opine", _("律所意见"), {"self_assess"}, "county_review", ASKING, form=Opine, effect=opined, primary=True),
            Move("county", _("县级意见，报地区"), {"county_review"}, "prefecture_decide", OFFICE, form=Opine, effect=county_opined, primary=True),
            Move(
                "grade", _("确定等次并公示"), {"prefecture_decide"}, "publicity", OFFICE, form=Grade, fit=fit_grade, guard=may_grade,
                effect=graded, primary=True, example={"grade": "@first"},
            ),
            Move("rectify", _("发整改告知书"), {"county_review", "prefecture_decide"}, "rectifying", OFFICE, form=Rectify, guard=may_rectify, effect=rectify, example={"until": "2027-01-20"},
                 notices=(Notice("applicant", _("您的年度考核（%(code)s）要整改，请查看。")),)),
            Move("rectified", _("整改完了"), {"rectifying"}, "county_review", ASKING, form=Opine, effect=opined, primary=True),
            Move("call", _("公告催促参加"), {"self_assess"}, "absent", OFFICE, form=CallOut, guard=may_call, effect=called, example={"until": "2026-12-10"}),
            Move("join", _("已参加"), {"absent"}, "self_assess", ASKING, form=Opine, effect=opined),
            Move("stop", _("视为停止执业"), {"absent"}, "stopped", OFFICE, guard=may_stop, effect=stopped, outcome="stopped"),
            Move("object", _("异议成立，重新确定"), {"publicity"}, "prefecture_decide", OFFICE, form=Reason, guard=prefecture_assesses, effect=objected),
            Move("report", _("报自治区备案"), {"publicity"}, "filed", OFFICE, guard=may_report, effect=reported, outcome="filed", primary=True),
            Move("withdraw", _("撤回"), {"self_assess", "county_review"}, "withdrawn", ASKING, form=OptionalReason, effect=bureau.note, outcome="withdrawn"),
            Move("reopen", _("重新办理"), {"filed", "withdrawn"}, "prefecture_decide", OFFICE, form=Reason, effect=bureau.reason_as_message),
        ),
        clocks=(
            Clock("window", _("参加考核"), starts={"receive", "join"}, stops={"opine", "call", *END}, who=Role.PROVIDER, last_day=window_end, **_window()),
            Clock("county", _("县级审查"), starts={"opine", "rectified"}, stops={"county", "rectify", *END}, who=Role.OFFICER, **limit("county_review")),
            Clock("decide", _("地区确定等次"), starts={"county", "object", "reopen"}, stops={"grade", "rectify", *END}, who=Role.OFFICER, **limit("prefecture_review")),
            Clock("rectify", _("整改"), starts={"rectify"}, stops={"rectified", *END}, who=Role.PROVIDER, last_day=lambda case, at: row_of(case.pk).rectify_by, **limit("rectify")),
            Clock("absent", _("公告期"), starts={"call"}, stops={"join", "stop", *END}, who=Role.OFFICER, last_day=lambda case, at: row_of(case.pk).absent_by, **limit("rectify")),
            Clock("report", _("公示、报备案"), starts={"grade"}, stops={"report", "object", *END}, who=Role.OFFICER, begins=_after_posting, **limit("report_after")),
        ),
        keep=Keep(10, "年度考核档案，地方档案期限表", sure=False),
    )  # fmt: skip


def _window() -> dict[str, Any]:
    return {**limit("rectify"), "basis": the("window_end", date(2018, 1, 1)).basis, "term": None}


def _after_posting(case: Case, at: datetime) -> datetime | None:
    found = row_of(case.pk)
    return postings.closes_at(found.posting) - timedelta(seconds=1) if found.posting is not None else None
