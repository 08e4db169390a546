"""With a file at hand, what is about it comes first."""

import pytest

from alma_cli import Alma


@pytest.fixture
def qa(alma):
    """Two lessons that fit equally well, one of them about the end-to-end tests."""
    config = 'default_agent = "qa"\n[agents.qa]\n[git]\ncommit = false\n'
    alma.files({".alma/config.toml": config})
    for id_, title, header in (
        ("0000000000", "Retry slow clicks", ""),
        ("zzzzzzzzzz", "Await slow clicks", 'paths = ["tests/e2e/**"]\n'),
    ):
        text = f'+++\nid = "{id_}"\ncreated = 2026-01-01T00:00:00Z\n{header}+++\n# {title}\n'
        alma.files({f".alma/agents/qa/heuristics/{id_}.md": text})
    return alma


def first(alma, *words):
    return alma.json("recall", *words)["hits"][0]["title"]


@pytest.mark.parametrize("question", ["slow clicks", ""])
def test_what_is_about_the_file_comes_first(qa, question):
    assert first(qa, question) == "Retry slow clicks"
    assert first(qa, question, "--path", "src/a.ts") == "Retry slow clicks"
    assert first(qa, question, "--path", "tests/e2e/a.ts") == "Await slow clicks"
    files = ("--path", "src/a.ts", "--path", "tests/e2e/a.ts")
    assert first(qa, question, *files) == "Await slow clicks"
    out = qa.ok("recall", question, *files, "--explain")
    assert "tests/e2e/** covers tests/e2e/a.ts" in out


def test_a_file_is_named_from_where_one_is(qa):
    (qa.folder / "tests/e2e").mkdir(parents=True)
    assert first(qa, "clicks", "--path", str(qa.folder / "tests/e2e/a.ts")) == "Await slow clicks"
    qa.environ["ALMA_STORE"] = str(qa.store)
    qa.folder /= "tests/e2e"
    assert first(qa, "clicks", "--path", "a.ts") == "Await slow clicks"
    assert first(qa, "clicks", "--path", "../a.ts") == "Retry slow clicks"
    qa.folder = qa.folder.parents[2]
    assert first(qa, "clicks", "--path", "tests/e2e/a.ts") == "Await slow clicks"


def test_a_file_outside_of_the_project_is_a_usage_error(qa):
    ran = qa("recall", "clicks", "--path", "/elsewhere/a.ts")
    assert (ran.status, ran.out) == (2, "")
    assert "`/elsewhere/a.ts` is outside of" in ran.err


def test_what_is_about_the_file_and_not_about_the_question_stays_out(qa):
    assert qa.json("recall", "zebra", "--path", "tests/e2e/a.ts")["hits"] == []


def test_the_api_takes_files_too(qa):
    alma = Alma.open(qa.store, world=qa.world)
    told = alma.recall("slow clicks", agent="qa", paths=["tests/e2e/a.ts"])
    assert told.hits[0].record.title == "Await slow clicks"
