"""YAML as texts, lists and tables, read by PyYAML, which the extra `import` brings."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from alma_cli.errors import Malformed, Usage

if TYPE_CHECKING:
    from yaml import Node

MOST: Final = 256 * 1024
"""Characters of a text."""
MOST_OPEN: Final = 100
"""Brackets that are open at once: PyYAML looks at them all at every word, 5 s for 2,000."""


def parse(text: str, path: str, line: int = 1) -> object:
    """Returns what YAML says, every scalar as the text it is written as; it begins at a line.

    Aliases are refused: ten lines of them stand for a billion values. Raises `Malformed` with the
    line, `Usage` where PyYAML is not installed.
    """
    if len(text) > MOST:
        raise Malformed(f"has YAML of more than {MOST // 1024} KiB", path=path, line=line)
    steps = (1 if each in "[{" else -1 for each in text if each in "[]{}")
    if max(accumulate(steps), default=0) > MOST_OPEN:
        raise Malformed("has YAML that is nested too deeply", path=path, line=line)
    try:
        import yaml
    except ImportError as error:
        raise Usage(
            "reading YAML needs PyYAML, which is not installed",
            "`pip install 'alma-cli[import]'` brings it",
        ) from error

    class Plain(yaml.BaseLoader):  # type: ignore[misc]
        """No tags and no types: `no` is a text, and nothing is ever constructed."""

        def compose_node(self, parent: Node | None, index: Any) -> Node | None:  # noqa: ANN401
            if self.check_event(yaml.AliasEvent):
                mark = self.peek_event().start_mark
                reason = "has a YAML alias, which is not read"
                raise Malformed(reason, path=path, line=line + mark.line)
            return super().compose_node(parent, index)

    try:
        return yaml.load(text, Plain)  # noqa: S506 - it constructs texts, lists and tables alone
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        where = line + at.line if at else line
        raise Malformed(f"is not YAML: {error.problem}", path=path, line=where) from error
    except yaml.YAMLError as error:
        raise Malformed("is not YAML", path=path, line=line) from error
    except RecursionError as error:
        raise Malformed("has YAML that is nested too deeply", path=path, line=line) from error
