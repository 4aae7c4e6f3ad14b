"""Import rules that import-linter can't express: it sees an outside package only as a whole."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLOT_WIDGETS = {
    f"app/widgets/{name}.py" for name in ("chart_axis", "chart_curves", "chart_view", "run_chart")
}


def imported_modules(path: Path) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")
    return modules


@pytest.mark.parametrize("name", ["playback.py", "formatting.py", "graph_view/layout.py"])
def test_the_logic_of_the_window_needs_no_widgets(name: str) -> None:
    assert not [
        m for m in imported_modules(ROOT / "app" / name) if m.startswith("PySide6.QtWidgets")
    ]


def test_only_plot_widgets_import_pyqtgraph() -> None:
    importing = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "app").rglob("*.py")
        if any(module.startswith("pyqtgraph") for module in imported_modules(path))
    }
    assert importing == PLOT_WIDGETS


def test_pyqtgraph_is_not_imported_before_the_first_paint() -> None:
    script = "import sys, app.application; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=60).returncode == 0


def test_the_environment_for_blas_is_set_before_numpy_is_imported() -> None:
    script = "import sys, app.__main__; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=60).returncode == 0
