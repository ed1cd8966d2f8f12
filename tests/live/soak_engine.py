"""`fsapp` that tells what lives in it: at each SIGUSR2 it writes the file that FSAPP_CENSUS names.

The collector's frozen generation, what was there when the engine was ready, does not count.
"""

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402 - nothing may be imported before the patch
import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from collections import Counter  # noqa: E402
from pathlib import Path  # noqa: E402

from greenlet import greenlet  # noqa: E402

from fsapp.cli.commands import main  # noqa: E402

COMMONEST = 25


def census(*_: object) -> None:
    gc.collect()
    objects = gc.get_objects()
    alive = [each for each in objects if isinstance(each, greenlet) and not each.dead and not of_thread(each)]
    kinds = Counter(f"{type(each).__module__}.{type(each).__qualname__}" for each in objects)
    told = {"greenlets": len(alive), "objects": len(objects), "kinds": dict(kinds.most_common(COMMONEST))}
    file = Path(os.environ["FSAPP_CENSUS"])
    file.with_suffix(".new").write_text(json.dumps(told))
    file.with_suffix(".new").replace(file)


def of_thread(each: greenlet) -> bool:
    """One of the hub's pool of threads, which it keeps."""
    return "Worker" in type(each).__name__ or " main>" in repr(each)


signal.signal(signal.SIGUSR2, census)
sys.exit(main())
