"""Graphs of LangGraph that stop and go on from a store, and LangGraph's own suite for savers."""

import asyncio
import base64
import contextlib
import operator
import pickle
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, TypedDict

import ormsgpack
import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.conformance import checkpointer_test, validate
from langgraph.func import entrypoint
from langgraph.graph import START, StateGraph
from langgraph.types import Command, Send
from support import letters as program
from support.letters import ANSWER, LETTER, letters

from alma_cli.adapters.langgraph_checkpoints import AlmaSaver
from alma_cli.adapters.langgraph_thread import Address
from alma_cli.errors import Conflict, Malformed, Refused, Usage

ALLOWED = {"allow_secret": "an example"}


@pytest.fixture
def saver(alma):
    return AlmaSaver(alma.store, agent="writer", world=alma.world)


@pytest.fixture
def fast(quick):
    return AlmaSaver(quick.store, agent="writer", world=quick.world)


def test_langgraphs_own_suite_for_savers_passes(quick):
    @checkpointer_test(name="alma")
    async def made():
        yield AlmaSaver(quick.store, world=quick.world)

    report = asyncio.run(validate(made))
    passed = {name: one.tests_passed for name, one in report.results.items() if one.passed}
    assert [one.failures for one in report.results.values() if one.failures] == []
    assert passed == {
        "put": 17,
        "put_writes": 10,
        "get_tuple": 10,
        "list": 16,
        "delete_thread": 5,
        "delete_for_runs": 7,
        "prune": 8,
    }


def test_a_graph_that_was_interrupted_goes_on_in_another_process(alma, saver):
    letters(saver).invoke({"log": []}, LETTER)
    text = f"import runpy; runpy.run_path({program.__file__!r}, run_name='__main__')"
    out, err = alma.program(text).communicate(timeout=60)
    assert (out, err) == ("['drafted', 'yes', 'sent']\n", "")
    assert "send" in alma.ok("workflow", "show", "letter-7")


def test_people_see_what_a_graph_waits_for(alma, saver):
    letters(saver).invoke({"log": []}, LETTER)
    resumed = alma.json("resume", "letter-7")
    assert (resumed["step"], resumed["status"]) == ("draft", "running")
    assert resumed["note"] == 'waits for an answer: {"question": "send it?"}'
    assert resumed["state"]["values"]["text"] == "Dear Ada"
    assert resumed["agent"] == "writer"


def test_people_see_what_failed_and_why_until_it_worked(alma, saver):
    def refuse(_):
        raise ConnectionError("no route to the host")

    graph = letters(saver, send=refuse)
    graph.invoke({"log": []}, LETTER)
    with pytest.raises(ConnectionError):
        graph.invoke(ANSWER, LETTER)
    failed = alma.json("resume", "letter-7")
    assert (failed["step"], failed["status"]) == ("send", "failed")
    assert failed["error"] == "ConnectionError('no route to the host')"
    letters(saver).invoke(None, LETTER)
    worked = alma.json("resume", "letter-7")
    assert (worked["step"], worked["status"]) == ("send", "done")


class Log(TypedDict, total=False):
    log: Annotated[list[str], operator.add]


def joined(graph):
    graph.add_node("c", lambda _: {"log": ["c"]})
    graph.add_edge(START, "a")
    graph.add_edge(START, "b")
    graph.add_edge(["a", "b"], "c")


def sent(graph):
    graph.add_conditional_edges(START, lambda _: [Send("a", {}), Send("b", {})])


@pytest.mark.parametrize(("shape", "before"), [(joined, "c"), (sent, "a")])
def test_a_graph_is_open_work_until_it_has_ended(quick, fast, shape, before):
    graph = StateGraph(Log)
    for node in ("a", "b"):
        graph.add_node(node, lambda _, node=node: {"log": [node]})
    shape(graph)
    app = graph.compile(checkpointer=fast, interrupt_before=[before])
    app.invoke({"log": []}, LETTER)
    assert "Open:\n| - letter-7 came to" in quick.ok("recall")
    app.invoke(None, LETTER)
    assert "Open:" not in quick.ok("recall")
    app.invoke({"log": []}, LETTER)
    assert "Open:\n| - letter-7 came to" in quick.ok("recall")


def test_a_workflow_of_functions_has_an_end_too(quick, fast):
    @entrypoint(checkpointer=fast)
    def doubled(number, previous=None):
        return entrypoint.final(value=number * 2, save=number + (previous or 0))

    assert [doubled.invoke(3, LETTER), doubled.invoke(4, LETTER)] == [6, 8]
    resumed = quick.json("resume", "letter-7")
    assert (resumed["status"], resumed["state"]["values"]["__previous__"]) == ("done", 7)


def test_messages_are_read_by_people_and_come_back_as_messages(quick, fast):
    said = [HumanMessage("Write to Ada", id="1"), AIMessage("Shall I send it?", id="2")]
    graph = letters(fast)
    graph.invoke({"log": [], "messages": said}, LETTER)
    assert graph.get_state(LETTER).values["messages"] == said
    kept = quick.json("resume", "letter-7")["state"]["values"]["messages"]
    assert [each["shown"] for each in kept] == [
        {"HumanMessage": {"content": "Write to Ada", "type": "human", "id": "1"}},
        {"AIMessage": {"content": "Shall I send it?", "type": "ai", "id": "2"}},
    ]


def test_a_secret_in_a_message_is_refused(quick):
    saver = AlmaSaver(quick.store, world=quick.world)
    told = [HumanMessage("the key is AKIAIOSFODNN7EXAMPLQ")]
    with pytest.raises(Refused, match="looks like a secret"):
        letters(saver).invoke({"messages": told}, LETTER)
    allowed = AlmaSaver(quick.store, world=quick.world, **ALLOWED)
    assert letters(allowed).invoke({"messages": told}, LETTER)["log"] == ["drafted"]


def test_of_a_secret_in_an_error_the_rest_is_kept(quick, fast):
    def leak(_):
        raise ValueError("denied: AKIAIOSFODNN7EXAMPLQ")

    graph = letters(fast, send=leak)
    graph.invoke({"log": []}, LETTER)
    with pytest.raises(ValueError, match="denied"):
        graph.invoke(ANSWER, LETTER)
    assert "denied: [redacted" in quick.json("resume", "letter-7")["error"]
    texts = [path.read_text() for path in quick.store.rglob("workflows/*/*.md")]
    assert not any("AKIA" in text for text in texts)


def put(saver, config, **values):
    """Saves a checkpoint with these values and returns its configuration."""
    new = {**empty_checkpoint(), "channel_values": values}
    new["channel_versions"] = dict.fromkeys(values, 1)
    told = {"source": "loop", "step": 0, "parents": {}}
    return saver.put(config, new, told, new["channel_versions"])


def at(thread, namespace=""):
    return {"configurable": {"thread_id": thread, "checkpoint_ns": namespace}}


def test_each_call_that_saves_something_is_one_event_and_undo_takes_it_back(alma, saver, events):
    first = put(saver, at("t"), n=1)
    assert events() == 1
    for _ in range(2):  # the second time it says nothing new
        saver.put_writes(first, [("n", 2)], "task")
    assert events() == 2
    saver.delete_thread("t")
    assert (events(), saver.get_tuple(at("t"))) == (3, None)
    alma.ok("undo")
    found = saver.get_tuple(at("t"))
    assert found.checkpoint["channel_values"] == {"n": 1}
    assert found.pending_writes == [("task", "n", 2)]


def test_of_what_a_task_writes_twice_the_first_stays_and_the_last_error_counts(fast):
    first = put(fast, at("t"))
    fast.put_writes(first, [("n", 1), ("__error__", "no")], "task")
    fast.put_writes(first, [("n", 2), ("__error__", "still no")], "task")
    found = fast.get_tuple(at("t")).pending_writes
    assert found == [("task", "__error__", "still no"), ("task", "n", 1)]


def test_what_a_task_wrote_before_its_checkpoint_was_saved_is_not_lost(fast):
    new = empty_checkpoint()
    config = {"configurable": {**at("t")["configurable"], "checkpoint_id": new["id"]}}
    fast.put_writes(config, [("n", 2)], "task")
    assert fast.get_tuple(at("t")) is None
    fast.put(at("t"), new, {"source": "input", "step": -1}, {})
    assert fast.get_tuple(at("t")).pending_writes == [("task", "n", 2)]


def test_a_history_lists_what_the_tree_keeps_the_newest_first(saver):
    config = at("t")
    for n in range(22):
        config = put(saver, config, n=n)
    found = [one.checkpoint["channel_values"]["n"] for one in saver.list(at("t"))]
    assert found == list(range(21, 1, -1))


def test_a_thread_whose_name_is_no_name_has_one_made_of_it():
    assert Address("letter-7").workflow == "letter-7"
    names = {
        Address(*told).workflow
        for told in (("Letter 7",), ("letter 7",), ("letter-7", "send:1"), ("con",), ("../x",))
    }
    assert len(names) == 5
    assert all(name.rpartition("-")[0] in {"letter-7", "memory", "x"} for name in names)


def test_a_thread_does_not_take_the_name_of_other_work(quick, fast):
    quick.ok("checkpoint", "deploy-v2", "--state", '{"langgraph": "no"}')
    with pytest.raises(Conflict, match="`deploy-v2` holds other work than thread `deploy-v2`"):
        put(fast, at("deploy-v2"))
    with pytest.raises(Conflict, match="holds other work"):
        fast.get_tuple(at("deploy-v2"))
    assert list(fast.list(None)) == []


def test_a_damaged_thread_is_named_to_who_reads_it_and_costs_no_other(quick, fast):
    put(fast, at("a"))
    put(fast, at("b"))
    (path,) = quick.store.glob("workflows/a/*.md")
    path.write_text(path.read_text().replace("{", "{{", 1))
    with pytest.raises(Malformed, match="workflows/a/0001"):
        fast.get_tuple(at("a"))
    assert [one.config["configurable"]["thread_id"] for one in fast.list(None)] == ["b"]


@pytest.mark.parametrize("part", ["values", "writes", "checkpoint_id", "metadata", "task_id"])
def test_a_state_that_lacks_a_part_is_named_and_costs_no_other_thread(quick, fast, part):
    fast.put_writes(put(fast, at("a")), [("n", 2)], "task")
    put(fast, at("b"))
    (*_, path) = sorted(quick.store.glob("workflows/a/*.md"))
    path.write_text(path.read_text().replace(f'"{part}":', f'"{part}s":'))
    with pytest.raises(Malformed, match=r"workflows/a/0002.*no longer one of"):
        fast.get_tuple(at("a"))
    fast.delete_thread("b")
    assert list(fast.list(None)) == []


def test_a_checkpoint_that_a_pull_request_brought_runs_nothing(quick, fast):
    put(fast, at("t"), n=b"to be replaced")
    call = ormsgpack.packb(("subprocess", "Popen", ["touch", str(quick.home / "ran")]))
    kinds = {
        "msgpack": ormsgpack.packb(ormsgpack.Ext(0, call)),
        "json": b'{"lc": 2, "type": "constructor", "id": ["os", "abort"]}',
        "pickle": pickle.dumps(Path),
    }
    (path,) = quick.store.glob("workflows/t/*.md")
    text = path.read_text()
    for kind, hostile in kinds.items():
        content = base64.b64encode(hostile).decode()
        told = re.sub(r'"base64": "[^"]*"', f'"base64": "{content}"', text)
        path.write_text(told.replace('"bytes"', f'"{kind}"'))
        with contextlib.suppress(Usage, NotImplementedError):
            assert type(fast.get_tuple(at("t")).checkpoint["channel_values"]["n"]) is list
        time.sleep(0.1)
        assert not (quick.home / "ran").exists()


def test_all_threads_are_listed_where_none_is_named(fast):
    for thread, namespace in (("a", ""), ("a", "sub:1"), ("b", "")):
        put(fast, at(thread, namespace))
    found = {one.config["configurable"]["checkpoint_ns"] for one in fast.list(None)}
    assert (len(list(fast.list(None))), found) == (3, {"", "sub:1"})
    assert len(list(fast.list({"configurable": {"thread_id": "a"}}))) == 2
    assert len(list(fast.list(None, limit=2))) == 2


def test_a_fork_on_two_machines_is_told_with_its_way_out(quick, fast):
    put(fast, at("t"), n=1)
    put(fast, at("t"), n=2)
    newest = max(quick.store.glob("workflows/t/*.md"))
    twin = newest.read_text().replace(newest.stem[-10:], "0000000000")
    newest.with_name("0002-loop--0000000000.md").write_text(twin)
    with pytest.raises(Conflict, match="went on in 2 places at once") as told:
        put(fast, at("t"), n=3)
    assert "`alma workflow merge t`" in told.value.hints[0]


def test_a_delta_channel_is_refused_since_old_checkpoints_leave_the_tree(fast):
    told = {"source": "loop", "step": 0, "counters_since_delta_snapshot": {"log": (1, 1)}}
    with pytest.raises(Usage, match="a delta channel needs all that ever was"):
        fast.put(at("t"), empty_checkpoint(), told, {})


def test_a_prune_of_another_strategy_is_refused(fast):
    with pytest.raises(Usage, match="keep_latest"):
        fast.prune(["t"], strategy="some")


def test_threads_that_write_at_once_lose_nothing(fast):
    config = put(fast, at("t"))
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda n: fast.put_writes(config, [("n", n)], f"task {n}"), range(6)))
    found = fast.get_tuple(at("t")).pending_writes
    assert sorted(found) == [(f"task {n}", "n", n) for n in range(6)]


def test_a_graph_goes_on_without_waiting_too(fast):
    async def run():
        graph = letters(fast)
        await graph.ainvoke({"log": []}, LETTER)
        ended = await graph.ainvoke(ANSWER, LETTER)
        return ended["log"], [state.next async for state in graph.aget_state_history(LETTER)]

    log, nexts = asyncio.run(run())
    assert log == ["drafted", "yes", "sent"]
    assert nexts == [(), ("send",), ("ask",), ("draft",), ("__start__",)]


def test_a_graph_goes_on_from_an_earlier_checkpoint(fast):
    graph = letters(fast)
    graph.invoke({"log": []}, LETTER)
    graph.invoke(ANSWER, LETTER)
    asked = next(one for one in graph.get_state_history(LETTER) if one.next == ("ask",))
    graph.invoke(None, asked.config)
    ended = graph.invoke(Command(resume="no"), LETTER)
    assert ended["log"] == ["drafted", "no", "sent"]
