"""The MCP server: tools, resources and prompts over the API, for agents that speak no shell."""
