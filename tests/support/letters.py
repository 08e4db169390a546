"""A small graph of LangGraph: it drafts a letter, asks whether to send it, and sends it."""

import operator
from typing import Annotated, TypedDict

from langchain_core.messages import AnyMessage
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Command, interrupt

from alma_cli.adapters.langgraph_checkpoints import AlmaSaver

LETTER = {"configurable": {"thread_id": "letter-7"}}
ANSWER = Command(resume="yes")


class Letter(TypedDict, total=False):
    text: str
    log: Annotated[list[str], operator.add]
    messages: Annotated[list[AnyMessage], add_messages]


def letters(saver, *, send=lambda _: {"log": ["sent"]}):
    """Returns the graph, which keeps its checkpoints by a saver."""
    graph = StateGraph(Letter)
    graph.add_node("draft", lambda _: {"text": "Dear Ada", "log": ["drafted"]})
    graph.add_node("ask", lambda _: {"log": [interrupt({"question": "send it?"})]})
    graph.add_node("send", send)
    for before, after in ((START, "draft"), ("draft", "ask"), ("ask", "send"), ("send", END)):
        graph.add_edge(before, after)
    return graph.compile(checkpointer=saver)


if __name__ == "__main__":
    print(letters(AlmaSaver()).invoke(ANSWER, LETTER)["log"])  # noqa: T201 - a program of its own
