"""A checkpoint as a file: a TOML header, what people read, and the state as JSON.

The state is text here: it is checked when it is taken in and when somebody asks for its value, so
that looking through a workflow does not read megabytes of JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from alma_cli import exact
from alma_cli.checkpoint import NO_HANDOFF, Artifact, Checkpoint, Stage
from alma_cli.errors import Malformed, NotFound, Usage
from alma_cli.files.header import Parts, Value, format_header, split
from alma_cli.files.keys import Keys
from alma_cli.model import Result
from alma_cli.names import slug
from alma_cli.place import WORKFLOWS, id_in, workflow_in
from alma_cli.rules.handoff import handoff_of, tree_of

MOST_CHECKPOINT: Final = 1280 * 1024
"""Bytes of a checkpoint file."""
MOST_STATE: Final = 1024 * 1024
"""Bytes of a state as JSON on one line."""
MOST_SEQ: Final = 10**8
"""What the number of a checkpoint is below; more digits are no number in a file name."""
_ARTIFACT: Final = re.compile(r"- ([0-9a-f]{64}) at ([1-9][0-9]{0,8}): (.+)")
_FENCES: Final = ("```json\n", "\n```")


def path_of(one: Checkpoint) -> str:
    """Returns where a checkpoint is written, relative to the store."""
    name = slug(one.step) if one.step else one.status.value
    return f"{WORKFLOWS}/{one.workflow}/{one.seq:04}-{name}--{one.id}.md"


def laid_out(tree: exact.Tree) -> str:
    """Returns a state as a file holds it: a line for each part, where that leaves it room enough.

    Raises `Usage` for one that is too large.
    """
    whole = exact.write(tree)
    if len(whole.encode()) > MOST_STATE:
        size = f"{MOST_STATE // 1024 // 1024} MiB"
        raise Usage(
            f"the state is larger than {size}", "keep what is large in a file: `--artifact`"
        )
    text = exact.write(tree, laid_out=True)
    return text if len(text.encode()) <= MOST_STATE else whole


def format_checkpoint(one: Checkpoint) -> bytes:
    """Returns the file of a checkpoint; `parse` of it gives the checkpoint back."""
    header: dict[str, Value | dict[str, Value]] = {
        "id": one.id,
        "workflow": one.workflow,
        "seq": one.seq,
        "parent": one.parents,
        "before": one.before,
        "step": one.step,
        "status": one.status.value,
        "result": one.result,
        "agent": one.agent,
        "created": one.created,
        "used": one.used,
        "source": {"event": one.event, "allowed_secret": one.allowed_secret},
    }
    handoff = "" if one.handoff == NO_HANDOFF else exact.write(tree_of(one.handoff), laid_out=True)
    artifacts = "\n".join(f"- {each.digest} at {each.seq}: {each.path}" for each in one.artifacts)
    sections = (
        ("Error", _escaped(one.error)),
        ("Notes", _escaped(one.note)),
        ("Handoff", _fenced(handoff)),
        ("Artifacts", artifacts),
        ("State", _fenced(one.state)),
    )
    blocks = [f"# {one.workflow} {one.name}"]
    blocks += [f"## {heading}\n\n{text}" for heading, text in sections if text]
    return (format_header(header) + "\n\n".join(blocks) + "\n").encode()


def _fenced(text: str) -> str:
    return text and f"{_FENCES[0]}{text}{_FENCES[1]}"


def _escaped(text: str) -> str:
    """Returns text in which no line is a heading, or the mark of a merge conflict."""
    return "\n".join(f"\\{line}" if _is_special(line) else line for line in text.split("\n"))


def _is_special(line: str) -> bool:
    return line.lstrip("\\").startswith(("## ", "<<<<<<< "))


def parse(content: bytes, path: str) -> Checkpoint:
    """Returns the checkpoint in a file; the folder decides which workflow it is of.

    Raises `Malformed` for what is none. That its state is JSON is seen by who asks for it.
    """
    try:
        return _parse(split(content), path)
    except Malformed as error:
        raise error.at(path) from error
    except Usage as error:
        raise Malformed(error.message, path=path) from error


def _parse(parts: Parts, path: str) -> Checkpoint:
    read = Keys(parts.header)
    source = read.table("source") or Keys({})
    seq, created = read.number("seq"), read.time("created")
    if not read.id() or seq is None or not 0 < seq < MOST_SEQ or created is None:
        raise Malformed("has no `id`, `seq` or `created`, which a checkpoint needs", line=1)
    parents, before = read.texts("parent"), read.texts("before")
    if read.id() in (*parents, *before):  # it would be no head, and the work in it not be seen
        raise Malformed("goes on from itself", line=1)
    sections = _sections(parts.body)
    handoff = _unfenced(sections.get("Handoff", ""))
    return Checkpoint(
        id=read.id(),
        workflow=workflow_in(path) or read.text("workflow"),
        seq=seq,
        created=created,
        state=_state(sections, parts),
        parents=parents,
        before=before,
        step=read.text("step"),
        status=read.choice("status", Stage) or Stage.RUNNING,
        result=result.value if (result := read.choice("result", Result)) else "",
        agent=read.text("agent"),
        note=sections.get("Notes", ""),
        error=sections.get("Error", ""),
        handoff=handoff_of(exact.parse(handoff, "handoff")) if handoff else NO_HANDOFF,
        artifacts=tuple(_artifacts(sections.get("Artifacts", ""))),
        used=read.texts("used"),
        event=source.text("event"),
        allowed_secret=source.text("allowed_secret"),
    )


def _state(sections: dict[str, str], parts: Parts) -> str:
    state = _unfenced(sections.get("State", ""))
    if not state:
        raise Malformed("has no `## State` with a block of JSON", line=parts.body_line)
    return state


def state_of(one: Checkpoint, path: str) -> exact.Tree:
    """Returns the state in the file of a checkpoint; raises `Malformed` where it is no JSON."""
    try:
        return exact.parse(one.state)
    except Usage as error:
        raise Malformed(error.message, path=path) from error


def taken_for_memory(root: Path, prefix: str) -> NotFound | None:
    """Returns the complaint that an id is that of a checkpoint in a store, None where it is not."""
    for file in sorted((root / WORKFLOWS).glob("*/*--*.md")):
        name, id_ = file.parent.name, id_in(file.name)
        if id_.startswith(prefix):
            return NotFound(
                f"`{id_}` is a checkpoint of `{name}`, no memory",
                f"`alma resume {name} --at {id_}` shows it",
            )
    return None


def _sections(body: str) -> dict[str, str]:
    """Returns the text below each heading; what comes before the first is of no meaning."""
    found: dict[str, str] = {}
    for block in f"\n{body}".split("\n## ")[1:]:
        heading, _, text = block.partition("\n")
        found.setdefault(heading.strip(), _unescaped(text.strip("\n")))
    return found


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    lines = text.split("\n")
    return "\n".join(
        line[1:] if line.startswith("\\") and _is_special(line) else line for line in lines
    )


def _unfenced(text: str) -> str:
    begin, end = _FENCES
    is_whole = text.startswith(begin) and text.endswith(end)
    return text[len(begin) : -len(end)] if is_whole else ""


def _artifacts(text: str) -> Iterable[Artifact]:
    for line in filter(None, text.split("\n")):
        found = _ARTIFACT.fullmatch(line)
        if found is None or not is_inside(found[3]):
            raise Malformed(f"has an artifact that is none: {line[:80]}")
        yield Artifact(found[3], found[1], int(found[2]))


def is_inside(path: str) -> bool:
    """Says whether a path leads to a file below the folder it starts from."""
    return not path.startswith("/") and path.isprintable() and ".." not in path.split("/")
