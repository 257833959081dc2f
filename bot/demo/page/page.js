// The whole page: asks for the state, builds phones and mails, and keeps them up to date.
import { ask, element } from "./dom.js";
import { Mails } from "./mails.js";
import { Phone } from "./phone.js";
import { followTheme } from "./theme.js";
import { Tour } from "./tour.js";

const NOTICE_SECONDS = 6;
const stage = document.querySelector(".stage");
const tabs = document.querySelector(".tabs");
const viewer = document.querySelector(".viewer");
let phones = new Map();
let mails = null;
let tour = null;
let selected = null;
// What happens while the state is being asked for; null once it is there.
let waiting = [];

// Wide screens show the actions in a row; narrow ones fold them away.
const narrow = window.matchMedia("(max-width: 1179px)");
const box = document.querySelector(".controls");
const fold = () => { box.open = !narrow.matches; };
narrow.addEventListener("change", fold);
box.addEventListener("click", (event) => { if (event.target.closest(".control")) putAway(); });
box.addEventListener("keydown", (event) => { if (event.key === "Escape") putAway(); });

// What is folded away must not hold the focus.
function putAway() {
  if (narrow.matches && box.contains(document.activeElement)) box.querySelector("summary").focus();
  fold();
}

function enlarge(url, alt) {
  const image = viewer.querySelector("img");
  image.src = url;
  image.alt = alt;
  viewer.classList.remove("actual");
  viewer.showModal();
}

viewer.addEventListener("click", (event) => {
  if (event.target.tagName === "IMG") viewer.classList.toggle("actual");
  else if (event.target !== viewer.querySelector(".viewer-scroll") || !viewer.classList.contains("actual")) viewer.close();
});

async function build() {
  const state = await ask("/demo/state");
  const wanted = Number(new URLSearchParams(location.search).get("user"));
  const typed = new Map([...phones].map(([id, phone]) => [id, phone.text.value]));
  const order = [...state.phones].sort((a, b) => (b.user.id === wanted) - (a.user.id === wanted));
  phones = new Map(order.map((phone) => [phone.user.id, new Phone(phone, state.bot, state.suggestions, { enlarge })]));
  for (const [id, phone] of phones) phone.text.value = typed.get(id) ?? "";
  mails = state.mails ? new Mails(state.mails) : null;
  document.title = `${state.bot.first_name} · demostración`;
  stage.replaceChildren(...[...phones.values()].map((phone) => phone.root), ...(mails ? [mails.root] : []));
  tabs.replaceChildren(...[...phones.values()].map((phone) => tab(String(phone.user.id), phone.user.first_name)));
  if (mails) tabs.append(tab("mails", "Correos"));
  controls(state.controls);
  select(selected ?? String(order[0]?.user.id ?? "mails"));
  for (const phone of phones.values()) phone.toEnd();
  if (!tour && state.tour.length) lead(state);
}

// The tour's hands: it does what a person would, with the same buttons.
function lead(state) {
  tour = new Tour(state.tour, {
    send: (user, text) => phones.get(user).send(text),
    tap: (user, data) => phones.get(user).tap(data),
    control: (label) => [...document.querySelectorAll(".control")].find((made) => made.textContent === label).click(),
    select,
    leave: () => (narrow.matches ? box.querySelector("summary") : opener).focus(),
  });
  const opener = document.querySelector('[data-testid="tour-open"]');
  opener.hidden = false;
  opener.addEventListener("click", () => tour.open());
  tour.begin(state.phones.some((phone) => phone.messages.length));
}

function tab(name, words) {
  const made = element("button", "tab", words);
  made.type = "button";
  made.dataset.tab = name;
  made.addEventListener("click", () => select(name));
  return made;
}

function select(name) {
  selected = name;
  for (const made of tabs.children) {
    const pressed = made.dataset.tab === name;
    made.setAttribute("aria-pressed", String(pressed));
    if (pressed) unread(made, false);
  }
  const chosen = phones.get(Number(name));
  // On a wide screen two phones stand side by side: a third one takes the first place when it is asked for.
  if (chosen && !narrow.matches && getComputedStyle(chosen.root).display === "none") stage.prepend(chosen.root);
  for (const phone of phones.values()) phone.root.classList.toggle("selected", phone === chosen);
  mails?.root.classList.toggle("selected", name === "mails");
  chosen?.toEnd();
}

function markUnread(name) {
  const made = tabs.querySelector(`[data-tab="${name}"]`);
  if (made && name !== selected) unread(made, true);
}

function unread(made, is) {
  made.classList.toggle("unread", is);
  made.querySelector(".unseen")?.remove();
  if (is) made.append(element("span", "unseen", "(sin leer)"));
}

function controls(labels) {
  box.querySelector(".controls-own").replaceChildren(...labels.map((label, number) => {
    const made = element("button", "control", label);
    made.type = "button";
    made.addEventListener("click", async () => {
      made.disabled = true;
      try {
        notice((await ask(`/demo/controls/${number}`, {})).text);
      } catch {
        notice("No se pudo: vea la terminal de la demostración.");
      }
      made.disabled = false;
    });
    return made;
  }));
}

function notice(text) {
  const line = document.querySelector(".notice");
  line.textContent = text;
  clearTimeout(notice.timer);
  notice.timer = setTimeout(() => { line.textContent = ""; }, NOTICE_SECONDS * 1000);
}

function happened(event) {
  const phone = phones.get(event.chat_id);
  switch (event.kind) {
    case "message":
      if (!phone) break;
      tour?.happened(event.chat_id, phone.show(event));
      if (event.from.is_bot) markUnread(String(event.chat_id));
      break;
    case "deleted": phone?.remove(event.message_id); break;
    case "action": phone?.action(event.action); break;
    case "answer": phone?.answer(event); break;
    case "menu":
      for (const [id, commands] of Object.entries(event.menus)) phones.get(Number(id))?.commands(commands);
      break;
    case "mails": if (mails?.show(event.mails)) markUnread("mails"); break;
  }
}

function follow() {
  const source = new EventSource("/demo/events");
  const offline = document.querySelector(".offline");
  // After every (re)connection the state is asked for anew: nothing that happened meanwhile is missed.
  source.addEventListener("open", async () => {
    waiting = [];
    await build();
    const missed = waiting;
    waiting = null;
    missed.forEach(happened);
    offline.hidden = true;
    document.body.dataset.ready = "yes";
  });
  source.addEventListener("error", () => { offline.hidden = false; });
  source.addEventListener("message", (message) => {
    const event = JSON.parse(message.data);
    if (waiting) waiting.push(event);
    else happened(event);
  });
}

followTheme(document.querySelector('[data-testid="theme"]'));
fold();
follow();
