"""The checks of one store: each says what is wrong, from facts that were gathered before."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from typing import Final

from alma_cli.doctor.facts import Facts
from alma_cli.doctor.finding import FIX, Finding
from alma_cli.git.ignored import remedy
from alma_cli.git.locks import Hold
from alma_cli.git.maintenance import MOST_LOOSE
from alma_cli.model import TEAM
from alma_cli.place import id_in

OLDEST_GIT: Final = (2, 36)
"""The first git that flushes index and references too, which makes a commit survive a power cut."""

Check = Callable[[Facts], Iterator[Finding]]


def store_files(facts: Facts) -> Iterator[Finding]:
    """Finds what `alma init` writes beside the memories and is not there."""
    for name in (".gitattributes", ".gitignore"):
        if name not in facts.files:
            path = facts.shown(name)
            mend = f"`alma init` in `{facts.shown('..')}`"
            yield Finding("store-file-missing", "is not there", mend, path)


def read_only(facts: Facts) -> Iterator[Finding]:
    """Finds a store that can be read and not written."""
    if not facts.is_writable:
        path = facts.shown()
        mend = f"`chmod u+w {shlex.quote(path)}`, or mount it so that it can be written"
        yield Finding("store-read-only", "cannot be written, so nothing can be learned", mend, path)


def barred(facts: Facts) -> Iterator[Finding]:
    """Finds a lock that no writer will get, since it is a link, of somebody else, or unreadable."""
    if facts.barred and facts.is_writable:
        path = facts.shown(facts.place.lock.name)
        is_folder = isinstance(facts.barred.__cause__, IsADirectoryError)
        remove = "rm -r" if is_folder else "rm"
        mend = f"`{remove} {shlex.quote(path)}`, once you know who put it there"
        message = f"keeps every writer out: {facts.barred.message}"
        yield Finding("store-lock", message, mend, path)


def no_waiting_room(facts: Facts) -> Iterator[Finding]:
    """Finds what stands where events wait, so that none can be begun."""
    if facts.pending_is_taken:
        path = facts.shown(facts.place.pending.name)
        message = "is no folder, and events wait in it, so nothing can be learned"
        mend = f"`rm {shlex.quote(path)}`, once you know who put it there"
        yield Finding("store-pending", message, mend, path)


def damaged(facts: Facts) -> Iterator[Finding]:
    """Finds files that are skipped, since they cannot be read as memories."""
    for error in facts.broken:
        path = facts.shown(error.path)
        quoted = shlex.quote(path)
        code, mend = "file-damaged", f"mend it, or `git checkout HEAD -- {quoted}`"
        if error.reason.startswith("has the id of"):
            code, mend = "id-duplicate", f"give one of them another id, or `git rm {quoted}`"
        elif "merge conflict" in error.reason:
            code, mend = "file-conflicted", f"resolve it in an editor, then `git add {quoted}`"
        elif "cannot be read" in error.reason:
            mend = f"`chmod u+rX {quoted}`"
        yield Finding(code, error.reason, mend, path, error.line)


def headers(facts: Facts) -> Iterator[Finding]:
    """Finds memories whose header says something else than where they lie."""
    for header in facts.headers:
        row, path = header.row, facts.shown(header.row.path)
        named = id_in(row.path)
        if named and header.id and header.id != named:
            yield Finding(
                "id-mismatch",
                f"is named `{named}`, but its header has the id `{header.id}`, which counts",
                f"`git mv {shlex.quote(path)} {shlex.quote(path.replace(named, header.id))}`",
                path,
            )
        for key, said, counts in (
            ("agent", header.agent, row.agent),
            ("kind", header.kind, row.kind.value),
        ):
            if said and said != counts:
                yield Finding(
                    "header-mismatch",
                    f'says `{key} = "{said}"`, but lies in the folder of `{counts}`, which counts',
                    f"change the line, or move the file with `git mv {shlex.quote(path)} FOLDER`",
                    path,
                )


def forked(facts: Facts) -> Iterator[Finding]:
    """Finds workflows that went on in several places at once, so that nobody can resume them."""
    for name in facts.forked:
        path = facts.shown(f"workflows/{name}")
        message = "went on in several places at once"
        yield Finding("workflow-forked", message, f"`alma workflow merge {name}`", path)


def unknown_agents(facts: Facts) -> Iterator[Finding]:
    """Finds memories of agents that the configuration does not name; nobody can recall as them."""
    if facts.place.personal or not facts.config.origins:  # which could not be read at all
        return
    counts: dict[str, int] = {}
    for header in facts.headers:
        counts[header.row.agent] = counts.get(header.row.agent, 0) + 1
    for agent in sorted(counts.keys() - facts.config.agents.keys() - {TEAM}):
        number = counts[agent]
        what = "1 memory belongs" if number == 1 else f"{number} memories belong"
        message = f"{what} to `{agent}`, which the configuration does not name"
        yield Finding("agent-unknown", message, f"`alma agent add {shlex.quote(agent)}`")


def pending(facts: Facts) -> Iterator[Finding]:
    """Finds events that are saved and not committed, and says what they wait for."""
    commit = facts.config.git.commit
    switched = {
        "batch": 'commits are batched (`git.commit = "batch"`)',
        False: "commits are switched off (`git.commit = false`)",
    }
    why = facts.git.waits or switched.get(commit, "nobody has written since")
    mend = f"`alma commit`, or {FIX}" if commit is True else "`alma commit`"
    if facts.git.waits:
        mend = "see to that, then `alma commit`"
    for intent in facts.pending:
        message = f"event {intent.event} ({intent.subject}) is saved, not committed: {why}"
        yield Finding("event-pending", message, mend)


def unsynced(facts: Facts) -> Iterator[Finding]:
    """Finds memories that a remote does not have, by what was last seen of it; asks nobody."""
    if facts.unsynced:
        what = "1 file is" if facts.unsynced == 1 else f"{facts.unsynced:,} files are"
        yield Finding("store-unsynced", f"{what} not on the remote yet", "`alma sync`")


def unusable(facts: Facts) -> Iterator[Finding]:
    """Finds events that no writer will ever finish: they are not whole, or came with a copy."""
    for name in facts.unusable:
        path = facts.shown(f".pending/{name}")
        message = "is an event that is not whole, or was begun in another folder; it is left alone"
        look = f"look into it, then `rm -r {shlex.quote(path)}`"
        yield Finding("event-unusable", message, look, path)


def repository(facts: Facts) -> Iterator[Finding]:
    """Finds what keeps events from being committed, whatever people are in the middle of."""
    git = facts.git
    if not git.version:
        yield Finding("git-missing", f"no event can be committed: {git.waits}", "install git")
        return
    if git.version < OLDEST_GIT:
        numbers = (".".join(map(str, each)) for each in (git.version, OLDEST_GIT))
        message = "git {} is older than {}: a power cut may lose what it commits".format(*numbers)
        yield Finding("git-old", message, "install a newer git")
    if "another user" in git.trouble:
        root = facts.place.root
        top = next((one for one in (root, *root.parents) if (one / ".git").exists()), root)
        mend = (
            f"`git config --global --add safe.directory {shlex.quote(str(top))}`, if you trust it"
        )
        yield Finding("git-unsafe", git.trouble, mend)
    elif git.trouble:
        mend = f"`git init` in `{facts.shown('..')}`, or see to what git says"
        yield Finding("git-none", f"memories have no history: {git.trouble}", mend)
    if git.ignored:
        message = f"git ignores memories by `{git.ignored}`: `git add` will not take them"
        yield Finding("git-ignores", message, remedy(facts.place.root))
    if git.filtered:
        message = f"no event is committed: {git.filtered}"
        asks = f"`git check-attr filter {facts.shown('config.toml')}`"
        mend = f"take the rule out of `.gitattributes`, which {asks} should then confirm"
        yield Finding("git-filter", message, mend)
    if git.broken:
        message = f"no event is committed: {git.broken}"
        anew = "`rm .git/index` and `git reset`, which unstages all"
        mend = f"see to what `git status` says; an index that is damaged is made anew by {anew}"
        yield Finding("git-broken", message, mend)
    if git.nameless:
        message = "git does not know whom to name as the author, so events are by `alma`"
        yield Finding(
            "git-nameless", message, '`git config --global user.name "YOUR NAME"`, and `user.email`'
        )


def loose(facts: Facts) -> Iterator[Finding]:
    """Finds more loose objects than git should have to look through."""
    if facts.git.loose > MOST_LOOSE:
        message = f"{facts.git.loose:,} loose objects make git slow"
        yield Finding(
            "git-loose", message, "`alma tidy --apply`, or `git maintenance start` once for all"
        )


def left_behind(facts: Facts) -> Iterator[Finding]:
    """Finds locks of git that are too old to be of a command at work."""
    for lock in facts.locks:
        path = facts.shown(lock.path)
        age = f"is {_duration(lock.age)} old"
        by_hand = f"when no git is at work, `rm {shlex.quote(path)}`"
        match lock.hold:
            case Hold.NOBODY:
                message = f"{age}, and no process holds it"
                yield Finding("git-lock-stale", message, FIX, path)
            case Hold.HELD:
                message = f"{age}, and may be held by {', '.join(lock.holders)}"
                yield Finding("git-lock-held", message, f"end that, then {FIX}", path)
            case Hold.FOREIGN:
                message = f"{age}, and belongs to another user"
                yield Finding("git-lock-foreign", message, "ask them to remove it", path)
            case Hold.UNKNOWN:
                message = f"{age}, and this system does not say who holds it"
                yield Finding("git-lock-unknown", message, by_hand, path)
            case Hold.NEW:
                continue


def index(facts: Facts) -> Iterator[Finding]:
    """Finds a search index that is of no use, left over, or kept nowhere."""
    for file in facts.index.damaged:
        yield Finding("index-damaged", "cannot be used and is built anew", FIX, facts.shown(file))
    for file in facts.index.old:
        yield Finding("index-old", "is of another version of `alma`", FIX, facts.shown(file))
    if facts.index.homeless:
        path = facts.shown(".cache")
        message = "cannot be written, so every command builds the index anew"
        yield Finding("index-homeless", message, f"`chmod u+w {shlex.quote(path)}`", path)


CHECKS: Final[tuple[Check, ...]] = (
    store_files,
    read_only,
    barred,
    no_waiting_room,
    damaged,
    headers,
    unknown_agents,
    forked,
    unusable,
    repository,
    left_behind,
    pending,
    unsynced,
    loose,
    index,
)
"""In the order in which findings are told, those first that others follow from."""


def _duration(seconds: float) -> str:
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{int(seconds)} seconds"
