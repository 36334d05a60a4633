"""Small numbers stay hidden: alone, beside their sum, and in a year beside its months. No tables, no database."""

from __future__ import annotations

from dataclasses import dataclass

from open12348.kernel import veil


@dataclass
class Cell:
    value: int | None
    hidden: bool = False


def table(**numbers: int) -> dict[tuple[str, str], Cell]:
    return {("n", name): Cell(n) for name, n in numbers.items()}


SUM = [(("n", "all"), [("n", "a"), ("n", "b"), ("n", "c")])]


def hidden(cells: dict[tuple[str, str], Cell]) -> set[str]:
    return {column for (_code, column), cell in cells.items() if cell.hidden}


def weigh(cells: dict[tuple[str, str], Cell]) -> dict[tuple[str, str], int]:
    return {key: cell.value or 0 for key, cell in cells.items()}


def test_a_small_number_takes_another_with_it() -> None:
    """Hidden alone it would be the sum minus the rest."""
    cells = table(a=3, b=40, c=20, all=63)
    veil.hide(cells, weigh(cells), SUM, set(), 5)
    assert hidden(cells) == {"a", "c"} and veil.given_away(cells, SUM) == []


def test_what_is_not_small_is_shown() -> None:
    cells = table(a=30, b=40, c=0, all=70)
    veil.hide(cells, weigh(cells), SUM, set(), 5)
    assert hidden(cells) == set()


def test_what_the_reader_knows_anyway_protects_nothing() -> None:
    """The reader's own column is no cover for another's small number."""
    cells = table(a=3, b=40, c=20, all=63)
    veil.hide(cells, weigh(cells), SUM, {("n", "c")}, 5)
    assert hidden(cells) == {"a", "b"}


def test_a_year_does_not_give_its_months_away() -> None:
    """One hidden month beside eleven shown ones would be the year minus the rest: the year's number is hidden too."""
    months = [table(a=9, b=40, c=20, all=69) for _n in range(2)]
    months[0][("n", "a")].value, months[0][("n", "all")].value = 3, 63
    for cells in months:
        veil.hide(cells, weigh(cells), SUM, set(), 5)
    year = table(a=12, b=80, c=40, all=132)
    veil.keep_apart(year, months, SUM, set())
    assert {"a", "c"} & hidden(year)
