"""Rules of the house that no linter has: what `test_house.py` looks for in every file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

SEEDED_NUMPY = {
    "BitGenerator",
    "Generator",
    "MT19937",
    "PCG64",
    "PCG64DXSM",
    "Philox",
    "SFC64",
    "SeedSequence",
    "default_rng",
}
"""What numpy.random has that carries its own state."""

MACHINE_PATHS = re.compile(r"(?<![\w./-])/(?:home|root|work|Users|mnt|opt)/\w")
REGISTRY_HOSTS = re.compile(r"\b(?:pypi\.org|pythonhosted\.org|download\.blender\.org|download\.pytorch\.org)|file:///")


def global_randomness(source: str) -> Iterator[str]:
    """Yield ``line: name`` for each use of random state that belongs to the process instead of to the caller.

    These are functions of ``random``, ``numpy.random``, ``tf.random`` and ``torch`` that draw from or seed a hidden
    generator, ``keras.utils.set_random_seed``, and functions of ``keras.random`` called without a seed.
    """
    tree = ast.parse(source)
    names = _imported_names(tree)
    seeded = {id(call.func) for call in ast.walk(tree) if isinstance(call, ast.Call) and _has_seed(call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            name = _dotted(node, names)
            if name and _is_global_random(name, id(node) in seeded):
                yield f"{node.lineno}: {name}"


def _imported_names(tree: ast.AST) -> dict[str, str]:
    """Return local name -> full dotted name for every import in ``tree``."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                names[local] = alias.name if alias.asname else local
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _dotted(node: ast.AST, names: dict[str, str]) -> str | None:
    """Return the full dotted name that ``node`` stands for, where it starts at an import."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return None
    return ".".join([names[node.id], *reversed(parts)])


def _has_seed(call: ast.Call) -> bool:
    """Tell whether a call is given a seed by name."""
    return any(keyword.arg == "seed" for keyword in call.keywords)


def _is_global_random(name: str, seeded: bool) -> bool:
    """Tell whether dotted ``name`` uses the process's random state."""
    module, _, function = name.rpartition(".")
    match module:
        case "random":
            return function not in {"Random", "SystemRandom"}
        case "numpy.random":
            return function not in SEEDED_NUMPY
        case "tensorflow.random":
            return function != "Generator" and not function.startswith("stateless_")
        case "keras.random":
            return function != "SeedGenerator" and not seeded
        case "keras.utils" | "tensorflow.keras.utils":
            return function == "set_random_seed"
        case "torch":
            return function in {"manual_seed", "seed", "rand", "randn", "randint", "randperm"}
    return False


def private_words(text: str) -> Iterator[str]:
    """Yield ``line: match`` for each path of somebody's machine and each package registry's address."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern in (MACHINE_PATHS, REGISTRY_HOSTS):
            if found := pattern.search(line):
                yield f"{number}: {found[0]}"
