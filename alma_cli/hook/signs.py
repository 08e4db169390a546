"""Signs that there is something to learn: a command that failed and then worked, a correction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

FAILED: Final = "failed"
WORKED: Final = "worked"
CORRECTED: Final = "corrected"
LEARNED: Final = "learned"
LOOKING: Final = frozenset(
    "[ awk cat cd command diff echo fd file find grep head jq less ls printf pwd rg sed sort stat"
    " tail test tree type wc which".split()
)
"""Commands that only look: that they find nothing is no failure."""
GIT_LOOKING: Final = frozenset("blame branch diff grep log ls-files rev-parse show status".split())
EDITING: Final = frozenset(
    "Edit Glob Grep LS MultiEdit NotebookEdit Read TodoWrite WebFetch WebSearch Write"
    " apply_patch".split()
)
"""Tools whose failures are slips of the agent itself."""
SHELLS: Final = frozenset({"Bash", "Shell", "shell", "local_shell", "exec_command"})
OBJECTIONS: Final = tuple(
    f"{words}{end}"
    for words in (
        "no",
        "nope",
        "wrong",
        "don't",
        "dont",
        "do not",
        "never",
        "stop",
        "please don't",
        "please do not",
        "that's wrong",
        "that is wrong",
        "that's not",
        "that is not",
        "this is wrong",
        "not like that",
        "not what i",
        "i said",
        "i told you",
        "i asked you not",
        "as i said",
        "you should not have",
        "you shouldn't have",
        "why did you",
        "undo that",
        "revert that",
    )
    for end in (" ", ",", ".", ":", "!", "?", ";")
)
"""How people begin when they object, in English, with what ends the words."""
MOST_WORDS: Final = 3


def is_correction(prompt: str) -> bool:
    """Says whether a prompt objects to what was done, by the words it begins with."""
    start = " ".join(prompt[:200].lower().replace("\u2019", "'").split())
    return f"{start} ".startswith(OBJECTIONS)


def effort(call: Mapping[str, object]) -> str:
    """Returns what a tool call tries, in up to three words, "" for what nobody learns from.

    Of a shell command its program with its subcommand: `npm test` stays the same while its
    arguments change. Of other tools their name.
    """
    tool, given = call.get("tool_name"), call.get("tool_input")
    if not isinstance(tool, str) or tool in EDITING:
        return ""
    command = given.get("command") if isinstance(given, Mapping) else None
    if tool not in SHELLS:
        return tool
    return _program(command) if isinstance(command, str) else ""


def _program(command: str) -> str:
    """Returns the program of the last part of a command that does more than look."""
    parts = command.replace("&&", "\n").replace("||", "\n").replace(";", "\n").split("\n")
    for part in reversed(parts):
        words = [word for word in part.partition("|")[0].split() if word]
        while words and "=" in words[0]:
            words = words[1:]
        if words and words[0] not in LOOKING and not _is_git_looking(words):
            return " ".join(_named(words))
    return ""


def _named(words: list[str]) -> list[str]:
    """Returns a program and what tells what it is to do: no options, no files."""
    if words[1:2] == ["-m"]:
        return words[:MOST_WORDS]
    named = words[:1]
    for word in words[1:MOST_WORDS]:
        if not word.replace("-", "").replace(":", "").replace("_", "").isalnum() or word[0] == "-":
            break
        named.append(word)
    return named


def _is_git_looking(words: list[str]) -> bool:
    return words[0] == "git" and words[1:2] != [] and words[1] in GIT_LOOKING


def is_learning(call: Mapping[str, object]) -> bool:
    """Says whether a tool call records something here."""
    if str(call.get("tool_name")).endswith("__learn"):
        return True
    return effort(call).startswith("alma learn")


def has_failed(notes: Iterable[str], whose: str) -> bool:
    """Says whether an effort failed when it was last noted."""
    about = (f"{FAILED} {whose}", f"{WORKED} {whose}")
    return [line for line in notes if line in about][-1:] == [about[0]]


def turned(notes: Iterable[str]) -> tuple[str, ...]:
    """Returns what failed and worked after that, since something was learned last."""
    failed: set[str] = set()
    found: dict[str, None] = {}
    for line in notes:
        what, _, whose = line.partition(" ")
        if what == LEARNED:
            failed, found = set(), {}
        elif what == FAILED:
            failed.add(whose)
        elif what == WORKED and whose in failed:
            found[whose] = None
    return tuple(found)


def was_corrected(notes: Iterable[str]) -> bool:
    """Says whether a person objected since something was learned last."""
    last = [line for line in notes if line in {CORRECTED, LEARNED}][-1:]
    return last == [CORRECTED]
