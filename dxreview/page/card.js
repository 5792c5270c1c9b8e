// The review surface: first screen, filters, list, card, bulk, agreement. It draws what the session
// says and sends commands back; it decides nothing. Acts (tags, memos …) get their id here and stay
// in the outbox until the store has them.

const ROW = 84; // px; every row of the list is as high, so that a window of it can be placed
const TALLEST = 8e6; // px; browsers give up on taller elements
const KEYS = [
  ["1–9", "key_stage"], ["0", "key_none"], ["j n", "key_next"], ["k p", "key_back"], ["u", "key_untagged"],
  ["z", "key_undo"], ["y Z", "key_redo"], ["m", "key_memo"], ["/", "key_search"], ["c", "key_copy"], ["?", "key_help"],
];

class Workbook {
  constructor(model, el) {
    this.model = model;
    this.words = new Sentences();
    this.outbox = new Outbox();
    this.state = { facets: {}, known: [], progress: { meetings: [], reviewers: [] }, lost: [], looks: [] };
    this.rows = new Map();
    this.held = []; // keys pressed while the next opinion was still on its way
    this.ui = { keys: recall("keys") !== "off", failed: null, bulk: null, said: "" };
    this.slots = {};
    for (const name of ["head", "lang", "first", "tools", "chips", "list", "card", "figures"]) {
      this.slots[name] = h("div", { class: `dx-${name}` });
    }
    const slots = this.slots;
    slots.card = h("section", { class: "dx-card", tabindex: "-1", "data-k": "card" });
    slots.card.addEventListener("keydown", (event) => this.key(event));
    this.banner = h("div", { class: "dx-banner", role: "status" });
    this.saved = h("span", { class: "dx-saved", role: "status" });
    this.said = h("div", { class: "dx-said", role: "status" });
    this.list = new List(this);
    slots.list.append(this.list.head, this.list.scroller);
    this.work = h("div", { class: "dx-work" }, slots.list, slots.card);
    this.root = h("div", { class: "dx", lang: "ja" },
      h("div", { class: "dx-bar" }, slots.head, h("div", { class: "dx-end" }, this.saved, slots.lang)), this.banner, slots.first, slots.figures,
      slots.tools, slots.chips, this.said, this.work);
    shelter(this.root);
    el.append(this.root);
    this.line = new Line(model, {
      receive: (message) => this.receive(message),
      changed: (alive) => this.lineChanged(alive),
    });
    this.tick = setInterval(() => this.resend(), RETRY);
    for (const message of model.get("begin")) this.receive(message);
    this.line.send("hello");
  }

  close() {
    this.line.close();
    clearInterval(this.tick);
  }

  say(key, facts) { return this.words.say(key, facts); }

  // --- what the kernel says ---
  receive(message) {
    const hear = this[`on_${message.type}`];
    if (hear) hear.call(this, message);
  }

  on_init(message) {
    this.init = message;
    this.words.tables = message.messages;
  }

  on_state(message) {
    const before = this.state;
    this.state = { ...before, ...message };
    const now = this.state;
    this.words.lang = now.language;
    this.root.lang = now.language;
    if (now.reviewer && now.reviewer !== before?.reviewer) {
      this.outbox.open(this.init.project.id, now.reviewer);
      this.resend(true);
    }
    if (before?.serial !== now.serial) this.rows.clear();
    if (before && before.roadmap !== now.roadmap) this.ui.bulk = null;
    // What was looked at is no longer what is shown: it must be looked at again.
    else if (this.ui.bulk?.look && before.serial !== now.serial) this.ui.bulk = { ...this.ui.bulk, look: null };
    this.take(message);
    if (before?.card?.id !== now.card?.id) {
      Object.assign(this.ui, { passage: null, history: null, memo: null, hint: null, settle: null, reason: null });
      this.follow = true;
    }
    this.render();
    if (message.moved && message.moved === this.moving) {
      this.moving = null;
      this.release();
    }
  }

  on_rows(message) {
    if (message.serial !== this.state?.serial) return;
    this.take(message);
    this.list.draw();
  }

  take(message) {
    message.rows?.forEach((row, i) => this.rows.set(message.start + i, row));
  }

  on_ack(message) {
    if (message.ok || message.refused) this.outbox.done(message.id);
    this.ui.failed = message.ok ? null : message.sentence;
    this.progress();
    clearTimeout(this.calm); // a burst is over: time to count
    if (!this.outbox.size) this.calm = setTimeout(() => this.line.send("ping"), 150);
  }

  on_said(message) { this.tell(message.sentence); }
  on_passage(message) { this.ui.passage = message; this.render(); }
  on_history(message) { this.ui.history = message; this.render(); }
  on_look(message) { this.ui.bulk = { ...this.ui.bulk, look: message }; this.render(); }
  on_handover(message) { download(message.name, message.text); }

  tell(sentence) {
    this.said.replaceChildren(sentence ?? "");
    clearTimeout(this.hush);
    this.hush = setTimeout(() => this.said.replaceChildren(), 12000);
  }

  lineChanged(alive) {
    const facts = { n: this.outbox.size };
    this.banner.replaceChildren(alive ? "" : this.say(facts.n ? "silent_kept" : "silent", facts));
    this.root.classList.toggle("dx-dead", !alive);
    [this.moving, this.held] = [null, []];
    this.progress();
    if (alive) { this.line.send("hello"); this.resend(true); }
  }

  // --- acts: kept until the store has them ---
  act(action, fields = {}) {
    const act = { id: uuid7(), reviewer: this.state.reviewer, action, ...fields };
    this.outbox.add(act);
    this.deliver(act);
    this.render();
    if (this.line.silent) this.lineChanged(false);
  }

  deliver(act) {
    const kept = this.outbox.acts.get(act.id);
    if (kept) kept.sent = performance.now();
    const { sent, ...fields } = act;
    this.line.send("act", { act: fields });
  }

  // Send again what has had no answer for a while; the store knows an act by its id.
  resend(all = false) {
    if (!this.outbox.size) return;
    const late = performance.now() - RETRY + 100;
    for (const act of this.outbox.acts.values()) if (all || act.sent < late) this.deliver(act);
  }

  progress() {
    const n = this.outbox.size;
    const key = n === 0 ? "saved" : this.ui.failed || this.line.silent ? "not_saved" : "saving";
    this.saved.className = `dx-saved dx-is-${key}`;
    const more = key === "not_saved" && this.ui.failed ? ` ${this.ui.failed}` : "";
    const text = this.state?.reviewer ? this.say(key, { n }) + more : "";
    if (this.saved.textContent !== text) this.saved.textContent = text;
  }

  // My decision on the card as it will be once the outbox is empty.
  mine(card) {
    let { stages, none, memo } = card.mine;
    for (const act of this.outbox.acts.values()) {
      if (act.opinion !== card.id) continue;
      if (act.action === "memo") memo = act.memo;
      if (act.roadmap !== this.state.roadmap) continue;
      if (act.action === "none_applies") [stages, none] = [[], true];
      if (act.action === "tag") {
        stages = this.roadmap.exclusive ? act.stages : [...stages, ...act.stages];
        none = false;
      }
      if (act.action === "untag") {
        stages = stages.filter((stage) => !act.stages.includes(stage));
        none = false;
      }
    }
    return { stages: [...new Set(stages)], none, memo: memo ?? "" };
  }

  get roadmap() { return this.init.roadmaps.find((roadmap) => roadmap.id === this.state.roadmap); }
  get settling() { return this.init.mode === "agree"; }

  toggle(stage) {
    const card = this.state.card;
    if (!card) return;
    if (this.settling) { this.choose(stage); return; }
    const on = this.mine(card).stages.includes(stage);
    this.act(on ? "untag" : "tag", { opinion: card.id, roadmap: this.state.roadmap, stages: [stage] });
  }

  none() {
    const card = this.state.card;
    if (!card) return;
    if (this.settling) { this.choose(null); return; }
    const on = this.mine(card).none;
    const stages = on ? this.roadmap.stages.map((stage) => stage.id) : [];
    this.act(on ? "untag" : "none_applies", { opinion: card.id, roadmap: this.state.roadmap, stages });
  }

  choose(stage) {
    const was = this.ui.settle ?? { stages: this.state.card.settled?.stages ?? [], none: false };
    const has = was.stages.includes(stage);
    const stages = has ? was.stages.filter((each) => each !== stage)
      : this.roadmap.exclusive ? [stage] : [...was.stages, stage];
    this.ui.settle = stage === null ? { stages: [], none: !was.none } : { stages, none: false };
    this.render();
  }

  // --- keys, only while the card has the focus ---
  key(event) {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) {
      if (event.key === "Escape") this.slots.card.focus();
      return;
    }
    if (!this.ui.keys || !this.state?.card || !this.keyed(event.key)) return;
    event.preventDefault();
    this.held.push(event.key);
    this.release();
  }

  // Do the keys in turn; after one that goes elsewhere the rest waits until the card is there, so
  // that no stage lands on the opinion before.
  release() {
    while (this.held.length && !this.moving) this.keyed(this.held.shift())?.();
  }

  move(type, fields) {
    this.moving = uuid7().slice(9, 28);
    this.line.send(type, { ...fields, move: this.moving });
  }

  keyed(key) {
    if (/^[1-9]$/.test(key)) {
      const stage = this.roadmap.stages[Number(key) - 1];
      return stage && (() => this.toggle(stage.id));
    }
    const step = (by) => () => this.move("step", { by });
    const focus = (name) => () => this.root.querySelector(`[data-k="${name}"]`)?.focus();
    return {
      0: () => this.none(), j: step(1), n: step(1), k: step(-1), p: step(-1),
      u: () => this.move("next_untagged"), z: () => this.act("undo"), Z: () => this.act("redo"),
      y: () => this.act("redo"), m: focus("memo"), "/": focus("search"), c: () => this.copy(),
      "?": () => this.help(), 
    }[key];
  }

  help() {
    const box = this.root.querySelector(".dx-keys");
    if (box) box.open = !box.open;
  }

  async copy() {
    const text = this.state.card.citation;
    try { await navigator.clipboard.writeText(text); } catch { this.copyOld(text); }
    this.tell(this.say("copied"));
  }

  copyOld(text) { // plain http, older browsers
    const area = h("textarea", { value: text, "aria-hidden": "true" });
    this.root.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    this.slots.card.focus();
  }

  // --- drawing ---
  render() {
    if (!this.init || !this.state.language) return;
    const state = this.state;
    const open = Boolean(state.reviewer);
    for (const name of ["tools", "chips", "figures"]) this.slots[name].hidden = !open;
    this.work.hidden = !open;
    this.slots.first.hidden = open;
    draw(this.slots.lang, state.language, () => this.language());
    draw(this.slots.head, [state.language, state.reviewer, state.roadmap, state.mine], () => this.head());
    if (!open) {
      draw(this.slots.first, [state.language, state.known, state.progress], () => this.first());
    } else {
      if (this.settling) draw(this.slots.figures, [state.language, state.figures], () => this.figures());
      else this.slots.figures.hidden = true;
      draw(this.slots.tools, [state.language, state.filter, state.facets, state.order, state.progress, state.roadmap,
        state.code, state.lost, state.looks], () => tools(this));
      draw(this.slots.chips, [state.language, state.filter, state.emptied, state.total], () => chips(this));
      this.list.draw();
      const card = state.card;
      const shows = [state.language, card, card && this.mine(card), this.ui.passage, this.ui.history, this.ui.keys,
        this.ui.settle, state.can_undo, state.can_redo, state.position, state.total];
      draw(this.slots.card, shows, () => cardView(this));
      if (this.grab) this.focusCard();
    }
    this.progress();
  }

  focusCard() {
    if (this.grab === "first") this.root.scrollIntoView({ block: "start" });
    this.grab = false;
    this.slots.card.focus({ preventScroll: true });
  }

  head() {
    const { state, init } = this;
    const mine = state.mine;
    return [
      h("h2", { class: "dx-title" }, h("bdi", null, init.project.title)),
      state.reviewer && h("span", { class: "dx-who" }, this.say("who", { name: state.reviewer }), " ",
        h("button", { class: "dx-link", "data-k": "leave", onclick: () => this.line.send("reviewer", { name: "" }) },
          this.say("change"))),
      state.reviewer && h("label", { class: "dx-field" }, this.say("roadmap"), " ",
        h("select", { "data-k": "roadmap", onchange: (event) => this.line.send("roadmap", { id: event.target.value }) },
          init.roadmaps.map((each) => h("option", { value: each.id, selected: each.id === state.roadmap },
            this.words.pick(each.title))))),
      mine && state.reviewer && !this.settling && h("span", { class: "dx-meter" },
        h("progress", { max: mine.total || 1, value: mine.done, "aria-label": this.say("progress_mine") }),
        " ", this.say("done_of", mine)),
    ];
  }

  language() {
    const other = this.state.language === "ja" ? "en" : "ja";
    return h("button", { "data-k": "lang", lang: other, onclick: () => this.line.send("language", { value: other }) },
      other === "en" ? "English" : "日本語");
  }

  first() {
    const { state, init } = this;
    const name = h("input", { type: "text", id: "dx-name", "data-k": "name", maxlength: "100", autocomplete: "off",
      value: init.guess || recall("reviewer") || "" });
    const start = (who) => {
      if (!who.trim()) { name.focus(); this.tell(this.say("name_needed")); return; }
      remember("reviewer", who.trim());
      this.grab = "first";
      this.line.send("reviewer", { name: who.trim() });
    };
    const waiting = state.known.map((who) => [who, Outbox.kept(`dxreview:${init.project.id}:${who}:`).length])
      .filter(([, n]) => n > 0);
    return [
      h("h3", null, this.say(this.settling ? "first_agree" : "first_title")),
      h("p", null, this.say("first_text")),
      state.known.length > 0 && h("div", { class: "dx-row", role: "group", "aria-label": this.say("known") },
        state.known.map((who) => h("button", { class: "dx-big", onclick: () => start(who) }, h("bdi", null, who)))),
      h("form", { class: "dx-row", onsubmit: (event) => { event.preventDefault(); start(name.value); } },
        h("label", { for: "dx-name" }, this.say("name")), name,
        h("button", { class: "dx-primary", type: "submit" }, this.say("begin"))),
      waiting.map(([who, n]) => h("p", { class: "dx-note" }, this.say("waiting", { name: who, n }))),
      this.standing(),
      h("h3", null, this.say("next_title")),
      h("ol", { class: "dx-next" }, ["next_1", "next_2", "next_3"].map((key) => h("li", null,
        this.say(this.settling ? `agree_${key}` : key)))),
      init.binder && h("p", { class: "dx-note" }, this.say("binder")),
    ];
  }

  standing() {
    const { meetings, reviewers } = this.state.progress;
    return [
      h("h3", null, this.say("standing")),
      h("p", null, this.say("standing_text", { meetings: meetings.length,
        opinions: meetings.reduce((sum, each) => sum + each.total, 0),
        done: meetings.reduce((sum, each) => sum + each.done, 0) })),
      reviewers.length > 0 && h("ul", null, reviewers.map((each) => h("li", null, h("bdi", null, each.name), "  ",
        this.say("done_of", each)))),
    ];
  }

  figures() { return agreementView(this); }
}

function recall(name) { try { return localStorage.getItem(`dxreview-${name}`); } catch { return null; } }
function remember(name, value) { try { localStorage.setItem(`dxreview-${name}`, value); } catch { /* this page only */ } }

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
      if (event.key === "Escape") desk.slots.card.focus();
      if (event.key === "Enter") { clearTimeout(wait); refine({ text: search.value || null }); }
    } });
  const choice = (key, value, options, send) => h("label", { class: "dx-field" }, desk.say(key), " ",
    h("select", { "data-k": key, onchange: (event) => send(event.target.value || null) },
      options.map(([option, label]) => h("option", { value: option ?? "", selected: option === value }, label))));
  const counts = Object.fromEntries((state.facets.status ?? []).map(([key, , n]) => [key, n]));
  const statuses = ["untagged", "tagged", "disagreed", "none_applies", "settled"]
    .filter((key) => key in counts || key === state.filter.status)
    .map((key) => [key, `${desk.say(`status_${key}`)} (${counts[key] ?? 0})`]);
  return [
    h("label", { class: "dx-field dx-search" }, desk.say("search"), " ", search),
    h("span", { id: "dx-search-hint", class: "dx-hidden" }, desk.say("search_hint")),
    choice("status", state.filter.status, [[null, desk.say("all")], ...statuses], (value) => refine({ status: value })),
    choice("order", state.order, ["untagged", "reading", "disagreed"].map((key) => [key, desk.say(`order_${key}`)]),
      (value) => desk.line.send("order", { value })),
    details(desk, "filters", desk.say("filters"), () => facets(desk, refine)),
    details(desk, "progress", desk.say("progress"), () => progress(desk)),
    repairsView(desk),
  ];
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

function facetLabel(desk, field, value, label) {
  if (field === "stage") return desk.words.pick(desk.roadmap.stages.find((stage) => stage.id === value)?.label) || value;
  if (field === "kind") return desk.say(`kind_${value}`);
  if (field === "status") return desk.say(`status_${value}`);
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
  const { meetings, reviewers } = desk.state.progress;
  const line = (name, each) => h("li", null, h("bdi", null, name), " ",
    h("progress", { max: each.total || 1, value: each.done, "aria-label": name }), " ", desk.say("done_of", each));
  return [
    h("h4", null, desk.say("by_meeting")), h("ul", null, meetings.map((each) => line(each.title, each))),
    h("h4", null, desk.say("by_reviewer")),
    reviewers.length ? h("ul", null, reviewers.map((each) => line(each.name, each))) : h("p", null, desk.say("nobody")),
    h("button", { "data-k": "handover", onclick: () => desk.line.send("handover") }, desk.say("handover")),
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
    this.desk.move("step", { by });
  }

  // Which rows are to be seen; a list taller than a browser can draw is scrolled in proportion.
  window() {
    const { total } = this.desk.state;
    const tall = Math.min(total * ROW, TALLEST);
    const factor = total * ROW / (tall || 1);
    const top = this.scroller.scrollTop * factor;
    const first = Math.max(0, Math.floor(top / ROW) - 3);
    const count = Math.ceil((this.scroller.clientHeight || 600) / ROW) + 6;
    return { tall, factor, top, first, last: Math.min(total, first + count) };
  }

  draw() {
    const { desk } = this;
    if (!desk.state?.reviewer) return;
    draw(this.head, [desk.state.language, desk.state.total, desk.state.of, desk.ui.bulk, desk.state.roadmap],
      () => bulkView(desk));
    const place = this.window();
    this.rows.style.height = `${place.tall}px`;
    if (desk.follow) { desk.follow = false; this.bring(place.factor); return this.draw(); }
    const seen = [];
    let missing = false;
    for (let i = place.first; i < place.last; i++) {
      const row = desk.rows.get(i);
      if (row) seen.push([i, row]); else missing = true;
    }
    if (missing) this.ask(place);
    const offset = this.scroller.scrollTop - place.top;
    draw(this.rows, [desk.state.language, desk.state.roadmap, desk.state.position, desk.state.total, seen, offset], () =>
      seen.map(([i, row]) => this.row(i, row, i * ROW + offset)));
    if (this.hold && this.desk.state.position != null) {
      this.rows.querySelector('[aria-current="true"]')?.focus({ preventScroll: true });
      this.hold = false;
    }
    return undefined;
  }

  ask({ first, last }) {
    const asked = `${this.desk.state.serial}:${first}`;
    if (this.wanted === asked) return;
    this.wanted = asked;
    this.desk.line.send("window", { start: first, count: last - first });
  }

  bring(factor) {
    const at = this.desk.state.position;
    if (at == null) return;
    const top = at * ROW / factor;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop || top + ROW > scrollTop + clientHeight) {
      this.scroller.scrollTop = Math.max(0, top - clientHeight / 3);
    }
  }

  row(i, row, top) {
    const { desk } = this;
    const current = row.id === desk.state.card?.id;
    return h("li", { style: `top:${top}px`, "aria-setsize": desk.state.total, "aria-posinset": i + 1 },
      h("button", { class: "dx-rowbutton", "data-k": `row-${row.id}`, tabindex: current || (desk.state.position == null && i === 0) ? "0" : "-1",
        "aria-current": current ? "true" : false,
        onclick: () => { desk.grab = true; desk.move("go", { opinion: row.id }); } },
      h("span", { class: "dx-rowtop" }, h("span", { class: `dx-mark dx-mark-${row.mark}` }, desk.say(`mark_${row.mark}`)),
        " ", h("bdi", null, [row.section, row.role ?? row.speaker].filter(Boolean).join(" · ")),
        " ", row.stages.map((id) => chip(desk, id))),
      h("bdi", { class: "dx-rowtext" }, hits(row.text))));
  }
}

function hits(pieces) {
  return pieces.map(([text, hit]) => (hit ? h("mark", null, text) : text));
}

function chip(desk, id) {
  const at = desk.roadmap.stages.findIndex((stage) => stage.id === id);
  const label = desk.words.pick(desk.roadmap.stages[at]?.label) || id;
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
  const label = desk.words.pick(desk.roadmap.stages.find((each) => each.id === stage)?.label) || stage;
  const pick = (changes) => set({ stage, action, ...changes });
  const close = () => set(null);
  return [count, h("div", { class: "dx-bulk", role: "group", "aria-label": desk.say("bulk") },
    h("label", { class: "dx-field" }, desk.say("bulk_stage"), " ", h("select", { "data-k": "bulk-stage",
      onchange: (event) => pick({ stage: event.target.value }) }, desk.roadmap.stages.map((each) =>
      h("option", { value: each.id, selected: each.id === stage }, desk.words.pick(each.label))))),
    h("label", { class: "dx-field" }, desk.say("bulk_action"), " ", h("select", { "data-k": "bulk-action",
      onchange: (event) => pick({ action: event.target.value }) }, ["tag", "untag"].map((each) =>
      h("option", { value: each, selected: each === action }, desk.say(`bulk_${each}`))))),
    !look && h("button", { "data-k": "bulk-look", "data-fallback": true,
      onclick: () => desk.line.send("look", { action, stage }) }, desk.say("bulk_look")),
    look && h("div", { role: "status" },
      h("p", null, h("strong", null, desk.say(`bulk_sentence_${action}`, { n: look.n, shown: state.total, label }))),
      h("ul", null, look.some.map((text) => h("li", null, h("bdi", null, text)))),
      look.n > look.some.length && h("p", null, desk.say("bulk_more", { n: look.n - look.some.length }))),
    look && look.n > 0 && h("button", { class: "dx-primary", "data-k": "bulk-do", "data-fallback": true, onclick: () => {
      desk.act("bulk", { roadmap: state.roadmap, stages: [stage], does: action, opinions: look.opinions });
      close();
    } }, desk.say("bulk_do", { n: look.n })),
    h("button", { "data-k": "bulk-close", onclick: close }, desk.say("cancel")))];
}

// --- the card ------------------------------------------------------------------------------------
function cardView(desk) {
  const { state, ui } = desk;
  const card = state.card;
  if (!card) return [h("p", { class: "dx-note" }, desk.say(state.of ? "no_card" : "no_minutes"))];
  const mine = desk.mine(card);
  return [
    h("div", { class: "dx-where" }, state.position != null && h("span", null, desk.say("place", { i: state.position + 1, n: state.total })),
      h("bdi", null, card.meeting.title), card.meeting.date && h("span", null, card.meeting.date),
      card.section && h("bdi", null, card.section), h("span", null, desk.say(`kind_${card.kind}`)),
      (card.speaker || card.role) && h("bdi", null, [card.role, card.speaker].filter(Boolean).join(" ")),
      h("span", null, desk.say("page", { page: card.page }))),
    neighbour(desk, "before", card.before),
    h("blockquote", { class: "dx-text", tabindex: card.long ? "0" : false }, h("bdi", null, hits(card.text))),
    neighbour(desk, "after", card.after),
    h("div", { class: "dx-row dx-small" },
      h("button", { "data-k": "passage", "aria-expanded": String(Boolean(ui.passage)), onclick: () => {
        if (ui.passage) { ui.passage = null; desk.render(); } else desk.line.send("passage", { opinion: card.id });
      } }, desk.say("passage")),
      h("button", { "data-k": "copy", onclick: () => desk.copy() }, desk.say("copy"), key(desk, "c"))),
    ui.passage && h("div", { class: "dx-passage", tabindex: "0", role: "group", "aria-label": desk.say("passage") },
      h("p", null, desk.say("passage_at", ui.passage)), h("pre", null, hits(ui.passage.text))),
    desk.settling ? settleView(desk, card) : stagesView(desk, mine),
    desk.settling ? null : memoView(desk, card, mine),
    othersView(desk, card),
    card.roads.length > 0 && h("div", { class: "dx-roads" }, h("h4", null, desk.say("other_roadmaps")), h("ul", null,
      card.roads.map((road) => h("li", null, `${desk.words.pick(roadmapOf(desk, road.roadmap)?.title)}: `,
        road.stages.map((id) => desk.words.pick(roadmapOf(desk, road.roadmap)?.stages.find((each) => each.id === id)?.label) || id)
          .join("、") || desk.say("mark_none"))))),
    historyView(desk, card),
    correctView(desk, card),
    h("div", { class: "dx-row dx-foot" }, [
      ["back", "k", () => desk.move("step", { by: -1 })], ["next", "j", () => desk.move("step", { by: 1 })],
      ["next_untagged", "u", () => desk.move("next_untagged")],
      ["undo", "z", () => desk.act("undo"), !state.can_undo], ["redo", "y", () => desk.act("redo"), !state.can_redo],
    ].map(([name, letter, does, off]) => h("button", { "data-k": name, "aria-disabled": off ? "true" : false,
      onclick: () => { if (!off) does(); } }, desk.say(name), key(desk, letter)))),
    keysView(desk),
  ];
}

function roadmapOf(desk, id) { return desk.init.roadmaps.find((roadmap) => roadmap.id === id); }
function key(desk, letter) { return desk.ui.keys && h("kbd", { "aria-hidden": "true" }, letter); }

function neighbour(desk, which, other) {
  return other && h("p", { class: `dx-near dx-${which}` }, h("span", { class: "dx-nearname" }, desk.say(which)), " ",
    h("bdi", null, other));
}

function stagesView(desk, mine) {
  const hint = h("div", { class: "dx-hint", id: "dx-hint" });
  const show = (stage) => hint.replaceChildren(...stageHint(desk, stage));
  const button = (stage, i) => h("button", { class: `dx-stage dx-c${i % 6}`, "data-k": `stage-${stage.id}`,
    "aria-pressed": String(mine.stages.includes(stage.id)), "aria-describedby": "dx-hint",
    onclick: () => desk.toggle(stage.id), onfocus: () => show(stage), onmouseenter: () => show(stage) },
  i < 9 && h("kbd", { "aria-hidden": "true" }, i + 1), h("span", null, desk.words.pick(stage.label)));
  return [
    h("div", { class: "dx-stages", role: "group", "aria-label": desk.words.pick(desk.roadmap.title) },
      desk.roadmap.stages.map(button),
      h("button", { class: "dx-stage dx-none", "data-k": "stage-none", "aria-pressed": String(mine.none), onclick: () => desk.none() },
        h("kbd", { "aria-hidden": "true" }, "0"), h("span", null, desk.say("none")))),
    hint,
    details(desk, "stages", desk.say("definitions"), () => h("dl", { class: "dx-defs" },
      desk.roadmap.stages.map((stage) => [h("dt", null, desk.words.pick(stage.label)), h("dd", null, stageHint(desk, stage).slice(1))]))),
  ];
}

function stageHint(desk, stage) {
  const part = (name) => desk.words.pick(stage[name]) && h("p", null, h("b", null, desk.say(name)), " ", desk.words.pick(stage[name]));
  return [h("b", null, desk.words.pick(stage.label)), part("definition"), part("include"), part("exclude")].filter(Boolean);
}

function memoView(desk, card, mine) {
  const area = h("textarea", { "data-k": "memo", rows: "2", maxlength: "20000", value: desk.ui.memo ?? mine.memo,
    oninput: () => { desk.ui.memo = area.value; },
    onchange: () => {
      desk.ui.memo = null;
      if (area.value !== desk.mine(card).memo) desk.act("memo", { opinion: card.id, memo: area.value });
    } });
  return h("label", { class: "dx-memo" }, h("span", null, desk.say("memo"), key(desk, "m")), area);
}

function othersView(desk, card) {
  if (card.hidden) return h("p", { class: "dx-note" }, desk.say("blind"));
  if (!card.others.length && !card.settled) return null;
  return h("div", { class: "dx-others" }, h("h4", null, desk.say("others")),
    h("ul", null, card.others.map((other) => h("li", null, h("b", null, h("bdi", null, other.reviewer)), " ",
      other.none ? desk.say("none") : other.stages.map((id) => [chip(desk, id), " "]),
      other.memo && h("span", { class: "dx-quote" }, h("bdi", null, other.memo)))),
    card.settled && h("li", null, h("b", null, desk.say("settled_by", { name: card.settled.by ?? "" })), " ",
      card.settled.stages.map((id) => [chip(desk, id), " "]), card.settled.stages.length === 0 && desk.say("none"), " ",
      h("bdi", null, card.settled.reason ?? ""))));
}

function historyView(desk, card) {
  const { history } = desk.ui;
  return [
    h("button", { class: "dx-link", "data-k": "history", "aria-expanded": String(Boolean(history)), onclick: () => {
      if (history) { desk.ui.history = null; desk.render(); } else desk.line.send("history", { opinion: card.id });
    } }, desk.say("history")),
    history && h("ol", { class: "dx-history" }, history.events.map((event) => h("li", null,
      h("time", null, new Date(event.at).toLocaleString(desk.words.lang)), " ", h("bdi", null, event.reviewer), " ",
      desk.say(`did_${event.action}`), " ", event.stages.join("、"), " ", event.memo && h("bdi", null, event.memo),
      event.undone && ` ${desk.say("undone")}`)),
    history.events.length === 0 && h("li", null, desk.say("no_history"))),
  ];
}

// Where an opinion begins and ends, put right at the selection; the kernel keeps it beside the source.
function correctView(desk, card) {
  const send = (fields) => desk.line.send("correct", { opinion: card.id, ...fields });
  const split = () => {
    const text = desk.slots.card.querySelector(".dx-text bdi");
    const chosen = desk.chosen;
    if (!chosen || !text.contains(chosen.startContainer)) { desk.tell(desk.say("select_first")); return; }
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(chosen.startContainer, chosen.startOffset);
    send({ key: "split", quote: text.textContent.slice(before.toString().length).slice(0, 40) });
  };
  // The button takes the selection away: remember it when the pointer or the focus comes.
  const keep = () => { const now = getSelection(); desk.chosen = now.rangeCount ? now.getRangeAt(0).cloneRange() : null; };
  return details(desk, "correct", desk.say("correct"), () => [
    h("p", null, desk.say("correct_how")),
    h("div", { class: "dx-row", onpointerdown: keep, onfocusin: keep },
      h("button", { "data-k": "split", onclick: split }, desk.say("split")),
      card.before && h("button", { "data-k": "join", onclick: () => send({ key: "join" }) }, desk.say("join"))),
  ]);
}

// What a new version of the minutes or of a roadmap asks a person to confirm; nothing moves by itself.
function repairsView(desk) {
  const { lost, looks } = desk.state;
  const n = lost.length + looks.length;
  if (!n) return null;
  const label = (look, id) => desk.words.pick(roadmapOf(desk, look.roadmap)?.stages.find((each) => each.id === id)?.label) || id;
  return details(desk, "repairs", desk.say("repairs", { n }), () => [
    lost.length > 0 && h("h4", null, desk.say("lost")),
    h("ul", null, lost.map((each) => h("li", null,
      h("p", null, h("b", null, desk.say("lost_was")), " ", h("bdi", null, each.quote ?? each.opinion_id), "　",
        each.whose.length > 0 && desk.say("lost_by", { names: each.whose.join("、") })),
      each.found ? [
        h("p", null, h("b", null, desk.say("lost_now", { share: Math.round(each.score * 100) })), " ", h("bdi", null, each.now)),
        h("button", { "data-k": `move-${each.opinion_id}`, onclick: () =>
          desk.act("move", { opinion: each.found, old: each.opinion_id }) }, desk.say("move")),
      ] : h("p", null, desk.say("lost_none"))))),
    looks.length > 0 && h("h4", null, desk.say("looks")),
    h("ul", null, looks.map((look) => h("li", null, h("bdi", null, look.reviewer), " ", label(look, look.stage), " – ",
      desk.say(`look_${look.what}`), " ", look.now.map((id) => label(look, id)).join("、"), " ",
      h("button", { class: "dx-link", onclick: () => desk.move("go", { opinion: look.opinion_id }) }, desk.say("show"))))),
  ]);
}

function keysView(desk) {
  const set = (event) => { desk.ui.keys = event.target.checked; remember("keys", desk.ui.keys ? "on" : "off"); desk.render(); };
  return details(desk, "keys", desk.say("keys"), () => [
    h("label", { class: "dx-check" }, h("input", { type: "checkbox", "data-k": "keys", checked: desk.ui.keys, onchange: set }),
      " ", desk.say("keys_on")),
    h("p", null, desk.say("keys_where")),
    h("dl", { class: "dx-keylist" }, KEYS.map(([name, word]) => h("div", null,
      h("dt", null, name.split(" ").map((each) => h("kbd", null, each))), h("dd", null, desk.say(word))))),
  ]);
}

// --- agreement: figures, side by side, settlement --------------------------------------------------
function agreementView(desk) {
  const { figures } = desk.state;
  if (!figures?.some((row) => row.n)) return h("p", { class: "dx-note" }, desk.say("no_figures"));
  const number = (value, digits = 2) => (value == null ? "–" : value.toFixed(digits));
  const columns = [["n", 0], ["reviewers", 0], ["percent", 2], ["kappa", 2], ["fleiss", 2], ["alpha", 2], ["low", 2], ["high", 2]]
    .filter(([name]) => figures.some((row) => row[name] != null));
  const label = (id) => (id ? desk.words.pick(desk.roadmap.stages.find((stage) => stage.id === id)?.label) || id : desk.say("overall"));
  return details(desk, "agreement", desk.say("figures"), () => [
    h("div", { class: "dx-tablebox", tabindex: "0", role: "group", "aria-label": desk.say("figures") }, h("table", null,
      h("thead", null, h("tr", null, h("th", { scope: "col" }, desk.say("facet_stage")),
        columns.map(([name]) => h("th", { scope: "col" }, desk.say(`col_${name}`))), h("th", { scope: "col" }, desk.say("col_warning")))),
      h("tbody", null, figures.map((row) => h("tr", null, h("th", { scope: "row" }, label(row.stage)),
        columns.map(([name, digits]) => h("td", null, number(row[name], digits))), h("td", null, row.warning ? desk.say(`short_${row.warning}`) : "")))))),
    ["few", "one_class"].filter((name) => figures.some((row) => row.warning === name)).map((name) =>
      h("p", null, h("b", null, desk.say(`short_${name}`), ": "), desk.say(`warn_${name}`, { n: figures[0].n }))),
    h("p", null, desk.say("figures_note")),
  ]);
}

function settleView(desk, card) {
  if (!desk.state.may_settle) return h("p", { class: "dx-note" }, desk.say("only_lead", { name: desk.init.lead }));
  const chosen = desk.ui.settle ?? { stages: card.settled?.stages ?? [], none: Boolean(card.settled && !card.settled.stages.length) };
  const reason = h("textarea", { "data-k": "reason", rows: "2", maxlength: "20000", value: desk.ui.reason ?? "",
    oninput: () => { desk.ui.reason = reason.value; } });
  const settle = () => {
    if (!chosen.stages.length && !chosen.none) { desk.tell(desk.say("choose_first")); return; }
    if (!reason.value.trim()) { desk.tell(desk.say("reason_needed")); reason.focus(); return; }
    desk.ui.reason = null;
    desk.ui.settle = null;
    desk.act("settle", { opinion: card.id, roadmap: desk.state.roadmap, stages: chosen.stages, memo: reason.value.trim() });
  };
  return [stagesView(desk, chosen),
    h("label", { class: "dx-memo" }, h("span", null, desk.say("reason")), reason),
    h("div", { class: "dx-row" }, h("button", { class: "dx-primary", "data-k": "settle", onclick: settle }, desk.say("settle")))];
}

export default {
  render({ model, el }) {
    const desk = new Workbook(model, el);
    return () => desk.close();
  },
};
