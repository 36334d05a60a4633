"""The people of a notary office, for the tests that walk every service to its endings: an office, two heads, two notaries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from open12348.kernel.access import SYSTEM, Role
from open12348.kernel.workdays import TZ
from open12348.registry import accounts
from open12348.registry.models import Account, Organisation, OrganisationKind, Practitioner, PractitionerKind

from . import certificates
from .models import NotaryEntry

_SINCE = datetime(2026, 1, 1, 10, tzinfo=TZ)
#: Who there is: name of the account, role, digits of the licence.
FOLK = (
    ("notary", Role.PROVIDER, 1), ("notary_two", Role.PROVIDER, 2), ("notary_head", Role.OFFICER, 3), ("notary_deputy", Role.OFFICER, 4),
)  # fmt: skip


def settle(town: Any) -> Organisation:
    """Make the station of a test's town a notary office with its people; `town.more` names them by role."""
    county, place = town.units["653125000000"], town.places["station"]
    office = Organisation.objects.create(
        kind=OrganisationKind.NOTARY, name_zh="甲县示例公证处（示例）", name_ug="ئا ناھىيىسى مىسال نوتارىئات ئورنى", division=county, invented=True
    )  # fmt: skip
    place.organisation = office
    place.save(update_fields=["organisation"])
    for name, role, n in FOLK:
        worker = Practitioner.objects.create(
            kind=PractitionerKind.NOTARY, name_zh=f"示例公证员{n}（示例）", name_ug=f"مىسال نوتارىئۇس {n}", licence_no=f"N{n:07d}",
            organisation=office, division=county, languages=["zh", "ug"], invented=True,
        )  # fmt: skip
        NotaryEntry.objects.create(practitioner=worker, born_on=date(1980, 5, n), by="system", entered_at=_SINCE)
        account = Account.objects.create(
            username=name, name=f"{name}（示例）", must_change_password=False, practitioner=worker, created_at=_SINCE
        )
        where = {"place": place} if role is Role.OFFICER else {"division": county}
        accounts.grant(account=account, role=role, by=SYSTEM, at=_SINCE, lines=("notary",), **where)
        town.staff[name] = account
        town.more.setdefault(role, []).append(name)
    certificates.enter_sign(office=office, short="新甲", words=False, valid_from=date(2021, 1, 1), by=SYSTEM, at=_SINCE)
    return office
