"""One command is imported when it runs, all of them for help."""

import sys

import pytest
import typer
from typer.main import get_command

from alma_cli.cli.app import app
from alma_cli.cli.lazy import COMMANDS

LOADED = """
import sys
from alma_cli.cli.app import main
main(sys.argv[1:])
print(*sorted(name for name in sys.modules if name.startswith("alma_cli.")), file=sys.stderr)
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_name_leads_to_a_command_of_that_name(name):
    command = get_command(app).get_command(None, name)
    assert command.name == name
    assert command.help


def test_a_command_is_built_once():
    root = get_command(app)
    assert root.get_command(None, "list") is root.get_command(None, "list")


def test_what_is_no_command_is_none():
    assert get_command(app).get_command(None, "nonsense") is None


def test_help_lists_the_commands_in_their_order(bare):
    listed = bare.ok("--help").partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed if line[2:3].isalpha()] == list(COMMANDS)


def test_only_the_module_of_the_command_that_runs_is_loaded(shop):
    ran = shop.shell(f"{sys.executable} -c '{LOADED}' domain list")
    assert ran.status == 0
    loaded = {name for name in ran.err.split() if name.startswith("alma_cli.cli.")}
    others = {target.partition(":")[0] for target in COMMANDS.values()} - {"alma_cli.cli.domain"}
    assert "alma_cli.cli.domain" in loaded
    assert not others & loaded


def test_the_version_loads_no_command_at_all(bare):
    ran = bare.shell(f"{sys.executable} -c '{LOADED}' --version")
    assert ran.out.startswith("alma ")
    assert not {target.partition(":")[0] for target in COMMANDS.values()} & set(ran.err.split())


def test_groups_are_commands_too():
    assert isinstance(get_command(app).get_command(None, "agent"), typer.core.TyperGroup)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("learn", "--from", "a.xml", "--from", "b.xml"), "--from"),
        (("recall", "forms", "-a", "qa_tester", "--agent", "senior_architect"), "--agent"),
        (("agent", "add", "ops", "--about", "deploys", "--about=waits"), "--about"),
        (("--store", ".", "--store", "elsewhere", "list"), "--store"),
    ],
)
def test_an_option_of_which_only_one_could_count_is_refused_the_second_time(shop, arguments, name):
    ran = shop(*arguments)
    assert ran.status == 2
    assert f"error: `{name}` is given more than once" in ran.err


def test_what_can_be_repeated_flags_and_a_call_for_help_are_not_refused(shop):
    shop.ok("list", "--tag", "async", "--tag", "playwright", "--json", "--json")
    assert "Usage:" in shop.ok("list", "--agent", "a", "--agent", "b", "--help")
