"""Proves that a memory can be learned, recalled and taken back on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from alma_cli import store
from alma_cli.config import GitSettings
from alma_cli.doctor.finding import Finding
from alma_cli.errors import AlmaError
from alma_cli.git.run import git
from alma_cli.here import stand
from alma_cli.library import Library
from alma_cli.model import Draft, Result
from alma_cli.place import Place
from alma_cli.verbs.init import Wish, init, prepare
from alma_cli.verbs.learn import Report, learn
from alma_cli.verbs.recall import Ask, recall
from alma_cli.verbs.undo import undo
from alma_cli.world import World

AGENT: Final = "doctor"
TASK: Final = "Prove that memory works on this machine"
STRATEGY: Final = "Learn, recall, undo and recall again in a temporary folder"


class _Lost(Exception):
    """The journey ended early; the text says where and why."""


def round_trip(world: World, *, sign: bool) -> Iterator[Finding]:
    """Finds what keeps a memory from being learned, recalled and undone, in a store of its own.

    The person's own git configuration and clock apply, and with `sign` their way of signing; no
    store of theirs is touched.
    """
    mend = "see to that; `alma init && alma learn ...` in an empty folder shows it step by step"
    try:
        with TemporaryDirectory(prefix="alma-doctor-", ignore_cleanup_errors=True) as folder:
            _travel(_elsewhere(world, Path(folder).resolve()), GitSettings(sign=sign))
    except _Lost as lost:
        yield Finding("round-trip", str(lost), mend)
    except AlmaError as error:
        yield Finding("round-trip", f"a memory cannot be learned: {error.message}", mend)
    except OSError as error:
        message = f"there is no room for a temporary store: {error.strerror}"
        yield Finding("round-trip", message, "free some, or set `TMPDIR`")


def _elsewhere(world: World, folder: Path) -> World:
    """Returns the same world seen from another folder, whatever called us or is configured."""
    kept = {
        name: value
        for name, value in world.environ.items()
        if not name.startswith("ALMA_") and name not in {"GIT_DIR", "GIT_INDEX_FILE"}
    }
    kept["ALMA_USER_STORE"] = str(folder / "none")
    return World(folder, kept, world.now, world.new_id)


def _travel(world: World, settings: GitSettings) -> None:
    git(world.cwd, "init", "--quiet", environ=world.environ)
    place, wish = Place(world.cwd / ".alma"), Wish((AGENT,))
    report = Report(Result.FAILURE, TASK, STRATEGY, domain="health")

    def think() -> Draft:
        here = stand(world)
        with Library(here) as library:
            return learn(here, library, here.agent(AGENT), report)

    def write(done: str, think: Callable[[], Draft]) -> None:
        _, applied = store.write(place, world, settings, think)
        if applied.deferred:
            raise _Lost(f"what was {done} cannot be committed: {applied.deferred}")

    prepare(world, place, wish)
    write("made", lambda: init(world, place, wish))
    write("learned", think)
    if not _recalled(world):
        raise _Lost("a memory that was learned is not recalled")
    write("undone", lambda: undo(stand(world)))
    if _recalled(world):
        raise _Lost("a memory that was undone is still recalled")


def _recalled(world: World) -> bool:
    hits = recall(stand(world), AGENT, Ask(TASK, fresh=True)).hits
    return any(hit.record.title == STRATEGY for hit in hits)
