"""Kills, crowds and servers that restart: nothing that was acknowledged is lost."""

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

from dxreview.records import DxError
from dxreview.store import Store

pwd = pytest.importorskip("pwd", reason="needs fork and the users of Unix")


# In memory where that is possible: a process that is killed leaves its writes to the kernel either
# way, and the disk's time to flush is the bench's subject.
ROOMY = os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 500e6
SHARED = "/dev/shm" if ROOMY else None


@pytest.fixture
def url() -> Iterator[str]:
    with tempfile.TemporaryDirectory(dir=SHARED) as folder:
        yield f"sqlite:///{folder}/review.db"


def tag_on(url: str, told: int, reviewer: str, count: int) -> None:
    """Tag, and say each opinion once it is acknowledged."""
    store = Store(url)
    for number in range(count):
        opinion = store.tag(f"{reviewer}-{number}", "r", "s", reviewer=reviewer).opinion_id
        os.write(told, f"{opinion}\n".encode())


def started(url: str, reviewer: str, count: int) -> tuple[int, IO[str]]:
    """A process that tags, forked because importing takes longer than tagging; what it says."""
    out, into = os.pipe()
    if (child := os.fork()) == 0:
        try:
            tag_on(url, into, reviewer, count)
        finally:
            os._exit(0)
    os.close(into)
    return child, os.fdopen(out)


@pytest.mark.slow
def test_fifty_kills_lose_nothing_acknowledged(url: str) -> None:
    Store(url).close()
    chance, acknowledged = random.Random(4), []
    for number in range(50):
        child, told = started(url, f"r{number}", 100_000)
        first = told.readline()
        time.sleep(chance.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        acknowledged += [line.strip() for line in (first, *told)]
        told.close()
    assert set(acknowledged) <= set(Store(url).tags()["opinion_id"])
    assert len(acknowledged) > 50


def crowd(url: str, people: int, count: int) -> None:
    """``people`` processes tag at once; everything acknowledged is there, and one who polls all
    the while misses nothing."""
    Store(url).close()
    work = [started(url, f"r{number}", count) for number in range(people)]
    watcher = Store(url)
    while any(os.waitpid(child, os.WNOHANG) == (0, 0) for child, _ in work[:1]):
        watcher.poll()
        time.sleep(0.05)
    said = [line.strip() for _, told in work for line in told]
    for child, told in work[1:]:
        os.waitpid(child, 0)
        told.close()
    work[0][1].close()
    watcher.poll()
    assert sorted(said) == sorted(watcher.tags()["opinion_id"])
    assert len(said) == people * count
    watcher.close()


@pytest.mark.slow
def test_eight_processes_with_a_thousand_tags_each(url: str) -> None:
    crowd(url, 8, 1000)


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    mounted = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(tmp_path)]
    if subprocess.run(mounted, capture_output=True, check=False).returncode:
        pytest.skip("a small file system may not be mounted here (test_safety uses a page limit)")
    try:
        store, kept = Store(f"sqlite:///{tmp_path / 'review.db'}"), []
        try:
            for number in range(5000):
                kept.append(store.tag(f"o{number:04}", "r", "s", reviewer="x").opinion_id)
        except DxError as error:
            told = error.key
        store.close()
        again = Store(f"sqlite:///{tmp_path / 'review.db'}")
        assert (told, again.tags()["opinion_id"].tolist()) == ("store.full", kept)
        again.close()
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


# --- PostgreSQL ---


class Server:
    """A PostgreSQL of our own on loopback, in a folder of its own, run by an ordinary user."""

    def __init__(self, bin: Path, folder: Path) -> None:
        self.bin, self.folder = bin, folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"postgresql+psycopg://tester@127.0.0.1:{self.port}/postgres"
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        self.run("initdb", "-D", "data", "-U", "tester", "-A", "trust", "--no-sync")

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.bin / program), *arguments]
        user = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL, **user)

    def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self.port} -k {self.folder}"
        self.run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    if os.getuid() == 0 and "postgres" not in {user.pw_name for user in pwd.getpwall()}:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    folder = Path(tempfile.mkdtemp(dir=SHARED, prefix="dxreview-postgres-"))
    server = Server(found[-1] if found else Path(str(on_path)).parent, folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def team(server: Server) -> Iterator[Callable[[], Store]]:
    """Opens stores on an empty database."""
    store = Store(server.url)
    with store._database.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE dxreview_events, dxreview_meta")
    store.close()
    stores: list[Store] = []

    def opened() -> Store:
        stores.append(Store(server.url))
        return stores[-1]

    yield opened
    for store in stores:
        store.close()


@pytest.mark.slow
def test_postgresql_keeps_what_sqlite_keeps(team: Callable[[], Store], tmp_path: Path) -> None:
    here, there = Store(":memory:"), team()
    here.tag("a", "r", ["s1", "s2"], reviewer="佐藤", memo="ＤＸ\x00 ☃", quote="…")
    here.act("none_applies", "鈴木", opinion_id="b", roadmap="r")
    here.act("undo", "鈴木")
    here.act("settle", "佐藤", opinion_id="a", roadmap="r", stages=(), memo="理由")
    assert there.merge(*here.export(tmp_path)) == 4
    assert there.merge(*here.export(tmp_path)) == 0
    assert there.events().equals(here.events())
    assert team().decisions().equals(here.decisions())


@pytest.mark.slow
def test_a_crowd_on_postgresql(server: Server, team: Callable[[], Store]) -> None:
    crowd(server.url, 8, 1000)


@pytest.mark.slow
def test_a_postgresql_that_restarts_loses_nothing(
    server: Server, team: Callable[[], Store]
) -> None:
    store = team()
    store.tag("a", "r", "s", reviewer="x")
    server.stop()
    event = store.event("tag", "x", opinion_id="b", roadmap="r", stages=("s",))
    with pytest.raises(DxError) as told:
        store.append(event)
    assert told.value.key == "store.unreachable"
    server.start()
    store.append(event)
    store.append(event)
    server.stop()
    server.start()
    store.tag("c", "r", "s", reviewer="x")
    assert team().tags()["opinion_id"].tolist() == ["a", "b", "c"]


def test_a_server_that_is_not_there_is_said_without_its_password() -> None:
    with pytest.raises(DxError) as told:
        Store("postgresql+psycopg://tester:geheim@127.0.0.1:9/none")
    assert told.value.key == "store.unreachable"
    assert "geheim" not in str(told.value)
