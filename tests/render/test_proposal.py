"""The title and the text of a pull request are what hosts take."""

from support.builders import memory

from alma_cli.model import Stored
from alma_cli.render.proposal import body_of
from alma_cli.rules.differences import Difference, Differences, What


def new(*titles):
    """Returns that memories with such titles are new."""
    stored = [Stored(memory(title=title), f"{title}.md", "") for title in titles]
    return Differences("", "", "", "", tuple(Difference(What.NEW, one) for one in stored), (), ())


def test_the_text_of_very_many_memories_is_one_that_hosts_take():
    body = body_of(new(*(f"Memory {number} ~~~~" for number in range(5_000))))
    assert len(body.encode()) < 65_536
    assert " lines left out]\n" in body
    assert body.splitlines()[-1] == "~~~~~"
