// Sends along which field was used last, so that a form given back after a time-out opens there.
let last = null;

document.addEventListener("focusin", ({ target }) => {
  if (target.id && target.matches("input, select, textarea")) last = target;
});

document.addEventListener("submit", ({ target: form }) => {
  if (form.method !== "post" || last?.form !== form) return;
  const kept = form.elements.namedItem("_focus") ?? form.appendChild(document.createElement("input"));
  Object.assign(kept, { type: "hidden", name: "_focus", value: last.id });
});

// Errors come first, also where the address names another part of the page: there no browser obeys `autofocus`.
const summary = location.hash && document.getElementById("error-summary");
if (summary) {
  history.replaceState(history.state, "", location.pathname + location.search);
  summary.focus();
}
