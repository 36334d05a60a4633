"""What a person may do against a refusal or an end of aid, with the right authorities for this office, and until when.

The trap: since the 行政复议法 of 2023 a county's justice bureau is itself the office of reconsideration, so that against its
decision one goes to the county's government or to the next-higher justice authority (Art 28), not to itself; against the bureau
of a prefecture (地区) to its administration (行政公署, Art 24) or to the region's justice department.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open12348.kernel.parameters import Figure, NoFigure
from open12348.kernel.sentences import say
from open12348.kernel.workdays import add_months

from .figures import the
from .sentences import article


@dataclass(frozen=True)
class Named:
    """A division's name in three languages; Chinese where one is not given."""

    zh: str
    ug: str = ""
    en: str = ""

    def __str__(self) -> str:
        return {"ug": self.ug, "en": self.en}.get((get_language() or "zh")[:2], self.zh) or self.zh


@dataclass(frozen=True)
class Office:
    """Where the institution stands that decided: its county (None for the prefecture's own), its prefecture, its region."""

    county: Named | None
    prefecture: Named
    region: Named


@dataclass(frozen=True)
class Way:
    """One way to object: the sentence, to whom, the last day as it is known, the article, and whether the limit is confirmed."""

    code: str
    say: Any
    to: tuple[Any, ...]
    until: date | None
    article_codes: str
    sure: bool

    @property
    def article(self) -> Any:
        return article(self.article_codes)


def _government(place: Named, level: str) -> Any:
    """A government's name: a prefecture that is no city has an administration (行政公署), sent by the region."""
    if level == "prefecture" and place.zh.endswith("地区"):
        return say(_("%(place)s行政公署"), place=place)
    return say(_("%(place)s人民政府"), place=place)


def _department(region: Named) -> Any:
    """The justice authority of a region or province; a city under the central government has a bureau."""
    return say(_("%(place)s司法局") if region.zh.endswith("市") else _("%(place)s司法厅"), place=region)


def bureau(office: Office) -> Any:
    """The justice authority that set the institution up: it decides on objections (法律援助法 Art 49)."""
    return say(_("%(place)s司法局"), place=office.county or office.prefecture)


def reviewers(office: Office) -> tuple[Any, Any]:
    """The two authorities one may choose from for reconsideration of the bureau's decision."""
    if office.county is not None:
        return _government(office.county, "county"), say(_("%(place)s司法局"), place=office.prefecture)
    return _government(office.prefecture, "prefecture"), _department(office.region)


def _within(name: str, unit: Any, on: date, read: Callable[[str, date], Figure]) -> tuple[Any, int | None, bool]:
    """(the limit in words, its length, whether it is confirmed). Where no figure is entered the words stay open."""
    try:
        found = read(name, on)
    except NoFigure:
        return _("法律规定的期限内"), None, False
    return say(unit, n=found.value), int(found.value), found.sure


def ways(
    office: Office, *, on: date, served: date | None = None, upheld: date | None = None,
    roll: Callable[[date], date] | None = None, read: Callable[[str, date], Figure] = the,
) -> tuple[Way, ...]:  # fmt: skip
    """Every way against a refusal or an end of aid, in the order in which they are taken.

    on: the day of the decision (which limits hold; they are the line's dated figures object, reconsider, sue and
    sue_after_reconsider). served: when it reached the person; upheld: when the decision on the objection did. roll: moves a last day
    that is a holiday to the first day after it; without it the day stays as counted.
    """
    roll = roll or (lambda day: day)
    days = _("%(n)s 日内")
    objection, n_objection, a = _within("object", days, on, read)
    review, n_review, b = _within("reconsider", days, on, read)
    suit, n_suit, c = _within("sue", _("%(n)s 个月内"), on, read)
    after, _n, d = _within("sue_after_reconsider", days, on, read)
    one, other = reviewers(office)

    def last(start: date | None, length: int | None, months: bool = False) -> date | None:
        if start is None or length is None:
            return None
        return roll(add_months(start, length) if months else start + timedelta(days=length))

    return (
        Way(
            "objection",
            say(_("不服这个决定的，可以在收到决定书之日起%(within)s向%(bureau)s提出异议。"), within=objection, bureau=bureau(office)),
            (bureau(office),), last(served, n_objection), "LAL 49; O148 22", a,
        ),
        Way(
            "reconsideration",
            say(
                _("%(bureau)s维持决定、您仍然不服的，可以在知道之日起%(within)s向%(one)s或者%(other)s申请行政复议，两个选一个。"),
                bureau=bureau(office), within=review, one=one, other=other,
            ),
            (one, other), last(upheld, n_review), "LAL 49; ARL 20; ARL 24; ARL 28", b,
        ),
        Way(
            "suit",
            say(
                _("也可以在知道之日起%(within)s直接向有管辖权的人民法院提起行政诉讼；先申请复议的，在收到复议决定书之日起%(after)s提起。"),
                within=suit, after=after,
            ),
            (_("有管辖权的人民法院"),), last(upheld, n_suit, months=True), "LAL 49; ALL 45; ALL 46", c and d,
        ),
    )  # fmt: skip


def _paragraphs(sentences: tuple[Any, ...]) -> str:
    return "\n".join(str(s) for s in sentences)


_lazy_paragraphs = lazy(_paragraphs, str)


def text(office: Office, *, on: date, read: Callable[[str, date], Figure] = the) -> Any:
    """The remedy text of a decision, one paragraph for each way, in the language in which it is printed."""
    found = ways(office, on=on, read=read)
    return _lazy_paragraphs(
        (*(say(_("%(what)s（%(article)s）"), what=w.say, article=w.article) for w in found),
         _("最后一天是法定节假日的，顺延到节假日后的第一天。提出异议、申请复议不收费。"))
    )  # fmt: skip
