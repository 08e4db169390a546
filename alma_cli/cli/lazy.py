"""The commands by name: one module is imported when its command runs, all of them for help."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from alma_cli.errors import Usage

COMMANDS: Final = {
    "init": "alma_cli.cli.init:init",
    "recall": "alma_cli.cli.recall:recall",
    "learn": "alma_cli.cli.learn:learn",
    "reflect": "alma_cli.cli.reflect:reflect",
    "add": "alma_cli.cli.add:add",
    "feedback": "alma_cli.cli.feedback:feedback",
    "checkpoint": "alma_cli.cli.checkpoint:checkpoint",
    "resume": "alma_cli.cli.resume:resume",
    "workflow": "alma_cli.cli.workflow:app",
    "list": "alma_cli.cli.memories:list_memories",
    "show": "alma_cli.cli.memories:show",
    "why": "alma_cli.cli.why:why",
    "edit": "alma_cli.cli.edit:edit",
    "forget": "alma_cli.cli.forget:forget",
    "restore": "alma_cli.cli.forget:restore",
    "supersede": "alma_cli.cli.supersede:supersede",
    "log": "alma_cli.cli.history:log",
    "diff": "alma_cli.cli.history:diff",
    "undo": "alma_cli.cli.history:undo",
    "rollback": "alma_cli.cli.history:rollback",
    "commit": "alma_cli.cli.history:commit",
    "stats": "alma_cli.cli.stats:stats",
    "tidy": "alma_cli.cli.tidy:tidy",
    "sync": "alma_cli.cli.sync:sync",
    "propose": "alma_cli.cli.propose:propose",
    "import": "alma_cli.cli.transfer:import_memories",
    "export": "alma_cli.cli.transfer:export",
    "check": "alma_cli.cli.check:check",
    "review": "alma_cli.cli.review:review",
    "guard": "alma_cli.cli.guard:guard",
    "mcp": "alma_cli.cli.mcp:mcp",
    "hook": "alma_cli.cli.hook:hook",
    "connect": "alma_cli.cli.connect:connect",
    "probe": "alma_cli.cli.probe:app",
    "agent": "alma_cli.cli.agent:app",
    "domain": "alma_cli.cli.domain:app",
    "config": "alma_cli.cli.config:app",
    "doctor": "alma_cli.cli.doctor:doctor",
}
"""In the order of the help: `module:attribute`, a function or a group."""


class Once:
    """Refuses an option given twice of which one value would be lost without a word."""

    def parse_args(self: Any, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - Typer's own types
        """Returns what is left of a command line; flags and lists may come again."""
        if not ctx.resilient_parsing:
            # What Typer parses keeps the last value alone; the order of all tells of the others.
            _, _, order = self.make_parser(ctx).parse_args(args=[*args])
            _refuse_repeated(order)
        return super().parse_args(ctx, args)  # type: ignore[misc]


def _refuse_repeated(order: list[Any]) -> None:
    options = [each for each in order if each.param_type_name == "option"]
    if any(each.is_eager for each in options):  # `--help`, which tells it better
        return
    for at, option in enumerate(options):
        if option in options[:at] and not option.multiple and not option.is_flag:
            raise Usage(f"`{option.opts[0]}` is given more than once", "only one of them can count")


class Command(Once, TyperCommand):
    """A command as Typer makes it, but for its options."""


class LazyGroup(Once, TyperGroup):
    """Knows the commands by name; builds one on first use, all of them for help or after a typo.

    Building 40 commands from their signatures costs more than all else at start-up. Their modules
    do without `from __future__ import annotations`: Typer would compile each annotation twice.
    """

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - Typer's own types
        """Returns the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
        """Returns one command, built now if it was not before."""
        if cmd_name not in COMMANDS:
            for name in COMMANDS:  # so that Typer can suggest the nearest one
                self.commands.setdefault(name, _load(name))
        elif cmd_name not in self.commands:
            self.commands[cmd_name] = _load(cmd_name)
        found = self.commands.get(cmd_name)
        if found is not None and ctx is not None and ctx.resilient_parsing:  # a shell completes
            from alma_cli.cli.completion import with_values

            with_values(found, cmd_name)
        return found


def _load(name: str) -> Any:  # noqa: ANN401
    module, _, attribute = COMMANDS[name].partition(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, typer.Typer):
        for inner in found.registered_commands:
            inner.cls = Command
        command = typer.main.get_command(found)
    else:
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(name, cls=Command)(found)
        command = typer.main.get_command(alone)
    command.name = name
    return command
