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
        if b"pyqtgraph" in path.read_bytes()
        and any(module.startswith("pyqtgraph") for module in imported_modules(path))
    }
    assert importing == PLOT_WIDGETS


def test_what_charts_and_gifs_need_is_not_imported_before_the_first_of_them() -> None:
    script = (
        "import sys, app.application, app.widgets.export_menu; "
        "print(*sorted({'numpy', 'PIL', 'pyqtgraph'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, cwd=ROOT, timeout=60, capture_output=True, text=True)
    assert result.stdout.split() == ["numpy"]


def test_the_environment_for_blas_is_set_before_numpy_is_imported() -> None:
    script = "import sys, app.__main__; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=60).returncode == 0
