"""Fitted viewpoint densities of the twelve PASCAL3D+ classes, one JSON file each, and the script that makes them."""
