"""How records are made quickly where their values are known to be good."""

from collections.abc import Callable
from dataclasses import MISSING, field, fields, make_dataclass
from typing import Any, TypeVar

T = TypeVar("T")


def trusted(record: type[T]) -> Callable[..., T]:
    """Give a constructor for a frozen, slotted dataclass that takes its fields in order and checks nothing.

    For rows that were checked when they came in: it is five times as fast as the class itself,
    which sets each field of a frozen record through `object.__setattr__`. The values are put into a
    twin that is not frozen, which then becomes the record.

    >>> from infoint.errors import Problem
    >>> trusted(Problem)("a.csv", 3, "no name") == Problem("a.csv", 3, "no name")
    True
    """
    spec: list[Any] = [
        (known.name, Any, field(default=known.default))
        if known.default_factory is MISSING
        else (known.name, Any, field(default_factory=known.default_factory))
        for known in fields(record)  # type: ignore[arg-type]
    ]
    twin: Any = make_dataclass("_Twin", spec, slots=True, repr=False, eq=False)

    def build(*values: Any, **named: Any) -> T:
        made = twin(*values, **named)
        made.__class__ = record
        return made  # type: ignore[no-any-return]

    return build
