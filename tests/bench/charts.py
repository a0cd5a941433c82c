# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Charts as SVG: small multiples of lines over the number of batches, both axes logarithmic."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 260, 200
"""Of one panel, in pixels, without its margins."""

LEFT, RIGHT, TOP, BOTTOM = 52, 18, 34, 40
LEGEND_ROW = 24
COLOURS = ("#0072b2", "#56b4e9", "#999999", "#d55e00", "#cc79a7")
"""Of Okabe and Ito, which colour-blind people tell apart."""

STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f; }
.title { font-weight: 600; }
.grid { stroke: #d0d7de; stroke-width: 1; }
.line { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
.page { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .grid { stroke: #3d444d; }
  .page { fill: #0d1117; }
}
"""


@dataclass(frozen=True)
class Panel:
    """One chart: a line of points for each name."""

    title: str
    lines: Mapping[str, Points]


@dataclass(frozen=True)
class _Scale:
    """A logarithmic axis from ``low`` to ``high`` over ``length`` pixels."""

    low: float
    high: float
    length: float

    def place(self, value: float) -> float:
        """Return how far along the axis a value is."""
        span = math.log(self.high / self.low)
        return self.length * math.log(value / self.low) / span

    def ticks(self) -> list[float]:
        """Return the powers of ten on the axis."""
        first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
        return [float(10**exponent) for exponent in range(first, last + 1)]


def chart(title: str, unit: str, panels: Sequence[Panel]) -> str:
    """Return a chart with one panel beside the other, all on the same axes."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    colours = dict(zip(names, COLOURS, strict=False))
    horizontal, vertical = _scales(panels)
    width = len(panels) * (LEFT + WIDTH + RIGHT)
    height = TOP + HEIGHT + BOTTOM + 2 * LEGEND_ROW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{width}" height="{height}"/>',
        f'<text class="title" x="{LEFT}" y="18">{escape(title)}</text>',
        *_legend(colours),
    ]
    for index, panel in enumerate(panels):
        left = index * (LEFT + WIDTH + RIGHT) + LEFT
        parts.append(f'<g transform="translate({left} {TOP + 2 * LEGEND_ROW})">')
        parts += _axes(panel.title, unit, horizontal, vertical)
        for name, points in panel.lines.items():
            parts += _line(points, colours[name], horizontal, vertical)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>\n"])


def _scales(panels: Sequence[Panel]) -> tuple[_Scale, _Scale]:
    points = [point for panel in panels for line in panel.lines.values() for point in line]
    across, up = [x for x, _y in points], [y for _x, y in points]
    horizontal = _Scale(min(across), max(*across, min(across) * 10), WIDTH)
    low = 10 ** math.floor(math.log10(min(up)))
    high = 10 ** math.ceil(math.log10(max(up) * 1.05))
    return horizontal, _Scale(low, high, HEIGHT)


def _legend(colours: Mapping[str, str]) -> Iterator[str]:
    left = float(LEFT)
    for name, colour in colours.items():
        y = TOP + LEGEND_ROW / 2
        yield (
            f'<line x1="{left:.0f}" x2="{left + 22:.0f}" y1="{y}" y2="{y}"'
            f' stroke="{colour}" stroke-width="3"/>'
        )
        yield f'<text x="{left + 28:.0f}" y="{y + 4}">{escape(name)}</text>'
        left += 28 + 7 * len(name) + 24


def _axes(title: str, unit: str, horizontal: _Scale, vertical: _Scale) -> Iterator[str]:
    yield f'<text class="title" x="0" y="-10">{escape(title)}</text>'
    for value in vertical.ticks():
        y = HEIGHT - vertical.place(value)
        yield f'<line class="grid" x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="-6" y="{y + 4:.1f}" text-anchor="end">{value:g}{escape(unit)}</text>'
    for value in horizontal.ticks():
        x = horizontal.place(value)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{HEIGHT}"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT + 18}" text-anchor="middle">{value:,.0f}</text>'
    yield f'<text x="{WIDTH / 2}" y="{HEIGHT + 34}" text-anchor="middle">batches</text>'


def _line(points: Points, colour: str, horizontal: _Scale, vertical: _Scale) -> Iterator[str]:
    places = [(horizontal.place(x), HEIGHT - vertical.place(y)) for x, y in points]
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline class="line" stroke="{colour}" points="{joined}"/>'
    for x, y in places:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.4" fill="{colour}"/>'
