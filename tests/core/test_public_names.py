import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import bpcore


def test_every_public_name_can_be_imported() -> None:
    for name in bpcore.__all__:
        assert getattr(bpcore, name).__name__ == name


def test_every_public_name_is_that_of_its_module() -> None:
    for module, names in bpcore._MODULES.items():
        for name in names:
            assert getattr(bpcore, name) is getattr(importlib.import_module(module), name)


def test_no_other_names_are_promised() -> None:
    names = [name for names in bpcore._MODULES.values() for name in names]
    assert sorted(names) == sorted(bpcore.__all__)


def test_public_names_are_listed() -> None:
    assert set(bpcore.__all__) <= set(dir(bpcore))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'bpcore' has no attribute 'RMSProp'"):
        bpcore.RMSProp  # type: ignore[attr-defined]  # noqa: B018


def test_importing_the_package_does_not_import_numpy_yet() -> None:
    script = "import sys, bpcore; sys.exit('numpy' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", script], cwd=root).returncode == 0
