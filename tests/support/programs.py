"""Programs on the PATH of a test that answer for the real ones."""

import os
import shutil


def git_that(alma, text):
    """Puts a `git` before the real one: lines of shell that may answer and exit."""
    folder = alma.home / "bin"
    folder.mkdir()
    program = folder / "git"
    program.write_text(f'#!/bin/sh\n{text}\nexec {shutil.which("git")} "$@"\n')
    program.chmod(0o755)
    alma.environ["PATH"] = f"{folder}{os.pathsep}{alma.environ['PATH']}"
