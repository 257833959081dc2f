// Small builders. Text always goes in as text: nothing here, or anywhere on the page, parses a message as HTML.

export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

export function clock(unix) {
  return new Date(unix * 1000).toLocaleTimeString("es-MX", { hour: "2-digit", minute: "2-digit", hour12: false });
}

export function fileSize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

// A link that a message may hold; anything else (javascript:, data:) is no link.
export function safeUrl(url) {
  return /^(https?:|mailto:|tel:)/i.test(url) ? url : null;
}

export function link(url, ...children) {
  const safe = safeUrl(url);
  if (!safe) return element("span", "", ...children);
  const made = element("a", "", ...children);
  made.href = safe;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}

export async function ask(path, wish) {
  const options = wish === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wish),
  };
  const response = await fetch(path, options);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
