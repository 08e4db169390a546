"""The entrance: one root command, and the one place where an error becomes text."""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

import typer

from alma_cli import __version__
from alma_cli.cli.lazy import LazyGroup
from alma_cli.cli.options import named
from alma_cli.errors import AlmaError, Usage
from alma_cli.value import frozen
from alma_cli.world import World

BROKEN_PIPE = 141
INTERRUPTED = 130
TERMINATED = 143
MOST_UNCOLLECTED = 100_000
"""Objects made between two collections; a command makes fewer, and few of them in cycles."""
CLICK_EXCEPTION: type[Exception] = typer.BadParameter.__mro__[2]
"""What Typer raises for a wrong command line; 0.27 gives it no public name."""

app = typer.Typer(
    name="alma",
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich" if sys.stdout is not None and sys.stdout.isatty() else None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@frozen
class Global:
    """What stands in front of every command."""

    world: World
    store: str


def _version(context: typer.Context, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        typer.echo(f"alma {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    store: Annotated[
        str, typer.Option("--store", metavar="PATH", help="Use the store at PATH", callback=named)
    ] = "",
    version: Annotated[  # noqa: ARG001 - the callback prints it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version")
    ] = False,
) -> None:
    """Give AI agents a memory that learns

    Before a task `alma recall` gives what bears on it, after it `alma learn` records what happened.
    """
    context.obj = Global(context.obj or World(), store)


def main(argv: Sequence[str] | None = None, world: World | None = None) -> int:
    """Runs one command and returns its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = _wants_json(arguments)
    try:
        status = app(args=arguments, prog_name="alma", obj=world, standalone_mode=False)
        sys.stdout.flush()
    except (
        AlmaError,
        CLICK_EXCEPTION,
        OSError,
        typer.Abort,
        KeyboardInterrupt,
        SystemExit,
    ) as error:
        try:
            return _ended(error, as_json)
        except BrokenPipeError:  # nobody reads the error either
            return BROKEN_PIPE
    return status if isinstance(status, int) else 0


def run() -> None:
    """Runs the program for the console script."""
    gc.freeze()  # modules stay anyway, so the collector need not go through them again and again
    gc.set_threshold(MOST_UNCOLLECTED)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    _prepare_streams()
    status = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # told already; without this Python would tell it again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(status)
    # All is written and closed: taking hundreds of modules apart would only take time.
    os._exit(status)


def _prepare_streams() -> None:
    """Sees to it that there is something to write to, whatever the caller closed or encodes."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        else:
            stream.reconfigure(errors="backslashreplace")


def _ended(error: BaseException, as_json: bool) -> int:
    """Says what ended a command and returns the exit status; bugs do not come here."""
    if isinstance(error, (typer.Abort, KeyboardInterrupt)):
        return INTERRUPTED
    if isinstance(error, SystemExit) and error.code != 1:
        return int(error.code or 0)
    if isinstance(error, (BrokenPipeError, SystemExit)):  # Typer exits with 1 for a broken pipe
        return BROKEN_PIPE
    if isinstance(error, OSError):
        what = f"`{error.filename}`: " if error.filename else "standard output: "
        return _report(AlmaError(f"{what}{error.strerror or error}"), as_json)
    if type(error).__name__ == "NoArgsIsHelpError":  # a group alone asks for its help
        typer.echo(error.format_message())  # type: ignore[attr-defined]
        return 0
    return _report(error if isinstance(error, AlmaError) else _as_usage(error), as_json)


def _as_usage(error: BaseException) -> Usage:
    message = error.format_message()  # type: ignore[attr-defined]
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "alma"
    hints = [f"see `{path} --help`"]
    takes_text = context is not None and any(
        one.param_type_name == "argument" for one in context.command.params
    )
    if takes_text and type(error).__name__ == "NoSuchOption":
        hints.append(f"a text that begins with `-` stands last, after `--`: `{path} -- TEXT`")
    if takes_text and message.startswith("Got unexpected extra argument"):
        hints.append("a text of several words stands in quotes")
    return Usage(message[:1].lower() + message[1:].rstrip("."), *hints)


def _report(error: AlmaError, as_json: bool) -> int:
    from alma_cli.printable import clean_line

    if as_json:
        from alma_cli.cli.output import document
        from alma_cli.render.document import failed

        document(failed(error))
    else:
        typer.echo(clean_line(f"error: {error.message}"), err=True)
        for hint in error.hints:
            typer.echo(clean_line(f"hint: {hint}"), err=True)
    return error.status


def _wants_json(arguments: list[str]) -> bool:
    """Says whether errors are to be documents too, before anything of a command line is known."""
    return (
        "--json" in arguments
        or "--format=json" in arguments
        or any(pair == ("--format", "json") for pair in pairwise(arguments))
    )
