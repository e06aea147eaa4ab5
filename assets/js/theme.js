// Day, night or as the computer says: [data-theme-set]. A plain preference cookie, read by the server.
export function start() {
  const buttons = document.querySelectorAll("[data-theme-set]");
  const show = (name) => buttons.forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.themeSet === name)));
  show(document.documentElement.dataset.theme);
  buttons.forEach((button) =>
    button.addEventListener("click", () => {
      const name = button.dataset.themeSet;
      document.documentElement.dataset.theme = name;
      const secure = location.protocol === "https:" ? "; secure" : "";
      document.cookie = `theme=${name}; path=/; max-age=31536000; samesite=lax${secure}`;
      show(name);
    }),
  );
}
