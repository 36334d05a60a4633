"""Who must be present when somebody is examined (General Rules Art 25, 26), and by which method (Art 23). Pure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import ForensicCapacity, ForensicMethod, ForensicRecordKind

#: Adults and children for whom somebody else decides.
UNDER_CARE = frozenset({ForensicCapacity.MINOR.value, ForensicCapacity.LIMITED.value})


def witness_needed(kind: str, capacity: str) -> Any:
    """Who must be present at a step, in words; nothing when nobody need be."""
    if kind == ForensicRecordKind.AUTOPSY:
        return _("尸体解剖要有委托人或者死者的近亲属、监护人到场见证")
    if kind == ForensicRecordKind.PSYCHIATRY:
        return _("精神病鉴定要有委托人或者被鉴定人的近亲属、监护人到场见证")
    if kind == ForensicRecordKind.BODY and capacity in UNDER_CARE:
        return _("检查未成年人或者无、限制民事行为能力的人，要通知监护人或者近亲属到场见证")
    return None


def fault(*, kind: str, capacity: str, witness: str, private: bool, sex_or_body: bool) -> Any:
    """Why a step may not be recorded as done; nothing when it may (B-F9).

    In: `witness` who was present and signed; `private` whether measures for privacy were taken; `sex_or_body` whether the body
    of a living person was examined.
    """
    needed = witness_needed(kind, capacity)
    if needed and not witness.strip():
        return _("%(needed)s；没有到场的不得开展，请记为“暂停：见证人未到场”，这段时间不计入时限（司法鉴定程序通则第二十五条）。") % {
            "needed": needed
        }  # fmt: skip
    if sex_or_body and not private:
        return _("身体检查要采取措施保护被鉴定人的隐私，请确认后勾选（司法鉴定程序通则第二十六条）。")
    return None


def method_fault(method: str, why_lower: str) -> Any:
    """Methods in their order: who uses a later one says why no earlier one is there (Art 23)."""
    if method == ForensicMethod.NATIONAL or not method or why_lower.strip():
        return None
    return _(
        "先用国家标准，再用行业标准和技术规范，最后才用多数专家认可的方法；用后面的要写明前面没有（司法鉴定程序通则第二十三条）。"
    )
