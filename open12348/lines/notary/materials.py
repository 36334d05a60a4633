"""The list of papers (证明材料清单): per matter, kind of party, purpose and place of use. Nothing beyond it can be asked for.

`proofs.csv` names the papers, `materials.csv` says who brings which, from when to when. A key paper has to be there before
the office accepts; a secondary one may follow by a promised day (容缺受理). What a public register holds the office fetches
itself (公证程序规则 Art 18 ¶2); instead of some papers a signed promise will do (告知承诺). Pure: no queries, no clock.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from .figures import HERE
from .matters import words

#: Where the office looks itself.
REGISTERS: dict[str, Any] = {
    "estate": _("不动产登记信息"), "marriage": _("民政部门婚姻登记信息"), "household": _("公安户籍信息"),
    "education": _("学信网、学位中心信息"), "market": _("市场监管登记信息"), "police": _("公安机关查询"),
    "traffic": _("公安交管信息"), "insurance": _("社会保险信息"), "civil_affairs": _("民政部门登记信息"),
}  # fmt: skip

#: Who stands behind an item of 公证程序规则 Art 18.
ARTICLES: dict[str, Any] = {
    "0": _("公证程序规则第十七条"), "1": _("公证程序规则第十八条第一项"), "2": _("公证程序规则第十八条第二项"),
    "3": _("公证程序规则第十八条第三项"), "4": _("公证程序规则第十八条第四项"), "5": _("公证程序规则第十八条第五项"),
}  # fmt: skip


@dataclass(frozen=True)
class Proof:
    """One paper with its names, how people call it, and the register that holds it."""

    code: str
    name: Any
    alias: re.Pattern[str] | None
    fetch: str

    @property
    def register(self) -> Any:
        """Where the office can look itself; None when the person has to bring it."""
        return REGISTERS.get(self.fetch)


@dataclass(frozen=True)
class Wanted:
    """One paper of the list for a case."""

    proof: Proof
    key: bool
    pledge: bool
    item: str
    sure: bool
    any_of: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        return self.proof.code

    @property
    def name(self) -> Any:
        return self.proof.name

    @property
    def article(self) -> Any:
        return ARTICLES[self.item]

    @property
    def fetchable(self) -> bool:
        """Items 4 and 5 of Art 18 that a register holds need not be brought; identity and authority must."""
        return bool(self.proof.fetch)

    def among(self, there: Collection[str]) -> bool:
        return bool({self.code, *self.any_of} & set(there))


@lru_cache(maxsize=1)
def proofs() -> dict[str, Proof]:
    """All papers by code."""
    with open(HERE / "proofs.csv", encoding="utf-8", newline="") as source:
        return {
            row["code"]: Proof(
                row["code"], words(row, "name"), re.compile(row["alias"]) if row["alias"] else None, row["fetch"]
            )
            for row in csv.DictReader(source)
        }


@lru_cache(maxsize=1)
def _rows() -> tuple[dict[str, str], ...]:
    with open(HERE / "materials.csv", encoding="utf-8", newline="") as source:
        return tuple(csv.DictReader(source))


def _stands(row: dict[str, str], day: date) -> bool:
    return date.fromisoformat(row["valid_from"]) <= day and (
        not row["valid_to"] or day <= date.fromisoformat(row["valid_to"])
    )


def wanted(
    *, matter: str, day: date, party: str = "person", applies: str = "self", purpose: str = "", use: str = "domestic"
) -> tuple[Wanted, ...]:
    """The list of one case on a day: general papers first, then those of the matter. Each paper stands there once."""
    asked = {"party": party, "applies": applies, "purpose": purpose, "use": use}
    found: dict[str, Wanted] = {}
    for row in _rows():
        if not _stands(row, day) or row["matter"] not in {"*", matter}:
            continue
        if any(row[name] not in {"*", value} for name, value in asked.items()):
            continue
        found.setdefault(
            row["proof"],
            Wanted(proofs()[row["proof"]], row["key"] == "yes", row["pledge"] == "yes", row["item"], row["sure"] == "yes", tuple(row["any_of"].split())),
        )  # fmt: skip
    return tuple(found.values())


@dataclass(frozen=True)
class Line:
    """Where one paper of the list stands."""

    wanted: Wanted
    state: str  # seen | fetched | pledged | later | missing

    @property
    def label(self) -> Any:
        return STATES[self.state]


STATES: dict[str, Any] = {
    "seen": _("已核对"), "fetched": _("公证处自己查到"), "pledged": _("已承诺，事后核查"), "later": _("约定后补"), "missing": _("还缺"),
}  # fmt: skip


def standing(
    asked: Iterable[Wanted], *, seen: Collection[str] = (), fetched: Collection[str] = (), pledged: Collection[str] = (),
    later: Collection[str] = (),
) -> list[Line]:  # fmt: skip
    """The list with where each paper stands."""
    ways = (("seen", seen), ("fetched", fetched), ("pledged", pledged), ("later", later))
    return [Line(w, next((state for state, there in ways if w.among(there)), "missing")) for w in asked]


def missing(lines: Iterable[Line]) -> list[Wanted]:
    """What is neither there nor promised: to be told at once and only once."""
    return [ln.wanted for ln in lines if ln.state == "missing"]


def incomplete(lines: Iterable[Line]) -> list[Wanted]:
    """What a certificate still waits for: promised papers that have not come are missing too (容缺受理's guard)."""
    return [ln.wanted for ln in lines if ln.state in {"missing", "later"}]


def named(found: Sequence[Wanted]) -> str:
    """Papers in one line of the reader's language."""
    return str(_("、")).join(str(w.name) for w in found)


# What may be asked for


def demand_fault(text: str, only: Collection[str] | None = None) -> Any:
    """Why a thing may not be asked of an applicant; nothing when it stands on the list (清单之外无证明).

    In: `only` the codes of the list of this case; without it, of all matters.
    """
    bare = re.sub(r"\s", "", text)
    for proof in proofs().values():
        if (only is None or proof.code in only) and (
            (proof.alias is not None and proof.alias.search(bare)) or str(proof.name) in text
        ):
            return None
    return _(
        "“%(text)s”不在这件公证的材料清单上，不能要求当事人提交（公证程序规则第十八条，清单之外无证明）。请从清单里选。"
    ) % {"text": text[:40]}


# A promise instead of a paper


def pledge_fault(
    asked: Iterable[Wanted], pledged: Collection[str], *, false_before: bool, told: bool, signed: bool
) -> Any:
    """Why a promise will not do instead of these papers; nothing when it will. Four steps: inform, sign, accept, check."""
    if not pledged:
        return None
    fit = {w.code for w in asked if w.pledge}
    if beyond := set(pledged) - fit:
        return _("“%(papers)s”不能用承诺代替。") % {"papers": named([w for w in asked if w.code in beyond])}
    if false_before:
        return _(
            "这位当事人以前的承诺核查不实，还没有修复，不能再用承诺代替证明（国办发〔2020〕42 号）。请按清单提交材料，或者由公证处自己查。"
        )
    if not told:
        return _("告知承诺的第一步是书面告知：证明什么、要承担什么责任。请先告知。")
    if not signed:
        return _("告知承诺要有本人签名的承诺书。")
    return None
