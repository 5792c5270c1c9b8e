"""Start JupyterLab and Voila on this machine only, and say where to look."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from hashlib import sha256
from pathlib import Path

from dxreview.messages import say
from dxreview.project import Project, bring_notebooks
from dxreview.records import DxError, UsageError

HOST = "127.0.0.1"
PROXY_USERS = ("X-Forwarded-User", "Remote-User")


def lab(project: Project, store: str | None, *, port: int | None, browser: bool) -> int:
    """JupyterLab on the project's notebooks, at the start notebook, until it is stopped."""
    notebooks = bring_notebooks(project)
    port, token = free_port(port, first=8888), secrets.token_urlsafe(24)
    command = lab_command(notebooks.parent.resolve(), port)
    # A workspace of its own for each project: else the tabs of another one would open again.
    desk = sha256(bytes(project.dir.resolve())).hexdigest()[:12]
    place = f"lab/workspaces/{desk}/tree/{notebooks.name}/start.ipynb"
    address = f"http://{HOST}:{port}/{place}?token={token}"
    config = [str(Path(__file__).parent / "voila"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    env = {
        "JUPYTER_TOKEN": token,
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, config)),
        **_work(project, store),
    }
    return serve("JupyterLab", command, env=env, url=address, browser=browser)


def lab_command(root: Path, port: int) -> list[str]:
    """The command of JupyterLab on the folder ``root``.

    No request leaves the machine: news (and the question about them, in voila/labconfig/), update
    checks and the extension shop are switched off. So is Voila as an extension: it would run the
    code of whoever opens a page.
    """
    command = [
        *(sys.executable, "-W", "ignore", "-m", "jupyterlab", "--no-browser", "--log-level=ERROR"),
        *(f"--ServerApp.ip={HOST}", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        f"--ServerApp.root_dir={root}",
        "--LabApp.log_level=ERROR",
        "--KernelManager.transport_encryption=auto",
        "--ServerApp.kernel_websocket_connection_class=dxreview.prompt.PromptConnection",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    root_user = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*command, *["--allow-root"] * root_user]


def dashboard(notebook: Path, snapshot: Path, *, port: int | None, browser: bool) -> int:
    """The snapshot's page through stand-alone Voila: read-only, without a token."""
    port = free_port(port, first=8866)
    place = snapshot.resolve()
    command = [*_voila(notebook, port), f"--Host.snapshot={place}"]
    env = {"DXREVIEW_SNAPSHOT": str(place)}
    return serve("Voila", command, env=env, url=f"http://{HOST}:{port}/", browser=browser)


def review(project: Project, store: str | None, *, port: int | None, browser: bool) -> int:
    """The review notebook as a page through stand-alone Voila, for whoever has the token. Raises
    DxError where the project's files or the store would not open."""
    from dxreview.session import Session

    Session.open(project.dir, store=project.store_url).store.close()
    notebook = bring_notebooks(project) / "review.ipynb"
    port, token = free_port(port, first=8867), secrets.token_urlsafe(24)
    # An error of ours is one sentence, and who has the token may read others too.
    tracebacks = "--VoilaConfiguration.show_tracebacks=True"
    # A proxy that knows the visitor says so in one of these; the first screen proposes the name.
    known = [f"--VoilaConfiguration.http_header_envs={name}" for name in PROXY_USERS]
    idle = "--MappingKernelManager.cull_idle_timeout=3600"
    command = [*_voila(notebook, port), idle, tracebacks, *known]
    base = f"http://{HOST}:{port}/"
    return serve(
        "Voila",
        command,
        env={"DXREVIEW_TOKEN": token, **_work(project, store)},
        url=f"{base}?token={token}",
        probe=f"{base}login",
        browser=browser,
    )


def _work(project: Project, store: str | None) -> dict[str, str]:
    """What tells the notebooks, which run in their own folder, which project is meant, and which
    store where one is named in place of its own."""
    named = store or os.environ.get("DXREVIEW_STORE")
    place = {"DXREVIEW_DATA": str(project.dir.resolve())}
    return place | ({"DXREVIEW_STORE": project.store_url} if named else {})


def _voila(notebook: Path, port: int) -> list[str]:
    return [
        *(sys.executable, "-W", "ignore", "-m", "dxreview.host", str(notebook), "--no-browser"),
        *("--Voila.log_level=ERROR", f"--port={port}", "--Voila.port_retries=0"),
    ]


def serve(
    what: str,
    command: list[str],
    *,
    env: dict[str, str],
    url: str,
    browser: bool,
    probe: str | None = None,
) -> int:
    """Run ``command`` until it ends or Ctrl+C; print ``url`` (and open it) once it answers at
    ``probe`` (default: ``url``)."""
    # Ended from outside, it ends its server too.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    server = subprocess.Popen(command, env={**os.environ, **env})
    try:
        _wait(what, server, probe or url)
        print(say("cli.serving", url=url), flush=True)
        print(say("cli.stop_hint"), file=sys.stderr, flush=True)
        if browser:
            webbrowser.open(url)
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait()


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


def _wait(what: str, server: subprocess.Popen[bytes], url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while server.poll() is None:
        try:
            opener.open(url, timeout=30).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise DxError("cli.no_start", what=what, code=server.returncode)
