"""`fsapp` and `python -m fsapp`."""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402 - nothing may be imported before the patch

from fsapp.cli.commands import main  # noqa: E402 - as above

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
