"""Only this kind, domain, tag, owner."""

import pytest


@pytest.fixture
def qa(alma):
    """Memories about cores, one of each kind, in several domains and with several tags."""
    config = 'default_agent = "qa"\n[agents.qa]\n[git]\ncommit = false\n'
    alma.files({".alma/config.toml": config})
    add = ("add", "--agent", "qa")
    alma.ok(*add, "knowledge", "CI has two cores", "--domain", "ci", "--tag", "Limits")
    alma.ok(
        *add, "preference", "Prefer few cores", "--domain", "ci/runners", "--tag", "limits,cost"
    )
    alma.ok(*add, "heuristic", "Pin cores to jobs", "--domain", "jobs", "--tag", "cost")
    alma.ok(*add, "anti-pattern", "Sharing cores between jobs", "--domain", "jobs/batch")
    alma.ok("learn", "--success", "--task", "Use the cores", "--strategy", "Split", "--domain", "x")
    return alma


def found(alma, *flags, query="cores"):
    return {hit["kind"] for hit in alma.json("recall", query, *flags)["hits"]}


ALL = {"knowledge", "preference", "heuristic", "anti-pattern"}


@pytest.mark.parametrize(
    ("flags", "kinds"),
    [
        (["--kind", "knowledge"], {"knowledge"}),
        (["--kind", "knowledge", "--kind", "preference"], {"knowledge", "preference"}),
        (["--kind", "outcome"], {"outcome"}),
        (["--domain", "ci"], {"knowledge", "preference"}),
        (["--domain", "CI/Runners"], {"preference"}),
        (
            ["--domain", "jobs", "--domain", "ci/runners"],
            {"heuristic", "anti-pattern", "preference"},
        ),
        (["--domain", "jobs,ci"], ALL),
        (["--domain", "nowhere"], set()),
        (["--tag", "limits"], {"knowledge", "preference"}),
        (["--tag", "LIMITS"], {"knowledge", "preference"}),
        (["--tag", "cost", "--tag", "limits"], {"knowledge", "preference", "heuristic"}),
        (["--tag", "none"], set()),
        (["--tag", "cost", "--kind", "heuristic"], {"heuristic"}),
        (["--tag", "cost", "--domain", "ci"], {"preference"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_filters_hold_for_questions_and_for_lists(qa, flags, kinds):
    assert found(qa, *flags) == kinds
    assert {each["kind"] for each in qa.json("list", *flags)["memories"]} == kinds


def test_filters_find_what_without_them_is_out_of_reach(qa):
    for n in range(30):
        qa.ok("add", "knowledge", f"Cores cores number {n}")
    assert found(qa, "--kind", "preference") == {"preference"}
    assert found(qa, "--tag", "cost") == {"heuristic", "preference"}


def test_a_tag_or_a_file_finds_what_more_than_a_hundred_others_answer_better(qa):
    plain = '+++\nid = "{0}"\n{1}+++\n# {2}\n'
    crowd = {f"aaaa{n:06}": ("", "Cores") for n in range(150)}
    tagged = 'tags = ["Rare", "x"]\npaths = ["src/*.c"]\n'
    far = {"zzzzzzzzzz": (tagged, "Of jobs that share the cores of a machine")}
    for id_, told in {**crowd, **far}.items():
        qa.files({f".alma/agents/qa/knowledge/{id_}.md": plain.format(id_, *told)})
    (hit,) = qa.json("recall", "cores", "--tag", "rare")["hits"]
    assert hit["id"] == "zzzzzzzzzz"
    answer = qa.json("recall", "cores", "--path", "src/a.c", "-k", "200", "--budget", "99999")
    assert "zzzzzzzzzz" in {hit["id"] for hit in answer["hits"]}
    assert len(answer["hits"]) == len({hit["id"] for hit in answer["hits"]})


def test_what_is_believed_is_found_though_a_hundred_answer_better_that_are_not(qa):
    crowd = {f"aaaa{n:06}": ('origin = "learned"\n', "Cores") for n in range(150)}
    far = {"zzzzzzzzzz": ('origin = "person"\n', "Of jobs that share the cores of a machine")}
    for id_, (origin, title) in {**crowd, **far}.items():
        file = f'+++\nid = "{id_}"\n{origin}+++\n# {title}\n'
        qa.files({f".alma/agents/qa/knowledge/{id_}.md": file})
    ran = qa("recall", "cores", "--kind", "knowledge", "--min-confidence", "0.7", "--json")
    assert "zzzzzzzzzz" in {hit["id"] for hit in ran.json["hits"]}
    assert ran.json["omitted"]["doubted"] == 100  # of those that were looked at
    assert "100 believed less than 0.7" in ran.err


@pytest.mark.parametrize("flags", [["--domain", "a b"], ["--domain", "../x"], ["--kind", "lesson"]])
def test_what_is_no_domain_and_no_kind_is_a_usage_error(qa, flags):
    assert qa("recall", "cores", *flags).status == 2
    assert qa("list", *flags).status == 2


@pytest.mark.parametrize("flag", ["--at", "--tag", "--domain", "--path", "--format", "--agent"])
def test_an_empty_value_is_a_usage_error_and_no_wish_for_everything(qa, flag):
    ran = qa("recall", "cores", flag, "")
    assert (ran.status, ran.out) == (2, "")
    assert f"`{flag}` is empty" in ran.err
