// The drawer of mails that left: who, what, the body as its reader sees it, the attachments.
import { clock, element, fileSize, fromTemplate } from "./dom.js";

const DAY = { day: "2-digit", month: "2-digit", year: "numeric" };

export class Mails {
  constructor(mails) {
    this.root = fromTemplate("mail-drawer");
    this.open = new Set();
    this.show(mails);
  }

  show(mails) {
    const first = this.seen === undefined;
    const fresh = mails.filter((mail) => !first && !this.seen.has(mail.name));
    this.seen = new Set(mails.map((mail) => mail.name));
    this.root.querySelector(".mail-list").replaceChildren(...mails.map((mail) => this.item(mail, fresh.includes(mail))));
    this.root.querySelector(".mail-none").hidden = mails.length > 0;
    this.root.querySelector(".mail-count").textContent = mails.length || "";
    return fresh.length;
  }

  item(mail, fresh) {
    const address = encodeURIComponent(mail.name);
    const card = element("details", `mail ${fresh ? "new" : ""}`, this.summary(mail));
    card.dataset.testid = "mail";
    card.append(element("dl", "mail-people", ...row("De", mail.from), ...row("Para", mail.to), ...row("CC", mail.cc)));
    const files = mail.attachments.map((file, number) => {
      const made = element("a", "mail-file", element("span", "", file.name), element("small", "", fileSize(file.size)));
      made.href = `/demo/mails/${address}/attachments/${number}`;
      made.target = "_blank";
      made.rel = "noopener";
      made.dataset.testid = "mail-attachment";
      return made;
    });
    if (files.length) card.append(element("div", "mail-files", ...files));
    const body = element("div", "mail-body");
    card.append(body);
    const toggled = () => {
      if (!card.open) return this.open.delete(mail.name);
      this.open.add(mail.name);
      if (!body.firstChild) body.append(frame(`/demo/mails/${address}/body`, mail.subject));
    };
    card.addEventListener("toggle", toggled);
    card.open = this.open.has(mail.name);
    return element("li", "", card);
  }

  summary(mail) {
    const date = new Date(mail.date);
    const when = Number.isNaN(date.valueOf()) ? "" : `${date.toLocaleDateString("es-MX", DAY)} ${clock(date / 1000)}`;
    const clip = mail.attachments.length ? element("span", "mail-clip", `${mail.attachments.length} ${mail.attachments.length === 1 ? "archivo" : "archivos"}`) : "";
    return element("summary", "", element("span", "mail-to", mail.to), element("span", "mail-when", when),
      element("span", "mail-subject", mail.subject), clip);
  }
}

function row(name, value) {
  return value ? [element("dt", "", name), element("dd", "", value)] : [];
}

function frame(url, subject) {
  const made = element("iframe", "");
  made.src = url;
  made.setAttribute("sandbox", "");
  made.title = `Cuerpo del correo: ${subject}`;
  made.loading = "lazy";
  return made;
}
