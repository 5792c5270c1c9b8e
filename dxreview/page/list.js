// What is looked at: filters, chips, the map of all opinions, the list, many at once.

const ROW = 84; // px; every row of the list is as high, so that a window of it can be placed

// --- filters -------------------------------------------------------------------------------------
function tools(desk) {
  const { state } = desk;
  const refine = (changes) => desk.line.send("refine", { changes });
  let wait;
  const search = h("input", { type: "search", "data-k": "search", value: state.filter.text ?? "",
    "aria-describedby": "dx-search-hint",
    oninput: (event) => {
      clearTimeout(wait);
      if (!event.isComposing) wait = setTimeout(() => refine({ text: search.value || null }), 250);
    },
    oncompositionend: () => refine({ text: search.value || null }),
    onkeydown: (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Escape") desk.card.focus();
      if (event.key === "Enter") { clearTimeout(wait); refine({ text: search.value || null }); }
    } });
  const counts = Object.fromEntries((state.facets.status ?? []).map(([key, , n]) => [key, n]));
  // What I have still to do: what the only reviewer who is asked for, me, has not decided.
  const todo = state.filter.status === "untagged" && state.filter.reviewer.join() === state.reviewer;
  const statuses = ["untagged", "tagged", "disagreed", "none_applies", "settled"]
    .map((key) => [key, statusName(desk, key) + (todo ? "" : ` (${counts[key] ?? 0})`)]);
  const narrow = (value) => refine(value === "todo" ? { status: "untagged", reviewer: [state.reviewer] }
    : { status: value, ...(todo && { reviewer: [] }) });
  return [
    h("label", { class: "dx-field dx-search" }, desk.say("search"), " ", search),
    h("span", { id: "dx-search-hint", class: "dx-hidden" }, desk.say("search_hint")),
    choice(desk, "status", todo ? "todo" : state.filter.status,
      [[null, desk.say("all")], !desk.settling && ["todo", desk.say("todo")], ...statuses].filter(Boolean), narrow),
    choice(desk, "order", state.order, ["untagged", "reading", "disagreed"].map((key) => [key, desk.say(`order_${key}`)]),
      (value) => desk.line.send("do", { command: "sort", value })),
    details(desk, "filters", desk.say("filters"), () => facets(desk, refine)),
    details(desk, "progress", desk.say("progress"), () => progress(desk)),
    repairsView(desk),
  ];
}

// One of several ways, under its name: options are pairs of value and label, null stands for none.
function choice(desk, name, value, options, send) {
  return h("label", { class: "dx-field" }, desk.say(name), " ",
    h("select", { "data-k": name, onchange: (event) => send(event.target.value || null) },
      options.map(([option, label]) => h("option", { value: option ?? "", selected: option === value }, label))));
}

// A disclosure that remembers whether it was open while its surroundings are redrawn.
function details(desk, key, label, make) {
  const opened = (desk.ui.opened ??= {});
  const box = h("details", { class: `dx-more dx-${key}`, open: Boolean(opened[key]) },
    h("summary", { "data-k": `open-${key}` }, label), opened[key] ? make() : null);
  box.addEventListener("toggle", () => {
    if (opened[key] === box.open) return;
    opened[key] = box.open;
    if (box.open && box.childElementCount === 1) box.append(...[make()].flat(Infinity).filter(Boolean));
  });
  return box;
}

const FACETS = ["stage", "meeting", "section", "kind", "role", "speaker", "reviewer"];

function facets(desk, refine) {
  const { state } = desk;
  const box = (field, [value, label, n]) => h("label", { class: "dx-check" },
    h("input", { type: "checkbox", "data-k": `f-${field}-${value}`, checked: state.filter[field].includes(value),
      onchange: (event) => {
        const rest = state.filter[field].filter((each) => each !== value);
        refine({ [field]: event.target.checked ? [...rest, value] : rest });
      } }), " ", h("bdi", null, facetLabel(desk, field, value, label)), ` (${n})`);
  const day = (field) => h("label", { class: "dx-field" }, desk.say(field), " ", h("input", { type: "date",
    "data-k": field, value: state.filter[field] ?? "", onchange: (event) => refine({ [field]: event.target.value || null }) }));
  return [
    FACETS.filter((field) => state.facets[field]?.length).map((field) => h("fieldset", null,
      h("legend", null, desk.say(`facet_${field}`)), state.facets[field].map((each) => box(field, each)))),
    h("fieldset", null, h("legend", null, desk.say("facet_date")), day("since"), day("until")),
    h("p", { class: "dx-code" }, desk.say("as_code"), " ", h("code", null, state.code)),
  ];
}

// Unless some reviewers are asked for, "not reviewed" here means by nobody, not only by me; who
// works blind is not told of what others decided.
function statusName(desk, status) {
  if (status !== "untagged" || desk.state.filter.reviewer.length) return desk.say(`status_${status}`);
  const { people, reviewers } = desk.state.progress;
  return desk.say(people > reviewers.length ? "by_nobody_shown" : "by_nobody");
}

function facetLabel(desk, field, value, label) {
  if (field === "stage") return stageName(desk, value);
  if (field === "kind") return desk.say(`kind_${value}`);
  if (field === "status") return statusName(desk, value);
  if (label) return label;
  const known = desk.state.facets[field]?.find(([each]) => each === value);
  return known?.[1] ?? value;
}

function chips(desk) {
  const { state } = desk;
  const active = [];
  for (const [field, value] of Object.entries(state.filter)) {
    if (field === "roadmap" || value == null || value.length === 0) continue;
    for (const each of Array.isArray(value) ? value : [value]) active.push([field, each]);
  }
  if (!active.length) return [];
  const without = ([field, value]) => ({ [field]: Array.isArray(state.filter[field])
    ? state.filter[field].filter((each) => each !== value) : null });
  const refine = (changes) => desk.line.send("refine", { changes });
  const nothing = Object.fromEntries(active.map(([field]) => [field, Array.isArray(state.filter[field]) ? [] : null]));
  return [
    h("ul", { class: "dx-active", "aria-label": desk.say("active") }, active.map((chip) => {
      const label = `${desk.say(`facet_${chip[0]}`)}: ${facetLabel(desk, ...chip)}`;
      return h("li", null, h("button", { "data-k": `chip-${chip.join("-")}`, "data-fallback": true,
        "aria-label": desk.say("remove_filter", { label }), onclick: () => refine(without(chip)) },
      h("bdi", null, label), " ×"));
    }), h("li", null, h("button", { class: "dx-link", "data-k": "clear", onclick: () => refine(nothing) },
      desk.say("clear_all")))),
    state.total === 0 && h("p", { class: "dx-note" }, desk.say("empty"), " ",
      state.emptied && desk.say("emptied", { label: desk.say(`facet_${state.emptied}`) })),
  ];
}

function progress(desk) {
  return [
    h("h4", null, desk.say("by_meeting")),
    h("ul", null, desk.state.progress.meetings.map((each) => meter(desk, each.title, each))),
    h("h4", null, desk.say("by_reviewer")), peopleView(desk),
    h("button", { "data-k": "handover", onclick: () => desk.line.send("handover") }, desk.say("handover")),
  ];
}

function meter(desk, name, each) {
  return h("li", null, h("bdi", null, name), " ",
    h("progress", { max: each.total || 1, value: each.done, "aria-label": name }), " ", desk.say("done_of", each));
}

// Who is named is named; who works blind is told how many are done.
function peopleView(desk) {
  const { reviewers, people, finished } = desk.state.progress;
  return [
    reviewers.length > 0 && h("ul", null, reviewers.map((each) => meter(desk, each.name, each))),
    people > reviewers.length && h("p", null, desk.say("people", { people, finished })),
    people === 0 && h("p", null, desk.say("nobody")),
  ];
}

// --- the map: all that is shown on one strip; a click goes there -----------------------------------
const CELLS = { u: "untagged", o: "optional", t: "tagged", d: "disagreed", s: "settled" };
const BINS = 400; // of more opinions than this, one bin shows what most needs a look

function mapView(desk) {
  const { map, position, total, progress: { mine } } = desk.state;
  if (!map) return [];
  const count = (letter) => map.split(letter).length - 1;
  const size = Math.ceil(map.length / BINS);
  const bins = Array.from({ length: Math.ceil(map.length / size) }, (_, i) => {
    const part = map.slice(i * size, (i + 1) * size);
    return [..."duots"].find((letter) => part.includes(letter));
  });
  const go = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const to = Math.floor((event.clientX - box.left) / box.width * total);
    desk.grab = true;
    desk.move("step", to - (position ?? 0));
  };
  return [
    h("div", { class: "dx-strip", "aria-hidden": "true", onclick: go }, bins.map((letter) => h("i", { class: `dx-cell-${letter}` })),
      position != null && h("b", { style: `left:${(position + 0.5) / total * 100}%` })),
    h("ul", { class: "dx-legend", "aria-label": desk.say("map") }, Object.keys(CELLS).filter(count).map((letter) => h("li", null,
      h("i", { class: `dx-cell-${letter}` }), " ", `${desk.say(letter === "u" && !desk.settling ? "todo" : `mark_${CELLS[letter]}`)} ${count(letter)}`)),
    !desk.settling && h("li", { class: "dx-meter" }, h("progress", { max: mine.total || 1, value: mine.done,
      "aria-label": desk.say("progress_mine") }), " ", desk.say("done_of", mine))),
  ];
}

// --- the list: only the window that is looked at is in the page and in the messages ---------------
class List {
  constructor(desk) {
    this.desk = desk;
    this.head = h("div", { class: "dx-listhead" });
    this.rows = h("ol", { class: "dx-rows" });
    this.scroller = h("div", { class: "dx-scroll" }, this.rows);
    this.scroller.addEventListener("scroll", () => this.soon());
    this.rows.addEventListener("keydown", (event) => this.key(event));
  }

  soon() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => { this.asked = null; this.draw(); });
  }

  key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -1e9, End: 1e9 }[event.key];
    if (!by) return;
    event.preventDefault();
    this.hold = true;
    this.desk.move("step", by);
  }

  // Which rows are to be seen, and some above and below.
  window() {
    const { scrollTop, clientHeight } = this.scroller;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - 3);
    return { first, last: Math.min(this.desk.state.total, first + Math.ceil((clientHeight || 600) / ROW) + 6) };
  }

  draw() {
    const { desk } = this;
    const { language, roadmap, reviewer, settling, position, total, of } = desk.state;
    if (!reviewer) return;
    draw(this.head, [language, total, of, desk.ui.bulk, roadmap, settling], () => bulkView(desk));
    this.rows.style.height = `${total * ROW}px`;
    if (desk.follow) { desk.follow = false; this.bring(); }
    const place = this.window();
    const seen = [];
    for (let i = place.first; i < place.last; i++) if (desk.rows.has(i)) seen.push([i, desk.rows.get(i)]);
    if (seen.length < place.last - place.first) this.ask(place);
    draw(this.rows, [language, roadmap, position, total, seen], () => seen.map(([i, row]) => this.row(i, row)));
    if (this.hold && position != null) {
      this.rows.querySelector('[aria-current="true"]')?.focus({ preventScroll: true });
      this.hold = false;
    }
  }

  ask({ first, last }) {
    const asked = `${this.desk.state.serial}:${first}:${last}`;
    if (this.wanted === asked) return;
    this.wanted = asked;
    this.desk.line.send("window", { start: first, count: last - first });
  }

  // Scroll to the current row, where it is out of sight.
  bring() {
    const { position } = this.desk.state;
    if (position == null) return;
    const { scrollTop, clientHeight } = this.scroller;
    const top = position * ROW;
    if (top < scrollTop || top + ROW > scrollTop + clientHeight) this.scroller.scrollTop = top - clientHeight / 3;
  }

  row(i, row) {
    const { desk } = this;
    const current = row.id === desk.state.card?.id;
    return h("li", { style: `top:${i * ROW}px`, "aria-setsize": desk.state.total, "aria-posinset": i + 1 },
      h("button", { class: "dx-rowbutton", "data-k": `row-${row.id}`, tabindex: current || (desk.state.position == null && i === 0) ? "0" : "-1",
        "aria-current": current ? "true" : false,
        onclick: () => { desk.grab = true; desk.move("go", row.id); } },
      h("span", { class: "dx-rowtop" }, row.marks.map((mark) => h("span", { class: `dx-mark dx-mark-${mark}` }, desk.say(`mark_${mark}`))),
        " ", h("bdi", null, [row.section, row.role ?? row.speaker].filter(Boolean).join(" · ")),
        " ", row.stages.length > 0 && h("span", { class: "dx-chips" }, row.stages.map((id) => [chip(desk, id), " "]))),
      h("bdi", { class: "dx-rowtext" }, hits(row.text))));
  }
}

function hits(pieces) {
  return pieces.map(([text, hit]) => (hit ? h("mark", null, text) : text));
}

function chip(desk, id) {
  const at = desk.roadmap.stages.findIndex((stage) => stage.id === id);
  const label = stageName(desk, id);
  return h("span", { class: `dx-chip dx-c${Math.max(at, 0) % 6}`, title: label }, label);
}

// --- many at once --------------------------------------------------------------------------------
function bulkView(desk) {
  const { state, ui } = desk;
  const count = h("span", { class: "dx-count" }, desk.say("showing", { n: state.total, of: state.of }));
  if (desk.settling || !state.total) return [count];
  const set = (bulk) => { ui.bulk = bulk; desk.render(); };
  if (!ui.bulk) {
    return [count, h("button", { "data-k": "bulk", onclick: () => set({ stage: desk.roadmap.stages[0].id, action: "tag" }) },
      desk.say("bulk"))];
  }
  const { stage, action, look } = ui.bulk;
  const pick = (changes) => set({ stage, action, ...changes });
  const close = () => set(null);
  const one = action !== "none_applies";
  return [count, h("div", { class: "dx-bulk", role: "group", "aria-label": desk.say("bulk") },
    choice(desk, "bulk_action", action, ["tag", "untag", "none_applies"].map((each) => [each, desk.say(`bulk_${each}`)]),
      (to) => pick({ action: to })),
    one && choice(desk, "bulk_stage", stage, desk.roadmap.stages.map((each) => [each.id, stageName(desk, each.id)]),
      (to) => pick({ stage: to })),
    !look && h("button", { "data-k": "bulk-look", "data-fallback": true,
      onclick: () => desk.line.send("look", { action, stage }) }, desk.say("bulk_look")),
    look && h("div", { role: "status" },
      h("p", null, h("strong", null, desk.say(`bulk_sentence_${action}`,
        { n: look.n, shown: state.total, label: stageName(desk, stage) }))),
      h("ul", null, look.some.map((text) => h("li", null, h("bdi", null, text)))),
      look.n > look.some.length && h("p", null, desk.say("bulk_more", { n: look.n - look.some.length }))),
    look && look.n > 0 && h("button", { class: "dx-primary", "data-k": "bulk-do", "data-fallback": true, onclick: () => {
      desk.act("bulk", { roadmap: state.roadmap, stages: one ? [stage] : [], does: action, opinions: look.opinions });
      close();
    } }, desk.say("bulk_do", { n: look.n })),
    h("button", { "data-k": "bulk-close", onclick: close }, desk.say("cancel")))];
}

