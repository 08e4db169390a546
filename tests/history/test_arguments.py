"""What git is asked, word for word: a fixed list, with no words of a person among its options."""

import re
import sys

import pytest

NAME = r"[0-9a-f]{40}"
DATE = r"--until=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
WHERE = r":\(top(,literal|,glob)?\)[^ ]*"
SAFE = "-c core.fsmonitor=false -c core.hooksPath=/dev/null -c log.showSignature=false"
SAFE += " -c diff.orderFile=/dev/null"
LOG = "log -z --encoding=UTF-8 --no-follow --format=%H%x00%P%x00%ct%x00%an%x00%B"
ASKED = [
    rf"{LOG} --max-count=200 --full-history {NAME}( \^{NAME})? --( {WHERE})+",
    rf"{LOG} --skip=200 --full-history {NAME}( \^{NAME})? --( {WHERE})+",
    rf"{LOG} {DATE} --first-parent --max-count=1 {NAME}",
    rf"{LOG} --no-walk {NAME}",
    rf"ls-tree -r -z --full-tree {NAME} -- \.alma/",
    rf"diff-tree -r -z --no-renames ({NAME} {NAME}|--root --no-commit-id {NAME}) -- {WHERE}",
    r"cat-file --batch",
    (
        r"log --date-order --full-history --no-follow -m --no-renames --raw --no-abbrev -z"
        rf" --format=tformat:commit %H --relative --diff-filter=AM? {NAME} -- :\(glob\)agents/[^ ]*"
    ),
    r"rev-parse --show-prefix",
    r"rev-parse --is-shallow-repository",
    r"rev-parse --verify --quiet --end-of-options .*",
]
EVIL = ["--output=mark", "-n1", "--all", "--ext-diff", "--upload-pack=touch mark", "HEAD", "^HEAD"]
LINES = [re.compile(f"git {SAFE} (?:{line})", re.DOTALL) for line in ASKED]
LINES += [re.compile("git version")]  # which GitPython asks at its first command


SEEN = []


def watch(event, arguments):
    if event == "subprocess.Popen" and "gc.auto=0" not in arguments[1]:  # which the writer says
        SEEN.append([str(word) for word in arguments[1]])


sys.addaudithook(watch)


@pytest.fixture
def asked():
    """The command lines of the programs that the readers of history start."""
    SEEN.clear()
    return SEEN


def check(asked, *words):
    assert asked
    for line in asked:
        assert any(one.fullmatch(" ".join(line)) for one in LINES), " ".join(line)
        open_to_options = (
            line[: line.index("--end-of-options")] if "--end-of-options" in line else line
        )
        for word in words:
            assert word not in open_to_options


def test_every_command_asks_git_from_the_list(shop, asked):
    shop.git("tag", "start")
    asked.clear()
    lesson = shop.json("learn", "--failure", "--task", "a", "--strategy", "sleep(5)")["lesson"][
        "id"
    ]
    for command in (
        ("log",),
        ("log", lesson, "--since", "start"),
        ("log", "--kind", "anti-pattern", "--since", "2026-11-01"),
        ("diff", "start"),
        ("diff", "2026-11-23..HEAD"),
        ("undo", "--dry-run"),
        ("rollback", "--to", "start", "--dry-run"),
        ("rollback", "--to", "start"),
        ("undo",),
    ):
        shop(*command)
    check(asked, "start")


@pytest.mark.parametrize("evil", EVIL)
def test_no_words_of_a_person_are_taken_for_an_option(shop, asked, evil):
    before = sorted(path.name for path in shop.folder.iterdir())
    for command in (
        ("log", f"--since={evil}"),
        ("log", "--", evil),
        ("diff", "--", evil),
        ("diff", "--", f"{evil}..{evil}"),
        ("undo", "--dry-run", "--", evil),
        ("rollback", "--dry-run", f"--to={evil}"),
        ("rollback", "--dry-run", "--to=HEAD", f"--agent={evil}"),
    ):
        shop(*command)
    check(asked, evil)
    assert sorted(path.name for path in shop.folder.iterdir()) == before


def test_no_pager_editor_or_program_of_the_repository_runs(shop):
    mark = shop.home / "mark"
    program = shop.home / "program"
    program.write_text(f"#!/bin/sh\ntouch {mark}\nexit 1\n")
    program.chmod(0o755)
    for setting in (
        "core.pager",
        "core.editor",
        "core.fsmonitor",
        "diff.external",
        "diff.x.textconv",
    ):
        shop.git("config", setting, str(program))
    shop.git("config", "pager.log", "true")
    shop.git("config", "log.follow", "true")
    shop.git("config", "log.showSignature", "true")
    shop.git("config", "filter.x.clean", str(program))
    shop.files({".git/info/attributes": "* diff=x filter=x\n"})
    shop.ok("log")
    shop.ok("diff", "HEAD")
    shop("undo", "--dry-run")
    shop.ok("rollback", "--to", "HEAD")
    assert not mark.exists()


def test_a_folder_with_the_signs_of_a_pattern_is_taken_as_it_is(bare):
    bare.folder = bare.folder / "a[b]*?" / "--x"
    bare.folder.mkdir(parents=True)
    bare.shell("cd ../.. && git init -q && mkdir aab && cp -r 'a[b]*?' aab/")
    bare.ok("init", "--agent", "qa")
    bare.ok("add", "knowledge", "CI has two cores")
    told = bare.json("log", "--kind", "knowledge")["events"]
    assert [each["summary"] for each in told] == ['add knowledge "CI has two cores"']
    assert len(bare.json("log", told[0]["memories"][0])["events"]) == 1
    assert bare.json("diff", "HEAD~1..HEAD")["memories"][0]["what"] == "new"
    bare.ok("rollback", "--to", "HEAD~1")
    assert bare.memories() == []


def test_a_range_that_cannot_be_read_is_named_as_it_was_typed(alma):
    alma.ok("init")
    ran = alma("diff", "../../etc")
    assert ran.status == 1
    assert "in `../../etc`: " in ran.err


def test_an_hour_that_no_day_has_is_told_how_dates_are_written(alma):
    alma.ok("init")
    ran = alma("rollback", "--to", "2026-11-27T25:00")
    assert ran.status == 1
    assert "`YYYY-MM-DDTHH:MM`, in UTC" in ran.err
