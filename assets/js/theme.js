// Day, night or as the device says, at once: [data-theme-set]. The server keeps the preference in a cookie of its own.
export function start() {
  const buttons = document.querySelectorAll("[data-theme-set]");
  buttons.forEach((button) =>
    button.addEventListener("click", async (event) => {
      if (!button.form) return;
      event.preventDefault();
      document.documentElement.dataset.theme = button.dataset.themeSet;
      buttons.forEach((b) => b.setAttribute("aria-pressed", String(b === button)));
      const body = new URLSearchParams(new FormData(button.form));
      body.set(button.name, button.value);
      await fetch(button.formAction, { method: "POST", body, redirect: "manual" }).catch(() => null);
    }),
  );
}
