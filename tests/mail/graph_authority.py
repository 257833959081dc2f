"""The tenant's token endpoint: client secret, certificate, device code and refresh, as Microsoft Entra checks them."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

TENANT_ID = "7d5c1a52-0000-4000-8000-2a1d6a9f0001"
CLIENT_ID = "7d5c1a52-0000-4000-8000-2a1d6a9f0002"
CLIENT_SECRET = "s3cr3t~of~the~application"  # noqa: S105 - it opens this test server only
# How tokens and the keys of upload sessions begin: nothing of it may be in a log.
TOKEN_MARK = "eyJ0b2tlbg"  # noqa: S105 - likewise
DEVICE_CODE = "device-code-1"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

Answer = tuple[int, dict[str, Any]]


class UnexpectedRequest(Exception):  # noqa: N818 - it says what it is
    """A request that this client should never make."""


@dataclass
class Authority:
    """What the tenant knows: the application's certificate, permissions, and who logs in with a code.

    `answers` are the errors that the next polls of a device login meet before the person has typed the code.
    """

    url: str
    graph_url: str
    lifetime: int = 3600
    certificate: x509.Certificate | None = None
    roles: list[str] = field(default_factory=lambda: ["Mail.ReadWrite", "Mail.Send"])
    delegated: str = "Mail.ReadWrite Mail.Send Mail.ReadWrite.Shared Mail.Send.Shared"
    person: str = "laura@distribuidora.mx"
    public_clients: bool = True
    answers: list[str] = field(default_factory=list)
    refresh_tokens: set[str] = field(default_factory=set)
    tokens: list[str] = field(default_factory=list)
    logins: int = 0

    def discovery(self, tenant: str) -> Answer:
        """The tenant's addresses: https, as the real ones are."""
        if tenant != TENANT_ID:
            return 400, {"error": "invalid_tenant", "error_codes": [90002]}
        base = f"https{self.url.removeprefix('http')}/{TENANT_ID}"
        return 200, {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
        }

    def device_code(self, form: Mapping[str, str]) -> Answer:
        """A code for a person to type."""
        self._check_scopes(form)
        if form.get("client_id") != CLIENT_ID:
            return 400, {"error": "unauthorized_client", "error_codes": [700016]}
        return 200, {
            "device_code": DEVICE_CODE,
            "user_code": "ABCD-1234",
            "verification_uri": "https://microsoft.example/devicelogin",
            "expires_in": 900,
            "interval": 0,
        }

    def token(self, form: Mapping[str, str]) -> Answer:
        """A token, or OAuth's word for why there is none."""
        if form.get("client_id") != CLIENT_ID:
            return 400, {"error": "unauthorized_client", "error_codes": [700016]}
        match form.get("grant_type"):
            case "client_credentials":
                return self._for_the_application(form)
            case "urn:ietf:params:oauth:grant-type:device_code" if form.get("device_code") == DEVICE_CODE:
                return self._for_who_typed_the_code()
            case "refresh_token":
                self._check_scopes(form)
                if form.get("refresh_token") not in self.refresh_tokens:
                    return 400, {"error": "invalid_grant", "error_codes": [70008]}
                return self._for_the_person()
        raise UnexpectedRequest(f"grant {form.get('grant_type')}")

    def _for_the_application(self, form: Mapping[str, str]) -> Answer:
        if form.get("scope") != f"{self.graph_url}/.default":
            raise UnexpectedRequest(f"scope {form.get('scope')}")
        if "client_assertion" in form:
            if form.get("client_assertion_type") != ASSERTION or not self._is_ours(form["client_assertion"]):
                return 401, {"error": "invalid_client", "error_codes": [700027]}
        elif form.get("client_secret") != CLIENT_SECRET:
            return 401, {"error": "invalid_client", "error_codes": [7000215]}
        token = self._new({"roles": self.roles})
        return 200, {"token_type": "Bearer", "expires_in": self.lifetime, "access_token": token}

    def _for_who_typed_the_code(self) -> Answer:
        if not self.public_clients:
            return 401, {"error": "invalid_client", "error_codes": [7000218]}
        if self.answers:
            return 400, {"error": self.answers.pop(0)}
        self.logins += 1
        return self._for_the_person()

    def _for_the_person(self) -> Answer:
        refresh_token = f"{TOKEN_MARK}-refresh-{len(self.tokens)}"
        self.refresh_tokens.add(refresh_token)
        identity = {"preferred_username": self.person, "oid": "oid-1", "tid": TENANT_ID, "sub": "sub-1",
                    "aud": CLIENT_ID, "iss": "https://issuer.example", "exp": 4102444800, "iat": 0}  # fmt: skip
        return 200, {
            "token_type": "Bearer",
            "expires_in": self.lifetime,
            "scope": " ".join(f"{self.graph_url}/{name}" for name in self.delegated.split()),
            "access_token": self._new({"scp": self.delegated}),
            "refresh_token": refresh_token,
            "id_token": f"{_base64({'alg': 'none'})}.{_base64(identity)}.",
            "client_info": _base64({"uid": f"uid of {self.person}", "utid": TENANT_ID}),
        }

    def _is_ours(self, assertion: str) -> bool:
        """Whether the registered certificate's key signed the assertion, and its header says which certificate."""
        if self.certificate is None:
            return False
        digest = hashlib.sha256(self.certificate.public_bytes(Encoding.DER)).digest()
        # Microsoft's own library pads it, against RFC 7515.
        thumbprint = jwt.get_unverified_header(assertion).get("x5t#S256", "").rstrip("=")
        if thumbprint != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
            return False
        try:
            said = jwt.decode(
                assertion,
                self.certificate.public_key(),  # type: ignore[arg-type]  # it is an RSA key
                algorithms=["PS256"],
                audience=f"https{self.url.removeprefix('http')}/{TENANT_ID}/oauth2/v2.0/token",
                options={"require": ["aud", "exp", "iss", "sub", "jti"]},
            )
        except jwt.InvalidTokenError:
            return False
        return bool(said["iss"] == said["sub"] == CLIENT_ID)

    def _check_scopes(self, form: Mapping[str, str]) -> None:
        ours = {f"{self.graph_url}/{name}" for name in
                ("Mail.ReadWrite", "Mail.Send", "Mail.ReadWrite.Shared", "Mail.Send.Shared")}  # fmt: skip
        asked = set(form.get("scope", "").split())
        if asked - {"openid", "profile", "offline_access"} != ours or "offline_access" not in asked:
            raise UnexpectedRequest(f"scope {form.get('scope')}")

    def _new(self, said: Mapping[str, Any]) -> str:
        self.tokens.append(f"{TOKEN_MARK}.{_base64(said)}.{len(self.tokens)}")
        return self.tokens[-1]


def _base64(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
