"""Legal aid (法律援助), declared: an application, an authority's notice, and how both are handled to the paid and reviewed file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.kernel.workdays import legal_day
from open12348.spine.catalogue import Keep, Move, Notice, Outcome, Phase, Service, State, offer
from open12348.spine.models import PartyRole

from . import (
    acts,
    checking,
    clocks,
    complaint,
    duty,
    fitting,
    forms,
    guide,
    inspecting,
    materials,
    move_forms,
    panels,
    reviewing,
    scope,
    sight,
)
from .papers import application, assignment, closing, decision, handling, offers

OFFICE = frozenset({Role.OFFICER})
DESK = frozenset({Role.CLERK, Role.OFFICER})
LAWYER = frozenset({Role.PROVIDER})
BUREAU = frozenset({Role.SUPERVISOR})
#: The forms under which its files are read by peers; their module enters them with the quality ledger.
REVIEWED = reviewing.FORMS


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the matter, never the person's words."""
    with translation.override("zh-hans"):  # titles are stored, so they are in the source language
        row = scope.matter(str(content.get("matter") or ""), legal_day(timezone.now()))
        return f"{_('法律援助')}：{row.name}"[:80] if row else str(_("法律援助"))


def topic(content: Mapping[str, Any]) -> str:
    """The matter's code, for filters."""
    return str(content.get("matter") or "")


def topics() -> dict[str, Any]:
    """The matters by code, as lists and case pages name them."""
    return {m.code: m.name for m in scope.matters(legal_day(timezone.now()))}


def others(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """The other side, and whom the applicant stands for, for the conflict check."""
    found = [{"name": str(content.get("opponent") or ""), "phone": str(content.get("opponent_phone") or "")}]
    if content.get("for_name"):
        found.append({"name": str(content["for_name"]), "role": PartyRole.REPRESENTED})
    return found


def accused(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """The accused, and those accused with them."""
    found = [{
        "name": str(content.get("accused_name") or ""), "id_number": str(content.get("accused_id") or ""),
        "role": PartyRole.REPRESENTED,
    }]  # fmt: skip
    names = [n.strip() for n in str(content.get("others") or "").splitlines() if n.strip()]
    return found + [{"name": n[:120], "role": PartyRole.OTHER} for n in names[:30]]


# What both ways in have in common from the assignment on

HELPED = {"assigned", "arranged", "in_progress"}
TAIL = (
    "assigned", "arranged", "in_progress", "changing", "to_terminate", "closed", "terminated", "file_review", "payable", "archived", "objection", "upheld",
)  # fmt: skip


def tail_states() -> tuple[State, ...]:
    """From the assignment to the archive."""
    return (
        State("assigned", _("已指派，待承办机构安排"), Phase.OPEN, _("已经指派了承办机构，正在安排人员。")),
        State("arranged", _("待签委托协议"), Phase.OPEN, _("帮您的人员已经确定，会和您联系签委托协议。")),
        State("in_progress", _("承办中"), Phase.OPEN, _("正在为您办理。")),
        State("changing", _("更换承办人审批中"), Phase.OPEN, _("您要求更换人员，中心正在决定。")),
        State("to_terminate", _("终止待决定"), Phase.OPEN, _("中心正在决定是否终止援助。")),
        State("closed", _("已结案，待交案卷"), Phase.DONE, _("这个阶段已经办结。")),
        State("terminated", _("已终止"), Phase.DONE, _("法律援助已终止。您不同意的，可以提出异议。")),
        State("file_review", _("案卷审查中"), Phase.DONE, _("这个阶段已经办结。")),
        State("payable", _("待发补贴"), Phase.DONE, _("这个阶段已经办结。")),
        State("archived", _("已归档"), Phase.DONE, _("已办结归档。")),
        State("objection", _("异议审查中"), Phase.OPEN, _("司法局正在审查您的异议。")),
        State("upheld", _("异议维持原决定"), Phase.DONE, _("司法局维持了原决定。您还可以申请行政复议或者起诉。")),
    )


def complain(*states: str) -> Move:
    """A complaint may be made in any state; it has its own code, and the case goes on as it was."""
    return Move(
        "complain", _("投诉"), frozenset(states), "", {Role.RESIDENT, Role.CLERK, Role.SUPERVISOR}, form=complaint.Complain,
        opens="legal_aid.complaint", help=_("对收钱、拖延、服务不好等不满意的，由司法局处理，承办人不参加。"),
    )  # fmt: skip


def tail_moves(back: str) -> tuple[Move, ...]:
    """From the assignment to the archive. `back`: the state in which the institution looks for another lawyer."""
    return (
        Move(
            "arrange", _("接受并安排人员"), {"assigned"}, "arranged", LAWYER | OFFICE, form=move_forms.Arrange,
            guard=acts.firm_may, effect=acts.arranged, primary=True, fit=fitting.colleagues, example={"lawyer": "@first"},
            notices=(Notice("applicant", _("您的法律援助（%(code)s）已安排人员，会和您联系签委托协议。")),),
        ),
        Move("decline", _("不能承办，退回"), {"assigned"}, back, LAWYER, form=move_forms.Decline, effect=acts.declined),
        Move(
            "engage", _("已签委托协议"), {"arranged"}, "in_progress", LAWYER | OFFICE, form=move_forms.Engage,
            guard=acts.may_engage, effect=acts.engaged, primary=True,
            papers=(assignment.ENGAGE, assignment.POWER),
        ),
        Move("excuse", _("记录不能按时签订的原因"), {"arranged"}, "arranged", LAWYER | OFFICE, form=move_forms.Reason, effect=acts.note),
        Move(
            "record", _("记一步"), {"in_progress"}, "in_progress", LAWYER | OFFICE, form=move_forms.Record,
            guard=acts.is_the_handler, effect=acts.recorded, primary=True,
        ),
        Move(
            "tell", _("向受援人通报进展"), {"in_progress"}, "in_progress", LAWYER | OFFICE, form=move_forms.Tell,
            guard=acts.is_the_handler, effect=acts.told, answer="answer",
            notices=(Notice("applicant", _("您的法律援助（%(code)s）有新的进展，请查看。")),),
            papers=(handling.PROGRESS,),
        ),
        Move("report", _("向法律援助中心报告"), {"in_progress"}, "in_progress", LAWYER, form=move_forms.Report, effect=acts.reported, papers=(handling.PROGRESS,)),
        Move(
            "set_date", _("登记开庭、时效等日子"), {"in_progress"}, "in_progress", LAWYER | OFFICE, form=move_forms.SetDate,
            effect=acts.date_set,
        ),
        Move(
            "ask_change", _("申请更换人员"), {"in_progress"}, "changing", {Role.RESIDENT, Role.CLERK, Role.PROVIDER, Role.OFFICER},
            form=move_forms.AskChange, effect=acts.change_asked,
            papers=(assignment.CHANGE,),
        ),
        Move(
            "change_yes", _("同意更换"), {"changing"}, back, OFFICE, form=move_forms.Answered, answer="answer",
            effect=acts.change_decided(True), primary=True,
            notices=(Notice("applicant", _("您要求更换法律援助人员（%(code)s），中心同意，会另行指派。")),),
            papers=(assignment.CHANGED, assignment.CHANGE),
        ),
        Move(
            "change_no", _("不同意更换"), {"changing"}, "in_progress", OFFICE, form=move_forms.Answered, answer="answer",
            effect=acts.change_decided(False),
            notices=(Notice("applicant", _("您要求更换法律援助人员（%(code)s），中心有了答复，请查看。")),),
            papers=(assignment.CHANGE,),
        ),
        Move(
            "replace", _("收回另派"), HELPED, back, OFFICE, form=move_forms.Replace, guard=acts.may_replace, effect=acts.replaced,
            help=_("承办人停止执业、有利益冲突或者不能继续时用。"), example={"cause": "obstacle"},
            papers=(assignment.CHANGED,),
        ),
        Move(
            "propose_termination", _("提出终止"), {"in_progress", "provisional"} if back == "granted" else {"in_progress"},
            "to_terminate", LAWYER | OFFICE, form=move_forms.ProposeTermination, effect=acts.termination_proposed,
        ),
        Move(
            "terminate", _("决定终止"), {"to_terminate"}, "terminated", OFFICE, form=move_forms.Approve, guard=acts.not_the_proposer,
            effect=acts.terminated, outcome="terminated", primary=True,
            notices=(Notice("applicant", _("您的法律援助（%(code)s）已终止，理由和异议办法请查看。")),
                     Notice("handler", _("%(code)s 的法律援助已终止，请按决定处理。"))),
            papers=(decision.TERMINATE, decision.TERMINATE_LETTER),
        ),
        Move("keep_on", _("不终止，继续办理"), {"to_terminate"}, "in_progress", OFFICE, form=move_forms.Reason, effect=acts.kept_on),
        Move(
            "termination_sent", _("登记终止决定已送达"), {"terminated"}, "terminated", DESK, form=move_forms.Sent,
            guard=acts.served_in_order, effect=acts.decision_served, outcome="terminated",
        ),
        Move(
            "close", _("结案"), {"in_progress"}, "closed", LAWYER | OFFICE, form=move_forms.Close, guard=acts.may_close,
            effect=acts.closed, outcome="closed", answer="answer", fit=fitting.closing, example={"closing_paper": "@first"},
            notices=(Notice("applicant", _("您的法律援助（%(code)s）这个阶段已办结，请查看结果。满意不满意都可以告诉我们。")),),
            papers=(closing.CLOSE,),
        ),
        Move(
            "hand_in_file", _("提交案卷"), {"closed", "terminated"}, "file_review", LAWYER | OFFICE, form=move_forms.HandIn,
            guard=acts.something_handed_in, effect=acts.handed_in, outcome="closed", primary=True, example={"paper_file": "on"},
        ),
        Move(
            "return_file", _("案卷不齐，退回补正"), {"file_review"}, "closed", OFFICE, form=move_forms.Reason, effect=acts.note,
            outcome="closed", notices=(Notice("handler", _("%(code)s 的案卷要补正，请查看。")),),
        ),
        Move(
            "accept_file", _("案卷合格"), {"file_review"}, "payable", OFFICE, form=move_forms.AcceptFile, guard=acts.not_own_file,
            effect=acts.file_accepted, outcome="closed", primary=True,
        ),
        Move(
            "object", _("提出异议"), {"refused", "terminated"} if back == "granted" else {"terminated"}, "objection",
            {Role.RESIDENT, Role.CLERK, Role.OFFICER}, form=move_forms.Object, effect=acts.objected,
            help=_("不同意这个决定的，可以在收到之日起十五日内向司法局提出；超过了也可以说明原因提出。"),
            notices=(Notice("supervisor", _("%(code)s 提出异议，请在五日内审查。")),),
        ),
        Move(
            "overturn", _("责令给予援助"), {"objection"}, back, BUREAU, form=move_forms.Decided, guard=acts.not_who_decided,
            effect=acts.overturned, answer="answer", primary=True,
            notices=(Notice("applicant", _("您的异议（%(code)s）成立，会给您法律援助。")),),
            papers=(decision.OBJECTION,),
        ),
        Move(
            "uphold", _("维持原决定"), {"objection"}, "upheld", BUREAU, form=move_forms.Decided, guard=acts.not_who_decided,
            effect=acts.upheld, outcome="upheld", answer="answer",
            notices=(Notice("applicant", _("您的异议（%(code)s）有了决定，请查看；您还可以申请行政复议或者起诉。")),),
            papers=(decision.OBJECTION,),
        ),
        Move(
            "upheld_sent", _("登记异议决定已送达"), {"upheld"}, "upheld", BUREAU | DESK, form=move_forms.Sent,
            guard=acts.served_in_order, effect=acts.decision_served, outcome="upheld",
        ),
        Move("archive", _("归档"), {"payable"}, "archived", OFFICE, guard=acts.settled, outcome="closed", primary=True),
        *inspecting.moves(),
    )  # fmt: skip


OUTCOMES = (
    Outcome("closed", _("已结案")),
    Outcome("terminated", _("已终止"), good=False),
    Outcome("upheld", _("异议维持原决定"), good=False),
    Outcome("withdrawn", _("本人撤回")),
)

apply = offer(
    Service(
        code="legal_aid.apply",
        name=_("法律援助申请"),
        form=forms.Apply,
        business="01",
        initial="received",
        items={"C03", "C06", "C08", "C09", "C10", "C11", "C12", "C13", "C17"},
        roles=frozenset({Role.CLERK, Role.OFFICER}),
        pool=False,
        title=title,
        topic=topic,
        topics=topics,
        opponents=others,
        received=acts.applied,
        orphaned=acts.orphaned,
        masked=sight.masked,
        hints=panels.hints,
        panels=panels.for_staff,
        resident_panels=panels.for_resident,
        pages=guide.pages,
        foretell=guide.foretell,
        missing=checking.missing,
        may_demand=materials.demand_fault,
        papers_on={"ask_correction": (application.SUPPLEMENT,)},
        offers=offers.of_case,
        example={"story": "工地欠了三个月工资，要三万元", "matter": "31-5-2", "stage": "arbitration", "household": "4", "income": "1500"},
        states=(
            State("received", _("已接收"), Phase.OPEN, _("申请已收到，正在看材料。")),
            State("provisional", _("先行提供援助"), Phase.OPEN, _("事情急，已先安排援助，手续请在约定的日子前补齐。")),
            State("review", _("审查中"), Phase.OPEN, _("正在审查您的申请。")),
            State("cooperating", _("异地协作核查"), Phase.WAITING_OTHER, _("正在请外地的法律援助机构核查，这段时间不计入期限。")),
            State("to_grant", _("待审批：给予"), Phase.OPEN, _("已审查，正在审批。")),
            State("to_refuse", _("待审批：不予"), Phase.OPEN, _("已审查，正在审批。")),
            State("granted", _("给予援助，待指派"), Phase.OPEN, _("同意给您法律援助，正在指派人员。")),
            *tail_states(),
            State("refused", _("不予援助"), Phase.DONE, _("没有同意给您法律援助。理由和不同意时的办法请看决定。")),
            State("elsewhere", _("应向其他机构申请"), Phase.DONE, _("这件事归别的法律援助机构办，地址已告诉您。")),
            State("lapsed", _("视为撤回"), Phase.DONE, _("到约定的日子没有补齐材料，视为撤回。随时可以重新申请。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            *OUTCOMES,
            Outcome("refused", _("不予法律援助"), good=False),
            Outcome("elsewhere", _("告知向其他机构申请")),
            Outcome("lapsed", _("视为撤回"), good=False),
        ),
        moves=(
            Move(
                "accept", _("接收，开始审查"), {"received"}, "review", DESK, guard=acts.may_be_accepted, effect=acts.accepted, takes=True, primary=True,
                notices=(Notice("applicant", _("您的法律援助申请（%(code)s）材料已接收%(due)s。")),),
                papers=(application.RECEIPT,),
            ),
            Move(
                "sign", _("登记签名或按指印"), {"received"}, "received", DESK, form=move_forms.Signed, guard=acts.is_signed,
                effect=acts.signed, example={"mark": "thumb", "read_back": "on"},
            ),
            Move(
                "add_people", _("加进一起的人"), {"received"}, "received", DESK, form=move_forms.AddPeople, effect=acts.enrolled,
                example={"roster": "示例甲 13800001111 1000"},
            ),
            Move(
                "add_more_people", _("加进一起的人"), {"review", "provisional"}, "", OFFICE, form=move_forms.AddPeople, effect=acts.enrolled,
                example={"roster": "示例乙 13800002222 1000"},
            ),
            Move(
                "facts", _("补全案情信息"), {"received"}, "received", DESK, form=move_forms.Facts, effect=acts.facts_set,
                fit=fitting.facts, example={"matter": "31-5-2", "stage": "arbitration", "position": "claimant", "pledged": "on"},
            ),
            Move(
                "complete", _("补全案情信息"), {"review", "provisional"}, "review", OFFICE, form=move_forms.Facts, effect=acts.facts_set,
                fit=fitting.facts, example={"matter": "31-5-2", "stage": "arbitration", "position": "claimant", "pledged": "on"},
            ),
            Move(
                "elsewhere", _("不归这里，告知应去的机构"), {"received", "review"}, "elsewhere", DESK, form=move_forms.Elsewhere,
                effect=acts.sent_elsewhere, outcome="elsewhere", answer="answer",
            ),
            Move(
                "provide_first", _("先行提供援助"), {"received", "review"}, "provisional", OFFICE, form=move_forms.First,
                guard=acts.day_ahead("formalities_by"), effect=acts.first_given, example={"formalities_by": "2026-12-07"},
                notices=(Notice("applicant", _("事情急，中心先给您法律援助（%(code)s），请在约定的日子前补齐手续。")),),
            ),
            Move("cooperate", _("请异地协作核查"), {"review"}, "cooperating", OFFICE, form=move_forms.Cooperate, effect=acts.note, papers=(application.COOPERATE,)),
            Move(
                "cooperation_back", _("协作回函到了"), {"cooperating"}, "review", OFFICE, form=move_forms.CooperationBack,
                effect=acts.note, primary=True,
            ),
            Move(
                "propose_grant", _("拟给予援助，送审批"), {"review", "provisional"}, "to_grant", OFFICE, form=move_forms.ProposeGrant,
                guard=acts.may_grant, effect=acts.reviewed("grant"), primary=True, fit=fitting.grant, example={"hardship": "stated"},
                papers=(decision.REVIEW,),
            ),
            Move(
                "propose_refusal", _("拟不予援助，送审批"), {"review", "provisional"}, "to_refuse", OFFICE,
                form=move_forms.ProposeRefusal, guard=acts.may_refuse, effect=acts.reviewed("refuse"),
                example={"ground": "scope", "reason": "申请的是商标转让合同纠纷，不在法律援助的范围内。"},
                papers=(decision.REVIEW,),
            ),
            Move(
                "grant", _("批准给予"), {"to_grant"}, "granted", OFFICE, form=move_forms.Approve, guard=acts.another_than_reviewer,
                effect=acts.decided, primary=True,
                notices=(Notice("applicant", _("好消息：同意给您法律援助（%(code)s），不收费，接着指派人员%(due)s。")),),
                papers=(decision.GRANT, decision.REVIEW),
            ),
            Move(
                "refuse", _("批准不予"), {"to_refuse"}, "refused", OFFICE, form=move_forms.Approve, guard=acts.another_than_reviewer,
                effect=acts.decided, outcome="refused", primary=True,
                notices=(Notice("applicant", _("您的法律援助申请（%(code)s）没有获得同意。理由和异议办法请查看，也可以打 12348 问。")),),
                papers=(decision.REFUSE, decision.REVIEW),
            ),
            Move("send_back", _("退回重新审查"), {"to_grant", "to_refuse"}, "review", OFFICE, form=move_forms.Reason,
                 guard=acts.another_than_reviewer, effect=acts.sent_back),
            Move(
                "refusal_sent", _("登记决定已送达"), {"refused"}, "refused", DESK, form=move_forms.Sent, guard=acts.served_in_order,
                effect=acts.decision_served, outcome="refused",
            ),
            Move(
                "assign", _("指派"), {"granted"}, "assigned", OFFICE, form=move_forms.Assign, guard=acts.may_be_assigned,
                effect=acts.assigned, primary=True, fit=fitting.lawyers, example={"lawyer": "@first"},
                notices=(Notice("handler", _("有新的法律援助指派：%(code)s，请尽快接受或退回。")),),
                papers=(assignment.ASSIGN, assignment.LETTER),
            ),
            Move(
                "assign_first", _("先行指派"), {"provisional"}, "provisional", OFFICE, form=move_forms.Assign,
                guard=acts.may_be_assigned, effect=acts.assigned, fit=fitting.lawyers, example={"lawyer": "@first"},
                notices=(Notice("handler", _("有紧急的法律援助指派：%(code)s，请马上联系受援人。")),),
                papers=(assignment.ASSIGN, assignment.LETTER),
            ),
            Move("confirm_lawyer", _("由先行援助的人员继续"), {"granted"}, "arranged", OFFICE, guard=acts.has_lawyer,
                 effect=acts.lawyer_confirmed),
            *tail_moves("granted"),
            Move(
                "deem_withdrawn", _("到期未补，视为撤回"), {"received", "review", "provisional"}, "lapsed", DESK,
                form=move_forms.OptionalReason, guard=fitting.waited_long_enough, outcome="lapsed",
                notices=(Notice("applicant", _("您的法律援助申请（%(code)s）到期没有补齐材料，视为撤回。随时可以重新申请，已交的不用再交。")),),
            ),
            Move(
                "withdraw", _("撤回"), {"received", "review", "provisional", "granted"}, "withdrawn", {Role.RESIDENT, Role.CLERK, Role.OFFICER},
                form=move_forms.OptionalReason, outcome="withdrawn",
            ),
            Move(
                "reopen", _("重新申请"), {"refused", "upheld", "elsewhere", "lapsed", "withdrawn"}, "received",
                {Role.RESIDENT, Role.CLERK, Role.OFFICER}, form=move_forms.Reason, effect=acts.restarted,
            ),
            complain("received", "provisional", "review", "cooperating", "to_grant", "to_refuse", "granted", "refused", "elsewhere", "lapsed", *TAIL),
        ),
        clocks=clocks.APPLY,
        keep=Keep(30, "法律援助案卷保管期限，地方档案期限表", sure=False),
    )
)  # fmt: skip

notice = offer(
    Service(
        code="legal_aid.notice",
        name=_("办案机关通知指派"),
        form=forms.Notice,
        business="01",
        initial="received",
        items={"C04", "C05"},
        roles=frozenset({Role.OFFICER}),
        takers=frozenset({Role.CLERK, Role.OFFICER, Role.PARTNER}),
        pool=False,
        title=title,
        topic=topic,
        topics=topics,
        opponents=accused,
        received=acts.noticed,
        orphaned=acts.orphaned,
        masked=sight.masked,
        offers=offers.of_case,
        hints=panels.hints,
        panels=panels.for_staff,
        resident_panels=panels.for_resident,
        example={"matter": "CR-25-1", "accused_name": "示例某", "cause": "盗窃", "stage": "first", "authority": "court",
                 "authority_name": "示例县人民法院", "authority_no": "（2026）示刑初1号"},
        states=(
            State("received", _("收到通知，待指派"), Phase.OPEN, _("已收到办案机关的通知，正在指派律师。")),
            *tail_states(),
            State("declined_lawyer", _("当事人不同意律师，等办案机关审查"), Phase.WAITING_OTHER, _("您不同意这位律师，办案机关正在了解原因。")),
            State("no_lawyer_wanted", _("当事人自行委托或拒绝"), Phase.DONE, _("您已自己请律师，或者不要指派的律师。")),
            State("called_off", _("通知撤销"), Phase.DONE, _("办案机关撤销了通知。")),
        ),
        outcomes=(
            *OUTCOMES,
            Outcome("no_lawyer_wanted", _("当事人自行委托或拒绝"), good=False),
            Outcome("called_off", _("通知撤销")),
        ),
        moves=(
            Move(
                "assign", _("指派并函告办案机关"), {"received"}, "assigned", OFFICE, form=move_forms.Assign, guard=acts.may_be_assigned,
                effect=acts.assigned, primary=True, fit=fitting.lawyers, example={"lawyer": "@first"},
                notices=(Notice("handler", _("有新的法律援助指派：%(code)s，请尽快接受或退回。")),),
                papers=(assignment.ASSIGN, assignment.LETTER),
            ),
            *tail_moves("received"),
            Move(
                "client_declines", _("当事人不同意辩护"), {"arranged", "in_progress"}, "declined_lawyer", LAWYER | OFFICE,
                form=move_forms.Reason, effect=acts.client_declined,
                help=_("会见时先问是否同意，记入笔录；不同意的写给中心和办案机关。"),
            ),
            Move(
                "another", _("有正当理由，另派律师"), {"declined_lawyer"}, "received", OFFICE, form=move_forms.OrganChecks,
                effect=acts.another_lawyer, primary=True,
            ),
            Move(
                "own_lawyer", _("已自行委托，或不再指派"), {"declined_lawyer", "in_progress", "arranged", "assigned"}, "no_lawyer_wanted",
                OFFICE, form=move_forms.OrganChecks, effect=acts.note, outcome="no_lawyer_wanted",
            ),
            Move("agreed_after_all", _("同意由这位律师辩护"), {"declined_lawyer"}, "arranged", LAWYER | OFFICE, form=move_forms.OptionalReason,
                 effect=acts.note),
            Move(
                "withdraw", _("办案机关撤销通知"), {"received", "assigned", "arranged"}, "called_off", OFFICE, form=move_forms.Reason,
                effect=acts.note, outcome="called_off",
            ),
            Move("reopen", _("重新指派"), {"no_lawyer_wanted", "called_off", "upheld"}, "received", OFFICE, form=move_forms.Reason,
                 effect=acts.restarted),
            complain("declined_lawyer", "no_lawyer_wanted", *TAIL),
        ),
        clocks=clocks.NOTICE,
        keep=Keep(30, "法律援助案卷保管期限，地方档案期限表", sure=False),
    )
)  # fmt: skip

offer(duty.service())
offer(complaint.service())
