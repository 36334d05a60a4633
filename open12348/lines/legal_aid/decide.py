"""The law's own order of questions about an application (routes A to D), as a checklist. It advises; a person decides.

Every line says what the law asks, where that stands (proven | pledged | missing | not_asked | contradicts | open), and the article.
What all of it leads to is advice with the ground the law has for it; there is no other ground (`ground_fault`). Art 31, 32 and
42 are kept apart as the law keeps them: 32, the condition does not exist and nothing about money may be asked; 42, it is presumed
on proof; otherwise the person states it and pledges that it is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.sentences import say

from . import means, scope
from .figures import the
from .jurisdiction import Competent
from .materials import Wanted, demand_fault
from .sentences import article, listed

#: Where a line stands.
STATES: dict[str, Any] = {
    "proven": _("有证明"),
    "pledged": _("本人说明并承诺"),
    "missing": _("还缺"),
    "not_asked": _("不用问"),
    "contradicts": _("有矛盾"),
    "open": _("要核对"),
}

#: What the whole leads to, in the order in which the law looks.
LEADS: dict[str, Any] = {
    "assign": _("按通知指派，机构没有裁量余地"),
    "register": _("登记这次帮助"),
    "elsewhere": _("告知向有管辖权的机构申请，不作不予援助决定"),
    "supplement": _("一次告知要补充的全部材料和说明"),
    "look": _("先由工作人员核对再作决定"),
    "join": _("并入已经给予的援助"),
    "refuse": _("可以作出不予法律援助决定"),
    "grant": _("可以作出给予法律援助决定"),
}

#: The only grounds on which the law lets an application be refused: code -> (words, articles).
GROUNDS: dict[str, tuple[Any, str]] = {
    "scope": (_("申请事项不属于法律援助的范围"), "LAL 24; LAL 29; LAL 31; LAL 32; LAL 33"),
    "means": (_("不符合经济困难条件"), "LAL 31; LAL 34"),
    "not_natural": (_("申请人不是自然人"), "LAL 2"),
    "has_aid": (_("同一事项同一阶段已经获得法律援助"), "O148 19"),
    "has_lawyer": (_("已经自行委托律师或者其他代理人"), "LAL 24; LAL 31; LAL 48(6)"),
}

#: Grounds that offices write and the law does not have: what they look like, why they cannot stand.
_NO_GROUNDS: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"证据.{0,4}(不足|不够|不充分)|没有.{0,4}证据|缺乏证据|事实不清"), _("证据不足不是不予援助的理由：收集证据正是援助要帮的事。")),
    (re.compile(r"胜诉|败诉|打不赢|赢不了|没有.{0,4}(希望|胜算|必要)|无.{0,4}(胜算|必要)|无理|不占理"), _("能不能打赢不是法律援助的条件。")),
    (re.compile(r"(户籍|户口).{0,4}(不在|不是|外|非)|外地|非本地|不是本[地县市]|(不在|非)本.{0,2}(户|住)"), _("按办案机关或者事情发生的地方决定由谁办，不看户口。")),
    (re.compile(r"(经费|资金|律师|人手|人员).{0,4}(不足|不够|紧张|太少|短缺)|案件太多"), _("缺经费、缺律师是机构的事，不是申请人的条件。")),
    (re.compile(r"(金额|标的额?|数额)(太|过|较|很)?(小|少)|(金额|标的额?|数额)不大|小事"), _("金额大小不是法律援助的条件。")),
    (re.compile(r"时效|过期|逾期|超过.{0,6}期限"), _("时效由对方在诉讼中提出、由法院判断，不是不予援助的理由；没有按时补充的是视为撤回，不是不予援助。")),
    (re.compile(r"态度|(多次|经常|一直|反复).{0,2}(信访|上访)|缠访|闹访|品行|前科|罪有应得|坏人"), _("申请人的为人不是法律援助的条件。")),
    (re.compile(r"信用|评分|打分|系统.{0,4}(判定|认定|拒绝)|自动(判定|认定|拒绝|审)"), _("系统不能决定不予援助，要由人看材料作出决定。")),
)  # fmt: skip


def ground_fault(ground: str, words: str = "") -> Any:
    """Why a ground, or the words written for it, cannot stand in a refusal; nothing when they can."""
    if stamp := demand_fault(words) or demand_fault(ground):
        return stamp
    for pattern, why in _NO_GROUNDS:
        if pattern.search(words) or pattern.search(ground):
            return why
    if ground not in GROUNDS:
        return say(
            _("法律没有这个不予援助的理由。可以用的只有：%(grounds)s。"), grounds=listed(text for text, _articles in GROUNDS.values())
        )  # fmt: skip
    return None


def ground_ok(ground: str, words: str = "") -> bool:
    """Whether a ground may stand in a refusal."""
    return ground_fault(ground, words) is None


@dataclass(frozen=True)
class Claim:
    """A category that the person says they belong to, and how that stands: proven | pledged | missing."""

    code: str
    state: str = "missing"
    issued: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of one application. None always means: not known yet, and is never held against anybody.

    place: the answer of `jurisdiction.competent`. represented: has a lawyer of their own; aided: has aid for the same matter and
    stage, as `aided_case`. confirmed: what a look into the data said of the statement (True, False: it contradicts; None: none).
    lapses_on: the day after which it is too late; preserve: property, evidence or payment must be secured at once.
    other_reason: why there is no defender although not poor (Art 24). matter_proof: proven | pledged | missing | contradicts.
    """

    day: date
    matter: str = ""
    region: str = ""
    route: str = ""
    place: Competent | None = None
    natural_person: bool | None = True
    foreigner: bool = False
    treaty: bool | None = None
    age: int | None = None
    representative: bool | None = None
    representative_opposes: bool = False
    matter_proof: str = ""
    claims: tuple[Claim, ...] = ()
    statement: bool = False
    pledge: bool = False
    confirmed: bool | None = None
    explained: bool = False
    means: means.Result | None = None
    other_reason: bool | None = None
    missing: tuple[Wanted, ...] = ()
    represented: bool | None = None
    aided: bool = False
    aided_case: str = ""
    lapses_on: date | None = None
    preserve: bool = False
    other_urgent: bool = False


@dataclass(frozen=True)
class Check:
    """One line of the checklist. office=True: the office must find it out; the applicant is not asked."""

    code: str
    asks: Any
    state: str
    article_codes: str
    note: Any = ""
    sure: bool = True
    figures: tuple[means.Used, ...] = ()
    office: bool = False

    @property
    def article(self) -> Any:
        return article(self.article_codes)

    @property
    def state_label(self) -> Any:
        return STATES[self.state]


@dataclass(frozen=True)
class Advice:
    """The checklist and what it leads to. `wanted`: everything to be asked for, at once. `cautions`: what is not confirmed."""

    lines: tuple[Check, ...]
    leads_to: str
    ground: str = ""
    hardship: str = ""  # none | presumed | stated
    wanted: tuple[Any, ...] = ()
    provisional: bool = False
    cautions: tuple[Any, ...] = ()
    to: tuple[str, ...] = ()  # institutions that are competent, where it is not ours; or the case to join

    @property
    def say(self) -> Any:
        return LEADS[self.leads_to]

    @property
    def note(self) -> Any:
        return _("这是按法律列出的核对表，只供参考；由审查人和审批人决定，系统不作任何决定。")


def is_soon(lapses_on: date, day: date) -> bool:
    """Whether less time is left than a review may take (法律援助法 Art 44(1)); a day that is past counts too."""
    return (lapses_on - day).days < int(the("urgent", day).value)


def urgent(facts: Facts) -> Check | None:
    """Whether aid may begin before the review (法律援助法 Art 44), and why."""
    if facts.lapses_on is not None and facts.lapses_on >= facts.day and is_soon(facts.lapses_on, facts.day):
        return Check("urgent", _("距时效或者期限届满不足七日：可以先行提供法律援助，手续以后补。"), "open", "LAL 44(1)")
    if facts.preserve:
        return Check(
            "urgent", _("需要立即申请财产保全、证据保全或者先予执行：可以先行提供法律援助。"), "open", "LAL 44(2)"
        )
    if facts.other_urgent:
        return Check(
            "urgent",
            _("其他紧急情形：先核对法律、法规、规章有没有规定，再决定先行提供。"),
            "open",
            "LAL 44(3)",
            sure=False,
        )
    return None


def advise(facts: Facts) -> Advice:
    """Put the facts to the law, in its order (domain reference A, 1.5). Nothing is decided here."""
    matter = scope.matter(facts.matter, facts.day, facts.region) if facts.matter else None
    route = facts.route or (matter.route if matter else "A")
    if route in {"B", "C"}:
        return _on_notice(facts, matter)
    if route == "D":
        return Advice((Check("duty", _("值班律师法律帮助：不审查经济状况，不作决定，逐次登记。"), "not_asked", "LAL 30; LAL 14"),), "register", hardship="none")  # fmt: skip
    lines: list[Check] = []
    if (hurry := urgent(facts)) is not None:
        lines.append(hurry)
    advice = Advice((), "grant", provisional=hurry is not None)

    place = facts.place
    if place is None or place.ours is None:
        lines.append(
            Check(
                "place",
                _("由办案机关、争议处理机关所在地或者事由发生地的机构办理。"),
                "missing",
                "LAL 38",
                place.say if place else "",
            )
        )
    else:
        lines.append(Check("place", _("由办案机关、争议处理机关所在地或者事由发生地的机构办理。"), "proven" if place.ours else "contradicts", place.article_codes, place.say, place.sure))  # fmt: skip
        if not place.ours:
            return replace(advice, lines=tuple(lines), leads_to="elsewhere", to=place.institutions)

    wanted: list[Any] = (
        [place.say if place else _("事情在哪里办、在哪里发生")] if place is None or place.ours is None else []
    )
    refuse, look = "", False

    person, who_missing, not_natural = _person(facts)
    lines += person
    wanted += who_missing
    if not_natural:
        refuse = "not_natural"

    if matter is None:
        unknown = not facts.matter
        lines.append(
            Check(
                "scope",
                _("申请事项在法律援助范围内。"),
                "missing" if unknown else "contradicts",
                "LAL 24; LAL 29; LAL 31; LAL 32; LAL 33",
            )
        )
        if unknown:
            wanted.append(_("是哪一种事"))
        else:
            refuse = refuse or "scope"
        may_ask = False
        hardship = ""
    else:
        lines.append(_matter_line(facts, matter))
        look = look or matter.code in {"31-9", "32-5", "42-4"} or facts.matter_proof == "contradicts"
        if matter.who and not any(c.code in matter.who for c in facts.claims):
            lines.append(Check("who", _("这一事项只给特定人员。"), "missing", matter.article_codes, sure=matter.sure))
            wanted.append(listed(scope.named(code, facts.day) for code in sorted(matter.who)))
        if facts.matter_proof in {"", "missing"} and matter.hardship == "none":
            wanted.append(listed(scope.paper(p) for p in matter.proof))
        money, hardship, more, fails, doubtful = _hardship(facts, matter)
        lines += money
        wanted += more
        may_ask = hardship == "stated"
        look = look or doubtful
        if fails:
            refuse = refuse or "means"

    if facts.represented is None:
        lines.append(Check("represented", _("没有自行委托律师或者其他代理人。"), "open", "LAL 24; LAL 31", office=True))
    else:
        lines.append(
            Check(
                "represented",
                _("没有自行委托律师或者其他代理人。"),
                "contradicts" if facts.represented else "pledged",
                "LAL 24; LAL 31; LAL 48(6)",
            )
        )
        if facts.represented:
            refuse = refuse or "has_lawyer"
    if facts.aided:
        lines.append(Check("aided", _("同一事项同一阶段没有给过援助。"), "contradicts", "O148 19", facts.aided_case))

    papers = [w for w in facts.missing if may_ask or w.code != "hardship_statement"]
    lines += [Check(f"paper:{w.code}", w.name, "missing", w.article_codes) for w in papers]
    known = {str(w) for w in wanted}
    wanted += [w.name for w in papers if str(w.name) not in known]

    cautions = _cautions(lines)
    advice = replace(advice, lines=tuple(lines), hardship=hardship, wanted=tuple(wanted), cautions=cautions)
    if facts.aided and not refuse:
        return replace(advice, leads_to="join", ground="has_aid", to=(facts.aided_case,) if facts.aided_case else ())
    if refuse in {"not_natural", "has_lawyer", "scope"}:
        return replace(advice, leads_to="refuse", ground=refuse, provisional=False)
    if wanted:
        return replace(advice, leads_to="supplement")
    if look:
        return replace(advice, leads_to="look")
    if refuse:
        unsure = any(not line.sure for line in lines if line.code.startswith("means:"))
        return replace(advice, leads_to="look" if unsure else "refuse", ground=refuse)
    return advice


def _cautions(lines: Iterable[Check]) -> tuple[Any, ...]:
    """Which articles stand on something that is not confirmed, each once."""
    codes = dict.fromkeys(line.article_codes for line in lines if not line.sure)
    return tuple(say(_("%(what)s：依据或者数字还没有核实。"), what=article(c)) for c in codes)


def _on_notice(facts: Facts, matter: scope.Matter | None) -> Advice:
    """Routes B and C: a notice is carried out. No hardship, no jurisdiction of the applicant's choosing, no discretion."""
    lines = [
        Check(
            "notice",
            _("办案机关的通知：机构应当指派律师，不审查经济状况。"),
            "not_asked",
            "LAL 25; LAL 28; LAL 36; O148 24",
        ),
    ]
    if matter is None:
        lines.append(Check("scope", _("通知的事由"), "missing", "LAL 25; LAL 28", office=True))
    else:
        lines.append(Check("scope", matter.name, "proven", matter.article_codes, sure=matter.sure))
        if matter.years:
            lines.append(
                Check(
                    "years",
                    say(_("要指派有 %(years)s 年以上刑事辩护经验的律师。"), years=matter.years),
                    "open",
                    "LAL 26; O148 26",
                    office=True,
                )
            )
    papers = [
        Check(f"paper:{w.code}", w.name, "missing", w.article_codes, _("请办案机关补送；不影响指派。"), office=True)
        for w in facts.missing
    ]
    return Advice(
        (*lines, *papers), "assign", hardship="none", wanted=tuple(w.name for w in facts.missing),
        cautions=_cautions(lines),
    )  # fmt: skip


def _person(facts: Facts) -> tuple[list[Check], list[Any], bool]:
    """(lines, what is to be asked, whether the applicant is no natural person)."""
    lines: list[Check] = []
    wanted: list[Any] = []
    if facts.natural_person is False:
        return [Check("person", _("申请人是自然人。"), "contradicts", "LAL 2")], [], True
    if facts.natural_person is None:
        lines.append(Check("person", _("申请人是自然人。"), "missing", "LAL 2"))
        wanted.append(_("申请人是谁"))
    if facts.foreigner:
        state = {True: "proven", False: "contradicts", None: "open"}[facts.treaty]
        lines.append(
            Check("foreigner", _("外国人、无国籍人：按法律、条约或者对等原则。"), state, "LAL 69", office=True)
        )
    if facts.age is not None and facts.age < 18:
        if facts.representative_opposes:
            note = _("法定代理人是对方的，由其他法定代理人或者近亲属代为申请。")
            lines.append(Check("representative", _("未成年人由法定代理人代为申请。"), "contradicts", "LAL 40", note))
            wanted.append(_("另一位法定代理人或者近亲属"))
        elif not facts.representative:
            lines.append(Check("representative", _("未成年人由法定代理人代为申请。"), "missing", "LAL 40"))
            wanted.append(_("法定代理人或者近亲属"))
        else:
            lines.append(Check("representative", _("未成年人由法定代理人代为申请。"), "proven", "LAL 40"))
    return lines, wanted, False


def _matter_line(facts: Facts, matter: scope.Matter) -> Check:
    state = facts.matter_proof or ("missing" if matter.hardship == "none" else "pledged")
    note: Any = ""
    if matter.code in {"31-9", "32-5", "42-4"}:
        state, note = "open", _("请写明是哪一部法律、法规、规章。列举是开放的，不在前面各项里不等于不能援助。")
    return Check("scope", matter.name, state, matter.article_codes, note, matter.sure)


def _hardship(facts: Facts, matter: scope.Matter) -> tuple[list[Check], str, list[Any], bool, bool]:
    """(lines, none|presumed|stated, what is to be asked, whether the test is failed, whether somebody must look first)."""
    asks = _("因经济困难没有委托代理人。")
    if not matter.may_ask_hardship:
        return [Check("hardship", _("不受经济困难条件限制，不得要求填写经济状况。"), "not_asked", matter.article_codes, sure=matter.sure)], "none", [], False, False  # fmt: skip
    lines: list[Check] = []
    wanted: list[Any] = []
    for claim in facts.claims:
        group = scope.group(claim.code, facts.day)
        gives = group.gives(matter) if group else ""
        if group is None or not gives:
            continue
        good = scope.held(group, issued=claim.issued, until=claim.until, day=facts.day)
        fits = group.fits_age(facts.age)
        if claim.state == "proven" and good is not False and fits is not False:
            lines.append(
                Check(
                    "hardship",
                    group.name,
                    "proven",
                    group.article_codes,
                    _("有证明，免予核查经济困难状况。"),
                    group.sure,
                )
            )
            return lines, "none" if gives == "none" else "presumed", [], False, False
        if fits is False:
            lines.append(
                Check("group", group.name, "contradicts", group.article_codes, _("年龄不符，请核对。"), group.sure)
            )
        elif good is False:
            lines.append(
                Check("group", group.name, "missing", group.article_codes, _("证明已经过期，请换新的。"), group.sure)
            )
            wanted.append(listed(scope.paper(p) for p in group.proof))
        else:
            lines.append(Check("group", group.name, "missing", group.article_codes, sure=group.sure))
            wanted.append(listed(scope.paper(p) for p in group.proof))
    if not facts.statement:
        if not wanted:
            wanted.append(scope.paper("hardship_statement"))
        return [*lines, Check("hardship", asks, "missing", "LAL 41")], "stated", wanted, False, False
    proofs, wanted = wanted, []  # the statement does instead of a proof that is not there, unless it fails
    if facts.confirmed is False and not facts.explained:
        lines.append(
            Check("hardship", asks, "contradicts", "LAL 41; LAL 43", _("核对到的信息和说明不一致，请申请人说明。"))
        )
        return lines, "stated", [_("说明：核对到的信息和填写的不一致")], False, False
    state = "proven" if facts.confirmed else "pledged" if facts.pledge else "missing"
    lines.append(Check("hardship", asks, state, "LAL 41"))
    if state == "missing":
        wanted.append(_("个人诚信承诺（或者同意核对信息）"))
    result = facts.means
    if result is None:
        return (
            [*lines, Check("means", _("符合经济困难标准。"), "missing", "LAL 34")],
            "stated",
            [*wanted, _("家庭收入情况")],
            False,
            False,
        )
    held = {True: "proven" if facts.confirmed else "pledged", False: "contradicts", None: "open"}
    lines += [
        Check(f"means:{ln.step}", ln.say, held[ln.ok], ln.article_codes, sure=ln.sure, figures=ln.used)
        for ln in result.lines
    ]
    wanted += [q.say for q in result.missing if not q.office]
    lines += [Check(f"question:{q.code}", q.say, "missing", "LAL 34", office=q.office) for q in result.missing]
    doubtful = any(q.office for q in result.missing) or (facts.confirmed is False and facts.explained)
    fails = result.outcome == means.NOT_MET
    if fails:
        wanted += proofs
    if fails and matter.or_other:
        if facts.other_reason is None:
            wanted.append(_("没有请律师的其他原因"))
        lines.append(Check("other_reason", _("因其他原因没有委托辩护人的，也可以申请。"), {None: "missing", True: "pledged", False: "contradicts"}[facts.other_reason], "LAL 24"))  # fmt: skip
        fails = facts.other_reason is False
    return lines, "stated", wanted, fails, doubtful


def preferences(claims: Iterable[Claim], day: date) -> tuple[scope.Group, ...]:
    """The categories that give precedence (never a skipped step), from proven claims only; the person is shown which."""
    found = (scope.group(c.code, day) for c in claims if c.state == "proven")
    return tuple(g for g in found if g is not None and g.priority)
