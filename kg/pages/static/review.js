// Puts the words that are selected in the text into the form. Without it they are copied there by hand.
"use strict";
(() => {
  const text = document.getElementById("reviewed");
  const words = document.getElementById("words");
  const start = document.getElementById("start");
  if (!text || !words || !start) return;
  const points = (string) => [...string].length;
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) return;
    const range = selection.getRangeAt(0);
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const chosen = range.toString();
    words.value = chosen.trim();
    start.value = points(before.toString()) + points(chosen) - points(chosen.trimStart());
  });
  words.addEventListener("input", () => { start.value = ""; });
})();

// On a statement that has the focus, single keys do what its buttons do; elsewhere they do nothing.
(() => {
  const items = [...document.querySelectorAll("li[data-statement]")];
  for (const item of items) item.tabIndex = 0;
  const go = (item) => { if (item) item.focus(); };
  document.addEventListener("keydown", (event) => {
    const at = items.indexOf(document.activeElement);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      go(items[at + (event.key === "j" ? 1 : -1)]);
      return;
    }
    const found = items[at].querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!found) return;
    event.preventDefault();
    found.click();
    if (found.tagName === "SUMMARY") items[at].querySelector("details input[name=speaker]")?.focus();
  });
  go(items.find((item) => `#${item.id}` === location.hash));
})();
