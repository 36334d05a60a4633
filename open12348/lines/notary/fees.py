"""What a notarisation costs (公证法 Art 46), who pays less (Art 34 ¶2), what is given back. A tariff by date; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from .figures import tariff
from .models import Refund, Relief

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Bill:
    """A fee with how it was reckoned, and whether the tariff is confirmed."""

    amount: Decimal
    lines: tuple[Any, ...]
    basis: str
    sure: bool


def _class(name: str, day: date) -> tuple[dict[str, Any], str, bool]:
    found: dict[str, Any] = {}
    basis, sure = "", False
    for _since, content in tariff(day):
        basis, sure = content.get("basis", basis), content.get("sure", sure)
        found |= content.get("class", {}).get(name, {})
    return found, basis, sure


def _by_value(value: Decimal, bands: list[list[int]]) -> Decimal:
    """Band by band; a band that ends at 0 has no end."""
    total, below = Decimal(0), Decimal(0)
    for end, rate in bands:
        top = Decimal(end) if end else value
        if value > below:
            total += (min(value, top) - below) * Decimal(rate) / 1000
        below = top
    return total


def reckon(*, fee_class: str, day: date, pieces: int = 1, copies: int = 1, value: Decimal | None = None) -> Bill:
    """The fee of a matter: so much a piece, by value where the tariff says so, and for each further copy.

    Errors: ValueError when the tariff goes by value and none is known (the fee is then unknown, not nought).
    """
    rule, basis, sure = _class(fee_class, day)
    lines: list[Any] = []
    total = Decimal(0)
    if "bands" in rule:
        if value is None:
            raise ValueError(str(_("这类公证按金额收费，请先填标的金额。")))
        part = max(_by_value(value, rule["bands"]), Decimal(rule.get("least", 0))).quantize(CENT, ROUND_HALF_UP)
        lines.append(_("按金额 %(value)s 元计：%(part)s 元") % {"value": value, "part": part})
        total += part
    elif piece := Decimal(rule.get("piece", 0)):
        lines.append(_("%(n)s 件，每件 %(piece)s 元") % {"n": pieces, "piece": piece})
        total += piece * pieces
    if (extra := max(copies - 1, 0)) and (each := Decimal(rule.get("copy", 0))):
        lines.append(_("多要的副本 %(n)s 份，每份 %(each)s 元") % {"n": extra, "each": each})
        total += each * extra
    return Bill(total.quantize(CENT, ROUND_HALF_UP), tuple(lines), basis, sure)


def payable(fee: Decimal, relief: str, percent: int | None) -> Decimal:
    """What is left to pay after the head's decision; without a decision the whole fee (B-N11)."""
    if relief == Relief.WAIVE:
        return Decimal("0.00")
    if relief == Relief.REDUCE and percent:
        return (fee * (100 - percent) / 100).quantize(CENT, ROUND_HALF_UP)
    return fee.quantize(CENT, ROUND_HALF_UP)


def payment_fault(*, fee: Decimal | None, relief: str, percent: int | None, amount: Decimal) -> Any:
    """Why an amount may not be taken: neither more nor less than what is owed; less needs a decision of the head."""
    if fee is None:
        return _("还没有核定收费。")
    owed = payable(fee, relief, percent)
    if amount > owed:
        return _("应收 %(owed)s 元，不能多收。") % {"owed": owed}
    if amount < owed:
        return _("应收 %(owed)s 元。减收、免收要先有公证处负责人的决定（公证法第三十四条）。") % {"owed": owed}
    return None


def relief_fault(*, relief: str, percent: int | None, reason: str, attested: bool) -> Any:
    """Why a decision on relief cannot stand as it is written."""
    if relief == Relief.REDUCE and not (percent and 0 < percent < 100):
        return _("减收要写明减多少（百分之 1 到 99）。全免请选“免收”。")
    if relief == Relief.NONE and attested:
        return _(
            "当事人有给予法律援助决定书，应当按规定减收或者免收，不能不减免（公证法第三十四条第二款，法律援助法第五十三条第二款）。"
        )
    if not attested and not reason.strip():
        return _("请写明减免或者不减免的理由。")
    return None


def refund_fault(*, paid: Decimal | None, refund: str, amount: Decimal | None) -> Any:
    """Why a refund cannot stand: all, part or nothing, by cause and fault (公证程序规则 Art 49)."""
    had = paid or Decimal(0)
    if refund == Refund.PART and not (amount and 0 < amount < had):
        return _("部分退还的，写明退多少元，要多于 0、少于已收的 %(paid)s 元。") % {"paid": had}
    if refund in {Refund.FULL, Refund.PART} and not had:
        return _("还没有收过费，不用退还。请选“不退”。")
    return None


def refunded(*, paid: Decimal | None, refund: str, amount: Decimal | None) -> Decimal:
    """What goes back."""
    return (
        (paid or Decimal(0))
        if refund == Refund.FULL
        else (amount or Decimal(0))
        if refund == Refund.PART
        else Decimal(0)
    )
