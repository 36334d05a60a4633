"""Sentences with figures in them that keep their language open, and the articles they stand on."""

from __future__ import annotations

import re
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _


def _joined(parts: tuple[Any, ...]) -> str:
    return str(_("、")).join(str(p) for p in parts)


_join = lazy(_joined, str)


def listed(parts: Any) -> Any:
    """Several things in one sentence, in the manner of the reader's language."""
    return _join(tuple(parts))


#: The laws that the rules of this line stand on, by the short name that tables and packs use.
LAWS = {
    "LAL": _("法律援助法"),
    "O148": _("办理法律援助案件程序规定"),
    "REG03": _("法律援助条例"),
    "CRPL": _("刑事诉讼法"),
    "ARL": _("行政复议法"),
    "ALL": _("行政诉讼法"),
    "DV": _("反家庭暴力法"),
    "ELD": _("老年人权益保障法"),
    "DIS": _("残疾人保障法"),
    "MIN": _("未成年人保护法"),
    "WOM": _("妇女权益保障法"),
    "VET": _("退役军人保障法"),
    "MIL": _("军人地位和权益保障法"),
    "HERO": _("英雄烈士保护法"),
    "WAGE": _("保障农民工工资支付条例"),
    "MILA": _("军人军属法律援助工作实施办法"),
    "COV22": _("关于进一步深化刑事案件律师辩护全覆盖试点工作的意见"),
}

_ARTICLE = re.compile(r"^(\w+)(?: (\d+))?(?:\((\d+)\))?$")


def _article(codes: str) -> str:
    found = []
    for code in (c.strip() for c in codes.split(";")):
        match = _ARTICLE.match(code)
        if not match or match[1] not in LAWS:
            found.append(code)
        elif match[3]:
            found.append(_("%(law)s第%(n)s条第%(item)s项") % {"law": LAWS[match[1]], "n": match[2], "item": match[3]})
        elif match[2]:
            found.append(_("%(law)s第%(n)s条") % {"law": LAWS[match[1]], "n": match[2]})
        else:
            found.append(str(LAWS[match[1]]))
    return str(_("；")).join(str(f) for f in found if f)


_lazy_article = lazy(_article, str)


def article(codes: str) -> Any:
    """Articles in the reader's language, from 'LAL 31(5)' or 'LAL 36; O148 24'; what is no such code stays as it is."""
    return _lazy_article(codes)
