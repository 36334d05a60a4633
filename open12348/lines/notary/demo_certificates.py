"""What comes after a certificate in the demo office: a review and a complaint in every state, one revoked and announced."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from open12348.kernel.access import SYSTEM, Role
from open12348.kernel.workdays import legal_day
from open12348.spine import routing
from open12348.spine.models import Case

from . import certificates
from .certificate_models import Certificate

REVIEW, COMPLAINT = "notary.review", "notary.complaint"
#: Who decides, who reviews: never who made the certificate.
HEAD, OTHER = "notary-head", "notary-2"
REPORTED = {"association": "on", "national": "on", "report_no": "示例备-1"}


def after(o: Any) -> None:
    """Play the scenes at an office (demo.py)."""
    _not_reviewed(o)
    _under_way(o)
    _carried_out(o)
    _complaints(o)


def _not_reviewed(o: Any) -> None:
    """Asked, and what is not reviewed: too late, for the court, no review at all, taken back."""
    _asked(o, _old(o, 200), 0.4)
    case = _given(o, _old(o, 800), 6.0)
    o.do(case, "too_late", 5.0, OTHER, answer=o.said["late"], confirm="on")
    case = _given(o, _old(o, 210), 8.0)
    o.do(case, "to_court", 7.0, OTHER, answer=o.said["court"])
    case = _given(o, _old(o, 220), 9.0)
    o.do(case, "turn_away", 8.0, OTHER, answer=o.said["no_review"])
    case = _asked(o, _old(o, 230), 10.0)
    clerk = o.stage.actor(o.stage.staff(o.county, Role.CLERK))
    o.stage.move(case, "withdraw", clerk, o.stage.day(9.0, 12), reason="")


def _under_way(o: Any) -> None:
    """In another notary's hands, waiting, proposed, decided and to be carried out."""
    _taken(o, _old(o, 240), 3.0)
    case = _taken(o, _old(o, 250), 12.0)
    o.do(case, "verify", 10.0, OTHER, note=o.said["verify"])
    _proposed(o, _old(o, 260), 4.0, "maintain")
    for order, days in (
        ("order_correct", 270),
        ("order_supplement", 280),
        ("order_revoke", 290),
        ("order_repair", 300),
    ):
        _decided(o, _old(o, days), 3.0, order)


def _carried_out(o: Any) -> None:
    """Each outcome of a review; one report of yesterday was forgotten, and one is due today."""
    case = _decided(o, _old(o, 310), 30.0, "maintain")
    clerk = o.stage.actor(o.stage.staff(o.county, Role.CLERK))
    _decided(o, _old(o, 320), 40.0, "maintain")
    o.stage.move(case, "dispute", clerk, o.stage.day(20.0, 12), reason=o.said["wrong"])
    case = _decided(o, _old(o, 330), 50.0, "maintain")
    o.stage.move(case, "dispute", clerk, o.stage.day(40.0, 12), reason=o.said["wrong"])
    o.do(case, "settle", 10.0, HEAD, answer=o.said["settled"])
    case = _decided(o, _real(o, "birth", 60.0), 20.0, "order_correct")
    day = legal_day(o.stage.day(15.0)).isoformat()
    o.do(case, "reissue", 15.0, OTHER, taken_back_on=day, statement=o.said["wrong_date"])
    case = _decided(o, _real(o, "career", 70.0), 25.0, "order_supplement")
    o.do(case, "supplement", 20.0, OTHER, text=o.said["wrong_date"])
    o.do(case, "report_supplement", 20.0, OTHER, 15, **REPORTED)
    case = _decided(o, _real(o, "diploma", 80.0), 35.0, "order_revoke")
    o.do(case, "revoke", 30.0, OTHER, reason=o.said["untrue"])
    o.do(case, "report_revocation", 30.0, OTHER, 15, **REPORTED)
    case = _decided(o, _old(o, 340), 9.0, "order_supplement")
    o.do(case, "supplement", 1.0, OTHER, text=o.said["wrong_date"])
    case = _decided(o, _old(o, 345), 4.0, "order_revoke")
    o.do(case, "revoke", 0.2, OTHER, 11, reason=o.said["untrue"])
    case = _decided(o, _old(o, 350), 20.0, "order_repair")
    o.do(case, "repair", 18.0, OTHER, note=o.said["repaired"])


def _complaints(o: Any) -> None:
    """At the bureau: new, looked into, concluded, answered, not for it, taken back."""
    bureau = o.stage.actor(o.stage.staff(o.county, Role.SUPERVISOR))

    def come(ago: float, ground: str, *moves: tuple[str, dict[str, str]]) -> None:
        who = o.stage.person(o.county)
        told = {"ground": ground, "about": o.office.name_zh, "story": o.said["slow"]}
        case = o.stage.receive(COMPLAINT, "", told, who, who.actor, o.stage.day(ago, 11), channel="web", behalf="self")
        for n, (move, data) in enumerate(moves):
            o.stage.move(case, move, bureau, o.stage.day(max(ago - n - 1, 0.3), 12 + n), **data)

    take: tuple[str, dict[str, Any]] = ("accept", {})
    conclude = ("conclude", {"finding": "true", "measure": "correct", "note": o.said["slow"]})
    come(1.0, "slow")
    come(9.0, "materials", take)
    come(20.0, "money", take, conclude)
    come(40.0, "slow", take, conclude, ("answer", {"answer": o.said["answered"]}))
    come(15.0, "false", ("turn_away", {"cause": "review", "answer": o.said["no_review"]}))
    come(12.0, "manner", ("withdraw", {"reason": ""}))


# Hands


def _old(o: Any, ago: float) -> Certificate:
    """A certificate that the office issued on paper before it came here."""
    day = legal_day(o.stage.day(ago))
    sign = certificates.sign_on(o.office, day)
    assert sign is not None
    serial = 900 + int(ago)
    return certificates.enter_old(
        office=o.office, number=f"（{day.year}）{sign.short}证字第{serial}号", issued_on=day, matter="N10-birth", kind="domestic_civil",
        parties=["当事人（示例）"], notary=o.who["notary"].practitioner, by=SYSTEM, at=o.stage.until,
    )  # fmt: skip


def _real(o: Any, kind: str, ago: float) -> Certificate:
    done = o.delivered(kind, ago, ago - 10)
    return Certificate.objects.filter(case_id=done.pk).order_by("pk")[0]


def _asked(o: Any, made: Certificate, ago: float) -> Case:
    """A party asks for a review of their certificate."""
    who, person = o.stage.person(o.county), made.case.order.person if made.case else None
    if person is not None:
        who.name, who.phone = person.name, person.phone
    got = (made.case.delivered_on if made.case else None) or made.issued_on + timedelta(days=2)
    said = {"number": made.number, "standpoint": "party", "got_on": got.isoformat(), "wrong": o.said["wrong"]}
    return o.stage.receive(REVIEW, "", said, who, o.actor(HEAD), o.stage.day(ago, 11), place=o.place, read_back="on")


def _given(o: Any, made: Certificate, ago: float) -> Case:
    """Given by the head to another notary than the one who made it."""
    case = _asked(o, made, ago)
    return routing.assign(case=case, to=o.who[OTHER], by=o.actor(HEAD), at=o.stage.day(ago, 12), why=o.said["another"])


def _taken(o: Any, made: Certificate, ago: float) -> Case:
    return o.do(_given(o, made, ago), "accept", ago, OTHER, 13)


def _proposed(o: Any, made: Certificate, ago: float, result: str) -> Case:
    return o.do(_taken(o, made, ago), "propose", ago - 1, OTHER, 14, result=result, opinion=o.said["maintain"])


def _decided(o: Any, made: Certificate, ago: float, order: str) -> Case:
    case = _proposed(o, made, ago, order.removeprefix("order_"))
    return o.do(case, order, ago - 1.5, HEAD, 16, answer=o.said["decided"])
