"""Whom the tests' common town needs for mediation to go its ways: a committee with its seal and two mediators of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from open12348.kernel.access import SYSTEM, Role
from open12348.kernel.workdays import TZ
from open12348.registry import accounts
from open12348.registry.models import Account

from . import committees
from .committee_models import Committee

#: The number of the first of the two mediators.
NUMBER = "TJY65312500001"


def settle(town: Any) -> Committee:
    """Bring them into the town: accounts mediator and mediator_two, who hold the role of providers for this line."""
    at, county = datetime(2026, 11, 2, 9, 0, tzinfo=TZ), town.units["653125000000"]
    row = committees.set_up(
        by=SYSTEM, at=at, division=town.units["653125101000"], kind="township", name_zh="甲一镇人民调解委员会（示例）",
        name_ug="ئا بىر بازىرى خەلق مۇرەسسە كومىتېتى (مىسال)", set_up_by="甲一镇人民政府", set_up_on=date(2024, 1, 2), invented=True,
    )  # fmt: skip
    committees.keep_seal(committee=row, text="甲一镇人民调解委员会", on=date(2024, 1, 5), by=SYSTEM, at=at)
    committees.begin_term(committee=row, starts_on=date(2024, 12, 1), chosen_by="镇人民政府", by=SYSTEM, at=at)
    for account, name, post, number in (
        ("mediator", "示例调解员", "director", NUMBER), ("mediator_two", "示例乙调解员", "member", "TJY65312500002"),
    ):  # fmt: skip
        who = committees.new_mediator(
            by=SYSTEM, at=at, division=town.units["653125101000"], organisation=row.organisation, name_zh=name, number=number,
            since=date(2023, 3, 1), languages=["zh", "ug"], invented=True,
        )  # fmt: skip
        committees.appoint(
            committee=row, mediator=who, post=post, engagement="full_time", by=SYSTEM, at=at, on=date(2024, 12, 1)
        )
        town.staff[account] = Account.objects.create(
            username=account, name=f"{account}（示例）", must_change_password=False, practitioner=who, created_at=at
        )
        accounts.grant(
            account=town.staff[account], role=Role.PROVIDER, by=SYSTEM, at=at, division=county, lines=("mediation",)
        )
        town.more.setdefault(Role.PROVIDER, []).append(account)
    return row
