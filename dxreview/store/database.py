"""The table of events, through SQLAlchemy Core: SQLite in a file, PostgreSQL by URL.

Events are only ever inserted. ``seq`` is the order of arrival: who has read up to it need only ask
for what is behind it.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.schema import CreateTable

from dxreview.records import DxError, Event
from dxreview.store.events import FIELDS, from_dict, new_id, to_dict
from dxreview.store.replay import Row

T = TypeVar("T")
SCHEMA = 1
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
_whole = sa.select(*(EVENTS.c[name] for name in FIELDS))


class Database:
    """One open store. ``place`` is how sentences name it; ``file`` is None outside SQLite."""

    def __init__(self, url: str) -> None:
        self.url = _parsed(url)
        self.lite = self.url.get_backend_name() == "sqlite"
        name = self.url.database if self.lite else None
        self.file = Path(name) if name and name != ":memory:" else None
        self.place = str(self.file or self.url.render_as_string(hide_password=True))
        insert = sqlite.insert if self.lite else postgresql.insert
        self._engine = self._make_engine()
        self._insert_meta = insert(META).on_conflict_do_nothing()
        # Compiled here once: through the layers it costs as much again as writing the row.
        adding = insert(EVENTS).inline().on_conflict_do_nothing()
        self._insert = str(adding.compile(self._engine, column_keys=list(FIELDS)))
        self._lock = threading.RLock()
        with self._sentences():
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
        for table in _tables.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
        connection.execute(self._insert_meta, [{"key": "schema", "value": str(SCHEMA)}])
        connection.execute(self._insert_meta, [{"key": "epoch", "value": new_id()}])

    def run(self, work: Callable[[sa.Connection], T], *, write: bool = False) -> T:
        """Do ``work`` in one transaction, durable on return.

        A connection that broke (a server that restarted) is opened anew and the work done once
        more; it must therefore be right to do it twice. On PostgreSQL writers queue for one lock:
        numbers of a sequence are given out before the commit, and nobody must see a later event
        before an earlier one.
        """
        with self._lock, self._sentences():
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

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise DxError(_fault(error), store=self.place, found=_said(error)) from error

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

    def since(self, seq: int) -> tuple[int, list[Row]]:
        """What arrived after ``seq``, in order, and the number of the last."""
        query = _replayed.where(EVENTS.c.seq > seq)
        found = self.run(lambda connection: connection.execute(query).all())
        return (found[-1][-1] if found else seq), [Row._make(row[:-1]) for row in found]

    def events(self, *where: Any) -> list[Event]:
        """Whole events in the order of their ids."""
        query = _whole.where(*where).order_by(EVENTS.c.id)
        return self.run(lambda c: [from_dict(row) for row in c.execute(query).mappings()])

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()


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


def _fault(error: DBAPIError) -> str:
    name = getattr(error.orig, "sqlite_errorname", "")
    short = "_".join(name.split("_")[:2])
    return _FAULTS.get(short, "store.failed" if name else "store.unreachable")


def _said(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0]
