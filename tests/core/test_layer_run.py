"""Texts with somebody's classes. (Here they run in the process of the tests; else never so.)"""

import sys
from collections.abc import Callable, Iterator

import pytest

from bpcore import layer_run
from bpcore.layer_answer import MAX_CLASSES, decoded
from bpcore.layer_calls import LayerError
from bpcore.layer_run import MODULE, checks_of

IDENTITY = """
class Identity:
    def forward(self, x):
        return x
    def backward(self, dout):
        return dout
"""
WRONG = IDENTITY.replace("Identity", "Wrong").replace("return dout", "return 2 * dout")


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    sys.modules.pop(MODULE, None)


def test_the_classes_of_a_text_are_checked_in_their_order() -> None:
    other = "from bpcore.layers import Relu\nclass NoLayer: pass\nlayer = Relu()\nalias = Relu\n"
    checks = checks_of(other + WRONG + IDENTITY + "Again = Identity\n")
    assert [check.name for check in checks] == ["Wrong", "Identity"]
    assert [check.passed for check in checks] == [False, True]


def test_a_class_that_can_not_be_checked_does_not_hide_the_others() -> None:
    broken, right = checks_of(IDENTITY.replace("x)", "x, y, z)") + WRONG.replace("2 * ", ""))
    assert broken.reports == ()
    assert broken.remarks == (
        "Identity.forward needs (x, y, z); a layer's needs x, a loss's x and t.",
    )
    assert right.passed


def test_the_main_part_of_a_script_is_left_out() -> None:
    assert checks_of(IDENTITY + "if __name__ == '__main__': 1 / 0")[0].passed


def test_a_dataclass_is_a_class_like_any_other() -> None:
    header = "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass"
    field = "class Identity:\n    rate: float = 0.5\n"
    assert checks_of(header + IDENTITY.replace("class Identity:\n", field))[0].passed


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "there is no class with forward and backward in it"),
        ("class A:\n  def forward(self, x): return x", "there is no class with forward and"),
        ("class Relu(:", "it is not valid Python in line 1: invalid syntax"),
        ("def f():\nreturn 1", "it is not valid Python in line 2: expected an indented block"),
        ("x = " + "(" * 500, "it is not valid Python in line 1: too many nested parentheses"),
        ("x = 'a", "it is not valid Python in line 1: unterminated string literal"),
        ("\n1 / 0", "line 2: ZeroDivisionError: division by zero"),
        ("def f(): 1 / 0\n\nf()", "line 1: ZeroDivisionError: division by zero"),
        ("raise KeyboardInterrupt", "line 1: KeyboardInterrupt"),
        ("import common.functions", "line 1: it imports common, which is not installed here"),
        (
            "import sys; sys.exit()",
            "line 1: it calls exit, and so it ends before it can be checked",
        ),
        (IDENTITY.replace("return x", "exit(1)"), "Identity.forward, line 4: it calls exit"),
        (
            IDENTITY.replace("return dout", "return dout * self.mask"),
            "Identity.backward, line 6: AttributeError: 'Identity' object has no attribute 'mask'",
        ),
        (
            IDENTITY.replace("return x", "return self.backward(x)").replace("dout\n", "self.y\n"),
            "Identity.forward, line 6: AttributeError: 'Identity' object has no attribute 'y'",
        ),
        (
            IDENTITY.replace("return dout", "return dout.T"),
            "what Identity.backward returns has the shape (4, 3), but x has (3, 4)",
        ),
        (
            IDENTITY.replace("return dout", "return dout * float('nan')"),
            "what Identity.backward returns holds NaN or infinity",
        ),
        (
            IDENTITY + f"for n in range({MAX_CLASSES}): exec(f'class C{{n}}(Identity): pass')",
            "it has 21 classes with forward and backward; give at most 20",
        ),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(LayerError) as caught:
        checks_of(text)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], bytes]:
    """Run a text as the process does, and return its answer."""
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(sys, stream, getattr(sys, stream))
    return lambda text: layer_run._answer(text, 1 << 30).encode()


def test_how_what_is_printed_begins_is_told(answer) -> None:
    printing = "import sys\nprint('a\\n\x1b', end='')\nprint('bc', file=sys.stderr)"
    (check,) = decoded(answer(printing + IDENTITY))
    assert check.remarks == ("It printed: a bc",)
    (check,) = decoded(answer("for n in range(10**5): print(n)" + IDENTITY))
    assert check.remarks[0].startswith("It printed: 0 1 2 3 4 5 ")
    assert len(check.remarks[0]) < 320
    with pytest.raises(LayerError, match=r"^line 2: ZeroDivisionError: .*; it printed: here$"):
        decoded(answer("print('here')\n1 / 0"))
