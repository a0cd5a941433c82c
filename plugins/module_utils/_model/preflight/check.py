# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What preflight says of one thing that it looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OK = "OK"
NG = "NG"
SKIP = "SKIP"


@dataclass(frozen=True)
class Check:
    """One line of preflight.

    ``name`` says which check it is, ``subject`` what was looked at, as a sentence without its full
    stop. ``reason`` says what was found and why it matters, ``remedy`` what to do about it; both
    are whole sentences, or empty.
    """

    name: str
    status: str
    subject: str
    reason: str = ""
    remedy: str = ""

    def as_result(self, batch: str) -> Mapping[str, Any]:
        """Return the check as the module's results carry it."""
        return {
            "batch": batch,
            "name": self.name,
            "status": self.status,
            "subject": self.subject,
            "reason": self.reason,
            "remedy": self.remedy,
            "line": self.line,
        }

    @property
    def line(self) -> str:
        """Return the check as one line for people."""
        told = " ".join(filter(None, (self.reason, self.remedy)))
        return f"{self.status:<4} {self.subject}{': ' if told else ''}{told}"


def ok(name: str, subject: str, reason: str = "", remedy: str = "") -> Check:
    """Return a check that found what it should."""
    return Check(name, OK, subject, reason, remedy)


def ng(name: str, subject: str, reason: str, remedy: str) -> Check:
    """Return a check that found what keeps the batch from running."""
    return Check(name, NG, subject, reason, remedy)


def skip(name: str, subject: str, reason: str, remedy: str = "") -> Check:
    """Return a check that could not be made."""
    return Check(name, SKIP, subject, reason, remedy)
