"""People's mediation (人民调解): a dispute brought by its parties or sent by others, talked over, agreed or not, and followed up.

Four services: the mediation itself, the simple ledger for a dispute of two lines, judicial confirmation, and what stands beside
them. What was said in a mediation is nobody's but the mediator's and the party's (spine/private.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.spine.catalogue import Foretold, Keep, Move, Notice, Outcome, Phase, Service, State, offer

from . import acts, choosing, clocks, confirming, fitting, following, forms, kinds, ledger, move_forms, panels, rules
from .acts import ended_as, past
from .models import Dispute, DisputeResult, Performance
from .papers import agreeing, passing, registering

STAFF = frozenset({Role.CLERK, Role.PROVIDER, Role.OFFICER})
CHARGE = frozenset({Role.OFFICER, Role.SUPERVISOR})
MEDIATOR = frozenset({Role.PROVIDER, Role.OFFICER, Role.CLERK})
PARTY = frozenset({Role.RESIDENT})

BEFORE = {"received", "accepted", "assigned"}
TALKING = {"talking", "suspended", "signing"}
OPEN = BEFORE | TALKING
KEPT = {"agreed", "performed", "partly", "breached"}
ENDED = {"failed", "stopped", "refused", "not_accepted", "transferred"}


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the kind, never the parties or their words."""
    with translation.override("zh-hans"):
        kind = kinds.name_zh(str(content.get("kind") or ""))
        return f"{_('人民调解')}：{kind}" if kind else str(_("人民调解"))


def opponents(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """The other side, for the conflict check and for twins."""
    return [{"name": str(content.get("opponent") or ""), "phone": str(content.get("opponent_phone") or "")}]


def masked(case: Any) -> bool:
    """Where somebody was beaten at home, phone and address are the mediator's alone."""
    row = Dispute.objects.filter(order_id=case.pk).only("violence").first()
    return row is not None and row.violence


def foretell(content: Mapping[str, Any], day: Any) -> Foretold:
    """What happens, before anything is sent; where there was violence, safety first."""
    if content.get("violence"):
        return Foretold(
            None, _("先保证安全：有危险马上打 110。您可以向法院申请人身安全保护令，不收费；调解不能代替保护，您可以不调解。"),
            reasons=((_("保护令 72 小时内作出，紧急的 24 小时内。"), rules.VIOLENCE_BASIS),),
            bring=(_("伤情照片、报警回执、医院记录，有什么带什么"),), note=_("申请法律援助不看经济条件。"),
        )  # fmt: skip
    refused = kinds.statute(str(content.get("kind") or "")) == kinds.STATUS
    return Foretold(
        None, _("可以调解：要对方也愿意。不收费，一般一个月内有结果。"),
        reasons=((_("协议生效后三十日内，双方可以一起申请司法确认。"), "人民调解法第三十三条"),) if not refused
        else ((_("离婚、收养等身份关系谈好了，也不能司法确认，要到民政部门或者法院办。"), "民诉法解释 355"),),
        bring=(_("身份证"), _("和纠纷有关的材料（没有也可以来）")), note=_("谈不成也不影响您去仲裁或者起诉。"),
    )  # fmt: skip


def offers(case: Any, by: Any) -> list[Any]:
    """Papers made by hand: the record to be written on, the registration again, the contents of the file."""
    if case.state in BEFORE:
        return [registering.REGISTRATION]
    if case.state in TALKING:
        return [registering.RECORD, registering.RIGHTS]
    return [passing.CONTENTS] if case.state in KEPT | {"failed", "stopped"} else []


ONWARD = (Notice("applicant", _("您的调解（%(code)s）有了结果，请查看。")),)

ask = offer(
    Service(
        code="mediation.ask",
        name=_("人民调解"),
        form=forms.Ask,
        business="06",
        initial="received",
        items={"D01", "D02", "D03", "D04", "D05", "D06", "D10"},
        roles=STAFF,
        title=title,
        topic=lambda content: str(content.get("kind") or ""),
        topics=lambda: {r["code"]: kinds.name(r["code"]) for r in kinds.everything()},
        opponents=opponents,
        received=acts.received,
        masked=masked,
        bars=choosing.bars,
        conflict_basis="人民调解法第十五条第一项",
        neutral=True,
        hints=panels.hints,
        panels=panels.for_staff,
        resident_panels=panels.for_resident,
        pages=forms.pages,
        foretell=foretell,
        offers=offers,
        example={"story": "邻居浇水占了我家的时间，吵了几次", "kind": "0201", "opponent": "示例乙", "people": "2"},
        states=(
            State("received", _("已登记"), Phase.OPEN, _("已经登记，正在看能不能调解。")),
            State("accepted", _("已受理"), Phase.OPEN, _("已受理，正在确定调解员。")),
            State("assigned", _("已确定调解员"), Phase.OPEN, _("调解员已经定了，会约双方见面。")),
            State("talking", _("调解中"), Phase.OPEN, _("正在调解。您随时可以要求终止。")),
            State("suspended", _("暂停调解"), Phase.WAITING_OTHER, _("调解暂停，等鉴定或者等人到齐。")),
            State("signing", _("待签名盖章"), Phase.OPEN, _("协议写好了，等双方和调解员签名、调委会盖章。")),
            State("agreed", _("达成协议"), Phase.DONE, _("达成了协议，双方都要履行。")),
            State("performed", _("已履行"), Phase.DONE, _("协议已经履行。")),
            State("partly", _("部分履行"), Phase.DONE, _("协议履行了一部分。")),
            State("breached", _("未履行"), Phase.DONE, _("对方没有履行。可以就协议起诉；已经司法确认的，可以申请强制执行。")),
            State("failed", _("调解不成"), Phase.DONE, _("这次没有谈成。其他的路已经告诉您。")),
            State("stopped", _("已终止"), Phase.DONE, _("有一方要求终止。其他的路已经告诉您。")),
            State("refused", _("一方不同意调解"), Phase.DONE, _("有一方不同意调解，所以没有调解。其他的路已经告诉您。")),
            State("not_accepted", _("不予受理"), Phase.DONE, _("这件事不能由调委会调解，理由和去处已经告诉您。")),
            State("transferred", _("已移送"), Phase.DONE, _("已转给其他单位办理。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            Outcome("agreed", _("达成协议")), Outcome("failed", _("调解不成"), good=False), Outcome("stopped", _("已终止")),
            Outcome("refused", _("一方不同意调解")), Outcome("not_accepted", _("不予受理")), Outcome("transferred", _("已移送")),
            Outcome("withdrawn", _("本人撤回")),
        ),
        moves=(
            Move("accept", _("受理"), {"received"}, "accepted", STAFF, guard=acts.may_accept, effect=acts.accepted, primary=True,
                 papers=(registering.REGISTRATION,),
                 notices=(Notice("applicant", _("您的纠纷（%(code)s）已受理，会定调解员联系双方%(due)s。")),)),
            Move("complete", _("补全登记"), {"received"}, "", STAFF, form=move_forms.Complete, guard=past("sent_on", "signed_on", "known_on"),
                 effect=acts.completed, fit=fitting.known,
                 example={"kind": "0201", "source": "party"}),
            Move("advise_protection", _("告知人身安全保护令"), OPEN, "", STAFF, form=move_forms.Protect, effect=acts.protected,
                 papers=(registering.PROTECTION,), help=_("有家庭暴力的先做这一步：先问安全，再谈别的。")),
            Move("decline", _("不予受理"), {"received"}, "not_accepted", STAFF, form=move_forms.Decline, effect=acts.declined,
                 outcome="not_accepted", answer="answer", papers=(registering.NOT_ACCEPTED, passing.REPORT),
                 example={"roads": ["sue"]}, notices=ONWARD),
            Move("refuse_mediation", _("一方不同意调解"), BEFORE, "refused", STAFF, form=move_forms.RefusedBy, effect=acts.refused,
                 outcome="refused", answer="answer", papers=(passing.REPORT,), example={"roads": ["sue"]}, notices=ONWARD,
                 help=_("一方明确拒绝的，不得调解（人民调解法第十七条）。这不算调解失败。")),
            Move("assign", _("确定调解员"), {"accepted"}, "assigned", STAFF, form=move_forms.Assign, guard=acts.may_assign,
                 effect=acts.assigned, fit=fitting.mediators, primary=True, example={"mediator": "@first"},
                 notices=(Notice("handler", _("有新的纠纷交给您调解：%(code)s。")),)),
            Move("take_up", _("我来调解"), {"accepted"}, "assigned", {Role.PROVIDER}, guard=acts.may_take_up, effect=acts.taken_up),
            Move("recuse", _("回避，另定调解员"), {"assigned", "talking"}, "accepted", STAFF, form=move_forms.Recuse,
                 effect=acts.recused, help=_("是亲属、有利害关系或者当事人不信任的，换人（人民调解法第十九条）。")),
            Move("begin", _("告知权利，开始调解"), {"assigned"}, "talking", MEDIATOR, form=move_forms.Begin, fit=fitting.today("on"), guard=past("on", then=acts.is_mediator),
                 effect=acts.begun, primary=True, papers=(registering.RIGHTS,)),
            Move("appoint", _("约时间（见面或视频）"), {"assigned", "talking"}, "", MEDIATOR, form=move_forms.Appoint, guard=acts.ahead,
                 effect=acts.appointed, example={"on": "2026-12-01", "hour": "10:30", "place": "甲一村工作室"},
                 notices=(Notice("applicant", _("调解的时间定了（%(code)s），请查看时间、地点或者视频链接。")),)),
            Move("record", _("记录一次调解"), {"talking"}, "talking", MEDIATOR, form=move_forms.Record, fit=fitting.today("on"), guard=past("on", then=acts.held_in_order),
                 effect=acts.held, primary=True,
                 help=_("只记时间和谁到场。双方的话写进保密记录，或者打印“人民调解记录”手写签名。")),
            Move("suspend", _("暂停"), {"talking"}, "suspended", MEDIATOR, form=move_forms.Suspend, effect=acts.note),
            Move("resume", _("恢复调解"), {"suspended"}, "talking", MEDIATOR, form=move_forms.OptionalReason, effect=acts.note,
                 primary=True),
            Move("consent_on", _("双方同意继续调解"), {"talking"}, "", MEDIATOR, form=move_forms.ConsentOn, guard=acts.may_go_on,
                 effect=acts.gone_on, papers=(registering.CONSENT,), example={"until": "2026-12-20", "both": "on"}),
            Move("agree_written", _("写书面协议"), {"talking", "signing"}, "signing", MEDIATOR, form=move_forms.AgreeWritten,
                 guard=acts.may_agree, effect=acts.written, papers=(agreeing.AGREEMENT,),
                 example={"content": "一、单日甲方浇水，双日乙方浇水。二、双方不再争吵。"}),
            Move("take_effect", _("登记签名盖章，协议生效"), {"signing"}, "agreed", MEDIATOR, form=move_forms.TakeEffect, fit=fitting.today("parties_on", "mediator_on", "seal_on"),
                 guard=past("parties_on", "mediator_on", "seal_on", then=acts.may_take_effect), effect=acts.took_effect, outcome="agreed", primary=True, papers=(passing.REPORT,),
                 example={"parties_on": "2026-11-23", "mediator_on": "2026-11-23", "seal_on": "2026-11-23"},
                 notices=(Notice("applicant", _("您的调解协议（%(code)s）已经生效，请查看履行和司法确认的日子。")),)),
            Move("agree_oral", _("登记口头协议"), {"talking"}, "agreed", MEDIATOR, form=move_forms.AgreeOral, fit=fitting.today("on"),
                 guard=past("on", then=acts.may_agree_orally), effect=acts.agreed_orally, outcome="agreed", papers=(agreeing.ORAL, passing.REPORT),
                 notices=(Notice("applicant", _("您的口头协议（%(code)s）已登记，从达成那天起有效。")),)),
            Move("fail", _("调解不成，终止"), TALKING, "failed", MEDIATOR, form=move_forms.End, guard=acts.is_mediator,
                 effect=ended_as(DisputeResult.FAILED), outcome="failed", answer="answer", example={"roads": ["sue"]},
                 papers=(passing.TERMINATION, passing.REPORT), notices=ONWARD),
            Move("stop", _("当事人要求终止"), {"accepted", "assigned", *TALKING}, "stopped", STAFF | PARTY, form=move_forms.Stop,
                 effect=following.stopped, outcome="stopped", papers=(passing.TERMINATION, passing.REPORT), notices=ONWARD),
            Move("pass_on", _("移送其他单位"), {*BEFORE, "talking"}, "transferred", STAFF, form=move_forms.Pass,
                 effect=following.passed(ends=True), outcome="transferred", papers=(passing.LETTER, passing.REPORT), notices=ONWARD),
            Move("send_letter", _("发转介函（案子不走）"), OPEN | KEPT | {"failed", "stopped"}, "", STAFF, form=move_forms.Pass,
                 effect=following.passed(ends=False), papers=(passing.LETTER,)),
            Move("letter_answer", _("登记对方的答复或结果"), OPEN | KEPT | ENDED, "", STAFF, form=move_forms.LetterAnswer,
                 guard=past("on", then=following.may_answer_letter), effect=following.letter_answered, fit=fitting.letters, shown=fitting.wrote_letters),
            Move("refer", _("转到另一项服务"), OPEN | KEPT | {"failed", "stopped"}, "", STAFF, form=move_forms.Refer,
                 effect=following.referred, fit=fitting.services,
                 help=_("法律援助、公证等：另给一个编号，内容不用再说一遍，两边看得到进度。")),
            Move("escalate", _("报告险情"), OPEN | KEPT | {"failed", "stopped", "refused"}, "", STAFF, form=move_forms.Escalate,
                 effect=following.escalated,
                 help=_("要打人、想不开、要聚众的，马上报：值班负责人立刻收到加急提醒（人民调解法第二十五条）。")),
            Move("danger_handled", _("险情已处置"), OPEN | KEPT | {"failed", "stopped", "refused"}, "", CHARGE,
                 form=move_forms.Handled, guard=following.is_in_danger, effect=acts.note, shown=fitting.in_danger),
            Move("add_paper", _("加入卷宗材料"), OPEN | KEPT | {"failed", "stopped"}, "", STAFF, form=move_forms.AddPaper,
                 effect=acts.paper_added),
            Move("visit", _("履行前回访"), {"agreed", "partly"}, "", STAFF, form=move_forms.Visit, fit=fitting.today("on"), guard=past("on", then=following.visit_in_order),
                 effect=following.visited(Performance.OPEN), papers=(agreeing.FOLLOW_UP,)),
            Move("perform", _("已履行"), {"agreed", "partly", "breached"}, "performed", STAFF, form=move_forms.Performed, fit=fitting.today("on"),
                 guard=past("on", then=following.visit_in_order), effect=following.visited(Performance.DONE), outcome="agreed",
                 papers=(agreeing.FOLLOW_UP,), primary=True),
            Move("perform_partly", _("部分履行"), {"agreed"}, "partly", STAFF, form=move_forms.Performed, fit=fitting.today("on"),
                 guard=past("on", then=following.visit_in_order), effect=following.visited(Performance.PART), outcome="agreed",
                 papers=(agreeing.FOLLOW_UP,)),
            Move("breach", _("没有履行"), {"agreed", "partly"}, "breached", STAFF, form=move_forms.Broken, fit=fitting.today("on"),
                 guard=past("on", then=following.visit_in_order), effect=following.visited(Performance.BROKEN), outcome="agreed", answer="answer",
                 papers=(agreeing.FOLLOW_UP,)),
            Move("apply_confirmation", _("申请司法确认"), KEPT, "", STAFF, form=move_forms.ForConfirmation,
                 guard=following.may_confirm, effect=following.confirmation_opened,
                 help=_("先逐条核对法院会不会确认。协议生效起三十日内，双方一起申请，不收费。"), shown=fitting.may_be_confirmed),
            Move("remedy", _("登记起诉、执行或支付令"), {"breached"}, "", STAFF, form=move_forms.Remedy, fit=fitting.today("on"), guard=past("on", then=following.may_remedy),
                 effect=following.remedied),
            Move("reported", _("已向移送单位反馈"), KEPT | {"failed", "stopped", "refused", "not_accepted"}, "", STAFF,
                 form=move_forms.Reported, fit=fitting.today("on"), guard=past("on", then=following.came_from_organ), shown=fitting.sent_by_organ),
            Move("archive", _("卷宗归档"), KEPT | {"failed", "stopped"}, "", STAFF, guard=following.may_archive,
                 effect=following.archived, papers=(passing.CONTENTS,)),
            Move("withdraw", _("撤回"), OPEN, "withdrawn", {Role.RESIDENT, Role.CLERK, Role.PROVIDER}, form=move_forms.OptionalReason,
                 effect=ended_as(DisputeResult.WITHDRAWN), outcome="withdrawn"),
            Move("reopen", _("重新调解"), KEPT | ENDED | {"withdrawn"}, "received", STAFF | PARTY, form=move_forms.Reason,
                 effect=acts.restarted),
        ),
        clocks=clocks.ASK,
        keep=Keep(10, "调解卷宗，地方档案期限表", sure=False),
    )
)  # fmt: skip

offer(ledger.service())
offer(confirming.service())

# What stands beside the flow of cases: each a module of its own that declares what it has to declare.
from . import grade_check, grading, screening  # noqa: E402, F401
