"""Counsel and the legal qualification in the demo prefecture: each with a case in every state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from stdnum.cn import uscc

from open12348.kernel.workdays import legal_day

from . import counsel
from .counsel_models import CounselClient

#: Invented bodies, by kind.
BODIES = (
    ("示例县教育局（示例）", "government"), ("示例县总工会（示例）", "people"), ("示例县人民医院（示例）", "institution"),
    ("示例县农业公司（示例）", "enterprise"), ("示例县委宣传部（示例）", "party"), ("示例县水利局（示例）", "government"),
)  # fmt: skip
SCORE = {"score": "190", "area": "national"}
#: The way of the qualification, state by state: the move that leads there.
WAY = (
    ("objective_passed", "objective_pass"), ("subjective_passed", "subjective_pass"), ("applied", "apply_online"), ("verified", "verify"),
    ("accepted", "accept"), ("examined", "examine"), ("region", "region_verified"), ("granted", "grant"), ("cert_received", "cert_arrived"),
    ("handed_out", "hand_out"), ("over", "revoke"),
)  # fmt: skip


def body_code(number: int) -> str:
    """A credit code that an invented body could have."""
    base = f"11650000MD{910000 + number:06d}A"
    return base + uscc.calc_check_digit(base)


def filings(office: Any) -> None:
    """A contract in each state: handed in, on file, over, ended early, turned down, withdrawn."""
    today = legal_day(office.stage.until)
    for n, ((name, kind), state) in enumerate(
        zip(BODIES, ("received", "active", "ended", "terminated", "not_filed", "withdrawn"), strict=True)
    ):
        ago = 40 - n
        start = today - timedelta(days=ago + 5 if state != "ended" else ago + 380)
        last = start + timedelta(days=364)
        told = {
            "client_name": name, "client_uscc": body_code(n), "client_kind": CounselClient(kind).value, "firm_no": office.firm.uscc,
            "lawyer_no": office.people[n].licence_no, "contract_no": f"示例顾{n + 1}", "starts_on": start.isoformat(),
            "ends_on": last.isoformat(), "scope": ["advice", "review"], "fee": "30000", "procurement": "purchase", "searched": "on",
            "silence": "on",
        }  # fmt: skip
        if state == "received":
            ago = 2
        case = office.comes(counsel.CODE, told, ago, by=office.manager, own=False)
        if state == "withdrawn":
            office.do(case, "withdraw", office.clerk, ago - 1)
        elif state == "not_filed":
            office.do(case, "not_file", office.here, ago - 2, {"answer": office.said["away"]})
        elif state != "received":
            case = office.do(case, "file", office.here, ago - 3)
            if state == "active":
                office.do(case, "evaluate", office.here, 5, {"year": str(today.year), "grade": "good"})
            elif state == "terminated":
                end = {
                    "why": "agreed",
                    "ended_on": (today - timedelta(days=9)).isoformat(),
                    "reason": office.said["away"],
                }
                office.do(case, "terminate", office.here, 8, end)
    counsel.run_out(office.stage.day(1))


def candidates(office: Any) -> None:
    """A candidate at each step, and at each other end."""
    year = str(office.year)
    ask = {"year": year, "household": office.county.unit.code}
    given: dict[str, tuple[Any, dict[str, Any]]] = {
        "objective_pass": (office.here, {**SCORE, "year": year}), "subjective_pass": (office.here, {**SCORE, "year": year}),
        "apply_online": (office.clerk, {"place": "household", "full_education": "on", "materials": ["identity", "education"]}),
        "verify": (office.here, {"seen": "on", "diploma": "on"}), "accept": (office.bureau, {}),
        "examine": (office.bureau, {"note": office.said["opinion"]}), "region_verified": (office.second, {"note": office.said["opinion"]}),
        "cert_arrived": (office.bureau, {}), "revoke": (office.bureau, {"document": f"司资撤〔{year}〕1号（示例）", "note": office.said["away"]}),
    }  # fmt: skip
    for n in range(len(WAY) + 1):
        ago = 60.0 - n
        case = office.comes("lawyers.qualification", ask, ago)
        if n == 0:
            office.do(case, "ask_help", office.clerk, 5, {"wanted": "大字试卷", "exam_on": office.in_days(30)})
        for _state, move in WAY[:n]:
            ago -= 4
            by, said = given.get(move, (office.bureau, {}))
            if move in {"objective_pass", "subjective_pass"}:
                said = {**said, "published_on": office.day(ago + 1)}
            elif move == "grant":
                by, said = (
                    office.second,
                    {
                        "granted": "A",
                        "certificate_no": f"A示例{year}{n:04d}",
                        "document": f"司资〔{year}〕{n}号（示例）",
                    },
                )
            elif move == "hand_out":
                said = {"handed_on": office.day(ago)}
            case = office.do(case, move, by, ago, said)
    for n, state in enumerate(("not_passed", "checking", "not_accepted", "refused", "withdrawn")):
        ago = 50.0 - n
        case = office.comes("lawyers.qualification", ask, ago)
        if state == "withdrawn":
            office.do(case, "withdraw", office.clerk, ago - 1)
        elif state in {"not_passed", "checking"}:
            case = office.do(case, "not_pass", office.here, 9, {"why": "objective", "published_on": office.day(10)})
            if state == "checking":
                office.do(case, "ask_check", office.clerk, 3)
        else:
            until = {"not_accepted": 3, "refused": 6}[state]
            for _state, move in WAY[:until]:
                ago -= 4
                by, said = given[move]
                said = {**said, "published_on": office.day(ago + 1)} if "pass" in move else said
                case = office.do(case, move, by, ago, said)
            end = "not_accept" if state == "not_accepted" else "refuse"
            office.do(
                case,
                end,
                office.bureau if end == "not_accept" else office.second,
                ago - 4,
                {"answer": office.said["refused"]},
            )


def scenes(office: Any) -> None:
    """Both."""
    filings(office)
    candidates(office)
