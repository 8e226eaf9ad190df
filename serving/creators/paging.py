"""Stable paging: a cursor says where a page ended, of which question, on which snapshot."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from pydantic import ValidationError

from recsys.config import Config
from recsys.creator_filter import Id
from recsys.errors import RequestError
from recsys.files import sha256_of_json
from serving.creators.search import CreatorSearch


class Cursor(Config):
    """The last creator of a page: the next page begins behind it, whatever the size of either."""

    snapshot: str
    question: str
    """`question_of` the search: its filter, market and order."""
    value: float | None
    """The number sorted by; None where it is unknown."""
    creator_id: Id

    def encode(self) -> str:
        """As one word that a URL can hold."""
        return urlsafe_b64encode(self.model_dump_json().encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, word: str) -> "Cursor":
        """The cursor; raises RequestError for anything that `encode` did not make."""
        try:
            return cls.model_validate_json(urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        except (ValueError, ValidationError) as error:
            raise RequestError(f"expected the cursor of a page found before, found {word!r}") from error


def question_of(search: CreatorSearch) -> str:
    """What must not change between pages, as a short hash; the size of a page may."""
    asked = search.model_dump(mode="json", exclude={"count", "cursor"})
    return sha256_of_json(asked)[:16]


def checked(cursor: Cursor, search: CreatorSearch, snapshot: str) -> Cursor:
    """The cursor; raises RequestError if it is of another snapshot or another question."""
    if cursor.snapshot != snapshot:
        raise RequestError(f"the cursor is of {cursor.snapshot}, this is {snapshot}: start at the first page")
    if cursor.question != question_of(search):
        raise RequestError("the cursor is of another filter, market or order: start at the first page")
    return cursor
