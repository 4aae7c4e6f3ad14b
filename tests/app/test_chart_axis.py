"""What stands at the axes of a chart, and that it is whole."""

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from run_curves import curves_of, shown_in_card

from app.widgets.accuracy_plot import AccuracyPlot
from app.widgets.loss_plot import LossPlot


def texts(chart, side: str) -> list:
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setFont(chart.getAxis(side).style["tickFont"])
    _, _, texts = chart.getAxis(side).generateDrawSpecs(painter)
    painter.end()
    return texts


@pytest.mark.parametrize("total", [1_000_000, 2_000, 2_600])
def test_both_ends_of_a_run_are_written_inside_the_picture(qtbot, total: int) -> None:
    chart = AccuracyPlot("Accuracy per epoch", "train", "test")
    holder = shown_in_card(qtbot, chart, 552, 180)
    chart.set_total(total)
    chart.set_curves(curves_of(min(total, 3000), total))
    QApplication.processEvents()
    written = texts(chart, "bottom")
    assert [written[0][2], written[-1][2]] == ["0", f"{total:,}"]
    axis = chart.getAxis("bottom")
    for rect, _, _ in written:
        assert chart.rect().contains(axis.mapRectToScene(rect).toAlignedRect())
    holder.close()


def test_a_run_has_a_tick_each_fifth_of_it_at_the_least_width_of_the_window(qtbot) -> None:
    chart = AccuracyPlot("Accuracy per epoch", "train", "test")
    holder = shown_in_card(qtbot, chart, 552, 180)
    for total in (10_000, 1_000_000):
        chart.set_total(total)
        QApplication.processEvents()
        expected = [f"{total * k // 5:,}" for k in range(6)]
        assert [text for _, _, text in texts(chart, "bottom")] == expected
    holder.close()


@pytest.mark.parametrize("height", [70, 300])
@pytest.mark.parametrize("floor", [0.03, 3e-5])
def test_the_loss_has_two_numbers_and_all_are_whole(qtbot, height: int, floor: float) -> None:
    chart = LossPlot("Loss per iteration", "smoothed")
    holder = shown_in_card(qtbot, chart, 448, height)
    chart.set_total(10_000)
    chart.set_curves(curves_of(10_000, 10_000, floor=floor))
    chart._view.setXRange(9000, 10_000, padding=0)
    QApplication.processEvents()
    written = texts(chart, "left")
    assert len(written) >= 2
    axis = chart.getAxis("left")
    for rect, _, text in written:
        assert axis.mapRectToScene(rect).left() >= 0, text
    holder.close()
