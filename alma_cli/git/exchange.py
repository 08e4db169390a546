"""What commits of an exchange hold of a store, and the commit that takes news to the others.

In a code repository memories are exchanged through a branch of their own, which shares no history
with the person's: how far the two know each other is told by trailers. `Alma-Synced: X` on a
commit here says that all of X came in with it; `Alma-From: C` on a commit there, that it holds
nothing that C, a commit here, does not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from alma_cli.errors import GitFailed, Refused
from alma_cli.git.objects import identity, quoted
from alma_cli.git.repository import NotNow, Repository, is_ancestor, why
from alma_cli.git.run import Ran, git
from alma_cli.git.snapshot import listed
from alma_cli.value import frozen

_FULL: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_FAR: Final = 1000
"""Commits of an exchange that are looked at for one that is known here."""
_IMPORT: Final = ("-c", "fastimport.unpackLimit=100", "fast-import", "--quiet")
_SCRATCH: Final = b"refs/alma/scratch"


@frozen
class Exchange:
    """Reads and writes commits of one repository; paths are relative to its store."""

    repository: Repository
    environ: Mapping[str, str]

    def files(self, commit: str) -> dict[str, str]:
        """Returns git's names of the regular files of a store by path; none for the commit ""."""
        if not commit:
            return {}
        prefix = self.repository.prefix
        folder = ("--", prefix) if prefix else ()
        ran = self._must("ls-tree", "-r", "-z", "--full-tree", commit, *folder)
        return listed(ran.out.split(b"\0")[:-1], prefix)

    def larger(self, names: Collection[str], most: int) -> set[str]:
        """Returns those of some full names under which git keeps more than `most` bytes."""
        asked = "".join(f"{name}\n" for name in names).encode()
        if not asked:
            return set()
        out = self._must("cat-file", "--batch-check=%(objectname) %(objectsize)", stdin=asked).out
        lines = (line.split() for line in out.decode().splitlines())
        return {name for name, size in lines if size.isdigit() and int(size) > most}

    def contents(self, names: Collection[str], most: int) -> dict[str, bytes]:
        """Returns what git keeps under full names; raises `Refused` for more than `most` bytes."""
        asked = "".join(f"{name}\n" for name in names).encode()
        if not asked:
            return {}
        if large := self.larger(names, most):
            raise Refused(f"a file is larger than {most // 1024} KiB: {min(large)}")
        out = self._must("cat-file", "--batch", stdin=asked).out
        held, at = {}, 0
        for name in names:
            end = out.index(b"\n", at) + 1
            after = end + int(out[at:end].split()[2])
            held[name] = out[end:after]
            at = after + 1
        return held

    def merge_base(self, other: str) -> str:
        """Returns the newest commit that HEAD and another one both have, "" for none."""
        if not self.repository.head or not other:
            return ""
        return self._ask("merge-base", self.repository.head, other).out.decode().strip()

    @property
    def is_cut_off(self) -> bool:
        """Says whether the repository has not all of its history, as a shallow clone."""
        return self._ask("rev-parse", "--is-shallow-repository").out == b"true\n"

    def known(self, tip: str) -> str:
        """Returns the newest commit of the exchange up to `tip` that HEAD knows, "" for none.

        What came in and was undone is not known any more: it comes in again, and is not taken for
        a wish to delete it everywhere.
        """
        if not self.repository.head or not tip:
            return ""
        synced, undone = self._synced()
        sent = [*self._told(tip)]
        here = self._present({told.get("From", "") for _, told in sent})
        for name, told in sent:
            ours = told.get("Store", "") == self.repository.prefix and told.get("From", "")
            known_by = [synced.get(name, ""), str(ours) if ours in here else ""]
            if any(one and self._holds(one, undone) for one in known_by):
                return name
        return ""

    def origin(self, commit: str) -> tuple[str, str]:
        """Returns the store that a commit of an exchange says it is from, and the commit here.

        Each is "" where it says none, or one that is not known here.
        """
        if not self._present({commit}):
            return "", ""
        ((_, told),) = self._told("--no-walk", commit)
        return told.get("Store", ""), "".join(self._present({told.get("From", "")}))

    def _holds(self, commit: str, undone: Collection[tuple[str, str]]) -> bool:
        """Says whether HEAD still stands by a commit: has it, and undid no sync in it since.

        `undone` are the commits of syncs, each with the one that undid it.
        """
        return self._is_past(commit, self.repository.head) and not any(
            self._is_past(sync, commit) and not self._is_past(undo, commit) for sync, undo in undone
        )

    def _is_past(self, older: str, newer: str) -> bool:
        return is_ancestor(self.repository, older, newer, self.environ)

    def compose(
        self, parents: Collection[str], files: Mapping[str, str | bytes | None], message: str
    ) -> str:
        """Writes a commit on top of the first parent, merged with the others; returns its name.

        `files` are names of contents that git has, new contents, or None for what goes.
        """
        try:
            author, committer = (
                identity(self.repository.folder, role, self.environ)
                for role in ("AUTHOR", "COMMITTER")
            )
        except NotNow as reason:
            raise GitFailed(str(reason)) from reason
        lines = [b"commit %s\nmark :1\n" % _SCRATCH]
        lines += [b"author %s\ncommitter %s\n" % (author, committer)]
        lines += [b"data %d\n%s\n" % (len(message.encode()), message.encode())]
        words = (b"from", *(b"merge" for _ in parents))
        lines += [b"%s %s\n" % pair for pair in zip(words, map(str.encode, parents), strict=False)]
        lines += self._changes(files)
        lines += [b"\nget-mark :1\nreset %s\n" % _SCRATCH]
        return self._must(*_IMPORT, stdin=b"".join(lines)).out.decode().strip()

    def _changes(self, files: Mapping[str, str | bytes | None]) -> Iterator[bytes]:
        # A file that goes may be the folder of one that comes, so what goes is first.
        for path, held in sorted(files.items(), key=lambda each: each[1] is not None):
            place = quoted(self.repository.path(path))
            if held is None:
                yield b"D %s\n" % place
            elif isinstance(held, str):
                yield b"M 100644 %s %s\n" % (held.encode(), place)
            else:
                yield b"M 100644 inline %s\ndata %d\n%s\n" % (place, len(held), held)

    def _synced(self) -> tuple[dict[str, str], list[tuple[str, str]]]:
        """Returns what came in with commits of HEAD: commits of the exchange to those here.

        And of the syncs that were undone the commits, each with the one that undid it.
        """
        synced: dict[str, str] = {}
        undoes: dict[str, str] = {}
        undone = []
        words = ("--grep=^Alma-Synced: ", "--grep=^Alma-Undoes: ")
        for name, told in self._told(*words, self.repository.head, "--", "."):
            undo = undoes.get(told.get("Event", ""))
            if undo and "Synced" in told:
                undone.append((name, undo))
            elif not undo and "Undoes" in told:
                undoes[told["Undoes"]] = name
            elif not undo and "Synced" in told:
                synced.setdefault(told["Synced"], name)
        return synced, undone

    def _told(self, *query: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Yields commits with their trailers, newest first."""
        form = "--format=%H%n%(trailers:only)"
        out = self._must("log", "-z", f"--max-count={_FAR}", form, *query).out
        for one in filter(None, out.decode("utf-8", "replace").split("\0")):
            name, *lines = one.strip("\n").split("\n")
            pairs = (line.removeprefix("Alma-").partition(": ") for line in lines)
            yield name, {key: value for key, _, value in pairs}

    def _present(self, names: Collection[str]) -> set[str]:
        """Returns which of the names that others wrote are objects here."""
        full = sorted(name for name in names if _FULL.match(name))
        asked = "".join(f"{name}\n" for name in full).encode()
        out = self._ask("cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=asked).out
        return {line.split()[0] for line in out.decode().splitlines() if line.endswith(" commit")}

    def _ask(self, *arguments: str, stdin: bytes = b"") -> Ran:
        return git(self.repository.folder, *arguments, environ=self.environ, stdin=stdin)

    def _must(self, *arguments: str, stdin: bytes = b"") -> Ran:
        ran = self._ask(*arguments, stdin=stdin)
        if ran.status:
            raise GitFailed(str(why(ran)))
        return ran
