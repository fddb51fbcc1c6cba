"""The network: one trunk, three softmax heads with a block of bins per class, and heads for offsets and class."""

from __future__ import annotations

import dataclasses

import keras
from keras import layers

from render4cnn.config import ANGLES, CATEGORY, OFFSET, LossConfig, ModelConfig
from render4cnn.losses import ViewpointLoss
from render4cnn.trunks import TRUNKS, dense, head
from vantage.training.configs import from_plain, to_plain


@keras.saving.register_keras_serializable("render4cnn")
class ViewpointModel(keras.Model):
    """Viewpoint classifier.

    Input: images float [B, S, S, 3], RGB in [0, 1], the crop of the object's box stretched to a square.
    Output, float32: ``{"azimuth", "elevation", "tilt"}``, logits [B, classes, bins]; the class is given at test time,
    or told by ``category``, logits [B, classes]. ``azimuth_offset`` and its like, [B, bins], are how far beside each
    bin's centre the angle lies if it is of that bin, in bin widths; they are the same for all classes. Which of them
    there are depends on the configuration; networks of one class have no ``category``.

    Args:
        model: :class:`ModelConfig`, or its plain form.
        classes: names, in the order of the blocks.
        loss: :class:`LossConfig`, or its plain form.
        l2: Caffe's weight decay: half of it times the squared kernels joins the loss (alexnet only).

    Raises:
        ValueError: an unknown trunk, or no class.
    """

    def __init__(self, model, classes, loss=None, l2=0.0, **kwargs):
        model = model if isinstance(model, ModelConfig) else from_plain(ModelConfig, model)
        loss = loss if isinstance(loss, LossConfig) else from_plain(LossConfig, loss or {})
        if model.trunk not in TRUNKS:
            raise ValueError(f"unknown trunk {model.trunk!r}; expected one of {', '.join(TRUNKS)}")
        if not classes:
            raise ValueError("a viewpoint model needs at least one class")
        image = keras.Input((model.image_size, model.image_size, 3), name="image")
        super().__init__(inputs=image, outputs=_outputs(image, model, len(classes), l2), **kwargs)
        self.model_config, self.classes, self.loss_config, self.l2 = model, tuple(classes), loss, l2
        self.viewpoint_loss = ViewpointLoss(**dataclasses.asdict(loss))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the loss over the heads plus penalties; see :class:`ViewpointLoss` for the labels."""
        loss = self.viewpoint_loss(y, y_pred)
        return sum(self.losses, start=loss)

    def get_config(self):
        own = {"model": to_plain(self.model_config), "classes": list(self.classes)}
        return {"name": self.name, **own, "loss": to_plain(self.loss_config), "l2": self.l2}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        return cls(**config)


def _outputs(image, config, classes, l2):
    """Return the three heads' logits on top of the trunk."""
    decay = {"decay": l2} if config.trunk == "alexnet" else {}
    x = TRUNKS[config.trunk](image, config, **decay)
    x = dense(x, config.features, "features", l2) if config.features else x
    if config.dropout and config.trunk != "alexnet":
        x = layers.Dropout(config.dropout, name="drop")(x)
    calibrated = config.calibrated
    outputs = {name: head(x, (classes, bins), name, l2, calibrated) for name, bins in zip(ANGLES, config.bins)}
    if config.offsets:
        outputs |= {name + OFFSET: head(x, (bins,), name + OFFSET) for name, bins in zip(ANGLES, config.bins)}
    if config.class_head and classes > 1:
        outputs[CATEGORY] = head(x, (classes,), CATEGORY, l2, calibrated)
    return outputs


def build_model(config, classes):
    """Build the network of :class:`render4cnn.config.Config` for ``classes``, not yet compiled."""
    l2 = config.optimiser.weight_decay if config.optimiser.name == "sgd" else 0.0
    return ViewpointModel(config.model, classes, config.loss, l2, name="render4cnn")
