"""Sources, classes, mixing, and the stream of batches."""

import numpy as np
import pytest

from render4cnn.commands import Train
from render4cnn.config import PRESETS, preset
from render4cnn.data import (
    HELD_OUT,
    DataSpec,
    augment_config,
    box_size,
    class_indices,
    class_names,
    hold_out,
    is_hard,
    load_crops,
    mixing_weights,
    open_training,
    select,
    spread,
    training_stream,
)
from render4cnn.evaluate import scored_views
from tests.render4cnn.micro import config
from tests.toy_cars import write_toy_cars
from vantage.benchmarks import open_views
from vantage.errors import DataError
from vantage.records.sources import Subset, fold_of


@pytest.fixture(scope="module")
def cars(tmp_path_factory):
    return f"cars:{write_toy_cars(tmp_path_factory.mktemp('data') / 'cars')}"


def test_limited_selection_is_nested_and_seeded():
    source = [{"category": "car", "index": n} for n in range(100)]
    small, large, other = select(source, 10, 1), select(source, 50, 1), select(source, 10, 2)
    indices = [{view["index"] for view in chosen} for chosen in (small, large, other)]
    assert len(small) == 10
    assert indices[0] < indices[1]
    assert indices[0] != indices[2]
    assert select(source, None, 1) is source
    assert select(source, 100, 1) is source


def test_spread_covers_the_source():
    source = [{"index": n} for n in range(101)]
    assert [view["index"] for view in (spread(source, 5)[i] for i in range(5))] == [0, 25, 50, 75, 100]
    assert spread(source, 200) is source


def test_classes_are_sorted_and_numbered():
    sources = [[{"category": "table"}, {"category": "car"}], [{"category": "chair"}]]
    classes = class_names(sources)
    assert classes == ("car", "chair", "table")
    assert class_indices(["chair", "car", "table"], classes).tolist() == [1, 0, 2]


def test_unknown_class_names_the_known_ones():
    with pytest.raises(DataError, match=r"unknown class 'boat', 'bus'; expected one of car, chair"):
        class_indices(["bus", "car", "boat", "bus"], ("car", "chair"))


def test_mixing_by_weight_or_by_size():
    sources = [range(30), range(10)]
    assert mixing_weights([DataSpec("a"), DataSpec("b")], sources) == [0.75, 0.25]
    assert mixing_weights([DataSpec("a", 1.0), DataSpec("b", 4.0)], sources) == [0.2, 0.8]


def test_open_training_limits(cars):
    (source,) = open_training([DataSpec(cars, limit=5)], seed=0)
    assert len(source.train) == 5
    assert source.validation is None  # too few


def photographs(count, rare=3):
    """Views of pictures that show two objects each, a few of them of a second class."""
    return [{"category": "bus" if n < rare else "car", "index": n, "source_image": str(n // 2)} for n in range(count)]


def numbers(source):
    return {source[place]["index"] for place in range(len(source))}


def test_held_out_photographs_are_not_learned_from():
    source = photographs(400)
    train, held = hold_out(source, 100)
    assert numbers(train) | numbers(held) == set(range(400)) and not numbers(train) & numbers(held)
    assert len(held) == 400 * HELD_OUT - 2, "whole pictures, and never above the share of a class"
    assert {n // 2 for n in numbers(train)}.isdisjoint(n // 2 for n in numbers(held)), "a picture is on one side"
    assert all(view["category"] == "car" for view in (held[n] for n in range(len(held)))), "none of a rare class"
    assert numbers(hold_out(source, 100)[1]) == numbers(held), "a training that goes on holds out the same"
    assert len(hold_out(source, 6)[1]) == 6
    assert hold_out(source[:20], 100)[1] is None, "too few to give one away"


def test_a_limit_holds_for_what_is_held_out_too(tmp_path):
    folder = write_toy_cars(tmp_path / "cars", train=45, val=2)
    (opened,) = open_training([DataSpec(f"cars:{folder}", limit=40)], seed=0)
    assert (len(opened.train), len(opened.validation)) == (38, 2)


def test_training_never_looks_at_other_splits_of_photographs(tmp_path):
    folder = write_toy_cars(tmp_path / "cars", train=45, val=20)
    for photograph in sorted((folder / "images").iterdir())[45:]:
        photograph.unlink()
    text = (folder / "labels.csv").read_text().splitlines()
    (folder / "labels.csv").write_text("\n".join(line for line in text if ",val," not in line))
    (opened,) = open_training([DataSpec(f"cars:{folder}")], seed=0)
    assert len(opened.train) + len(opened.validation) == 45


@pytest.mark.parametrize("name", PRESETS)
def test_presets_fit_the_pipeline(name):
    settings = augment_config(preset(name), "/photos")
    assert settings.image_size == preset(name).model.image_size
    assert settings.background == "photos:/photos"


def test_unknown_augmentation_is_named():
    with pytest.raises(ValueError, match="AugmentConfig has no field blurr"):
        augment_config(config(augmentation={"blurr": 1.0}))


def stream(cars):
    sources = [item.train for item in open_training([DataSpec(cars)], 0)]
    return training_stream(sources, [1.0], config(), ("boat", "car"))


def test_stream_gives_tensors_and_goes_on_from_its_state(cars):
    first = stream(cars)
    batches = [next(first) for _ in range(3)]
    state = first.get_state()
    images, labels = next(first)
    assert images.shape == (8, 32, 32, 3)
    assert images.dtype == np.float32
    assert set(labels) == {"azimuth", "elevation", "tilt", "class_index", "fold"}
    assert labels["class_index"].tolist() == [1] * 8
    assert not any(np.array_equal(images, batch[0]) for batch in batches)
    second = stream(cars)
    second.set_state(state)
    again, labels_again = next(second)
    np.testing.assert_array_equal(again, images)
    np.testing.assert_array_equal(labels_again["azimuth"], labels["azimuth"])


def test_state_is_plain_json(cars):
    import json

    first = stream(cars)
    next(first)
    state = json.loads(json.dumps(first.get_state()))
    expected, _ = next(first)
    second = stream(cars)
    second.set_state(state)
    np.testing.assert_array_equal(next(second)[0], expected)


def test_crops_for_scoring(cars):
    source = open_views(cars, "val")
    crops = load_crops(source, 32)
    assert crops.images.shape == (8, 32, 32, 3)
    assert crops.images.dtype == np.uint8
    assert set(crops.categories) == {"car"}
    assert crops.real.all()
    np.testing.assert_allclose(crops.viewpoints[3], source[3]["viewpoint"][:3])
    assert crops.folds.tolist() == [1] * 8
    assert crops.sizes.tolist() == [48.0] * 8


def test_hard_objects():
    assert not is_hard({})
    assert not is_hard({"truncated": False, "difficult": np.bool_(False)})
    assert all(is_hard({name: True}) for name in ("truncated", "occluded", "difficult"))


def test_symmetry_and_box_size_of_a_view():
    view = {"bbox": np.array([0, 0, 10, 4]), "symmetry": {"mirror": True, "fold": 0}}
    assert (fold_of(view), box_size(view)) == (0, 10.0)
    photo = {"bbox": np.array([0, 0, 10, 4]), "source_bbox": np.array([5, 5, 25, 65])}
    assert (fold_of(photo), box_size(photo)) == (1, 60.0), "in the photograph, not in its crop"


def test_views_without_a_fine_viewpoint_are_left_out(tmp_path):
    photographs = write_toy_cars(tmp_path / "cars", train=3, val=0)
    rows = ["0000.png,car,10,5", "0001.png,bus,10,", "0002.png,bus,,"]
    table = tmp_path / "labels.csv"
    table.write_text("\n".join(["file,category,azimuth_deg,elevation_deg", *rows]))
    spec = f"csv:{table},images={photographs / 'images'}"
    sources = [item.train for item in open_training([DataSpec(spec)], 0)]
    assert class_names(sources) == ("car",) and len(sources[0]) == 1
    with pytest.raises(DataError, match="no view with a fine viewpoint"):
        open_training([DataSpec(f"{spec},categories=bus")], 0)
    source = open_views(spec, "all")
    assert len(scored_views(source, spec)) == 1
    with pytest.raises(DataError, match="has 1 view, none with azimuth and elevation"):
        scored_views(Subset(source, [1]), spec)


def test_a_limit_of_real_views_holds_for_all_photographs(cars):
    command = Train(out="x", data=(cars, "renders", "csv:a.csv", "pascal3d:b,subset=easy"), max_real=5)
    assert [item.limit for item in command._plan().data] == [5, None, 5, 5]
