"""ALMA: a memory that learns, for AI agents.

`from alma_cli import Alma` gives the Python API; importing the package itself loads nothing.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alma_cli.api import Alma
    from alma_cli.errors import AlmaError, Conflict, Forked, NoStore, NotFound, Refused, Usage

__version__ = "0.1.0"
__all__ = ["Alma", "AlmaError", "Conflict", "Forked", "NoStore", "NotFound", "Refused", "Usage"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module `alma_cli` has no attribute `{name}`")
    from importlib import import_module

    return getattr(import_module("alma_cli.api" if name == "Alma" else "alma_cli.errors"), name)
