"""A complaint about legal aid (法律援助投诉处理办法, 司法部令第149号): the justice authority accepts, looks into it, and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.spine import notices
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Phase, Service, State
from open12348.spine.journal import Turn
from open12348.ui.fields import line, text

from . import acts, clocks, move_forms, sight

BUREAU = frozenset({Role.SUPERVISOR})
#: The seven grounds of the press text of order 149; the articles themselves were not seen.
GROUNDS = (
    ("money", _("收了钱或者要东西")),
    ("refused", _("该援助的没有援助")),
    ("slow", _("超过期限没有办")),
    ("standard", _("服务不合标准")),
    ("silent", _("没有告诉我办到哪一步")),
    ("leak", _("泄露了我的隐私")),
    ("other", _("其他违法违规的行为")),
)


class Complain(forms.Form):
    """What went wrong. Written, spoken or otherwise: what is missing is asked once."""

    ground = forms.ChoiceField(label=_("投诉什么"), choices=GROUNDS)
    about = line(_("投诉哪个单位或哪个人"), required=False)
    story = text(_("发生了什么"), 5, 4000)
    wanted = text(_("希望怎样处理"), 2, 1000, required=False)


class Decide(forms.Form):
    """What was found and what follows, for the person."""

    answer = text(_("处理结果，写给投诉人"), 4, 3000, min_length=5)


class Why(forms.Form):
    """Why it is not for this authority, and where it goes."""

    answer = text(_("不受理的理由，可以去哪里"), 3, 2000, min_length=5)


class Note(forms.Form):
    """What was found out."""

    note = text(_("调查的情况"), 3, 4000)


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the ground only."""
    with translation.override("zh-hans"):
        named = dict(GROUNDS).get(str(content.get("ground") or ""), "")
        return f"{_('法律援助投诉')}：{named}" if named else str(_("法律援助投诉"))


def came_in(turn: Turn, said: Mapping[str, Any]) -> None:
    """Whoever answers for quality sees it at once."""
    notices.post(turn, to="supervisor", text=_("有新的法律援助投诉：%(code)s。"))


def _clock(part: str, starts: set[str], stops: set[str], **more: Any) -> Clock:
    return replace(
        clocks.clock_of(clocks.limit("LA-T21", part)), starts=frozenset(starts), stops=frozenset(stops), **more
    )


def service() -> Service:
    """The service, declared in line.py."""
    end = {"withdraw", "merge"}
    return Service(
        code="legal_aid.complaint",
        name=_("法律援助投诉"),
        form=Complain,
        business="09",
        initial="received",
        roles=BUREAU,
        takers=frozenset({Role.RESIDENT, Role.CLERK, Role.OPERATOR, Role.OFFICER, Role.SUPERVISOR}),
        pool=False,
        title=title,
        received=came_in,
        masked=sight.masked_complaint,
        states=(
            State("received", _("待决定是否受理"), Phase.OPEN, _("投诉已收到，正在决定是否受理。")),
            State("looking", _("调查处理中"), Phase.OPEN, _("已受理，正在调查。")),
            State("decided", _("已处理，待答复"), Phase.OPEN, _("已有处理结果，正在答复您。")),
            State("answered", _("已答复"), Phase.DONE, _("处理结果已告诉您。")),
            State("not_taken", _("不予受理"), Phase.DONE, _("不归这里处理，理由和去处已告诉您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            Outcome("answered", _("已处理答复")),
            Outcome("not_taken", _("不予受理"), good=False),
            Outcome("withdrawn", _("本人撤回")),
        ),
        moves=(
            Move("accept", _("受理"), {"received"}, "looking", BUREAU, takes=True, primary=True,
                 notices=(Notice("applicant", _("您的投诉（%(code)s）已受理%(due)s。")),)),
            Move("turn_away", _("不予受理"), {"received"}, "not_taken", BUREAU, form=Why, answer="answer", outcome="not_taken",
                 notices=(Notice("applicant", _("您的投诉（%(code)s）有了答复，请查看。")),)),
            Move("look", _("记录调查"), {"looking"}, "looking", BUREAU, form=Note, effect=acts.note),
            Move("decide", _("作出处理"), {"looking"}, "decided", BUREAU, form=Note, effect=acts.note, primary=True),
            Move("answer", _("答复投诉人"), {"decided"}, "answered", BUREAU, form=Decide, answer="answer", outcome="answered", primary=True,
                 notices=(Notice("applicant", _("您的投诉（%(code)s）处理结果已出，请查看。")),)),
            Move("withdraw", _("撤回"), {"received", "looking"}, "withdrawn", {Role.RESIDENT, Role.CLERK, Role.SUPERVISOR},
                 form=move_forms.OptionalReason, outcome="withdrawn"),
            Move("reopen", _("重新办理"), {"answered", "not_taken", "withdrawn"}, "received",
                 {Role.RESIDENT, Role.CLERK, Role.SUPERVISOR}, form=move_forms.Reason, effect=acts.reason_as_message),
        ),
        clocks=(
            _clock("accept", {"receive", "reopen"}, {"accept", "turn_away", *end}),
            _clock("finish", {"accept"}, {"decide", *end}, extendable=30),
            _clock("reply", {"decide"}, {"answer", *end}),
        ),
        keep=Keep(10, "投诉卷宗，地方档案期限表", sure=False),
    )  # fmt: skip
