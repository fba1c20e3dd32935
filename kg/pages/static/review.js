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
