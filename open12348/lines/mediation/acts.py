"""What the moves of a mediation ask before they are made (guards) and what they change (effects). One transaction each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.sentences import say
from open12348.kernel.workdays import TZ, legal_day
from open12348.registry import people
from open12348.registry.models import Account, Practitioner
from open12348.spine import barring, intake, notices
from open12348.spine.casework import Act, Refused
from open12348.spine.files import words
from open12348.spine.journal import Turn
from open12348.spine.models import Document, DocumentKind

from . import choosing, committees, rules
from .committee_models import Committee
from .figures import most_interest, number
from .models import (
    AgreementForm,
    ChosenBy,
    Dispute,
    DisputeResult,
    DisputeSource,
    MediationAgreement,
    MediationSession,
)

#: Sources that are an organ, which is told how it ended.
ORGANS = frozenset(DisputeSource.values) - {DisputeSource.PARTY, DisputeSource.OWN}
COURT = frozenset({DisputeSource.COURT_BEFORE, DisputeSource.COURT_AFTER})


def row_of(order_id: int) -> Dispute:
    """The dispute's row of a case, whole."""
    return Dispute.objects.select_related("mediator", "committee").get(order_id=order_id)


def agreement_of(row: Dispute) -> MediationAgreement | None:
    """The agreement that stands."""
    return row.agreements.filter(superseded_at__isnull=True).first()


def opponent_of(order: Any) -> str:
    """The other side's name, as said at first or found out later."""
    return str(order.parties.filter(role="opponent").order_by("pk").values_list("name", flat=True).first() or "")


def note(act: Act) -> None:
    """Keep the words of a move for the office."""
    text = str(act.data.get("note") or act.data.get("reason") or "")
    if text.strip():
        words(act.turn, text, kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))


def reason_as_message(act: Act) -> None:
    """Keep the person's words."""
    if str(act.data.get("reason") or "").strip():
        words(act.turn, str(act.data["reason"]), kind=DocumentKind.MESSAGE, for_resident=True)


def past(*names: str, then: Callable[[Act], Any] | None = None) -> Callable[[Act], Any]:
    """A guard: the days named are not ahead of us; then whatever else is asked."""

    def guard(act: Act) -> Any:
        today = legal_day(act.at)
        if any(isinstance(act.data.get(n), date) and act.data[n] > today for n in names):
            return _("日期不能晚于今天。")
        return then(act) if then is not None else None

    return guard


# Receipt


def received(now: Turn, content: Mapping[str, Any]) -> None:
    """The row of the dispute, from what was said."""
    person, phone = now.order.person, str(content.get("opponent_phone") or "")
    Dispute.objects.create(
        order=now.order, source=str(content.get("source") or DisputeSource.PARTY), sender=str(content.get("sender") or ""),
        sender_no=str(content.get("sender_no") or ""), sent_on=_day(content.get("sent_on")),
        reply_by=_day(content.get("reply_by")), kind=str(content.get("kind") or ""), people=content.get("people") or 2,
        amount=content.get("amount"), opponent_phone=phone, violence=bool(content.get("violence")),
        same_phone=bool(phone and person is not None and person.phone_hash == people.hash_phone(phone)),
    )  # fmt: skip
    if content.get("violence"):
        now.set(urgent=True)
        notices.alarm(now, ["violence"])


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None


def completed(act: Act) -> None:
    """The dispute as the office registers it."""
    row, data = row_of(act.order.pk), act.data
    for name in ("kind", "difficulty", "source", "sender", "sender_no", "sent_on", "signed_on", "summary_procedure",
                 "reply_by", "amount", "known_on"):  # fmt: skip
        setattr(row, name, data.get(name))
    row.people = data.get("people") or row.people
    row.violence = row.violence or bool(data.get("violence"))
    if data.get("opponent_phone"):
        row.opponent_phone = str(data["opponent_phone"])
    if data.get("opponent") and not act.order.parties.filter(role="opponent").exists():
        intake.add_party(act.turn, {"name": str(data["opponent"]), "phone": row.opponent_phone})
        act.remember(opponent_added=True)
    person = act.order.person
    same = person is not None and row.opponent_phone and people.hash_phone(row.opponent_phone) == person.phone_hash
    row.same_phone = bool(same) and not data.get("one_phone")
    row.save()
    act.turn.set(topic=row.kind)
    act.remember(consented=bool(data.get("consented")))


def protected(act: Act) -> None:
    """The hurt person was told of the protection order first; a wish for one is the office's to carry to court."""
    row = row_of(act.order.pk)
    row.protection_told_at = act.at
    row.save(update_fields=["protection_told_at"])
    act.remember(wants_order=bool(act.data.get("wants_order")), wants_talk=act.data["wants_talk"])
    if act.data["safe_now"] == "police" or act.data.get("wants_order"):
        for to in ("place", "supervisor"):
            notices.post(
                act.turn, to=to, urgent=True,
                text=_("%(code)s 有家庭暴力，本人要人身安全保护令或者不安全。请马上陪同递交法院、联系公安。"),
            )  # fmt: skip


# Acceptance


def may_accept(act: Act) -> Any:
    """What must be clear before a dispute is taken."""
    row = row_of(act.order.pk)
    if row.violence:
        if row.protection_told_at is None:
            return say(
                _("有家庭暴力的，先做“告知人身安全保护令”，不能直接调解（%(basis)s）。"), basis=rules.VIOLENCE_BASIS
            )
        if act.case.facts.get("wants_talk") != "yes":
            return say(_("本人不愿意调解，不能劝。请用“一方不同意调解”结束（%(basis)s）。"), basis="人民调解法第十七条")
    if not row.kind:
        return _("请先在“补全登记”里选纠纷类型。")
    if not act.order.parties.filter(role="opponent").exists():
        return _("还不知道对方是谁。请问清后填在“补全登记”里。")
    if row.same_phone:
        return _("双方的电话一样。请问清对方自己的号码，填在“补全登记”里；确实共用的，在那里勾上。")
    if row.source in COURT and not row.sender_no:
        return _("法院委派、委托的，请填法院的案号，不要登记成新的纠纷。")
    if row.source == DisputeSource.COURT_BEFORE and not act.case.facts.get("consented"):
        return _(
            "诉前委派要双方都同意（最高法特邀调解规定第十一条）。请问过双方，在“补全登记”里勾上；不同意的退回法院。"
        )
    return None


def accepted(act: Act) -> None:
    """Taken."""
    Dispute.objects.filter(order=act.order).update(accepted_at=act.at)


def declined(act: Act) -> None:
    """Not taken, with the roads that were shown."""
    ended(act, DisputeResult.NOT_ACCEPTED)
    act.remember(ground=act.data["ground"], roads=list(act.data["roads"]))


def refused(act: Act) -> None:
    """A party does not want it: no failure, and counted as none."""
    ended(act, DisputeResult.REFUSED)
    act.remember(refused_by=act.data["who"], roads=list(act.data["roads"]))


def ended(act: Act, result: str) -> None:
    """How the mediation ended, for statistics."""
    Dispute.objects.filter(order=act.order).update(result=result, ended_on=legal_day(act.at))


def ended_as(result: str) -> Callable[[Act], None]:
    """An effect: the mediation ended so."""

    def effect(act: Act) -> None:
        ended(act, result)
        if act.data.get("roads"):
            act.remember(roads=list(act.data["roads"]))
        note(act)

    return effect


def restarted(act: Act) -> None:
    """Taken up again: the old result and agreement no longer stand; the rows stay."""
    row = row_of(act.order.pk)
    row.result, row.ended_on, row.accepted_at, row.consent_until = "", None, None, None
    row.save(update_fields=["result", "ended_on", "accepted_at", "consent_until"])
    row.agreements.filter(superseded_at__isnull=True).update(superseded_at=act.at)
    if row.mediator_id:
        choosing.take_back(act.turn, row, str(_("重新调解")))
    reason_as_message(act)


# The mediator


def may_assign(act: Act) -> Any:
    """Nobody whom the rules keep away; the reason names the article."""
    worker = Practitioner.objects.select_related("organisation").filter(pk=int(act.data["mediator"])).first()
    return choosing.fault_of(act.case, worker, act.at)


def assigned(act: Act) -> None:
    """The dispute is in a mediator's hands."""
    worker = Practitioner.objects.select_related("organisation").get(pk=int(act.data["mediator"]))
    choosing.give(act.turn, row_of(act.order.pk), worker, str(act.data["chosen_by"]))


def may_take_up(act: Act) -> Any:
    """Only somebody who mediates takes a dispute for themselves."""
    worker = Practitioner.objects.filter(pk=act.by.practitioner_id).first() if act.by.practitioner_id else None
    return choosing.fault_of(act.case, worker, act.at)


def taken_up(act: Act) -> None:
    """A mediator takes it."""
    worker = Practitioner.objects.select_related("organisation").get(pk=act.by.practitioner_id or 0)
    choosing.give(act.turn, row_of(act.order.pk), worker, ChosenBy.COMMITTEE)


def recused(act: Act) -> None:
    """The mediator must not go on: kept with the article, the dispute goes back, the same person cannot be given it again."""
    row = row_of(act.order.pk)
    account = Account.objects.filter(practitioner=row.mediator).order_by("pk").first() if row.mediator else None
    if row.mediator is not None or act.case.handler is not None:
        barring.recuse(
            act.turn, account=account or act.case.handler, practitioner=row.mediator, ground=str(act.data["ground"]),
            basis=choosing.BASIS, why=str(act.data["reason"]),
        )  # fmt: skip
    choosing.take_back(act.turn, row, str(_("回避，另行确定调解员")))
    note(act)


def is_mediator(act: Act) -> Any:
    """Only who mediates writes the steps down; the office does so for a mediator without an account."""
    row = row_of(act.order.pk)
    if act.by.practitioner_id and row.mediator_id and act.by.practitioner_id != row.mediator_id:
        return _("只有这件纠纷的调解员能记录。")
    return None


# Talking


def begun(act: Act) -> None:
    """The parties know their rights."""
    Dispute.objects.filter(order=act.order).update(rights_told_on=act.data["on"])


def ahead(act: Act) -> Any:
    """A sitting is appointed for a time that is still to come."""
    when = datetime.combine(act.data["on"], act.data["hour"], TZ)
    return _("约的时间已经过去，请再看一下日期和钟点。") if when <= act.at else is_mediator(act)


def appointed(act: Act) -> None:
    """When and where; by video under its link. The parties see it on their page."""
    MediationSession.objects.create(
        dispute=row_of(act.order.pk), at=datetime.combine(act.data["on"], act.data["hour"], TZ),
        place=str(act.data.get("place") or ""), video=bool(act.data.get("video")), link=str(act.data.get("link") or ""),
        by=act.by.label[:60],
    )  # fmt: skip


def held_in_order(act: Act) -> Any:
    """A sitting cannot have been held before the dispute was taken."""
    row = row_of(act.order.pk)
    if row.accepted_at is not None and act.data["on"] < legal_day(row.accepted_at):
        return say(_("调解的日期早于受理的日子（%(day)s）。请核对。"), day=legal_day(row.accepted_at).isoformat())
    return is_mediator(act)


def held(act: Act) -> None:
    """A sitting was held: an appointed one of that day, or one that nobody had entered before."""
    row, day = row_of(act.order.pk), act.data["on"]
    start = datetime.combine(day, time(), TZ)
    waiting = row.sessions.filter(held_at__isnull=True, at__gte=start, at__lt=start + timedelta(days=1)).first()
    if waiting is None:
        waiting = MediationSession(
            dispute=row,
            at=min(act.at, start + timedelta(hours=23)),
            place=str(act.data.get("place") or ""),
            by=act.by.label[:60],
        )
    waiting.held_at = act.at
    waiting.save()
    for document in act.created:
        filed(act, document, "record")


def filed(act: Act, document: Document, what: str) -> None:
    """A paper's place in the file."""
    act.remember(file={**act.case.facts.get("file", {}), str(document.pk): what})


def paper_added(act: Act) -> None:
    """A paper takes its place in the file; handwriting stands with its transcript."""
    for document in act.created:
        filed(act, document, str(act.data["what"]))
    if act.data.get("transcript"):
        words(
            act.turn,
            str(act.data["transcript"]),
            kind=DocumentKind.NOTE,
            for_resident=False,
            title=str(_("手写材料的文字稿")),
        )


def may_go_on(act: Act) -> Any:
    """More time only for days ahead, and not without end."""
    day, today = act.data["until"], legal_day(act.at)
    most = number("finish_more", today)
    if day <= today:
        return _("日期已经过去，请填今天以后的日子。")
    if day > today + timedelta(days=most):
        return say(_("一次最多同意继续 %(n)s 日。到时还要谈的，再问双方一次。"), n=most)
    return None


def gone_on(act: Act) -> None:
    """Both agree to go on until a day."""
    Dispute.objects.filter(order=act.order).update(consent_until=act.data["until"])


# Agreement


def _record_fault(act: Act, row: Dispute) -> Any:
    if row.rights_told_on is None:
        return _("还没有告知双方权利义务。")
    if not row.sessions.filter(held_at__isnull=False).exists():
        return _("没有调解记录，不能登记成功。请先“记录一次调解”。")
    return is_mediator(act)


def may_agree(act: Act) -> Any:
    """An agreement needs a record behind it, and may hold nothing that the law does not let stand."""
    row, data, today = row_of(act.order.pk), act.data, legal_day(act.at)
    if fault := _record_fault(act, row):
        return fault
    content = str(data["content"])
    if row.violence and (fault := rules.gives_away_protection(content)):
        return fault
    if data.get("interest") is not None:
        most, figure = most_interest(data.get("lent_on") or today)
        if fault := rules.interest_fault(data["interest"], most, figure.basis):
            return fault
    if data.get("others_property") == "yes":
        return _(
            "协议处分了别人的土地或者房屋，没有权利人签字不能这样写（民法典第二百三十八条、人民调解法第三条）。请权利人到场，或者改写。"
        )
    if act.data.get("perform_by") and data["perform_by"] < (data.get("on") or today):
        return _("履行的日子早于协议的日子。当场履行完的，填达成协议的那一天。")
    return None


def written(act: Act) -> None:
    """The text to be signed. A text before it, unsigned, no longer stands."""
    row, data = row_of(act.order.pk), act.data
    row.agreements.filter(superseded_at__isnull=True).update(superseded_at=act.at)
    MediationAgreement.objects.create(
        dispute=row, form=AgreementForm.WRITTEN, content=str(data["content"]), amount=data.get("amount"),
        interest=data.get("interest"), perform_by=data.get("perform_by"), made_at=act.at,
    )  # fmt: skip
    row.prevented = list(data.get("prevented") or [])
    row.amount = data.get("amount") if data.get("amount") is not None else row.amount
    row.save(update_fields=["prevented", "amount"])


def may_take_effect(act: Act) -> Any:
    """All three, in an order that can be right; no minor alone; the committee's own seal."""
    row, data, today = row_of(act.order.pk), act.data, legal_day(act.at)
    parties, mediator, seal = data["parties_on"], data.get("mediator_on"), data.get("seal_on")
    if fault := rules.lacking(parties, mediator, seal):
        return fault
    day = rules.effective_on(parties, mediator, seal)
    assert day is not None
    if row.committee is not None and Committee.objects.filter(pk=row.committee_id).exists():
        if not committees.seal_on_file(row.committee, day):
            return say(
                _("%(name)s没有备案的印章，不能登记已盖章。请先备案印章，或者由所属调委会盖章。"),
                name=row.committee.name,
            )
    accepted_on = legal_day(row.accepted_at) if row.accepted_at else None
    standing = agreement_of(row)
    visited = standing.revisits.order_by("on").values_list("on", flat=True).first() if standing else None
    if fault := rules.out_of_order(effective=day, today=today, accepted=accepted_on, visited=visited):
        return fault
    person = act.order.person
    born = [rules.born_of(person.id_number) if person is not None else None, data.get("opponent_born")]
    return rules.minor_alone(born, day, number("adult", day), str(data.get("guardian") or ""))


def took_effect(act: Act) -> None:
    """It counts from the last of the three."""
    row, data = row_of(act.order.pk), act.data
    standing = agreement_of(row)
    if standing is None:
        raise Refused(_("还没有写协议。"))
    standing.parties_on, standing.mediator_on, standing.seal_on = (
        data["parties_on"],
        data["mediator_on"],
        data["seal_on"],
    )
    standing.effective_on = rules.effective_on(standing.parties_on, standing.mediator_on, standing.seal_on)
    standing.save()
    _agreed(act, standing)
    for document in act.created:
        filed(act, document, "agreement")


def agreed_orally(act: Act) -> None:
    """Said and written down by the mediator: it counts from that day (人民调解法 Art 30)."""
    row, data = row_of(act.order.pk), act.data
    row.agreements.filter(superseded_at__isnull=True).update(superseded_at=act.at)
    standing = MediationAgreement.objects.create(
        dispute=row, form=AgreementForm.ORAL, content=str(data["content"]), amount=data.get("amount"),
        perform_by=data.get("perform_by"), made_at=act.at, effective_on=data["on"],
    )  # fmt: skip
    row.prevented = list(data.get("prevented") or [])
    row.save(update_fields=["prevented"])
    _agreed(act, standing)


def may_agree_orally(act: Act) -> Any:
    """As a written one; and its day lies neither before the acceptance nor ahead."""
    row = row_of(act.order.pk)
    accepted_on = legal_day(row.accepted_at) if row.accepted_at else None
    fault = rules.out_of_order(effective=act.data["on"], today=legal_day(act.at), accepted=accepted_on, visited=None)
    return fault or may_agree(act)


def _agreed(act: Act, standing: MediationAgreement) -> None:
    row = standing.dispute
    row.result, row.ended_on = DisputeResult.AGREED, standing.effective_on
    row.save(update_fields=["result", "ended_on"])
    act.remember(agreement=standing.pk)
