// Dark or light: the system's own, until the button is pressed; then what was chosen, which this browser keeps.
const KEY = "theme";

export function followTheme(button) {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem(KEY);
  const show = () => {
    const dark = (chosen() ?? (system.matches ? "dark" : "light")) === "dark";
    document.documentElement.style.colorScheme = chosen() ?? "";
    button.setAttribute("aria-pressed", String(dark));
    return dark;
  };
  system.addEventListener("change", show);
  button.addEventListener("click", () => {
    localStorage.setItem(KEY, show() ? "light" : "dark");
    show();
  });
  show();
}
