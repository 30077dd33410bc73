"""Text that looks like people's: few words often, many words seldom, short posts and long ones."""

import random
from dataclasses import dataclass
from itertools import accumulate

from bench.cast import COMMON_WORDS, FEW_WORDS, RARE_WORDS
from communities.markup import render

VOCABULARY = 20_000
SENTENCES = 20_000
SYLLABLES = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "ar", "en", "or")]
ONE_IN = {RARE_WORDS: 300, COMMON_WORDS: 20}
FEW = 100


@dataclass(frozen=True)
class Sentence:
    """One sentence, as typed and as stored."""

    body: str
    html: str


class Writer:
    """Writes titles and so many posts; the same ones for the same number."""

    def __init__(self, posts: int) -> None:
        self.random = random.Random(posts)  # noqa: S311 (no secret)
        self.one_in = ONE_IN | {FEW_WORDS: posts / FEW}
        self.words = [self._word() for _number in range(VOCABULARY)]
        weights = list(accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))
        self.weights = weights
        self.sentences = [self._sentence() for _number in range(SENTENCES)]
        self.planted = {words: self._as_sentence(words.capitalize() + ".") for words in self.one_in}

    def title(self) -> str:
        """Write a title of four to nine words."""
        return " ".join(self._some_words(self.random.randint(4, 9))).capitalize()

    def post(self) -> tuple[str, str]:
        """Write a post of one to some forty sentences, as Markdown and as HTML."""
        length = min(40, max(1, round(self.random.lognormvariate(1.4, 0.8))))
        chosen = self.random.choices(self.sentences, k=length)
        for words, one_in in self.one_in.items():
            if self.random.random() < 1 / one_in:
                chosen.append(self.planted[words])
        paragraphs = [chosen[at : at + 5] for at in range(0, len(chosen), 5)]
        body = "\n\n".join(" ".join(each.body for each in part) for part in paragraphs)
        html = "\n".join(f"<p>{' '.join(each.html for each in part)}</p>" for part in paragraphs)
        return body, html

    def _word(self) -> str:
        return "".join(self.random.choices(SYLLABLES, k=self.random.randint(1, 4)))

    def _some_words(self, count: int) -> list[str]:
        return self.random.choices(self.words, cum_weights=self.weights, k=count)

    def _sentence(self) -> Sentence:
        words = self._some_words(self.random.randint(6, 16))
        if self.random.random() < 0.1:
            words[2] = f"**{words[2]}**"
        if self.random.random() < 0.03:
            words.append(f"[{words[0]}](https://example.org/{words[1]})")
        return self._as_sentence(" ".join(words).capitalize() + ".")

    def _as_sentence(self, text: str) -> Sentence:
        return Sentence(text, render(text).strip().removeprefix("<p>").removesuffix("</p>"))
