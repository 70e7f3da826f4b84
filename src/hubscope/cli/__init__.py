"""The command line: one file a verb, in the order in which data flows."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run `hubscope`; a user's mistake prints one message and a hint, never a traceback."""
    from hubscope.cli.app import app
    from hubscope.errors import HubscopeError

    try:
        app()
    except HubscopeError as error:
        from hubscope.cli.talk import complain

        complain(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
