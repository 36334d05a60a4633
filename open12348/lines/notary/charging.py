"""The fee of a case: reckoned by the tariff, paid, reduced by a decision of the head, which a legal-aid decision carries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import legal_day
from open12348.spine import papers
from open12348.spine.casework import Act
from open12348.spine.files import words
from open12348.spine.models import DocumentKind, IssuedPaper

from . import checking, fees, people
from .acts import may_work
from .checking import row_in
from .figures import the
from .models import NotaryCase, Relief


def tariff_day(row: NotaryCase, today: date) -> date:
    """The tariff of the day of acceptance holds, whatever comes after."""
    return legal_day(row.accepted_at) if row.accepted_at is not None else today


def bill(row: NotaryCase, *, day: date, pieces: int = 1, value: Decimal | None = None) -> fees.Bill:
    """What a case costs. Errors: ValueError when the tariff goes by value and none is known."""
    found = checking.matter_of(row)
    return fees.reckon(
        fee_class=found.fee if found is not None else "none", day=tariff_day(row, day), pieces=pieces, copies=row.copies,
        value=value if value is not None else row.value,
    )  # fmt: skip


def may_charge(act: Act) -> Any:
    if why := may_work(act):
        return why
    row = row_in(act)
    if row.paid is not None:
        return _("已经收过费，不能再改。多收的请退还。")
    try:
        bill(row, day=legal_day(act.at), pieces=int(act.data["pieces"]), value=act.data.get("value"))
    except ValueError as fault:
        return str(fault)
    return None


def charged(act: Act) -> None:
    """The fee is written down with how it was reckoned."""
    row = row_in(act)
    if act.data.get("value") is not None:
        row.value = act.data["value"]
    found = bill(row, day=legal_day(act.at), pieces=int(act.data["pieces"]))
    row.fee, row.fee_sure = found.amount, found.sure
    row.save(update_fields=["value", "fee", "fee_sure"])
    said = "\n".join(str(line) for line in (*found.lines, _("合计 %(sum)s 元") % {"sum": found.amount}))
    words(act.turn, said, kind=DocumentKind.NOTE, for_resident=True, title=str(act.move.label))


def may_pay(act: Act) -> Any:
    """Neither more nor less than is owed; less needs a decision (B-N11)."""
    row = row_in(act)
    if row.paid is not None:
        return _("这件公证已经收过费。")
    return fees.payment_fault(fee=row.fee, relief=row.relief, percent=row.relief_percent, amount=act.data["amount"])


def paid(act: Act) -> None:
    """What was paid, on which day, by which receipt."""
    row = row_in(act)
    row.paid, row.paid_on, row.receipt_no = act.data["amount"], legal_day(act.at), str(act.data["receipt_no"])
    row.save(update_fields=["paid", "paid_on", "receipt_no"])


# Relief


def attested(row: NotaryCase, number: str = "") -> IssuedPaper | None:
    """The legal-aid decision that stands for this person: by the number that was given, else by who they are.

    A number that belongs to somebody else is none: relief is given to a person, not to a paper.
    """
    person = row.order.person
    if person is None:
        return None
    if number := number or row.relief_paper:
        return papers.attested(what="hardship", person=person, number=number)
    return papers.attested(what="hardship", person=person)


def relief_asked(act: Act) -> None:
    """The request, with the number of a legal-aid decision or the person's own words."""
    row = row_in(act)
    row.relief_asked_at = act.at
    row.relief_paper = str(act.data.get("aid_number") or "")[:40]
    row.save(update_fields=["relief_asked_at", "relief_paper"])
    if str(act.data.get("reason") or "").strip():
        words(
            act.turn, str(act.data["reason"]), kind=DocumentKind.MESSAGE, for_resident=True, title=str(act.move.label)
        )


def prefilled(row: NotaryCase, day: date) -> dict[str, Any]:
    """What the head's form says before anybody types: relief by the decision of legal aid, else the ordinary fee.

    No second means test: the decision is the proof (公证法 Art 34 ¶2, 法律援助法 Art 53 ¶2).
    """
    paper = attested(row)
    if paper is None:
        return {"relief": Relief.NONE.value}
    percent = int(the("relief_attested", day).value)
    first = {"relief": Relief.WAIVE.value} if percent >= 100 else {"relief": Relief.REDUCE.value, "percent": percent}
    return {**first, "relief_paper": paper.number, "reason": str(_("有给予法律援助决定书，不再审查经济困难。"))}


def may_relieve(act: Act) -> Any:
    """The head of the office decides; where a legal-aid decision stands, it may not be disregarded."""
    if why := people.head_fault(act):
        return why
    row = row_in(act)
    if row.paid is not None:
        return _("已经收过费；减免的部分请退还后重新登记。")
    number = str(act.data.get("relief_paper") or "")
    paper = attested(row, number)
    if number and paper is None:
        return _("没有查到这个编号、属于这位当事人、现在有效的法律援助决定书。请核对编号；也可以不填，按一般情况决定。")
    return fees.relief_fault(
        relief=str(act.data["relief"]), percent=act.data.get("percent"), reason=str(act.data.get("reason") or ""),
        attested=paper is not None,
    )  # fmt: skip


def relieved(act: Act) -> None:
    """The decision on the fee, with its reason, told to the person."""
    row = row_in(act)
    paper = attested(row, str(act.data.get("relief_paper") or ""))
    row.relief = str(act.data["relief"])
    row.relief_percent = (
        act.data.get("percent") if row.relief == Relief.REDUCE else 100 if row.relief == Relief.WAIVE else None
    )
    row.relief_paper = paper.number[:40] if paper is not None else ""
    row.relief_at, row.relief_by_id = act.at, act.by.account_id
    row.save(update_fields=["relief", "relief_percent", "relief_paper", "relief_at", "relief_by"])
    said = _("公证费：%(what)s。%(reason)s 不同意的，可以向司法局反映。") % {
        "what": Relief(row.relief).label, "reason": str(act.data.get("reason") or ""),
    }  # fmt: skip
    words(act.turn, said, kind=DocumentKind.ANSWER, for_resident=True, title=str(act.move.label))
