"""Stand-alone Voila as dxreview runs it: ``python -m dxreview.host NOTEBOOK …``.

Voila gives every visitor a kernel and keeps it. A published page needs none once it is drawn, and
is the same for all: the first visit renders it, its kernel is let go, and everyone gets that page.
A notebook whose widgets need a kernel gets one for each visitor, up to ``Host.kernel_limit``;
further visitors are sent to the snapshot's static page.

Configured by voila.json: the one that comes with dxreview, and over it one in the current folder.
"""

import asyncio
import contextlib
import gzip
import os
import re
import secrets
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tornado.web
from jupyter_core.utils import ensure_async
from traitlets import Integer, Unicode, default
from voila.app import Voila
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler

from dxreview.messages import say
from dxreview.project import Project, bring_notebooks, shipped
from dxreview.serve import HOST, PromptConnection, free_port, run, tell_notebooks

PROXY_USERS = ("X-Forwarded-User", "Remote-User")
STATIC_PAGE = "published/index.html"
_DRAWN = "data-dxreview-page"
_NEEDS_KERNEL = "data-dxreview-needs-kernel"
_KERNEL_ID = re.compile(r'"kernelId": "([\w-]+)"')


class Host(Voila):  # type: ignore[misc]
    """Voila with one rendered page for all, a limit of kernels, and compressed answers."""

    kernel_limit = Integer(
        12, config=True, help="Visitors beyond this many kernels get the snapshot's static page."
    )
    abandoned_after = Integer(
        60, config=True, help="Seconds after which a full host ends a kernel that has no page."
    )
    snapshot = Unicode(config=True, help="The published folder whose index.html may be served.")

    page: bytes = b""
    personal = False
    starting = 0

    @default("kernel_websocket_connection_class")
    def _connection(self) -> type[PromptConnection]:
        return PromptConnection

    @default("config_file_paths")
    def _config_files(self) -> list[str]:
        return [str(Path.cwd()), str(shipped("voila.json").parent)]

    def initialize(self, argv: list[str] | None = None) -> None:
        """The template comes with the package."""
        places = [str(Path(__file__).parent), os.environ.get("JUPYTER_PATH", "")]
        os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, places))
        super().initialize(argv)

    def init_settings(self) -> dict[str, Any]:
        self.turn = asyncio.Lock()
        return {**super().init_settings(), "compress_response": True}

    def init_handlers(self) -> list[Any]:
        ours = {VoilaShutdownKernelHandler: LeaveHandler, TornadoVoilaHandler: PageHandler}
        found = [
            (each[0], ours.get(each[1], each[1]), *each[2:]) for each in super().init_handlers()
        ]
        place, static = f"{self.server_url}published/(index.html)", tornado.web.StaticFileHandler
        return [(place, static, {"path": self.snapshot})] * bool(self.snapshot) + found

    @property
    def full(self) -> bool:
        """Whether one more kernel would be one too many."""
        return len(self.kernel_manager.list_kernel_ids()) + self.starting >= self.kernel_limit

    async def make_room(self) -> None:
        """End kernels that no page is connected to: a browser that was killed says no farewell."""
        for kernel in self.kernel_manager.list_kernels():
            idle = datetime.now(UTC) - datetime.fromisoformat(kernel["last_activity"])
            if not kernel["connections"] and idle.total_seconds() > self.abandoned_after:
                await ensure_async(self.kernel_manager.shutdown_kernel(kernel["id"]))


class LeaveHandler(VoilaShutdownKernelHandler):  # type: ignore[misc]
    """A page that is left ends its kernel.

    Its farewell (a beacon) cannot carry Voila's form token and would be refused; whoever knows the
    kernel's id and the server's token may end it.
    """

    def check_xsrf_cookie(self) -> None:
        return None


class PageHandler(TornadoVoilaHandler):  # type: ignore[misc]
    """The notebook, at the server's root only."""

    async def prepare(self) -> None:
        """The shared page is public: it needs no identity, cookie or kernel."""
        host: Host = self.settings["voila"]
        if host.page and self.request.path == host.base_url:
            self._send(host.page)
        else:
            await super().prepare()

    @tornado.web.authenticated
    async def get(self, path: str = "") -> None:
        host: Host = self.settings["voila"]
        if path:
            raise tornado.web.HTTPError(404)
        # One visit finds out whether its page will do for all; others wait for it.
        async with contextlib.nullcontext() if host.personal else host.turn:
            if not host.page and host.full:
                await host.make_room()
            if host.page:
                self._send(host.page)
            elif host.full:
                self._turn_away(host)
            else:
                await self._render(host)

    def _send(self, page: bytes) -> None:
        """The shared page; tornado answers 304 where the visitor has it already."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.finish(page)
        else:
            self.finish(gzip.decompress(page))

    def _turn_away(self, host: Host) -> None:
        if host.snapshot:
            self.redirect(f"{host.base_url}{STATIC_PAGE}")
        else:
            self.set_status(503)
            self.set_header("Retry-After", "60")
            self.finish(say("cli.full"))

    async def _render(self, host: Host) -> None:
        html = ""
        host.starting += 1
        try:
            async for part in self.get_generator():
                self.write(part)
                self.flush()
                html += part
        finally:
            host.starting -= 1
        host.personal = _DRAWN not in html or _NEEDS_KERNEL in html or bool(host.token)
        if not host.personal:
            host.page = gzip.compress(html.encode(), mtime=0)
            if found := _KERNEL_ID.search(html):
                await ensure_async(host.kernel_manager.shutdown_kernel(found[1]))


def dashboard(notebook: Path, snapshot: Path, *, port: int | None, browser: bool) -> None:
    """The snapshot's page through stand-alone Voila: read-only, without a token."""
    port, place = free_port(port, first=8866), str(snapshot.resolve())
    os.environ["DXREVIEW_SNAPSHOT"] = place
    _voila(notebook, port, f"--Host.snapshot={place}", browser=browser)


def review(project: Project, store: str | None, *, port: int | None, browser: bool) -> None:
    """The review notebook as a page through stand-alone Voila, for whoever has the token. Raises
    DxError where the project's files or the store would not open."""
    from dxreview.session import Session

    tell_notebooks(project, store)
    Session.open(project.dir).store.close()
    notebook = bring_notebooks(project) / "review.ipynb"
    port, token = free_port(port, first=8867), secrets.token_urlsafe(24)
    # An error of ours is one sentence, and who has the token may read others too.
    tracebacks = "--VoilaConfiguration.show_tracebacks=True"
    # A proxy that knows the visitor says so in one of these; the first screen proposes the name.
    known = [f"--VoilaConfiguration.http_header_envs={name}" for name in PROXY_USERS]
    options = (f"--token={token}", tracebacks, *known)
    _voila(notebook, port, *options, query=f"?token={token}", browser=browser)


def _voila(notebook: Path, port: int, *options: str, query: str = "", browser: bool) -> None:
    quiet = ("--no-browser", "--Voila.log_level=ERROR", "--Voila.port_retries=0")
    warnings.simplefilter("ignore")  # the libraries' own, which no reader can mend
    server = Host.instance()
    server.initialize([str(notebook), f"--port={port}", *quiet, *options])
    run(server, f"http://{HOST}:{port}/{query}", browser=browser)


if __name__ == "__main__":
    Host.launch_instance()
