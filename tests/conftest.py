# ruff: noqa: E402

import gc
import os
import sys
from pathlib import Path

# Before anything imports NumPy or Qt.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_BYTECODE = Path(__file__).parents[1] / ".pytest_cache" / "bytecode"
# Where no bytecode is kept beside the sources, each worker compiles all tests anew, and each
# program that a test starts the whole engine: kept here, that is done once.
if sys.dont_write_bytecode:
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(_BYTECODE)
    os.environ["PYTHONDONTWRITEBYTECODE"] = ""
    os.environ["PYTHONPYCACHEPREFIX"] = str(_BYTECODE)

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

settings.register_profile(
    "tests",
    derandomize=True,
    max_examples=int(os.environ.get("CHAINLIGHT_EXAMPLES") or 25),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("tests")
# Examples are not taken from the constants of whatever modules are imported just then: the same
# test would try others after other tests, and all modules would be parsed for that.
if hasattr(providers, "_get_local_constants"):
    providers._get_local_constants = lambda: providers._local_constants


def pytest_collection_finish() -> None:
    """Leave the tests themselves, which stay to the end, out of each search for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _folders_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Downloads and saved runs go to folders of the tests, so that none sees yours."""
    for name in ("CHAINLIGHT_CACHE_DIR", "CHAINLIGHT_DATA_DIR"):
        os.environ[name] = str(tmp_path_factory.mktemp(name.lower()))


@pytest.fixture(autouse=True)
def _fresh_errstate():
    """NumPy's warnings are errors here, as all others."""
    import numpy as np

    with np.errstate(over="warn", invalid="warn", divide="warn"):
        yield
