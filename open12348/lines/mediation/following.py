"""What follows an agreement or goes beside the talks: visits, breach, confirmation, danger, letters, the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.sentences import say
from open12348.kernel.workdays import legal_day
from open12348.registry import items
from open12348.spine import casework, catalogue, notices
from open12348.spine.casework import Act, Refused
from open12348.spine.files import words
from open12348.spine.intake import Invalid
from open12348.spine.models import DocumentKind

from . import rules
from .acts import ORGANS, agreement_of, ended, filed, note, opponent_of, row_of
from .figures import the
from .models import Dispute, DisputeResult, Performance, Revisit, TransferLetter


def stopped(act: Act) -> None:
    """A party may end it at any time; the office says which roads are open, and where it was not asked, all that usually are."""
    ended(act, DisputeResult.STOPPED)
    act.remember(roads=[code for code, _words in rules.ROADS if code in {"sue", "aid"}])
    note(act)


def came_from_organ(act: Act) -> Any:
    """Somebody waits for the answer."""
    return None if row_of(act.order.pk).source in ORGANS else _("这件纠纷不是别的单位转来的，不用反馈。")


# After the agreement


def visit_in_order(act: Act) -> Any:
    """Nobody visits before there is an agreement to visit about."""
    standing = agreement_of(row_of(act.order.pk))
    if standing is None or standing.effective_on is None:
        return _("还没有生效的协议。")
    if act.data["on"] < standing.effective_on:
        return say(_("回访的日期（%(day)s）早于协议的日期。请核对是哪一个写错了。"), day=act.data["on"].isoformat())
    return None


def visited(found: str) -> Callable[[Act], None]:
    """An effect: a visit, and what it found."""

    def effect(act: Act) -> None:
        standing = agreement_of(row_of(act.order.pk))
        assert standing is not None
        text = str(act.data.get("note") or "")
        document = (
            words(act.turn, text, kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))
            if text
            else None
        )
        Revisit.objects.create(
            agreement=standing, on=act.data["on"], found=found, document=document, by=act.by.label[:60], at=act.at
        )
        if found != Performance.OPEN:
            standing.performance, standing.performed_on = found, act.data["on"] if found == Performance.DONE else None
            standing.save(update_fields=["performance", "performed_on"])
        for came in act.created:
            if came.has_file:
                filed(act, came, "performance")

    return effect


def remedied(act: Act) -> None:
    """The road that was taken after a breach."""
    standing = agreement_of(row_of(act.order.pk))
    if standing is not None:
        standing.remedy = str(act.data["remedy"])
        standing.save(update_fields=["remedy"])


def may_remedy(act: Act) -> Any:
    """Only a confirmed agreement is enforced; the others are sued on (人民调解法 Art 32, 33)."""
    standing = agreement_of(row_of(act.order.pk))
    if act.data["remedy"] == "enforced" and (
        standing is None or not standing.confirmations.filter(result="confirmed").exists()
    ):
        return _("没有经法院确认的协议不能申请强制执行，可以就协议起诉（人民调解法第三十二条、第三十三条）。")
    return None


def may_confirm(act: Act) -> Any:
    """Within thirty days of the agreement's effect, and nothing in it that a court refuses."""
    row, today = row_of(act.order.pk), legal_day(act.at)
    standing = agreement_of(row)
    if standing is None or standing.effective_on is None:
        return _("还没有生效的协议。")
    last = confirm_last(act.case, act.at)
    if last is not None and today > last:
        return say(
            _("共同申请司法确认的期限到 %(day)s，已经过了（%(basis)s）。可以重新达成协议，或者就协议起诉。"),
            day=last.isoformat(), basis=the("confirm", standing.effective_on).basis,
        )  # fmt: skip
    if standing.confirmations.exclude(result__in=["rejected", "withdrawn"]).exists():
        return _("这份协议已经在申请司法确认。")
    found = rules.court_refuses(row.kind, standing.content, act.data["refuses"])
    if found:
        return say(
            _("法院不会确认：%(why)s。请不要送司法确认；可以改写协议，或者走其他的路。"),
            why="；".join(f"{question}（{article}）" for _code, question, article in found),
        )
    return None


def confirm_last(case: Any, at: datetime) -> date | None:
    """The last day of the joint application, as the clock reckons it; None when no agreement counts yet."""
    found = case.order.deadlines.filter(clock="confirm").order_by("-pk").first()
    return legal_day(found.due_at - timedelta(seconds=1)) if found is not None else None


def confirmation_opened(act: Act) -> None:
    """A linked order with its own code goes to the court's side; the dispute keeps its own."""
    row = row_of(act.order.pk)
    standing = agreement_of(row)
    assert standing is not None and standing.effective_on is not None
    content = {
        "content": standing.content, "effective_on": standing.effective_on.isoformat(), "kind": row.kind,
        "perform_by": standing.perform_by.isoformat() if standing.perform_by else "", "court": act.data["court"],
        "agreement": str(standing.pk), "opponent": opponent_of(act.order),
        "opponent_phone": row.opponent_phone,
    }  # fmt: skip
    try:
        came = casework.open_linked(act.turn, service="mediation.confirm", said=content, kind="linked", item_code="D07")
    except Invalid as fault:
        raise Refused(_first(fault)) from fault
    act.turn.write("opened_beside", to=came.code, service="mediation.confirm")


def _first(fault: Invalid) -> str:
    return " ".join(str(error) for errors in fault.form.errors.values() for error in errors)


# Danger


def escalated(act: Act) -> None:
    """Told at once: to who is in charge, as an urgent notice, and the case goes first (人民调解法 Art 25)."""
    Dispute.objects.filter(order=act.order).update(danger=act.data["danger"], danger_at=act.at)
    act.turn.set(urgent=True)
    note(act)
    text = (
        _("%(code)s 可能出事，已报公安。请马上看、马上到场。")
        if act.data["reported"] == "yes"
        else _("%(code)s 可能出事，还没有报公安。请马上看、马上决定（人民调解法第二十五条）。")
    )
    for to in ("supervisor", "officer"):
        notices.post(act.turn, to=to, urgent=True, text=text)


def is_in_danger(act: Act) -> Any:
    """Only what was reported is dealt with."""
    return None if row_of(act.order.pk).danger_at else _("没有报告过险情。")


# Letters


def passed(ends: bool) -> Callable[[Act], None]:
    """An effect: a letter to another organ; where the dispute leaves us with it, that is how it ended."""

    def effect(act: Act) -> None:
        letter = TransferLetter.objects.create(
            dispute=row_of(act.order.pk), to=act.data["to"], name=act.data["name"], why=act.data["why"],
            limit_on=act.data.get("limit_on"), sent_at=act.at, by=act.by.label[:60],
        )  # fmt: skip
        act.remember(letter=letter.pk)
        if ends:
            ended(act, DisputeResult.TRANSFERRED)

    return effect


def may_answer_letter(act: Act) -> Any:
    """One of this dispute's own letters."""
    if not TransferLetter.objects.filter(dispute_id=act.order.pk, pk=int(act.data["letter"])).exists():
        return _("没有这份函。")
    return None


def letter_answered(act: Act) -> None:
    """What the other organ said stands with the letter."""
    row = TransferLetter.objects.get(dispute_id=act.order.pk, pk=int(act.data["letter"]))
    row.stand, row.answered_on = act.data["stand"], act.data["on"]
    if row.stand == "result":
        row.result = str(act.data["answer"])
    else:
        row.answer = str(act.data.get("answer") or "")
    row.save()


def referred(act: Act) -> None:
    """A linked order at the service that answers an item of the published list, with what is known already."""
    code, day = str(act.data["item"]), legal_day(act.at)
    service = catalogue.for_item(code, on=day)
    if service is None or items.by_code(code, day) is None:
        raise Refused(_("这个事项现在没有地方办理。"))
    summary = str(act.data["summary"])
    content = {
        "item": code, "summary": summary, "question": summary, "story": summary,
        "opponent": opponent_of(act.order), "opponent_phone": row_of(act.order.pk).opponent_phone,
    }  # fmt: skip
    try:
        came = casework.open_linked(act.turn, service=service.code, said=content, kind="linked", item_code=code)
    except Invalid as fault:
        raise Refused(say(_("那一边还要填：%(what)s。请到窗口登记，编号写在这里关联。"), what=_first(fault))) from fault
    act.turn.write("sent_on", to=came.code, item=code)


# The file


def of_file(act_case: Any) -> set[str]:
    """Which places of the file are filled: by papers added, by papers issued, by what was recorded."""
    order = act_case.order
    row = row_of(order.pk)
    found = set(dict(act_case.facts.get("file", {})).values())
    issued = {p.form for p in order.issued_papers.filter(revoked_at__isnull=True)}
    found |= {place for form, place in PLACES.items() if form in issued}
    if row.rights_told_on:
        found.add("rights")
    if order.person is not None and order.person.id_number:
        found.add("identity")
    if row.sessions.filter(held_at__isnull=False).exists():
        found.add("record")
    return found


#: Which of our papers fill which place of the file.
PLACES = {
    "registration": "application", "rights": "rights", "agreement": "agreement", "oral_agreement": "agreement",
    "follow_up": "visit", "termination": "statement",
}  # fmt: skip


def lacks(case: Any) -> list[Any]:
    """What must be in the file and is not."""
    return rules.file_lacks(of_file(case), agreed=row_of(case.pk).result == DisputeResult.AGREED)


def may_archive(act: Act) -> Any:
    """A file is laid down whole."""
    if missing := lacks(act.case):
        return say(_("卷宗还缺：%(what)s。请用“加入卷宗材料”补齐。"), what="、".join(str(w) for w in missing))
    return None


def archived(act: Act) -> None:
    """The file is laid down."""
    act.remember(archived_on=legal_day(act.at).isoformat())
