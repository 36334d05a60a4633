"""Names across scripts: 阿不都热依木·买买提, ئابدۇرېھىم مەمەت and Abdurehim Memet may be one person.

Each part of a name is brought into sounds that survive the ways of writing it (Uyghur letters, Latin letters, Chinese
characters by their pinyin), and the parts are compared one by one: a name with one other part is another name. Parts
that people commonly bear are listed in names.csv, so that 艾山 is Hesen and 玉山 is Hüsen whatever letters say.

Matching only ever suggests; a person decides. Nothing is inferred from a name about anybody.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import permutations, product
from pathlib import Path

from pypinyin import lazy_pinyin

from .numbers import BIDI

#: Everything people type for the dot between the parts of a name.
DOTS = re.compile(r"[·•・‧∙⋅᛫․.．｡､、]")

_UYGHUR = {
    "ئ": "", "ا": "a", "ە": "e", "ب": "b", "پ": "p", "ت": "t", "ج": "j", "چ": "ch", "خ": "x", "د": "d", "ر": "r",
    "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "غ": "gh", "ف": "f", "ق": "q", "ك": "k", "گ": "g", "ڭ": "ng", "ل": "l",
    "م": "m", "ن": "n", "ھ": "h", "و": "o", "ۇ": "u", "ۆ": "o", "ۈ": "u", "ۋ": "w", "ې": "e", "ى": "i", "ي": "y",
}  # fmt: skip

#: Keyboard variants that look the same on paper; folded for searching only.
_VARIANTS = str.maketrans({"ک": "ك", "ه": "ھ", "ی": "ى", "ي": "ي", "ہ": "ھ", "ة": "ە", "أ": "ا", "إ": "ا", "ـ": ""})

#: Surnames that are read otherwise than the character is elsewhere.
_SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "朴": "piao", "盖": "ge", "翟": "zhai",
    "缪": "miao", "覃": "qin", "尉迟": "yuchi", "万俟": "moqi", "逄": "pang", "乜": "nie", "员": "yun", "召": "shao",
    "那": "na", "褚": "chu", "冼": "xian", "洗": "xian", "折": "she", "繁": "po", "黑": "he", "能": "nai", "祭": "zhai",
}  # fmt: skip

#: How certain `similar` is when two names are the same in sound, though not in spelling.
SAME_SOUND = 0.8
#: The least likeness at which a part may be the same part, and the least at which `similar` says "perhaps the same".
_PART, _PERHAPS = 0.76, 0.7


def has_chinese(text: str) -> bool:
    return any("㐀" <= c <= "鿿" or c > "\U00020000" for c in text)


def has_uyghur(text: str) -> bool:
    return any("\u0600" <= c <= "\u06ff" or "\ufb50" <= c <= "\ufeff" for c in text)


def fold(text: str) -> str:
    """A text for comparing: one form of width, case, dots, keyboard variants and spaces. The original is kept elsewhere."""
    text = unicodedata.normalize("NFKC", text or "").translate(BIDI).translate(_VARIANTS)
    if has_uyghur(text):
        text = text.replace("ي", "ى")
    text = DOTS.sub(" ", text).casefold()
    text = re.sub(r"[ʼ’'`\u200c\u200d-]", "", text)
    return re.sub(r"\s+", " ", text).strip()


# Sounds. A I O are the vowels; a consonant stands for those that writing confuses.


def latin(name: str) -> str:
    """How a name is written in Latin letters, roughly; from Chinese, Uyghur or Latin spelling."""
    folded = fold(name)
    if has_uyghur(folded):
        # ي was folded onto ى for searching; a vowel sound is near enough for matching.
        return "".join(_UYGHUR.get(c, c) for c in folded)
    if has_chinese(folded):
        return " ".join("".join(lazy_pinyin(part)) for part in folded.split())
    plain = unicodedata.normalize("NFD", folded)
    return "".join(c for c in plain if not unicodedata.combining(c))


_PAIRS = (("ch", "J"), ("sh", "S"), ("zh", "J"), ("gh", "G"), ("kh", "H"), ("ng", "N"))
_LETTERS = str.maketrans("aeiouybpfdtkqghxszjclmnrwv", "AAIOOIBPPDTKKGHHSZJJLMNRWW")


def _from_letters(word: str) -> str:
    for pair, sound in _PAIRS:
        word = word.replace(pair, sound)
    return re.sub(r"[^A-Z]", "", word.translate(_LETTERS))


_INITIALS = {
    "zh": "J", "ch": "J", "sh": "S", "b": "B", "p": "P", "m": "M", "f": "P", "d": "D", "t": "T", "n": "N", "l": "L",
    "g": "G", "k": "K", "h": "H", "j": "J", "q": "J", "x": "S", "r": "R", "z": "Z", "c": "S", "s": "S", "w": "W", "y": "I",
}  # fmt: skip
_FINALS = {
    "a": "A", "ia": "A", "ua": "A", "o": "O", "uo": "O", "e": "A", "ie": "A", "ue": "A", "ve": "A", "ai": "A", "uai": "A",
    "ei": "A", "ui": "I", "ao": "O", "iao": "O", "ou": "O", "iu": "O", "i": "I", "u": "O", "v": "O", "an": "AN", "ian": "AN",
    "uan": "AN", "van": "AN", "en": "AN", "in": "IN", "un": "ON", "vn": "ON", "ang": "AN", "iang": "AN", "uang": "AN",
    "eng": "AN", "ing": "IN", "ong": "ON", "iong": "ON",
}  # fmt: skip


@lru_cache(maxsize=8000)
def _from_character(character: str) -> str:
    syllable = lazy_pinyin(character)[0]
    if syllable == "er":
        return "R"
    if syllable in {"wu", "yi"}:
        return "O" if syllable == "wu" else "I"
    for initial, sound in _INITIALS.items():
        if syllable.startswith(initial):
            return sound + _FINALS.get(syllable[len(initial) :], "")
    return _FINALS.get(syllable, "")


#: Characters that write one consonant at the end of a part; the vowel they carry is not heard.
_BARE_ENDS = "提克木孜甫普斯"


@lru_cache(maxsize=50000)
def sounds(part: str) -> str:
    """One part of a folded name in sounds: Turghun, تۇرغۇن and 图尔贡 are all TORGON."""
    if has_chinese(part):
        found = "".join(map(_from_character, part))
        if len(part) > 2 and part[-1] in _BARE_ENDS:
            found = found[:-1]
    else:
        found = _from_letters(latin(part))
    return re.sub(r"(.)\1+", r"\1", found)


# Parts that people commonly bear


@lru_cache(maxsize=1)
def _common() -> tuple[dict[str, str], dict[str, set[str]], tuple[str, ...]]:
    """The list as (characters -> name, sounds -> names, characters with the longest first)."""
    characters: dict[str, str] = {}
    heard: dict[str, set[str]] = {}
    with open(Path(__file__).with_name("names.csv"), encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            for written in row["zh"].split():
                characters[written] = row["latin"]
            for written in (row["latin"], row["ug"]):
                heard.setdefault(sounds(fold(written)), set()).add(row["latin"])
    return characters, heard, tuple(sorted(characters, key=lambda c: (-len(c), c)))


_STARTS = (
    "阿不都",
    "阿卜杜",
    "阿布都",
    "阿卜都",
    "努尔",
    "奴尔",
    "古丽",
    "姑丽",
    "阿依",
    "阿曼",
    "阿不",
    "阿卜",
    "阿布",
)
_ENDS = ("古丽", "姑丽", "古力", "江", "汗", "罕", "木", "提", "尔", "洪", "克", "甫", "孜")


def _transcribed(word: str) -> bool:
    """True for characters that write a name of another language by its sound; surnames and given names of two to four
    characters are read as they are."""
    characters, _heard, longest = _common()
    if len(word) > 4 or word in characters:
        return True
    return len(word) >= 3 and (
        word.startswith(_STARTS)
        or (len(word) == 4 and word.endswith(_ENDS))
        or any(word.startswith(c) for c in longest)
    )


#: What many names begin and end with, in characters and in sounds.
_BEFORE = {"阿不都": "ABDO", "阿卜杜": "ABDO", "阿布都": "ABDO", "阿卜都": "ABDO", "努尔": "NOR", "奴尔": "NOR"}
_AFTER = {"古丽": "GOL", "姑丽": "GOL", "古力": "GOL", "江": "JAN", "汗": "HAN", "罕": "HAN"}


@lru_cache(maxsize=50000)
def _who(part: str) -> frozenset[str]:
    """The common names a part may be, alone or with what many names begin or end with; none when it is not listed."""
    characters, heard, _longest = _common()
    if has_chinese(part):
        if part in characters:
            return frozenset({characters[part]})
        for written, sound in _BEFORE.items():
            if part.startswith(written) and part.removeprefix(written) in characters:
                return frozenset({f"{sound}+{characters[part.removeprefix(written)]}"})
        for written, sound in _AFTER.items():
            if part.endswith(written) and part.removesuffix(written) in characters:
                return frozenset({f"{characters[part.removesuffix(written)]}+{sound}"})
        return frozenset()
    said = sounds(part)
    if said in heard:
        return frozenset(heard[said])
    for sound in ("ABDO", "NOR"):
        if said.startswith(sound) and said.removeprefix(sound) in heard:
            return frozenset(f"{sound}+{name}" for name in heard[said.removeprefix(sound)])
    for sound in ("GOL", "JAN", "HAN"):
        if said.endswith(sound) and said.removesuffix(sound) in heard:
            return frozenset(f"{name}+{sound}" for name in heard[said.removesuffix(sound)])
    return frozenset()


# Likeness of parts: the cost of making one of the other

_WEIGHT = {"A": 0.35, "I": 0.3, "O": 0.35, "H": 0.5, "W": 0.6, "R": 0.8}
_NEAR = {
    frozenset(pair): cost
    for pair, cost in {
        "IA": 0.5, "OA": 0.8, "IO": 0.6, "KG": 0.4, "KH": 0.5, "GH": 0.4, "PB": 0.4, "TD": 0.4, "SZ": 0.6, "SJ": 0.6, "ZJ": 0.5,
        "RL": 0.6, "NM": 0.8, "WO": 0.3, "WB": 0.6, "PW": 0.6,
    }.items()
}  # fmt: skip


def _cost(a: str, b: str) -> float:
    above = [0.0]
    for sound in b:
        above.append(above[-1] + _WEIGHT.get(sound, 1.0))
    vowels = 0
    for mine in a:
        drop = _WEIGHT.get(mine, 1.0)
        vowels += mine in "AIO"
        row = [above[0] + drop]
        for j, other in enumerate(b):
            if mine == other:
                swap = 0.0
            else:
                swap = _NEAR.get(frozenset(mine + other), 1.2)
                if vowels <= 1 and mine in "AIO" and other in "AIO":
                    swap += 0.35  # the first vowel is heard best
            row.append(min(above[j] + swap, above[j + 1] + drop, row[j] + _WEIGHT.get(other, 1.0)))
        above = row
    return above[-1]


_PREFIXES, _SUFFIXES = ("ABDO", "NOR", "GOL"), ("GOL", "JAN", "HAN", "NISA")


def _core(part: str) -> tuple[str, str, str]:
    """A part as (what many names begin with, what is this name's own, what many names end with)."""
    part = re.sub("^GOLI", "GOL", re.sub("GOLI$", "GOL", re.sub("^ABOD", "ABD", part)))
    before = next((p for p in _PREFIXES if part.startswith(p) and len(part) > len(p) + 1), "")
    part = part[len(before) :]
    after = next((s for s in _SUFFIXES if part.endswith(s) and len(part) > len(s) + 1), "")
    return before, part[: len(part) - len(after)] if after else part, after


def _likeness(a: str, b: str) -> float:
    if a == b:
        return 1.0
    whole = sum(_WEIGHT.get(c, 1.0) for c in a + b) / 2
    return max(0.0, 1 - _cost(a, b) / whole) if whole else 0.0


@lru_cache(maxsize=100000)
def part_likeness(a: str, b: str) -> float:
    """How alike two parts of folded names are, 0 to 1. What many names share (abdu-, -gul, -jan) does not make them alike."""
    if a == b:
        return 1.0
    who_a, who_b = _who(a), _who(b)
    if who_a and who_b:
        return 1.0 if who_a & who_b else 0.3
    if not has_chinese(a + b) and has_uyghur(a) == has_uyghur(b) and _other_spelling(latin(a), latin(b)):
        return 0.5
    first, second = _core(sounds(a)), _core(sounds(b))
    if (first[0], first[2]) == (second[0], second[2]) and (first[0] or first[2]):
        own = _likeness(first[1], second[1])
        return own if own < _PART else 0.2 + 0.8 * own
    return _likeness("".join(first), "".join(second))


def _other_spelling(a: str, b: str) -> bool:
    """True when two parts in one alphabet differ by more than a slip: Kamil is not Kamile, nor Zhiqiang Zhigang."""
    alike = str.maketrans("euw", "aov")
    a, b = a.translate(alike), b.translate(alike)
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    if longer[:-1] == shorter and longer[-1] in "aeiou":
        return True
    return SequenceMatcher(None, a, b).ratio() < 0.81


def similar(a: str, b: str) -> float:
    """How alike two names are, 0 to 1: 1 for the same spelling, from 0.7 up for what may be spellings of one name."""
    fa, fb = sorted((fold(a), fold(b)))
    if not fa or not fb:
        return 0.0
    if fa.replace(" ", "") == fb.replace(" ", "") or sorted(fa.split()) == sorted(fb.split()):
        return 1.0
    if _is_han(fa) or _is_han(fb):
        return _similar_han(fa, fb)
    if not (has_chinese(fa + fb) or has_uyghur(fa + fb)) and _flat(fa) == _flat(fb):
        return 0.95  # Lü, Lv and Lu
    wa, wb = _parts(fa), _parts(fb)
    if len(wa) == len(wb) <= 4:
        return max(_together(wa, order) for order in permutations(wb)) if len(wa) <= 3 else _together(wa, wb)
    score = _likeness(sounds("".join(wa)), sounds("".join(wb)))
    return min(score, 0.9) if score >= 0.85 else min(score, _PERHAPS - 0.01)


def _together(first: Iterable[str], second: Iterable[str]) -> float:
    """Two names part by part: as unlike as their most unlike part."""
    found = [part_likeness(x, y) for x, y in zip(first, second, strict=True)]
    worst = min(found)
    if worst < _PART:
        return min(worst, _PERHAPS - 0.01)
    return min(0.99, 0.5 * worst + 0.5 * sum(found) / len(found))


def _parts(folded: str) -> list[str]:
    """The parts of a folded name; a run of characters without a dot is parted where a common name begins or ends."""
    if " " in folded or not has_chinese(folded) or len(folded) < 4:
        return folded.split()
    characters, _heard, longest = _common()
    if folded in characters:
        return [folded]
    for written in longest:
        rest = folded.removesuffix(written)
        if rest != folded and len(rest) >= 2 and rest not in _STARTS:
            return [rest, written]
    return [folded]


_LONG_SURNAMES = {
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "夏侯",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "端木",
    "东方",
}


def _is_han(folded: str) -> bool:
    """True for a Chinese surname and given name, also with a space between them."""
    first, space, rest = folded.partition(" ")
    if space:
        return has_chinese(folded) and (len(first) == 1 or first in _LONG_SURNAMES) and 1 <= len(rest) <= 2
    return has_chinese(folded) and len(folded) <= 4 and not _transcribed(folded)


def _pinyin(folded: str) -> str:
    """A Chinese surname and given name in pinyin without tones; ü as u, since people leave the dots out or write v."""
    for length in (2, 1):
        if folded[:length] in _SURNAMES:
            rest = "".join(lazy_pinyin(folded[length:]))
            return _flat(_SURNAMES[folded[:length]] + rest)
    return _flat("".join(lazy_pinyin(folded)))


def _flat(letters: str) -> str:
    letters = "".join(c for c in unicodedata.normalize("NFD", letters) if not unicodedata.combining(c))
    return re.sub(r"(?<=[ln])v", "u", re.sub(r"[^a-z]", "", letters))


def _similar_han(fa: str, fb: str) -> float:
    if has_uyghur(fa + fb):
        return 0.0
    if has_chinese(fa) and has_chinese(fb):
        fa, fb = fa.replace(" ", ""), fb.replace(" ", "")
        return SAME_SOUND if _pinyin(fa) == _pinyin(fb) else 0.6 * SequenceMatcher(None, fa, fb).ratio()
    spelled, letters = (fa, fb) if has_chinese(fa) else (fb, fa)
    wanted = _pinyin(spelled.replace(" ", ""))
    written = _flat(letters)
    turned = _flat("".join(reversed(letters.split()))) if len(letters.split()) == 2 else written  # Jianguo Wang
    if wanted in {written, turned}:
        return 0.95
    return 0.6 * SequenceMatcher(None, wanted, written).ratio()


# Keys under which names meet in the database


_BONES = str.maketrans("BDG", "PTK", "AIOWH")


@lru_cache(maxsize=50000)
def skeleton(heard: str) -> str:
    """The consonants of a part in sounds, those alike as one, h left out: what is left when spellings differ."""
    bones = heard.translate(_BONES)
    return re.sub(r"(.)\1+", r"\1", bones)


@lru_cache(maxsize=50000)
def _bones(part: str) -> tuple[str, ...]:
    """The skeletons of a part: of the common name it is, or else as it is written, without k and g where h may stand."""
    who = _who(part)
    if who:
        return tuple(sorted({skeleton(sounds(fold(name.replace("+", "")))) or "0" for name in who}))
    own = skeleton(sounds(part)) or "0"
    return tuple(dict.fromkeys([own, own.replace("K", "") or "0"]))[: 2 if len(own) > 2 else 1]


@lru_cache(maxsize=20000)
def keys(name: str) -> tuple[str, ...]:
    """Keys under which like-sounding names meet: "sk:" for a whole name, "py:" for a Chinese one, "w:" for one part.

    Whole-name keys are the ones to look with; those of a part are shared by very many people.
    """
    folded = fold(name)
    if not folded:
        return ()
    if _is_han(folded):
        return (("py:" + _pinyin(folded.replace(" ", "")))[:60],)
    parts = _parts(folded)
    found = {
        "sk:" + "|".join(sorted(choice))
        for choice in product(*(_bones(p) for p in parts[:3]))
        if "".join(choice) != "0"
    }
    if len(parts) > 1:
        found |= {"w:" + bones for p in parts for bones in _bones(p)[:1] if len(bones) >= 2}
        found.add("sk:" + skeleton(sounds(folded.replace(" ", ""))))  # as one who leaves the space out writes it
    if not has_chinese(folded) and not has_uyghur(folded) and len(parts) <= 3:
        found.add("py:" + _flat(folded))
        if len(parts) == 2:
            found.add("py:" + _flat(parts[1] + parts[0]))
    return tuple(sorted(key[:60] for key in found))


# Names looked for in a text


@lru_cache(maxsize=1)
def _written() -> dict[str, tuple[str, ...]]:
    """A name of the list -> every way in which it is written there, in the three scripts."""
    with open(Path(__file__).with_name("names.csv"), encoding="utf-8", newline="") as source:
        return {r["latin"]: (r["latin"], r["ug"], *r["zh"].split()) for r in csv.DictReader(source)}


_BEFORE_WRITTEN = {
    "ABDO": ("阿不都", "阿卜杜", "阿布都", "阿卜都", "ئابدۇ", "Abdu"),
    "NOR": ("努尔", "奴尔", "نۇر", "Nur"),
}
_AFTER_WRITTEN = {
    "GOL": ("古丽", "姑丽", "古力", "گۈل", "gul"), "JAN": ("江", "جان", "jan"), "HAN": ("汗", "罕", "خان", "han"),
}  # fmt: skip


def _as_listed(part: str) -> set[str]:
    """Every listed way of writing a part of a folded name, in all scripts; none for a part that is not listed."""
    found: set[str] = set()
    for who in _who(part):
        first, plus, last = who.partition("+")
        if not plus:
            found |= set(_written()[first])
        elif first in _BEFORE_WRITTEN:
            found |= {
                a + b for a in _BEFORE_WRITTEN[first] for b in _written().get(last, ()) if _script(a) == _script(b)
            }
        else:
            found |= {
                a + b for a in _written().get(first, ()) for b in _AFTER_WRITTEN[last] if _script(a) == _script(b)
            }
    return found


def _script(text: str) -> str:
    return "zh" if has_chinese(text) else "ug" if has_uyghur(text) else "latin"


def traces(name: str) -> frozenset[str]:
    """What to look for in a text in order to find somebody: the name, its parts, a Chinese given name, every listed
    spelling of a part in the three scripts, a Chinese name in Latin letters. Folded, without spaces."""
    folded = fold(name)
    if not folded:
        return frozenset()
    found = {folded.replace(" ", "")}
    if _is_han(folded):
        bare = folded.replace(" ", "")
        if len(bare) - _surname(bare) >= 2:
            found.add(bare[_surname(bare) :])
        found |= {*pinyin(name)[:2], _flat("".join(lazy_pinyin(bare)))}
    else:
        for part in [*folded.split(), *_parts(folded)]:
            found |= {part, *(fold(w) for w in _as_listed(part))}
            if not has_chinese(part) and not has_uyghur(part):
                found.add(_flat(part))
    return frozenset(f for f in found if len(f) >= 2)


def is_han(name: str) -> bool:
    """True for a Chinese surname and given name; False for a name of another language, written in whatever script."""
    return _is_han(fold(name))


def pinyin(name: str) -> tuple[str, ...]:
    """A Chinese name in Latin letters without tones and gaps: surname first, given name first, given name alone.

    The given name alone only where it has two characters or more; nothing for a name of another language.
    """
    folded = fold(name)
    if not _is_han(folded):
        return ()
    bare = folded.replace(" ", "")
    whole, given = _pinyin(bare), _flat("".join(lazy_pinyin(bare[_surname(bare) :])))
    turned = given + whole.removesuffix(given)
    return (whole, turned, given) if len(bare) - _surname(bare) >= 2 else (whole, turned)


def _surname(bare: str) -> int:
    return 2 if bare[:2] in _LONG_SURNAMES and len(bare) > 2 else 1


def grams(text: str) -> list[str]:
    """The pieces of two letters of a folded text, for searching Chinese; words of Uyghur and Latin stay whole too."""
    folded = fold(text)
    found = {folded[i : i + 2] for i in range(len(folded) - 1) if " " not in folded[i : i + 2]}
    return sorted(found)
