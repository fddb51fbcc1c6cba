"""Readers of labelled images in the formats of others and in the plain folder that ``vantage export`` writes."""
