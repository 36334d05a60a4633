"""What a paper says: blocks declared once, texts through gettext with named places, values as facts.

From one list of blocks come the PDF (papers.py) and the Word file (word.py), in one language or side by side. Before a paper
goes out its sides are compared: a number, date, name or code that stands on one side and not on the other stops it (`check`).

A text is a lazy sentence with places: `_("%(applicant)s：您于 %(received)s 提出的申请，本中心已经受理。")`. A place is filled from
the facts: text, a number, a date, an instant, `Named` (written differently in each script), `Code` (kept in one piece), a lazy
word (translated), a list (rosters, lists, ticks). None prints a line to write on.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .numbers import BIDI
from .workdays import TZ

#: How a paper may be written -> its sides, in reading order. The first is the one that counts.
TONGUES: dict[str, tuple[str, ...]] = {"zh": ("zh",), "ug": ("ug",), "en": ("en",), "zh-ug": ("zh", "ug")}
#: A side -> Django's code of the language.
SCREEN = {"zh": "zh-hans", "ug": "ug", "en": "en"}
RIGHT_TO_LEFT = frozenset({"ug"})

Facts = Mapping[str, Any]


class PaperFault(ValueError):
    """A paper that cannot go out; `message` says why."""

    def __init__(self, message: Any) -> None:
        self.message = message
        super().__init__(str(message))


class Unfilled(PaperFault):
    """A text names a place that the facts do not have."""


class Untranslated(PaperFault):
    """A side still stands in Chinese."""


class Differs(PaperFault):
    """Two sides do not say the same numbers, dates, names or codes."""


# Values


@dataclass(frozen=True)
class Named:
    """A name as each script writes it; where a script's own is missing, the Chinese one stands."""

    zh: str
    ug: str = ""
    en: str = ""


@dataclass(frozen=True)
class Code:
    """A number that is no quantity (a code, a phone, an account): never split, never turned round."""

    text: str


# Blocks


@dataclass(frozen=True)
class Title:
    """The name of the paper, large, in the middle; under it whatever `under` says. Without a text: the form's own title."""

    text: Any = None
    under: Any = None


@dataclass(frozen=True)
class Number:
    """The line 编号："""


@dataclass(frozen=True)
class Para:
    """A paragraph. `to`: it addresses somebody, so it is not indented."""

    text: Any
    to: bool = False


@dataclass(frozen=True)
class Head:
    """A small heading."""

    text: Any


class Table:
    """Label and value, row by row: Table((_("申请人"), "applicant"), …). A value is a fact's name or a text with places."""

    def __init__(self, *rows: tuple[Any, Any]) -> None:
        self.rows = rows


class Ticks:
    """A checklist: which of the options hold is in a fact (their codes)."""

    def __init__(self, fact: str, *options: tuple[str, Any]) -> None:
        self.fact, self.options = fact, options


class Items:
    """A numbered list: texts, or one fact that holds a list."""

    def __init__(self, *texts: Any, fact: str = "") -> None:
        self.texts, self.fact = texts, fact


class Roster:
    """A table of many rows (people, papers, payments), its header repeated on each page. `rows`: a fact, a list of mappings."""

    def __init__(self, rows: str, *columns: tuple[str, Any]) -> None:
        self.rows, self.columns = rows, columns


class Sign:
    """Lines to sign on, two beside each other."""

    def __init__(self, *labels: Any) -> None:
        self.labels = labels


@dataclass(frozen=True)
class Seal:
    """Where the office stamps: its name and the day, both facts."""

    office: str = "office"
    day: str = "day"


@dataclass(frozen=True)
class Finger:
    """A box for the print of a finger, for who cannot write; and a line for who read the text to them."""

    label: Any = None


@dataclass(frozen=True)
class Cut:
    """A line to cut along; below stands the part that stays or comes back."""

    text: Any = None


@dataclass(frozen=True)
class Lines:
    """What somebody says at length: a fact, or, while nothing is known, so many ruled lines to write it on."""

    fact: str
    count: int = 4


@dataclass(frozen=True)
class Note:
    """Small print."""

    text: Any


@dataclass(frozen=True)
class Break:
    """A new page."""


Block = (
    Title | Number | Para | Head | Table | Ticks | Items | Roster | Sign | Seal | Finger | Cut | Lines | Note | Break
)

#: Words of the engine itself.
NUMBER, STAMP, FINGER, READ_BY, ORDINAL = (
    _("编号："),
    _("（印章）"),
    _("按指印处"),
    _("已向本人宣读，宣读人："),
    _("序号"),
)


# Freezing: what is stored is plain, whole and independent of later translations


def _words(text: Any) -> dict[str, str]:
    """A text in every language it has. Plain text stands for itself."""
    found = {}
    for side, language in SCREEN.items():
        with translation.override(language):
            found[side] = str(text)
    return found


def _value(value: Any) -> Any:
    """A fact as plain JSON that remembers what it was."""
    if value is None:
        return None
    if isinstance(value, Named):
        return {"named": {"zh": value.zh, "ug": value.ug, "en": value.en}}
    if isinstance(value, Code):
        return {"code": value.text}
    if isinstance(value, Promise):
        return {"words": _words(value)}
    if isinstance(value, bool):
        raise TypeError("a yes or no is a tick, not a value")
    if isinstance(value, int | Decimal):
        return {"number": f"{value:f}" if isinstance(value, Decimal) else str(value)}
    if isinstance(value, datetime):
        return {"instant": value.astimezone(TZ).strftime("%Y-%m-%dT%H:%M")}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, Mapping):
        return {"row": {str(k): _value(v) for k, v in value.items()}}
    if isinstance(value, set | frozenset):
        return [_value(v) for v in sorted(value)]
    if isinstance(value, Sequence):
        return [_value(v) for v in value]
    raise TypeError(f"a paper cannot say {value!r}")


def _frozen(block: Block) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    if isinstance(block, Title):
        return {"kind": kind, "text": block.text and _words(block.text), "under": block.under and _words(block.under)}
    if isinstance(block, Para):
        return {"kind": kind, "text": _words(block.text), "to": block.to}
    if isinstance(block, Head | Note):
        return {"kind": kind, "text": _words(block.text)}
    if isinstance(block, Table):
        return {"kind": kind, "rows": [[_words(label), _place(value)] for label, value in block.rows]}
    if isinstance(block, Ticks):
        return {"kind": kind, "fact": block.fact, "options": [[code, _words(label)] for code, label in block.options]}
    if isinstance(block, Items):
        return {"kind": kind, "texts": [_words(t) for t in block.texts], "fact": block.fact}
    if isinstance(block, Roster):
        return {"kind": kind, "rows": block.rows, "columns": [[key, _words(label)] for key, label in block.columns]}
    if isinstance(block, Sign):
        return {"kind": kind, "labels": [_words(label) for label in block.labels]}
    if isinstance(block, Seal):
        return {"kind": kind, "office": block.office, "day": block.day}
    if isinstance(block, Finger):
        return {"kind": kind, "text": _words(block.label or FINGER)}
    if isinstance(block, Lines):
        return {
            "kind": kind,
            "text": {side: f"%({block.fact})s" for side in SCREEN},
            "fact": block.fact,
            "count": block.count,
        }
    if isinstance(block, Cut):
        return {"kind": kind, "text": block.text and _words(block.text)}
    return {"kind": kind}


def _place(value: Any) -> dict[str, str]:
    """What a row shows: a fact by its name, or a text with places."""
    if isinstance(value, str) and "%(" not in value:
        return {side: f"%({value})s" for side in SCREEN}
    return _words(value)


def freeze(*, title: Any, blocks: Sequence[Block], facts: Facts) -> dict[str, Any]:
    """A paper as plain JSON, with every language its texts have: it can be written again as it was, whatever changes later.

    Title and number stand first unless the blocks place them themselves.
    """
    if "words" in facts:
        raise TypeError("no fact may be called 'words': frozen sentences are known by it")
    whole = list(blocks)
    if not any(isinstance(b, Number) for b in whole):
        whole.insert(next((n + 1 for n, b in enumerate(whole) if isinstance(b, Title)), 0), Number())
    if not any(isinstance(b, Title) for b in whole):
        whole.insert(0, Title())
    return {
        "title": _words(title), "blocks": [_frozen(b) for b in whole], "facts": {k: _value(v) for k, v in facts.items()},
    }  # fmt: skip


def digest(facts: Mapping[str, Any], *apart: str) -> str:
    """SHA-256 of frozen facts in their canonical form (hex). Words count in Chinese only: a better translation is no new fact.

    In: `apart` what else sets one paper apart from another (order, form).
    """

    def canonical(value: Any) -> Any:
        if isinstance(value, dict):
            return canonical(value["words"]["zh"]) if "words" in value else {k: canonical(v) for k, v in value.items()}
        return [canonical(v) for v in value] if isinstance(value, list) else value

    body = json.dumps([*apart, canonical(dict(facts))], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


# Saying


@dataclass(frozen=True)
class Run:
    """A stretch of a sentence: plain; `ltr` (a number or code that keeps its order); `auto` (somebody's own words or name);
    `blank` (a line to write on)."""

    text: str
    kind: str = ""


_PLACES = re.compile(r"%\((\w+)\)s|(%%)")
#: A number with all that belongs to it: 15, 2026-11-23, 0998-12348, 1,200.50, 80%.
NUMBERS = re.compile(r"\+?\d+(?:[-–/.:,]\d+)*%?")


def literal(text: str) -> Iterator[Run]:
    """A side's own words, the numbers in them apart; marks of direction go, for each writer isolates in its own way."""
    text, at = text.translate(BIDI), 0
    for match in NUMBERS.finditer(text):
        if match.start() > at:
            yield Run(text[at : match.start()])
        yield Run(match.group(), "ltr")
        at = match.end()
    if at < len(text):
        yield Run(text[at:])


def say(value: Any, side: str) -> list[Run]:
    """A frozen fact as a side says it."""
    if value is None:
        return [Run("　" * 8, "blank")]
    if isinstance(value, list):
        runs: list[Run] = []
        for n, one in enumerate(value):
            runs += [Run({"zh": "、", "ug": "، "}.get(side, ", "))] if n else []
            runs += say(one, side)
        return runs
    (kind, plain), *_none = value.items()
    if kind == "named":
        return [Run(plain.get(side) or plain["zh"], "auto")]
    if kind == "text":
        return [Run(plain, "auto")]
    if kind in {"code", "number"}:
        return [Run(plain, "ltr")]
    if kind == "words":
        return list(literal(plain[side]))
    if kind == "date":
        return list(literal(day_text(date.fromisoformat(plain), side)))
    if kind == "instant":
        when = datetime.fromisoformat(plain)
        return [*literal(day_text(when.date(), side)), Run(" "), Run(when.strftime("%H:%M"), "ltr")]
    raise PaperFault(_("文书里的“%(place)s”要用表格写。") % {"place": "、".join(plain)})


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def day_text(day: date, side: str) -> str:
    """A day as papers write it: with the year, without the weekday."""
    if side == "ug":
        return f"{day.year}-يىلى {day.month}-ئاينىڭ {day.day}-كۈنى"
    if side == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def fill(text: Mapping[str, str], facts: Mapping[str, Any], side: str) -> list[Run]:
    """A frozen text with its places filled. Errors: Unfilled."""
    runs: list[Run] = []
    template, at = text[side], 0
    for match in _PLACES.finditer(template):
        runs += literal(template[at : match.start()])
        if match[2]:
            runs.append(Run("%"))
        elif match[1] not in facts:
            raise Unfilled(_("文书里写了“%(place)s”，但没有这一项的内容。") % {"place": match[1]})
        else:
            runs += say(facts[match[1]], side)
        at = match.end()
    return runs + list(literal(template[at:]))


def runs_right_to_left(text: str) -> bool:
    """Whether somebody's words run right to left: by the first letter that has a direction."""
    return next(
        (unicodedata.bidirectional(c) in {"R", "AL"} for c in text if unicodedata.bidirectional(c) in {"L", "R", "AL"}),
        False,
    )


def plain_text(runs: Sequence[Run]) -> str:
    """Runs as one string."""
    return "".join(r.text for r in runs)


# Checking: both sides say the same


_ZH_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_ZH_NUMBER = re.compile(
    r"第([零〇一二两三四五六七八九十百千]+)(?=[条款项章])|([零〇一二两三四五六七八九十百千]+)(?=个?工作日|日|天|个月|年|元)"
)
_UG_WORDS = {
    "بىر": 1, "ئىككى": 2, "ئۈچ": 3, "تۆت": 4, "بەش": 5, "ئالتە": 6, "يەتتە": 7, "سەككىز": 8, "توققۇز": 9, "ئون": 10,
    "يىگىرمە": 20, "ئوتتۇز": 30, "قىرىق": 40, "ئەللىك": 50, "ئاتمىش": 60, "يەتمىش": 70, "سەكسەن": 80, "توقسان": 90, "يۈز": 100,
}  # fmt: skip
_UG_NUMBER = re.compile(
    rf"((?:(?:{'|'.join(_UG_WORDS)})\s+)+)(?=خىزمەت كۈن|كۈن|ئاي(?:دا|نىڭ|غا|لىق|\s|$)|يىل|ماددا|يۈەن)"
)
_EN_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "fifteen": 15,
    "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
_EN_NUMBER = re.compile(rf"\b({'|'.join(_EN_WORDS)})(?=\s+(?:working|days?|months?|years?|yuan)\b)", re.IGNORECASE)


def _zh_number(word: str) -> int:
    if not re.search("[十百千]", word):
        return int("".join(str(_ZH_DIGITS[c]) for c in word))
    total, digit = 0, 0
    for sign in word:
        if sign in _ZH_DIGITS:
            digit = _ZH_DIGITS[sign]
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            digit = 0
    return total + digit


def numbers_in(text: str, side: str) -> Counter[tuple[str, str]]:
    """Every number that a side's own words write: digits, and the words for numbers before days, months, articles, yuan."""
    found: Counter[tuple[str, str]] = Counter()
    for match in NUMBERS.finditer(text):
        found[("number", match.group())] += 1
    if side == "zh":
        for match in _ZH_NUMBER.finditer(text):
            found[("number", str(_zh_number(match[1] or match[2])))] += 1
    elif side == "ug":
        for match in _UG_NUMBER.finditer(text):
            found[("number", str(sum(_UG_WORDS[w] for w in match[1].split())))] += 1
    else:
        for match in _EN_NUMBER.finditer(text):
            found[("number", str(_EN_WORDS[match[1].lower()]))] += 1
    return found


_DAYS = {
    "zh": re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日"),
    "ug": re.compile(r"(\d{4})-يىلى (\d{1,2})-ئاينىڭ (\d{1,2})-كۈنى"),
    "en": re.compile(rf"(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})"),
}


def _read_day(text: str, side: str) -> str:
    """The day that a side's words name, read back from them."""
    match = _DAYS[side].search(text)
    if match is None:
        return text
    if side == "en":
        return date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1])).isoformat()
    return date(int(match[1]), int(match[2]), int(match[3])).isoformat()


def _read(value: Any, side: str) -> Counter[tuple[str, str]]:
    """What a reader of one side learns from a fact: read back from the words of that side."""
    if value is None:
        return Counter({("blank", ""): 1})
    if isinstance(value, list):
        return sum((_read(one, side) for one in value), Counter())
    (kind, plain), *_none = value.items()
    said = plain_text(say(value, side))
    if kind == "named":
        return Counter({("name", plain["zh"] if said in plain.values() else said): 1})
    if kind in {"date", "instant"}:
        clock = re.search(r"\d{2}:\d{2}$", said)
        return Counter({(kind, _read_day(said, side) + (f"T{clock.group()}" if clock else "")): 1})
    if kind == "words":
        return Counter({("words", plain["zh"]): 1}) + numbers_in(plain[side], side)
    return Counter({(kind, said): 1})


def read_back(text: Mapping[str, str], facts: Mapping[str, Any], side: str) -> Counter[tuple[str, str]]:
    """Every number, date, name, code and word of a text, as one side says it. Errors: Unfilled."""
    template = text[side]
    found = numbers_in(_PLACES.sub("\ue000", template), side)
    for match in _PLACES.finditer(template):
        if match[1]:
            if match[1] not in facts:
                raise Unfilled(_("文书里写了“%(place)s”，但没有这一项的内容。") % {"place": match[1]})
            found += _read(facts[match[1]], side)
    return found


def texts_of(
    block: Mapping[str, Any], facts: Mapping[str, Any]
) -> Iterator[tuple[Mapping[str, str], Mapping[str, Any]]]:
    """Every text of a frozen block, with the facts that fill it."""
    kind = block["kind"]
    for key in ("text", "under"):
        if block.get(key):
            yield block[key], facts
    if kind == "table":
        for label, value in block["rows"]:
            yield label, facts
            yield value, facts
    elif kind == "ticks":
        for _code, label in block["options"]:
            yield label, facts
    elif kind == "items":
        for text in block["texts"]:
            yield text, facts
        if block["fact"]:
            yield {side: f"%({block['fact']})s" for side in SCREEN}, facts
    elif kind == "roster":
        for key, label in block["columns"]:
            yield label, facts
            for row in rows_of(block, facts):
                yield {side: f"%({key})s" for side in SCREEN}, row
    elif kind == "sign":
        for label in block["labels"]:
            yield label, facts
    elif kind == "seal":
        yield {side: f"%({block['office']})s %({block['day']})s" for side in SCREEN}, facts


def rows_of(block: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of a roster. Errors: Unfilled."""
    if block["rows"] not in facts:
        raise Unfilled(_("文书里写了“%(place)s”，但没有这一项的内容。") % {"place": block["rows"]})
    return [row["row"] for row in facts[block["rows"]]]


_HAN = re.compile(r"[㐀-鿿]")


def check(content: Mapping[str, Any], tongues: str) -> None:
    """Compare the sides of a frozen paper, text by text, and each with the Chinese one even where it is not printed.

    Errors: Unfilled; Untranslated (a side still in Chinese); Differs (a number, date, name, code or place that is on one side only).
    """
    facts = content["facts"]
    pairs: list[tuple[Mapping[str, str], Mapping[str, Any]]] = [(content["title"], facts)]
    for block in content["blocks"]:
        pairs += texts_of(block, facts)
    for text, given in pairs:
        first = read_back(text, given, "zh")
        for side in TONGUES[tongues]:
            if side == "zh":
                continue
            own = _PLACES.sub("", text[side])
            if _HAN.search(own):
                raise Untranslated(_("这一句还没有译文：%(text)s") % {"text": text["zh"][:80]})
            other = read_back(text, given, side)
            if other != first:
                missing, more = first - other, other - first
                raise Differs(
                    _("两种文字对不上：“%(text)s”。只在一边的：%(what)s。")
                    % {"text": text["zh"][:80], "what": "、".join(sorted(what for _kind, what in (missing + more)))}
                )
    _check_words(facts, tongues)


def _check_words(value: Any, tongues: str) -> None:
    """Words that are facts (a ground, a kind) must be translated too."""
    if isinstance(value, list):
        for one in value:
            _check_words(one, tongues)
    elif isinstance(value, dict):
        if "words" in value:
            for side in TONGUES[tongues]:
                if side != "zh" and _HAN.search(value["words"][side]):
                    raise Untranslated(_("这一句还没有译文：%(text)s") % {"text": value["words"]["zh"][:80]})
            return
        for one in value.values():
            _check_words(one, tongues)
