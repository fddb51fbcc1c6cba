"""What a person may have meant: the nearest of the words that are known, for the messages of errors."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_ALIKE = 0.6
"""Similarity of two words (`difflib`), 0 to 1, from which one may be a slip for the other."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `` (did you mean X?)``, or nothing where no known word is close; capitals do not matter."""
    plain = {name.casefold(): name for name in reversed([*known]) if name}
    close = difflib.get_close_matches(word.casefold(), list(plain), n=1, cutoff=_ALIKE)
    longer = [name for name in plain if len(word) > 1 and name.startswith(word.casefold())]
    guess = close or (longer if len(longer) == 1 else [])
    return f" (did you mean {plain[guess[0]]}?)" if guess else ""


def unknown_words(words: Iterable[str], known: Iterable[str]) -> str:
    """Return the words that are not ``known`` with commas between, each with its `nearest`; nothing for none."""
    known = list(known)
    return ", ".join(f"{word}{nearest(word, known)}" for word in words if word not in known)
