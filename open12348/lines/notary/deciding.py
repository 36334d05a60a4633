"""From the notary's opinion to the filed case: approve, refuse, end, hand over, and a will after death. Two people decide."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import legal_day
from open12348.spine import casework
from open12348.spine.casework import Act
from open12348.spine.files import words
from open12348.spine.models import DocumentKind

from . import certificates, checking, fees, filing, grounds, matters, people, wills
from .acts import may_work, note
from .checking import row_in
from .models import Decision, Visit, VisitFor


def may_propose(act: Act) -> Any:
    """The conditions of issue hold, each seen; nothing is missing."""
    if why := may_work(act):
        return why
    row = row_in(act)
    if (first := next(checking.issue_faults(row), None)) is not None:
        return first
    found = checking.matter_of(row)
    if found is not None:
        open_ones = [
            label for code, label in matters.CONDITIONS[found.kind] if code not in (act.data.get("conditions") or ())
        ]
        if open_ones:
            return _("这些条件还没有确认：%(what)s（公证程序规则第三十六条至第三十九条）。不具备的，请“报不予办理”。") % {
                "what": str(_("；")).join(str(o) for o in open_ones)
            }  # fmt: skip
    return None


def proposed(act: Act) -> None:
    """The notary's opinion, and which certificates there are to be."""
    row = row_in(act)
    row.proposed_at, row.proposed_by_id, row.decision = act.at, act.by.account_id, Decision.ISSUE
    titles = [t.strip()[:120] for t in str(act.data.get("titles") or "").splitlines() if t.strip()]
    found = checking.matter_of(row)
    row.titles = titles or [str(found.name) if found is not None else row.matter]
    row.save(update_fields=["proposed_at", "proposed_by", "decision", "titles"])
    if act.case.secret:
        casework.let_in(act.turn, *wills.keepers(act.case))
    note(act)


def discussed(act: Act) -> None:
    """The discussion of several goes into the side volume: the party is not shown it (公证程序规则 Art 60 ¶4)."""
    row = row_in(act)
    row.discussed_on = legal_day(act.at)
    row.save(update_fields=["discussed_on"])
    words(
        act.turn,
        f"{act.data['people']}\n{act.data['result']}",
        kind=DocumentKind.NOTE,
        for_resident=False,
        title=str(act.move.label),
    )


def may_approve(act: Act) -> Any:
    """Another person than the notary; what is complex was discussed; still nothing is missing."""
    row = row_in(act)
    if why := people.approver_fault(act, row):
        return why
    if row.complex and row.discussed_on is None:
        return _("重大、复杂的公证事项，要先集体讨论再审批（公证程序规则第四十条）。请先“记录集体讨论”。")
    return next(checking.issue_faults(row), None)


def approved(act: Act) -> None:
    """The certificate is issued: it works from today (公证法 Art 32), and its numbers are given in this transaction."""
    row = row_in(act)
    row.approved_at, row.approved_by_id, row.issued_at, row.decision = act.at, act.by.account_id, act.at, Decision.ISSUE
    row.save(update_fields=["approved_at", "approved_by", "issued_at", "decision"])
    note(act)
    certificates.issue(act, row)


def sent_back(act: Act) -> None:
    """The approver does not follow the notary: reasons go back with it."""
    row = row_in(act)
    row.decision, row.ground, row.reason, row.discussed_on = "", "", "", None
    row.save(update_fields=["decision", "ground", "reason", "discussed_on"])
    note(act)


def may_approve_or_return(act: Act) -> Any:
    return people.approver_fault(act, row_in(act))


# Refusal and termination: the notary reports, the head decides


def may_propose_end(act: Act) -> Any:
    """Only grounds that the law has; six months must be over where that is the ground."""
    if why := may_work(act):
        return why
    return grounds.termination_fault(str(act.data["ground"]), accepted_at=row_in(act).accepted_at, at=act.at)


def end_proposed(decision: str) -> Any:
    """An effect: the notary's written report on refusing or ending."""

    def effect(act: Act) -> None:
        row = row_in(act)
        row.proposed_at, row.proposed_by_id, row.decision = act.at, act.by.account_id, decision
        row.ground, row.reason = str(act.data["ground"]), str(act.data["reason"])
        row.save(update_fields=["proposed_at", "proposed_by", "decision", "ground", "reason"])
        note(act)

    return effect


def may_refuse(act: Act) -> Any:
    """Another person decides, and says what happens to the fee."""
    row = row_in(act)
    return people.approver_fault(act, row) or fees.refund_fault(
        paid=row.paid, refund=str(act.data["refund"]), amount=act.data.get("refund_amount")
    )


def ended(act: Act) -> None:
    """Refused or ended: the reasons go to the person with the article and what they may do; the fee goes back as decided."""
    row = row_in(act)
    row.approved_at, row.approved_by_id = act.at, act.by.account_id
    if act.data.get("refund"):
        row.refund = str(act.data["refund"])
        row.refunded = fees.refunded(paid=row.paid, refund=row.refund, amount=act.data.get("refund_amount"))
    row.save(update_fields=["approved_at", "approved_by", "refund", "refunded"])
    said, article = grounds.find(row.ground)
    text = str(_("理由：%(ground)s（%(article)s）。\n%(reason)s\n您不同意的，可以要求公证处重新考虑，也可以向司法局投诉；对权利内容有争议的，可以到法院起诉。")) % {
        "ground": said, "article": article, "reason": row.reason,
    }  # fmt: skip
    words(act.turn, text, kind=DocumentKind.ANSWER, for_resident=True, title=str(act.move.label))
    note(act, str(act.data.get("refund_reason") or ""))


# Handing over, filing


def may_deliver(act: Act) -> Any:
    """Nobody signs for it before it was issued."""
    row = row_in(act)
    if row.issued_at is not None and act.data["on"] < legal_day(row.issued_at):
        return _("签收的日子早于出证的日子 %(day)s，请核对。") % {"day": legal_day(row.issued_at)}
    if act.data["on"] > legal_day(act.at):
        return _("签收的日子不能晚于今天。")
    return None


def delivered(act: Act) -> None:
    """The certificate was handed over; who came for it came once more."""
    row = row_in(act)
    row.delivered_on = act.data["on"]
    row.save(update_fields=["delivered_on"])
    if act.data["way"] == "counter":
        Visit.objects.create(case=row, at=act.at, reason=VisitFor.COLLECT, by=act.by.label)


def reopened(act: Act) -> None:
    """Taken up again: what was decided before stands in the journal, no longer in the row."""
    row = row_in(act)
    row.decision, row.ground, row.reason = "", "", ""
    row.accepted_at = row.issued_at = row.approved_at = row.proposed_at = row.informed_at = None
    row.approved_by = row.proposed_by = None
    row.save()
    if str(act.data.get("reason") or "").strip():
        words(act.turn, str(act.data["reason"]), kind=DocumentKind.MESSAGE, for_resident=True)


# A will after death


def may_note_death(act: Act) -> Any:
    """Only what is closed can be opened."""
    return None if wills.secret(act.case) else _("这件公证不是密卷，或者已经登记过死亡证明。")


def death_noted(act: Act) -> None:
    """The first of two people writes the proof down."""
    row = row_in(act)
    row.death_noted_at, row.death_noted_by_id = act.at, act.by.account_id
    row.save(update_fields=["death_noted_at", "death_noted_by"])
    words(act.turn, str(act.data["paper"]), kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))


def may_confirm_death(act: Act) -> Any:
    return may_note_death(act) or wills.death_fault(noted_by=row_in(act).death_noted_by_id, by=act.by.account_id)


def death_proven(act: Act) -> None:
    """The second confirms it: from now on the file is an ordinary one (公证程序规则 Art 60)."""
    row = row_in(act)
    row.death_proven_at, row.death_proven_by_id = act.at, act.by.account_id
    row.save(update_fields=["death_proven_at", "death_proven_by"])
    act.remember(death_proven=legal_day(act.at).isoformat())
    filing.opened_up(act)
