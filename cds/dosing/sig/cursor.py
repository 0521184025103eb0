"""The place in a text: what stands here, what comes next, and where the reader had to stop. May import the tokens and the model only."""

from cds.dosing.model import Unread
from cds.dosing.tokens import Lexeme
from cds.dosing.vocabulary import Kind

_SHOWN = 60  # so many characters of the words at which the reader stopped are kept


class Cursor:
    """A place in the phrases of one text. `at` may be kept and set back."""

    def __init__(self, found: tuple[Lexeme, ...]) -> None:
        self._all = found
        self.at = 0

    def ended(self) -> bool:
        """Is nothing left?"""
        return self.at >= len(self._all)

    def peek(self, ahead: int = 0) -> Lexeme | None:
        """What stands here, or so many phrases on?"""
        return self.standing(self.at + ahead)

    def here(self) -> Lexeme:
        """What stands here; the caller has looked that something does."""
        return self._all[self.at]

    def standing(self, at: int) -> Lexeme | None:
        """What stands at that place?"""
        return self._all[at] if 0 <= at < len(self._all) else None

    def sees(self, *kinds: Kind, ahead: int = 0) -> bool:
        """Does a phrase of one of these kinds stand here, or so many phrases on?"""
        found = self.peek(ahead)
        return found is not None and found.kind in kinds

    def says(self, *words: str, ahead: int = 0) -> bool:
        """Does one of these wordings stand here, or so many phrases on?"""
        found = self.peek(ahead)
        return found is not None and found.text in words

    def next(self) -> Lexeme:
        """The phrase that stands here, and one step on; the caller has looked that there is one."""
        found = self._all[self.at]
        self.at += 1
        return found

    def take(self, *kinds: Kind) -> Lexeme | None:
        """The phrase that stands here, and one step on, if it is of one of these kinds."""
        return self.next() if self.sees(*kinds) else None

    def skip(self, *kinds: Kind) -> bool:
        """Passes over phrases of these kinds; was there one?"""
        begin = self.at
        while self.take(*kinds):
            pass
        return self.at > begin

    def rest(self, at: int | None = None) -> str:
        """The words from here, or from that place, cut to what can be shown."""
        left = self._all[self.at if at is None else at :]
        return " ".join(one.text for one in left)[:_SHOWN]

    def stop(self, why: str, at: int | None = None) -> Unread:
        """The refusal to read on from here, or from that place."""
        return Unread(why, self.rest(at))
