"""`python -m alma_cli` is `alma`."""

from alma_cli.cli.entrance import run

run()
