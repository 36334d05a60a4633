"""Protecting lawyers' right to practise (维权): meeting a client, reading the file, speaking in court, being safe.

Such a case is a secret one (Service.secret): whoever asked, and the officers of the bureau who look after it, see it; no list,
no search, no supervisor, and never the authority complained of. It is told nothing before the lawyer says yes to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Account, Level, Membership
from open12348.spine import casework, notices, routing
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Outcome, Panel, Phase, Service, State
from open12348.spine.intake import said as said_of
from open12348.spine.journal import Turn
from open12348.spine.models import Case
from open12348.ui.fields import line, text

from . import bureau
from .bureau import END, LINE, OFFICE
from .figures import limit
from .forms import Answer, Note, OptionalReason, Reason

CODE = "lawyers.rights"
LAWYER = frozenset({Role.PROVIDER})
RIGHTS = (
    ("meeting", _("会见当事人（律师法第三十三条）")), ("file", _("查阅案卷（律师法第三十四条）")), ("evidence", _("调查取证（律师法第三十五条）")),
    ("speech", _("法庭发言、辩护（律师法第三十七条）")), ("safety", _("人身安全、被扣留（律师法第三十七条）")), ("other", _("其他执业权利")),
)  # fmt: skip
AUTHORITIES = (
    ("court", _("人民法院")), ("procuratorate", _("人民检察院")), ("police", _("公安机关")), ("detention", _("看守所、监狱")), ("government", _("行政机关")),
    ("other", _("其他单位或个人")),
)  # fmt: skip


class Ask(forms.Form):
    """Which right was kept from whom, where, and how pressing it is."""

    right = forms.ChoiceField(label=_("哪项执业权利"), choices=RIGHTS)
    authority = forms.ChoiceField(label=_("哪类单位"), choices=AUTHORITIES)
    authority_name = line(_("单位名称"))
    where = line(_("在哪里"))
    urgent = forms.BooleanField(label=_("很急：人被扣留、正在开庭或者今天就要会见"), required=False)
    story = text(_("发生了什么"), 5, 3000, help_text=_("不写当事人的案情。"))
    may_tell = forms.BooleanField(label=_("同意把这件事告诉对方单位（不同意也会受理，先不联系对方）"), required=False)


def title(content: Mapping[str, Any]) -> str:
    """What its own page shows; it stands in no list."""
    return "律师执业权利保障"


def keepers(case: Case, at: datetime) -> list[Account]:
    """The officers of the prefecture's bureau who look after this line, least loaded first."""
    rows = (
        Membership.objects.filter(role=Role.OFFICER.value, division__level=Level.PREFECTURE, since__lte=at, account__is_active=True)
        .filter(Q(until__isnull=True) | Q(until__gt=at))
        .filter(Q(lines=[]) | Q(lines__contains=[LINE]))
        .select_related("account")
        .order_by("account_id")
    )  # fmt: skip
    return list(dict.fromkeys(m.account for m in rows))


def came_in(turn: Turn, said: Mapping[str, Any]) -> None:
    """Urgent ones are so marked; the bureau's officers are let in, one of them has it in hand, and hears of it at once."""
    turn.set(facts={"right": said["right"], "urgent": bool(said.get("urgent")), "may_tell": bool(said.get("may_tell"))})
    if said.get("urgent"):
        turn.set(urgent=True)
    officers = keepers(turn.case, turn.at)
    asker = Account.objects.filter(pk=turn.by.account_id or 0).first()
    casework.let_in(turn, *officers, *([asker] if asker else []))
    if officers:
        loads = {
            a.pk: Case.objects.filter(handler=a, service=CODE).exclude(phase=Phase.DONE.value).count() for a in officers
        }
        routing.hand(turn, account=min(officers, key=lambda a: (loads[a.pk], a.pk)), why=str(_("律师维权")))
    notices.post(
        turn, to="handler", urgent=bool(said.get("urgent")),
        text=_("%(code)s：律师请求保障执业权利，很急，请今天就联系。") if said.get("urgent") else _("%(code)s：律师请求保障执业权利。"),
    )  # fmt: skip


def same_day(case: Case, at: datetime) -> date | None:
    """An urgent one is looked at on the day it came."""
    return legal_day(at) if case.facts.get("urgent") else None


def consented(act: Act) -> None:
    """The lawyer says that the authority may be told."""
    act.remember(may_tell=True)


def may_contact(act: Act) -> Any:
    """Nobody speaks with the authority before the lawyer agrees."""
    if not act.case.facts.get("may_tell"):
        return _("律师还没有同意告诉对方单位，不能联系。请先请律师“同意告诉对方单位”（律师协会维护律师执业权利规则）。")
    return None


def panels(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """What is asked, and whether the authority may be told."""
    told = said_of(case.order)
    return [
        Panel(
            _("律师维权"), "lawyers/panel_rights.html",
            {
                "right": dict(RIGHTS).get(told.get("right", ""), ""), "authority": dict(AUTHORITIES).get(told.get("authority", ""), ""),
                "name": told.get("authority_name", ""), "where": told.get("where", ""), "may_tell": case.facts.get("may_tell"),
                "urgent": case.facts.get("urgent"),
            },
        )
    ]  # fmt: skip


OPEN = frozenset({"received", "contacting", "coordinating"})


def service() -> Service:
    """The service, declared in line.py."""
    both = LAWYER | OFFICE
    return Service(
        code=CODE,
        name=_("律师维权"),
        form=Ask,
        business="09",
        initial="received",
        roles=OFFICE,
        takers=both,
        pool=False,
        title=title,
        received=came_in,
        secret=lambda case: True,
        panels=panels,
        example={"right": "meeting", "authority": "detention", "may_tell": "on"},
        states=(
            State("received", _("待受理"), Phase.OPEN, _("已收到，急的当天就联系。")),
            State("contacting", _("联系有关单位"), Phase.OPEN, _("正在联系有关单位。")),
            State("coordinating", _("协调中"), Phase.OPEN, _("正在协调。")),
            State("resolved", _("已解决"), Phase.DONE, _("已解决，结果已告诉您。")),
            State("unresolved", _("没有解决"), Phase.DONE, _("没有解决，其他办法已告诉您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(Outcome("resolved", _("已解决")), Outcome("unresolved", _("没有解决"), good=False), Outcome("withdrawn", _("本人撤回"))),
        moves=(
            Move("take", _("受理"), {"received"}, "contacting", OFFICE, form=Note, effect=bureau.note, takes=True, primary=True),
            Move("consent", _("同意告诉对方单位"), OPEN, "", both, effect=consented),
            Move("contact", _("联系了对方单位"), {"contacting"}, "coordinating", OFFICE, form=Note, guard=may_contact, effect=bureau.note, primary=True),
            Move("note", _("记录协调"), {"contacting", "coordinating"}, "", OFFICE, form=Note, effect=bureau.note),
            Move("resolve", _("已解决，反馈结果"), {"contacting", "coordinating"}, "resolved", OFFICE, form=Answer, answer="answer", outcome="resolved", primary=True),
            Move("give_up", _("没有解决，反馈理由"), {"received", "contacting", "coordinating"}, "unresolved", OFFICE, form=Answer, answer="answer", outcome="unresolved"),
            Move("withdraw", _("撤回"), OPEN, "withdrawn", both, form=OptionalReason, effect=bureau.note, outcome="withdrawn"),
            Move("reopen", _("重新办理"), {"resolved", "unresolved", "withdrawn"}, "received", both, form=Reason, effect=bureau.note),
        ),
        clocks=(
            Clock("triage", _("受理（急的当天）"), starts={"receive", "reopen"}, stops={"take", "give_up", *END}, who=Role.OFFICER, last_day=same_day, **limit("rights_triage")),
            Clock("contact", _("联系有关单位"), starts={"take"}, stops={"contact", "resolve", "give_up", *END}, who=Role.OFFICER, **limit("rights_contact")),
            Clock("coordinate", _("协调"), starts={"contact"}, stops={"resolve", "give_up", *END}, who=Role.OFFICER, **limit("rights_coordinate")),
        ),
        keep=Keep(10, "维权档案，地方档案期限表", sure=False),
    )  # fmt: skip
