"""Hands for the tests of this line: a commission, and how it goes on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from open12348.registry.models import Practitioner
from open12348.spine import casework, catalogue
from open12348.spine.models import Case
from tests.people import NOW, Town

from . import townsfolk

#: What an authority commissions.
COURT = {
    "context": "litigation", "client": "court", "client_name": "示例县人民法院", "client_no": "（2026）示民初1号", "kind": "first",
    "field": "0103", "matter": "伤残等级", "purpose": "民事诉讼", "subject_name": "示例某", "subject_id": "", "capacity": "full",
    "facts": "示例某骑车摔伤", "repeat_ground": "", "follower_phone": "13900007777",
}  # fmt: skip


def house_of(town: Town, which: str = "house") -> str:
    """The number of an institution, by the account that acts for it."""
    row = town.staff[which].memberships.get()
    return str(row.organisation_id)


def commission(town: Town, *, to: str = "house", by: str = "clerk", when: datetime = NOW, **said: Any) -> Case:
    """A commission of the court, in the hands of an institution."""
    if "house" not in town.staff:
        townsfolk.settle(town)
    contact = {"name": "示例法官", "phone": "13800008888", "language": "zh"}
    return town.case(
        service="forensics.commission", by=by, when=when, said={**COURT, "institution": house_of(town, to) if to else "", **said},
        contact=contact,
    )  # fmt: skip


def do(town: Town, case: Case, move: str, who: str, when: datetime | None = None, **data: Any) -> Case:
    """A move by somebody; "@0", "@1", … in lead, second, reviewer: an expert of the house by their place in the list."""
    at = when or max(NOW, case.updated_at) + timedelta(minutes=5)
    own = list(Practitioner.objects.filter(kind="forensic_expert").order_by("pk"))
    told = {
        k: str(own[int(v[1:])].pk) if isinstance(v, str) and v[:1] == "@" and v[1:].isdigit() else v
        for k, v in data.items()
    }
    fresh = Case.objects.select_related("order", "place", "county", "handler").get(pk=case.pk)
    casework.make(case=fresh, move=move, by=town.actor(who, at), at=at, data=told)
    case.refresh_from_db()
    return case


def signed(town: Town, *, hard: bool = False, start: Case | None = None, house: str = "house", **more: Any) -> Case:
    """A commission that has taken effect."""
    case = start or commission(town, to=house)
    do(town, case, "list_materials", house, things="病历，3，完好", material_kind="medical", received_on="2026-11-23")
    do(
        town,
        case,
        "accept",
        house,
        field="0103",
        capacity="full",
        lawful="on",
        enough="on",
        **({"hard": "on"} if hard else {}),
    )
    return do(town, case, "sign", house, signed_on="2026-11-23", **{"fee": "1000", "risks": "on", **more})


def working(town: Town, **more: Any) -> Case:
    """In the experts' hands."""
    case = signed(town, **more)
    do(town, case, "assign", "house", lead="@0", second="@1")
    return do(town, case, "begin", "expert")


def drafted(town: Town, opinion: str = "被鉴定人构成十级伤残。", **more: Any) -> Case:
    """With an opinion that waits for its review."""
    case = working(town, **more)
    record(town, case)
    return do(
        town,
        case,
        "draft",
        "expert",
        analysis="分析",
        opinion=opinion,
        opined_on="2026-11-23",
        dissent="第二鉴定人同意",
    )


def record(town: Town, case: Case, who: str = "expert", **more: Any) -> Case:
    """A step of the examination."""
    data = {"kind": "body", "on": "2026-11-23", "method": "national", "private": "on", "text": "左膝活动度测量"}
    return do(town, case, "record", who, **{**data, **more})


def issued(town: Town, code: str = "示例赋码-1", **more: Any) -> Case:
    """With an opinion that went out."""
    case = drafted(town, **more)
    do(town, case, "name_reviewer", "house", reviewer="@2")
    do(town, case, "review", "expert_three", reviewer="@2", result="程序合规")
    do(town, case, "enter_code", "house", unified=code)
    return do(town, case, "issue", "expert", signed="on", sealed="on", copies="4")


def delivered(town: Town, **more: Any) -> Case:
    """With the client."""
    case = issued(town, **more)
    return do(town, case, "deliver", "house", way="hand", on="2026-11-23", to_name="示例法官")


def catalogue_of() -> catalogue.Service:
    """The declaration."""
    return catalogue.get("forensics.commission")
