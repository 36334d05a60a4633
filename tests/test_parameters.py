"""Dated figures: a room's own, and what the pack in use lays over them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings

from open12348.kernel.parameters import NoFigure, dated, figure, figures, layers


@pytest.fixture
def rooms(tmp_path: Path, settings: LazySettings) -> tuple[Path, ...]:
    """A room with two files, and a pack that lays two over them, one of the same day as the room's first."""
    own, laid = tmp_path / "own", tmp_path / "packs" / "there" / "parameters" / "room"
    for folder, day, text in (
        (own, "2024-01-01", "[limit]\nvalue = 10\n[pause]\nvalue = 1\n"),
        (own, "2026-01-01", "[limit]\nvalue = 8\n"),
        (laid, "2024-01-01", "[limit]\nvalue = 7\nbasis = 'local'\nsure = false\n"),
        (laid, "2025-01-01", "[extra]\nvalue = 'x'\n[note]\ntext = 'no figure'\n"),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{day}.toml").write_text(text, encoding="utf-8")
    settings.PACKAGE = tmp_path
    settings.OPEN12348_PACK = "there"
    return layers(own, "room")


def test_of_one_day_the_packs_figure_wins_and_the_rest_stays(rooms: tuple[Path, ...]) -> None:
    found = figures(rooms, date(2024, 6, 1))
    assert (found["limit"].value, found["limit"].basis, found["limit"].sure) == (7, "local", False)
    assert found["pause"].value == 1 and "extra" not in found


def test_a_newer_law_wins_over_an_older_local_figure(rooms: tuple[Path, ...]) -> None:
    found = figure(rooms, "limit", date(2026, 1, 1))
    assert found.value == 8 and found.since == date(2026, 1, 1)


def test_a_pack_may_add_figures_and_what_is_none_is_left_out(rooms: tuple[Path, ...]) -> None:
    found = figures(rooms, date(2025, 1, 1))
    assert found["extra"].value == "x" and "note" not in found
    assert [since for since, _content in dated(rooms, date(2025, 1, 1))] == [date(2024, 1, 1)] * 2 + [date(2025, 1, 1)]


def test_one_folder_alone_is_read_as_before(rooms: tuple[Path, ...]) -> None:
    assert figure(rooms[0], "limit", date(2024, 6, 1)).value == 10


def test_a_pack_without_figures_changes_nothing(rooms: tuple[Path, ...], settings: LazySettings) -> None:
    settings.OPEN12348_PACK = "elsewhere"
    assert figure(layers(rooms[0], "room"), "limit", date(2024, 6, 1)).value == 10


def test_a_day_without_figures_says_so(rooms: tuple[Path, ...]) -> None:
    with pytest.raises(NoFigure):
        figures(rooms, date(2023, 12, 31))
    with pytest.raises(NoFigure):
        figure(rooms, "nothing", date(2026, 1, 1))
