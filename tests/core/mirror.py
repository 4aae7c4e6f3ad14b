"""A mirror of data on 127.0.0.1 that can be told how to fail."""

import gzip
import hashlib
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bpcore.datasets.download import RemoteFile

Fault = Callable[["Answer"], None]


class Mirror(ThreadingHTTPServer):
    """Serves ``contents``; ``faults`` are what happens to the next requests, then none does."""

    daemon_threads = True

    def __init__(self, contents: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.contents = contents
        self.faults: list[Fault] = []
        self.always: Fault | None = None
        self.asked: list[str] = []
        self.released = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def handle_error(self, *_: object) -> None:
        """Say nothing: a client that has seen enough hangs up."""

    def close(self) -> None:
        self.released.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


class Answer(BaseHTTPRequestHandler):
    """One answer of a mirror."""

    server: Mirror

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        self.server.asked.append(name)
        fault = self.server.faults.pop(0) if self.server.faults else self.server.always
        if fault is not None:
            fault(self)
        else:
            self.send(self.server.contents[name])

    def send(self, content: bytes, promised: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content) if promised is None else promised))
        self.end_headers()
        self.wfile.write(content)

    @property
    def content(self) -> bytes:
        return self.server.contents[self.path.lstrip("/")]

    def log_message(self, *_: object) -> None:
        pass


def missing(answer: Answer) -> None:
    answer.send_error(404)


def broken(answer: Answer) -> None:
    answer.send_error(500)


def cut(answer: Answer) -> None:
    answer.send(answer.content[: len(answer.content) // 2], promised=len(answer.content))
    answer.close_connection = True


def cut_without_a_word(answer: Answer) -> None:
    answer.send(answer.content[: len(answer.content) // 2])


def silent(answer: Answer) -> None:
    answer.close_connection = True


def stalls(answer: Answer) -> None:
    answer.send(answer.content[:10], promised=len(answer.content))
    answer.wfile.flush()
    answer.server.released.wait(20)


def never_answers(answer: Answer) -> None:
    answer.server.released.wait(20)


def another_file(answer: Answer) -> None:
    answer.send(gzip.compress(b"\0" * len(gzip.decompress(answer.content))))


def a_page(answer: Answer) -> None:
    answer.send(b"<html>Sign in to this network</html>")


def more(answer: Answer) -> None:
    answer.send(gzip.compress(gzip.decompress(answer.content) + b"\0" * 99))


def appended(answer: Answer) -> None:
    answer.send(answer.content + b"more")


BOMB = gzip.compress(bytes(16 << 20))


def a_bomb(answer: Answer) -> None:
    answer.send(BOMB)


def slow(answer: Answer) -> None:
    """Send byte by byte, each on its way before the next is written."""
    answer.send_response(200)
    answer.send_header("Content-Length", str(len(answer.content)))
    answer.end_headers()
    for byte in answer.content:
        answer.wfile.write(bytes([byte]))
        answer.wfile.flush()


def a_length_that_is_none(answer: Answer) -> None:
    answer.send_response(200)
    answer.send_header("Content-Length", "abc")
    answer.end_headers()


def remote(name: str, content: bytes) -> RemoteFile:
    """Return what a file that unpacks to ``content`` must be."""
    packed = len(gzip.compress(content))
    return RemoteFile(name, packed, len(content), hashlib.sha256(content).hexdigest())
