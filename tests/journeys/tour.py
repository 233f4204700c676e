"""`python -m tests.journeys.tour http://127.0.0.1:8000`: one evening in the group "Parents", played by real clients.

Prints what each of them sees. Ends with exit code 1, saying what was expected and what was seen, when something is not as
it should be. Can be played again and again on the same demo server.
"""

import sys
from collections.abc import Callable, Sequence

import requests

from tests.factories.clients import Refused
from tests.journeys.evening import GROUP, Evening, NotAsItShouldBe
from tests.journeys.scenes import SCENES

DEFAULT_URL = "http://127.0.0.1:8000"

Scene = Callable[[Evening], None]


def play(url: str, scenes: Sequence[Scene] = SCENES) -> int:
    """Play the scenes against the server at `url`; 0 when everything was as it should be."""
    evening = Evening(url)
    evening.tell(f'An evening in the group "{GROUP}" at {url}')
    try:
        for scene in scenes:
            scene(evening)
    except (NotAsItShouldBe, AssertionError, Refused) as wrong:
        evening.tell(f"\nNOT AS IT SHOULD BE\n  {wrong}")
        return 1
    except requests.ConnectionError:
        evening.tell(f"\nNOT AS IT SHOULD BE\n  expected: a server at {url}\n  seen:     nobody answers there (make run)")
        return 1
    finally:
        evening.go_home()
    evening.tell("\nEverything was as it should be.")
    return 0


if __name__ == "__main__":
    sys.exit(play(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else DEFAULT_URL))
