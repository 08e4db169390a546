"""A thread of LangGraph as a workflow: what each saved state says of its checkpoints and writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, Final

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import WRITES_IDX_MAP, Checkpoint, writes_sort_key
from langgraph.checkpoint.serde.types import ERROR, INTERRUPT, TASKS

from alma_cli import exact, workflows
from alma_cli.adapters.langgraph_values import Codec, shown
from alma_cli.checkpoint import Stage
from alma_cli.errors import Conflict, Malformed
from alma_cli.flow.checkpoint import Progress
from alma_cli.names import NAME, RESERVED, slug
from alma_cli.place import Place
from alma_cli.rules import secrets
from alma_cli.sha import sha256
from alma_cli.value import frozen
from alma_cli.workflows import Workflow

OWN: Final = "langgraph"
"""The key of a state that holds what only LangGraph reads."""
Saved = dict[str, Any]
"""A state: `values` of the newest checkpoint, `writes` since, and `OWN`, that checkpoint itself."""
Write = dict[str, Any]
PARTS_OF_A_WRITE: Final = {"channel", "value", "checkpoint_id", "task_id", "task_path", "index"}


@frozen
class Address:
    """Which thread of which graph: the root is the namespace "", a subgraph has one of its own."""

    thread: str
    namespace: str = ""

    @classmethod
    def of(cls, config: RunnableConfig) -> Address:
        """Returns what a configuration of LangGraph names."""
        named = config["configurable"]
        return cls(str(named["thread_id"]), named.get("checkpoint_ns") or "")

    @property
    def workflow(self) -> str:
        """Returns the name of its workflow: the thread itself where that is a name."""
        if not self.namespace and NAME.match(self.thread) and self.thread not in RESERVED:
            return self.thread
        digest = sha256(f"{self.thread}\0{self.namespace}".encode()).hexdigest()
        return f"{slug(self.thread, 40)}-{digest[:12]}"

    def config(self, checkpoint_id: str) -> RunnableConfig:
        """Returns the configuration that names one of its checkpoints."""
        named = {"thread_id": self.thread, "checkpoint_ns": self.namespace}
        return {"configurable": {**named, "checkpoint_id": checkpoint_id}}


class Thread:
    """The checkpoints of one thread and namespace that are in the tree."""

    def __init__(self, address: Address, workflow: Workflow, states: Mapping[str, Saved]) -> None:
        self.address = address
        self._workflow = workflow
        self._states = states  # by the ids of ALMA's checkpoints, oldest first

    @property
    def newest(self) -> Saved:
        """Returns the state that was saved last, one without a checkpoint where none was."""
        states = [*self._states.values()]
        return states[-1] if states else {"values": {}, "writes": [], OWN: _own(self.address)}

    @cached_property
    def checkpoints(self) -> dict[str, Saved]:
        """The newest state of each checkpoint by LangGraph's id, the newest id first."""
        found = {each[OWN]["checkpoint_id"]: each for each in self._states.values()}
        return {id_: found[id_] for id_ in sorted(filter(None, found), reverse=True)}

    def ids_of(self, checkpoint_id: str) -> list[str]:
        """Returns ALMA's ids of what was saved of a checkpoint."""
        named = ((id_, each[OWN]["checkpoint_id"]) for id_, each in self._states.items())
        return [id_ for id_, each in named if each == checkpoint_id]

    @property
    def ids(self) -> list[str]:
        """Returns ALMA's ids of all that was saved."""
        return [*self._states]

    def writes(self, checkpoint_id: str) -> list[Write]:
        """Returns what tasks wrote on top of a checkpoint, in the order of LangGraph."""
        found = {
            (one["task_id"], one["index"]): one
            for state in self._states.values()
            for one in state["writes"]
            if one["checkpoint_id"] == checkpoint_id
        }
        key = writes_sort_key
        return sorted(
            found.values(), key=lambda one: key(one["task_path"], one["task_id"], one["index"])
        )


def _own(address: Address) -> Saved:
    named = {"thread_id": address.thread, "checkpoint_ns": address.namespace}
    return {**named, "checkpoint_id": None, "parent_id": None, "ran": [], "ended": False}


def read(place: Place, address: Address) -> Thread:
    """Returns a thread as it is now, without any checkpoint where nobody began it.

    Raises `Conflict` where its name is that of work that is not LangGraph's, `Malformed` where the
    newest file is damaged.
    """
    workflow = workflows.read(place, address.workflow)
    workflow.check_whole()
    states = _states(workflow)
    strangers = [one for one in workflow.checkpoints if one.id not in states]
    named = {
        Address(each[OWN]["thread_id"], each[OWN]["checkpoint_ns"]) for each in states.values()
    }
    if strangers or named - {address}:
        raise Conflict(
            f"the workflow `{workflow.name}` holds other work than thread `{address.thread}`",
            f"`alma workflow show {workflow.name}` lists it; give the thread another name",
        )
    return Thread(address, workflow, states)


def every(place: Place) -> Iterator[Thread]:
    """Yields all threads of a store, by the names of their workflows, but for damaged ones."""
    for name in workflows.names(place):
        workflow = workflows.read(place, name)
        states: dict[str, Saved] = {}
        with suppress(Malformed):  # whoever reads that one thread is told
            states = _states(workflow)
        if states:
            own = [*states.values()][-1][OWN]
            yield Thread(Address(own["thread_id"], own["checkpoint_ns"]), workflow, states)


def _states(workflow: Workflow) -> dict[str, Saved]:
    """Returns the states of a workflow that are a thread's; of other work not even one is read."""
    found: dict[str, Saved] = {}
    for one in reversed(workflow.checkpoints):
        state = exact.to_python(workflow.state(one))
        if not _is_ours(state):
            break
        if not _is_whole(state):
            raise Malformed(
                "the state is no longer one of LangGraph's", path=workflow.file(one).path
            )
        found[one.id] = state
    return dict(reversed(found.items()))


def _is_ours(state: object) -> bool:
    own = state.get(OWN) if isinstance(state, dict) else None
    return isinstance(own, dict) and "thread_id" in own


def _is_whole(state: Saved) -> bool:
    """Says whether a state has all of its parts, which somebody may have edited by hand."""
    own, writes = state[OWN], state.get("writes")
    parts = {*_own(Address("")), *(("metadata", "checkpoint") if own.get("checkpoint_id") else ())}
    return (
        isinstance(state.get("values"), dict)
        and own.keys() >= parts
        and isinstance(writes, list)
        and all(isinstance(one, dict) and one.keys() >= PARTS_OF_A_WRITE for one in writes)
    )


def after_checkpoint(
    thread: Thread, codec: Codec, checkpoint: Checkpoint, metadata: object, parent: str | None
) -> Saved:
    """Returns the state of a thread that a checkpoint was put to."""
    before = thread.checkpoints.get(parent or "", thread.newest)
    seen = before[OWN].get("checkpoint", {}).get("versions_seen", {})
    rest = {key: value for key, value in checkpoint.items() if key != "channel_values"}
    ran = [
        node
        for node, versions in checkpoint["versions_seen"].items()
        if versions != seen.get(node) and not node.startswith("__")
    ]
    own = {
        **_own(thread.address),
        "checkpoint_id": checkpoint["id"],
        "parent_id": parent,
        "ran": ran,
        "ended": not any(_starts(*each) for each in checkpoint["channel_values"].items()),
        "metadata": codec.encode(metadata),
        "checkpoint": codec.encode(rest),
    }
    values = {key: codec.encode(each) for key, each in checkpoint["channel_values"].items()}
    # Tasks may be done before their checkpoint is saved, which happens in the background.
    saved = thread.checkpoints
    early = [one for one in thread.newest["writes"] if one["checkpoint_id"] not in saved]
    return {"values": values, "writes": early, OWN: own}


def _starts(channel: str, value: object) -> bool:
    """Says whether a channel starts a node: as input, by an edge, after several, as a task."""
    if channel.startswith(("join:", TASKS)):
        return bool(value)
    return channel.startswith(("__start__", "branch:to:"))


def after_writes(
    thread: Thread,
    codec: Codec,
    checkpoint_id: str,
    writes: Sequence[tuple[str, Any]],
    task: tuple[str, str],
) -> Saved:
    """Returns the state of a thread with what a task, by id and path, wrote on a checkpoint.

    What it wrote before stays, but for an error, an interrupt and an answer, which are replaced.
    """
    task_id, task_path = task
    standing = {(one["task_id"], one["index"]) for one in thread.writes(checkpoint_id)}
    made = {}
    for place, (channel, value) in enumerate(writes):
        index = WRITES_IDX_MAP.get(channel, place)
        if index < 0 or (task_id, index) not in standing:
            made[task_id, index] = {
                "channel": channel,
                "value": codec.encode(_without_secrets(value) if channel == ERROR else value),
                "checkpoint_id": checkpoint_id,
                "task_id": task_id,
                "task_path": task_path,
                "index": index,
            }
    before = thread.newest
    kept = [
        one
        for one in before["writes"]
        if one["checkpoint_id"] != checkpoint_id or (one["task_id"], one["index"]) not in made
    ]
    return {**before, "writes": [*kept, *made.values()]}


def _without_secrets(error: object) -> str:
    """Returns an error as LangGraph keeps it, as text, but for secrets that a program printed."""
    return secrets.redact(error if isinstance(error, str) else repr(error))[0]


def progress(state: Saved, codec: Codec) -> Progress:
    """Returns a state with what people are told of it: what ran, what failed, what it waits for."""
    own, writes = state[OWN], state["writes"]
    done = {one["task_id"] for one in writes if one["index"] >= 0}
    waits = [
        getattr(each, "value", each)
        for one in writes
        if one["channel"] == INTERRUPT and one["task_id"] not in done
        for each in _several(codec.decode(one["value"]))
    ]
    asked = "; ".join(exact.write(exact.of(shown(each))) for each in waits)
    note = f"waits for an answer: {asked}" if asked else ""
    failed = [one for one in writes if one["channel"] == ERROR and one["task_id"] not in done]
    if not failed:
        stage = Stage.DONE if own["ended"] and not waits else Stage.RUNNING
        return Progress(exact.of(state), _step(own), stage, note=note)
    node = failed[-1]["task_path"].rpartition(", ")[2]
    return Progress(
        exact.of(state), node, Stage.FAILED, str(codec.decode(failed[-1]["value"])), note
    )


def _step(own: Saved) -> str:
    source = str(own.get("metadata", {}).get("source", ""))
    return ", ".join(own["ran"]) or ("input" if source == "loop" else source)


def _several(value: object) -> Sequence[object]:
    return value if isinstance(value, tuple | list) else (value,)
