"""A supervisor with tiny children, run as a process of its own by the tests: supervised.py FOLDER [refuse]."""

import os
import sys
from pathlib import Path

from trato.supervisor import Child, Console, GaveUp, Stop, Supervisor

# Each child says its pid and waits; `stubborn` ignores the polite signal and has a child of its own.
CALM = "import os,time; print('pid', os.getpid(), flush=True); time.sleep(600)"
STUBBORN = (
    "import os,signal,subprocess,sys,time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print('pid', os.getpid(), flush=True); print('grandchild', grandchild.pid, flush=True); time.sleep(600)"
)
TALKATIVE = "import time; print('o CPF 529.982.247-25 e o fone +5511987654321', flush=True); time.sleep(600)"
REFUSES = "import sys; print('trato: the policy is wrong', flush=True); sys.exit(2)"


def main() -> int:
    folder = Path(sys.argv[1])
    scripts = {"calm": CALM, "stubborn": STUBBORN, "talks": TALKATIVE}
    if "refuse" in sys.argv[2:]:
        scripts = {"calm": CALM, "refuses": REFUSES}
    console = Console()
    with Supervisor(console, folder / "logs") as supervisor:
        try:
            for name, script in scripts.items():
                supervisor.start(Child(name, [sys.executable, "-c", script], dict(os.environ)))
            supervisor.run(every_seconds=0.02)
        except Stop:
            console.say("stopped")
        except GaveUp as reason:
            console.say(str(reason))
            console.close()
            return 2
    console.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
