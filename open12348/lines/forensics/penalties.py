"""Penalty cases against institutions and experts (行政处罚法; 全国人大常委会关于司法鉴定管理问题的决定 Art 13).

A county may find and propose. Nothing is reported before the subject was told and could speak. The region decides; the
prefecture writes the decision down, and from that minute a suspension works: open cases are given anew (spine/handover.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import Actor, Role
from open12348.kernel.blocks import Para, Seal, Table
from open12348.kernel.workdays import add_months, calendar_for, legal_day, start_of
from open12348.registry import postings, providers
from open12348.registry.divisions import calendar_layers
from open12348.registry.models import Account, Organisation, PostingKind, Practitioner, Status
from open12348.spine import handover
from open12348.spine.casework import Act, Refused
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Paper, Phase, Service, State
from open12348.spine.files import words
from open12348.spine.journal import Turn
from open12348.spine.models import Case, DocumentKind
from open12348.ui.fields import CodeField, LenientDateField, line, text

from . import impartial
from .bureau_figures import number, term, the
from .complaint_models import ForensicComplaint, ForensicPenalty, PenaltyGravity, PenaltyKind
from .registration_forms import Reason, expert_with, institution_with

CODE, ROOM = "forensics.penalty", "penalties"
OFFICE = frozenset({Role.OFFICER, Role.SUPERVISOR})
SINCE = date(2021, 7, 15)
STATED = [("stated", _("作了陈述、申辩")), ("hearing", _("举行了听证")), ("waived", _("书面放弃"))]


# Forms


class Found(forms.Form):
    """What was found: about whom, which facts, which article, what is proposed."""

    licence_no = line(_("机构许可证号或鉴定人执业证号"), 40)
    facts = text(_("违法事实和证据"), 5, 6000)
    basis = line(_("依据的条款"), 200, help_text=_("写到条、项，例如：司法鉴定机构登记管理办法第三十九条第二项。"))
    proposed = forms.ChoiceField(label=_("建议的处罚"), choices=PenaltyKind.choices)
    complaint = CodeField(label=_("来自哪件投诉（编号）"), required=False)

    def clean_licence_no(self) -> str:
        """The number as it stands in the register. Errors: unknown."""
        number_ = numbers.plain(str(self.cleaned_data["licence_no"])).strip()
        if institution_with(number_) is None and expert_with(number_) is None:
            raise forms.ValidationError(
                _("登记册里没有这个号：%(number)s。请照许可证（执业证）再核对一遍。"), params={"number": number_}
            )
        return number_

    def clean_complaint(self) -> str:
        """A complaint about appraisal. Errors: another code."""
        code = str(self.cleaned_data.get("complaint") or "")
        if code and not ForensicComplaint.objects.filter(order__code=code).exists():
            raise forms.ValidationError(_("这个编号不是司法鉴定投诉。请核对，或者空着。"))
        return code


class Told(forms.Form):
    """The subject is told what is intended, and that they may speak (行政处罚法 Art 44, 45, 63)."""

    letter = text(_("拟处罚的事实、理由和依据"), 4, 3000, min_length=5)


class Stated(forms.Form):
    """What the subject said."""

    stated = forms.ChoiceField(label=_("当事人怎样回应"), choices=STATED, widget=forms.RadioSelect)
    note = text(_("陈述、申辩或者听证的内容，采纳了没有"), 4, 4000)


class Decided(forms.Form):
    """What the region decided."""

    decided = forms.ChoiceField(label=_("决定的处罚"), choices=PenaltyKind.choices)
    months = forms.IntegerField(
        label=_("停业几个月"), min_value=1, max_value=60, required=False, help_text=_("只有停止从事司法鉴定业务才填。")
    )
    decided_on = LenientDateField(label=_("决定的日期"))
    document = line(_("处罚决定书文号"), 120)
    gravity = forms.ChoiceField(label=_("失信程度"), choices=PenaltyGravity.choices, help_text=_("公示多久按它算。"))

    def clean(self) -> dict[str, Any]:
        """A suspension of three months to a year, and a day that has been. Errors say what is right."""
        data = super().clean() or {}
        day = data.get("decided_on")
        if day and day > legal_day(timezone.now()):
            self.add_error("decided_on", _("决定的日期不能晚于今天。"))
        elif day and data.get("decided") == PenaltyKind.SUSPENSION:
            least, most = number(ROOM, "suspension_least", day), number(ROOM, "suspension_most", day)
            if not least <= int(data.get("months") or 0) <= most:
                self.add_error(
                    "months",
                    _("停业是 %(least)s 到 %(most)s 个月（决定第十三条），请照决定书填。")
                    % {"least": least, "most": most},
                )
        elif data.get("months"):
            self.add_error("months", _("只有停止从事司法鉴定业务才有月数，请空着。"))
        return data


class Post(forms.Form):
    """The penalty shown in public, to the end of its time."""

    text = text(
        _("公示的内容"),
        3,
        1000,
        min_length=5,
        help_text=_("写机构或鉴定人、违法事实、处罚。不写投诉人，不写身份证号和电话。"),
    )


# At receipt


def title(content: Mapping[str, Any]) -> str:
    """What lists show."""
    with translation.override("zh-hans"):
        kind = dict(PenaltyKind.choices).get(str(content.get("proposed") or ""), "")
        return f"{_('司法鉴定行政处罚')}：{kind}"[:80]


def came_in(turn: Turn, said: Mapping[str, Any]) -> None:
    """A case is opened: about whom, and what is proposed."""
    house = institution_with(str(said["licence_no"]))
    ForensicPenalty.objects.create(
        order=turn.order, organisation=house, practitioner=None if house else expert_with(str(said["licence_no"])),
        proposed=said["proposed"], proposed_by_id=turn.by.account_id if turn.by.kind == "staff" else None,
        basis=str(said["basis"]), complaint=ForensicComplaint.objects.filter(order__code=said.get("complaint") or "-").first(),
    )  # fmt: skip


def penalty_of(case: Case) -> ForensicPenalty:
    """The row of a penalty case."""
    return ForensicPenalty.objects.select_related("organisation", "practitioner__organisation", "posting").get(
        order_id=case.pk
    )


def criticism_case(code: str, subject: Organisation | Practitioner) -> ForensicPenalty | None:
    """The decided penalty case under a code that criticises exactly this subject in public; None when there is none.

    What an outside notice of criticism must rest on (行政处罚法 Art 9, domain reference B, 7.5).
    """
    row = ForensicPenalty.objects.select_related("organisation", "practitioner").filter(
        order__code=code, decided=PenaltyKind.CRITICISM, decided_on__isnull=False
    ).first()  # fmt: skip
    return row if row is not None and row.subject == subject else None


# Guards


def bars(case: Case, account: Account, at: datetime) -> list[str]:
    """Nobody of the institution concerned."""
    row = ForensicPenalty.objects.select_related("practitioner").filter(order_id=case.pk).first()
    if row is None:
        return []
    ids = [row.organisation_id, row.practitioner.organisation_id if row.practitioner else None]
    return impartial.reasons(account, [i for i in ids if i], at)


def unconnected(act: Act) -> Any:
    """The same for every step."""
    account = Account.objects.select_related("practitioner").filter(pk=act.by.account_id or 0).first()
    found = bars(act.case, account, act.at) if account else []
    return found[0] if found else None


def may_report(act: Act) -> Any:
    """Not before the subject was told and spoke, gave it up in writing, or let the days pass (行政处罚法 Art 44, 45, 64)."""
    if not impartial.at_prefecture(act.by):
        return PREFECTURE
    row = penalty_of(act.case)
    if row.told_on is None:
        return _("还没有事先告知当事人（行政处罚法第四十四条）。")
    if not row.stated:
        days = number(ROOM, "statement", row.told_on)
        last = calendar_for(list(calendar_layers(act.case.county))).add(row.told_on, days)
        if legal_day(act.at) <= last:
            return _(
                "当事人还可以陈述、申辩，到 %(day)s 为止。请登记他的回应，或者等期满（行政处罚法第四十五条）。"
            ) % {"day": last.isoformat()}
    return unconnected(act)


#: Acceptance test 15 of the reference: a county records proposals, never a suspension.
PREFECTURE = _(
    "处罚由自治区决定，决定由地（州、市）司法行政机关登记（全国人大常委会关于司法鉴定管理问题的决定第十三条）；县级只能提出建议。"
)


def may_record(act: Act) -> Any:
    """The prefecture writes down what the region decided; never before the proposal was made."""
    if not impartial.at_prefecture(act.by):
        return PREFECTURE
    row = penalty_of(act.case)
    if row.told_on is not None and act.data["decided_on"] < row.told_on:
        return _("决定的日期早于事先告知的日期（%(day)s）。") % {"day": row.told_on.isoformat()}
    return unconnected(act)


def may_post(act: Act) -> Any:
    """Once, and only as long as it may be shown."""
    if not impartial.at_prefecture(act.by):
        return PREFECTURE
    row = penalty_of(act.case)
    if row.posting is not None:
        return _("已经公示了。")
    if shown_until(row) < legal_day(act.at):
        return _("公示的最长期限（到 %(day)s）已经过了（信用修复管理办法）。") % {"day": shown_until(row).isoformat()}
    return None


def shown_until(row: ForensicPenalty) -> date:
    """The last day on which a penalty may be shown: counted from its document (信用修复管理办法)."""
    assert row.decided_on is not None
    return add_months(row.decided_on, int(the(ROOM, f"publicity_{row.gravity}", max(row.decided_on, SINCE)).value))


def may_repair(act: Act) -> Any:
    """Credit repair stops the publicity early: once the penalty is carried out, and not before the least time it is shown."""
    if not impartial.at_prefecture(act.by):
        return PREFECTURE
    row = penalty_of(act.case)
    if row.posting is None or not postings.stands(row.posting, act.at):
        return _("现在没有在公示。")
    assert row.decided_on is not None
    least = add_months(row.decided_on, int(the(ROOM, f"repair_{row.gravity}", max(row.decided_on, SINCE)).value))
    if legal_day(act.at) < least:
        return _("公示的最短期限到 %(day)s，还不能修复（信用修复管理办法）。") % {"day": least.isoformat()}
    return None


# Effects


def repaired(act: Act) -> None:
    """Shown no longer; kept inside."""
    row = penalty_of(act.case)
    assert row.posting is not None
    try:
        postings.take_down(posting=row.posting, by=act.by, at=act.at, reason=str(act.data["reason"]))
    except postings.PostingFault as fault:
        raise Refused(str(fault)) from fault


def told(act: Act) -> None:
    """The subject was told what is intended."""
    row = penalty_of(act.case)
    row.told_on = legal_day(act.at)
    row.save(update_fields=["told_on"])


def stated(act: Act) -> None:
    """The subject answered."""
    row = penalty_of(act.case)
    row.stated = act.data["stated"]
    row.save(update_fields=["stated"])
    words(act.turn, str(act.data["note"]), kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))


def recorded(act: Act) -> None:
    """The region's decision, and what it means at once: a suspension or the end of a licence."""
    row, data = penalty_of(act.case), act.data
    row.decided, row.months, row.decided_on = data["decided"], data.get("months"), data["decided_on"]
    row.document, row.gravity = str(data["document"]), data["gravity"]
    row.save(update_fields=["decided", "months", "decided_on", "document", "gravity"])
    status = {PenaltyKind.SUSPENSION: Status.SUSPENDED, PenaltyKind.REVOCATION: Status.REVOKED}.get(
        PenaltyKind(row.decided)
    )
    if status is None:
        return
    ends = start_of(add_months(row.decided_on, row.months or 0)) if status == Status.SUSPENDED else None
    if ends is not None and ends <= act.at:
        return  # written down when its time was over
    try:
        handover.set_standing(
            who=row.subject, status=status, at=act.at, by=act.by, reason=str(PenaltyKind(row.decided).label),
            document=row.document, ends_at=ends,
        )  # fmt: skip
    except providers.StandingFault as fault:
        raise Refused(str(fault)) from fault


def posted(act: Act) -> None:
    """Shown in public; it closes by itself on its last day."""
    row = penalty_of(act.case)
    try:
        row.posting = postings.post(
            line="forensics", kind=PostingKind.PENALTY, title=_("司法鉴定行政处罚"), text={"zh": str(act.data["text"])},
            until=shown_until(row), at=act.at, by=act.by, subject=row.subject, document=row.document,
            order_code=act.order.code, invented=row.subject.invented,
        )  # fmt: skip
    except postings.PostingFault as fault:
        raise Refused(str(fault)) from fault
    row.save(update_fields=["posting"])


# Papers and panels


def _facts(act: Act) -> dict[str, Any]:
    row = penalty_of(act.case)
    return {
        "subject": row.subject.name_zh, "proposed": row.get_proposed_display(), "basis": row.basis,
        "letter": str(act.data.get("letter") or ""), "applicant": None,
    }  # fmt: skip


TOLD = Paper(
    no=1, code="penalty_told", title=_("行政处罚事先告知书"), facts=_facts, for_resident=False, tongues="zh",
    blocks=(
        Para(_("%(subject)s："), to=True), Para(_("经查：%(letter)s")), Table((_("拟给予的处罚"), "proposed"), (_("依据"), "basis")),
        Para(_("您（单位）有权陈述、申辩；拟停业、撤销登记的，可以自收到之日起5日内要求听证。不会因为申辩加重处罚。")), Seal(),
    ),
)  # fmt: skip


def panels(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """Against whom, what is proposed, what was decided, how long it is shown."""
    row = ForensicPenalty.objects.select_related("organisation", "practitioner__organisation", "posting", "complaint__order").filter(
        order_id=case.pk
    ).first()  # fmt: skip
    if row is None:
        return []
    until = shown_until(row) if row.decided_on and row.gravity else None
    shown = {"row": row, "subject": row.subject, "until": until, "stated": dict(STATED).get(row.stated, "")}
    return [Panel(_("处罚事项"), "forensics/panel_penalty.html", shown, where="now")]


# The declaration


def _limit(code: str, label: Any, starts: set[str], stops: set[str], **more: Any) -> Clock:
    rule = term(ROOM, code)
    return Clock(
        code, label, 0, rule(SINCE).unit, starts, {*stops, "withdraw", "merge"}, pauses=frozenset(), resumes=frozenset(),
        basis=rule(SINCE).basis, sure=rule(SINCE).sure, term=rule, who=Role.OFFICER, **more,
    )  # fmt: skip


def service() -> Service:
    """The service, declared in line.py."""
    return Service(
        code=CODE,
        name=_("司法鉴定行政处罚"),
        form=Found,
        business="09",
        initial="found",
        roles=frozenset({Role.OFFICER}),
        takers=OFFICE,
        pool=False,
        title=title,
        received=came_in,
        bars=bars,
        panels=panels,
        example={
            "licence_no": "650000111", "facts": "两份意见书由一名鉴定人单独出具。", "basis": "司法鉴定机构登记管理办法第三十九条", "proposed": "warning",
        },
        states=(
            State("found", _("调查取证"), Phase.OPEN),
            State("told", _("已事先告知"), Phase.OPEN),
            State("region", _("等自治区决定"), Phase.WAITING_OTHER),
            State("decided", _("已决定，待执行"), Phase.OPEN),
            State("done", _("已执行"), Phase.DONE),
            State("dropped", _("不予处罚"), Phase.DONE),
            State("withdrawn", _("已撤案"), Phase.DONE),
        ),
        outcomes=(
            Outcome("done", _("已执行处罚")),
            Outcome("dropped", _("不予处罚")),
            Outcome("withdrawn", _("撤案")),
        ),
        moves=(
            Move("tell", _("事先告知当事人"), {"found"}, "told", OFFICE, form=Told, guard=unconnected, effect=told, takes=True, primary=True,
                 papers=(TOLD,)),
            Move("state", _("登记陈述、申辩或听证"), {"told"}, "told", OFFICE, form=Stated, guard=unconnected, effect=stated,
                 example={"stated": "waived"}),
            Move("report", _("报自治区决定"), {"told"}, "region", OFFICE, form=Reason, guard=may_report, primary=True),
            Move("record", _("登记自治区的处罚决定"), {"region"}, "decided", OFFICE, form=Decided, guard=may_record, effect=recorded,
                 primary=True, example={
                     "decided": "warning", "months": "", "decided_on": "2026-11-23", "document": "新司鉴罚〔2026〕3号", "gravity": "general",
                 },
                 notices=(Notice("supervisor", _("%(code)s 的处罚已经决定，请按决定执行。")),)),
            Move("drop", _("不予处罚"), {"found", "told", "region"}, "dropped", OFFICE, form=Reason, guard=unconnected, outcome="dropped"),
            Move("post", _("公示"), {"decided"}, "decided", OFFICE, form=Post, guard=may_post, effect=posted,
                 help=_("公示到期自动撤下，内部留存。")),
            Move("repair", _("信用修复，撤下公示"), {"done"}, "", OFFICE, form=Reason, guard=may_repair, effect=repaired,
                 help=_("处罚已经执行、过了最短公示期限的，可以申请提前撤下。")),
            Move("finish", _("执行完毕"), {"decided"}, "done", OFFICE, form=Reason, guard=unconnected, outcome="done", primary=True),
            Move("withdraw", _("撤案"), {"found", "told"}, "withdrawn", OFFICE, form=Reason, outcome="withdrawn"),
            Move("reopen", _("重新立案"), {"dropped", "withdrawn"}, "found", OFFICE, form=Reason),
        ),
        clocks=(
            _limit("decide", _("作出处罚决定"), {"receive", "reopen"}, {"record", "drop"}, missed=_("超期提示督办。")),
            _limit("serve", _("送达、执行处罚决定"), {"record"}, {"finish"}),
        ),
        keep=Keep(None, "行政处罚案卷，永久；地方档案期限表", sure=False),
    )  # fmt: skip
