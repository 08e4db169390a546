"""What people write for agents in Markdown: headings, and points that each stand for themselves.

A point is an item of a list with all below it, a paragraph, or a table. One that ends in a colon
keeps the list, the table or the code that it announces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from alma_cli.model import Kind
from alma_cli.sha import sha256
from alma_cli.sources.paper import STDIN, Paper
from alma_cli.sources.piece import LeftOut, Piece, Row, Whence, name_of
from alma_cli.value import frozen

HEADING: Final = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t#]*$")
ITEM: Final = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
FENCE: Final = re.compile(r"[ \t]*(`{3,}|~{3,})")
RULE: Final = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?")
"""The line below the heading of a table."""
OURS: Final = re.compile(r"<!-- alma\b.*?<!-- /alma -->", re.DOTALL)
"""What this program wrote there itself."""
COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
ORDER: Final = re.compile(
    r"(?:\W*)(?:always|never|do not|don['\u2019]t|avoid|prefer|use|must|should|make sure|ensure"
    r"|keep|write|run|follow|only|please|no)\b",
    re.IGNORECASE,
)
"""How one tells an agent what to do; the rest tells it what is."""
IMPORT: Final = re.compile(r"@[\w~./-]+$")


@frozen
class Point:
    """One point: its first line, what goes on below it, and the heading it stands under."""

    line: int
    head: str
    rest: str
    heading: str


def rows(
    paper: Paper,
    text: str,
    source: str,
    *,
    line: int = 1,
    paths: tuple[str, ...] = (),
    kind: Kind = Kind.KNOWLEDGE,
) -> Iterator[Piece]:
    """Yields a row a point of a text in a paper, which begins at a line.

    Orders become preferences, the rest is of the kind given.
    """
    file = f"{source}:{paper.place}"
    for point in points(text, line):
        said = f"{point.head}\n{point.rest}".strip()
        mark = sha256(said.encode("utf-8", "replace")).hexdigest()[:8]
        place = "/".join(part for part in (file, name_of(point.heading)) if part)
        whence = Whence(paper.path, point.line, point.heading or "text", f"{place}#{mark}")
        if IMPORT.fullmatch(point.head) and not point.rest:
            yield LeftOut(whence, f"`{point.head}` names another file, which is not read")
            continue
        meant = Kind.PREFERENCE if ORDER.match(point.head) else kind
        tags = (name_of(point.heading),) if name_of(point.heading) else ()
        whole = "" if paper.path == STDIN else file
        yield Row(whence, point.head, meant, point.rest, tags=tags, paths=paths, file=whole)


def points(text: str, line: int = 1) -> Iterator[Point]:
    """Yields the points of a text that begins at a line; comments are none."""
    heading, fence = "", ""
    begin, held = line, list[str]()
    for number, each in enumerate(_plain(text).split("\n"), line):
        mark = FENCE.match(each)
        in_code = bool(fence or mark)
        head = None if in_code else HEADING.match(each)
        if head or (not in_code and each.strip() and _begins(each, held)):
            if held:
                yield _point(begin, held, heading)
            begin, held = number, []
        if head:
            heading = head[2]
        elif held or each.strip():
            begin = begin if held else number
            held.append(each)
        if mark:
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
    if held:
        yield _point(begin, held, heading)


def _plain(text: str) -> str:
    """Returns a text with blank lines in place of comments, so that lines keep their numbers."""
    for pattern in (OURS, COMMENT):
        text = pattern.sub(lambda found: "\n" * found[0].count("\n"), text)
    return text


def _begins(line: str, held: list[str]) -> bool:
    """Says whether a line begins another point than the one that is held."""
    if not held or line[:1] in " \t":
        return not held
    block = list(takewhile(lambda each: each.strip() and not ITEM.match(each), held))
    announces = bool(block) and block[-1].rstrip().endswith(":")
    if ITEM.match(line):
        return not announces
    return not held[-1].strip() and not (announces and len("".join(held)) == len("".join(block)))


def _point(line: int, held: list[str], heading: str) -> Point:
    lines = [each.rstrip() for each in held]
    table = next((at for at, each in enumerate(lines[1:]) if RULE.fullmatch(each)), len(lines))
    if FENCE.match(lines[0]) or not table:  # alone, it says what its heading says
        title = heading or ("Code" if table else ", ".join(_cells(lines[0])))
        return Point(line, title, "\n".join(lines).strip(), heading)
    first = ITEM.sub("", lines[0], count=1).strip() if ITEM.match(lines[0]) else lines[0].strip()
    head, rest = [first], lines[1:]
    while rest and len(head) < table and _goes_on(rest[0]):
        head.append(rest.pop(0).strip())
    indent = min((len(each) - len(each.lstrip()) for each in rest if each), default=0)
    below = "\n".join(each[indent:] for each in rest).strip("\n")
    said = " ".join(head)
    return Point(line, said.rstrip(": ") if below else said, below, heading)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|") if cell.strip()]


def _goes_on(line: str) -> bool:
    """Says whether a line belongs to the sentence above it."""
    return bool(line.strip()) and not ITEM.match(line.lstrip()) and not FENCE.match(line)
