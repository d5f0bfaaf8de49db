"""`python -m bot` starts Rasa, as `python -m bot.run` does."""

from bot.run import main

raise SystemExit(main())
