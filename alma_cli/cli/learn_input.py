"""What `alma learn` reads when its flags do not say it: answers on a terminal, or a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import typer

from alma_cli.cli.options import MOST_INPUT, given
from alma_cli.errors import Usage
from alma_cli.model import Result
from alma_cli.verbs.learn import Report

FIELDS = {
    "agent": str,
    "outcome": str,
    "task": str,
    "strategy": str,
    "why_bad": str,
    "better": str,
    "better_alternative": str,
    "error": str,
    "note": str,
    "domain": str,
    "tags": list,
    "lesson": str,
    "used": list,
    "workflow": str,
    "duration_ms": int,
    "new": bool,
}


NAMES = {str: "a text", list: "a list of texts", int: "a whole number", bool: "true or false"}


def _fits(held: object, wanted: type) -> bool:
    if isinstance(held, list):
        return wanted is list and all(isinstance(item, str) for item in held)
    return type(held) is wanted


def _ask(question: str) -> str:
    """Returns a person's answer; the question goes to standard error, as all talk does."""
    typer.echo(f"{question}: ", err=True, nl=False)
    answer = sys.stdin.readline()
    if not answer:
        typer.echo(err=True)  # Ctrl-D leaves the shell's prompt behind the question
        raise typer.Abort
    return answer.strip()


def confirmed(question: str) -> bool:
    """Says whether a person says yes."""
    return _ask(f"{question} [y/N]").lower() in {"y", "yes"}


def asked(report: Report) -> Report:
    """Returns the report with what is missing asked for at the terminal."""
    while not report.task.strip():
        report = replace(report, task=_ask("What was the task"))
    while not report.strategy.strip():
        report = replace(report, strategy=_ask("What was tried"))
    if report.result is Result.FAILURE and not report.lesson:
        if not report.why_bad:
            report = replace(report, why_bad=_ask("Why did it fail"))
        if not report.better:
            report = replace(report, better=_ask("What instead"))
    return report


def content_of(name: str, cwd: Path) -> bytes:
    """Returns what a file holds, or standard input for `-`; raises `Usage`."""
    if name == "-":
        return given(name).encode("utf-8", "surrogateescape")
    try:
        with (cwd / name).open("rb") as file:
            content = file.read(MOST_INPUT + 1)
    except OSError as error:
        raise Usage(f"cannot read `{name}`: {error.strerror}") from error
    check_size(content, name)
    return content


def check_size(content: bytes, name: str) -> None:
    """Raises `Usage` for more than is learned from at once."""
    if len(content) > MOST_INPUT:
        raise Usage(f"`{name}` is larger than {MOST_INPUT // 1024 // 1024} MiB", "split it")


def text_of(content: bytes, name: str) -> str:
    """Returns content as text; raises `Usage` for what is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Usage(f"cannot read `{name}`: not UTF-8") from error


def reports(text: str, name: str) -> Iterator[tuple[str, Report]]:
    """Yields agent and report of each object in JSON or JSON Lines.

    Raises `Usage` with the line of what cannot be understood, before anything is yielded.
    """
    yield from [_report(value, f"{name}:{line}") for line, value in _objects(text, name)]


def _objects(text: str, name: str) -> list[tuple[int, object]]:
    try:
        whole = json.loads(text)
    except RecursionError as error:
        raise Usage(f"`{name}` is nested too deeply") from error
    except ValueError:
        pass
    else:
        return [(1, each) for each in (whole if isinstance(whole, list) else [whole])]
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found.append((number, json.loads(line)))
            except ValueError as error:
                raise Usage(f"{name}:{number}: is not JSON: {error}") from error
    if not found:
        raise Usage(f"`{name}` holds no JSON object")
    return found


def _report(value: object, where: str) -> tuple[str, Report]:
    if not isinstance(value, dict):
        raise Usage(f"{where}: is not a JSON object")
    for key, held in value.items():
        if key not in FIELDS:
            from alma_cli.rules.near import nearest

            near = nearest(key, FIELDS)
            raise Usage(
                f"{where}: `{key}` is not a known field",
                f"did you mean `{near}`?" if near else f"known are {', '.join(FIELDS)}",
            )
        if held is not None and not _fits(held, FIELDS[key]):
            raise Usage(f"{where}: `{key}` is not {NAMES[FIELDS[key]]}")
    known = {key: held for key, held in value.items() if held is not None}
    outcome = known.pop("outcome", "")
    if outcome not in {Result.SUCCESS, Result.FAILURE}:
        raise Usage(f'{where}: `outcome` is neither "success" nor "failure"')
    for key in ("tags", "used"):
        known[key] = tuple(known.get(key, ()))
    better = known.pop("better_alternative", "")
    known["better"] = known.get("better", "") or better
    agent = str(known.pop("agent", ""))
    known.setdefault("task", "")
    known.setdefault("strategy", "")
    return agent, Report(result=Result(outcome), **known)
