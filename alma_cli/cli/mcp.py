"""`alma mcp`."""

import typer

from alma_cli.cli.app import Global
from alma_cli.cli.output import note
from alma_cli.errors import Usage

NEEDED = "`alma mcp` needs more: `pip install 'alma-cli[mcp]'`"


def mcp(context: typer.Context) -> None:
    """Serve an agent's tool by the Model Context Protocol

    On standard input and output, until the client closes them. The store is found from the folders
    that the client has open, else from the folder that it is started in.

    Example: `alma mcp`
    """
    try:
        from alma_cli.mcp.server import serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("alma_cli"):
            raise
        raise Usage(NEEDED) from error
    known: Global = context.obj
    if known.world.stdin_is_terminal():
        note(["waiting for a client on standard input; see `alma mcp --help`"])
    serve(known.world, known.store)
