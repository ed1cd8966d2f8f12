"""Speaking with whoever is at a phone, and asking for keys."""

from collections.abc import Callable
from dataclasses import replace

from fsapp.desk import prompts
from fsapp.desk.plan import Shape
from fsapp.desk.speaking import Mouth, Sentence
from fsapp.domain.leg import CollectKeys, KeysCollected, KeysEnd, Utterance
from fsapp.domain.talk import Refusal, Refused
from fsapp.flow.ports import Leg

ATTEMPTS = 3


class Dialogue:
    """The agent's leg, and the language it is spoken to in."""

    def __init__(self, leg: Leg, mouth: Mouth) -> None:
        self.leg = leg
        self.mouth = mouth

    def say(self, sentence: Sentence) -> None:
        """Says it to the end."""
        utterances = self.mouth.utterances(sentence)
        if utterances:
            self.leg.play(utterances, barge_in=False)

    def ask(
        self,
        question: Sentence,
        shape: Shape,
        accept: Callable[[str], None] = lambda _: None,
        *,
        sensitive: bool = False,
    ) -> str:
        """Asks until `accept` raises no Refused, ATTEMPTS times at the most: then the last refusal is raised."""
        sentence = question
        for attempt in range(1, ATTEMPTS + 1):
            try:
                keys = self._keys(sentence, shape, sensitive)
                accept(keys)
            except Refused as refused:
                if attempt == ATTEMPTS:
                    raise
                sentence = (prompts.refusal(refused.why), *question)
            else:
                break
        return keys

    def key(self, utterances: tuple[Utterance, ...]) -> str:
        """One key after these, or empty."""
        return self._collected(CollectKeys(utterances, 1, terminators="")).digits

    def _keys(self, sentence: Sentence, shape: Shape, sensitive: bool) -> str:
        """Raises Refused where nothing is keyed."""
        utterances = self.mouth.utterances(sentence)
        answer = self._collected(CollectKeys(utterances, shape.most, sensitive=sensitive))
        if not answer.digits:
            raise Refused(Refusal.NOTHING_KEYED)
        return answer.digits

    def _collected(self, request: CollectKeys) -> KeysCollected:
        """A question that cannot be heard is asked in silence: who knows the code knows what comes."""
        answer = self.leg.collect(request)
        if answer.end is KeysEnd.UNPLAYABLE:
            answer = self.leg.collect(replace(request, utterances=()))
        return answer
