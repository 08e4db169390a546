"""`alma mcp` on standard input and output, with the official client."""

import json
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from mcp import MCPError
from support.alma import Alma, environment
from support.client import connected

MOST_LISTED = 6 * 1024
"""Bytes of the tools in each prompt of a client."""
LISTED = ["recall", "learn", "remember", "feedback", "forget", "guard", "checkpoint", "resume"]


@pytest.fixture(scope="module")
def host(example, tmp_path_factory):
    """The example store, for all of this module."""
    top = tmp_path_factory.mktemp("mcp")
    made = Alma(top / "shop", top, environment(top))
    shutil.copytree(example, made.folder)
    return made


@pytest.fixture(scope="module")
def client(host):
    with connected(host) as one:
        yield one


def recalled(client, query):
    """Returns the ids and titles of what is recalled."""
    hits = client.call("recall", query=query).structured_content["hits"]
    return {hit["id"] for hit in hits} | {hit["title"] for hit in hits}


def test_eight_tools_are_listed_in_six_kilobytes_without_the_shape_of_their_answers(client):
    listed = client.ask("list_tools").tools
    told = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in listed]
    assert [tool.name for tool in listed] == LISTED
    assert all(tool.output_schema is None for tool in listed)
    assert len(json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()) <= MOST_LISTED


def test_an_agent_recalls_learns_and_takes_it_back(client):
    found = client.call("recall", query="Test the login form")
    assert found.content[0].text.startswith("<alma-memories ")
    assert "Validate forms incrementally" in found.content[0].text
    assert found.structured_content["match"] == "strong"
    told = {"task": "Test the map", "strategy": "Click before the tiles are there"}
    learned = client.call("learn", outcome="failure", **told).structured_content
    id_ = learned["lesson"]["id"]
    assert learned["commit"] not in {None, "pending"}
    assert id_ in recalled(client, "tiles")
    client.call("feedback", id=id_, helpful=True)
    client.call("forget", id=id_, reason="only a test")
    assert id_ not in recalled(client, "tiles")


def test_what_another_process_wrote_is_recalled_at_once(client, host):
    client.call("recall", query="giraffe")
    for number in range(3):
        title = f"The giraffe number {number} is tall"
        ran = host.process("add", "knowledge", title, "--agent", "qa_tester")
        assert ran.status == 0, ran
        assert title in recalled(client, f"giraffe {number}")


def test_what_an_agent_remembers_is_guarded_and_gone_on_with(client):
    kept = client.call("remember", kind="knowledge", title="The map has 12 tiles")
    id_ = kept.structured_content["written"][0]["id"]
    assert (
        "origin      learned"
        in client.ask("read_resource", f"alma://memories/{id_}").contents[0].text
    )
    found = client.call("guard", text="await sleep(5000);", path="tests/login.spec.ts")
    assert found.structured_content["ok"] is False
    state = {"done": ["dump"], "rate": 0.25, "näme": None}
    client.call("checkpoint", workflow="move", state=state, step="dump")
    assert client.call("resume", workflow="move").structured_content["state"] == state


def test_the_brief_of_an_agent_and_the_agents_can_be_read(client):
    uris = [str(one.uri) for one in client.ask("list_resources").resources]
    assert {"alma://agents", "alma://agents/qa_tester/brief"} <= set(uris)
    (agents,) = client.ask("read_resource", "alma://agents").contents
    assert json.loads(agents.text)["default"] == "qa_tester"
    (brief,) = client.ask("read_resource", "alma://agents/qa_tester/brief").contents
    assert brief.text.startswith("<alma-memories ")
    templates = client.ask("list_resource_templates").resource_templates
    assert [one.uri_template for one in templates] == [
        *("alma://agents/{agent}/brief", "alma://memories/{id}")
    ]


def test_prompts_say_what_is_known_before_and_what_to_do_after(client):
    assert [one.name for one in client.ask("list_prompts").prompts] == ["before_task", "after_task"]
    before = client.ask("get_prompt", "before_task", {"task": "Test the login form"})
    assert "Validate forms incrementally" in before.messages[0].content.text
    after = client.ask("get_prompt", "after_task", {"task": "Test the login form"})
    assert "`learn`" in after.messages[0].content.text


@pytest.mark.parametrize(
    ("tool", "given", "said"),
    [
        ("recall", {"query": "x", "agent": "nobody"}, "agent `nobody` is not in the configuration"),
        ("recall", {"limit": "3"}, "`limit` is not a whole number"),
        ("recall", {"limt": 3}, "hint: did you mean `limit`?"),
        ("forget", {"id": "zzzz"}, "no memory has an id that begins with `zzzz`"),
        ("resume", {"workflow": "none"}, "`none`"),
        (
            "learn",
            {"outcome": "success", "task": "t", "strategy": "s", "domain": "database_queries"},
            "may not learn about `database_queries`",
        ),
        (
            "learn",
            {"outcome": "success", "task": "t", "strategy": f"use ghp_{'a1B2' * 9}"},
            "looks like a secret",
        ),
        ("remember", {"kind": "knowledge", "title": "x", "body": "y" * 100_000}, "at most 32 KiB"),
    ],
)
def test_what_is_refused_is_an_error_of_the_tool_that_says_why(client, tool, given, said):
    assert said in client.refusal(tool, **given)


def test_what_is_not_there_is_an_error_of_the_protocol(client):
    for what, given in (
        ("call_tool", ("recal", {})),
        ("read_resource", ("alma://memories/zzzz",)),
        ("read_resource", ("file:///etc/passwd",)),
        ("get_prompt", ("before_task", {})),
        ("get_prompt", ("nothing", {})),
    ):
        with pytest.raises(MCPError):
            client.ask(what, *given)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_store_is_found_from_the_folders_that_the_client_has_open(shop, mode, tmp_path):
    elsewhere = tmp_path / "a b"
    elsewhere.mkdir()
    outside = Alma(elsewhere, shop.home, shop.environ)
    with connected(outside, roots=[elsewhere, shop.folder / "src"], mode=mode) as one:
        assert one.call("recall", query="forms").structured_content["agent"] == "qa_tester"


def test_without_a_store_each_call_says_so_until_there_is_one(alma):
    with connected(alma) as one:
        assert "hint: `alma init` makes one" in one.refusal("recall", query="forms")
        alma.ok("init", "--agent", "qa_tester")
        assert one.call("recall", query="forms").content[0].text.startswith("nothing relevant")


def test_clients_that_learn_at_once_each_get_their_event(alma, request):
    number = 16 if request.config.getoption("--torture") else 2
    alma.ok("init", "--agent", "qa_tester")

    def work(name):
        with connected(alma) as one:
            told = {"task": f"Task of {name}", "strategy": f"Strategy of client {name}"}
            return [
                one.call("learn", outcome="success", new=True, **told).structured_content["event"]
                for _ in range(3)
            ]

    with ThreadPoolExecutor(number) as pool:
        events = [event for some in pool.map(work, range(number)) for event in some]
    assert len(set(events)) == 3 * number
    logged = alma.git("log", "--format=%(trailers:key=Alma-Event,valueonly,separator=)").split()
    assert set(events) <= set(logged)


def test_without_the_extra_one_line_says_how_to_install_it(shop, monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    for name in ("server", "offer", "wire"):
        monkeypatch.delitem(sys.modules, f"alma_cli.mcp.{name}", raising=False)
    ran = shop("mcp")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "error: `alma mcp` needs more: `pip install 'alma-cli[mcp]'`\n"
