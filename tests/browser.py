"""Chromium and JupyterLab for the few facts that only a browser shows."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium_path() -> str | None:
    return (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )


HEAD = "見本市デジタル推進懇談会（第２回）議事概要\n日時：令和３年５月１０日（月）\n（意見交換）\n"


def project(root: Path, *opinions: str, **said: object) -> Path:
    """A project in ``root/data`` with one meeting of these opinions, and the notebooks beside it;
    ``said`` goes into project.toml."""
    data, ours = root / "data", Path(__file__).resolve().parents[1]
    (data / "minutes").mkdir(parents=True)
    text = HEAD + "".join(f"○{opinion}\n" for opinion in opinions)
    (data / "minutes" / "mihon-02.txt").write_text(text, encoding="utf-8")
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in said.items()]
    (data / "project.toml").write_text("".join(lines), encoding="utf-8")
    shutil.copytree(ours / "data" / "roadmaps", data / "roadmaps")
    shutil.copytree(ours / "notebooks", root / "notebooks")
    return data


@contextmanager
def jupyterlab(root: Path, **env: str) -> Iterator[str]:
    """JupyterLab on ``root``; gives its address with ``{}`` where a notebook's path belongs."""
    from dxreview.serve import free_port, lab_options

    port, token = free_port(None, first=9100 + os.getpid() % 800), secrets.token_hex(8)
    command = [sys.executable, "-W", "ignore", "-m", "jupyterlab", *lab_options(root, port)]
    command.append("--LabApp.expose_app_in_browser=True")
    source = str(Path(__file__).resolve().parents[1])
    env = {**os.environ, "PYTHONPATH": source, "JUPYTER_TOKEN": token, **env}
    env |= {
        name: str(root / ".jupyter" / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
    }
    server = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(f"http://127.0.0.1:{port}/api?token={token}", server)
        yield f"http://127.0.0.1:{port}/lab/tree/{{}}?token={token}"
    finally:
        server.terminate()
        server.wait(20)


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(150):
        try:
            opener.open(url, timeout=5).close()
            return
        except OSError:
            assert server.poll() is None, "JupyterLab did not start"
            time.sleep(0.2)
    raise AssertionError("JupyterLab does not answer")


_READY = """() => {
  const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
  return context?.isReady && context.session?.kernel?.status === "idle";
}"""


def run_notebook(page: Any, url: str) -> None:
    """Open a notebook in JupyterLab and run all its cells, through JupyterLab's own commands."""
    page.goto(url)
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell", timeout=60_000)
    page.wait_for_function(_READY, timeout=60_000)
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
