"""Rich messages: what Telegram takes, what it refuses, and what becomes of it."""

import json
from typing import Any

import pytest
from telegram import Bot

from bot.demo.chat import Button
from bot.demo.server import BotApiServer
from tests.aiogram_models import built
from tests.aiogram_models import types as independent
from tests.demo.client import RawApi, png

STATEMENT = """
<h2>Ramiro Aldana <code>CL002</code></h2>
<p>Límite $5,000.00<br>Disponible <b>$3,376.00</b> &mdash; al 16/07/2019</p>
<table bordered striped compact><caption>PESOS</caption>
 <tr><th>Folio</th><th align="right">Saldo</th></tr>
 <tr><td><tg-button type="callback_data" style="link" data="doc:7">7</tg-button></td>
     <td align="right" valign="top">$1,624.00</td></tr>
 <tr><td colspan="2">Total <mark>$1,624.00</mark></td></tr>
</table>
<details open><summary>Antigüedad</summary>1&ndash;30
  <ul><li><input type="checkbox" checked>ya</li><li><input type="checkbox">falta</li></ul>
  <ol start="3"><li>tres</li><li value="9">nueve</li></ol>
</details>
<blockquote>Cita<cite>Autor</cite></blockquote><blockquote expandable>Larga</blockquote>
<hr/>
<tg-button-row align="center">
  <tg-button type="callback_data" style="primary" data="pdf">PDF</tg-button>
  <tg-button type="url" url="https://a.b/">Portal</tg-button>
  <tg-button type="copy_text" text="0123">CLABE</tg-button>
  <tg-button type="disabled">Pagado</tg-button>
</tg-button-row>
<footer>Datos al <tg-time unix="1563235200" format="Dt">16/07/2019</tg-time></footer>
"""


async def rich(api: RawApi, **message: Any) -> dict[str, Any]:  # noqa: ANN401  # right or wrong
    return await api("sendRichMessage", chat_id=7, rich_message=message)


async def test_a_statement_is_taken_and_reads_as_lines(telegram: BotApiServer, api: RawApi) -> None:
    answer = await rich(api, html=STATEMENT)

    (message,) = telegram.world.messages(7)
    assert message.is_rich
    assert message.html == STATEMENT
    assert message.plain_text.splitlines() == [
        "Ramiro Aldana CL002",
        "Límite $5,000.00",
        "Disponible $3,376.00 — al 16/07/2019",
        "PESOS",
        "Folio | Saldo",
        "7 | $1,624.00",
        "Total $1,624.00",
        "Antigüedad",
        "1–30",
        "☑ ya",
        "☐ falta",
        "3. tres",
        "9. nueve",
        "Cita",
        "Autor",
        "Larga",
        "———",
        "PDF | Portal | CLABE | Pagado",
        "Datos al 16/07/2019",
    ]
    built(independent.Message).model_validate(answer["result"])


async def test_the_blocks_are_those_of_the_bot_api(api: RawApi) -> None:
    answer = await rich(api, html=STATEMENT)

    message = built(independent.Message).model_validate(answer["result"]).rich_message
    assert message is not None
    kinds = "heading paragraph table details blockquote expandable_blockquote divider buttons footer"
    assert " ".join(block.type for block in message.blocks) == kinds
    table = message.blocks[2]
    assert isinstance(table, independent.RichBlockTable)
    assert (table.is_bordered, table.is_striped, table.is_compact, table.caption) == (True, True, True, "PESOS")
    assert (table.cells[1][1].align, table.cells[1][1].valign) == ("right", "top")
    assert (table.cells[0][0].is_header, table.cells[2][0].colspan) == (True, 2)
    assert isinstance(table.cells[1][0].text, independent.RichTextButton)


async def test_its_buttons_can_be_tapped_and_its_keyboard_too(telegram: BotApiServer, api: RawApi) -> None:
    markup = {"inline_keyboard": [[{"text": "Historial", "callback_data": "h"}]]}
    await api("sendRichMessage", chat_id=7, rich_message={"html": STATEMENT}, reply_markup=markup)

    (message,) = telegram.world.messages(7)
    telegram.world.tap(7, message.message_id, "doc:7")

    assert [button.text for button in message.buttons] == ["7", "PDF", "Portal", "CLABE", "Pagado", "Historial"]
    assert message.buttons[0] == Button("7", data="doc:7", style="link", rich=True)
    assert message.buttons[-1] == Button("Historial", data="h")
    (update,) = (await api("getUpdates"))["result"]
    query = built(independent.Update).model_validate(update).callback_query
    assert query is not None
    assert query.data == "doc:7"
    assert isinstance(query.message, independent.Message)
    assert query.message.rich_message is not None


async def test_a_text_becomes_rich_and_a_rich_message_a_text_by_edits(telegram: BotApiServer, api: RawApi) -> None:
    await api("sendMessage", chat_id=7, text="espere")

    edited = await api("editMessageText", chat_id=7, message_id=1, rich_message={"html": STATEMENT})
    same = await api("editMessageText", chat_id=7, message_id=1, rich_message={"html": STATEMENT})
    both = await api("editMessageText", chat_id=7, message_id=1, text="x", rich_message={"html": "x"})

    assert telegram.world.messages(7)[0].is_rich
    built(independent.Message).model_validate(edited["result"])
    assert same["description"].startswith("Bad Request: message is not modified")
    assert both["description"] == "Bad Request: exactly one of the parameters text and rich_message must be used"
    await api("editMessageText", chat_id=7, message_id=1, text="fin")
    (message,) = telegram.world.messages(7)
    assert (message.text, message.is_rich, message.html) == ("fin", False, None)


async def test_a_picture_travels_inside(telegram: BotApiServer, api: RawApi) -> None:
    html = '<figure><img src="tg://photo?id=cal"/><figcaption>Julio<cite>Bot</cite></figcaption></figure>'
    message = {"html": html, "media": [{"id": "cal", "media": {"type": "photo", "media": "attach://p"}}]}

    answer = await api.upload(
        "sendRichMessage", {"chat_id": "7", "rich_message": json.dumps(message)}, {"p": png(9, 9)}
    )

    parsed = built(independent.Message).model_validate(answer["result"]).rich_message
    assert parsed is not None
    (photo,) = parsed.blocks
    assert isinstance(photo, independent.RichBlockPhoto)
    stored = telegram.world.file(photo.photo[0].file_id)
    assert stored is not None
    assert stored.content == png(9, 9)
    assert photo.caption is not None
    assert (photo.caption.text, photo.caption.credit) == ("Julio", "Bot")


async def test_blocks_are_taken_in_place_of_html(telegram: BotApiServer, api: RawApi) -> None:
    blocks = [
        {"type": "heading", "text": "Hoy", "size": 2},
        {"type": "table", "cells": [[{"text": {"type": "bold", "text": "7"}}, {"text": "$1.00"}]]},
        {"type": "list", "items": [{"blocks": [{"type": "paragraph", "text": "uno"}]}]},
        {"type": "buttons", "buttons": [{"text": "PDF", "callback_data": "pdf"}]},
    ]

    answer = await rich(api, blocks=blocks)

    built(independent.Message).model_validate(answer["result"])
    assert telegram.world.messages(7)[0].plain_text == "Hoy\n7 | $1.00\n• uno\nPDF"


async def test_the_products_client_sends_them_through_its_escape_hatch(telegram: BotApiServer, bot: Bot) -> None:
    message = await bot.do_api_request(
        "sendRichMessage", api_kwargs={"chat_id": 7, "rich_message": {"html": STATEMENT}}
    )

    assert message["message_id"] == telegram.world.messages(7)[0].message_id


def nested(tag: str, depth: int) -> str:
    return f"<{tag}>" * depth + "x" + f"</{tag}>" * depth


PARSE = "can't parse entities: "
CALLBACK = '<tg-button type="callback_data" data="d">x</tg-button>'
REFUSED = [
    ({}, "rich message must be non-empty"),
    ({"html": "x", "markdown": "x"}, "exactly one of the fields html, markdown, or blocks must be used"),
    ({"html": "x", "text": "y"}, 'can\'t parse InputRichMessage: unknown field "text"'),
    ({"html": " <p> </p> "}, "RICH_MESSAGE_CONTENT_REQUIRED"),
    ({"html": "<div>x</div>"}, PARSE + 'Unsupported start tag "div" at byte offset 0'),
    ({"html": "<span>x</span>"}, PARSE + 'Unsupported start tag "span" at byte offset 0'),
    ({"html": "<thead></thead>"}, PARSE + 'Unsupported start tag "thead" at byte offset 0'),
    ({"html": "<p>x"}, PARSE + 'Can\'t find end tag corresponding to start tag "p"'),
    ({"html": "<b><i>x</b></i>"}, PARSE + 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ({"html": "&aacute;"}, PARSE + 'Unsupported HTML entity "&aacute;"'),
    ({"html": "<p><ul><li>x</li></ul></p>"}, PARSE + 'Tag "ul" is not allowed in the tag "p" at byte offset 3'),
    (
        {"html": "<table><tr><td><p>x</p></td></tr></table>"},
        PARSE + 'Tag "p" is not allowed in the tag "td" at byte offset 15',
    ),
    ({"html": "<tr><td>x</td></tr>"}, PARSE + 'Tag "tr" is not allowed in the message at byte offset 0'),
    ({"html": "<table>x</table>"}, PARSE + 'Text is not allowed in the tag "table" at byte offset 0'),
    ({"html": "<table></table>"}, "RICH_MESSAGE_CONTENT_REQUIRED"),
    ({"html": "<b><h1>x</h1></b>"}, PARSE + 'Tag "h1" is not allowed in the tag "b" at byte offset 3'),
    (
        {"html": '<table><tr><td align="middle">x</td></tr></table>'},
        PARSE + 'Invalid "align" in the tag "td" at byte offset 11',
    ),
    (
        {"html": '<table><tr><td colspan="0">x</td></tr></table>'},
        "invalid table cell colspan specified",
    ),
    ({"html": '<a href="javascript:1">x</a>'}, "RICH_MESSAGE_URL_INVALID"),
    ({"html": '<tg-time unix="ayer">x</tg-time>'}, "invalid date specified"),
    ({"html": '<tg-time unix="1" format="wDT t">x</tg-time>'}, "invalid date-time format specified"),
    ({"html": "x" * 32_769}, "RICH_MESSAGE_TEXT_TOO_LONG"),
    ({"html": "<p>x</p>" * 501}, "RICH_MESSAGE_BLOCKS_TOO_MANY"),
    ({"html": "<table>" + "<tr><td>x</td></tr>" * 500 + "</table>"}, "RICH_MESSAGE_BLOCKS_TOO_MANY"),
    ({"html": nested("blockquote", 17)}, "RICH_MESSAGE_DEPTH_INVALID"),
    ({"html": nested("b", 16)}, "RICH_MESSAGE_DEPTH_INVALID"),
    ({"html": "<table><tr>" + "<td>x</td>" * 21 + "</tr></table>"}, "RICH_MESSAGE_TABLE_COLS_TOO_MANY"),
    (
        {"html": '<table><tr><td rowspan="2" colspan="15">x</td></tr><tr>' + "<td>x</td>" * 6 + "</tr></table>"},
        "RICH_MESSAGE_TABLE_COLS_TOO_MANY",
    ),
    ({"html": "<tg-button-row></tg-button-row>"}, "a row of buttons must have 1-8 buttons"),
    ({"html": f"<tg-button-row>{CALLBACK * 9}</tg-button-row>"}, "a row of buttons must have 1-8 buttons"),
    (
        {"html": "<tg-button-row><b>x</b></tg-button-row>"},
        PARSE + 'Tag "b" is not allowed in the tag "tg-button-row" at byte offset 15',
    ),
    (
        {"html": "<tg-button>x</tg-button>"},
        PARSE + 'Unsupported button type "" at byte offset 0',
    ),
    ({"html": '<tg-button type="callback_data">x</tg-button>'}, "BUTTON_DATA_INVALID"),
    ({"html": '<tg-button type="callback_data" data="">x</tg-button>'}, "BUTTON_DATA_INVALID"),
    (
        {"html": f'<tg-button type="callback_data" data="{"ñ" * 33}">x</tg-button>'},
        "BUTTON_DATA_INVALID",
    ),
    (
        {"html": '<tg-button type="callback_data" callback="d">x</tg-button>'},
        PARSE + 'Unsupported attribute "callback" of the tag "tg-button" at byte offset 0',
    ),
    (
        {"html": 'a <tg-button type="callback_data" data="d"> </tg-button>'},
        "rich message button text must be non-empty",
    ),
    (
        {"html": '<tg-button type="callback_data" data="d" style="blue">x</tg-button>'},
        "invalid button style specified",
    ),
    (
        {"html": '<tg-button type="url" url="https://a.b" style="link">x</tg-button>'},
        'the style "link" is allowed only for callback buttons',
    ),
    ({"html": '<tg-button type="url" url="a.b">x</tg-button>'}, "BUTTON_URL_INVALID"),
    (
        {"html": '<tg-button type="callback_data" data="d"><b>x</b></tg-button>'},
        PARSE + 'Tag "b" is not allowed in the tag "tg-button" at byte offset 41',
    ),
    ({"html": '<img src="tg://photo?id=cal"/>'}, 'media "cal" not found'),
    ({"html": '<img src="https://example.com/a.png"/>'}, "failed to get HTTP URL content"),
    (
        {"html": "x", "media": [{"id": "no vale", "media": {"type": "photo", "media": "attach://p"}}]},
        "can't parse InputRichMessageMedia: invalid media identifier specified",
    ),
    (
        {"html": "x", "media": [{"id": "cal", "media": {"type": "photo", "media": "attach://p"}}]},
        'file "p" is not attached',
    ),
    ({"blocks": [{"type": "sectionHeading"}]}, 'can\'t parse InputRichBlock: type "sectionHeading" is unsupported'),
    ({"blocks": [{"type": "table", "rows": []}]}, "can't parse InputRichBlock: Can't find field \"cells\""),
]


@pytest.mark.parametrize(("message", "reason"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
async def test_a_rich_message_that_telegram_refuses_is_refused(
    telegram: BotApiServer, api: RawApi, message: dict[str, Any], reason: str
) -> None:
    answer = await rich(api, **message)

    assert answer == {"ok": False, "error_code": 400, "description": f"Bad Request: {reason}"}
    assert telegram.world.messages(7) == []


@pytest.mark.parametrize(
    "html",
    [
        "x" * 32_768,
        "<p>x</p>" * 500,
        nested("blockquote", 15),
        nested("b", 15),
        "<table><tr>" + "<td>x</td>" * 20 + "</tr></table>",
        f"<tg-button-row>{CALLBACK * 8}</tg-button-row>",
        f'<tg-button type="callback_data" data="{"d" * 64}">x</tg-button>',
        "A & B &hellip; &#225; &#x1F600; 1 &lt; 2",
    ],
    ids=["text", "blocks", "depth of quotes", "depth of bold", "columns", "buttons", "data", "references"],
)
async def test_at_the_limit_it_is_taken(api: RawApi, html: str) -> None:
    assert (await rich(api, html=html))["ok"]


async def test_a_picture_that_nothing_shows_is_refused(api: RawApi) -> None:
    message = {"html": "x", "media": [{"id": "cal", "media": {"type": "photo", "media": "attach://p"}}]}

    answer = await api.upload("sendRichMessage", {"chat_id": "7", "rich_message": json.dumps(message)}, {"p": png()})

    assert answer["description"] == 'Bad Request: media "cal" is not used in the message'
