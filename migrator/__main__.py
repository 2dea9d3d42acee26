"""`python -m migrator`, for which Python looks for modules in the working folder: that of others' code.

There is little to collect in a command, and much to look at in vain: already while modules are imported.
"""

import gc
import os
import sys


def _without_working_folder() -> None:
    """Else a `json.py` of the scanned project would be run; unless the tool itself is there."""
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if sys.path and os.path.abspath(sys.path[0]) == os.getcwd() != own:
        del sys.path[0]


_without_working_folder()
gc.disable()

from migrator.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
