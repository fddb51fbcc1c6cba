"""The geometric-structure-aware loss against a plain NumPy version and the released code's numbers."""

import keras
import numpy as np
import pytest
from keras import ops

from render4cnn.config import preset
from render4cnn.losses import (
    ViewpointLoss,
    circular_targets,
    class_cross_entropy,
    offset_loss,
    true_block,
    window_cross_entropy,
)

PAPER = preset("paper").loss


def oracle_targets(angle, bins, window, sigma):
    """The released loss layer, bin by bin: weight exp(-|k| / sigma) at distance k from the nearest bin."""
    label = int(np.floor(angle + 0.5)) % bins
    weights = np.zeros(bins)
    for k in range(-int(window), int(window) + 1):
        weights[(label + k) % bins] = np.exp(-abs(k) / sigma)
    return weights


@pytest.mark.parametrize("angle", [0.0, 0.4, 0.6, 7.3, 179.9, 359.7, -12.0, 725.0])
def test_targets_are_the_papers(angle):
    found = np.asarray(circular_targets(np.array([angle]), 360, 15.0, 5.0))
    np.testing.assert_allclose(found[0], oracle_targets(angle, 360, 15, 5), atol=1e-5)


def test_total_weights_are_those_of_the_specification():
    totals = [
        float(ops.sum(circular_targets(np.array([33.0]), 360, window, sigma)))
        for window, sigma in zip(PAPER.window, PAPER.sigma)
    ]
    assert totals == pytest.approx([9.6, 5.1, 5.1], abs=0.06)


@pytest.mark.parametrize("kernel", ["exponential", "gaussian"])
@pytest.mark.parametrize("bins", [24, 72, 120, 360])
def test_normalised_targets(kernel, bins):
    angle = np.array([1.0, 123.4, 359.9])
    found = np.asarray(circular_targets(angle, bins, 20.0, 5.0, kernel, normalised=True, snap=False))
    np.testing.assert_allclose(found.sum(1), 1.0, rtol=1e-5)
    assert (found.argmax(1) == np.round(angle * bins / 360) % bins).all()


def test_unsnapped_gaussian_has_its_mean_at_the_label():
    angle = 100.7
    found = np.asarray(circular_targets(np.array([angle]), 120, 15.0, 4.0, "gaussian", True, snap=False))[0]
    assert found @ (np.arange(120) * 3.0) == pytest.approx(angle, abs=0.1)


def test_every_label_has_a_bin_in_its_window():
    angle = np.linspace(0, 360, 1000)
    found = np.asarray(circular_targets(angle, 24, 7.5, 4.0, snap=False))
    assert (found.sum(1) > 0).all()


def test_block_of_the_true_class():
    logits = np.arange(24, dtype="float32").reshape(2, 3, 4)
    found = np.asarray(true_block(logits, np.array([2, 0])))
    np.testing.assert_array_equal(found, [logits[0, 2], logits[1, 0]])


def labels(angles, classes):
    azimuth, elevation, tilt = np.asarray(angles, "float32").T
    return {"azimuth": azimuth, "elevation": elevation, "tilt": tilt, "class_index": np.asarray(classes, "int32")}


def paper_loss():
    return ViewpointLoss(PAPER.window, PAPER.sigma, PAPER.weights)


def test_value_by_hand(rng):
    logits = {name: rng.normal(size=(2, 3, 360)).astype("float32") for name in ("azimuth", "elevation", "tilt")}
    angles, classes = [[10.0, 5.0, 0.0], [200.0, -20.0, 350.0]], [1, 2]
    expected = 0.0
    for item, number in enumerate(classes):
        for angle, name, window, sigma in zip(angles[item], logits, PAPER.window, PAPER.sigma):
            block = logits[name][item, number].astype(float)
            log_p = block - np.log(np.exp(block).sum())
            expected -= oracle_targets(angle, 360, window, sigma) @ log_p / 2
    assert float(paper_loss()(labels(angles, classes), logits)) == pytest.approx(expected, rel=1e-5)


def test_gradient_is_total_weight_times_p_minus_weights(rng):
    """Specification 1.3; by central differences, so that it holds on every backend."""
    block = rng.normal(size=(1, 36)).astype("float64")
    targets = np.asarray(circular_targets(np.array([50.0]), 36, 40.0, 20.0))
    p = np.exp(block) / np.exp(block).sum()
    expected = targets.sum() * p - targets
    step = 1e-2
    for bin_number in range(0, 36, 5):
        moved = np.repeat(block, 2, axis=0)
        moved[:, bin_number] += [step, -step]
        up, down = np.asarray(window_cross_entropy(np.repeat(targets, 2, axis=0), moved.astype("float32")))
        assert (up - down) / (2 * step) == pytest.approx(expected[0, bin_number], abs=2e-3)


def test_other_classes_receive_no_gradient(rng):
    loss = paper_loss()
    names = ("azimuth", "elevation", "tilt")
    model = keras.Sequential([keras.layers.Dense(3 * 3 * 36), keras.layers.Reshape((3, 3, 36))])
    x = rng.normal(size=(2, 4)).astype("float32")
    model(x)

    class Trained(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = model

        def call(self, inputs):
            out = self.inner(inputs)
            return {name: out[:, number] for number, name in enumerate(names)}

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return loss(y, y_pred)

    trained = Trained()
    trained.compile(optimizer=keras.optimizers.SGD(1.0))
    before = np.array(model.layers[0].bias).reshape(3, 3, 36)
    trained.train_on_batch(x, labels([[10, 0, 0], [90, 10, 5]], [1, 1]))
    moved = np.abs(np.array(model.layers[0].bias).reshape(3, 3, 36) - before)
    assert (moved[:, 1] > 0).all()
    assert not moved[:, [0, 2]].any()


def test_config_round_trip():
    loss = ViewpointLoss((10, 5, 5), (2, 3, 4), (1, 0.5, 0.25), "gaussian", True, False)
    assert ViewpointLoss(**loss.get_config()).get_config() == loss.get_config()


def test_unknown_kernel():
    with pytest.raises(ValueError, match="unknown kernel 'box'; expected one of exponential, gaussian"):
        ViewpointLoss((1, 1, 1), (1, 1, 1), (1, 1, 1), kernel="box")


@pytest.mark.parametrize("fold", [1, 2, 4])
@pytest.mark.parametrize(("kernel", "normalised"), [("gaussian", True), ("exponential", False)])
def test_every_turn_that_shows_the_same_is_a_target(fold, kernel, normalised):
    plain = np.asarray(circular_targets(np.array([10.0]), 72, 15.0, 4.0, kernel, normalised, snap=False))
    found = np.asarray(
        circular_targets(np.array([10.0]), 72, 15.0, 4.0, kernel, normalised, snap=False, fold=np.array([fold]))
    )
    expected = sum(np.roll(plain, step * 72 // fold, axis=1) for step in range(fold)) / fold
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("normalised", [True, False])
def test_a_bottle_has_no_azimuth(normalised):
    options = {"kernel": "exponential", "normalised": normalised, "snap": False}
    plain = np.asarray(circular_targets(np.array([33.0]), 72, 15.0, 4.0, **options))
    found = np.asarray(circular_targets(np.array([33.0]), 72, 15.0, 4.0, **options, fold=np.array([0])))
    np.testing.assert_allclose(found, plain.sum() / 72, rtol=1e-5)


def test_symmetry_leaves_elevation_and_tilt_alone(rng):
    loss = ViewpointLoss((15.0,) * 3, (4.0,) * 3, (1.0,) * 3, normalised=True)
    logits = {name: rng.normal(size=(2, 1, 36)).astype("float32") for name in ("azimuth", "elevation", "tilt")}
    labels = {name: np.array([20.0, -40.0], "float32") for name in logits} | {"class_index": np.zeros(2, int)}
    plain = loss.parts(labels, logits)
    symmetric = loss.parts({**labels, "fold": np.array([0, 2])}, logits)
    assert not np.allclose(plain[0], symmetric[0])
    np.testing.assert_allclose(np.asarray(plain[1:]), np.asarray(symmetric[1:]))


def test_offsets_are_learned_near_the_angle_only():
    offsets = np.full((1, 36), 9.0, "float32")
    near = [0, 1, 2, 3, 4]  # 23 degrees is 2.3 bins
    offsets[0, near] = 2.3 - np.array(near)
    assert float(offset_loss(np.array([23.0]), offsets)[0]) == pytest.approx(0.0, abs=1e-6)
    offsets[0, 2] += 0.5
    assert float(offset_loss(np.array([23.0]), offsets)[0]) == pytest.approx(0.125 / 5, rel=1e-4)


def test_the_class_has_its_own_cross_entropy():
    logits = np.log(np.array([[0.2, 0.5, 0.3]], "float32"))
    assert float(class_cross_entropy(np.array([1]), logits)[0]) == pytest.approx(-np.log(0.5), rel=1e-5)
