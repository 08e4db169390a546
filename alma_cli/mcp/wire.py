"""The line to the client: what is no message on it is answered, since somebody may wait."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from anyio import EndOfStream
from mcp.shared.message import SessionMessage
from mcp_types import INVALID_REQUEST, PARSE_ERROR, ErrorData, JSONRPCError
from pydantic import ValidationError


class Messages(Protocol):
    """What comes in over a transport of the SDK: messages, and complaints about what is none."""

    async def receive(self) -> SessionMessage | Exception:
        """Returns the next one; raises `EndOfStream`."""
        ...

    async def aclose(self) -> None:
        """Takes no more."""
        ...


class Back(Protocol):
    """What goes out over it."""

    async def send(self, item: SessionMessage, /) -> None:
        """Sends a message."""
        ...


class Answered:
    """The messages that come in; whatever is none gets an error as JSON-RPC asks for."""

    def __init__(self, messages: Messages, back: Back) -> None:
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
    details = error.errors(include_input=False) if isinstance(error, ValidationError) else ()
    if details and details[0]["type"] != "json_invalid":
        return ErrorData(code=INVALID_REQUEST, message="this is no JSON-RPC message")
    return ErrorData(code=PARSE_ERROR, message="this is no JSON")
