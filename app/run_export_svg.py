"""Charts as SVG that is written here, so that it is small and the same wherever it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app import theme
from app.export_svg import FAMILIES
from app.markup import Markup, number, tag
from app.widgets import line_styles
from app.widgets.line_styles import ASIDE, BAND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from app.theme import Theme

    Floats = npt.NDArray[np.float64]

LETTER = 0.58
"""Width of a letter, about, as a share of its size: texts are laid out without their font."""

_STYLED = {0: ("text_1", 1.6), ASIDE: ("text_3", 1.4)}
_OTHER = ("text_2", 1.5)


def palette(colors: Theme) -> Mapping[str, str]:
    """Return the colours of a chart by what they are for."""
    band = theme.blend(colors.raw, colors.surface_1, 0.20).name()
    return {
        "ground": colors.surface_1,
        "grid": colors.grid,
        "mark": colors.border_strong,
        "text_1": colors.text_1,
        "text_2": colors.text_2,
        "text_3": colors.text_3,
        "accent": colors.accent,
        "band": band,
        "middle": theme.blend(colors.raw, band, 0.26).name(),
        "bed": colors.surface_2,
        "rule": colors.surface_3,
        "band_on_bed": theme.blend(colors.raw, colors.surface_2, 0.36).name(),
    }


@dataclass(frozen=True)
class Ink:
    """The colours that a chart is drawn in.

    With ``classes``, every element also has a class for what it is filled and lined with, such as
    ``f-band s-text_1``: a style sheet can give it another colour.
    """

    colors: Mapping[str, str]
    classes: bool = False

    def of(self, fill: str | None = None, stroke: str | None = None) -> dict[str, str]:
        """Return the attributes of an element."""
        uses = [("f", "fill", fill), ("s", "stroke", stroke)]
        given = {name: self.colors[role] for _, name, role in uses if role is not None}
        if fill is None:
            given["fill"] = "none"
        if self.classes:
            given["class_"] = " ".join(f"{letter}-{role}" for letter, _, role in uses if role)
        return given


class Drawing:
    """Elements of a picture, one over another, in its own units: pixels of an ordinary screen."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._parts: list[Markup] = []

    def rect(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """Fill a rectangle."""
        size = {"width": width, "height": height}
        self._parts.append(tag("rect", x=x, y=y, **size, **self._ink.of(fill)))

    def line(
        self, start: tuple[float, float], end: tuple[float, float], stroke: str, *,
        width: float = 1.0, dashes: Sequence[float] = (),
    ) -> None:  # fmt: skip
        """Draw a straight line."""
        (x1, y1), (x2, y2) = start, end
        drawn = self._ink.of(None, stroke) | {"stroke_dasharray": _numbers(dashes) or None}
        part = tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke_width=width, **drawn)
        self._parts.append(part)

    def curve(self, x: Floats, y: Floats, style: int) -> None:
        """Draw a line of one of the ``line_styles`` through points x, y (n,)."""
        if not len(x):
            return
        role, width = _STYLED.get(style, _OTHER)
        drawn = self._ink.of(None, role)
        dashes = _numbers(dashes_of(style)) or None
        self._parts.append(
            tag(
                "path",
                d=_way(x, y) + ("h0.01" if len(x) == 1 else ""),
                stroke_width=width,
                stroke_linejoin="bevel",  # round ones take ten times as long to paint
                # A single point is seen as a dot only with round ends; dashes want flat ones.
                stroke_linecap=None if dashes else "round",
                stroke_dasharray=dashes,
                **drawn,
            )
        )

    def area(self, x: Floats, low: Floats, high: Floats, fill: str) -> None:
        """Fill between a low and a high line (n,)."""
        if len(x):
            around = _way(np.concatenate((x, x[::-1])), np.concatenate((high, low[::-1])))
            self._parts.append(tag("path", d=f"{around}z", **self._ink.of(fill)))

    def dot(self, x: float, y: float, fill: str) -> None:
        """Draw a dot that stands out from the lines under it."""
        drawn = self._ink.of(fill, "ground")
        self._parts.append(tag("circle", cx=x, cy=y, r=4.5, stroke_width=2, **drawn))

    def sample(self, x: float, y: float, style: int, width: float = 24.0) -> None:
        """Draw a piece of a line of ``style``, or of a band, around height ``y``."""
        if style == BAND:
            self.rect(x, y - 5, width, 10, "middle")
        else:
            self.curve(np.array([x, x + width]), np.array([y, y]), style)

    def text(
        self, x: float, y: float, text: str, *, size: int = 12, color: str = "text_2",
        anchor: str = "start", weight: int = 400, mono: bool = False,
    ) -> None:  # fmt: skip
        """Write ``text`` on a base line; ``anchor`` is which part of it stands at ``x``."""
        written = tag(
            "text",
            text,
            x=x,
            y=y,
            font_size=size,
            font_weight=None if weight == 400 else weight,
            font_family=FAMILIES[theme.MONO_FAMILY] if mono else None,
            text_anchor=None if anchor == "start" else anchor,
            **self._ink.of(color),
        )
        self._parts.append(written)

    def picture(self, width: float, height: float, title: str, description: str) -> Picture:
        """Return the picture; ``title`` and ``description`` say what it shows."""
        return Picture(width, height, title, description, tuple(self._parts))


@dataclass(frozen=True)
class Picture:
    """A picture in elements, the lowest first, and what it shows in words."""

    width: float
    height: float
    title: str
    description: str
    parts: tuple[Markup, ...]

    @property
    def svg(self) -> Markup:
        """The picture as an element for a page."""
        return self.element(*self.parts)

    @property
    def file(self) -> bytes:
        """The picture as the content of a file."""
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{self.svg}'.encode()

    def element(self, *parts: Markup) -> Markup:
        """Return a picture of the same size with some of the parts alone."""
        return tag(
            "svg",
            tag("title", self.title),
            tag("desc", self.description),
            *parts,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {number(self.width)} {number(self.height)}",
            width=self.width,
            height=self.height,
            font_family=FAMILIES[theme.UI_FAMILY],
            role="img",
            aria_label=self.title,
        )


def dashes_of(style: int) -> list[float]:
    """Return the dashes and gaps of a line style, in pixels."""
    pen = line_styles.pen(style)
    return [length * pen.widthF() for length in pen.dashPattern()]


def width_of(text: str, size: float) -> float:
    """Return about how wide ``text`` is in letters of ``size``."""
    return len(text) * size * LETTER


def elided(text: str, size: float, width: float) -> str:
    """Return ``text``, or what of it fits ``width`` and an ellipsis."""
    most = max(int(width / (size * LETTER)), 1)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _way(x: Floats, y: Floats) -> str:
    """Return a path through points, to a tenth of a pixel."""
    tenths = np.rint(np.column_stack((x, y)) * 10).astype(np.int64)
    points = [f"{_tenth(a)} {_tenth(b)}" for a, b in tenths.tolist()]
    return "M" + "L".join(points)


def _tenth(value: int) -> str:
    return f"{value / 10:.1f}".removesuffix(".0")


def _numbers(values: Sequence[float]) -> str:
    return " ".join(map(number, values))
