"""What the real packages write is what `alma import` reads."""

import json
import re
import warnings

from support.sources import COMMITTED, NEIGHBOURS, fresh, pieces

CHANCE = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00|_[0-9a-f]{12}\b|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
"""Times and ids, which are other ones each time."""

# The packages take seconds to import, which every process that collects tests would pay.


def test_items_of_a_real_langgraph_store_come_as_memories_of_their_namespace():
    from langgraph.store.memory import InMemoryStore

    store = InMemoryStore()
    store.put(("qa", "facts"), "k1", {"text": "CI has two cores", "seen": 3})
    store.put(("qa", "lessons"), "k2", {"kind": "heuristic", "title": "Seed first", "why": "Fast"})
    items = [item.dict() for item in store.search(("qa",))]
    rows = sorted(pieces(("items.json", items)), key=lambda row: row.title)
    assert [(row.kind, row.title, row.why) for row in rows] == [
        ("knowledge", "CI has two cores", ""),
        ("heuristic", "Seed first", "Fast"),
    ]
    assert [row.created for row in rows] == [item["created_at"] for item in items]
    assert rows[0].whence.unused == ("value.seen",)


def test_a_real_message_history_is_read_however_it_is_written_down():
    from langchain_core.chat_history import InMemoryChatMessageHistory
    from langchain_core.load import dumps
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, messages_to_dict

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is on its way out, and still what people have
        history = InMemoryChatMessageHistory()
    history.add_message(SystemMessage("Be brief"))
    history.add_message(HumanMessage("We deploy on Tuesdays", id="m1"))
    history.add_message(AIMessage([{"type": "text", "text": "Noted"}]))
    written = [
        json.dumps(messages_to_dict(history.messages)),
        dumps(history.messages),
        json.dumps([message.model_dump() for message in history.messages]),
        history.model_dump_json(),
    ]
    for text in written:
        rows = pieces(("history.json", text))
        assert [(row.title, bool(row.skip)) for row in rows] == [
            ("Be brief", False),
            ("We deploy on Tuesdays", False),
            ("Noted", True),
        ]
        assert rows[1].whence.ref == "langchain:m1"


def written(folder):
    """Returns the lines that the packages wrote below a folder, without what is chance in them."""
    return [
        (path.relative_to(folder).as_posix(), line)
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".json", ".yaml", ".sql"}
        for line in CHANCE.sub("*", path.read_text("utf-8")).splitlines()
    ]


@fresh
def test_what_alma_memory_and_mem0_write_now_has_the_form_of_what_the_tests_read():
    assert written(NEIGHBOURS) == written(COMMITTED)
