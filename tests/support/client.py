"""The official MCP client, talking to `alma mcp` as an agent's tool does."""

import contextlib
from collections.abc import Iterator

import mcp_types as types
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from support.alma import Alma


class Connected:
    """A client whose calls wait for their answers."""

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self._portal = portal
        self.client = client

    def ask(self, what: str, *arguments: object) -> object:
        """Calls a method of the client by its name."""
        return self._portal.call(getattr(self.client, what), *arguments)

    def call(self, tool: str, **arguments: object) -> types.CallToolResult:
        """Calls a tool, which must work."""
        found = self.ask("call_tool", tool, arguments)
        assert not found.is_error, found
        return found

    def refusal(self, tool: str, **arguments: object) -> str:
        """Calls a tool, which must not work, and returns what it says."""
        found = self.ask("call_tool", tool, arguments)
        assert found.is_error, found
        assert "Traceback" not in found.content[0].text
        return found.content[0].text


@contextlib.contextmanager
def connected(alma: Alma, *arguments: str, roots=None, mode: str = "auto") -> Iterator[Connected]:
    """Starts the server in the folder of `alma`; `roots` are the folders the client has open."""

    async def say(_):
        return types.ListRootsResult(roots=[types.Root(uri=each.as_uri()) for each in roots])

    program = StdioServerParameters(
        command="alma", args=[*arguments, "mcp"], cwd=alma.folder, env=alma.environ
    )
    more = {"list_roots_callback": say} if roots is not None else {}
    with start_blocking_portal() as portal:
        client = Client(stdio_client(program), mode=mode, **more)
        with portal.wrap_async_context_manager(client):
            yield Connected(portal, client)
