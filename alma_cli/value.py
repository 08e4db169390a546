"""Frozen values as `@dataclass(frozen=True, slots=True)` makes them, at a tenth of the cost.

`dataclass` compiles six functions for each class when its module is imported, 1.5 ms that every
command would pay forty times. Here they are shared, and only the constructor is compiled, for a
class of which many values are made. `dataclasses.replace` and `fields` take these values too. They
are not to be inherited from, and have plain defaults only: what is frozen can be shared.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from dataclasses import Field

_Value = TypeVar("_Value")
FEW: Final = 10
"""Values of a class from which on it has a constructor compiled, which takes as long as some twenty
values without one: a command makes one value of most classes, and a hundred of a few."""


@dataclass_transform(frozen_default=True)
def frozen(described: type[_Value]) -> type[_Value]:
    """Returns the class with the parts of its annotations as slots, a constructor and equality."""
    parts = tuple(described.__annotations__)
    own = dict(described.__dict__)
    defaults = {name: own.pop(name) for name in parts if name in own}
    for left_behind in ("__dict__", "__weakref__"):
        own.pop(left_behind, None)
    return type(
        described.__name__,
        described.__bases__,
        {
            **_SHARED,
            **own,
            "__slots__": parts,
            "__match_args__": parts,
            "__value_defaults__": defaults,
            "__value_few__": FEW,
            "__value_parts__": staticmethod(attrgetter(*parts)),
        },
    )


def parts_of(one: object) -> tuple[str, ...]:
    """Returns the names of the parts of a value, or of a class of values."""
    found: tuple[str, ...] = one.__slots__  # type: ignore[attr-defined]
    return found


def replace(one: _Value, **changes: Any) -> _Value:  # noqa: ANN401 - parts are of any type
    """Returns the value with some of its parts changed; spares importing `dataclasses`."""
    return type(one)(**{**{name: getattr(one, name) for name in parts_of(one)}, **changes})


def _first(self: Any, *arguments: object, **named: object) -> None:  # noqa: ANN401
    """Makes one of the first values of a class; after `FEW` a constructor is compiled for it."""
    kind = type(self)
    kind.__value_few__ -= 1
    given = {**dict(zip(kind.__slots__, arguments, strict=False)), **named}
    values = {**kind.__value_defaults__, **given}
    fits = len(given) == len(arguments) + len(named) and values.keys() == {*kind.__slots__}
    if kind.__value_few__ < 0 or not fits:  # what is compiled says what is wrong with them
        kind.__init__ = _constructor(kind)
        kind.__init__(self, *arguments, **named)
        return
    for name, value in values.items():
        object.__setattr__(self, name, value)


def _constructor(kind: Any) -> Any:  # noqa: ANN401
    """Compiles what makes the values of a class, several times as fast as `_first`."""
    scope = {"default": kind.__value_defaults__, "__put": object.__setattr__}
    parameters = (
        f"{name}=default['{name}']" if name in kind.__value_defaults__ else name
        for name in kind.__slots__
    )
    lines = "\n".join(f"    __put(self, '{name}', {name})" for name in kind.__slots__)
    exec(f"def __init__(self, {', '.join(parameters)}):\n{lines}", scope)  # noqa: S102
    return scope["__init__"]


def _equal(self: Any, other: Any) -> Any:  # noqa: ANN401
    if type(other) is not type(self):
        return NotImplemented
    return bool(self.__value_parts__(self) == other.__value_parts__(other))


def _hashed(self: Any) -> int:  # noqa: ANN401
    return hash(self.__value_parts__(self))


def _shown(self: Any) -> str:  # noqa: ANN401
    parts = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
    return f"{type(self).__qualname__}({parts})"


def _reduced(self: Any) -> tuple[type, tuple[object, ...]]:  # noqa: ANN401
    return type(self), tuple(getattr(self, name) for name in self.__slots__)


def _refuse(self: object, name: str, *_: object) -> NoReturn:  # noqa: ARG001
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change field {name!r}")


class _Fields:
    """What `dataclasses` asks a class for, made when it does; only the names matter to it."""

    def __get__(self, _: object, kind: Any) -> dict[str, Field[Any]]:  # noqa: ANN401
        from dataclasses import make_dataclass

        twin = make_dataclass(kind.__name__, kind.__annotations__.items())
        made: dict[str, Field[Any]] = getattr(twin, "__dataclass_fields__")  # noqa: B009
        kind.__dataclass_fields__ = made
        return made


_SHARED = {
    "__init__": _first,
    "__eq__": _equal,
    "__hash__": _hashed,
    "__repr__": _shown,
    "__reduce__": _reduced,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__dataclass_fields__": _Fields(),
}
