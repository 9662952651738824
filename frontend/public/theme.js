// Runs before the first paint, so that neither the theme nor the frame flickers. The console itself is WebAssembly.
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("qd.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (localStorage.getItem("qd.signed-in")) root.dataset.boot = "frame";
  } catch {
    // Storage may be forbidden; the system's theme is used then.
  }
})();
