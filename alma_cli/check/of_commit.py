"""What is so in a commit, for the checks: its own files, beside all that it holds."""

from __future__ import annotations

from collections.abc import Sequence

from alma_cli.check.examine import judge
from alma_cli.check.facts import Facts, as_config, as_probes, items_in, saved_in
from alma_cli.check.finding import Checked
from alma_cli.errors import BadConfig
from alma_cli.flow.probing import Asked
from alma_cli.git.snapshot import Snapshot
from alma_cli.here import Here
from alma_cli.library import Held
from alma_cli.place import CONFIG, PROBES, buried_in, is_tombstone, workflow_in


def examined(
    here: Here,
    sides: tuple[Snapshot, Snapshot],
    held: Held,
    asked: Sequence[Asked] | BadConfig,
    files: tuple[str, ...] | None,
) -> Checked:
    """Returns what is wrong with what the second of two snapshots has and the first has not.

    `held` is all that the second has, `asked` are its probes, or why there are none, and `files`
    the project's, None where nobody can tell.
    """
    old, new = sides
    wanted = frozenset(path for path in new.names if old.names.get(path) != new.names[path])

    def read(path: str, _most: int) -> bytes:
        return new.read(path)

    rows = held.index.find("")
    broken = [error for error in held.index.broken if error.path in wanted]
    checkpoints = sorted(filter(workflow_in, new.names))
    saved = tuple(saved_in(checkpoints, wanted, read, broken))
    facts = Facts(
        here.config,
        items_in(rows, wanted, read),
        saved,
        rows,
        held.index.titles(),
        tuple(broken),
        frozenset(map(buried_in, filter(is_tombstone, new.memories))),
        files,
        as_config(here.world, old.read(CONFIG)) if CONFIG in old.names else None,
        () if isinstance(asked, BadConfig) else tuple(asked),
        asked if isinstance(asked, BadConfig) else None,
        as_probes(old.read(PROBES)) if PROBES in old.names else (),
        new.read(CONFIG).decode("utf-8", "replace") if CONFIG in new.names else "",
    )
    return judge(here, facts, with_config=CONFIG in wanted)
