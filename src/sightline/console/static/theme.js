// Sets the colour theme before the first paint, so a page never flashes in the other
// one. A classic script on purpose: modules run too late for that.
(() => {
  const system = matchMedia("(prefers-color-scheme: light)");
  const apply = () => {
    const chosen = localStorage.getItem("theme");
    document.documentElement.dataset.theme =
      chosen ?? (system.matches ? "light" : "dark");
    dispatchEvent(new Event("themechange"));
  };
  addEventListener("themechosen", apply);
  system.addEventListener("change", apply);
  apply();
})();
