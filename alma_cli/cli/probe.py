"""`alma probe`."""

from collections.abc import Iterable
from typing import Annotated

import typer

from alma_cli.cli.options import Agent, DryRun, Json, NoCommit, given, named, several
from alma_cli.cli.output import (
    Writing,
    carry_out,
    document,
    here_for,
    note,
    perform,
    planned,
    say,
)
from alma_cli.flow import probing
from alma_cli.library import Library, hold
from alma_cli.model import Draft
from alma_cli.place import PROBES
from alma_cli.probes import load
from alma_cli.render.document import written
from alma_cli.rules.expecting import Probe
from alma_cli.verbs import probes as verb

app = typer.Typer(
    help="Manage probes: questions whose answer a review watches",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("add")
def add(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What the agent asks")],
    agent: Agent = "",
    must: Annotated[
        list[str] | None,
        typer.Option(
            "--must",
            metavar="ID",
            help="A memory the answer must have (can be repeated)",
            callback=named,
        ),
    ] = None,
    must_not: Annotated[
        list[str] | None,
        typer.Option(
            "--must-not",
            metavar="ID",
            help="A memory it must not have (can be repeated)",
            callback=named,
        ),
    ] = None,
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Add a question whose answer is watched

    `alma review` shows what becomes of the answer, `alma check` fails when it lacks what it must
    have.

    Example: `alma probe add "waiting for elements" --agent qa_tester --must 8ab2`
    """
    here = here_for(context)

    def think() -> Draft:
        with Library(here) as library:
            expected = {"must": several(must), "must_not": several(must_not)}
            return verb.add(here, library, agent, given(query), **expected)

    carry_out(here, think, Writing(json, dry_run, no_commit))


@app.command("list")
def list_probes(context: typer.Context, json: Json = False) -> None:
    """List the probes

    Example: `alma probe list`
    """
    probes = load(here_for(context).place)
    if json:
        document({"schema": 1, "probes": [_probe(each) for each in probes]})
    else:
        say("\n".join(map(verb.line, probes)))
        note([] if probes else [f"no probes yet; `alma probe mine` proposes some for `{PROBES}`"])


@app.command("run")
def run(context: typer.Context, json: Json = False) -> int:
    """Ask every probe and say whether its answer is as expected

    Exits 1 when one is not. The answers are those of the project alone: your own store is left out.

    Example: `alma probe run`
    """
    here = probing.as_everybody(here_for(context, strict=False))
    with hold(here) as held:
        asked = probing.ask(here, held, load(here.place))
    wrong = sum(bool(one.violated) for one in asked)
    if json:
        document({"schema": 1, "ok": not wrong, "probes": [*map(_told, asked)]})
    else:
        say("\n".join(_lines(asked)))
        note([f"{wrong} of {len(asked)} probe{'' if len(asked) == 1 else 's'} violated"])
    return 1 if wrong else 0


@app.command("mine")
def mine(
    context: typer.Context,
    limit: Annotated[
        int, typer.Option("--limit", "-k", min=1, max=100, metavar="N", help="Probes at most")
    ] = 10,
    apply: Annotated[bool, typer.Option("--apply", help="Add them, as one event")] = False,
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Propose probes from the tasks that outcomes are about

    Each asks a task and expects the lessons that were learned on it and that its answer has today.
    Without `--apply` it only proposes.

    Examples: `alma probe mine`, `alma probe mine --apply`
    """
    here = probing.as_everybody(here_for(context))
    found: tuple[Probe, ...] = ()

    def think() -> Draft:
        nonlocal found
        with hold(here) as held:
            found = probing.mine(here, held, load(here.place), limit)
        return verb.add_all(here, found)

    how = Writing(json, dry_run or not apply, no_commit)
    draft, applied = perform(here, think, how)
    if json:
        document({**written(draft, applied), "probes": [*map(_probe, found)]})
    elif apply:
        say("\n".join(planned(draft) if applied is None else draft.said))
    else:
        say("\n".join(map(verb.line, found)))
        note(["nothing is written yet; add `--apply`"] if found else [])
    note([] if found else ["no task of an outcome is worth a probe that is not there"])


def _lines(asked: Iterable[probing.Asked]) -> Iterable[str]:
    for one in asked:
        yield f"{'violated' if one.violated else 'kept'}: {verb.line(one.probe)}"
        yield from (f"  {why}" for why in one.violated)


def _probe(probe: Probe) -> dict[str, object]:
    return {
        "agent": probe.agent,
        "query": probe.query,
        "must": list(probe.must),
        "must_not": list(probe.must_not),
    }


def _told(one: probing.Asked) -> dict[str, object]:
    return {**_probe(one.probe), "answer": list(one.told), "violated": list(one.violated)}
