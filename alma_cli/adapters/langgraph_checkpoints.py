"""LangGraph's checkpoints as workflows of a store: `graph.compile(checkpointer=AlmaSaver())`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    get_checkpoint_id,
    get_serializable_checkpoint_metadata,
)
from langgraph.checkpoint.serde.base import SerializerProtocol

from alma_cli import store as writer
from alma_cli.adapters import langgraph_thread as threads
from alma_cli.adapters.langgraph_thread import OWN, Address, Saved, Thread
from alma_cli.adapters.langgraph_values import Codec, strict
from alma_cli.errors import Usage
from alma_cli.flow.checkpoint import checkpoint as save
from alma_cli.flow.discard import discard
from alma_cli.gate import Pass
from alma_cli.here import Here, stand
from alma_cli.model import Draft
from alma_cli.saving import Move
from alma_cli.world import World


class AlmaSaver(BaseCheckpointSaver[int]):
    """Keeps the threads of graphs in a store, each thread and each subgraph of it as a workflow.

    `store` is its folder, else the nearest `.alma` above; `agent` is whose work it is. A secret in
    a state is refused unless `allow_secret` says why it is none. Without another `serde` only
    classes that LangGraph calls safe are kept, since a store may come with a pull request. Each
    call that saves something new is one event. Raises `AlmaError` and its kinds: `Refused`,
    `Conflict`, `Usage`.
    """

    def __init__(
        self,
        store: str | Path = "",
        *,
        agent: str = "",
        allow_secret: str = "",
        serde: SerializerProtocol | None = None,
        world: World | None = None,
    ) -> None:
        super().__init__(serde=serde or strict())
        self._world = world or World()
        self._store = str(stand(self._world, str(store)).place.root)
        self._agent = agent
        self._leave = Pass(allow_secret=allow_secret)

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,  # noqa: ARG002 - all values are saved, not the new ones
    ) -> RunnableConfig:
        """Saves a checkpoint with all of its values, whichever of them are new."""
        told = get_serializable_checkpoint_metadata(config, metadata)
        if told.get("counters_since_delta_snapshot"):
            raise Usage(
                "a delta channel needs all that ever was, and a store keeps the newest 20",
                "give the channel a reducer that keeps its whole value",
            )
        address, parent = Address.of(config), get_checkpoint_id(config)
        self._save(
            address,
            lambda thread: threads.after_checkpoint(thread, self._codec, checkpoint, told, parent),
        )
        return address.config(checkpoint["id"])

    def put_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """Saves what a task did, so that it is not done again when others of its step failed."""
        on = str(get_checkpoint_id(config))
        self._save(
            Address.of(config),
            lambda thread: threads.after_writes(
                thread, self._codec, on, writes, (task_id, task_path)
            ),
        )

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Returns the newest checkpoint of a thread, or the one named; None where it has none."""
        thread = threads.read(self._here.place, Address.of(config))
        found = thread.checkpoints
        wanted = get_checkpoint_id(config) or next(iter(found), "")
        return self._tuple(thread, found[wanted]) if wanted in found else None

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - LangGraph's word
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Yields the checkpoints that the tree still has, of each thread the newest first."""
        below = get_checkpoint_id(before) if before else None
        only = get_checkpoint_id(config) if config else None
        found = (
            one
            for thread in self._threads(config)
            for id_, state in thread.checkpoints.items()
            if (not only or id_ == only) and (not below or id_ < below)
            for one in [self._tuple(thread, state)]
            if (filter or {}).items() <= {**one.metadata}.items()
        )
        yield from islice(found, limit)

    def delete_thread(self, thread_id: str) -> None:
        """Takes all checkpoints of a thread out of the tree; git keeps them."""
        self._discard(
            f"thread {thread_id}",
            lambda thread: thread.ids if thread.address.thread == str(thread_id) else (),
        )

    def delete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Takes the checkpoints that some runs made out of the tree."""

        def chosen(thread: Thread) -> Iterator[str]:
            for id_, state in thread.checkpoints.items():
                if self._codec.decode(state[OWN]["metadata"]).get("run_id") in run_ids:
                    yield from thread.ids_of(id_)

        self._discard(f"{len(run_ids)} runs", chosen)

    def prune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Takes out all checkpoints of some threads, but with "keep_latest" the newest of each."""
        if strategy not in {"keep_latest", "delete"}:
            raise Usage(f'`strategy` is "keep_latest" or "delete", not "{strategy}"')
        stay = 1 if strategy == "keep_latest" else 0
        names = {str(name) for name in thread_ids}

        def chosen(thread: Thread) -> Iterator[str]:
            for id_ in [*thread.checkpoints][stay:] if thread.address.thread in names else ():
                yield from thread.ids_of(id_)

        self._discard(f"{len(names)} threads", chosen)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Does what `put` does, in a thread."""
        return await asyncio.to_thread(self.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """Does what `put_writes` does, in a thread."""
        await asyncio.to_thread(self.put_writes, config, writes, task_id, task_path)

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Does what `get_tuple` does, in a thread."""
        return await asyncio.to_thread(self.get_tuple, config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - LangGraph's word
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Does what `list` does, in a thread."""

        def found() -> tuple[CheckpointTuple, ...]:
            return (*self.list(config, filter=filter, before=before, limit=limit),)

        for one in await asyncio.to_thread(found):
            yield one

    async def adelete_thread(self, thread_id: str) -> None:
        """Does what `delete_thread` does, in a thread."""
        await asyncio.to_thread(self.delete_thread, thread_id)

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Does what `delete_for_runs` does, in a thread."""
        await asyncio.to_thread(self.delete_for_runs, run_ids)

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Does what `prune` does, in a thread."""
        await asyncio.to_thread(lambda: self.prune(thread_ids, strategy=strategy))

    @property
    def _here(self) -> Here:
        return stand(self._world, self._store)

    @property
    def _codec(self) -> Codec:
        return Codec(self.serde)  # LangGraph may give a copy of this another one

    def _save(self, address: Address, change: Callable[[Thread], Saved]) -> None:
        here = self._here
        who = here.at_work(self._agent)

        def think() -> Move:
            state = change(threads.read(here.place, address))
            told = threads.progress(state, self._codec)
            return save(here, address.workflow, told, who, self._leave)

        writer.write(here.place, here.world, here.git(), think)

    def _discard(self, what: str, chosen: Callable[[Thread], Iterable[str]]) -> None:
        here = self._here

        def think() -> Draft:
            found = {one.address.workflow: {*chosen(one)} for one in threads.every(here.place)}
            return discard(here, found, what)

        writer.write(here.place, here.world, here.git(), think)

    def _threads(self, config: RunnableConfig | None) -> Iterator[Thread]:
        here = self._here
        if config is None:
            yield from threads.every(here.place)
        elif "checkpoint_ns" in config["configurable"]:
            yield threads.read(here.place, Address.of(config))
        else:
            named = Address.of(config).thread
            yield from (one for one in threads.every(here.place) if one.address.thread == named)

    def _tuple(self, thread: Thread, state: Saved) -> CheckpointTuple:
        own, codec, address = state[OWN], self._codec, thread.address
        values = {key: codec.decode(each) for key, each in state["values"].items()}
        parent = own["parent_id"]
        return CheckpointTuple(
            address.config(own["checkpoint_id"]),
            cast("Checkpoint", {**codec.decode(own["checkpoint"]), "channel_values": values}),
            codec.decode(own["metadata"]),
            address.config(parent) if parent else None,
            [
                (one["task_id"], one["channel"], codec.decode(one["value"]))
                for one in thread.writes(own["checkpoint_id"])
            ],
        )
