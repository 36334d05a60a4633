"""Engaging a lawyer: a resident asks, a firm answers, a written contract is signed with the firm, and it ends with a word.

What client and lawyer talk about is theirs: it stands in the private notes of the case (spine/private.py), which no supervisor
can open (律师法 Art 38). Here stand only the steps. The form asks for no more than is needed to find a firm without a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.registry import providers
from open12348.registry.models import Account, Organisation, Practitioner
from open12348.spine import notices, routing
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Phase, Service, State
from open12348.spine.journal import Turn
from open12348.spine.models import Case
from open12348.ui.fields import LenientDateField, NameField, PhoneField, line, text

from . import bureau, rules
from .bureau import DESK, END
from .figures import limit, number
from .forms import Answer, LicenceField, OptionalReason, Reason, lawyer_with
from .models import Engagement, LawyerEntry

CODE = "lawyers.matter"
LAWYER = frozenset({Role.PROVIDER})
KINDS = (
    ("criminal", _("刑事辩护、刑事代理")), ("family", _("婚姻家庭、继承")), ("labour", _("劳动、工伤")), ("debt", _("欠债、合同")),
    ("land", _("土地、房屋")), ("injury", _("受伤、赔偿")), ("administrative", _("和行政机关的纠纷")), ("paper", _("写文书、谈合同、不打官司")),
    ("other", _("其他")),
)  # fmt: skip
#: Kinds that go to court, for who may not stand there yet (律师法 Art 41).
IN_COURT = frozenset({"criminal", "family", "labour", "debt", "land", "injury", "administrative"})
FEES = (
    ("item", _("按件")), ("hours", _("按时间")), ("share", _("按标的额比例")), ("result", _("风险代理（按结果）")), ("free", _("不收费（公益）")),
)  # fmt: skip
#: Kinds in which nobody may be paid by the result (律师服务收费管理办法 Art 11, 12).
NO_RESULT_FEE = frozenset({"criminal", "family", "labour", "administrative"})
WHY_NOT = (
    ("conflict", _("有利益冲突")), ("capacity", _("现在接不了")), ("speciality", _("不是本所的业务")), ("illegal", _("委托事项违法")), ("other", _("其他")),
)  # fmt: skip


class Ask(forms.Form):
    """What kind of matter, whom one would like, and who the other side is. The rest is said to the lawyer."""

    kind = forms.ChoiceField(label=_("大概是哪方面的事"), choices=KINDS)
    lawyer_no = LicenceField(
        label=_("想请哪位律师（执业证号）"), required=False, help_text=_("可以不填，由我们按顺序问附近的律所。")
    )
    story = text(
        _("一两句话说说是什么事"), 3, 500, required=False,
        help_text=_("细节请和律师当面说，或者写在“保密的谈话记录”里。这里写的，安排的工作人员看得到。"),
    )  # fmt: skip
    opponent = NameField(
        label=_("对方是谁"), required=False, help_text=_("人名或单位名。只用来避免同一个律所两边都帮。")
    )
    opponent_phone = PhoneField(label=_("对方电话"), required=False)

    def clean_lawyer_no(self) -> str:
        """In the register, and free to take clients. Errors: words."""
        given = str(self.cleaned_data["lawyer_no"] or "")
        if given:
            lawyer = lawyer_with(given)
            if lawyer is None:
                raise forms.ValidationError(_("登记里没有这个执业证号的律师，请再核对一遍。"))
            if not providers.available(timezone.now()).filter(pk=lawyer.pk).exists():
                raise forms.ValidationError(_("这位律师现在不能执业，请另选一位，或者不填。"))
            if lawyer.organisation_id is None:
                raise forms.ValidationError(_("公职、公司、法律援助律师不接受私人委托，请另选一位，或者不填。"))
        return given


class PassOn(forms.Form):
    """Which firm is asked. The order is drawn anew each day; nobody is put before others."""

    firm = forms.ChoiceField(label=_("问哪个律所"), choices=())


class Accept(forms.Form):
    """Who will act; that the firm has searched for conflicts."""

    lawyer = forms.ChoiceField(label=_("由哪位律师办"), choices=())
    checked = forms.BooleanField(label=_("已查过本所没有为对方服务，没有利益冲突（律师法第三十九条）"))


class Decline(forms.Form):
    """Why not."""

    why = forms.ChoiceField(label=_("为什么不接"), choices=WHY_NOT)
    reason = text(_("补充说明"), 2, 500, required=False)


class Engage(forms.Form):
    """The contract, with the firm and in writing (律师法 Art 25)."""

    contract_no = line(_("委托合同编号"), 60)
    signed_on = LenientDateField(label=_("签订的日子"))
    fee_kind = forms.ChoiceField(label=_("怎样收费"), choices=FEES)
    receipt_no = line(_("律所开的收据号（收了钱的）"), 60, required=False)


class Finish(forms.Form):
    """How it ended, for the client."""

    ended_on = LenientDateField(label=_("办结的日子"))
    answer = text(_("写给当事人的办理结果"), 3, 2000, min_length=5)


class Terminate(forms.Form):
    """Why the engagement ends before its time."""

    reason = text(
        _("为什么终止"),
        2,
        1000,
        help_text=_("委托人可以随时拒绝律师继续办理；律师没有正当理由不得拒绝（律师法第三十二条）。"),
    )


def title(content: Mapping[str, Any]) -> str:
    """What lists show: only that a lawyer is wanted."""
    return "请律师"


def opponents(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """The other side, for the search for conflicts."""
    return [{"name": str(content.get("opponent") or ""), "phone": str(content.get("opponent_phone") or "")}]


def row_of(order_id: int) -> Engagement:
    """The engagement's row."""
    return Engagement.objects.select_related("firm", "lawyer", "asked_for").get(order_id=order_id)


def came_in(turn: Turn, said: Mapping[str, Any]) -> None:
    """Asked for a lawyer by name: their firm is asked at once. Else somebody at the desk passes it on."""
    wanted = lawyer_with(str(said.get("lawyer_no") or ""))
    row = Engagement.objects.create(order=turn.order, kind=said["kind"], asked_for=wanted)
    if wanted is not None and wanted.organisation is not None:
        _ask_firm(turn, row, wanted.organisation)


def _ask_firm(turn: Turn, row: Engagement, firm: Organisation) -> None:
    row.firm, row.lawyer = firm, None
    row.save(update_fields=["firm", "lawyer"])
    routing.hand(turn, account=bureau.manager_of(firm, turn.at), organisation=firm, why=str(_("问这个律所接不接")))
    notices.post(turn, to="handler", text=_("有人想请本所律师（%(code)s），请答复接不接。"))


def bars(case: Case, account: Account, at: datetime) -> list[Any]:
    """Why somebody may not act for this client: standing of the licence, kind of licence, former post, the firm's other side."""
    worker = account.practitioner
    if worker is None:
        return []
    found = lawyer_bars(worker, case, at)
    return found + (
        [_("同一律师事务所为对方服务（律师法第三十九条、律师执业管理办法）")]
        if firm_conflicts(case, worker.organisation)
        else []
    )


def lawyer_bars(worker: Practitioner, case: Case, at: datetime) -> list[Any]:
    """Why a lawyer may not take a client's matter."""
    day = legal_day(at)
    found: list[Any] = []
    if not providers.available(at).filter(pk=worker.pk).exists():
        found.append(_("现在不能执业（律师法第四十七条至第五十一条）"))
    entry = LawyerEntry.objects.select_related("relaxed_area").filter(practitioner=worker).first()
    if entry is not None:
        row = Engagement.objects.filter(order_id=case.pk).first()
        found += rules.bars(
            category=entry.category, certificate=entry.certificate, relaxed_area=entry.relaxed_area.code if entry.relaxed_area else "",
            county=worker.division.code, former_post=entry.former_post, left_post_on=entry.left_post_on,
            court=row is None or row.kind in IN_COURT, day=day, judge_years=number("judge_years", day),
        )  # fmt: skip
    return found


def firm_conflicts(case: Case, firm: Organisation | None) -> bool:
    """Whether anybody of a firm has served the other side, in any line."""
    if firm is None:
        return False
    people = set(Account.objects.filter(practitioner__organisation=firm).values_list("pk", flat=True))
    people |= set(firm.membership_set.values_list("account_id", flat=True))
    return bool(routing.conflicted(case.order, people))


# Guards and effects


def firms_in_turn(case: Case, at: datetime) -> list[Organisation]:
    """The firms of the county that serve now and have not said no, in the day's drawn order (X-19: nobody is put first)."""
    row = row_of(case.pk)
    found = (
        providers.serving(at).filter(kind="law_firm", division__county_id=case.county_id).exclude(pk__in=row.declined)
    )
    drawn = f"{legal_day(at)}:{case.pk}"
    return sorted(found, key=lambda o: sha256(f"{drawn}:{o.pk}".encode()).hexdigest())


def fit_firms(form: forms.Form, case: Case, by: Actor) -> None:
    """The firms that may be asked."""
    rows = firms_in_turn(case, timezone.now())
    form.fields["firm"].choices = [(str(o.pk), o.name) for o in rows]  # type: ignore[attr-defined]


def fit_lawyers(form: forms.Form, case: Case, by: Actor) -> None:
    """The firm's lawyers who may take it; the one who was asked for first."""
    row, now = row_of(case.pk), timezone.now()
    people = Practitioner.objects.filter(organisation_id=row.firm_id or 0, kind="lawyer").select_related("division")
    able = [p for p in people if not lawyer_bars(p, case, now)]
    able.sort(key=lambda p: (p.pk != row.asked_for_id, p.pk))
    form.fields["lawyer"].choices = [(str(p.pk), p.name) for p in able]  # type: ignore[attr-defined]


def passed_on(act: Act) -> None:
    """The firm that was drawn or chosen is asked."""
    row = row_of(act.order.pk)
    _ask_firm(act.turn, row, Organisation.objects.get(pk=int(act.data["firm"])))


def may_accept(act: Act) -> Any:
    """No firm serves both sides; and the lawyer named may act."""
    row = row_of(act.order.pk)
    if row.firm is None:
        return _("还没有问律所，请先“问一个律所”。")
    if firm_conflicts(act.case, row.firm):
        return _("本所为对方提供过法律服务，不能接受这一方的委托（律师法第三十九条）。请选“不接”，由工作人员另问。")
    worker = Practitioner.objects.select_related("division").get(pk=int(act.data["lawyer"]))
    why = lawyer_bars(worker, act.case, act.at)
    if why:
        return _("%(name)s不能接：%(why)s。") % {"name": worker.name, "why": "；".join(str(w) for w in why)}
    return None


def accepted(act: Act) -> None:
    """The lawyer has it in hand."""
    row = row_of(act.order.pk)
    row.lawyer = Practitioner.objects.get(pk=int(act.data["lawyer"]))
    row.checked_at = act.at
    row.save(update_fields=["lawyer", "checked_at"])
    account = bureau.account_of(row.lawyer) or act.case.handler
    routing.hand(act.turn, account=account, practitioner=row.lawyer, organisation=row.firm, why=str(_("律所安排")))


def declined(act: Act) -> None:
    """The firm does not take it; it is asked no more."""
    row = row_of(act.order.pk)
    if row.firm_id is not None:
        row.declined = [*row.declined, row.firm_id]
    row.firm = row.lawyer = None
    row.save(update_fields=["declined", "firm", "lawyer"])
    bureau.note(act)
    routing.hand(act.turn, account=None, why=str(_("律所不接，另行安排")))
    notices.post(act.turn, to="place", text=_("%(code)s：律所不接，请另问一个。"))


def may_engage(act: Act) -> Any:
    """In writing, with a receipt where money was paid, and never by the result where the rules forbid it."""
    row, day = row_of(act.order.pk), act.data["signed_on"]
    if day > legal_day(act.at):
        return _("签订的日子不能晚于今天。")
    if act.data["fee_kind"] == "result" and row.kind in NO_RESULT_FEE:
        return _("刑事、婚姻家庭、劳动报酬、行政案件不得实行风险代理（律师服务收费管理办法第十一条、第十二条）。")
    return None


def engaged(act: Act) -> None:
    """Signed."""
    row = row_of(act.order.pk)
    for name in ("contract_no", "signed_on", "fee_kind", "receipt_no"):
        setattr(row, name, act.data.get(name) or ("" if name != "signed_on" else None))
    row.save(update_fields=["contract_no", "signed_on", "fee_kind", "receipt_no"])


def finished(act: Act) -> None:
    """Ended."""
    Engagement.objects.filter(order_id=act.order.pk).update(ended_on=act.data.get("ended_on") or legal_day(act.at))


def may_finish(act: Act) -> Any:
    """The day has come and lies after the contract."""
    row, day = row_of(act.order.pk), act.data["ended_on"]
    if day > legal_day(act.at) or (row.signed_on and day < row.signed_on):
        return _("办结的日子要在签合同以后、今天以前。")
    return None


def asked_again(act: Act) -> None:
    """Taken up again: nobody has it in hand, and every firm may be asked."""
    row = row_of(act.order.pk)
    row.firm = row.lawyer = None
    row.declined = []
    row.save(update_fields=["firm", "lawyer", "declined"])
    bureau.reason_as_message(act)
    routing.hand(act.turn, account=None, why=str(_("重新安排")))


def orphaned(turn: Turn, lawyer: Practitioner) -> None:
    """The lawyer may act no more: the firm, whose client it is, puts somebody else on it; else the desk asks another firm."""
    row = row_of(turn.order.pk)
    manager = bureau.manager_of(row.firm, turn.at) if row.firm else None
    if manager is not None and manager.practitioner_id == lawyer.pk:
        manager = None
    routing.hand(turn, account=manager, organisation=row.firm, why=str(_("律师不能继续执业，由律所另行安排")))
    row.lawyer = None
    row.save(update_fields=["lawyer"])


def panels(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The contract beside the story."""
    row = row_of(case.pk)
    return [Panel(_("委托"), "lawyers/panel_engagement.html", {"row": row, "kind": dict(KINDS).get(row.kind, "")})]


def resident_panels(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """Who acts for the person, what they may ask for, and where to complain."""
    return [Panel(_("您的律师"), "lawyers/mine_engagement.html", {"row": row_of(case.pk)}, where="now")]


WITH_FIRM = frozenset({"received", "accepted", "engaged"})
ENDED = frozenset({"done", "terminated", "not_engaged", "declined", "withdrawn"})


def service() -> Service:
    """The service, declared in line.py."""
    return Service(
        code=CODE,
        name=_("请律师"),
        form=Ask,
        business="04",
        initial="received",
        items={"E02", "E03", "E06"},
        roles=LAWYER,
        pool=False,
        house=True,
        title=title,
        opponents=opponents,
        received=came_in,
        bars=bars,
        conflict_basis="律师法第三十九条",
        orphaned=orphaned,
        panels=panels,
        resident_panels=resident_panels,
        example={"kind": "debt", "lawyer_no": "16531201610000001", "story": "借出去的钱要不回来"},
        states=(
            State("received", _("待律所答复"), Phase.OPEN, _("已收到，正在问律所接不接。")),
            State("searching", _("另找律所"), Phase.OPEN, _("那个律所不接，正在另问一个。")),
            State("accepted", _("待签委托合同"), Phase.OPEN, _("律所接了，律师会和您联系签合同。")),
            State("engaged", _("办理中"), Phase.OPEN, _("合同已签，律师正在办。")),
            State("done", _("已办结"), Phase.DONE, _("律师已办结。")),
            State("terminated", _("委托已终止"), Phase.DONE, _("委托已经终止。")),
            State("not_engaged", _("没有签合同"), Phase.DONE, _("没有签合同，您可以另请律师。")),
            State("declined", _("没有找到律所"), Phase.DONE, _("没有找到能接的律所，其他办法已告诉您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            Outcome("done", _("已办结")),
            Outcome("terminated", _("委托终止"), good=False),
            Outcome("not_engaged", _("没有签合同"), good=False),
            Outcome("declined", _("没有找到律所"), good=False),
            Outcome("withdrawn", _("本人撤回")),
        ),
        moves=(
            Move("pass_on", _("问一个律所"), {"received", "searching"}, "received", DESK, form=PassOn, fit=fit_firms, effect=passed_on, primary=True, example={"firm": "@first"}),
            Move(
                "accept", _("接受委托"), {"received"}, "accepted", LAWYER, form=Accept, fit=fit_lawyers, guard=may_accept, effect=accepted,
                primary=True, example={"lawyer": "@first"},
                notices=(Notice("applicant", _("您请律师的事（%(code)s），律所接了，律师会和您联系签合同。")),),
            ),
            Move("decline", _("不接"), {"received"}, "searching", LAWYER, form=Decline, effect=declined),
            Move(
                "give_up", _("没有律所能接"), {"searching"}, "declined", DESK, form=Answer, answer="answer", outcome="declined",
                notices=(Notice("applicant", _("您请律师的事（%(code)s）有了答复，请查看。")),),
            ),
            Move(
                "engage", _("登记委托合同"), {"accepted"}, "engaged", LAWYER, form=Engage, guard=may_engage, effect=engaged, primary=True,
                example={"fee_kind": "item"},
            ),
            Move(
                "not_engaged", _("没有签成"), {"accepted"}, "not_engaged", LAWYER | DESK | {Role.RESIDENT}, form=OptionalReason, effect=bureau.note,
                outcome="not_engaged",
            ),
            Move(
                "tell", _("告诉当事人进展"), {"engaged"}, "engaged", LAWYER, form=Answer, answer="answer",
                notices=(Notice("applicant", _("您的事（%(code)s）律师有新的消息，请查看。")),),
            ),
            Move(
                "finish", _("办结"), {"engaged"}, "done", LAWYER, form=Finish, guard=may_finish, effect=finished, answer="answer", outcome="done",
                primary=True, notices=(Notice("applicant", _("您的事（%(code)s）律师已办结，请查看结果。满意不满意都可以告诉我们。")),),
            ),
            Move(
                "terminate", _("终止委托"), {"engaged"}, "terminated", LAWYER | {Role.RESIDENT}, form=Terminate, effect=bureau.note,
                outcome="terminated", notices=(Notice("handler", _("%(code)s 的委托已终止。")),),
            ),
            Move("withdraw", _("撤回"), {"received", "searching"}, "withdrawn", DESK | {Role.RESIDENT}, form=OptionalReason, effect=bureau.note, outcome="withdrawn"),
            Move("reopen", _("重新办理"), ENDED, "searching", DESK | {Role.RESIDENT}, form=Reason, effect=asked_again),
        ),
        clocks=(
            Clock("answer", _("律所答复"), starts={"receive", "pass_on"}, stops={"accept", "decline", *END}, who=Role.PROVIDER, **limit("firm_answer")),
            Clock("find", _("另找律所"), starts={"decline", "reopen"}, stops={"pass_on", "give_up", *END}, who=Role.CLERK, **limit("find_firm")),
            Clock("sign", _("签委托合同"), starts={"accept"}, stops={"engage", "not_engaged", *END}, who=Role.PROVIDER, **limit("sign_contract")),
            Clock("progress", _("告诉当事人进展"), starts={"engage", "tell"}, stops={"finish", "terminate", "tell", *END}, who=Role.PROVIDER, **limit("report_progress")),
        ),
        keep=Keep(10, "律师业务档案保管期限表（司律通字(1991)153号）", sure=False),
    )  # fmt: skip
