"""The line to the client: what is no message on it is answered, since somebody may wait."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from mcp.shared._stream_protocols import ReadStream, WriteStream
from mcp.shared.message import SessionMessage
from mcp_types import INVALID_REQUEST, PARSE_ERROR, ErrorData, JSONRPCError
from pydantic import ValidationError


class Answered:
    """The messages that come in; whatever is none gets an error as JSON-RPC asks for."""

    def __init__(
        self, messages: ReadStream[SessionMessage | Exception], back: WriteStream[SessionMessage]
    ) -> None:
        self._messages = messages
        self._back = back

    async def receive(self) -> SessionMessage | Exception:
        """Returns the next message."""
        while True:
            found = await self._messages.receive()
            if isinstance(found, SessionMessage):
                return found
            error = JSONRPCError(jsonrpc="2.0", id=None, error=_complaint(found))
            await self._back.send(SessionMessage(error))

    async def aclose(self) -> None:
        """Closes the line."""
        await self._messages.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        from anyio import EndOfStream

        try:
            return await self.receive()
        except EndOfStream:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()


def _complaint(error: Exception) -> ErrorData:
    if isinstance(error, ValidationError) and error.errors()[0]["type"] != "json_invalid":
        return ErrorData(code=INVALID_REQUEST, message="this is no JSON-RPC message")
    return ErrorData(code=PARSE_ERROR, message="this is no JSON")
