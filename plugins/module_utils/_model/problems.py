# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Problems found in a user's description, before anything is sent to AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

Location: TypeAlias = "tuple[str | int, ...]"
"""Steps from the top of a document in the API's spelling, such as ``("containerDefinitions", 0,
"image")``."""

PathRenderer = Callable[[Location], str]


@dataclass(frozen=True)
class Problem:
    """Something at ``location`` that is wrong or doubtful.

    ``message`` is a sentence that says what the value is and what is allowed; it does not repeat
    the path.
    """

    location: Location
    message: str

    def below(self, location: Location) -> Problem:
        """Return the problem of a part as one of the whole, in which the part stands at
        ``location``."""
        return Problem((*location, *self.location), self.message)

    def render(self, path: PathRenderer) -> str:
        """Return ``path: message``, with the path in the user's own spelling."""
        where = path(self.location)
        return f"{where}: {self.message}" if where else self.message


@dataclass
class Findings:
    """All that was found in one description: errors refuse it, warnings go along with the
    result."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def error(self, location: Iterable[str | int], message: str) -> None:
        """Note a mistake that AWS is known to reject."""
        self.errors.append(Problem(tuple(location), message))

    def warn(self, location: Iterable[str | int], message: str) -> None:
        """Note something that AWS is not known to reject, or that hurts later."""
        self.warnings.append(Problem(tuple(location), message))

    def extend(self, other: Findings, at: Location = ()) -> None:
        """Take over everything that ``other`` found in the part that stands at ``at``."""
        self.errors.extend(problem.below(at) for problem in other.errors)
        self.warnings.extend(problem.below(at) for problem in other.warnings)


class InvalidDescription(Exception):
    """The description has mistakes; nothing was sent to AWS. ``sentences`` name every one of
    them."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(dict.fromkeys(sentences))
        super().__init__("; ".join(self.sentences))


def refuse_errors(findings: Findings, path: PathRenderer) -> None:
    """Raise InvalidDescription with all errors of ``findings``, if there are any."""
    if findings.errors:
        raise InvalidDescription(problem.render(path) for problem in findings.errors)
