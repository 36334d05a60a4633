"""Discipline of lawyers and firms: complaint, filing, investigation, notice, hearing, review, decision, publicity, repair.

The county looks into it and may propose; the prefecture decides up to suspension; the region revokes (律师法 Art 47-52). Nobody
is punished more heavily for having spoken in their defence (行政处罚法 Art 45). What the association imposes stands apart (Sanction).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms as django_forms
from django.utils import timezone, translation
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.blocks import Code
from open12348.kernel.sentences import say
from open12348.kernel.workdays import Unit, add_months, calendar_for, end_of, legal_day, reckon, start_of
from open12348.registry import divisions, postings, providers
from open12348.registry.models import Account, Organisation, PostingKind, Practitioner, Status
from open12348.spine import casework, handover, notices
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Phase, Service, State
from open12348.spine.models import Case

from . import bureau, measures, papers, rules
from . import discipline_forms as forms
from .bureau import END, OFFICE
from .figures import limit, number, row
from .forms import Answer, Note, OptionalReason, Reason, firm_with, lawyer_with
from .models import Discipline, Measure, PenaltyMeasure, Sanction

CODE = "lawyers.discipline"
ASKING = frozenset({Role.RESIDENT, Role.CLERK, Role.OPERATOR, Role.OFFICER, Role.SUPERVISOR})


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the ground only."""
    with translation.override("zh-hans"):
        named = dict(forms.GROUNDS).get(str(content.get("ground") or ""), "")
        return f"{_('律师投诉')}：{named}" if named else str(_("律师投诉"))


def row_of(order_id: int) -> Discipline:
    """The case's row."""
    return Discipline.objects.select_related("lawyer__organisation", "firm", "posting", "investigator", "legal_reviewer").get(
        order_id=order_id
    )  # fmt: skip


def subject_of(found: Discipline) -> Practitioner | Organisation | None:
    """Whom it is about."""
    return found.lawyer or found.firm


def came_in(turn: Any, said: Mapping[str, Any]) -> None:
    """Its row; whoever answers for it sees it at once."""
    Discipline.objects.create(order=turn.order, happened_on=said.get("happened_on") or None)
    notices.post(turn, to="officer", text=_("有新的律师投诉：%(code)s。"))


# Guards and effects


def prefecture_punishes(act: Act) -> Any:
    """The county proposes, the prefecture decides (律师法 Art 47-52)."""
    if not bureau.at_prefecture(act.by):
        return _(
            "县级司法局可以调查、提出处罚建议，处罚由地区司法局决定（律师法第四十七条至第五十二条）。请用“提出处罚建议”。"
        )
    return None


def may_file(act: Act) -> Any:
    """Not too old to be punished (行政处罚法 Art 36)."""
    day, happened = legal_day(act.at), act.data["happened_on"]
    if happened > day:
        return _("这个日子还没有到，请再核对一遍。")
    years = number("prescription_grave" if act.data["grave"] else "prescription", day)
    if rules.prescribed(happened, day, years):
        return _(
            "违法行为已过 %(n)s 年，不再给予行政处罚（行政处罚法第三十六条）。可以不予立案，告诉投诉人其他办法。"
        ) % {"n": years}
    return None


def filed(act: Act) -> None:
    """A case of penalty is opened."""
    found = row_of(act.order.pk)
    found.lawyer, found.firm = lawyer_with(act.data["lawyer_no"]), firm_with(act.data["firm_no"])
    found.filed_at, found.happened_on, found.investigator_id = act.at, act.data["happened_on"], act.by.account_id
    found.save(update_fields=["lawyer", "firm", "filed_at", "happened_on", "investigator"])


def _within_article(act: Act, found: Discipline) -> Any:
    faults = rules.penalty_faults(
        row=row(act.data["article"], legal_day(act.at)), is_firm=found.firm_id is not None, measures=act.data["measures"],
        amount=act.data["amount"], months=act.data["months"],
    )  # fmt: skip
    if faults:
        return "；".join(str(f) for f in faults)
    return None


def may_propose(act: Act) -> Any:
    """A proposal keeps within its article too."""
    return _within_article(act, row_of(act.order.pk))


def _keep_penalty(act: Act, found: Discipline) -> None:
    for name in ("article", "amount", "confiscated", "months", "facts_found"):
        setattr(found, name, act.data[name])
    found.measures = list(act.data["measures"])
    if PenaltyMeasure.FINE not in found.measures:
        found.amount = None
    if PenaltyMeasure.SUSPENSION not in found.measures:
        found.months = None


def proposed(act: Act) -> None:
    """What the county proposes."""
    found = row_of(act.order.pk)
    _keep_penalty(act, found)
    found.save()
    notices.post(act.turn, to="officer", text=_("%(code)s：县级提出了处罚建议，请地区司法局处理。"))


def may_inform(act: Act) -> Any:
    """Facts, ground, rights before any decision (行政处罚法 Art 44); by the prefecture."""
    return prefecture_punishes(act) or _within_article(act, row_of(act.order.pk))


def informed(act: Act) -> None:
    """Told: what is meant, and until when a hearing may be asked for."""
    found, day = row_of(act.order.pk), legal_day(act.at)
    _keep_penalty(act, found)
    found.informed_at, found.hearing_asked_at, found.hearing_on, found.waived = act.at, None, None, False
    found.told_amount, found.told_months, found.told_measures = found.amount, found.months, found.measures
    found.hearing_by = None
    if rules.has_hearing(measures=found.measures, amount=_most(found), large=large(found, day)):
        found.hearing_by = _workdays(act, act.at, number("hearing_request", day))
    found.save()


def _most(found: Discipline) -> Any:
    return max((a for a in (found.amount, found.confiscated) if a is not None), default=None)


def large(found: Discipline, day: date) -> int:
    """From how many yuan a fine is a large one, by whom it meets."""
    return number("large_fine_firm" if found.firm_id else "large_fine_lawyer", day)


def _workdays(act: Act, start: datetime, n: int) -> date:
    calendar = calendar_for(divisions.calendar_layers(act.case.county or act.case.place.division))
    return reckon(start, Unit.WORKDAYS, n, (), calendar).due_day


def defended(act: Act) -> None:
    """What was said in defence is kept; a hearing may be given up in writing."""
    bureau.note(act)
    if act.data["waived"]:
        Discipline.objects.filter(order_id=act.order.pk).update(waived=True)


def may_ask_hearing(act: Act) -> Any:
    """Within five working days of being told (行政处罚法 Art 64)."""
    found = row_of(act.order.pk)
    if found.hearing_by is None:
        return _("拟作出的处罚不属于要告知听证的（行政处罚法第六十三条）。可以登记陈述、申辩。")
    if act.data["asked_on"] > found.hearing_by:
        return _("听证要在告知后五个工作日内提出，最迟 %(day)s（行政处罚法第六十四条）。") % {
            "day": found.hearing_by.isoformat()
        }
    return None


def hearing_asked(act: Act) -> None:
    """A hearing has to be held."""
    Discipline.objects.filter(order_id=act.order.pk).update(
        hearing_asked_at=start_of(act.data["asked_on"]), waived=False
    )


def may_hold_hearing(act: Act) -> Any:
    """Told seven working days before (行政处罚法 Art 64)."""
    found, day = row_of(act.order.pk), legal_day(act.at)
    if found.hearing_asked_at is None:
        return _("没有人要求听证。")
    if act.data["hearing_on"] > day:
        return _("这个日子还没有到，请再核对一遍。")
    earliest = _workdays(act, start_of(act.data["told_on"]), number("hearing_notice", day))
    if act.data["hearing_on"] < earliest:
        return _("听证要在七个工作日前通知，最早 %(day)s（行政处罚法第六十四条）。") % {"day": earliest.isoformat()}
    return None


def hearing_held(act: Act) -> None:
    """Held, with its minutes."""
    Discipline.objects.filter(order_id=act.order.pk).update(hearing_on=act.data["hearing_on"])
    bureau.note(act)


def may_review(act: Act) -> Any:
    """Legal review by somebody else than who investigated (行政处罚法 Art 58), after whoever is concerned was heard."""
    found = row_of(act.order.pk)
    if reason := prefecture_punishes(act):
        return reason
    if act.by.account_id is not None and act.by.account_id == found.investigator_id:
        return _("调查人员不能做法制审核（行政处罚法第五十八条），请另一位来审。")
    if found.hearing_asked_at is not None and found.hearing_on is None:
        return _("要求了听证，要先举行听证（行政处罚法第六十三条）。")
    if (
        found.hearing_by is not None
        and not found.waived
        and found.hearing_on is None
        and legal_day(act.at) <= found.hearing_by
    ):
        return _("要求听证的期限（%(day)s）还没有过。") % {"day": found.hearing_by.isoformat()}
    return None


def reviewed(act: Act) -> None:
    """By whom."""
    Discipline.objects.filter(order_id=act.order.pk).update(legal_reviewer=act.by.account_id)
    bureau.note(act)


def may_decide(act: Act) -> Any:
    """By the prefecture, within the article, no heavier than told; revocation is the region's."""
    found, day = row_of(act.order.pk), legal_day(act.at)
    if reason := prefecture_punishes(act) or _within_article(act, found):
        return reason
    if PenaltyMeasure.REVOCATION in act.data["measures"]:
        return _("吊销执业证书由自治区司法厅决定（律师法第四十九条、第五十条）。请用“报自治区吊销”。")
    if rules.heavier(
        told=found.told_measures, told_amount=found.told_amount, told_months=found.told_months, measures=act.data["measures"],
        amount=act.data["amount"], months=act.data["months"],
    ):  # fmt: skip
        return _("比告知的更重。不得因陈述、申辩加重处罚（行政处罚法第四十五条）；确有新事实的，退回重新告知。")
    starts = act.data["stops_from"]
    if PenaltyMeasure.SUSPENSION in act.data["measures"] and (starts is None or starts < day):
        return _("停止执业要写明从哪天起，不能早于今天。")
    return None


def decided(act: Act) -> None:
    """Decided: the register stops whoever is suspended from that minute, open cases go back, the public is told to a day."""
    found, day = row_of(act.order.pk), legal_day(act.at)
    who = subject_of(found)
    assert who is not None
    _keep_penalty(act, found)
    found.decided_at, found.document, found.credit = act.at, act.data["document"], act.data["credit"]
    if PenaltyMeasure.SUSPENSION in found.measures and found.months:
        found.stops_from = act.data["stops_from"]
        found.stops_until = add_months(found.stops_from, found.months) - timedelta(days=1)
        handover.set_standing(
            who=who, status=Status.SUSPENDED, at=act.at if found.stops_from == day else start_of(found.stops_from), by=act.by,
            reason=str(_("行政处罚：停止执业")), document=found.document, ends_at=end_of(found.stops_until), recorded_at=act.at,
        )  # fmt: skip
    _publish(act, found, who)
    found.save()


def _publish(act: Act, found: Discipline, who: Practitioner | Organisation) -> None:
    """Minor ones are not posted in principle; others until the last day their class allows (信用修复管理办法)."""
    if found.credit == "minor":
        return
    day = legal_day(act.at)
    months = number(f"credit_{found.credit}", day)
    found.posting = postings.post(
        line=bureau.LINE, kind=PostingKind.PENALTY, subject=who, title=say(_("行政处罚：%(what)s"), what=said_measures(found)),
        text=say(_("依据：%(basis)s。"), basis=dict(forms.ARTICLES)[found.article]), until=add_months(day, months), at=act.at,
        by=act.by, document=found.document, order_code=act.order.code, invented=who.invented,
    )  # fmt: skip


def _joined(codes: tuple[str, ...]) -> str:
    return str(_("、")).join(str(PenaltyMeasure(c).label) for c in codes)


_lazy_joined = lazy(_joined, str)


def said_measures(found: Discipline) -> Any:
    """The penalties in words, in the reader's language."""
    return _lazy_joined(tuple(found.measures))


def may_send(act: Act) -> Any:
    """Only what the notice named can go to the region as revocation."""
    found = row_of(act.order.pk)
    if reason := prefecture_punishes(act):
        return reason
    if PenaltyMeasure.REVOCATION not in found.told_measures:
        return _("告知书里没有吊销，不能报。请退回重新告知（行政处罚法第四十四条）。")
    return None


def revoked(act: Act) -> None:
    """The region revoked the licence: for good, and in public."""
    found = row_of(act.order.pk)
    who = subject_of(found)
    assert who is not None
    found.measures, found.decided_at, found.document, found.credit = (
        ["revocation"],
        act.at,
        act.data["document"],
        "serious",
    )
    handover.set_standing(
        who=who, status=Status.REVOKED, at=act.at, by=act.by, reason=str(_("吊销执业证书")), document=found.document
    )
    _publish(act, found, who)
    found.save()


def may_write_region(act: Act) -> Any:
    """What the region decided is written down by the prefecture."""
    if reason := prefecture_punishes(act):
        return reason
    if act.data["decided_on"] > legal_day(act.at):
        return _("决定的日子不能晚于今天。")
    return None


def annulled(act: Act) -> None:
    """A decision fell: publicity ends the same day, whoever was stopped goes on (行政处罚法 Art 48)."""
    found = row_of(act.order.pk)
    who = subject_of(found)
    found.annulled_at = act.at
    _take_down(act, found, str(act.data["reason"]))
    if who is not None and found.stops_until and legal_day(act.at) <= found.stops_until:
        providers.set_standing(
            who=who,
            status=Status.ACTIVE,
            at=act.at,
            by=act.by,
            reason=str(act.data["reason"]),
            document=act.data["document"],
        )
    found.save()
    bureau.note(act)


def may_annul(act: Act) -> Any:
    """Revoked licences are given back by the region only: a new licence is a new entry."""
    found = row_of(act.order.pk)
    if reason := prefecture_punishes(act):
        return reason
    if PenaltyMeasure.REVOCATION in found.measures:
        return _("吊销由自治区司法厅撤销；恢复执业请按新的执业证登记。")
    return None


def _take_down(act: Act, found: Discipline, why: str) -> None:
    if found.posting is not None and postings.stands(found.posting, act.at):
        postings.take_down(posting=found.posting, by=act.by, at=act.at, reason=why)


def may_repair(act: Act) -> Any:
    """After the least time of its class, the penalty carried out (信用修复管理办法)."""
    found, day = row_of(act.order.pk), legal_day(act.at)
    if reason := prefecture_punishes(act):
        return reason
    if found.repaired_at is not None or found.posting is None or not postings.stands(found.posting, act.at):
        return _("没有正在公示的处罚，不用修复。")
    assert found.decided_at is not None
    rule = row(f"credit_{found.credit}", day)
    earliest = add_months(legal_day(found.decided_at), int(rule["least"]))
    if day < earliest:
        return _("这一类最短公示 %(n)s 个月，最早 %(day)s 可以修复（%(basis)s）。") % {
            "n": rule["least"], "day": earliest.isoformat(), "basis": rule["basis"],
        }  # fmt: skip
    if found.stops_until is not None and day <= found.stops_until:
        return _("停止执业还没有满，不能修复。")
    return None


def repaired(act: Act) -> None:
    """Publicity ends; the decision stays inside."""
    found = row_of(act.order.pk)
    _take_down(act, found, str(_("信用修复")))
    found.repaired_at = act.at
    found.save(update_fields=["repaired_at"])
    bureau.note(act)


def told_association(act: Act) -> None:
    """The association hears of it, and may impose what is its own (律师法 Art 46)."""
    Discipline.objects.filter(order_id=act.order.pk).update(association_told_at=act.at)
    bureau.note(act)


def may_measure(act: Act) -> Any:
    """A measure in a case of complaint; criticism outside only on a decided penalty."""
    found = row_of(act.order.pk)
    if subject_of(found) is None:
        return _("还没有写明是哪位律师或哪个律所，请先立案。")
    return measures.fault(
        kind=act.data["kind"],
        penalty=found if found.decided_at else None,
        due_on=act.data["due_on"],
        day=legal_day(act.at),
    )


def measured(act: Act) -> None:
    """Taken."""
    found = row_of(act.order.pk)
    who = subject_of(found)
    assert who is not None
    measures.take(
        subject=who, kind=act.data["kind"], text=act.data["text"], by=act.by, at=act.at, due_on=act.data["due_on"],
        penalty=found if found.decided_at else None,
    )  # fmt: skip


def sanction(
    *, subject: Practitioner | Organisation, kind: str, decided_on: date, document: str, by: Actor, at: datetime,
    ends_on: date | None = None, case: Case | None = None,
) -> Sanction:  # fmt: skip
    """Record what the association imposed, apart from penalties. Of the same facts there may be both. Errors: Refused, Denied."""
    if by.kind != "system" and not by.has(*measures.BUREAU):
        raise Denied(_("行业处分由司法行政机关按律师协会的通报登记。"))
    if decided_on > legal_day(at) or (ends_on is not None and ends_on < decided_on):
        raise casework.Refused(_("处分的日子不能晚于今天，期满要在处分以后。"))
    key = {"lawyer": subject} if isinstance(subject, Practitioner) else {"firm": subject}
    return Sanction.objects.create(
        **key, kind=kind, decided_on=decided_on, ends_on=ends_on, document=document, order=case.order if case else None,
        recorded_at=at, by=by.label,
    )  # fmt: skip


def bars(case: Case, account: Account, at: datetime) -> list[Any]:
    """Who works for the firm concerned keeps away (公务员法 Art 76; 行政处罚法 Art 43)."""
    found = Discipline.objects.select_related("lawyer").filter(order_id=case.pk).first()
    if found is None or account.practitioner_id is None or account.practitioner is None:
        return []
    firm = found.firm_id or (found.lawyer.organisation_id if found.lawyer else None)
    if account.practitioner_id == found.lawyer_id or (
        firm is not None and account.practitioner.organisation_id == firm
    ):
        return [_("是当事人或者在有关律所执业，应当回避（行政处罚法第四十三条）")]
    return []


# Shown


def fit_penalty(form: django_forms.Form, case: Case, by: Actor) -> None:
    """What was proposed or told stands in the form already."""
    found = row_of(case.pk)
    for name in ("article", "measures", "amount", "confiscated", "months", "facts_found"):
        if getattr(found, name) not in ("", None, []):
            form.initial[name] = getattr(found, name)
    if "stops_from" in form.fields:
        form.initial["stops_from"] = legal_day(timezone.now()).isoformat()


def panels(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The case of penalty beside the story: for the bureau. Who complained is shown by the case itself, to the bureau only."""
    found = row_of(case.pk)
    who = subject_of(found)
    taken = Measure.objects.filter(lawyer=found.lawyer) if found.lawyer else Measure.objects.filter(firm=found.firm)
    return [
        Panel(
            _("处罚案件"), "lawyers/panel_discipline.html",
            {
                "row": found, "who": who, "measures": said_measures(found), "article": dict(forms.ARTICLES).get(found.article, ""),
                "basis": forms.basis(found.article, legal_day(at)) if found.article else "", "taken": taken.order_by("-at")[:10] if who else [],
                "sanctions": Sanction.objects.filter(order_id=case.pk), "posted": found.posting is not None and postings.stands(found.posting, at),
            },
        )
    ]  # fmt: skip


def facts_of_paper(act: Act) -> dict[str, Any]:
    """What the notice and the decision say."""
    found = row_of(act.order.pk)
    hearing = (
        say(_("你（单位）可以在收到本告知书之日起5个工作日内要求听证（行政处罚法第64条）。"))
        if found.hearing_by
        else _("拟作出的处罚不属于听证范围。")
    )
    return {
        "subject": papers.named(subject_of(found)), "found": found.facts_found or None, "article": dict(forms.ARTICLES).get(found.article),
        "measures": said_measures(found), "amount": found.amount, "months": found.months, "document": Code(found.document) if found.document else None,
        "stops_from": found.stops_from, "stops_until": found.stops_until, "hearing": hearing,
    }  # fmt: skip


BEFORE = frozenset({"investigating", "proposed"})
DONE_STATES = frozenset({"decided", "dropped", "not_filed", "annulled", "withdrawn"})


def _moves() -> tuple[Move, ...]:
    return (
        Move(
            "file", _("立案"), {"received"}, "investigating", OFFICE, form=forms.FileCase, guard=may_file, effect=filed, takes=True, primary=True,
            example={"lawyer_no": "16531201610000001", "firm_no": "", "happened_on": "2026-10-10"},
            notices=(Notice("applicant", _("您的投诉（%(code)s）已立案调查。")),),
        ),
        Move(
            "not_file", _("不予立案"), {"received"}, "not_filed", OFFICE, form=Answer, answer="answer", outcome="not_filed",
            notices=(Notice("applicant", _("您的投诉（%(code)s）有了答复，请查看。")),),
        ),
        Move("look", _("记录调查"), BEFORE, "", OFFICE, form=Note, effect=bureau.note),
        Move("measure", _("约谈、责令改正"), {"investigating", "proposed", "decided"}, "", OFFICE, form=forms.Take, guard=may_measure, effect=measured, example={"kind": "interview"}),
        Move(
            "propose", _("提出处罚建议"), {"investigating"}, "proposed", OFFICE, form=forms.Penalty, fit=fit_penalty, guard=may_propose,
            effect=proposed, example={"article": "art47", "measures": ["warning"]}, help=_("县级司法局调查后，由地区司法局决定。"),
        ),
        Move(
            "inform", _("告知拟作出的处罚"), {"investigating", "proposed", "informed", "reviewed"}, "informed", OFFICE, form=forms.Penalty,
            fit=fit_penalty, guard=may_inform, effect=informed, primary=True, papers=(papers.INFORM,),
            example={"article": "art47", "measures": ["warning"]},
        ),
        Move("defend", _("登记陈述、申辩"), {"informed"}, "", OFFICE, form=forms.Waive, effect=defended),
        Move("ask_hearing", _("登记听证要求"), {"informed"}, "", OFFICE, form=forms.AskHearing, guard=may_ask_hearing, effect=hearing_asked),
        Move("hold_hearing", _("登记听证"), {"informed"}, "", OFFICE, form=forms.HoldHearing, guard=may_hold_hearing, effect=hearing_held),
        Move("review", _("法制审核通过"), {"informed"}, "reviewed", OFFICE, form=Note, guard=may_review, effect=reviewed, primary=True),
        Move(
            "decide", _("作出处罚决定"), {"reviewed"}, "decided", OFFICE, form=forms.Decide, fit=fit_penalty, guard=may_decide, effect=decided,
            outcome="penalised", primary=True, papers=(papers.DECISION,), example={"article": "art47", "measures": ["warning"], "credit": "general"},
            notices=(Notice("applicant", _("您的投诉（%(code)s）已处理，对方受到处罚。")),),
        ),
        Move("send_to_region", _("报自治区吊销"), {"reviewed"}, "at_region", OFFICE, form=Note, guard=may_send, effect=bureau.note),
        Move(
            "region_revokes", _("登记：自治区吊销"), {"at_region"}, "decided", OFFICE, form=forms.RegionDecided, guard=may_write_region,
            effect=revoked, outcome="penalised", primary=True, notices=(Notice("applicant", _("您的投诉（%(code)s）已处理，对方受到处罚。")),),
        ),
        Move("region_returns", _("自治区退回"), {"at_region"}, "reviewed", OFFICE, form=Note, effect=bureau.note),
        Move(
            "drop", _("不予处罚，结案"), {"investigating", "proposed", "informed", "reviewed"}, "dropped", OFFICE, form=Answer, answer="answer",
            outcome="dropped", notices=(Notice("applicant", _("您的投诉（%(code)s）有了答复，请查看。")),),
        ),
        Move("tell_association", _("通报律师协会"), {"decided"}, "", OFFICE, form=Note, effect=told_association, outcome="penalised"),
        Move("repair", _("信用修复"), {"decided"}, "", OFFICE, form=forms.Repair, guard=may_repair, effect=repaired, outcome="penalised"),
        Move("annul", _("处罚被撤销"), {"decided"}, "annulled", OFFICE, form=forms.Annul, guard=may_annul, effect=annulled, outcome="annulled"),
        Move("withdraw", _("撤回投诉"), {"received"}, "withdrawn", ASKING, form=OptionalReason, effect=bureau.note, outcome="withdrawn"),
        Move("reopen", _("重新办理"), {"dropped", "not_filed", "withdrawn"}, "received", ASKING, form=Reason, effect=bureau.reason_as_message),
    )  # fmt: skip


def service() -> Service:
    """The service, declared in line.py."""
    stop = {"decide", "drop", "region_revokes", *END}
    return Service(
        code=CODE,
        name=_("律师投诉和处罚"),
        form=forms.Complain,
        business="09",
        initial="received",
        roles=OFFICE,
        takers=ASKING,
        pool=False,
        title=title,
        topic=lambda content: str(content.get("ground") or ""),
        topics=lambda: dict(forms.GROUNDS),
        received=came_in,
        bars=bars,
        panels=panels,
        states=(
            State("received", _("待决定是否立案"), Phase.OPEN, _("投诉已收到，正在看要不要立案。")),
            State("investigating", _("调查中"), Phase.OPEN, _("已立案，正在调查。")),
            State("proposed", _("县级已提出处罚建议"), Phase.OPEN, _("调查完了，正在由地区司法局处理。")),
            State("informed", _("已告知，听取申辩"), Phase.OPEN, _("已告知被投诉的人，正在听他说。")),
            State("reviewed", _("待集体讨论决定"), Phase.OPEN, _("正在作决定。")),
            State("at_region", _("报自治区决定吊销"), Phase.WAITING_OTHER, _("已报自治区司法厅决定。")),
            State("decided", _("已处罚"), Phase.DONE, _("已处理，被投诉的人受到处罚。")),
            State("dropped", _("不予处罚"), Phase.DONE, _("已处理，结果和理由已告诉您。")),
            State("not_filed", _("不予立案"), Phase.DONE, _("没有立案，理由和其他办法已告诉您。")),
            State("annulled", _("处罚已撤销"), Phase.DONE, _("原来的处罚已被撤销。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            Outcome("penalised", _("已处罚")),
            Outcome("dropped", _("不予处罚")),
            Outcome("not_filed", _("不予立案"), good=False),
            Outcome("annulled", _("处罚被撤销"), good=False),
            Outcome("withdrawn", _("本人撤回")),
        ),
        moves=_moves(),
        clocks=(
            Clock("file", _("决定是否立案"), starts={"receive", "reopen"}, stops={"file", "not_file", *END}, who=Role.OFFICER, **limit("file_complaint")),
            Clock(
                "case", _("作出处罚决定"), starts={"file"}, stops=stop, who=Role.OFFICER, missed=_("超过期限，督办人员会看到。"), **limit("penalty_case")
            ),
            Clock("region", _("自治区决定吊销"), starts={"send_to_region"}, stops={"region_revokes", "region_returns", *stop}, who=Role.OFFICER, **limit("revocation")),
        ),
        keep=Keep(None, "行政处罚案卷，长期保存", sure=False),
    )  # fmt: skip
