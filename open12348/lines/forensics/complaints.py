"""Complaints about appraisal (司法鉴定执业活动投诉处理办法, order 144): accepted or not, looked into, decided, answered.

Whoever has to do with the institution keeps away. Who complained is not told to the institution: what goes to it is written
for it, and names nobody. A complaint never changes an opinion; whether it is adopted is the court's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import Actor, Role
from open12348.kernel.blocks import Para, Seal, Table
from open12348.kernel.workdays import add_months, legal_day
from open12348.registry.models import Account, Organisation, OrganisationKind
from open12348.spine import alarms, intake, notices
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Paper, Phase, Service, State
from open12348.spine.files import words
from open12348.spine.journal import Turn
from open12348.spine.models import Case, DocumentKind
from open12348.ui.fields import LenientDateField, NameField, line, text

from . import impartial
from .bureau_figures import number, term
from .complaint_models import ComplainantRelation, ComplaintRefusal, ComplaintResult, ForensicComplaint
from .registration_forms import OptionalReason, Reason

CODE, ROOM = "forensics.complaint", "complaints"
BUREAU = frozenset({Role.OFFICER, Role.SUPERVISOR})
SINCE = date(2019, 6, 1)
#: "None of the list": the institution is written by name.
OTHER = "other"


def institutions() -> list[tuple[str, Any]]:
    """The registered institutions by name, then what is not on the list."""
    rows = Organisation.objects.filter(kind=OrganisationKind.FORENSIC, valid_to__isnull=True).order_by("name_zh")
    return [*((str(o.pk), o.name) for o in rows), (OTHER, _("不在名单里，或者不知道"))]


# Forms


class Complain(forms.Form):
    """What went wrong at an appraisal, in plain words."""

    against = forms.ChoiceField(label=_("投诉哪个鉴定机构"), choices=institutions)
    against_name = line(_("机构的名称（名单里没有的）"), 200, required=False)
    expert_name = NameField(label=_("哪位鉴定人"), required=False)
    opinion_no = line(
        _("鉴定意见书的编号"),
        80,
        required=False,
        help_text=_("例如：新×司鉴〔2026〕临鉴字第12号；没有拿到的可以空着。"),
    )
    relation = forms.ChoiceField(label=_("您是"), choices=ComplainantRelation.choices)
    knew_on = LenientDateField(
        label=_("哪天知道这件事的"), help_text=_("知道或者应当知道之日起三年内可以投诉，法律另有规定的除外。")
    )
    story = text(_("发生了什么"), 6, 6000, help_text=_("写哪一步做得不对。鉴定意见对不对、要不要采信，由法院审查。"))
    wanted = text(_("希望怎样处理"), 2, 1000, required=False)

    def clean_knew_on(self) -> date:
        """The day. Errors: a day ahead."""
        day: date = self.cleaned_data["knew_on"]
        if day > legal_day(timezone.now()):
            raise forms.ValidationError(_("这一天还没有到。请写您知道这件事的那一天，例如 2026-03-05。"))
        return day

    def clean(self) -> dict[str, Any]:
        """An institution by name where it is not on the list."""
        data = super().clean() or {}
        if data.get("against") == OTHER and not data.get("against_name"):
            self.add_error("against_name", _("请写鉴定机构的名称，看意见书的封面或者印章。"))
        return data


class Accept(forms.Form):
    """Accepted; where three years have passed, the law that sets another limit."""

    other_law = line(
        _("另有规定的法律条款"), 200, required=False, help_text=_("只有超过三年的才填：哪部法律第几条另有规定。")
    )


class TurnAway(forms.Form):
    """Why it is not accepted, in the words of the rule and in plain ones."""

    ground = forms.ChoiceField(label=_("不予受理的情形"), choices=ComplaintRefusal.choices)
    answer = text(_("写给投诉人的理由和去处"), 4, 2000, min_length=5)


class Note(forms.Form):
    """What was looked into."""

    note = text(_("调查的情况"), 4, 4000)


class ToSubject(forms.Form):
    """What the institution is asked to explain: written for it, naming nobody."""

    letter = text(_("请机构说明什么"), 4, 3000, min_length=5, help_text=_("不写投诉人是谁，也不写能看出是谁的话。"))


class Decide(forms.Form):
    """What was found."""

    result = forms.ChoiceField(label=_("调查结论"), choices=ComplaintResult.choices, widget=forms.RadioSelect)
    note = text(_("认定的事实和依据"), 4, 4000)


class Answer(forms.Form):
    """The result for the complainant."""

    answer = text(_("处理结果，写给投诉人"), 4, 3000, min_length=5, help_text=_("不服的办法会写进告知书。"))


# At receipt


def title(content: Mapping[str, Any]) -> str:
    """What lists show: that it is a complaint, never by whom."""
    with translation.override("zh-hans"):
        return str(_("司法鉴定投诉"))


def came_in(turn: Turn, said: Mapping[str, Any]) -> None:
    """A complaint came in: its row, and whoever answers for it sees it."""
    against = str(said.get("against") or "")
    house = Organisation.objects.filter(pk=int(against)).first() if against.isdigit() else None
    knew = said["knew_on"]
    ForensicComplaint.objects.create(
        order=turn.order, organisation=house, against_name=house.name_zh if house else str(said.get("against_name") or ""),
        expert_name=str(said.get("expert_name") or ""), opinion_no=numbers.plain(str(said.get("opinion_no") or ""))[:80],
        relation=said["relation"], knew_on=knew if isinstance(knew, date) else date.fromisoformat(str(knew)[:10]),
        received_on=legal_day(turn.at),
    )  # fmt: skip
    notices.post(turn, to="supervisor", text=_("有新的司法鉴定投诉：%(code)s。"))


def complaint_of(case: Case) -> ForensicComplaint:
    """The complaint's row of a case."""
    return ForensicComplaint.objects.select_related("organisation").get(order_id=case.pk)


def is_late(knew: date, received: date, years: int) -> bool:
    """Whether more than so many years passed since it was known: the corresponding day is the last (T-01)."""
    return received > add_months(knew, years * 12)


# Guards


def bars(case: Case, account: Account, at: datetime) -> list[str]:
    """Nobody of the institution complained of handles the complaint."""
    row = ForensicComplaint.objects.filter(order_id=case.pk).first()
    return impartial.reasons(account, [row.organisation_id], at) if row and row.organisation_id else []


def unconnected(act: Act) -> Any:
    """The same for every step, not only for taking it in hand."""
    account = Account.objects.select_related("practitioner").filter(pk=act.by.account_id or 0).first()
    found = bars(act.case, account, act.at) if account else []
    return found[0] if found else None


def _late(act: Act) -> bool:
    row = complaint_of(act.case)
    return is_late(row.knew_on, row.received_on, number(ROOM, "since_known", row.received_on))


def may_accept(act: Act) -> Any:
    """Within three years, unless a law sets another limit, which is named (F-T03)."""
    if _late(act) and not str(act.data.get("other_law") or "").strip():
        return _("知道之日起已满三年（司法鉴定执业活动投诉处理办法第四条）。法律另有规定的，请写明是哪一条。")
    return unconnected(act)


def may_turn_away(act: Act) -> Any:
    """Only a complaint that is late is turned away as late."""
    if act.data["ground"] == ComplaintRefusal.LATE and not _late(act):
        return _("还没有满三年，不能按过期不予受理（司法鉴定执业活动投诉处理办法第四条）。")
    return unconnected(act)


def names_nobody(act: Act) -> Any:
    """What goes to the institution does not say who complained (domain reference B, chapter 11, X-12)."""
    person, letter = act.order.person, numbers.plain(str(act.data["letter"]))
    said = [person.name, person.name_ug, person.phone, person.id_number] if person else []
    bare = letter.replace(" ", "").replace("-", "")
    if any(fact and (fact in letter or fact.replace(" ", "") in bare) for fact in said):
        return _("这封信里写了投诉人的姓名或号码。对被投诉的机构不能说是谁投诉的，请删去。")
    return unconnected(act)


# Effects


def accepted(act: Act) -> None:
    """The complaint is accepted."""
    row = complaint_of(act.case)
    row.accepted_on, row.other_law, row.refusal = legal_day(act.at), str(act.data.get("other_law") or ""), ""
    row.save(update_fields=["accepted_on", "other_law", "refusal"])


def turned_away(act: Act) -> None:
    """The complaint is not accepted, on one of the grounds there are."""
    row = complaint_of(act.case)
    row.refusal = act.data["ground"]
    row.save(update_fields=["refusal"])


def noted(act: Act) -> None:
    """What was found out stays inside."""
    words(act.turn, str(act.data["note"]), kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))


def decided(act: Act) -> None:
    """What was found, and the day from which the answer is owed."""
    noted(act)
    row = complaint_of(act.case)
    row.result, row.decided_on = act.data["result"], legal_day(act.at)
    row.save(update_fields=["result", "decided_on"])


def again(act: Act) -> None:
    """Taken up again: earlier steps count no more; why is kept."""
    row = complaint_of(act.case)
    row.accepted_on, row.refusal, row.result, row.decided_on = None, "", "", None
    row.save(update_fields=["accepted_on", "refusal", "result", "decided_on"])
    words(act.turn, str(act.data["reason"]), kind=DocumentKind.MESSAGE, for_resident=True)


# Papers


def _facts(act: Act) -> dict[str, Any]:
    row = complaint_of(act.case)
    return {
        "against": row.against_name or _("没有写明的机构"), "opinion_no": row.opinion_no or None, "received": row.received_on,
        "accepted": row.accepted_on, "result": row.get_result_display() if row.result else None,
    }  # fmt: skip


REMEDY = Para(_("对本决定不服的，可以自收到之日起60日内申请行政复议，或者6个月内提起行政诉讼。"))
ABOUT = Table((_("被投诉的机构"), "against"), (_("鉴定意见书编号"), "opinion_no"), (_("收到投诉"), "received"))

ACCEPTED = Paper(
    no=1, code="complaint_accepted", title=_("投诉受理通知书"), facts=_facts,
    blocks=(
        Para(_("%(applicant)s："), to=True), Para(_("您的投诉自%(accepted)s起受理，60日内办结；需要延长的，会书面告诉您。")), ABOUT, Seal(),
    ),
)  # fmt: skip
NOT_ACCEPTED = Paper(
    no=2, code="complaint_not_accepted", title=_("投诉不予受理通知书"),
    facts=lambda act: {**_facts(act), "ground": ComplaintRefusal(act.data["ground"]).label, "why": str(act.data["answer"])},
    blocks=(
        Para(_("%(applicant)s："), to=True), Para(_("您的投诉不予受理：%(ground)s。%(why)s")), ABOUT, REMEDY, Seal(),
    ),
)  # fmt: skip
RESULT = Paper(
    no=3, code="complaint_result", title=_("投诉处理结果告知书"), facts=lambda act: {**_facts(act), "why": str(act.data["answer"])},
    blocks=(
        Para(_("%(applicant)s："), to=True), Para(_("您的投诉已经办结，结论：%(result)s。%(why)s")), ABOUT,
        Para(_("对鉴定意见本身不同意的，可以向办案机关申请重新鉴定；是否采信由法院审查。")), REMEDY, Seal(),
    ),
)  # fmt: skip
#: It goes to the institution: the usual fact that names the applicant is taken out of what is kept, too.
TO_SUBJECT = Paper(
    no=4, code="complaint_to_subject", title=_("投诉事项说明通知书"), for_resident=False, tongues="zh",
    facts=lambda act: {**_facts(act), "letter": str(act.data["letter"]), "applicant": None},
    blocks=(
        Para(_("%(against)s："), to=True), Para(_("本局正在核查有关你机构执业活动的反映，请就下列事项作出书面说明，并提供档案材料：")),
        Para(_("%(letter)s")), Table((_("鉴定意见书编号"), "opinion_no")),
        Para(_("不得打听、猜测或者报复反映情况的人。")), Seal(),
    ),
)  # fmt: skip


def _facts_of_more(act: Act) -> dict[str, Any]:
    finish = _extended(act.case)
    assert finish is not None
    return {**_facts(act), "more": finish.extended_by, "why": finish.extension_reason}


EXTENDED = Paper(
    no=5, code="complaint_extended", title=_("延长投诉办理期限告知书"), facts=_facts_of_more,
    blocks=(
        Para(_("%(applicant)s："), to=True), Para(_("您的投诉因情况复杂，经负责人批准，办理期限延长%(more)s日。理由：%(why)s")), ABOUT, Seal(),
    ),
)  # fmt: skip


def _extended(case: Case) -> Any:
    return case.order.deadlines.filter(clock="finish", extended_by__gt=0).order_by("-pk").first()


def offers(case: Case, by: Actor) -> Sequence[Paper]:
    """The notice of an extension, once there is one."""
    return (EXTENDED,) if _extended(case) is not None else ()


def hints(case: Case, by: Actor) -> list[Any]:
    """Danger first; then what the handler must not forget."""
    found = alarms.advice(alarms.strings(intake.said(case.order)))
    if _extended(case) is not None and not case.order.issued_papers.filter(form=EXTENDED.code).exists():
        found.append(_("期限已经延长，要书面告知投诉人：请出“延长投诉办理期限告知书”。"))
    return found


def panels(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """About whom, how long known, what was found, and the measures taken."""
    row = ForensicComplaint.objects.select_related("organisation").filter(order_id=case.pk).first()
    if row is None:
        return []
    late = is_late(row.knew_on, row.received_on, number(ROOM, "since_known", row.received_on))
    shown = {
        "row": row, "late": late, "measures": list(row.measures.order_by("-proposed_at")),
        "penalties": list(row.penalties.select_related("order")), "looking": case.state in {"looking", "decided", "answered"},
    }  # fmt: skip
    return [Panel(_("投诉事项"), "forensics/panel_complaint.html", shown, where="now")]


# The declaration


def _limit(code: str, label: Any, starts: set[str], stops: set[str], **more: Any) -> Clock:
    """A limit of order 144; papers awaited and a transfer between bureaus are not counted."""
    rule = term(ROOM, code)
    return Clock(
        code, label, 0, rule(SINCE).unit, starts, {*stops, "withdraw", "merge"}, pauses={"ask_correction", "transfer"},
        resumes={"answer_correction", "accept_transfer", "return_transfer"}, basis=rule(SINCE).basis, sure=rule(SINCE).sure,
        term=rule, who=Role.OFFICER, missed=_("超期提示督办；投诉人可以申请行政复议。"), **more,
    )  # fmt: skip


def service() -> Service:
    """The service, declared in line.py."""
    return Service(
        code=CODE,
        name=_("司法鉴定投诉"),
        form=Complain,
        business="09",
        initial="received",
        items={"G04"},
        roles=BUREAU,
        takers=frozenset({Role.RESIDENT, Role.CLERK, Role.OPERATOR, Role.OFFICER, Role.SUPERVISOR}),
        pool=False,
        title=title,
        received=came_in,
        masked=lambda case: True,
        bars=bars,
        hints=hints,
        panels=panels,
        offers=offers,
        example={
            "against": OTHER, "against_name": "示例司法鉴定所（示例）", "relation": "examined", "knew_on": "2026-10-01",
            "story": "鉴定的时候没有通知我到场，也没有看我的片子。",
        },
        states=(
            State("received", _("待决定是否受理"), Phase.OPEN, _("投诉已收到，七个工作日内决定是否受理。")),
            State("looking", _("调查中"), Phase.OPEN, _("已受理，正在调查。")),
            State("decided", _("已有结论，待告知"), Phase.OPEN, _("已有结论，正在告诉您结果。")),
            State("answered", _("已告知结果"), Phase.DONE, _("处理结果和不服的办法已告诉您。")),
            State("not_taken", _("不予受理"), Phase.DONE, _("没有受理，理由和去处已告诉您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            Outcome("answered", _("已处理告知")),
            Outcome("not_taken", _("不予受理"), good=False),
            Outcome("withdrawn", _("本人撤回")),
        ),
        moves=(
            Move("accept", _("受理"), {"received"}, "looking", BUREAU, form=Accept, guard=may_accept, effect=accepted, takes=True,
                 primary=True, papers=(ACCEPTED,), notices=(Notice("applicant", _("您的投诉（%(code)s）已受理%(due)s。")),)),
            Move("turn_away", _("不予受理"), {"received"}, "not_taken", BUREAU, form=TurnAway, guard=may_turn_away, effect=turned_away,
                 outcome="not_taken", answer="answer", papers=(NOT_ACCEPTED,),
                 example={"ground": "opinion", "answer": "只是不同意鉴定意见的，可以向办案机关申请重新鉴定。"},
                 notices=(Notice("applicant", _("您的投诉（%(code)s）有了答复，请查看。")),)),
            Move("ask_subject", _("请机构说明"), {"looking"}, "looking", BUREAU, form=ToSubject, guard=names_nobody, papers=(TO_SUBJECT,)),
            Move("note", _("记录调查"), {"looking"}, "looking", BUREAU, form=Note, guard=unconnected, effect=noted),
            Move("decide", _("作出结论"), {"looking"}, "decided", BUREAU, form=Decide, guard=unconnected, effect=decided, primary=True),
            Move("answer", _("告知投诉人"), {"decided"}, "answered", BUREAU, form=Answer, guard=unconnected, outcome="answered", answer="answer",
                 primary=True, papers=(RESULT,), notices=(Notice("applicant", _("您的投诉（%(code)s）处理结果已出，请查看。")),)),
            Move("withdraw", _("撤回"), {"received", "looking"}, "withdrawn", {Role.RESIDENT, Role.CLERK, Role.SUPERVISOR},
                 form=OptionalReason, outcome="withdrawn"),
            Move("reopen", _("重新办理"), {"answered", "not_taken", "withdrawn"}, "received", {Role.RESIDENT, Role.CLERK, Role.SUPERVISOR},
                 form=Reason, effect=again),
        ),
        clocks=(
            _limit("accept", _("决定是否受理"), {"receive", "reopen"}, {"accept", "turn_away"}, extendable=number(ROOM, "accept_more", SINCE)),
            _limit("finish", _("办结投诉"), {"accept"}, {"decide"}, extendable=number(ROOM, "finish_more", SINCE)),
            _limit("reply", _("告知结果"), {"decide"}, {"answer"}),
        ),
        keep=Keep(10, "投诉卷宗，地方档案期限表", sure=False),
    )  # fmt: skip
