// Rich messages: the Bot API's RichBlock and RichText to elements.
import { element, fileSize, link } from "./dom.js";

const WRAPPERS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", marked: "mark",
  subscript: "sub", superscript: "sup",
};
const ALIGN = { left: "to-left", center: "to-center", right: "to-right" };
const VALIGN = { top: "to-top", middle: "to-middle", bottom: "to-bottom" };

// `press(button, element)` is called when a button is tapped, `picture(photo, alt)` makes an enlargeable image.
export function richBlocks(blocks, press, picture) {
  const text = (value) => inline(value, press);
  const BLOCKS = {
    paragraph: (block) => element("p", "rich-p", ...text(block.text)),
    // The chat's own heading is one level above, whatever the size.
    heading: (block) => element("h3", `rich-h rich-h${block.size}`, ...text(block.text)),
    pre: (block) => element("pre", "rich-pre", ...text(block.text)),
    footer: (block) => element("p", "rich-footer", ...text(block.text)),
    divider: () => element("hr", "rich-hr"),
    list: (block) => list(block, press, picture),
    blockquote: (block) => quote(richBlocks(block.blocks, press, picture), block, text),
    expandable_blockquote: (block) => expandable(text(block.text), block, text),
    pullquote: (block) => element("aside", "rich-pull", ...text(block.text), credit(block, text)),
    table: (block) => table(block, text),
    details: (block) => details(block, press, picture, text),
    buttons: (block) => element(
      "div", `rich-buttons ${ALIGN[block.align] ?? ""}`, ...block.buttons.map((button) => richButton(button, press)),
    ),
    mathematical_expression: (block) => element("pre", "rich-pre", block.expression),
    photo: (block) => figure(picture(block.photo.at(-1), "Imagen"), block, text),
    document: (block) => figure(fileLink(block.document), block, text),
    collage: (block) => figure(element("div", "rich-collage", ...richBlocks(block.blocks, press, picture)), block, text),
    slideshow: (block) => figure(element("div", "rich-slides", ...richBlocks(block.blocks, press, picture)), block, text),
    map: (block) => element("p", "rich-p", `📍 ${block.location.latitude}, ${block.location.longitude}`),
  };
  return blocks.map((block) => BLOCKS[block.type]?.(block) ?? element("p", "rich-p", `[${block.type}]`));
}

export function fileLink(file) {
  const extension = (file.file_name ?? "").split(".").pop().slice(0, 4).toUpperCase();
  const made = element(
    "a", "file",
    element("span", `file-icon file-${extension.toLowerCase()}`, extension || "•"),
    element("span", "file-words", element("span", "file-name", file.file_name ?? "archivo"),
      element("span", "file-size", fileSize(file.file_size ?? 0))),
  );
  made.href = `/demo/files/${encodeURIComponent(file.file_id)}`;
  made.target = "_blank";
  made.rel = "noopener";
  made.download = file.file_name ?? "";
  made.dataset.testid = "file-link";
  return made;
}

export function inline(value, press) {
  if (value === undefined || value === "") return [];
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap((part) => inline(part, press));
  const inside = () => inline(value.text, press);
  if (WRAPPERS[value.type]) return [element(WRAPPERS[value.type], "", ...inside())];
  switch (value.type) {
    case "button": return [richButton(value.button, press)];
    case "spoiler": return [spoiler(inside())];
    case "url": return [link(value.url, ...inside())];
    case "email_address": return [link(`mailto:${value.email_address}`, ...inside())];
    case "phone_number": return [link(`tel:${value.phone_number}`, ...inside())];
    case "custom_emoji": return [value.alternative_text];
    case "mathematical_expression": return [element("code", "", value.expression)];
    case "anchor": return [];
    case "date_time": {
      const made = element("time", "", ...inside());
      made.dateTime = new Date(value.unix_time * 1000).toISOString();
      return [made];
    }
    default: return inside();
  }
}

export function spoiler(children) {
  const made = element("button", "spoiler", ...children);
  made.type = "button";
  made.setAttribute("aria-label", "Texto oculto: toque para verlo");
  made.addEventListener("click", () => {
    made.classList.add("seen");
    made.removeAttribute("aria-label");
  });
  return made;
}

// A button in running text, in a cell or in a row of its own.
function richButton(button, press) {
  const made = element("button", `tap ${button.style ? `tap-${button.style}` : ""}`, ...inline(button.text, press));
  made.type = "button";
  made.dataset.testid = "button";
  if (button.callback_data !== undefined) made.dataset.callback = button.callback_data;
  made.disabled = button.disabled !== undefined;
  if (made.textContent.trim().length < 3) made.classList.add("tap-short");
  made.addEventListener("click", () => press(button, made));
  return made;
}

function list(block, press, picture) {
  const ordered = block.items.some((item) => item.value !== undefined);
  const items = block.items.map((item) => {
    const label = item.has_checkbox ? (item.is_checked ? "☑" : "☐") : item.label;
    const mark = element("span", "rich-mark", label);
    if (item.has_checkbox) mark.setAttribute("aria-label", item.is_checked ? "Marcado" : "Sin marcar");
    return element("li", "", mark, element("div", "rich-item", ...richBlocks(item.blocks, press, picture)));
  });
  return element(ordered ? "ol" : "ul", "rich-list", ...items);
}

function credit(block, text) {
  return block.credit ? element("cite", "rich-credit", ...text(block.credit)) : "";
}

function quote(children, block, text) {
  return element("blockquote", "rich-quote", ...children, credit(block, text));
}

function expandable(children, block, text) {
  const made = quote([element("div", "quote-text", ...children)], block, text);
  const more = element("button", "quote-more", "Mostrar más");
  more.type = "button";
  more.addEventListener("click", () => {
    const open = made.classList.toggle("open");
    more.textContent = open ? "Mostrar menos" : "Mostrar más";
  });
  made.classList.add("expandable");
  made.append(more);
  return made;
}

function details(block, press, picture, text) {
  const made = element("details", "rich-details", element("summary", "", ...text(block.summary)),
    element("div", "rich-inside", ...richBlocks(block.blocks, press, picture)));
  made.open = Boolean(block.is_open);
  return made;
}

function table(block, text) {
  const rows = block.cells.map((row) => element("tr", "", ...row.map((cell) => tableCell(cell, text))));
  const made = element("table", "rich-table", block.caption ? element("caption", "", ...text(block.caption)) : "",
    element("tbody", "", ...rows));
  for (const [flag, name] of [["is_bordered", "bordered"], ["is_striped", "striped"], ["is_compact", "compact"]]) {
    made.classList.toggle(name, Boolean(block[flag]));
  }
  const around = element("div", "rich-scroll", made);
  around.tabIndex = 0;
  around.setAttribute("role", "group");
  around.setAttribute("aria-label", block.caption ? made.caption.textContent : "Tabla");
  return around;
}

function tableCell(cell, text) {
  const classes = `${ALIGN[cell.align] ?? ""} ${VALIGN[cell.valign] ?? ""}`;
  const made = element(cell.is_header ? "th" : "td", classes, ...text(cell.text));
  if (cell.is_header && !made.textContent) made.setAttribute("role", "cell");
  if (cell.colspan) made.colSpan = cell.colspan;
  if (cell.rowspan) made.rowSpan = cell.rowspan;
  return made;
}

function figure(content, block, text) {
  const caption = block.caption
    ? element("figcaption", "", ...text(block.caption.text), credit(block.caption, text)) : "";
  return element("figure", "rich-figure", content, caption);
}
