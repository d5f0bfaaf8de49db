"""How the tests are shared out to the workers that run side by side."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling


class ByFileOfTalks(LoadFileScheduling):
    """A file of tests goes to one worker, and so does a file of talks: one module plays a thousand of them, a third of the whole run."""

    def _split_scope(self, nodeid: str) -> str:
        module, _, test = nodeid.partition("::")
        if not module.endswith("test_talks.py"):
            return module
        file_of_talks = test.partition("[")[2].partition(":")[0]
        return f"{module}::{file_of_talks}"
