"""The words of the product: from the source into one .po per app and language, checked, and made into .mo.

    python -m open12348.config.words update [APPDIR…]   new texts in, dead ones out, translations kept
    python -m open12348.config.words check [APPDIR…]    what is missing, unsure or wrong; exit status 1 if anything is
    python -m open12348.config.words compile            .mo files (fast: only what changed)

Chinese is the source language, so it has no file of its own. No gettext programs are needed: Babel reads and writes.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent
LANGUAGES = ("ug", "en")
KEYWORDS: dict[str, tuple] = {
    "_": (1,), "gettext": (1,), "gettext_lazy": (1,), "gettext_noop": (1,),
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "_n": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
NOTES = {
    "ug": "# Uyghur texts of Open12348: a draft, awaiting a certified translator.\n#",
    "en": "# English texts of Open12348.\n#",
}
SKIPPED = {"migrations", "locale", "static", "__pycache__", "tests"}
_NAMED = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}")
_HAN = re.compile(r"[\u3400-\u9fff]")


def app_folders() -> list[Path]:
    """Every folder that holds an app, and config, whose words belong to the command line."""
    return sorted({*(p.parent for p in PACKAGE.rglob("apps.py")), PACKAGE / "config"})


def _files(folder: Path) -> Iterator[Path]:
    """Sources of one app, without those of apps that lie inside it."""
    others = {f for f in app_folders() if f != folder and folder in f.parents}
    for root, folders, names in os.walk(folder):
        here = Path(root)
        folders[:] = sorted(f for f in folders if f not in SKIPPED and here / f not in others)
        for name in sorted(names):
            if (name.endswith(".py") and name != "tests.py") or (
                "templates" in here.parts and name.endswith((".html", ".txt", ".xml", ".svg"))
            ):
                yield here / name


def _texts(file: Path) -> Iterable[tuple]:
    """(line, message or tuple of plural forms, comments, context) of one file."""
    source = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        if "{%" not in source and "{{" not in source:
            return []
        from django.utils.translation.template import templatize

        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(file)).split("\n"))
    return list(extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}))


def gathered(folder: Path) -> Catalog:
    """The texts that the sources of an app use now."""
    found = Catalog()
    for file in _files(folder):
        where = file.relative_to(PACKAGE.parent).as_posix()
        for _line, text, _notes, context in _texts(file):
            if text and (text if isinstance(text, str) else text[0]):
                found.add(text, locations=[(where, 0)], context=context)
    return found


def _po(folder: Path, language: str) -> Path:
    return folder / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    with open(path, "rb") as source:
        return read_po(source, locale=language)


def update(folder: Path) -> int:
    """Bring an app's .po files up to its sources. Out: how many texts still lack a translation."""
    now, open_texts = gathered(folder), 0
    for language in LANGUAGES:
        path = _po(folder, language)
        if not len(now) and not path.exists():
            continue
        old, new = _read(path, language), Catalog(locale=language, charset="utf-8", fuzzy=False)
        new.header_comment = NOTES[language]
        known = {(m.context, _key(m)): m for m in old if m.id}
        for message in sorted((m for m in now if m.id), key=lambda m: (m.locations[0][0], str(m.id))):
            before = known.get((message.context, _key(message)))
            string = (
                before.string if before and isinstance(before.string, tuple) == isinstance(message.id, tuple) else ""
            )
            flags = before.flags & {"fuzzy"} if before else set()
            if _is_open(string):
                open_texts += 1
            new.add(message.id, string or None, locations=message.locations, flags=flags, context=message.context,
                    user_comments=before.user_comments if before else ())  # fmt: skip
        out = io.BytesIO()
        write_po(out, new, width=110, include_lineno=False)
        kept = [
            line for line in out.getvalue().decode().splitlines()
            if not re.match(r'"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid|Project-Id|Generated-By)', line)
        ]  # fmt: skip
        text = "\n".join(kept).rstrip() + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return open_texts


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _is_open(string: object) -> bool:
    return not string or (isinstance(string, (tuple, list)) and not all(string))


@dataclass(frozen=True)
class Flaw:
    """Something wrong with the words of an app in a language."""

    app: str
    language: str
    why: str
    text: str

    def __str__(self) -> str:
        return f"{self.app} [{self.language}] {self.why}: {self.text}"


def check(folders: Iterable[Path] | None = None) -> list[Flaw]:
    """Texts without translation, unsure ones, dead ones, copies of the Chinese, and placeholders that do not agree."""
    flaws: list[Flaw] = []
    for folder in folders or app_folders():
        now, app = gathered(folder), folder.relative_to(PACKAGE).as_posix()
        for language in LANGUAGES:
            known = {(m.context, _key(m)): m for m in _read(_po(folder, language), language) if m.id}
            for message in (m for m in now if m.id):
                text = _key(message)
                there = known.pop((message.context, text), None)
                if there is None or _is_open(there.string):
                    flaws.append(Flaw(app, language, "no translation", text))
                    continue
                if there.fuzzy:
                    flaws.append(Flaw(app, language, "marked unsure (fuzzy)", text))
                strings = [there.string] if isinstance(there.string, str) else list(there.string or ())
                wanted = [_named(t) for t in ([message.id] if isinstance(message.id, str) else message.id)]
                for string in strings:
                    if _named(string) not in wanted:
                        flaws.append(Flaw(app, language, "placeholders differ", text))
                    elif string == text and _HAN.search(text):
                        flaws.append(Flaw(app, language, "still Chinese", text))
            flaws += [Flaw(app, language, "no longer used", text) for _context, text in known]
    return flaws


def _named(text: str) -> frozenset[str]:
    return frozenset(a or b for a, b in _NAMED.findall(text))


def compile_all() -> int:
    """Make .mo files from the .po files that are newer. Out: how many were made."""
    made = 0
    for po in sorted(PACKAGE.rglob("locale/*/LC_MESSAGES/django.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
            continue
        part = mo.with_suffix(f".{os.getpid()}")
        with open(po, "rb") as source, open(part, "wb") as target:
            write_mo(target, read_po(source, locale=po.parent.parent.name))
        part.replace(mo)
        made += 1
    return made


def main(words: list[str]) -> int:
    """The command. Out: exit status."""
    act, folders = (words[0] if words else ""), [Path(w).resolve() for w in words[1:]] or app_folders()
    if act == "update":
        for folder in folders:
            left = update(folder)
            print(
                f"{folder.relative_to(PACKAGE)}: {left} without translation"
                if left
                else f"{folder.relative_to(PACKAGE)}: complete"
            )
        return 0
    if act == "check":
        flaws = check(folders)
        for flaw in flaws:
            print(flaw)
        print(f"{len(flaws)} flaws" if flaws else "The words are complete.")
        return 1 if flaws else 0
    if act == "compile":
        print(f"{compile_all()} .mo files made")
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
