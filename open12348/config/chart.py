"""docs/map.md: the floors, the rooms, and one state diagram per service, drawn from the code."""

from __future__ import annotations

import ast
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.utils import translation

from open12348.kernel.access import Role
from open12348.kernel.workdays import Unit
from open12348.spine import catalogue
from open12348.spine.catalogue import Clock, Phase, Service

PACKAGE = Path(__file__).resolve().parent.parent
UNITS = {
    Unit.WORKDAYS: "working days",
    Unit.DAYS: "days, rolling over holidays",
    Unit.DAYS_UNROLLED: "days",
    Unit.HOURS: "hours",
    Unit.MONTHS: "months, rolling over holidays",
}


def _first_line(file: Path) -> str:
    if not file.exists():
        return ""
    said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return said.split("\n")[0]


def _rooms(floor: Path) -> list[tuple[str, str]]:
    """The modules of a room with the first line each says of itself."""
    return [
        (file.stem, _first_line(file))
        for file in sorted(floor.glob("*.py"))
        if file.stem not in {"__init__", "apps", "tests"} and _first_line(file)
    ]


def _floors() -> list[list[str]]:
    config = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(c for c in config["tool"]["importlinter"]["contracts"] if c["type"] == "layers")["layers"]
    return [[room.strip() for room in layer.replace(":", "|").split("|")] for layer in layers]


def _amount(clock: Clock) -> str:
    from datetime import date

    day = max(date(2026, 1, 1), clock.since)
    return f"{clock.amount_on(day)} {UNITS[clock.unit]}"


def diagram(service: Service) -> str:
    """A service as a Mermaid state diagram: every move with who may make it."""
    lines = ["stateDiagram-v2", f"    [*] --> {service.initial}"]
    lines += [f"    {state.code}: {state.label} ({state.code})" for state in service.states]
    for move in service.moves:
        who = ", ".join(sorted(role.value for role in move.by if isinstance(role, Role)))
        for source in sorted(move.sources):
            lines.append(f"    {source} --> {move.to(source)}: {move.label} [{who}]")
    lines += [f"    {state.code} --> [*]" for state in service.states if state.phase is Phase.DONE]
    return "\n".join(lines)


def _clock_row(clock: Clock) -> str:
    def acts(names: Any) -> str:
        return ", ".join(sorted(names)) or "—"

    sure = "" if clock.sure else " (not confirmed)"
    more = f" +{clock.extendable}" if clock.extendable else ""
    return (
        f"| {clock.code} {clock.label} | {_amount(clock)}{more}{sure} | {acts(clock.starts)} | {acts(clock.pauses)} → "
        f"{acts(clock.resumes)} | {acts(clock.stops)} | {clock.basis} |"
    )


def draw() -> str:
    """The whole page."""
    with translation.override("zh-hans"):
        parts = [
            "# The map",
            "",
            "Drawn by `make map` from the code. Do not edit.",
            "",
            "## Floors",
            "",
            "A room names only rooms below it.",
            "",
        ]
        parts.append("```mermaid\nflowchart TD")
        floors = _floors()
        for above, below in pairwise(floors):
            parts += [f"    {a} --> {b}" for a in above for b in below]
        parts.append("```\n")
        for floor in floors:
            for room in floor:
                folder = PACKAGE / room
                if room in {"lines", "doors", "ledgers"}:
                    for part in sorted(p for p in folder.iterdir() if (p / "apps.py").exists()):
                        parts.append(f"### {room}/{part.name}\n")
                        parts += [f"- `{name}`: {said}" for name, said in _rooms(part)] + [""]
                else:
                    parts.append(f"### {room}\n")
                    parts += [f"- `{name}`: {said}" for name, said in _rooms(folder)] + [""]
        parts += ["## Services", ""]
        for service in catalogue.all_services():
            parts += [f"### {service.code} · {service.name}", ""]
            items = ", ".join(sorted(service.items)) or (
                "every item that no other service claims" if service.fallback else "—"
            )
            parts += [f"Items: {items}. Since {service.since}. Business digits {service.business}.", ""]
            parts += ["```mermaid", diagram(service), "```", ""]
            parts += ["| clock | limit | starts | pauses → resumes | stops | basis |", "|---|---|---|---|---|---|"]
            parts += [_clock_row(clock) for clock in service.clocks] + [""]
    return "\n".join(parts).rstrip() + "\n"
