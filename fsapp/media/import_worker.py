"""The worker process: `python -m fsapp.media.import_worker SOURCE TARGET` makes one prompt's file, and ends.

A process for each file: whatever a hostile one does to a library dies with it. Its answer is a line: {"seconds": 3.2}
or {"error": "a sentence"}. It may take MOST_SECONDS, MOST_MEMORY bytes of memory, and write files of MOST_FILE bytes.
"""

import json
import logging
import os
import resource
import signal
import sys
from pathlib import Path

from fsapp.domain.errors import MediaError

MOST_SECONDS = 60
MOST_MEMORY = 4 * 1024**3
"""Address space; most of it is libraries'."""
MOST_FILE = 64 * 1024**2

_log = logging.getLogger("fsapp.media.import_worker")


def main() -> None:
    _limit()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    source, target = map(Path, sys.argv[1:])
    answers.write(json.dumps(answer(source, target)).encode() + b"\n")
    answers.close()
    os._exit(0)  # nothing a library leaves behind can spoil what is done


def _limit() -> None:
    """Also where nobody is left who would end this process."""
    signal.alarm(MOST_SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_FILE, MOST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # an OSError says it too


def answer(source: Path, target: Path) -> dict[str, object]:
    """Does it; whatever goes wrong is a sentence."""
    try:
        from fsapp.media import importing

        return {"seconds": round(importing.imported(source, target), 3)}
    except MediaError as error:
        return {"error": str(error)}
    except ModuleNotFoundError as error:
        return {"error": f"{error.name} is missing: pip install 'fsapp[prompts]'"}
    except MemoryError:
        return {"error": f"{source.name} wants more than {MOST_MEMORY // 1024**3} GB of memory"}
    except OSError as error:
        return {"error": f"{error.strerror or error}: {error.filename}" if error.filename else str(error)}
    except Exception as error:
        _log.exception("%s was not imported", source)
        return {"error": f"{source.name} cannot be made a prompt: {type(error).__name__}: {error}"}


if __name__ == "__main__":
    main()
