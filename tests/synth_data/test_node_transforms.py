"""Where nodes stand: as trimesh says, bit for bit, but without its patience; chains of thousands; broken trees."""

import time
from itertools import pairwise

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_data.cad import cad_file
from synth_data.cad.building import import_cad
from synth_data.cad.node_transforms import placed_geometry
from synth_data.cad.trimesh_reader import read_with_trimesh
from tests.synth_data.objects import write_gltf
from vantage.errors import MeshError


def random_scene(seed: int, count: int) -> trimesh.Scene:
    """A tree of turned, scaled, shifted, mirrored and idle nodes, each with a solid."""
    rng = np.random.default_rng(seed)
    scene, names = trimesh.Scene(), ["world"]
    solid = trimesh.creation.box()
    for number in range(count):
        matrix = np.eye(4)
        if rng.random() < 0.8:
            matrix = trimesh.transformations.random_rotation_matrix(rng.random(3))
            matrix[:3, 3] = rng.normal(size=3)
        if rng.random() < 0.3:
            matrix[:3, :3] *= rng.choice([-1.0, 0.5, 3.0], 3)
        parent = names[int(rng.integers(max(0, len(names) - 3), len(names)))]
        scene.add_geometry(solid, f"n{number}", parent_node_name=parent, transform=matrix)
        names.append(f"n{number}")
    return scene


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(1, 14))
def test_the_same_bits_as_trimesh(seed, count):
    scene = random_scene(seed, count)
    expected = [scene.graph[node][::-1] for node in sorted(scene.graph.nodes_geometry)]
    found = list(placed_geometry(scene))
    assert [name for name, _ in found] == [name for name, _ in expected]
    for (_, one), (_, other) in zip(found, expected):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("everywhere", [False, True])
def test_chains_of_thousands_are_read_at_once(tmp_path, everywhere):
    count = 600 if everywhere else 2000
    nodes = [{"translation": [0.5, 0, 0], "children": [number + 1]} for number in range(count)]
    nodes[-1].pop("children")
    for node in nodes if everywhere else nodes[-1:]:
        node["mesh"] = 0
    path = write_gltf(tmp_path / "deep.gltf", nodes)
    start = time.process_time()
    model = import_cad(cad_file(path))
    assert time.process_time() - start < 10
    first = 0.5 if everywhere else 0.5 * count
    assert model.normalisation["offset"][0] == pytest.approx((first + 0.5 * count + 2) / 2)
    assert len(model.triangles) == (4 * count if everywhere else 4)


def test_nodes_in_a_circle_and_nodes_on_nothing_are_refused():
    for edges, words in (((("a", "b"), ("b", "a")), "lie in themselves"), ((("a", "b"),), "hangs on none")):
        scene = trimesh.Scene()
        scene.geometry["solid"] = trimesh.creation.box()
        for parent, child in edges:
            scene.graph.update(child, parent, matrix=2 * np.eye(4), geometry="solid")
        with pytest.raises(MeshError, match=words):
            list(placed_geometry(scene))


def test_a_long_chain_is_exact():
    scene = trimesh.Scene()
    turn = trimesh.transformations.rotation_matrix(np.radians(1), (0, 0, 1))
    names = ["world", *map(str, range(360))]
    for parent, child in pairwise(names):
        scene.graph.update(child, parent, matrix=turn)
    scene.geometry["solid"] = trimesh.creation.box()
    scene.graph.update("359", "358", matrix=turn, geometry="solid")
    ((_, found),) = placed_geometry(scene)
    np.testing.assert_allclose(found, np.eye(4), atol=1e-12)


def test_parts_of_a_mesh_come_in_the_order_of_the_file(tmp_path):
    parts = [{"attributes": {"POSITION": 0}, "indices": 1, "material": number} for number in range(9)]
    materials = [{"name": f"paint {number}"} for number in (4, 8, 1, 7, 0, 2, 6, 5, 3)]
    nodes = [{"name": "b", "mesh": 0, "children": [1]}, {"name": "a", "mesh": 1, "translation": [0, 0, 9]}]
    single = {"primitives": [{"attributes": {"POSITION": 0}, "indices": 1, "material": 9}]}
    meshes, materials = [{"primitives": parts}, single], [*materials, {"name": "own"}]
    path = write_gltf(tmp_path / "a.glb", nodes, meshes=meshes, materials=materials)
    pieces, _ = read_with_trimesh(cad_file(path))
    assert [piece.surface.name for piece in pieces] == ["own", *(material["name"] for material in materials[:-1])]
