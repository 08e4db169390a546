"""Ctrl-C before a command has begun: it ends by the signal, and says nothing."""

import os
import signal
import subprocess
import sys

import pytest

LOADED = """
import os, signal
os.kill(os.getpid(), signal.SIGINT)
raise SystemExit("went on")
"""


@pytest.mark.parametrize("ignored", [False, True])
def test_an_interrupt_while_the_program_is_loaded_is_no_traceback(tmp_path, ignored):
    (tmp_path / "typer.py").write_text(LOADED)
    ran = subprocess.run(
        [sys.executable, "-m", "alma_cli", "list"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.SIG_IGN if ignored else signal.SIG_DFL
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    expected = (1, "went on\n") if ignored else (-signal.SIGINT, "")
    assert (ran.returncode, ran.stderr) == expected
