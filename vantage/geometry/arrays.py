"""One implementation for NumPy arrays and Keras tensors: which module computes, and whether the shapes fit.

Every function of this package starts with ``xp, a, b = arrays(a, b)`` and then calls only functions that ``numpy``
and ``keras.ops`` share under one name. Keras is imported when the first tensor comes, not before.
"""

from __future__ import annotations

import numbers
from types import ModuleType
from typing import Any

import numpy as np

from vantage.errors import UserError

Array = Any
"""A NumPy array, or a tensor of the Keras backend."""

DEGREE = np.pi / 180.0
"""One degree in radians."""


class ShapeError(UserError, ValueError):
    """An array whose shape or kind is not what a function of geometry takes."""


def namespace(*values: Any) -> ModuleType:
    """Return the module that computes on ``values``: ``numpy``, or ``keras.ops`` where any of them is a tensor."""
    if all(_is_numpy(value) for value in values):
        return np
    import keras

    return keras.ops


def arrays(*values: Any) -> tuple[Any, ...]:
    """Return ``(module, *values)`` with every value as a floating-point array of one kind.

    NumPy keeps the precision that it is given; integers become float64, and so may a single number or matrix, since
    NumPy 1 promotes arrays without dimensions. Beside a tensor, numbers and NumPy arrays become tensors of its
    floating-point type (integer tensors that of ``keras.config.floatx()``).

    Raises:
        ShapeError: for what is no array of real numbers, such as a ragged list or text.
    """
    xp = namespace(*values)
    if xp is np:
        return np, *(_as_floats(value) for value in values)
    dtype = _tensor_dtype(values)
    return xp, *(_as_tensor(value, dtype) for value in values)


def require_shape(name: str, array: Array, *last: int) -> None:
    """Check that the trailing dimensions of ``array`` are ``last``.

    Raises:
        ShapeError: otherwise, naming the argument and both shapes.
    """
    shape = _shape(array)
    if shape is not None and (len(shape) < len(last) or shape[len(shape) - len(last) :] != last):
        expected = ", ".join(["...", *map(str, last)])
        raise ShapeError(f"{name} has shape {list(shape)}", f"[{expected}]")


def require_broadcast(**named: Array) -> None:
    """Check that the named arrays broadcast against each other; dimensions that a graph does not know are taken to fit.

    Raises:
        ShapeError: otherwise, naming the arguments and all shapes.
    """
    shapes = {name: _shape(value) for name, value in named.items()}
    known = [tuple(1 if size is None else size for size in shape) for shape in shapes.values() if shape is not None]
    try:
        np.broadcast_shapes(*known)
    except ValueError:
        listed = ", ".join(f"{name} {list(shape)}" for name, shape in shapes.items() if shape is not None)
        raise ShapeError(f"the shapes {listed} do not go together", "shapes that broadcast") from None


def matrix(xp: ModuleType, rows: tuple[tuple[Array, ...], ...]) -> Array:
    """Stack entries of one shape [...] into matrices [..., rows, columns]."""
    return xp.stack([xp.stack(row, axis=-1) for row in rows], axis=-2)


def norm(xp: ModuleType, vector: Array) -> Array:
    """Return the length [..., 1] of ``vector`` [..., n]. Its gradient at 0 is 0, where sqrt alone would give NaN."""
    square = xp.sum(vector * vector, axis=-1, keepdims=True)
    positive = square > 0
    return xp.where(positive, xp.sqrt(xp.where(positive, square, xp.ones_like(square))), xp.zeros_like(square))


def unit(xp: ModuleType, vector: Array) -> Array:
    """Return ``vector`` [..., n] at length 1, however small or large it is; a vector of length 0 stays 0."""
    largest = xp.max(xp.abs(vector), axis=-1, keepdims=True)
    # scaled first, since squares of small numbers have few digits or none
    vector = vector / xp.where(largest > 0, largest, xp.ones_like(largest))
    length = norm(xp, vector)
    return vector / xp.where(length > 0, length, xp.ones_like(length))


def transpose(xp: ModuleType, array: Array) -> Array:
    """Swap the last two dimensions."""
    return xp.swapaxes(array, -1, -2)


def multiply_vector(xp: ModuleType, array: Array, vector: Array) -> Array:
    """Return ``array`` [..., m, n] times ``vector`` [..., n]."""
    return xp.sum(array * vector[..., None, :], axis=-1)


def _is_numpy(value: Any) -> bool:
    """Whether NumPy should take ``value``."""
    return value is None or isinstance(value, (np.ndarray, np.generic, numbers.Number, list, tuple, str, bytes))


def _as_floats(value: Any) -> np.ndarray:
    """Return ``value`` as a NumPy array of floats."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ShapeError("a ragged list was given", "an array of numbers") from None
    if array.dtype.kind not in "fiub":
        raise ShapeError(f"an array of {array.dtype} was given", "an array of real numbers")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _is_tensor(value: Any) -> bool:
    """Whether ``value`` is the backend's, a symbolic tensor of Keras, or a variable."""
    import keras

    return keras.ops.is_tensor(value) or isinstance(value, (keras.KerasTensor, keras.Variable))


def _tensor_dtype(values: tuple[Any, ...]) -> str:
    """Return the floating-point type of the first tensor that has one."""
    import keras

    for value in values:
        if _is_tensor(value):
            dtype = keras.backend.standardize_dtype(value.dtype)
            if "float" in dtype:
                return dtype
    return keras.config.floatx()


def _as_tensor(value: Any, dtype: str) -> Array:
    """Return ``value`` as a tensor of ``dtype``."""
    import keras

    if _is_tensor(value):
        same = keras.backend.standardize_dtype(value.dtype) == dtype
        return value if same else keras.ops.cast(value, dtype)
    if not _is_numpy(value):
        raise ShapeError(f"{type(value).__name__} was given", f"a tensor of the backend {keras.backend.backend()}")
    return keras.ops.convert_to_tensor(_as_floats(value), dtype)


def _shape(array: Array) -> tuple[int | None, ...] | None:
    """Return the static shape, or None where a graph does not know the rank."""
    try:
        return tuple(array.shape)
    except ValueError:
        return None
