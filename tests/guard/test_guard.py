"""`alma guard`: a change that does what failed before is stopped, with why and what instead."""

import json

import pytest

SPEC = "tests/login.spec.ts"
TEXT = "test('login', async () => {\n  await page.goto('/');\n        await sleep(5000);\n});\n"
TEXT_DIFF = f"--- /dev/null\n+++ b/{SPEC}\n@@ -0,0 +1 @@\n+await sleep(5)\n"
SILENT = "        // alma: allow 8ab2 -- the clock of the vendor\n        await sleep(5000);\n"


@pytest.fixture
def change(shop):
    """Adds a file to the example shop and returns the diff of that."""

    def make(text, path=SPEC):
        shop.files({path: text})
        shop.git("add", "--all", ":!.alma")
        return shop.git("diff", "--cached")

    return make


def test_a_diff_is_told_as_a_compiler_tells_it(shop, change):
    ran = shop("guard", "--agent", "qa_tester", stdin=change(TEXT))
    assert ran.status == 1
    assert ran.out.split("\n") == [
        f"{SPEC}:3:15: error[8ab2]: Using sleep() for async waits",
        "  | await sleep(5000);",
        "  why: Causes flaky tests, wastes time.",
        "  instead: Use explicit waits with conditions.",
        "  silence: `alma: allow 8ab2 -- reason` in a comment on that line, or alone on the line above",
        "",
    ]
    assert ran.err == "1 error in 4 lines\n"


def test_files_are_looked_at_whole(shop, change):
    change(TEXT)
    told = shop("guard", SPEC, "--json").json
    assert [(one["path"], one["line"], one["column"]) for one in told["matches"]] == [(SPEC, 3, 15)]
    assert told["ok"] is False


def test_a_tool_call_is_looked_at(shop):
    file = str(shop.folder / SPEC)
    call = {"tool_name": "Write", "tool_input": {"file_path": file, "content": TEXT}}
    ran = shop("guard", "--json", stdin=json.dumps(call))
    assert (ran.status, ran.json["matches"][0]["line"]) == (1, 3)
    assert shop("guard", stdin='{"tool_name": "Bash", "tool_input": {"command": "ls"}}').status == 0


def test_a_text_without_a_path_says_what_was_not_looked_for(shop):
    ran = shop("guard", stdin="await sleep(5000)")
    assert (ran.status, ran.out) == (0, "")
    assert "1 anti-pattern is only about certain files: say with `--path FILE`" in ran.err
    assert shop("guard", "--path", SPEC, stdin="await sleep(5000)").status == 1


def test_the_next_line_of_the_same_is_told_briefly(shop, change):
    lines = shop("guard", stdin=change(TEXT + TEXT)).out.split("\n")
    assert sum(line.startswith("  why: ") for line in lines) == 1
    assert f"{SPEC}:7:15: error[8ab2]: Using sleep() for async waits" in lines


def test_a_comment_with_a_reason_silences_and_is_counted(shop, change):
    ran = shop("guard", "--json", stdin=change(SILENT))
    assert (ran.status, ran.json["matches"]) == (0, [])
    (silenced,) = ran.json["silenced"]
    assert (silenced["line"], silenced["reason"]) == (2, "the clock of the vendor")


def test_a_comment_without_a_reason_does_not(shop, change):
    ran = shop("guard", stdin=change(SILENT.replace(" -- the clock of the vendor", "")))
    assert ran.status == 1
    assert "not silenced: the comment that allows it gives no reason" in ran.out


def test_a_title_warns_and_with_strict_stops(shop):
    text = "async def handler():\n    return requests.get(url)\n"
    found = shop("guard", "--agent", "backend_dev", "--path", "app/a.py", stdin=text)
    assert found.status == 0
    assert "app/a.py:2:12: warning[dm4f]: Calling `requests` inside" in found.out
    strict = shop("guard", "--agent", "backend_dev", "--strict", "--path", "app/a.py", stdin=text)
    assert strict.status == 1


def test_only_what_the_agent_reads_is_looked_for(shop, change):
    diff = change("x = datetime.utcnow()\n", "app/a.py")
    assert shop("guard", "--agent", "backend_dev", stdin=diff).status == 1
    assert shop("guard", "--agent", "qa_tester", stdin=diff).status == 0


def test_what_is_forgotten_is_not(shop, change):
    shop.ok("forget", "8ab2")
    assert shop("guard", stdin=change(TEXT)).status == 0
    shop.ok("restore", "8ab2")
    assert shop("guard", stdin=change(TEXT)).status == 1


def test_what_is_refuted_is_not_either(shop):
    shop.ok(
        "add",
        "anti-pattern",
        "Calling fetch() twice",
        "--agent",
        "qa_tester",
        "--domain",
        "testing_strategies",
    )
    id_ = next(m["id"] for m in shop.json("list")["memories"] if "fetch" in m["title"])
    assert shop("guard", "--strict", stdin="fetch(1)").status == 1
    for _ in range(5):
        shop.ok("feedback", id_, "--harmful")
    assert shop("guard", "--strict", stdin="fetch(1)").status == 0


def test_a_guard_that_was_just_edited_counts_as_it_is_now(shop, change):
    diff = change("await pause(5)\n")
    assert shop("guard", stdin=diff).status == 0
    (file,) = shop.store.glob("agents/qa_tester/anti-patterns/using-sleep*.md")
    file.write_text(file.read_text().replace("sleep\\(", "pause\\("))
    assert shop("guard", stdin=diff).status == 1
    assert shop("guard", stdin=change(TEXT)).status == 0


def test_memories_are_not_looked_at(shop):
    shop.files(
        {
            ".alma/agents/qa_tester/knowledge/a.md": '+++\nkind = "knowledge"\n+++\n# `requests` in `async def`\n'
        }
    )
    shop.git("add", "--all")
    assert shop("guard", "--agent", "backend_dev", stdin=shop.git("diff", "--cached")).out == ""


def test_a_diff_of_a_repository_above_the_store_is_about_its_files(shop):
    (shop.folder / ".git").rename(shop.folder.parent / ".git")
    diff = TEXT_DIFF.replace(SPEC, f"{shop.folder.name}/{SPEC}")
    assert shop("guard", stdin=diff).status == 1


def test_a_bad_pattern_and_an_unknown_severity_are_named(shop, change):
    (file,) = shop.store.glob("agents/qa_tester/anti-patterns/using-sleep*.md")
    guard = '[guard]\nseverity = "fatal"\nliteral = ["sleep("]\nregex = [\'(\', '
    file.write_text(file.read_text().replace("[guard]\nregex = [", guard))
    ran = shop("guard", stdin=change(TEXT))
    assert ran.status == 1
    assert (
        'warning: 8ab2 "Using sleep() for async waits": its pattern `(` finds nothing: missing'
        in ran.err
    )
    assert "its severity `fatal` is taken for `error`" in ran.err


def test_without_time_it_does_not_pass(shop, change, monkeypatch):
    monkeypatch.setattr("alma_cli.verbs.guard.PATIENCE", -shop.world.now().resolution)
    ran = shop("guard", stdin=change(TEXT))
    assert ran.status == 1
    assert 'error: there was no time to look for 8ab2 "Using sleep() for async waits"' in ran.out


def test_nothing_of_a_file_reaches_the_terminal_as_it_is(shop):
    hostile = "\x1b[2J\u202e" + "x" * 300 + "sleep(1)" + "y" * 300 + "\x9b\n"
    ran = shop("guard", "--path", "tests/\x1b[2J.ts", stdin=hostile)
    assert ran.status == 1
    assert ran.out.replace("\n", "").isprintable()
    assert max(map(len, ran.out.split("\n"))) < 200
    assert "tests/\\x1b[2J.ts:1:" in ran.out


def test_a_binary_file_is_left_out(shop):
    shop.files({SPEC: b"sleep(1)\0"})
    ran = shop("guard", SPEC)
    assert (ran.status, ran.out) == (0, "")
    assert f"`{SPEC}` is binary, left out" in ran.err


def test_nothing_to_look_at_is_fine(shop):
    assert shop("guard", stdin="").err == "nothing found in 0 lines\n"


@pytest.mark.parametrize("given", [("tests",), ("nope.ts",), ("--agent", "nobody")])
def test_what_cannot_be_done_is_a_usage_error(shop, given):
    shop.files({SPEC: TEXT})
    assert shop("guard", *given).status == 2


def test_on_a_terminal_without_files_it_does_not_wait(shop):
    assert shop("guard", terminal=True).status == 2


def test_without_any_agent_it_is_a_usage_error(alma):
    alma.ok("init")
    assert alma("guard", stdin="x").status == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gone.py", "error: cannot read `gone.py`: No such file or directory\n"),
        (".", "error: cannot read `.`: Is a directory\nhint: name files, not folders\n"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_hint_that_fits(shop, name, said):
    ran = shop("guard", name)
    assert (ran.status, ran.out, ran.err) == (2, "", said)
