"""The Qt style sheet of a theme: colours and borders; widgets set their fonts themselves."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.theme import Theme


def style_sheet(theme: Theme) -> str:
    """Return the Qt style sheet of ``theme``; fonts are set by widgets, not here."""
    icons = resources.files("resources").joinpath("icons")
    colors = {name: str(value) for name, value in vars(theme).items()}
    return _STYLE.format(**colors, icons=str(icons).replace("\\", "/"))


_STYLE = """
QWidget {{ color: {text_1}; }}
QMainWindow, #pages, QDialog, QMessageBox {{ background: {bg}; }}
QFrame#card {{ background: {surface_1}; border: 1px solid {border}; border-radius: 8px; }}
QLabel {{ background: transparent; }}
QLabel[tone="2"] {{ color: {text_2}; }}
QLabel[tone="3"] {{ color: {text_3}; }}
QLabel[tone="accent"] {{ color: {accent_text}; }}
QLabel[tone="fail"] {{ color: {fail}; }}
QLabel#noticeBubble {{ background: {surface_2}; border: 1px solid {border_strong};
    border-radius: 6px; padding: 5px 9px; }}
QToolTip {{ background: {surface_3}; color: {text_1}; border: 1px solid {border_strong};
    padding: 4px 6px; }}

QPushButton, QToolButton {{ background: {surface_2}; border: 1px solid {border_strong};
    border-radius: 6px; padding: 0 10px; color: {text_1}; }}
QToolButton {{ border-color: {border}; padding: 0; }}
QPushButton:hover, QToolButton:hover {{ background: {surface_3}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {border_strong}; }}
QPushButton:checked {{ background: {surface_3}; border-color: {accent}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {text_3}; background: {surface_1};
    border-color: {border}; }}
QPushButton:focus, QToolButton:focus {{ border-color: {accent}; }}
QPushButton[kind="primary"], QToolButton[kind="primary"] {{ background: {accent};
    border-color: {accent}; color: {on_accent}; }}
QPushButton[kind="primary"]:hover, QToolButton[kind="primary"]:hover {{
    background: {accent_text}; border-color: {accent_text}; }}
QPushButton[kind="primary"]:focus, QToolButton[kind="primary"]:focus {{
    border-color: {text_1}; }}
QPushButton[kind="primary"]:disabled, QToolButton[kind="primary"]:disabled {{
    background: {surface_2}; border-color: {border}; color: {text_3}; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton[kind="crumb"], QPushButton[kind="crumb-here"] {{ background: transparent;
    border-color: transparent; padding: 0 6px; color: {text_2}; }}
QPushButton[kind="crumb"]:hover {{ background: {surface_2}; color: {text_1}; }}
QPushButton[kind="crumb-here"] {{ background: {surface_2}; border-color: {border};
    color: {text_1}; }}
QPushButton[kind="crumb"]:focus, QPushButton[kind="crumb-here"]:focus {{
    border-color: {accent}; }}
QToolButton[kind="flat"] {{ background: transparent; border-color: transparent; }}
QToolButton[kind="flat"]:hover {{ background: {surface_2}; }}
QToolButton[kind="flat"]:focus {{ border-color: {accent}; }}
QToolButton#timelinePlay {{ border-radius: 18px; }}
QToolButton:checked {{ background: {surface_3}; border-color: {border_strong}; }}

#segments {{ background: {surface_2}; border: 1px solid {border}; border-radius: 6px; }}
#segments QPushButton {{ background: transparent; border: 1px solid transparent;
    border-radius: 5px; color: {text_3}; padding: 0 4px; }}
#segments QPushButton:hover {{ color: {text_1}; }}
#segments QPushButton:checked {{ background: {surface_3}; border-color: {border_strong};
    color: {text_1}; }}
#segments QPushButton:focus {{ border-color: {accent}; }}

QSpinBox, QDoubleSpinBox, QComboBox, QLineEdit {{ background: {surface_2};
    border: 1px solid {border}; border-radius: 6px; padding: 0 8px; color: {text_1};
    selection-background-color: {accent}; selection-color: {on_accent}; }}
QSpinBox[waits="true"], QDoubleSpinBox[waits="true"], QComboBox[waits="true"],
#segments[waits="true"] {{ border: 1px dashed {border_strong}; }}
QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover, QLineEdit:hover {{
    border-color: {border_strong}; }}
QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QLineEdit:focus {{
    border-color: {accent}; }}
QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled, QLineEdit:disabled {{
    color: {text_3}; }}
QSpinBox::up-button, QDoubleSpinBox::up-button {{ subcontrol-origin: border;
    subcontrol-position: top right; width: 22px; height: 14px; border: none; }}
QSpinBox::down-button, QDoubleSpinBox::down-button {{ subcontrol-origin: border;
    subcontrol-position: bottom right; width: 22px; height: 14px; border: none; }}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: url("{icons}/chevron-up-{name}.svg");
    width: 12px; height: 12px; }}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow, QComboBox::down-arrow {{
    image: url("{icons}/chevron-down-{name}.svg"); width: 12px; height: 12px; }}
QSpinBox, QDoubleSpinBox {{ padding: 0; }}
QAbstractSpinBox QLineEdit {{ background: transparent; border: none; padding: 0;
    color: {text_1}; }}
QAbstractSpinBox QLineEdit:disabled {{ color: {text_3}; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox QAbstractItemView {{ background: {surface_2}; border: 1px solid {border_strong};
    selection-background-color: {surface_3}; selection-color: {text_1}; outline: none; }}

QAbstractItemView {{ background: {surface_1}; alternate-background-color: {surface_2};
    color: {text_1}; selection-background-color: {surface_3}; selection-color: {text_1};
    outline: none; }}
QFileDialog QAbstractItemView {{ border: 1px solid {border}; }}
QAbstractItemView::item:hover {{ background: {surface_2}; color: {text_1}; }}
QAbstractItemView::item:selected {{ background: {surface_3}; color: {text_1}; }}
QHeaderView, QHeaderView::section {{ background: {surface_2}; color: {text_2}; }}
QHeaderView::section {{ border: none; border-right: 1px solid {border};
    border-bottom: 1px solid {border}; padding: 2px 6px; }}
QFileDialog QListView#sidebar {{ min-width: 104px; }}
QFileDialog QToolButton {{ background: {raw}; border-color: {raw}; }}
QFileDialog QToolButton:hover {{ background: {text_2}; }}
QFileDialog QToolButton:disabled {{ background: {surface_3}; border-color: {surface_3}; }}

QSlider::groove:horizontal {{ height: 3px; background: {surface_3}; border-radius: 1px; }}
QSlider::sub-page:horizontal {{ background: {accent}; border-radius: 1px; }}
QSlider::handle:horizontal {{ background: {ink}; border: 1px solid {border_strong}; width: 12px;
    height: 12px; margin: -5px 0; border-radius: 6px; }}
QSlider::handle:horizontal:focus {{ border-color: {accent}; }}

QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 8px; margin: 0; }}
QScrollBar::handle {{ background: {surface_3}; border-radius: 4px; min-height: 24px;
    min-width: 24px; }}
QScrollBar::handle:hover {{ background: {border_strong}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QProgressBar {{ background: {surface_3}; border: none; border-radius: 2px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 2px; }}

QMenu {{ background: {surface_2}; border: 1px solid {border_strong}; padding: 4px; }}
QMenu::item {{ padding: 5px 16px; border-radius: 4px; }}
QMenu::item:selected {{ background: {surface_3}; }}
"""
