"""People whom the bureau's services need and the common town of the tests has not: a prefecture's bureau, a registered institution."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from open12348.kernel.access import SYSTEM, Role
from open12348.kernel.workdays import TZ
from open12348.registry import accounts
from open12348.registry.models import Account, Organisation, Practitioner

from . import qualified

SINCE = datetime(2026, 1, 1, 10, tzinfo=TZ)


def settle_bureau(town: Any) -> Any:
    """A bureau at the prefecture, an institution with two experts of clinical medicine, and somebody who works there."""
    root = town.units["653100000000"]
    house = Organisation.objects.create(
        kind="forensic_institution", name_zh="示例司法鉴定所（示例）", licence_no="650000111", division=town.units["653125000000"],
        specialities=["0103"], invented=True,
    )  # fmt: skip
    qualified.enter_institution(
        organisation=house, fields=["0103"], word="新示司鉴", valid_until=date(2027, 1, 15), by=SYSTEM, at=SINCE
    )
    for n, name in enumerate(("示例甲", "示例乙"), 1):
        person = Practitioner.objects.create(
            kind="forensic_expert", name_zh=name, licence_no=f"6500001110{n}", organisation=house, division=house.division,
            specialities=["0103"], invented=True,
        )  # fmt: skip
        qualified.enter_expert(
            practitioner=person, fields=["0103"], title="senior", valid_until=date(2029, 5, 31), by=SYSTEM, at=SINCE
        )
    grants: list[tuple[str, Role, dict[str, Any]]] = [
        ("pref", Role.OFFICER, {"division": root}), ("pref_two", Role.OFFICER, {"division": root}),
        ("pref_head", Role.SUPERVISOR, {"division": root}),
        ("bureau_house", Role.PROVIDER, {"division": house.division, "organisation": house}),
    ]  # fmt: skip
    for name, role, where in grants:
        account = Account.objects.create(
            username=name, name=f"{name}（示例）", must_change_password=False, created_at=SINCE
        )
        accounts.grant(account=account, role=role, by=SYSTEM, at=SINCE, **where)
        town.staff[name] = account
        if not where.get("organisation"):
            town.more.setdefault(role, []).append(name)
    return town
