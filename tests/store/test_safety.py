"""A store that is damaged, full, read-only, newer or older: said in a sentence, nothing lost."""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from dxreview import cli
from dxreview.records import DxError
from dxreview.store import Store, database, safety

UNPRIVILEGED = 65534


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "review.db"


def opened(file: Path) -> Store:
    return Store(f"sqlite:///{file}")


def tagged(file: Path, *opinions: str) -> None:
    store = opened(file)
    for opinion in opinions:
        store.tag(opinion, "r", "s", reviewer="x")
    store.close()


def opinions(store: Store) -> list[str]:
    return store.tags()["opinion_id"].tolist()


def test_opening_makes_a_backup_only_when_something_changed(file: Path) -> None:
    tagged(file, "a")
    for _ in range(2):
        opened(file).close()
    assert len(safety.backups(file)) == 1


def test_the_ten_newest_backups_are_kept(file: Path) -> None:
    for number in range(13):
        tagged(file, f"o{number}")
    opened(file).close()
    kept = safety.backups(file)
    assert len(kept) == safety.KEPT
    assert len(opinions(opened(kept[0]))) == 13


def test_an_empty_file_becomes_a_store_without_a_warning(file: Path) -> None:
    file.touch()
    store = opened(file)
    assert store.warnings == []
    store.tag("a", "r", "s", reviewer="x")
    assert opinions(store) == ["a"]


def test_restoring_goes_back_and_keeps_what_was_there(file: Path) -> None:
    tagged(file, "a")
    opened(file).close()
    tagged(file, "b")
    url, store, other = f"sqlite:///{file}", opened(file), opened(file)
    newest, oldest = safety.backups(file)
    before = other.revision
    safety.restore(url, oldest.name)
    store.poll()
    assert opinions(store) == ["a"]
    assert other.poll() > before
    assert opinions(other) == ["a"]
    safety.restore(url, newest)
    store.poll()
    assert opinions(store) == ["a", "b"]


def test_a_damaged_store_is_named_and_restored_by_one_command(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tagged(file, "a")
    opened(file).close()
    file.write_bytes(b"not a database" * 500)
    with pytest.raises(DxError) as told:
        opened(file)
    assert (told.value.key, str(file) in str(told.value)) == ("store.damaged", True)
    backup = safety.backups(file)[0].name
    assert cli.main(["restore", backup, "--data", str(file.parent)]) == 0
    assert opinions(opened(file)) == ["a"]
    assert "damaged" in capsys.readouterr().out


def test_a_backup_that_is_not_there_names_those_that_are(file: Path) -> None:
    tagged(file, "a")
    opened(file).close()
    with pytest.raises(DxError, match=safety.backups(file)[0].name):
        safety.restore(f"sqlite:///{file}", "nowhere.db")


def test_only_a_store_is_restored_and_what_is_none_is_named(file: Path) -> None:
    tagged(file, "a")
    opened(file).close()
    text, other = file.with_name("some.txt"), file.with_name("other.db")
    text.write_text("no database" * 100)
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE bookmarks (id)")
    for bad, found in ((text, "not a database"), (other, "no such table")):
        with pytest.raises(DxError) as told:
            safety.restore(f"sqlite:///{file}", bad)
        assert told.value.key == "store.not_backup"
        for said in (str(bad), found, safety.backups(file)[0].name):
            assert said in str(told.value)
    assert opinions(opened(file)) == ["a"]


def test_another_programs_database_is_refused(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE bookmarks (id)")
    with pytest.raises(DxError, match="bookmarks"):
        opened(file)


def test_a_store_of_a_newer_release_is_refused(file: Path) -> None:
    tagged(file, "a")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE dxreview_meta SET value = '7' WHERE key = 'schema'")
    with pytest.raises(DxError) as told:
        opened(file)
    assert (told.value.key, told.value.facts["found"]) == ("store.newer", 7)


@pytest.mark.parametrize("url", ["review.db", "mysql://x/y", "", "sqlite//x"])
def test_a_url_that_cannot_be_used_is_refused_with_what_can(url: str) -> None:
    with pytest.raises(DxError) as told:
        Store(url)
    assert told.value.key == "store.url"


def test_a_full_disk_is_said_and_loses_nothing(file: Path) -> None:
    store = opened(file)
    with store._database.transaction() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 20")
    kept: list[str | None] = []
    while refusal(store, f"o{len(kept):03}", kept) is None and len(kept) < 1000:
        pass
    assert refusal(store, "one more", kept) == "store.full"
    assert opinions(store) == sorted(kept) == opinions(opened(file))


def refusal(store: Store, opinion: str, kept: list[str | None]) -> str | None:
    try:
        kept.append(store.tag(opinion, "r", "s", reviewer="x").opinion_id)
    except DxError as error:
        return error.key
    return None


def test_a_locked_store_is_said(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(database._LITE["connect_args"], "timeout", 0.1)
    store = opened(file)
    with sqlite3.connect(file) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(DxError) as told:
            store.tag("a", "r", "s", reviewer="x")
        holder.rollback()
    assert told.value.key == "store.locked"
    store.tag("a", "r", "s", reviewer="x")


def as_ordinary_user(work: Callable[[], str]) -> str:
    """What ``work`` returned, done in a process whose user may not write everywhere."""
    out, into = os.pipe()
    if (child := os.fork()) == 0:
        if os.getuid() == 0:
            os.setgid(UNPRIVILEGED)
            os.setuid(UNPRIVILEGED)
        os.write(into, work().encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(into)
    with os.fdopen(out) as told:
        return told.read()


@pytest.mark.skipif(os.name == "nt", reason="needs fork and the permissions of Unix")
@pytest.mark.parametrize("writable", ["folder", "file", "neither"])
def test_where_writing_is_not_allowed_it_is_said(writable: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "review.db"
        tagged(file, "a")
        Path(name).chmod(0o777 if writable == "folder" else 0o555)
        file.chmod(0o666 if writable == "file" else 0o444)
        assert as_ordinary_user(lambda: refused(file)) == "store.readonly"
        Path(name).chmod(0o755)
        assert opinions(opened(file)) == ["a"]


def refused(file: Path) -> str:
    try:
        opened(file).tag("b", "r", "s", reviewer="x")
    except DxError as error:
        return error.key
    return "written"


@pytest.mark.parametrize(
    ("kind", "unsafe"), [("nfs4", True), ("cifs", True), ("fuse.sshfs", True), ("ext4", False)]
)
def test_a_network_file_system_is_recognised(
    tmp_path: Path, kind: str, unsafe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    mounts = [
        SimpleNamespace(mountpoint="/", fstype="ext4"),
        SimpleNamespace(mountpoint=str(shared), fstype=kind),
    ]
    monkeypatch.setattr("psutil.disk_partitions", lambda all: mounts)
    for folder, warned in ((shared, unsafe), (tmp_path, False)):
        store = opened(folder / "review.db")
        assert [warning.key for warning in store.warnings] == ["store.network"] * warned
