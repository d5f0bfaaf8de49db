"""What must not be missed in any message, in every state of the talk: all of its rules live in this folder, and nowhere else.

A debtor who says stop, who is the wrong person, who cannot go on living, who denies the debt, who fears a scam, who wants a human or
who threatens with the law is heard whatever was asked before; the rules know what turns them round ("não quero parar de receber").
What they read is a `Signal`: `sure` where the words leave no doubt, else `maybe`, which only tips the classifier.

- `rules.py`: the table, by label and kind; `signals.py` reads it; `weighing.py` brings the classifier's chances in.
- `places.py`: names of streets and quarters say nothing of the kind.
- `denials.py`: a yes, a stop or a payment that the very words deny is read as the next best.
- `distress.py`, `relations.py`, `threats.py`: once a message is known to be one of these, what is needed, who writes, who is threatened.
- `fear.py`: whether anything speaks of a trick, without which the classifier does not lean towards the fear of one.
- `interrupts.py`: what is heard even while a human owns the talk, out of the same signals.

Sources of why these come first: CDC art. 42 (no embarrassment in collecting), LGPD art. 18 (opposition), Lei 14.181/2021
(over-indebtedness), and the collector's duty to leave whoever is not the debtor in peace.
"""

from understanding.safety.signals import Signal, read_safety, read_words, speaks_of_dying
from understanding.safety.weighing import overruling, weighed

__all__ = ["Signal", "overruling", "read_safety", "read_words", "speaks_of_dying", "weighed"]
