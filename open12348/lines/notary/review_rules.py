"""Until when a review of a certificate may be asked for, and who may not do it. Pure: no queries, no clock.

A party has a year from the day on which they got the certificate; an interested person a year from the day on which they knew
or should have known of the mistake, and never longer than twenty years from its issue (公证程序规则 Art 61). Who is too late is told
so by a person, with the reason: the system refuses nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import add_months

from .certificate_models import Standpoint


@dataclass(frozen=True)
class Limits:
    """The years that hold on a day: of a party, of an interested person, and the longest."""

    party: int
    interested: int
    longest: int


@dataclass(frozen=True)
class Verdict:
    """Whether a request is in time. `last`: its last day; None while the day it counts from is not known."""

    last: date | None
    late: bool
    why: Any = ""


def judge(
    *, standpoint: str, asked_on: date, issued_on: date, got_on: date | None, known_on: date | None, limits: Limits,
    roll: Callable[[date], date] = lambda day: day,
) -> Verdict:  # fmt: skip
    """Whether a review was asked for in time.

    In: `got_on` when a party got the certificate, `known_on` when an interested person knew; `roll` moves a last day that is a
    holiday to the first day after it (民法典 Art 203). A month's or year's end without the same day is its last (Art 202).
    """
    if standpoint == Standpoint.PARTY:
        if got_on is None:
            return Verdict(None, False, _("还不知道当事人哪天收到公证书。请查送达回执，或者问本人。"))
        last = roll(add_months(got_on, 12 * limits.party))
        if asked_on > last:
            return Verdict(
                last, True,
                _("当事人 %(got)s 收到公证书，最晚 %(last)s 申请复查（公证程序规则第六十一条），%(asked)s 才提出，已经超过期限。")
                % {"got": got_on, "last": last, "asked": asked_on},
            )  # fmt: skip
        return Verdict(last, False)
    longest = roll(add_months(issued_on, 12 * limits.longest))
    if asked_on > longest:
        return Verdict(
            longest, True,
            _("公证书 %(issued)s 出具，到 %(last)s 满 %(years)s 年，利害关系人不能再申请复查（公证程序规则第六十一条）。")
            % {"issued": issued_on, "last": longest, "years": limits.longest},
        )  # fmt: skip
    if known_on is None:
        return Verdict(longest, False, _("还不知道利害关系人哪天知道公证书有错误。请问清楚，并记下凭什么知道。"))
    last = min(longest, roll(add_months(known_on, 12 * limits.interested)))
    if asked_on > last:
        return Verdict(
            last, True,
            _("利害关系人 %(known)s 知道，最晚 %(last)s 申请复查（公证程序规则第六十一条），%(asked)s 才提出，已经超过期限。")
            % {"known": known_on, "last": last, "asked": asked_on},
        )  # fmt: skip
    return Verdict(last, False)


def day_fault(*, standpoint: str, got_on: date | None, known_on: date | None, issued_on: date, today: date) -> Any:
    """Why the days that were said cannot be; nothing when they can."""
    said = got_on if standpoint == Standpoint.PARTY else known_on
    if said is not None and said > today:
        return _("这一天还没有到，请核对。")
    if said is not None and said < issued_on:
        return _("公证书 %(day)s 才出具，不会在这之前收到或者知道。") % {"day": issued_on}
    return None


def reviewer_fault(*, original: bool, is_notary: bool) -> Any:
    """Why somebody may not review: not the notary who made the certificate, and a notary (公证程序规则 Art 62)."""
    if original:
        return _("原承办公证员不能复查自己出的公证书，要由另一名公证员复查（公证程序规则第六十二条）")
    if not is_notary:
        return _("复查要由公证员进行（公证程序规则第六十二条）")
    return None


def approver_fault(*, original: bool, reviewer: bool) -> Any:
    """Why somebody may not decide on a review: neither who made the certificate nor who reviewed it."""
    if original:
        return _("原承办公证员不能决定自己出的公证书的复查（公证程序规则第六十二条）。")
    if reviewer:
        return _("复查的人不能自己批准自己的意见，请由负责人或者另一位负责人批准（公证程序规则第六十四条）。")
    return None
