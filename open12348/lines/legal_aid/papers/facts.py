"""What the forms of legal aid say of a case. What is not known stays None, which prints a line to write on."""

from __future__ import annotations

import re
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import SCREEN, Code, Named
from open12348.kernel.parameters import NoFigure
from open12348.kernel.sentences import say
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions
from open12348.registry.models import Account, Division, Organisation, OrganisationKind, Practitioner
from open12348.spine import papers
from open12348.spine.casework import Act
from open12348.spine.intake import LANGUAGES, said
from open12348.spine.models import Case

from .. import checking, hardship, remedy, scope, sight
from ..figures import the
from ..models import Aid, LawyerChange, Position, Stage

_HAN = re.compile(r"[㐀-鿿]")
NOT_SAID: Any = _("依法不写")
NONE: Any = _("无")


def aid_of(act: Act) -> Aid:
    """The aid's row of an act's case, as it stands now."""
    return Aid.objects.select_related("unit", "lawyer__organisation", "reviewed_by", "approved_by", "received_by").get(
        order_id=act.order.pk
    )


# Words that hold names from the register


def in_scripts(text: Any) -> Named:
    """A sentence as a name: each side says its own, and Chinese where it has none."""
    found = {}
    for side, language in SCREEN.items():
        with translation.override(language):
            found[side] = str(text)
    return Named(found["zh"], *("" if _HAN.search(found[s]) else found[s] for s in ("ug", "en")))


def spoken(text: Any) -> Any:
    """A sentence to be compared side by side; where its translation still holds Chinese (a place without a Uyghur name), as it is.

    A decision must not fail because the register does not know a county's name in one language.
    """
    if isinstance(text, str):
        return text
    for side in ("ug", "en"):
        with translation.override(SCREEN[side]):
            if _HAN.search(str(text)):
                return _as_it_is(text)
    return text


def _as_it_is(text: Any) -> Named:
    found = {}
    for side, language in SCREEN.items():
        with translation.override(language):
            found[side] = str(text)
    return Named(found["zh"], found["ug"], found["en"])


def label(choices: Any, code: str) -> Any:
    """The word of a choice, or nothing."""
    return dict(choices).get(code) if code else None


# Who and where


def _place(case: Case) -> Division | None:
    return case.county or divisions.root()


def institution(case: Case) -> Named:
    """The legal aid institution of a case: from the register, else by the name of its county."""
    place = _place(case)
    row = Organisation.objects.filter(kind=OrganisationKind.AID_CENTRE, division=place, valid_to=None).first()
    if row is not None:
        return papers.named(row)
    if place is None:
        return papers.named(case.place)
    return in_scripts(say(_("%(place)s法律援助中心"), place=remedy.Named(place.name_zh, place.name_ug, place.name_en)))


def bureau(case: Case) -> Named:
    """The justice authority that decides objections against that institution."""
    return _as_it_is(remedy.bureau(hardship.office_of(case)))


def worker(row: Practitioner | None) -> Named | None:
    """A lawyer's name."""
    return papers.named(row) if row is not None else None


def staff(row: Account | None) -> str | None:
    """The name of a member of the office."""
    return row.name if row is not None else None


def code(text: Any) -> Code | None:
    """A number that is kept in one piece, or nothing."""
    return Code(str(text)) if text else None


def hidden(act: Act) -> bool:
    """Whether papers keep silent on where the person lives and how they are reached: violence at home, a minor, a masked group.

    The same that the pages hide (sight.py), and whoever is under 18 by number or by what was told (反家庭暴力法 Art 19,
    未成年人保护法 Art 104).
    """
    age = checking.age_of(aid_of(act), act.case, legal_day(act.at))
    return (
        sight.masked(act.case)
        or str(said(act.order).get("matter") or "") in sight.MASKED
        or (age is not None and age < 18)
    )


def money(act: Act) -> bool:
    """Whether anything about money may be printed: never where the law has no condition of hardship (LAL 25, 32)."""
    aid = aid_of(act)
    matter = aid.matter or str(said(act.order).get("matter") or "")
    return checking.may_ask_hardship(matter, legal_day(act.at))


def role_of(aid: Aid) -> Any:
    """As what the lawyer acts."""
    if aid.position in {Position.SUSPECT, Position.ACCUSED}:
        return _("辩护人")
    if aid.stage in {Stage.ARBITRATION, Stage.OUTSIDE, Stage.REVIEW}:
        return _("代理人")
    return _("诉讼代理人")


def figure(name: str, act: Act) -> int | None:
    """A dated figure of the line; None where there is none, so that it is written by hand."""
    try:
        return int(the(name, legal_day(act.at)).value)
    except NoFigure:
        return None


def about(act: Act) -> dict[str, Any]:
    """What nearly every form names: who, the matter, where it is handled, who helps."""
    aid, order, told = aid_of(act), act.order, said(act.order)
    day = legal_day(act.at)
    person, closed = order.person, hidden(act)
    accused, for_name = str(told.get("accused_name") or ""), str(told.get("for_name") or "")
    applicant = papers.named(person) if person is not None else None
    recipient = accused or for_name or applicant
    matter = scope.matter(aid.matter, day) if aid.matter else None
    number = (person.id_number if person is not None else "") or str(told.get("accused_id") or "")
    lives = (person.address if person is not None else "") or order.division_name
    return {
        "office": institution(act.case), "applicant": applicant or accused or None, "recipient": recipient,
        "id_no": code(number), "phone": NOT_SAID if closed else code(person.phone if person else ""),
        "address": NOT_SAID if closed else lives or None,
        "matter": spoken(matter.name) if matter else None, "cause": aid.cause or None, "stage": label(Stage.choices, aid.stage),
        "position": label(Position.choices, aid.position), "authority": aid.authority_name or None,
        "authority_no": code(aid.authority_no), "received": legal_day(order.received_at),
        "lawyer": worker(aid.lawyer), "licence": code(aid.lawyer.licence_no if aid.lawyer else ""),
        "lawyer_phone": code(aid.lawyer.phone if aid.lawyer else ""), "unit": papers.named(aid.unit) if aid.unit else None,
        "role": role_of(aid), "language": label(LANGUAGES, order.language), "assigned_on": legal_day(aid.assigned_at) if aid.assigned_at else None,
    }  # fmt: skip


def members(act: Act) -> list[dict[str, Any]]:
    """The people of a group claim; of their numbers the last four signs. Without amounts where nothing about money is said."""
    aid, with_money = aid_of(act), money(act)
    closed = hidden(act)
    return [
        {"name": row.name, "id_no": code(f"****{row.id_number[-4:]}" if row.id_number else ""),
         "phone": NOT_SAID if closed else code(row.phone), "amount": row.amount if with_money else None}
        for row in aid.members.filter(left_at__isnull=True)
    ]  # fmt: skip


def last_change(aid: Aid) -> LawyerChange | None:
    """The newest request to change the lawyer, or the institution's own change."""
    return aid.changes.select_related("old", "old_unit").order_by("-asked_at", "-pk").first()
