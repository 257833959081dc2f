// One message: a bubble with its text, picture or file, the time, and the keyboard beneath it.
import { clock, element, link } from "./dom.js";
import { fileLink, inline, richBlocks, spoiler } from "./rich.js";

const ENTITIES = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

// `actions` are {press(button, element, message), command(text), enlarge(url, alt)}.
export function messageElement(message, actions) {
  const bot = message.from.is_bot;
  const press = (button, pressed) => actions.press(button, pressed, message);
  const picture = (photo, alt) => pictureButton(photo, alt, actions);
  const bubble = element("div", "bubble");
  if (message.reply_to_message) bubble.append(replyQuote(message.reply_to_message));
  if (message.photo) bubble.append(picture(message.photo.at(-1), message.caption || "Imagen"));
  if (message.document) bubble.append(fileLink(message.document));
  if (message.rich_message) {
    const rich = element("div", "rich", ...richBlocks(message.rich_message.blocks, press, picture));
    rich.querySelectorAll(".picture").forEach((shown) => describe(shown, rich));
    bubble.append(rich);
  }
  const text = message.text ?? message.caption;
  if (text) {
    const entities = message.entities ?? message.caption_entities ?? [];
    bubble.append(element("div", "text", ...marked(text, entities, actions)));
  }
  bubble.append(stamp(message, bot));
  const made = element("article", `message ${bot ? "from-bot" : "from-user"}`, bubble);
  made.classList.toggle("has-rich", Boolean(message.rich_message));
  made.classList.toggle("has-photo", Boolean(message.photo));
  made.dataset.testid = "message";
  made.dataset.messageId = message.message_id;
  made.dataset.from = bot ? "bot" : "user";
  made.setAttribute("aria-label", `${bot ? message.from.first_name : "Usted"}, ${clock(message.date)}`);
  if (message.reply_markup?.inline_keyboard) made.append(keyboard(message.reply_markup.inline_keyboard, press));
  return made;
}

function stamp(message, bot) {
  const made = element("span", "stamp", message.edit_date ? "editado " : "", clock(message.date));
  if (!bot) {
    const ticks = element("span", "ticks", "✓✓");
    ticks.setAttribute("aria-label", "leído");
    made.append(" ", ticks);
  }
  return made;
}

function replyQuote(message) {
  const text = message.text ?? message.caption ?? "Mensaje";
  return element("div", "reply", element("b", "", message.from.first_name), element("span", "", text));
}

function pictureButton(photo, alt, actions) {
  const url = `/demo/files/${encodeURIComponent(photo.file_id)}`;
  const image = element("img", "");
  image.src = url;
  image.alt = alt;
  image.width = photo.width;
  image.height = photo.height;
  const made = element("button", "picture", image);
  made.type = "button";
  made.setAttribute("aria-label", `Ampliar: ${alt}`);
  made.dataset.testid = "picture";
  made.addEventListener("click", () => actions.enlarge(url, image.alt));
  return made;
}

// A picture within a rich message has no words of its own: the first that stand with it say what it shows.
function describe(shown, rich) {
  const words = [...rich.querySelectorAll("figcaption, h3, p")].map((part) => part.textContent.trim()).find(Boolean);
  if (!words) return;
  const image = shown.querySelector("img");
  image.alt = words;
  shown.setAttribute("aria-label", `Ampliar: ${words}`);
}

function keyboard(rows, press) {
  const made = rows.map((row) => element("div", "keyboard-row", ...row.map((button) => {
    const key = element("button", `key ${button.style ? `key-${button.style}` : ""}`, ...inline(button.text));
    key.type = "button";
    key.dataset.testid = "button";
    if (button.callback_data !== undefined) key.dataset.callback = button.callback_data;
    if (button.url) key.append(element("span", "key-corner", "↗"));
    if (button.copy_text) key.append(element("span", "key-corner", "⧉"));
    key.disabled = button.disabled !== undefined;
    key.addEventListener("click", () => press(button, key));
    return key;
  })));
  return element("div", "keyboard", ...made);
}

// Nested entities to nested elements. JavaScript's strings count UTF-16 units, as the Bot API does.
function marked(text, entities, actions, from = 0, to = text.length) {
  const parts = [];
  let at = from;
  const rest = entities.filter((entity) => entity.offset >= from && entity.offset + entity.length <= to);
  while (rest.length) {
    const entity = rest.shift();
    if (entity.offset < at) continue;
    if (entity.offset > at) parts.push(text.slice(at, entity.offset));
    const end = entity.offset + entity.length;
    const inside = marked(text, rest, actions, entity.offset, end);
    parts.push(entityElement(entity, inside, text.slice(entity.offset, end), actions));
    at = end;
  }
  if (at < to) parts.push(text.slice(at, to));
  return parts;
}

function entityElement(entity, inside, raw, actions) {
  if (ENTITIES[entity.type]) return element(ENTITIES[entity.type], entity.type, ...inside);
  switch (entity.type) {
    case "spoiler": return spoiler(inside);
    case "text_link": return link(entity.url, ...inside);
    case "url": return link(raw, ...inside);
    case "email": return link(`mailto:${raw}`, ...inside);
    case "bot_command": {
      const made = element("button", "command", ...inside);
      made.type = "button";
      made.addEventListener("click", () => actions.command(raw));
      return made;
    }
    default: return element("span", "", ...inside);
  }
}
