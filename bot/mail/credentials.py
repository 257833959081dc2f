"""With what the application enters Microsoft 365."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

# In FILES_DIR: what keeps a person logged in to Microsoft 365. It is a key, so it is in no backup.
LOGIN_FILE = "microsoft-365-login.json"
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def safe_address(url: str) -> str:
    """An address to which secrets may go; one that is neither https nor on this machine is a ValueError."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ValueError(url)
    return url


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
    """The certificate of a PEM file that holds it and its private key, not encrypted; a ValueError when it does not.

    The key is an RSA one: Microsoft Entra takes no other for an application.
    """
    # It takes a tenth of a second to import, which only who has a certificate should pay.
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - see above
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415 - see above

    try:
        pem = path.read_text(encoding="ascii")
        key = load_pem_private_key(pem.encode(), password=None)
        certificate = load_pem_x509_certificate(pem.encode())
        is_pair = isinstance(key, RSAPrivateKey) and key.public_key() == certificate.public_key()
    except (OSError, TypeError, UnsupportedAlgorithm) as error:  # TypeError is what an encrypted key raises
        raise ValueError(path) from error
    if not is_pair:
        raise ValueError(path)
    return Certificate(pem)
