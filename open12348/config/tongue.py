"""Words for the command line: they must speak before anything is installed, so they are read straight from the .po file.

Which language: OPEN12348_LANGUAGE, else the terminal's (LC_ALL, LC_MESSAGES, LANG): zh → Chinese, ug → Uyghur, all others
(also the plain C locale, whose terminals often have no Chinese letters) → English.
"""

from __future__ import annotations

import ast
import os
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "locale"


def language() -> str:
    """The language of this terminal: zh-hans, ug or en."""
    for name in ("OPEN12348_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower()
        if value:
            return "zh-hans" if value.startswith("zh") else "ug" if value.startswith("ug") else "en"
    return "en"


@cache
def _book(tongue: str) -> dict[str, str]:
    file = FOLDER / tongue / "LC_MESSAGES" / "django.po"
    pages: dict[str, str] = {}
    if not file.exists():
        return pages
    parts: dict[str, list[str]] = {"msgid": [], "msgstr": []}
    field = "msgid"

    def turn() -> None:
        said = "".join(parts["msgstr"])
        if said:
            pages["".join(parts["msgid"])] = said
        parts["msgid"], parts["msgstr"] = [], []

    for line in [*file.read_text(encoding="utf-8").splitlines(), 'msgid ""']:
        word, _gap, rest = line.partition(" ")
        if word in parts:
            if word == "msgid":
                turn()
            field = word
            parts[field].append(ast.literal_eval(rest))
        elif line.startswith('"'):
            parts[field].append(ast.literal_eval(line))
    return pages


def gettext(text: str, /, **values: object) -> str:
    """The Chinese `text` in the language of the terminal, with `%(name)s` filled in."""
    said = _book(language()).get(text, text)
    return said % values if values else said
