"""The file that holds a search index: opened, laid out anew when it is of no use."""

# ruff: noqa: S608 - only names of our own tables and columns are put into queries

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Connection, Error

    from alma_cli.place import Place

VERSION: Final = 6
"""Counts up with the layout and with what `alma_cli.text` makes of a text."""
NAME: Final = f"index-{VERSION}.sqlite"
PATIENCE: Final = 2.0
"""Seconds to wait for a process that holds the index, at least."""
COST: Final = 0.0005
"""Seconds that it takes to index one memory."""
MOST_CACHED: Final = 16_000
"""KiB of the file that are held in memory."""
HELD: Final = 16 * 1024 * 1024
"""Bytes of new text that FTS5 holds in memory (`fts5_config.c`); with its own 1 MiB the stems of a
new index are merged again and again while they are put in, which takes a third longer."""

_TEXT = "title, body, better, code, tags, tasks, tokenize = 'ascii'"
LAYOUT: Final = f"""
CREATE TABLE facts(name TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE folders(path TEXT PRIMARY KEY, size, modified, inode, looked) WITHOUT ROWID;

CREATE TABLE files(
  folder TEXT, name TEXT, size, modified, inode, looked, watched, digest TEXT, line, complaint,
  PRIMARY KEY(folder, name)) WITHOUT ROWID;

CREATE INDEX watched ON files(folder, name) WHERE watched;

CREATE INDEX complaints ON files(folder, name) WHERE complaint IS NOT NULL;

CREATE TABLE buckets(key INTEGER PRIMARY KEY, agent, kind, domain, number DEFAULT 0,
  UNIQUE(agent, kind, domain));

CREATE TABLE memories(
  key INTEGER PRIMARY KEY, id TEXT, path TEXT UNIQUE, digest TEXT, tags TEXT, title TEXT,
  created INTEGER, origin TEXT, ref TEXT, paths TEXT, guard TEXT, result TEXT, task TEXT,
  words TEXT, hidden TEXT DEFAULT '');

CREATE INDEX ids ON memories(id);

CREATE INDEX hidden ON memories(key) WHERE hidden != '';

CREATE INDEX guards ON memories(key) WHERE guard != '';

CREATE TRIGGER removed AFTER DELETE ON memories WHEN old.hidden = '' BEGIN
  UPDATE buckets SET number = number - 1 WHERE key = old.key >> 32; END;

CREATE TRIGGER veiled AFTER UPDATE OF hidden ON memories BEGIN
  UPDATE buckets SET number = number + (new.hidden = '') - (old.hidden = '')
  WHERE key = new.key >> 32; END;

CREATE VIRTUAL TABLE advice USING fts5({_TEXT});

CREATE VIRTUAL TABLE outcomes USING fts5({_TEXT});

INSERT INTO advice(advice, rank) VALUES ('hashsize', {HELD});

INSERT INTO outcomes(outcomes, rank) VALUES ('hashsize', {HELD});

CREATE VIRTUAL TABLE advice_stems USING fts5vocab(advice, row);

CREATE VIRTUAL TABLE outcomes_stems USING fts5vocab(outcomes, row);

CREATE TABLE totals(name TEXT PRIMARY KEY, rows, title, body, better, code, tags, tasks);

INSERT INTO totals VALUES ('advice', 0, 0, 0, 0, 0, 0, 0), ('outcomes', 0, 0, 0, 0, 0, 0, 0);

CREATE TABLE vocabulary(number INTEGER PRIMARY KEY, word TEXT UNIQUE);

CREATE TABLE grams(gram TEXT, length, numbers BLOB, PRIMARY KEY(gram, length)) WITHOUT ROWID;

CREATE TABLE forgotten(path TEXT PRIMARY KEY, id TEXT) WITHOUT ROWID;

CREATE INDEX tombs ON forgotten(id);

CREATE TABLE supersedes(key INTEGER, old TEXT, PRIMARY KEY(key, old)) WITHOUT ROWID;

CREATE TABLE heirs(id TEXT PRIMARY KEY, heir TEXT) WITHOUT ROWID;

CREATE INDEX bequests ON heirs(heir);

CREATE TABLE testimony(lesson TEXT, outcome INTEGER, entire, PRIMARY KEY(lesson, outcome))
  WITHOUT ROWID;

CREATE INDEX witnesses ON testimony(outcome);

CREATE TABLE tallies(lesson TEXT, agent TEXT, result TEXT, entire, number, weight, newest,
  PRIMARY KEY(lesson, agent, result, entire)) WITHOUT ROWID;
"""


_PASSING: Final = frozenset({3, 5, 6, 7, 8, 10, 13, 14})
"""SQLite's codes for a file that is fine but cannot be used now: no permission, busy, locked, no
memory, read-only, input or output failed, full, cannot open (https://sqlite.org/rescode.html)."""

_HELD: Final = frozenset({5, 6})
"""Those of them that mean that another process has it locked."""


def files(place: Place, fallback: Path | None) -> tuple[Path, ...]:
    """Returns where the index of a store may lie, the best place first."""
    if fallback is None:
        return (place.cache / NAME,)
    from alma_cli.sha import sha256

    store = str(place.root.resolve()).encode("utf-8", "surrogateescape")
    return place.cache / NAME, fallback / f"{sha256(store).hexdigest()[:16]}-{NAME}"


def connect(file: Path, place: Place, *, seeded: bool = True) -> Connection:
    """Returns a connection to the index in a file, laid out and perhaps empty.

    Raises `OSError` and `sqlite3.Error`; a file of another store (copied, or brought by a pull
    request) is replaced by an empty one, or by what `seed.plant` finds if `seeded`.
    """
    import sqlite3

    if links(file):
        raise OSError(f"`{file}` lies behind a link")
    file.parent.mkdir(parents=True, exist_ok=True)
    opened = _open(file)
    if is_at_home(opened, place.root):
        return opened
    opened.close()
    remove(file)
    if seeded:
        from alma_cli.search import seed  # once in the life of an index

        seed.plant(file, place)
    opened = _open(file)
    with suppress(sqlite3.OperationalError):  # another process is just doing it
        opened.execute("PRAGMA journal_mode = WAL")
    _lay_out(opened, place.root)
    return opened


def in_memory() -> Connection:
    """Returns a connection to an empty index that no other process sees."""
    import sqlite3

    memory = sqlite3.connect(":memory:", isolation_level=None)
    _lay_out(memory)
    return memory


def nameless() -> Connection:
    """Returns the same, but what does not fit into `MOST_CACHED` goes to a file without a name."""
    import sqlite3

    db = sqlite3.connect("", isolation_level=None)
    db.execute("PRAGMA journal_mode = OFF")  # nobody sees it again if it breaks
    db.execute(f"PRAGMA cache_size = -{MOST_CACHED}")
    _lay_out(db)
    return db


def _open(file: Path) -> Connection:
    import sqlite3

    opened = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
    opened.execute("PRAGMA synchronous = NORMAL")
    opened.execute(f"PRAGMA cache_size = -{MOST_CACHED}")
    return opened


def is_at_home(opened: Connection, root: Path) -> bool:
    """Says whether an index has this layout and was made for the store at `root`.

    What somebody sends cannot know the number that a folder gets here.
    """
    (version,) = opened.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        return False
    return bool(fact(opened, "home") == _home(root))


def settle_in(opened: Connection, root: Path) -> None:
    """Makes an index that of the store at `root`; nothing of it was looked at yet."""
    opened.execute("DELETE FROM facts WHERE name IN ('looked', 'place')")
    note(opened, "home", _home(root))


def _home(root: Path) -> str:
    return str(root.stat().st_ino)


def links(file: Path) -> list[Path]:
    """Returns what of an index is a link; a repository may bring one that leads anywhere."""
    return [part for part in (file.parent, *_parts(file)) if part.is_symlink()]


def _parts(file: Path) -> list[Path]:
    """Returns the files of a database; its journals go first where one is removed."""
    return [file.with_name(file.name + part) for part in ("-wal", "-shm", "-journal", "")]


def _lay_out(opened: Connection, root: Path | None = None) -> None:
    opened.execute("BEGIN IMMEDIATE")
    (version,) = opened.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        for statement in LAYOUT.split(";\n\n"):
            opened.execute(statement)
        if root is not None:
            settle_in(opened, root)
        opened.execute(f"PRAGMA user_version = {VERSION}")
    opened.execute("COMMIT")


def fact(opened: Connection, name: str) -> Any:  # noqa: ANN401 - as it was noted
    """Returns what is noted about the index by that name, None for nothing."""
    found = opened.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return found[0] if found else None


def note(opened: Connection, name: str, value: float | str) -> None:
    """Notes something about the index."""
    opened.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))


def is_damage(error: Error) -> bool:
    """Says whether an index must be built anew, rather than be read elsewhere or later."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF not in _PASSING


def patience(memories: int) -> float:
    """Returns the seconds to wait for a process that writes: as long as doing it oneself takes.

    Nobody knows how long it will be; so it is never much more than twice the shorter of the two.
    """
    return PATIENCE + COST * memories


def obstacle(file: Path, error: Error | OSError) -> str:
    """Returns what a person can do about an index of no use, "" where it just cannot be written."""
    import shlex

    if found := links(file):
        return f"`{found[0]}` is a link, and `rm {shlex.quote(str(found[0]))}` makes room for it"
    name = shlex.quote(str(file))
    if file.is_dir():
        return f"`{file}` is a folder, and `rm -r {name}` makes room for it"
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _HELD:
        return f"`{file}` is held by another process, and `rm {name}` makes room for a new one"
    return ""


def remove(file: Path) -> None:
    """Removes a database; its journal goes first, so that no other one can inherit it."""
    for part in _parts(file):
        with suppress(OSError):
            part.unlink()
