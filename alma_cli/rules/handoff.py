"""What one session tells the next, from JSON and to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alma_cli import exact
from alma_cli.checkpoint import Handoff
from alma_cli.errors import Usage
from alma_cli.value import parts_of, replace

LISTS: Final = frozenset({"decisions", "open_files", "blockers", "next_steps"})


def handoff_of(tree: exact.Tree) -> Handoff:
    """Returns the handoff that an object says; a list of one may be given as its text.

    Raises `Usage` for any other key or type, with the key that was meant.
    """
    if not isinstance(tree, dict):
        raise Usage("the handoff is not an object", f"its keys are {', '.join(parts_of(Handoff))}")
    found: dict[str, str | tuple[str, ...]] = {}
    for key, value in tree.items():
        if key not in parts_of(Handoff):
            from alma_cli.rules.near import nearest

            near = nearest(key, parts_of(Handoff))
            known = f"did you mean `{near}`?" if near else f"known: {', '.join(parts_of(Handoff))}"
            raise Usage(f"the handoff has a key `{key}`", known)
        found[key] = _texts(key, value) if key in LISTS else _text(key, value)
    return Handoff(**found)  # type: ignore[arg-type]


def tree_of(handoff: Handoff) -> dict[str, exact.Tree]:
    """Returns the object that says a handoff, without what it leaves out."""
    told: Mapping[str, str | tuple[str, ...]] = {
        name: value for name in parts_of(Handoff) if (value := getattr(handoff, name))
    }
    return {key: held if isinstance(held, str) else list(held) for key, held in told.items()}


def over(handoff: Handoff, earlier: Handoff) -> Handoff:
    """Returns a handoff with the goal of an earlier one, where it has none itself.

    The rest is of its moment: what was next or in the way then need not be so now.
    """
    return replace(handoff, goal=handoff.goal or earlier.goal)


def _texts(key: str, value: exact.Tree) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(_text(key, each) for each in values)


def _text(key: str, value: exact.Tree) -> str:
    if not isinstance(value, str):
        what = "a list of texts" if key in LISTS else "a text"
        raise Usage(f"`{key}` of the handoff is not {what}")
    return value.strip()
