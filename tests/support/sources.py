"""Sources as values: papers from texts, and what a format reads from them."""

import json
import os
from pathlib import Path

import pytest

from alma_cli.sources.paper import Given, Paper
from alma_cli.sources.telling import source_of

COMMITTED = Path(__file__).parents[1] / "transfer" / "neighbours"
"""What the real alma-memory and mem0ai once wrote, and the scripts that let them."""
NEIGHBOURS = Path(os.environ.get("NEIGHBOURS", COMMITTED))
"""The same, or what they wrote just now: see `just neighbours`."""
fresh = pytest.mark.skipif(NEIGHBOURS == COMMITTED, reason="only in `just neighbours`")
"""Marks what needs the programs themselves, or what they wrote just now."""


def paper(path, content):
    """Returns a paper from text, from bytes, or from a value that becomes JSON."""
    if not isinstance(content, bytes):
        content = (content if isinstance(content, str) else json.dumps(content)).encode()
    return Paper(path, lambda: content)


def given(files, fields=None):
    """Returns a source: one file for a pair of name and content, else a folder."""
    if isinstance(files, tuple):
        return Given((paper(*files),), fields=fields or {})
    papers = tuple(paper(*each) for each in sorted(files.items()))
    return Given(papers, is_folder=True, fields=fields or {})


def pieces(files, format_="", fields=None):
    """Returns all pieces of a source, which is told apart unless its format is named."""
    there = given(files, fields)
    return [*source_of(there, format_).read(there)]
