"""Whatever a file holds, it is read or named: nothing else is ever raised."""

import json

import pytest
from hypothesis import given as tried
from hypothesis import strategies as st
from support.sources import pieces

from alma_cli.errors import Usage
from alma_cli.sources.piece import LeftOut, Member, Row, Trial, Whole
from alma_cli.sources.telling import SOURCES

NAMES = {
    "mem0": "x.json",
    "langgraph": "x.json",
    "langchain": "x.json",
    "alma-memory": "heuristics.json",
    "claude-code": "CLAUDE.md",
    "agents-md": "AGENTS.md",
    "cursor": "x.mdc",
    "alma": "x.json",
    "csv": "x.csv",
    "markdown": "x.md",
}
FORMATS = [source.name for source in SOURCES]
KEYS = st.sampled_from(
    "id memory metadata namespace key value content type data role kwargs kind title raw tags text"
    " strategy agent results".split()
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
MARKS = st.lists(
    st.sampled_from(
        ["---", "+++", "\n", "# a", "- b", "```", ":", " ", "x", "<!--", "-->", '"', ","]
    )
)


@pytest.mark.parametrize("format_", FORMATS)
@tried(content=st.binary(max_size=60) | VALUES | MARKS.map("".join))
def test_any_file_is_read_or_refused_in_every_format(format_, content):
    try:
        found = pieces((NAMES[format_], content), format_)
    except Usage:
        return
    for piece in found:
        assert isinstance(piece, Row | Trial | Whole | Member | LeftOut)
        json.dumps([piece.whence.ref, *piece.whence.unused])
        if isinstance(piece, Row):
            assert all(isinstance(text, str) for text in (piece.title, piece.body, piece.kind))
