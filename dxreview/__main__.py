"""``python -m dxreview``: the same as the command ``dxreview``."""

import sys

from dxreview.cli import main

if __name__ == "__main__":
    sys.exit(main())
