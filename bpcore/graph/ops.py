"""The primitive operations: what each makes of its inputs, and what it hands back to them.

The book builds Multiply and Add in chapter 5, as layers, and draws the others as nodes. Relu,
Sigmoid and Tanh are the layers that train.
"""

from bpcore.graph.arithmetic import (
    Add,
    Divide,
    Maximum,
    Multiply,
    Negate,
    Power,
    Reciprocal,
    Subtract,
)
from bpcore.graph.array_ops import Dot, Max, Mean, Sum
from bpcore.graph.functions import Cos, Exp, Log, Relu, Sigmoid, Sin, Sqrt, Tanh

__all__ = [
    "Add",
    "Cos",
    "Divide",
    "Dot",
    "Exp",
    "Log",
    "Max",
    "Maximum",
    "Mean",
    "Multiply",
    "Negate",
    "Power",
    "Reciprocal",
    "Relu",
    "Sigmoid",
    "Sin",
    "Sqrt",
    "Subtract",
    "Sum",
    "Tanh",
]
