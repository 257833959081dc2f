"""The settings, from the environment or `.env`; read once, by the application and the command line."""

import re
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.domain.correspondence import ADDRESS
from bot.domain.dates import YEARS
from bot.domain.promises import FAR_DAYS, TOLERANCE_DAYS
from bot.domain.reminders import QuietHours
from bot.i18n import LANGUAGES, SPANISH, Language, language
from bot.mail.credentials import read_certificate, safe_address
from bot.render.logo import printable


def _quiet_hours(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*", value)
    if not match:
        raise ValueError(value)
    return QuietHours(time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4])))


def _hour(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})(?::00)?\s*", value)
    if not match:  # with an offset too, as `08:00Z`: the time zone is a setting of its own
        raise ValueError(value)
    return time(int(match[1]), int(match[2]))


def _iso_date(value: object) -> object:
    on = date.fromisoformat(value.strip()) if isinstance(value, str) else value
    if isinstance(on, date) and on.year not in YEARS:
        # A day from which ninety can be counted back, and any number of weeks ahead.
        raise ValueError(value)
    return on


# What bot.store.database opens; another driver is not installed with us, or waits in another way.
_DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "postgres", "postgresql", "postgresql+psycopg"})


def _url(value: str) -> URL:
    try:
        url = make_url(value)
    except ArgumentError as error:
        raise ValueError from error
    if "@" in (url.host or "") or any("password" in name.lower() for name in url.query):
        # Of a password that holds an @ the rest would stand there, or all of it at the end, as a key's (sslpassword):
        # in plain sight.
        raise ValueError
    return url


def _database_url(value: str) -> str:
    url = _url(value)
    if url.drivername not in _DRIVERS:
        raise ValueError(value)
    if url.get_backend_name() == "sqlite":
        if (url.database or ":memory:") == ":memory:":
            # Each command would begin with an empty one, and keep nothing.
            raise ValueError(value)
        if url.host or url.query:
            # With two slashes the first folder is taken for a server; and no setting of the driver's is one of ours.
            raise ValueError(value)
    return _whole(value)


def _whole(value: str) -> str:
    """A path without control characters."""
    if not value.isprintable():
        # Of a path of Windows in double quotes, as C:\new, python-dotenv reads \n as a line's end.
        raise ValueError(value)
    return value


def _erp_url(value: SecretStr) -> SecretStr:
    # The last two are for copies of an ERP's tables: the tests', or somebody's mirror.
    if (backend := _url(value.get_secret_value()).get_backend_name()) not in ("mssql", "postgresql", "sqlite"):
        raise ValueError(backend)
    return value


def _zone(value: object) -> object:
    try:
        return ZoneInfo(value) if isinstance(value, str) else value
    except (OSError, KeyError) as error:  # a folder of zones is an OSError, an unknown one a KeyError
        raise ValueError(value) from error


def _certificate(path: Path) -> Path:
    read_certificate(path)
    return path


def _secret(pattern: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if not re.fullmatch(pattern, value.get_secret_value()):
            raise ValueError(pattern)
        return value

    return AfterValidator(check)


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _picture(path: Path) -> Path:
    try:
        printable(path.read_bytes())
    except OSError as error:
        raise ValueError(path) from error
    return path


def _lines(value: str) -> str:
    return value.replace("\\n", "\n")


def _known_language(code: str) -> str:
    by_letters = {known[:2]: known for known in LANGUAGES}
    if re.search("[:_.]", code):
        # A variable of this name is GNU gettext's, too: desktops set `en_US:en`, and many a server `en_US.UTF-8`.
        return next((by_letters[each[:2]] for each in code.split(":") if each[:2] in by_letters), SPANISH)
    if code[:2] not in by_letters or len(code) > len("es"):
        raise ValueError(code)
    return by_letters[code]


def _listen(value: str) -> str:
    if int(value.rpartition(":")[2]) > _LAST_PORT:
        raise ValueError(value)
    return value


def host_and_port(listen: str) -> tuple[str, int]:
    """Where to listen: an IPv6 address stands in brackets for people, and without them for the system."""
    host, _, port = listen.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)


_LAST_PORT = 65_535
Listen = Annotated[str, StringConstraints(pattern=r"^[^\s/]+:[0-9]{1,5}$"), AfterValidator(_listen)]
Folder = Annotated[Path, BeforeValidator(lambda value: _whole(value) if isinstance(value, str) else value)]
HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+\S*$")]
LanguageCode = Annotated[str, AfterValidator(_known_language)]
MicrosoftUrl = Annotated[HttpUrl, AfterValidator(safe_address)]
HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://[^\s/]+\S*$")]


class Settings(BaseSettings):
    """Every setting with its default; a blank one counts as not given. `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8-sig", env_ignore_empty=True, extra="ignore", frozen=True
    )

    telegram_token: Annotated[SecretStr, _secret(r"\d+:[\w-]+")] | None = None
    telegram_api_url: HttpUrl = "https://api.telegram.org"
    telegram_rich: Literal["auto", "off"] = "auto"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_url: HttpsUrl | None = None
    # Bot API, setWebhook: 1-256 characters of this set.
    telegram_webhook_secret: Annotated[SecretStr, _secret(r"[A-Za-z0-9_-]{1,256}")] | None = None
    telegram_webhook_listen: Listen = "127.0.0.1:8443"

    database_url: Annotated[str, BeforeValidator(_database_url)] = "sqlite:///var/cobranza.db"
    files_dir: Folder = Path("var/files")

    mail_transport: Literal["folder", "m365"] = "folder"
    mail_folder: Folder = Path("var/mail")
    mail_redirect_to: Annotated[str, StringConstraints(pattern=f"^{ADDRESS}$")] | None = None
    # Exchange Online takes 30 messages a minute from a mailbox (Microsoft, «Exchange Online limits»).
    mail_per_minute: Annotated[int, Field(ge=1, le=30)] = 30
    # Customers get no statement again before so many days; 1 is once a day.
    mail_min_days: Annotated[int, Field(ge=1, le=31)] = 1
    mail_ask_after_hours: Annotated[int, Field(ge=1, le=8760)] = 24
    m365_tenant_id: str | None = None
    m365_client_id: str | None = None
    m365_client_secret: SecretStr | None = None
    m365_certificate: Annotated[Path, AfterValidator(_certificate)] | None = None
    m365_mailbox: Annotated[str, StringConstraints(pattern=f"^{ADDRESS}$")] | None = None
    m365_graph_url: MicrosoftUrl = "https://graph.microsoft.com"
    m365_authority_url: MicrosoftUrl = "https://login.microsoftonline.com"

    company_name: str = "Cobranza"
    company_rfc: str = ""
    company_bank: Annotated[str, BeforeValidator(_lines)] = ""
    company_logo: Annotated[Path, AfterValidator(_picture)] | None = None
    paper: Annotated[Literal["letter", "a4"], BeforeValidator(_lower)] = "letter"

    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("America/Mexico_City")
    language: LanguageCode = SPANISH
    business_date: Annotated[date, BeforeValidator(_iso_date)] | None = None
    reminder_time: Annotated[time, BeforeValidator(_hour)] = time(8)
    quiet_hours: Annotated[QuietHours, BeforeValidator(_quiet_hours), NoDecode] = QuietHours(time(20), time(7))
    promise_tolerance_days: Annotated[int, Field(ge=0, le=30)] = TOLERANCE_DAYS
    promise_far_days: Annotated[int, Field(ge=7, le=3650)] = FAR_DAYS
    contpaqi_url: Annotated[SecretStr, AfterValidator(_erp_url)] | None = None
    contpaqi_every_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    health_listen: Listen | None = None
    protect_content: bool = False
    # Bot API, deleteMessage: «a message can only be deleted if it was sent less than 48 hours ago».
    auto_delete_hours: Annotated[int, Field(ge=1, le=47)] | None = None
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = "INFO"

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        needed: list[str] = []
        if self.telegram_mode == "webhook":
            needed += ["telegram_webhook_url", "telegram_webhook_secret"]
        if self.mail_transport == "m365":
            needed += ["m365_tenant_id", "m365_client_id", "m365_mailbox"]
        if missing := [name for name in needed if getattr(self, name) is None]:
            raise ValueError(" ".join(missing))
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may show."""
        given = (self.telegram_token, self.telegram_webhook_secret, self.m365_client_secret, self.contpaqi_url)
        urls = [self.database_url, *([self.contpaqi_url.get_secret_value()] if self.contpaqi_url else [])]
        return (*(s.get_secret_value() for s in given if s), *filter(None, map(_password, map(make_url, urls))))


def _password(url: URL) -> str:
    """The password of an address; where the rest of that or our own name has it, too, only where it stands as one.

    `***` in place of each such word would say what it is, and make nonsense of every sentence with `cobranza` in it.
    """
    password = url.password or ""
    # As text the address has `***` for it.
    is_said = any(password in each for each in (str(url), "cobranza"))
    return f":{password}@" if password and is_said else password


class _Tongue(BaseSettings):
    model_config = Settings.model_config
    language: LanguageCode = SPANISH


def tongue() -> Language:
    """The language that LANGUAGE asks for, whatever is wrong in the other settings; Spanish where it is wrong."""
    try:
        return language(_Tongue().language)
    except (ValidationError, OSError, UnicodeDecodeError):
        return language(SPANISH)


_SECRET = frozenset({"telegram_token", "telegram_webhook_secret", "m365_client_secret", "contpaqi_url", "database_url"})


def settings_problems(error: ValidationError, speech: Language | None = None) -> list[str]:
    """What is wrong in the settings, a sentence each: the variable, its value unless secret, the right form."""
    speech = speech or tongue()
    forms = right_forms(speech)
    problems: dict[str, None] = {}  # ordered, and once each: a union reports every branch
    for entry in error.errors(include_url=False):
        if not entry["loc"]:
            for name in str(entry["ctx"]["error"]).split():
                problems[speech.gettext("%(name)s is missing: %(form)s.", name=name.upper(), form=forms[name])] = None
            continue
        name = str(entry["loc"][0])
        shown = "***" if name in _SECRET else entry["input"]
        problems[
            speech.gettext(
                "%(name)s cannot be “%(value)s”: %(form)s.", name=name.upper(), value=shown, form=forms[name]
            )
        ] = None
    return list(problems)


def right_forms(speech: Language) -> dict[str, str]:
    """What each setting may be, by its name."""
    url = speech.gettext("an address such as https://example.com")
    address = speech.gettext("one email address, such as cobranza@example.com")
    free = speech.gettext("a text")
    folder = speech.gettext("the path of a folder, without double quotes")
    return {
        "telegram_token": speech.gettext("the token that @BotFather gives, such as 123456789:AAH-example"),
        "telegram_api_url": url,
        "telegram_rich": speech.gettext("one of: %(choices)s", choices="auto, off"),
        "telegram_mode": speech.gettext("one of: %(choices)s", choices="polling, webhook"),
        "telegram_webhook_url": url,
        "telegram_webhook_secret": speech.gettext("1 to 256 letters, digits, _ or -"),
        "telegram_webhook_listen": speech.gettext("address:port, such as 127.0.0.1:8443"),
        "database_url": speech.gettext(
            "sqlite:///path/to/file.db or postgresql://user:password@server/database, "
            "with %%40 for an @ in the password"
        ),
        "files_dir": folder,
        "mail_transport": speech.gettext("one of: %(choices)s", choices="folder, m365"),
        "mail_folder": folder,
        "mail_redirect_to": address,
        "mail_per_minute": speech.gettext("a whole number from %(low)s to %(high)s", low=1, high=30),
        "mail_min_days": speech.gettext("a whole number from %(low)s to %(high)s", low=1, high=31),
        "mail_ask_after_hours": speech.gettext("a whole number from %(low)s to %(high)s", low=1, high=8760),
        "m365_tenant_id": speech.gettext("the directory (tenant) ID of the application in Microsoft Entra"),
        "m365_client_id": speech.gettext("the application (client) ID in Microsoft Entra"),
        "m365_client_secret": speech.gettext("the value of a client secret of the application in Microsoft Entra"),
        "m365_certificate": speech.gettext(
            "the path of a PEM file with a certificate and its private key, not encrypted"
        ),
        "m365_mailbox": address,
        "m365_graph_url": url,
        "m365_authority_url": url,
        "company_name": free,
        "company_rfc": free,
        "company_bank": free,
        "company_logo": speech.gettext("the path of a PNG or JPEG picture that can be opened"),
        "paper": speech.gettext("one of: %(choices)s", choices="letter, a4"),
        "timezone": speech.gettext("a time zone, such as America/Mexico_City"),
        "language": speech.gettext("one of: %(choices)s", choices=", ".join(LANGUAGES)),
        "business_date": speech.gettext(
            "a date as year-month-day from %(first)s to %(last)s, such as 2019-07-16", first=YEARS[0], last=YEARS[-1]
        ),
        "reminder_time": speech.gettext("an hour such as 08:00"),
        "quiet_hours": speech.gettext("two hours such as 20:00-07:00"),
        "promise_tolerance_days": speech.gettext("a whole number from %(low)s to %(high)s", low=0, high=30),
        "promise_far_days": speech.gettext("a whole number from %(low)s to %(high)s", low=7, high=3650),
        "contpaqi_url": speech.gettext(
            "the database of CONTPAQi Comercial, such as mssql+pymssql://user:password@server/adCOMPANY, "
            "with %%40 for an @ in the password"
        ),
        "contpaqi_every_minutes": speech.gettext("a whole number from %(low)s to %(high)s", low=1, high=1440),
        "health_listen": speech.gettext("address:port, such as 127.0.0.1:8443"),
        "protect_content": speech.gettext("one of: %(choices)s", choices="true, false"),
        "auto_delete_hours": speech.gettext("a whole number from %(low)s to %(high)s", low=1, high=47),
        "log_level": speech.gettext("one of: %(choices)s", choices="DEBUG, INFO, WARNING, ERROR"),
    }
