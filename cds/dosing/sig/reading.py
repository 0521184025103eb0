"""One text half read: the place in it, the phases so far, and what it told of route and strength. May import the cursor and the phases only."""

from decimal import Decimal

from cds.dosing.sig.cursor import Cursor
from cds.dosing.sig.phases import Amount, Part, Phase
from cds.dosing.tokens import Lexeme

_MOST_PHASES = 60
SEVERAL = Decimal(-1)  # the text names several strengths of one form: none of them holds for a bare count


class Reading:
    """What has been read of one text. `joined` is the sign or the "and" that was passed last; `named`: the drug was named."""

    def __init__(self, found: tuple[Lexeme, ...]) -> None:
        self.words = Cursor(found)
        self.phases = [Phase()]
        self.route = ""
        self.each: dict[str, Decimal] = {}
        self.per_ml: Decimal | None = None
        self.mixed: tuple[Amount, Decimal] | None = None  # what the patient dissolves, in so many millilitres
        self.gradual = False  # "slowly", "as tolerated": a change that is not at once
        self.ended = False  # "then stop": the last phase was read
        self.named = False
        self.joined = ""
        self.items = 0  # so many items of a list were begun

    @property
    def phase(self) -> Phase:
        """The phase that is being read."""
        return self.phases[-1]

    @property
    def part(self) -> Part:
        """The dose that is being read."""
        return self.phases[-1].part

    def begin_phase(self, change: str = "") -> None:
        """From here on another dose holds."""
        if len(self.phases) >= _MOST_PHASES:
            raise self.words.stop(f"more than {_MOST_PHASES} phases")
        self.phases.append(Phase(change=change, explicit=True))

    def learn_unit(self, form: str, mg: Decimal) -> None:
        """The text says what one unit of a form holds."""
        if self.each.setdefault(form, mg) != mg:
            self.each[form] = SEVERAL

    def learn_concentration(self, per_ml: Decimal, mark: int) -> None:
        """The text says what one millilitre holds."""
        if self.per_ml is not None and self.per_ml != per_ml:
            raise self.words.stop("two concentrations", mark)
        self.per_ml = per_ml
