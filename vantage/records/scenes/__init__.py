"""Posed views of scenes: one type, and readers of the formats that cameras come in."""
