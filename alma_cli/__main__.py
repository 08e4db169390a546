"""`python -m alma_cli` is `alma`."""

from alma_cli.cli.app import run

run()
