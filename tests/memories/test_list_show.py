"""`alma list` and `alma show`: the memories as they are."""

from support.tree import bytes_below


def ids(alma, *flags):
    return {each["id"] for each in alma.json("list", *flags)["memories"]}


def test_a_list_has_all_memories_but_outcomes_and_what_is_superseded(shop):
    told = shop.json("list")["memories"]
    hidden = {path for path in shop.memories() if "/outcomes/" in path or "6da49njnv8" in path}
    assert {each["path"] for each in told} == set(shop.memories()) - hidden


def test_outcomes_come_when_asked_for_by_kind(shop):
    told = shop.json("list", "--kind", "outcome")["memories"]
    assert {each["path"] for each in told} == {p for p in shop.memories() if "/outcomes/" in p}


def test_it_stands_in_order_of_owner_kind_and_title(shop):
    told = shop.json("list")["memories"]
    order = [(each["agent"], each["kind"], each["title"].casefold()) for each in told]
    assert order == sorted(order)


def test_a_line_has_id_owner_kind_title_and_evidence(shop):
    lines = shop.ok("list", "--agent", "qa_tester", "--kind", "anti-pattern").splitlines()
    assert (
        "8ab2  qa_tester  anti-pattern  Using sleep() for async waits"
        "  [5 failures · 1 success · high]"
    ) in lines
    assert len(lines) == 5


def test_filters_narrow_it(shop):
    own = ids(shop, "--agent", "QA_Tester")
    assert "8ab27pwz4c" in own
    assert own < ids(shop)
    team = shop.json("list", "--team")["memories"]
    assert {each["agent"] for each in team} == {"team"}
    assert ids(shop, "--agent", "qa_tester", "--tag", "async", "--kind", "anti-pattern") >= {
        "8ab27pwz4c"
    }
    assert ids(shop, "--domain", "nowhere") == set()


def test_a_list_of_nothing_is_empty_and_fine(alma):
    alma.ok("init")
    assert alma.ok("list") == ""
    assert alma.json("list") == {"schema": 1, "memories": []}


def test_an_unknown_agent_is_a_usage_error(shop):
    ran = shop("list", "--agent", "qa_testr")
    assert ran.status == 2
    assert "did you mean `qa_tester`?" in ran.err


def test_a_memory_is_shown_by_the_start_of_its_id(shop):
    for prefix in ("8ab2", "8AB2", "8ab27p", "8ab27pwz4c"):
        assert shop.json("show", prefix)["id"] == "8ab27pwz4c"


def test_what_is_no_start_of_an_id_is_said(shop):
    unknown = {"8ab": 2, "": 2, "8ab3": 1, "8ab27pwz4cc": 1, "%%%%": 1}
    for prefix, status in unknown.items():
        ran = shop("show", prefix)
        assert (prefix, ran.status, ran.out) == (prefix, status, "")


def test_an_ambiguous_start_names_what_it_could_be(alma):
    alma.ok("init", "--agent", "qa")
    for n in (1, 2):
        text = f'+++\nid = "abcd00000{n}"\n+++\n# Way {n}\n'
        alma.files({f".alma/agents/qa/knowledge/{n}.md": text})
    ran = alma("show", "abcd")
    assert ran.status == 2
    assert 'abcd000001 "Way 1", abcd000002 "Way 2"' in ran.err
    assert [line.split()[0] for line in alma.ok("list").splitlines()] == [
        "abcd000001",
        "abcd000002",
    ]


def test_a_page_has_text_evidence_and_outcomes(shop):
    out = shop.ok("show", "8ab2")
    assert out.startswith(
        "anti-pattern 8ab27pwz4c: Using sleep() for async waits\n\n"
        "  why: Causes flaky tests, wastes time.\n"
        "  instead: Use explicit waits with conditions.\n\n"
    )
    assert "evidence    5 for, 1 against\n" in out
    assert "status      established\n" in out
    assert "  p0d6  2026-08-12  failure  qa_tester on Test the login form\n" in out
    assert out.count("qa_tester on ") == 6


def test_outcomes_of_a_memory_come_oldest_first(shop):
    made = [each["created"] for each in shop.json("show", "8ab2")["outcomes"]]
    assert len(made) == 6
    assert made == sorted(made)


def test_an_outcome_is_shown_with_what_it_backs(shop):
    told = shop.json("show", "p0d6")
    assert (told["result"], told["lessons"]) == ("failure", ["8ab27pwz4c"])
    assert told["duration_ms"] == 41800
    assert "result      failure\n" in shop.ok("show", "p0d6")


def test_a_memory_of_any_agent_can_be_shown(shop):
    assert shop.json("show", "bbfr")["agent"] == "senior_architect"


def test_a_memory_that_is_hidden_says_why(alma):
    alma.ok("init", "--agent", "qa")
    old = '+++\nid = "aaaa000001"\n+++\n# Old\n'
    new = '+++\nid = "bbbb000001"\nsupersedes = ["aaaa000001"]\n+++\n# New\n'
    alma.files({".alma/agents/qa/heuristics/1.md": old, ".alma/agents/qa/heuristics/2.md": new})
    assert [each["title"] for each in alma.json("list")["memories"]] == ["New"]
    assert 'hidden      superseded by bbbb000001 "New"\n' in alma.ok("show", "aaaa")


def test_looking_changes_nothing(shop):
    before = bytes_below(shop.folder)
    for command in (["list"], ["show", "8ab2"], ["domain", "list"], ["config", "show"], ["log"]):
        shop.ok(*command)
    assert bytes_below(shop.folder) == before
