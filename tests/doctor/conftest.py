"""A store in which all is well, and what the doctor finds once it is not."""

import pytest


@pytest.fixture
def still(monkeypatch):
    """Leaves out the round trip, which has its own tests and takes most of the time."""
    monkeypatch.setattr("alma_cli.doctor.examine.round_trip", lambda *_, **__: ())


@pytest.fixture
def codes(still):  # noqa: ARG001
    """Runs `alma doctor` and returns the names of its findings, each once."""

    def find(alma, *arguments, **more):
        ran = alma("doctor", "--json", *arguments, **more)
        found = [each["code"] for each in ran.json["findings"]]
        assert ran.status == (1 if found else 0), ran
        return sorted(set(found))

    return find


@pytest.fixture
def finding(still):  # noqa: ARG001
    """Runs `alma doctor` and returns the one finding of that name."""

    def find(alma, code):
        (found,) = (
            each for each in alma("doctor", "--json").json["findings"] if each["code"] == code
        )
        return found

    return find
