"""What Google's RCS for Business refuses in a message, by its public reference of `AgentMessage` and the guides beside it."""

import json
import re
from collections.abc import Collection
from typing import Any

from simulator.state import Json

FEATURES = (
    "RICHCARD_STANDALONE",
    "RICHCARD_CAROUSEL",
    "ACTION_OPEN_URL",
    "ACTION_DIAL",
    "ACTION_CREATE_CALENDAR_EVENT",
    "ACTION_VIEW_LOCATION",
    "ACTION_SHARE_LOCATION",
)
TRAFFIC = ("AUTHENTICATION", "TRANSACTION", "PROMOTION", "SERVICEREQUEST", "ACKNOWLEDGEMENT")
_CONTENTS = ("text", "richCard", "contentInfo", "uploadedRbmFile", "fileName")
_ACTIONS = {
    "openUrlAction": "ACTION_OPEN_URL",
    "dialAction": "ACTION_DIAL",
    "createCalendarEventAction": "ACTION_CREATE_CALENDAR_EVENT",
    "viewLocationAction": "ACTION_VIEW_LOCATION",
    "shareLocationAction": "ACTION_SHARE_LOCATION",
}
_LARGEST = 250 * 1024


class RbmError(Exception):
    """An answer of Google that refuses a call, in its form."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status, self.name = status, name

    def body(self) -> Json:
        return {"error": {"code": self.status, "message": str(self), "status": self.name}}


def invalid(message: str) -> RbmError:
    return RbmError(400, "INVALID_ARGUMENT", message)


def check(body: Json, features: Collection[str]) -> None:
    """Raises RbmError for a message that Google, or a telephone with these features, does not take."""
    if len(json.dumps(body, ensure_ascii=False).encode()) > _LARGEST:
        raise invalid("The message exceeds 250 KB.")
    content = body.get("contentMessage")
    if not isinstance(content, dict):
        raise invalid("contentMessage is required.")
    kinds = [name for name in _CONTENTS if name in content]
    if len(kinds) != 1:
        raise invalid("Exactly one of the union field content must be set.")
    if unknown := set(content) - {*_CONTENTS, "suggestions"}:
        raise invalid(f"Invalid JSON payload received. Unknown name {sorted(unknown)[0]!r} at 'content_message'.")
    if body.get("messageTrafficType") not in TRAFFIC:
        raise invalid("messageTrafficType must be specified for this agent.")
    if "ttl" in body and "expireTime" in body:
        raise invalid("Only one of the union field expiration can be set.")
    suggestions = content.get("suggestions", [])
    _check_suggestions(suggestions, 11, features)
    match kinds[0]:
        case "text":
            _text(content["text"], 3072, "text")
        case "contentInfo":
            _file(content["contentInfo"])
        case "richCard":
            _rich(content["richCard"], features)


def _rich(card: Any, features: Collection[str]) -> None:
    if not isinstance(card, dict) or len(card) != 1:
        raise invalid("richCard needs one of standaloneCard and carouselCard.")
    if "standaloneCard" in card:
        if "RICHCARD_STANDALONE" not in features:
            raise invalid("The recipient's device does not support RICHCARD_STANDALONE.")
        if card["standaloneCard"].get("cardOrientation") not in ("VERTICAL", "HORIZONTAL"):
            raise invalid("cardOrientation is required.")
        _card(card["standaloneCard"].get("cardContent"), features)
        return
    carousel = card.get("carouselCard")
    if not isinstance(carousel, dict) or carousel.get("cardWidth") not in ("SMALL", "MEDIUM"):
        raise invalid("carouselCard.cardWidth must be SMALL or MEDIUM.")
    if "RICHCARD_CAROUSEL" not in features:
        raise invalid("The recipient's device does not support RICHCARD_CAROUSEL.")
    cards = carousel.get("cardContents")
    if not isinstance(cards, list) or not 2 <= len(cards) <= 10:
        raise invalid("A carousel has 2 to 10 cards.")
    for one in cards:
        _card(one, features)


def _card(card: Any, features: Collection[str]) -> None:
    if not isinstance(card, dict) or not any(card.get(name) for name in ("title", "description", "media")):
        raise invalid("A card needs a title, a description or media.")
    _text(card.get("title", ""), 200, "title", empty=True)
    _text(card.get("description", ""), 2000, "description", empty=True)
    _check_suggestions(card.get("suggestions", []), 4, features)
    if "media" in card:
        if card["media"].get("height") not in ("SHORT", "MEDIUM", "TALL"):
            raise invalid("media.height must be SHORT, MEDIUM or TALL.")
        _file(card["media"].get("contentInfo"))


def _file(file: Any) -> None:
    if not isinstance(file, dict) or not re.fullmatch(r"https?://\S+", str(file.get("fileUrl", ""))):
        raise invalid("contentInfo.fileUrl must be a publicly accessible address.")


def _check_suggestions(suggestions: Any, most: int, features: Collection[str]) -> None:
    if not isinstance(suggestions, list) or len(suggestions) > most:
        raise invalid(f"At most {most} suggestions are allowed here.")
    for suggestion in suggestions:
        if not isinstance(suggestion, dict) or len(suggestion) != 1 or next(iter(suggestion)) not in ("reply", "action"):
            raise invalid("A suggestion is either a reply or an action.")
        (told,) = suggestion.values()
        _text(told.get("text"), 25, "suggestion.text")
        _text(told.get("postbackData"), 2048, "suggestion.postbackData")
        if "action" not in suggestion:
            continue
        actions = [name for name in _ACTIONS if name in told]
        if len(actions) != 1:
            raise invalid("An action has exactly one kind.")
        if _ACTIONS[actions[0]] not in features:
            raise invalid(f"The recipient's device does not support {_ACTIONS[actions[0]]}.")


def _text(text: Any, most: int, name: str, *, empty: bool = False) -> None:
    if not isinstance(text, str) or (not text.strip() and not empty) or len(text) > most:
        raise invalid(f"{name} must be a text of 1 to {most} characters.")
