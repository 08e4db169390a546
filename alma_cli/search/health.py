"""Whether the file of a search index is sound, looked at without mending it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alma_cli.search import cache
from alma_cli.value import frozen

if TYPE_CHECKING:
    from pathlib import Path

    from alma_cli.place import Place


@frozen
class Health:
    """`damaged` are the index files that are of no use, `old` those of other versions.

    `homeless` where an index cannot be kept at all, so that every command makes it anew.
    """

    damaged: tuple[Path, ...] = ()
    old: tuple[Path, ...] = ()
    homeless: bool = False


def remove(file: Path) -> bool:
    """Removes an index, says whether it is gone; the next command makes it anew."""
    cache.remove(file)
    return not file.exists()


def look(place: Place, fallback: Path | None) -> Health:
    """Returns how the index of a store is."""
    import os

    files = cache.files(place, fallback)
    old = (file for file in place.cache.glob("index-*.sqlite") if file.name != cache.NAME)
    folders = (next(above for above in file.parents if above.exists()) for file in files)
    return Health(
        tuple(file for file in files if file.is_file() and _is_damaged(file)),
        tuple(sorted(old)),
        not any(os.access(folder, os.W_OK) for folder in folders),
    )


def _is_damaged(file: Path) -> bool:
    import sqlite3

    opened = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    try:
        (version,) = opened.execute("PRAGMA user_version").fetchone()
        (found,) = opened.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return cache.is_damage(error)
    finally:
        opened.close()
    return bool(version != cache.VERSION or found != "ok")
