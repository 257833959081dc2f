// The guided tour: one strip that says what to do next, does it when asked, and notices when it was done by hand.
import { element } from "./dom.js";

// Of this tab: a reload goes on where it was, another visitor begins anew.
const KEY = "tour";

export class Tour {
  // `hands` are {send(user, text), tap(user, data), control(label), select(name), leave()}; `tap` says whether it could.
  constructor(steps, hands) {
    this.steps = steps;
    this.hands = hands;
    this.at = 0;
    this.done = false;
    this.root = document.querySelector(".tour");
    this.find = (selector) => this.root.querySelector(selector);
    this.find(".tour-do").addEventListener("click", () => this.primary());
    this.find(".tour-skip").addEventListener("click", () => this.go(this.at + 1));
    this.find(".tour-close").addEventListener("click", () => this.close());
    this.root.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
  }

  // `used` is whether anybody has written to the bot yet: what another tour had done is gone with a new demo.
  begin(used) {
    const kept = sessionStorage.getItem(KEY);
    if (kept === "closed" || new URLSearchParams(location.search).get("tour") === "no") return;
    this.go(used ? Number(kept ?? 0) : 0);
  }

  open() {
    this.go(this.at < this.steps.length ? this.at : 0);
    this.find(".tour-do").focus();
  }

  close() {
    this.root.hidden = true;
    sessionStorage.setItem(KEY, "closed");
    this.hands.leave();
  }

  get step() {
    return this.root.hidden ? undefined : this.steps[this.at];
  }

  go(at) {
    this.at = at;
    this.done = false;
    this.root.hidden = false;
    sessionStorage.setItem(KEY, String(at));
    this.show();
    if (this.step) this.hands.select(String(this.step.user));
  }

  show() {
    const step = this.step;
    const told = this.find(".tour-told");
    if (!step) {
      told.replaceChildren(element("b", "", "Eso es todo."), " Lo demás está en el menú y en /ayuda. Los dos teléfonos son suyos.");
    } else {
      told.replaceChildren(element("span", "tour-count", `Paso ${this.at + 1} de ${this.steps.length}`),
        element("b", "", step.title), " ", ...this.words(step));
    }
    this.find(".tour-do").textContent = !step ? "Terminar" : this.done ? "Siguiente" : "Hágalo por mí";
    this.find(".tour-skip").hidden = !step || this.done;
    this.root.dataset.step = String(this.at + 1);
    this.root.dataset.done = String(this.done);
  }

  words(step) {
    if (this.done) return ["✓ ", step.seen];
    return step.types ? [step.why, " Escriba ", element("code", "", step.types)] : [step.why];
  }

  primary() {
    const step = this.step;
    if (!step) return this.close();
    if (this.done) return this.go(this.at + 1);
    if (step.types) return this.hands.send(step.user, step.types);
    if (step.control) return this.hands.control(step.control);
    // The button may be gone with a message of before: what brings it is a step back.
    if (!this.hands.tap(step.user, step.taps)) this.go(Math.max(this.at - 1, 0));
  }

  // A message has come or changed on somebody's phone.
  happened(user, words) {
    const step = this.step;
    if (!step || this.done || user !== step.user || !words.includes(step.sees)) return;
    this.done = true;
    this.show();
    if (step.mails) this.hands.select("mails");
  }
}
