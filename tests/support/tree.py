"""What lies below a folder, byte for byte."""

import subprocess
from pathlib import Path

from support.alma import Alma

DERIVED = (".alma/.cache", ".alma/.lock")


def bytes_below(folder: Path) -> dict[str, bytes]:
    """Returns every file with its content, but for what a reader may make: index and lock file."""
    return {
        name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not (name := path.relative_to(folder).as_posix()).startswith(DERIVED)
    }


def tomb_of(alma: Alma, id_: str) -> str:
    """Returns the path of the one tombstone of a memory, relative to the store; "" for none."""
    tombs = list((alma.store / "agents").glob(f"*/forgotten/**/{id_}.*"))
    assert len(tombs) < 2
    return tombs[0].relative_to(alma.store).as_posix() if tombs else ""


def files_holding(alma: Alma, text: str) -> list[str]:
    """Returns the files of the folder and of HOME that hold a text, git's objects unpacked."""
    needle = text.encode()
    found = [
        str(path)
        for root in (alma.folder, alma.home)
        for path in root.rglob("*")
        if path.is_file() and needle in path.read_bytes()
    ]
    for repository in (alma.folder, alma.home / "alma"):
        if (repository / ".git").is_dir():
            command = ["git", "cat-file", "--batch", "--batch-all-objects"]
            ran = subprocess.run(
                command, cwd=repository, env=alma.environ, capture_output=True, check=True
            )
            found += [f"an object of {repository}"] if needle in ran.stdout else []
    return found
