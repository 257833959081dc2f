"""The company that is owed: who signs the statements."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Company:
    """The creditor as a statement names it; `bank` is the text that says where to pay, on one or several lines.

    `logo` is a PNG or JPEG, or nothing; `paper` is letter or a4, lying.
    """

    name: str
    rfc: str = ""
    bank: str = ""
    logo: bytes = b""
    paper: str = "letter"
