"""Errors that a user can mend.

Each says in one line what was found, what was expected and what to do next. The command line prints that line
and exits with status 2; a traceback means a defect of ours, never a mistake of the user's.
"""

from __future__ import annotations


class VantageError(Exception):
    """Base of every error whose message is meant for the user as it stands."""


class UserError(VantageError):
    """A user's mistake, or input that cannot be used.

    Args:
        found: what was found, a full clause (``"/data/x has no manifest.json"``). Alone it is the whole message.
        expected: what was expected, a noun phrase (``"a folder that vantage render wrote"``).
        do: what to do next, an imperative (``"check the path, or render the data set again"``).
    """

    def __init__(self, found: str, expected: str | None = None, do: str | None = None):
        self.found, self.expected, self.do = found, expected, do
        parts = [found, f"expected {expected}" if expected else None, do]
        super().__init__("; ".join(part for part in parts if part))

    def __reduce__(self):
        return type(self), (self.found, self.expected, self.do)


class DataError(UserError):
    """A data set, shard, manifest or table that cannot be read as what it should be."""


class NoSplitError(DataError):
    """A data set that can be read, but has no split of the name that was asked for."""


class ImageError(UserError):
    """An image file that is broken, empty, huge, or no image at all."""


class MeshError(UserError):
    """A CAD file that is broken, empty, too large or too slow to import."""


class RunError(UserError):
    """A run folder that is missing, of another version, edited, or does not fit the request."""
