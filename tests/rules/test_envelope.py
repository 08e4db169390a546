"""The patches of Codex's tool, read as what they bring to each file."""

from hypothesis import given
from hypothesis import strategies as st

from alma_cli.rules import envelope, toolcall

PATCH = """*** Begin Patch
*** Update File: src/a.py
@@ def handler():
 context
-old
+new
@@
+only
*** Delete File: src/b.py
*** Update File: src/c.py
*** Move to: src/d.py
@@
 same
+moved
*** Add File: src/e.py
+first
+
*** End Patch
"""


def read(text):
    return [(one.path, one.text, sorted(one.new)) for one in envelope.passages(text)]


def test_each_hunk_is_a_passage_of_its_file_with_the_added_lines_new():
    assert read(PATCH) == [
        ("src/a.py", "context\nnew", [1]),
        ("src/a.py", "only", [0]),
        ("src/d.py", "same\nmoved", [1]),
        ("src/e.py", "first\n", [0, 1]),
    ]


def test_a_tool_call_with_a_patch_is_about_its_files_and_not_a_command():
    for command in (PATCH, f"apply_patch <<'EOF'\n{PATCH}EOF"):
        found = toolcall.passages({"tool_name": "apply_patch", "tool_input": {"command": command}})
        assert [one.path for one in found] == ["src/a.py", "src/a.py", "src/d.py", "src/e.py"]


@given(st.text(alphabet="*+- @\nab: BeginPatchAddFile", max_size=200))
def test_anything_can_be_read(text):
    for one in envelope.passages(text):
        assert one.path
        assert max(one.new) <= one.text.count("\n")
