"""Forensic appraisal (司法鉴定): a commission from its acceptance to the delivered opinion and what may follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.spine.catalogue import Keep, Move, Notice, Outcome, Phase, Service, State, offer

from . import acts, after, clocks, course, fields, fitting, forms, guide, houses, move_forms, panels, recusal
from .papers import commission as agreed
from .papers import letters, offers, opinion

#: An institution; the bureau's officer enters for one that has no account here (houses.house_fault).
HOUSE = frozenset({Role.PROVIDER, Role.OFFICER})
EXPERT = frozenset({Role.PROVIDER})
#: Who writes down what a client says who has no door of its own.
DESK = frozenset({Role.CLERK, Role.OFFICER})
CLIENT = frozenset({Role.RESIDENT, Role.CLERK, Role.OFFICER})

#: While the appraisal is under way.
UNDER_WAY = ("accepted", "commissioned", "assigned", "in_progress", "paused", "drafted", "reviewed")
#: When an opinion is out.
OUT = ("delivered", "archived")


def topic(content: Mapping[str, Any]) -> str:
    """The sub-field's code, for filters."""
    return str(content.get("field") or "")


def follower(content: Mapping[str, Any]) -> str:
    """The litigant, who asks by code how it stands and learns nothing else."""
    return str(content.get("follower_phone") or "")


STATES = (
    State("received", _("待受理"), Phase.OPEN, _("委托已收到，鉴定机构正在决定是否受理。")),
    State("supplement", _("等补充材料"), Phase.WAITING_OTHER, _("材料还不够，正在等委托人补充；这段时间不计入。")),
    State("accepted", _("已受理，待签委托书"), Phase.OPEN, _("鉴定机构已受理，等双方签委托书。")),
    State("commissioned", _("委托书已生效，待指定鉴定人"), Phase.OPEN, _("委托书已生效，正在指定鉴定人。")),
    State("assigned", _("鉴定人已定，待开始"), Phase.OPEN, _("鉴定人已经确定，马上开始。")),
    State("in_progress", _("鉴定中"), Phase.OPEN, _("正在鉴定。")),
    State("paused", _("暂停，不计时"), Phase.WAITING_OTHER, _("正在等材料或者见证人，这段时间不计入。")),
    State("drafted", _("意见待复核"), Phase.OPEN, _("鉴定意见正在由另外的人复核。")),
    State("reviewed", _("已复核，待签发"), Phase.OPEN, _("复核完了，正在出具意见书。")),
    State("issued", _("已出具，待送达"), Phase.OPEN, _("意见书已出具，正在送给委托人。")),
    State("delivered", _("已送达"), Phase.DONE, _("意见书已送给委托人。")),
    State("archived", _("已归档"), Phase.DONE, _("鉴定已办结归档。")),
    State("not_accepted", _("不予受理"), Phase.DONE, _("鉴定机构没有受理，理由已告诉委托人，材料退还。")),
    State("terminated", _("已终止"), Phase.DONE, _("鉴定已终止，理由已告诉委托人，材料退还。")),
    State("withdrawn", _("已撤销委托"), Phase.DONE, _("委托人撤销了委托。")),
)

OUTCOMES = (
    Outcome("completed", _("已出具鉴定意见")),
    Outcome("not_accepted", _("不予受理"), good=False),
    Outcome("terminated", _("终止鉴定"), good=False),
    Outcome("withdrawn", _("撤销委托")),
)

ACCEPTING = (
    Move(
        "choose", _("选定鉴定机构"), {"received"}, "received", DESK, form=move_forms.Choose, effect=acts.chosen, fit=fitting.house,
        example={"institution": "@first"},
    ),
    Move(
        "list_materials", _("登记鉴定材料"), {"received"}, "received", HOUSE, form=move_forms.Things, guard=acts.both(acts.by_house, acts.not_ahead("received_on")),
        effect=acts.listed, inside=True, example={"things": "病历复印件，12，完好", "received_on": "2026-11-23"},
        help=_("名称、种类、数量、状态、保存和时间，受理以前就要登记（第十二条）。"),
    ),
    Move(
        "accept", _("受理"), {"received", "supplement"}, "accepted", HOUSE, form=move_forms.Accept, guard=acts.may_accept, effect=acts.accepted,
        primary=True, fit=fitting.accept, example={"field": "0103", "capacity": "full"}, papers=(agreed.TOLD,),
        notices=(Notice("applicant", _("您委托的鉴定（%(code)s）已受理，请和鉴定机构签委托书%(due)s。")),),
    ),
    Move(
        "ask_supplement", _("要求补充材料"), {"received"}, "supplement", HOUSE, form=move_forms.AskSupplement, guard=acts.by_house,
        effect=acts.supplement_asked,
        notices=(Notice("applicant", _("您委托的鉴定（%(code)s）要补充材料，请查看。补齐前不计算受理时间。")),),
    ),
    Move(
        "supplied", _("材料补来了"), {"supplement"}, "received", CLIENT | EXPERT, form=move_forms.Supplied, effect=acts.supplied, primary=True,
        example={"note": "补充了影像资料"}, notices=(Notice("handler", _("%(code)s 的材料补来了，请决定是否受理。")),),
    ),
    Move(
        "agree_date", _("商定受理决定的日期"), {"received"}, "received", HOUSE, form=move_forms.AgreeDate, guard=acts.may_agree_date,
        effect=acts.date_agreed, help=_("复杂、疑难或者特殊的事项，可以和委托人商定（第十三条）。"), example={"decide_by": "2027-03-31"},
    ),
    Move(
        "refuse", _("不予受理"), {"received", "supplement"}, "not_accepted", HOUSE, form=move_forms.Refuse, guard=acts.by_house, effect=acts.refused,
        outcome="not_accepted", papers=(agreed.REFUSAL,), example={"reason": "超出本机构登记的业务范围。"},
        notices=(Notice("applicant", _("您委托的鉴定（%(code)s）没有受理，理由请查看，材料退还。")),),
    ),
    Move(
        "sign", _("委托书已签"), {"accepted"}, "commissioned", HOUSE, form=move_forms.Sign, guard=acts.may_sign, effect=acts.signed, primary=True,
        fit=fitting.sign, papers=(agreed.COMMISSION,), inside=True, example={"signed_on": "2026-11-23", "fee": "1200", "relief": ""},
        notices=(Notice("applicant", _("鉴定委托书（%(code)s）已生效%(due)s。")),),
    ),
)  # fmt: skip

COURSE = (
    Move(
        "assign", _("指定鉴定人"), {"commissioned"}, "assigned", HOUSE, form=move_forms.Assign, guard=course.may_assign, effect=course.assigned,
        primary=True, fit=fitting.examiners, example={"more": []},
        notices=(Notice("handler", _("您被指定为鉴定人：%(code)s。应当回避的，请马上提出。")),),
    ),
    Move(
        "recuse", _("决定回避，另行指定"), {"assigned", "in_progress"}, "commissioned", HOUSE, form=move_forms.Recuse,
        guard=course.may_decide_recusal, effect=course.stepped_aside, fit=fitting.of_the_case, example={"expert": "@first"},
    ),
    Move(
        "recuse_no", _("决定不回避"), {"assigned", "in_progress"}, "", HOUSE, form=move_forms.Recuse, guard=course.may_decide_recusal,
        effect=course.stays, fit=fitting.of_the_case, example={"expert": "@first"},
        notices=(Notice("applicant", _("您提出的回避（%(code)s），鉴定机构决定不回避。有异议的，可以撤销委托。")),),
    ),
    Move(
        "reassign", _("另行指定鉴定人"), {"assigned", "in_progress"}, "commissioned", HOUSE, form=forms.Reason, guard=course.may_reassign,
        effect=course.reassigned, help=_("鉴定人停止执业、不能继续时用。"),
    ),
    Move("begin", _("开始鉴定"), {"assigned"}, "in_progress", HOUSE, guard=course.may_begin, effect=course.begun, primary=True),
    Move(
        "record", _("写鉴定记录"), {"in_progress"}, "in_progress", HOUSE, form=move_forms.Record, guard=course.may_record, effect=course.recorded,
        inside=True, example={"kind": "body", "on": "2026-11-23", "method": "national", "private": "on"},
        help=_("边做边记，写了就不能改（第二十七条）。"),
    ),
    Move(
        "pause", _("暂停计时"), {"in_progress"}, "paused", HOUSE, form=move_forms.Pause, guard=acts.on_case, effect=course.paused, inside=True,
        help=_("只有补充、重新提取材料和见证人未到场不计入时限（第二十五条、第二十八条）。"),
        notices=(Notice("applicant", _("您委托的鉴定（%(code)s）暂停计时，正在等材料或者见证人，请查看。")),),
    ),
    Move(
        "resume", _("继续鉴定"), {"paused"}, "in_progress", HOUSE, form=move_forms.Supplied, guard=acts.on_case, effect=course.resumed,
        primary=True, inside=True, example={"note": "材料已补齐"},
    ),
    Move(
        "ask_extension", _("申请延长时限"), {"in_progress", "drafted"}, "", EXPERT, form=move_forms.AskExtension, guard=course.may_ask_extension,
        effect=course.extension_asked, example={"days": "20"},
    ),
    Move(
        "extend", _("批准延长时限"), {"in_progress", "paused", "drafted", "reviewed"}, "", EXPERT, form=move_forms.Extend, guard=course.may_extend,
        effect=course.extended, papers=(letters.EXTENSION,), example={"days": "20"}, help=_("由鉴定机构负责人在期满前批准，只有一次，并告知委托人。"),
        notices=(Notice("applicant", _("您委托的鉴定（%(code)s）延长了时限%(due)s，理由请看告知书。")),),
    ),
    Move(
        "agree_time", _("另行商定完成日期"), {"assigned", "in_progress", "drafted", "reviewed"}, "", HOUSE, form=move_forms.AgreeTime,
        guard=course.may_agree_time, effect=course.time_agreed, example={"complete_by": "2027-03-31"}, inside=True,
    ),
    Move(
        "draft", _("起草鉴定意见"), {"in_progress"}, "drafted", HOUSE, form=move_forms.Draft, guard=course.may_draft, effect=course.drafted,
        primary=True, example={"opined_on": "2026-11-23"},
    ),
    Move(
        "name_reviewer", _("指定复核人"), {"drafted"}, "drafted", HOUSE, form=move_forms.NameReviewer, guard=course.may_name_reviewer,
        effect=course.reviewer_named, fit=fitting.reviewers, example={"more": [], "reviewer": "@first"},
        help=_("复核人不能是本案的鉴定人；指定以后就能看到这件事。"),
    ),
    Move(
        "review", _("复核通过"), {"drafted"}, "reviewed", HOUSE, form=move_forms.Review, guard=course.may_review, effect=course.reviewed,
        primary=True, fit=fitting.reviewers, papers=(opinion.REVIEW,), example={"reviewer": "@first", "more": [], "few": "本机构只有三名鉴定人"},
    ),
    Move(
        "send_back", _("复核退回"), {"drafted", "reviewed"}, "in_progress", HOUSE, form=forms.Reason, guard=acts.on_case, effect=course.sent_back,
        notices=(Notice("handler", _("%(code)s 的鉴定意见复核退回，请查看。")),),
    ),
    Move(
        "enter_code", _("登记统一赋码"), {"reviewed"}, "reviewed", HOUSE, form=move_forms.EnterCode, guard=course.may_enter_code,
        effect=course.code_entered, example={"unified": "示例赋码-0001"}, help=_("平台会自动给；平台上已经有的，照样填。"),
    ),
    Move(
        "issue", _("出具意见书"), {"reviewed"}, "issued", HOUSE, form=move_forms.Issue, guard=after.may_issue, effect=after.issued, primary=True,
        papers=(opinion.OPINION, opinion.OPINION_CLIENT), example={"copies": "4"},
        notices=(Notice("applicant", _("您委托的鉴定（%(code)s）已出具意见书，会送给委托人%(due)s。")),),
    ),
    Move(
        "deliver", _("登记已送达"), {"issued"}, "delivered", HOUSE, form=move_forms.Deliver, guard=after.may_deliver, effect=after.delivered,
        outcome="completed", primary=True, example={"on": "2026-11-23"},
    ),
    Move("archive", _("归档"), {"delivered"}, "archived", HOUSE, outcome="completed", guard=acts.by_house, primary=True),
    Move(
        "terminate", _("终止鉴定"), {"accepted", "commissioned", "assigned", "in_progress", "paused", "drafted", "reviewed"}, "terminated", HOUSE,
        form=move_forms.Terminate, guard=acts.by_house, effect=course.ended, outcome="terminated", papers=(letters.TERMINATION,),
        notices=(Notice("applicant", _("您委托的鉴定（%(code)s）已终止，理由请看告知书，材料退还。")),),
    ),
)  # fmt: skip

#: What only the institution itself does: its head, or the office that the head put in charge.
HEADS = frozenset(
    {"list_materials", "accept", "ask_supplement", "agree_date", "refuse", "sign", "assign", "recuse", "recuse_no", "reassign", "extend", "agree_time",
     "name_reviewer", "terminate", "archive", "returned"}
)  # fmt: skip


def offered(move: Move) -> Move:
    """A move with the people for whom it is worth a button; what the client or a clerk may do as well is everybody's."""
    if move.code in HEADS:
        return replace(move, shown=houses.for_head)
    return replace(move, shown=houses.for_house) if move.by <= HOUSE else move


AFTER = (
    Move(
        "correct", _("补正"), {"issued", "delivered", "archived"}, "", HOUSE, form=move_forms.Correct, guard=after.may_correct, effect=after.corrected,
        papers=(opinion.CORRECTION,), fit=fitting.of_the_case, help=_("只补正形式和文字，不能碰鉴定意见；意见有误的走重新鉴定（第四十一条）。"),
    ),
    Move(
        "supplementary", _("补充鉴定"), set(OUT), "accepted", HOUSE | {Role.CLERK}, form=move_forms.Supplement, effect=after.supplementary,
        help=_("是原鉴定的组成部分，由原来的鉴定人做（第三十条）。"),
        notices=(Notice("handler", _("%(code)s 要补充鉴定，请签委托书。")),),
    ),
    Move(
        "repeat", _("委托重新鉴定"), set(OUT), "", CLIENT, form=move_forms.Repeat, guard=after.may_repeat, effect=after.repeated,
        help=_("另开一件，委托别的机构和别的鉴定人（第三十一条、第三十二条）。"),
    ),
    Move(
        "summon", _("登记出庭通知"), set(OUT), "", HOUSE | {Role.CLERK}, form=move_forms.Summon, guard=after.may_summon, effect=after.summoned,
        example={"noticed_on": "2026-11-23", "hearing_on": "2026-12-23"}, notices=(Notice("handler", _("%(code)s 有出庭通知，请和法院确认。")),),
    ),
    Move(
        "confirm_hearing", _("已和法院确认出庭"), set(OUT), "", HOUSE, form=move_forms.ConfirmHearing, guard=after.is_summoned,
        effect=after.hearing_confirmed,
    ),
    Move("testified", _("登记出庭结果"), set(OUT), "", HOUSE, form=move_forms.Testified, guard=after.may_testify, effect=after.testified),
    Move(
        "returned", _("材料已退还"), {"not_accepted", "terminated", "withdrawn", *OUT}, "", HOUSE, form=move_forms.GivenBack, guard=acts.by_house,
        effect=course.given_back,
    ),
    Move(
        "withdraw", _("撤销委托"), {"received", "supplement", *UNDER_WAY}, "withdrawn", CLIENT, form=forms.OptionalReason, outcome="withdrawn",
        notices=(Notice("handler", _("%(code)s 的委托人撤销了委托，请退还材料。")),),
    ),
    Move(
        "reopen", _("重新委托"), {"not_accepted", "terminated", "withdrawn"}, "received", CLIENT, form=forms.Reason, effect=acts.restarted,
    ),
)  # fmt: skip

commission = offer(
    Service(
        code="forensics.commission",
        name=_("司法鉴定"),
        form=forms.Commission,
        business="03",
        initial="received",
        items={"G02", "G03"},
        roles=frozenset({Role.PROVIDER}),
        pool=False,
        house=True,
        topic=topic,
        topics=fields.topics,
        opponents=acts.others,
        received=acts.commissioned,
        follower=follower,
        masked=panels.masked,
        closed=houses.closed,
        bars=recusal.bars,
        orphaned=course.orphaned,
        hints=panels.hints,
        panels=panels.for_staff,
        resident_panels=panels.for_resident,
        pages=guide.pages,
        foretell=guide.foretell,
        offers=offers.of_case,
        example={
            "context": "non_litigation", "client": "person", "client_name": "", "kind": "first", "field": "0103", "matter": "伤残等级",
            "purpose": "保险理赔", "subject_name": "示例某", "capacity": "full", "institution": "@first", "repeat_ground": "",
        },
        states=STATES,
        outcomes=OUTCOMES,
        moves=tuple(offered(m) for m in (*ACCEPTING, *COURSE, *AFTER)),
        clocks=clocks.COMMISSION,
        keep=Keep(30, "司法鉴定档案保管期限，地方档案期限表", sure=False),
    )
)  # fmt: skip

# What stands beside the flow of cases: each a module of its own that declares what it has to declare.
from . import bureau  # noqa: E402, F401
