"""A complaint about a notary office or a notary (公证执业活动投诉处理办法, 司法部令第147号), declared.

The bureau accepts, looks into it and answers. It corrects nothing in a certificate (that is for a review) and decides on no
rights (that is for the court). Penalties are the prefecture's and the region's (公证法 Art 41, 42): a county passes them on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.kernel.workdays import add_months, legal_day
from open12348.registry.models import Level
from open12348.spine import files, intake, notices
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Phase, Service, State
from open12348.spine.journal import Turn
from open12348.spine.models import Case, DocumentKind
from open12348.ui.fields import LenientDateField, UploadField

from .certificate_figures import clock_parts, number
from .forms import OptionalReason
from .review_forms import Return, text

BUREAU = frozenset({Role.SUPERVISOR})
GROUNDS = (
    ("money", _("乱收费、收了不该收的钱")), ("materials", _("要清单以外的材料")), ("refused", _("该受理的不受理、该办的不办")),
    ("slow", _("超过期限没有办")), ("leak", _("泄露了我的秘密或者隐私")), ("false", _("明知不真实、不合法还出证")),
    ("recusal", _("应当回避没有回避")), ("manner", _("态度不好、不说明")), ("other", _("其他违法违规的行为")),
)  # fmt: skip
FINDINGS = (("true", _("属实")), ("part", _("部分属实")), ("not", _("不属实")), ("unclear", _("查不清")))
MEASURES = (
    ("none", _("不用处理")), ("correct", _("责令改正")), ("talk", _("约谈")), ("association", _("转公证协会给予行业处分")),
    ("penalty", _("报有处罚权的司法行政机关立案处罚")),
)  # fmt: skip


class Complain(forms.Form):
    """What went wrong, since when the person knows, and what they want."""

    ground = forms.ChoiceField(label=_("投诉什么"), choices=GROUNDS)
    about = forms.CharField(label=_("投诉哪个公证处或者哪位公证员"), max_length=200)
    known_on = LenientDateField(label=_("哪天知道的"), required=False, help_text=_("记不清可以空着。"))
    story = text(_("发生了什么"), 5, 4000)
    wanted = text(_("希望怎样处理"), 2, 1000, required=False)
    uploads = UploadField(label=_("材料的照片"), required=False)


class TurnAway(forms.Form):
    """Why it is not for the bureau, and where it goes."""

    cause = forms.ChoiceField(
        label=_("为什么不受理"),
        choices=[("review", _("对公证书有异议，应当申请复查")), ("court", _("对公证书内容的争议，应当起诉")), ("late", _("超过投诉的期限")),
                 ("elsewhere", _("不归本机关管辖")), ("same", _("同一件事已经处理过，没有新的证据"))],
    )  # fmt: skip
    answer = text(_("写给投诉人：理由和去处"), 3, 2000, min_length=2)


class Look(forms.Form):
    """What was found out."""

    note = text(_("调查的情况"), 3, 4000)


class Conclude(forms.Form):
    """What was found and what follows."""

    finding = forms.ChoiceField(label=_("调查结论"), choices=FINDINGS)
    measure = forms.ChoiceField(label=_("怎样处理"), choices=MEASURES)
    note = text(_("事实和依据"), 4, 4000, min_length=2)


class Answer(forms.Form):
    """What the person is told."""

    answer = text(_("处理结果，写给投诉人"), 4, 3000, min_length=2)


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the ground only."""
    with translation.override("zh-hans"):
        named = dict(GROUNDS).get(str(content.get("ground") or ""), "")
        return f"{_('公证投诉')}：{named}" if named else str(_("公证投诉"))


def came_in(turn: Turn, said: Mapping[str, Any]) -> None:
    """Whoever supervises sees it at once."""
    notices.post(turn, to="supervisor", text=_("有新的公证投诉：%(code)s。"))


def last_day(known_on: date | None, asked_on: date) -> date | None:
    """The last day of a complaint about something known since a day; None while that day is not known."""
    return add_months(known_on, 12 * number("complaint_since", asked_on)) if known_on else None


def _known(case: Case) -> date | None:
    said = intake.said(case.order).get("known_on")
    return date.fromisoformat(str(said)[:10]) if said else None


def may_be_turned_away(act: Act) -> Any:
    """Nobody is told that they are too late who is not."""
    last = last_day(_known(act.case), legal_day(act.order.received_at))
    if act.data["cause"] == "late" and last is not None and legal_day(act.order.received_at) <= last:
        return _("没有超过投诉的期限（最晚 %(last)s），不能以超期为由不受理。") % {"last": last}
    return None


def may_conclude(act: Act) -> Any:
    """A county has no penalty power (公证法 Art 41, 42): it reports to who has, and never writes that it punished."""
    if act.data["measure"] != "none" and act.data["finding"] in {"not", "unclear"}:
        return _("不属实或者查不清的，不能处理被投诉人。")
    return None


def concluded(act: Act) -> None:
    """The conclusion, kept on the file; to whom it is passed on."""
    act.remember(finding=act.data["finding"], measure=act.data["measure"])
    noted(act)
    if act.data["measure"] == "penalty" and act.case.county is not None and act.case.county.level == Level.COUNTY:
        notices.post(
            act.turn, to="supervisor", urgent=True,
            text=_("%(code)s 建议处罚：县级没有处罚权，要报地区或者自治区司法行政机关立案（公证法第四十一条、第四十二条）。"),
        )  # fmt: skip


def noted(act: Act) -> None:
    """What was found stays inside."""
    files.words(act.turn, act.data["note"], kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))


def panels(case: Case, by: Any, at: datetime) -> list[Panel]:
    """Until when it may be brought, and what was concluded."""
    last = last_day(_known(case), legal_day(case.received_at))
    context = {
        "last": last, "late": last is not None and legal_day(case.received_at) > last,
        "finding": dict(FINDINGS).get(case.facts.get("finding", ""), ""),
        "measure": dict(MEASURES).get(case.facts.get("measure", ""), ""),
        "county": case.county is not None and case.county.level == Level.COUNTY,
    }  # fmt: skip
    return [Panel(_("投诉"), "notary/panel_complaint.html", context)]


def _clock(code: str, label: Any, figure: str, starts: set[str], stops: set[str], **more: Any) -> Clock:
    return Clock(
        code, label, starts=starts, stops=stops, who=Role.SUPERVISOR, **{**clock_parts(figure), "missed": _("超过期限不影响处理的效力。"), **more}
    )  # fmt: skip


def service() -> Service:
    """The service, declared in line.py."""
    end = {"withdraw", "merge"}
    asking = frozenset({Role.RESIDENT, Role.CLERK, Role.SUPERVISOR})
    return Service(
        code="notary.complaint", name=_("公证投诉"), form=Complain, business="09", initial="received", roles=BUREAU,
        takers=frozenset({Role.RESIDENT, Role.CLERK, Role.OPERATOR, Role.OFFICER, Role.SUPERVISOR}), pool=False, title=title,
        received=came_in, panels=panels,
        states=(
            State("received", _("待决定是否受理"), Phase.OPEN, _("投诉已收到，正在决定是否受理。")),
            State("looking", _("调查处理中"), Phase.OPEN, _("已受理，正在调查。")),
            State("concluded", _("已处理，待答复"), Phase.OPEN, _("已有处理结果，正在答复您。")),
            State("answered", _("已答复"), Phase.DONE, _("处理结果已告诉您。")),
            State("not_taken", _("不予受理"), Phase.DONE, _("不归这里处理，理由和去处已告诉您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            Outcome("answered", _("已处理答复")), Outcome("not_taken", _("不予受理"), good=False), Outcome("withdrawn", _("本人撤回")),
        ),
        moves=(
            Move("accept", _("受理"), {"received"}, "looking", BUREAU, takes=True, primary=True,
                 notices=(Notice("applicant", _("您的公证投诉（%(code)s）已受理%(due)s。")),)),
            Move("turn_away", _("不予受理"), {"received"}, "not_taken", BUREAU, form=TurnAway, guard=may_be_turned_away, answer="answer",
                 outcome="not_taken", notices=(Notice("applicant", _("您的公证投诉（%(code)s）有了答复，请查看。")),)),
            Move("look", _("记录调查"), {"looking"}, "looking", BUREAU, form=Look, effect=noted),
            Move("conclude", _("作出处理"), {"looking"}, "concluded", BUREAU, form=Conclude, guard=may_conclude, effect=concluded, primary=True),
            Move("answer", _("答复投诉人"), {"concluded"}, "answered", BUREAU, form=Answer, answer="answer", outcome="answered", primary=True,
                 notices=(Notice("applicant", _("您的公证投诉（%(code)s）处理结果已出，请查看。")),)),
            Move("withdraw", _("撤回"), {"received", "looking"}, "withdrawn", asking, form=OptionalReason, outcome="withdrawn"),
            Move("reopen", _("重新办理"), {"answered", "not_taken", "withdrawn"}, "received", asking, form=Return),
        ),
        clocks=(
            _clock("accept", _("决定是否受理"), "complaint_accept", {"receive", "reopen"}, {"accept", "turn_away", *end}),
            _clock("finish", _("调查处理"), "complaint_finish", {"accept"}, {"conclude", *end},
                   extendable=int(number("complaint_longer", date(2021, 1, 1)))),
            _clock("reply", _("答复投诉人"), "complaint_reply", {"conclude"}, {"answer", *end}),
        ),
        keep=Keep(10, "投诉卷宗，地方档案期限表", sure=False),
    )  # fmt: skip
