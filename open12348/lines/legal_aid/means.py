"""The means test as a rule engine with dates: figures and the order of steps in TOML, the steps as pure functions here.

A rule pack is the sum of the files that hold on a day: tables with a `value` are figures, `[[step]]` the steps in their order
(the newest list holds), `[matter.X]` what a region adds to the scope. Every step answers with a sentence, the figures it used,
its article and whether all of that is confirmed. The outcome is met, not_met or unknown; it never refuses anybody: unknown
says which question is open, and what follows from the rest is for a person to decide.

Another country's test is another pack: other steps in another order, its own figures, names and currency.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.parameters import Figure, figures_in
from open12348.kernel.sentences import say

from .figures import means_files
from .scope import words
from .sentences import article

MET, NOT_MET, UNKNOWN = "met", "not_met", "unknown"
#: Whose a sum is when it was told for all who live together, and not for one of them.
ALL, APPLICANT = "household", "applicant"
MONTHS = {"month": Decimal(1), "year": Decimal(12), "once": Decimal(12)}


class PackFault(ValueError):
    """A rule pack that cannot be used: which step, and why, in words."""


class RequestFault(ValueError):
    """What was told cannot be read: which part, and why, in words."""


# What is known of a person's means


@dataclass(frozen=True)
class Sum:
    """An amount of money: wages, savings, a debt. amount=None: it is there, but how much was not told."""

    kind: str
    amount: Decimal | None
    per: str = "month"  # month | year | once
    of: str = APPLICANT  # applicant | household | the code of a member


@dataclass(frozen=True)
class Member:
    """One who lives with the applicant."""

    code: str
    age: int | None = None
    opponent: bool = False
    together: bool = True
    dependant: bool = False


@dataclass(frozen=True)
class Request:
    """What the test is asked about. None always means: not asked yet; an empty tuple means: there is none.

    household: the others who live there; where only their number was told, `size` counts all with the applicant.
    opponent_home: whether the opponent is one of them. more: answers that only another pack's steps know.
    """

    day: date
    household: tuple[Member, ...] | None = None
    size: int | None = None
    opponent_home: bool | None = None
    incomes: tuple[Sum, ...] | None = None
    assets: tuple[Sum, ...] | None = None
    debts: tuple[Sum, ...] | None = None
    costs: tuple[Sum, ...] | None = None
    groups: tuple[str, ...] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The request as plain values; `from_json` gives it back."""
        found: dict[str, Any] = {"day": self.day.isoformat()}
        for name in ("incomes", "assets", "debts", "costs"):
            sums: tuple[Sum, ...] | None = getattr(self, name)
            found[name] = None if sums is None else [
                {"kind": s.kind, "amount": None if s.amount is None else str(s.amount), "per": s.per, "of": s.of} for s in sums
            ]  # fmt: skip
        found["household"] = None if self.household is None else [vars(m) for m in self.household]
        found |= {"size": self.size, "opponent_home": self.opponent_home, "more": dict(self.more)}
        found["groups"] = None if self.groups is None else list(self.groups)
        return found


def from_json(told: Mapping[str, Any] | str) -> Request:
    """A request from plain values. Errors: RequestFault that names the part."""
    if isinstance(told, str):
        try:
            told = json.loads(told)
        except ValueError:
            raise RequestFault(_("不是 JSON。")) from None
    if not isinstance(told, Mapping):
        raise RequestFault(_("每个请求是一组名称和值。"))
    try:
        day = date.fromisoformat(str(told["day"]))
    except (KeyError, ValueError):
        raise RequestFault(say(_("%(part)s：请写成 2026-11-23 的样子。"), part="day")) from None
    if unknown := set(told) - set(Request.__dataclass_fields__):
        raise RequestFault(say(_("不认识 %(part)s。"), part=", ".join(sorted(unknown))))
    sums = {name: _sums(name, told.get(name)) for name in ("incomes", "assets", "debts", "costs")}
    size = told.get("size")
    if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 1):
        raise RequestFault(say(_("%(part)s：请写 1 以上的整数。"), part="size"))
    try:
        household = told.get("household")
        members = None if household is None else tuple(Member(**m) for m in household)
    except TypeError:
        raise RequestFault(say(_("不认识 %(part)s。"), part="household")) from None
    if members is not None and len({m.code for m in members} | {APPLICANT, ALL}) != len(members) + 2:
        raise RequestFault(_("家庭成员的代号有重复。"))
    groups = told.get("groups")
    return Request(
        day, members, size, told.get("opponent_home"), **sums, groups=None if groups is None else tuple(map(str, groups)),
        more=dict(told.get("more") or {}),
    )  # fmt: skip


def _sums(part: str, told: Any) -> tuple[Sum, ...] | None:
    if told is None:
        return None
    found = []
    try:
        for row in told:
            amount = None if row.get("amount") is None else Decimal(str(row["amount"]))
            if amount is not None and not (amount.is_finite() and amount >= 0):
                raise RequestFault(say(_("%(part)s：金额不能小于 0。"), part=part))
            per = row.get("per", "once" if part in {"assets", "debts"} else "month")
            if per not in MONTHS:
                raise RequestFault(say(_("%(part)s：按月写 month，按年写 year，一次性写 once。"), part=part))
            found.append(Sum(str(row["kind"]), amount, per, str(row.get("of", APPLICANT))))
    except (AttributeError, KeyError, TypeError, InvalidOperation):
        raise RequestFault(say(_("%(part)s：每笔要有种类和金额。"), part=part)) from None
    return tuple(found)


def simple(*, day: date, size: int | None, income: Decimal | None, savings: Decimal | None = None,
           debts: Decimal | None = None, opponent_home: bool | None = None, own_income: Decimal | None = None) -> Request:  # fmt: skip
    """A request from what the guided form asks: how many live together, what they earn in a month, savings, debts.

    When the opponent is one of them, `own_income` is what counts; the total of all is then left alone.
    """
    incomes: tuple[Sum, ...] | None = None if income is None else (Sum("all", income, "month", ALL),)
    if opponent_home and own_income is not None:
        incomes = (Sum("all", own_income, "month", APPLICANT),)
    return Request(
        day, None, size, opponent_home, incomes,
        None if savings is None else (Sum("savings", savings, "once", ALL),),
        None if debts is None else (Sum("debt", debts, "once", ALL),),
    )  # fmt: skip


def from_answers(told: Mapping[str, Any], day: date) -> Request:
    """A request from the guided form's answers (household, income, savings, debts, opponent_home, own_income), as they are
    stored, or from a stored request. Errors: RequestFault."""
    if "day" in told:
        return from_json(told)

    def money(name: str) -> Decimal | None:
        value = told.get(name)
        return None if value in (None, "") else Decimal(str(value))

    try:
        size = None if told.get("household") in (None, "") else int(str(told["household"]))
        home = {"yes": True, "no": False, "True": True, "False": False}.get(str(told.get("opponent_home")))
        return simple(
            day=day, size=size, income=money("income"), savings=money("savings"), debts=money("debts"), opponent_home=home,
            own_income=money("own_income"),
        )  # fmt: skip
    except (InvalidOperation, ValueError):
        raise RequestFault(_("人数和金额只能是数字。")) from None


# What the test answers


@dataclass(frozen=True)
class Used:
    """A figure of the rule that a step used, with where it comes from."""

    name: str
    figure: Figure


@dataclass(frozen=True)
class Line:
    """One step in words. ok: whether a condition holds; None when the step is none, or cannot be told yet."""

    step: str
    say: Any
    ok: bool | None
    used: tuple[Used, ...]
    article_codes: str
    sure: bool

    @property
    def article(self) -> Any:
        return article(self.article_codes)


@dataclass(frozen=True)
class Question:
    """What is not known yet. office=True: the office has to find it out, not the applicant."""

    code: str
    say: Any
    office: bool = False


@dataclass(frozen=True)
class Result:
    """met | not_met | unknown, with every step on the way. `sure`: every figure and rule it stands on is confirmed."""

    outcome: str
    lines: tuple[Line, ...]
    missing: tuple[Question, ...]
    contribution: Decimal | None
    since: date
    sure: bool
    values: Mapping[str, Decimal | None] = field(default_factory=dict)


# A rule pack


@dataclass(frozen=True)
class Step:
    """One step of a pack: its name in the list, which function it is, its parameters, and what it stands on."""

    code: str
    do: str
    params: Mapping[str, Any]
    article_codes: str = ""
    sure: bool = True
    label: Any = ""


@dataclass(frozen=True)
class Pack:
    """The rules of a means test on a day."""

    since: date
    figures: Mapping[str, Figure]
    steps: tuple[Step, ...]
    currency: Any


def read_pack(files: Iterable[tuple[date, Mapping[str, Any]]]) -> Pack:
    """A pack from its files, oldest first: figures one by one, the list of steps whole. Errors: PackFault."""
    figures: dict[str, Figure] = {}
    steps: tuple[Step, ...] = ()
    currency: Any = ""
    newest = date.min
    for since, content in files:
        figures |= figures_in(content, since)
        if "step" in content:
            steps = tuple(_step(row) for row in content["step"])
        if "pack" in content:
            currency = words({f"w_{k}": v for k, v in content["pack"].get("currency", {}).items()}, "w")
        newest = max(newest, since)
    if not steps:
        raise PackFault(_("没有任何步骤。"))
    if len({s.code for s in steps}) != len(steps):
        raise PackFault(_("两个步骤用了同一个名称。"))
    return Pack(newest, figures, steps, currency)


def _step(row: Mapping[str, Any]) -> Step:
    params = {k: v for k, v in row.items() if k not in {"do", "code", "article", "sure", "label"}}
    do = str(row.get("do", ""))
    if do not in STEPS:
        raise PackFault(say(_("没有叫 %(name)s 的步骤。"), name=do))
    try:
        inspect.signature(STEPS[do]).bind(None, **params)
    except TypeError as fault:
        raise PackFault(say(_("步骤 %(name)s 的参数不对：%(why)s"), name=do, why=fault)) from None
    label = row.get("label")
    return Step(
        str(row.get("code") or do), do, params, row.get("article", ""), row.get("sure", True),
        words({f"w_{k}": v for k, v in label.items()}, "w") if label else "",
    )  # fmt: skip


def pack_on(day: date, draft: Mapping[str, Any] | None = None) -> Pack:
    """The pack in force on a day; a draft is laid over it as if it held from that day. Errors: PackFault."""
    return read_pack([*means_files(day), *([(day, draft)] if draft is not None else [])])


# Working through it


@dataclass(frozen=True)
class Sheet:
    """What a step sees: the request, the pack, and what earlier steps worked out (None: not known)."""

    request: Request
    pack: Pack
    step: Step
    values: Mapping[str, Decimal | None]
    heads: tuple[str, ...] | None = None  # whose means count, the applicant first; None: not known
    size: int | None = None
    alone: bool = False

    @property
    def label(self) -> Any:
        return self.step.label

    def money(self, amount: Decimal) -> Any:
        """An amount as people write it, with its currency."""
        plain = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
        shown = f"{plain:,.2f}".removesuffix(".00")
        return say(_("%(amount)s %(currency)s"), amount=shown, currency=self.pack.currency)

    def called(self, name: str) -> Any:
        """What a value is called in sentences."""
        return LABELS.get(name) or name


@dataclass(frozen=True)
class Turn:
    """What a step answers: a sentence, whether its condition holds, what it worked out, what it lacks, whether it ends all."""

    say: Any = ""
    ok: bool | None = None
    used: tuple[str, ...] = ()
    sets: Mapping[str, Decimal | None] = field(default_factory=dict)
    missing: tuple[Question, ...] = ()
    ends: str = ""
    heads: tuple[str, ...] | None = None
    size: int | None = None
    alone: bool | None = None


STEPS: dict[str, Callable[..., Turn]] = {}


def step(function: Callable[..., Turn]) -> Callable[..., Turn]:
    """Enter a pure function under its name, for packs to call."""
    STEPS[function.__name__] = function
    return function


def assess(request: Request, pack: Pack | None = None) -> Result:
    """Work a request through a pack (that of its own day when none is given). Errors: PackFault."""
    pack = pack or pack_on(request.day)
    sheet = Sheet(request, pack, pack.steps[0], {})
    lines: list[Line] = []
    missing: dict[str, Question] = {}
    ended = ""
    for one in pack.steps:
        sheet = replace(sheet, step=one)
        turn = STEPS[one.do](sheet, **one.params)
        used = tuple(Used(name, pack.figures[name]) for name in turn.used if name in pack.figures)
        missing |= {q.code: q for q in turn.missing}
        if str(turn.say):
            sure = one.sure and all(u.figure.sure for u in used)
            lines.append(Line(one.code, turn.say, turn.ok, used, one.article_codes, sure))
        sheet = replace(
            sheet, values={**sheet.values, **turn.sets}, heads=turn.heads if turn.heads is not None else sheet.heads,
            size=turn.size if turn.size is not None else sheet.size, alone=sheet.alone if turn.alone is None else turn.alone,
        )  # fmt: skip
        if turn.ends:
            ended = turn.ends
            missing = {}
            break
    if ended:
        outcome = ended
    elif missing:
        outcome = UNKNOWN
    else:
        outcome = NOT_MET if any(line.ok is False for line in lines) else MET
    return Result(
        outcome, tuple(lines), tuple(missing.values()), sheet.values.get("contribution"), pack.since,
        all(line.sure for line in lines), sheet.values,
    )  # fmt: skip


def replay(request: Request, *, on: date, pack: Pack | None = None) -> Result:
    """The same request as if it had been made on another day, or under another pack."""
    return assess(replace(request, day=on), pack or pack_on(on))


def differing(before: Result, after: Result) -> list[tuple[str, Line | None, Line | None]]:
    """The steps that answer differently, or with other figures: (step, line before, line after)."""
    old, new = ({line.step: line for line in result.lines} for result in (before, after))
    return [
        (code, old.get(code), new.get(code))
        for code in dict.fromkeys([*old, *new])
        if _bare(old.get(code)) != _bare(new.get(code))
    ]


def _bare(line: Line | None) -> Any:
    return line and (line.ok, [(u.name, u.figure.value) for u in line.used])


# Names and questions


LABELS: dict[str, Any] = {
    "income": _("每月收入"),
    "income_per_head": _("每人每月收入"),
    "threshold": _("经济困难标准"),
    "disposable": _("可支配收入"),
    "capital": _("财产"),
    "costs": _("必须的开支"),
    "debts": _("欠款"),
}

QUESTIONS: dict[str, Any] = {
    "household": _("和您一起过日子的有几个人？"),
    "opponent_home": _("对方和您住在一起、一起过日子吗？"),
    "incomes": _("全家每个月收入多少？"),
    "own_income": _("您自己每个月收入多少？（对方和您一起住，只看您自己的）"),
    "assets": _("有哪些存款和财产？"),
    "own_assets": _("您自己有哪些存款和财产？（对方和您一起住，只看您自己的）"),
    "debts": _("欠了多少钱？"),
    "costs": _("看病、上学每个月要花多少？"),
    "groups": _("属于哪一类人员？"),
}


def _ask(code: str) -> Question:
    return Question(code, QUESTIONS.get(code, code))


def _no_figure(sheet: Sheet, name: str) -> Turn:
    """The office has not entered a figure yet: nobody is worse off for that."""
    return Turn(
        say(_("%(name)s还没有录入，不能得出结论。"), name=sheet.called(name)),
        missing=(Question(f"figure:{name}", say(_("请录入：%(name)s。"), name=sheet.called(name)), office=True),),
    )


def _value(sheet: Sheet, name: str) -> tuple[bool, Decimal | None]:
    """(whether there is such a value or figure, the value): what earlier steps worked out comes before figures."""
    if name in sheet.values:
        return True, sheet.values[name]
    if name in sheet.pack.figures:
        return True, Decimal(str(sheet.pack.figures[name].value))
    return False, None


def _kinds(sheet: Sheet, name: str) -> frozenset[str]:
    """The kinds a figure lists; none when it is not there."""
    found = sheet.pack.figures.get(name)
    return frozenset(str(k) for k in found.value) if found else frozenset()


def _counted(sheet: Sheet, of: str) -> tuple[tuple[Sum, ...] | None, Question | None]:
    """The sums of the people who count, or which question is open."""
    sums: tuple[Sum, ...] | None = getattr(sheet.request, of)
    own = {"incomes": "own_income", "assets": "own_assets"}.get(of, of)
    if sums is None or any(s.amount is None for s in sums if s.of in {APPLICANT, ALL, *(sheet.heads or ())}):
        return None, _ask(own if sheet.alone else of)
    if sheet.alone:
        if any(s.of == ALL and s.amount for s in sums):
            return None, _ask(own)
        return tuple(s for s in sums if s.of == APPLICANT), None
    if sheet.heads is None:
        return None, _ask("household")
    return tuple(s for s in sums if s.of in {ALL, *sheet.heads}), None


def _added(sums: Iterable[Sum], per: str) -> Decimal:
    """The sums together, in a month or a year; once is spread over a year, and as it stands where per is once."""
    total = Decimal(0)
    for s in sums:
        amount = s.amount or Decimal(0)
        total += amount if per == "once" or per == s.per else (amount / MONTHS[s.per]) * MONTHS[per]
    return total


# The steps. Each: (sheet, parameters by name) -> Turn. Pure; a parameter names a value of an earlier step or a figure.


@step
def household(sheet: Sheet, *, alone_if_opponent: bool = True) -> Turn:
    """Whose means count: all who live together, or the applicant alone when the opponent is one of them."""
    request = sheet.request
    others = None if request.household is None else tuple(m for m in request.household if m.together)
    size = request.size if others is None else len(others) + 1
    opponent = (
        request.opponent_home if others is None else any(m.opponent for m in others) or bool(request.opponent_home)
    )
    if alone_if_opponent and opponent:
        return Turn(_("对方是共同生活的家庭成员，只看申请人一个人。"), heads=(APPLICANT,), size=1, alone=True)
    if size is None:
        return Turn(_("还不知道共同生活的有几个人。"), missing=(_ask("household"),))
    if alone_if_opponent and opponent is None and size > 1:
        return Turn(_("还不知道对方是不是一起生活。"), missing=(_ask("opponent_home"),))
    return Turn(
        say(_("共同生活的家庭成员一共 %(size)s 人。"), size=size),
        heads=(APPLICANT, *(m.code for m in others or ())), size=size, alone=False,
    )  # fmt: skip


@step
def exempt(sheet: Sheet, *, groups: str) -> Turn:
    """Who belongs to one of the groups that a figure lists meets the test at once."""
    if sheet.request.groups is None:
        return Turn(missing=(_ask("groups"),))
    found = sorted(_kinds(sheet, groups) & set(sheet.request.groups))
    if found:
        return Turn(say(_("属于免予核查的人员：%(names)s。"), names=", ".join(found)), True, (groups,), ends=MET)
    return Turn()


@step
def total(sheet: Sheet, *, of: str, into: str, per: str = "month", leave_out: str = "", only: str = "",
          if_told: bool = False) -> Turn:  # fmt: skip
    """Add up incomes, assets, debts or costs of those who count, without the kinds that a figure says are not counted.

    if_told: what is not told counts as nothing, and nobody is asked for it.
    """
    if if_told and getattr(sheet.request, of) is None:
        return Turn(sets={into: Decimal(0)})
    sums, question = _counted(sheet, of)
    if sums is None:
        return Turn(sets={into: None}, missing=(question,) if question else ())
    left = [s for s in sums if leave_out and s.kind in _kinds(sheet, leave_out)]
    taken = [s for s in sums if s not in left and (not only or s.kind in _kinds(sheet, only))]
    amount = _added(taken, per)
    said = say(_("%(what)s：%(amount)s。"), what=sheet.label or sheet.called(into), amount=sheet.money(amount))
    if if_told and not amount:
        said = ""
    if left:
        said = say(
            _("%(what)s：%(amount)s；%(out)s按规定不算。"),
            what=sheet.label or sheet.called(into), amount=sheet.money(amount), out=sheet.money(_added(left, per)),
        )  # fmt: skip
    return Turn(said, used=tuple(n for n in (leave_out if left else "", only) if n), sets={into: amount})


@step
def less(sheet: Sheet, *, from_: str, take: str, into: str = "") -> Turn:
    """Take one value off another, never below nothing."""
    (there, start), (known, off) = _value(sheet, from_), _value(sheet, take)
    if not there or not known:
        return _no_figure(sheet, take if there else from_)
    if start is None or off is None:
        return Turn(sets={into or from_: None})
    left = max(Decimal(0), start - off)
    return Turn(
        say(_("减去%(what)s %(off)s，余 %(left)s。"), what=sheet.label or sheet.called(take), off=sheet.money(off), left=sheet.money(left))
        if off else "",
        used=(take,), sets={into or from_: left},
    )  # fmt: skip


@step
def disregard(sheet: Sheet, *, from_: str, of: str, kinds: str, upto: str) -> Turn:
    """Leave some kinds of a sum out of account, up to a figure (the home, tools, a first amount of savings)."""
    sums, question = _counted(sheet, of)
    there, start = _value(sheet, from_)
    known, most = _value(sheet, upto)
    if not known or not there:
        return _no_figure(sheet, upto if there else from_)
    if sums is None or start is None or most is None:
        return Turn(sets={from_: None}, missing=(question,) if question else ())
    off = min(_added([s for s in sums if s.kind in _kinds(sheet, kinds)], "once"), most)
    return Turn(
        say(_("%(what)s中 %(off)s 不计算。"), what=sheet.label or sheet.called(from_), off=sheet.money(off)) if off else "",
        used=(kinds, upto), sets={from_: max(Decimal(0), start - off)},
    )  # fmt: skip


@step
def allowance(sheet: Sheet, *, from_: str, figure: str, under_age: str = "") -> Turn:
    """Take a fixed amount off for every dependant: those marked so, and those under the age that a figure says."""
    there, each = _value(sheet, figure)
    begun, start = _value(sheet, from_)
    if not there or not begun:
        return _no_figure(sheet, figure if begun else from_)
    if sheet.heads is None or sheet.request.household is None:
        return Turn(sets={from_: None}, missing=(_ask("household"),))
    limit = int(sheet.pack.figures[under_age].value) if under_age in sheet.pack.figures else 0
    count = sum(
        1 for m in sheet.request.household
        if m.code in sheet.heads and (m.dependant or (m.age is not None and m.age < limit))
    )  # fmt: skip
    if start is None or each is None:
        return Turn(sets={from_: None})
    return Turn(
        say(_("扣除 %(count)s 名被抚养人，每人 %(each)s。"), count=count, each=sheet.money(each)) if count else "",
        used=(figure, *([under_age] if under_age else [])), sets={from_: max(Decimal(0), start - each * count)},
    )  # fmt: skip


@step
def per_head(sheet: Sheet, *, from_: str, into: str) -> Turn:
    """Share a value among all who count."""
    _there, start = _value(sheet, from_)
    if start is None or not sheet.size:
        return Turn(sets={into: None})
    share = start / sheet.size
    return Turn(
        say(_("%(what)s：%(amount)s（%(size)s 人平均）。"), what=sheet.label or sheet.called(into), amount=sheet.money(share), size=sheet.size),
        sets={into: share},
    )  # fmt: skip


@step
def times(sheet: Sheet, *, figure: str, by: str, into: str) -> Turn:
    """One figure as a multiple of another (three times the minimum living allowance)."""
    (there, base), (known, factor) = _value(sheet, figure), _value(sheet, by)
    if not there or not known or base is None or factor is None:
        return _no_figure(sheet, figure if not there else by)
    return Turn(
        say(_("%(what)s：%(base)s 的 %(factor)s 倍，%(amount)s。"), what=sheet.label or sheet.called(into), base=sheet.money(base), factor=factor.normalize(), amount=sheet.money(base * factor)),
        used=(figure, by), sets={into: base * factor},
    )  # fmt: skip


@step
def at_most(sheet: Sheet, *, what: str, limit: str) -> Turn:
    """A condition: a value is not above a limit. A limit that nobody entered refuses nobody."""
    known, most = _value(sheet, limit)
    if not known or most is None:
        return _no_figure(sheet, limit)
    _there, found = _value(sheet, what)
    name = sheet.label or sheet.called(what)
    if found is None:
        return Turn(
            say(_("%(what)s还不知道；标准是不超过 %(limit)s。"), what=name, limit=sheet.money(most)), used=(limit,)
        )
    if found <= most:
        return Turn(
            say(_("%(what)s %(found)s，不超过标准 %(limit)s。"), what=name, found=sheet.money(found), limit=sheet.money(most)),
            True, (limit,),
        )  # fmt: skip
    return Turn(
        say(_("%(what)s %(found)s，超过标准 %(limit)s。"), what=name, found=sheet.money(found), limit=sheet.money(most)),
        False, (limit,),
    )  # fmt: skip


@step
def notice(sheet: Sheet, *, of: str, kinds: str) -> Turn:
    """Point the officer to something that decides nothing by itself (a second home, a car)."""
    sums = getattr(sheet.request, of) or ()
    if not any(s.kind in _kinds(sheet, kinds) and s.amount for s in sums):
        return Turn()
    return Turn(say(_("%(what)s：请看一下，不影响上面的结论。"), what=sheet.label or sheet.called(of)), used=(kinds,))


@step
def contribution(sheet: Sheet, *, of: str, bands: str) -> Turn:
    """What the person pays each month: shares of what lies within each band, [over, percent] in rising order."""
    there, found = _value(sheet, of)
    if not there or bands not in sheet.pack.figures:
        return _no_figure(sheet, bands if there else of)
    if found is None:
        return Turn(sets={"contribution": None})
    rows = [(Decimal(str(over)), Decimal(str(percent))) for over, percent in sheet.pack.figures[bands].value]
    due = Decimal(0)
    for (over, percent), upto in zip(rows, [*(over for over, _p in rows[1:]), None], strict=True):
        within = (found if upto is None else min(found, upto)) - over
        due += max(Decimal(0), within) * percent / 100
    due = due.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Turn(say(_("每月分担 %(amount)s。"), amount=sheet.money(due)), used=(bands,), sets={"contribution": due})
