"""`claude` sends Claude Code's events in the example shop."""

import pytest
from support.hooks import Client


@pytest.fixture
def claude(shop):
    return Client(shop)
