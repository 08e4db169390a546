"""A misspelled word is the word that was meant; another word is not."""

import pytest

from alma_cli.rules.spelling import is_slip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("endpiont", "endpoint"),
        ("rpelay", "replay"),
        ("centre", "center"),
        ("throtle", "throttle"),
        ("covrage", "coverage"),
        ("reponses", "responses"),
        ("schedular", "scheduler"),
        ("sleepnig", "sleep"),
        ("drivnig", "drive"),
        ("retrynig", "retries"),
    ],
)
def test_a_slip_is_known_in_either_order(one, other):
    assert is_slip(one, other)
    assert is_slip(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mocking", "locking"),
        ("sharing", "sharding"),
        ("sharing", "shard"),
        ("loading", "leading"),
        ("insert", "invert"),
        ("trial", "trail"),
        ("retiring", "retrying"),
        ("runner", "runners"),
        ("symmetric", "asymmetric"),
        ("casesensitive", "caseinsensitive"),
        ("sha256", "sha265"),
        ("replica", "replica"),
    ],
)
def test_another_word_is_no_slip(one, other):
    assert not is_slip(one, other)
    assert not is_slip(other, one)
