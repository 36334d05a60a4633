"""Rules of grassroots legal service: pure. Which matters may a worker take, where, and what an office needs. No queries."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import add_months

#: How many digits of a division's code must be the same: county, prefecture, region (令138号第二十七条).
LEVELS = {"COUNTY": 6, "PREFECTURE": 4, "REGION": 2}
#: Before whom the rule of the area holds: the courts.
IN_COURT = frozenset({"civil", "administrative"})


def in_area(level: str, office: str, party: str) -> bool:
    """Whether somebody's domicile lies in the area of an office. In: codes of divisions; an empty one is outside.

    A domicile known only as far as its region or prefecture (650000000000) is compared as far as it is known.
    """
    digits = LEVELS[level]
    return len(party) >= digits and office[:digits] == party[:digits]


def kind_fault(kind: str) -> Any:
    """Why a worker may not take a matter of this kind, with the article; nothing when they may."""
    if kind == "criminal":
        return _(
            "基层法律服务工作者不能担任刑事辩护人（刑事诉讼法第三十三条）。请转给律师，或者告诉当事人可以申请法律援助。"
        )
    return None


def area_fault(*, kind: str, level: str, office: str, client: str, other: str, continues: bool) -> Any:
    """Why a lawsuit lies outside the area of an office, with the article; nothing when it may be taken.

    In: `continues` second instance or retrial for the client of the first: it goes on wherever it is heard.
    """
    if kind not in IN_COURT or continues:
        return None
    if in_area(level, office, client) or in_area(level, office, other):
        return None
    named = {"COUNTY": _("本县（市）"), "PREFECTURE": _("本地区"), "REGION": _("本自治区")}[level]
    return _("代理诉讼的，至少有一方当事人的住所要在%(area)s（令138号第二十七条）。原来代理过、接着办二审或再审的除外。") % {
        "area": named
    }  # fmt: skip


def money_fault(fee: Any, receipt_no: str) -> Any:
    """Why a fee may not be taken so: fees are the office's, against a receipt; nothing when it may."""
    if fee and not receipt_no.strip():
        return _("收了费就要由所里统一开收据，请写收据号；不收费的写 0（令138号）。")
    return None


def worker_faults(*, is_worker: bool, active: bool, is_lawyer: bool, in_justice_office: bool) -> list[Any]:
    """Why somebody may not act as a worker, each with its article."""
    found: list[Any] = []
    if not is_worker:
        found.append(_("不是基层法律服务工作者（令138号第二条）"))
    elif not active:
        found.append(_("执业证现在无效，或者所在的所已停业（令138号）"))
    if is_lawyer:
        found.append(_("同时持有律师执业证，不能以基层法律服务工作者身份办理（律师法第十条；令138号）"))
    if in_justice_office:
        found.append(_("同时是司法行政机关工作人员，所和司法所的人员没有分开（令137号第七条）"))
    return found


def partners_fault(started: list[date | None], *, needed: int, years: int, on: date) -> Any:
    """Why a partnership cannot be formed: too few partners who practised long enough; nothing when it can."""
    long_enough = [day for day in started if day is not None and add_months(day, 12 * years) <= on]
    if len(long_enough) >= needed:
        return None
    return _("普通合伙要有 %(needed)s 名以上执业满 %(years)s 年的合伙人，现在符合的有 %(n)s 名（令137号第七条）。") % {
        "needed": needed, "years": years, "n": len(long_enough),
    }  # fmt: skip


def workers_fault(n: int, needed: int) -> Any:
    """Why an office cannot stand by itself: too few full-time workers; nothing when it can."""
    if n >= needed:
        return None
    return _("这个所有 %(n)s 名专职工作者，法定不少于 %(needed)s 名（令137号第七条）。可以合并，或者注销。") % {
        "n": n, "needed": needed,
    }  # fmt: skip


def apart_fault(staff: bool, money: bool, functions: bool) -> Any:
    """Which of the three things is not separated yet (令137号第七条); nothing when all are."""
    missing = [str(w) for done, w in ((staff, _("人员")), (money, _("财务")), (functions, _("职能"))) if not done]
    if not missing:
        return None
    return _("还没有和司法所分开的：%(what)s（令137号第七条）。") % {"what": "、".join(missing)}


def penalty_faults(*, kind: str, amount: Any, most: int, told: date, decided: date, today: date) -> dict[str, Any]:
    """What is wrong with a penalty as it was written down, by field."""
    found: dict[str, Any] = {}
    if kind == "warning" and amount:
        found["amount"] = _("只是警告的，不写金额。")
    elif kind != "warning" and not amount:
        found["amount"] = _("罚款要写金额。")
    elif amount and amount > most:
        found["amount"] = _("罚款最多 %(most)s 元。") % {"most": most}
    if decided > today:
        found["decided_on"] = _("决定的日子还没有到。")
    if told >= decided:
        found["told_on"] = _("要先告知事实、理由和陈述申辩的权利，再作决定（行政处罚法第四十四条）。")
    return found
