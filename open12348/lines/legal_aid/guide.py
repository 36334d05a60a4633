"""The guided application: which questions are asked, from the answers so far; and the rough answer before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import legal_day
from open12348.spine.catalogue import Foretold, Page

from . import decide, hardship, jurisdiction, materials, means, scope


def _matter(said: Mapping[str, Any], day: date) -> Any:
    return scope.matter(str(said.get("matter") or ""), day)


def _groups(said: Mapping[str, Any]) -> list[str]:
    value = said.get("groups") or []
    return list(value) if isinstance(value, list | tuple) else [v for v in str(value).split(",") if v]


def money_asked(said: Mapping[str, Any], day: date) -> bool:
    """Whether anything about money is asked: not under Art 32, and not of who has proof of a category of Art 42."""
    matter = _matter(said, day)
    if matter is None:
        return True
    if not matter.may_ask_hardship:
        return False
    given = [g for g in (scope.group(code, day) for code in _groups(said)) if g is not None]
    return not any(g.gives(matter) for g in given)


def pages(said: Mapping[str, Any]) -> list[Page]:
    """The question pages that these answers lead to."""
    day = legal_day(timezone.now())
    matter = _matter(said, day)
    criminal = matter is not None and matter.kind == "criminal"
    found = [Page("matter", _("您遇到了哪一种事？"), ("matter",))]
    found.append(Page("story", _("发生了什么，您想要什么？"), ("story",) if criminal else ("story", "amount")))
    if criminal:
        found.append(
            Page("accused", _("这件事是谁的？人在哪里？"), ("position", "for_name", "custody", "custody_place"))
        )
    else:
        home = ("opponent_home",) if matter is None or matter.may_ask_hardship else ()
        found.append(Page("opponent", _("对方是谁？"), ("opponent", "opponent_phone", *home, "several")))
        if said.get("several"):
            found.append(Page("roster", _("一起的有哪些人？"), ("roster",)))
    found.append(Page("where", _("事情到哪一步了？"), ("stage", "authority_name", "authority_no", "where_county")))
    if matter is None or matter.may_ask_hardship:
        found.append(Page("groups", _("有没有下面的情况？"), ("groups",), _("有的情况有证明就不用再说家里的收入。")))
    if money_asked(said, day):
        income = ("own_income",) if said.get("opponent_home") == "yes" else ("household", "income")
        found.append(
            Page("means", _("家里的经济情况怎么样？"), (*income, "pledge"),
                 _("只由您自己说明和承诺，不用任何单位盖章。"))
        )  # fmt: skip
    found.append(Page("hurry", _("还有什么要告诉我们？"), ("lapses_on", "interpreter", "wish", "cannot_write")))
    return found


def facts_of(said: Mapping[str, Any], day: date) -> decide.Facts:
    """What an applicant has told so far, as the rules take it. Nothing they tell is held to be proven, nor doubted."""
    county = str(said.get("where_county") or "")
    result = None
    if hardship.answered(said):
        try:
            result = means.assess(means.from_answers({"opponent_home": "no", **hardship.asked(said)}, day))
        except means.RequestFault:
            result = None
    return decide.Facts(
        day=day, matter=str(said.get("matter") or ""), region=county,
        claims=tuple(decide.Claim(code, "proven") for code in _groups(said)), matter_proof="pledged",
        place=jurisdiction.Competent((county,), True, "", "LAL 38", True) if county else None,
        statement=hardship.answered(said), pledge=bool(said.get("pledge")), means=result, represented=False,
        lapses_on=_day(said.get("lapses_on")),
    )  # fmt: skip


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def foretell(said: Mapping[str, Any], day: date) -> Foretold:
    """The rough answer. It never refuses: what does not seem to fit is for the office to look at, and the way on is open."""
    note = _("法律援助不收任何费用。这只是粗略的估计，由法律援助中心在收到申请之日起七日内审查决定。")
    matter = _matter(said, day)
    given = [g for g in (scope.group(code, day) for code in _groups(said)) if g is not None]
    bring = [w.name for w in materials.wanted(matter=matter, groups=given) if w.code not in {"application_form"}]
    if matter is None:
        return Foretold(None, _("工作人员会先看您这件事属于哪一种，再告诉您。"), (), tuple(bring), note)
    facts = facts_of(said, day)
    advice = decide.advise(facts)
    told = [
        line
        for line in advice.lines
        if line.code in {"scope", "hardship", "urgent"} or line.code.startswith("means:")
        if line.state in {"proven", "pledged", "not_asked", "open"}
    ]
    last = [line for line in told if line.code.startswith("means:")][
        -1:
    ]  # how it was reckoned is for the office's page
    reasons = [
        (line.note or line.asks, str(line.article))
        for line in told
        if line in last or not line.code.startswith("means:")
    ]
    beyond = facts.means is not None and facts.means.outcome == means.NOT_MET and not matter.or_other
    if advice.leads_to in {"grant", "supplement"} and not beyond:
        answer = _("您很可能可以得到法律援助，不用花钱。")
        if not matter.may_ask_hardship:
            answer = _("您很可能可以得到法律援助，不用花钱，也不看家里的收入。")
        return Foretold(True, answer, tuple(reasons), tuple(bring), note)
    return Foretold(
        None,
        _("能不能得到法律援助，要由法律援助中心看过才知道。请照样提交，没有人会因为申请吃亏。"),
        tuple(reasons),
        tuple(bring),
        note,
    )
