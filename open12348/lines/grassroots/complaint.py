"""A client's complaint about an office or a worker: the county bureau looks into it and answers (rights of the client, 令138号)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.registry.models import Account
from open12348.spine import notices
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Phase, Service, State
from open12348.spine.journal import Turn
from open12348.spine.models import Case
from open12348.ui.fields import line, text

from . import acts
from .figures import limit
from .forms import Note, OptionalReason, Reason, Words

BUREAU = frozenset({Role.OFFICER, Role.SUPERVISOR})
GROUNDS = (
    ("money", _("私自收费、不开收据或者多收费")),
    ("contract", _("没有签合同")),
    ("silent", _("不告诉我办到哪一步")),
    ("both", _("两边都帮，有利益冲突")),
    ("leak", _("泄露了我的隐私")),
    ("other", _("其他")),
)


class Complain(forms.Form):
    """What went wrong."""

    ground = forms.ChoiceField(label=_("投诉什么"), choices=GROUNDS)
    about = line(_("投诉哪个所或哪个人"), required=False)
    story = text(_("发生了什么"), 5, 4000)


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the ground only."""
    with translation.override("zh-hans"):
        named = dict(GROUNDS).get(str(content.get("ground") or ""), "")
        return f"{_('基层法律服务投诉')}：{named}" if named else str(_("基层法律服务投诉"))


def came_in(turn: Turn, content: Mapping[str, Any]) -> None:
    """Whoever oversees the offices sees it at once."""
    notices.post(turn, to="supervisor", text=_("有新的基层法律服务投诉：%(code)s。"))


def bars(case: Case, account: Account, at: datetime) -> Sequence[Any]:
    """Nobody who serves at an office decides about a complaint against offices."""
    if account.practitioner is not None and account.practitioner.kind == "grassroots_worker":
        return [_("在基层法律服务所执业，应当回避（公务员法第七十六条）")]
    return []


def service() -> Service:
    """The service, declared in line.py."""
    end = {"withdraw", "merge"}
    return Service(
        code="grassroots.complaint", name=_("基层法律服务投诉"), form=Complain, business="09", initial="received",
        roles=BUREAU, takers=frozenset({Role.RESIDENT, Role.CLERK, Role.OPERATOR, Role.OFFICER, Role.SUPERVISOR}),
        pool=False, title=title, received=came_in, bars=bars,
        states=(
            State("received", _("待决定是否受理"), Phase.OPEN, _("投诉已收到，正在决定是否受理。")),
            State("looking", _("调查处理中"), Phase.OPEN, _("已受理，正在调查。")),
            State("answered", _("已答复"), Phase.DONE, _("处理结果已告诉您。")),
            State("not_taken", _("不予受理"), Phase.DONE, _("不归这里处理，理由和去处已告诉您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            Outcome("answered", _("已处理答复")), Outcome("not_taken", _("不予受理"), good=False),
            Outcome("withdrawn", _("本人撤回")),
        ),
        moves=(
            Move("accept", _("受理"), {"received"}, "looking", BUREAU, takes=True, primary=True,
                 notices=(Notice("applicant", _("您的投诉（%(code)s）已受理%(due)s。")),)),
            Move("turn_away", _("不予受理"), {"received"}, "not_taken", BUREAU, form=Words, answer="answer", outcome="not_taken",
                 notices=(Notice("applicant", _("您的投诉（%(code)s）有了答复，请查看。")),)),
            Move("look", _("记录调查"), {"looking"}, "looking", BUREAU, form=Note, effect=acts.note),
            Move("answer", _("答复投诉人"), {"looking"}, "answered", BUREAU, form=Words, answer="answer", outcome="answered",
                 primary=True, notices=(Notice("applicant", _("您的投诉（%(code)s）处理结果已出，请查看。")),)),
            Move("withdraw", _("撤回"), {"received", "looking"}, "withdrawn", {Role.RESIDENT, Role.CLERK, Role.SUPERVISOR},
                 form=OptionalReason, outcome="withdrawn"),
            Move("reopen", _("重新办理"), {"answered", "not_taken", "withdrawn"}, "received",
                 {Role.RESIDENT, Role.CLERK, Role.SUPERVISOR}, form=Reason, effect=acts.reason_as_message),
        ),
        clocks=(
            Clock("accept", _("决定是否受理"), starts={"receive", "reopen"}, stops={"accept", "turn_away", *end}, who=Role.OFFICER, **limit("complaint_accept")),
            Clock("finish", _("处理投诉"), starts={"accept"}, stops={"answer", *end}, who=Role.OFFICER, **limit("complaint_finish")),
        ),
        keep=Keep(10, "投诉卷宗，地方档案期限表", sure=False),
    )  # fmt: skip
