"""What `--fix` does: it writes down what a header leaves to the path and to the file's time."""

from __future__ import annotations

from collections.abc import Iterator

from alma_cli.check.facts import Item, items_of
from alma_cli.files.disk import digest
from alma_cli.files.edit import set_value
from alma_cli.here import Here
from alma_cli.model import Draft, Plan, Put


def mend(here: Here, wanted: frozenset[str] | None) -> Draft:
    """Returns the plan that completes the headers of the files `wanted`, None for all.

    What is written is what counts already, so that nothing else changes with it.
    """
    puts = tuple(_puts(items_of(here, wanted)))
    number = "1 memory" if len(puts) == 1 else f"{len(puts):,} memories"
    plan = Plan(here.world.new_id(), "check", f"complete the headers of {number}", puts)
    return Draft(plan, tuple(f"wrote id and time into `{put.path}`" for put in puts))


def _puts(items: tuple[Item, ...]) -> Iterator[Put]:
    for item in items:
        after = item.content
        for key in ("id", "created"):
            if key not in item.header:
                after = set_value(after, (key,), getattr(item.record, key))
        if after != item.content:
            record = item.record
            yield Put(item.path, after, digest(item.content), record.kind, record.id)
