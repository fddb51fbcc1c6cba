"""Trunks: image -> features. Every layer is named, so that a weight's path is the same in every build.

``alexnet`` is the paper's; ``mobilenet`` follows MobileNetV3-small (Howard et al. 2019, table 2); ``resnet`` is a
narrow residual network (He et al. 2016) for small images; ``efficientnet`` is Keras' EfficientNetV2-S (Tan and Le
2021).
"""

from __future__ import annotations

import math

from keras import applications, initializers, layers, regularizers

from render4cnn.layers import LocalResponseNormalisation, PixelNormalisation, Temperature
from vantage.training.normalisation import BatchNormalization

# kernel, expanded channels, output channels, squeeze-and-excite, hard swish, stride
MOBILENET_BLOCKS = (
    (3, 16, 16, True, False, 2),
    (3, 72, 24, False, False, 2),
    (3, 88, 24, False, False, 1),
    (5, 96, 40, True, True, 2),
    (5, 240, 40, True, True, 1),
    (5, 240, 40, True, True, 1),
    (5, 120, 48, True, True, 1),
    (5, 144, 48, True, True, 1),
    (5, 288, 96, True, True, 2),
    (5, 576, 96, True, True, 1),
    (5, 576, 96, True, True, 1),
)

RESNET_STAGES = (32, 64, 128, 256)


def _channels(count, width):
    """Return ``count * width`` rounded to a multiple of 8, at least 8."""
    return max(8, int(count * width + 4) // 8 * 8)


def _activation(hard_swish, name):
    return layers.Activation("hard_silu" if hard_swish else "relu", name=name)


def _conv(x, channels, kernel, stride, momentum, name):
    """Convolve and normalise, without activation."""
    options = {"padding": "same", "use_bias": False, "kernel_initializer": "he_normal"}
    x = layers.Conv2D(channels, kernel, stride, name=f"{name}_conv", **options)(x)
    return BatchNormalization(momentum=momentum, epsilon=1e-3, name=f"{name}_norm")(x)


def _squeeze_excite(x, name):
    """Weigh channels by what the whole map holds (MobileNetV3's form, with a hard sigmoid)."""
    channels = x.shape[-1]
    weight = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_pool")(x)
    weight = layers.Conv2D(_channels(channels, 0.25), 1, activation="relu", name=f"{name}_reduce")(weight)
    weight = layers.Conv2D(channels, 1, activation="hard_sigmoid", name=f"{name}_expand")(weight)
    return layers.Multiply(name=f"{name}_scale")([x, weight])


def _inverted_residual(x, block, width, momentum, name):
    """Expand, convolve each channel, squeeze-and-excite, project; with a shortcut where shapes agree."""
    kernel, expanded, out, excite, swish, stride = block
    expanded, out, shortcut = _channels(expanded, width), _channels(out, width), x
    if expanded != x.shape[-1]:
        x = _activation(swish, f"{name}_expand_act")(_conv(x, expanded, 1, 1, momentum, f"{name}_expand"))
    options = {"padding": "same", "use_bias": False, "depthwise_initializer": "he_normal"}
    x = layers.DepthwiseConv2D(kernel, stride, name=f"{name}_depthwise_conv", **options)(x)
    x = BatchNormalization(momentum=momentum, epsilon=1e-3, name=f"{name}_depthwise_norm")(x)
    x = _activation(swish, f"{name}_depthwise_act")(x)
    x = _squeeze_excite(x, f"{name}_excite") if excite else x
    x = _conv(x, out, 1, 1, momentum, f"{name}_project")
    same = stride == 1 and shortcut.shape[-1] == out
    return layers.Add(name=f"{name}_add")([shortcut, x]) if same else x


def mobilenet(image, config):
    """MobileNetV3-small: [B, S, S, 3] -> [B, 576 * width]."""
    momentum, width = config.batch_norm_momentum, config.width
    x = PixelNormalisation(name="pixels")(image)
    x = _activation(True, "stem_act")(_conv(x, _channels(16, width), 3, 2, momentum, "stem"))
    for number, block in enumerate(MOBILENET_BLOCKS):
        x = _inverted_residual(x, block, width, momentum, f"block{number}")
    x = _activation(True, "last_act")(_conv(x, _channels(576, width), 1, 1, momentum, "last"))
    return layers.GlobalAveragePooling2D(name="pool")(x)


def _basic_block(x, channels, stride, momentum, name):
    """Two 3x3 convolutions and a shortcut (He et al. 2016)."""
    shortcut = x
    if stride != 1 or x.shape[-1] != channels:
        shortcut = layers.AveragePooling2D(2, name=f"{name}_shortcut_pool")(x) if stride != 1 else x
        shortcut = _conv(shortcut, channels, 1, 1, momentum, f"{name}_shortcut")
    x = _activation(False, f"{name}_act1")(_conv(x, channels, 3, stride, momentum, f"{name}_1"))
    x = _conv(x, channels, 3, 1, momentum, f"{name}_2")
    return _activation(False, f"{name}_act2")(layers.Add(name=f"{name}_add")([shortcut, x]))


def resnet(image, config):
    """Four stages of one residual block each, stride 2 everywhere but the first: [B, S, S, 3] -> [B, 256 * width]."""
    momentum = config.batch_norm_momentum
    x = PixelNormalisation(name="pixels")(image)
    x = _activation(False, "stem_act")(_conv(x, _channels(RESNET_STAGES[0], config.width), 3, 2, momentum, "stem"))
    for number, channels in enumerate(RESNET_STAGES):
        x = _basic_block(x, _channels(channels, config.width), 1 + (number > 0), momentum, f"stage{number}")
    return layers.GlobalAveragePooling2D(name="pool")(x)


def _alex_conv(x, channels, kernel, name, padding="same", stride=1, groups=1, decay=0.0):
    """Convolve with a ReLU, with the L2 penalty of Caffe's weight decay."""
    penalty = regularizers.L2(decay / 2) if decay else None
    options = {"padding": padding, "groups": groups, "activation": "relu", "kernel_regularizer": penalty}
    return layers.Conv2D(channels, kernel, stride, kernel_initializer="he_normal", name=name, **options)(x)


def alexnet(image, config, decay=0.0):
    """CaffeNet as in the released prototxt: pool before normalisation, groups of two; [B, 227, 227, 3] -> [B, 4096]."""
    x = PixelNormalisation(255.0, (104.0, 117.0, 123.0), 1.0, bgr=True, name="pixels")(image)
    x = _alex_conv(x, 96, 11, "conv1", "valid", stride=4, decay=decay)
    x = LocalResponseNormalisation(name="norm1")(layers.MaxPooling2D(3, 2, name="pool1")(x))
    x = _alex_conv(x, 256, 5, "conv2", groups=2, decay=decay)
    x = LocalResponseNormalisation(name="norm2")(layers.MaxPooling2D(3, 2, name="pool2")(x))
    x = _alex_conv(x, 384, 3, "conv3", decay=decay)
    x = _alex_conv(x, 384, 3, "conv4", groups=2, decay=decay)
    x = _alex_conv(x, 256, 3, "conv5", groups=2, decay=decay)
    x = layers.Flatten(name="flatten")(layers.MaxPooling2D(3, 2, name="pool5")(x))
    for name in ("fc6", "fc7"):
        x = dense(x, 4096, name, decay)
        x = layers.Dropout(config.dropout, name=f"{name}_drop")(x) if config.dropout else x
    return x


def efficientnet(image, config):
    """EfficientNetV2-S without pre-trained weights: [B, S, S, 3] -> [B, 1280]; its width is fixed."""
    x = PixelNormalisation(name="pixels")(image)
    options = {"include_top": False, "weights": None, "include_preprocessing": False, "pooling": "avg"}
    net = applications.EfficientNetV2S(input_shape=tuple(x.shape[1:]), **options)
    for layer in net.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = config.batch_norm_momentum
    return net(x)


def dense(x, units, name, decay=0.0):
    """Dense layer with a ReLU."""
    penalty = regularizers.L2(decay / 2) if decay else None
    options = {"activation": "relu", "kernel_initializer": "he_normal", "kernel_regularizer": penalty}
    return layers.Dense(units, name=name, **options)(x)


def head(x, shape, name, decay=0.0, calibrated=False):
    """Logits [B, *shape], Gaussian initial weights of deviation 0.01 as the paper's, computed in float32."""
    penalty = regularizers.L2(decay / 2) if decay else None
    start = initializers.RandomNormal(stddev=0.01)
    options = {"kernel_initializer": start, "kernel_regularizer": penalty, "dtype": "float32"}
    x = layers.Dense(math.prod(shape), name=f"{name}_dense", **options)(x)
    x = Temperature(name=f"{name}_temperature", dtype="float32")(x) if calibrated else x
    return layers.Reshape(shape, name=name, dtype="float32")(x)


TRUNKS = {"alexnet": alexnet, "mobilenet": mobilenet, "resnet": resnet, "efficientnet": efficientnet}
