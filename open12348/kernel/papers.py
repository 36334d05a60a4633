"""Papers: a template becomes a PDF with a fingerprint. What is printed is what was recorded, in the reader's language."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from . import blocks


@dataclass(frozen=True)
class Paper:
    """A finished paper: its bytes, and the SHA-256 of them by which it is known again."""

    content: bytes
    digest: str
    mime: str = "application/pdf"


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The fonts of this machine: read once in a process, for reading them takes longer than the paper."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@lru_cache(maxsize=1)
def _nothing_from_outside() -> Any:
    """A paper holds all that it shows: no address is ever fetched while one is made."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=("data",), allow_redirects=False)


def pdf(*, template: str, context: Mapping[str, Any], language: str) -> Paper:
    """Make a PDF from a template in a language.

    In: `template` usually extends kernel/paper.html; `language` as Django names it. Numbers in the context are isolated by
    the same filters as on pages (house.md, invariant 12). Out: the paper. Errors: those of the template.
    """
    from weasyprint import HTML

    with translation.override(language):
        text = render_to_string(
            template,
            {**context, "language": language, "direction": "rtl" if translation.get_language_bidi() else "ltr"},
        )
    content = HTML(string=text, url_fetcher=_nothing_from_outside()).write_pdf(font_config=_fonts())
    return Paper(content, hashlib.sha256(content).hexdigest())


def qr(text: str, *, scale: int = 3) -> SafeString:
    """A QR sign as SVG inside the page or paper. In: what a phone's camera should read."""
    import segno

    return mark_safe(segno.make(text, error="m").svg_inline(scale=scale, border=2))


# Papers made of blocks (blocks.py): the same content in one language or side by side


@dataclass(frozen=True)
class Mark:
    """By what an issued paper is known again: its number, the fingerprint of what it says, and the address that tells."""

    number: str
    fingerprint: str
    address: str

    @property
    def short(self) -> str:
        """The fingerprint as it is printed and typed: 16 signs in groups of four."""
        return "-".join(self.fingerprint[i : i + 4] for i in range(0, 16, 4))


CHECK, PRINTED, COPY = (
    _("核对真伪：扫旁边的码，或打开 %(address)s，填编号和核对码。只回答真假，不显示内容。"),
    _("核对码："),
    _("这是供修改、排版用的副本，没有核对码；以编号发出的原件为准。"),
)


def _bdi(run: blocks.Run) -> str:
    if run.kind == "blank":
        return '<span class="blank"></span>'
    if run.kind == "ltr":
        return f'<bdi dir="ltr">{escape(run.text)}</bdi>'
    if run.kind == "auto":
        inner = blocks.NUMBERS.sub(lambda m: f'<bdi dir="ltr">{m.group()}</bdi>', str(escape(run.text)))
        # Which way it runs is said outright: WeasyPrint knows no dir="auto".
        way = 'dir="rtl" lang="ug"' if blocks.runs_right_to_left(run.text) else 'dir="ltr" lang="zh"'
        return f"<bdi {way}>{inner}</bdi>".replace("\n", "<br>")
    return str(escape(run.text)).replace("\n", "<br>")


def _html(runs: Sequence[blocks.Run]) -> str:
    return "".join(_bdi(r) for r in runs)


#: So many signs of an option leave room for another one beside it.
SHORT = 16


class _Sheet:
    """One paper being written as HTML."""

    def __init__(self, content: Mapping[str, Any], tongues: str, number: str) -> None:
        self.content, self.facts, self.number = content, content["facts"], number
        self.sides = blocks.TONGUES[tongues]

    def body(self) -> str:
        return "".join(getattr(self, f"_{b['kind']}")(b) for b in self.content["blocks"])

    def _attrs(self, side: str) -> str:
        return f'lang="{side}" dir="{"rtl" if side in blocks.RIGHT_TO_LEFT else "ltr"}"'

    def _fill(self, text: Mapping[str, str], side: str, facts: Mapping[str, Any] | None = None) -> str:
        return _html(blocks.fill(text, self.facts if facts is None else facts, side))

    def _beside(self, write: Callable[[str], str], css: str = "", keep: bool = False) -> str:
        """One side alone, or two in two columns. `keep`: on the page of what follows."""
        if len(self.sides) == 1:
            return f'<div class="{css}" {self._attrs(self.sides[0])}>{write(self.sides[0])}</div>'
        cells = "".join(f'<td class="{css}" {self._attrs(s)}>{write(s)}</td>' for s in self.sides)
        return f'<table class="pair{" keep" if keep else ""}"><tr>{cells}</tr></table>'

    def _stacked(self, write: Callable[[str], str]) -> str:
        """In one cell of a table: what differs stands under each other, what is the same once."""
        said = {s: write(s) for s in self.sides}
        if len(set(said.values())) == 1:
            return f"<span {self._attrs(self.sides[0])}>{said[self.sides[0]]}</span>"
        return "".join(f"<div {self._attrs(s)}>{said[s]}</div>" for s in self.sides)

    def _engine(self, text: Any, side: str, **places: str) -> str:
        with translation.override(blocks.SCREEN[side]):
            said = str(text)
        return _html(blocks.fill({side: said}, {k: {"code": v} for k, v in places.items()}, side))

    def _title(self, block: Mapping[str, Any]) -> str:
        def write(side: str) -> str:
            under = f'<p class="under">{self._fill(block["under"], side)}</p>' if block["under"] else ""
            return f"<h1>{self._fill(block['text'] or self.content['title'], side)}</h1>{under}"

        return self._beside(write, "title")

    def _number(self, _block: Mapping[str, Any]) -> str:
        number = f'<bdi dir="ltr">{escape(self.number)}</bdi>' if self.number else '<span class="blank"></span>'
        return self._beside(lambda s: f"{self._engine(blocks.NUMBER, s)}{number}", "number")

    def _para(self, block: Mapping[str, Any]) -> str:
        return self._beside(
            lambda s: f'<p class="{"to" if block["to"] else "para"}">{self._fill(block["text"], s)}</p>', "p"
        )

    def _lines(self, block: Mapping[str, Any]) -> str:
        if self.facts.get(block["fact"]) is not None:
            return self._beside(lambda s: f'<p class="para">{self._fill(block["text"], s)}</p>', "p")
        return '<div class="ruled"></div>' * block["count"]

    def _head(self, block: Mapping[str, Any]) -> str:
        return self._beside(lambda s: f"<h2>{self._fill(block['text'], s)}</h2>", "p", keep=True)

    def _note(self, block: Mapping[str, Any]) -> str:
        return self._beside(lambda s: f'<p class="small">{self._fill(block["text"], s)}</p>', "p")

    def _table(self, block: Mapping[str, Any]) -> str:
        rows = []
        for label, value in block["rows"]:
            said = {s: self._fill(value, s) for s in self.sides}
            heads = {s: f"<th {self._attrs(s)}>{self._fill(label, s)}</th>" for s in self.sides}
            if len(self.sides) == 1:
                side = self.sides[0]
                cells = f"{heads[side]}<td>{said[side]}</td>"
            elif len(set(said.values())) == 1:  # the same signs serve both
                cells = f'{heads[self.sides[0]]}<td colspan="2" class="mid">{said[self.sides[0]]}</td>{heads[self.sides[1]]}'
            else:
                one, two = self.sides
                cells = f"{heads[one]}<td {self._attrs(one)}>{said[one]}</td><td {self._attrs(two)}>{said[two]}</td>{heads[two]}"
            rows.append(f"<tr>{cells}</tr>")
        direction = self._attrs(self.sides[0])
        return f'<table class="facts sides{len(self.sides)}" {direction}>{"".join(rows)}</table>'

    def _ticks(self, block: Mapping[str, Any]) -> str:
        held = {v.get("text") or v.get("code") for v in self.facts.get(block["fact"]) or []}

        def write(side: str) -> str:
            return "".join(
                f'<p class="tick"><span class="tickbox">{"√" if code in held else ""}</span>{self._fill(label, side)}</p>'
                for code, label in block["options"]
            )

        short = len(self.sides) == 1 and all(len(label["zh"]) <= SHORT for _code, label in block["options"])
        return self._beside(write, "p short" if short else "p")

    def _items(self, block: Mapping[str, Any]) -> str:
        def write(side: str) -> str:
            said = [self._fill(t, side) for t in block["texts"]]
            if block["fact"]:
                said += [_html(blocks.say(v, side)) for v in self.facts[block["fact"]] or []]
            return "<ol>" + "".join(f"<li>{t}</li>" for t in said) + "</ol>"

        return self._beside(write, "p")

    def _roster(self, block: Mapping[str, Any]) -> str:
        def cell(text: Mapping[str, str], facts: Mapping[str, Any]) -> str:
            return self._stacked(lambda side: self._fill(text, side, facts))

        head = "".join(f"<th>{cell(label, self.facts)}</th>" for _key, label in block["columns"])
        number = self._stacked(lambda side: self._engine(blocks.ORDINAL, side))
        places = [dict.fromkeys(blocks.SCREEN, f"%({key})s") for key, _label in block["columns"]]
        rows = [
            f'<tr><td class="n">{n}</td>{"".join(f"<td>{cell(place, row)}</td>" for place in places)}</tr>'
            for n, row in enumerate(blocks.rows_of(block, self.facts), 1)
        ]
        return (
            f'<table class="roster" {self._attrs(self.sides[0])}><thead><tr><th class="n">{number}</th>{head}</tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table>"
        )

    def _sign(self, block: Mapping[str, Any]) -> str:
        def label(text: Mapping[str, str]) -> str:
            return self._stacked(lambda side: self._fill(text, side))

        lines = "".join(
            f'<span class="line"><span>{label(text)}</span><span class="rule"></span></span>'
            for text in block["labels"]
        )
        return f'<div class="signs" {self._attrs(self.sides[0])}>{lines}</div>'

    def _seal(self, block: Mapping[str, Any]) -> str:
        def write(side: str) -> str:
            office, day = (_html(blocks.say(self.facts[block[k]], side)) for k in ("office", "day"))
            return f'<p>{office}</p><p class="small">{self._engine(blocks.STAMP, side)}</p><p>{day}</p>'

        return self._beside(write, "seal")

    def _finger(self, block: Mapping[str, Any]) -> str:
        label = self._stacked(lambda s: self._fill(block["text"], s))
        read = self._stacked(lambda s: self._engine(blocks.READ_BY, s))
        return (
            f'<div class="signs" {self._attrs(self.sides[0])}><span class="fingerbox">{label}</span>'
            f'<span class="line"><span>{read}</span><span class="rule"></span></span></div>'
        )

    def _cut(self, block: Mapping[str, Any]) -> str:
        text = block["text"]
        return '<div class="cut"></div>' + (
            self._beside(lambda s: f'<p class="small">{self._fill(text, s)}</p>', "p") if text else ""
        )

    def _break(self, _block: Mapping[str, Any]) -> str:
        return '<div class="break"></div>'

    def mark(self, mark: Mark) -> str:
        """The foot of an issued paper: how anybody finds out whether it is real."""
        address = mark.address.partition("?")[0].removeprefix("https://").removeprefix("http://").rstrip("/")
        words = self._beside(lambda s: f'<p class="small">{self._engine(CHECK, s, address=address)}</p>', "p")
        labels = [f"<span {self._attrs(s)}>{self._engine(PRINTED, s)}</span>" for s in self.sides]
        printed = f' <bdi dir="ltr" class="code">{mark.short}</bdi> '.join(
            [*labels, ""] if len(labels) == 1 else labels
        )
        return (
            f'<div class="mark"><div class="says">{words}<p {self._attrs(self.sides[0])}>{printed}</p>'
            f"</div>{qr(mark.address, scale=2)}</div>"
        )


def of_blocks(*, content: Mapping[str, Any], tongues: str, mark: Mark | None = None) -> Paper:
    """The PDF of a frozen paper (blocks.freeze). Its sides are compared first.

    In: `tongues` zh | ug | en | zh-ug; `mark` when it goes out under a number. Errors: blocks.PaperFault.
    """
    from weasyprint import HTML

    blocks.check(content, tongues)
    sheet = _Sheet(content, tongues, mark.number if mark else "")
    first = blocks.TONGUES[tongues][0]
    text = render_to_string(
        "kernel/blocks.html",
        {
            "language": first, "direction": "rtl" if first in blocks.RIGHT_TO_LEFT else "ltr", "title": content["title"][first],
            "body": mark_safe(sheet.body()), "mark": mark_safe(sheet.mark(mark)) if mark else "", "two": len(sheet.sides) > 1,
            "foot": mark_safe(f"{mark.number} · {mark.short}") if mark else "",
        },
    )  # fmt: skip
    made = HTML(string=text, url_fetcher=_nothing_from_outside()).write_pdf(font_config=_fonts())
    return Paper(made, hashlib.sha256(made).hexdigest())
