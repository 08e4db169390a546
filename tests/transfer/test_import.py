"""`alma import`: first a report, then one event; nothing twice."""

import json

import pytest
from support.tree import bytes_below

ROWS = [
    {"kind": "knowledge", "title": "CI has two cores", "domain": "ci", "ref": "kb-1"},
    {"kind": "anti-pattern", "title": "Click twice", "why_bad": "Sent twice", "better": "Wait"},
    {"kind": "heuristic", "title": "Seed first", "when": "Always", "why": "Fast", "tags": ["Data"]},
    {"kind": "preference", "title": "Prefer tabs", "agent": "team", "body": "In Makefiles."},
]


@pytest.fixture
def qa(alma):
    """A store with the agents `qa` and `bound`."""
    alma.ok("init", "--agent", "qa")
    alma.ok("agent", "add", "bound", "--can-learn", "testing", "--cannot-learn", "billing")
    return alma


def lines(*rows):
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def test_without_apply_it_only_reports(qa):
    qa.files({"rows.jsonl": lines(*ROWS)})
    before = bytes_below(qa.folder)
    ran = qa("import", "rows.jsonl")
    assert ran.out.split() == (
        "1 qa anti-pattern 1 qa heuristic 1 qa knowledge 1 team preference".split()
    )
    assert ran.err == "nothing is written yet; add `--apply`\n"
    assert bytes_below(qa.folder) == before


def test_applied_it_is_one_event_of_all_rows(qa):
    qa.files({"rows.jsonl": lines(*ROWS)})
    assert qa.ok("import", "rows.jsonl", "--apply").endswith(
        "imported 4 memories from rows.jsonl\n"
    )
    told = {each["title"]: each for each in qa.json("list")["memories"]}
    assert {each["origin"] for each in told.values()} == {"imported"}
    assert (told["Click twice"]["why"], told["Click twice"]["better"]) == ("Sent twice", "Wait")
    assert (told["Seed first"]["when"], told["Seed first"]["tags"]) == ("Always", ["data"])
    assert told["Prefer tabs"]["agent"] == "team"
    assert told["CI has two cores"]["domain"] == "ci"
    assert qa.json("log", "-n", "1")["events"][0]["summary"] == "import 4 memories from rows.jsonl"
    assert qa.git("status", "--short") == "?? rows.jsonl\n"


def test_a_second_import_writes_nothing(qa):
    qa.ok("import", "-", "--apply", stdin=lines(*ROWS))
    before = bytes_below(qa.folder)
    told = qa("import", "-", "--apply", "--json", stdin=lines(*ROWS)).json
    assert (told["written"], told["known"], told["event"], told["commit"]) == ([], 4, None, None)
    assert bytes_below(qa.folder) == before


@pytest.mark.parametrize(
    "title",
    [
        "Two  spaces\tand a tab",
        "word " * 80,
        "First line\nand a second",
    ],
)
def test_titles_that_are_cut_are_known_again_too(qa, title):
    row = lines({"kind": "knowledge", "title": title})
    qa.ok("import", "-", "--apply", stdin=row)
    assert qa("import", "-", "--apply", "--json", stdin=row).json["known"] == 1


def test_a_row_that_comes_twice_is_taken_once(qa):
    told = qa("import", "-", "--apply", "--json", stdin=lines(ROWS[1], ROWS[1])).json
    assert (len(told["written"]), told["known"]) == (1, 1)


def test_a_reference_that_is_told_twice_with_other_words_is_listed(qa):
    rows = lines(ROWS[0], ROWS[0], ROWS[0] | {"title": "CI has four cores"})
    told = qa("import", "-", "--apply", "--json", stdin=rows).json
    assert (len(told["written"]), told["known"]) == (1, 1)
    (left,) = told["refused"]
    assert (left["line"], left["reason"]) == (
        3,
        "`kb-1` was told before, and said something else",
    )


def test_the_reference_comes_back_in_recall(qa):
    qa.ok("import", "-", "--apply", stdin=lines(*ROWS))
    (hit,) = qa.json("recall", "cores")["hits"]
    assert hit["ref"] == "kb-1"


def test_a_row_with_a_reference_that_says_something_else_by_now_edits_its_memory(qa):
    qa.ok("import", "-", "--apply", stdin=lines(ROWS[0]))
    (before,) = qa.json("list")["memories"]
    qa.later(days=1)
    changed = lines(ROWS[0] | {"title": "CI has four cores", "body": "Since May."})
    told = qa("import", "-", "--apply", "--json", stdin=changed).json
    assert (told["edited"], told["known"], len(told["written"])) == (1, 0, 1)
    (after,) = qa.json("list")["memories"]
    assert (after["id"], after["title"], after["text"]) == (
        before["id"],
        "CI has four cores",
        "Since May.",
    )
    assert qa("import", "-", "--apply", "--json", stdin=changed).json["known"] == 1


def test_what_was_edited_here_too_is_left_to_a_person(qa):
    qa.ok("import", "-", "--apply", stdin=lines(ROWS[0]))
    (memory,) = qa.json("list")["memories"]
    qa.ok("edit", memory["id"], "--set", "title=CI has three cores")
    same = qa("import", "-", "--json", stdin=lines(ROWS[0])).json
    assert (same["known"], same["refused"]) == (1, [])
    (left,) = qa(
        "import", "-", "--json", stdin=lines(ROWS[0] | {"title": "CI has four cores"})
    ).json["refused"]
    assert left["reason"].startswith(f"{memory['id']} was edited here and says something else")


REFUSED = [
    ("nonsense", "is not JSON"),
    ("[]", "is not a JSON object"),
    ("{}", "has the kind ``, which cannot be imported"),
    ('{"kind": "outcome", "title": "x"}', "has the kind `outcome`"),
    ('{"kind": "knowledge"}', "a title is empty"),
    ('{"kind": "knowledge", "title": 7}', "has fields that are not texts: title"),
    ('{"kind": "knowledge", "title": "x", "colour": "red"}', "do not have: colour"),
    ('{"kind": "knowledge", "title": "x", "tags": "a"}', "`tags` that are not a list"),
    ('{"kind": "knowledge", "title": "x", "agent": "nobody"}', "agent `nobody` is not"),
    ('{"kind": "knowledge", "title": "x", "agent": "../x"}', "is not a name for an agent"),
    ('{"kind": "knowledge", "title": "x", "domain": "a b"}', "is not a name for a domain"),
    ('{"kind": "knowledge", "title": "x", "agent": "bound", "domain": "billing"}', "may not learn"),
    ('{"kind": "knowledge", "title": "x", "agent": "bound", "domain": "else"}', "may not learn"),
    ('{"kind": "knowledge", "title": "a\\u0000b"}', "NUL"),
    ('{"kind": "knowledge", "title": "x", "body": "' + "x" * 40_000 + '"}', "at most 32 KiB"),
]


def test_refused_rows_are_listed_with_their_line_and_the_rest_is_applied(qa):
    text = "\n".join([*(row for row, _ in REFUSED), "", lines(ROWS[0])])
    ran = qa("import", "-", "--apply", "--json", stdin=text)
    assert ran.status == 0
    told = ran.json["refused"]
    assert [each["line"] for each in told] == list(range(1, len(REFUSED) + 1))
    for each, (row, said) in zip(told, REFUSED, strict=True):
        assert said in each["reason"], row
        assert f"warning: -:{each['line']}: left out: " in ran.err
    assert len(ran.json["written"]) == 1


def test_of_many_refused_rows_the_first_are_told_and_the_rest_counted(qa):
    ran = qa("import", "-", stdin="{}\n" * 50)
    assert ran.err.count("left out: has the kind") == 20
    assert "and 30 more left out; `--json` lists all" in ran.err
    assert "50  left out" in ran.out


def test_force_takes_what_scope_refuses_with_a_note(qa):
    row = lines({"kind": "knowledge", "title": "x", "agent": "bound", "domain": "billing"})
    qa.ok("import", "-", "--apply", "--force", stdin=row)
    (memory,) = qa.json("list")["memories"]
    assert "may not learn about billing" in memory["source"]["forced"]


def test_the_agent_of_a_row_wins_over_the_flag(qa):
    rows = lines(
        {"kind": "knowledge", "title": "a"}, {"kind": "knowledge", "title": "b", "agent": "QA"}
    )
    qa.ok("import", "-", "--apply", "--agent", "bound", "--force", stdin=rows)
    assert [each["agent"] for each in qa.json("list")["memories"]] == ["bound", "qa"]


def test_many_rows_land_in_shards_and_are_all_found_again(qa):
    rows = [{"kind": "knowledge", "title": f"Fact {n} of many"} for n in range(600)]
    told = qa("import", "-", "--apply", "--json", stdin=lines(*rows)).json
    folder = qa.store / "agents/qa/knowledge"
    assert len(list(folder.glob("*.md"))) == 512
    sharded = [each for each in told["written"] if each["path"].count("/") == 4]
    assert len(sharded) == 88
    assert all(each["path"].split("/")[3] == each["id"][0] for each in sharded)
    assert len(qa.json("list")["memories"]) == 600
    assert [hit["title"] for hit in qa.json("recall", "fact 599", "-k", "1")["hits"]] == [
        "Fact 599 of many"
    ]
    assert qa("import", "-", "--json", stdin=lines(*rows)).json["known"] == 600


def test_knowledge_keeps_the_words_of_sections_it_does_not_have(qa):
    row = {"kind": "knowledge", "title": "x", "body": "one", "why": "two", "better": "three"}
    qa.ok("import", "-", "--apply", stdin=lines(row))
    assert qa.json("list")["memories"][0]["text"] == "one\n\ntwo\n\nthree"


def test_a_byte_order_mark_and_windows_line_ends_are_fine(qa):
    qa.files({"rows.jsonl": ("\ufeff" + lines(*ROWS).replace("\n", "\r\n")).encode()})
    told = qa.json("import", "rows.jsonl")
    assert (len(told["written"]), told["refused"]) == (4, [])


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_source_that_cannot_be_read_is_a_usage_error(qa, content):
    if content:
        qa.files({"rows.jsonl": content})
    ran = qa("import", "rows.jsonl")
    assert ran.status == 2
    assert "cannot read `rows.jsonl`" in ran.err


def test_an_import_is_undone_at_once(qa):
    qa.ok("import", "-", "--apply", stdin=lines(*ROWS))
    qa.ok("undo")
    assert qa.memories() == []


def test_a_row_without_an_id_does_not_bring_back_what_was_forgotten(qa):
    qa.files({"rows.jsonl": lines(*ROWS)})
    written = qa.json("import", "rows.jsonl", "--apply")["written"]
    (click,) = [each["id"] for each in written if "click-twice" in each["path"]]
    qa.ok("forget", click, "--reason", "Fixed upstream")
    told = qa.json("import", "rows.jsonl", "--apply")
    assert (told["written"], told["known"]) == ([], 3)
    (refused,) = told["refused"]
    assert refused == {
        "path": "rows.jsonl",
        "line": 2,
        "reason": "the same anti-pattern was forgotten on 2026-11-22: Fixed upstream"
        f" (`alma restore {click}`)",
    }
