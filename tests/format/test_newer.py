"""A store of a newer format is refused in words, and no byte of it is touched, not even an index."""

import pytest
from support.tree import DERIVED, bytes_below

ALL = [
    ("recall", "cores"),
    ("recall",),
    ("recall", "cores", "--at", "HEAD"),
    ("learn", "--failure", "--task", "Log in", "--strategy", "sleep(5)"),
    ("learn", "--from", "-"),
    ("add", "knowledge", "CI has no disk"),
    ("add", "knowledge", "CI has no disk", "--team"),
    ("list",),
    ("show", "k3f9"),
    ("edit", "k3f9", "--set", "tags=ci"),
    ("feedback", "k3f9", "--helpful"),
    ("supersede", "k3f9", "CI has four cores"),
    ("forget", "k3f9"),
    ("restore", "k3f9"),
    ("log",),
    ("diff",),
    ("undo",),
    ("rollback", "--to", "HEAD"),
    ("agent", "add", "other"),
    ("agent", "list"),
    ("domain", "add", "forms"),
    ("config", "set", "recall.limit", "7"),
    ("config", "show"),
    ("commit",),
    ("import", "-", "--apply"),
    ("export",),
    ("init",),
    ("init", "--agent", "qa"),
    ("init", "--separate"),
    ("checkpoint", "deploy", "--state", "[1]"),
    ("resume", "deploy"),
    ("workflow", "list"),
    ("workflow", "finish", "deploy"),
    ("why", "k3f9"),
    ("reflect", "-"),
    ("stats",),
    ("tidy", "--apply"),
    ("probe", "add", "cores"),
    ("probe", "run"),
    ("guard", "-"),
    ("sync",),
    ("propose",),
]


@pytest.fixture
def newer(alma):
    """A store that a later `alma` made, with keys and files that this one has not heard of."""
    alma.files(
        {
            ".alma/config.toml": 'format = 2\nmystery = 1\n[agents.qa]\nshape = "round"\n',
            ".alma/agents/qa/knowledge/ci--k3f9x2m7qd.md": "a file in a shape of tomorrow\n",
            ".alma/pages/one.page": "whatever\n",
        }
    )
    alma.git("add", ".")
    alma.git("commit", "--quiet", "--message=tomorrow")
    return alma


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_every_command_refuses_and_writes_nothing(newer, command):
    before, head = bytes_below(newer.folder), newer.git("rev-parse", "HEAD")
    ran = newer(*command)
    assert ran.status == 2, ran
    assert ran.out == ""
    assert "this `alma` reads and writes format 1; upgrade it" in ran.err
    assert ".alma/config.toml:1" in ran.err
    assert bytes_below(newer.folder) == before
    assert not [name for name in DERIVED if (newer.folder / name).exists()]
    assert newer.git("rev-parse", "HEAD") == head


def test_the_doctor_names_it_and_mends_nothing(newer, monkeypatch):
    monkeypatch.setattr("alma_cli.doctor.examine.round_trip", lambda *_, **__: ())
    newer.files({".alma/.cache/index-0.sqlite": "of another alma"})
    before = bytes_below(newer.folder)
    ran = newer("doctor", "--fix")
    assert ran.status == 1
    assert "mend: `pip install --upgrade alma-cli`" in ran.out
    assert "mended" not in ran.out
    assert bytes_below(newer.folder) == before


def test_the_refusal_is_a_document_too(newer):
    error = newer("recall", "cores", "--json").json["error"]
    assert "upgrade it" in error["message"]


def test_a_newer_store_of_the_user_is_refused_the_same_way(alma):
    alma.ok("init", "--agent", "qa")
    alma.ok("add", "preference", "--user", "Prefer short answers")
    config = alma.home / "alma/config.toml"
    config.write_text(config.read_text().replace("format = 1", "format = 2"))
    before = bytes_below(alma.home)
    for command in (("recall", "answers"), ("add", "preference", "--user", "x")):
        ran = alma(*command)
        assert ran.status == 2
        assert "upgrade it" in ran.err
    assert bytes_below(alma.home) == before
