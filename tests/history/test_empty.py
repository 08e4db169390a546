"""An empty value, as of a variable that is not set, is a mistake and not the default."""

import pytest

COMMANDS = [
    ("undo", ""),
    ("undo", "--agent", ""),
    ("rollback", "--to", ""),
    ("rollback", "--to", "HEAD", "--agent", ""),
    ("restore", "8ab2", "--at", ""),
    ("log", ""),
    ("log", "--since", ""),
    ("log", "--agent", ""),
    ("diff", ""),
    ("recall", "--agent", "", "forms"),
    ("recall", "--tag", "", "forms"),
    ("list", "--domain", ""),
    ("export", "--agent", ""),
    ("add", "knowledge", "CI has two cores", "--domain", ""),
    ("learn", "--failure", "--task", "a", "--strategy", "b", "--lesson", ""),
    ("--store", "", "list"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_empty_value_is_a_usage_error(shop, command):
    head = shop.git("rev-parse", "HEAD")
    ran = shop(*command)
    assert (ran.status, ran.out) == (2, "")
    assert " is empty\nhint: leave it out, or give it a value" in ran.err
    assert shop.git("rev-parse", "HEAD") == head
