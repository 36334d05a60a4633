"""A will (遗嘱): nobody may learn that it is there before the testator's death is proven (公证程序规则 Art 60; 民法典 Art 1032).

Its case is a secret one: seen by the notary in charge and by those let in, in no list, search or count by person; nobody is
sent a message about it. It is made before two notaries, or one and a witness (遗嘱公证细则). Two people write down the death.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.registry.models import Account
from open12348.spine.models import Case

from . import matters


def secret(case: Case) -> bool:
    """Whether nobody may learn of the case: a will, or what is kept for somebody, until the death is proven by two people."""
    return case.topic in matters.secrets() and not case.facts.get("death_proven")


def keepers(case: Case) -> list[Account]:
    """Who has to see a secret case besides its notary: the heads of the office that has it, nobody of the bureau."""
    rows = Account.objects.filter(
        is_active=True, memberships__role=Role.OFFICER.value, memberships__since__lte=case.updated_at,
    ).filter(Q(memberships__until__isnull=True) | Q(memberships__until__gt=case.updated_at))  # fmt: skip
    office = case.place.organisation_id
    return list(
        rows.filter(
            Q(memberships__place=case.place)
            | Q(practitioner__organisation_id=office, practitioner__organisation__isnull=False)
        ).distinct()
    )


def second_fault(*, second: int | None, witness: str, handler: int | None, relatives_excluded: bool) -> Any:
    """Why a will may not be taken so: two notaries, or one and a witness who gains nothing by it (民法典 Art 1140)."""
    if second is not None and second == handler:
        return _("第二名公证员要是另一个人（遗嘱公证细则）。")
    if second is None and not witness.strip():
        return _("遗嘱由两名公证员共同办理；只有一名公证员的，要有一名见证人在场（遗嘱公证细则）。")
    if second is None and not relatives_excluded:
        return _("见证人不能是继承人、受遗赠人或者和他们有利害关系的人（民法典第一千一百四十条）。请确认。")
    return None


def death_fault(*, noted_by: int | None, by: int | None) -> Any:
    """Why a death is not proven yet: one person writes it down, another confirms it."""
    if noted_by is None:
        return _("还没有登记死亡证明。由一人登记、另一人确认。")
    if noted_by == by:
        return _("死亡要由两个人记录：登记的人不能自己确认，请另一位同事确认。")
    return None


#: What a resident is asked about a will: never what stands in it.
UNASKED: Collection[str] = ("story", "subject", "value", "others", "common_property", "spouse", "uploads")
