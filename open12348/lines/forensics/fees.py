"""What an appraisal costs: the items of the catalogue by date, the price where a region has set one, and relief.

The catalogue (司法鉴定收费项目目录) is data: codes and units stand in parameters/fees/, prices are laid over it by the pack in use.
Where no price is known the fee is what the commission agrees on, and the page says so: an unknown price is empty, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.parameters import dated, layers
from open12348.registry.models import Person, said_in
from open12348.spine import papers

from .figures import HERE

CENT = Decimal("0.01")
#: 法律援助法 Art 53: institutions reduce or waive for who receives legal aid.
RELIEF_BASIS = "法律援助法第五十三条"
RELIEF: dict[str, Any] = {"": _("没有减免"), "waived": _("免收"), "reduced": _("减收")}


@dataclass(frozen=True)
class Item:
    """An item of the catalogue."""

    code: str
    field: str
    names: tuple[tuple[str, str], ...]
    unit: str
    price: Decimal | None
    floating: Decimal  # how far the agreed fee may differ, as a part of the price
    tiers: tuple[tuple[Decimal | None, Decimal], ...]  # (up to this value, rate): for property in dispute
    basis: str
    sure: bool

    @property
    def name(self) -> str:
        return said_in(dict(self.names))


@dataclass(frozen=True)
class Quote:
    """What a fee may be: between two sums, or None for "as agreed" with the reason."""

    low: Decimal | None
    high: Decimal | None
    why: Any = ""
    basis: str = ""
    sure: bool = False


def catalogue(day: date) -> dict[str, Item]:
    """The items that hold on a day, by code; a later file or the pack's own changes one item, or a part of it."""
    rows: dict[str, dict[str, Any]] = {}
    for _since, content in dated(layers(HERE / "parameters" / "fees", "forensics/fees"), day):
        for code, row in content.get("item", {}).items():
            rows[code] = {**rows.get(code, {}), **row}
    return {code: _item(code, row) for code, row in rows.items()}


def _item(code: str, row: dict[str, Any]) -> Item:
    tiers = tuple((Decimal(str(t["to"])) if "to" in t else None, Decimal(str(t["rate"]))) for t in row.get("tier", []))
    price = row.get("price")
    return Item(
        code, str(row.get("field", "")), (("zh", row["zh"]), ("ug", row.get("ug", "")), ("en", row.get("en", ""))), row["unit"],
        None if price is None else Decimal(str(price)), Decimal(str(row.get("floating", "0"))), tiers,
        str(row.get("basis", "")), bool(row.get("sure", False)),
    )  # fmt: skip


def choices(day: date, field: str) -> list[tuple[str, Any]]:
    """The items of a sub-field, for a form."""
    found = [(i.code, i.name) for i in catalogue(day).values() if not field or i.field == field]
    return [("", _("目录里没有，按商定的")), *found]


def quote(item: Item | None, *, count: int = 1, value: Decimal | None = None) -> Quote:
    """Between which sums a fee may be agreed. In: `value` of the property in dispute, for items with tiers. Pure."""
    if item is None:
        return Quote(None, None, _("收费目录里没有这个项目，按委托书商定的收。"))
    if item.price is None and not item.tiers:
        return Quote(None, None, _("还没有地区公布的基准价，按委托书商定的收。"), item.basis, item.sure)
    base = (item.price or Decimal(0)) * count
    if item.tiers and value is not None:
        base += _by_value(item, value)
    low, high = base * (1 - item.floating), base * (1 + item.floating)
    return Quote(low.quantize(CENT, ROUND_HALF_UP), high.quantize(CENT, ROUND_HALF_UP), "", item.basis, item.sure)


def _by_value(item: Item, value: Decimal) -> Decimal:
    """Each part of the value at the rate of its tier."""
    total, below = Decimal(0), Decimal(0)
    for upto, rate in item.tiers:
        top = value if upto is None else min(value, upto)
        if top > below:
            total += (top - below) * rate
            below = top
    return total


def fault(item: Item | None, fee: Decimal, relief: str, *, count: int = 1, value: Decimal | None = None) -> Any:
    """Why a fee cannot be agreed on; nothing when it can. Relief may only make it less."""
    if relief == "waived":
        return None if fee == 0 else _("免收的，费用填 0。")
    found = quote(item, count=count, value=value)
    if found.high is not None and fee > found.high:
        return _("费用不能高于 %(most)s 元（%(basis)s）。") % {"most": found.high, "basis": found.basis or "—"}
    if found.low is not None and fee < found.low and relief != "reduced":
        return _("费用不能低于 %(least)s 元（%(basis)s）；减收的请选“减收”。") % {
            "least": found.low,
            "basis": found.basis or "—",
        }
    return None


def aided(person: Person | None, number: str = "") -> str:
    """The number of a standing legal-aid decision of a person, or the one typed, when it stands; '' when there is none.

    Relief follows from that decision: nobody's means are looked at a second time.
    """
    found = papers.attested(what="hardship", person=person, number=number)
    return found.number if found is not None else ""


def relief_fault(relief: str, number: str, person: Person | None) -> Any:
    """Why relief cannot be given by a decision; nothing when it can, or the institution gives it of its own accord."""
    if relief and number.strip() and not aided(None, number):
        return _("没有查到编号 %(no)s 的有效的给予法律援助决定书，请核对（%(basis)s）。") % {
            "no": number,
            "basis": RELIEF_BASIS,
        }
    return None
