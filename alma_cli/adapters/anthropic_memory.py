"""Claude's memory tool in a store: `client.beta.messages.run_tools(tools=[AlmaMemoryTool()])`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from anthropic.lib.tools import (
    BetaAbstractMemoryTool,
    BetaAsyncAbstractMemoryTool,
    ToolError,
)
from anthropic.types.beta import (
    BetaCacheControlEphemeralParam,
    BetaMemoryTool20250818CreateCommand,
    BetaMemoryTool20250818DeleteCommand,
    BetaMemoryTool20250818InsertCommand,
    BetaMemoryTool20250818RenameCommand,
    BetaMemoryTool20250818StrReplaceCommand,
    BetaMemoryTool20250818ViewCommand,
)

from alma_cli.adapters import memory_files as files
from alma_cli.adapters.shelf import Shelf, View, Wish
from alma_cli.errors import AlmaError
from alma_cli.verbs.keep import Page, text_of
from alma_cli.world import World

BEGINS: Final = "anthropic:"


class AlmaMemoryTool(BetaAbstractMemoryTool):
    """Keeps the files below `/memories` as knowledge of one agent, each a memory file.

    `store` is its folder, else the nearest `.alma` above. A new file is of `domain`, or of the one
    that its text is nearest to. What the agent's scope forbids, a secret unless `allow_secret` says
    why it is none, and more than 32 KiB are refused: as a `ToolError`, which the model is told.
    Each command that writes is one event.
    """

    def __init__(
        self,
        store: str | Path = "",
        *,
        agent: str = "",
        domain: str = "",
        allow_secret: str = "",
        world: World | None = None,
        cache_control: BetaCacheControlEphemeralParam | None = None,
    ) -> None:
        super().__init__(cache_control=cache_control)
        self._shelf = Shelf(
            BEGINS, store, agent, domain=domain, allow_secret=allow_secret, world=world
        )

    def view(self, command: BetaMemoryTool20250818ViewCommand) -> str:
        """Returns what is in a folder, or a file with the numbers of its lines."""

        def answer() -> str:
            path = files.path_of(command.path)
            with self._shelf.open() as view:
                folder = _Folder(view)
                if folder.has(path):
                    return files.numbered(path, folder.text(path), command.view_range)
                inside = files.below(folder.paths, path)
                if not inside and path != files.ROOT:
                    raise _missing(path, " Please provide a valid path.")
                sizes = {each: len(folder.text(each).encode()) for each in inside}
                return files.listing(sizes, path)

        return _told(answer)

    def create(self, command: BetaMemoryTool20250818CreateCommand) -> str:
        """Makes a file."""

        def change(folder: _Folder) -> Wish:
            path = folder.free(files.path_of(command.path), f"File {command.path} already exists")
            if not isinstance(command.file_text, str):  # nobody checks what a model sends
                raise files.Denied("`file_text` is missing: give it the text of the file")
            made = _page(path, command.file_text)
            return Wish((made,), answer=f"File created successfully at: {command.path}")

        return self._write(change)

    def str_replace(self, command: BetaMemoryTool20250818StrReplaceCommand) -> str:
        """Replaces what stands in a file once."""

        def change(folder: _Folder) -> Wish:
            path = files.path_of(command.path)
            text = folder.text(path, " Please provide a valid path.")
            edited = files.replaced(path, text, command.old_str, command.new_str or "")
            return Wish((_page(path, edited.text),), answer=edited.answer)

        return self._write(change)

    def insert(self, command: BetaMemoryTool20250818InsertCommand) -> str:
        """Adds lines below one of a file."""

        def change(folder: _Folder) -> Wish:
            path = files.path_of(command.path)
            text = folder.text(path, " Please provide a valid path.")
            edited = files.inserted(path, text, command.insert_line, command.insert_text)
            return Wish((_page(path, edited.text),), answer=edited.answer)

        return self._write(change)

    def delete(self, command: BetaMemoryTool20250818DeleteCommand) -> str:
        """Forgets a file, or all that a folder holds."""

        def change(folder: _Folder) -> Wish:
            path = files.path_of(command.path)
            if path == files.ROOT:
                raise files.Denied("Cannot delete the /memories directory itself")
            gone = tuple(map(_name, folder.at(path)))
            return Wish(drops=gone, answer=f"Successfully deleted {command.path}")

        return self._write(change)

    def rename(self, command: BetaMemoryTool20250818RenameCommand) -> str:
        """Gives a file or a folder another path."""

        def change(folder: _Folder) -> Wish:
            old, new = files.path_of(command.old_path), files.path_of(command.new_path)
            if old == files.ROOT:
                raise files.Denied("Cannot rename the /memories directory itself")
            if new.startswith(f"{old}/"):
                raise files.Denied(f"The path {new} is inside of {old}")
            moved = folder.at(old)
            folder.free(new, f"The destination {command.new_path} already exists")
            pages = [
                _page(new + each[len(old) :], folder.text(each), was=_name(each)) for each in moved
            ]
            answer = f"Successfully renamed {command.old_path} to {command.new_path}"
            return Wish(tuple(pages), answer=answer)

        return self._write(change)

    def clear_all_memory(self) -> str:
        """Forgets all files."""

        def change(folder: _Folder) -> Wish:
            return Wish(drops=tuple(map(_name, folder.paths)), answer="All memory cleared")

        return self._write(change)

    def _write(self, change: Callable[[_Folder], Wish]) -> str:
        return _told(lambda: self._shelf.write(lambda view: change(_Folder(view))))


class _Folder:
    """The files of `/memories` as they stand while a command works."""

    def __init__(self, view: View) -> None:
        self._view = view

    @property
    def paths(self) -> list[str]:
        return [name.removeprefix(BEGINS) for name in self._view.found]

    def has(self, path: str) -> bool:
        return self._view.has(_name(path))

    def text(self, path: str, advice: str = "") -> str:
        """Returns a file; a folder is none."""
        if not self.has(path):
            if path == files.ROOT or files.below(self.paths, path):
                raise files.Denied(f"The path {path} is not a file.")
            raise _missing(path, advice)
        return text_of(self._view.read(_name(path)).record)

    def at(self, path: str) -> list[str]:
        """Returns a file, or the files of a folder."""
        found = [path] if self.has(path) else files.below(self.paths, path)
        if not found:
            raise _missing(path)
        return found

    def free(self, path: str, otherwise: str) -> str:
        """Returns a path that nothing has and that leads through no file."""
        above = path.rpartition("/")[0]
        while above != files.ROOT and above:
            if self.has(above):
                raise files.Denied(f"The path {above} is not a directory.")
            above = above.rpartition("/")[0]
        if path == files.ROOT or self.has(path) or files.below(self.paths, path):
            raise files.Denied(otherwise)
        return path


def _name(path: str) -> str:
    return BEGINS + path


def _page(path: str, text: str, was: str = "") -> Page:
    return Page(_name(path), " ".join(path[len(files.ROOT) + 1 :].split()), text, was=was)


def _missing(path: str, advice: str = "") -> files.Denied:
    return files.Denied(f"The path {path} does not exist{'.' if advice else ''}{advice}")


def _told(answer: Callable[[], str]) -> str:
    """Returns what a command says; a refusal is told to the model too."""
    try:
        return answer()
    except files.Denied as denied:
        raise ToolError(str(denied)) from denied
    except AlmaError as error:
        raise ToolError("; ".join((f"Error: {error.message}", *error.hints))) from error


class AlmaAsyncMemoryTool(BetaAsyncAbstractMemoryTool):
    """The same for a client that does not wait; each command runs in a thread."""

    def __init__(
        self,
        store: str | Path = "",
        *,
        agent: str = "",
        domain: str = "",
        allow_secret: str = "",
        world: World | None = None,
        cache_control: BetaCacheControlEphemeralParam | None = None,
    ) -> None:
        super().__init__(cache_control=cache_control)
        self._tool = AlmaMemoryTool(
            store, agent=agent, domain=domain, allow_secret=allow_secret, world=world
        )

    async def view(self, command: BetaMemoryTool20250818ViewCommand) -> str:
        """Returns what is in a folder, or a file with the numbers of its lines."""
        return await asyncio.to_thread(self._tool.view, command)

    async def create(self, command: BetaMemoryTool20250818CreateCommand) -> str:
        """Makes a file."""
        return await asyncio.to_thread(self._tool.create, command)

    async def str_replace(self, command: BetaMemoryTool20250818StrReplaceCommand) -> str:
        """Replaces what stands in a file once."""
        return await asyncio.to_thread(self._tool.str_replace, command)

    async def insert(self, command: BetaMemoryTool20250818InsertCommand) -> str:
        """Adds lines below one of a file."""
        return await asyncio.to_thread(self._tool.insert, command)

    async def delete(self, command: BetaMemoryTool20250818DeleteCommand) -> str:
        """Forgets a file, or all that a folder holds."""
        return await asyncio.to_thread(self._tool.delete, command)

    async def rename(self, command: BetaMemoryTool20250818RenameCommand) -> str:
        """Gives a file or a folder another path."""
        return await asyncio.to_thread(self._tool.rename, command)

    async def clear_all_memory(self) -> str:
        """Forgets all files."""
        return await asyncio.to_thread(self._tool.clear_all_memory)
