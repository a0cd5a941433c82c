# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screenshot shows, pixel by pixel: PNG as Chromium writes it, without interlacing."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {2: 3, 6: 4}
"""Of the colour types RGB and RGBA."""

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Screenshot:
    """The lines of an image, each of ``channels`` bytes for a pixel."""

    lines: list[bytearray]
    channels: int

    def colour(self, x: int, y: int) -> Colour:
        """Return the red, green and blue of a pixel."""
        red, green, blue = self.lines[y][x * self.channels : x * self.channels + 3]
        return red, green, blue


def read_screenshot(png: bytes) -> Screenshot:
    """Decode an image of 8 bits a channel."""
    assert png.startswith(SIGNATURE)
    chunks = list(_chunks(png))
    width, height, depth, kind, _compression, _filter, interlaced = struct.unpack(
        ">IIBBBBB", chunks[0][1]
    )
    assert depth == 8 and not interlaced
    raw = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    channels = CHANNELS[kind]
    size = width * channels
    lines: list[bytearray] = []
    above = bytearray(size)
    for row in range(height):
        begin = row * (size + 1)
        above = _unfiltered(raw[begin], raw[begin + 1 : begin + 1 + size], above, channels)
        lines.append(above)
    return Screenshot(lines, channels)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def _unfiltered(kind: int, line: bytes, above: bytearray, channels: int) -> bytearray:
    """Undo PNG's filters: none, left, above, their average, or Paeth's choice among them."""
    if kind == 0:
        return bytearray(line)
    result = bytearray(len(line))
    for index, value in enumerate(line):
        left = result[index - channels] if index >= channels else 0
        corner = above[index - channels] if index >= channels else 0
        up = above[index]
        guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]
        result[index] = (value + guess) & 255
    return result


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))
