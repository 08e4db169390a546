"""What a person may put into a conversation by its name: what is known before, what to do after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alma_cli.api import Alma
from alma_cli.errors import NotFound, Usage
from alma_cli.render.prompt import remarks
from alma_cli.value import frozen


@frozen
class Prompt:
    """A prompt by its name; all arguments are texts."""

    name: str
    about: str
    arguments: tuple[tuple[str, str], ...]
    needs: tuple[str, ...] = ()


PROMPTS: Final = (
    Prompt(
        "before_task",
        "Begin a task with what is known about it",
        (("task", "What is to be done"), ("agent", "Who does it")),
        ("task",),
    ),
    Prompt(
        "after_task",
        "Record how a task ended",
        (("task", "What was to be done"), ("agent", "Who did it")),
    ),
)
AFTER: Final = (
    "Record with the tool `learn` how {what} ended{who}: its outcome, and as the strategy, in one"
    " line, what was tried that others could follow or avoid. Name a recalled lesson that you tried"
    " as `lesson`, and other memories that you applied as `used`. Of a failure say why it failed"
    " (`why_bad`), what to do instead (`better`) and the error. Several attempts are several calls,"
    " in their order. Record nothing that was not seen to happen."
)


def prompt(alma: Alma, name: str, given: Mapping[str, str]) -> str:
    """Returns the text of a prompt; raises `NotFound` for none, `Usage` for wrong arguments."""
    known = next((one for one in PROMPTS if one.name == name), None)
    if known is None:
        raise NotFound(f"there is no prompt `{name}`", f"there are {_names(PROMPTS)}")
    names = [argument for argument, _ in known.arguments]
    if unknown := [one for one in given if one not in names]:
        raise Usage(f"`{name}` takes no `{unknown[0]}`", f"known are {', '.join(names)}")
    if missing := [one for one in known.needs if not given.get(one, "").strip()]:
        raise Usage(f"missing `{missing[0]}`")
    task, agent = given.get("task", "").strip(), given.get("agent", "")
    if known.name == "after_task":
        who = f", as the agent `{agent}`" if agent else ""
        return AFTER.format(what=f"the task “{task}”" if task else "this task", who=who)
    answer = alma.recall(task, agent=agent)
    told = answer.to_prompt() or "\n".join(remarks(answer.recollection))
    return f"{task}\n\n{told}".rstrip("\n")


def _names(prompts: tuple[Prompt, ...]) -> str:
    return ", ".join(f"`{one.name}`" for one in prompts)
