"""The generator that makes no words: it passes a response's name and values on, and `conversations/` says them."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.failure import UnknownResponse, WordsOutsideData

# What rasa-sdk's dispatcher may put beside the response's name; each would be a word or a look made outside data/.
WORDS = ("text", "image", "attachment", "buttons", "elements", "custom", "quick_replies")
# Keys of the protocol itself, never values of a response.
PROTOCOL = frozenset({*WORDS, "response", "template", "domain_responses"})


class NamedResponseGenerator(NaturalLanguageGenerator):
    """Turns an `utter_*` into `{"response": name, "values": {...}}`, untouched.

    Raises `UnknownResponse` for a name that the domain lacks, and `WordsOutsideData` when words come with the name.
    """

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        self.responses: dict[str, Any] = dict(domain.responses) if domain else {}

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any]:
        """Name the response and its values; `kwargs` are the keyword values that the action gave."""
        if utter_action not in (kwargs.get("domain_responses") or self.responses):
            raise UnknownResponse(f"response '{utter_action}' is not in the domain")
        refused = [word for word in WORDS if kwargs.get(word)]
        if refused:
            raise WordsOutsideData(f"response '{utter_action}' came with {', '.join(refused)}")
        values = {key: value for key, value in kwargs.items() if key not in PROTOCOL}
        return {"custom": {"response": utter_action, "values": values}}
