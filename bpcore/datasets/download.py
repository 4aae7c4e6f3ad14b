"""The full MNIST set from the net, on request, into the cache of the user."""

from __future__ import annotations

import hashlib
import time
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bpcore import folders
from bpcore.atomic import replacing
from bpcore.datasets.idx import DatasetError
from bpcore.datasets.mnist import full_set_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)

TIMEOUT = 10.0
"""Seconds without a byte from a mirror after which it is given up."""

ROUNDS = 3
"""Times that each mirror is tried for a file."""

PAUSE = 1.0
"""Seconds before a second round, twice as many before a third."""

CHUNK_BYTES = 1 << 10


@dataclass(frozen=True)
class RemoteFile:
    """What a file must be: its size in bytes gzipped and unpacked, its SHA-256 unpacked.

    The gzipped size is only what progress is measured by; mirrors may have packed it otherwise.
    """

    name: str
    packed: int
    unpacked: int
    sha256: str


REMOTE_FILES = (
    RemoteFile(
        "train-images-idx3-ubyte.gz",
        9_912_422,
        47_040_016,
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    RemoteFile(
        "train-labels-idx1-ubyte.gz",
        28_881,
        60_008,
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    RemoteFile(
        "t10k-images-idx3-ubyte.gz",
        1_648_877,
        7_840_016,
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    RemoteFile(
        "t10k-labels-idx1-ubyte.gz",
        4_542,
        10_008,
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)


class DownloadCancelledError(Exception):
    """The download was cancelled; what was complete by then stays in the cache."""


def download_mnist(
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], bool] | None = None,
    *,
    folder: Path | None = None,
    mirrors: Sequence[str] = MIRRORS,
    files: Sequence[RemoteFile] = REMOTE_FILES,
    timeout: float = TIMEOUT,
    pause: float = PAUSE,
) -> Path:
    """Download the 60,000 + 10,000 digits of MNIST, 11.6 MB, and return the folder that has them.

    Files that are there and right are not downloaded again. A file appears under its name only when
    it is complete and its unpacked content has the right SHA-256.

    Parameters
    ----------
    progress
        Called with the bytes that are there and those of all files.
    cancel
        Asked after every kilobyte; True ends the download.
    folder
        By default that of the user's cache in which ``load_mnist(source="full")`` looks.
    mirrors
        Addresses that end in ``/``, tried in turn, several times.
    files
        What to download.
    timeout
        Seconds without a byte after which a mirror is given up.
    pause
        Seconds before a second round of tries.

    Raises
    ------
    DatasetError
        If no mirror sends a file, or it can't be written; it says why, mirror by mirror.
    DownloadCancelledError
        If ``cancel`` said so.
    """
    try:
        folder = folder or full_set_folder()
    except folders.FolderError as error:
        raise DatasetError(str(error)) from error
    with _written_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
    total, done = sum(file.packed for file in files), 0

    def advance(count: int) -> None:
        if cancel is not None and cancel():
            raise DownloadCancelledError("The download was cancelled.")
        if progress is not None:
            progress(done + count, total)

    for file in files:
        advance(0)
        if not _is_right(folder / file.name, file):
            _fetch(file, folder, mirrors, timeout, pause, advance)
        done += file.packed
    advance(0)
    return folder


def _fetch(
    file: RemoteFile,
    folder: Path,
    mirrors: Sequence[str],
    timeout: float,
    pause: float,
    advance: Callable[[int], None],
) -> None:
    """Download ``file`` from the first mirror that sends it."""
    faults: dict[str, str] = {}
    for attempt in range(ROUNDS):
        _wait(pause * attempt, advance)
        for mirror in mirrors:
            try:
                with _written_to(folder), replacing(folder / file.name) as target:
                    _receive(mirror + file.name, _Sink(file, target, advance), timeout)
                    return
            except _MirrorError as error:
                faults[urlsplit(mirror).netloc] = str(error)
    reasons = "; ".join(f"{host} {fault}" for host, fault in faults.items())
    raise DatasetError(
        f"{file.name} can't be downloaded: {reasons}. Look at the connection and try again, or "
        "give a folder that holds the four files of MNIST."
    )


class _MirrorError(Exception):
    """What a mirror did wrong, as the end of a sentence that begins with its name."""


class _Sink:
    """Takes what arrives of a file: unpacks and hashes it at once, and never more than expected."""

    def __init__(self, file: RemoteFile, target: BinaryIO, advance: Callable[[int], None]) -> None:
        self._file, self._target, self._advance = file, target, advance
        self._check = _Check(file)
        self._received = 0

    def write(self, chunk: bytes) -> int:
        self._received += len(chunk)
        self._check.feed(chunk)
        with _written_to(self._target.name):
            self._target.write(chunk)
        self._advance(min(self._received, self._file.packed))
        return len(chunk)

    def flush(self) -> None:
        """Do nothing: whoever opened the target flushes it."""

    def finish(self) -> None:
        self._check.finish()


class _Check:
    """Whether gzipped data is what a file must be."""

    def __init__(self, file: RemoteFile) -> None:
        self._file = file
        self._unpacker = zlib.decompressobj(wbits=31)
        self._digest = hashlib.sha256()
        self._size = 0

    def feed(self, chunk: bytes) -> None:
        try:
            while chunk:
                data = self._unpacker.decompress(chunk, 1 << 17)
                self._digest.update(data)
                self._size += len(data)
                chunk = self._unpacker.unconsumed_tail
                if self._size > self._file.unpacked or self._unpacker.unused_data:
                    raise _MirrorError("sent more than the file has")
        except zlib.error as error:
            raise _MirrorError("sent something that is not the file") from error

    def finish(self) -> None:
        if not self._unpacker.eof:
            raise _MirrorError("sent a part of the file only")
        if self._digest.hexdigest() != self._file.sha256:
            raise _MirrorError("sent another file: its SHA-256 is wrong")


def _receive(url: str, sink: _Sink, timeout: float) -> None:
    try:
        import pooch
        import requests
    except ImportError as error:
        raise DatasetError(
            "Downloading needs the package pooch: install it, or give a folder that holds the four "
            "files of MNIST"
        ) from error
    answers: list[requests.Response] = []
    downloader = pooch.HTTPDownloader(
        chunk_size=CHUNK_BYTES,
        timeout=timeout,
        headers={"Accept-Encoding": "identity"},  # the file is gzipped, the transfer need not be
        hooks={"response": lambda answer, **_: answers.append(answer)},
    )
    try:
        downloader(url, sink, None)
    except requests.HTTPError as error:
        answer = error.response.status_code if error.response is not None else "an error"
        raise _MirrorError(f"answered {answer}") from error
    except requests.Timeout as error:
        raise _MirrorError("did not answer in time") from error
    except (OSError, ValueError) as error:  # of the net: the disk's are DatasetErrors by now
        stalled = "timed out" in str(error)
        raise _MirrorError("stopped sending" if stalled else _reason(error)) from error
    finally:
        for received in answers:  # however it ended: a connection is not left to the collector
            received.close()
    sink.finish()


def _reason(error: Exception) -> str:
    """Return what lies under the wrappings of a network error."""
    cause: BaseException = error
    while cause.__cause__ or cause.__context__:
        cause = cause.__cause__ or cause.__context__ or cause
    text = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return f"can't be reached or broke off ({text})"


def _is_right(path: Path, file: RemoteFile) -> bool:
    """Whether ``path`` is the file already."""
    check = _Check(file)
    try:
        with path.open("rb") as content:
            while chunk := content.read(1 << 16):
                check.feed(chunk)
        check.finish()
    except (OSError, _MirrorError):
        return False
    return True


def _wait(seconds: float, advance: Callable[[int], None]) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        advance(0)
        time.sleep(min(left, 0.1))


@contextmanager
def _written_to(place: object) -> Iterator[None]:
    """Turn what can go wrong with the disk into DatasetError."""
    try:
        yield
    except OSError as error:
        raise DatasetError(
            f"{place}: can't be written ({error.strerror or error}); free some space there, or set "
            f"{folders.CACHE_VARIABLE} to another folder"
        ) from error
