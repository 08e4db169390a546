"""A git repository with a store in it, and what git says about it."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path

from support.git import commit

from alma_cli.git.commit import Committed, Deferred

GIT = shutil.which("git")
NAME = "agents/qa/heuristics/wait--k3f9x2m7qd.md"
HOOKS = """applypatch-msg commit-msg fsmonitor-watchman post-applypatch post-checkout post-commit
post-index-change post-merge post-receive post-rewrite post-update pre-applypatch pre-auto-gc
pre-commit pre-merge-commit pre-push pre-rebase pre-receive prepare-commit-msg proc-receive
push-to-checkout reference-transaction sendemail-validate update""".split()
SETTINGS = """core.fsmonitor core.editor core.pager core.sshCommand core.askPass core.gitProxy
core.alternateRefsCommand gpg.program gpg.ssh.program gpg.x509.program diff.external
filter.evil.clean filter.evil.smudge filter.evil.process diff.evil.textconv diff.evil.command
merge.evil.driver credential.helper sequence.editor uploadpack.packObjectsHook""".split()


def environment(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
    }


@dataclass(frozen=True)
class Repo:
    """A repository with a store in it, a person at work and an environment of its own."""

    root: Path
    environ: dict[str, str]
    at: str = ".alma"
    person: dict[str, str] = field(default_factory=dict)

    @property
    def store(self) -> Path:
        return self.root / self.at

    def git(self, *arguments: str, check: bool = True, cwd: Path | None = None) -> str:
        environ = {**self.environ, "GIT_EDITOR": "true", **self.person}
        ran = subprocess.run(
            (GIT, *arguments), cwd=cwd or self.root, env=environ, capture_output=True, check=False
        )
        assert ran.returncode == 0 or not check, ran.stderr.decode()
        return ran.stdout.decode("utf-8", "surrogateescape")

    def write(self, name: str, text: str | bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def put(self, *names: str, text: str | bytes = "memory\n") -> dict[str, bool]:
        for name in names:
            self.write(f"{self.at}/{name}", text)
        return dict.fromkeys(names, True)

    def learn(
        self,
        *names: str,
        text: str | bytes = "memory\n",
        message: str = "qa: learn",
        sign: bool = False,
    ) -> Committed | Deferred:
        files = self.put(*(names or (NAME,)), text=text)
        return commit(self.store, files, message, environ=self.environ, sign=sign)

    def head(self) -> str:
        return self.git("rev-parse", "-q", "--verify", "HEAD", check=False).strip()

    def count(self) -> int:
        return int(self.git("rev-list", "--count", "HEAD"))

    def touched(self, revision: str = "HEAD") -> list[str]:
        shown = self.git(
            "diff-tree", "-r", "-z", "--root", "--no-commit-id", "--name-status", revision
        )
        parts = shown.split("\0")[:-1]
        return [f"{status} {path}" for status, path in zip(parts[::2], parts[1::2], strict=True)]

    def elsewhere(self) -> tuple[str, str, str]:
        """What git knows of everything but the store: index, status, the differences to both."""
        others = (".", f":(exclude){self.at}")
        return (
            self.git("ls-files", "-s", "-z", "--", *others),
            self.git("status", "--porcelain=v2", "-z", "--untracked-files=all", "--", *others),
            self.git("diff", "--binary", "--", *others)
            + self.git("diff", "--cached", "--", *others),
        )

    def of_store(self) -> str:
        """What `git status` says about the store: nothing, when all is committed."""
        return self.git("status", "--porcelain", "--untracked-files=all", "--", self.at)

    def leftovers(self) -> list[str]:
        git_dir = Path(self.git("rev-parse", "--absolute-git-dir").strip())
        stray = [*git_dir.rglob("*.lock"), *git_dir.glob("fast_import_crash_*")]
        refs = self.git("for-each-ref", "refs/alma").splitlines()
        return [str(path) for path in stray] + refs

    def with_git(self, before: str = "", after: str = "") -> "Repo":
        """The same, but `git` on the PATH is a script that does something before and after.

        `$n` is the number of the call, `$what` the git command, `$real` the real git. Calls that
        run at the same time each have a number of their own.
        """
        folder = self.root.parent / "bin"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        script = f"""#!/bin/sh
real={GIT}
n=1; while ! (set -C; : > {folder}/call-$n) 2>/dev/null; do n=$((n + 1)); done
printf '%s\\n' "$*" >> {folder}/calls
case " $* " in
    *" fast-import "*) what=fast-import ;; *" update-index "*) what=update-index ;;
    *" update-ref "*) what=update-ref ;; *" rev-parse "*) what=rev-parse ;; *) what=other ;;
esac
{before}
"$real" "$@"
status=$?
{after}
exit $status
"""
        program = folder / "git"
        program.write_text(script)
        program.chmod(0o755)
        path = f"{folder}{os.pathsep}{self.environ['PATH']}"
        return replace(self, environ={**self.environ, "PATH": path})

    def calls(self) -> list[str]:
        return (self.root.parent / "bin" / "calls").read_text().splitlines()
