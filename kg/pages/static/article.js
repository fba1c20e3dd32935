// Lights a statement in the text and its card together; opens a card from its badge. All content is there without it.
"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const parts = new Map();
  for (const element of all("[data-s]")) {
    const number = element.dataset.s;
    if (!parts.has(number)) parts.set(number, []);
    parts.get(number).push(element);
  }
  let lit = [];
  const light = (elements) => {
    lit.forEach((element) => element.classList.remove("on"));
    lit = elements;
    lit.forEach((element) => element.classList.add("on"));
  };
  const follow = (event) => {
    const element = event.target instanceof Element && event.target.closest("[data-s]");
    light(element ? parts.get(element.dataset.s) : []);
  };
  document.addEventListener("pointerover", follow);
  document.addEventListener("focusin", follow);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") light([]); });
  // The words from one code point of the whole text to another, each piece in an element of its own.
  const wordsAt = (start, end) => {
    const words = [];
    for (const paragraph of all(".text[data-at]")) {
      let at = +paragraph.dataset.at;
      const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
      const nodes = [];
      while (walker.nextNode()) nodes.push(walker.currentNode);
      for (const node of nodes) {
        const points = [...node.data];
        const from = Math.max(start - at, 0);
        const to = Math.min(end - at, points.length);
        at += points.length;
        if (from >= to) continue;
        const range = document.createRange();
        range.setStart(node, points.slice(0, from).join("").length);
        range.setEnd(node, points.slice(0, to).join("").length);
        const piece = document.createElement("span");
        range.surroundContents(piece);
        words.push(piece);
      }
    }
    return words;
  };
  // A long article comes in pages: the one with the words is asked for once.
  const turnTo = (start) => {
    const asked = new URLSearchParams(location.search);
    if (asked.get("at") === start) return;
    asked.delete("paragraph");
    asked.set("at", start);
    location.replace(`?${asked}${location.hash}`);
  };
  const arrive = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    const target = name && document.getElementById(name);
    if (target && target.classList.contains("card")) {
      target.querySelector("details").open = true;
      target.querySelector("summary").focus({ preventScroll: true });
      target.scrollIntoView({ block: "center" });
    } else if (target && target.classList.contains("badge")) {
      target.focus();
    }
    const span = /^char=(\d+),(\d+)$/.exec(name);
    if (span) {
      const words = wordsAt(+span[1], +span[2]);
      if (words.length) words[0].scrollIntoView({ block: "center" });
      else turnTo(span[1]);
      light(words);
    }
  };
  addEventListener("hashchange", arrive);
  // A badge whose card is in the address already changes no fragment.
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) arrive();
  });
  const form = document.querySelector(".filters");
  if (form) {
    // What is left at its default stays out of the address.
    form.addEventListener("submit", () => {
      const boxes = [...form.querySelectorAll("input[name=kind]")];
      if (boxes.every((box) => box.checked)) boxes.forEach((box) => { box.disabled = true; });
      form.querySelectorAll("select").forEach((select) => { select.disabled = !select.value; });
    });
  }
  arrive();
})();
