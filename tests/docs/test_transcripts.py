"""What README and docs show is what the program prints."""

import re
import shlex
from pathlib import Path

import pytest
from support.transcripts import files, is_alma, play

ROOT = Path(__file__).parents[2]
PROGRAM = re.compile(r"^```python\n(# (\w+\.py)\n.*?)^```$", re.MULTILINE | re.DOTALL)
"""A block that is a file, as its first line says."""
PAGES = [str(page.relative_to(ROOT)) for page in files(ROOT)]


@pytest.mark.parametrize("page", PAGES)
def test_every_console_block_comes_out_as_it_is_written(alma, page, rewrite):
    def run(command):
        ran = alma(*shlex.split(command)[1:]) if is_alma(command) else alma.shell(command)
        return (ran.out + ran.err).replace(str(alma.folder), "/shop"), ran.status

    file = ROOT / page
    written = file.read_text("utf-8")
    alma.files({name: text for text, name in PROGRAM.findall(written)})
    played = play(written, run)
    if rewrite:
        file.write_text(played, "utf-8")
    assert played == written
