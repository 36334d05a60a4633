"""The house's guards: arrows that imports cannot show, pages nobody opened, things the house refuses to hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from open12348.kernel.access import is_opened
from open12348.kernel.erase import FORBIDDEN, forbidden_columns

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "open12348"
FLOORS = {
    "kernel": 0,
    "ui": 0,
    "registry": 1,
    "spine": 2,
    "ledgers": 3,
    "guidance": 4,
    "lines": 5,
    "doors": 5,
    "demo": 6,
    "config": 7,
}


def sources(*folders: str) -> list[Path]:
    return [
        f
        for folder in folders
        for f in sorted((PACKAGE / folder).rglob("*.py"))
        if "migrations" not in f.parts and f.name != "tests.py"
    ]


def floor_of(module: str) -> int | None:
    parts = module.split(".")
    return FLOORS.get(parts[1]) if parts[0] == "open12348" and len(parts) > 1 else None


def test_imports_keep_to_the_floors() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [lint, "--config", "pyproject.toml", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-500:]


def test_a_relation_points_to_its_own_floor_or_below() -> None:
    wrong = []
    for model in apps.get_models():
        here = floor_of(model.__module__)
        if here is None:
            continue
        for f in model._meta.get_fields():
            if f.is_relation and not f.auto_created and f.related_model is not None:
                there = floor_of(f.related_model.__module__)
                if there is not None and there > here:
                    wrong.append(f"{model._meta.label}.{f.name}")
    assert wrong == []


def test_a_template_extends_and_includes_only_its_own_floor_or_below() -> None:
    wrong = []
    homes = {
        template.relative_to(folder).as_posix(): floor_of("open12348." + ".".join(folder.relative_to(PACKAGE).parts[:-1]))
        for folder in PACKAGE.rglob("templates") for template in folder.rglob("*") if template.is_file()
    }  # fmt: skip
    for folder in PACKAGE.rglob("templates"):
        here = floor_of("open12348." + ".".join(folder.relative_to(PACKAGE).parts[:-1]))
        for template in folder.rglob("*.html"):
            for name in re.findall(r'{%\s*(?:extends|include)\s+"([^"]+)"', template.read_text(encoding="utf-8")):
                if name not in homes:
                    wrong.append(f"{template}: {name} does not exist")
                elif here is not None and (homes[name] or 0) > here:
                    wrong.append(f"{template}: {name} stands above")
    assert wrong == []


def test_there_are_no_signals_of_ours() -> None:
    wrong = [
        f"{f}"
        for f in sources(".")
        if re.search(r"\bdispatch import|Signal\(|@receiver", f.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_doors_write_no_tables() -> None:
    verbs = re.compile(r"^(save|create|update|delete|get_or_create|update_or_create|bulk_\w+)$")
    wrong = []
    for file in sources("doors"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and verbs.match(node.func.attr):
                wrong.append(f"{file.relative_to(ROOT)}:{node.lineno} .{node.func.attr}()")
    assert wrong == []


def test_spine_ledgers_and_doors_name_no_line() -> None:
    lines = [p.name for p in (PACKAGE / "lines").iterdir() if (p / "line.py").exists()]
    pattern = re.compile("|".join(rf"lines\.{name}\b|[\"']{name}\.[a-z_]+[\"']" for name in lines))
    wrong = [
        f"{f.relative_to(ROOT)}:{number}"
        for f in [
            *sources("spine", "registry", "kernel", "ui", "guidance", "ledgers", "doors"),
            *(PACKAGE / "doors").rglob("*.html"),
            *(PACKAGE / "ledgers").rglob("*.html"),
        ]
        for number, text in enumerate(f.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(text)
    ]
    assert wrong == []


def test_no_code_names_the_first_pack() -> None:
    wrong = [
        f"{f.relative_to(ROOT)}" for f in sources(".")
        if re.search(r"kashgar|喀什", f.read_text(encoding="utf-8"), re.IGNORECASE) and f.name not in {"settings.py"}
    ]  # fmt: skip
    assert wrong == []


def test_the_floor_has_no_room_for_odds_and_ends() -> None:
    odd = {"utils.py", "constants.py", "enums.py", "exceptions.py", "helpers.py"}
    assert [f for f in sources(".") if f.name in odd] == []


def views() -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []

    def walk(patterns: list, prefix: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, prefix + str(pattern.pattern))
            elif isinstance(pattern, URLPattern):
                found.append((prefix + str(pattern.pattern), pattern.callback))

    walk(get_resolver().url_patterns, "/")
    return found


@pytest.mark.parametrize(("route", "view"), views(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_page_says_who_may_open_it(route: str, view: object) -> None:
    assert is_opened(view), f"{route} is not opened for anybody"


def test_nothing_the_house_refuses_has_a_column() -> None:
    assert forbidden_columns() == []


def test_nothing_the_house_refuses_has_a_form_field() -> None:
    from django import forms

    def all_forms(cls: type) -> set[type]:
        return {cls}.union(*(all_forms(sub) for sub in cls.__subclasses__())) if cls.__subclasses__() else {cls}

    wrong = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in all_forms(forms.Form) if form.__module__.startswith("open12348.")
        for name, field in getattr(form, "base_fields", {}).items() if FORBIDDEN.search(name) or FORBIDDEN.search(str(field.label or ""))
    ]  # fmt: skip
    assert wrong == []


@pytest.mark.parametrize("name", ["ethnicity", "religion", "risk_score", "face_image", "political_views", "民族"])
def test_the_guard_itself_catches_what_it_should(name: str) -> None:
    assert FORBIDDEN.search(name)


def test_no_string_is_shown_outside_gettext() -> None:
    """Chinese in a template stands inside translate or blocktranslate; in Python inside a gettext call, a docstring or data."""
    chinese = re.compile(r"[一-鿿]")
    wrong = []
    for template in PACKAGE.rglob("templates/**/*.html"):
        text = template.read_text(encoding="utf-8")
        text = re.sub(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}", "", text, flags=re.S)
        text = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|{%.*?%}|{{.*?}}|<!--.*?-->", "", text, flags=re.S)
        wrong += [
            f"{template.relative_to(ROOT)}: {line.strip()[:60]}" for line in text.splitlines() if chinese.search(line)
        ]
    assert wrong == []


def test_money_and_personal_data_never_enter_the_journal() -> None:
    """Journal lines carry numbers of documents and people, never their words: the writers pass no free text but reasons."""
    wrong = []
    for file in sources("spine"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write":
                wrong += [
                    f"{file.name}:{node.lineno} {k.arg}" for k in node.keywords
                    if k.arg in {"name", "phone", "text", "said", "address", "id_number", "answer"}
                ]  # fmt: skip
    assert wrong == []
