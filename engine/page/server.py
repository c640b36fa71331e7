"""The page served on this machine: standard library only, bound to 127.0.0.1, read-only.

    with PageServer(dataset, port=0) as server:
        print(server.url)
        server.serve_forever()

What a browser is told not to do for other sites is not left to it: requests whose Host header names another machine
are refused (DNS rebinding), nothing but GET and HEAD is answered, and addresses are matched against a few patterns,
never joined to a path of the disk.
"""

from __future__ import annotations

import json
import mimetypes
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from engine.errors import ConfigError, GroundworkError
from engine.page.api import Api
from engine.page.tables import PageDataset

ADDRESS = "127.0.0.1"
WEB = Path(__file__).parent / "web"
PAGE_FILES = tuple(sorted(p.name for p in WEB.iterdir() if p.suffix in (".html", ".css", ".js", ".svg")))
"""Everything that may be asked for by file name."""

_OURS = ("127.0.0.1", "localhost", "[::1]")
_CHUNK = 1 << 18
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_KEPT = "private, max-age=31536000, immutable"  # the address carries the dataset's fingerprint

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_CAMERA = r"(?P<camera>[A-Za-z0-9_.-]{1,80})"
_NUMBER = r"(?P<number>[0-9]{1,9})"


class PageServer(ThreadingHTTPServer):
    """Serves one dataset. port 0 takes any free one. Raises ConfigError when the port is taken."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, dataset: PageDataset, port: int = 0) -> None:
        self.api = Api(dataset)
        try:
            super().__init__((ADDRESS, port), _Handler)
        except (OSError, OverflowError) as error:
            raise ConfigError(f"--port {port}: {error}; choose another one, or 0 for any that is free") from error
        self.url = f"http://{ADDRESS}:{self.server_port}/"

    def warm(self) -> None:
        """Read ahead what the filters need, while the first page is already shown."""
        threading.Thread(target=self._warm, name="read ahead", daemon=True).start()

    def _warm(self) -> None:
        try:
            self.api.index.warm()
        except Exception as error:  # the request that needs it fails in the same way and says so in the page
            print(f"warning: {type(error).__name__}: {error}", file=sys.stderr)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of a video is no error."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.server_close()
        self.api.pictures.close()


class _Handler(BaseHTTPRequestHandler):
    server: PageServer  # type: ignore[assignment]
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "groundwork", ""
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    timeout = 60

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        host = self.headers.get("Host", "")
        if re.sub(r":\d+$", "", host.strip().lower()) not in _OURS:
            return self._error(HTTPStatus.FORBIDDEN, f"this page is for this machine only; '{host[:80]}' is not it")
        if self.headers.get("Sec-Fetch-Site", "none") == "cross-site" and self.headers.get("Sec-Fetch-Dest") != (
            "document"
        ):
            return self._error(HTTPStatus.FORBIDDEN, "other sites may not ask for this")
        parts = urlsplit(self.path)
        try:
            for pattern, answer in _ROUTES:
                if found := pattern.fullmatch(parts.path):
                    return answer(self, found.groupdict(), dict(parse_qsl(parts.query, max_num_fields=20)))
        except (GroundworkError, ValueError) as error:
            return self._error(HTTPStatus.NOT_FOUND, str(error))
        except FileNotFoundError as error:
            return self._error(HTTPStatus.NOT_FOUND, f"a file of the dataset is missing: {error.filename}")
        except (ConnectionError, TimeoutError):
            raise
        except Exception as error:  # a bug, or a broken file: the page says so and goes on
            traceback.print_exc()
            self.close_connection = True
            return self._error(HTTPStatus.INTERNAL_SERVER_ERROR, f"{type(error).__name__}: {error}")
        return self._error(HTTPStatus.NOT_FOUND, f"there is no {parts.path[:80]}")

    # --- answers ------------------------------------------------------------------------------------

    def _page(self, found: dict[str, str], _: dict[str, str]) -> None:
        name = found.get("file") or "index.html"
        if name not in PAGE_FILES:
            raise ConfigError(f"there is no file {name}")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        kind = "text/javascript" if name.endswith(".js") else kind
        self._send((WEB / name).read_bytes(), f"{kind}; charset=utf-8", "no-cache")

    def _json(self, ask: Callable[[Api, dict[str, str], dict[str, str]], Any], found: Any, asked: Any) -> None:
        text = json.dumps(ask(self.server.api, found, asked), allow_nan=False, separators=(",", ":"))
        self._send(text.encode(), "application/json", "no-store")

    def _picture(
        self, kind: str, ask: Callable[[Api, dict[str, str], dict[str, str]], bytes], found: Any, asked: Any
    ) -> None:
        self._send(ask(self.server.api, found, asked), kind, _KEPT if "v" in asked else "no-cache")

    def _video(self, found: dict[str, str], asked: dict[str, str]) -> None:
        """An mp4, whole or the part asked for: browsers seek by ranges of bytes."""
        path = self.server.api.video(found["camera"], int(found["number"]))
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            wanted = self.headers.get("Range", "").strip()
            wanted = wanted if _RANGE.fullmatch(wanted) and wanted != "bytes=-" else ""  # others may be ignored
            span = byte_range(wanted, size)
            if span is None:
                self._head(
                    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "text/plain", 0, {"Content-Range": f"bytes */{size}"}
                )
                return
            first, last = span
            extra = {"Accept-Ranges": "bytes", "Cache-Control": _KEPT if "v" in asked else "no-cache"}
            status = HTTPStatus.OK
            if wanted:
                status = HTTPStatus.PARTIAL_CONTENT
                extra["Content-Range"] = f"bytes {first}-{last}/{size}"
            self._head(status, "video/mp4", last - first + 1, extra)
            if self.command == "HEAD":
                return
            file.seek(first)
            left = last - first + 1
            while left > 0 and (part := file.read(min(_CHUNK, left))):
                self.wfile.write(part)
                left -= len(part)

    def _send(self, body: bytes, kind: str, cache: str) -> None:
        self._head(HTTPStatus.OK, kind, len(body), {"Cache-Control": cache})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _error(self, status: HTTPStatus, text: str) -> None:
        body = json.dumps({"error": text}).encode()
        self._head(status, "application/json", len(body), {"Cache-Control": "no-store"})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: HTTPStatus, kind: str, size: int, extra: dict[str, str]) -> None:
        self.send_response(status)
        fixed = {
            "Content-Type": kind,
            "Content-Length": str(size),
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
        }
        for name, value in (fixed | extra).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a terminal full of requests helps nobody."""


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a Range header (RFC 9110, section 14); everything when there is none, None when
    nothing of it exists.

    >>> byte_range("bytes=2-", 10), byte_range("bytes=-3", 10), byte_range("bytes=10-", 10)
    ((2, 9), (7, 9), None)
    """
    found = _RANGE.fullmatch(header)
    if not found:
        return 0, size - 1
    low, high = found.groups()
    if not low:
        return (max(0, size - int(high)), size - 1) if int(high) and size else None
    first, last = int(low), min(int(high), size - 1) if high else size - 1
    return (first, last) if first <= last else None


def _json(ask: Callable[[Api, dict[str, str], dict[str, str]], Any]) -> Callable[..., None]:
    return lambda handler, found, asked: handler._json(ask, found, asked)


def _picture(kind: str, ask: Callable[[Api, dict[str, str], dict[str, str]], bytes]) -> Callable[..., None]:
    return lambda handler, found, asked: handler._picture(kind, ask, found, asked)


_number: Callable[[dict[str, str]], int] = lambda found: int(found["number"])  # noqa: E731

_ROUTES: tuple[tuple[re.Pattern[str], Callable[..., None]], ...] = tuple(
    (re.compile(pattern), answer)
    for pattern, answer in (
        (r"/(?P<file>[a-z_]+\.[a-z]+)?", _Handler._page),
        (r"/api/summary", _json(lambda api, f, q: api.summary())),
        (r"/api/choices", _json(lambda api, f, q: api.choices())),
        (r"/api/items", _json(lambda api, f, q: api.items(q))),
        (r"/api/around", _json(lambda api, f, q: api.around(q))),
        (r"/api/ledger", _json(lambda api, f, q: api.ledger)),
        (rf"/api/episode/{_NUMBER}", _json(lambda api, f, q: api.episode(_number(f)))),
        (rf"/api/depth/{_NUMBER}/{_CAMERA}", _json(lambda api, f, q: api.depth(_number(f), f["camera"]))),
        (
            rf"/thumb/{_CAMERA}/{_NUMBER}\.jpg",
            _picture("image/jpeg", lambda api, f, q: api.thumb(_number(f), f["camera"], q)),
        ),
        (
            rf"/strip/{_CAMERA}/{_NUMBER}\.jpg",
            _picture("image/jpeg", lambda api, f, q: api.strip(_number(f), f["camera"])),
        ),
        (
            rf"/layer/(?P<kind>mask|depth)/{_CAMERA}/{_NUMBER}/(?P<block>[0-9]{{1,7}})\.png",
            _picture("image/png", lambda api, f, q: api.layer(f["kind"], f["camera"], _number(f), int(f["block"]))),
        ),
        (rf"/video/{_CAMERA}/{_NUMBER}\.mp4", _Handler._video),
    )
)
