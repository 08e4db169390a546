"""Changes to a memory file that leave every other byte of it alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from datetime import datetime
from itertools import takewhile
from typing import Any, Final

from alma_cli.errors import Usage
from alma_cli.files.header import FENCE
from alma_cli.files.memory import SECTIONS, begins, heading_of_why, section
from alma_cli.files.toml import loads
from alma_cli.model import Kind

_MARK: Final = "\ufeff".encode()
_TEXT: Final = "text"
_IN_HEADER: Final = frozenset({"domain", "tags", "paths"})
_HEADINGS: Final = {"text": "", "better": "Do instead", "when": "When", "code": "Code"}

Value = str | datetime | tuple[str, ...]


def fill_sections(content: bytes, sections: Mapping[str, str]) -> bytes:
    """Returns the file with sections added at its end; line endings stay as the file has them."""
    newline = "\r\n" if b"\r\n" in content else "\n"
    blocks = "".join(f"\n\n{section(heading, text)}" for heading, text in sections.items())
    end = content.rstrip(b"\r\n \t")
    return end + f"{blocks}\n".replace("\n", newline).encode()


def set_value(content: bytes, keys: tuple[str, ...], value: Value) -> bytes:
    """Returns the file with one value of its header set; `keys` lead to it through tables.

    A comment on its line stays. Raises `Usage` where the layout does not let it be set.
    """
    held = list(value) if isinstance(value, tuple) else value

    def change(text: str) -> str:
        lines = text.split("\n")
        end = _end_of_header(lines)
        header = "".join(f"{line}\n" for line in lines[1:end])
        after = _with_value(header, keys, held).split("\n")[:-1]
        return "\n".join([lines[0], *after, *lines[end:]])

    return _changed(content, change)


def set_part(content: bytes, kind: Kind, name: str, value: Value) -> bytes:
    """Returns the file of a memory with one part set, by the name it has in `Memory`."""
    if name == "title":
        return set_title(content, str(value))
    if name in _IN_HEADER:
        return set_value(content, (name,), value)
    return set_section(content, _HEADINGS.get(name, heading_of_why(kind)), str(value))


def set_title(content: bytes, title: str) -> bytes:
    """Returns the file with another title."""

    def change(text: str) -> str:
        lines = text.split("\n")
        lines[_place_of_title(lines)] = f"# {title}"
        return "\n".join(lines)

    return _changed(content, change)


def set_section(content: bytes, heading: str, text: str) -> bytes:
    """Returns the file with another text below a heading, "" being the text below the title.

    Without a text the section goes; one that is not there yet comes at the end. Blank lines
    around a text stay.
    """
    name = SECTIONS[heading.lower()] if heading else _TEXT
    lines = content.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    if not any(held == name for held, _, _ in _regions(lines)):
        return fill_sections(content, {heading: text}) if text else content
    return _changed(content, lambda whole: _with_section(whole, name, text))


def _with_section(whole: str, name: str, text: str) -> str:
    lines = whole.split("\n")
    made = lines[: _place_of_title(lines)]
    new = section("", text).split("\n") if text else []
    for held, start, end in _regions(lines):
        if held != name:
            made += lines[start:end]
            continue
        keeps_head = bool(new) or held == _TEXT
        made += lines[start : start + 1] if keeps_head else []
        made += _refilled(lines[start + 1 : end], new, is_text=held == _TEXT)
        if not keeps_head and end == len(lines) and made[-1]:
            made.append("")
        new = []  # where a file has the section twice, the second goes
    return "\n".join(made)


def _refilled(region: list[str], new: list[str], *, is_text: bool) -> list[str]:
    """Returns the lines below a heading with others for their text, blank ones around it kept."""
    blank = len(list(takewhile(lambda line: not line.strip(), region)))
    after = len(list(takewhile(lambda line: not line.strip(), reversed(region[blank:]))))
    above, below = region[:blank], region[len(region) - after :]
    if not new:
        return (above or below) if is_text else []
    if blank == len(region):
        above, below = ([""] if is_text else []), region or [""]
    return [*above, *new, *below]


def _regions(lines: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yields each section of a body by name, with the place of its heading and of its end."""
    title = _place_of_title(lines)
    heads = [(_TEXT, title)]
    heads += [(name, at) for at, line in enumerate(lines) if at > title and (name := begins(line))]
    ends = [at for _, at in heads[1:]] + [len(lines)]
    for (name, start), end in zip(heads, ends, strict=True):
        yield name, start, end


def _place_of_title(lines: list[str]) -> int:
    end = _end_of_header(lines)
    return next(at for at, line in enumerate(lines) if at > end and line.strip())


def _end_of_header(lines: list[str]) -> int:
    return next(at for at, line in enumerate(lines) if at and line.rstrip() == FENCE)


def _changed(content: bytes, change: Callable[[str], str]) -> bytes:
    """Returns the file after a change to its text, which sees neither mark nor carriage returns.

    Only the lines from the first to the last one that differ are written anew.
    """
    mark = _MARK if content.startswith(_MARK) else b""
    raw = content[len(mark) :].decode()
    before = raw.replace("\r\n", "\n")
    kept, old, new = raw.split("\n"), before.split("\n"), change(before).split("\n")
    # The last line of a file has no line ending: it is written anew when others come below it.
    most = min(len(old), len(new)) - 1
    start = _alike(old[:most], new[:most])
    end = _alike(old[start:][::-1], new[start:][::-1])
    ending = "\r" if kept[0].endswith("\r") else ""
    middle = [line + ending for line in new[start : len(new) - end]]
    if middle and not end:
        middle[-1] = new[-1]
    return mark + "\n".join([*kept[:start], *middle, *kept[len(kept) - end :]]).encode()


def _alike(left: list[str], right: list[str]) -> int:
    """Returns how many lines at the beginning are the same."""
    pairs = zip(left, right, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _with_value(header: str, keys: tuple[str, ...], value: str | datetime | list[str]) -> str:
    wanted = loads(header)
    entry = wanted
    for table in keys[:-1]:
        entry = entry.setdefault(table, {})
    if entry.get(keys[-1]) == value:
        return header
    known = keys[-1] in entry
    entry[keys[-1]] = value
    for made in _attempts(header, keys, value, known=known):
        try:
            if loads(made) == wanted:
                return made
        except (RecursionError, ValueError):
            continue
    raise Usage("the layout of the header does not let a command edit it", "use an editor")


def _attempts(
    header: str, keys: tuple[str, ...], value: str | datetime | list[str], *, known: bool
) -> Iterator[str]:
    """Yields headers that may hold the value, the best looking first."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    if not known:
        line = f"{keys[-1]} = {tomlkit.item(value).as_string()}"
        yield from _with_line(header.split("\n"), keys[:-1], line)
    try:
        document = tomlkit.parse(header)
        entry: MutableMapping[str, Any] = document
        for table in keys[:-1]:
            entry = entry.setdefault(table, tomlkit.table())
        entry[keys[-1]] = value
        yield document.as_string()
    except TOMLKitError:
        return


def _with_line(lines: list[str], tables: tuple[str, ...], line: str) -> Iterator[str]:
    """Yields headers with a line more in one of the tables, or above all of them."""
    if tables:
        head = f"[{'.'.join(tables)}]"
        at = next((n for n, each in enumerate(lines, 1) if each.strip() == head), 0)
        if at:
            yield "\n".join([*lines[:at], line, *lines[at:]])
        return
    at = next((n for n, each in enumerate(lines) if each.startswith("[")), len(lines))
    while at and (not lines[at - 1].strip() or lines[at - 1].startswith("#")):
        at -= 1
    yield "\n".join([*lines[:at], line, *lines[at:]])
    yield "\n".join([line, *lines])
