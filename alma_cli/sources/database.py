"""Tables of an SQLite file, read from its bytes: the file itself is neither opened nor changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from alma_cli.errors import Malformed
from alma_cli.sources.paper import Paper
from alma_cli.value import frozen

if TYPE_CHECKING:
    from sqlite3 import Connection

HEAD: Final = b"SQLite format 3\0"
_LOG: Final = slice(18, 20)
"""Where the header says, with twos, that a log lies beside the file; in memory there is none."""

Fields = Mapping[str, object]


@frozen
class Tables:
    """The rows of the tables that were asked for, and the numbers of rows of the others."""

    rows: Mapping[str, tuple[Fields, ...]]
    others: Mapping[str, int]


def is_database(paper: Paper) -> bool:
    """Says whether a paper is an SQLite file, by how it begins."""
    return paper.content.startswith(HEAD)


def tables(paper: Paper, wanted: Collection[str]) -> Tables:
    """Returns what the plain tables of a database hold; views and virtual tables are not touched.

    Raises `Malformed` for what is damaged.
    """
    import sqlite3

    content = bytearray(paper.content)
    content[_LOG] = b"\x01\x01"
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(bytes(content))
        connection.execute("PRAGMA trusted_schema = OFF")  # a schema may call functions
        connection.execute("PRAGMA cell_size_check = ON")
        names = [*_names(connection)]
        return Tables(
            {name: tuple(_rows(connection, name)) for name in names if name in wanted},
            {name: _count(connection, name) for name in names if name not in wanted},
        )
    except (sqlite3.Error, OverflowError, UnicodeError) as error:
        raise Malformed(f"is no database that can be read: {error}", path=paper.path) from error
    finally:
        connection.close()


def _names(connection: Connection) -> Iterator[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
        " AND name NOT LIKE 'sqlite#_%' ESCAPE '#' ORDER BY name"
    )
    for (name,) in connection.execute(query).fetchall():
        yield str(name)


def _rows(connection: Connection, table: str) -> Iterator[Fields]:
    cursor = connection.execute(f"SELECT * FROM {_quoted(table)}")  # noqa: S608 - quoted
    names = [each[0] for each in cursor.description]
    for row in cursor:
        yield {name: value for name, value in zip(names, row, strict=True) if value is not None}


def _count(connection: Connection, table: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()  # noqa: S608
    return int(count)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
