"""Why a turn failed.

None of these is a `RasaException`: Rasa swallows those in places, and a failed turn must never look like a finished one.
"""

from __future__ import annotations


class TurnFailed(Exception):
    """The turn did not run to its end; its tracker was not saved, and the same turn may be asked again."""


class ActionCallFailed(TurnFailed):
    """The action endpoint could not be reached, was too slow, or did not answer as an action answers."""


class UnknownResponse(TurnFailed):
    """A response was named that the domain does not have."""


class WordsOutsideData(TurnFailed):
    """An action sent words of its own; words live in data/responses only."""


class PredictionLimitReached(TurnFailed):
    """The rules went on predicting actions without ever listening."""


class ConversationMoved(TurnFailed):
    """Another writer finished a turn of this conversation while this one ran."""


class NoModel(Exception):
    """No trained model is loaded yet."""
