"""The skeletons of 3D-INN: numbers of points and edges as published, and shapes that have them."""

import pytest

from synth_data.shapes import CATEGORIES, sample_shape
from synth_data.shapes.skeletons import SKELETONS

COUNTS = {"chair": (10, 11), "swivelchair": (13, 13), "table": (8, 8), "bed": (10, 12), "sofa": (14, 15)}

MEANS = {
    "chair": "0>4 1>5 2>6 3>7 4>5 5>6 6>7 4>7 7>8 6>9 8>9",
    "swivelchair": "0>5 1>5 2>5 3>5 4>5 5>6 7>8 8>9 7>10 9>10 10>11 11>12 9>12",
    "table": "0>1 1>3 0>2 2>3 0>4 1>5 2>6 3>7",
    "bed": "0>4 1>5 2>6 3>7 2>3 4>5 5>6 6>7 4>7 7>8 6>9 8>9",
    "sofa": "0>4 1>5 2>6 3>7 4>5 5>6 6>7 4>7 7>8 6>9 8>9 10>11 11>4 12>13 13>5",
}
"""The release's edges over the numbers of its points."""


@pytest.mark.parametrize("name", list(SKELETONS))
def test_points_and_edges_are_those_of_the_release(name):
    skeleton = SKELETONS[name]
    assert (len(skeleton.points), len(skeleton.edges)) == COUNTS[name]
    assert len(set(skeleton.points)) == len(skeleton.points)
    numbers = {tuple(sorted(skeleton.points.index(end) for end in edge)) for edge in skeleton.edges}
    assert numbers == {tuple(sorted(map(int, edge.split(">")))) for edge in MEANS[name].split()}


@pytest.mark.parametrize("name", sorted(set(SKELETONS) & set(CATEGORIES)))
def test_shapes_have_the_points_and_edges(name):
    for seed in range(3):
        shape = sample_shape(name, seed)
        assert set(shape.keypoints) == set(SKELETONS[name].points)
        assert shape.edges == SKELETONS[name].edges


def test_right_is_first_as_the_mean_shapes_have_it():
    chair = sample_shape("chair", 0)
    first, second, third, _ = (chair.keypoints[name] for name in SKELETONS["chair"].points[:4])
    assert first[0] < 0 < second[0] and first[1] < 0 < third[1]
    table = sample_shape("table", 0)
    first, second, third, _ = (table.keypoints[name] for name in SKELETONS["table"].points[:4])
    assert first[0] < 0 < second[0] and third[1] < 0 < first[1]
