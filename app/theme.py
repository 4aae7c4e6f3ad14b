"""Colours and type of the window, dark and light, and the style sheet made from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QFont, QFontDatabase

from app.style_sheet import style_sheet

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

UI_FAMILY = "Inter"
MONO_FAMILY = "JetBrains Mono"


@dataclass(frozen=True)
class Theme:
    """One set of colours, as hexadecimal sRGB; what each is for stands in its name.

    The accent means here, now, selected, agrees. Positive and negative mean the sign of a number.
    Fail means wrong. None of them is ever used for anything else.
    """

    name: str
    bg: str
    rail: str
    surface_1: str
    surface_2: str
    surface_3: str
    border: str
    border_strong: str
    grid: str
    text_1: str
    text_2: str
    text_3: str
    raw: str
    accent: str
    accent_text: str
    accent_bg: str
    on_accent: str
    positive: str
    negative: str
    positive_bg: str
    negative_bg: str
    zero: str
    fail: str
    fail_bg: str
    canvas: str = "#08090C"
    ink: str = "#F4F6F9"

    def sign_color(self, value: float) -> str:
        """Return the colour of a number by its sign; zero is neutral."""
        return self.positive if value > 0 else self.negative if value < 0 else self.text_2

    def sign_background(self, value: float) -> str:
        """Return the background of a value box by the number's sign."""
        return self.positive_bg if value > 0 else self.negative_bg if value < 0 else self.surface_2


DARK = Theme(
    name="dark",
    bg="#0F1216",
    rail="#0B0D11",
    surface_1="#161A20",
    surface_2="#1D222A",
    surface_3="#272D38",
    border="#272D37",
    border_strong="#3D4655",
    grid="#222831",
    text_1="#E9ECF1",
    text_2="#AAB2C0",
    text_3="#838D9D",
    raw="#8D97A8",
    accent="#35C9A5",
    accent_text="#7FE3CB",
    accent_bg="#17302E",
    on_accent="#06231C",
    positive="#5AA9FF",
    negative="#FF9A3D",
    positive_bg="#18293F",
    negative_bg="#38281A",
    zero="#181C23",
    fail="#FF6B8A",
    fail_bg="#391C28",
)

LIGHT = Theme(
    name="light",
    bg="#F4F5F7",
    rail="#EBEDF1",
    surface_1="#FFFFFF",
    surface_2="#F1F3F6",
    surface_3="#E4E8EE",
    border="#DDE1E8",
    border_strong="#B9C1CE",
    grid="#EBEEF2",
    text_1="#151A22",
    text_2="#4A5464",
    text_3="#5A6577",
    raw="#7A8596",
    accent="#0A7D64",
    accent_text="#076350",
    accent_bg="#DDF1EB",
    on_accent="#FFFFFF",
    positive="#1F66C9",
    negative="#A64A00",
    positive_bg="#DFEAF9",
    negative_bg="#FAE8D8",
    zero="#F3F4F6",
    fail="#BE2450",
    fail_bg="#FBE3EA",
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def load_fonts() -> None:
    """Register the bundled fonts with Qt; call once, after the application is made."""
    folder = resources.files("resources").joinpath("fonts")
    for name in (
        "Inter-Regular.otf",
        "Inter-Medium.otf",
        "Inter-SemiBold.otf",
        "Inter-Bold.otf",
        "JetBrainsMono-Regular.ttf",
        "JetBrainsMono-SemiBold.ttf",
    ):
        QFontDatabase.addApplicationFontFromData(folder.joinpath(name).read_bytes())


@cache
def ui_font(pixels: int = 12, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return Inter at a pixel size, with figures that line up."""
    font = QFont(UI_FAMILY)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@cache
def mono_font(pixels: int = 12, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return JetBrains Mono at a pixel size, without ligatures: ``<=`` stays two characters."""
    font = QFont(MONO_FAMILY)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setStyleHint(QFont.StyleHint.Monospace)
    for tag in ("liga", "calt"):
        font.setFeature(QFont.Tag(tag), 0)
    return font


@cache
def blend(color: str, background: str, alpha: float) -> QColor:
    """Return ``color`` at opacity ``alpha`` over ``background``: opaque, and so fast to paint."""
    mixed = alpha * _rgb(color) + (1 - alpha) * _rgb(background)
    return QColor(*(round(channel) for channel in mixed.tolist()))


@cache
def _rgb(color: str) -> npt.NDArray[np.float32]:
    parsed = QColor(color)
    return np.array([parsed.red(), parsed.green(), parsed.blue()], np.float32)


def diverging_pixels(
    values: npt.NDArray[np.floating], limit: float, theme: Theme
) -> npt.NDArray[np.uint8]:
    """Map numbers to sRGB bytes (…, 3): negative colour, through zero's, to the positive one.

    The scale is linear and clipped at ±``limit``.
    """
    share = np.clip(np.asarray(values, np.float32) / (limit or 1.0), -1, 1)
    up, down = np.maximum(share, 0), np.maximum(-share, 0)
    zero, positive, negative = (_rgb(c) for c in (theme.zero, theme.positive, theme.negative))
    pixels: npt.NDArray[np.uint8] = np.empty((*share.shape, 3), np.uint8)
    for channel in range(3):  # each by itself: ten times as fast as all three at once
        rise = up * (positive - zero)[channel] + down * (negative - zero)[channel]
        pixels[..., channel] = np.rint(zero[channel] + rise)
    return pixels


def diverging_color(value: float, limit: float, theme: Theme) -> QColor:
    """Return the colour of one number on the scale of ``diverging_pixels``."""
    return QColor(*(int(c) for c in diverging_pixels(np.array(value), limit, theme)))


def digit_pixels(image: npt.NDArray[np.uint8], theme: Theme) -> npt.NDArray[np.uint8]:
    """Map grey levels 0 to 255 to sRGB bytes (…, 3) between canvas and ink."""
    share = (image.astype(np.float32) / 255)[..., None]
    canvas, ink = _rgb(theme.canvas), _rgb(theme.ink)
    pixels: npt.NDArray[np.uint8] = np.rint(canvas + share * (ink - canvas)).astype(np.uint8)
    return pixels


_current = DARK


def current() -> Theme:
    """Return the theme that the window shows now."""
    return _current


def apply(app: QApplication, theme: Theme) -> None:
    """Show ``theme`` everywhere: every widget gets a StyleChange event and paints itself anew.

    If it is shown already nothing happens: all widgets that there are would be styled again.
    """
    global _current
    sheet = style_sheet(theme)
    if theme is _current and app.styleSheet() == sheet:
        return
    _current = theme
    app.setFont(ui_font(12))
    app.setStyleSheet(sheet)
