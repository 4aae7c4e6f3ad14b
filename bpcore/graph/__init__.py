"""Computational graphs, and passes recorded step by step: what backpropagation is seen in."""
