"""The advice line (法律咨询): asked at a desk, in a workroom, by phone or on the web; answered, called back, or sent on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import Unit, legal_day
from open12348.registry.models import Account
from open12348.spine import alarms
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Phase, Service, State, offer
from open12348.spine.files import words
from open12348.spine.intake import said
from open12348.spine.models import Case, Channel, DocumentKind
from open12348.spine.routing import conflicts

from . import forms, rules

STAFF = frozenset({Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER})
OPEN = {"received", "researching"}
ENDED = {"answered", "sent_on", "unreachable", "withdrawn"}


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the topic, never the person's words (they hold names)."""
    topic = rules.topic_zh(str(content.get("topic") or ""))
    return f"法律咨询：{topic}" if topic else "法律咨询"


def opponents(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """The other side, for the conflict check."""
    return [{"name": str(content.get("opponent") or ""), "phone": str(content.get("opponent_phone") or "")}]


def hints(case: Case, actor: Actor) -> list[Any]:
    """What the adviser should know before answering: danger first, then whom they served before."""
    found = alarms.advice(alarms.strings(said(case.order)))
    account = Account.objects.filter(pk=actor.account_id).first() if actor.account_id else None
    if account is not None and conflicts(case.order, account):
        found.append(_("您给这件事的对方提供过服务，可能有利益冲突。请交给同事办理。"))
    return found


def no_conflict(act: Act) -> Any:
    """Refuses an adviser who advised the other side (律师法 Art 39; domain reference A, 3.9)."""
    account = Account.objects.filter(pk=act.by.account_id).first() if act.by.account_id else None
    if account is not None and act.by.has(Role.PROVIDER) and conflicts(act.order, account):
        return _("您给这件事的对方提供过服务，不能再答复这一方。请交给同事办理。")
    return None


def note(act: Act) -> None:
    """Keep the note of a move for the office."""
    words(act.turn, str(act.data["note"]), kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))


def attempt(act: Act) -> None:
    """Count a call that nobody took."""
    note(act)
    act.remember(attempts=int(act.case.facts.get("attempts", 0)) + 1)


def reason_as_message(act: Act) -> None:
    """Keep why the person wants it taken up again."""
    words(act.turn, str(act.data["reason"]), kind=DocumentKind.MESSAGE, for_resident=True)


def called_enough(act: Act) -> Any:
    return rules.enough_attempts(int(act.case.facts.get("attempts", 0)), legal_day(act.at))


offer(
    Service(
        code="advice.ask",
        name=_("法律咨询"),
        form=forms.Ask,
        business="07",
        initial="received",
        items={"B01", "B02", "B03", "B05", "C01", "F01", "G01", "H01", "H02", "H07"},
        roles=STAFF,
        title=title,
        topic=lambda content: str(content.get("topic") or ""),
        opponents=opponents,
        hints=hints,
        templates=rules.answers,
        desk=("answer", "research", "send_on"),
        states=(
            State("received", _("待答复"), Phase.OPEN, _("已收到，正在安排懂法律的人看。")),
            State("researching", _("查清后回复"), Phase.OPEN, _("正在查清楚，查清后会告诉您。")),
            State("answered", _("已答复"), Phase.DONE, _("已经答复您。")),
            State("sent_on", _("已转办"), Phase.DONE, _("已转为另一项服务，内容不用再说一遍。")),
            State("unreachable", _("联系不上"), Phase.DONE, _("打了几次电话没有接通。您随时可以让我们重新办理。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            Outcome("answered", _("已答复")),
            Outcome("sent_on", _("已转办其他服务")),
            Outcome("unreachable", _("联系不上当事人"), good=False),
            Outcome("withdrawn", _("本人撤回")),
        ),
        moves=(
            Move(
                "answer",
                _("答复"),
                OPEN,
                "answered",
                STAFF,
                form=forms.Answer,
                guard=no_conflict,
                outcome="answered",
                answer="answer",
                takes=True,
                primary=True,
                notices=(Notice("applicant", _("您咨询的事（%(code)s）已经答复，请查看。满意不满意都可以告诉我们。")),),
            ),
            Move(
                "research",
                _("查清后回复"),
                {"received"},
                "researching",
                STAFF,
                form=forms.Research,
                guard=no_conflict,
                effect=note,
                takes=True,
                notices=(Notice("applicant", _("您咨询的事（%(code)s）需要查一查，查清后告诉您%(due)s。")),),
            ),
            Move("attempt", _("回拨没接通"), {"researching"}, "researching", STAFF, form=forms.Attempt, effect=attempt),
            Move(
                "send_on",
                _("转为其他服务"),
                OPEN,
                "sent_on",
                STAFF,
                form=forms.SendOn,
                outcome="sent_on",
                answer="answer",
                sends_on="item",
                takes=True,
            ),
            Move(
                "give_up",
                _("联系不上，结束"),
                {"researching"},
                "unreachable",
                STAFF,
                guard=called_enough,
                outcome="unreachable",
            ),
            Move(
                "withdraw",
                _("撤回"),
                OPEN,
                "withdrawn",
                {Role.RESIDENT, Role.CLERK, Role.OPERATOR},
                form=forms.OptionalReason,
                outcome="withdrawn",
            ),
            Move(
                "follow_up",
                _("记录回访"),
                {"answered"},
                "answered",
                {Role.CLERK, Role.OPERATOR, Role.SUPERVISOR},
                form=forms.FollowUp,
                effect=note,
                outcome="answered",
            ),
            Move(
                "reopen",
                _("重新办理"),
                ENDED,
                "received",
                {Role.RESIDENT, Role.CLERK, Role.OPERATOR, Role.SUPERVISOR},
                form=forms.Reason,
                effect=reason_as_message,
            ),
        ),
        clocks=(
            Clock(
                "first",
                _("首次联系"),
                rules.amount("first_contact"),
                Unit.WORKDAYS,
                starts={"receive"},
                stops={"answer", "research", "send_on", "withdraw", "merge"},
                basis=rules.the("first_contact", date(2021, 1, 1)).basis,
                sure=False,
                who=Role.CLERK,
                missed=_("超期不影响答复效力，督办人员会看到。"),
                urgent_amount=int(rules.the("urgent_first", date(2021, 1, 1)).value),
                urgent_unit=Unit.HOURS,
            ),
            Clock(
                "web_first",
                _("网上留言首次回应"),
                rules.amount("web_first"),
                Unit.HOURS,
                starts={"receive"},
                stops={"answer", "research", "send_on", "withdraw", "merge"},
                basis=rules.the("web_first", date(2021, 1, 1)).basis,
                sure=False,
                only=lambda case: case.channel == Channel.WEB,
            ),
            Clock(
                "answer",
                _("答复"),
                rules.amount("answer"),
                Unit.WORKDAYS,
                starts={"receive"},
                stops={"answer", "send_on", "give_up", "withdraw", "merge"},
                basis=rules.the("answer", date(2021, 1, 1)).basis,
                sure=False,
                extendable=int(rules.the("answer_extension", date(2021, 1, 1)).value),
            ),
            Clock(
                "again",
                _("重新办理"),
                rules.amount("again"),
                Unit.WORKDAYS,
                starts={"reopen"},
                stops={"answer", "send_on", "give_up", "withdraw", "merge"},
                basis=rules.the("again", date(2021, 1, 1)).basis,
                sure=False,
            ),
        ),
        keep=Keep(10, "咨询登记，地方档案期限表", sure=False),
    )
)
