"""The same paper as a Word file, for offices that lay out or amend: from the frozen content that the PDF was made from.

A copy, never an original: it carries no check code, and says so. Right-to-left paragraphs and runs are marked as Word wants
them (w:bidi, w:rtl), numbers inside them are runs of their own between LEFT-TO-RIGHT MARKs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils import translation

from . import blocks
from .papers import COPY

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LRM = "\u200e"
#: Fonts that offices have; each script its own. A machine without one takes its next best.
CHINESE, UYGHUR, LATIN = "FangSong", "UKIJ Tuz", "Times New Roman"
_WIDTH = 9600  # of the writing, in twentieths of a point


def _engine(text: Any, side: str) -> list[blocks.Run]:
    with translation.override(blocks.SCREEN[side]):
        return list(blocks.literal(str(text)))


class _Writer:
    """One Word file being written, element by element (python-docx's tables are slow from a hundred rows on)."""

    def __init__(self, content: Mapping[str, Any], tongues: str, number: str) -> None:
        from docx import Document
        from docx.shared import Mm, Pt

        self.content, self.facts, self.number = content, content["facts"], number
        self.sides = blocks.TONGUES[tongues]
        self.file = Document()
        section = self.file.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin = section.bottom_margin = Mm(20)
        self.file.styles["Normal"].font.size = Pt(12)
        self.file.styles["Normal"].paragraph_format.space_after = Pt(3)
        self.body = self.file.element.body
        self.end = self.body.sectPr

    # Elements

    def _el(self, tag: str, **attrs: str) -> Any:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        element = OxmlElement(f"w:{tag}")
        for key, value in attrs.items():
            element.set(qn(f"w:{key}"), value)
        return element

    def _run(self, run: blocks.Run, side: str, *, size: int = 0, bold: bool = False) -> Any:
        element, about = self._el("r"), self._el("rPr")
        about.append(self._el("rFonts", ascii=LATIN, hAnsi=LATIN, eastAsia=CHINESE, cs=UYGHUR))
        # Uyghur letters are never made bold by the machine.
        if bold and side != "ug":
            about.append(self._el("b"))
        if size:
            about.append(self._el("sz", val=str(size)))
            about.append(self._el("szCs", val=str(size + 2)))
        if run.kind == "blank":
            about.append(self._el("u", val="single"))
        right = run.kind != "ltr" and (
            blocks.runs_right_to_left(run.text) if run.kind == "auto" else side in blocks.RIGHT_TO_LEFT
        )
        if right:
            about.append(self._el("rtl"))
        about.append(self._el("lang", val="en-US", eastAsia="zh-CN", bidi="ug-CN"))
        element.append(about)
        text = f"{LRM}{run.text}{LRM}" if run.kind == "ltr" and side in blocks.RIGHT_TO_LEFT else run.text
        for n, line in enumerate(text.split("\n")):
            if n:
                element.append(self._el("br"))
            written = self._el("t")
            written.text = line
            written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            element.append(written)
        return element

    def _p(
        self, runs: Sequence[blocks.Run], side: str, *, align: str = "", indent: bool = False, size: int = 0, bold: bool = False,
        rule: bool = False, keep: bool = False,
    ) -> Any:  # fmt: skip
        paragraph, about = self._el("p"), self._el("pPr")
        if keep:
            about.append(self._el("keepNext"))
        if rule:
            borders = self._el("pBdr")
            borders.append(self._el("bottom", val="dashed", sz="6", space="4", color="000000"))
            about.append(borders)
        if side in blocks.RIGHT_TO_LEFT:
            about.append(self._el("bidi"))
        if indent and side == "zh":
            about.append(self._el("ind", firstLineChars="200", firstLine="480"))
        if align:
            about.append(self._el("jc", val=align))
        paragraph.append(about)
        for run in runs:
            for part in self._parts(run, side):
                paragraph.append(self._run(part, side, size=size, bold=bold))
        return paragraph

    def _parts(self, run: blocks.Run, side: str) -> list[blocks.Run]:
        """Somebody's own words that run right to left: the numbers in them apart."""
        if run.kind != "auto" or not blocks.runs_right_to_left(run.text):
            return [run]
        return [blocks.Run(r.text, r.kind or "auto") for r in blocks.literal(run.text)]

    def _add(self, *elements: Any) -> None:
        for element in elements:
            self.end.addprevious(element)

    def _grid(self, widths: Sequence[int], *, ruled: bool, right: bool = False) -> Any:
        table, about = self._el("tbl"), self._el("tblPr")
        if right:
            about.append(self._el("bidiVisual"))
        about.append(self._el("tblW", w=str(sum(widths)), type="dxa"))
        if ruled:
            borders = self._el("tblBorders")
            for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
                borders.append(self._el(edge, val="single", sz="4", space="0", color="000000"))
            about.append(borders)
        about.append(self._el("tblLayout", type="fixed"))
        table.append(about)
        columns = self._el("tblGrid")
        for width in widths:
            columns.append(self._el("gridCol", w=str(width)))
        table.append(columns)
        return table

    def _row(self, cells: Sequence[tuple[int, int, Sequence[Any]]], *, head: bool = False) -> Any:
        """In: (width, columns it spans, paragraphs) for each cell."""
        row, about = self._el("tr"), self._el("trPr")
        about.append(self._el("cantSplit"))
        if head:
            about.append(self._el("tblHeader"))
        row.append(about)
        for width, span, paragraphs in cells:
            cell, props = self._el("tc"), self._el("tcPr")
            props.append(self._el("tcW", w=str(width), type="dxa"))
            if span > 1:
                props.append(self._el("gridSpan", val=str(span)))
            cell.append(props)
            for paragraph in paragraphs:
                cell.append(paragraph)
            row.append(cell)
        return row

    def _beside(self, write: Any) -> None:
        """In: write(side) -> paragraphs. One side alone, or two in two columns."""
        if len(self.sides) == 1:
            self._add(*write(self.sides[0]))
            return
        half = _WIDTH // 2
        table = self._grid([half, half], ruled=False)
        row = self._row([(half, 1, write(s)) for s in self.sides])
        table.append(row)
        self._add(table, self._gap())

    def _gap(self) -> Any:
        """Two tables that touch would become one."""
        return self._p([blocks.Run("")], self.sides[0], size=2)

    def _fill(self, text: Mapping[str, str], side: str, facts: Mapping[str, Any] | None = None) -> list[blocks.Run]:
        return blocks.fill(text, self.facts if facts is None else facts, side)

    def _stacked(self, write: Any, **looks: Any) -> list[Any]:
        said = {s: write(s) for s in self.sides}
        if len({tuple(runs) for runs in said.values()}) == 1:
            return [self._p(said[self.sides[0]], self.sides[0], **looks)]
        return [self._p(said[s], s, **looks) for s in self.sides]

    # Blocks

    def write(self) -> bytes:
        self._beside(lambda s: [self._p(_engine(COPY, s), s, size=18)])
        for block in self.content["blocks"]:
            getattr(self, f"_{block['kind']}")(block)
        about = self.file.core_properties
        about.title, about.author, about.comments = self.content["title"]["zh"], "", ""
        about.created = about.modified = datetime(2000, 1, 1)  # noqa: DTZ001 (a file that is the same each time)
        out = BytesIO()
        self.file.save(out)
        return out.getvalue()

    def _title(self, block: Mapping[str, Any]) -> None:
        def write(side: str) -> list[Any]:
            text = block["text"] or self.content["title"]
            found = [self._p(self._fill(text, side), side, align="center", size=32, bold=True)]
            return found + ([self._p(self._fill(block["under"], side), side, align="center")] if block["under"] else [])

        self._beside(write)

    def _number(self, _block: Mapping[str, Any]) -> None:
        number = blocks.Run(self.number, "ltr") if self.number else blocks.Run("　" * 8, "blank")
        self._beside(lambda s: [self._p([*_engine(blocks.NUMBER, s), number], s, align="right")])

    def _para(self, block: Mapping[str, Any]) -> None:
        self._beside(lambda s: [self._p(self._fill(block["text"], s), s, indent=not block["to"])])

    def _head(self, block: Mapping[str, Any]) -> None:
        self._beside(lambda s: [self._p(self._fill(block["text"], s), s, bold=True, keep=True)])

    def _lines(self, block: Mapping[str, Any]) -> None:
        if self.facts.get(block["fact"]) is not None:
            self._beside(lambda s: [self._p(self._fill(block["text"], s), s)])
            return
        for _n in range(block["count"]):
            self._add(self._p([blocks.Run("　" * 38, "blank")], self.sides[0]))

    def _note(self, block: Mapping[str, Any]) -> None:
        self._beside(lambda s: [self._p(self._fill(block["text"], s), s, size=18)])

    def _table(self, block: Mapping[str, Any]) -> None:
        label_width = 1900
        if len(self.sides) == 1:
            side = self.sides[0]
            rest = _WIDTH - label_width
            table = self._grid([label_width, rest], ruled=True, right=side in blocks.RIGHT_TO_LEFT)
            for label, value in block["rows"]:
                table.append(
                    self._row(
                        [
                            (label_width, 1, [self._p(self._fill(label, side), side)]),
                            (rest, 1, [self._p(self._fill(value, side), side)]),
                        ]
                    )
                )
        else:
            one, two = self.sides
            half = (_WIDTH - 2 * label_width) // 2
            table = self._grid([label_width, half, half, label_width], ruled=True)
            for label, value in block["rows"]:
                said = {s: self._fill(value, s) for s in self.sides}
                heads = {s: (label_width, 1, [self._p(self._fill(label, s), s)]) for s in self.sides}
                if said[one] == said[two]:
                    middle = [(half * 2, 2, [self._p(said[one], one, align="center")])]
                else:
                    middle = [(half, 1, [self._p(said[s], s)]) for s in self.sides]
                table.append(self._row([heads[one], *middle, heads[two]]))
        self._add(table, self._gap())

    def _ticks(self, block: Mapping[str, Any]) -> None:
        held = {v.get("text") or v.get("code") for v in self.facts.get(block["fact"]) or []}

        def write(side: str) -> list[Any]:
            return [
                self._p([blocks.Run("☑ " if code in held else "☐ "), *self._fill(label, side)], side)
                for code, label in block["options"]
            ]

        self._beside(write)

    def _items(self, block: Mapping[str, Any]) -> None:
        def write(side: str) -> list[Any]:
            said = [self._fill(t, side) for t in block["texts"]]
            if block["fact"]:
                said += [blocks.say(v, side) for v in self.facts[block["fact"]] or []]
            return [
                self._p([blocks.Run(str(n), "ltr"), blocks.Run(". "), *runs], side) for n, runs in enumerate(said, 1)
            ]

        self._beside(write)

    def _roster(self, block: Mapping[str, Any]) -> None:
        first = 800
        each = (_WIDTH - first) // max(1, len(block["columns"]))
        right = len(self.sides) == 1 and self.sides[0] in blocks.RIGHT_TO_LEFT
        table = self._grid([first, *[each] * len(block["columns"])], ruled=True, right=right)
        heads = [(first, 1, self._stacked(lambda s: _engine(blocks.ORDINAL, s), size=18))]
        heads += [
            (each, 1, self._stacked(lambda s, t=label: self._fill(t, s), size=18)) for _key, label in block["columns"]
        ]
        table.append(self._row(heads, head=True))
        for n, row in enumerate(blocks.rows_of(block, self.facts), 1):
            cells = [(first, 1, [self._p([blocks.Run(str(n), "ltr")], self.sides[0], size=18)])]
            cells += [
                (each, 1, self._stacked(lambda s, k=key, r=row: blocks.say(r[k], s), size=18))
                for key, _label in block["columns"]
            ]
            table.append(self._row(cells))
        self._add(table, self._gap())

    def _sign(self, block: Mapping[str, Any]) -> None:
        half = _WIDTH // 2
        table = self._grid([half, half], ruled=False, right=self.sides[0] in blocks.RIGHT_TO_LEFT)
        cells = [
            (
                half,
                1,
                self._stacked(lambda s, t=label: [*self._fill(t, s), blocks.Run(" "), blocks.Run("　" * 8, "blank")]),
            )
            for label in block["labels"]
        ]
        for n in range(0, len(cells), 2):
            pair = cells[n : n + 2]
            table.append(self._row(pair if len(pair) == 2 else [*pair, (half, 1, [self._p([], self.sides[0])])]))
        self._add(self._gap(), table, self._gap())

    def _seal(self, block: Mapping[str, Any]) -> None:
        def write(side: str) -> list[Any]:
            office, day = (blocks.say(self.facts[block[k]], side) for k in ("office", "day"))
            return [
                self._p(runs, side, align="right") for runs in (office, _engine(blocks.STAMP, side), day)
            ]  # fmt: skip

        self._beside(write)

    def _finger(self, block: Mapping[str, Any]) -> None:
        table = self._grid([2000, _WIDTH - 2000], ruled=True)
        read = self._stacked(lambda s: [*_engine(blocks.READ_BY, s), blocks.Run("　" * 8, "blank")])
        empty = [self._p([], self.sides[0]) for _n in range(3)]
        table.append(
            self._row(
                [(2000, 1, [*self._stacked(lambda s: self._fill(block["text"], s)), *empty]), (_WIDTH - 2000, 1, read)]
            )
        )
        self._add(table, self._gap())

    def _cut(self, block: Mapping[str, Any]) -> None:
        self._add(self._p([], self.sides[0], rule=True))
        if block["text"]:
            self._note(block)

    def _break(self, _block: Mapping[str, Any]) -> None:
        paragraph, run = self._el("p"), self._el("r")
        run.append(self._el("br", type="page"))
        paragraph.append(run)
        self._add(paragraph)


def of_blocks(*, content: Mapping[str, Any], tongues: str, number: str = "") -> bytes:
    """The Word file of a frozen paper (blocks.freeze). Its sides are compared first. Errors: blocks.PaperFault."""
    blocks.check(content, tongues)
    return _Writer(content, tongues, number).write()
