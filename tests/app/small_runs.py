from bpcore.config import TrainingConfig

SMALL = TrainingConfig(hidden_sizes=(8,), batch_size=20, iterations=300)
"""A run that is over in a blink."""
