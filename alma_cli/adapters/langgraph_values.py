"""Values of a graph as JSON: plain ones as they are, the others as bytes beside what they say.

The bytes may come from a pull request, and they name classes to call. So only those of LangGraph's
list of safe ones are read unless somebody names others, and nothing is written that would not be.
"""

from __future__ import annotations

import base64
import dataclasses
import math
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from alma_cli.errors import Usage

KINDS: Final = frozenset({"null", "bytes", "bytearray", "msgpack"})
"""What the usual serializer writes; it also reads JSON that names classes, which it never wrote."""
TYPED: Final = "__typed__"
"""The key that tells bytes of the serializer from an object of the graph's own."""


def strict() -> JsonPlusSerializer:
    """Returns LangGraph's serializer, for classes on its list of safe ones alone."""
    return JsonPlusSerializer(allowed_msgpack_modules=None)


class Codec:
    """Writes and reads values of a graph; what another serializer encrypts, nobody sees here."""

    def __init__(self, serde: SerializerProtocol) -> None:
        self._serde = serde
        self._is_open = isinstance(serde, JsonPlusSerializer)

    def encode(self, value: object) -> object:
        """Returns a value as JSON; raises `Usage` for a class that would not be read back."""
        if not self._is_open:
            return self._typed(value)
        if _is_leaf(value):
            return value
        if type(value) is list:
            return [self.encode(each) for each in value]
        if type(value) is dict and TYPED not in value and all(type(key) is str for key in value):
            return {key: self.encode(each) for key, each in value.items()}
        return {"shown": shown(value), **self._typed(value)}

    def _typed(self, value: object) -> dict[str, object]:
        kind, content = self._serde.dumps_typed(value)
        back = self._serde.loads_typed((kind, content))
        if not isinstance(back, type(value)) and not isinstance(value, tuple):  # as it reads lists
            named = (type(value).__module__, type(value).__name__)
            raise Usage(
                f"a {named[1]} is not read back: a pull request could bring any class",
                f"allow it: `serde=JsonPlusSerializer(allowed_msgpack_modules=[{named}])`",
            )
        return {TYPED: kind, "base64": base64.b64encode(content).decode()}

    def decode(self, value: Any) -> Any:  # noqa: ANN401 - whatever the graph put there
        """Returns what `encode` was given."""
        if isinstance(value, list):
            return [self.decode(each) for each in value]
        if not isinstance(value, dict):
            return value
        if TYPED in value:
            kind = value[TYPED]
            if self._is_open and kind not in KINDS:
                raise Usage(f"a state holds bytes of the kind `{kind}`, which are not read")
            return self._serde.loads_typed((kind, base64.b64decode(value["base64"])))
        return {key: self.decode(each) for key, each in value.items()}


def _is_leaf(value: object) -> bool:
    return type(value) in {str, int, bool, type(None)} or (
        type(value) is float and math.isfinite(value)
    )


def shown(value: object) -> object:
    """Returns what a value says as JSON, for people and for the search for secrets."""
    if _is_leaf(value):
        return value
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode(errors="replace")
    if isinstance(value, Mapping):
        return {str(key): shown(each) for key, each in value.items()}
    if isinstance(value, list | tuple | deque | set | frozenset):
        said = [shown(each) for each in value]
        return sorted(said, key=str) if isinstance(value, set | frozenset) else said
    parts = _parts(value)
    if parts is None:
        return str(value)
    full = {key: shown(each) for key, each in parts.items() if each not in (None, "", [], {})}
    return {type(value).__name__: full}


def _parts(value: object) -> Mapping[str, object] | None:
    """Returns the fields of a data class or of a Pydantic model, None for what has none."""
    if dataclasses.is_dataclass(value):
        return {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    return vars(value) if hasattr(type(value), "model_fields") else None
