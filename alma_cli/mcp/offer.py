"""What the server offers, in the words of the SDK."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import mcp_types as types
from mcp.server.context import ServerRequestContext

from alma_cli.mcp.prompts import PROMPTS
from alma_cli.mcp.resources import BRIEF, MEMORY, Address
from alma_cli.mcp.tools import TOOLS

Context = ServerRequestContext[Any, Any]
Page = types.PaginatedRequestParams | None


async def tools(_: Context, __: Page) -> types.ListToolsResult:
    """Returns the tools; what they answer is not described, since that would double the cost."""
    return types.ListToolsResult(
        tools=[
            types.Tool(
                name=tool.name,
                description=tool.about,
                input_schema=tool.schema,
                annotations=types.ToolAnnotations.model_validate(tool.hints),
            )
            for tool in TOOLS
        ]
    )


async def templates(_: Context, __: Page) -> types.ListResourceTemplatesResult:
    """Returns the patterns of addresses that can be read."""
    return types.ListResourceTemplatesResult(
        resource_templates=[
            types.ResourceTemplate(
                uri_template=one.uri, name=one.name, description=one.about, mime_type=one.mime
            )
            for one in (BRIEF, MEMORY)
        ]
    )


def resources(found: Iterable[Address]) -> types.ListResourcesResult:
    """Returns the addresses that can be read."""
    return types.ListResourcesResult(
        resources=[
            types.Resource(uri=one.uri, name=one.name, description=one.about, mime_type=one.mime)
            for one in found
        ]
    )


async def prompts(_: Context, __: Page) -> types.ListPromptsResult:
    """Returns the prompts."""
    return types.ListPromptsResult(
        prompts=[
            types.Prompt(
                name=one.name,
                description=one.about,
                arguments=[
                    types.PromptArgument(name=name, description=about, required=name in one.needs)
                    for name, about in one.arguments
                ],
            )
            for one in PROMPTS
        ]
    )
