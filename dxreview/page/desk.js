// The review surface: messages, acts, keys; first.js, list.js and card.js draw. It shows what
// the session says and sends commands back; it decides nothing. Acts (tags, memos …) get their id here and stay
// in the outbox until the store has them.

const KEYS = [
  ["n", "key_none"], ["j", "key_next"], ["k p", "key_back"], ["u", "key_untagged"],
  ["z", "key_undo"], ["y Z", "key_redo"], ["m", "key_memo"], ["/", "key_search"], ["c", "key_copy"],
  ["d", "key_definitions"], ["?", "key_help"], ["Esc", "key_leave"],
];
const REST = 3000; // ms without a letter until a memo is saved as it stands
const SETTLING = [["a", "key_adopt"], ["s", "key_settle"]];

class Workbook {
  constructor(model, el) {
    this.model = model;
    this.words = new Sentences();
    this.outbox = new Outbox();
    this.state = { facets: {}, known: [], progress: { meetings: [], reviewers: [] }, lost: [], looks: [] };
    this.rows = new Map();
    this.held = []; // keys pressed while the next opinion was still on its way
    this.ui = { keys: recall("keys") !== "off", failed: null, bulk: null };
    this.slots = {};
    for (const name of ["head", "lang", "first", "tools", "chips", "map", "nav", "body", "list", "figures"]) {
      this.slots[name] = h("div", { class: `dx-${name}` });
    }
    const slots = this.slots;
    this.banner = h("div", { class: "dx-banner", role: "status" });
    this.saved = h("span", { class: "dx-saved", role: "status" });
    // In the top layer: what is around the page scrolls and cuts off, in every notebook in its own way.
    this.said = h("div", { class: "dx-said dx-toast", role: "status", popover: "manual", onpointerenter: () => this.dodge() });
    // The focus stays on the card when another opinion comes: a screen reader is told which.
    this.read = h("div", { class: "dx-hidden", role: "status" });
    this.list = new List(this);
    slots.list.append(this.list.head, this.list.scroller);
    this.card = h("section", { class: "dx-card", tabindex: "-1", "data-k": "card" },
      h("div", { class: "dx-dock" }, slots.nav, this.saved), slots.body);
    this.work = h("div", { class: "dx-work", tabindex: "-1", onkeydown: (event) => this.key(event) }, this.card, slots.list);
    this.root = h("div", { class: "dx", lang: "ja" }, h("div", { class: "dx-bar" }, slots.head, slots.lang), this.banner,
      slots.first, slots.figures, slots.tools, slots.chips, slots.map, this.work, this.said, this.read);
    shelter(this.root);
    this.root.addEventListener("focusin", () => this.uncover());
    // A redraw would end what a Japanese input method is composing: it waits.
    this.root.addEventListener("compositionstart", () => { this.composing = true; });
    this.root.addEventListener("compositionend", () => { this.composing = false; setTimeout(() => this.render()); });
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
    if (message.card && message.card.id !== before.card?.id) this.noted();
    this.state = { ...before, ...message };
    const now = this.state;
    if (message.latest) mintAbove(message.latest);
    this.words.lang = now.language;
    this.root.lang = now.language;
    if (before.language !== now.language) this.tell(""); // it was said in the other language
    if (now.reviewer && now.reviewer !== before?.reviewer) {
      this.outbox.open(this.init.project.id, now.reviewer);
      this.resend(true);
    }
    if (before?.serial !== now.serial) this.rows.clear();
    if (before && before.roadmap !== now.roadmap) this.ui.bulk = null;
    // What was looked at is no longer what is shown: it must be looked at again.
    else if (this.ui.bulk?.look && before.serial !== now.serial) this.ui.bulk = { ...this.ui.bulk, look: null };
    this.take(message);
    const another = before?.card?.id !== now.card?.id;
    if (another) {
      this.dropped(before);
      Object.assign(this.ui, { passage: null, history: null, settle: null, reason: null, adopted: null });
      this.follow = true;
    }
    this.render();
    if (another && now.card && now.reviewer) this.read.textContent = now.card.text.map(([text]) => text).join("").slice(0, 500);
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

  // An undo may go elsewhere: what that took back stays beside what it did.
  on_said({ sentence }) { this.tell(this.gone && this.said.textContent === this.gone ? `${this.gone} ${sentence}` : sentence); }
  on_history(message) { this.ui.history = message; this.render(); }
  on_look(message) { this.ui.bulk = { ...this.ui.bulk, look: message }; this.render(); }
  on_handover(message) { download(message.name, message.text); }

  on_passage(message) {
    this.ui.passage = message;
    this.render();
    const box = this.card.querySelector(".dx-passage");
    const at = box.querySelector("mark");
    box.scrollTop += at.getBoundingClientRect().top - box.getBoundingClientRect().top - 60;
    box.scrollIntoView({ block: "nearest" });
  }

  tell(sentence) {
    this.float();
    this.said.replaceChildren(sentence ?? "");
    this.uncover();
    clearTimeout(this.hush);
    this.hush = setTimeout(() => this.said.replaceChildren(), 12000);
  }

  // It is open also while it is empty: a screen reader must know the place before something is said.
  float() {
    const { said } = this;
    if (said.isConnected && said.showPopover && !said.matches(":popover-open")) said.showPopover();
  }

  // What is said gives way to what is pointed at, or has the focus with the button after it: it goes to the window's other end.
  dodge() { this.said.classList.toggle("dx-high"); }
  uncover() {
    const at = document.activeElement;
    if (!this.said.textContent || at === this.card || !this.root.contains(at)) return;
    const [said, box] = [this.said, at].map((each) => each.getBoundingClientRect());
    if (box.bottom + 64 > said.top && box.top < said.bottom) this.dodge();
  }

  lineChanged(alive) {
    const n = this.outbox.size;
    const said = ["silent", n && "silent_kept", document.body.dataset.voila ? "silent_page" : "silent_lab"];
    this.banner.replaceChildren(alive ? "" : said.filter(Boolean).map((key) => this.say(key, { n })).join(" "));
    this.root.classList.toggle("dx-dead", !alive);
    [this.moving, this.held] = [null, []];
    this.progress();
    if (alive) { this.line.send("hello"); this.resend(true); }
  }

  // --- acts: kept until the store has them ---
  act(action, fields = {}) {
    if (action !== "memo") this.noted();
    const act = { id: uuid7(), reviewer: this.state.reviewer, action, ...fields };
    this.outbox.add(act);
    this.deliver(act);
    this.render();
    if (this.line.silent) this.lineChanged(false);
  }

  // Undo and redo go where they undo: keys wait until the card is there.
  turn(action) {
    this.moving = uuid7().slice(9, 28);
    this.act(action);
  }

  deliver(act) {
    const kept = this.outbox.acts.get(act.id);
    if (kept) kept.sent = performance.now();
    const { sent, ...fields } = act;
    const move = ["undo", "redo"].includes(act.action) && { move: this.moving };
    this.line.send("act", { act: fields, ...move });
  }

  // A memo that is being typed lies in the outbox as a draft: after a reload it is sent from there.
  note(memo) {
    const { card, reviewer } = this.state;
    this.typed ??= { id: uuid7(), reviewer, action: "memo", opinion: card.id, was: this.mine(card).memo };
    const { was, ...act } = this.typed;
    this.outbox.add({ ...act, memo }, Infinity);
    this.progress();
    clearTimeout(this.rest);
    this.rest = setTimeout(() => { if (!this.composing) this.noted(); }, REST);
  }

  // It is finished: the act takes the draft's place.
  noted() {
    clearTimeout(this.rest);
    if (!this.typed) return;
    const { was, id, opinion } = this.typed;
    const memo = this.outbox.acts.get(id)?.memo ?? was;
    this.typed = null;
    this.outbox.done(id);
    if (memo !== was) this.act("memo", { opinion, memo });
    else this.progress();
  }

  // Send again what has had no answer for a while; the store knows an act by its id.
  resend(all = false) {
    if (!this.outbox.size) return;
    const late = performance.now() - RETRY + 100;
    for (const act of this.outbox.acts.values()) if (act.sent < late || (all && act.sent < Infinity)) this.deliver(act);
  }

  progress() {
    const n = this.outbox.size;
    const unsettled = this.settling && (this.ui.settle || this.ui.reason?.trim());
    const key = n === 0 ? (unsettled ? "draft" : "saved") : this.ui.failed || this.line.silent ? "not_saved" : this.outbox.drafts === n ? "draft" : "saving";
    this.saved.className = `dx-saved dx-is-${key}`;
    const more = key === "not_saved" && this.ui.failed ? ` ${this.ui.failed}` : "";
    const text = this.state?.reviewer ? this.say(key, { n }) + more : "";
    if (this.saved.textContent === text) return;
    this.saved.textContent = text;
    const { top, bottom } = this.saved.getBoundingClientRect();
    if (key === "not_saved" && (top < 0 || bottom > innerHeight)) this.tell(text); // scrolled out of sight
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

  get roadmap() { return roadmapOf(this, this.state.roadmap); }
  get settling() { return this.state.settling; }

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

  // --- settling ---
  get chosen() {
    const settled = this.state.card.settled;
    return this.ui.settle ?? { stages: settled?.stages ?? [], none: Boolean(settled && !settled.stages.length) };
  }

  choose(stage) {
    const was = this.chosen;
    const has = was.stages.includes(stage);
    const stages = has ? was.stages.filter((each) => each !== stage)
      : this.roadmap.exclusive ? [stage] : [...was.stages, stage];
    this.ui.settle = stage === null ? { stages: [], none: !was.none } : { stages, none: false };
    this.render();
  }

  // Whose decision the key takes over: it goes from one reviewer to the next.
  get adoptable() {
    const decided = this.state.card.others.filter((each) => each.none || each.stages.length);
    return decided[(decided.findIndex((each) => each.reviewer === this.ui.adopted) + 1) % decided.length];
  }

  adopt(next = this.adoptable) {
    if (!next || !this.state.may_settle) return;
    if (!this.ui.reason || this.ui.reason === this.ui.adoptedReason) this.ui.reason = this.say("adopted");
    Object.assign(this.ui, { settle: { stages: next.stages, none: next.none }, adopted: next.reviewer, adoptedReason: this.ui.reason });
    this.render();
  }

  settle() {
    const { stages, none } = this.chosen;
    if (!stages.length && !none) { this.tell(this.say("choose_first")); return; }
    const reason = this.ui.reason?.trim();
    if (!reason) { this.tell(this.say("reason_needed")); this.focus("reason"); return; }
    Object.assign(this.ui, { settle: null, reason: null, adopted: null });
    this.act("settle", { opinion: this.state.card.id, roadmap: this.state.roadmap, stages, memo: reason });
    this.card.focus({ preventScroll: true });
  }

  // Gone on without settling: what had been chosen and written is said, since it is not kept.
  dropped({ card, roadmap }) {
    const { stages = [], none } = this.ui.settle ?? {};
    const reason = this.ui.reason?.trim().slice(0, 40);
    if (!card || (!stages.length && !none && !reason)) return;
    const names = none ? this.say("none") : stages.map((id) => stageName(this, id, roadmap)).join("、");
    this.gone = this.say("dropped", { stages: names || "–", reason: reason || "–" });
    this.tell(this.gone);
  }

  focus(name) { this.root.querySelector(`[data-k="${name}"]`)?.focus(); }

  // --- keys, only while the card or the list has the focus ---
  key(event) {
    if (event.isComposing || event.keyCode === 229 || event.altKey) return;
    if (event.target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) {
      if (event.key === "Escape") this.card.focus();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.dataset.k === "reason") this.settle();
      return;
    }
    if (event.ctrlKey || event.metaKey || !this.ui.keys || !this.state?.card || !this.keyed(event.key)) return;
    event.preventDefault();
    this.held.push(event.key);
    this.release();
  }

  // Do the keys in turn; after one that goes elsewhere the rest waits until the card is there, so
  // that no stage lands on the opinion before.
  release() {
    while (this.held.length && !this.moving) this.keyed(this.held.shift())?.();
  }

  move(command, value) {
    this.moving = uuid7().slice(9, 28);
    this.line.send("do", { command, value, move: this.moving });
  }

  keyed(key) {
    const stage = this.roadmap.stages.find((each) => stageKey(this.roadmap, each) === key);
    if (stage) return () => this.toggle(stage.id);
    const step = (by) => () => this.move("step", by);
    return {
      n: () => this.none(), j: step(1), k: step(-1), p: step(-1),
      u: () => this.move("next_open"), z: () => this.turn("undo"), Z: () => this.turn("redo"),
      y: () => this.turn("redo"), m: () => this.focus(this.settling ? "reason" : "memo"), "/": () => this.focus("search"),
      c: () => this.copy(), d: () => this.disclose("definitions"), "?": () => this.disclose("keys"),
      ...(this.settling && { a: () => this.adopt(), s: () => this.settle() }),
    }[key];
  }

  disclose(name) {
    const box = this.root.querySelector(`details.dx-${name}`);
    if (!box) return;
    box.open = !box.open;
    setTimeout(() => box.scrollIntoView({ block: "nearest" }));
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
    this.card.focus();
  }

  // --- drawing ---
  render() {
    if (!this.init || !this.state.language || this.composing) return;
    const { state, slots } = this;
    this.float();
    const open = Boolean(state.reviewer);
    for (const name of ["tools", "chips", "map", "figures"]) slots[name].hidden = !open;
    this.work.hidden = !open;
    slots.first.hidden = open;
    const said = [state.language, state.roadmap, state.settling];
    draw(slots.lang, state.language, () => languageView(this));
    draw(slots.head, [said, state.reviewer], () => headView(this));
    if (!open) {
      draw(slots.first, [said, state.known, state.progress, state.lost, state.looks], () => firstView(this));
      if (!this.welcomed) { this.welcomed = true; this.welcome(); }
    } else {
      this.welcomed = false;
      slots.figures.hidden = !this.settling;
      draw(slots.figures, [said, state.figures, state.pairs], () => agreementView(this));
      draw(slots.tools, [said, state.filter, state.facets, state.order, state.progress, state.code, state.lost, state.looks],
        () => tools(this));
      draw(slots.chips, [said, state.filter, state.emptied, state.total], () => chips(this));
      draw(slots.map, [said, state.map, state.position, state.progress.mine], () => mapView(this));
      this.list.draw();
      const card = state.card;
      draw(slots.nav, [said, state.position, state.total, state.can_undo, state.can_redo, this.ui.keys, Boolean(card)], () => navView(this));
      draw(slots.body, [said, card, card && this.mine(card), this.ui.passage, this.ui.history, this.ui.keys, this.ui.settle, this.ui.adopted,
        state.may_settle, state.of], () => cardView(this));
      if (this.grab) this.focusCard();
    }
    this.progress();
  }

  focusCard() {
    if (this.grab === "first") this.root.scrollIntoView({ block: "start" });
    this.grab = false;
    this.card.focus({ preventScroll: true });
  }

  // The name is what is asked for: it gets the focus once it can be seen, unless somebody types elsewhere.
  welcome() {
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      const at = document.activeElement;
      if (at?.isContentEditable || at?.matches("input, textarea, select")) return;
      this.root.querySelector("#dx-name")?.focus({ preventScroll: true });
    });
    seen.observe(this.slots.first);
  }
}

function recall(name) { try { return localStorage.getItem(`dxreview-${name}`); } catch { return null; } }
function remember(name, value) { try { localStorage.setItem(`dxreview-${name}`, value); } catch { /* this page only */ } }

export default {
  render({ model, el }) {
    const desk = new Workbook(model, el);
    return () => desk.close();
  },
};
