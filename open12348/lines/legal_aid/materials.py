"""Which papers the law lets an office ask for, what is missing (asked for all at once), and how an application is signed."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import scope
from .sentences import article

#: Certificates and stamps that nobody may demand (O148 Art 11; 2023: the certificate of hardship is abolished).
_FORBIDDEN = re.compile(
    r"(村委|居委|村民委员会|居民委员会|社区|街道|乡政府|镇政府).{0,12}(盖章|公章|证明|签字)|"
    r"((?<!级以上)单位|公司|老板).{0,4}(证明|签字)|盖.{0,4}章|公章|"
    r"(经济)?困难证明|贫困证明|收入证明|无犯罪(记录)?证明|户籍证明|户口所在地.{0,6}证明",
)
#: Saying that a stamp is not needed demands none.
_NOT_NEEDED = re.compile(r"(不用|不必|无需|无须|不需要?|不要求?|免于?|不再)[^，。；、,;]{0,16}(盖章|公章|证明|签字)")


@dataclass(frozen=True)
class Wanted:
    """One paper that the law asks for; `any_of`: each of these will do."""

    code: str
    name: Any
    article_codes: str
    any_of: tuple[str, ...] = ()

    @property
    def article(self) -> Any:
        return article(self.article_codes)

    def among(self, there: Collection[str]) -> bool:
        """Whether what was handed in holds it."""
        return bool({self.code, *self.any_of} & set(there))


def wanted(
    *, matter: scope.Matter | None, groups: Collection[scope.Group] = (), by_agent: bool = False, route: str = ""
) -> tuple[Wanted, ...]:
    """What is to be handed in. Under Art 32 nothing about hardship; under Art 42 a proof instead of the statement."""
    route = route or (matter.route if matter else "A")
    if route == "D":
        return ()
    if route in {"B", "C"}:
        return tuple(Wanted(c, scope.paper(c), "LAL 36") for c in ("notice_letter", "criminal_paper"))
    found = [
        Wanted("application_form", scope.paper("application_form"), "O148 11(1)"),
        Wanted("identity", scope.paper("identity"), "O148 11(2)"),
    ]
    if by_agent:
        found.append(Wanted("authority_proof", scope.paper("authority_proof"), "O148 11(2)"))
    if matter is None or matter.may_ask_hardship:
        giving = [g for g in groups if matter is not None and g.gives(matter)]
        if giving:
            papers = tuple(dict.fromkeys(p for g in giving for p in g.proof))
            found.append(
                Wanted(
                    "category_proof", scope.paper(papers[0] if len(papers) == 1 else "category_proof"), "LAL 42", papers
                )
            )
        else:
            found.append(Wanted("hardship_statement", scope.paper("hardship_statement"), "LAL 41; O148 11(3)"))
    proof = matter.proof if matter else ("case_paper",)
    special = tuple(p for p in proof if p != "case_paper")
    found.append(
        Wanted("case_paper", scope.paper(special[0] if len(special) == 1 and "case_paper" not in proof else "case_paper"), "O148 11(4)", special)
    )  # fmt: skip
    return tuple(found)


def missing(there: Collection[str], **asked: Any) -> tuple[Wanted, ...]:
    """Everything that is still missing, to be told at once and only once (法律援助法 Art 43)."""
    return tuple(w for w in wanted(**asked) if not w.among(there))


def demand_fault(text: str) -> Any:
    """Why a demand may not be made of an applicant; nothing when it may."""
    if _FORBIDDEN.search(_NOT_NEEDED.sub("", re.sub(r"\s", "", text))):
        return _(
            "不能要求村（居）委会、单位盖章或者出证明：经济困难由本人说明和承诺（办理法律援助案件程序规定第十一条）。"
        )
    return None


def signing_faults(
    *,
    can_write: bool,
    typed_by: str,
    is_applicant: bool,
    read_back: bool,
    mark: str,
    told_on: date | None = None,
    pledged_on: date | None = None,
) -> list[Any]:
    """What is wrong with how an application was written down and signed; nothing when it is right.

    typed_by: who wrote it; is_applicant: whether that was the person. mark: signature | thumb | ''. O148 Art 11.
    """
    found: list[Any] = []
    if not is_applicant and not typed_by.strip():
        found.append(_("请写明是谁代填的。"))
    if not is_applicant and not read_back:
        found.append(_("代填的内容要读给申请人听，申请人确认后再签。"))
    if mark not in {"signature", "thumb"}:
        found.append(_("请申请人签名；不能写字的按指印。") if can_write else _("请申请人按指印。"))
    elif mark == "signature" and not can_write:
        found.append(_("申请人不能写字，请按指印，别人不能代签。"))
    if pledged_on is not None and told_on is not None and pledged_on < told_on:
        found.append(_("承诺的日期早于告知的日期，请核对。"))
    return found


def scan_faults(*, sides: int, kind: str) -> list[Any]:
    """What is wrong with the pictures of a paper: an identity card has two sides."""
    return [_("身份证要正反两面都拍。")] if kind == "identity" and sides < 2 else []
