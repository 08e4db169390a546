"""`alma.checkpoint()` and `alma.resume()`: state goes in and comes out as Python has it."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alma_cli import Alma, Conflict, Forked, NotFound, Refused, Usage

leaves = st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.text(max_size=9)
leaves |= st.floats(allow_nan=False, allow_infinity=False)
states = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


@pytest.fixture
def opened(work):
    """The store, opened as a program does, without commits, which is quicker."""
    file = work.alma.store / "config.toml"
    file.write_text(file.read_text() + "\n[git]\ncommit = false\n")
    return Alma.open(work.alma.store, world=work.alma.world)


@given(states)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_state_comes_out_as_it_went_in(opened, state):
    opened.checkpoint(workflow_id="deploy", state=state)
    back = opened.resume(workflow_id="deploy").state
    assert repr(back) == repr(state)


def test_a_checkpoint_tells_its_number_and_whether_it_is_new(opened):
    saved = opened.checkpoint("deploy", {"a": 1}, step="build", agent="qa")
    assert (saved.seq, saved.is_new) == (1, True)
    again = opened.checkpoint("deploy", {"a": 1}, step="build")
    assert (again.id, again.is_new) == (saved.id, False)
    assert repr(saved) == f"Saved(workflow='deploy', seq=1, id='{saved.id}')"


def test_without_a_state_it_stays_and_none_is_a_state(opened):
    opened.checkpoint("deploy", {"a": 1})
    opened.checkpoint("deploy", step="build")
    assert opened.resume("deploy").state == {"a": 1}
    opened.checkpoint("deploy", None)
    assert opened.resume("deploy").state is None


def test_it_gives_what_the_commands_print(work, opened):
    work.alma.files({"report.html": "1"})
    handoff = {"goal": "Ship v2", "next_steps": ["backfill"]}
    more = {"handoff": handoff, "artifacts": ["report.html"], "expect": 0}
    saved = opened.checkpoint("deploy", {"n": 1.5}, step="build", error="no disk", **more)
    assert set(saved.to_dict()) >= {"event", "written", "workflow", "id", "seq"}
    work.alma.files({"report.html": "2"})
    resumed = opened.resume("deploy", at=1)
    assert (resumed.id, resumed.step, resumed.status) == (saved.id, "build", "failed")
    assert resumed.changed == ("report.html",)
    assert resumed.to_dict() == json.loads(work.brief("--format", "json"))
    assert resumed.to_prompt() == work.brief()


@pytest.mark.usefixtures("forked")
def test_refusals_are_the_errors_of_the_commands(opened):
    for raised, call in (
        (Usage, lambda: opened.checkpoint("x", {"a": {1, 2}})),
        (Usage, lambda: opened.checkpoint("x", float("nan"))),
        (Usage, lambda: opened.checkpoint("x", {}, status="lost")),
        (Usage, lambda: opened.checkpoint("x", {}, handoff={"gaol": 1})),
        (Usage, lambda: opened.checkpoint("x", {}, agent="nobody")),
        (Refused, lambda: opened.checkpoint("x", {"password": "Winter2024!"})),
        (Conflict, lambda: opened.checkpoint("x", {}, expect=1)),
        (NotFound, lambda: opened.resume("x")),
    ):
        with pytest.raises(raised):
            call()
    with pytest.raises(Forked) as told:
        opened.resume("deploy")
    assert [head["step"] for head in told.value.heads] == ["here", "there"]
