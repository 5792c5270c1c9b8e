"""The table of events, through SQLAlchemy Core: SQLite in a file, PostgreSQL by URL.

Events are only ever inserted. ``seq`` is the order of arrival: who has read up to it need only ask
for what is behind it.
"""

import errno
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as lite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.schema import CreateTable

from dxreview.records import DxError, Event
from dxreview.store.events import FIELDS, from_dict, new_id, to_dict
from dxreview.store.replay import Row

T = TypeVar("T")
SCHEMA = 1
# Version → statements that make the next one of it, each to be run once. A backup is there before.
MIGRATIONS: dict[int, tuple[str, ...]] = {}
EPOCH = "epoch"  # changes when a backup was restored
WAIT = 10.0  # seconds that a writer waits for another one
_LOCK = 0x64787265  # of PostgreSQL's advisory locks: any number that is always the same

_tables = sa.MetaData()
_seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")
EVENTS = sa.Table(
    "dxreview_events",
    _tables,
    sa.Column("seq", _seq, primary_key=True, autoincrement=True),
    *(sa.Column(name, sa.Text, unique=name == "id", nullable=name != "id") for name in FIELDS),
)
META = sa.Table(
    "dxreview_meta",
    _tables,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
_replayed = sa.select(*(EVENTS.c[name] for name in Row._fields), EVENTS.c.seq).order_by("seq")
_meta = sa.select(META.c.value).where(META.c.key == sa.bindparam("wanted"))
_whole = sa.select(*(EVENTS.c[name] for name in FIELDS))


class Database:
    """One open store. ``place`` is how sentences name it; ``file`` is None outside SQLite."""

    def __init__(self, url: str, *, may_migrate: bool = True) -> None:
        self.url = _parsed(url)
        self.lite = self.url.get_backend_name() == "sqlite"
        self.file = file_of(url)
        self._may_migrate = may_migrate
        self.place = str(self.file or self.url.render_as_string(hide_password=True))
        insert = lite.insert if self.lite else postgresql.insert
        self._engine = self._make_engine()
        self._insert_meta = insert(META).on_conflict_do_nothing()
        # Compiled here once: through the layers it costs as much again as writing the row.
        adding = insert(EVENTS).inline().on_conflict_do_nothing()
        self._insert = str(adding.compile(self._engine, column_keys=list(FIELDS)))
        self._lock = threading.RLock()
        with sentences(self.place):
            self._connection = self._engine.connect()
        self.run(self._prepare, write=True)

    def _make_engine(self) -> sa.Engine:
        if not self.lite:
            return sa.create_engine(self.url)
        arguments = {"timeout": WAIT, "isolation_level": "IMMEDIATE", "check_same_thread": False}
        engine = sa.create_engine(self.url, connect_args=arguments, paramstyle="named")
        sa.event.listen(engine, "connect", _make_durable)
        return engine

    def _prepare(self, connection: sa.Connection) -> None:
        """Make the tables of a new store; bring an older release's up to date."""
        tables = sa.inspect(connection).get_table_names()
        if self.lite and tables and not {EVENTS.name, META.name}.intersection(tables):
            raise DxError("store.foreign", store=self.place, found=", ".join(tables[:3]))
        for table in _tables.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
        # This takes the lock: of several processes, one makes or migrates the store.
        made = [{"key": "schema", "value": str(SCHEMA)}, {"key": EPOCH, "value": new_id()}]
        connection.execute(self._insert_meta, made)
        found = int(connection.execute(_meta, {"wanted": "schema"}).scalar_one())
        if found > SCHEMA:
            raise DxError("store.newer", store=self.place, found=found, accepted=SCHEMA)
        if found < SCHEMA and not self._may_migrate:
            raise DxError("store.no_migration", store=self.place, found=found, accepted=SCHEMA)
        for version in range(found, SCHEMA):
            for statement in MIGRATIONS[version]:
                connection.execute(sa.text(statement))
        if found < SCHEMA:
            new = META.update().where(META.c.key == "schema")
            connection.execute(new.values(value=str(SCHEMA)))

    def run(self, work: Callable[[sa.Connection], T], *, write: bool = False) -> T:
        """Do ``work`` in one transaction, durable on return.

        A connection that broke (a server that restarted) is opened anew and the work done once
        more; it must therefore be right to do it twice. On PostgreSQL writers queue for one lock:
        numbers of a sequence are given out before the commit, and nobody must see a later event
        before an earlier one.
        """
        with self._lock, sentences(self.place):
            try:
                return self._once(work, write)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                return self._once(work, write)

    def _once(self, work: Callable[[sa.Connection], T], write: bool) -> T:
        with self._connection.begin():
            if write and not self.lite:
                self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            return work(self._connection)

    def insert(self, events: Sequence[Event]) -> int:
        """Store the events, all or none; return how many were new.

        Raises DxError ``store.conflict`` where an id is taken by an event that says otherwise.
        """
        rows = [to_dict(event) for event in events]

        def work(connection: sa.Connection) -> int:
            new = connection.exec_driver_sql(self._insert, rows).rowcount
            if new != len(rows):
                self._check_same(connection, events)
            return new

        return self.run(work, write=True) if rows else 0

    def _check_same(self, connection: sa.Connection, events: Iterable[Event]) -> None:
        ask = _whole.where(EVENTS.c.id == sa.bindparam("wanted"))
        for event in events:
            stored = connection.execute(ask, {"wanted": event.id}).mappings().one()
            if from_dict(stored) != event:
                raise DxError("store.conflict", store=self.place, id=event.id)

    def since(self, seq: int) -> tuple[str, list[Any]]:
        """The epoch (another one: the store was restored, read it from the start), and what arrived
        after ``seq``: rows of the fields of `Row` and their seq, in order."""
        query = _replayed.where(EVENTS.c.seq > seq)
        return self.run(
            lambda connection: (
                connection.execute(_meta, {"wanted": EPOCH}).scalar_one(),
                list(connection.execute(query).all()),
            )
        )

    def events(self, *where: Any) -> list[Event]:
        """Whole events in the order of their ids."""
        query = _whole.where(*where).order_by(EVENTS.c.id)
        return self.run(lambda c: [from_dict(row) for row in c.execute(query).mappings()])

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()


def file_of(url: str) -> Path | None:
    """The file of an SQLite store; None for others. Raises DxError ``store.url``."""
    parsed = _parsed(url)
    name = parsed.database if parsed.get_backend_name() == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None


def _parsed(url: str) -> sa.URL:
    try:
        parsed = sa.make_url("sqlite:///:memory:" if url == ":memory:" else url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise ArgumentError
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError):
        raise DxError("store.url", url=url) from None
    return parsed


def _make_durable(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA wal_autocheckpoint=200")


_FAULTS = {
    "SQLITE_NOTADB": "store.damaged",
    "SQLITE_CORRUPT": "store.damaged",
    "SQLITE_FULL": "store.full",
    "SQLITE_READONLY": "store.readonly",
    "SQLITE_CANTOPEN": "store.readonly",
    "SQLITE_BUSY": "store.locked",
    "SQLITE_LOCKED": "store.locked",
}


@contextmanager
def sentences(place: str) -> Iterator[None]:
    """Turn what a database says into what a user can mend."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        said = error.orig if isinstance(error, DBAPIError) else error
        found = str(said).strip().partition("\n")[0]
        raise DxError(_fault(said), store=place, found=found) from error
    except OSError as error:
        key = "store.full" if error.errno == errno.ENOSPC else "store.readonly"
        raise DxError(key, store=place, found=error.strerror) from error


def _fault(said: object) -> str:
    name = getattr(said, "sqlite_errorname", "")
    if not name:
        return "store.failed" if isinstance(said, sqlite3.Error) else "store.unreachable"
    return _FAULTS.get("_".join(name.split("_")[:2]), "store.failed")
