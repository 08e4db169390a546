"""A checkpoint is read from its file as it was written there, whatever it says."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli import exact
from alma_cli.checkpoint import Artifact, Checkpoint, Handoff, Stage
from alma_cli.errors import Malformed, Usage
from alma_cli.files.checkpoint import format_checkpoint, parse, path_of
from alma_cli.files.memory import tidy
from alma_cli.rules.handoff import handoff_of, over, tree_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ID = "zt41m8c2ya"

lines = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)
odd = st.sampled_from(["## State", "\\## Notes", "```json", "```", "<<<<<<< HEAD", "+++", "# a"])
texts = st.lists(lines | odd, max_size=4).map("\n".join).map(tidy)
one_line = lines.map(str.strip)
ids = st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=10, max_size=10)
several = st.lists(ids, max_size=3).map(tuple)
states = st.recursive(
    st.none() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
).map(lambda value: exact.write(exact.of(value), laid_out=True))
said = st.lists(one_line, max_size=2).map(tuple)
handoffs = st.builds(Handoff, one_line, said, said, said, said, one_line)
artifacts = st.builds(
    Artifact,
    st.sampled_from(["report.html", "a b/c: d.txt", "über/größe", "- x"]),
    st.sampled_from(["0" * 64, "af" * 32]),
    st.integers(1, 10**6),
)
checkpoints = st.builds(
    Checkpoint,
    id=ids,
    workflow=st.just("deploy-v2"),
    seq=st.integers(1, 10**6),
    created=st.just(NOON),
    state=states,
    parents=several,
    before=several,
    step=one_line,
    status=st.sampled_from(Stage),
    result=st.sampled_from(["", "success", "failure"]),
    agent=st.sampled_from(["", "qa"]),
    note=texts,
    error=texts,
    handoff=handoffs,
    artifacts=st.lists(artifacts, max_size=2).map(tuple),
    used=several,
    event=ids,
    allowed_secret=one_line,
).filter(lambda one: one.id not in (*one.parents, *one.before))


def checkpoint(**more):
    return Checkpoint(**{"id": ID, "workflow": "deploy-v2", "seq": 3, "created": NOON, **more})


@given(checkpoints)
def test_a_checkpoint_is_read_back_as_it_was_written_whatever_ends_its_lines(one):
    content = format_checkpoint(one)
    assert parse(content, path_of(one)) == one
    assert parse(content.replace(b"\n", b"\r\n"), path_of(one)) == one


def test_the_file_is_for_people_to_read():
    one = checkpoint(
        state=exact.write(exact.of({"tables": 3}), laid_out=True),
        parents=("x5qwswng7t",),
        step="migrate db",
        status=Stage.FAILED,
        agent="backend_dev",
        error="lock timeout",
        artifacts=(Artifact("report.html", "af" * 32, 2),),
        event="e7k2m9qd0x",
    )
    assert path_of(one) == "workflows/deploy-v2/0003-migrate-db--zt41m8c2ya.md"
    assert format_checkpoint(one).decode() == (
        """\
+++
id = "zt41m8c2ya"
workflow = "deploy-v2"
seq = 3
parent = ["x5qwswng7t"]
step = "migrate db"
status = "failed"
agent = "backend_dev"
created = 2026-11-22T12:00:00Z
[source]
event = "e7k2m9qd0x"
+++
# deploy-v2 3 "migrate db"

## Error

lock timeout

## Artifacts

- """
        + "af" * 32
        + """ at 2: report.html

## State

```json
{
  "tables": 3
}
```
"""
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('id = "zt41m8c2ya"\n', "", "has no `id`"),
        ("seq = 3", "seq = 0", "has no `id`, `seq`"),
        ("seq = 3", "seq = 1000000000", "has no `id`, `seq`"),
        ("seq = 3", 'seq = "3"', "not a whole number"),
        ('status = "running"', 'status = "lost"', "not one of"),
        ('status = "running"', 'status = "running"\nresult = "well"', "not one of"),
        ("seq = 3", f'seq = 3\nparent = ["{ID}"]', "goes on from itself"),
        ("seq = 3", f'seq = 3\nbefore = ["{ID}"]', "goes on from itself"),
        ("## State", "## Statement", "has no `## State`"),
        ("```json", "```", "has no `## State`"),
        ("# deploy-v2 3", "<<<<<<< HEAD", "merge conflict"),
        ("## State", "## Artifacts\n\n- x\n\n## State", "an artifact that is none"),
        (
            "## State",
            f"## Artifacts\n\n- {'0' * 64} at 1: ../x\n\n## State",
            "an artifact that is none",
        ),
        ("## State", '## Handoff\n\n```json\n{"gaol": "x"}\n```\n\n## State', "a key `gaol`"),
    ],
)
def test_a_damaged_file_says_what_is_wrong_and_where(old, new, complaint):
    content = format_checkpoint(checkpoint(state="{}")).decode().replace(old, new, 1)
    with pytest.raises(Malformed, match=complaint) as damaged:
        parse(content.encode(), "workflows/deploy-v2/0003-x.md")
    assert str(damaged.value).startswith("workflows/deploy-v2/0003-x.md")


def test_the_folder_says_which_workflow_it_is_of():
    content = format_checkpoint(checkpoint(state="{}"))
    assert parse(content, "workflows/deploy-v3/0003-x.md").workflow == "deploy-v3"


def test_a_handoff_takes_one_text_for_a_list_of_one():
    told = exact.parse(json.dumps({"goal": "Ship it", "next_steps": "run tests"}))
    handoff = handoff_of(told)
    assert (handoff.goal, handoff.next_steps) == ("Ship it", ("run tests",))
    assert tree_of(handoff) == {"goal": "Ship it", "next_steps": ["run tests"]}


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ("[]", "not an object"),
        ('{"gaol": "x"}', "a key `gaol`"),
        ('{"goal": ["x"]}', "`goal` of the handoff is not a text"),
        ('{"blockers": [1]}', "`blockers` of the handoff is not a list of texts"),
    ],
)
def test_a_handoff_of_another_shape_is_refused_by_its_name(told, complaint):
    with pytest.raises(Usage, match=complaint):
        handoff_of(exact.parse(told))


def test_the_goal_stays_until_it_is_said_anew_and_the_rest_is_of_its_moment():
    before = Handoff(goal="Ship it", next_steps=("run tests",))
    assert over(Handoff(blockers=("no key",)), before) == Handoff("Ship it", blockers=("no key",))
    assert over(Handoff(goal="Roll back"), before).goal == "Roll back"
