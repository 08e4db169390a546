"""An answer for other readers: Markdown for a page, XML for a template, text for a person."""

from __future__ import annotations

from typing import Final

from alma_cli.model import Outcome
from alma_cli.printable import clean, clean_line
from alma_cli.recollection import Hit, Recollection
from alma_cli.render.bullet import SECTIONS, collapsed, counted, label_of, short_ids
from alma_cli.render.prompt import sections

ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
)


def markdown(recollection: Recollection) -> str:
    """Returns the answer as Markdown: a heading a kind, a bullet a memory."""
    if not recollection.hits:
        return ""
    lines = sections(recollection, heading="\n## {}\n")
    return "\n".join(lines).lstrip("\n") + "\n"


def text(recollection: Recollection, *, explain: bool = False) -> str:
    """Returns the answer for reading: one memory a paragraph, its texts below it."""
    shorts = short_ids(recollection.hits)
    blocks = []
    for kind, name in SECTIONS:
        for hit, copies in collapsed(recollection):
            if hit.kind is kind:
                short = shorts[hit.record.id]
                head = f"{name}: {clean_line(hit.record.title)}  [{label_of(hit, short, copies)}]"
                lines = [f"    {line}" for line in details(hit)]
                lines += [f"    {line}" for line in reasons(hit)] if explain else []
                blocks.append("\n".join([head, *lines]))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def details(hit: Hit) -> list[str]:
    """Returns the texts of a memory, each with its label, on lines of their own."""
    record = hit.record
    if isinstance(record, Outcome):
        named = [("task", record.task), ("error", record.error), ("notes", record.notes)]
    else:
        named = [("", record.text), ("when", record.when), ("why", record.why)]
        named += [("instead", record.better), ("code", record.code)]
    lines = []
    for label, body in named:
        if body:
            first, *rest = clean(body).split("\n")
            lines += [f"{label}: {first}" if label else first, *rest]
    return lines


def reasons(hit: Hit) -> list[str]:
    """Returns how a score came about, a line each part."""
    lines = [f"score {hit.score:.3f}"]
    lines += [
        f"  {reason.name:<12} {reason.value:+.3f}  {clean_line(reason.words)}".rstrip()
        for reason in hit.reasons
    ]
    return lines


def xml(recollection: Recollection) -> str:
    """Returns the answer as XML elements, all text escaped, one element a memory."""
    if not recollection.hits:
        return ""
    shorts = short_ids(recollection.hits)
    stamp = recollection.digest[:8]
    lines = [f'<memories agent="{recollection.agent}" digest="{stamp}">']
    for hit, _ in collapsed(recollection):
        attributes = {"id": shorts[hit.record.id], "kind": hit.kind.value}
        attributes |= {"from": hit.inherited} if hit.inherited else {}
        attributes["evidence"] = ", ".join(counted(hit))
        named = " ".join(f'{key}="{escape(value)}"' for key, value in attributes.items() if value)
        lines.append(f"  <memory {named}>")
        lines += [f"    <{tag}>{escape(body)}</{tag}>" for tag, body in _elements(hit) if body]
        lines.append("  </memory>")
    return "\n".join([*lines, "</memories>", ""])


def _elements(hit: Hit) -> list[tuple[str, str]]:
    record = hit.record
    if isinstance(record, Outcome):
        texts = [("task", record.task), ("error", record.error), ("notes", record.notes)]
    else:
        texts = [("text", record.text), ("when", record.when), ("why", record.why)]
        texts += [("instead", record.better), ("code", record.code)]
    return [("title", record.title), *texts]


def escape(body: str) -> str:
    """Returns text for the inside of an XML element or attribute."""
    return clean(body).translate(ESCAPES)
