"""Who the tests of this line need besides the common town: the prefecture's bureau, a firm with its code and its lawyers.

Called by tests only; imports nothing of them.
"""

from __future__ import annotations

from typing import Any

from open12348.kernel.access import SYSTEM, Role
from open12348.registry import accounts
from open12348.registry.models import Account, Organisation, Practitioner

from .licence import EXAMPLE_FIRM
from .models import FirmEntry, LawyerEntry

#: The lawyer whom examples name by number.
EXAMPLE_LAWYER = "16531201610000001"


def settle(town: Any) -> None:
    """Give the town what this line needs. In: the Town of tests/people.py."""
    if "bureau" in town.staff:
        return
    prefecture, county = town.units["653100000000"], town.units["653125000000"]
    firm = Organisation.objects.get(kind="law_firm")
    firm.uscc = EXAMPLE_FIRM
    firm.save()
    FirmEntry.objects.create(organisation=firm, form="partnership", founded_on="2015-03-01")
    for n, lawyer in enumerate(Practitioner.objects.filter(organisation=firm).order_by("pk")):
        LawyerEntry.objects.create(
            practitioner=lawyer, category="1", first_year=int(lawyer.licence_no[5:9]), firm_role="head" if n == 0 else "lawyer",
        )  # fmt: skip
    people: tuple[tuple[str, Role, dict[str, Any]], ...] = (
        ("bureau", Role.OFFICER, {"division": prefecture}), ("bureau_two", Role.OFFICER, {"division": prefecture}),
        ("law_firm", Role.PROVIDER, {"division": county, "organisation": firm, "lines": ("lawyers",)}),
    )  # fmt: skip
    for name, role, where in people:
        account = Account.objects.create(
            username=name,
            name=f"{name}（示例）",
            must_change_password=False,
            created_at=town.staff["officer"].created_at,
        )
        accounts.grant(
            account=account,
            role=role,
            by=SYSTEM,
            at=town.staff["officer"].created_at.replace(year=2026, month=1),
            **where,
        )
        town.staff[name] = account
        town.more.setdefault(role, []).append(name)
    for name in ("provider", "provider_two"):
        accounts.grant(
            account=town.staff[name], role=Role.PROVIDER, by=SYSTEM, at=town.staff["officer"].created_at.replace(year=2026, month=1),
            division=county, lines=("lawyers",),
        )  # fmt: skip
