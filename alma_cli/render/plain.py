"""An answer for other readers: Markdown for a page, XML for a template, text for a person."""

from __future__ import annotations

from typing import Final

from alma_cli.model import Kind, Memory, Outcome
from alma_cli.printable import clean, clean_line
from alma_cli.recollection import Hit, Reason, Recollection
from alma_cli.render import open_work
from alma_cli.render.bullet import SECTIONS, counted, label_of, within
from alma_cli.render.fitting import lengths
from alma_cli.render.prompt import sections
from alma_cli.search.rank import FLOOR, STRONG

ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
)


def markdown(recollection: Recollection) -> str:
    """Returns the answer as Markdown: a heading a kind, a bullet a memory."""
    if recollection.is_empty:
        return ""
    works = open_work.lines(recollection)
    lines = [f"\n## {open_work.NAME}\n", *(f"- {each}" for each in works)] if works else []
    lines += sections(recollection, heading="\n## {}\n")
    return "\n".join(lines).lstrip("\n") + "\n"


def text(recollection: Recollection, *, explain: bool = False) -> str:
    """Returns the answer for reading: one memory a paragraph, its texts below it."""
    most = lengths(recollection, _paragraph)
    blocks = [f"{open_work.NAME}: {each}\n" for each in open_work.lines(recollection)]
    for kind, _ in SECTIONS:
        for hit in recollection.shown:
            if hit.kind is kind:
                told = [f"    {line}\n" for line in reasons(hit)] if explain else []
                blocks.append("".join([_paragraph(hit, most), *told]))
    return "\n".join(blocks)


def _paragraph(hit: Hit, most: int) -> str:
    name = dict(SECTIONS)[hit.kind]
    lines = [f"{name}: {clean_line(hit.record.title)}  [{label_of(hit)}]"]
    lines += [f"    {line}" for line in details(hit, most)]
    return "\n".join([*lines, ""])


def details(hit: Hit, most: int = 0) -> list[str]:
    """Returns the texts of a memory, each with its label, on lines of their own.

    `most` is how many bytes they may take together, 0 for all.
    """
    lines = []
    for label, body in within(labelled(hit.record), most):
        first, *rest = clean(body).split("\n")
        lines += [first if label == "text" else f"{label}: {first}", *rest]
    return lines


def labelled(record: Memory | Outcome) -> list[tuple[str, str]]:
    """Returns the texts of a memory, in the order to read them, each with what it is."""
    if isinstance(record, Outcome):
        return [("task", record.task), ("error", record.error), ("notes", record.notes)]
    text, when = ("text", record.text), ("when", record.when)
    reason = [("why", record.why), ("instead", record.better)]
    if record.kind is Kind.ANTI_PATTERN:
        return [*reason, text, when, ("code", record.code)]
    return [text, when, *reason, ("code", record.code)]


def reasons(hit: Hit) -> list[str]:
    """Returns how a score came about, a line each part."""
    lines = [f"score {hit.score:.3f}"]
    if hit.nearness is not None:
        lines.append(f"nearness {hit.nearness:.3f}: {judged(hit.nearness)}")
    lines += [
        f"  {reason.name:<12} {share(reason)}  {clean_line(reason.words)}".rstrip()
        for reason in hit.reasons
    ]
    return lines


def judged(nearness: float) -> str:
    """Returns what a nearness makes of an answer, and where the bounds lie."""
    match = "strong" if nearness >= STRONG else "weak"
    return f"{match} (left out below {FLOOR:.2f}, strong from {STRONG:.2f})"


def share(reason: Reason) -> str:
    """Returns the part of a score with its sign; what rounds to nothing has a plus."""
    return f"{round(reason.value, 3) + 0.0:+.3f}"


def xml(recollection: Recollection) -> str:
    """Returns the answer as XML elements, all text escaped, one element a memory."""
    if recollection.is_empty:
        return ""
    most = lengths(recollection, _element)
    lines = [f'<memories agent="{recollection.agent}" digest="{recollection.digest[:8]}">\n']
    lines += [f"  <open>{escape(each)}</open>\n" for each in open_work.lines(recollection)]
    lines += [
        _element(hit, most)
        for kind, _ in SECTIONS
        for hit in recollection.shown
        if hit.kind is kind
    ]
    return "".join([*lines, "</memories>\n"])


def _element(hit: Hit, most: int) -> str:
    attributes = {
        "id": hit.short,
        "kind": hit.kind.value,
        "from": hit.inherited,
        "evidence": ", ".join(counted(hit)),
        "copies": str(hit.copies or ""),
        "review": "unreviewed" if hit.reviewed is False else "",
    }
    named = " ".join(f'{key}="{escape(value)}"' for key, value in attributes.items() if value)
    texts = within([("title", hit.record.title), *labelled(hit.record)], most)
    inside = "".join(f"    <{tag}>{escape(body)}</{tag}>\n" for tag, body in texts)
    return f"  <memory {named}>\n{inside}  </memory>\n"


def escape(body: str) -> str:
    """Returns text for the inside of an XML element or attribute."""
    return clean(body).translate(ESCAPES)
