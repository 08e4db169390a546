"""Curves as a picture that a page shows: SVG, written by hand, so that it needs no library."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

WIDTH: Final = 720
HEIGHT: Final = 360
LEFT, RIGHT, TOP, BOTTOM = 48, 150, 16, 40
COLOURS: Final = ("#999999", "#d98c00", "#0072b2", "#009e73")
"""Told apart by those who do not see every colour too (Okabe and Ito)."""


def svg(
    curves: Mapping[str, Sequence[float]], first: int, marks: Mapping[int, str], title: str
) -> str:
    """Returns a picture of shares, 0 to 1; point n of a curve stands at `first` + n.

    `marks` are places on the way, each with its name.
    """
    last = first + max(map(len, curves.values())) - 1

    def across(place: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * place / last

    def up(share: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)

    shape = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {shape}>',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        lines += [
            f'<path d="M{LEFT} {up(share):.1f}H{WIDTH - RIGHT}" stroke="#e5e5e5"/>',
            _text(LEFT - 6, up(share) + 4, f"{100 * share:.0f} %", "end"),
        ]
    lines += [
        _text(across(place), HEIGHT - BOTTOM + 16, str(place), "middle")
        for place in range(0, last + 1, 100)
    ]
    for place, name in marks.items():
        down = f"M{across(place):.1f} {TOP}V{HEIGHT - BOTTOM}"
        lines += [
            f'<path d="{down}" stroke="#bbbbbb" stroke-dasharray="4 3"/>',
            _text(across(place) + 4, TOP + 10, name, "start"),
        ]
    lines.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "tasks", "middle"))
    for (name, curve), colour in zip(curves.items(), COLOURS, strict=False):
        points = " ".join(
            f"{across(first + place):.1f},{up(share):.1f}" for place, share in enumerate(curve)
        )
        lines += [
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>',
            _text(WIDTH - RIGHT + 6, up(curve[-1]) + 4, name, "start", colour),
        ]
    return "\n".join([*lines, "</svg>", ""])


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#555555") -> str:
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"'
    return f"<text {where}>{escape(text)}</text>"
