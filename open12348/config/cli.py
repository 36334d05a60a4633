"""The command `open12348`: the parts of the product by name.

open12348 run                    everything on this machine: database, pack, demo, server, worker
open12348 serve                  the web server alone            open12348 work      the worker alone
open12348 load PACK              load a pack                     open12348 demo      a simulated prefecture
open12348 verify                 does the journal hold?          open12348 doctor    what is wrong on this machine?
open12348 map                    draw docs/map.md                open12348 token     a key for a partner system
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import IO, Any

from open12348.config.tongue import gettext as _
from open12348.config.tongue import language

PACKAGE = Path(__file__).resolve().parent.parent


def home() -> Path:
    """The folder of this machine's data."""
    return Path(os.environ.get("OPEN12348_HOME", PACKAGE.parent / "var"))


def port() -> int:
    """The port to serve on. Errors: SystemExit with words when PORT is no number."""
    try:
        return int(os.environ.get("PORT", "8000"))
    except ValueError:
        raise SystemExit(_("PORT 要写数字，例如 PORT=8001。")) from None


def say(text: str) -> None:
    """A line of progress."""
    print(f"  {text}", flush=True)


@contextmanager
def django(*, collect: bool = False) -> Iterator[None]:
    """Django, on the database of DATABASE_URL or else the embedded one, which its last user stops."""
    from open12348.config import postgres, words

    words.compile_all()
    if collect:
        os.environ["OPEN12348_COLLECT"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open12348.config.settings")
    try:
        with postgres.borrowed(home()):
            import django as framework

            framework.setup()
            from django.utils import translation

            with translation.override(language()):
                yield
            from django.db import connections

            for connection in connections.all():
                connection.close_pool() if hasattr(connection, "close_pool") else connection.close()
    except postgres.NoPostgres as fault:
        raise SystemExit(str(fault)) from fault


def prepare() -> None:
    """Tables, the pack: what must be there before anything is served. Repeating it changes nothing."""
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from open12348.registry import pack

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    pack.load(settings.OPEN12348_PACK, at=timezone.now(), say=say)


# The commands


def _with_parent() -> None:
    """A child goes when its parent dies, even killed (Linux)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _server(at: int) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", os.environ.get("HOST", "127.0.0.1"), "--port", str(at),
        "--workers", os.environ.get("WEB_WORKERS", "2"), "--blocking-threads", os.environ.get("WEB_THREADS", "4"),
        "--no-ws", "--log-level", os.environ.get("GRANIAN_LOG", "warning"), "--respawn-failed-workers",
        "open12348.config.wsgi:application",
    ]  # fmt: skip


@contextmanager
def _alone() -> Iterator[IO[str]]:
    """One `run` for one home at a time. Errors: SystemExit that says who runs and where."""
    home().mkdir(parents=True, exist_ok=True)
    lock = open(home() / "run.lock", "a+")  # noqa: SIM115 (held open: the lock is on it)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        where = lock.read().strip()
        raise SystemExit(
            _(
                "已经有一个在运行：%(where)s。先停掉它（在它的窗口按 Ctrl-C），或用另一个 OPEN12348_HOME 和 PORT。",
                where=where,
            )
        ) from None
    lock.seek(0)
    lock.truncate()
    lock.write(f"http://127.0.0.1:{port()} (pid {os.getpid()})")
    lock.flush()
    try:
        yield lock
    finally:
        lock.close()


def _port_free(at: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("HOST", "127.0.0.1"), at))
        except OSError as fault:
            raise SystemExit(
                _("端口 %(port)s 已被别的程序占用。换一个：PORT=%(other)s make run", port=at, other=at + 1)
            ) from fault


def run(_words: argparse.Namespace) -> int:
    """Everything on this machine, until Ctrl-C."""
    started = time.monotonic()
    _port_free(port())
    with _alone(), django(collect=True):
        from django.conf import settings
        from django.core.management import call_command

        say(_("数据库已就绪"))
        prepare()
        call_command("collectstatic", verbosity=0, interactive=False)
        if settings.DEMO:
            from open12348.demo import run as simulated

            simulated.build(say=say)
        children = [
            subprocess.Popen(command, start_new_session=True, preexec_fn=_with_parent)
            for command in (_server(port()), [sys.executable, "-m", "open12348.config.cli", "work"])
        ]
        past: list[subprocess.Popen[bytes]] = []
        try:
            _until_it_answers(port(), children[0])
            _welcome(time.monotonic() - started)
            if settings.DEMO:  # what nobody waits for is filled in while they look around
                past.append(subprocess.Popen(
                    [sys.executable, "-m", "open12348.config.cli", "demo", "--past"], start_new_session=True, preexec_fn=_with_parent
                ))  # fmt: skip
            return _until_told(children)
        finally:
            _end([*children, *past])
            say(_("已全部停下。"))


def _until_it_answers(at: int, child: subprocess.Popen[bytes]) -> None:
    for _try in range(300):
        if child.poll() is not None:
            raise SystemExit(_("网页服务没有启动起来。"))
        with socket.socket() as probe:
            probe.settimeout(0.3)
            if probe.connect_ex((os.environ.get("HOST", "127.0.0.1"), at)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(_("网页服务没有启动起来。"))


def _until_told(children: list[subprocess.Popen[bytes]]) -> int:
    told = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: told.set())
    while not told.wait(0.5):
        for child in children:
            if child.poll() is not None:
                print(_("一个部分自己停了（退出码 %(code)s），其余的也停下。", code=child.returncode), file=sys.stderr)
                return 1
    print()
    return 0


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(8)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _welcome(seconds: float) -> None:
    from django.conf import settings

    base = f"http://127.0.0.1:{port()}"
    print()
    print(_("好了（%(n)s 秒）。打开这些页面：", n=round(seconds, 1)))
    rows = [
        (_("居民"), f"{base}/"), (_("工作人员"), f"{base}/console/"), (_("接口"), f"{base}/api/v1/openapi.json"),
        (_("开放数据"), f"{base}/open-data/hsds/"),
    ]  # fmt: skip
    if settings.DEMO:
        rows.append((_("演示账号、动态码、短信"), f"{base}/demo/"))
    for label, address in rows:
        print(f"  {address:<44} {label}")
    if settings.DEMO:
        from open12348.demo import run as simulated

        print()
        print(_("演示账号（人和机构都是虚构的；动态码在 %(page)s）：", page=f"{base}/demo/"))
        for role, username, password, where in simulated.accounts_table():
            print(f"  {username:<16} {password:<20} {role} · {where}")
    print()
    print(_("按 Ctrl-C 停下。"), flush=True)


def serve(_words: argparse.Namespace) -> int:
    """The web server alone, in the foreground; any number on any machines, given DATABASE_URL."""
    _port_free(port())
    with django(collect=True):
        from django.core.management import call_command

        prepare()
        call_command("collectstatic", verbosity=0, interactive=False)
        child = subprocess.Popen(_server(port()), start_new_session=True, preexec_fn=_with_parent)
        try:
            return _until_told([child])
        finally:
            _end([child])


def work(words: argparse.Namespace) -> int:
    """Messages, late limits, counts: until told to stop (or --once)."""
    with django():
        from django.utils import timezone
        from django.utils.module_loading import autodiscover_modules

        from open12348.kernel import jobs

        autodiscover_modules("jobs")
        if words.once:
            for name, done in jobs.once(timezone.now()).items():
                print(f"{name}: {done}")
            return 0
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_args: stop.set())
        jobs.work(stop)
    return 0


def load(words: argparse.Namespace) -> int:
    """Load a pack; unchanged files are skipped."""
    with django():
        from django.core.management import call_command
        from django.utils import timezone

        from open12348.registry import pack

        call_command("migrate", verbosity=0, interactive=False)
        try:
            counts = pack.load(words.pack, at=timezone.now(), say=say)
        except (pack.NoPack, ValueError) as fault:
            raise SystemExit(str(fault)) from fault
        print(_("读入 %(n)s 个文件。", n=len(counts)) if counts else _("没有变化。"))
    return 0


def demo(words: argparse.Namespace) -> int:
    """A simulated prefecture; interrupted with Ctrl-C it goes on where it stopped when called again."""
    with django():
        from django.conf import settings

        if not settings.DEMO:
            raise SystemExit(_("这是正式系统（OPEN12348_DEMO=0），不能放入虚构数据。"))
        prepare()
        from open12348.demo import run as simulated

        try:
            if not words.past:
                simulated.build(orders=words.orders, seed=words.seed, say=say)
            simulated.past(say=say)
        except KeyboardInterrupt:
            print(_("\n停在中途；再运行一次会从这里接着做。"))
            return 130
    return 0


def verify(_words: argparse.Namespace) -> int:
    """Walk every line of the journal. Exit status 1 when it does not hold."""
    with django():
        from open12348.spine import journal

        started = time.monotonic()
        count = [0]

        def progress(n: int) -> None:
            count[0] = n
            print(f"\r  {n:,}", end="", flush=True)

        faults = [*journal.verify(progress=progress), *journal.proven()]
        if count[0]:
            print()
        for fault in faults:
            print(f"  {fault.stream} {fault.seq}: {fault.why}")
        seconds = round(time.monotonic() - started, 1)
        if faults:
            print(_("日志有 %(n)s 处对不上（%(s)s 秒）。", n=len(faults), s=seconds))
            return 1
        print(_("日志完整，没有被改动（%(s)s 秒）。", s=seconds))
    return 0


def draw_map(words: argparse.Namespace) -> int:
    """Write docs/map.md from the code; --check says whether it is fresh."""
    os.environ.setdefault("DATABASE_URL", "postgresql://postgres@/none")  # the map needs no database
    with django():
        from open12348.config import chart

        fresh = chart.draw()
        file = PACKAGE.parent / "docs" / "map.md"
        if words.check:
            return 0 if file.exists() and file.read_text(encoding="utf-8") == fresh else 1
        file.write_text(fresh, encoding="utf-8")
        print(file.relative_to(PACKAGE.parent))
    return 0


def doctor(_words: argparse.Namespace) -> int:
    """What is missing or wrong on this machine, in words. Exit status 1 when something is wrong."""
    from open12348.config import doctor as physician

    with django():
        return physician.report()


def token(words: argparse.Namespace) -> int:
    """A key for a partner system; shown once."""
    with django():
        from django.utils import timezone

        from open12348.registry import accounts, divisions, places
        from open12348.registry.models import Organisation

        organisation = (
            Organisation.objects.filter(pk=words.organisation).first() if words.organisation.isdigit() else None
        )
        organisation = organisation or Organisation.objects.filter(name_zh=words.organisation).first()
        if organisation is None:
            raise SystemExit(_("没有这个单位：%(name)s", name=words.organisation))
        place = places.by_code(words.where) if words.where else None
        division = divisions.by_code(words.where) if words.where and place is None else None
        if words.where and place is None and division is None:
            raise SystemExit(_("没有这个服务点或区划：%(code)s", code=words.where))
        try:
            _row, secret = accounts.new_token(
                organisation=organisation, name=words.name, scopes=words.scope, at=timezone.now(), place=place,
                division=division, role=words.role,
            )  # fmt: skip
        except accounts.TokenFault as fault:
            raise SystemExit(str(fault)) from fault
        print(secret)
    return 0


def parser() -> argparse.ArgumentParser:
    """What may be typed."""
    found = argparse.ArgumentParser(prog="open12348", description=_("地区公共法律服务系统"))
    commands = found.add_subparsers(dest="command", required=True, metavar=_("命令"))

    def command(name: str, does: Callable[[argparse.Namespace], int], help_: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=help_)
        one.set_defaults(does=does)
        return one

    command("run", run, _("在这台机器上启动全部"))
    command("serve", serve, _("只启动网页服务"))
    command("work", work, _("只启动后台工作：短信、超期、计数")).add_argument(
        "--once", action="store_true", help=_("做一遍就停")
    )
    command("load", load, _("读入一个地区的数据包")).add_argument("pack", help=_("数据包名"))
    one = command("demo", demo, _("放入虚构的演示数据"))
    one.add_argument("--orders", type=int, default=400, help=_("多少件事"))
    one.add_argument("--seed", type=int, default=1, help=_("同样的种子得到同样的数据"))
    one.add_argument("--past", action="store_true", help=_("只补上过去一年的事（run 启动后自己在后台补）"))
    command("verify", verify, _("检查日志有没有被改动"))
    command("map", draw_map, _("重画 docs/map.md")).add_argument(
        "--check", action="store_true", help=_("只看是不是最新")
    )
    command("doctor", doctor, _("检查这台机器缺什么、错在哪里"))
    one = command("token", token, _("给对接系统一把钥匙"))
    one.add_argument("--organisation", required=True, help=_("单位名称或编号"))
    one.add_argument("--name", required=True, help=_("钥匙的用途"))
    one.add_argument("--scope", action="append", default=[], help=_("权限，例如 orders:write，可写多次"))
    one.add_argument("--where", default="", help=_("服务点编号或区划代码"))
    one.add_argument("--role", default="partner", help=_("角色"))
    return found


def main(argv: list[str] | None = None) -> int:
    """The command. Out: exit status."""
    words: Any = parser().parse_args(argv)
    try:
        return int(words.does(words))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
