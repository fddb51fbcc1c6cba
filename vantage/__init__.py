"""Vantage: viewpoint estimation and novel-view synthesis from data that it renders itself.

Importing this package is cheap: nothing heavier than the standard library comes with it.
"""

__version__ = "0.1.0"
