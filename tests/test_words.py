"""One name for one thing: docs/words.md knows every name of the code, and the pages say the same in three languages.

A name that is new in the code makes these tests red until it has its row; the failure prints the row to fill in.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from enum import Enum
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils import translation

import open12348
from open12348.config import words
from open12348.registry.accounts import SCOPES
from open12348.spine import casework, catalogue
from open12348.spine.models import Pause

from .people import NOW, Town

ROOT = Path(__file__).resolve().parent.parent
LINES = ROOT / "open12348" / "lines"
_UNSURE = re.compile(r"\s*\?$")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
#: Letters that other languages write with the Arabic script and Uyghur (UEY) does not.
_NOT_UYGHUR = re.compile("[\u0622\u0623\u0625\u0629\u062b\u062d\u0630\u0635-\u0639\u0647\u06a9\u06cc]")


@cache
def rows(file: Path) -> dict[str, tuple[str, str, str]]:
    """name in the code -> (Chinese, Uyghur, article) of one table of words; the "?" of an unsure term is taken off."""
    found: dict[str, tuple[str, str, str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        cells = [c.strip() for c in line.strip().strip("|").split(" | ")]
        if not line.startswith("|") or len(cells) != 4 or cells[0].startswith(("---", "Name in the code")):
            continue
        name = cells[0].replace("`", "")
        assert name not in found, f"{file.name}: two rows for {name}"
        found[name] = (cells[1], _UNSURE.sub("", cells[2]), cells[3])
    return found


def house() -> dict[str, tuple[str, str, str]]:
    return rows(ROOT / "docs" / "words.md")


def tables() -> list[Path]:
    return [ROOT / "docs" / "words.md", *sorted(LINES.glob("*/words.md"))]


@cache
def uyghur() -> dict[str, str]:
    """What the pages say in Uyghur, by the Chinese text. From the .po files, so that nothing need be compiled."""
    return {
        words._key(m): m.string if isinstance(m.string, str) else m.string[0]
        for folder in words.app_folders()
        for m in words._read(words._po(folder, "ug"), "ug")
        if m.id and m.string
    }


def is_of_line(module: str) -> str:
    """The line a module belongs to, or nothing."""
    parts = module.split(".")
    return parts[2] if parts[:2] == ["open12348", "lines"] and len(parts) > 2 else ""


def named() -> dict[str, tuple[str, str]]:
    """Every name the code gives -> (the line that keeps its row, or nothing for the house; its label in Chinese)."""
    found: dict[str, tuple[str, str]] = {}
    for model in apps.get_models():
        if model.__module__.startswith("open12348."):
            found[model.__name__] = (is_of_line(model.__module__), "")
    for module in pkgutil.walk_packages(open12348.__path__, "open12348."):
        if ".migrations" in module.name or module.name.endswith((".__main__", ".tests")):
            continue
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and issubclass(thing, Enum) and thing.__module__ == module.name:
                for member in thing:
                    label = str(getattr(member, "label", "") or "")
                    found[f"{thing.__name__}.{member.name}"] = (is_of_line(module.name), label)
    found |= {f"act {act}": ("", "") for act in catalogue.SPINE_ACTS}
    found |= {f"scope {scope}": ("", str(label)) for scope, label in SCOPES.items()}
    for service in catalogue.all_services():
        if (LINES / service.line).is_dir():  # services that a test declares have no folder
            found |= of_service(service)
    return found


def of_service(service: catalogue.Service) -> dict[str, tuple[str, str]]:
    """The names one declaration gives."""
    found = {service.code: str(service.name)}
    for kind, declared in (
        ("state", service.states),
        ("move", service.moves),
        ("clock", service.clocks),
        ("outcome", service.outcomes),
    ):
        found |= {f"{service.code} {kind} {thing.code}": str(thing.label) for thing in declared}
    return {name: (service.line, label) for name, label in found.items()}


def names() -> dict[str, tuple[str, str]]:
    with translation.override("zh-hans"):
        return named()


def table_for(line: str) -> dict[str, tuple[str, str, str]]:
    file = LINES / line / "words.md" if line else ROOT / "docs" / "words.md"
    return rows(file) if file.exists() else {}


def test_every_name_of_the_code_has_its_row() -> None:
    missing = [
        f"| `{name}` | {label} | {uyghur().get(label, '')} | — |   → {f'lines/{line}/words.md' if line else 'docs/words.md'}"
        for name, (line, label) in sorted(names().items())
        if name not in table_for(line)
    ]
    assert not missing, "rows to fill in:\n" + "\n".join(missing)


def test_a_row_says_what_the_pages_say() -> None:
    """A clerk who reads the table and a resident who reads the page see the same word."""
    wrong = []
    for name, (line, label) in names().items():
        row = table_for(line).get(name)
        if row and label:
            if row[0] != label:
                wrong.append(f"{name}: the table says {row[0]}, the code says {label}")
            if row[1] != uyghur().get(label):
                wrong.append(f"{name}: the table says {row[1]}, the pages say {uyghur().get(label)}")
    assert not wrong, "\n".join(wrong)


def test_no_row_outlives_its_name() -> None:
    """Rows named after something in the code go when it goes; rows of plain words (journal, roll over) are ideas."""
    there = names()
    models: dict[str, type[Model]] = {m.__name__: m for m in apps.get_models()}
    dead = []
    for file in tables():
        for name in rows(file):
            owner, _dot, field = name.partition(".")
            if name in there or not (re.match(r"[A-Z]", name) or name.startswith(("act ", "scope ")) or "." in name):
                continue
            try:
                models[owner]._meta.get_field(field)
            except (KeyError, FieldDoesNotExist):
                dead.append(f"{file.relative_to(ROOT)}: {name}")
    assert not dead, dead


@pytest.mark.parametrize("file", tables(), ids=lambda f: f.parent.name)
def test_a_row_is_whole(file: Path) -> None:
    """Chinese, Uyghur in its own letters, and an article or a dash."""
    faults = []
    for name, (chinese, ug, article) in rows(file).items():
        if not re.search(r"[\u3400-\u9fff]", chinese):
            faults.append(f"{name}: no Chinese")
        if not _ARABIC.search(ug):
            faults.append(f"{name}: no Uyghur")
        if _NOT_UYGHUR.search(ug):
            faults.append(f"{name}: letters that Uyghur does not use")
        if not article:
            faults.append(f"{name}: no article (write a dash when there is none)")
    assert len(rows(file)) > 5 and not faults, faults


def test_the_words_are_complete() -> None:
    flaws = words.check()
    count = Counter(f.app for f in flaws)
    assert not flaws, f"{dict(count)}\n" + "\n".join(str(f) for f in flaws[:60])


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_one_text_is_said_in_one_way(language: str) -> None:
    """Django pours all apps' words into one pot: of two translations of one text, chance would choose."""
    said: dict[tuple[str | None, str], dict[str, str]] = {}
    for folder in words.app_folders():
        for m in words._read(words._po(folder, language), language):
            if m.id and m.string:
                said.setdefault((m.context, words._key(m)), {}).setdefault(str(m.string), folder.name)
    assert not (twice := {key: where for key, where in said.items() if len(where) > 1}), twice


def test_uyghur_is_written_in_its_own_letters() -> None:
    """Texts pasted from an Arabic keyboard look right and cannot be found by search; Chinese stands only in isolation."""
    wrong = {
        zh: ug
        for zh, ug in uyghur().items()
        if _NOT_UYGHUR.search(ug) or re.search(r"[\u3400-\u9fff]", re.sub("\u2066.*?\u2069", "", ug))
    }
    assert not wrong, wrong


def test_no_language_is_shorter_on_rights() -> None:
    """A rough measure that finds cut sentences: what takes thirty signs in Chinese is not said in ten letters elsewhere."""
    han, letters, placeholder = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[^\W\d_]"), re.compile(r"%\(\w+\)[a-z]")
    short = []
    for folder in words.app_folders():
        for language in words.LANGUAGES:
            for m in words._read(words._po(folder, language), language):
                if not m.id or not m.string:
                    continue
                signs = len(han.findall(words._key(m)))
                there = placeholder.sub("", m.string if isinstance(m.string, str) else m.string[-1])
                if signs >= 8 and len(letters.findall(there)) < signs * 1.3:
                    short.append(f"{folder.name} [{language}] {words._key(m)} → {there}")
    assert not short, "\n".join(short)


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_label_that_is_quoted_is_quoted_as_it_stands(language: str) -> None:
    """“Choose ‘I will look myself’” helps only where a button says exactly that."""
    said = {
        words._key(m): m.string
        for folder in words.app_folders()
        for m in words._read(words._po(folder, language), language)
        if m.id and isinstance(m.string, str)
    }
    wrong = [
        f"{chinese} → {there} (the label says {said[label]})"
        for chinese, there in said.items()
        for label in re.findall(r"“([^”%]+)”", chinese)
        if label in said and said[label].lower() not in there.lower()
    ]
    assert not wrong, "\n".join(wrong)


_MARKS = re.compile(r"[\u3000-\u303f\u3400-\u9fff\u0600-\u06ff\uff00-\uff1f]")
_TAGS = re.compile(
    r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|\{%\s*blocktranslate.*?endblocktranslate\s*%\}|\{%.*?%\}|\{\{.*?\}\}",
    re.S,
)


def test_templates_say_nothing_past_gettext() -> None:
    """Neither a word nor a Chinese colon: in Uyghur it stands on the wrong side of a gap."""
    found = [
        f"{file.relative_to(ROOT)}: {line.strip()[:120]}"
        for file in sorted((ROOT / "open12348").rglob("*.html"))
        for line in _TAGS.sub("", file.read_text(encoding="utf-8")).splitlines()
        if _MARKS.search(line)
    ]
    assert not found, "\n".join(found)


def test_numbers_with_signs_are_isolated_in_uyghur() -> None:
    """Otherwise 0998-12348 prints as 12348-0998."""
    loose = {
        zh: ug
        for zh, ug in uyghur().items()
        if re.search(r"\d-\d|\d/\d", re.sub("\u2066.*?\u2069|<bdi.*?</bdi>", "", ug))
    }
    assert not loose, loose


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_colon_at_the_end_brings_its_gap(language: str) -> None:
    """A Chinese colon holds its own gap, ours does not: what follows would stick to it."""
    stuck = [
        f"{folder.name}: {m.string}"
        for folder in words.app_folders()
        for m in words._read(words._po(folder, language), language)
        if m.id
        and isinstance(m.string, str)
        and words._key(m).endswith("：")
        and m.string
        and not m.string.endswith(": ")
    ]
    assert not stuck, "\n".join(stuck)


@pytest.mark.django_db
def test_why_a_clock_waits_is_kept_once_and_said_in_the_readers_language(town: Town) -> None:
    """The clerk who asked works in Uyghur; the one who looks later reads Chinese, and the resident English."""
    order = town.need(when=NOW)
    with translation.override("ug"):
        casework.ask_correction(case=order.case, by=town.actor("clerk"), at=NOW, wanted="身份证复印件")
    reason = Pause.objects.filter(deadline__order=order).first()
    assert reason is not None and reason.reason == "等申请人补充材料"
    assert uyghur()[reason.reason]
