"""`alma workflow`: what there is, how states differ, how lines join, and how it ends."""

import json
import shlex

import pytest


def test_open_workflows_are_listed_before_those_that_are_done(work):
    work.saved("--step", "build", "--note", "fine")
    work.alma.ok("checkpoint", "release", "--status", "done", "--no-commit")
    work.alma.ok("checkpoint", "audit", "--step", "read", "--error", "no key", "--no-commit")
    lines = work.alma.ok("workflow", "list").splitlines()
    assert [line.split()[0] for line in lines] == ["audit", "deploy", "release"]
    assert lines[0].endswith("failed   read: no key")
    assert lines[2].endswith("done")
    told = work.alma.json("workflow", "list", "--open")["workflows"]
    assert [(each["workflow"], each["open"]) for each in told] == [
        ("audit", True),
        ("deploy", True),
    ]


def test_without_any_it_says_how_to_begin_one(work):
    ran = work.alma("workflow", "list")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == "no workflows yet: `alma checkpoint NAME` begins one\n"
    work.saved("--status", "done")
    ran = work.alma("workflow", "list", "--open")
    assert (ran.out, "no workflow is open" in ran.err) == ("", True)


def test_a_workflow_is_shown_checkpoint_by_checkpoint(work):
    first = work.saved("--step", "build")["id"]
    second = work.saved("--step", "test", "--error", "2 of 41", "--agent", "qa")["id"]
    assert work.alma.ok("workflow", "show", "deploy") == (
        f"1  {first}  2026-11-22 12:01  running  -   build\n"
        f"2  {second}  2026-11-22 12:02  failed   qa  test: 2 of 41\n"
    )
    told = work.alma.json("workflow", "show", "deploy")
    assert [each["parent"] for each in told["checkpoints"]] == [[], [first]]
    assert work.alma("workflow", "show", "nothing").status == 1


def test_a_difference_is_told_part_by_part(work):
    work.saved("--state", '{"a": {"b": 1, "c d": 1}, "l": [1, 2], "gone": null}')
    work.saved("--state", '{"a": {"b": 1.0, "c d": 1}, "l": [1, 3, 4], "new": {"x": []}}')
    assert work.alma.ok("workflow", "diff", "deploy").splitlines() == [
        "changed  a.b: 1 -> 1.0",
        "changed  l[1]: 2 -> 3",
        "new      l[2]: 4",
        'new      new: {"x": []}',
        "removed  gone: null",
    ]
    told = work.alma.ok("workflow", "diff", "deploy", "1..2", "--json")
    assert '{"path": "a.b", "old": 1, "new": 1.0}' in told
    assert '{"path": "l[2]", "new": 4}' in told
    ran = work.alma("workflow", "diff", "deploy", "2..2")
    assert (ran.out, "are the same" in ran.err) == ("", True)
    assert work.alma("workflow", "diff", "deploy", "1..9").status == 1
    assert work.alma("workflow", "diff", "deploy", "1..").status == 2


def test_a_fork_is_shown_and_its_heads_compared(forked):
    shown = forked.alma.ok("workflow", "show", "deploy").splitlines()
    assert [line[:2] for line in shown] == [" 1", "*2", "*2"]
    assert "forked" in forked.alma.ok("workflow", "list")
    assert "changed  n: 2 -> 3" in forked.alma.ok("workflow", "diff", "deploy")


def test_of_more_than_two_heads_the_hint_names_two_to_compare(forked):
    head, *_ = forked.alma("resume", "deploy", "--json").json["heads"]
    newest = forked.alma.store / "workflows" / "deploy" / forked.files()[-1]
    third = newest.read_text().replace(newest.stem.rpartition("--")[2], "zzzzzzzzzz")
    newest.with_name("0002-third--zzzzzzzzzz.md").write_text(third)
    ran = forked.alma("workflow", "diff", "deploy")
    command = f"alma workflow diff deploy {head['id']}.."
    assert (ran.status, f"`{command}" in ran.err) == (4, True)
    pair = ran.err.partition(command)[2].partition("`")[0]
    assert forked.alma("workflow", "diff", "deploy", f"{head['id']}..{pair}").status == 0


@pytest.mark.parametrize("command", ["show", "why", "log", "forget"])
def test_a_checkpoint_that_is_taken_for_a_memory_is_told_with_what_shows_it(work, command):
    id_ = work.alma.json("checkpoint", "deploy", "--step", "build")["id"]
    ran = work.alma(command, id_[:6])
    assert ran.status == 1
    assert ran.err.splitlines() == [
        f"error: `{id_}` is a checkpoint of `deploy`, no memory",
        f"hint: `alma resume deploy --at {id_}` shows it",
    ]


def test_a_merge_joins_heads_key_by_key_and_tells_what_it_decided(forked):
    ran = forked.alma("workflow", "merge", "deploy", "--reduce", "log=append", "--no-commit")
    assert ran.status == 0
    assert ran.out.startswith('joined deploy 2 "here" (')
    assert ran.err.splitlines() == [
        '`log` by append: ["a", "b"] | ["a", "c"]',
        "`n` by last_value: 2 | 3",
    ]
    told = forked.resumed()
    assert told["state"] == {"log": ["a", "b", "c"], "n": 3, "more": True}
    assert (told["seq"], len(told["parent"])) == (3, 2)
    assert forked.saved("--step", "on")["seq"] == 4
    for name in ("deploy", "nothing"):
        assert forked.alma("workflow", "merge", name).status == 1


@pytest.mark.parametrize("how", ["log=sum", "log", "nothing=union", "n=append"])
def test_a_reducer_that_does_not_fit_is_refused(forked, how):
    before = forked.files()
    assert forked.alma("workflow", "merge", "deploy", "--reduce", how).status == 2
    assert forked.files() == before


def finished(work):
    """Finishes work in which a step failed and then worked; returns the lesson that was used."""
    add = ["add", "heuristic", "Set lock_timeout before DDL", "--agent", "qa", "--domain", "db"]
    lesson = work.alma.json(*add)["written"][0]["id"]
    save = ["checkpoint", "deploy", "--agent", "qa", "--step", "migrate 'db'"]
    work.alma.ok("checkpoint", "deploy", "--agent", "qa", "--step", "build")
    work.alma.ok(*save, "--error", "Traceback\nlock timeout", "--note", "Plain ALTER TABLE")
    work.alma.ok(*save, "--note", "With lock_timeout = 2s", "--used", lesson)
    return lesson


def test_a_finish_is_evidence_for_the_lessons_that_were_used(work):
    lesson = finished(work)
    told = work.alma.json("workflow", "finish", "deploy", "--domain", "db")
    assert {each["kind"] for each in told["written"]} == {"checkpoint", "outcome"}
    shown = work.alma.json("show", lesson)
    assert shown["evidence"] == {"for": 1, "against": 0}
    (outcome,) = shown["outcomes"]
    assert outcome["used"] == [lesson]
    assert (outcome["workflow"], outcome["result"]) == ("deploy", "success")
    assert (outcome["task"], outcome["strategy"]) == ("Workflow deploy", "build; migrate 'db'")
    assert work.alma.json("log", "-n", "1")["events"][0]["summary"] == "finish deploy: success"
    assert "Finished, success" in work.brief()
    again = work.alma.json("workflow", "finish", "deploy")
    assert (again["event"], again["result"]) == (None, "success")
    work.alma.ok("undo")
    assert work.alma.json("show", lesson)["evidence"]["for"] == 0
    assert work.resumed()["status"] == "running"


def test_a_workflow_that_ended_does_not_end_another_way(work):
    finished(work)
    work.alma.ok("workflow", "finish", "deploy", "--domain", "db", "--success")
    ran = work.alma("workflow", "finish", "deploy", "--failure")
    assert (ran.status, "`deploy` was finished at 4, success" in ran.err) == (4, True)
    assert "hint: `alma undo " in ran.err


def ended(forked, *hows):
    """Finishes each head of a fork apart, as two machines do that do not know of one another."""
    begin, *both = sorted((forked.alma.store / "workflows" / "deploy").iterdir())
    for path, how in zip(both, hows, strict=True):
        others = {
            one: one.read_bytes() for one in path.parent.iterdir() if one not in (begin, path)
        }
        for other in others:
            other.unlink()
        if how:
            forked.alma.ok("workflow", "finish", "deploy", how, "-a", "qa", "--no-commit")
        for other, content in others.items():
            other.write_bytes(content)


@pytest.mark.parametrize("how", ["success", "failure"])
def test_a_merge_of_lines_that_ended_has_ended_and_is_counted_no_further(forked, how):
    ended(forked, f"--{how}", f"--{how}")
    forked.alma.ok("workflow", "merge", "deploy", "--no-commit")
    assert forked.alma.json("workflow", "list", "--open")["workflows"] == []
    assert forked.resumed()["result"] == how
    again = forked.alma.json("workflow", "finish", "deploy")
    assert (again["written"], again["result"]) == ([], how)


def test_work_that_goes_on_beside_a_line_that_ended_is_open_and_told(forked):
    ended(forked, "--failure", "")
    told = forked.alma.json("recall", "--agent", "qa")["workflows"]
    assert [one["workflow"] for one in told] == ["deploy"]
    forked.alma.ok("workflow", "merge", "deploy", "--no-commit")
    stands = forked.resumed()
    assert (stands["step"], stands["status"], stands["result"]) == ("there", "running", None)
    assert "Done: begin; here; there" in forked.brief()


def test_what_failed_and_then_worked_is_offered_as_a_lesson_that_can_be_run(work):
    finished(work)
    out = work.alma.ok("workflow", "finish", "deploy", "--domain", "db", "--no-commit")
    command = out.splitlines()[-1]
    assert "failed at 2 and worked at 3; to learn it:" in out
    _, *words = shlex.split(command)
    assert words[-6:] == [
        *("--strategy", "Plain ALTER TABLE"),
        *("--why-bad", "lock timeout"),
        *("--better", "With lock_timeout = 2s"),
    ]
    told = work.alma.json(*words, "--domain", "db", "--no-commit")
    assert work.alma.json("show", told["lesson"]["id"])["better"] == "With lock_timeout = 2s"


def test_what_is_offered_never_waits_for_standard_input(work):
    for more in (("--error", "no key"), ()):
        work.saved("--step", "- ", "--note", "-", *more, stdin=" -\n")
    out = work.alma.ok("workflow", "finish", "deploy", "-a", "qa", "--domain", "db", "--no-commit")
    _, *words = shlex.split(out.splitlines()[-1])
    assert words[words.index("--task") + 1 :] == [
        *("deploy", "--strategy", "deploy", "--why-bad", "no key"),
    ]


def test_a_failure_counts_against_what_was_used(work):
    lesson = finished(work)
    work.alma.ok(
        "workflow", "finish", "deploy", "--failure", "--domain", "db", "--note", "Too late"
    )
    assert work.alma.json("show", lesson)["evidence"] == {"for": 0, "against": 1}
    assert work.alma.json("workflow", "list", "--open")["workflows"] == []
    assert work.resumed()["result"] == "failure"


def test_a_long_log_keeps_nobody_from_saying_that_it_failed(work):
    work.saved("--step", "migrate", "--error", "-", stdin="x" * 40 * 1024 + "\nlast line")
    told = work.alma.json("workflow", "finish", "deploy", "--failure", "-a", "qa", "--no-commit")
    (outcome,) = (each["id"] for each in told["written"] if each["kind"] == "outcome")
    assert work.alma.json("show", outcome)["error"].endswith("last line")


def test_after_a_failed_step_somebody_has_to_say_how_all_of_it_ended(work):
    work.saved("--step", "migrate", "--error", "x")
    assert work.alma("workflow", "finish", "deploy").status == 2
    assert work.alma("workflow", "finish", "deploy", "--success", "--failure").status == 2
    assert work.alma("workflow", "finish", "nothing").status == 1
    assert work.alma("workflow", "finish", "deploy", "--success", "--no-commit").status == 0


def test_work_that_is_done_begins_anew_with_the_same_name(work):
    work.alma.files({"report.html": "1"})
    handoff = json.dumps({"goal": "Ship v2"})
    work.saved("--step", "build", "--artifact", "report.html", "--handoff", "-", stdin=handoff)
    work.alma.ok("workflow", "finish", "deploy", "--no-commit")
    assert work.saved("--step", "build again")["seq"] == 3
    told = work.brief()
    assert "Done: build again\n" in told
    assert "Goal" not in told
    assert work.resumed()["artifacts"] == []


def test_the_doctor_finds_a_fork_and_a_damaged_checkpoint(forked):
    found = {each["code"]: each for each in forked.alma("doctor", "--json").json["findings"]}
    assert found["workflow-forked"]["mend"] == "`alma workflow merge deploy`"
    (file, *_) = (forked.alma.store / "workflows/deploy").iterdir()
    for content in (file.read_text().replace("}\n```", "```"), "nothing\n"):
        file.write_text(content)
        assert "file-damaged" in forked.alma("doctor").out


def test_a_squash_merge_keeps_the_events_of_a_workflow(work):
    alma = work.alma
    alma.git("switch", "--quiet", "-c", "feature")
    alma.ok("checkpoint", "deploy", "--step", "build")
    told = alma.json("checkpoint", "deploy", "--step", "test")
    alma.git("switch", "--quiet", "main")
    alma.git("merge", "--quiet", "--squash", "feature")
    alma.git("commit", "--quiet", "-m", "squashed")
    summaries = [each["summary"] for each in alma.json("log")["events"]]
    assert summaries[:2] == ['checkpoint deploy 2 "test"', 'checkpoint deploy 1 "build"']
    alma.ok("undo", told["event"])
    assert work.resumed()["step"] == "build"


def test_a_rollback_of_memories_leaves_workflows_alone(work):
    work.alma.ok("add", "knowledge", "CI has two cores", "--agent", "qa")
    work.alma.ok("checkpoint", "deploy", "--step", "build")
    work.alma.ok("rollback", "--to", "HEAD~2")
    assert work.resumed()["step"] == "build"
    assert work.alma.json("list")["memories"] == []
