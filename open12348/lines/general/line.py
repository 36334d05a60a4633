"""The general line: a real order that a desk answers, for every published item whose own line is not built yet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.parameters import figure
from open12348.kernel.workdays import Unit
from open12348.spine import alarms
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Phase, Service, State, offer
from open12348.spine.files import words
from open12348.spine.intake import said
from open12348.spine.models import Case, DocumentKind

from . import forms

STAFF = frozenset({Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER})
PARAMETERS = Path(__file__).resolve().parent / "parameters"


def hints(case: Case, actor: Actor) -> list[Any]:
    """Danger in what was said, before anything else."""
    return alarms.advice(alarms.strings(said(case.order)))


def reason_as_message(act: Act) -> None:
    """Keep why the person wants it taken up again."""
    words(act.turn, str(act.data["reason"]), kind=DocumentKind.MESSAGE, for_resident=True)


offer(
    Service(
        code="general.request",
        name=_("公共法律服务申请"),
        form=forms.Request,
        business="99",
        initial="received",
        fallback=True,
        roles=STAFF,
        hints=hints,
        desk=("answer",),
        states=(
            State("received", _("待办理"), Phase.OPEN, _("已收到，正在看。")),
            State("working", _("办理中"), Phase.OPEN, _("正在办理。")),
            State("answered", _("已办结"), Phase.DONE, _("已经答复您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(Outcome("answered", _("已答复")), Outcome("withdrawn", _("本人撤回"))),
        moves=(
            Move("start", _("开始办理"), {"received"}, "working", STAFF, takes=True),
            Move(
                "answer",
                _("答复并办结"),
                {"received", "working"},
                "answered",
                STAFF,
                form=forms.Reply,
                outcome="answered",
                answer="answer",
                takes=True,
                primary=True,
                notices=(Notice("applicant", _("您申请的事（%(code)s）已经答复，请查看。")),),
            ),
            Move(
                "withdraw",
                _("撤回"),
                {"received", "working"},
                "withdrawn",
                {Role.RESIDENT, Role.CLERK, Role.OPERATOR},
                form=forms.OptionalReason,
                outcome="withdrawn",
            ),
            Move(
                "reopen",
                _("重新办理"),
                {"answered", "withdrawn"},
                "received",
                {Role.RESIDENT, Role.CLERK, Role.OPERATOR, Role.SUPERVISOR},
                form=forms.Reason,
                effect=reason_as_message,
            ),
        ),
        clocks=(
            Clock(
                "reply",
                _("答复"),
                lambda day: int(figure(PARAMETERS, "reply", day).value),
                Unit.WORKDAYS,
                starts={"receive", "reopen"},
                stops={"answer", "withdraw", "merge"},
                basis=figure(PARAMETERS, "reply", date(2021, 1, 1)).basis,
                sure=False,
                extendable=10,
            ),
        ),
        keep=Keep(10, "地方档案期限表", sure=False),
    )
)
