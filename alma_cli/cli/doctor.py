"""`alma doctor`."""

from typing import Annotated

import typer

from alma_cli.cli.app import Global
from alma_cli.cli.options import Json
from alma_cli.cli.output import document, say
from alma_cli.doctor import finding as told
from alma_cli.doctor.examine import examine
from alma_cli.errors import Usage


def doctor(
    context: typer.Context,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what can be mended without a decision")
    ] = False,
    json: Json = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With `--fix`, say what it would do and do nothing")
    ] = False,
) -> int:
    """See whether all is well, and prove it

    Looks at the store, its configuration, the events that wait, git, the index and the files of
    connected clients, and learns, recalls and undoes a memory in a temporary folder. Exits 1 while
    anything is wrong; each finding comes with the command that mends it.

    `--fix` removes locks of git that nobody holds, commits what is pending, and removes an index
    that is damaged or of another version. It touches no memory.

    Examples: `alma doctor`, `alma doctor --fix --dry-run`
    """
    if dry_run and not fix:
        raise Usage("`--dry-run` is about `--fix`", "without it nothing is changed anyway")
    known: Global = context.obj
    examined = examine(known.world, known.store, fix=fix, dry_run=dry_run)
    if json:
        document(told.document(examined))
    else:
        say("\n".join(told.lines(examined)))
    return 1 if examined.findings else 0
