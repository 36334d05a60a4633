"""How the office and the person may meet, and what a certificate for elsewhere needs. Pure but for the permits handed in.

电子签名法 Art 3: that a paper stands in electronic form cannot be agreed upon for marriage, adoption and succession; a will is
made in person. So these are not done by electronic means alone, whoever asks for it.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from .figures import HERE
from .matters import Matter, words
from .models import Mode, Use

#: From this day the convention holds for China: 附加证明书 instead of consular legalisation.
APOSTILLE_SINCE = date(2023, 11, 7)
ELSEWHERE = frozenset({Use.HONGKONG, Use.MACAO, Use.TAIWAN, Use.ABROAD})


def electronic_fault(found: Matter) -> Any:
    """Why a matter may not be done by electronic means alone."""
    if found.electronic:
        return None
    return _(
        "“%(matter)s”不能全程在网上办：涉及婚姻、收养、继承等人身关系的文书，不适用电子文书（电子签名法第三条）。"
        "请选“到公证处办”或者“上门办”。"
    ) % {"matter": found.name}


def mode_fault(found: Matter, mode: str, *, permitted: bool, partner: str = "") -> Any:
    """Why a matter may not be done in this way; nothing when it may. In: `permitted` whether the office stands on the list for it."""
    if mode == Mode.ONLINE:
        if why := electronic_fault(found):
            return why
        if found.in_person == "absolute":
            return _("“%(matter)s”要由本人亲自到场办理（公证法第二十六条）。") % {"matter": found.name}
        if not permitted:
            return _("这个公证处还没有列入在线公证名单。请选“到公证处办”。")
    if mode == Mode.OVERSEAS:
        if not found.overseas:
            return _("“%(matter)s”不在海外远程视频公证的事项清单里（司法部办公厅 2023 年 5 月 31 日通知）。请联系公证处商量别的办法。") % {
                "matter": found.name
            }  # fmt: skip
        if not permitted:
            return _("这个公证处没有列入海外远程视频公证名单（司法部办公厅 2023 年 5 月 31 日通知）。")
    if mode == Mode.PROVINCIAL:
        if not found.provincial:
            return _("“%(matter)s”不在跨省通办事项清单里（国办发〔2020〕35 号）。可以在本地办，或者选“到公证处办”。") % {
                "matter": found.name
            }  # fmt: skip
        if not partner:
            return _("跨省通办要写明代收或者联办的公证处；由作出决定的公证处负责。")
    return None


#: How identity is checked in each way of meeting.
IDENTITY: dict[str, Any] = {
    "card": _("当面核对证件和本人"), "two_factor": _("视频里用两种方式核对（证件加手机验证码等）"),
    "consul": _("由使领馆领事官员当面核对"), "partner": _("由代收的公证处当面核对"),
}  # fmt: skip
FITTING: dict[str, frozenset[str]] = {
    Mode.COUNTER: frozenset({"card"}), Mode.VISIT: frozenset({"card"}), Mode.ONLINE: frozenset({"two_factor"}),
    Mode.PROVINCIAL: frozenset({"two_factor", "partner", "card"}), Mode.OVERSEAS: frozenset({"consul"}),
}  # fmt: skip


def identity_fault(mode: str, how: str) -> Any:
    """Why identity checked in this way does not fit how they met (公证执业“五不准”: no certificate without it)."""
    if how in FITTING[mode]:
        return None
    right = str(_("、")).join(str(IDENTITY[code]) for code in IDENTITY if code in FITTING[mode])
    return _("这种办理方式要这样核对身份：%(right)s。") % {"right": right}


# Language (公证法 Art 32 ¶2; 公证程序规则 Art 43)


def language_fault(languages: Sequence[str], use: str) -> Any:
    """Why a certificate may not be written so (B-N9)."""
    if "zh" not in languages:
        return _("公证书要用国家通用文字；民族文字可以同时用，不能只用（公证法第三十二条）。")
    if "ug" in languages and use in ELSEWHERE:
        return _("发往香港、澳门、台湾和国外的公证书只用国家通用文字，可以附外文译文（公证程序规则第四十三条）。")
    return None


# Elsewhere


@dataclass(frozen=True)
class Country:
    """A country with since when it is bound by the convention on apostilles."""

    code: str
    name: Any
    apostille: date | None


@lru_cache(maxsize=1)
def countries() -> tuple[Country, ...]:
    """The countries of the list, the neighbours first."""
    with open(HERE / "countries.csv", encoding="utf-8", newline="") as source:
        return tuple(
            Country(row["code"], words(row, "name"), date.fromisoformat(row["apostille_since"]) if row["apostille_since"] else None)
            for row in csv.DictReader(source)
        )  # fmt: skip


def legalisation(use: str, country: str, day: date) -> tuple[str, Any]:
    """What a certificate needs before it counts there: (code, sentence). None of it is confirmed for a single country."""
    if use == Use.TAIWAN:
        return "copy", _("公证书副本由公证协会寄给台湾方面，当地核对后使用。")
    if use in {Use.HONGKONG, Use.MACAO}:
        return "none", _("一般不用再办认证；使用单位另有要求的，按它的要求办。")
    if use != Use.ABROAD:
        return "none", ""
    found = next((c for c in countries() if c.code == country), None)
    if found is not None and found.apostille and max(found.apostille, APOSTILLE_SINCE) <= day:
        return "apostille", _("去外事部门办附加证明书（海牙认证），不用再找使领馆。")
    return "consular", _("先去外事部门办领事认证，再由使用国的使领馆认证。")


def offered_modes(found: Matter | None, permits: Collection[str] = ()) -> list[tuple[str, Any]]:
    """The ways of meeting that may be asked for; those the law forbids are not offered."""
    out = []
    for mode in Mode:
        if found is not None and mode in {Mode.ONLINE, Mode.OVERSEAS, Mode.PROVINCIAL}:
            if mode_fault(found, mode, permitted=True, partner="-"):
                continue
        out.append((mode.value, mode.label))
    return out
