"""Frozen dataclasses to plain JSON values and back, with errors that name the field."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def to_plain(config: Any) -> dict[str, Any]:
    """Return the dataclass ``config`` as nested dictionaries, lists and scalars."""
    return _listed(dataclasses.asdict(config))


def from_plain(cls: type[T], values: Mapping[str, Any]) -> T:
    """Rebuild dataclass ``cls`` from what :func:`to_plain` returned.

    A missing field takes its default. Nested dataclasses are rebuilt and lists become tuples.

    Raises:
        ValueError: a field that ``cls`` does not have, or a value of the wrong kind, by name.
    """
    hints = typing.get_type_hints(cls)
    names = {field.name for field in dataclasses.fields(cls)}
    unknown = sorted(set(values) - names)
    if unknown:
        raise ValueError(f"{cls.__name__} has no field {', '.join(unknown)}")
    return cls(**{name: _typed(hints[name], value, f"{cls.__name__}.{name}") for name, value in values.items()})


def _listed(value: Any) -> Any:
    """Turn tuples into lists, everywhere."""
    if isinstance(value, Mapping):
        return {key: _listed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(item) for item in value]
    return value


def _typed(hint: Any, value: Any, name: str) -> Any:
    """Return ``value`` as ``hint`` asks, or raise."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        if value is None:
            return None
        hint = next(option for option in typing.get_args(hint) if option is not type(None))
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise ValueError(f"{name} is {value!r}; expected a group of fields")
        return from_plain(hint, value)
    if typing.get_origin(hint) is tuple:
        return tuple(_tuple_items(hint, value, name))
    return _scalar(hint, value, name)


def _tuple_items(hint: Any, value: Any, name: str) -> list[Any]:
    """Return the items of a tuple field, each as its own hint asks."""
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"{name} is {value!r}; expected a list")
    kinds = [kind for kind in typing.get_args(hint) if kind is not Ellipsis]
    if len(kinds) == 1:
        kinds = kinds * len(value)
    if len(kinds) != len(value):
        raise ValueError(f"{name} has {len(value)} items; expected {len(kinds)}")
    return [_typed(kind, item, name) for kind, item in zip(kinds, value)]


def _scalar(hint: Any, value: Any, name: str) -> Any:
    """Check a scalar; an int is taken for a float."""
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and (not isinstance(value, hint) or (hint is not bool and isinstance(value, bool))):
        raise ValueError(f"{name} is {value!r}; expected {hint.__name__}")
    return value
