"""Hiding small numbers of people in a table of sums, and as many others with them as it takes that none can be reckoned.

A table is cells by key; each has `value` (None: not said) and `hidden`. An equation names a whole and its parts. What is asked:
how many stand behind each cell (`weigh`), which cells the reader sees whole anyway (`known`), how few are few (`least`). Each
sum keeps at least two unknowns that together are not small; what is left is asked of the equations themselves (`given_away`).
Knows nothing of what is counted.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol


class Cell(Protocol):
    """A number that may be hidden."""

    value: Any
    hidden: bool


Equation = tuple[Any, list[Any]]


def hide(cells: Mapping[Any, Cell], weigh: Mapping[Any, int], equations: Sequence[Equation], known: set[Any], least: int) -> None:  # fmt: skip
    """Hide in one table what is small, and beside it what would give it away. What is hidden already stays so."""
    for key, cell in cells.items():
        if key not in known and 0 < weigh[key] < least:
            cell.hidden = True
    changed = True
    while changed:
        changed = False
        for parent, parts in equations:
            changed |= _cover(cells, weigh, parent, parts, known, least)
        if not changed:
            for key in given_away(cells, equations):
                changed |= _hide_beside(cells, weigh, key, equations, known)


def _cover(cells: Mapping[Any, Cell], weigh: Mapping[Any, int], parent: Any, parts: list[Any], known: set[Any], least: int) -> bool:  # fmt: skip
    """Hide more of one sum while what is hidden in it is alone, or small together. Out: whether anything was hidden."""
    changed = False
    while True:
        gone = [k for k in [*parts, parent] if cells[k].hidden]
        small = not cells[parent].hidden and sum(weigh[k] for k in gone) < least
        if not gone or (len(gone) > 1 and not small) or not _hide_smallest(cells, weigh, parent, parts, known):
            return changed
        changed = True


def _hide_smallest(cells: Mapping[Any, Cell], weigh: Mapping[Any, int], parent: Any, parts: list[Any], known: set[Any]) -> bool:  # fmt: skip
    """Hide one more of a sum: the smallest part that is more than nothing, else the whole, else a nothing."""
    free = [k for k in parts if k not in known and not cells[k].hidden and cells[k].value is not None]
    whole = [] if parent in known or cells[parent].hidden or cells[parent].value is None else [parent]
    left = [k for k in free if weigh[k]] or whole or free
    if not left:
        return False
    cells[min(left, key=lambda k: (weigh[k], k))].hidden = True
    return True


def _hide_beside(cells: Mapping[Any, Cell], weigh: Mapping[Any, int], key: Any, equations: Iterable[Equation], known: set[Any]) -> bool:  # fmt: skip
    return any(
        _hide_smallest(cells, weigh, parent, parts, known)
        for parent, parts in equations
        if key == parent or key in parts
    )


def keep_apart(whole: Mapping[Any, Cell], parts: Sequence[Mapping[Any, Cell]], equations: Sequence[Equation], known: set[Any]) -> None:  # fmt: skip
    """Hide of a whole what, with all its parts (months of a year) beside it, would give one of them away: the parts stay as they
    are shown alone.

    What the reader does not know of each part can still move in a few ways (`_solved`). Each shown number of the whole ties
    those ways together; a number of a part that cannot move any more is given away, and the whole's number with it is hidden.
    """
    moves: dict[tuple[int, Any], dict[Any, int]] = {}
    for i, cells in enumerate(parts):
        solved = _solved(cells, equations)
        for key in (k for k, cell in cells.items() if cell.hidden):
            row = solved.get(key)
            # x = what the sums leave over: the pivot is minus the rest of its row
            moves[i, key] = {(i, k): -v % _P for k, v in row.items() if k != key} if row else {(i, key): 1}
    split = {key for _i, key in moves if key not in known}
    while True:
        ties = _Echelon()
        for key in sorted(split):
            if not whole[key].hidden:
                ties.add(_together(moves[i, key] for i in range(len(parts)) if (i, key) in moves))
        still = ties.anything(moves.values())
        fixed = {key for (i, key), row in moves.items() if not sum(v * still[k] for k, v in row.items()) % _P}
        left = {key for key in split if not whole[key].hidden}
        if not fixed or not left:
            return
        for key in (fixed & left) or {k for k in left if any(k[0] == f[0] or k[1] == f[1] for f in fixed)} or left:
            whole[key].hidden = True


def _together(rows: Iterable[Mapping[Any, int]]) -> dict[Any, int]:
    total: dict[Any, int] = {}
    for row in rows:
        for k, v in row.items():
            total[k] = (total.get(k, 0) + v) % _P
    return {k: v for k, v in total.items() if v}


class _Echelon:
    """Equations = 0, each kept under one of its unknowns; those that come later are freed of the earlier ones'."""

    def __init__(self) -> None:
        self.rows: dict[Any, dict[Any, int]] = {}

    def add(self, row: dict[Any, int]) -> None:
        """Add an equation, unless the others say it already."""
        for pivot, other in self.rows.items():
            if times := row.get(pivot):
                _take(row, other, times)
        if row:
            pivot = next(iter(row))
            inverse = pow(row[pivot], -1, _P)
            self.rows[pivot] = {k: v * inverse % _P for k, v in row.items()}

    def anything(self, used: Iterable[Mapping[Any, int]]) -> dict[Any, int]:
        """Values that solve all equations and are otherwise any: what is nought in them is nought in every solution."""
        dice = random.Random(12348)  # of any numbers below the prime, wrong ones are not met in a lifetime
        found = {k: dice.randrange(1, _P) for row in used for k in row if k not in self.rows}
        for pivot, row in reversed(self.rows.items()):
            found[pivot] = -sum(v * found.get(k, 0) for k, v in row.items() if k != pivot) % _P
        return found


#: A prime; sums are solved modulo it.
_P = (1 << 61) - 1


def _solved(cells: Mapping[Any, Cell], equations: Iterable[Equation]) -> dict[Any, dict[Any, int]]:
    """Every sum solved for one of its hidden cells (Gauss–Jordan): pivot -> its row, in which no other pivot stands."""
    done: dict[Any, dict[Any, int]] = {}
    for parent, parts in equations:
        row: dict[Any, int] = {}
        for key, sign in [(parent, _P - 1), *((k, 1) for k in parts)]:
            if cells[key].hidden:
                row[key] = (row.get(key, 0) + sign) % _P
        for key in [k for k in row if k in done]:
            _take(row, done[key], row[key])
        row = {k: v for k, v in row.items() if v}
        if not row:
            continue
        pivot = next(iter(row))
        inverse = pow(row[pivot], -1, _P)
        row = {k: v * inverse % _P for k, v in row.items()}
        for other in done.values():
            if times := other.get(pivot):
                _take(other, row, times)
        done[pivot] = row
    return done


def given_away(cells: Mapping[Any, Cell], equations: Iterable[Equation]) -> list[Any]:
    """The hidden cells that the shown ones determine, by solving every sum at once."""
    return [pivot for pivot, row in _solved(cells, equations).items() if len(row) == 1]


def _take(row: dict[Any, int], other: Mapping[Any, int], times: int) -> None:
    for k, v in other.items():
        left = (row.get(k, 0) - times * v) % _P
        if left:
            row[k] = left
        else:
            row.pop(k, None)
