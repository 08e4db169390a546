"""What several clones of one store do, and what they have in common afterwards."""

import re


def learn(alma, strategy, result="--failure"):
    """Learns one thing and returns the id of its lesson."""
    more = ("--task", "Test the login form", "--strategy", strategy, "--domain", "testing")
    return alma.json("learn", result, *more)["lesson"]["id"]


def sync_all(*clones, rounds=2):
    """Lets each clone sync in turn, until all know of all."""
    for _ in range(rounds):
        for one in clones:
            one.ok("sync")


def held(alma):
    """Returns the bytes of every memory and tombstone by path."""
    return {path: (alma.store / path).read_bytes() for path in alma.memories()}


def events_of(alma):
    """Returns the event of each outcome of a store."""
    texts = (content for path, content in held(alma).items() if "/outcomes/" in path)
    return [re.search(rb'^event = "(\w+)"', text, re.MULTILINE)[1].decode() for text in texts]
