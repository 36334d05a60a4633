"""Judicial confirmation (司法确认): the pre-check, the joint application within thirty days, what the court says (民事诉讼法 Art 205, 206)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.kernel.sentences import say
from open12348.kernel.workdays import legal_day
from open12348.spine import notices
from open12348.spine.casework import Act
from open12348.spine.catalogue import Keep, Move, Notice, Outcome, Phase, Service, State
from open12348.spine.files import words
from open12348.spine.journal import Turn
from open12348.spine.models import DocumentKind
from open12348.ui.fields import NameField, PhoneField, UploadField, line, text

from . import clocks, following, kinds, panels, rules
from .figures import the
from .forms import day_field
from .models import CourtConfirmation, MediationAgreement
from .papers import agreeing

DESK = frozenset({Role.CLERK, Role.PROVIDER, Role.OFFICER})


class Confirm(forms.Form):
    """An agreement that both sides want confirmed."""

    content = text(_("调解协议写了什么"), 6, 8000, min_length=5)
    kind = forms.ChoiceField(label=_("纠纷类型"), choices=kinds.choices, required=False)
    effective_on = day_field(_("协议生效的日期（最后一个签名、盖章的日期）"))
    perform_by = day_field(_("履行到哪天为止"), required=False)
    opponent = NameField(label=_("对方是谁"), required=False)
    opponent_phone = PhoneField(label=_("对方电话"), required=False)
    court = line(_("哪个法院"), required=False)
    agreement = forms.IntegerField(required=False, widget=forms.HiddenInput)


class Check(forms.Form):
    """The pre-check: each thing a court refuses, and the papers it wants (民诉法解释 Art 354, 355, 358)."""

    court = line(
        _("哪个法院"),
        help_text=_("法院委派的找委派的法院；其他的找当事人住所地、标的物所在地或者调解组织所在地的法院。"),
    )
    refuses = forms.MultipleChoiceField(
        label=_("有下面的情形吗（没有就不勾）"),
        choices=[(code, question) for code, question, _article in rules.COURT_REFUSES],
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    papers = forms.MultipleChoiceField(
        label=_("材料齐了吗"),
        choices=[("agreement", _("调解协议")), ("proof", _("调解组织主持调解的证明")), ("identity", _("双方身份证明")),
                 ("rights", _("财产权利证明（不涉及的也勾）"))],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class Filed(forms.Form):
    """The day on which both applied."""

    on = day_field(_("双方递交申请的日期"))


class Taken(forms.Form):
    """The court took it up."""

    on = day_field(_("法院受理的日期"))


class Ruled(forms.Form):
    """The court's ruling."""

    on = day_field(_("裁定的日期"))
    served_on = day_field(_("收到裁定的日期"))
    ruling_no = line(_("裁定书案号"), 80)
    uploads = UploadField(label=_("裁定书"), required=False)


class Why(forms.Form):
    """Why, and what can be done instead, for both sides."""

    answer = text(_("理由，还可以怎么办"), 3, 2000, min_length=5)


class OptionalReason(forms.Form):
    """A reason if somebody likes to give one."""

    reason = text(_("理由"), 2, 1000, required=False)


class Reason(forms.Form):
    """A reason."""

    reason = text(_("理由"), 2, 1000)


def title(content: Mapping[str, Any]) -> str:
    """What lists show."""
    with translation.override("zh-hans"):
        return str(_("申请司法确认"))


def opponents(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """The other side."""
    return [{"name": str(content.get("opponent") or ""), "phone": str(content.get("opponent_phone") or "")}]


def row_of(order_id: int) -> CourtConfirmation:
    """The row of a confirmation."""
    return CourtConfirmation.objects.select_related("agreement").get(order_id=order_id)


def received(now: Turn, content: Mapping[str, Any]) -> None:
    """The row; an agreement of our own is known by its number and keeps its own day."""
    standing = MediationAgreement.objects.filter(pk=content.get("agreement") or 0, superseded_at__isnull=True).first()
    CourtConfirmation.objects.create(
        order=now.order, agreement=standing,
        effective_on=standing.effective_on if standing is not None and standing.effective_on else content["effective_on"],
        kind=str(content.get("kind") or ""), content=str(content.get("content") or ""), perform_by=content.get("perform_by"),
        court=str(content.get("court") or ""),
    )  # fmt: skip


def _over(act: Act, row: CourtConfirmation, on: date) -> Any:
    last = following.confirm_last(act.case, act.at)
    if last is not None and on > last:
        return say(
            _("共同申请司法确认的期限到 %(day)s，已经过了（%(basis)s）。可以重新达成协议，或者就协议起诉。"),
            day=last.isoformat(), basis=the("confirm", row.effective_on).basis,
        )  # fmt: skip
    return None


def may_check(act: Act) -> Any:
    """Nothing that a court refuses is carried to it."""
    row = row_of(act.order.pk)
    if row.effective_on > legal_day(act.at):
        return _("协议还没有生效。")
    found = rules.court_refuses(row.kind, row.content, act.data["refuses"])
    if found:
        return say(
            _("法院不会确认：%(why)s。请用“不能确认”告诉双方，走其他的路。"),
            why="；".join(f"{question}（{article}）" for _code, question, article in found),
        )
    lacking = {"agreement", "proof", "identity", "rights"} - set(act.data["papers"])
    if lacking:
        return _("材料还不齐，法院要这四样（民诉法解释第三百五十四条）。齐了再送。")
    return None


def checked(act: Act) -> None:
    """Fit to be filed."""
    CourtConfirmation.objects.filter(order=act.order).update(court=act.data["court"], checks=list(act.data["refuses"]))


def may_file(act: Act) -> Any:
    """Within the thirty days, counted from the effect of the agreement."""
    row, on = row_of(act.order.pk), act.data["on"]
    if on > legal_day(act.at):
        return _("日期不能晚于今天。")
    if on < row.effective_on:
        return _("申请的日期早于协议生效的日期。请核对。")
    return _over(act, row, on)


def _set(**names: str) -> Any:
    """An effect: days and words of the form go to the row, under other names."""

    def effect(act: Act) -> None:
        CourtConfirmation.objects.filter(order=act.order).update(
            **{column: act.data[field] for column, field in names.items() if act.data.get(field) is not None}
        )

    return effect


def ruled(result: str) -> Any:
    """An effect: the court's answer stands with the agreement, and the dispute's own page shows it."""

    def effect(act: Act) -> None:
        row = row_of(act.order.pk)
        row.result, row.decided_on = result, act.data.get("on") or legal_day(act.at)
        row.served_on = act.data.get("served_on") or row.served_on
        row.ruling_no = str(act.data.get("ruling_no") or "")
        row.save()

    return effect


def days_in_order(act: Act) -> Any:
    """The court cannot have answered before it was asked."""
    row, on = row_of(act.order.pk), act.data["on"]
    if on > legal_day(act.at) or (act.data.get("served_on") or on) > legal_day(act.at):
        return _("日期不能晚于今天。")
    if row.filed_on is not None and on < row.filed_on:
        return say(_("日期早于递交申请的日子（%(day)s）。请核对。"), day=row.filed_on.isoformat())
    if act.data.get("served_on") and act.data["served_on"] < on:
        return _("收到裁定的日期早于裁定的日期。请核对。")
    return None


def withdrawn(act: Act) -> None:
    """Taken back."""
    CourtConfirmation.objects.filter(order=act.order).update(result="withdrawn")


def restarted(act: Act) -> None:
    """Taken up again: what the court said before stands in the journal."""
    CourtConfirmation.objects.filter(order=act.order).update(
        result="", filed_on=None, accepted_on=None, decided_on=None, served_on=None, ruling_no=""
    )
    words(act.turn, str(act.data["reason"]), kind=DocumentKind.MESSAGE, for_resident=True)
    notices.post(act.turn, to="handler", text=_("%(code)s 的司法确认重新办理。"))


def offers(case: Any, by: Any) -> list[Any]:
    """The joint application may be printed before it is filed."""
    return [agreeing.JOINT] if case.state in {"received", "ready"} else []


def may_still(act: Act) -> Any:
    """What is over is over: nobody is sent to court in vain."""
    return _over(act, row_of(act.order.pk), legal_day(act.at))


def service() -> Service:
    """The service, declared in line.py."""
    return Service(
        code="mediation.confirm", name=_("申请司法确认"), form=Confirm, business="06", initial="received", items={"D07"},
        roles=DESK, title=title, opponents=opponents, received=received, offers=offers, panels=panels.for_confirmation,
        resident_panels=panels.for_confirmation,
        example={"content": "乙方在年底前付清三千元", "effective_on": "2026-11-20"},
        states=(
            State("received", _("核对材料"), Phase.OPEN, _("正在核对协议和材料。")),
            State("ready", _("可以递交"), Phase.OPEN, _("材料齐了，请双方一起到法院递交。")),
            State("filed", _("等法院裁定"), Phase.WAITING_OTHER, _("已递交法院，正在等裁定。")),
            State("confirmed", _("已确认"), Phase.DONE, _("法院确认协议有效。对方不履行的，可以申请强制执行。")),
            State("rejected", _("法院驳回"), Phase.DONE, _("法院没有确认。可以改写协议，或者起诉。")),
            State("unfit", _("不能确认"), Phase.DONE, _("这份协议法院不会确认，其他的办法已经告诉您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            Outcome("confirmed", _("已确认")), Outcome("rejected", _("法院驳回"), good=False),
            Outcome("unfit", _("不能确认"), good=False), Outcome("withdrawn", _("本人撤回")),
        ),
        moves=(
            Move("check", _("核对通过"), {"received"}, "ready", DESK, form=Check, guard=may_check, effect=checked, takes=True,
                 primary=True, papers=(agreeing.JOINT,),
                 example={"papers": ["agreement", "proof", "identity", "rights"], "court": "甲县人民法院"},
                 notices=(Notice("applicant", _("您的司法确认材料（%(code)s）齐了，请双方一起去法院递交。")),)),
            Move("unfit", _("不能确认"), {"received", "ready"}, "unfit", DESK, form=Why, outcome="unfit", answer="answer"),
            Move("file", _("登记已递交法院"), {"ready"}, "filed", DESK, form=Filed, guard=may_file, effect=_set(filed_on="on"),
                 primary=True),
            Move("court_takes", _("法院已受理"), {"filed"}, "", DESK, form=Taken, guard=days_in_order,
                 effect=_set(accepted_on="on")),
            Move("court_confirms", _("法院裁定有效"), {"filed"}, "confirmed", DESK, form=Ruled, guard=days_in_order,
                 effect=ruled("confirmed"), outcome="confirmed", primary=True,
                 notices=(Notice("applicant", _("法院已确认您的调解协议（%(code)s）。")),)),
            Move("court_rejects", _("法院驳回申请"), {"filed"}, "rejected", DESK, form=Why, effect=ruled("rejected"),
                 outcome="rejected", answer="answer"),
            Move("withdraw", _("撤回"), {"received", "ready", "filed"}, "withdrawn", DESK | {Role.RESIDENT}, form=OptionalReason,
                 effect=withdrawn, outcome="withdrawn"),
            Move("reopen", _("重新办理"), {"rejected", "unfit", "withdrawn"}, "received", DESK | {Role.RESIDENT}, form=Reason,
                 guard=may_still, effect=restarted),
        ),
        clocks=clocks.CONFIRM,
        keep=Keep(10, "司法确认材料，地方档案期限表", sure=False),
    )  # fmt: skip
