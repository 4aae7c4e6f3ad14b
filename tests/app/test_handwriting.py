"""The corrections that are kept of a handwriting."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from kept import Make, drawing, handwritings

from app.handwriting import Handwriting
from bpcore import handwriting
from bpcore.handwriting import load_corrections


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "handwriting"


@pytest.fixture
def make(qtbot, folder: Path) -> Iterator[Make]:
    with handwritings(folder) as make:
        yield make


def labels(one: Handwriting) -> list[int]:
    return [known.label for known in one.corrections]


# Corrections


def test_corrections_are_there_at_the_next_start(qtbot, make: Make) -> None:
    first = make()
    first.add(drawing(1), 3)
    first.add(drawing(2), 8)
    assert first.count == 2
    second = make()
    with qtbot.waitSignal(second.changed):
        pass
    assert labels(second) == [3, 8]
    np.testing.assert_array_equal(second.corrections[1].image, drawing(2))


def test_a_correction_that_comes_while_the_file_is_read_joins_it(qtbot, make: Make) -> None:
    make().add(drawing(1), 3)
    second = make()
    second.add(drawing(2), 8)
    assert labels(second) == [8]
    with qtbot.waitSignal(second.changed):
        pass
    assert labels(second) == [3, 8]
    third = make()
    with qtbot.waitSignal(third.changed):
        pass
    assert labels(third) == [3, 8]


def test_closing_while_the_file_is_read_loses_nothing(make: Make, folder: Path) -> None:
    make().add(drawing(1), 3)
    second = make()
    second.add(drawing(2), 8)
    assert second.close()
    kept = load_corrections(folder / "corrections.handwriting")
    assert kept.labels.tolist() == [3, 8]


def test_without_a_file_no_thread_is_started(make: Make, folder: Path) -> None:
    assert not make()._worker.isRunning()
    assert not folder.exists()


def test_what_is_removed_is_gone_and_can_be_brought_back(qtbot, make: Make, folder: Path) -> None:
    one = make()
    for n, label in enumerate((3, 8, 5, 1)):
        one.add(drawing(n), label)
    assert not one.can_undo_remove
    one.remove([0, 2])
    assert labels(one) == [8, 1]
    one.remove([1])
    assert labels(one) == [8]
    one.add(drawing(9), 9)
    one.undo_remove()
    one.undo_remove()
    assert labels(one) == [3, 8, 5, 1, 9]
    assert not one.can_undo_remove
    assert one.close()
    assert [c.label for c in load_corrections(folder / "corrections.handwriting")] == [
        3,
        8,
        5,
        1,
        9,
    ]


def test_a_drawing_that_is_kept_again_takes_its_new_label(make: Make) -> None:
    one = make()
    one.add(drawing(1), 3)
    one.add(drawing(1), 8)
    assert labels(one) == [8]


def test_corrections_go_to_another_computer_and_join_those_there(
    qtbot, make: Make, tmp_path: Path
) -> None:
    one = make()
    one.add(drawing(1), 3)
    one.add(drawing(2), 8)
    path = tmp_path / "mine.handwriting"
    with qtbot.waitSignal(one.said) as said:
        one.export(path)
    assert said.args == ["Saved as mine.handwriting."]
    one.remove([0])
    one.add(drawing(3), 4)
    with qtbot.waitSignal(one.said) as said:
        one.import_from(path)
    assert said.args == ["mine.handwriting: 1 added, 1 were there already."]
    assert labels(one) == [3, 8, 4]


def test_a_file_that_is_none_is_told_and_nothing_is_lost(qtbot, make: Make, tmp_path: Path) -> None:
    one = make()
    one.add(drawing(1), 3)
    (tmp_path / "bad.handwriting").write_bytes(b"nothing")
    with qtbot.waitSignal(one.failed) as failed:
        one.import_from(tmp_path / "bad.handwriting")
    assert failed.args == ["bad.handwriting is cut short, or not Chainlight handwriting"]
    assert labels(one) == [3]
    assert one.trouble == ""


def test_more_than_can_be_kept_is_told(qtbot, make: Make, monkeypatch) -> None:
    monkeypatch.setattr(handwriting, "MAX_CORRECTIONS", 1)
    one = make()
    one.add(drawing(1), 3)
    with qtbot.waitSignal(one.failed) as failed:
        one.add(drawing(2), 3)
    assert failed.args[0].startswith("At most 1 corrections can be kept")
    assert one.count == 1


# Trouble with the folder


def test_a_folder_that_can_not_be_written_is_told_and_tried_again(
    qtbot, make: Make, folder: Path
) -> None:
    folder.parent.mkdir()
    folder.write_text("in the way")
    one = make()
    with qtbot.waitSignal(one.failed) as failed:
        one.add(drawing(1), 3)
    assert failed.args[0].startswith("corrections.handwriting: can't be saved in ")
    assert one.trouble == failed.args[0]
    assert labels(one) == [3]
    folder.unlink()
    one.add(drawing(2), 8)
    qtbot.waitUntil(lambda: one.trouble == "")
    assert len(load_corrections(folder / "corrections.handwriting")) == 2


def test_closing_tries_once_more_to_keep_the_corrections(qtbot, make: Make, folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("in the way")
    one = make()
    with qtbot.waitSignal(one.failed):
        one.add(drawing(1), 3)
    folder.unlink()
    assert one.close()
    assert len(load_corrections(folder / "corrections.handwriting")) == 1


def test_a_damaged_file_is_told_and_put_aside_when_something_new_is_kept(
    qtbot, make: Make, folder: Path
) -> None:
    folder.mkdir(parents=True)
    path = folder / "corrections.handwriting"
    path.write_bytes(b"nothing")
    one = make()
    with qtbot.waitSignal(one.failed) as failed:
        pass
    assert failed.args[0].startswith("corrections.handwriting is cut short")
    assert one.trouble == failed.args[0]
    assert path.read_bytes() == b"nothing"
    one.add(drawing(1), 3)
    qtbot.waitUntil(lambda: one.trouble == "")
    assert len(load_corrections(path)) == 1
    assert (folder / "corrections (unreadable 1).handwriting").read_bytes() == b"nothing"


def test_without_a_place_corrections_live_as_long_as_the_program(qtbot, monkeypatch) -> None:
    monkeypatch.delenv("CHAINLIGHT_DATA_DIR")
    monkeypatch.setitem(__import__("sys").modules, "platformdirs", None)
    one = Handwriting()
    assert "platformdirs" in one.trouble
    one.add(drawing(1), 3)
    assert labels(one) == [3]
    assert one.load_own() is None
    one.discard_own()
    assert one.close()


def test_by_default_all_is_kept_in_the_user_s_folder(
    qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAINLIGHT_DATA_DIR", str(tmp_path))
    one = Handwriting()
    one.add(drawing(1), 3)
    assert one.close()
    assert len(load_corrections(tmp_path / "handwriting" / "corrections.handwriting")) == 1
