"""What may be notarised (公证法 Art 11) and what an office does besides (Art 12): a table with validity, and the rules it carries.

Of each matter `matters.csv` says whether one must come oneself, who has the capacity, whether it may be done by electronic
means alone, where it belongs, what it costs and what the notary has to warn of. Pure: no queries, no clock.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .figures import HERE, the
from .models import Applies, Capacity, Spouse


def _told(words: tuple[tuple[str, str], ...]) -> str:
    said = dict(words)
    return said.get((get_language() or "zh")[:2]) or said.get("zh", "")


_lazy_words = lazy(_told, str)


def words(row: Mapping[str, Any], kind: str) -> Any:
    """The words of a row in the reader's language, Chinese where a language has none."""
    return _lazy_words(tuple((lang, str(row.get(f"{kind}_{lang}") or "")) for lang in ("zh", "ug", "en")))


@dataclass(frozen=True)
class Matter:
    """One matter.

    kind: act | fact | copy | debt | scene | service: which conditions of issue hold (公证程序规则 Art 36-39).
    in_person: absolute | yes | advised | no. capacity: full | guardian (a guardian may act). estate: yes (belongs to the
    place of the real estate) | exempt (about real estate, but follows the general rule) | no.
    """

    code: str
    law: str
    kind: str
    in_person: str
    capacity: str
    electronic: bool
    estate: str
    common: bool
    complex: bool
    overseas: bool
    provincial: bool
    once: bool
    secret: bool
    two: bool
    subject: str
    value: bool
    fee: str
    warn: tuple[str, ...]
    sure: bool
    valid_from: date
    valid_to: date | None
    name: Any
    ask: Any

    @property
    def law_class(self) -> str:
        """The class of the law: N01 to N14, S01 to S05."""
        return self.code.partition("-")[0]


_YES = frozenset(
    {"electronic", "common", "complex", "overseas", "provincial", "once", "secret", "two", "value", "sure"}
)


def _matter(row: Mapping[str, str]) -> Matter:
    plain: dict[str, Any] = {
        k: row[k] for k in ("code", "law", "kind", "in_person", "capacity", "estate", "subject", "fee")
    }
    marks: dict[str, Any] = {k: row[k] == "yes" for k in _YES}
    return Matter(
        **plain, **marks, warn=tuple(row["warn"].split()), valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None, name=words(row, "name"), ask=words(row, "ask"),
    )  # fmt: skip


@lru_cache(maxsize=1)
def _all() -> tuple[Matter, ...]:
    with open(HERE / "matters.csv", encoding="utf-8", newline="") as source:
        return tuple(_matter(row) for row in csv.DictReader(source))


def matters(day: date) -> list[Matter]:
    """The matters that stand on a day, in the order of the law."""
    return [m for m in _all() if m.valid_from <= day and (m.valid_to is None or day <= m.valid_to)]


def matter(code: str, day: date) -> Matter | None:
    """The matter with a code on a day; None when there is none."""
    return next((m for m in matters(day) if m.code == code), None)


def secrets() -> frozenset[str]:
    """The codes of the matters that nobody may learn of."""
    return frozenset(m.code for m in _all() if m.secret)


# How fast


def fast(code: str, day: date) -> str:
    """On which list of speed a matter stands on a day: five | ten | '' (司法部《公证办理提速清单》)."""
    if code in the("fast_list", day).value:
        return "five"
    return "ten" if code in the("second_list", day).value else ""


# Who must come


def in_person_fault(found: Matter, applies: str) -> Any:
    """Why a mandated agent may not apply for it; nothing when one may. A guardian may, save in what is wholly personal."""
    if found.in_person == "absolute" and applies != Applies.SELF:
        return _(
            "“%(matter)s”要由本人亲自到场办理，别人不能代办（公证法第二十六条，公证程序规则第十一条）。"
            "本人行动不便的，可以请公证处上门。"
        ) % {"matter": found.name}
    if found.in_person == "yes" and applies == Applies.AGENT:
        return _(
            "“%(matter)s”和本人密切相关，要由本人亲自申请，不能委托别人代办（公证程序规则第十一条）。"
            "本人行动不便的，可以请公证处上门。"
        ) % {"matter": found.name}
    return None


# Age and capacity


def age_on(born_on: date, day: date) -> int:
    """Full years on a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def presumed_capacity(age: int | None) -> str:
    """The capacity that goes with an age (民法典 Art 18-20); '' when the age is not known.

    Sixteen with an income of one's own counts as full (Art 18 ¶2): the notary says so, it is not presumed.
    """
    if age is None:
        return ""
    return Capacity.NONE if age < 8 else Capacity.LIMITED if age < 18 else Capacity.FULL


def capacity_fault(found: Matter, *, capacity: str, applies: str, age: int | None) -> Any:
    """Why whoever applies has not the capacity for it, with what would be right; nothing when they have."""
    holds = capacity or presumed_capacity(age)
    if not holds:
        return _("还不知道当事人的年龄。请填出生日期或身份证号，再认定有没有行为能力。")
    if capacity == Capacity.FULL and age is not None and age < 16:
        return _("未满十六周岁的人不能认定为完全民事行为能力（民法典第十八条、第十九条）。请核对出生日期。")
    if holds == Capacity.FULL:
        return None
    if found.secret and found.two:
        return _("没有完全民事行为能力的人立的遗嘱无效（民法典第一千一百四十三条），不能办理。")
    if found.capacity == "full":
        return _("“%(matter)s”要由有完全民事行为能力的人办理（民法典第十九条至第二十三条）。") % {"matter": found.name}
    if applies != Applies.GUARDIAN:
        under = age is not None and age < 8
        return (
            _("不满八周岁的孩子由父母等法定代理人代为申请（民法典第二十条、第二十三条）。")
            if under
            else _(
                "未成年人和没有完全行为能力的人，由父母等监护人代为申请（民法典第十九条、第二十三条；公证法第三十一条第一项）。"
            )
        )
    return None


def spouse_fault(found: Matter, *, common: str, spouse: str) -> Any:
    """Why one spouse alone may not dispose of what belongs to both; nothing when that is in order."""
    if not found.common:
        return None
    if not common:
        return _("还没有问清是不是夫妻共同财产（民法典第一千零六十二条）。")
    if common == "yes" and spouse not in {Spouse.HERE, Spouse.MANDATE}:
        return _(
            "这是夫妻共同财产，要夫妻两人一起申请，或者由另一方出具公证委托书（民法典第一千零六十二条）。只来一方的不能办。"
        )
    return None


# What the notary has to warn of (公证执业“五不准”, 司法部 2017-08-14, and the practice that follows it)

WARNINGS: dict[str, Any] = {
    "identity": _("没有核实当事人真实身份的，不得办理"),
    "finance": _("不得办理非金融机构融资合同公证：已核实出借人是金融机构或者不属于融资"),
    "all_in_one": _("不得办理涉及不动产处分的全项委托：售房、抵押、收款、过户不能合成一份"),
    "security": _("不得办理具有担保性质的委托：委托不是为了给借款作担保"),
    "substance": _("未尽实质审查的，不得出具公证书"),
    "one_act": _("一次只委托一件重要的事"),
    "revocable": _("已告知委托随时可以撤销，不写“不可撤销”"),
    "price": _("代理人不代收房款，房款进本人账户"),
    "term": _("写明委托的起止日期"),
}
#: The five that nobody may do, in the ministry's order.
FIVE_DONTS = ("identity", "finance", "all_in_one", "security", "substance")


def warnings_for(found: Matter) -> list[tuple[str, Any]]:
    """What the notary confirms before a certificate of this matter: identity and substance always, the rest by matter."""
    codes = dict.fromkeys(("identity", *found.warn, "substance"))
    return [(code, WARNINGS[code]) for code in codes]


# The conditions of issue (公证程序规则 Art 36-39)

_TRUE_LAWFUL = (("true", _("事实或文书真实")), ("lawful", _("内容合法，不违背公序良俗")))
CONDITIONS: dict[str, tuple[tuple[str, Any], ...]] = {
    "act": (
        ("qualified", _("当事人有从事该行为的资格和相应的行为能力")), ("will", _("意思表示真实")),
        ("content", _("内容和形式合法，不违背公序良俗")),
    ),
    "fact": (("interest", _("当事人与申请的事实或文书有利害关系")), *_TRUE_LAWFUL),
    "copy": (("accurate", _("签名、印鉴、日期准确，或者文本与原件一致")),),
    "debt": (
        ("payment", _("债权文书以给付货币、物品、有价证券为内容")), ("clear", _("债权债务关系明确，双方对给付内容没有疑义")),
        ("promise", _("债务人承诺不履行时愿意直接接受强制执行")),
    ),
    "scene": (("present", _("公证员亲自到场或者亲自操作")), *_TRUE_LAWFUL),
    "service": (("lawful", _("内容合法，不违背公序良俗")),),
}  # fmt: skip
CONDITIONS_BASIS = "公证程序规则第三十六条至第三十九条"
