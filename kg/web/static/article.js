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
      const inside = all(".text [data-o]").filter((e) => +e.dataset.o >= +span[1] && +e.dataset.o < +span[2]);
      if (inside.length) inside[0].scrollIntoView({ block: "center" });
      light(inside);
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
