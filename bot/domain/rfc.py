"""RFC: the tax id by which an invoice names its receiver."""

# SAT's for the public at large and for customers abroad: many receivers share one.
PUBLIC = "XAXX010101000"
GENERIC = frozenset({PUBLIC, "XEXX010101000"})


def compact(text: str) -> str:
    """The RFC as SAT writes it: capitals, no blanks or hyphens."""
    return "".join(text.split()).replace("-", "").upper()
