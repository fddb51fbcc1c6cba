"""The classes of public data sets, in the order of their releases."""

PASCAL3D = (
    "aeroplane",
    "bicycle",
    "boat",
    "bottle",
    "bus",
    "car",
    "chair",
    "diningtable",
    "motorbike",
    "sofa",
    "train",
    "tvmonitor",
)
"""PASCAL3D+ (Xiang et al. 2014), in the order of Render for CNN's released code (global_variables.py.example)."""
