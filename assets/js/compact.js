// On a phone the band keeps to who, where and why once the page is scrolled: [data-compacts] gets data-compact.
const AFTER = 40;
const BEFORE = 8;

export function start() {
  const band = document.querySelector("[data-compacts]");
  if (!band) return;
  const look = () => {
    if (window.scrollY > AFTER) band.dataset.compact = "";
    else if (window.scrollY < BEFORE) delete band.dataset.compact;
  };
  addEventListener("scroll", look, { passive: true });
  look();
}
