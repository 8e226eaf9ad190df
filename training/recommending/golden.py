"""Requests in a bundle with the items and scores that its retrieval graph must answer."""

import numpy as np

from features.recommending.asking import histories
from recsys.arrays import Ints, Scores
from recsys.interactions import Histories
from recsys.interactions.matrix import NOTHING
from recsys.retrieval import Asked, ask
from recsys.retrieval_facts import GoldenRequest
from recsys.vocabulary import CREATOR_OBJECTIVES
from training.recommending.retrieving import Retriever
from training.recommending.situation import Situation

ANSWERED = 10
"""Items of an answer that are kept."""


def golden_requests(retriever: Retriever, situation: Situation, count: int) -> tuple[GoldenRequest, ...]:
    """The longest histories, one request for each, without content and with every item allowed."""
    question = _question(retriever, situation, count)
    found = ask(retriever.session, question, ANSWERED)
    history, confidence = question.histories.items, question.histories.confidence
    return tuple(
        GoldenRequest(
            history=_items(history[row]),
            confidence=_scores(confidence[row], history[row]),
            row=int(question.segments[row]),
            items=_items(found.items[row]),
            scores=_scores(found.scores[row], found.items[row]),
        )
        for row in range(len(history))
    )


def _question(retriever: Retriever, situation: Situation, count: int) -> Asked:
    items, facts, objective = retriever.item_ids, retriever.facts, CREATOR_OBJECTIVES[0]
    weighed = facts.events, objective
    everybody = histories(situation.snapshot, situation.surface, situation.creators, items, weighed)
    longest = np.argsort(-everybody.lengths, kind="stable")[:count]
    chosen = longest[everybody.lengths[longest] > 0]
    return Asked(
        histories=Histories(everybody.items[chosen], everybody.confidence[chosen]),
        segments=facts.rows(situation.segments(situation.creators[chosen]), objective),
        allowed=np.ones((len(chosen), len(items)), np.bool_),
        user_content=np.zeros((len(chosen), facts.content_width), np.float32),
        item_content=np.zeros((len(items), facts.content_width), np.float32),
        columns=np.arange(len(items)),
    )


def _items(items: Ints) -> tuple[int, ...]:
    return tuple(items[items != NOTHING].tolist())


def _scores(values: Scores, items: Ints) -> tuple[float, ...]:
    return tuple(values[items != NOTHING].tolist())
