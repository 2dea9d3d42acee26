(() => {
  "use strict";
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const one = (id) => document.getElementById(id);
  document.documentElement.classList.add("has-script");
  for (const element of all(".script")) element.hidden = false;

  // -- what is done: kept in this browser, by project
  const key = "gpt55-migrate:" + document.body.dataset.project;
  let done = {};
  try { done = JSON.parse(localStorage.getItem(key) || "{}") || {}; } catch { done = {}; }
  const boxes = all("input[data-place]");
  const places = all(".place");
  const byId = new Map(places.map((place) => [place.id, place]));
  const keep = () => { try { localStorage.setItem(key, JSON.stringify(done)); } catch { /* not allowed here */ } };
  const count = () => {
    for (const group of all(".checks > details")) {
      const mine = all("input[data-place]", group);
      const ready = mine.filter((box) => box.checked).length;
      group.querySelector(".ready").textContent = `${ready} of ${mine.length} done`;
    }
    const ready = boxes.filter((box) => box.checked).length;
    if (one("progress")) { one("progress").value = ready; one("ready").textContent = `${ready} of ${boxes.length} done`; }
  };
  const mark = (id, is) => {
    if (is) done[id] = 1; else delete done[id];
    const box = boxes.find((each) => each.dataset.place === id);
    if (box) box.checked = is;
    const place = byId.get(id);
    if (place) place.classList.toggle("done", is);
  };
  for (const box of boxes) if (Object.hasOwn(done, box.dataset.place)) mark(box.dataset.place, true);
  for (const box of boxes) box.addEventListener("change", () => { mark(box.dataset.place, box.checked); keep(); count(); });
  count();

  // -- filter, search, sort
  const names = ["state", "rule", "variant", "folder", "owner"];
  const texts = new Map();
  const text = (place) => {
    if (!texts.has(place)) texts.set(place, place.textContent.toLowerCase());
    return texts.get(place);
  };
  const within = (value, wanted, name) =>
    name === "folder" ? value === wanted || value.startsWith(wanted + "/")
      : name === "owner" ? value.split(" ").includes(wanted) : value === wanted;
  const apply = () => {
    const wanted = names.map((name) => [name, one("by-" + name).value]).filter(([, value]) => value);
    const words = one("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const open = one("by-done").checked;
    let shown = 0;
    for (const place of places) {
      const fits = wanted.every(([name, value]) => within(place.dataset[name], value, name))
        && !(open && place.classList.contains("done")) && words.every((word) => text(place).includes(word));
      place.hidden = !fits;
      shown += fits;
    }
    one("count").textContent = `${shown.toLocaleString("en")} of ${places.length.toLocaleString("en")} shown`;
  };
  // the filters are part of the address, so that a view can be shared
  const remember = () => {
    const chosen = new URLSearchParams();
    for (const name of [...names.map((each) => "by-" + each), "sort", "search"]) if (one(name).value) chosen.set(name, one(name).value);
    history.replaceState(null, "", "#?" + chosen);
  };
  const recall = () => {
    if (!location.hash.startsWith("#?")) return;
    for (const [name, value] of new URLSearchParams(location.hash.slice(2))) {
      const field = /^(by-(state|rule|variant|folder|owner)|sort|search)$/.test(name) && one(name);
      if (field) field.value = value;
    }
    sort();
    apply();
    one("places").scrollIntoView();
  };
  const order = ["person", "change", "held", "note"];
  const compare = (a, b) => a < b ? -1 : a > b ? 1 : 0;
  const by = {
    path: (a, b) => compare(a.dataset.path, b.dataset.path) || a.dataset.line - b.dataset.line,
    state: (a, b) => order.indexOf(a.dataset.state) - order.indexOf(b.dataset.state),
    rule: (a, b) => compare(a.dataset.rule, b.dataset.rule),
    variant: (a, b) => compare(a.dataset.variant, b.dataset.variant),
    owner: (a, b) => compare(a.dataset.owner, b.dataset.owner),
  };
  const sort = () => {
    const first = by[one("sort").value];
    places.sort((a, b) => first(a, b) || by.path(a, b));
    one("list").append(...places);
  };
  if (one("search")) {
    let waiting = 0;
    one("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => { apply(); remember(); }, 80); });
    for (const name of names) one("by-" + name).addEventListener("change", () => { apply(); remember(); });
    one("by-done").addEventListener("change", apply);
    one("sort").addEventListener("change", () => { sort(); remember(); });
    one("all").addEventListener("click", () => { for (const place of places) if (!place.hidden) place.open = true; });
    one("none").addEventListener("click", () => { for (const place of places) place.open = false; });
    apply();
    recall();
  }

  // -- money for a volume
  const usd = (amount) => "$" + amount.toLocaleString("en", amount >= 1
    ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : { maximumSignificantDigits: 2 });
  const volume = one("volume");
  if (volume) volume.addEventListener("input", () => {
    const requests = Math.max(Number(volume.value) || 0, 0);
    for (const cell of all("[data-usd]")) cell.textContent = usd(Number(cell.dataset.usd) * requests);
  });

  // -- anchors and keys
  const visit = (place, focus = true) => {
    place.hidden = false;
    place.open = true;
    place.scrollIntoView({ block: "start" });
    if (focus) place.querySelector("summary").focus({ preventScroll: true });
  };
  const follow = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* as it is */ }
    const found = id && one(id);
    if (!found) return;
    for (let up = found; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    if (byId.has(id)) visit(found);
  };
  window.addEventListener("hashchange", follow);
  follow();
  for (const button of all("button.copy")) button.addEventListener("click", () => {
    const what = button.dataset.copy || location.href.split("#")[0] + "#" + button.dataset.anchor;
    if (button.dataset.anchor) history.replaceState(null, "", "#" + button.dataset.anchor);
    if (navigator.clipboard) navigator.clipboard.writeText(what).then(() => { button.textContent = "copied"; }, () => {});
  });
  const near = (step) => {
    const seen = places.filter((place) => !place.hidden);
    const now = seen.indexOf(document.activeElement.closest && document.activeElement.closest(".place"));
    const next = seen[now < 0 ? (step > 0 ? 0 : seen.length - 1) : now + step];
    if (next) { next.querySelector("summary").focus(); next.scrollIntoView({ block: "nearest" }); }
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "checkbox";
    if (event.key === "Escape" && event.target === one("search")) { one("search").value = ""; apply(); one("search").blur(); return; }
    if (typing) return;
    const place = document.activeElement.closest && document.activeElement.closest(".place");
    const act = {
      "/": () => one("search") && one("search").focus(),
      j: () => near(1), k: () => near(-1),
      o: () => { if (place) place.open = !place.open; },
      x: () => { if (place && place.dataset.state === "person") { mark(place.id, !place.classList.contains("done")); keep(); count(); } },
    }[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  // -- print with everything open
  let closed = [];
  window.addEventListener("beforeprint", () => { closed = all("details:not([open])"); for (const each of closed) each.open = true; });
  window.addEventListener("afterprint", () => { for (const each of closed) each.open = false; });
})();
