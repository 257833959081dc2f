"""What Telegram allows, each number with where Telegram says it.

[api] is the public Bot API reference, its 10.1 edition as data; [rich] its section "Rich message limits"
with the 10.3 button types; [td] is Telegram's open-source client library, which the Bot API server is built on.
"""

# Text and captions, counted in UTF-16 code units after entities are taken out. [api] sendMessage, sendPhoto
TEXT_MAX = 4096
CAPTION_MAX = 1024
# Bytes of a text before its entities are taken out; above it Telegram does not even parse. [td] get_formatted_text
RAW_TEXT_MAX_BYTES = 1 << 15

# Inline keyboards. [api] InlineKeyboardButton: callback_data 1-64 bytes, copy_text 1-256 characters
CALLBACK_DATA_MAX_BYTES = 64
COPY_TEXT_MAX = 256
# What Telegram's apps show whole; the server itself takes more. The project's own rule, kept here so that it is tested.
KEYBOARD_BUTTONS_MAX = 100
KEYBOARD_ROW_MAX = 8

# Answers to a tap. [api] answerCallbackQuery: text 0-200 characters
CALLBACK_ANSWER_MAX = 200
# Seconds in which a tap can be answered. Telegram publishes none; fifteen minutes is above every one reported.
CALLBACK_ANSWER_SECONDS = 900.0

# Files. [api] "Sending files" and getFile
PHOTO_MAX_BYTES = 10 * 1024 * 1024
PHOTO_SIDES_SUM_MAX = 10_000
PHOTO_RATIO_MAX = 20
DOCUMENT_MAX_BYTES = 50 * 1024 * 1024
DOWNLOAD_MAX_BYTES = 20 * 1024 * 1024
MEDIA_GROUP_MIN, MEDIA_GROUP_MAX = 2, 10

# Command menus. [api] BotCommand: a-z, 0-9 and _, 1-32; description 1-256; setMyCommands: at most 100
COMMAND_NAME_PATTERN = r"[a-z0-9_]{1,32}"
COMMAND_NAME_MAX = 32
COMMAND_DESCRIPTION_MAX = 256
COMMANDS_MAX = 100

# Updates. [api] getUpdates: limit 1-100; timeout capped at 50 seconds. [td] LONG_POLL_MAX_TIMEOUT
UPDATES_MAX = 100
LONG_POLL_MAX_SECONDS = 50
# [api] setWebhook: secret_token 1-256 of A-Z a-z 0-9 _ -
WEBHOOK_SECRET_PATTERN = r"[A-Za-z0-9_-]{0,256}"  # noqa: S105  # a pattern, no secret

# Rich messages. [rich]
RICH_TEXT_MAX = 32_768
RICH_BLOCKS_MAX = 500
RICH_DEPTH_MAX = 16
RICH_MEDIA_MAX = 50
RICH_TABLE_COLUMNS_MAX = 20
RICH_ROW_BUTTONS_MAX = 8
RICH_MEDIA_ID_PATTERN = r"[A-Za-z0-9_-]{1,64}"
RICH_MAP_ZOOM_MAX = 24
