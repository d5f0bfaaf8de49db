"""The classifier of intents: TF-IDF over `understanding.views`, a linear support vector machine, a confidence fitted on unseen text.

scikit-learn is needed to train only; what is kept is a table of numbers and a list of features (no pickle); to classify is a sum.
"""

from __future__ import annotations

import json
import math
import warnings
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import remembered
from understanding.normal import tokens
from understanding.our_matters import speaks_of_our_matters
from understanding.safety import Signal, overruling, read_safety, weighed
from understanding.safety.denials import denied, denies_something, outright
from understanding.safety.fear import speaks_of_a_trick
from understanding.safety.signals import ORDER
from understanding.views import features
from understanding.wishes import Wish, wishes
from understanding.yes_that_asks import yes_that_asks

TABLE = "table.npz"
NAMES = "names.json"
# What is left of a confidence when not one word of two letters or more is known.
STRANGE_WORDS = 0.4
FEW_TEXTS = 500
# What a message's parse data carries besides: see `understanding.safety` and `understanding.wishes`.
SAFETY, WISHES = "safety", "wishes"
DESPAIR = "vulnerabilidade"
NOT_OURS = "fora_de_escopo"
ANOTHER = "nao_sou_a_pessoa"
FEW_WORDS = 3
YES, NO = "afirmar", "negar"
# The least confidence of a label that a sure rule put first.
OVERRULED = 0.75
# The chance from which what a rule found in the whole message is one of its wishes.
WISHED = 0.2
FEWEST_OF_AN_INTENT = 4
# Below this, a label that does harm is not believed where the message denies something. Chosen on the phrases in cross-validation:
# 15 of 39 harmful readings go, for 5 of 312 right ones that are asked back.
DOUBTED = {"afirmar": 0.6, "informar_ja_paguei": 0.6, "parar_mensagens": 0.6}
# The chance from which it is worth a look whether the words deny a label that does harm.
WORTH_DENYING = 0.05
# What the margins are divided by where there are too few examples to fit it.
USUAL_TEMPERATURE = 0.18

# What is put on the margin of a label: rather a safety label, or something that is not our business, once too often than once too
# seldom. Chosen together on the phrases in cross-validation, where all of them cost little more than a point of what is read right: to lean
# more to one alone takes from the others.
LEANING = {
    "contestar_divida": 0.42,
    ANOTHER: 0.54,
    "suspeita_golpe": 0.58,
    "vulnerabilidade": 0.26,
    "parar_mensagens": 0.35,
    "falar_com_humano": 0.22,
    "ameaca_juridica": 0.24,
    NOT_OURS: 0.48,
}

# What is put on besides, where no safety label is first and no word of debts and payments is said: rather once more "that is not ours" than an
# order nobody gave. Nothing is taken from a safety label by it.
LEANING_ELSEWHERE = {NOT_OURS: 0.2}

# Whoever has proven who they are is here for their debts: "qual a mais leve" or "quanto tempo demora" is then hardly about something
# else, and hardly said by somebody else, so that nothing is leant to either. Real small talk and real strangers are as sure without it.
PROVEN = "proven"
UNPROVEN_ONLY = (NOT_OURS, ANOTHER)

FEAR = "suspeita_golpe"
"""Leant to only where something speaks of a trick: so precision rises by five points in cross-validation, and recall stays."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NgramIntentClassifier(IntentClassifier, GraphComponent):
    """Names the intent of a message, with a ranking. Settings: see `get_default_config`."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # Inverse of the regularisation: larger follows the examples more closely.
            "strength": 2.0,
            # The share of the examples that is held back to fit the confidence; 0 leaves the usual one.
            "held_back": 0.25,
            # How many intents the ranking names.
            "ranking_length": 5,
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._intents: list[str] = []
        self._places: dict[str, int] = {}
        self._idf = np.zeros(0, dtype=np.float32)
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._bias = np.zeros(0, dtype=np.float32)
        self._leaning = np.zeros(0, dtype=np.float32)
        self._leaning_without_fear = self._leaning
        self._leaning_unproven = self._leaning
        self._leaning_elsewhere = self._leaning
        self._temperature = USUAL_TEMPERATURE

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> NgramIntentClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples that have a text and an intent."""
        examples = [
            (message.get(TEXT), message.get(INTENT))
            for message in training_data.intent_examples
            if message.get(TEXT) and message.get(INTENT)
        ]
        learnt_before = remembered.place(self._config, examples)
        if learnt_before is not None and remembered.holds(learnt_before):
            with self._storage.write_to(self._resource) as folder:
                remembered.bring(learnt_before, folder)
            self._restore(learnt_before)
            return self._resource
        if len({intent for _, intent in examples}) > 1:
            with warnings.catch_warnings():
                # That the rounds are over before it has settled is no matter.
                warnings.simplefilter("ignore")
                self._fit([text for text, _ in examples], [intent for _, intent in examples])
        self._keep()
        if learnt_before is not None:
            with self._storage.read_from(self._resource) as folder:
                remembered.keep(folder, learnt_before)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Classify the examples themselves, as Rasa asks of a classifier."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking of each message; without a known word the intent has no name."""
        for message in messages:
            text = message.get(TEXT) or ""
            proven = bool((message.get("metadata") or {}).get(PROVEN))
            everything, signals = self.read(text, proven=proven)
            ranking = everything[: int(self._config["ranking_length"])]
            first = ranking[0] if ranking else {"name": None, "confidence": 0.0}
            message.set(INTENT, first, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(SAFETY, [asdict(one) for one in signals], add_to_output=True)
            message.set(WISHES, self._wishes(text, everything, signals, proven=proven), add_to_output=True)
        return messages

    def read(self, text: str, *, proven: bool = False) -> tuple[list[dict[str, Any]], tuple[Signal, ...]]:
        """The ranking as `rank` gives it, but that a sure rule of safety may come first; and what must not be missed."""
        ranking = self.rank(text, proven=proven)
        chances = {one["name"]: one["confidence"] for one in ranking}
        signals = read_safety(text)
        label = overruling(signals, chances)
        if label in chances:
            top = {"name": label, "confidence": max(chances[label], OVERRULED)}
            left = (1.0 - top["confidence"]) / max(1.0 - chances[label], 1e-9)
            rest = [{"name": one["name"], "confidence": one["confidence"] * left} for one in ranking if one["name"] != label]
            ranking = [top, *rest]
        ranking = _without_what_is_denied(ranking, text)
        ranking = _without_what_is_hardly_said(ranking, text, signals)
        signals = tuple(
            replace(one, certainty="maybe")
            if one.certainty == "sure" and one.label in DOUBTED and denied(one.label, text)
            else one
            for one in signals
        )
        return ranking, weighed(signals, {one["name"]: one["confidence"] for one in ranking})

    def _wishes(
        self, text: str, ranking: list[dict[str, Any]], signals: tuple[Signal, ...], *, proven: bool
    ) -> list[dict[str, Any]]:
        if not ranking:
            return []
        chances = {one["name"]: one["confidence"] for one in ranking}
        whole = [Wish(ranking[0]["name"], ranking[0]["confidence"], text)]
        whole += [
            Wish(one.label, chances[one.label], text)
            for one in signals
            if one.certainty == "sure" and one.label != whole[0].intent and chances.get(one.label, 0.0) >= WISHED
        ]
        # A piece cut out of a denial ("não é que eu, paguei") says what the whole does not.
        found = [
            one
            for one in wishes(text, whole, partial(self._rank_of_piece, proven=proven), chances=chances)
            if one.intent == whole[0].intent or one.intent not in DOUBTED or not denied(one.intent, text)
        ]
        return [{"intent": one.intent, "confidence": round(one.confidence, 4), "text": one.text} for one in found]

    def _rank_of_piece(self, piece: str, *, proven: bool) -> list[dict[str, Any]]:
        ranking = self.read(piece, proven=proven)[0]
        if ranking and ranking[0]["name"] == DESPAIR and not any(one.label == DESPAIR for one in read_safety(piece)):
            # Two words out of their sentence ("to dormindo") are no cry for help.
            return []
        return ranking

    def rank(self, text: str, *, proven: bool = False) -> list[dict[str, Any]]:
        """Every intent with its confidence, the likeliest first; empty when nothing of the text was ever seen.

        `proven`: whoever writes has proven who they are.
        """
        counted = features(text)
        known = [(self._places[name], count) for name, count in counted.items() if name in self._places]
        if not known:
            return []
        places = np.fromiter((place for place, _ in known), dtype=np.int64, count=len(known))
        counts = np.fromiter((1.0 + math.log(count) for _, count in known), dtype=np.float32, count=len(known))
        values = counts * self._idf[places]
        values /= np.linalg.norm(values)
        leaning = self._leaning if speaks_of_a_trick(counted) else self._leaning_without_fear
        if proven:
            leaning = leaning - self._leaning_unproven
        scores = values @ self._weights[places] + self._bias + leaning
        if self._intents[int(scores.argmax())] not in ORDER and not proven and not speaks_of_our_matters(counted):
            scores += self._leaning_elsewhere
        scores /= self._temperature
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        said = any(name.startswith("w ") and len(name) > 3 for name in counted if name in self._places)
        if not said and counted["w 0"] < 2:
            # Only pieces of words were ever seen: a resemblance ("lista" and "sair da lista"), not an understanding. A number by
            # itself means a day, an option, a count or an amount, which only the open question tells; "1 e 3" are options.
            chances *= STRANGE_WORDS
        order = np.argsort(-chances, kind="stable")
        return [{"name": self._intents[place], "confidence": float(chances[place])} for place in order]

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NgramIntentClassifier:
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            classifier._restore(folder)
        return classifier

    def _restore(self, folder: Path) -> None:
        names = json.loads((folder / NAMES).read_text(encoding="utf-8"))
        with np.load(folder / TABLE, allow_pickle=False) as table:
            self._idf, self._weights, self._bias = (table[name].astype(np.float32) for name in ("idf", "weights", "bias"))
        self._intents = names["intents"]
        self._places = {name: place for place, name in enumerate(names["features"])}
        self._temperature = names["temperature"]
        self._lean()

    def _lean(self) -> None:
        self._leaning = np.array([LEANING.get(intent, 0.0) for intent in self._intents], dtype=np.float32)
        self._leaning_elsewhere = np.array([LEANING_ELSEWHERE.get(intent, 0.0) for intent in self._intents], dtype=np.float32)
        self._leaning_unproven = np.where(np.isin(self._intents, UNPROVEN_ONLY), self._leaning, np.float32(0))
        self._leaning_without_fear = np.where(np.array(self._intents) == FEAR, np.float32(0), self._leaning)

    def _keep(self) -> None:
        with self._storage.write_to(self._resource) as folder:
            names = {"intents": self._intents, "features": list(self._places), "temperature": self._temperature}
            (folder / NAMES).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
            np.savez_compressed(folder / TABLE, idf=self._idf, weights=self._weights.astype(np.float16), bias=self._bias)

    def _fit(self, texts: list[str], intents: list[str]) -> None:
        import scipy.sparse
        from sklearn.model_selection import train_test_split
        from sklearn.svm import LinearSVC

        counted = [features(text) for text in texts]
        self._intents = sorted(set(intents))
        met_in = Counter(name for counts in counted for name in counts)
        # What was met once is half of all features, and tells nothing that helps, unless there is little else.
        fewest = 2 if len(texts) >= FEW_TEXTS else 1
        names = sorted(name for name, times in met_in.items() if times >= fewest)
        self._places = {name: place for place, name in enumerate(names)}
        met = np.array([met_in[name] for name in names])
        self._idf = (np.log((1 + len(texts)) / (1 + met)) + 1).astype(np.float32)
        rows, columns, values = [], [], []
        for row, counts in enumerate(counted):
            known = {self._places[name]: count for name, count in counts.items() if name in self._places}
            if not known:
                continue
            places = list(known)
            weighed = np.array([1 + math.log(count) for count in known.values()]) * self._idf[places]
            rows += [row] * len(places)
            columns += places
            values += list(weighed / np.linalg.norm(weighed))
        matrix = scipy.sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), len(self._places)), dtype=np.float32)
        labels = np.array([self._intents.index(intent) for intent in intents])

        def machine() -> Any:
            # A label of few phrases weighs as much as one of many: how often a thing is said here is no sign of how often it is meant.
            return LinearSVC(C=float(self._config["strength"]), class_weight="balanced", random_state=7)

        fitted = machine().fit(matrix, labels)
        if len(self._intents) == 2:
            # Two classes come as one row: the odds of the second against the first.
            self._weights = np.vstack([-fitted.coef_, fitted.coef_]).T.astype(np.float16).astype(np.float32) / 2
            self._bias = np.array([-fitted.intercept_[0], fitted.intercept_[0]], dtype=np.float32) / 2
        else:
            self._weights = np.ascontiguousarray(fitted.coef_.T, dtype=np.float16).astype(np.float32)
            self._bias = fitted.intercept_.astype(np.float32)
        self._lean()
        share = float(self._config["held_back"])
        if share <= 0 or len(texts) < FEW_TEXTS or len(self._intents) < 3 or np.bincount(labels).min() < FEWEST_OF_AN_INTENT:
            return
        learn, test = train_test_split(np.arange(len(texts)), test_size=share, stratify=labels, random_state=7)
        unseen = machine().fit(matrix[learn], labels[learn]).decision_function(matrix[test])
        self._temperature = _temperature(unseen, labels[test])


def _without_what_is_denied(ranking: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """The ranking without the harmful labels that the very words deny: the others share their chance, and a denied yes is a no.

    Where the words may deny a harmful first label and the classifier is in doubt, the next best comes first, so near that it is asked
    back.
    """
    if len(ranking) < 2:
        return ranking
    name, sure = ranking[0]["name"], ranking[0]["confidence"]
    chances = {one["name"]: one["confidence"] for one in ranking}
    taken_back = {label for label in DOUBTED if chances.get(label, 0.0) >= WORTH_DENYING and denied(label, text)}
    if not taken_back:
        if sure < DOUBTED.get(name, 0.0) and denies_something(tokens(text)) and not outright(name, text):
            nearly = {"name": name, "confidence": ranking[1]["confidence"]}
            return [ranking[1], nearly, *ranking[2:]]
        return ranking
    left = {label: chance for label, chance in chances.items() if label not in taken_back}
    if name == YES and YES in taken_back and NO in left:
        left[NO] = sure
    else:
        whole = max(1.0 - sum(chances[label] for label in taken_back), 1e-9)
        left = {label: min(chance / whole, 1.0) for label, chance in left.items()}
    order = sorted(left, key=lambda label: -left[label])
    return [{"name": label, "confidence": left[label]} for label in order] + [
        {"name": label, "confidence": 0.0} for label in taken_back
    ]


def _without_what_is_hardly_said(ranking: list[dict[str, Any]], text: str, signals: Collection[Signal]) -> list[dict[str, Any]]:
    """The ranking with what does harm behind the next best, where the words do not bear it: a yes that asks ("tá bom, então quanto é"),
    and a cry for help read out of two or three words in which no rule hears one ("pra hoje")."""
    if len(ranking) < 2:
        return ranking
    name = ranking[0]["name"]
    asks = name == YES and yes_that_asks(text)
    faint = name == DESPAIR and len(tokens(text)) <= FEW_WORDS and not any(one.label == DESPAIR for one in signals)
    if not asks and not faint:
        return ranking
    first, *rest = ranking
    # All the chance that was left to others is theirs; less than half of the whole asks back.
    left = max(1.0 - first["confidence"], 1e-9)
    rest = [
        {"name": one["name"], "confidence": min(one["confidence"] / left, 1.0) * (1.0 if asks else first["confidence"])}
        for one in rest
    ]
    return [*rest, {"name": name, "confidence": 0.0}]


def _temperature(scores: Any, labels: Any) -> float:
    """The divisor of `scores` under which `labels` are least surprising (negative log-likelihood, a grid in steps of 5 %)."""

    def loss(divisor: float) -> float:
        divided = scores / divisor
        top = divided.max(axis=1, keepdims=True)
        norm = top[:, 0] + np.log(np.exp(divided - top).sum(axis=1))
        return float((norm - divided[np.arange(len(labels)), labels]).mean())

    return min((0.05 * 1.05**step for step in range(90)), key=loss)
