"""LangGraph's long-term memory in a store: `graph.compile(store=AlmaStore(agent="qa_tester"))`."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from langgraph.store.base import (
    BaseStore,
    GetOp,
    Item,
    ListNamespacesOp,
    Op,
    PutOp,
    Result,
    SearchItem,
    SearchOp,
    validate_op_namespace,
)

from alma_cli.adapters import langgraph_items as items
from alma_cli.adapters.shelf import Shelf, View, Wish
from alma_cli.errors import Malformed, NotFound, Usage
from alma_cli.verbs.keep import Page
from alma_cli.world import World


class AlmaStore(BaseStore):
    """Keeps the items of LangGraph as knowledge of one agent, each a memory file.

    `store` is its folder, else the nearest `.alma` above. New items are of `domain`, or of the one
    that their text is nearest to; what the agent's scope forbids is refused, and a secret too,
    unless `allow_secret` says why it is none. A search ranks by words, as a recall does. Items do
    not expire. What one batch writes is one event. Raises `AlmaError` and its kinds: `Refused`,
    `Conflict`, `Usage`.
    """

    supports_ttl = False

    def __init__(
        self,
        store: str | Path = "",
        *,
        agent: str = "",
        domain: str = "",
        allow_secret: str = "",
        world: World | None = None,
    ) -> None:
        self._shelf = Shelf(
            items.BEGINS, store, agent, domain=domain, allow_secret=allow_secret, world=world
        )

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Returns what operations answer, all as it stood before any of them wrote."""
        ops = tuple(ops)
        puts: dict[str, PutOp] = {}
        for op in ops:
            validate_op_namespace(op)
            if isinstance(op, PutOp):
                if op.ttl is not None:
                    raise NotImplementedError("items of a store of ALMA do not expire")
                puts[items.name_of(op.namespace, op.key)] = op
        answers: list[Result] = [None] * len(ops)
        if len(puts) < len(ops):
            with self._shelf.open() as view:
                answers = [_answer(view, op) for op in ops]
        if puts:
            wish = Wish(
                tuple(_pages(puts.values())),
                tuple(name for name, op in puts.items() if op.value is None),
            )
            self._shelf.write(lambda _view: wish)
        return answers

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """Does what `batch` does, in a thread."""
        return await asyncio.to_thread(self.batch, (*ops,))


def _pages(puts: Iterable[PutOp]) -> Iterator[Page]:
    for op in puts:
        if op.value is not None:
            yield items.page_of(op.namespace, op.key, op.value)


def _answer(view: View, op: Op) -> Result:
    match op:
        case GetOp(namespace, key):
            name = items.name_of(namespace, key)
            return _item(view, name) if view.has(name) else None
        case SearchOp():
            return _search(view, op)
        case ListNamespacesOp():
            return _namespaces(view, op)
        case PutOp():
            return None
    raise Usage(f"`{type(op).__name__}` is no operation that a store knows")


def _search(view: View, op: SearchOp) -> list[SearchItem]:
    """Returns the items below a namespace that answer, or without a question the newest."""
    prefix = op.namespace_prefix

    def wanted(name: str) -> bool:
        if items.parts_of(name)[0][: len(prefix)] != prefix:
            return False
        if not op.filter:
            return True
        item = _sound(view, name)
        return item is not None and items.passes(item.value, op.filter)

    if op.query:
        most = op.offset + op.limit
        named: Iterable[tuple[str, float | None]] = view.search(op.query, most, wanted)
    else:
        newest = reversed([*view.found])  # as they were made
        named = ((name, None) for name in newest if wanted(name))
    found = (items.found(one, score) for name, score in named if (one := _sound(view, name)))
    return [*islice(found, op.offset, op.offset + op.limit)]


def _item(view: View, name: str) -> Item | None:
    """Returns an item, None for one that goes while it is asked for; raises `Malformed`."""
    try:
        return items.item_of(name, view.read(name))
    except NotFound:
        return None


def _sound(view: View, name: str) -> Item | None:
    """Returns an item; one that somebody damaged costs a search only itself, and is told."""
    try:
        return _item(view, name)
    except Malformed as damage:
        warnings.warn(str(damage), stacklevel=2)
        return None


def _namespaces(view: View, op: ListNamespacesOp) -> list[tuple[str, ...]]:
    found = {items.parts_of(name)[0] for name in view.found}
    fitting = (
        one for one in found if all(items.fits(one, each) for each in op.match_conditions or ())
    )
    shown = sorted({one[: op.max_depth] for one in fitting})
    return shown[op.offset : op.offset + op.limit]
