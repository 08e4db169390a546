"""The server on standard input and output, by the official SDK."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import mcp_types as types
from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from alma_cli import __version__
from alma_cli.errors import AlmaError
from alma_cli.mcp import calls, offer, prompts, resources
from alma_cli.mcp.calls import Answer
from alma_cli.mcp.desk import Desk
from alma_cli.mcp.tools import BY_NAME, Tool
from alma_cli.mcp.wire import Answered
from alma_cli.rules.near import nearest
from alma_cli.search.kept import Kept
from alma_cli.world import World

Context = ServerRequestContext[Any, Any]
Asking = (
    types.CallToolRequestParams | types.ReadResourceRequestParams | types.GetPromptRequestParams
)
_Found = TypeVar("_Found")
_log = logging.getLogger(__name__)

ABOUT: Final = (
    "Memory of what worked and what failed here. Call `recall` before a task, `guard` before you"
    " run or commit code, `learn` after the task."
)
ROOTS: Final = "roots"
PATIENCE: Final = 5.0
"""Seconds that a client has to say which folders it has open."""


def serve(world: World, store: str = "") -> None:
    """Serves one client until it closes the line; a signal ends it after the write under way."""
    asyncio.run(_Serving(Desk(world, store)).run())


class _Serving:
    """One client at its desk.

    Reading and writing have a thread each: a commit that waits for another process keeps no recall
    waiting. What a client cancels before it began never begins; a write that began is finished.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._reading = ThreadPoolExecutor(1, "alma-reading")
        self._writing = ThreadPoolExecutor(1, "alma-writing")
        self._kept = Kept()  # of the thread that reads

    async def run(self) -> None:
        """Answers until the line is closed."""
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._stop, 128 + number)
        server = self._server()
        async with stdio_server() as (messages, back):
            options = server.create_initialization_options()
            await server.run(Answered(messages, back), back, options)
        self._finish()

    def _stop(self, status: int) -> None:
        """Ends the process: the thread that reads standard input would wait for another line."""
        self._finish()
        os._exit(status)

    def _finish(self) -> None:
        for lane in (self._reading, self._writing):
            lane.shutdown(wait=lane is self._writing, cancel_futures=True)

    def _server(self) -> Server[Any]:
        server: Server[Any] = Server(
            "alma",
            version=__version__,
            instructions=ABOUT,
            on_list_tools=offer.tools,
            on_call_tool=self._call_tool,
            on_list_resources=self._list_resources,
            on_list_resource_templates=offer.templates,
            on_read_resource=self._read_resource,
            on_list_prompts=offer.prompts,
            on_get_prompt=self._get_prompt,
        )
        server.middleware.clear()  # it would tell OpenTelemetry of every call
        server.add_notification_handler(
            "notifications/roots/list_changed", types.NotificationParams, self._moved
        )
        return server

    async def _call_tool(
        self, context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        tool = BY_NAME.get(params.name)
        if tool is None:
            near = nearest(params.name, BY_NAME) or ", ".join(BY_NAME)
            raise MCPError(types.INVALID_PARAMS, f"there is no tool `{params.name}`; see {near}")
        if question := await self._find_folders(context, params):
            return question
        lane = self._reading if tool.reads else self._writing
        answer = await _within(lane, lambda: self._answer(tool, params.arguments or {}))
        return types.CallToolResult(
            content=[types.TextContent(text=_encoded(answer.text))] if answer.text else [],
            structured_content=_encodable(answer.document),
            is_error=answer.is_error,
        )

    def _answer(self, tool: Tool, given: dict[str, object]) -> Answer:
        try:
            return calls.call(self._desk.alma(self._kept if tool.reads else None), tool, given)
        except AlmaError as error:
            return calls.refused(error)
        except OSError as error:
            return calls.refused(_as_error(error))
        except Exception as bug:  # noqa: BLE001 - one call has failed, and the client goes on
            traceback.print_exception(bug, file=sys.stderr)
            return calls.refused(AlmaError(f"a bug in `{tool.name}`: {bug!r}"))

    async def _list_resources(
        self, context: Context, _: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        if context.protocol_version not in MODERN_PROTOCOL_VERSIONS:
            await self._find_folders(context, None)
        try:
            found = await _within(self._reading, lambda: resources.addresses(self._desk.here()))
        except AlmaError:  # there may be a store later on
            found = (resources.AGENTS,)
        return offer.resources(found)

    async def _read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult | types.InputRequiredResult:
        if question := await self._find_folders(context, params):
            return question
        text, mime = await self._read(lambda: resources.read(self._desk.here(), params.uri))
        content = types.TextResourceContents(uri=params.uri, mime_type=mime, text=_encoded(text))
        return types.ReadResourceResult(contents=[content])

    async def _get_prompt(
        self, context: Context, params: types.GetPromptRequestParams
    ) -> types.GetPromptResult | types.InputRequiredResult:
        if question := await self._find_folders(context, params):
            return question
        given = params.arguments or {}
        text = await self._read(lambda: prompts.prompt(self._desk.alma(), params.name, given))
        content = types.TextContent(text=_encoded(text))
        return types.GetPromptResult(messages=[types.PromptMessage(role="user", content=content)])

    async def _read(self, question: Callable[[], _Found]) -> _Found:
        """Returns what is asked for; what goes wrong is an error of the protocol."""
        try:
            return await _within(self._reading, question)
        except (AlmaError, OSError) as error:
            told = error if isinstance(error, AlmaError) else _as_error(error)
            text = _encoded("; ".join([told.message, *told.hints]))
            raise MCPError(types.INVALID_PARAMS, text) from error

    async def _moved(self, _: Context, __: types.NotificationParams) -> None:
        self._desk.moved()

    async def _find_folders(
        self, context: Context, params: Asking | None
    ) -> types.InputRequiredResult | None:
        """Asks the client which folders it has open, once; returns a question to answer with."""
        able = context.session.client_capabilities
        if self._desk.is_known:
            return None
        if able is None or able.roots is None:
            self._desk.open_at(())
            return None
        if context.protocol_version in MODERN_PROTOCOL_VERSIONS:
            given: object = ((params and params.input_responses) or {}).get(ROOTS)
            if given is None:
                return types.InputRequiredResult(input_requests={ROOTS: types.ListRootsRequest()})
        else:
            given = await _asked(context)
        roots = given.roots if isinstance(given, types.ListRootsResult) else ()
        self._desk.open_at(str(root.uri) for root in roots)
        return None


async def _asked(context: Context) -> types.ListRootsResult | None:
    """Returns what the client says of its folders, None where it does not."""
    question = context.session.send_request(types.ListRootsRequest(), types.ListRootsResult)
    try:
        return await asyncio.wait_for(question, PATIENCE)
    except (MCPError, ValidationError, TimeoutError) as error:
        _log.warning("the client does not say which folders it has open: %r", error)
        return None


async def _within(lane: ThreadPoolExecutor, question: Callable[[], _Found]) -> _Found:
    return await asyncio.get_running_loop().run_in_executor(lane, question)


def _as_error(error: OSError) -> AlmaError:
    what = f"`{error.filename}`: " if error.filename else ""
    return AlmaError(f"{what}{error.strerror or error}")


def _encoded(text: str) -> str:
    """Returns a text that can be sent, as half of a surrogate pair cannot: a state may hold one."""
    return text.encode("utf-8", "replace").decode()


def _encodable(document: dict[str, Any]) -> dict[str, Any]:
    written = json.dumps(document, ensure_ascii=False)
    sent: dict[str, Any] = json.loads(_encoded(written)) if not written.isascii() else document
    return sent
