"""The figures of a report: of a parameter, and of each of its columns."""

import numpy as np
import pytest

from bpcore.gradient_report import GradientReport


@pytest.mark.parametrize("spoilt", [0.0, 5e-11, 1e-6, np.nan])
def test_each_column_passes_as_a_parameter_of_its_own_would(spoilt: float) -> None:
    rng = np.random.default_rng(3)
    numerical = rng.normal(0, 1e-6, (6, 5))
    backprop = numerical.copy()
    backprop[:, 1] += spoilt
    kink = rng.random((6, 5)) < 0.3
    kink[:, 4] = True
    whole = _whole(backprop, numerical, kink)
    columns = [_whole(*(a[:, [n]] for a in (backprop, numerical, kink))) for n in range(5)]
    assert whole.passed_by_column.tolist() == [column.passed for column in columns]
    assert whole.passed_by_column[0]
    assert bool(whole.passed_by_column[1]) == (spoilt == 0.0 or spoilt == 5e-11)


def _whole(backprop, numerical, kink) -> GradientReport:
    arrays = (np.arange(backprop.size), backprop.ravel(), numerical.ravel(), kink.ravel())
    return GradientReport("W1", backprop.shape, 1e-4, *arrays)
