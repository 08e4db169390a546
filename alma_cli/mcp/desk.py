"""Which store a client works on: found from the folders it has open, else from our own folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from alma_cli.api import Alma
from alma_cli.errors import NoStore
from alma_cli.here import Here, stand
from alma_cli.search.kept import Kept
from alma_cli.world import World


class Desk:
    """The place that a client works from; a store may appear there at any time."""

    def __init__(self, world: World, store: str = "") -> None:
        self._world = world
        self._store = store
        self._folders: tuple[Path, ...] | None = None
        if store or world.environ.get("ALMA_STORE"):  # who names a store needs no folders
            self._folders = ()

    @property
    def is_known(self) -> bool:
        """Says whether it is settled from which folders a store is looked for."""
        return self._folders is not None

    def open_at(self, uris: Iterable[str]) -> None:
        """Takes the folders that a client says it has open; those that are no files are none."""
        parts = (urlsplit(uri) for uri in uris)
        self._folders = tuple(Path(unquote(one.path)) for one in parts if one.scheme == "file")

    def moved(self) -> None:
        """Takes notice that a client has other folders open now."""
        if self._folders:
            self._folders = None

    def here(self) -> Here:
        """Returns where to stand; raises `NoStore` where no folder has a store in or above it."""
        for folder in self._folders or ():
            world = World(folder, self._world.environ, self._world.now, self._world.new_id)
            try:
                return stand(world, strict=False)
            except NoStore:
                continue
        return stand(self._world, self._store, strict=False)

    def alma(self, kept: Kept | None = None) -> Alma:
        """Returns the API over the store; raises as `here`."""
        return Alma(self.here(), kept)
