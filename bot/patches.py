"""Two functions of Rasa 3.6.21 that cost more than the rest of a turn, put right; and a check that they are what they were.

A patch is written for one text of a function. If Rasa's function is another, nothing is patched and the process refuses to start.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Callable, Mapping
from typing import Any

RASA = "3.6.21"

# The start of the SHA-256 of the source of each function that is replaced, or whose inside our own code repeats.
PINNED = {
    "rasa.core.actions.action.RemoteAction._validate_action_result": "f8cdb4be6812396167ced74161b2ccd6",
    "rasa.core.actions.action.RemoteAction.action_response_format_spec": "091b74aa3738d1262cf3c028386aaf9d",
    "rasa.shared.core.events.Event.resolve_by_type": "b5cf570fa7f286c7059ec73d8880528d",
    "rasa.core.processor.MessageProcessor._run_action": "6d383d0179ef1187639887289168959a",
    "rasa.core.processor.MessageProcessor._run_prediction_loop": "cb30a0cbb690c571dbd33e404a165777",
    "rasa.core.processor.MessageProcessor.handle_message": "0c41d4780d2d46769ef2ae2b3f450b88",
    "rasa.core.processor.MessageProcessor._handle_message_with_tracker": "f42e1ae303933d9ffed67c0b879a946d",
    "rasa.core.agent.Agent.load_model": "f4c1ab4c5c7af6349384fc0a2d3a1cff",
}

# The same for what training reaches into; apart, because a process that only answers does not load it.
PINNED_FOR_TRAINING = {
    "rasa.model_training._train_graph": "ed075d720e332762d0b7f97dcf1c8f67",
}


class WrongRasa(RuntimeError):
    """This is not the Rasa that the bot was written for."""


def source_of(path: str) -> str:
    """The source of `module.Class.function` or `module.function`, as Rasa ships it."""
    import importlib

    module, owner, name = path.rsplit(".", 2)
    if owner[0].isupper():
        function = inspect.getattr_static(getattr(importlib.import_module(module), owner), name)
    else:
        function = getattr(importlib.import_module(f"{module}.{owner}"), name)
    # `getsource` looks behind our own replacement, which wraps what it replaces.
    return inspect.getsource(getattr(function, "__func__", function))


def digest(source: str) -> str:
    """The pin of a source."""
    return hashlib.sha256(source.encode()).hexdigest()[:32]


def check(pinned: Mapping[str, str] = PINNED) -> None:
    """Raise `WrongRasa`, in one sentence, unless version and `pinned` functions are the ones that the bot was written for."""
    import rasa

    if rasa.__version__ != RASA:
        raise WrongRasa(
            f"O Trato foi escrito para o Rasa {RASA}, não para o {rasa.__version__}: instale as versões de bot/uv.lock."
        )
    for path, pin in pinned.items():
        if digest(source_of(path)) != pin:
            raise WrongRasa(f"A função {path} do Rasa não é a que o Trato conhece: instale as versões de bot/uv.lock.")


def apply() -> None:
    """Check, then patch. To be called once, before the agent is made; a second call changes nothing."""
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.events import Event

    if getattr(Event, "_trato_patched", False):
        return
    check()
    RemoteAction._validate_action_result = _checked_once(RemoteAction)
    Event.resolve_by_type = staticmethod(_looked_up(Event.resolve_by_type))
    Event._trato_patched = True


def _checked_once(remote_action: Any) -> Callable[[Any, dict[str, Any]], bool]:
    """`jsonschema.validate` also checks the schema itself, which never changes, at each call: 45 ms. Here it is checked once."""
    import jsonschema

    schema = remote_action.action_response_format_spec()
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    ready = validator(schema)

    @functools.wraps(remote_action._validate_action_result)
    def _validate_action_result(self: Any, result: dict[str, Any]) -> bool:
        error = jsonschema.exceptions.best_match(ready.iter_errors(result))
        if error is not None:
            raise error
        return True

    return _validate_action_result


def _looked_up(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """Rasa walks every subclass of Event for every stored event. A name once found is kept; an unknown one is asked again."""
    known: dict[str, Any] = {}

    @functools.wraps(resolve)
    def resolve_by_type(type_name: str, default: Any = None) -> Any:
        if type_name not in known:
            found = resolve(type_name, default)
            if found is default or found is None:
                return found
            known[type_name] = found
        return known[type_name]

    return resolve_by_type
