"""`alma agent`."""

from typing import Annotated

import typer

from alma_cli.cli.options import DryRun, Json, NoCommit, several
from alma_cli.cli.output import Writing, carry_out, document, here_for, say
from alma_cli.printable import clean_line
from alma_cli.verbs import agents as verb

app = typer.Typer(
    help="Manage agents, what they may learn and share",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The agent")]
Readers = Annotated[
    list[str],
    typer.Option("--with", metavar="NAME", help="Who reads; `*` is everybody (can be repeated)"),
]
Names = list[str] | None


def _names(flag: str, help_: str) -> object:
    return typer.Option(flag, metavar="NAME", help=f"{help_} (can be repeated)")


@app.command("add")
def add(
    context: typer.Context,
    name: Name,
    about: Annotated[str, typer.Option(metavar="TEXT", help="What it does")] = "",
    can_learn: Annotated[Names, _names("--can-learn", "A domain it may learn")] = None,
    cannot_learn: Annotated[Names, _names("--cannot-learn", "A domain it may not")] = None,
    share_with: Annotated[Names, _names("--share-with", "Who reads its memories")] = None,
    inherit_from: Annotated[Names, _names("--inherit-from", "Whom it reads")] = None,
    default: Annotated[bool, typer.Option("--default", help="Make it the default one")] = False,
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Add an agent to the configuration

    Example: `alma agent add qa_tester --can-learn testing_strategies`
    """
    here = here_for(context)
    carry_out(
        here,
        lambda: verb.add_agent(
            here,
            name,
            about=about,
            can_learn=several(can_learn),
            cannot_learn=several(cannot_learn),
            share_with=several(share_with),
            inherit_from=several(inherit_from),
            default=default,
        ),
        Writing(json, dry_run, no_commit),
    )


@app.command("list")
def list_agents(context: typer.Context, json: Json = False) -> None:
    """List the agents

    Example: `alma agent list`
    """
    here = here_for(context)
    if json:
        document(verb.every(here))
        return
    told = [verb.explain(here, name) for name in sorted(here.config.agents)]
    width = max((len(str(each["agent"])) for each in told), default=0)
    for each in told:
        mark = "*" if each["agent"] == here.config.default_agent else " "
        say(f"{mark} {str(each['agent']).ljust(width)}  {clean_line(str(each['about']))}".rstrip())


@app.command("explain")
def explain(context: typer.Context, name: Name, json: Json = False) -> None:
    """Explain what an agent may learn, and whose memories it reads

    Example: `alma agent explain qa_tester`
    """
    here = here_for(context)
    told = verb.explain(here, name)
    if json:
        document({"schema": 1, **told})
    else:
        say("\n".join(verb.explained(told)))


@app.command("share")
def share(
    context: typer.Context,
    name: Name,
    readers: Readers,
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Let others read what an agent learned

    Example: `alma agent share senior_architect --with junior_dev`
    """
    here = here_for(context)
    how = Writing(json, dry_run, no_commit)
    carry_out(here, lambda: verb.share(here, name, several(readers)), how)


@app.command("unshare")
def unshare(
    context: typer.Context,
    name: Name,
    readers: Readers,
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Stop others from reading what an agent learned

    Example: `alma agent unshare senior_architect --with junior_dev`
    """
    here = here_for(context)
    how = Writing(json, dry_run, no_commit)
    carry_out(here, lambda: verb.unshare(here, name, several(readers)), how)
