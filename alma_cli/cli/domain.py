"""`alma domain`."""

from typing import Annotated

import typer

from alma_cli.cli.options import DryRun, Json, NoCommit, several
from alma_cli.cli.output import Writing, carry_out, document, here_for, say
from alma_cli.library import Library
from alma_cli.printable import clean_line
from alma_cli.verbs import agents as verb

app = typer.Typer(
    help="Manage domains: what memories are about",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The domain, nested with `/`")],
    about: Annotated[str, typer.Option(metavar="TEXT", help="What it is about")] = "",
    keyword: Annotated[
        list[str] | None,
        typer.Option("--keyword", metavar="WORD", help="A word that tells it (can be repeated)"),
    ] = None,
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Describe a domain by its words

    They tell the domain of a memory that names none, and guard it where it is forbidden.

    Example: `alma domain add database_queries --about "SQL and migrations" --keyword sql`
    """
    here = here_for(context)
    words = several(keyword)
    how = Writing(json, dry_run, no_commit)
    carry_out(here, lambda: verb.add_domain(here, name, about=about, keywords=words), how)


@app.command("list")
def list_domains(context: typer.Context, json: Json = False) -> None:
    """List the domains

    Those that are described, named in a scope or used by a memory, with their memories.

    Example: `alma domain list`
    """
    here = here_for(context)
    with Library(here) as library:
        told = verb.domains(here, library)
    if json:
        document({"schema": 1, "domains": told})
        return
    width = max((len(str(each["domain"])) for each in told), default=0)
    for each in told:
        count = f"{each['memories']:>5}"
        about = clean_line(str(each["about"]))
        say(f"{count}  {str(each['domain']).ljust(width)}  {about}".rstrip())
