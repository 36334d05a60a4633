"""Names across scripts: 阿不都热依木·买买提, ئابدۇرېھىم مەمەت and Abdurehim Memet may be one person.

Matching only ever suggests; a person decides. Nothing is inferred from a name about anybody.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

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

#: How Chinese writes the syllables of Uyghur names, where pinyin alone leads astray.
_TRANSCRIPTION = [
    ("买买提", "memet"), ("买合木提", "mexmut"), ("麦麦提", "memet"), ("穆罕默德", "muhemmet"), ("阿卜杜", "abdu"),
    ("阿不都", "abdu"), ("阿布都", "abdu"), ("阿卜都", "abdu"), ("古丽", "gul"), ("古力", "gul"), ("阿依", "ay"),
    ("努尔", "nur"), ("吐尔逊", "tursun"), ("图尔荪", "tursun"), ("吐逊", "tursun"), ("热合曼", "rahman"), ("热依木", "rehim"),
    ("热西提", "reshit"), ("克里木", "kerim"), ("卡德尔", "qadir"), ("卡迪尔", "qadir"), ("哈力克", "xaliq"),
    ("亚森", "yasin"), ("依明", "imin"), ("伊明", "imin"), ("玉素甫", "yusup"), ("玉苏普", "yusup"), ("艾合买提", "exmet"),
    ("艾买提", "emet"), ("艾力", "eli"), ("艾尼", "gheni"), ("阿力木", "alim"), ("肉孜", "rozi"), ("伊力", "eli"),
    ("帕提古", "patigu"), ("帕提曼", "patime"), ("阿米娜", "amine"), ("再努尔", "zeynur"), ("祖农", "zunun"),
    ("斯迪克", "siddiq"), ("司马义", "ismail"), ("伊斯马伊力", "ismail"), ("阿吉", "haji"), ("汗", "xan"), ("江", "jan"),
    ("娜", "na"), ("姆", "m"), ("木", "m"), ("尔", "r"), ("勒", "l"), ("提", "t"), ("克", "k"), ("甫", "p"), ("普", "p"),
    ("依", "i"), ("伊", "i"), ("斯", "s"), ("孜", "z"), ("夏", "sha"), ("萨", "sa"), ("迪", "di"),
]  # fmt: skip

_CLASSES = str.maketrans({"p": "b", "t": "d", "q": "k", "g": "k", "x": "h", "v": "w", "c": "k", "z": "s", "r": "l"})


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


def latin(name: str) -> str:
    """How a name sounds, roughly, in Latin letters; from Chinese, Uyghur or Latin spelling."""
    folded = fold(name)
    if has_uyghur(folded):
        # ي was folded onto ى for searching; a vowel sound is near enough for matching.
        return "".join(_UYGHUR.get(c, c) for c in folded)
    if has_chinese(folded):
        return " ".join(_from_chinese(part) for part in folded.split())
    plain = unicodedata.normalize("NFD", folded)
    return "".join(c for c in plain if not unicodedata.combining(c))


def _from_chinese(part: str) -> str:
    if len(part) <= 3 and not any(part.startswith(chinese) or part == chinese for chinese, _l in _TRANSCRIPTION[:44]):
        return "".join(lazy_pinyin(part))
    for chinese, sound in _TRANSCRIPTION:
        part = part.replace(chinese, sound)
    return "".join(c if c.isascii() else "".join(lazy_pinyin(c)) for c in part)


@lru_cache(maxsize=20000)
def skeleton(word: str) -> str:
    """The consonants of a word in classes of like sound, doubles once: what is left when spellings differ."""
    word = word.replace("ch", "j").replace("zh", "j").replace("sh", "s").replace("gh", "k").replace("ng", "n")
    word = word.replace("hh", "h").replace("y", "").replace("w", "")
    word = re.sub(r"[aeiouüöë]", "", word.translate(_CLASSES))
    word = re.sub(r"[^a-z]", "", word)
    if len(word) > 2:
        word = word[0] + word[1:].replace("h", "")
    return re.sub(r"(.)\1+", r"\1", word)


@lru_cache(maxsize=20000)
def keys(name: str) -> tuple[str, ...]:
    """Keys under which like-sounding names meet. A Chinese two- or three-character name also keeps its pinyin."""
    folded = fold(name)
    if not folded:
        return ()
    sound = latin(folded)
    words = sound.split()
    found = set()
    if has_chinese(folded) and len(folded) <= 4 and " " not in folded:
        found.add("py:" + sound.replace(" ", ""))
    else:
        bones = [skeleton(w) for w in words]
        if len([b for b in bones if b]) >= 2:
            found.add("sk:" + "|".join(sorted(b for b in bones if b)[:3]))
        found.add("sk:" + "".join(bones)[:40])
        found |= {"w:" + b for b in bones if len(b) >= 3}
    return tuple(sorted(k[:60] for k in found if len(k) > 4))


def similar(a: str, b: str) -> float:
    """How alike two names are, 0 to 1: 1 for the same spelling, above 0.7 for spellings of one name in two scripts."""
    fa, fb = fold(a), fold(b)
    if not fa or not fb:
        return 0.0
    if fa == fb or fa.replace(" ", "") == fb.replace(" ", ""):
        return 1.0
    if has_chinese(fa) and has_chinese(fb) and len(fa) <= 4 and len(fb) <= 4 and " " not in fa + fb:
        same_sound = "".join(lazy_pinyin(fa)) == "".join(lazy_pinyin(fb))
        return 0.8 if same_sound else 0.6 * SequenceMatcher(None, fa, fb).ratio()
    la, lb = latin(fa).split(), latin(fb).split()
    ba, bb = [skeleton(w) for w in la], [skeleton(w) for w in lb]
    whole = SequenceMatcher(None, "".join(la), "".join(lb)).ratio()
    bones = SequenceMatcher(None, "".join(ba), "".join(bb)).ratio()
    crossed = SequenceMatcher(None, "".join(sorted(ba)), "".join(sorted(bb))).ratio()
    score = max(0.45 * whole + 0.55 * bones, 0.45 * whole + 0.5 * crossed)
    if ba and bb and ba[0] and bb[0] and len(ba) == len(bb) and not set(ba) & set(bb):
        score -= 0.15  # no part in common: two names that merely share letters
    return max(0.0, min(0.99, score))


def grams(text: str) -> list[str]:
    """The pieces of two letters of a folded text, for searching Chinese; words of Uyghur and Latin stay whole too."""
    folded = fold(text)
    found = {folded[i : i + 2] for i in range(len(folded) - 1) if " " not in folded[i : i + 2]}
    return sorted(found)
