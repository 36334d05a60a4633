"""A file as a reviewer reads it: 甲, 乙, the handler; no name, number, phone or address in any script.

Hiding is done on the text as it is read, so that better hiding helps old files too. It hides too much rather than too
little. What cannot be hidden (a photo, a scan) is not shown at all. Letters between the person and whoever helps them,
the office's own notes and private notes are no part of a file that is reviewed (house.md 6).
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from django.utils.translation import gettext_lazy as _

from open12348.kernel import names, numbers
from open12348.registry import divisions
from open12348.registry.models import Account
from open12348.spine import files, intake, story
from open12348.spine.catalogue import of
from open12348.spine.models import Case, Document, DocumentKind, Event, PartyRole
from open12348.ui.fields import NameField

from .sheet import Sheet

APPLICANT, OPPONENT, HELPER, REPRESENTED, OTHER = _("甲"), _("乙"), _("丙（代办人）"), _("丁（被代理人）"), _("其他人")
HANDLER, UNIT, STAFF, SOME_UNIT = _("承办人"), _("承办单位"), _("工作人员"), _("某单位")
NUMBER, SOMEWHERE = _("［号码］"), _("［地址］")

_ROLES = {
    PartyRole.APPLICANT: APPLICANT, PartyRole.OPPONENT: OPPONENT, PartyRole.HELPER: HELPER,
    PartyRole.REPRESENTED: REPRESENTED, PartyRole.OTHER: OTHER,
}  # fmt: skip

#: What belongs to a file unless its line says otherwise.
_PAPERS = frozenset({DocumentKind.UPLOAD, DocumentKind.ANSWER, DocumentKind.QUESTION, DocumentKind.PAPER})


@dataclass(frozen=True)
class Hidden:
    """Somebody who is hidden: every name known, every number, where they live; and what is read instead."""

    label: Any
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()  # of an institution: hidden as they stand


# Texts


_GAP = r"[\s·•・‧∙⋅᛫․.．｡､、_\-‐-―−'’ʼ`\"“”‘]{0,3}"
_LATIN, _UYGHUR = "a-z", "\u0600-\u06ff"
#: Endings that Uyghur hangs onto a name, and what is hung onto one in Latin letters.
_ENDINGS = (
    "نىڭكى", "لىرىنىڭ", "لىرىدىن", "لارنىڭ", "لەرنىڭ", "لىرى", "نىڭ", "دىن", "تىن", "لار", "لەر", "گىچە", "غىچە", "ئاكا", "ئاچا", "جان",
    "خان", "نى", "غا", "گە", "قا", "كە", "دا", "دە", "تا", "تە", "مۇ", "چۇ", "ىم", "ى",
    "ning", "din", "tin", "lar", "ler", "jan", "xan", "ni", "gha", "ge", "qa", "ke", "da", "de", "ta", "te", "mu", "s",
)  # fmt: skip
#: How alike a word must be to a part of a name to be taken for it.
_ALIKE = 0.76

_D = r"[\s\-‐-―−·•.,_/()]{0,3}"
_NUMBERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d)\d(?:{_D}\d){{16}}{_D}[\dx](?![\da-z])",  # identity numbers
        rf"(?<!\d)1{_D}[3-9](?:{_D}\d){{9}}(?!\d)",  # mobiles
        r"(?<!\d)\(?0\d{2,3}\)?[\s\-‐-―−]{0,2}\d{3,4}[\s\-‐-―−]?\d{3,4}(?!\d)",  # landlines
        r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+",
        r"(?:微信|weixin|wechat|qq)(?:号)?[\s:：是]{0,3}[a-z0-9_\-]{4,}",
        r"[(\[〔]\s*(?:19|20)\d\d\s*[)\]〕][^,，。;；\s]{1,20}?\d+\s*号",  # court and document numbers
        r"[零〇○幺一二三四五六七八九两]{7,}",
        r"(?<![a-z0-9])(?=[a-z0-9]*\d)[a-z]{1,3}\d{6,}(?![a-z0-9])",  # passports and the like
        r"[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新][a-z][\s·]?[a-z0-9]{5,6}(?![a-z0-9])",  # plates
    )
)
_LONG = re.compile(r"(?<![\d.,])\d(?:[ \-‐-―−]?\d){6,}(?![\d])")
_DATE = re.compile(r"(?:19|20)\d\d[\-‐-―−]?(?:0?[1-9]|1[0-2])[\-‐-―−]?(?:0?[1-9]|[12]\d|3[01])(?:\s\d\d)?")
_MONEY = re.compile(r"\s?(?:元|万|块|％|%|يۈەن|yuan|rmb|cny)", re.IGNORECASE)
_WHERE = tuple(
    re.compile(pattern)
    for pattern in (
        r"[\u3400-\u9fff]{1,6}(?:街道|社区|小区|大街|乡|镇|村|巷|路|街|队)\s*\d+\s*(?:号|组|队|栋|幢|单元|巷)?(?:院|楼)?",
        r"\d+\s*(?:号楼|号院|栋|幢|单元|门牌)\s*(?:\d+\s*(?:单元|室|号|楼))*",
    )
)


_FIRM = re.compile(r"[\u3400-\u9fff]{1,8}?(?:律师事务所|法律服务所|律所)")


@dataclass
class _Shadow:
    """A text as it is searched, with the place in the original of every sign of it."""

    signs: str
    at: list[int]


def _shadow(text: str, of_sign: Callable[[str], str]) -> _Shadow:
    signs: list[str] = []
    at: list[int] = []
    for n, sign in enumerate(text):
        for one in of_sign(sign):
            signs.append(one)
            at.append(n)
    return _Shadow("".join(signs), at)


_UNSEEN = frozenset("\u00ad\u200c\u200d\u2060\u0640") | {chr(c) for c in numbers.BIDI}


def _as_name(sign: str) -> str:
    """A sign as names are compared: folded, without accents, gaps kept as gaps."""
    if sign in _UNSEEN:
        return ""
    if sign.isspace():
        return " "
    folded = names.fold(sign)
    if not folded:
        return sign
    return _plain_letters(folded)


def _plain_letters(folded: str) -> str:
    if folded.isascii() or names.has_uyghur(folded):
        return folded
    return "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))


def _as_number(sign: str) -> str:
    return "" if sign in _UNSEEN else numbers.plain(sign)


class Mask:
    """Hides some people, places and every number of a kind that leads to somebody. Called with a text, gives it hidden."""

    def __init__(self, hidden: Iterable[Hidden], *, places: Iterable[str] = ()) -> None:
        self._hidden = tuple(hidden)
        self._patterns: list[tuple[re.Pattern[str], Any]] = []
        self._parts: list[tuple[str, Any]] = []
        self._words: dict[str, Any] = {}  # words that were asked about before
        self._long: dict[
            str, list[tuple[str, Any]]
        ] = {}  # Chinese names in letters, which Uyghur writes in one word or several
        self._letters: dict[str, Any] = {}  # names known in Latin letters only, which may be Chinese ones
        self._sounds: dict[str, Any] = {}
        self._bones: dict[str, list[tuple[str, Any]]] = {}
        self._digits: list[tuple[re.Pattern[str], Any]] = []
        where = {p for h in self._hidden for p in h.places} | set(places)
        for who in self._hidden:
            self._know(who)
        self._patterns.sort(key=lambda row: -len(row[0].pattern))
        for place in sorted(filter(None, (_bare(p) for p in where)), key=len, reverse=True):
            if len(place) >= 2:
                self._patterns.append((re.compile(_spaced(place)), SOMEWHERE))

    def _know(self, who: Hidden) -> None:
        found: set[str] = set()
        if who.names and not any(names.has_chinese(n) or names.has_uyghur(n) for n in who.names):
            self._letters |= {letters: who.label for n in who.names for letters in _orders(n)}
        for name in who.names:
            found |= {_bare(t) for t in names.traces(name)} | {_bare(name)}
            if names.is_han(name):
                for letters in (p for p in names.pinyin(name) if len(p) >= 5):
                    for bones in _bones(names.sounds(letters)):
                        self._long.setdefault(bones, []).append((letters, who.label))
                continue
            for part in names.fold(name).split():
                self._parts.append((part, who.label))
                sound = names.sounds(part)
                if len(sound) >= 4:
                    self._sounds.setdefault(sound, who.label)
                for bones in _bones(sound):
                    self._bones.setdefault(bones, []).append((part, who.label))
        for title in sorted(filter(None, (_bare(t) for t in who.titles)), key=len, reverse=True):
            self._patterns.append((re.compile(_spaced(title)), who.label))
        for trace in sorted(found, key=len, reverse=True):
            if len(trace) < 2:
                continue
            body = _spaced(trace)
            if names.has_chinese(trace):
                self._patterns.append((re.compile(body), who.label))
                continue
            letters = _UYGHUR if names.has_uyghur(trace) else _LATIN
            tail = f"[{letters}]*" if len(trace) >= 4 else f"(?:{'|'.join(_ENDINGS)})?"
            self._patterns.append((re.compile(f"(?<![{letters}]){body}{tail}(?![{letters}])"), who.label))
        for number in filter(None, who.numbers):
            self._know_number(number)

    def _know_number(self, number: str) -> None:
        bare = re.sub(r"[\W_]", "", numbers.plain(number))
        if len(bare) < 4:
            return
        gaps = r"[\W_]{0,3}".join(map(re.escape, bare))
        self._digits.append((re.compile(gaps, re.IGNORECASE), NUMBER))
        tail = re.escape(bare[-4:])
        if not re.fullmatch(r"(?:19|20)\d\d", bare[-4:]):
            self._digits.append((re.compile(rf"(?<![\da-z]){tail}(?![\da-z])", re.IGNORECASE), NUMBER))
        if re.fullmatch(r"\d{17}[\dxX]", bare):
            year, month, day = bare[6:10], bare[10:12].lstrip("0"), bare[12:14].lstrip("0")
            self._digits.append(
                (re.compile(rf"(?<!\d){year}\s?[年\-‐-―−./]?\s?0?{month}\s?[月\-‐-―−./]?\s?0?{day}(?!\d)日?"), NUMBER)
            )

    def __call__(self, text: Any) -> str:
        """The text with everything hidden, in the language of the page where it stands in for a name."""
        text = unicodedata.normalize("NFC", str(text or ""))
        if not text.strip():
            return text
        spans: list[tuple[int, int, Any]] = []
        name, digits = _shadow(text, _as_name), _shadow(text, _as_number)
        left = list(name.signs)
        for pattern, label in self._patterns:
            for m in pattern.finditer(name.signs):
                spans.append(_span(name, m.start(), m.end(), label))
                left[m.start() : m.end()] = " " * (m.end() - m.start())
        spans += [_span(name, a, b, label) for a, b, label in self._alike("".join(left))]
        spans = [_with_neighbours(text, span, spans) for span in spans]
        for pattern, label in self._digits:
            spans += [_span(digits, m.start(), m.end(), label) for m in pattern.finditer(digits.signs)]
        for pattern in _NUMBERS:
            spans += [_span(digits, m.start(), m.end(), NUMBER) for m in pattern.finditer(digits.signs)]
        for m in _LONG.finditer(digits.signs):
            if not _DATE.fullmatch(m.group()) and not _MONEY.match(digits.signs, m.end()):
                spans.append(_span(digits, m.start(), m.end(), NUMBER))
        for m in _FIRM.finditer(digits.signs):
            firm = _span(digits, m.start(), m.end(), SOME_UNIT)
            if not any(a < firm[1] and firm[0] < b for a, b, _label in spans):
                spans.append(firm)
        for pattern in _WHERE:
            spans += [_span(digits, m.start(), m.end(), SOMEWHERE) for m in pattern.finditer(digits.signs)]
        return _replaced(text, spans)

    def _alike(self, signs: str) -> list[tuple[int, int, Any]]:
        """Words that sound like a part of a name in another script or another spelling."""
        found: list[tuple[int, int, Any]] = []
        words = [(m.start(), m.end(), m.group()) for m in re.finditer(rf"[{_LATIN}]{{2,}}|[{_UYGHUR}]{{2,}}", signs)]
        for n, (start, end, word) in enumerate(words):
            label = self._word(word)
            if label is not None:
                found.append((start, end, label))
            together = word
            for more in (1, 2, 3):
                label = self._spread(together) if len(together) >= 5 else None
                if label is not None:
                    found.append((start, end, label))
                if n + more >= len(words) or words[n + more][0] - end > 3:
                    break
                end, together = words[n + more][1], together + words[n + more][2]
        for m in re.finditer(r"[\u3400-\u9fff]{2,}", signs):
            found += [(m.start() + a, m.start() + b, label) for a, b, label in self._sounding(m.group())]
        return found

    def _word(self, word: str) -> Any:
        """Whom one word is taken for."""
        if word not in self._words:
            self._words[word] = _like(word, self._parts) if len(word) >= 3 else None
        return self._words[word]

    def _spread(self, together: str) -> Any:
        """Whom some words written together are taken for: a Chinese name in letters."""
        near = {row for bones in _bones(names.sounds(together)) for row in self._long.get(bones, ())}
        return _like(together, list(near)) if near else None

    def _sounding(self, run: str) -> list[tuple[int, int, Any]]:
        """Stretches of Chinese characters that write the sound of a part of a name; the likest at each place."""
        found: list[tuple[int, int, Any]] = []
        n = 0
        while n < len(run):
            best, taken = 0.0, (0, None)
            for length in range(min(8, len(run) - n), 1, -1):
                likeness, label = self._heard(run[n : n + length])
                if label is not None and likeness > best:
                    best, taken = likeness, (length, label)
            if taken[1] is not None:
                found.append((n, n + taken[0], taken[1]))
                n += taken[0] - 1
            n += 1
        return found

    def _heard(self, stretch: str) -> tuple[float, Any]:
        """Whom a stretch of characters sounds like, and how much: the same sounds, or the same consonants and a likeness."""
        if self._letters and len(stretch) <= 4:
            label = next((self._letters[p] for p in names.pinyin(stretch)[:1] if p in self._letters), None)
            if label is not None:
                return 1.0, label
        sound = names.sounds(stretch)
        if sound in self._sounds:
            return 1.0, self._sounds[sound]
        near = [row for bones in _bones(sound) for row in self._bones.get(bones, ())] if len(stretch) >= 3 else []
        found = [(names.part_likeness(stretch, part), label) for part, label in near]
        likeness, label = max(found, key=lambda row: row[0], default=(0.0, None))
        return (likeness, label) if likeness >= _ALIKE else (0.0, None)


def _orders(name: str) -> set[str]:
    """A name in Latin letters without gaps, as it stands and the other way round."""
    words = [_bare(w) for w in names.fold(name).split()]
    return {"".join(words), "".join(reversed(words))}


def _bones(sound: str) -> set[str]:
    """The consonants of a sound, with and without those that come and go between the scripts (k, g and h)."""
    whole = names.skeleton(sound)
    return {whole, re.sub(r"(.)\1+", r"\1", whole.replace("K", ""))} if len(whole) >= 2 else set()


def _like(word: str, parts: Sequence[tuple[str, Any]]) -> Any:
    """Whom a word, with or without what Uyghur hangs onto it, sounds like; None for nobody."""
    forms = [word, *(word.removesuffix(e) for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= 3)]
    heard = [(form, len(names.sounds(form))) for form in dict.fromkeys(forms)]
    for part, label in parts:
        size = len(names.sounds(part))
        if any(abs(size - n) <= 3 and names.part_likeness(form, part) >= _ALIKE for form, n in heard):
            return label
    return None


def _bare(text: str) -> str:
    """A name as its signs follow each other in a shadow, without gaps."""
    return re.sub(r"[\s\W_]", "", "".join(_as_name(c) for c in unicodedata.normalize("NFC", text)))


def _spaced(bare: str) -> str:
    return _GAP.join(map(re.escape, bare))


def _span(shadow: _Shadow, start: int, end: int, label: Any) -> tuple[int, int, Any]:
    return shadow.at[start], shadow.at[end - 1] + 1, label


_BETWEEN = re.compile(_GAP)
_DOT_AND_PART = re.compile(r"[·•・‧∙⋅᛫･]\s?[\u3400-\u9fff]{1,6}")
_PART_AND_DOT = re.compile(r"[\u3400-\u9fff]{1,6}\s?[·•・‧∙⋅᛫･]$")


def _with_neighbours(
    text: str, span: tuple[int, int, Any], others: Sequence[tuple[int, int, Any]]
) -> tuple[int, int, Any]:
    """A hidden part of a name, with what a dot between parts joins to it in Chinese characters; a part that is hidden
    already is left as it was found."""
    start, end, label = span
    after = _DOT_AND_PART.match(text, end)
    if after and not any(end <= a < after.end() for a, _b, _label in others):
        end = after.end()
    before = _PART_AND_DOT.search(text, max(0, start - 8), start)
    if before and not any(before.start() < b <= start for _a, b, _label in others):
        start = before.start()
    return start, end, label


def _replaced(text: str, spans: Sequence[tuple[int, int, Any]]) -> str:
    """The text with spans replaced; those that touch or overlap become one, named after the longest."""
    if not spans:
        return text
    joined: list[tuple[int, int, Any, int]] = []
    for start, end, label in sorted(spans, key=lambda s: (s[0], -s[1])):
        if joined:
            first, last, kept, size = joined[-1]
            same = str(label) == str(kept)
            if start < last or (same and _BETWEEN.fullmatch(text[last:start])):
                best, longest = (label, end - start) if end - start > size else (kept, size)
                joined[-1] = (first, max(last, end), best, longest)
                continue
        joined.append((start, end, label, end - start))
    out, at = [], 0
    for start, end, label, _size in joined:
        out += [text[at:start], str(label)]
        at = end
    return "".join([*out, text[at:]])


# Files


@dataclass(frozen=True)
class Leaf:
    """One thing in a file: when, what it is, its text with everything hidden, or why it is not shown."""

    at: datetime
    title: str
    text: str = ""
    note: Any = ""
    minor: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A file as a reviewer gets it."""

    said: list[tuple[str, str]] = field(default_factory=list)
    story: list[Leaf] = field(default_factory=list)
    papers: list[Leaf] = field(default_factory=list)
    pages: list[tuple[str, str]] = field(default_factory=list)


def mask_of(case: Case, sheet: Sheet | None = None) -> Mask:
    """The mask of one case: its parties in every spelling, who handled it, who else worked on it, where they live."""
    order = case.order
    hidden = [*_parties(case), *_handlers(case), *_staff(case)]
    if sheet is not None and sheet.names is not None:
        hidden.append(Hidden(OTHER, tuple(filter(None, sheet.names(case)))))
    units = [u for u in (order.division, case.county, case.place.division) if u is not None]
    where = {
        text
        for unit in units for d in divisions.line_up(unit)
        if d.parent_id is not None for text in (d.name_zh, d.name_ug, d.name_en)
    }  # fmt: skip
    where |= {case.place.name_zh, case.place.name_ug, case.place.name_en, case.place.address, order.division_name}
    return Mask(hidden, places=filter(None, where))


def _parties(case: Case) -> list[Hidden]:
    order = case.order
    found = []
    known = {order.person_id, order.helper_id}
    for party in order.parties.select_related("person").order_by("pk"):
        spelled, told, lives = [party.name], [], []
        if (person := party.person) is not None:
            known.discard(person.pk)
            spelled += [person.name, person.name_ug, person.name_latin]
            told, lives = [person.id_number, person.phone], [person.address]
        found.append(
            Hidden(_ROLES.get(PartyRole(party.role), OTHER), *(tuple(filter(None, v)) for v in (spelled, told, lives)))
        )
    for person in (order.person, order.helper):
        if person is not None and person.pk in known:
            label = APPLICANT if person.pk == order.person_id else HELPER
            found.append(
                Hidden(label, tuple(filter(None, (person.name, person.name_ug, person.name_latin))),
                       tuple(filter(None, (person.id_number, person.phone))), tuple(filter(None, (person.address,))))
            )  # fmt: skip
    said = intake.said(order)
    fields = of(case).form.base_fields
    others = tuple(str(said[name]) for name, asked in fields.items() if isinstance(asked, NameField) and said.get(name))
    digits = tuple(
        str(v) for k, v in said.items() if isinstance(v, str) and k in fields and _is_number_field(fields[k]) and v
    )
    found.append(Hidden(OTHER, others, (*digits, order.code)))
    return found


def _is_number_field(asked: Any) -> bool:
    from open12348.ui.fields import CitizenIdField, Last4Field, PhoneField

    return isinstance(asked, PhoneField | CitizenIdField | Last4Field)


def _handlers(case: Case) -> list[Hidden]:
    found = []
    for row in case.order.assignments.select_related("account__practitioner__organisation", "practitioner__organisation", "organisation"):  # fmt: skip
        found += _worker(row.account) + _practitioner(row.practitioner)
        if row.organisation is not None:
            found.append(_unit(row.organisation))
    return found + _worker(case.handler)


def _worker(account: Account | None) -> list[Hidden]:
    if account is None:
        return []
    return [Hidden(HANDLER, (account.name,)), *_practitioner(account.practitioner)]


def _practitioner(worker: Any) -> list[Hidden]:
    if worker is None:
        return []
    spelled = tuple(filter(None, (worker.name_zh, worker.name_ug)))
    found = [Hidden(HANDLER, spelled, tuple(filter(None, (worker.phone, worker.licence_no))))]
    return found + ([_unit(worker.organisation)] if worker.organisation is not None else [])


def _unit(unit: Any) -> Hidden:
    return Hidden(
        UNIT, numbers=tuple(filter(None, (unit.phone, unit.uscc))), places=tuple(filter(None, (unit.address,))),
        titles=tuple(filter(None, (unit.name_zh, re.sub(r"[（(].*?[)）]", "", unit.name_zh), unit.name_ug, unit.name_en))),
    )  # fmt: skip


def _staff(case: Case) -> list[Hidden]:
    told = set(Event.objects.filter(order_id=case.pk).exclude(actor_name="").values_list("actor_name", flat=True))
    return [Hidden(STAFF, tuple(sorted(told)))] if told else []


def read(case: Case, sheet: Sheet, *, until: datetime) -> Reading:
    """A case as a reviewer reads it. In: `until` the moment of the draw, so that both readers read the same."""
    mask = mask_of(case, sheet)
    service = of(case)
    said = [(str(label), mask(value)) for label, value in intake.said_rows(case.order, service)]
    events = [e for e in case.order.events.order_by("seq") if e.at <= until]
    told = [
        Leaf(p.at, mask(p.title), minor=tuple(mask(m) for m in p.minor))
        for p in story.read(case.order, events)
        if p.title
    ]
    belongs = sheet.papers or (lambda d: d.kind in _PAPERS)
    papers = [
        _leaf(d, mask)
        for d in case.order.documents.select_related("blob").order_by("at", "pk")
        if d.at <= until and belongs(d)
    ]
    pages = [(str(title), mask(text)) for title, text in sheet.pages(case)] if sheet.pages is not None else []
    return Reading(said, told, papers, pages)


_NOT_SHOWN = _("照片和扫描件遮不住姓名，不给评查员看。")


def _leaf(document: Document, mask: Mask) -> Leaf:
    title = mask(document.title or document.get_kind_display())
    if not document.has_file:
        return Leaf(document.at, title, mask(document.text))
    words = _words(document)
    return Leaf(document.at, title, mask(words)) if words else Leaf(document.at, title, mask(document.text), _NOT_SHOWN)


_PART = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _words(document: Document) -> str:
    """What a Word file says; nothing for other files and for a damaged one."""
    if not document.mime.endswith("wordprocessingml.document"):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(files.content(document))) as packed:
            info = packed.getinfo("word/document.xml")
            if info.file_size > 20_000_000:
                return ""
            raw = packed.read(info)
        if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
            return ""
        tree = ElementTree.fromstring(raw)
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        return ""
    return "\n".join(
        "".join(t.text or "" for t in paragraph.iter(f"{_PART}t")) for paragraph in tree.iter(f"{_PART}p")
    ).strip()
