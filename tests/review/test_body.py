"""The text of a pull request is one that hosts take."""

from support.builders import memory

from alma_cli.check.finding import Checked
from alma_cli.model import Stored
from alma_cli.review.compare import Review
from alma_cli.review.markdown import body_of
from alma_cli.rules.differences import Difference, Differences, What


def new(*titles):
    """Returns that memories with such titles are new."""
    stored = [Stored(memory(title=title), f"{title}.md", "") for title in titles]
    return Differences("", "", "", "", tuple(Difference(What.NEW, one) for one in stored), (), ())


def test_the_text_of_very_many_memories_is_one_that_hosts_take():
    told = new(*(f"Memory {number} ~~~~" for number in range(5_000)))
    body = body_of(Review(told, Checked((), 0), ()))
    assert len(body) < 65_536
    assert "5000 new" in body
    assert sum(line.startswith("~~~") for line in body.splitlines()) % 2 == 0
