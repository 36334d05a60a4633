"""The people whom tests of this line need beside the common cast: an institution, its head, three experts, and a second institution."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from open12348.kernel.access import SYSTEM, Role
from open12348.kernel.workdays import TZ
from open12348.registry import accounts
from open12348.registry.models import Account, Organisation, Practitioner

from . import qualified
from .bureau_folk import settle_bureau

BEFORE = datetime(2026, 1, 1, 10, tzinfo=TZ)
UNTIL = date(2030, 12, 31)


def settle(town: Any) -> None:
    """Let them live in the town: accounts `house`, `expert`, `expert_two`, `expert_three` (senior: the first), `house_b`."""
    county = town.units["653125000000"]
    found = {}
    for key, name in (("house", "甲县示例司法鉴定所（示例）"), ("house_b", "乙县示例司法鉴定中心（示例）")):
        house = Organisation.objects.create(kind="forensic_institution", name_zh=name, division=county, invented=True)
        qualified.enter_institution(
            organisation=house, fields=["0103", "0104", "0201"], word="新甲司鉴" if key == "house" else "新乙司鉴", accreditation=1,
            valid_until=UNTIL, by=SYSTEM, at=BEFORE,
        )  # fmt: skip
        _account(town, key, county, organisation=house)
        found[key] = house
    for n, (key, home, title, own) in enumerate((
        ("expert", "house", "senior", ["0103", "0104"]), ("expert_two", "house", "middle", ["0103"]), ("expert_three", "house", "none", ["0103"]),
        ("expert_b", "house_b", "associate", ["0103"]), ("expert_b_two", "house_b", "middle", ["0103"]),
        ("expert_b_three", "house_b", "none", ["0103"]),
    )):  # fmt: skip
        worker = Practitioner.objects.create(
            kind="forensic_expert", name_zh=f"示例鉴定人{n}", licence_no=f"65310000000{n}", organisation=found[home], division=county, invented=True,
        )  # fmt: skip
        qualified.enter_expert(practitioner=worker, fields=own, title=title, valid_until=UNTIL, by=SYSTEM, at=BEFORE)
        _account(town, key, county, practitioner=worker)
    settle_bureau(town)
    town.more[Role.PROVIDER] = ["house", "expert", "expert_two", "expert_three"]


def _account(town: Any, key: str, county: Any, *, practitioner: Any = None, organisation: Any = None) -> None:
    account = Account.objects.create(
        username=key, name=f"{key}（示例）", must_change_password=False, practitioner=practitioner, created_at=BEFORE
    )
    accounts.grant(
        account=account,
        role=Role.PROVIDER,
        by=SYSTEM,
        at=BEFORE,
        division=county,
        organisation=organisation,
        lines=("forensics",),
    )
    town.staff[key] = account
