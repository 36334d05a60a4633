"""How fast it is, each figure beside a floor measured in the same run (make bench).

    python -m tests.bench lifecycles              receive → assign → answer through the API, against bare SQL
    python -m tests.bench reads [SMALL LARGE]     queue, case page, search, tiles at two sizes (default 100,000 and 1,000,000)
    python -m tests.bench papers [COUNT]          a decision of two pages in two languages; COUNT (500) issued as one batch
    python -m tests.bench                         all

Machines are noisy: rounds of floor and product alternate, medians are given. The databases of `reads` are built once, under
OPEN12348_HOME/bench, and kept.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Json

from open12348.config import postgres

from . import torture

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, SECONDS, CLIENTS = 5, 4.0, 8

#: The tables one lifecycle writes to, parents first, and the columns whose values must differ from life to life.
TABLES = (
    "registry_person", "spine_order", "spine_case", "spine_party", "spine_document", "spine_deadline", "spine_event", "spine_assignment",
    "spine_outcome", "spine_rating", "kernel_message", "kernel_oncekey", "registry_fileview",
)  # fmt: skip
FRESH = {("spine_order", "code"), ("spine_event", "stream"), ("kernel_oncekey", "key"), ("kernel_message", "case_code")}


# One life: through the API, and as bare rows


def lifecycle(one: torture.Rig) -> None:
    """A need received, assigned, answered (which ends it): three requests, as a partner's system sends them."""
    name = f"示例{uuid.uuid4().hex[:12]}"
    status, answer = one.call("POST", "/api/v1/orders", torture.order_body(name), f"o-{name}")
    assert status == 201, answer
    path = f"/api/v1/orders/{answer['code']}"
    status, said = one.call("POST", f"{path}/assignment", {"to": "clerk"}, f"s-{name}")
    assert status in (200, 201), said
    status, said = one.call(
        "POST", f"{path}/moves/answer", {"data": {"answer": "带上工资条去劳动监察大队（示例）"}}, f"a-{name}"
    )
    assert status in (200, 201), said


def columns(db: psycopg.Connection, table: str) -> dict[str, str]:
    """The columns of a table and their types, in order."""
    found = db.execute(
        "SELECT column_name, udt_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position", [table]
    )  # fmt: skip
    return dict(found.fetchall())


def rows_of_one_life(one: torture.Rig) -> tuple[list[tuple[str, list[str], list[Any]]], int]:
    """What one lifecycle leaves in the database: (table, columns, values) of every new row. Out: those, and the case's updates."""
    with psycopg.connect(one.url, autocommit=True) as db:
        marks = {}
        for table in TABLES:
            key = "order_id" if table == "spine_case" else "id"
            marks[table] = (
                key,
                db.execute(
                    sql.SQL("SELECT coalesce(max({}), 0) FROM {}").format(sql.Identifier(key), sql.Identifier(table))
                ).fetchone()[0],
            )  # type: ignore[index]
        lifecycle(one)
        life = []
        for table in TABLES:
            key, mark = marks[table]
            names = columns(db, table)
            for row in db.execute(
                sql.SQL("SELECT * FROM {} WHERE {} > %s ORDER BY {}").format(*map(sql.Identifier, (table, key, key))),
                [mark],
            ):
                values = [Json(v) if kind == "jsonb" else v for v, kind in zip(row, names.values(), strict=True)]
                life.append((table, list(names), values))
        updates = 2  # receive writes the case once, whole; the assignment and the answer close with one UPDATE each
    return life, updates


def _bare(url: str, life: list[tuple[str, list[str], list[Any]]], updates: int, seconds: float, out: Any) -> None:
    """Write the rows of one life again and again, each life in one transaction, with prepared statements and nothing else."""
    done = 0
    old_order = next(row[names.index("id")] for table, names, row in life if table == "spine_order")
    old_person = next((row[names.index("id")] for table, names, row in life if table == "registry_person"), None)
    statements = []
    for table, names, row in life:
        kept = [(n, v) for n, v in zip(names, row, strict=True) if n not in ("id", "txid")]
        text = sql.SQL("INSERT INTO {} ({}) VALUES ({})" + (" RETURNING id" if table in ("registry_person", "spine_order") else "")).format(
            sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(n) for n, _v in kept), sql.SQL(", ").join(sql.Placeholder() for _k in kept)
        )  # fmt: skip
        statements.append((table, text, kept))
    with closing(psycopg.connect(url)) as db:
        text_of = [(table, text.as_string(db), kept) for table, text, kept in statements]
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            fresh = f"{random.randrange(10**16):016d}"
            order = person = None
            with db.transaction():
                db.execute(
                    "INSERT INTO kernel_counter (scope, value) VALUES (%s, 1) ON CONFLICT (scope) DO UPDATE SET value = kernel_counter.value + 1 RETURNING value",
                    [f"bench:{random.randrange(12)}"],
                )  # fmt: skip
                for n, (table, text, kept) in enumerate(text_of):
                    values = []
                    for name, value in kept:
                        if name == "order_id":
                            value = order if value == old_order else value
                        elif name == "person_id" and value == old_person:
                            value = person
                        elif (table, name) in FRESH:
                            value = fresh if name != "key" else f"{fresh}-{n}"
                        elif (table, name) == ("spine_outcome", "archive_no"):
                            value = fresh
                        values.append(value)
                    if table == "spine_rating":
                        continue
                    came = db.execute(text, values)
                    if table == "registry_person":
                        person = came.fetchone()[0]  # type: ignore[index]
                    elif table == "spine_order":
                        order = came.fetchone()[0]  # type: ignore[index]
                for n in range(updates):
                    db.execute(
                        "UPDATE spine_case SET journal_seq = %s, updated_at = now() WHERE order_id = %s", [n, order]
                    )
            done += 1
    out.put(done)


def bare(one: torture.Rig, life: Any, updates: int, seconds: float, clients: int) -> float:
    """Lives per second by bare SQL."""
    context = get_context("spawn")
    out = context.Queue()
    workers = [context.Process(target=_bare, args=(one.url, life, updates, seconds, out)) for _n in range(clients)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    total = sum(out.get() for _w in workers)
    return total / seconds


def through_the_api(one: torture.Rig, seconds: float, clients: int) -> tuple[float, list[float]]:
    """Lives per second over HTTP, and how long each took."""
    took: list[float] = []
    until = time.monotonic() + seconds
    faults: list[BaseException] = []

    def go() -> None:
        try:
            while time.monotonic() < until:
                began = time.monotonic()
                lifecycle(one)
                took.append(time.monotonic() - began)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=go) for _n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return len(took) / seconds, took


def lifecycles() -> None:
    """The product beside its floor, alternating."""
    with torture.rig() as one:
        for _n in range(3):
            lifecycle(one)
        life, updates = rows_of_one_life(one)
        print(
            f"one lifecycle: 3 requests, {len(life)} rows, {updates} updates of the case, 1 of the counter", flush=True
        )
        through_the_api(one, 2, CLIENTS)
        bare(one, life, updates, 1, 2)
        floors, rates, ratios, took = [], [], [], []
        for n in range(ROUNDS):
            floor = bare(one, life, updates, SECONDS, 4)
            rate, each = through_the_api(one, SECONDS, CLIENTS)
            floors.append(floor)
            rates.append(rate)
            ratios.append(floor / rate)
            took += each
            print(
                f"  round {n + 1}: bare SQL {floor:,.0f}/s, through the API {rate:,.0f}/s, 1:{floor / rate:.1f}",
                flush=True,
            )
        took.sort()
        print(
            f"lifecycles: bare SQL {statistics.median(floors):,.0f}/s (4 processes), API {statistics.median(rates):,.0f}/s ({CLIENTS} clients, 2 workers), "
            f"ratio 1:{statistics.median(ratios):.1f}; a life takes p50 {took[len(took) // 2] * 1000:.0f} ms, p99 {took[int(len(took) * 0.99)] * 1000:.0f} ms",
            flush=True,
        )  # fmt: skip


# Reading, at two sizes


def build(orders: int) -> postgres.Server:
    """A demo prefecture of so many orders, built once and kept."""
    home = Path(os.environ.get("OPEN12348_HOME", ROOT / "var")) / "bench" / str(orders)
    home.mkdir(parents=True, exist_ok=True)
    server = postgres.ensure(home)
    done = home / "built"
    if not done.exists():
        print(f"building {orders:,} orders (once)", flush=True)
        environment = {
            **os.environ,
            "OPEN12348_HOME": str(home),
            "DATABASE_URL": server.url,
            "OPEN12348_SECRET": "bench",
            "OPEN12348_KEYS": "bench",
        }
        began = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "open12348.config.cli", "demo", "--orders", str(orders)],
            env=environment,
            cwd=ROOT,
            check=True,
        )
        seconds = time.monotonic() - began
        with psycopg.connect(server.url, autocommit=True) as db:
            db.execute("VACUUM ANALYZE")
        done.write_text(f"{seconds:.0f}")
        print(f"  {seconds:,.0f} s, {orders / seconds:,.0f} orders/s", flush=True)
    return server


def measure_here(rounds: int) -> None:
    """In a process of its own, on the database of DATABASE_URL: the time each thing spends in the database, as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open12348.config.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    settings.ALLOWED_HOSTS = ["*"]
    from open12348.registry import accounts
    from open12348.registry.models import Account, Membership
    from open12348.spine import lists
    from open12348.spine.models import Case

    now = timezone.now()

    def holder(role: str) -> Account:
        return (
            Membership.objects.filter(role=role, account__demo=True)
            .select_related("account")
            .order_by("account__username")
            .first()
            .account
        )  # type: ignore[union-attr]

    clerk, supervisor, planner = holder("clerk"), holder("supervisor"), holder("planner")
    actors = {a.pk: accounts.actor_for(a, now) for a in (clerk, supervisor, planner)}
    seen = lists.visible(actors[supervisor.pk])
    codes = list(seen.order_by("?").values_list("order__code", flat=True)[: rounds * 2])
    names = [n for n in seen.order_by("?").values_list("order__person__name", flat=True)[: rounds * 4] if n][
        : rounds * 2
    ]

    def browser(account: Account) -> Client:
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session[accounts.SECOND_FACTOR_KEY] = account.pk
        session.save()
        return client

    at_desk, overseeing = browser(clerk), browser(supervisor)

    def page(client: Client, path: str) -> Callable[[int], Any]:
        def get(_n: int) -> None:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("Location"))

        return get

    def case_page(n: int) -> None:
        assert overseeing.get(f"/console/cases/{codes[n % len(codes)]}/").status_code == 200

    things: dict[str, Callable[[int], Any]] = {
        "queue of a clerk (page)": page(at_desk, "/console/"),
        "queue of a supervisor (page)": page(overseeing, "/console/?phase="),
        "first page of a supervisor": page(overseeing, "/console/watch/"),
        "case page": case_page,
        "search by code": lambda n: lists.search(actors[supervisor.pk], codes[n % len(codes)]),
        "search by name": lambda n: lists.search(actors[supervisor.pk], names[n % len(names)]),
        "county tiles": lambda _n: lists.tiles(actors[planner.pk]),
    }
    spent = [0.0, 0]

    def wrapper(execute: Any, text: Any, values: Any, many: Any, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(text, values, many, context)
        finally:
            spent[0] += time.perf_counter() - began
            spent[1] += 1

    result: dict[str, Any] = {"orders": Case.objects.count()}
    with connection.execute_wrapper(wrapper):
        for name, do in things.items():
            times, queries = [], 0
            for n in range(rounds + 2):
                spent[:] = [0.0, 0]
                do(n)
                if n >= 2:  # the first two warm the caches
                    times.append(spent[0] * 1000)
                    queries = spent[1]
            result[name] = {"ms": statistics.median(times), "worst": max(times), "queries": queries}
        times = []
        for _n in range(200):
            began = time.perf_counter()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                cursor.fetchone()
            times.append((time.perf_counter() - began) * 1000)
        result["floor"] = statistics.median(times)
    print(json.dumps(result, ensure_ascii=False))


def reads(sizes: tuple[int, ...] = (100_000, 1_000_000)) -> None:
    """The same reads at each size."""
    found = []
    for size in sizes:
        server = build(size)
        home = server.data.parent
        environment = {
            **os.environ,
            "OPEN12348_HOME": str(home),
            "DATABASE_URL": server.url,
            "OPEN12348_SECRET": "bench",
            "OPEN12348_KEYS": "bench",
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench", "--measure"],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        postgres.stop(server)
        if done.returncode:
            raise SystemExit(done.stderr[-3000:])
        found.append(json.loads(done.stdout.strip().splitlines()[-1]))
    print(f"time in the database, median of 15 (worst), ms; floor: SELECT 1 = {found[-1]['floor']:.2f} ms")
    print(f"  {'':<30}" + "".join(f"{f['orders']:>22,}" for f in found) + "   growth")
    for name in found[0]:
        if name in ("orders", "floor"):
            continue
        cells = "".join(f"{f[name]['ms']:>10.1f} ({f[name]['worst']:>7.1f}) " for f in found)
        growth = found[-1][name]["ms"] / found[0][name]["ms"] if found[0][name]["ms"] else 0
        print(
            f"  {name:<30}{cells}  ×{growth:.2f}  {found[-1][name]['queries']} queries, ×{found[-1][name]['ms'] / found[-1]['floor']:.0f} floor"
        )


# Papers


def decision() -> Any:
    """A decision as a line declares one: two pages in Chinese and Uyghur."""
    from django.utils.functional import lazy
    from django.utils.translation import get_language

    from open12348.kernel import blocks as b
    from open12348.spine.catalogue import Paper

    def both(zh: str, ug: str) -> Any:
        return lazy(lambda: ug if (get_language() or "").startswith("ug") else zh, str)()

    reason = both(
        "经审查，您申请的事项属于第三十一条规定的范围；您家庭人均收入低于规定的标准，符合给予法律援助的条件。",
        "تەكشۈرۈشتىن كېيىن، سىز ئىلتىماس قىلغان ئىش 31-ماددىدا بەلگىلەنگەن دائىرىگە كىرىدۇ؛ ئائىلىڭىزنىڭ كىشى بېشىغا توغرا كېلىدىغان كىرىمى بەلگىلەنگەن ئۆلچەمدىن تۆۋەن، قانۇن ياردىمى بېرىش شەرتىگە ئۇيغۇن.",
    )
    return Paper(
        no=9, code="bench", title=both("给予法律援助决定书", "قانۇن ياردىمى بېرىش قارارنامىسى"), tongues="zh-ug",
        blocks=(
            b.Para(both("%(applicant)s：", "%(applicant)s:"), to=True),
            *[b.Para(reason)] * 7,
            b.Table(
                (both("案号", "دېلو نومۇرى"), "case"), (both("受援人", "ياردەم ئالغۇچى"), "applicant"), (both("日期", "كۈنى"), "day"),
                (both("办理机构", "بېجىرگۈچى ئورۇن"), "office"),
            ),
            b.Items(*[both("收到之日起十五日内可以提出异议。", "تاپشۇرۇۋالغان كۈندىن باشلاپ 15 كۈن ئىچىدە ئېتىراز بىلدۈرسىڭىز بولىدۇ.")] * 6),
            b.Seal(),
            b.Cut(both("存根", "قالدۇق")),
            b.Sign(both("审批人", "تەستىقلىغۇچى"), both("签收人", "تاپشۇرۇۋالغۇچى")),
        ),
    )  # fmt: skip


def papers_here(count: int) -> None:
    """In a process of its own, on the database of DATABASE_URL: one paper beside an empty page, then a batch."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open12348.config.settings")
    import django

    django.setup()
    from datetime import date
    from tempfile import TemporaryDirectory

    from django.utils import timezone
    from weasyprint import HTML

    from open12348.kernel import blocks, word
    from open12348.kernel import papers as sheets
    from open12348.kernel.access import SYSTEM
    from open12348.spine import files, journal, papers
    from open12348.spine.models import Order

    form = decision()
    facts = {
        "applicant": blocks.Named("阿依古丽·买买提", "ئايگۈل مەمەت"), "case": blocks.Code("3125-0226-0001-2364"), "day": date(2026, 11, 23),
        "office": blocks.Named("甲县法律援助中心（示例）", "ئا ناھىيەلىك قانۇن ياردەم مەركىزى (مىسال)"),
    }  # fmt: skip
    content = blocks.freeze(title=form.title, blocks=form.blocks, facts=facts)
    mark = sheets.Mark("3125-0226-0001-2364-09-01", "0123456789abcdef" * 4, "https://example.test/check/?n=1&f=2")
    made: dict[str, Callable[[], Any]] = {
        "empty page": lambda: HTML(string="<p>", url_fetcher=sheets._nothing_from_outside()).write_pdf(font_config=sheets._fonts()),
        **{t: lambda t=t: sheets.of_blocks(content=content, tongues=t, mark=mark) for t in ("zh", "ug", "zh-ug")},
        "word zh-ug": lambda: word.of_blocks(content=content, tongues="zh-ug", number=mark.number),
    }  # fmt: skip
    took: dict[str, list[float]] = {name: [] for name in made}
    worked: dict[str, list[float]] = {name: [] for name in made}  # of the processor, whoever else wants it
    for n in range(12):
        for name, make in made.items():
            began, busy = time.perf_counter(), time.process_time()
            make()
            if n >= 2:  # the first two read the fonts
                took[name].append((time.perf_counter() - began) * 1000)
                worked[name].append((time.process_time() - busy) * 1000)
    floor = statistics.median(took["empty page"])
    for name, times in took.items():
        print(
            f"  {name:<12} median of {len(times)}: {statistics.median(times):6.0f} ms (worst {max(times):.0f}), processor {statistics.median(worked[name]):.0f} ms, 1:{statistics.median(times) / floor:.1f} of an empty page",
            flush=True,
        )
    orders = list(Order.objects.select_related("case", "person").order_by("pk")[:count])

    def issue(order: Order) -> Any:
        with journal.turn(order_id=order.pk, by=SYSTEM, at=timezone.now()) as now:
            return papers.issue(now, form, facts={"office": facts["office"]}, tongues="zh-ug", anew=True)

    turns = []
    for order in orders[:50]:
        began = time.perf_counter()
        issue(order)  # as a move does: numbered, frozen, compared; drawn later
        turns.append((time.perf_counter() - began) * 1000)
    print(
        f"  issued within a turn, not drawn: median of {len(turns)}: {statistics.median(turns):.0f} ms (worst {max(turns):.0f})",
        flush=True,
    )
    with TemporaryDirectory() as folder:
        out = Path(folder) / "papers.zip"
        began = time.perf_counter()
        for done, total in papers.batch(orders, issue, out=out):
            if done % 100 == 0 or done == total:
                print(f"  batch: {done} of {total}, {time.perf_counter() - began:.0f} s", flush=True)
        seconds, size = time.perf_counter() - began, out.stat().st_size
        one = [files.content(p.document) for p in papers.of_case(orders[0])[:1]]
        merging = time.perf_counter()
        papers.merge(one * len(orders))
        merging = time.perf_counter() - merging
    print(
        f"batch of {len(orders)}: {seconds:.0f} s, {seconds / len(orders) * 1000:.0f} ms each with number, seal and journal, "
        f"1:{seconds / len(orders) * 1000 / floor:.1f} of an empty page; ZIP {size / 1e6:.0f} MB; merged into one PDF in {merging:.0f} s",
        flush=True,
    )


def papers_bench(count: int = 500) -> None:
    """Papers, on a demo prefecture large enough."""
    server = build(1000)
    home = server.data.parent
    environment = {
        **os.environ, "OPEN12348_HOME": str(home), "DATABASE_URL": server.url, "OPEN12348_SECRET": "bench", "OPEN12348_KEYS": "bench",
    }  # fmt: skip
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], env=environment, cwd=ROOT, check=True)
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--papers", str(count)], env=environment, cwd=ROOT, check=False
    )
    postgres.stop(server)
    if done.returncode:
        raise SystemExit(done.returncode)


def main(words: list[str]) -> int:
    """The command."""
    if words == ["--measure"]:
        measure_here(15)
        return 0
    if words[:1] == ["--papers"]:
        papers_here(int(words[1]))
        return 0
    what = words[0] if words else ""
    if what in ("", "lifecycles"):
        lifecycles()
    if what in ("", "reads"):
        sizes = tuple(int(w.replace(",", "")) for w in words[1:]) or (100_000, 1_000_000)
        reads(sizes)
    if what in ("", "papers"):
        papers_bench(*(int(w.replace(",", "")) for w in words[1:2] if what == "papers"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
