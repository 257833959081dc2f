"""With what the application enters Microsoft 365."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

_PEM_KINDS = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----")

# In FILES_DIR: what keeps a person logged in to Microsoft 365. It is a key, so it is in no backup.
LOGIN_FILE = "microsoft-365-login.json"


@dataclass(frozen=True, slots=True)
class Secret:
    """A client secret of the application."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of the application with its private key, in one PEM text."""

    pem: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delegated:
    """A person who has logged in; what keeps them logged in is in this file."""

    token_file: Path


Credential: TypeAlias = Secret | Certificate | Delegated


def read_certificate(path: Path) -> Certificate:
    """The certificate of a PEM file that holds it and its private key, not encrypted; a ValueError when it does not."""
    try:
        pem = path.read_text(encoding="ascii")
    except OSError as error:
        raise ValueError(path) from error
    kinds = _PEM_KINDS.findall(pem)
    # Older tools mark an encrypted key by a header instead of by the kind (RFC 1421, Proc-Type).
    is_encrypted = "ENCRYPTED PRIVATE KEY" in kinds or "Proc-Type: 4,ENCRYPTED" in pem
    if is_encrypted or "CERTIFICATE" not in kinds or not any(kind.endswith("PRIVATE KEY") for kind in kinds):
        raise ValueError(path)
    return Certificate(pem)
