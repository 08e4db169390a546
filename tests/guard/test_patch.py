"""A diff gives its new lines, with the numbers and the paths that they have in the new files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.rules.patch import is_patch, passages

HEAD = "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n"


def added(patch):
    """Returns path, number and text of each new line."""
    return [
        (one.path, one.first + at, line)
        for one in passages(patch)
        for at, line in enumerate(one.text.split("\n"))
        if one.is_new(at)
    ]


def test_new_lines_keep_their_numbers():
    patch = HEAD + "@@ -1,3 +1,4 @@ def f():\n a\n-b\n+B\n+c\n d\n@@ -9 +11 @@\n-x\n+y\n"
    assert added(patch) == [("x.py", 2, "B"), ("x.py", 3, "c"), ("x.py", 11, "y")]


def test_context_is_there_and_is_not_new():
    (one,) = passages(HEAD + "@@ -1,2 +1,3 @@\n a\n+b\n c\n")
    assert (one.text, one.new) == ("a\nb\nc", {1})


def test_a_line_that_looks_like_a_header_is_content():
    patch = HEAD + "@@ -1,2 +1,2 @@\n--- a comment of SQL\n+++ counter\n c\n"
    assert added(patch) == [("x.py", 1, "++ counter")]


def test_what_is_taken_away_renamed_or_binary_adds_nothing():
    patch = (
        "diff --git a/x.py b/x.py\ndeleted file mode 100644\n--- a/x.py\n+++ /dev/null\n"
        "@@ -1 +0,0 @@\n-x\n"
        "diff --git a/old b/new\nsimilarity index 100%\nrename from old\nrename to new\n"
        "diff --git a/i.png b/i.png\nBinary files a/i.png and b/i.png differ\n"
    )
    assert is_patch(patch)
    assert added(patch) == []


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ("a/x.py", "b/x.py", "x.py"),
        ("/dev/null", "b/x.py", "x.py"),
        ("i/x.py", "w/x.py", "x.py"),
        ("a/x.py", "a/x.py", "a/x.py"),
        ("src/x.py", "src/x.py", "src/x.py"),
        ("/dev/null", "src/x.py", "src/x.py"),
        ("x.py.orig\t2026-11-22", "x.py\t2026-11-22 10:00", "x.py"),
        ("a/two words.py\t", "b/two words.py\t", "two words.py"),
        (r'"a/\303\244 \"q\"\t.py"', r'"b/\303\244 \"q\"\t.py"', 'ä "q"\t.py'),
        (r'"a/\377.py"', r'"b/\377.py"', "\ufffd.py"),
    ],
)
def test_a_path_is_read_whatever_git_puts_around_it(before, after, path):
    assert added(f"--- {before}\n+++ {after}\n@@ -0,0 +1 @@\n+x\n") == [(path, 1, "x")]


def test_line_ends_of_windows_and_none_at_all_are_no_part_of_a_line():
    patch = HEAD + "@@ -1 +1,2 @@\r\n-a\r\n+b\r\n+c\n\\ No newline at end of file\n"
    assert added(patch.replace("x.py\n", "x.py\r\n")) == [("x.py", 1, "b"), ("x.py", 2, "c")]


def test_a_diff_that_was_cut_gives_what_is_there():
    assert added(HEAD + "@@ -1,9 +1,9 @@\n+a\nand so on") == [("x.py", 1, "a")]


def test_a_merge_is_new_where_it_differs_from_a_parent():
    patch = "diff --cc x\n--- a/x\n+++ b/x\n@@@ -1,2 -1,2 +1,3 @@@\n  a\n- b\n -c\n++d\n+ e\n"
    assert added(patch) == [("x", 2, "d"), ("x", 3, "e")]


def test_a_text_is_no_diff():
    assert not is_patch("--- a rule\n+ a list\n@@ -1 +1 @@")


def test_what_git_prints_is_understood(alma):
    alma.files({"x.py": "a\nb\n", "gone": "x", "moved": "one\ntwo\n", "i": b"\0"})
    alma.commit_by_hand()
    alma.files({"x.py": "a\nB\r\nc", "new ä.py": "+++ n\n", "i": b"\0\0"})
    alma.git("rm", "--quiet", "gone")
    alma.git("mv", "moved", "there")
    alma.git("add", "--all")
    for more in ((), ("--no-prefix",), ("--unified=0",)):
        found = added(alma.git("diff", "--cached", *more))
        assert found == [("new ä.py", 1, "+++ n"), ("x.py", 2, "B"), ("x.py", 3, "c")]


@given(st.text(alphabet='+-@ \\\n\r1,ab"/', max_size=200))
def test_no_text_breaks_the_reader(text):
    for patch in (text, HEAD + text, HEAD + "@@ -1,3 +1,3 @@\n" + text):
        for one in passages(patch):
            assert all(at <= one.text.count("\n") for at in one.new)
