"""Where the meshes of a scene stand, however deep their nodes lie in each other.

trimesh's own ``scene.graph[node]`` looks for the best order of multiplication, which takes the cube of the depth: a
minute for 300 nodes. What comes out here is the same, to the last bit. Nodes of meshes of several materials get names
from it that are drawn anew each time, so those do not decide the order here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import trimesh
from trimesh.transformations import fix_rigid

from vantage.errors import MeshError

_NEAR_IDENTITY = 1e-8
"""Transforms that differ less from the identity are left out of longer chains, as trimesh does."""


def placed_geometry(scene: trimesh.Scene) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the name of each geometry and its world_from_mesh, float64 [4, 4], in the order of their nodes' names.

    The parts of one mesh come in their order in the file.

    Raises:
        MeshError: nodes that hang on nothing, or on themselves.
    """
    forest, base = scene.graph.transforms, scene.graph.base_frame
    steps = {node: (parent, _edge(forest, parent, node)) for node, parent in forest.parents.items()}
    chain = {node: (parent, None if _is_identity(matrix) else matrix) for node, (parent, matrix) in steps.items()}
    for node in sorted(scene.graph.nodes_geometry, key=lambda node: _file_name(scene, node)):
        parent, matrix = steps.get(node, (None, np.eye(4)))
        world_from_node = matrix if parent == base or node == base else _product(chain, base, node)
        repaired = fix_rigid(world_from_node, max_deviance=scene.graph.repair_rigid)
        yield forest.node_data[node]["geometry"], np.asarray(repaired, np.float64)


def _file_name(scene: trimesh.Scene, node: Any) -> str:
    """Return the name of a node; of a part of a mesh, that of the mesh's node, without what trimesh draws."""
    forest = scene.graph.transforms
    mesh, parent = scene.geometry.get(forest.node_data[node]["geometry"]), forest.parents.get(node)
    drawn = mesh is not None and mesh.metadata.get("from_gltf_primitive") and str(node).startswith(f"{parent}_")
    return f"{parent}_" if drawn else str(node)


def _edge(forest: Any, parent: Any, node: Any) -> np.ndarray:
    return forest.edge_data[parent, node].get("matrix", np.eye(4))


def _is_identity(matrix: np.ndarray) -> bool:
    return bool(np.abs(matrix - np.eye(4)).max() <= _NEAR_IDENTITY)


def _product(chain: Mapping[Any, tuple[Any, np.ndarray | None]], base: Any, node: Any) -> np.ndarray:
    """Return the product of the transforms from ``base`` down to ``node``, the last two multiplied first."""
    found = None
    for _ in range(len(chain) + 1):
        if node not in chain:
            raise MeshError(f"node {str(node)[:80]!r} hangs on none of the scene's", do="export it again")
        node, matrix = chain[node]
        if matrix is not None:
            found = matrix if found is None else np.dot(matrix, found)
        if node == base:
            return np.eye(4) if found is None else found
    raise MeshError("nodes that lie in themselves", do="export it again")
