"""``python -m bpcore``: see ``bpcore.cli``."""

import os
import sys

BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> int:
    """Run the command line with one BLAS thread, unless the environment says otherwise.

    At this size one thread is the fastest, and sums are added in the same order as in the window,
    so that the same seed gives the same numbers.
    """
    for name in BLAS_THREADS:
        os.environ.setdefault(name, "1")
    try:
        from bpcore import cli  # imports NumPy, which reads the environment

        return cli.main()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
