"""Where a command stands: the world, the project's store, the user's own, and the configuration."""

from __future__ import annotations

from os.path import normpath
from pathlib import Path

from alma_cli import config as configuration
from alma_cli.config import Config, GitSettings
from alma_cli.errors import Usage
from alma_cli.place import Place, find, find_personal, personal_root
from alma_cli.rules.evidence import Fading
from alma_cli.rules.scope import Agent
from alma_cli.value import frozen, replace
from alma_cli.world import World


@frozen
class Here:
    """What every verb is told; `personal` is None before the user's first own memory."""

    world: World
    place: Place
    personal: Place | None
    config: Config

    @property
    def stores(self) -> tuple[Place, ...]:
        """Returns the stores that are read, the project's first: it wins over the user's."""
        apart = self.personal is not None and self.personal.root != self.place.root
        both = (self.place, self.personal) if self.personal and apart else (self.place,)
        return tuple(place for place in both if place.config.is_file())

    @property
    def fading(self) -> Fading:
        """Returns how fast evidence for this project's memories loses weight."""
        own = {name: one.half_life_days for name, one in self.config.domains.items()}
        domains = {name: days for name, days in own.items() if days is not None}
        return Fading(self.config.recall.half_life_days, domains)

    def agent(self, name: str = "") -> Agent:
        """Returns the agent named, else the default one; raises `Usage` when there is none."""
        chosen = name or self.config.default_agent
        if not chosen:
            raise Usage(
                "no agent is given",
                "name one with `--agent`, `ALMA_AGENT`, or `default_agent` in `config.toml`",
                "`alma agent list` lists them",
            )
        return self.config.agent(chosen)

    def at_work(self, name: str = "") -> Agent | None:
        """Returns the agent named, else that of `ALMA_AGENT`, None where nobody is named."""
        return self.agent(name) if name or self.world.environ.get("ALMA_AGENT") else None

    def inside(self, path: str) -> str | None:
        """Returns a file as the globs of memories name it: from the folder that holds the store.

        A store that lies elsewhere is about the folder one is in. None for a file outside.
        """
        file = Path(normpath(self.world.cwd / path))
        for folder in projects(self):
            if file.is_relative_to(folder):
                return file.relative_to(folder).as_posix()
            found, base = file.resolve(), folder.resolve()
            if found.is_relative_to(base):
                return found.relative_to(base).as_posix()
        return None

    def git(self, *, no_commit: bool = False) -> GitSettings:
        """Returns how events are committed, with the flag above the configuration."""
        return GitSettings(commit=False) if no_commit else self.config.git

    def without_commits(self) -> Here:
        """Returns the same where no event becomes a commit."""
        return replace(self, config=replace(self.config, git=self.git(no_commit=True)))


def stand(world: World, store: str = "", *, strict: bool = True) -> Here:
    """Finds the stores and reads their configuration.

    Raises `NoStore` where there is no project's store, `BadConfig` where the configuration is
    wrong; unless `strict`, unknown keys are only warnings.
    """
    place = find(world, store)
    personal = find_personal(world)
    return Here(world, place, personal, configuration.load(world, place, personal, strict=strict))


def stand_at_home(world: World) -> Here:
    """Returns the user's own store as the only one, as it will be where it was not made yet."""
    personal = find_personal(world)
    place = personal or Place(personal_root(world), personal=True)
    return Here(world, place, place, configuration.load(world, None, personal))


def in_project(here: Here, path: str) -> str:
    """Returns a file as the globs of memories name it; raises `Usage` for one outside."""
    inside = here.inside(path)
    if inside is None:
        raise Usage(
            f"`{path}` is outside of `{here.place.root.parent}`", "name files of the project"
        )
    return inside


def projects(here: Here) -> tuple[Path, Path]:
    """Returns the folders that files of the project are named from, in the order of preference."""
    return here.place.root.parent, here.world.cwd
