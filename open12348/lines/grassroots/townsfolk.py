"""Who this line needs in the common town of the tests: an office with its workers, and officers of the prefecture's bureau."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from open12348.kernel.access import SYSTEM, Role
from open12348.kernel.workdays import TZ
from open12348.registry import accounts
from open12348.registry.models import Account, Organisation, Practitioner

SINCE = datetime(2026, 1, 1, tzinfo=TZ)


def settle(town: Any) -> None:
    """Two offices (three workers, two workers), two workers who sign in, two officers of the prefecture."""
    county, root = town.units["653125000000"], town.units["653100000000"]
    office = Organisation.objects.create(
        kind="grassroots_office", name_zh="甲县示例法律服务所（示例）", division=county, invented=True
    )
    small = Organisation.objects.create(
        kind="grassroots_office",
        name_zh="乙县示例法律服务所（示例）",
        division=town.units["653131000000"],
        invented=True,
    )
    workers = [
        Practitioner.objects.create(
            kind="grassroots_worker", name_zh=f"示例工作者{n}", licence_no=f"示例G0000{n}", organisation=small if n > 3 else office,
            division=small.division if n > 3 else county, languages=["zh", "ug"], practised_since=date(2015 + n, 3, 1), invented=True,
        )
        for n in range(1, 6)
    ]  # fmt: skip
    town.grassroots, town.grassroots_small, town.grassroots_workers = office, small, workers
    for name, role, where, worker in (
        ("worker", Role.PROVIDER, {"division": county}, workers[0]),
        ("worker_two", Role.PROVIDER, {"division": county}, workers[1]),
        ("worker_b", Role.PROVIDER, {"division": small.division}, workers[3]),
        ("head", Role.PROVIDER, {"division": county, "organisation": office, "lines": ["grassroots"]}, None),
        ("prefecture", Role.OFFICER, {"division": root}, None),
        ("prefecture_two", Role.OFFICER, {"division": root}, None),
    ):
        account = Account.objects.create(
            username=f"grassroots-{name}", name=f"{name}（示例）", must_change_password=False, practitioner=worker, created_at=SINCE
        )  # fmt: skip
        accounts.grant(account=account, role=role, by=SYSTEM, at=SINCE, **where)
        town.staff[f"gls_{name}"] = account
        town.more.setdefault(role, []).append(f"gls_{name}")
