"""Types for values that many services take, so that they all refuse the same.

Use them as annotations: `name: PlainText` in a model or a query. Every rule that
a JSON schema can tell is in the OpenAPI document.
"""

from decimal import Decimal
from typing import Annotated

from annotated_types import Ge, Len
from pydantic import AfterValidator, AwareDatetime, StringConstraints

LONGEST_TEXT = 10_000


def _without_control_characters(text: str) -> str:
    if any(character < " " and character not in "\n\t" for character in text):
        raise ValueError("the text holds control characters")
    return text


Slug = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", min_length=1, max_length=64),
]
"""A name for a URL: lower-case letters and digits, single dashes between them."""

PlainText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT),
    AfterValidator(_without_control_characters),
]
"""A text for people, without surrounding white space and control characters."""

EmailAddress = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
        r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$",
        max_length=254,
    ),
]
"""An address as forms take it; that it exists only a mail to it can show."""

PhoneNumber = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
"""A number in the international form (E.164)."""

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""Two letters as in ISO 3166-1."""

CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""Three letters as in ISO 4217."""

Amount = Annotated[Decimal, Ge(0)]
"""An amount of money; never a float."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A digest in hexadecimal."""

Tags = Annotated[frozenset[Slug], Len(0, 50)]
"""Up to 50 different labels."""

Moment = AwareDatetime
"""A time with a time zone."""
