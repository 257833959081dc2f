"""Microsoft Graph's mail and its token endpoint on loopback, as strict as their description, with faults to switch on.

The authority answers with https addresses, as the real one does, and speaks http: the client's seam bridges the two.
"""

import contextlib
import json
import socket
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.mail.graph_authority import CLIENT_ID, CLIENT_SECRET, TENANT_ID, TOKEN_MARK, Authority, UnexpectedRequest
from tests.mail.graph_faults import Fault, Faults, Trouble
from tests.mail.graph_mailbox import Mailbox, Refused, StoredMessage
from tests.mail.graph_schema import UPLOAD, schema

# Microsoft Graph takes requests of up to 4 MB.
_REQUEST_LIMIT = 4 * 1024 * 1024

_MESSAGES = "/v1.0/users/{id}/messages"
_MESSAGE = f"{_MESSAGES}/{{id_1}}"
_FOLDER = "/v1.0/users/{id}/mailFolders/{folder}/messages"
_OPERATIONS = {
    ("POST", _FOLDER): "draft",
    ("GET", _FOLDER): "inbox",
    ("GET", f"{_MESSAGE}/$value"): "mime",
    ("POST", _MESSAGES): "draft",
    ("GET", _MESSAGES): "find",
    ("GET", _MESSAGE): "read",
    ("PATCH", _MESSAGE): "change",
    ("DELETE", _MESSAGE): "delete",
    ("POST", f"{_MESSAGE}/send"): "send",
    ("POST", f"{_MESSAGE}/attachments"): "attach",
    ("GET", f"{_MESSAGE}/attachments"): "list",
    ("POST", f"{_MESSAGE}/attachments/createUploadSession"): "session",
    ("PUT", UPLOAD): "upload",
}
_DONE = {"draft": 201, "attach": 201, "session": 201, "send": 202, "delete": 204}


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def immutable(self) -> bool:
        return 'IdType="ImmutableId"' in self.headers.get("Prefer", "")


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: dict[str, Any] | bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


class GraphServer:
    """A tenant with one application and one mailbox; a context manager that listens while it is entered."""

    tenant_id, client_id, client_secret, token_mark = TENANT_ID, CLIENT_ID, CLIENT_SECRET, TOKEN_MARK
    mailbox_address = "cobranza@distribuidora.mx"

    def __init__(self) -> None:
        self.faults = Faults()
        self.mailbox = Mailbox()
        # Operations in the order of their requests, and what the description has against any of them.
        self.operations: list[str] = []
        self.refusals: list[str] = []
        # Whether requests are held against the description, which takes longer than all the rest.
        self.checks = True
        # Seconds that each request takes, and how many were here at once, at most.
        self.pause = 0.0
        self.busiest = 0
        self._present = 0
        self._lock = threading.Lock()
        self.stopping = threading.Event()
        self._server = _Listener(("127.0.0.1", 0), _Handler)
        self._server.graph = self
        self.authority = Authority(self.url, self.url)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.close_all()

    @property
    def url(self) -> str:
        """What M365_GRAPH_URL takes."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def authority_url(self) -> str:
        """What M365_AUTHORITY_URL takes."""
        return self.url

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a bot that sends its mail through here, as the environment has them."""
        return {
            "MAIL_TRANSPORT": "m365",
            "M365_TENANT_ID": self.tenant_id,
            "M365_CLIENT_ID": self.client_id,
            "M365_CLIENT_SECRET": self.client_secret,
            "M365_MAILBOX": self.mailbox_address,
            "M365_GRAPH_URL": self.url,
            "M365_AUTHORITY_URL": self.authority_url,
        }

    @property
    def sent(self) -> list[StoredMessage]:
        """The mails that left, in the order they were drafted."""
        with self._lock:
            return self.mailbox.messages(drafts=False)

    @property
    def drafts(self) -> list[StoredMessage]:
        """The mails that did not."""
        with self._lock:
            return self.mailbox.messages(drafts=True)

    def answer(self, request: _Request) -> _Answer | None:
        """The answer to a request; None when the connection breaks instead."""
        template, ids = schema().find(request.path)
        operation = _OPERATIONS.get((request.method, template)) or self._authority_operation(request.path)
        with self._lock:
            self.operations.append(operation)
            self._present += 1
            self.busiest = max(self.busiest, self._present)
        try:
            self.stopping.wait(self.pause)
            return self._answer(operation, request, ids)
        finally:
            with self._lock:
                self._present -= 1

    def _answer(self, operation: str, request: _Request, ids: tuple[str, ...]) -> _Answer | None:
        fault = self.faults.take(operation)
        if fault and fault.kind is Trouble.SILENCE:
            self.stopping.wait()
        if fault and fault.kind in {Trouble.SILENCE, Trouble.CUT_BEFORE}:
            return None
        if fault and fault.kind is Trouble.PAGE:
            return _Answer(200, b"<html>Bienvenido a la red de la oficina</html>")
        if fault and not isinstance(fault.kind, Trouble):
            return _failure(operation, fault)
        with self._lock:
            try:
                done = self._done(operation, request, ids, fault)
            except Refused as refused:
                done = _error(refused.status, refused.code, str(refused))
        return None if fault and fault.kind is Trouble.CUT_AFTER else done

    def _authority_operation(self, path: str) -> str:
        if path.endswith("/.well-known/openid-configuration"):
            return "discovery"
        if path.endswith("/oauth2/v2.0/devicecode"):
            return "devicecode"
        return "token" if path.endswith("/oauth2/v2.0/token") else "unknown"

    def _done(self, operation: str, request: _Request, ids: tuple[str, ...], fault: Fault | None) -> _Answer:
        if operation in {"discovery", "token", "devicecode"}:
            return self._authority(operation, request)
        if len(request.body) > _REQUEST_LIMIT:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "RequestEntityTooLarge")
        check = schema().refusal if self.checks else lambda *_: None
        refusal = check(request.method, request.path, request.query, request.headers, request.body)
        if refusal or operation == "unknown":
            self.refusals.append(refusal or f"{request.method} {request.path} is not served")
            raise Refused(HTTPStatus.BAD_REQUEST, "BadRequest", self.refusals[-1])
        if operation == "upload":
            return self._upload(request, ids[0], lose=bool(fault and fault.kind is Trouble.LOSE))
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.authority.tokens:
            raise Refused(HTTPStatus.UNAUTHORIZED, "InvalidAuthenticationToken", "Access token is missing or invalid.")
        user, *rest = ids
        if user != self.mailbox_address:
            raise Refused(HTTPStatus.NOT_FOUND, "ErrorInvalidUser", f"The requested user '{user}' is invalid.")
        if operation in {"inbox", "mime"}:
            return self._inbox(operation, request, rest[0])
        return self._mail(operation, request, rest)

    def _authority(self, operation: str, request: _Request) -> _Answer:
        form = dict(parse_qsl(request.body.decode()))
        try:
            match operation:
                case "discovery":
                    return _Answer(*self.authority.discovery(request.path.split("/")[1]))
                case "devicecode":
                    return _Answer(*self.authority.device_code(form))
                case _:
                    return _Answer(*self.authority.token(form))
        except UnexpectedRequest as unexpected:
            self.refusals.append(str(unexpected))
            return _Answer(400, {"error": "invalid_request", "error_codes": [900144]})

    def _inbox(self, operation: str, request: _Request, where: str) -> _Answer:
        if operation == "mime":
            return _Answer(200, self.mailbox.mime(where))
        query = dict(request.query)
        select, address = query.pop("$select", ""), f"{self.url}{request.path}"
        return _Answer(200, self.mailbox.inbox(where, query, select, address, immutable=request.immutable))

    def _mail(self, operation: str, request: _Request, ids: list[str]) -> _Answer:
        box, immutable, select = self.mailbox, request.immutable, request.query.get("$select", "")
        message = ids[0] if ids else ""
        body = None
        match operation:
            case "draft":
                body = box.create(request.json, immutable=immutable)
            case "find":
                body = box.find(request.query.get("$filter", ""), select, immutable=immutable)
            case "read":
                body = box.read(message, select, immutable=immutable)
            case "change":
                body = box.change(message, request.json, immutable=immutable)
            case "delete":
                box.remove(message)
            case "send":
                box.send(message)
            case "attach":
                body = box.attach(message, request.json)
            case "list":
                body = box.files(message, select)
            case "session":
                body = self._session(box.open_upload(message, request.json))
        return _Answer(_DONE.get(operation, 200), body)

    def _session(self, upload_id: str) -> dict[str, Any]:
        return {
            "uploadUrl": f"{self.url}/upload/{upload_id}?authtoken={self.token_mark}-{upload_id}",
            "expirationDateTime": "2030-01-01T00:00:00Z",
            "nextExpectedRanges": ["0-"],
        }

    def _upload(self, request: _Request, upload_id: str, *, lose: bool) -> _Answer:
        # Microsoft: the address is the authorization, and a header besides it is an error.
        if "Authorization" in request.headers or request.query.get("authtoken") != f"{self.token_mark}-{upload_id}":
            raise Refused(HTTPStatus.UNAUTHORIZED, "InvalidAuthenticationToken")
        expected = self.mailbox.upload(upload_id, request.headers["Content-Range"], request.body, lose=lose)
        return _Answer(200, expected) if expected else _Answer(201, headers={"Location": f"{self.url}/attachments/1"})


def _error(status: int, code: str, message: str) -> _Answer:
    return _Answer(
        status,
        {"error": {"code": code, "message": message, "innerError": {"request-id": "r-1"}}},
        {"request-id": "r-1"},
    )


def _failure(operation: str, fault: Fault) -> _Answer:
    assert isinstance(fault.kind, int)
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    if operation in {"discovery", "token", "devicecode"}:
        return _Answer(fault.kind, {"error": fault.code}, headers)
    answer = _error(fault.kind, fault.code, "Switched on by the test.")
    return _Answer(answer.status, answer.body, answer.headers | headers)


class _Listener(ThreadingHTTPServer):
    daemon_threads = False
    graph: GraphServer

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - the parent's own
        super().__init__(*args)
        self.live: set[socket.socket] = set()

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is no news."""

    def close_all(self) -> None:
        for connection in list(self.live):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def setup(self) -> None:
        super().setup()
        self.server.live.add(self.connection)

    def finish(self) -> None:
        super().finish()
        self.server.live.discard(self.connection)

    def log_message(self, *_: object) -> None:
        pass

    def _serve(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.title(): value for name, value in self.headers.items()}
        answer = self.server.graph.answer(
            _Request(self.command, unquote(url.path), dict(parse_qsl(url.query)), headers, body)
        )
        if answer is None:
            self.close_connection = True
            return
        given = answer.body
        content = given if isinstance(given, bytes) else b"" if given is None else json.dumps(given).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the parent looks for these names
