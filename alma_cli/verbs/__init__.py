"""What a user can ask for, one module a verb; the CLI, the API and MCP call the same ones."""
