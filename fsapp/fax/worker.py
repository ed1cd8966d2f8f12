"""The worker process: `python -m fsapp.fax.worker SECONDS` reads one job from standard input, does it, and ends.

A process for each job: whatever a hostile file does to a library dies with it, and so does its memory. Its answer is a
line: {"pages": 3, "resolution": "fine"} or {"error": "a sentence"}, with "ours" where the file is not at fault. It may
take SECONDS of time and as many of processor, MOST_MEMORY bytes of memory, and write files of MOST_FILE bytes.
"""

import logging
import os
import resource
import signal
import sys
import tempfile
from dataclasses import asdict, replace

import orjson

from fsapp.domain.errors import MediaError
from fsapp.fax.jobs import Job, Made, MakeFax, MakePdf, of_line

MOST_MEMORY = 2 * 1024**3
MOST_FILE = 256 * 1024**2

_log = logging.getLogger("fsapp.fax.worker")


def main() -> None:
    seconds = int(sys.argv[1])
    _limit(seconds)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    job = of_line(sys.stdin.buffer.readline())
    answers.write(orjson.dumps(_answer(job)) + b"\n")
    answers.close()
    os._exit(0)  # nothing a library leaves behind can spoil what is done


def _limit(seconds: int) -> None:
    """Also where nobody is left who would end this process."""
    signal.alarm(seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_FILE, MOST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # an OSError says it too


def _answer(job: Job) -> dict[str, object]:
    try:
        with tempfile.TemporaryDirectory(prefix="fsapp-fax-") as scratch:
            return asdict(_done(replace(job, scratch=scratch) if isinstance(job, MakeFax) else job))
    except MediaError as error:
        return {"error": str(error)}
    except ModuleNotFoundError as error:
        return {"error": f"{error.name} is missing: pip install 'fsapp[fax]'", "ours": True}
    except MemoryError:
        return {"error": f"the document wants more than {MOST_MEMORY // 1024**3} GB of memory"}
    except OSError as error:
        return {"error": f"{error.strerror or error}: {error.filename}" if error.filename else str(error), "ours": True}
    except Exception as error:
        _log.exception("a fax job failed: %s", job)
        return {"error": f"the document cannot be made: {type(error).__name__}: {error}"}


def _done(job: Job) -> Made:
    from fsapp.fax import making

    if isinstance(job, MakeFax):
        return making.fax(job)
    return making.as_pdf(job) if isinstance(job, MakePdf) else making.preview(job)


if __name__ == "__main__":
    main()
