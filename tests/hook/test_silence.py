"""Whatever is wrong, a session goes on: nothing on standard output, exit 0, a line in the log."""

import json
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.hooks import Client

from alma_cli.hook import log, run, turn
from alma_cli.hook.session import MOST_BYTES, MOST_KEPT, Session


@pytest.mark.parametrize(
    "sent", ["", "{", "[]", "3", "{}", '{"hook_event_name": 1}', "[" * 100_000, "\udcff"]
)
def test_what_is_no_event_gets_no_answer(claude, sent, capsys):
    assert claude.raw(sent) == ""
    assert "alma-hook: the event is not" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["claude-code", "--user"], ["emacs"]])
def test_what_names_no_client_is_told_with_those_there_are(shop, arguments, capsys):
    assert run.answer(arguments, shop.world, []) == ""
    told = capsys.readouterr().err
    assert told.startswith("alma-hook: ")
    assert "one of claude-code, codex, cursor" in told
    assert "TypeError" not in told


def test_an_event_that_nobody_answers_gets_no_answer(claude):
    assert claude.send("stop", hook_event_name="Notification") == {}
    assert claude.log == []


def test_fields_of_other_types_are_as_good_as_absent(claude):
    for broken in ({"prompt": 3}, {"session_id": None}, {"cwd": ["/"]}, {"agent_type": {}}):
        claude.send("prompt", **broken)
    for broken in ({"tool_input": None}, {"tool_input": {"command": 3}}, {"tool_name": []}):
        claude.send("write", **broken)
        claude.send("bash-worked", **broken)
    assert all("Error" not in line for line in claude.log)


def test_without_a_store_there_is_nothing_to_say_and_nothing_is_made(bare):
    assert Client(bare).send("prompt") == {}
    assert list(bare.folder.iterdir()) == []


def test_without_an_agent_it_says_so_in_the_log(alma):
    alma.ok("init")
    client = Client(alma)
    assert client.send("prompt") == {}
    assert client.log == ["2026-11-22T12:01:00Z UserPromptSubmit: no agent is given"]


def test_a_configuration_that_cannot_be_read_is_named_in_the_log(claude, shop):
    shop.files({".alma/config.toml": '[hook]\nblock = "maybe"\n'})
    assert claude.send("prompt") == {}
    (line,) = claude.log
    assert 'config.toml:2: `hook.block` is not `"ask"`, `"deny"` or `"inform"`' in line


def test_an_unknown_key_silences_nobody(claude, shop):
    config = (shop.store / "config.toml").read_text("utf-8")
    shop.files({".alma/config.toml": f"{config}\n[hok]\nblock = 1\n"})
    assert claude.context("prompt")


def test_a_bug_is_a_line_in_the_log(claude, monkeypatch):
    monkeypatch.setattr(turn, "find", lambda *_: 1 / 0)
    assert claude.send("prompt") == {}
    monkeypatch.undo()
    assert claude.log == []  # there was no place to write it
    monkeypatch.setattr(turn.Turn, "library", lambda _: 1 / 0)
    assert claude.send("prompt") == {}
    assert claude.log[0].endswith("UserPromptSubmit: ZeroDivisionError: division by zero")


def test_an_index_that_would_take_long_is_left_to_others(claude, shop, monkeypatch):
    (index,) = (shop.store / ".cache").glob("index*.sqlite")
    index.unlink()
    monkeypatch.setattr(turn, "MOST_READS", 50)
    assert claude.send("prompt") == {}
    assert "files are not in the index" in claude.log[0]
    shop.ok("recall", "forms")
    assert claude.context("prompt")


def test_where_the_store_cannot_be_written_notes_are_kept_in_the_users_cache(
    claude, shop, tmp_path, monkeypatch
):
    monkeypatch.setattr(os, "access", lambda *_: False)
    shop.environ["XDG_CACHE_HOME"] = str(tmp_path / "elsewhere")
    first = claude.context("prompt")
    assert first
    assert claude.context("prompt") != first
    assert list((tmp_path / "elsewhere").glob("alma/*/hook/*.txt"))
    assert not (shop.store / ".cache/hook").exists()


@pytest.mark.parametrize("linked", [".cache", ".cache/hook"])
def test_nothing_is_written_behind_a_link(claude, shop, tmp_path, linked):
    outside = tmp_path / "outside"
    outside.mkdir()
    target = shop.store / linked
    if target.exists():
        target.rename(tmp_path / "before")
    target.symlink_to(outside)
    assert claude.send("prompt") == {}
    assert list(outside.iterdir()) == []


def test_notes_are_for_their_owner_alone(claude, shop):
    claude.send("prompt")
    (file,) = (shop.store / ".cache/hook").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_log_stays_small(tmp_path, shop):
    for number in range(400):
        log.write(tmp_path, shop.time, f"{number} {'x' * 1000}\n\x1b[31m")
    sizes = [file.stat().st_size for file in tmp_path.glob("hook.log*")]
    assert len(sizes) == 2
    assert max(sizes) <= log.MOST_BYTES + log.MOST_LINE + 100
    assert "\x1b" not in (tmp_path / "hook.log").read_text("utf-8")


def test_notes_on_a_session_stay_small(tmp_path):
    session = Session(tmp_path, "long")
    for number in range(0, 10_000, 100):
        session.tell("prompt", [f"{number + n:010}" for n in range(100)])
    (file,) = tmp_path.iterdir()
    assert file.stat().st_size <= MOST_BYTES
    session.forget_told()
    assert session.tell("prompt", ["a"]) == {"a"}


def test_only_the_last_sessions_are_known(tmp_path):
    for number in range(MOST_KEPT + 5):
        Session(tmp_path, str(number)).note("prompted")
    Session(tmp_path, "new").forget_told()
    assert len(list(tmp_path.iterdir())) == MOST_KEPT


def test_of_many_processes_one_is_given_what_is_new(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        given = pool.map(lambda _: Session(tmp_path, "one").tell("prompt", ["a", "b"]), range(40))
        told = [id_ for each in given for id_ in each]
    assert sorted(told) == ["a", "b"]


PATIENT = """
from alma_cli.hook.run import _answer_in_time
_answer_in_time(["claude-code"], 600)
"""
SLOW = """
import sys, time
from alma_cli.hook import run
run.respond = lambda *_: time.sleep(60)
run._answer_in_time(["claude-code"], 0.2)
"""


def test_what_takes_too_long_stays_without_an_answer(claude, shop):
    script = shop.home / "slow.py"
    script.write_text(SLOW)
    event = shop.home / "event.json"
    event.write_text(claude.payload("prompt"))
    ran = shop.shell(f"'{sys.executable}' '{script}' < '{event}'")
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert claude.log[0].endswith("UserPromptSubmit: no answer within 0.2 s")


def test_the_program_answers_on_standard_output_and_always_ends_well(claude, shop):
    event = shop.home / "event.json"
    event.write_text(claude.payload("write"))
    script = shop.home / "patient.py"
    script.write_text(PATIENT)
    ran = shop.shell(f"'{sys.executable}' '{script}' < '{event}'")
    assert (ran.status, ran.err) == (0, "")
    assert json.loads(ran.out)["hookSpecificOutput"]["permissionDecision"] == "ask"
    for command in ("alma-hook", "alma-hook emacs", "alma-hook claude-code < /dev/null"):
        ran = shop.shell(f"{command} < '{event}'" if "<" not in command else command)
        assert (ran.status, ran.out) == (0, "")
        assert ran.err.startswith("alma-hook: ")


def test_nobody_listening_is_no_trouble(claude, shop):
    event = shop.home / "event.json"
    event.write_text(claude.payload("prompt"))
    ran = shop.shell(f"alma-hook claude-code < '{event}' >&-; echo $?")
    assert (ran.out, ran.err) == ("0\n", "")


def test_a_session_whose_folder_is_gone_is_answered_from_its_project(claude, shop):
    event = shop.home / "event.json"
    event.write_text(claude.payload("write"))
    script = shop.home / "patient.py"
    script.write_text(PATIENT)
    gone = "mkdir gone && cd gone && rmdir ../gone"
    ran = shop.shell(f"{gone} && '{sys.executable}' '{script}' < '{event}'")
    assert (ran.status, ran.err) == (0, "")
    assert json.loads(ran.out)["hookSpecificOutput"]["permissionDecision"] == "ask"


def test_a_large_event_is_not_read_to_its_end(claude, monkeypatch, capsys):
    monkeypatch.setattr(run, "MOST_INPUT", 100)
    assert claude.send("prompt") == {}
    assert "too large" in capsys.readouterr().err
