"""Set-up on a fresh machine, with nothing but Python: the environment, and what the system must bring along.

    python3 -m open12348.config.setup run    what serving needs
    python3 -m open12348.config.setup dev    what tests and checks need on top (a browser, its fonts)

Only the standard library may be used here: it runs before anything is installed. Done steps are remembered by the
digest of what they were made from, so a second call takes no time.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from open12348.config.tongue import gettext as _

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = Path(os.environ.get("OPEN12348_VENV", ROOT / ".venv"))
#: Debian packages: the program or library that shows they are there -> the package's name.
FOR_RUN = {
    "lib:libpango-1.0.so.0": "libpango-1.0-0",
    "lib:libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "lib:libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "font:Noto Sans CJK SC": "fonts-noto-cjk",
    "font:UKIJ Tuz": "fonts-ukij-uyghur",
    "font:Noto Naskh Arabic": "fonts-noto-core",
}
FOR_DEV = {"program:chromium": "chromium", "program:pdftotext": "poppler-utils", "lib:libatomic.so.1": "libatomic1"}


def say(text: str) -> None:
    print(f"  {text}", flush=True)


def _fail(text: str) -> None:
    print(f"\n{text}\n", file=sys.stderr)
    raise SystemExit(1)


def _digest(*files: Path) -> str:
    total = hashlib.sha256(f"{sys.version_info[:2]} {VENV}".encode())
    for file in files:
        total.update(file.read_bytes())
    return total.hexdigest()


def _quiet(command: list[str], what: str) -> None:
    """Run a step; show what it said only when it failed."""
    done = subprocess.run(command, cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        _fail(f"{what}\n\n{done.stdout[-3000:]}")


# The system's packages


def _there(mark: str) -> bool:
    kind, _colon, name = mark.partition(":")
    if kind == "program":
        return shutil.which(name) is not None
    if kind == "lib":
        cache = subprocess.run(["/sbin/ldconfig", "-p"], check=False, capture_output=True, text=True).stdout
        return name in cache
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    return bool(subprocess.run([lister, name], check=False, capture_output=True, text=True).stdout.strip())


def _root_words() -> list[str] | None:
    """The words before a command that needs root; None when we may not."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def system_packages(wanted: dict[str, str], *, needed: bool) -> None:
    """Let the system's package manager bring what is missing, where it may.

    In: `needed` when nothing works without them; otherwise it is said and we go on.
    """
    missing = sorted({package for mark, package in wanted.items() if not _there(mark)})
    if "fonts-noto-cjk" in missing or "fonts-ukij-uyghur" in missing:
        missing.append("fontconfig")
    if not missing:
        return
    before = _root_words()
    if before is None or shutil.which("apt-get") is None:
        text = _("缺少系统软件包，请用 root 安装：apt-get install %(names)s", names=" ".join(missing))
        if needed:
            _fail(text)
        say(text)
        return
    say(_("正在安装系统软件包：%(names)s", names=" ".join(missing)))
    environment = [*before, "env", "DEBIAN_FRONTEND=noninteractive"]
    subprocess.run([*environment, "apt-get", "update", "-qq"], check=False, capture_output=True)
    done = subprocess.run(
        [*environment, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
        check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode:
        text = _("系统软件包没有装上：%(names)s", names=" ".join(missing)) + "\n" + done.stdout[-1500:]
        if needed:
            _fail(text)
        say(text)


# Python's packages


def _environment() -> Path:
    """A virtual environment of our own. Out: its python."""
    python = VENV / "bin" / "python"
    if python.exists() and subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0:
        return python
    shutil.rmtree(VENV, ignore_errors=True)
    say(_("正在建立运行环境"))
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False, capture_output=True, text=True)
    if made.returncode and importlib.util.find_spec("ensurepip") is None:
        system_packages(
            {"program:no-ensurepip": f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"}, needed=True
        )
        shutil.rmtree(VENV, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False, capture_output=True, text=True)
    if made.returncode:
        _fail(_("建立运行环境失败：") + made.stdout[-1500:] + made.stderr[-1500:])
    return python


def python_packages(kind: str) -> None:
    """Install exactly what the lock file says, checked by hash. In: 'run' or 'dev' (which holds all of 'run')."""
    lock = ROOT / ("requirements-dev.txt" if kind == "dev" else "requirements.txt")
    bootstrap = ROOT / "requirements-bootstrap.txt"
    stamps = {name: VENV / f".{name}.stamp" for name in ("run", "dev")}
    wanted = {
        "run": _digest(bootstrap, ROOT / "requirements.txt", ROOT / "pyproject.toml"),
        "dev": _digest(bootstrap, ROOT / "requirements-dev.txt", ROOT / "pyproject.toml"),
    }
    for name in (kind, "dev"):
        if stamps[name].exists() and stamps[name].read_text() == wanted[name]:
            return
    python = str(_environment())
    for stamp in stamps.values():
        stamp.unlink(missing_ok=True)
    started = time.monotonic()
    say(_("正在安装 Python 软件包（第一次要一两分钟）"))
    pip = [
        python,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "-q",
        "--require-hashes",
        "-r",
        str(bootstrap),
    ]
    _quiet(pip, _("没有装上安装工具。连得上软件包仓库吗？"))
    uv = [str(VENV / "bin" / "uv"), "pip"]
    _quiet(
        [*uv, "sync", "-q", "--python", python, "--require-hashes", str(bootstrap), str(lock)],
        _("Python 软件包没有装上："),
    )
    own = [*uv, "install", "-q", "--python", python, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    _quiet(own, _("Python 软件包没有装上："))
    stamps[kind].write_text(wanted[kind])
    say(_("装好了，用了 %(n)s 秒", n=round(time.monotonic() - started)))


def main(words: list[str]) -> int:
    """The command. Out: exit status."""
    kind = words[0] if words else "run"
    if sys.version_info < (3, 11):  # noqa: UP036 (this very file runs on whatever Python the machine has)
        _fail(_("需要 Python 3.11 或更新的版本，这台机器是 %(v)s。", v=".".join(map(str, sys.version_info[:3]))))
    if kind == "dev":
        system_packages({**FOR_RUN, **FOR_DEV}, needed=True)
    else:
        system_packages(FOR_RUN, needed=False)
    python_packages(kind)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
