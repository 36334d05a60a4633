"""What the house promises to eyes: contrast, both directions, quiet Uyghur, numbers that stay in order, a strict page."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.template import engines
from django.utils import translation

from open12348.ui.templatetags import ui

PACKAGE = Path(__file__).resolve().parent.parent / "open12348"
STATIC = PACKAGE / "ui" / "static" / "ui"
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
SHEET = re.sub(r"/\*.*?\*/", "", (STATIC / "ui.css").read_text(encoding="utf-8"), flags=re.S)
#: Pages. Papers that are printed (kernel) carry their style with them.
TEMPLATES = sorted(p for p in PACKAGE.rglob("templates/**/*.html") if "kernel" not in p.relative_to(PACKAGE).parts)


def tokens(dark: bool) -> dict[str, str]:
    """The colours of a mode, as the cascade leaves them."""
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", TOKENS.split("@media", 1)[0]))
    if dark:
        night = re.search(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", TOKENS, re.S)
        assert night
        found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", night[1]))
    return found


def light(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    a, b = sorted((light(one), light(other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


TEXT_PAIRS = [
    *((ink, ground) for ink in ("ink", "soft", "accent", "accent-deep") for ground in ("paper", "card")),
    ("ink", "tint"), ("accent-deep", "tint"), ("accent-ink", "accent"), ("accent-ink", "accent-deep"),
    *((sign, ground) for sign in ("wait", "late", "done") for ground in (f"{sign}-tint", "paper", "card")),
    *(("ink", f"{sign}-tint") for sign in ("wait", "late", "done")),
]  # fmt: skip
#: Edges of fields and signs are no text: 3:1 is what the eye needs (WCAG 1.4.11).
MARK_PAIRS = [("edge", "paper"), ("edge", "card"), ("late-mark", "card"), ("done-mark", "card")]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS, ids=lambda name: name)
def test_text_stands_out_seven_to_one(ink: str, ground: str, dark: bool) -> None:
    colours = tokens(dark)
    assert contrast(colours[ink], colours[ground]) >= 7


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARK_PAIRS, ids=lambda name: name)
def test_edges_and_signs_stand_out_three_to_one(mark: str, ground: str, dark: bool) -> None:
    colours = tokens(dark)
    assert contrast(colours[mark], colours[ground]) >= 3


def test_the_style_sheet_has_one_form_for_both_directions() -> None:
    sided = re.compile(
        r"(?:^|[;{\s])((?:margin|padding|border)-(?:left|right|top|bottom)[\w-]*|left|right|top|bottom|"
        r"(?:min-|max-)?(?:width|height)|text-align:\s*(?:left|right)|float:\s*(?:left|right))\s*:",
        re.M,
    )
    rules = re.sub(r"@media[^{]*\{", "{", SHEET)  # a media query asks about the screen, which has a width
    assert [m[1] for m in sided.finditer(rules)] == []
    assert re.findall(r"(?:text-align|float|clear):\s*(?:left|right)\b", rules) == []


def test_only_the_map_and_pointing_signs_know_a_direction() -> None:
    assert {rule.split("{")[0].strip() for rule in SHEET.split("}") if "direction: ltr" in rule} == {".tiles"}


def test_uyghur_is_never_spaced_out_slanted_or_falsely_bold() -> None:
    spaced = [
        rule.split("{")[0].strip()
        for rule in SHEET.split("}")
        if re.search(r"letter-spacing:(?!\s*0\s*;)", rule) or re.search(r"font-style:\s*(italic|oblique)", rule)
    ]
    assert all(":not(:lang(ug))" in selector for selector in spaced), spaced
    uyghur = next(rule for rule in SHEET.split("}") if rule.strip().startswith(":lang(ug)"))
    assert "font-synthesis: none" in uyghur and "letter-spacing: 0" in uyghur
    assert float(re.search(r"line-height: ([\d.]+)", uyghur)[1]) >= 1.8  # type: ignore[index]


def test_colours_live_in_the_tokens_only() -> None:
    """A colour elsewhere has no dark twin. White paper behind a QR code and black ink on paper are meant."""
    strays = [c for c in re.findall(r"#[0-9a-fA-F]{3,8}\b", SHEET) if c.lower() not in {"#fff", "#000"}]
    assert strays == []


def test_fields_are_large_enough_to_touch() -> None:
    assert int(re.search(r"--touch:\s*(\d+)px", TOKENS)[1]) >= 44  # type: ignore[index]


#: What holds a number, a code, a phone or an instant, and the filters that keep it in order.
NUMBERED = re.compile(
    r"(?:^|[._])(code|phone|phone_number|due_at|asked_at|received_at|at|started_at|closed_at|amount)$"
)
ISOLATING = {"code", "phone", "ltr", "num", "day", "due", "when", "apart", "percent", "yuan"}
#: A count or an address is no running text: these are used to compute, not to read.
COMPUTING = {"left", "ago", "date", "time", "day_lines", "tally", "json_script"}


def shown(text: str) -> list[str]:
    """The expressions a template prints into running text, attributes left out."""
    text = re.sub(r"{#.*?#}", "", text, flags=re.S)
    given = [
        part.partition("=")[2]
        for said in re.findall(r"{%\s*blocktranslate\s(.*?)%}", text)
        for part in said.split() if "=" in part
    ]  # fmt: skip
    text = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", text, flags=re.S)
    text = re.sub(r'<bdi dir="ltr"[^>]*>.*?</bdi>', "", text, flags=re.S)  # isolated by hand
    text = re.sub(r'=\s*"[^"]*"', "", text)  # attributes
    text = re.sub(r"<option.*?</option>|<title>.*?</title>", "", text, flags=re.S)  # no markup can stand in there
    return [*given, *re.findall(r"{{\s*(.*?)\s*}}", text)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_every_number_date_code_and_phone_is_isolated(template: Path) -> None:
    wrong = []
    for expression in shown(template.read_text(encoding="utf-8")):
        value, *filters = [part.strip() for part in expression.split("|")]
        names = {f.split(":")[0] for f in filters}
        if NUMBERED.search(value) and not names & (ISOLATING | COMPUTING):
            wrong.append(expression)
    assert wrong == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_pages_carry_no_style_or_script_of_their_own(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert re.findall(r"\sstyle=|\son[a-z]+=|javascript:", text) == []
    for tag in re.findall(r"<(?:script|style)\b[^>]*>", text):
        assert "src=" in tag or "nonce" in tag, tag
    assert re.findall(r"(?:src|href)=\"https?://", text) == []


def test_every_template_can_be_read_by_the_engine() -> None:
    for template in TEMPLATES:
        engines["django"].from_string(template.read_text(encoding="utf-8"))


# The filters


def test_a_number_keeps_its_order_inside_uyghur() -> None:
    assert str(ui.ltr("0998-12348")) == '<bdi dir="ltr">0998-12348</bdi>'
    assert str(ui.apart("12348 گە 0998-12348 دىن")) == '12348 گە <bdi dir="ltr">0998-12348</bdi> دىن'
    assert str(ui.apart("ھەر بىرى 10 MB دىن")) == 'ھەر بىرى <bdi dir="ltr">10 MB</bdi> دىن'
    assert str(ui.apart("10 خانە")) == "10 خانە"
    assert str(ui.code("3125022600012364")) == '<bdi dir="ltr" class="code">3125-0226-0001-2364</bdi>'


def test_what_people_write_cannot_become_markup() -> None:
    assert "&lt;b&gt;" in str(ui.apart("<b>2026-11-23</b>"))
    assert "&lt;" in str(ui.ltr("<i>"))


def test_a_phone_is_dialled_with_a_touch_and_read_in_groups() -> None:
    assert str(ui.phone("13800001234")) == '<a href="tel:13800001234"><bdi dir="ltr">138 0000 1234</bdi></a>'
    assert str(ui.phone("")) == ""


def test_a_limit_ends_on_the_day_before_its_midnight() -> None:
    midnight = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)  # 27 November, 0:00 in Beijing
    assert "11月26日（星期四）" in str(ui.due(midnight))


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", "11月26日（星期四）"), ("ug", "11-ئاينىڭ 26-كۈنى (پەيشەنبە)"), ("en", "Thursday 26 November")],
)
def test_a_day_is_said_in_the_language_of_the_page(language: str, words: str) -> None:
    with translation.override(language):
        assert ui.day_words(date(2026, 11, 26), today=date(2026, 11, 23)) == words


def test_an_unknown_figure_is_a_dash_never_a_zero() -> None:
    assert str(ui.num(None)) == "—" and str(ui.percent(None)) == "—" and "0" in str(ui.num(0))


def test_a_list_is_cut_at_its_semicolons_but_not_inside_brackets() -> None:
    assert ui.parts("身份证；困难说明（当场填；不用盖章）;欠条") == ["身份证", "困难说明（当场填；不用盖章）", "欠条"]
    assert ui.parts("كىملىك؛ تىلخەت (بولسا؛ بولمىسىمۇ بولىدۇ)") == ["كىملىك", "تىلخەت (بولسا؛ بولمىسىمۇ بولىدۇ)"]
    assert ui.parts("一（没关上；二") == ["一（没关上；二"] and ui.parts(None) == []
