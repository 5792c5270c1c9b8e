"""The table of events, through SQLAlchemy Core: SQLite in a file, PostgreSQL by URL.

Events are only ever inserted. ``seq`` is the order of arrival: who has read up to it need only ask
for what is behind it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateTable

from dxreview.records import DxError, Event
from dxreview.store.events import FIELDS, from_dict, new_id, to_dict
from dxreview.store.replay import Row

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
_replayed = sa.select(EVENTS.c.seq, *(EVENTS.c[name] for name in Row._fields)).order_by("seq")
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
        self._insert = insert(EVENTS).on_conflict_do_nothing()
        self._insert_meta = insert(META).on_conflict_do_nothing()
        self._engine = self._connect()
        with self.writing() as connection:
            self._prepare(connection)

    def _connect(self) -> sa.Engine:
        if not self.lite:
            return sa.create_engine(self.url, pool_pre_ping=True)
        arguments = {"timeout": WAIT, "isolation_level": "IMMEDIATE", "check_same_thread": False}
        pool: dict[str, Any] = {} if self.file else {"poolclass": StaticPool}
        engine = sa.create_engine(self.url, connect_args=arguments, **pool)
        sa.event.listen(engine, "connect", _make_durable)
        return engine

    def _prepare(self, connection: sa.Connection) -> None:
        for table in _tables.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
        connection.execute(self._insert_meta, [{"key": "schema", "value": str(SCHEMA)}])
        connection.execute(self._insert_meta, [{"key": "epoch", "value": new_id()}])

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction of the only writer, durable when left without an error.

        On PostgreSQL writers queue for one lock: numbers of a sequence are given out before the
        commit, and a reader must never see a later one before an earlier one.
        """
        with self._sentences(), self._engine.begin() as connection:
            if not self.lite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        with self._sentences(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise DxError(_fault(error), store=self.place, found=_said(error)) from error

    def insert(self, events: Sequence[Event]) -> int:
        """Store the events; return how many were new. Raises DxError ``store.conflict`` where an
        id is taken by an event that says something else; then none is stored."""
        rows = [to_dict(event) for event in events]
        if not rows:
            return 0
        with self.writing() as connection:
            new = connection.execute(self._insert, rows).rowcount
            if new != len(rows):
                self._check_same(connection, events)
        return new

    def _check_same(self, connection: sa.Connection, events: Iterable[Event]) -> None:
        ask = _whole.where(EVENTS.c.id == sa.bindparam("wanted"))
        for event in events:
            stored = connection.execute(ask, {"wanted": event.id}).mappings().one()
            if from_dict(stored) != event:
                raise DxError("store.conflict", store=self.place, id=event.id)

    def since(self, seq: int) -> tuple[int, list[Row]]:
        """What arrived after ``seq``, in order, and the number of the last."""
        with self.reading() as connection:
            found = connection.execute(_replayed.where(EVENTS.c.seq > seq)).all()
        return (found[-1][0] if found else seq), [Row(*row[1:]) for row in found]

    def events(self, *where: Any) -> list[Event]:
        """Whole events in the order of their ids."""
        with self.reading() as connection:
            found = connection.execute(_whole.where(*where).order_by(EVENTS.c.id)).mappings()
            return [from_dict(row) for row in found]

    def close(self) -> None:
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
