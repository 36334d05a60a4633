"""Why an office may decline to accept, refuse or end a matter: only what the law and the rules name, each with its article."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import add_months, legal_day

from .figures import the

#: 公证法 Art 31: the nine grounds of refusal.
REFUSAL: dict[str, tuple[Any, str]] = {
    "1": (_("无民事行为能力或者限制行为能力的人没有监护人代理申请"), "公证法第三十一条第一项"),
    "2": (_("当事人与申请公证的事项没有利害关系"), "公证法第三十一条第二项"),
    "3": (_("申请公证的事项属于专业技术鉴定、评估事项"), "公证法第三十一条第三项"),
    "4": (_("当事人之间对申请公证的事项有争议"), "公证法第三十一条第四项"),
    "5": (_("当事人虚构、隐瞒事实，或者提供虚假证明材料"), "公证法第三十一条第五项"),
    "6": (_("证明材料不充分又无法补充，或者拒绝补充"), "公证法第三十一条第六项，公证程序规则第四十八条"),
    "7": (_("申请公证的事项不真实、不合法"), "公证法第三十一条第七项"),
    "8": (_("申请公证的事项违背社会公德"), "公证法第三十一条第八项"),
    "9": (_("当事人拒绝按照规定支付公证费"), "公证法第三十一条第九项"),
}  # fmt: skip

#: 公证程序规则 Art 19: what has to hold before a matter is accepted.
NOT_ACCEPTED: dict[str, tuple[Any, str]] = {
    "interest": (_("申请人与公证事项没有利害关系"), "公证程序规则第十九条"),
    "dispute": (_("申请人之间对公证事项有争议"), "公证程序规则第十九条"),
    "scope": (_("不属于公证机构的业务范围"), "公证法第十一条、第十二条，公证程序规则第十九条"),
    "area": (_("不在本处执业区域"), "公证法第二十五条，公证程序规则第十三条、第十九条"),
    "other_office": (_("别的公证处已经先受理"), "公证程序规则第十六条"),
    "in_person": (_("应当由本人亲自申请"), "公证法第二十六条，公证程序规则第十一条"),
}  # fmt: skip

#: 公证程序规则 Art 50: when a matter is ended.
TERMINATION: dict[str, tuple[Any, str]] = {
    "six_months": (_("因当事人的原因，受理满六个月不能办结"), "公证程序规则第五十条第一项"),
    "withdrawn": (_("公证书出具前当事人撤回申请"), "公证程序规则第五十条第二项"),
    "ended": (_("当事人死亡或者终止，不能继续办理或者没有意义"), "公证程序规则第五十条第三项"),
    "obstruct": (_("当事人阻挠、妨碍公证机构和公证员办理"), "公证程序规则第五十条第四项"),
    "other": (_("其他应当终止的情形"), "公证程序规则第五十条第五项"),
}  # fmt: skip


def named(rows: dict[str, tuple[Any, str]]) -> list[tuple[str, Any]]:
    """The grounds as choices."""
    return [(code, words) for code, (words, _article) in rows.items()]


def find(code: str) -> tuple[Any, str]:
    """A ground's words and article, of whatever list. KeyError when unknown."""
    return {**REFUSAL, **NOT_ACCEPTED, **TERMINATION}[code]


def termination_fault(ground: str, *, accepted_at: datetime | None, at: datetime) -> Any:
    """Six months have to be over before that is a ground."""
    if ground != "six_months":
        return None
    if accepted_at is None:
        return _("还没有受理，不能终止；可以撤回或者不予受理。")
    months = int(the("half_year", legal_day(accepted_at)).value)
    over: date = add_months(legal_day(accepted_at), months)
    if legal_day(at) < over:
        return _("受理未满 %(months)s 个月，不能以这个理由终止。最早是 %(day)s。") % {"months": months, "day": over}
    return None
