// One phone: a person's chat with the bot.
import { ask, element, fromTemplate } from "./dom.js";
import { messageElement } from "./message.js";

const ACTIONS = {
  typing: "escribiendo…", upload_photo: "enviando una imagen…", upload_document: "enviando un archivo…",
};
const ACTION_SECONDS = 5;
const TOAST_SECONDS = 4;
// A tap that nobody answers stops spinning after this long.
const TAP_SECONDS = 15;
const NEAR_END = 120;

export class Phone {
  constructor(phone, bot, suggestions, { enlarge }) {
    this.user = phone.user;
    this.root = fromTemplate("phone");
    this.root.dataset.userId = this.user.id;
    this.root.setAttribute("aria-label", `Teléfono de ${this.user.first_name}`);
    this.find = (selector) => this.root.querySelector(selector);
    this.find(".chat-name").textContent = bot.first_name;
    this.find(".holder-name").textContent = this.user.first_name;
    this.log = this.find(".log");
    this.log.setAttribute("aria-label", `Conversación de ${this.user.first_name} con ${bot.first_name}`);
    this.text = this.find(".composer-text");
    this.spinning = new Map();
    this.actions = {
      press: (button, pressed, message) => this.press(button, pressed, message),
      command: (text) => this.send(text),
      enlarge,
    };
    this.find(".chips").append(...suggestions.map((text) => this.chip(text)));
    this.listen();
    this.status("");
    this.commands(phone.commands);
    this.replaceAll(phone.messages);
  }

  listen() {
    this.find(".composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(this.text.value);
      this.text.value = "";
      this.menu(false);
    });
    this.find(".menu-button").addEventListener("click", () => this.menu(this.find(".menu").hidden));
    this.text.addEventListener("input", () => this.menu(/^\/\w*$/.test(this.text.value), this.text.value.slice(1)));
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.find(".attach input").addEventListener("change", (event) => this.attach(event.target));
    this.log.addEventListener("scroll", () => { this.find(".to-end").hidden = this.nearEnd(); });
    this.find(".to-end").addEventListener("click", () => this.toEnd("smooth"));
  }

  // What the server tells

  replaceAll(messages) {
    this.log.replaceChildren(...messages.map((message) => messageElement(message, this.actions)));
    if (!messages.length) this.log.append(this.emptyNote());
    this.toEnd();
  }

  show(message) {
    this.find(".log-empty")?.remove();
    const made = messageElement(message, this.actions);
    const old = this.log.querySelector(`[data-message-id="${message.message_id}"]`);
    const stay = this.nearEnd() || !message.from.is_bot;
    if (old) {
      this.replace(old, made);
    } else {
      made.classList.add("new");
      this.log.append(made);
    }
    if (message.from.is_bot) this.status("");
    // At once after one's own message: to the answer that comes while the page still moves it would not be at its end.
    if (stay) this.toEnd(old || !message.from.is_bot ? "auto" : "smooth");
    else this.find(".to-end").hidden = false;
    // A picture may come to be higher than the place that was kept for it.
    const grown = () => { if (stay && made === this.log.lastElementChild) this.toEnd("smooth"); };
    for (const image of made.querySelectorAll("img")) image.addEventListener("load", grown);
    return message.from.is_bot ? made.textContent : "";
  }

  // Whoever is on a button stays on it: the one that does the same, else the one that stands where it stood.
  replace(old, made) {
    const keys = (message) => [...message.querySelectorAll("[data-callback]")];
    const at = keys(old).indexOf(document.activeElement);
    const focused = document.activeElement.dataset.callback;
    old.replaceWith(made);
    if (at < 0) return;
    const same = keys(made).find((key) => key.dataset.callback === focused);
    (same ?? keys(made)[at] ?? this.log).focus({ preventScroll: true });
  }

  // Press the newest button whose data begins so; whether there is one.
  tap(data) {
    const key = [...this.log.querySelectorAll(`[data-callback^="${data}"]`)].at(-1);
    key?.click();
    return Boolean(key);
  }

  remove(messageId) {
    this.log.querySelector(`[data-message-id="${messageId}"]`)?.remove();
  }

  action(name) {
    this.status(ACTIONS[name] ?? "ocupado…", ACTION_SECONDS);
  }

  answer({ query_id, text, show_alert, url }) {
    this.stopSpinning(query_id);
    if (url) window.open(url, "_blank", "noopener");
    if (!text) return;
    if (show_alert) {
      this.find(".alert p").textContent = text;
      this.find(".alert").showModal();
    } else {
      this.toast(text);
    }
  }

  commands(commands) {
    this.known = commands;
    this.find(".menu-button").hidden = !commands.length;
    if (!commands.length) this.menu(false);
  }

  // What the person does

  async send(text) {
    const wish = text.trim();
    if (!wish) return;
    await this.asked(`/demo/users/${this.user.id}/messages`, { text: wish });
  }

  async press(button, pressed, message) {
    if (button.callback_data !== undefined) {
      pressed.classList.add("busy");
      const wish = { message_id: message.message_id, data: button.callback_data };
      const answer = await this.asked(`/demo/users/${this.user.id}/taps`, wish);
      if (!answer) return pressed.classList.remove("busy");
      if (this.spinning.get(answer.query_id) === "answered") return this.spin(answer.query_id, pressed, 0);
      this.spin(answer.query_id, pressed, TAP_SECONDS);
    } else if (button.url) {
      window.open(button.url, "_blank", "noopener");
    } else if (button.copy_text) {
      await navigator.clipboard.writeText(button.copy_text.text);
      this.toast("Texto copiado");
    }
  }

  spin(queryId, pressed, seconds) {
    this.spinning.set(queryId, pressed);
    setTimeout(() => this.stopSpinning(queryId), seconds * 1000);
  }

  // The answer may come before the tap's own reply: then it waits here under its id.
  stopSpinning(queryId) {
    const pressed = this.spinning.get(queryId);
    if (pressed?.classList) {
      pressed.classList.remove("busy");
      this.spinning.delete(queryId);
    } else {
      this.spinning.set(queryId, "answered");
    }
  }

  async attach(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const path = `/demo/users/${this.user.id}/files/${encodeURIComponent(file.name)}`;
    const type = file.type || "application/octet-stream";
    const response = await fetch(path, { method: "PUT", headers: { "Content-Type": type }, body: file });
    if (!response.ok) this.toast(await response.text());
  }

  async asked(path, wish) {
    try {
      return await ask(path, wish);
    } catch (error) {
      this.toast(error.message || "No se pudo enviar");
      return null;
    }
  }

  // The menu of commands

  menu(open, filter = "") {
    const list = this.find(".menu");
    const shown = this.known.filter((command) => command.command.startsWith(filter));
    list.hidden = !open || !shown.length;
    this.find(".menu-button").setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) return;
    list.replaceChildren(...shown.map((command) => {
      const item = element("button", "menu-item", element("b", "", `/${command.command}`),
        element("span", "", command.description));
      item.type = "button";
      item.addEventListener("click", () => {
        this.menu(false);
        this.text.value = "";
        this.send(`/${command.command}`);
        this.text.focus();
      });
      return element("li", "", item);
    }));
  }

  key(event) {
    // From deep in a long conversation back to where one types.
    if (event.key === "Escape" && this.log.contains(document.activeElement)) return this.text.focus();
    const items = [...this.root.querySelectorAll(".menu:not([hidden]) .menu-item")];
    if (!items.length) return;
    const at = items.indexOf(document.activeElement);
    if (event.key === "Escape") {
      this.menu(false);
      this.text.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      items[(at + step + items.length) % items.length].focus();
    }
  }

  // Small things

  chip(text) {
    const made = element("button", "chip", text);
    made.type = "button";
    made.dataset.testid = "suggestion";
    made.addEventListener("click", () => this.send(text));
    return made;
  }

  emptyNote() {
    return element("p", "log-empty", "Aquí todavía no hay mensajes. Escriba uno o toque una sugerencia.");
  }

  status(text, seconds = 0) {
    const line = this.find(".chat-status");
    clearTimeout(this.statusTimer);
    line.textContent = text || "bot";
    line.classList.toggle("busy", Boolean(text));
    if (seconds) this.statusTimer = setTimeout(() => this.status(""), seconds * 1000);
  }

  // Never hidden, only empty: what is not there yet is not read out when it comes.
  toast(text) {
    const line = this.find(".toast");
    clearTimeout(this.toastTimer);
    line.textContent = text;
    this.toastTimer = setTimeout(() => { line.textContent = ""; }, TOAST_SECONDS * 1000);
  }

  nearEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END;
  }

  toEnd(behavior = "auto") {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: calm ? "auto" : behavior });
  }
}
