"""The exam of the house: a new line is one folder and no other file, and it works at every door on its first day."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: A line nobody has thought of: lending out the law library's books. It knows the spine, and nothing above.
LINE = {
    "__init__.py": "",
    "apps.py": """
from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "open12348.lines.library"
    label = "library"
""",
    "forms.py": """
from django import forms
from django.utils.translation import gettext_lazy as _


class Wish(forms.Form):
    book = forms.CharField(label=_("想借哪本书"), max_length=200)


class Why(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=200, required=False)
""",
    "line.py": """
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.kernel.workdays import Unit
from open12348.spine.catalogue import Clock, Move, Outcome, Panel, Phase, Service, State, offer

from . import forms

offer(
    Service(
        code="library.lend", name=_("借书"), form=forms.Wish, business="88", initial="asked", items={"B01"},
        states=(
            State("asked", _("待找书"), Phase.OPEN, _("正在找。")), State("lent", _("已借出"), Phase.OPEN, _("请按时还。")),
            State("back", _("已归还"), Phase.DONE, _("谢谢。")), State("gone", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        moves=(
            Move("lend", _("借出"), {"asked"}, "lent", {Role.CLERK}, takes=True),
            Move("return", _("归还"), {"lent"}, "back", {Role.CLERK}, outcome="returned"),
            Move("withdraw", _("撤回"), {"asked"}, "gone", {Role.RESIDENT, Role.CLERK}, form=forms.Why, outcome="withdrawn"),
            Move("reopen", _("再借"), {"back", "gone"}, "asked", {Role.RESIDENT, Role.CLERK}, form=forms.Why),
        ),
        outcomes=(Outcome("returned", _("已归还")), Outcome("withdrawn", _("本人撤回"))),
        clocks=(
            Clock("loan", _("借期"), 30, Unit.DAYS, starts={"receive", "reopen"}, stops={"return", "withdraw", "merge"}, basis="图书馆规则"),
        ),
        panels=lambda case, actor, at: [Panel(_("书架"), "library/shelf.html", {"books": ["民法典"]}, "top")],
    )
)
""",
    "benches.py": """
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.spine.benches import Bench, Deed, bench

from . import forms

bench(
    Bench(
        code="library.shelf", label=_("书架"), roles={Role.CLERK, Role.SUPERVISOR}, template="library/shelf.html",
        show=lambda by, at, query: {"books": ["民法典", "刑法"]},
        deeds=(Deed("tidy", _("整理"), {Role.CLERK}, lambda by, at, data: _("整理好了。"), form=forms.Why),),
    )
)
""",
    "templates/library/shelf.html": "<ul>{% for book in books %}<li>{{ book }}</li>{% endfor %}</ul>\n",
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tree as it stands, elsewhere, with the new folder in it (and the item it claims freed by its present holder)."""
    there = tmp_path
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    for name in listed:
        if (ROOT / name).is_file():
            (there / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, there / name)
    folder = there / "open12348" / "lines" / "library"
    for name, text in LINE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.replace('{"B01"}', '{"B99"}'), encoding="utf-8")
    return there


def run(there: Path, *words: str) -> str:
    environment = {
        **os.environ,
        "OPEN12348_HOME": str(there / "var"),
        "PYTHONPATH": str(there),
        "PYTEST_XDIST_WORKER": "",
        "PYTEST_ADDOPTS": "",
    }
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_CURRENT_TEST", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    # A database of its own: the exam is sat while other tests run.
    environment["DATABASE_URL"] = (
        urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/exam_{uuid.uuid4().hex[:8]}").geturl()
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-vv", *words], cwd=there, env=environment, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    return done.stdout


def test_a_new_folder_is_a_new_line_and_nothing_else_changes(copy: Path) -> None:
    # The whole house, and of the generated tests those of the new line; the other lines' own stand in this run already.
    new = "library or house or watched or figure or published or opens_and_refuses"
    said = run(
        copy, "tests/test_house.py", "tests/test_services.py", "tests/test_benches.py", "tests/test_shown.py", "-k", new
    )
    assert "test_the_page_of_a_case_of_every_service_shows_its_panels[library.lend] PASSED" in said
    assert "test_every_bench_is_shown_to_whom_it_is_for[library.shelf] PASSED" in said
    assert "test_a_journey_to_each_ending[library.lend-back] PASSED" in said


def test_taking_the_folder_out_again_leaves_the_rest_green(copy: Path) -> None:
    shutil.rmtree(copy / "open12348" / "lines" / "library")
    assert "library" not in run(copy, "tests/test_house.py", "tests/test_services.py", "-k", "not journey")
