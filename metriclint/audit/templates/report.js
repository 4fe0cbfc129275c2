// The report is complete without this. With it, findings and metrics can be searched and filtered.
"use strict";
const plain = (text) => text.normalize("NFKC").toLowerCase();

// What a finding folds away is open without this script, and on paper.
const folds = [...document.querySelectorAll("details.fold")];
const fold = (open) => folds.forEach((part) => (part.open = open));
let was = [];
fold(false);
addEventListener("beforeprint", () => {
  was = folds.map((part) => part.open);
  fold(true);
});
addEventListener("afterprint", () => folds.forEach((part, i) => (part.open = was[i])));

for (const form of document.querySelectorAll("form.filter")) {
  const group = form.dataset.for;
  const noun = group.slice(0, -1);
  const items = [...document.querySelectorAll(`[data-of="${group}"]`)].map((element) => ({
    element,
    row: document.querySelector(`[data-row="${element.id}"]`),
    text: plain(element.textContent),
  }));
  const said = form.querySelector("[role=status]");
  let waiting = 0;

  function show(element, row, hit) {
    element.hidden = !hit;
    if (row) row.hidden = !hit;
  }

  const wanted = () => [...new FormData(form)].filter(([, value]) => value.trim());

  function apply() {
    const asked = wanted();
    const words = asked.filter(([name]) => name === "text").flatMap(([, value]) => plain(value).split(/\s+/).filter(Boolean));
    const values = asked.filter(([name]) => name !== "text");
    let hits = 0;
    for (const { element, row, text } of items) {
      const hit = values.every(([name, value]) => element.dataset[name] === value) && words.every((word) => text.includes(word));
      show(element, row, hit);
      hits += hit;
    }
    const all = `${items.length} ${items.length === 1 ? noun : group}`;
    said.textContent = !asked.length ? `All ${all} shown` : hits ? `${hits} of ${all} shown` : `None of ${all} fits. Choose “Show all”, or empty the field.`;
    form.classList.toggle("on", asked.length > 0);
  }

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  form.addEventListener("reset", () => setTimeout(apply));
  // A link to something that is filtered away shows it.
  const follow = () => {
    const aim = items.find(({ element }) => element.id && `#${element.id}` === location.hash);
    if (!aim || !aim.element.hidden) return;
    form.reset();
    apply();
    aim.element.scrollIntoView();
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest('a[href^="#"]')) setTimeout(follow);
  });
  addEventListener("hashchange", follow);
  // A paper copy is complete, whatever was looked for on the screen.
  addEventListener("beforeprint", () => items.forEach(({ element, row }) => show(element, row, true)));
  addEventListener("afterprint", apply);
  form.hidden = false;
  apply();
}
