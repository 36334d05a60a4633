"""Servers and databases killed while many clients write, a disk that fills, double submits, two clerks at once.

    python -m tests.torture [SECONDS]      long; prints the counts (make torture)

The short form runs in tests/test_faults.py. Nothing is imported from Django here: the rig is a real PostgreSQL, a real
granian and real HTTP clients; what came of it is asked by bare SQL and by `open12348 verify`.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psycopg

from open12348.config import postgres

ROOT = Path(__file__).resolve().parent.parent
PLACE = "S653125101"


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Rig:
    """A whole installation of its own: database, server, one partner's key."""

    home: Path
    port: int = field(default_factory=free_port)
    database: postgres.Server | None = None
    server: subprocess.Popen[bytes] | None = None
    token: str = ""
    sent: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        assert self.database is not None
        return self.database.url

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("OPEN12348_", "DATABASE_URL", "DJANGO_"))}
        return kept | {
            "OPEN12348_HOME": str(self.home), "DATABASE_URL": self.url, "OPEN12348_SECRET": "rig", "OPEN12348_KEYS": "rig",
            "OPEN12348_DEMO": "1", "OPEN12348_COLLECT": "0", "GRANIAN_LOG": "critical", "OPEN12348_LOG": "CRITICAL",
            "OPEN12348_TOKEN_PER_MINUTE": "1000000",
        }  # fmt: skip

    def start_database(self) -> None:
        """Start PostgreSQL, with all its safety on; after a crash as well."""
        self.database = postgres.ensure(self.home)

    def kill_database(self) -> None:
        """kill -9 the postmaster and every process of its."""
        assert self.database is not None
        pid = int((self.database.data / "postmaster.pid").read_text().split()[0])
        family = [pid]
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (process / "stat").read_text().rsplit(")", 1)[1].split()[1] == str(pid):
                    family.append(int(process.name))
        for one in family:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)

    def prepare(self) -> None:
        """Tables, the town of the tests, a partner's key."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.torture", "--prepare"], cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        self.token = done.stdout.strip().splitlines()[-1]

    def start_server(self) -> None:
        """Start granian with two workers."""
        self.server = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "2",
             "--blocking-threads", "4", "--no-ws", "--log-level", "critical", "open12348.config.wsgi:application"],
            cwd=ROOT, env=self.environment(), start_new_session=True,
        )  # fmt: skip

    def kill_server(self) -> None:
        """kill -9 the server and its workers."""
        if self.server is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()

    def wait(self, seconds: float = 30) -> None:
        """Until the server answers."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with suppress(OSError, HTTPException):
                if self.call("GET", "/api/v1/openapi.json")[0] == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError("the server does not answer")

    def call(self, method: str, path: str, body: Any = None, key: str = "", timeout: float = 10) -> tuple[int, Any]:
        """One request. Out: status and the JSON answered. Errors: OSError, HTTPException when the line breaks."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            headers = {
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "Purpose": "handling",
            }
            if key:
                headers["Idempotency-Key"] = key.replace("示例", "")  # headers are ASCII
            line.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = line.getresponse()
            text = answer.read()
            try:
                return answer.status, json.loads(text) if text else None
            except ValueError:
                return answer.status, text.decode(errors="replace")
        finally:
            line.close()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database says."""
        with psycopg.connect(self.url) as db:
            return db.execute(sql, values).fetchall()  # type: ignore[arg-type]

    def verify(self) -> str:
        """'' when the journal holds, else what `open12348 verify` said."""
        done = subprocess.run(
            [sys.executable, "-m", "open12348.config.cli", "verify"], cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False
        )  # fmt: skip
        return "" if done.returncode == 0 else done.stdout + done.stderr


def prepare_here() -> None:
    """In a process of its own: tables, town, key."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open12348.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from open12348.kernel.access import Role
    from open12348.registry import accounts
    from tests import people

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    town = people.build()
    firm = town.staff["provider"].practitioner.organisation  # type: ignore[union-attr]
    _row, secret = accounts.new_token(
        organisation=firm, name="rig", scopes=["orders:read", "orders:write", "directory:read"], at=people.NOW,
        division=town.units["653125000000"], role=Role.CLERK.value,
    )  # fmt: skip
    print(secret)


@contextmanager
def rig(home: Path | None = None) -> Iterator[Rig]:
    """A rig, taken down whatever happens."""
    folder = home or Path(tempfile.mkdtemp(prefix="o12348-rig-"))
    folder.chmod(0o755)
    one = Rig(folder)
    try:
        one.start_database()
        one.prepare()
        one.start_server()
        one.wait()
        yield one
    finally:
        one.kill_server()
        if one.database is not None:
            with suppress(Exception):
                postgres.stop(one.database)
        if home is None:
            shutil.rmtree(folder, ignore_errors=True)


# The clients


@dataclass
class Ledger:
    """What the clients were told: name of the person in the order -> code, and which codes were answered."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    tried: set[str] = field(default_factory=set)
    orders: dict[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    broken_lines: int = 0


def order_body(name: str) -> dict[str, Any]:
    """A need, as a partner sends it."""
    return {
        "item": "B01", "place": PLACE, "channel": "partner",
        "said": {"question": "老板拖欠三个月工资（示例）", "topic": "0201"},
        "contact": {"name": name, "phone": f"138{random.randrange(10**8):08d}", "language": "zh", "reply_by": "phone"},
    }  # fmt: skip


def persist(one: Rig, ledger: Ledger, path: str, body: Any, key: str, until: float) -> tuple[int, Any]:
    """Send the same request until it is answered for good, as a careful client does: the key makes that harmless."""
    while True:
        try:
            status, answer = one.call("POST", path, body, key, timeout=5)
            if status < 500 and status != 429:
                return status, answer
        except (OSError, HTTPException):
            pass
        with ledger.lock:
            ledger.broken_lines += 1
        if time.monotonic() > until:
            return 0, None
        time.sleep(0.05)


def client(one: Rig, ledger: Ledger, stop: threading.Event, patience: float = 60) -> None:
    """Sends needs, answers every second one, until told to stop; what was begun is finished."""
    turn = 0
    while not stop.is_set():
        turn += 1
        name = f"示例{uuid.uuid4().hex[:12]}"
        with ledger.lock:
            ledger.tried.add(name)
            one.sent.add(name)
        until = time.monotonic() + patience
        status, answer = persist(one, ledger, "/api/v1/orders", order_body(name), f"o-{name}", until)
        if status not in (200, 201):
            if status:
                ledger.wrong.append(f"order {status}: {answer}")
            continue
        code = answer["code"]
        with ledger.lock:
            ledger.orders[name] = code
        if turn % 2:
            move = {"data": {"answer": "带上工资条去劳动监察大队（示例）"}}
            status, answer = persist(one, ledger, f"/api/v1/orders/{code}/moves/answer", move, f"a-{name}", until)
            if status in (200, 201):
                with ledger.lock:
                    ledger.answered.add(code)
            elif status:
                ledger.wrong.append(f"answer {status}: {answer}")


def storm(
    one: Rig, seconds: float, blow: Callable[[], None], every: tuple[float, float], clients: int = 8
) -> tuple[Ledger, int]:
    """Clients write for some seconds while `blow` strikes at random moments. Out: what they were told, how many blows."""
    ledger, stop, blows = Ledger(), threading.Event(), 0
    threads = [threading.Thread(target=client, args=(one, ledger, stop)) for _n in range(clients)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            time.sleep(random.uniform(*every))
            blow()
            blows += 1
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return ledger, blows


def faults_after(one: Rig, ledger: Ledger) -> list[str]:
    """What does not hold after a storm: an acknowledged order lost or doubled, something half done, a journal broken."""
    found = list(ledger.wrong[:5])
    kept: dict[str, list[str]] = {}
    for name, code in one.rows(
        "SELECT p.name, o.code FROM spine_order o JOIN registry_person p ON p.id = o.person_id WHERE p.name LIKE '示例%%'"
    ):
        kept.setdefault(name, []).append(code)
    for name, code in ledger.orders.items():
        if kept.get(name) != [code]:
            found.append(f"acknowledged {code} is kept as {kept.get(name)}")
    found += [f"{name} was sent once and kept {len(codes)} times" for name, codes in kept.items() if len(codes) > 1]
    found += [f"{name} was never sent" for name in kept if name not in one.sent]
    done = {
        code
        for (code,) in one.rows(
            "SELECT o.code FROM spine_case c JOIN spine_order o ON o.id = c.order_id WHERE c.phase = 'done'"
        )
    }
    found += [f"acknowledged answer to {code} is lost" for code in ledger.answered - done]
    for what, sql in (
        ("orders without a case", "SELECT o.code FROM spine_order o LEFT JOIN spine_case c ON c.order_id = o.id WHERE c.order_id IS NULL"),
        ("cases whose journal ends elsewhere", "SELECT o.code FROM spine_case c JOIN spine_order o ON o.id = c.order_id WHERE c.journal_seq <> "
         "(SELECT coalesce(max(seq), 0) FROM spine_event e WHERE e.order_id = c.order_id)"),
        ("orders without a clock", "SELECT o.code FROM spine_order o WHERE NOT EXISTS (SELECT 1 FROM spine_deadline d WHERE d.order_id = o.id)"),
        ("orders without their message", "SELECT o.code FROM spine_order o WHERE NOT EXISTS (SELECT 1 FROM kernel_message m WHERE m.case_code = o.code)"),
        ("ended cases without an outcome", "SELECT o.code FROM spine_case c JOIN spine_order o ON o.id = c.order_id WHERE c.phase = 'done' AND NOT EXISTS "
         "(SELECT 1 FROM spine_outcome x WHERE x.order_id = o.id)"),
        ("open cases with an outcome", "SELECT o.code FROM spine_case c JOIN spine_order o ON o.id = c.order_id WHERE c.phase <> 'done' AND EXISTS "
         "(SELECT 1 FROM spine_outcome x WHERE x.order_id = o.id)"),
    ):  # fmt: skip
        rows = one.rows(sql)
        if rows:
            found.append(f"{len(rows)} {what}: {rows[:3]}")
    broken = one.verify()
    if broken:
        found.append(broken)
    return found


# The blows


def server_killed(one: Rig, seconds: float) -> tuple[Ledger, int, list[str]]:
    """The server is killed -9 again and again while clients send needs."""

    def blow() -> None:
        one.kill_server()
        one.start_server()
        with suppress(RuntimeError):
            one.wait(20)

    ledger, blows = storm(one, seconds, blow, (0.5, 2.0))
    return ledger, blows, faults_after(one, ledger)


def database_killed(one: Rig, seconds: float) -> tuple[Ledger, int, list[str]]:
    """The whole PostgreSQL is killed -9 again and again, and comes back."""

    def blow() -> None:
        one.kill_database()
        one.start_database()

    ledger, blows = storm(one, seconds, blow, (1.0, 3.0))
    return ledger, blows, faults_after(one, ledger)


def disk_full(seconds: float) -> tuple[Ledger, int, list[str]] | None:
    """The database's disk fills up while clients send needs; then room is made. None where no small disk can be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="o12348-small-"))
    folder.chmod(0o755)
    size = 140
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}m,mode=0755", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        return None
    try:
        with rig(folder) as one:
            ballast = folder / "ballast"

            def blow() -> None:
                """Take all the room there is; make room again; the database may have to be started anew."""
                left = shutil.disk_usage(folder).free
                with suppress(OSError), open(ballast, "wb") as out:
                    out.write(b"\0" * max(left - 256 * 1024, 0))
                with suppress(OSError), open(ballast, "ab", buffering=0) as out:
                    while out.write(b"\0" * 65536):
                        pass
                time.sleep(1.5)
                ballast.unlink(missing_ok=True)
                subprocess.run(
                    ["mount", "-o", f"remount,size={size * 4}m", str(folder)], check=False, capture_output=True
                )
                one.start_database()

            ledger, blows = storm(one, seconds, blow, (1.0, 2.0))
            return ledger, blows, faults_after(one, ledger)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def _together(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run all at the same moment. Out: their answers."""
    answers: list[Any] = [None] * len(jobs)
    gate = threading.Barrier(len(jobs))

    def go(n: int) -> None:
        gate.wait()
        answers[n] = jobs[n]()

    threads = [threading.Thread(target=go, args=(n,)) for n in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def double_submits(one: Rig, times: int, at_once: int = 6) -> list[str]:
    """The same request from several hands at the same moment makes one order."""
    wrong = []
    for _n in range(times):
        name = f"示例{uuid.uuid4().hex[:12]}"
        one.sent.add(name)
        body = order_body(name)
        answers = _together([partial(one.call, "POST", "/api/v1/orders", body, f"d-{name}")] * at_once)
        codes = {a[1]["code"] for a in answers if a[0] in (200, 201)}
        kept = one.rows(
            "SELECT count(*) FROM spine_order o JOIN registry_person p ON p.id = o.person_id WHERE p.name = %s", name
        )[0][0]
        if len(codes) != 1 or kept != 1 or any(a[0] >= 500 for a in answers):
            wrong.append(f"{name}: {[a[0] for a in answers]}, kept {kept}")
    return wrong


def two_clerks(one: Rig, times: int) -> list[str]:
    """Of two clerks who answer the same case at the same moment, one does and one is told."""
    wrong = []
    for n in range(times):
        name = f"示例{uuid.uuid4().hex[:12]}"
        one.sent.add(name)
        status, answer = one.call("POST", "/api/v1/orders", order_body(name), f"t-{name}")
        if status != 201:
            wrong.append(f"order {status}: {answer}")
            continue
        path = f"/api/v1/orders/{answer['code']}/moves/answer"
        jobs: list[Callable[[], Any]] = [
            partial(one.call, "POST", path, {"data": {"answer": f"第 {k} 位的答复（示例）"}}, f"t{k}-{name}-{n}")
            for k in (1, 2)
        ]
        statuses = sorted(a[0] for a in _together(jobs))
        ends = one.rows(
            "SELECT count(*) FROM spine_outcome x JOIN spine_order o ON o.id = x.order_id WHERE o.code = %s",
            answer["code"],
        )[0][0]
        if statuses[0] not in (200, 201) or statuses[1] not in (409, 422) or ends != 1:
            wrong.append(f"{answer['code']}: {statuses}, endings {ends}")
    return wrong


def main(words: list[str]) -> int:
    """The long form. Out: exit status."""
    if words == ["--prepare"]:
        prepare_here()
        return 0
    seconds = float(words[0]) if words else 60
    bad = 0

    def tell(what: str, ledger: Ledger, blows: int, faults: list[str]) -> None:
        nonlocal bad
        bad += len(faults)
        print(
            f"{what}: {blows} blows, {len(ledger.tried)} needs sent, {len(ledger.orders)} acknowledged, {len(ledger.answered)} answered, "
            f"{ledger.broken_lines} requests cut off or refused for a while and sent again, {len(faults)} faults", flush=True,
        )  # fmt: skip
        for fault in faults[:20]:
            print(f"    {fault}")

    with rig() as one:
        tell("server killed -9", *server_killed(one, seconds))
    with rig() as one:
        tell("database killed -9", *database_killed(one, seconds))
    full = disk_full(seconds / 2)
    if full is None:
        print("disk full: no small disk can be mounted here, not run")
    else:
        tell("disk full", *full)
    with rig() as one:
        for what, wrong in (
            ("double submits (6 at once)", double_submits(one, 60)),
            ("two clerks at once", two_clerks(one, 60)),
        ):
            bad += len(wrong)
            print(f"{what}: 60 times, {len(wrong)} faults", flush=True)
            for line in wrong[:10]:
                print(f"    {line}")
        broken = one.verify()
        bad += bool(broken)
        print("journal: " + (broken or "holds"))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
