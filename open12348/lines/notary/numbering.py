"""The numbers of certificates, （2026）新喀证字第123号: read as people type them, written in one form. Pure.

Year, the office's abbreviation, a class word where the office uses them, a serial that begins anew each year
(司公字〔1981〕94号; domain reference B, 1.8 and 8.4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.numbers import plain

from .certificate_models import CertificateClass
from .models import Use

#: A character of Chinese writing, the rare ones included.
_HAN = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
_NUMBER = re.compile(rf"\((\d{{4}})\)({_HAN}{{1,8}})证({_HAN}{{0,3}})字第(\d{{1,7}})号")
SHORT = re.compile(rf"{_HAN}{{1,6}}")
#: Brackets of every kind, after full-width signs were narrowed.
_BRACKETS = str.maketrans({"[": "(", "【": "(", "〔": "(", "{": "(", "《": "(", "]": ")", "】": ")", "〕": ")", "}": ")", "》": ")"})  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A number in its parts. `word` is the class word before 证, `tail` what some offices write after it."""

    year: int
    short: str
    serial: int
    word: str = ""
    tail: str = ""

    def __str__(self) -> str:
        return f"（{self.year}）{self.short}{self.word}证{self.tail}字第{self.serial}号"


def read(text: str) -> Number | None:
    """A number as somebody typed it: any brackets, widths, digits and gaps, leading zeros; None when it cannot be one.

    The class word is left with the abbreviation: which of them it is only the office knows.
    """
    found = _NUMBER.fullmatch(re.sub(r"\s", "", plain(text)).translate(_BRACKETS))
    if found is None or int(found[4]) == 0:
        return None
    return Number(int(found[1]), found[2], int(found[4]), tail=found[3])


def canonical(text: str) -> str:
    """The one form of a typed number; '' when it cannot be one."""
    found = read(text)
    return str(found) if found else ""


WRONG: Any = _("公证书编号的样子是（2026）新喀证字第123号：年份、公证处简称、“证字第”、号数，一样也不能少。")

#: The class words of 1981; small offices may leave them out.
WORDS: dict[str, str] = {
    CertificateClass.DOMESTIC_CIVIL: "内民", CertificateClass.DOMESTIC_ECONOMIC: "内经", CertificateClass.FOREIGN_CIVIL: "外民",
    CertificateClass.FOREIGN_ECONOMIC: "外经", CertificateClass.HONGKONG_MACAO: "港澳", CertificateClass.TAIWAN: "台",
}  # fmt: skip
#: The classes of the law that are about business; everything else is civil.
_ECONOMIC = frozenset({"N01", "N08", "N11"})


def class_of(law_class: str, use: str) -> str:
    """Under which class a certificate is counted: where it is used, and for what."""
    if use in {Use.HONGKONG, Use.MACAO}:
        return CertificateClass.HONGKONG_MACAO
    if use == Use.TAIWAN:
        return CertificateClass.TAIWAN
    economic = law_class in _ECONOMIC
    if use == Use.ABROAD:
        return CertificateClass.FOREIGN_ECONOMIC if economic else CertificateClass.FOREIGN_CIVIL
    return CertificateClass.DOMESTIC_ECONOMIC if economic else CertificateClass.DOMESTIC_CIVIL


def missing(serials: list[int], base: int) -> list[int]:
    """The serials that a series lacks: after `base` every number up to the last must be there, each once."""
    have = set(serials)
    return [n for n in range(base + 1, max(have, default=base) + 1) if n not in have]
