"""An event of a session and the answer to it, in words that no client has a say in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from alma_cli.value import frozen


class Moment(Enum):
    """When a client asks; HEARD is a prompt to which the client takes no answer."""

    START = auto()
    PROMPT = auto()
    HEARD = auto()
    SUBAGENT = auto()
    BEFORE_TOOL = auto()
    WORKED = auto()
    FAILED = auto()
    COMPACTION = auto()
    STOP = auto()


@frozen
class Event:
    """What happened.

    `name` is what the client calls it, `folders` are where the project may be found, the likeliest
    first, `agent` is the client's name for who is at work, `thread` tells a subagent's events from
    those of others. `call` is a tool call as `rules.toolcall` reads it, `error` how it failed.
    `is_new` of a start: nothing said before is in the context any more. `is_again` of a stop: it
    comes after one that was answered.
    """

    moment: Moment
    name: str
    session: str
    folders: tuple[str, ...] = ()
    agent: str = ""
    thread: str = ""
    prompt: str = ""
    call: Mapping[str, object] = MappingProxyType({})
    error: str = ""
    is_new: bool = True
    is_again: bool = False


class Decision(Enum):
    """What becomes of what the client is about to do."""

    NONE = auto()
    ASK = auto()
    DENY = auto()
    GO_ON = auto()


@frozen
class Reply:
    """An answer: `context` for the agent, a decision with its `reason`, a `notice` for the person.

    ASK and DENY are about a tool, GO_ON keeps the agent from stopping.
    """

    context: str = ""
    decision: Decision = Decision.NONE
    reason: str = ""
    notice: str = ""


SILENCE = Reply()
