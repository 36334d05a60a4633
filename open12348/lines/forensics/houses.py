"""Who acts for an institution: its head or office (a membership that names it), its experts; and who may see what a case holds.

It is the institution that is commissioned, accepts and answers, never an expert alone (General Rules Art 11).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.registry import accounts
from open12348.registry.models import Account, Organisation, Practitioner
from open12348.spine.models import Assignment, Case

from .models import ForensicCase

LINE = "forensics"


def case_of(order_id: int) -> ForensicCase:
    """The line's own row of a case."""
    return ForensicCase.objects.select_related("institution", "prior").get(order_id=order_id)


def head_account(institution: Organisation, at: datetime) -> Account | None:
    """The account that acts for an institution, if it has one here."""
    held = accounts.holding(at).filter(organisation=institution, role=Role.PROVIDER.value, account__is_active=True)
    row = held.select_related("account").order_by("pk").first()
    return row.account if row else None


def account_of(practitioner: Practitioner) -> Account | None:
    """The account an expert signs in with, if there is one."""
    return Account.objects.filter(practitioner=practitioner, is_active=True).order_by("pk").first()


def is_head(by: Actor, institution_id: int | None) -> bool:
    """True when the actor acts for the institution: its head, or the office that the head put in charge."""
    return institution_id is not None and any(
        g.role is Role.PROVIDER and g.organisation_id == institution_id and g.covers_line(LINE) for g in by.grants
    )


def houses_of(by: Actor) -> list[int]:
    """The institutions for which an actor acts."""
    return sorted({
        g.organisation_id for g in by.grants
        if g.role is Role.PROVIDER and g.organisation_id is not None and LINE in g.lines
    })  # fmt: skip


def is_on(case: Case, by: Actor) -> bool:
    """True when the actor is on the case now: has it in hand, stands beside, or acts for the institution that has it."""
    if by.account_id is not None and by.account_id == case.handler_id:
        return True
    on = Assignment.objects.filter(order_id=case.pk, until__isnull=True)
    if by.account_id is not None and on.filter(account_id=by.account_id).exists():
        return True
    return on.filter(organisation_id__in=houses_of(by)).exists()


def closed(case: Case, by: Actor) -> bool:
    """Health, DNA and the opinion are closed to everybody who is not on the case (个人信息保护法 Art 28).

    The system of the authority that brought it is its client's: it may open what is for the client.
    """
    if by.kind == "partner":
        return not any(g.organisation_id and g.organisation_id == case.order.organisation_id for g in by.grants)
    return not is_on(case, by)


def _house(case: Case) -> Organisation | None:
    """The institution of a case, read once for a page."""
    if "_house" not in case.__dict__:
        row = ForensicCase.objects.select_related("institution").filter(order_id=case.pk).first()
        case.__dict__["_house"] = row.institution if row else None
    return case.__dict__["_house"]


def _enters_for(by: Actor, house: Organisation | None) -> bool:
    """Whether a bureau's officer enters for an institution that has no account here."""
    return house is not None and by.has(Role.OFFICER) and head_account(house, timezone.now()) is None


def for_head(case: Case, by: Actor) -> bool:
    """Move.shown: a button for who acts for the institution."""
    house = _house(case)
    return is_head(by, house.pk if house else None) or _enters_for(by, house)


def for_house(case: Case, by: Actor) -> bool:
    """Move.shown: a button for everybody who is on the case."""
    return is_on(case, by) or _enters_for(by, _house(case))


#: Why somebody else may not do what is the institution's.
ONLY_HOUSE = _("这一步由受委托的鉴定机构办，别人不能代办（司法鉴定程序通则第十一条）。")
ONLY_HEAD = _("这一步由鉴定机构负责人办（司法鉴定程序通则第二十八条）。")


def house_fault(by: Actor, row: ForensicCase, at: datetime) -> Any:
    """Why an actor may not act for the institution of a case; nothing when they may.

    An institution that has no account here is entered for by the bureau's officer, who says so in the journal by their name.
    """
    if row.institution is None:
        return _("还没有选定鉴定机构。")
    if is_head(by, row.institution_id):
        return None
    if by.has(Role.OFFICER) and head_account(row.institution, at) is None:
        return None
    return ONLY_HOUSE
