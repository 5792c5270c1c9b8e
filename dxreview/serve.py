"""Run JupyterLab on this machine only; and what that and Voila (`dxreview.host`) have in common."""

import os
import secrets
import signal
import socket
import sys
import warnings
import webbrowser
from hashlib import sha256
from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.ioloop import IOLoop

from dxreview.messages import say
from dxreview.project import Project, bring_notebooks
from dxreview.records import UsageError

HOST = "127.0.0.1"


class PromptConnection(ZMQChannelsWebsocketConnection):
    """The server's end of a page's line to its kernel, without Nagle's delay: a short message would
    wait, up to 40 ms, until the other side has acknowledged the one before (RFC 896 beside delayed
    acknowledgements), and a key would take twice as long to be saved."""

    def connect(self) -> Any:
        self.websocket_handler.set_nodelay(True)
        return super().connect()


def lab(project: Project, store: str | None, *, port: int | None, browser: bool) -> None:
    """JupyterLab on the project's notebooks, at the start notebook, until it is stopped."""
    notebooks = bring_notebooks(project)
    port, token = free_port(port, first=8888), secrets.token_urlsafe(24)
    # A workspace of its own for each project: else the tabs of another one would open again.
    desk = sha256(bytes(project.dir.resolve())).hexdigest()[:12]
    place = f"lab/workspaces/{desk}/tree/{notebooks.name}/start.ipynb"
    config = [str(Path(__file__).parent / "voila"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, config))
    tell_notebooks(project, store)
    warnings.simplefilter("ignore")  # the libraries' own, which no reader can mend
    from jupyterlab.labapp import LabApp

    options = [*lab_options(notebooks.parent.resolve(), port), f"--IdentityProvider.token={token}"]
    server = LabApp.initialize_server(options)
    run(server, f"http://{HOST}:{port}/{place}?token={token}", browser=browser)


def lab_options(root: Path, port: int) -> list[str]:
    """JupyterLab's options for the folder ``root``.

    No request leaves the machine: news (and the question about them, in voila/labconfig/), update
    checks and the extension shop are switched off. So is Voila as an extension: it would run the
    code of whoever opens a page.
    """
    root_user = hasattr(os, "geteuid") and os.geteuid() == 0
    return [
        *("--no-browser", "--log-level=ERROR", *["--allow-root"] * root_user),
        *(f"--ServerApp.ip={HOST}", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        f"--ServerApp.root_dir={root}",
        "--LabApp.log_level=ERROR",
        "--KernelManager.transport_encryption=auto",
        "--ServerApp.kernel_websocket_connection_class=dxreview.serve.PromptConnection",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]


def tell_notebooks(project: Project, store: str | None) -> None:
    """Which project is meant, and which store where one is named in place of its own: notebooks
    run in their own folder."""
    os.environ["DXREVIEW_DATA"] = str(project.dir.resolve())
    if store or "DXREVIEW_STORE" in os.environ:
        os.environ["DXREVIEW_STORE"] = project.store_url


def run(server: Any, url: str, *, browser: bool) -> None:
    """Run the server until it is stopped; print ``url`` (and open it) once it listens."""
    # However it is stopped, it ends its kernels; what nohup keeps running stays.
    for name in ("SIGINT", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.getsignal(signal.SIGTERM))

    def listening() -> None:
        print(say("cli.serving", url=url), flush=True)
        print(say("cli.stop_hint"), file=sys.stderr, flush=True)
        if browser:
            IOLoop.current().run_in_executor(None, webbrowser.open, url)

    IOLoop.current().add_callback(listening)
    server.start()


def free_port(wanted: int | None, *, first: int) -> int:
    """``wanted``, else the first free one from ``first`` on; UsageError where it is taken."""
    for port in [wanted] if wanted else range(first, first + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise UsageError("cli.port", port=wanted or first)
