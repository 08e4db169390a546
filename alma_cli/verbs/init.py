"""Makes a store: the first event of a project's memory, or of a user's own."""

from __future__ import annotations

import re
from pathlib import Path

from alma_cli import store
from alma_cli.config import GitSettings, load
from alma_cli.errors import Usage
from alma_cli.files.disk import digest, digest_at, sync_folder
from alma_cli.git.ignored import ignoring, remedy
from alma_cli.git.run import GitMissing, git
from alma_cli.model import Change, Draft, Plan, Put
from alma_cli.names import fold_agent
from alma_cli.place import MOST, Place, personal_root, unlinked
from alma_cli.value import frozen
from alma_cli.world import World

ATTRIBUTES = b"# bytes stay as they are on every system\n* -text\n"
IGNORE = b"/.lock\n/.pending/\n/.cache/\n"


@frozen
class Wish:
    """What `alma init` is asked for."""

    agents: tuple[str, ...] = ()
    example: bool = False
    separate: bool = False


def init(world: World, place: Place, wish: Wish) -> Draft:
    """Returns the plan of a new store at `place`; files that stand there already are kept.

    Raises `BadConfig` for a store that stands there and is of another format, `Usage` for one that
    git has and that is not checked out, whose agents and scopes would be lost.
    """
    _check_known(world, place)
    if wish.example and wish.agents:
        raise Usage("`--example` brings its own agents", "leave out `--agent`")
    text = PERSONAL if place.personal else config_text(wish.agents)
    files = _example() if wish.example else {"config.toml": text}
    standing = digest_at(place.root, "config.toml", MOST)
    if wish.example and standing not in {None, digest(files["config.toml"])}:
        raise Usage(
            f"`{_shown(world, place.root)}` is a store already", "make the example somewhere else"
        )
    if wish.separate and standing is not None and not (place.root / ".git").exists():
        raise Usage(
            f"`{_shown(world, place.root)}` has its history in the repository around it",
            "`--separate` is for a new store",
        )
    files |= {".gitattributes": ATTRIBUTES, ".gitignore": IGNORE}
    changes: list[Change] = []
    for path, content in sorted(files.items()):
        if digest_at(place.root, path, MOST) is None:
            changes.append(Put(path, content))
    plan = Plan(world.new_id(), "init", "start a memory", tuple(changes))
    if not changes:
        more = [f"`alma agent add {name}` adds an agent to it" for name in _folded(wish.agents)]
        known = f"`{_shown(world, place.root)}` is a store already; nothing to do"
        return Draft(plan, (known,), notes=tuple(more))
    what = "the example store" if wish.example else "a store"
    said = [f"made {what} in `{_shown(world, place.root)}`"]
    if wish.agents:
        said.append(f"agents: {', '.join(f'`{name}`' for name in _folded(wish.agents))}")
    elif not wish.example:
        said.append("next: `alma agent add NAME`")
    return Draft(plan, tuple(said))


def _check_known(world: World, place: Place) -> None:
    if place.config.exists():
        load(world, place, None, strict=False)
    elif _is_in_git(world, place):
        shown = _shown(world, place.root)
        raise Usage(
            f"`{shown}` is a store already: git has it, and its `config.toml` is not here",
            f"`git checkout HEAD -- {shown}` brings it back, in a sparse checkout"
            f" `git sparse-checkout add {shown}`",
        )


def _is_in_git(world: World, place: Place) -> bool:
    """Says whether the index of git has a configuration at `place`, on the disk or not."""
    folder = next(each for each in (place.root, *place.root.parents) if each.is_dir())
    path = str(place.config.relative_to(folder))
    try:
        known = git(
            folder, "--literal-pathspecs", "ls-files", "-z", "--", path, environ=world.environ
        )
    except GitMissing:
        return False
    return bool(known.out)


def place_for(world: World, named: str) -> Place:
    """Returns where `alma init` makes a store: `.alma` here, or the folder that is named.

    In a folder that is a project, its `.alma`; raises `Usage` for any other that is not empty.
    """
    if not named:
        return Place(unlinked(world.cwd / ".alma"))
    root = (world.cwd / named).expanduser()
    if (root / ".git").exists() or (root / ".alma").is_dir():
        return Place(unlinked(root / ".alma"))
    if root.is_dir() and not (root / "config.toml").exists() and any(root.iterdir()):
        raise Usage(f"`{named}` is neither empty nor a store", "name a new folder")
    return Place(root)


def prepare(world: World, place: Place, wish: Wish) -> tuple[str, ...]:
    """Makes the folder, and with `--separate` its own git repository; returns warnings."""
    place.root.mkdir(parents=True, exist_ok=True)
    sync_folder(place.root.parent)
    if not wish.separate:
        return () if place.config.exists() else _ignored(world, place)
    if not (place.root / ".git").exists():
        try:
            made = git(place.root, "init", "--quiet", environ=world.environ)
        except GitMissing as missing:
            raise Usage("`--separate` needs git, which is not installed") from missing
        if made.status:
            raise Usage(f"git cannot make a repository in `{place.root}`: {made.err.strip()}")
    return _exclude(world, place)


def make_personal(world: World) -> Place:
    """Returns the user's own store, made first when there is none yet."""
    place = Place(personal_root(world), personal=True)
    if place.config.is_file():
        return place
    wish = Wish(separate=True)
    try:
        prepare(world, place, wish)
    except Usage:
        place.root.mkdir(parents=True, exist_ok=True)  # without git it is a plain folder
    store.write(place, world, GitSettings(), lambda: init(world, place, Wish()))
    return place


PERSONAL = b"""format = 1

# What holds for you in every project; a project's own config.toml wins.
#   [recall]
#   limit = 8
"""


def config_text(agents: tuple[str, ...] = ()) -> bytes:
    """Returns the configuration of a new store, with a line of explanation for each part."""
    names = _folded(agents)
    lines = ["format = 1"]
    if names:
        lines.append(
            f'default_agent = "{names[0]}"      # where no --agent and no ALMA_AGENT is given'
        )
    lines += [
        "",
        "# An agent may learn everything unless it is told otherwise:",
        '#   can_learn = ["testing_strategies"]       only these domains and what lies below them',
        '#   cannot_learn = ["database_queries"]      never these',
        '#   share_with = ["junior_dev"]              who reads what it learned',
        '#   inherit_from = ["senior_architect"]      whom it reads, of those that share with it',
    ]
    for name in names:
        lines += ["", f"[agents.{name}]"]
    return ("\n".join(lines) + "\n").encode()


def _folded(agents: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(fold_agent(name) for name in agents))


def example_folder() -> Path:
    """Returns where the example store lies: in the installed package, or in the source tree."""
    package = Path(__file__).parent.parent
    installed = package / "example"
    return installed if installed.is_dir() else package.parent / ".alma.example"


def _example() -> dict[str, bytes]:
    folder = example_folder()
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        and not re.match(r"\.(cache|pending|lock)", file.relative_to(folder).parts[0])
    }


def _ignored(world: World, place: Place) -> tuple[str, ...]:
    try:
        rule = ignoring(place.root, world.environ)
    except GitMissing:
        return ("git is not installed: memories are files without history until it is",)
    if rule is None:
        return ("this is not a git repository: memories have no history until `git init`",)
    if not rule:
        return ()
    found = f"git ignores memories by `{rule}`: events are committed all the same"
    loss = "but `git add` will not take what you write by hand"
    return (f"{found}, {loss}; {remedy(place.root)}",)


def _exclude(world: World, place: Place) -> tuple[str, ...]:
    """Keeps a nested repository out of `git add` in the one around it, for this clone."""
    around = git(
        place.root.parent, "rev-parse", "--git-path", "info/exclude", environ=world.environ
    )
    if around.status:
        return ()
    file = place.root.parent / around.out.decode().strip()
    top = git(place.root.parent, "rev-parse", "--show-prefix", environ=world.environ)
    line = f"/{top.out.decode().strip()}{place.root.name}/"
    present = file.read_text().splitlines() if file.is_file() else []
    if line in present:
        return ()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([*present, line]) + "\n")
    return (f"added `{line}` to `{file.name}` of the repository around it, for this clone only",)


def _shown(world: World, root: Path) -> str:
    try:
        return str(root.relative_to(world.cwd))
    except ValueError:
        return str(root)
