// The studio works without this. With it the answer follows every choice, and a chosen change keeps the place on the page.
"use strict";

const FRAGMENT = { "x-studio-fragment": "1" };
const $ = (id) => document.getElementById(id);
let asking = null;
let again = false;
let waiting = 0;
const faults = () => new Map([...document.querySelectorAll("#wrong li")].map((li) => [li.dataset.question, li.textContent]));
let wrong = faults();

function say(text) {
  const said = $("said");
  if (said && said.textContent !== text) said.textContent = text;
}

function lost(why) {
  document.body.classList.add("lost");
  say(why + " Your answers are still on this page.");
}

function send(form, submitter, headers) {
  const body = new URLSearchParams(new FormData(form, submitter));
  return fetch(form.action, { method: "POST", body, headers });
}

// Puts new content in a place, and leaves opened parts open and the focus where it was, or else at the place itself.
function put(place, html) {
  const open = [...place.querySelectorAll("details[id]")].map((d) => [d.id, d.open]);
  const held = place.contains(document.activeElement) ? document.activeElement : null;
  place.innerHTML = html;
  for (const [id, was] of open) if ($(id)) $(id).open = was;
  if (held && held !== place) (like(held, place) ?? place).focus({ preventScroll: true });
}

// What stands in a place now for an element that was taken out of it.
function like(gone, place) {
  if (gone.id) return $(gone.id);
  const same = (e) => e.textContent === gone.textContent && e.getAttribute("name") === gone.getAttribute("name");
  return [...place.querySelectorAll(gone.tagName)].find(same);
}

function follow() {
  const verdict = document.querySelector("#answer .verdict");
  if (!verdict) return;
  $("revision").value = verdict.dataset.revision;
  const up = new Set(verdict.dataset.up.split(" "));
  for (const question of document.querySelectorAll(".question")) question.hidden = !up.has(question.id.slice(2));
  wrong = faults();
  mark();
  const jump = $("jump");
  jump.className = "jump " + verdict.dataset.kind;
  jump.replaceChildren(verdict.querySelector("svg").cloneNode(true), document.createElement("span"));
  jump.lastChild.textContent = $("headline").textContent;
  say($("headline").textContent + " " + verdict.querySelector("p").textContent);
}

// Says at each field what does not fit, but not while somebody is still writing there.
function mark() {
  for (const field of document.querySelectorAll(".question > input, .question > textarea")) {
    const why = wrong.get(field.name) ?? "";
    let bad = $("bad-" + field.name);
    if (field === document.activeElement || !(bad || why)) continue;
    if (!bad) {
      bad = Object.assign(document.createElement("p"), { id: "bad-" + field.name, className: "bad" });
      field.closest(".question").append(bad);
      field.setAttribute("aria-describedby", field.getAttribute("aria-describedby") + " " + bad.id);
    }
    bad.textContent = why;
    why ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid");
  }
}

async function ask() {
  clearTimeout(waiting);
  waiting = 0;
  again = false;
  try {
    const response = await send($("answers"), null, FRAGMENT);
    if (!response.ok) return lost("The studio was started anew.");
    put($("answer"), await response.text());
    document.body.classList.remove("lost");
    follow();
    more();
  } catch {
    lost("The studio does not answer.");
  }
}

// What would help takes longer to find: it follows, unless something else was answered meanwhile.
async function more() {
  const verdict = document.querySelector("#answer .verdict");
  if (!verdict.dataset.more) return;
  try {
    const response = await fetch(verdict.dataset.more);
    const html = await response.text();
    if (!response.ok || !verdict.isConnected) return;
    put($("answer"), html);
    more();
  } catch {
    lost("The studio does not answer.");
  }
}

// One question at a time: what is answered meanwhile goes along with the next.
function answer() {
  again = true;
  asking ??= (async () => {
    while (again) await ask();
  })().finally(() => (asking = null));
  return asking;
}

// A whole page takes the place of this one, without a jump.
async function swap(form, submitter) {
  if (waiting || asking) await answer();
  try {
    const response = await send(form, submitter, {});
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!page.querySelector("#answers")) return lost("The studio was started anew.");
    put($("main"), page.querySelector("#main").innerHTML);
    follow();
    const beside = getComputedStyle($("answer")).position === "sticky";
    $("answer").focus({ preventScroll: beside });
    if (beside) $("answer").scrollTop = 0;
  } catch {
    lost("The studio does not answer.");
  }
}

document.addEventListener("input", (event) => {
  const field = event.target;
  const form = field.form;
  if (!form || !("live" in form.dataset)) return;
  // "There is none" and a text exclude each other.
  const none = field.type === "text" && form.elements[field.name + ".none"];
  if (none && field.value) none.checked = false;
  const unnamed = $("name-" + field.name);
  if (unnamed) unnamed.hidden = true;
  clearTimeout(waiting);
  waiting = setTimeout(answer, field.matches("[type=text], textarea") ? 350 : 0);
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && "pick" in form.dataset) form.requestSubmit();
});

document.addEventListener("focusout", () => setTimeout(mark));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if ("live" in form.dataset) {
    event.preventDefault();
    answer().then(() => $("answer").focus());
  } else if ("swap" in form.dataset) {
    event.preventDefault();
    swap(form, event.submitter);
  }
});

// A link to a question that is folded away opens what it is in.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#q-"]');
  const question = link && $(link.hash.slice(1));
  if (!question) return;
  const folded = question.closest("details");
  if (folded) folded.open = true;
  const field = question.querySelector("input:checked, input, textarea");
  setTimeout(() => field && field.focus(), 0);
});

// Printing needs a script; without one the browser has it in its menu.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

document.documentElement.classList.add("script");
// A browser that comes back to the page fills in what was there; the answer has to fit it.
addEventListener("pageshow", (event) => {
  if ($("answers") && event.persisted) answer();
});
