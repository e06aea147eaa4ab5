// Components for the CSP build of Alpine: logic lives here, attributes only name it.
document.addEventListener("alpine:init", () => {
  // <div x-data="reveal"> <button @click="toggle" :aria-expanded="open"> … <div x-show="open" x-cloak>
  window.Alpine.data("reveal", (open = false) => ({
    open,
    toggle() {
      this.open = !this.open;
    },
    close() {
      this.open = false;
    },
  }));
});
