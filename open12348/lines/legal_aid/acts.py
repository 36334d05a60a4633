"""What the moves of legal aid ask before they are made (guards) and what they change (effects). One transaction each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import Role
from open12348.kernel.sealed import keyed_hash
from open12348.kernel.workdays import TZ, legal_day
from open12348.registry import divisions, people, providers
from open12348.registry.models import IdKind, Practitioner
from open12348.spine import casework, intake, notices
from open12348.spine.casework import Act
from open12348.spine.files import words
from open12348.spine.journal import Turn
from open12348.spine.models import DocumentKind

from . import assigning, checking, closing_rules, decide, hardship, materials, scope
from .models import Aid, Hardship, LawyerChange, MatterDate, Member, Route, Step, StepKind
from .roster import Row, read_roster


def aid_of(order_id: int) -> Aid:
    """The aid's row of a case, whole."""
    return Aid.objects.select_related("unit", "lawyer", "received_by", "reviewed_by", "approved_by").get(
        order_id=order_id
    )


def at_start(day: date) -> datetime:
    """The first instant of a day, Beijing time."""
    return datetime.combine(day, time(), TZ)


def matter_hash(authority: str, number: str) -> str:
    """A keyed hash of an authority's name and case number, by which co-accused find each other without being shown."""
    bare = "".join(ch for ch in numbers.plain(f"{authority}{number}") if ch.isalnum()).lower()
    return keyed_hash(bare, "matter") if number.strip() else ""


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10]) if value else None


# At receipt


def applied(turn: Turn, said: Mapping[str, Any]) -> None:
    """An application came in: its row, and the roster when several claim together."""
    matter = scope.matter(str(said.get("matter") or ""), legal_day(turn.at))
    aid = Aid.objects.create(
        order=turn.order, route=Route.APPLICATION, kind=matter.kind if matter else "", matter=matter.code if matter else "",
        stage=str(said.get("stage") or ""), position=str(said.get("position") or ""),
        authority_name=str(said.get("authority_name") or ""), authority_no=str(said.get("authority_no") or ""),
        authority_county=divisions.by_code(str(said.get("where_county") or "")) if said.get("where_county") else None,
        matter_hash=matter_hash(str(said.get("authority_name") or ""), str(said.get("authority_no") or "")),
        custody=bool(said.get("custody")), custody_place=str(said.get("custody_place") or ""),
        custody_since=turn.at if said.get("custody") else None, several=bool(said.get("several") or said.get("roster")),
        amount=said.get("amount") or None, groups=list(said.get("groups") or []), wish=str(said.get("wish") or ""),
        lapses_on=_day(said.get("lapses_on")), pledged_at=turn.at if said.get("pledge") else None,
        received_by_id=turn.by.account_id if turn.by.kind == "staff" else None,
        means=json.dumps(hardship.asked(said), ensure_ascii=False) if hardship.answered(said) else "",
    )  # fmt: skip
    rows, _wrong = read_roster(str(said.get("roster") or ""))
    enrol(aid, rows, turn.at)
    if aid.lapses_on is not None and decide.is_soon(aid.lapses_on, legal_day(turn.at)):
        turn.set(urgent=True)  # LAL 44: the time for acting would be over before the review is


def enrol(aid: Aid, rows: list[Row], at: datetime) -> int:
    """Enter the people of a group claim who are not in it yet. Out: how many."""
    known = set(aid.members.exclude(id_hash="").values_list("id_hash", flat=True))
    number, new = aid.members.count(), []
    for row in rows:
        hashed = people.hash_id(IdKind.CITIZEN, row.id_number) if row.id_number else ""
        if hashed and hashed in known:
            continue
        known.add(hashed)
        number += 1
        new.append(
            Member(aid=aid, number=number, name=row.name, id_number=row.id_number, id_hash=hashed, phone=row.phone,
                   amount=row.amount, added_at=at)
        )  # fmt: skip
    Member.objects.bulk_create(new)
    return len(new)


def noticed(turn: Turn, said: Mapping[str, Any]) -> None:
    """A notice of an authority came in (routes B and C): no discretion, no hardship test, three days."""
    matter = scope.matter(str(said["matter"]), legal_day(turn.at))
    day = _day(said.get("noticed_on"))
    received = turn.at if day is None or day == legal_day(turn.at) else at_start(day)
    aid = Aid.objects.create(
        order=turn.order, route=Route.MAY if matter and matter.route == "C" else Route.MUST,
        kind=matter.kind if matter else "criminal", matter=str(said["matter"]), stage=str(said["stage"]),
        position=str(said["position"]), cause=str(said.get("cause") or ""), authority=str(said["authority"]),
        authority_name=str(said["authority_name"]), authority_no=str(said["authority_no"]),
        authority_county=turn.case.county, matter_hash=matter_hash(str(said["authority_name"]), str(said["authority_no"])),
        found_on=_day(said.get("found_on")), noticed_at=received, custody=bool(said.get("custody")),
        custody_place=str(said.get("custody_place") or ""), hardship=Hardship.NONE,
        received_by_id=turn.by.account_id if turn.by.kind == "staff" else None,
    )  # fmt: skip
    if hearing := _day(said.get("hearing_on")):
        MatterDate.objects.create(
            aid=aid,
            kind="hearing",
            at=at_start(hearing),
            said_by="authority",
            entered_at=turn.at,
            by=turn.by.label[:60],
        )


# Who may not: receiver, reviewer, approver and handler are four people


def _is(account_id: int | None, act: Act) -> bool:
    return account_id is not None and account_id == act.by.account_id


def facts_stand(act: Act) -> Any:
    """Nobody reviews a matter before its facts are entered in the terms of the law."""
    aid = aid_of(act.order.pk)
    if not aid.matter or not aid.stage:
        return _("请先补全案情信息：援助事项和阶段。")
    return None


def may_grant(act: Act) -> Any:
    """A grant needs the conditions the law sets, seen by a person: nothing is presumed on a tick alone (section 6 rule a)."""
    reason = facts_stand(act)
    if reason:
        return reason
    aid = aid_of(act.order.pk)
    wanted = str(act.data["hardship"])
    matter = scope.matter(aid.matter, legal_day(act.at))
    if wanted == Hardship.NONE and matter is not None and matter.may_ask_hardship:
        return _("这个事项要看经济困难条件，不能选“不看经济困难条件”。")
    if wanted == Hardship.PRESUMED and not checking.presumed_by(list(aid.proven), legal_day(act.at), aid.matter):
        return _("还没有看过免予核查的证明。请在“补全案情信息”里勾选看过的证明，或者改为本人说明和承诺。")
    if wanted == Hardship.STATED and aid.pledged_at is None:
        return _("还没有本人的经济困难说明和承诺。请先要求补充，或者记录本人当面作出的承诺。")
    return None


def may_refuse(act: Act) -> Any:
    """Only grounds that the law has; and never "means" where the law asks for none."""
    reason = facts_stand(act)
    if reason:
        return reason
    aid = aid_of(act.order.pk)
    words_against = checking.ground_fault(str(act.data["ground"]), str(act.data["reason"]))
    if words_against:
        return words_against
    if act.data["ground"] == "means" and not checking.may_ask_hardship(aid.matter, legal_day(act.at)):
        return _("这个事项没有经济困难条件，不能以此不予援助（法律援助法第三十二条）。")
    return None


def another_than_reviewer(act: Act) -> Any:
    """Two people decide: the approver neither received nor reviewed (domain reference A, 1.24)."""
    aid = aid_of(act.order.pk)
    if _is(aid.reviewed_by_id, act):
        return _("审查人不能自己审批，请另一位负责人审批。")
    if _is(aid.received_by_id, act):
        return _("收件人不能审批，请另一位负责人审批。")
    return None


# Review and decision


def accepted(act: Act) -> None:
    """The application is received in form; who receives it does not approve it."""
    aid = aid_of(act.order.pk)
    if aid.received_by_id is None:
        aid.received_by_id = act.by.account_id
        aid.save(update_fields=["received_by"])


def facts_set(act: Act) -> None:
    """The matter in the terms of the law."""
    aid, data = aid_of(act.order.pk), act.data
    matter = scope.matter(str(data["matter"]), legal_day(act.at))
    aid.matter, aid.kind = str(data["matter"]), matter.kind if matter else ""
    for name in ("stage", "position", "cause", "authority", "authority_name", "authority_no", "lapses_on"):
        setattr(aid, name, data.get(name) or (None if name == "lapses_on" else ""))
    aid.authority_county = divisions.by_code(str(data["authority_county"])) if data.get("authority_county") else None
    aid.matter_hash = matter_hash(aid.authority_name, aid.authority_no)
    aid.proven = list(data.get("groups") or [])
    aid.groups = sorted({*aid.groups, *aid.proven})
    if data.get("pledged") and aid.pledged_at is None:
        aid.pledged_at = act.at
    aid.save()
    act.remember(
        papers=sorted(data.get("papers") or []), represented=str(data.get("represented") or ""),
        represented_by=bool(data.get("by_representative")), born=data["born_on"].isoformat() if data.get("born_on") else "",
    )  # fmt: skip


def is_signed(act: Act) -> Any:
    """A person who cannot write is read the text and gives a fingerprint; nobody signs for them (O148 Art 11)."""
    faults = materials.signing_faults(
        can_write=bool(act.data.get("can_write")), typed_by=act.order.typed_by, is_applicant=act.order.typed_by.startswith(("resident", "nobody")),
        read_back=bool(act.data.get("read_back")) or act.order.read_back, mark=str(act.data["mark"]),
    )  # fmt: skip
    return faults[0] if faults else None


def signed(act: Act) -> None:
    """How it was signed, with the picture if there is one."""
    aid = aid_of(act.order.pk)
    if act.created:
        aid.fingerprint = act.created[0]
        aid.save(update_fields=["fingerprint"])
    act.remember(signed=str(act.data["mark"]), signed_on=legal_day(act.at).isoformat())


def enrolled(act: Act) -> None:
    """More people join a group claim; who is in it already is not entered twice."""
    aid = aid_of(act.order.pk)
    rows, _wrong = read_roster(str(act.data["roster"]))
    enrol(aid, rows, act.at)
    if not aid.several:
        aid.several = True
        aid.save(update_fields=["several"])


def may_be_accepted(act: Act) -> Any:
    """Who said that they cannot write has been read the text and has given a fingerprint before the review begins."""
    if intake.said(act.order).get("cannot_write") and act.case.facts.get("signed") != "thumb":
        return _("本人不能写字：先读给本人听，登记按指印，再开始审查。")
    return None


def sent_elsewhere(act: Act) -> None:
    """Remember the institution that was named."""
    words(act.turn, str(act.data["institution"]), kind=DocumentKind.NOTE, for_resident=True, title=str(act.move.label))


def first_given(act: Act) -> None:
    """Aid begins before the formalities (LAL 44); they are due on a day the office sets."""
    aid = aid_of(act.order.pk)
    aid.provisional, aid.formalities_by = True, act.data["formalities_by"]
    aid.save(update_fields=["provisional", "formalities_by"])
    act.turn.set(urgent=True)
    note(act)


def day_ahead(name: str) -> Any:
    """A guard: the day in a field lies not before today."""

    def guard(act: Act) -> Any:
        if act.data[name] < legal_day(act.at):
            return _("日期已经过去，请填今天或以后的日子。")
        return None

    return guard


def reviewed(decision: str) -> Any:
    """An effect: the reviewer's opinion is written down with the checklist as it stood."""

    def effect(act: Act) -> None:
        aid = aid_of(act.order.pk)
        aid.reviewed_by_id, aid.reviewed_at = act.by.account_id, act.at
        aid.decision = decision
        aid.ground = str(act.data.get("ground") or "")
        aid.hardship = str(act.data.get("hardship") or aid.hardship)
        aid.reason = str(act.data.get("reason") or "")
        aid.review = json.dumps(checking.as_data(checking.of_aid(aid, act.at)), ensure_ascii=False)
        aid.save()

    return effect


def sent_back(act: Act) -> None:
    """The approver does not follow the reviewer: the review begins anew."""
    aid = aid_of(act.order.pk)
    aid.decision, aid.ground = "", ""
    aid.save(update_fields=["decision", "ground"])
    note(act)


def decided(act: Act) -> None:
    """The decision is made, by the second person."""
    aid = aid_of(act.order.pk)
    aid.approved_by_id, aid.decided_at = act.by.account_id, act.at
    aid.save(update_fields=["approved_by", "decided_at"])
    if aid.decision == "refuse":
        act.remember(decided_ground=act.case.facts.get("decided_ground") or aid.ground)  # the statistics' (counts.acts)
        words(
            act.turn,
            hardship.refusal_text(aid, act),
            kind=DocumentKind.ANSWER,
            for_resident=True,
            title=str(act.move.label),
        )


def note(act: Act) -> None:
    """Keep the words of a move for the office."""
    said = str(
        act.data.get("note") or act.data.get("reason") or act.data.get("ask") or act.data.get("answer_text") or ""
    )
    if said.strip():
        words(act.turn, said, kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))


def reason_as_message(act: Act) -> None:
    """Keep the person's words."""
    words(act.turn, str(act.data["reason"]), kind=DocumentKind.MESSAGE, for_resident=True)


# Assignment


def may_be_assigned(act: Act) -> Any:
    """The rules about the lawyer; and who decides does not handle."""
    worker = Practitioner.objects.filter(pk=int(act.data["lawyer"])).first()
    if worker is None:
        return _("请选择指派给谁。")
    return assigning.fault_of(aid_of(act.order.pk), act.case, worker, act.at, why=str(act.data.get("why") or ""))


def assigned(act: Act) -> None:
    """The choice is stored with everybody considered; the firm (or the lawyer alone) has it in hand."""
    aid = aid_of(act.order.pk)
    worker = Practitioner.objects.select_related("organisation").get(pk=int(act.data["lawyer"]))
    assigning.give(act.turn, aid, worker, why=str(act.data.get("why") or ""))


def firm_may(act: Act) -> Any:
    """The firm names one of its own whom the rules allow."""
    aid = aid_of(act.order.pk)
    worker = Practitioner.objects.filter(pk=int(act.data["lawyer"])).first()
    if worker is None or (aid.unit_id is not None and worker.organisation_id != aid.unit_id):
        return _("只能安排本单位的人员。")
    return assigning.fault_of(aid, act.case, worker, act.at, why="-")


def arranged(act: Act) -> None:
    """The person who will act is known; from here the case is theirs."""
    aid = aid_of(act.order.pk)
    worker = Practitioner.objects.select_related("organisation").get(pk=int(act.data["lawyer"]))
    assigning.settle(act.turn, aid, worker)


def declined(act: Act) -> None:
    """The firm cannot: the case goes back to the institution."""
    aid = aid_of(act.order.pk)
    assigning.take_back(act.turn, aid, cause="declined", why=str(act.data["reason"]))


def has_lawyer(act: Act) -> Any:
    """After provisional aid the lawyer who has begun goes on."""
    return None if aid_of(act.order.pk).lawyer_id else _("还没有律师，请先指派。")


def lawyer_confirmed(act: Act) -> None:
    """The lawyer of the provisional aid keeps the case."""
    aid = aid_of(act.order.pk)
    assert aid.lawyer is not None
    assigning.settle(act.turn, aid, aid.lawyer)


def may_engage(act: Act) -> Any:
    """The client agrees, and the day makes sense; later than five days needs a reason that is not the lawyer's (O148 Art 27)."""
    aid = aid_of(act.order.pk)
    day = act.data["engaged_on"]
    if day > legal_day(act.at):
        return _("日期不能晚于今天。")
    if aid.assigned_at and day < legal_day(aid.assigned_at):
        return _("签订日期不能早于指派的日子。")
    if act.data["agreed"] == "no":
        return _("受援人不同意的，请用“申请更换人员”或“当事人不同意辩护”，不要登记为已签订。")
    return None


def engaged(act: Act) -> None:
    """Signed."""
    aid = aid_of(act.order.pk)
    aid.engaged_on, aid.engaged_at, aid.agreed = act.data["engaged_on"], act.at, True
    aid.save(update_fields=["engaged_on", "engaged_at", "agreed"])
    if act.data.get("late_reason"):
        words(
            act.turn,
            str(act.data["late_reason"]),
            kind=DocumentKind.NOTE,
            for_resident=False,
            title=str(act.move.label),
        )


# Handling


def recorded(act: Act) -> None:
    """A step done, with its words sealed in a document."""
    step(act, str(act.data["kind"]), act.data["on"], str(act.data.get("note") or ""), str(act.data.get("place") or ""))


def step(act: Act, kind: str, on: date, said: str, place: str = "") -> Step:
    """Write a step down."""
    document = None
    if said.strip():
        document = words(act.turn, said, kind=DocumentKind.NOTE, for_resident=False, title=str(StepKind(kind).label))
    aid = aid_of(act.order.pk)
    return Step.objects.create(
        aid=aid, kind=kind, on=on, place=place[:120], document=document or next(iter(act.created), None),
        by_id=act.by.account_id, lawyer_id=act.by.practitioner_id or aid.lawyer_id, at=act.at,
    )  # fmt: skip


def told(act: Act) -> None:
    """The client was told; the file shows it."""
    step(act, StepKind.PROGRESS, legal_day(act.at), "")


def reported(act: Act) -> None:
    """The institution was told; people in charge see it at once."""
    step(act, StepKind.REPORT, legal_day(act.at), str(act.data["note"]))
    notices.post(act.turn, to="supervisor", text=_("承办人对 %(code)s 提交了报告，请查看。"))


def date_set(act: Act) -> None:
    """A day of the matter; a changed hearing replaces the one before."""
    aid = aid_of(act.order.pk)
    hour = act.data.get("hour") or (0, 0)
    when = datetime.combine(act.data["on"], time(*hour), TZ)
    old = None
    if act.data["kind"] == "hearing":
        old = (
            aid.dates.filter(kind="hearing", done_at__isnull=True, replaced_by__isnull=True)
            .order_by("-entered_at")
            .first()
        )
    MatterDate.objects.create(
        aid=aid, kind=act.data["kind"], at=when, place=str(act.data.get("place") or ""), said_by=act.data["said_by"],
        entered_at=act.at, by=act.by.label[:60], replaces=old,
    )  # fmt: skip
    if act.data["kind"] == "limitation":
        aid.lapses_on = act.data["on"]
        aid.save(update_fields=["lapses_on"])


# Change of lawyer


def change_asked(act: Act) -> None:
    """Somebody asks for another lawyer."""
    aid = aid_of(act.order.pk)
    LawyerChange.objects.create(
        aid=aid, asked_at=act.at, asked_by=act.by.label[:60], cause=act.data["cause"], why=act.data["reason"],
        old=aid.lawyer, old_unit=aid.unit,
    )  # fmt: skip


def change_decided(granted: bool) -> Any:
    """An effect: yes takes the case from the lawyer, no leaves it."""

    def effect(act: Act) -> None:
        aid = aid_of(act.order.pk)
        row = aid.changes.filter(decided_at__isnull=True).order_by("-asked_at").first()
        if row is not None:
            row.decided_at, row.decided_by_id, row.granted = act.at, act.by.account_id, granted
            row.answer = str(act.data.get("answer") or "")
            row.save()
        if granted:
            assigning.take_back(act.turn, aid)

    return effect


def replaced(act: Act) -> None:
    """The institution takes the case back from a lawyer who may not go on."""
    aid = aid_of(act.order.pk)
    assigning.take_back(act.turn, aid, cause=str(act.data["cause"]), why=str(act.data["reason"]))


def orphaned(now: Turn, practitioner: Practitioner) -> None:
    """A lawyer's licence stopped: the institution takes the case back, where somebody has it in hand (handover.py)."""
    if now.case.state in {"assigned", "arranged", "in_progress"}:
        why = str(_("承办人停止执业，由中心收回另派。"))
        casework.within(now, "replace", {"cause": "standing", "reason": why})


def may_replace(act: Act) -> Any:
    """ "Suspended" must be true: the registry knows."""
    aid = aid_of(act.order.pk)
    if act.data["cause"] == "standing" and aid.lawyer_id:
        if providers.available(act.at).filter(pk=aid.lawyer_id).exists():
            return _("登记里这位人员仍在执业。请先登记停止执业，或者选别的原因。")
    return None


# Termination


def termination_proposed(act: Act) -> None:
    """The ground and the facts, as whoever saw them writes them."""
    aid = aid_of(act.order.pk)
    aid.termination, aid.reviewed_by_id, aid.reviewed_at = str(act.data["ground"]), act.by.account_id, act.at
    aid.reason = str(act.data["reason"])
    aid.save(update_fields=["termination", "reviewed_by", "reviewed_at", "reason"])


def not_the_proposer(act: Act) -> Any:
    """Who proposed an end does not decide it."""
    aid = aid_of(act.order.pk)
    if _is(aid.reviewed_by_id, act) or (act.by.practitioner_id and act.by.practitioner_id == aid.lawyer_id):
        return _("提出终止的人不能自己决定，请另一位负责人决定。")
    return None


def terminated(act: Act) -> None:
    """Aid ends by decision; the closing day of the lawyer is the day they get it (O148 Art 40)."""
    aid = aid_of(act.order.pk)
    aid.approved_by_id, aid.decided_at = act.by.account_id, act.at
    aid.closed_on, aid.closing_paper = legal_day(act.at), "terminated"
    aid.save(update_fields=["approved_by", "decided_at", "closed_on", "closing_paper"])
    act.remember(ended_ground=act.case.facts.get("ended_ground") or aid.termination)
    words(
        act.turn,
        hardship.termination_text(aid, act),
        kind=DocumentKind.ANSWER,
        for_resident=True,
        title=str(act.move.label),
    )


def kept_on(act: Act) -> None:
    """No reason to end it after all."""
    aid = aid_of(act.order.pk)
    aid.termination = ""
    aid.save(update_fields=["termination"])
    note(act)


def decision_served(act: Act) -> None:
    """The day on which the person got the decision: from here their own time runs."""
    aid = aid_of(act.order.pk)
    day = act.data["on"]
    aid.served_at = act.at if day == legal_day(act.at) else at_start(day)
    aid.save(update_fields=["served_at"])


def served_in_order(act: Act) -> Any:
    """The person cannot have got it before it was made, nor tomorrow."""
    aid = aid_of(act.order.pk)
    day = act.data["on"]
    if day > legal_day(act.at):
        return _("日期不能晚于今天。")
    if aid.decided_at and day < legal_day(aid.decided_at):
        return _("送达日期不能早于决定的日子。")
    return None


# Closing


def may_close(act: Act) -> Any:
    """The closing day follows the stage's rule, and lies neither ahead nor before the assignment (O148 Art 40)."""
    aid = aid_of(act.order.pk)
    day = act.data["closed_on"]
    if day > legal_day(act.at):
        return _("结案日不能晚于今天。")
    if aid.assigned_at and day < legal_day(aid.assigned_at):
        return _("结案日不能早于指派的日子。")
    return closing_rules.paper_fault(aid.kind, aid.stage, str(act.data["closing_paper"]))


def closed(act: Act) -> None:
    """How it ended."""
    aid = aid_of(act.order.pk)
    for name in ("closing_paper", "closed_on", "result", "gained", "avoided"):
        setattr(aid, name, act.data.get(name))
    aid.save()
    aid.dates.filter(done_at__isnull=True, at__lte=act.at).update(done_at=act.at)


def something_handed_in(act: Act) -> Any:
    """A file is handed in with something in it, and shows that the client was told how things stood (LAL 46)."""
    aid = aid_of(act.order.pk)
    if not act.data.get("paper_file") and not act.created and not aid.steps.exists():
        return _("案卷是空的：请先记录办案过程，或者上传材料，或者注明已交纸质案卷。")
    return None


def handed_in(act: Act) -> None:
    """The file is with the institution."""
    aid = aid_of(act.order.pk)
    aid.file_in_at = act.at
    aid.save(update_fields=["file_in_at"])
    note(act)


def not_own_file(act: Act) -> Any:
    """Nobody passes their own file."""
    aid = aid_of(act.order.pk)
    if act.by.practitioner_id and act.by.practitioner_id == aid.lawyer_id:
        return _("不能审查自己办理的案卷。")
    return None


def file_accepted(act: Act) -> None:
    """The file is complete: the fee for this stage is owed, once (O148 Art 41)."""
    aid = aid_of(act.order.pk)
    aid.file_ok_at, aid.file_by_id = act.at, act.by.account_id
    aid.save(update_fields=["file_ok_at", "file_by"])
    note(act)
    from . import paying

    paying.owe(act.turn, aid)


def settled(act: Act) -> Any:
    """A file goes to the archive when its fee is paid, or when none is owed."""
    from . import paying

    return paying.open_fault(aid_of(act.order.pk))


def restarted(act: Act) -> None:
    """Taken up again: the old decision is no longer in force, its row in the journal stays."""
    aid = aid_of(act.order.pk)
    aid.decision, aid.ground, aid.termination = "", "", ""
    aid.decided_at = aid.served_at = None
    aid.save(update_fields=["decision", "ground", "termination", "decided_at", "served_at"])
    reason_as_message(act)


def objected(act: Act) -> None:
    """The person does not agree; later than fifteen days is taken too, and seen (LA-T12, soft)."""
    reason_as_message(act)


def overturned(act: Act) -> None:
    """The justice authority orders aid: the decision is replaced (LAL 49)."""
    aid = aid_of(act.order.pk)
    aid.decision, aid.ground, aid.termination = "grant", "", ""
    aid.decided_at = act.at
    aid.save(update_fields=["decision", "ground", "termination", "decided_at"])


def upheld(act: Act) -> None:
    """The decision stands; the person's time to go on runs from when they get this one."""
    aid = aid_of(act.order.pk)
    aid.decided_at, aid.served_at = act.at, None
    aid.save(update_fields=["decided_at", "served_at"])


def not_who_decided(act: Act) -> Any:
    """The objection is decided by the justice authority, not by who made the decision."""
    aid = aid_of(act.order.pk)
    if _is(aid.reviewed_by_id, act) or _is(aid.approved_by_id, act):
        return _("参加过原决定的人不能审查异议。")
    return None


def is_the_handler(act: Act) -> Any:
    """Only who handles the case records its steps; the office may do it for a handler without an account."""
    aid = aid_of(act.order.pk)
    if (
        act.by.has(Role.PROVIDER)
        and act.by.practitioner_id != aid.lawyer_id
        and act.case.handler_id != act.by.account_id
    ):
        return _("只有承办人能记录。")
    return None


def client_declined(act: Act) -> None:
    """The accused does not want this lawyer; the authority looks into why (O148 Art 29)."""
    aid = aid_of(act.order.pk)
    aid.agreed = False
    aid.save(update_fields=["agreed"])
    note(act)


def another_lawyer(act: Act) -> None:
    """There was reason: another lawyer is assigned."""
    aid = aid_of(act.order.pk)
    assigning.take_back(act.turn, aid, cause="client", why=str(act.data["reason"]))
