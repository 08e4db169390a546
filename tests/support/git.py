"""Commits files of a store as they stand there."""

from alma_cli.git.commit import commit as commit_files


def commit(store, files, message, **more):
    """Commits paths to whether they stand (True) or are deleted (False)."""
    held = {path: store / path if stands else None for path, stands in files.items()}
    return commit_files(store, held, message, **more)
