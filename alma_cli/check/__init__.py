"""Looks at memories as a linter looks at code: what a reviewer of a pull request should see."""
