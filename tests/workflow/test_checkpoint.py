"""`alma checkpoint`: the state is saved once, and nobody's work is overwritten."""

import json

import pytest
from support.plants import plant
from support.tree import bytes_below

EXACT = '{"b": 1.10, "a": [-0.0, 1e5, 123456789012345678901234567890], "é\\u0000": {"": "表"}}'


def test_a_state_comes_back_to_the_last_digit(work):
    work.saved("--state", EXACT)
    out = work.brief("--format", "json")
    assert '"state": {"b": 1.10, "a": [-0.0, 1e5, 123456789012345678901234567890], ' in out
    told = json.loads(out)
    assert list(told)[:6] == ["schema", "workflow", "seq", "step", "status", "state"]
    assert repr(told["state"]) == repr(json.loads(EXACT))


@pytest.mark.parametrize("how", ["@state.json", "-"])
def test_a_state_may_come_from_a_file_or_from_standard_input(work, how):
    work.alma.files({"state.json": "\ufeff" + EXACT})
    work.saved("--state", how, stdin=EXACT)
    assert work.resumed()["state"] == json.loads(EXACT)


def test_saving_the_same_again_adds_nothing(work):
    def saved(state='{"a": 1}', step="build", note="fine"):
        return work.saved("--state", state, "--step", step, "--note", note, "--agent", "qa")

    first, second = saved(), saved()
    assert (second["event"], second["written"], second["seq"]) == (None, [], first["seq"])
    assert work.files() == [f"0001-build--{first['id']}.md"]
    for differing in ({"note": "bad"}, {"step": "test"}, {"state": '{"a": 1.0}'}):
        assert saved(**differing)["event"]


def test_without_a_state_it_stays_as_it_is(work):
    assert work.saved("--step", "begin")["seq"] == 1
    assert work.resumed()["state"] == {}
    work.saved("--state", '{"a": 1.50}')
    work.saved("--step", "build")
    assert '"a": 1.50' in work.brief("--json")


def test_a_checkpoint_is_written_as_one_event_that_can_be_undone(work):
    told = work.alma.json("checkpoint", "deploy", "--step", "build", "--agent", "qa")
    (written,) = told["written"]
    assert written == {"id": told["id"], "kind": "checkpoint", "path": written["path"]}
    assert work.alma.git("log", "-1", "--format=%B").startswith('qa: checkpoint deploy 1 "build"\n')
    assert work.alma.json("diff", "HEAD~1..HEAD")["files"] == [
        {"what": "new", "path": written["path"]}
    ]
    assert work.alma.json("log", "-n", "1")["events"][0]["verb"] == "checkpoint"
    work.alma.ok("undo")
    assert work.files() == []
    assert work.alma("resume", "deploy").status == 1


def test_a_dry_run_says_what_it_would_write_and_writes_nothing(work):
    before = bytes_below(work.alma.folder)
    out = work.alma.ok("checkpoint", "deploy", "--step", "build", "--dry-run")
    assert out.startswith('would have: saved deploy 1 "build" as ')
    assert "  new    workflows/deploy/0001-build--" in out
    assert bytes_below(work.alma.folder) == before


def test_an_error_means_that_the_step_failed(work):
    work.saved("--step", "migrate", "--error", "-", stdin="lock\n\0timeout\n")
    told = work.resumed()
    assert (told["status"], told["error"]) == ("failed", "lock\n\ufffdtimeout")
    ran = work.save("--error", "x", "--status", "done")
    assert (ran.status, "tells of a step that failed" in ran.err) == (2, True)


def test_of_a_long_error_the_end_is_kept(work):
    ran = work.save("--error", "-", stdin="first\n" + "x" * 99 * 1024 + "\nlast")
    assert "the last 32 KiB are kept" in ran.err
    error = work.resumed()["error"]
    assert error.startswith("[...]\n")
    assert error.endswith("last")
    assert len(error) < 33 * 1024


EXPECTING = [
    ("0", True, "not at its beginning"),
    ("1", True, 'is at 2 "test", not at 1 "build"'),
    ("7", True, "not at 7"),
    ("2", False, ""),
]


@pytest.mark.parametrize(("expected", "refused", "said"), EXPECTING)
def test_a_save_that_expects_another_checkpoint_is_refused(work, expected, refused, said):
    work.saved("--step", "build")
    second = work.saved("--step", "test", "--agent", "dev")
    ran = work.save("--step", "migrate", "--expect", expected)
    assert ran.status == (4 if refused else 0)
    assert said in ran.err
    if refused:
        assert "came first" in ran.err
    else:
        assert work.resumed()["parent"] == [second["id"]]


def test_whoever_expected_the_same_is_told_who_came_first(work):
    first = work.saved("--step", "build", "--expect", "0")["id"]
    second = work.saved("--step", "test", "--agent", "dev", "--expect", first)["id"]
    ran = work.save("--step", "test", "--expect", first)
    assert ran.status == 4
    assert f'dev with {second} (2 "test", 2026-11-22 12:02) came first' in ran.err
    assert work.save("--step", "test", "--expect", "1").status == 4  # though it says the same


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("[NaN]", "`state[0]` is NaN"),
        ('{"a": [Infinity]}', "`state.a[0]` is Infinity"),
        ("{", "the state is not JSON"),
        ("[" * 101 + "]" * 101, "nested deeper than 100"),
        ("@nowhere.json", "cannot read `nowhere.json`"),
        (f'"{"x" * 1024 * 1024}"', "larger than 1 MiB"),
    ],
    ids=lambda text: text[:12],
)
def test_a_state_that_cannot_be_kept_is_refused_and_nothing_is_written(work, state, said):
    ran = work.save("--state", "-", stdin=state) if state[0] != "@" else work.save("--state", state)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert work.files() == []


def test_a_state_of_a_mebibyte_is_kept(work):
    state = json.dumps({"rows": list(range(90_000)), "x": "表" * 140_000}, ensure_ascii=False)
    assert len(state.encode()) < 1024 * 1024 < len(json.dumps(json.loads(state), indent=2).encode())
    work.saved("--state", "-", stdin=state)
    assert work.resumed()["state"] == json.loads(state)


def test_a_state_as_deep_as_one_may_be_comes_back_and_can_be_compared(work):
    deepest = "[" * 100 + "1" + "]" * 100
    work.saved("--state", "{}")
    work.saved("--state", deepest)
    assert f'"state": {deepest}, ' in work.brief("--json")
    differing = work.alma.json("workflow", "diff", "deploy", "1..2")
    assert json.dumps(differing["changes"][0]["new"]) == deepest


@pytest.mark.parametrize("where", ["state", "key", "escaped", "step", "handoff"])
def test_a_secret_is_refused_and_nothing_of_it_is_written(work, where):
    from random import Random

    text, secret = plant("github-token", Random(3))
    inside = {
        "state": ["--state", json.dumps({"env": [text]})],
        "key": ["--state", json.dumps({text: 1})],
        "escaped": ["--state", json.dumps(["a\n" + text])],
        "step": ["--step", text],
        "handoff": ["--handoff", "-"],
    }
    ran = work.save(*inside[where], stdin=json.dumps({"goal": text}))
    assert ran.status == 3, ran
    assert secret not in ran.err
    assert not any(secret.encode() in each for each in bytes_below(work.alma.folder).values())
    assert work.save(*inside[where], "--allow-secret", "made up", stdin='{"goal": "x"}').status == 0


def test_the_name_of_a_workflow_is_looked_at_too(work):
    from random import Random

    _, secret = plant("github-token", Random(3))
    ran = work.alma("checkpoint", secret, "--step", "build")
    assert (ran.status, "looks like a secret: github-token" in ran.err) == (3, True)
    assert not (work.alma.store / "workflows").exists()


def test_a_password_beside_its_name_is_refused(work):
    ran = work.save("--state", '{"db_password": "Winter2024!"}')
    assert (ran.status, "looks like a secret: password" in ran.err) == (3, True)


def test_secrets_in_what_a_program_printed_are_cut_out(work):
    from random import Random

    text, secret = plant("github-token", Random(3))
    ran = work.save("--error", f"denied: {text}", "--note", text)
    assert ran.status == 0
    told = work.resumed()
    assert "[redacted: github-token]" in told["error"]
    assert secret not in json.dumps(told)
    assert work.saved("--error", f"denied: {text}", "--note", text)["event"] is None


def test_what_was_let_through_once_stays_let_through_with_its_state(work):
    state = ["--state", '{"db_password": "Winter2024!"}']
    work.saved(*state, "--allow-secret", "of the test database")
    work.saved("--step", "next")
    assert work.save("--step", "more", *state).status == 3
    work.alma.ok("workflow", "finish", "deploy", "--no-commit")
    assert work.resumed()["state"] == {"db_password": "Winter2024!"}


def test_old_checkpoints_leave_the_tree_and_stay_in_git(work):
    for number in range(24):
        if number == 23:
            work.alma.commit_by_hand()
        more = ["--status", "failed"] if number == 1 else []
        work.alma.ok("checkpoint", "deploy", "--state", str(number), *more, "--no-commit")
    numbers = [int(name[:4]) for name in work.files()]
    assert numbers == [2, *range(5, 25)]
    assert work.resumed("--at", "2")["state"] == 1
    ran = work.alma("resume", "deploy", "--at", "3")
    assert (ran.status, "older ones are in git" in ran.err) == (1, True)


def test_pruning_is_part_of_the_event_and_undone_with_it(work):
    for number in range(20):
        work.saved("--state", str(number))
    work.alma.commit_by_hand()
    before = work.files()
    told = work.alma.json("checkpoint", "deploy", "--state", "20")
    assert [each["kind"] for each in told["removed"]] == ["checkpoint"]
    work.alma.ok("undo")
    assert work.files() == before


def test_what_no_commit_has_is_not_taken_out_and_stops_nobody(work):
    for number in range(21):
        work.saved("--state", str(number))
    assert len(work.files()) == 21
    work.alma.commit_by_hand()
    first = work.alma.store / "workflows/deploy" / work.files()[0]
    first.write_text(first.read_text().replace("## State", "By hand\n\n## State"))
    told = work.alma.json("checkpoint", "deploy", "--state", "21")
    assert len(told["removed"]) == 1
    assert len(work.files()) == 21
    assert "By hand" in first.read_text()
    work.alma.commit_by_hand()
    work.alma.ok("checkpoint", "deploy", "--state", "22")
    assert len(work.files()) == 20
    assert work.resumed()["state"] == 22


def test_an_agent_has_to_be_known_and_a_workflow_has_a_name(work):
    assert work.save("--agent", "nobody").status == 2
    assert work.alma("checkpoint", "../x").status == 2
    assert work.alma.ok("checkpoint", "Deploy", "--no-commit").startswith("saved deploy 1")


def test_it_needs_no_agent_and_no_memory(bare):
    bare.ok("init")
    bare.ok("checkpoint", "deploy", "--state", "{}")
    assert bare.json("resume", "deploy")["agent"] is None


def test_memories_that_were_used_are_named_once_and_kept_on(work):
    made = work.alma.json("add", "heuristic", "Click by role", "--agent", "qa", "--no-commit")
    id_ = made["written"][0]["id"]
    ran = work.save("--used", id_[:4], "--used", "zzzz")
    assert "`--used zzzz` is left out" in ran.err
    work.saved("--step", "next")
    assert work.resumed()["used"] == [id_]
