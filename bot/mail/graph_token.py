"""Tokens for Microsoft Graph: asked for, kept, renewed."""

# ruff: noqa: ANN401 - msal publishes no types: Any ends in this module

import os
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from msal import (  # type: ignore[import-untyped]  # msal publishes no types
    ConfidentialClientApplication,
    PublicClientApplication,
    SerializableTokenCache,
)

from bot.domain.correspondence import Rejected, TryLater
from bot.i18n import N_
from bot.mail.credentials import Certificate, Credential, Delegated, Secret
from bot.mail.graph_errors import token_verdict

# What a person who logs in lets the application do: in their own mailbox and, .Shared, in a shared one.
DELEGATED_SCOPES = ("Mail.ReadWrite", "Mail.Send", "Mail.ReadWrite.Shared", "Mail.Send.Shared")


@dataclass(frozen=True, slots=True)
class LoginCode:
    """What a person types, and where, to log in; `flow` is for `Tokens.finish_login`."""

    address: str
    code: str
    minutes: int
    flow: dict[str, Any]


class Tokens:
    """One application's tokens, for one thread at a time; to be closed."""

    def __init__(
        self,
        credential: Credential,
        *,
        tenant_id: str,
        client_id: str,
        graph_url: str,
        authority_url: str,
        timeout: float,
    ) -> None:
        self._credential = credential
        self._client_id = client_id
        self._graph_url = graph_url.rstrip("/")
        self._authority = urlsplit(f"{authority_url.rstrip('/')}/{quote(tenant_id)}")._replace(scheme="https").geturl()
        self._http = _TokenClient(authority_url, timeout)
        self._client: Any = None
        self._file = _TokenFile(credential.token_file) if isinstance(credential, Delegated) else None
        self._stale = False
        # Whether the token given last was one of before.
        self.was_kept = False

    def in_force(self) -> str:
        """A token with some minutes left; raises TryLater, Rejected or requests' own errors."""
        result = self._silently() if self._file else self._msal().acquire_token_for_client(self._scopes(".default"))
        if "access_token" not in result:
            raise token_verdict(result)
        self._stale = False
        self.was_kept = result.get("token_source") == "cache"
        return str(result["access_token"])

    def forget(self) -> None:
        """Have another token the next time: it holds the permissions of its hour, and some may be new."""
        if self._file:
            self._stale = True
        elif self._client is not None:
            self._client.remove_tokens_for_client()

    def begin_login(self) -> LoginCode:
        """A code for a person to log in with; raises TryLater, Rejected or requests' own errors."""
        flow = self._msal().initiate_device_flow(scopes=self._scopes(*DELEGATED_SCOPES))
        if "user_code" not in flow:
            raise token_verdict(flow)
        return LoginCode(flow["verification_uri"], flow["user_code"], int(flow["expires_in"]) // 60, flow)

    def finish_login(self, code: LoginCode) -> str:
        """Wait until the person has logged in, keep that, and return who it was; raises what `begin_login` does."""
        client = self._msal()
        for account in client.get_accounts():
            # Whoever was logged in before sends no more.
            client.remove_account(account)
        result = client.acquire_token_by_device_flow(code.flow)
        if "access_token" not in result:
            raise token_verdict(result)
        self._save()
        return str(client.get_accounts()[0]["username"])

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _silently(self) -> Mapping[str, Any]:
        client = self._msal()
        if self._file and self._file.load_if_changed():
            self._stale = False
        accounts = client.get_accounts()
        if not accounts:
            raise Rejected(N_("Nobody has logged in to Microsoft 365: run «cobranza mail login»"))
        scopes = self._scopes(*DELEGATED_SCOPES)
        result = client.acquire_token_silent_with_error(scopes, accounts[0], force_refresh=self._stale)
        self._save()
        return result or {"error": "invalid_grant"}

    def _save(self) -> None:
        if self._file:
            self._file.save_if_changed()

    def _scopes(self, *names: str) -> list[str]:
        return [f"{self._graph_url}/{name}" for name in names]

    def _msal(self) -> Any:
        """MSAL's client; making it asks the authority for its addresses, so it may fail."""
        if self._client is None:
            shared = {
                "authority": self._authority,
                # The settings name the authority: no third server need vouch for it.
                "instance_discovery": False,
                "http_client": self._http,
            }
            try:
                if self._file:
                    self._client = PublicClientApplication(self._client_id, token_cache=self._file, **shared)
                else:
                    self._client = ConfidentialClientApplication(
                        self._client_id, client_credential=_client_credential(self._credential), **shared
                    )
            except ValueError:
                raise Rejected(
                    N_("Microsoft 365 knows no such tenant: check M365_TENANT_ID and M365_AUTHORITY_URL")
                ) from None
        return self._client


def _client_credential(credential: Credential) -> Any:
    if isinstance(credential, Certificate):
        # From the certificate MSAL makes the thumbprint (SHA-256) by which Microsoft finds the public key.
        return {"private_key": credential.pem, "public_certificate": credential.pem}
    assert isinstance(credential, Secret)  # noqa: S101 - a person's login has another client
    return credential.value


class _TokenFile(SerializableTokenCache):  # type: ignore[misc]  # msal publishes no types
    """MSAL's cache in a file that only its owner reads; another process may have written it meanwhile."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._read_at: int | None = None

    def load_if_changed(self) -> bool:
        """Read the file when it is not the one read or written last; whether it was read."""
        try:
            written_at = self._path.stat().st_mtime_ns
            if written_at == self._read_at:
                return False
            self.deserialize(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            written_at = None
            self.deserialize("")
        except ValueError:
            # What is damaged logs nobody in.
            self.deserialize("")
        self._read_at = written_at
        return True

    def save_if_changed(self) -> None:
        """Write the file whole or not at all."""
        if not self.has_state_changed:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(f".{os.getpid()}.part")
        part.unlink(missing_ok=True)
        # The mode is given as the file is made: there is no moment at which others may read it.
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(self.serialize())
        part.replace(self._path)
        self._read_at = self._path.stat().st_mtime_ns


class _TokenClient:
    """What MSAL asks tokens with: its `http_client`, the seam it offers for that.

    MSAL refuses an authority that is not https. For one on this machine it is told https, and here http is spoken.
    """

    def __init__(self, authority_url: str, timeout: float) -> None:
        self._plain = urlsplit(authority_url).scheme == "http"
        self._timeout = timeout
        self._session = requests.Session()

    def get(self, url: str, **kwargs: Any) -> requests.Response:
        return self._request("GET", url, **kwargs)

    def post(self, url: str, **kwargs: Any) -> requests.Response:
        return self._request("POST", url, **kwargs)

    def close(self) -> None:
        self._session.close()

    def _request(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        if self._plain:
            url = "http" + url.removeprefix("https")
        response = self._session.request(method, url, timeout=self._timeout, **kwargs)
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS or response.status_code >= 500:  # noqa: PLR2004 - 5xx
            # MSAL would lose the Retry-After.
            response.raise_for_status()
        try:
            response.json()
        except ValueError:
            # MSAL expects JSON, and a gateway's page is none.
            raise TryLater(N_("Microsoft 365 did not answer"), everyone=True) from None
        return response
