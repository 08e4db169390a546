"""`alma edit ID` on a terminal: the file in an editor, and what comes back is checked."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from support.alma import Ran
from support.tree import bytes_below, files_holding

SLEEP = "8ab27pwz4c"
PATH = f"agents/qa_tester/anti-patterns/using-sleep-for-async-waits--{SLEEP}.md"


@pytest.fixture
def by_hand(shop, tmp_path):
    """Runs `alma edit` on a terminal, with an editor that is a line of Python on `text`."""
    copies = tmp_path / "copies"
    copies.mkdir()
    script = tmp_path / "my editor.py"

    def run(code, *arguments, variable="EDITOR"):
        script.write_text(
            "import sys, pathlib, subprocess\n"
            "file = pathlib.Path(sys.argv[-1])\n"
            'text = file.read_bytes().decode("utf-8")\n'
            f"{code}\n"
            "file.write_bytes(text.encode())\n"
        )
        shop.environ[variable] = f"{sys.executable} '{script}'"
        shop.environ["TMPDIR"] = str(copies)
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-m", "alma_cli", "edit", *arguments],
            cwd=shop.folder,
            env=shop.environ,
            stdin=theirs,
            stdout=theirs,
            stderr=subprocess.PIPE,
            text=True,
        ) as child:
            os.close(theirs)
            out = b""
            while True:
                try:
                    more = os.read(ours, 65536)
                except OSError:  # what a terminal says when nobody is left on it
                    break
                if not more:
                    break
                out += more
            err = child.stderr.read()
        os.close(ours)
        return Ran(child.returncode, out.decode().replace("\r\n", "\n"), err)

    run.copies = lambda: [path for path in copies.rglob("*") if path.is_file()]
    return run


@pytest.fixture
def sleep(shop):
    return shop.store / PATH


def test_what_the_editor_leaves_is_the_file(shop, by_hand, sleep):
    before = sleep.read_text()
    ran = by_hand('text = text.replace("wastes time", "costs money")', "8ab2")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == f'edited anti-pattern {SLEEP} "Using sleep() for async waits": why\n'
    assert sleep.read_text() == before.replace("wastes time", "costs money")
    assert shop.git("status", "--short") == ""
    assert by_hand.copies() == []


def test_the_editor_sees_the_file_itself_under_its_name(by_hand, sleep):
    seen = (
        f"assert text == pathlib.Path({str(sleep)!r}).read_text() and file.name == {sleep.name!r}"
    )
    ran = by_hand(seen, SLEEP)
    assert (ran.status, ran.err) == (0, "")


def test_visual_goes_before_editor(shop, by_hand, sleep):
    shop.environ["EDITOR"] = "false"
    ran = by_hand('text = text.replace("wastes", "costs")', SLEEP, variable="VISUAL")
    assert ran.status == 0, ran
    assert "costs time" in sleep.read_text()


def test_comments_and_keys_that_a_person_adds_stay(by_hand, sleep):
    ran = by_hand('text = text.replace("id =", "# mine\\nfuture = 1\\nid =")', SLEEP)
    assert ran.out.endswith(": layout\n")
    assert sleep.read_text().startswith("+++\n# mine\nfuture = 1\nid =")


def test_nothing_changed_is_no_event(shop, by_hand):
    head = shop.git("rev-parse", "HEAD")
    ran = by_hand("pass", SLEEP)
    assert (ran.status, ran.out[:15]) == (0, "nothing changed")
    assert shop.git("rev-parse", "HEAD") == head
    assert by_hand.copies() == []


BROKEN = {
    'text = text.replace("tags = [", "tags = ")': (6, "is not TOML"),
    'text = text.replace("+++", "", 1)': (1, "does not start with a `+++` line"),
    'text = text.replace("# Using", "Using")': (17, "has no `# title`"),
    f'text = text.replace("{SLEEP}", "aaaaaaaaaa")': (2, "`id` cannot be changed"),
    'text = text.replace("anti-pattern", "heuristic", 1)': (3, "`kind` cannot be changed"),
    'text = text.replace("qa_tester", "backend_dev", 1)': (4, "`agent` cannot be changed"),
    'text = text.replace("2026-08-12", "2020-01-01", 1)': (7, "`created` cannot be changed"),
    'text = text.replace("+++\\n# U", "+++\\n<<<<<<< HEAD\\n# U")': (17, "merge conflict"),
}


@pytest.mark.parametrize("code", BROKEN)
def test_what_cannot_be_taken_is_named_by_line_and_kept(shop, by_hand, code):
    before = bytes_below(shop.folder)
    line, reason = BROKEN[code]
    ran = by_hand(code, SLEEP)
    (copy,) = by_hand.copies()
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {copy}:{line}: ")
    assert reason in ran.err
    assert f"hint: what you wrote is kept in `{copy}`\n" in ran.err
    assert bytes_below(shop.folder) == before


def test_scope_refuses_and_the_text_is_kept(shop, by_hand):
    ran = by_hand('text = text.replace("testing_strategies", "backend_logic")', SLEEP)
    assert ran.status == 3
    (copy,) = by_hand.copies()
    assert "backend_logic" in copy.read_text()
    ran = by_hand('text = text.replace("testing_strategies", "backend_logic")', SLEEP, "--force")
    assert ran.status == 0, ran
    assert "backend_logic" in shop.json("show", SLEEP)["source"]["forced"]


TOKEN = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"


@pytest.mark.parametrize("place", ["# Using", "id ="])
def test_a_secret_is_refused_wherever_it_stands(shop, by_hand, place):
    line = f"# {TOKEN}" if place == "id =" else f"# {TOKEN} Using"
    ran = by_hand(f'text = text.replace("{place}", "{line}\\n{place}", 1)', SLEEP)
    assert ran.status == 3
    assert files_holding(shop, TOKEN) == []


def test_a_change_meanwhile_is_a_conflict_and_both_are_kept(by_hand, sleep):
    other = (
        f"subprocess.run([sys.executable, '-m', 'alma_cli', 'edit', '{SLEEP}', '--set',"
        " 'tags=ci'], check=True, stdout=subprocess.DEVNULL)\n"
        'text = text.replace("wastes time", "costs money")'
    )
    ran = by_hand(other, SLEEP)
    assert ran.status == 4
    assert f"`{PATH}` changed since it was read" in ran.err
    assert 'tags = ["ci"]' in sleep.read_text()
    assert "wastes time" in sleep.read_text()
    (copy,) = by_hand.copies()
    assert "costs money" in copy.read_text()


def test_an_editor_that_gives_up_changes_nothing(shop, by_hand):
    before = bytes_below(shop.folder)
    ran = by_hand("sys.exit(3)", SLEEP)
    assert ran.status == 1
    assert "ended with 3; nothing was changed" in ran.err
    assert bytes_below(shop.folder) == before
    assert by_hand.copies() == []


def test_an_editor_that_is_not_there_is_said(shop, by_hand):
    shop.environ["VISUAL"] = "no-such-editor --wait"
    ran = by_hand("pass", SLEEP)
    assert ran.status == 2
    assert "the editor `no-such-editor --wait` cannot be started" in ran.err
    assert "hint: set `EDITOR`, or use `--set field=value`" in ran.err


def test_a_dry_run_keeps_what_was_written(by_hand, sleep):
    before = sleep.read_bytes()
    ran = by_hand('text = text.replace("wastes", "costs")', SLEEP, "--dry-run")
    assert (ran.status, ran.out[:11]) == (0, "would have:")
    assert sleep.read_bytes() == before
    (copy,) = by_hand.copies()
    assert f"kept in `{copy}`" in ran.err


def test_a_pipe_never_opens_an_editor(shop, tmp_path):
    shop.environ["EDITOR"] = f"touch {tmp_path / 'opened'};"
    assert shop.process("edit", SLEEP).status == 2
    assert not Path(tmp_path / "opened").exists()
