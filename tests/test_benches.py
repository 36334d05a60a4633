"""Benches at the console: pages of work that lines and ledgers declare, and the long work that is begun there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from open12348.kernel import tasks
from open12348.kernel.access import Role
from open12348.kernel.models import Counter, Task
from open12348.spine import benches, casework, catalogue, intake, jobs, journal
from open12348.spine.benches import Bench, Deed, bench

from .people import NOW, Town
from .test_doors import CAST, STAFF
from .test_services import settle
from .throwaway import BENCH, Count, put_up, templates

DONE: list[Any] = []


def add(by: Any, at: Any, data: Any) -> str:
    """A deed that counts in the database, so that a rolled back one is seen."""
    row, _new = Counter.objects.get_or_create(scope="bench-test")
    row.value += data["how_many"]
    row.save()
    if data["why"] == "refused":
        raise casework.Refused("今天不能加。")
    if data["why"] == "faster":
        raise journal.Conflict()
    if data["why"] == "invalid":
        form = Count({}, by=by, at=at)
        form.full_clean()
        form.errors.clear()
        form.add_error("how_many", "太多了。")
        raise intake.Invalid(form)
    DONE.append((by.label, data))
    return f"加了 {data['how_many']} 份。"


@tasks.kind("test.pieces", finish=lambda data: f"{data['what']}都做好了。")
def piece(data: Any, n: int, at: Any) -> None:
    if n == data.get("breaks"):
        raise casework.Refused("第 3 份坏了。")
    Counter.objects.get_or_create(scope=f"piece-{n}")


def long(by: Any, at: Any, data: Any) -> Task:
    return tasks.start(kind="test.pieces", total=5, by=by, at=at, data={"what": "五份"})


@pytest.fixture(autouse=True)
def _templates(settings: Any, tmp_path: Path) -> Iterator[None]:
    with templates(settings, tmp_path):
        yield


@pytest.fixture
def throwaway() -> Iterator[Bench]:
    """A bench nobody else knows."""
    DONE.clear()
    with put_up(add, long) as made:
        yield made


ADDRESS = f"/console/bench/{BENCH}/"


def once_of(shown: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', shown)
    assert found
    return found[1]


# Who may


def expected_of(declared: Bench, town: Town, who: str) -> int:
    """Computed from the declaration: its roles open it, other staff are told so, everybody else is asked to sign in."""
    if who not in STAFF:
        return 302
    return 200 if declared.may_open(town.actor(who)) else 403


def test_every_bench_for_every_member_of_the_cast(town: Town, throwaway: Bench, sign_in: Any) -> None:
    wrong = []
    town.need()
    for who in CAST:
        browser = sign_in(town, who, on=Client())
        for declared in benches.everything():
            address, wanted = f"/console/bench/{declared.code}/", expected_of(declared, town, who)
            answer = browser.get(address)
            if answer.status_code != wanted:
                wrong.append(f"{who} {declared.code}: {answer.status_code}, expected {wanted}")
            for deed in declared.deeds:
                if not declared.may(town.actor(who), deed.by):
                    pressed = browser.post(address, {"deed": deed.code, "once": "1"}).status_code
                    if pressed != (403 if who in STAFF else 302):
                        wrong.append(f"{who} {declared.code} {deed.code}: {pressed}")
            for name in declared.files if wanted != 200 else ():
                kept = browser.get(f"{address}files/{name}").status_code
                if kept != wanted:
                    wrong.append(f"{who} {declared.code} file {name}: {kept}")
    assert wrong == []


@pytest.mark.parametrize("code", [b.code for b in benches.everything()])
def test_every_bench_is_shown_to_whom_it_is_for(town: Town, sign_in: Any, code: str) -> None:
    """Every role that it names, with nothing in the house yet: it opens, and says what would be there."""
    declared, opened = benches.get(code), 0
    for service in [s for s in catalogue.current() if s.line == declared.room][:1]:
        settle(town, service)  # a page for the people of one line only
    for who in sorted({*STAFF, *town.staff}):
        if declared.may_open(town.actor(who)):
            page = sign_in(town, who, on=Client()).get(f"/console/bench/{code}/")
            assert page.status_code == 200 and str(declared.label) in page.content.decode()
            opened += 1
    assert opened


def test_unknown_benches_and_files_are_not_found(town: Town, throwaway: Bench, sign_in: Any) -> None:
    officer = sign_in(town, "officer")
    assert officer.get("/console/bench/no.such/").status_code == 404
    assert officer.get(f"{ADDRESS}files/other.csv").status_code == 404
    assert officer.post(ADDRESS, {"deed": "no_such"}).status_code == 403


def test_a_bench_of_a_line_opens_to_grants_that_cover_the_line(town: Town) -> None:
    from open12348.kernel.access import Actor, Grant

    declared = Bench("advice.rota", "x", {Role.OFFICER}, "x.html", lambda by, at, query: {})
    officer = Actor(kind="staff", account_id=1, grants=(Grant(Role.OFFICER, lines=frozenset({"advice"})),))
    other = Actor(kind="staff", account_id=1, grants=(Grant(Role.OFFICER, lines=frozenset({"general"})),))
    assert declared.may_open(officer) and not declared.may_open(other) and not declared.may_open(Actor())


def test_a_bench_that_contradicts_itself_is_refused_at_start_up(throwaway: Bench) -> None:
    with pytest.raises(ImproperlyConfigured, match="twice"):
        bench(throwaway)
    with pytest.raises(ImproperlyConfigured, match="roles of staff"):
        bench(Bench("x.y", "x", {Role.RESIDENT}, "x.html", lambda by, at, query: {}))
    with pytest.raises(ImproperlyConfigured, match="cannot open"):
        bench(
            Bench("x.y", "x", {Role.CLERK}, "x.html", lambda by, at, query: {}, (Deed("d", "d", {Role.OFFICER}, add),))
        )


# What it shows


def test_a_bench_shows_its_room_and_the_deeds_the_actor_may_do(town: Town, throwaway: Bench, sign_in: Any) -> None:
    shown = sign_in(town, "officer", on=Client()).get(f"{ADDRESS}?month=2026-10").content.decode()
    assert "示例业务台" in shown and "一句说明" in shown and "2026-10" in shown and "可以加" in shown
    assert shown.count('value="add"') == 2 and 'name="row" value="2"' in shown  # one for each row
    assert shown.count('value="name"') == 1 and shown.count('value="long"') == 1  # drawn nowhere: drawn below
    seen = sign_in(town, "supervisor", on=Client()).get(ADDRESS).content.decode()
    assert "第 2 行" in seen and 'name="deed"' not in seen and "可以加" not in seen


def test_a_file_of_a_bench_comes_under_its_name(town: Town, throwaway: Bench, sign_in: Any) -> None:
    answer = sign_in(town, "supervisor").get(f"{ADDRESS}files/rota.csv?month=2026-11")
    assert answer.content == b"2026-11" and answer["Content-Type"] == "text/csv"
    assert answer["Cache-Control"] == "no-store" and "filename*=utf-8''" in answer["Content-Disposition"]


def test_the_menu_has_one_way_to_the_benches(town: Town, throwaway: Bench, sign_in: Any) -> None:
    officer = sign_in(town, "officer", on=Client())
    page = officer.get("/console/").content.decode()
    assert "/console/bench/" in page
    listed = officer.get("/console/bench/").content.decode()
    assert "示例组" in listed and "示例业务台" in listed
    assert "示例业务台" not in sign_in(town, "planner", on=Client()).get("/console/bench/").content.decode()


# What is done there


def test_a_deed_is_done_once_however_often_it_is_pressed(town: Town, throwaway: Bench, sign_in: Any) -> None:
    officer = sign_in(town, "officer")
    sent = {"deed": "add", "mark": "row=2", "row": 2, "how_many": 3, "why": "补",
            "once": once_of(officer.get(ADDRESS).content.decode())}  # fmt: skip
    first = officer.post(f"{ADDRESS}?month=2026-11", sent)
    assert first.status_code == 302 and first.headers["Location"].endswith("?month=2026-11")
    again = officer.post(ADDRESS, sent, follow=True)
    assert Counter.objects.get(scope="bench-test").value == 3 and len(DONE) == 1 and DONE[0][1]["row"] == 2
    assert "加了 3 份。" in again.content.decode()
    officer.post(ADDRESS, {**sent, "how_many": 4})  # gone back and written anew: another deed
    assert Counter.objects.get(scope="bench-test").value == 7


def test_what_is_wrong_is_said_where_it_was_typed_and_nothing_is_lost(
    town: Town, throwaway: Bench, sign_in: Any
) -> None:
    officer = sign_in(town, "officer")
    answer = officer.post(
        ADDRESS, {"deed": "add", "mark": "row=2", "row": 2, "how_many": 0, "why": "写了很久", "once": "a"}
    )
    shown = answer.content.decode()
    assert answer.status_code == 200 and shown.count("写了很久") == 1 and 'role="alert"' in shown
    assert shown.count('<details class="act" open>') == 1
    assert shown.index("第 2 行") < shown.index("写了很久")


@pytest.mark.parametrize(
    ("why", "status", "words"),
    [("refused", 409, "今天不能加。"), ("faster", 409, "先一步"), ("invalid", 200, "太多了。")],
)
def test_a_refused_deed_leaves_nothing_half_done(
    town: Town, throwaway: Bench, sign_in: Any, why: str, status: int, words: str
) -> None:
    answer = sign_in(town, "officer").post(
        ADDRESS, {"deed": "add", "mark": "row=1", "row": 1, "how_many": 9, "why": why, "once": "b"}
    )
    shown = answer.content.decode()
    assert answer.status_code == status and words in shown and 'value="9"' in shown
    assert not Counter.objects.filter(scope="bench-test").exists()


# Long work


def test_long_work_goes_on_piece_by_piece_in_sight_of_whoever_asked(town: Town, throwaway: Bench, sign_in: Any) -> None:
    officer = sign_in(town, "officer", on=Client())
    asked = officer.post(ADDRESS, {"deed": "long", "once": "c"})
    where = asked.headers["Location"]
    waiting = officer.get(where)
    assert "等着开始" in waiting.content.decode() and waiting["Refresh"] == "3"
    officer.post(ADDRESS, {"deed": "long", "once": "c"})
    assert Task.objects.count() == 1
    jobs.long_work(NOW)
    done = officer.get(where)
    assert "五份都做好了。" in done.content.decode() and "Refresh" not in done
    assert Counter.objects.filter(scope__startswith="piece-").count() == 5
    assert sign_in(town, "officer_two", on=Client()).get(where).status_code == 404


def test_long_work_is_stopped_and_keeps_what_was_done(town: Town, throwaway: Bench, sign_in: Any) -> None:
    officer = sign_in(town, "officer")
    where = officer.post(ADDRESS, {"deed": "long", "once": "d"}).headers["Location"]
    assert tasks.run(NOW, seconds=0) == 0
    tasks._one_piece(NOW)
    assert "已停下" in officer.post(where, follow=True).content.decode()
    assert tasks.run(NOW) == 0 and Task.objects.get().done == 1
    assert not tasks.stop(token=Task.objects.get().token, by=town.actor("officer"), at=NOW)


def test_long_work_that_fails_says_at_which_piece_and_stands_in_nobodys_way(town: Town) -> None:
    officer = town.actor("officer")
    broken = tasks.start(kind="test.pieces", total=5, by=officer, at=NOW, data={"what": "x", "breaks": 2})
    fine = tasks.start(kind="test.pieces", total=2, by=officer, at=NOW, data={"what": "y"})
    tasks.run(NOW)
    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.state, broken.done, broken.says) == ("failed", 2, "第 3 份坏了。")
    assert (fine.state, fine.says) == ("done", "y都做好了。")
    assert tasks.start(kind="test.pieces", total=0, by=officer, at=NOW).state == "done"
