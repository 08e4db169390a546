"""The few kinds of failure a command can report, each with its exit status and what to do next."""

from typing import ClassVar


class AlmaError(Exception):
    """A failure to report without a traceback: a message, and hints that name the next command.

    A traceback, which a program that does not catch it shows, tells the hints too.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 1

    def __init__(self, message: str, *hints: str) -> None:
        super().__init__(message)
        self.message = message
        self.hints = hints
        for hint in hints:
            self.add_note(f"hint: {hint}")


class NotFound(AlmaError):
    """There is no such memory, event, revision or workflow."""

    code = "not-found"


class Malformed(AlmaError):
    """A memory file is damaged; it is named, skipped and never rewritten.

    `path` is as the reader should see it, `line` counts from 1, 0 when no line is to blame.
    """

    code = "malformed"

    def __init__(self, message: str, *hints: str, path: str = "", line: int = 0) -> None:
        where = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
        super().__init__(f"{where}{message}", *hints)
        self.reason = message
        self.path = path
        self.line = line

    def at(self, path: str) -> "Malformed":
        """Returns the same complaint with the file it is about."""
        return type(self)(self.reason, *self.hints, path=path, line=self.line)


class GitFailed(AlmaError):
    """A git command that a reading verb needs did not work."""

    code = "git"


class Usage(AlmaError):
    """The command line, an argument of the API, or the configuration cannot be understood."""

    code = "usage"
    status = 2


class BadConfig(Malformed):
    """`config.toml` says something that ALMA does not know or cannot use."""

    code = "config"
    status = 2


class Refused(AlmaError):
    """A rule forbids the write: scope, secret or content."""

    code = "refused"
    status = 3


class Conflict(AlmaError):
    """What a plan would replace changed underneath, or somebody holds the lock."""

    code = "conflict"
    status = 4


class Forked(Conflict):
    """Work went on in several places at once; `heads` are the newest checkpoints, as documents."""

    def __init__(self, message: str, *hints: str, heads: tuple[dict[str, object], ...]) -> None:
        super().__init__(message, *hints)
        self.heads = heads


class NoStore(AlmaError):
    """There is no `.alma` here or above."""

    code = "no-store"
    status = 10
