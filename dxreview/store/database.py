"""The table of events, through SQLAlchemy Core: SQLite in a file, PostgreSQL by URL.

Events are only ever inserted. ``seq`` is the order of arrival: who has read up to it need only ask
for what is behind it.
"""

import errno
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as lite
from sqlalchemy.exc import ArgumentError, DBAPIError, ResourceClosedError
from sqlalchemy.schema import CreateTable

from dxreview.records import DxError, Event
from dxreview.store.events import FIELDS, from_row, new_id, to_row

SCHEMA = 1
EPOCH = "epoch"  # changes when a backup was restored
# A writer waits for another one for ten seconds.
_LITE = {
    "connect_args": {"timeout": 10.0, "isolation_level": "IMMEDIATE", "check_same_thread": False},
    "poolclass": sa.StaticPool,
    "pool_reset_on_return": None,  # begin() ends every transaction itself
    "paramstyle": "named",
}
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
_meta = sa.select(META.c.value).where(META.c.key == sa.bindparam("wanted"))
_rows = sa.select(*(EVENTS.c[name] for name in FIELDS), EVENTS.c.seq).order_by("seq")


class Database:
    """One open store. ``place`` is how sentences name it."""

    def __init__(self, url: str) -> None:
        parsed = _parsed(url)
        self.place = str(file_of(url) or parsed.render_as_string(hide_password=True))
        self._lite = parsed.get_backend_name() == "sqlite"
        with sentences(self.place):
            # A server that restarted is asked first, and connected to anew.
            options = _LITE if self._lite else {"pool_pre_ping": True}
            self._engine = sa.create_engine(parsed, **options)
        if self._lite:
            sa.event.listen(self._engine, "connect", _make_durable)
        insert = lite.insert if self._lite else postgresql.insert
        self._insert_meta = insert(META).on_conflict_do_nothing()
        # Compiled here once: through the layers it costs as much again as writing the row.
        adding = insert(EVENTS).inline().on_conflict_do_nothing()
        self._insert = str(adding.compile(self._engine, column_keys=list(FIELDS)))
        self._prepare()

    @contextmanager
    def transaction(self, *, write: bool = False) -> Iterator[sa.Connection]:
        """A transaction, durable at its end.

        On PostgreSQL writers queue for one lock: numbers of a sequence are given out before the
        commit, and nobody must see a later event before an earlier one.
        """
        with sentences(self.place), self._engine.begin() as connection:
            if write and not self._lite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            yield connection

    def _prepare(self) -> None:
        """Make the tables of a new store."""
        with self.transaction(write=True) as connection:
            tables = sa.inspect(connection).get_table_names()
            if self._lite and tables and not {EVENTS.name, META.name}.intersection(tables):
                raise DxError("store.foreign", store=self.place, found=", ".join(tables[:3]))
            for table in _tables.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))
            made = [{"key": "schema", "value": str(SCHEMA)}, {"key": EPOCH, "value": new_id()}]
            connection.execute(self._insert_meta, made)
            found = int(connection.execute(_meta, {"wanted": "schema"}).scalar_one())
            if found > SCHEMA:
                raise DxError("store.newer", store=self.place, found=found, accepted=SCHEMA)

    def insert(self, events: Sequence[Event]) -> None:
        """Store the events, all or none; those that are there already are left alone.

        Raises DxError ``store.conflict`` where an id is taken by an event that says otherwise.
        """
        rows = [to_row(event) for event in events]
        if not rows:
            return
        with self.transaction(write=True) as connection:
            if connection.exec_driver_sql(self._insert, rows).rowcount == len(rows):
                return
            for event in events:
                stored = connection.execute(_rows.where(EVENTS.c.id == event.id)).one()
                if from_row(stored[:-1]) != event:
                    raise DxError("store.conflict", store=self.place, id=event.id)

    def since(self, seq: int) -> tuple[str, int, list[Event]]:
        """The epoch (another one: the store was restored, read it from the start), the number of
        the last event, and the events that arrived after ``seq``, in order."""
        with self.transaction() as connection:
            epoch = connection.execute(_meta, {"wanted": EPOCH}).scalar_one()
            found = connection.execute(_rows.where(EVENTS.c.seq > seq)).all()
        last = found[-1][-1] if found else seq
        return epoch, last, [from_row(row[:-1]) for row in found]

    def close(self) -> None:
        self._engine.dispose()


def file_of(url: str) -> Path | None:
    """The file of an SQLite store; None for others. Raises DxError ``store.url``."""
    name = _parsed(url).database if _parsed(url).drivername == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None


def _parsed(url: str) -> sa.URL:
    with suppress(ArgumentError):
        parsed = sa.make_url("sqlite:///:memory:" if url == ":memory:" else url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.drivername in ("sqlite", "postgresql+psycopg"):
            return parsed
    raise DxError("store.url", url=url)


def _make_durable(connection: Any, _: Any) -> None:
    # A write-ahead log of 200 pages instead of 1,000: writing into a log that has its size is a
    # third faster than growing it, and most sittings never fill 1,000.
    for setting in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=200"):
        connection.execute(f"PRAGMA {setting}")


_FAULTS = {
    "store.damaged": "NOTADB|CORRUPT",
    "store.full": "FULL",
    "store.readonly": "READONLY|CANTOPEN",
    "store.locked": "BUSY|LOCKED",
}


@contextmanager
def sentences(place: str) -> Iterator[None]:
    """Turn what a database or a file system says into what a user can mend."""
    try:
        yield
    except (DBAPIError, ResourceClosedError, sqlite3.Error, OSError, ImportError) as error:
        said = getattr(error, "orig", None) or error
        found = str(said).strip().partition("\n")[0]
        raise DxError(_fault(said), store=place, found=found) from error


def _fault(said: object) -> str:
    if isinstance(said, OSError):
        return "store.full" if said.errno == errno.ENOSPC else "store.readonly"
    if not isinstance(said, sqlite3.Error):
        return "store.unreachable"
    name = getattr(said, "sqlite_errorname", "")
    found = (key for key, names in _FAULTS.items() if re.match(f"SQLITE_({names})", name))
    return next(found, "store.failed")
