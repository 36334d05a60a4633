"""The simulated prefecture: made with the verbs, the same for the same seed, interrupted and taken up again; and the loader,
which must leave the same database as the verbs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Count, F, Sum, Value
from django.db.models.functions import Concat
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from open12348.demo import bulk, lives, run, scenes, views, world
from open12348.demo.models import Leg, Run
from open12348.demo.portrait import digest, portrait
from open12348.kernel import workdays
from open12348.kernel.models import Message
from open12348.registry import accounts, people, providers
from open12348.registry.models import Account, Membership, Organisation, Person, Practitioner, Standing
from open12348.spine import catalogue, journal, lists
from open12348.spine.models import Case, Deadline, Event, Order, Rating, Tally, Transfer

from . import people as cast
from .people import NOW

ORDERS = 90


def town() -> None:
    """The small map of the tests, with a village for the second county's station and a workroom in it."""
    made = cast.build()
    Membership.objects.all().delete()  # the cast makes room for the demo's own staff
    Account.objects.update(username=Concat(Value("cast-"), F("username")))
    Organisation.objects.update(invented=False)
    Practitioner.objects.update(invented=False)
    cast._unit(made, "653131100200", "village", "乙一村", "653131100000")


def emptied() -> None:
    """Only a test may empty the journal."""
    with cast.journal_open():
        call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
    workdays.forget()
    bulk._layers_of.cache_clear()


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A small town's worth of institutions."""
    monkeypatch.setattr(world, "figures", lambda: world.SMALL)
    if "scenes" not in request.keywords:  # the lines' scenes are the verbs' alone: both hands would do the same
        monkeypatch.setattr(scenes, "rooms", list)
    bulk._layers_of.cache_clear()


@pytest.fixture
def fresh(transactional_db: Any) -> Iterator[Callable[[], None]]:
    """A map without a demo; called again, everything is emptied and built anew."""
    town()

    def again() -> None:
        emptied()
        town()

    yield again


def differing(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, tuple[list[str], list[str]]]:
    """Where two portraits differ: table -> (lines only here, lines only there), the first few."""
    return {
        table: (
            [line for line in one[table] if line not in other[table]][:3],
            [line for line in other[table] if line not in one[table]][:3],
        )
        for table in one
        if one[table] != other[table]
    }


# The loader and the verbs


@pytest.mark.parametrize("seed", [1, 4])
def test_the_loader_leaves_the_same_database_as_the_verbs(fresh: Callable[[], None], seed: int) -> None:
    run.build(orders=ORDERS, seed=seed, until=NOW, bulk=False)
    by_verbs, sums = (
        portrait(),
        list(Tally.objects.order_by("day", "line", "county__code").values_list("received", "done")),
    )
    assert journal.verify() == []
    log = settings.OPEN12348_HOME / "sms.log"
    texts = log.read_text(encoding="utf-8") if log.exists() else ""
    assert Message.objects.exists() and not any(m.text in texts for m in Message.objects.all())  # nothing went out
    assert len(by_verbs["spine.Order"]) == ORDERS
    assert (
        by_verbs["spine.Assignment"]
        and by_verbs["spine.Transfer"]
        and by_verbs["spine.Pause"]
        and by_verbs["spine.Link"]
    )
    fresh()
    run.build(orders=ORDERS, seed=seed, until=NOW, bulk=True)
    assert differing(by_verbs, portrait()) == {}
    assert journal.verify() == []
    assert list(Tally.objects.order_by("day", "line", "county__code").values_list("received", "done")) == sums


def test_interrupted_and_taken_up_again_both_hands_leave_what_they_would_have_left(
    fresh: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    run.build(orders=40, seed=2, until=NOW, bulk=False)
    whole = digest()
    monkeypatch.setattr(run, "BATCH", 37)
    monkeypatch.setattr(bulk, "BATCH", 6)
    real = run._progress

    def stopping(*args: Any) -> Callable[[int], None]:
        tell, calls = real(*args), iter(range(1))

        def once_more(done: int) -> None:
            tell(done)
            if next(calls, None) is None:
                raise KeyboardInterrupt

        return once_more

    for by_loader in (False, True):
        fresh()
        monkeypatch.setattr(run, "_progress", stopping)
        with pytest.raises(KeyboardInterrupt):
            run.build(orders=40, seed=2, until=NOW, bulk=by_loader)
        assert 0 < Order.objects.count() < 40
        assert journal.verify() == []
        monkeypatch.setattr(run, "_progress", real)
        run.build(orders=40, seed=2, until=NOW, bulk=by_loader)
        assert Order.objects.count() == 40
        assert digest() == whole, by_loader


@pytest.mark.realtime
def test_several_processes_share_the_counties_and_leave_the_same(fresh: Callable[[], None]) -> None:
    run.build(orders=60, seed=3, until=NOW, bulk=True)
    alone = portrait()
    fresh()
    run.build(orders=60, seed=3, until=NOW, bulk=True, workers=2)
    assert differing(alone, portrait()) == {}
    assert journal.verify() == []


def test_a_journal_written_by_the_loader_tells_when_it_is_changed(fresh: Callable[[], None]) -> None:
    run.build(orders=20, seed=1, until=NOW, bulk=True)
    line = Event.objects.filter(kind="move").first()
    assert line is not None
    with cast.journal_open():
        Event.objects.filter(pk=line.pk).update(data={"move": "other"})
    assert [(f.stream, f.seq) for f in journal.verify()] == [(line.stream, line.seq)]


# What a run leaves


@pytest.fixture
def lived(fresh: Callable[[], None]) -> Run:
    """A finished run (by the loader, which is faster and leaves the same)."""
    return run.build(orders=ORDERS, seed=1, until=NOW, bulk=True)


def test_the_same_arguments_again_add_nothing_and_other_ones_add(lived: Run) -> None:
    before = digest()
    assert run.build(orders=ORDERS, seed=1, bulk=True).pk == lived.pk  # without `until`: the run that is there
    assert run.build(orders=ORDERS, seed=1, bulk=True, until=NOW).pk == lived.pk
    assert digest() == before
    run.build(orders=20, seed=1, until=NOW, bulk=False)
    assert Order.objects.count() == ORDERS + 20
    assert journal.verify() == []


def test_every_need_is_counted_once_and_nothing_waits_to_be_sent(lived: Run) -> None:
    sums = Tally.objects.aggregate(received=Sum("received"), done=Sum("done"))
    assert sums == {"received": ORDERS, "done": Case.objects.filter(phase="done").count()}
    assert Message.objects.filter(sent_at__isnull=True).count() == 0
    assert Message.objects.exclude(sent_at=F("created_at")).count() == 0


def test_nothing_lies_in_the_future_and_everything_in_its_order(lived: Run) -> None:
    assert not Event.objects.filter(at__gt=NOW).exists()
    for code in Order.objects.values_list("code", flat=True):
        times = list(Event.objects.filter(stream=code).order_by("seq").values_list("at", flat=True))
        assert times == sorted(times), code
    assert not Deadline.objects.filter(state="running", late_at__isnull=True, due_at__lte=run.full_hour(NOW)).exists()


def test_needs_stand_at_every_stage_and_each_role_finds_work(lived: Run) -> None:
    assert {"open", "waiting_applicant", "waiting_other", "done"} <= set(Case.objects.values_list("phase", flat=True))
    assert Case.objects.filter(late=True).exclude(phase="done").exists()
    assert Case.objects.filter(coordinator=True).exclude(phase="done").exists()
    assert Case.objects.filter(reopened__gt=0).exists()
    assert Rating.objects.filter(grade__gte=4).count() > Rating.objects.filter(grade__lte=2).count() > 0
    assert set(Order.objects.values_list("behalf", flat=True)) >= {"self", "relative", "cadre", "operator", "clerk"}
    assert set(Case.objects.values_list("language", flat=True)) >= {"zh", "ug"}
    assert Transfer.objects.filter(accepted_at__isnull=False).exists()
    for who in ("clerk", "operator", "adviser", "officer", "supervisor"):
        actor = accounts.actor_for(Account.objects.get(username=who), NOW)
        assert lists.queue(actor).exists(), who
    clerk = accounts.actor_for(Account.objects.get(username="clerk"), NOW)
    assert lists.offered_to(clerk).exists()
    assert lists.queue(clerk, lists.Filter(mine=True)).exists()
    planner = accounts.actor_for(Account.objects.get(username="planner"), NOW)
    assert sum(tile.received for tile in lists.tiles(planner)) == ORDERS


def test_no_two_residents_share_a_phone_and_everybody_is_invented(lived: Run) -> None:
    assert not Person.objects.values("phone_hash").annotate(n=Count("pk")).filter(n__gt=1).exists()
    assert not Person.objects.filter(invented=False).exists()
    assert all(re.fullmatch(r"16[01348]\d{8}|169\d{8}", p.phone) for p in Person.objects.all())


def test_the_world_has_the_numbers_it_was_asked_for_and_says_that_it_is_invented(lived: Run) -> None:
    made = Organisation.objects.filter(name_zh__endswith=world.MARK, invented=True)
    asked = world.SMALL["organisations"]
    assert {k: made.filter(kind=k).count() for k in asked} == asked
    workers = Practitioner.objects.filter(name_zh__endswith=world.MARK, invented=True)
    assert {k: workers.filter(kind=k).count() for k in world.SMALL["practitioners"]} == world.SMALL["practitioners"]
    assert all(a.name.endswith(world.MARK) for a in Account.objects.filter(demo=True))


def test_a_suspended_lawyer_gets_no_work_from_that_day_on(lived: Run) -> None:
    stop = Standing.objects.get(status="suspended")
    assert not providers.available(NOW).filter(pk=stop.practitioner_id).exists()
    assert not Case.objects.filter(
        handler__practitioner_id=stop.practitioner_id, updated_at__gt=stop.starts_at
    ).exists()


# The plan


def test_a_plan_has_exactly_as_many_orders_as_it_was_asked_for(transactional_db: Any) -> None:
    town()
    world.build(seed="1", at=NOW, suspended_at=NOW)
    made = world.read()
    for orders in (1, 7, 250, 3000):
        plan = lives.Plan(made, orders=orders, seed="1", until=NOW)
        found = list(plan.everything())
        assert sum(life.orders for life in found) == orders
        assert all(life.at <= NOW for life in found)


def test_phones_are_apart_for_every_need_of_a_very_large_plan() -> None:
    seen = {
        lives._serial(county, kind, day, number)
        for county in (0, 5, 11) for kind in (0, 1) for day in range(0, 1095, 9) for number in range(40)
    }  # fmt: skip
    assert len(seen) == 3 * 2 * 122 * 40


def test_a_seventh_run_on_one_database_is_refused_with_words(transactional_db: Any) -> None:
    town()
    for number in range(1, 6):
        Run.objects.create(number=number, orders=1, seed=f"{number}", until=NOW, started_at=NOW, finished_at=NOW)
    with pytest.raises(run.TooManyRuns, match="5"):
        run.build(orders=1, seed=9, until=NOW)
    assert not Leg.objects.exists()


# The page


def test_the_page_shows_codes_with_which_each_role_really_signs_in(lived: Run, client: Client) -> None:
    page = client.get("/demo/").content.decode()
    shown = run.accounts_table()
    assert [row[1] for row in shown] == list(world.HEADLINE)
    for role, username, password, _where in shown:
        account = Account.objects.get(username=username)
        assert account.check_password(password)
        code = accounts.present_totp(account)
        assert username in page and password in page and role in page
        assert accounts.right_totp(account, code)
        assert not account.must_change_password


def test_a_tester_finds_the_sign_in_code_of_a_resident_on_the_page(lived: Run, client: Client) -> None:
    person = Person.objects.filter(orders__isnull=False).first()
    assert person is not None
    client.post("/me/sign-in/", {"phone": person.phone})
    page = client.get("/demo/").content.decode()
    code = re.search(r"\d{6}", Message.objects.order_by("-id")[0].text)
    assert code is not None and code.group() in page and person.phone in page
    assert people.check_code(phone=person.phone, code=code.group(), at=NOW.replace(minute=1)) == person.phone_hash


@pytest.mark.parametrize("language", ["zh-hans", "ug", "en"])
def test_the_page_is_there_without_data_and_in_every_language(db: Any, client: Client, language: str) -> None:
    client.cookies["language"] = language
    answer = client.get("/demo/")
    assert answer.status_code == 200
    assert 'dir="rtl"' in answer.content.decode() if language == "ug" else True
    assert "open12348 demo" in answer.content.decode()


def test_no_page_where_there_is_no_demo(db: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEMO", False)
    assert client.get("/demo/").status_code == 404


@pytest.mark.scenes
def test_each_line_shows_its_scenes_and_each_role_finds_work_of_it(fresh: Callable[[], None]) -> None:
    """In every line that has scenes: cases open and done, some late or owed after the end, nothing twice."""
    fresh()
    row = run.run(orders=20, seed=1, until=NOW)
    made = {leg.name: leg.orders for leg in row.legs.exclude(name="")}
    assert set(made) == {r.rpartition(".")[2][:12] for r in scenes.rooms()} and all(made.values())
    for name in made:
        cases = Case.objects.filter(line=name)
        assert {"open", "done"} <= set(cases.values_list("phase", flat=True)), name
        for service in catalogue.current():
            if service.line == name:  # every state of every service of the line has something to look at
                had = set(cases.filter(service=service.code).values_list("state", flat=True))
                assert {state.code for state in service.states} - had == set(), service.code
    assert not Event.objects.filter(at__gt=NOW).exists()
    assert journal.verify() == []
    before = Order.objects.count()
    assert scenes.play(row, world.read(), run.Nowhere()) == 0 and Order.objects.count() == before


@pytest.mark.scenes
def test_the_page_leads_through_each_line_that_has_a_walk_in_every_language(db: Any, client: Client) -> None:
    """The page names no line: what it says of one, the line says."""
    town()
    world.build(seed="1", at=NOW, suspended_at=NOW)
    for language in ("zh-hans", "ug", "en"):
        client.cookies["language"] = language
        with translation.override(language):
            page = client.get("/demo/").content.decode()
            for title, steps in scenes.said("walk"):
                assert escape(str(title)) in page and len(steps) == 5
                assert all(views.coded(step) in page for step in steps)
        assert "`" not in page
        assert all(f"<code>{username}</code>" in page for username in ("officer-2", "manager"))
    assert set(views.WORK) == set(world.HEADLINE)


def test_what_stands_in_backticks_is_code_and_nothing_else_is_markup() -> None:
    assert views.coded("用 `a<b` 登录 <i>") == "用 <bdi><code>a&lt;b</code></bdi> 登录 &lt;i&gt;"
