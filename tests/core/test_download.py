import gzip
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import mirror as mirrors
import numpy as np
import pytest
from mirror import Fault, Mirror, remote
from test_mnist import valid_set, zipped

from bpcore.datasets import download, mnist
from bpcore.datasets.download import (
    REMOTE_FILES,
    DownloadCancelledError,
    RemoteFile,
    download_mnist,
)
from bpcore.datasets.mnist import DatasetError, load_dataset, load_mnist

UNPACKED = valid_set(train=50, test=30)
PACKED = zipped(UNPACKED)
FILES = tuple(remote(f"{name}.gz", content) for name, content in UNPACKED.items())
FIRST = FILES[0].name


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    server = Mirror(PACKED)
    yield server
    server.close()


@pytest.fixture
def other() -> Iterator[Mirror]:
    server = Mirror(PACKED)
    yield server
    server.close()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHAINLIGHT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "mnist"


def fetch(*servers: Mirror, **options: object) -> Path:
    settings: dict[str, object] = {"files": FILES, "timeout": 10.0, "pause": 0.0}
    addresses = [server.address for server in servers]
    return download_mnist(mirrors=addresses, **settings | options)  # type: ignore[arg-type]


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


# A mirror that works


def test_what_was_downloaded_is_the_full_set(mirror: Mirror, cache: Path) -> None:
    assert fetch(mirror) == cache
    dataset = load_dataset("full")
    assert dataset.name == "full"
    assert dataset.train_images.tobytes() == UNPACKED[mnist.FILES["train_images"]][16:]
    (x_train, _), _ = load_mnist(source="full", normalize=False)
    np.testing.assert_array_equal(x_train, dataset.train_images)


def test_the_bundled_digits_stay_the_default(mirror: Mirror, cache: Path) -> None:
    fetch(mirror)
    assert load_dataset().name == "bundled"
    assert len(load_mnist()[0][0]) == 9000


def test_a_folder_wins_over_the_source(cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, content in valid_set(train=4).items():
        (folder / name).write_bytes(content)
    (x_train, _), _ = load_mnist(source="full", data_dir=folder)
    assert len(x_train) == 4


def test_another_source_is_refused() -> None:
    with pytest.raises(ValueError, match='source must be "bundled" or "full", not \'all\''):
        load_mnist(source="all")


def test_nothing_is_left_behind_but_the_four_files(mirror: Mirror, cache: Path) -> None:
    fetch(mirror)
    assert names_in(cache) == set(PACKED)


def test_what_is_there_is_not_downloaded_again(mirror: Mirror, cache: Path) -> None:
    fetch(mirror)
    mirror.asked.clear()
    fetch(mirror)
    assert mirror.asked == []


def test_a_file_that_was_spoilt_is_downloaded_again(mirror: Mirror, cache: Path) -> None:
    fetch(mirror)
    mirror.asked.clear()
    (cache / FIRST).write_bytes(PACKED[FIRST][:-9])
    fetch(mirror)
    assert mirror.asked == [FIRST]
    assert (cache / FIRST).read_bytes() == PACKED[FIRST]


def test_progress_rises_to_the_whole(mirror: Mirror, cache: Path) -> None:
    told: list[tuple[int, int]] = []
    fetch(mirror, progress=lambda done, total: told.append((done, total)))
    total = sum(file.packed for file in FILES)
    assert told[0] == (0, total)
    assert told[-1] == (total, total)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) > 8


def test_a_slow_mirror_is_waited_for(mirror: Mirror, cache: Path) -> None:
    mirror.faults = [mirrors.slow]
    fetch(mirror)
    assert mirror.asked == [file.name for file in FILES]


# Mirrors that fail

FAULTS: list[tuple[Fault, str]] = [
    (mirrors.missing, "answered 404"),
    (mirrors.broken, "answered 500"),
    (mirrors.cut, "broke off"),
    (mirrors.cut_without_a_word, "sent a part of the file only"),
    (mirrors.silent, "can't be reached or broke off"),
    (mirrors.stalls, "stopped sending"),
    (mirrors.never_answers, "did not answer in time"),
    (mirrors.another_file, "sent another file: its SHA-256 is wrong"),
    (mirrors.a_page, "sent something that is not the file"),
    (mirrors.more, "sent more than the file has"),
    (mirrors.appended, "sent more than the file has"),
    (mirrors.a_length_that_is_none, "can't be reached or broke off"),
    (mirrors.a_bomb, "sent more than the file has"),
]


def patience(fault: Fault) -> float:
    """Return a timeout: short only where it has to pass, as this machine may be busy."""
    return 0.2 if fault in (mirrors.stalls, mirrors.never_answers) else 10.0


each_fault = pytest.mark.parametrize(
    ("fault", "message"), FAULTS, ids=[fault.__name__ for fault, _ in FAULTS]
)


@each_fault
def test_a_fault_is_told_and_leaves_no_broken_cache(
    mirror: Mirror, cache: Path, fault: Fault, message: str
) -> None:
    mirror.always = fault
    with pytest.raises(DatasetError) as caught:
        fetch(mirror, timeout=patience(fault))
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{FIRST} can't be downloaded: 127.0.0.1")
    assert names_in(cache) == set()
    with pytest.raises(DatasetError, match="is not downloaded yet: run python -m bpcore download"):
        load_dataset("full")


@each_fault
def test_the_next_try_works(mirror: Mirror, cache: Path, fault: Fault, message: str) -> None:
    mirror.always = fault
    with pytest.raises(DatasetError):
        fetch(mirror, timeout=patience(fault))
    mirror.always = None
    fetch(mirror)
    assert load_dataset("full").name == "full"


@each_fault
def test_a_second_mirror_is_asked_where_the_first_fails(
    mirror: Mirror, other: Mirror, cache: Path, fault: Fault, message: str
) -> None:
    mirror.always = fault
    fetch(mirror, other, files=FILES[:1], timeout=max(patience(fault), 0.5))
    assert (mirror.asked, other.asked) == ([FIRST], [FIRST])


def test_a_mirror_is_tried_again_after_all_others(
    mirror: Mirror, other: Mirror, cache: Path
) -> None:
    mirror.faults, other.faults = [mirrors.cut, mirrors.missing], [mirrors.broken, mirrors.broken]
    fetch(mirror, other, files=FILES[:1])
    assert (len(mirror.asked), len(other.asked)) == (3, 2)


def test_the_error_says_what_each_mirror_did(mirror: Mirror, other: Mirror, cache: Path) -> None:
    mirror.always, other.always = mirrors.missing, mirrors.broken
    with pytest.raises(DatasetError, match=r"answered 404; 127.0.0.1:\d+ answered 500\. Look at"):
        fetch(mirror, other)


def test_files_that_came_before_a_fault_are_kept(mirror: Mirror, cache: Path) -> None:
    def only_the_first(answer: mirrors.Answer) -> None:
        if answer.path.lstrip("/") == FIRST:
            answer.send(answer.content)
        else:
            mirrors.missing(answer)

    mirror.always = only_the_first
    with pytest.raises(DatasetError):
        fetch(mirror)
    assert names_in(cache) == {FIRST}


def test_a_file_that_unpacks_to_gigabytes_is_not_unpacked(mirror: Mirror, cache: Path) -> None:
    mirror.contents = PACKED | {FIRST: gzip.compress(bytes(1 << 26))}
    tracemalloc.start()
    with pytest.raises(DatasetError):
        fetch(mirror)
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()


# The user


def test_a_download_can_be_cancelled(mirror: Mirror, cache: Path) -> None:
    asked = 0

    def cancel() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    with pytest.raises(DownloadCancelledError):
        fetch(mirror, cancel=cancel)
    assert not [name for name in names_in(cache) if name.endswith(".part")]
    fetch(mirror)


def test_a_wait_between_rounds_can_be_cancelled(mirror: Mirror, cache: Path) -> None:
    mirror.always = mirrors.missing
    with pytest.raises(DownloadCancelledError):
        fetch(mirror, cancel=lambda: len(mirror.asked) == 1, pause=60.0)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
def test_a_cache_that_can_not_be_written_is_told(mirror: Mirror, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(DatasetError, match=r"can't be written .*set CHAINLIGHT_CACHE_DIR"):
        fetch(mirror, folder=in_the_way / "mnist")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_disk_that_is_full_is_told_and_no_mirror_is_blamed(
    mirror: Mirror, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import contextlib

    @contextlib.contextmanager
    def full(path: Path):
        with open("/dev/full", "wb", buffering=0) as file:
            yield file

    monkeypatch.setattr(download, "replacing", full)
    with pytest.raises(DatasetError, match="No space left on device"):
        fetch(mirror)


@pytest.mark.parametrize("package", ["pooch", "platformdirs"])
def test_a_package_that_is_missing_is_named(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delenv("CHAINLIGHT_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(DatasetError, match=package):
        fetch(mirror)


def test_the_full_set_is_looked_for_where_the_system_keeps_caches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import platformdirs

    monkeypatch.delenv("CHAINLIGHT_CACHE_DIR")
    expected = Path(platformdirs.user_cache_dir("chainlight", appauthor=False)) / "mnist"
    assert mnist.full_set_folder() == expected


# The real set


def test_the_files_expected_are_those_of_mnist(full_set_folder: Path) -> None:
    for file in REMOTE_FILES:
        assert download._is_right(full_set_folder / file.name, file)


def test_a_right_file_is_told_from_one_with_another_bit() -> None:
    content = UNPACKED[mnist.FILES["test_labels"]]
    other = RemoteFile("x", 1, len(content), remote("x", content[:-1] + b"\7").sha256)
    check = download._Check(other)
    check.feed(gzip.compress(content))
    with pytest.raises(download._MirrorError, match="SHA-256"):
        check.finish()
