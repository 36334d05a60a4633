"""What is missing or wrong on this machine, in words: for the one IT person who runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from open12348.config.tongue import gettext as _

FINE, CARE, WRONG = "fine", "care", "wrong"
SIGNS = {FINE: "✓", CARE: "!", WRONG: "✗"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: fine, to be cared for, or wrong, and what to do."""

    grade: str
    text: str


def python() -> Iterator[Finding]:
    yield Finding(FINE, _("Python %(v)s", v=".".join(map(str, sys.version_info[:3]))))


def libraries() -> Iterator[Finding]:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        yield Finding(
            WRONG, _("缺少 Pango，打印不了文书：apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")
        )
    else:
        yield Finding(FINE, _("文书可以生成 PDF"))
    lister = shutil.which("fc-list")
    for font, package in (("Noto Sans CJK SC", "fonts-noto-cjk"), ("UKIJ Tuz", "fonts-ukij-uyghur")):
        if lister and subprocess.run([lister, font], check=False, capture_output=True).stdout.strip():
            yield Finding(FINE, _("字体 %(font)s", font=font))
        else:
            yield Finding(
                CARE, _("缺少字体 %(font)s，文书会缺字：apt-get install %(package)s", font=font, package=package)
            )


def disk() -> Iterator[Finding]:
    home = Path(settings.OPEN12348_HOME)
    home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home).free / 2**30
    if free < 1:
        yield Finding(WRONG, _("磁盘只剩 %(n)s GB，马上清理或加盘。", n=round(free, 1)))
    elif free < 10:
        yield Finding(CARE, _("磁盘剩 %(n)s GB，尽快加盘。", n=round(free, 1)))
    else:
        yield Finding(FINE, _("磁盘剩 %(n)s GB", n=round(free)))


def database() -> Iterator[Finding]:
    with connection.cursor() as sql:
        sql.execute("SHOW server_version")
        version = sql.fetchone()[0]
        grade = FINE if int(version.split(".")[0]) >= 15 else WRONG
        yield Finding(grade, _("PostgreSQL %(v)s（要 15 以上）", v=version))
        sql.execute(
            "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
        )
        collate, encoding = sql.fetchone()
        if encoding != "UTF8":
            yield Finding(WRONG, _("数据库编码是 %(e)s，要 UTF8。", e=encoding))
        elif collate == "C":
            yield Finding(CARE, _("数据库排序规则是 C，汉字的模糊查找会找不到；建库时用 C.UTF-8。"))
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            sql.execute(f"SHOW {name}")
            if sql.fetchone()[0] == "off":
                yield Finding(WRONG, _("数据库关掉了 %(name)s，断电会丢数据。", name=name))
        sql.execute("SELECT extract(epoch FROM clock_timestamp())")
        apart = abs(float(sql.fetchone()[0]) - timezone.now().timestamp())
        if apart > 5:
            yield Finding(WRONG, _("这台机器和数据库的时钟差 %(n)s 秒，期限会算错。请对时。", n=round(apart)))
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding(WRONG, _("有 %(n)s 个表结构更新没有做：open12348 serve 启动时会做。", n=len(waiting)))
    if "DATABASE_URL" in os.environ and "/pg" in os.environ["DATABASE_URL"] and not settings.DEMO:
        yield Finding(CARE, _("正式系统用的是内置数据库。请用发行版的 PostgreSQL（DATABASE_URL），并做备份和主备。"))


def pack() -> Iterator[Finding]:
    from open12348.kernel import workdays
    from open12348.registry import items, places
    from open12348.registry.models import Division

    units, spots, listed = Division.objects.count(), places.working().count(), items.on_list().count()
    if not units:
        yield Finding(WRONG, _("还没有读入地区数据包：open12348 load %(pack)s", pack=settings.OPEN12348_PACK))
        return
    yield Finding(FINE, _("数据包：%(u)s 个区划，%(p)s 个服务点，%(i)s 个事项", u=units, p=spots, i=listed))
    year = workdays.missing_notice(timezone.localdate())
    if year is not None:
        text = _(
            "%(year)s 年的放假通知还没有载入，跨到那一年的期限都标“暂定”。国务院办公厅一般在 11 月公布；在“日历”页面载入。",
            year=year,
        )
        yield Finding(CARE if year > timezone.localdate().year else WRONG, text)
    unsure = items.on_list().exclude(sure="V").count()
    if unsure:
        yield Finding(CARE, _("%(n)s 个事项的内容待主管部门确认（页面上已注明）。", n=unsure))


def work() -> Iterator[Finding]:
    from open12348.kernel.models import Message
    from open12348.spine.models import Deadline

    now = timezone.now()
    stuck = Message.objects.filter(sent_at__isnull=True, send_after__lt=now - timedelta(minutes=5)).count()
    unmarked = Deadline.objects.filter(
        state="running", late_at__isnull=True, due_at__lt=now - timedelta(minutes=5)
    ).count()
    if stuck or unmarked:
        yield Finding(
            WRONG,
            _("后台工作没有在运行：%(m)s 条短信没发，%(d)s 个超期没标。请启动 open12348 work。", m=stuck, d=unmarked),
        )
    else:
        yield Finding(FINE, _("后台工作没有积压"))
    failed = Message.objects.filter(sent_at__isnull=True).exclude(error="").count()
    if failed:
        yield Finding(CARE, _("%(n)s 条短信发送失败，请检查短信网关。", n=failed))


def secrets() -> Iterator[Finding]:
    home = Path(settings.OPEN12348_HOME)
    for name in ("OPEN12348_SECRET", "OPEN12348_KEYS"):
        if name in os.environ:
            continue
        if settings.DEMO:
            yield Finding(FINE, _("%(name)s 用的是本机自动生成的（演示可以）", name=name))
        else:
            yield Finding(
                WRONG, _("%(name)s 没有设置。丢了密钥，加密的数据就打不开：写进环境变量并异地保存。", name=name)
            )
    for file in home.glob("*.secret"):
        if file.stat().st_mode & 0o077:
            yield Finding(WRONG, _("%(file)s 别的用户也能读：chmod 600。", file=file.name))
    if settings.DEMO:
        yield Finding(CARE, _("这是演示系统。正式使用要设 OPEN12348_DEMO=0、OPEN12348_HOSTS、OPEN12348_HTTPS=1。"))
    else:
        if not settings.SECURE:
            yield Finding(WRONG, _("没有启用 HTTPS（OPEN12348_HTTPS=1）。"))
        if settings.OPEN12348_SMS_GATEWAY.endswith("FileGateway"):
            yield Finding(WRONG, _("短信只写进文件，没有接短信网关（OPEN12348_SMS_GATEWAY）。"))


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (python, libraries, disk, database, pack, work, secrets)


def findings() -> Iterator[Finding]:
    """Everything that was looked at. A check that breaks is a finding too."""
    for check in CHECKS:
        try:
            yield from check()
        except Exception as fault:  # the physician must outlive what it looks at
            yield Finding(
                WRONG, f"{check.__name__}: {str(fault).splitlines()[0] if str(fault) else type(fault).__name__}"
            )


def report() -> int:
    """Print the findings. Out: 1 when something is wrong, else 0."""
    worst = 0
    for finding in findings():
        print(f"  {SIGNS[finding.grade]} {finding.text}")
        worst = max(worst, 1 if finding.grade == WRONG else 0)
    return worst
