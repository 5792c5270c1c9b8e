"""Stand-alone Voila as dxreview runs it: what it serves, to how many, and what it refuses."""

import asyncio
import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import nbformat
import pytest
from tornado.websocket import websocket_connect

from dxreview.host import Host
from dxreview.serve import free_port
from tests import pages
from tests.conftest import ROOT

pytestmark = pytest.mark.slow
WIDGET = "import ipywidgets\nipywidgets.Button(description='a button')"


def get(
    port: int, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    server.request(method, path, headers=headers)
    answer = server.getresponse()
    try:
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        server.close()


@contextmanager
def hosting(notebook: Path, *options: str, **env: str) -> Iterator[int]:
    port = free_port(None, first=9200 + os.getpid() % 500)
    command = [
        *(sys.executable, "-m", "dxreview.host", str(notebook), "--no-browser"),
        *(f"--port={port}", "--Voila.port_retries=0", *options),
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **env}, **quiet
    )
    try:
        for _ in range(150):
            try:
                get(port, "/login")
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = pages.snapshot(tmp_path_factory.mktemp("published"), pages.page(8))
    (place / "index.html").write_text("the static page", encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def personal(tmp_path_factory: pytest.TempPathFactory, snapshot: Path) -> Iterator[int]:
    """A notebook whose widget needs a kernel for each visitor; there is room for one."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(WIDGET)])
    path = tmp_path_factory.mktemp("notebooks") / "widget.ipynb"
    nbformat.write(notebook, path)
    with hosting(path, "--Host.kernel_limit=1", f"--Host.snapshot={snapshot}") as port:
        yield port


@pytest.fixture(scope="module")
def shared(snapshot: Path) -> Iterator[int]:
    notebook = ROOT / "notebooks" / "dashboard.ipynb"
    env = {"DXREVIEW_SNAPSHOT": str(snapshot)}
    with hosting(notebook, f"--Host.snapshot={snapshot}", **env) as port:
        yield port


def kernel_of(html: bytes) -> str:
    found = re.search(rb'"kernelId": "([\w-]+)"', html)
    assert found
    return found[1].decode()


async def ask(port: int, kernel: str, kind: str, content: dict[str, Any]) -> list[dict[str, Any]]:
    """Send a kernel a message as a visitor could; what comes back within two seconds."""
    socket = await websocket_connect(f"ws://127.0.0.1:{port}/api/kernels/{kernel}/channels")
    header = {"msg_id": uuid4().hex, "username": "", "session": uuid4().hex, "msg_type": kind,
              "version": "5.3", "date": "2026-01-01T00:00:00Z"}  # fmt: skip
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content,
               "channel": "shell", "buffers": []}  # fmt: skip
    await socket.write_message(json.dumps(message))
    answers = []
    try:
        while True:
            answers.append(json.loads(await asyncio.wait_for(socket.read_message(), 2) or "{}"))
    except (TimeoutError, UnicodeDecodeError, ValueError):
        return answers
    finally:
        socket.close()
        await asyncio.sleep(0.3)  # the other end says goodbye too


def asked(*question: Any) -> list[dict[str, Any]]:
    """`ask`, in a thread of its own: Playwright's loop may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(ask(*question))).result()


def test_an_execute_request_runs_nothing(personal: int, tmp_path: Path) -> None:
    status, headers, html = get(personal, "/")
    assert (status, b"data-dxreview-needs-kernel" in html) == (200, True)
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    proof = tmp_path / "proof"
    code = f"open({str(proof)!r}, 'w').close()"
    kernel = kernel_of(html)
    asked(personal, kernel, "execute_request", {"code": code, "silent": False})
    alive = asked(personal, kernel, "kernel_info_request", {})
    assert any(answer.get("msg_type") == "kernel_info_reply" for answer in alive)
    assert not proof.exists()


def test_visitors_beyond_the_limit_get_the_static_page(personal: int) -> None:
    get(personal, "/")
    status, headers, _ = get(personal, "/")
    assert (status, headers["Location"]) == (302, "/published/index.html")
    assert get(personal, "/published/index.html")[2] == b"the static page"


def test_a_page_that_is_left_gives_its_place_to_the_next(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(WIDGET)])
    nbformat.write(notebook, tmp_path / "widget.ipynb")
    with hosting(tmp_path / "widget.ipynb", "--Host.kernel_limit=1") as port:
        kernel = kernel_of(get(port, "/")[2])
        assert get(port, "/")[0] == 503
        assert get(port, f"/voila/api/shutdown/{kernel}", method="POST")[0] == 204
        assert get(port, "/")[0] == 200


def test_a_page_whose_browser_died_gives_its_place_to_the_next(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(WIDGET)])
    nbformat.write(notebook, tmp_path / "widget.ipynb")
    limits = ("--Host.kernel_limit=1", "--Host.abandoned_after=1")
    with hosting(tmp_path / "widget.ipynb", *limits) as port:
        asked(port, kernel_of(get(port, "/")[2]), "kernel_info_request", {})  # and gone again
        time.sleep(1.5)
        assert get(port, "/")[0] == 200


@pytest.mark.parametrize(
    "path",
    ["/voila/files/dashboard.ipynb", "/voila/files/index.html", "/published/page.json",
     "/published/../manifest.json", "/published/%2e%2e/manifest.json", "/dashboard.ipynb",
     "/voila/api/contents/", "/voila/tree", "/voila/render/dashboard.ipynb"],
)  # fmt: skip
def test_nothing_else_is_served(shared: int, path: str) -> None:
    assert get(shared, path)[0] in (403, 404)


def test_a_published_page_leaves_no_kernel_and_is_sent_once(shared: int) -> None:
    _, headers, first = get(shared, "/")
    kernel = kernel_of(first)
    assert get(shared, f"/api/kernels/{kernel}")[0] == 404
    assert get(shared, "/", **{"Accept-Encoding": "gzip"})[1]["Content-Encoding"] == "gzip"
    again = get(shared, "/")[1]["Etag"]
    assert get(shared, "/", **{"If-None-Match": again})[::2] == (304, b"")
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")


def test_settings_of_ones_own_leave_the_others_as_they_are_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "voila.json").write_text('{"Host": {"kernel_limit": 3}}')
    monkeypatch.chdir(tmp_path)
    host = Host()
    host.load_config_file("voila", path=host.config_file_paths)
    assert host.kernel_limit == 3
    assert host.config.VoilaConfiguration.file_allowlist == ["(?!)"]
    assert "default-src 'self'" in str(host.tornado_settings)


def test_the_review_page_asks_for_its_token(snapshot: Path) -> None:
    notebook = ROOT / "notebooks" / "dashboard.ipynb"
    with hosting(notebook, "--token=a-token", DXREVIEW_SNAPSHOT=str(snapshot)) as port:
        status, headers, _ = get(port, "/")
        assert (status, headers["Location"][:6]) == (302, "/login")
        assert get(port, "/?token=a-token")[0] == 200
