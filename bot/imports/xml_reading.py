"""The bytes of an XML file as its root element: nothing outside the file is read, nothing in it is expanded."""

import codecs
import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from lxml import etree

Element: TypeAlias = "etree._Element"  # noqa: SLF001 - lxml has no public name for the type of its elements

# An invoice of ten thousand lines takes about 5 MB; libxml2 takes no text longer than 10 million characters.
MAX_XML_BYTES = 10_000_000
# libxml2 goes no deeper (xmlParserMaxDepth, unless XML_PARSE_HUGE is given); a CFDI has about ten levels.
MAX_DEPTH = 256

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    # Without a mark: how `<` begins the file.
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
# What may stand before the root: a DTD is looked for there and nowhere else, as comments and texts may speak of one.
_DTD = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)


class BadXml(Exception):  # noqa: N818 - it says what is wrong
    """A file that is not taken; the reason is a key, as in Problem."""

    def __init__(self, reason: str, value: str = "", **params: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.value = value
        self.params = params


def read_root(content: bytes) -> Element:
    """The root element; raises BadXml."""
    from lxml import etree  # noqa: PLC0415 - 4 MB that a bot whose data come from the ERP never needs

    if len(content) > MAX_XML_BYTES:
        raise BadXml("xml_size", limit=f"{MAX_XML_BYTES // 1_000_000} MB")
    text = _text(content)
    # Mail programs and old exports leave a mark or blanks before the declaration, and zeros behind the end.
    text = text[text.find("<") : text.rfind(">") + 1] if "<" in text else ""
    if not text:
        raise BadXml("not_xml" if content.strip() else "empty")
    if _DTD.match(text):
        raise BadXml("xml_dtd")
    utf8 = text.encode()
    parser = _parser(recover=False)
    try:
        return etree.fromstring(utf8, parser)
    except etree.XMLSyntaxError as error:
        # Addendas with a prefix that nobody declares are common, and none of our business. The parser's log is asked:
        # that of the exception also has what was wrong with the files before.
        if all(entry.domain == etree.ErrorDomains.NAMESPACE for entry in parser.error_log):
            return etree.fromstring(utf8, _parser(recover=True))
        if "depth" in (error.msg or ""):
            raise BadXml("xml_depth", limit=MAX_DEPTH) from error
        raise BadXml("xml_broken", line=error.lineno) from error


def _text(content: bytes) -> str:
    """The file decoded by what its bytes are: what it declares is often wrong."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # Windows-1252 leaves five bytes undefined; a mark in a name is better than no invoice.
        return content.decode("cp1252", "replace")


def _parser(*, recover: bool) -> "etree.XMLParser":
    from lxml import etree  # noqa: PLC0415 - see above

    return etree.XMLParser(
        encoding="utf-8",  # whatever the declaration says
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
