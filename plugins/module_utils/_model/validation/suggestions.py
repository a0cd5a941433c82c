# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Suggestions for misspelt words."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_SHORTEST_BEGINNING = 3


def closest(word: object, known: Iterable[str]) -> str | None:
    """Return the known word that ``word`` was most likely meant to be, or None.

    Case, underscores and hyphens do not count, so that ``Container-Port`` finds ``container_port``.
    A beginning that only one known word has counts too: ``env`` finds ``environment``.
    """
    meant = _folded(str(word))
    candidates: dict[str, str] = {}
    for name in known:
        candidates.setdefault(_folded(name), name)
    matches = get_close_matches(meant, candidates, n=1, cutoff=0.7)
    if not matches and len(meant) >= _SHORTEST_BEGINNING:
        continued = [name for name in candidates if name.startswith(meant)]
        matches = continued if len(continued) == 1 else []
    return candidates[matches[0]] if matches else None


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return ``; did you mean 'image'?`` for a word close to a known one, and an empty text
    otherwise."""
    found = closest(word, known)
    return f"; did you mean {found!r}?" if found is not None and found != word else ""


def _folded(word: str) -> str:
    return word.replace("_", "").replace("-", "").lower()
