// What the views with a kernel share: sentences, the line to the kernel and the acts that are
// kept until the store has them. Plain ES module text; Python puts elements.js before it
// and the page's own after it.

const PING = 1500; // ms: others' tags are to show within two seconds
const SILENT = 6000; // ms without an answer until the page says so
const RETRY = 5000; // ms until an unanswered act is sent again

// Redraw a slot when what it shows has changed; the focus stays on the element with the same data-k.
function draw(slot, shows, make) {
  const sign = JSON.stringify(shows);
  if (slot.sign === sign) return;
  const held = slot.contains(document.activeElement) ? document.activeElement : null;
  const key = held?.dataset.k;
  const typed = held?.matches("input[type=text], input[type=search], textarea")
    ? [held.value, held.selectionStart, held.selectionEnd] : null;
  slot.sign = sign;
  slot.replaceChildren(...[make()].flat(Infinity).filter(Boolean));
  if (!key) return;
  const again = slot.querySelector(`[data-k="${CSS.escape(key)}"]`) ?? slot.querySelector("[data-fallback]");
  again?.focus({ preventScroll: true });
  if (typed && again?.dataset.k === key) {
    again.value = typed[0];
    again.setSelectionRange(typed[1], typed[2]);
  }
}

// Sentences in both languages, sent once; `lang` may change at any time.
class Sentences {
  constructor() { this.tables = { ja: {}, en: {} }; this.lang = "ja"; }
  say(key, facts = {}) {
    const sentence = this.tables[this.lang][key] ?? key;
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
  }
  pick(both) { return both?.[this.lang] || both?.ja || both?.en || ""; }
}

// UUIDv7 (RFC 9562): time first, never twice the same millisecond on one page, so ids sort as acts did.
let lastTime = 0;
// Ids made from now on sort behind this one, also where this machine's clock is behind.
function mintAbove(id) {
  lastTime = Math.max(lastTime, Number.parseInt(id.replace("-", "").slice(0, 12), 16) || 0);
}
function uuid7() {
  lastTime = Math.max(Date.now(), lastTime + 1);
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(lastTime / 2 ** (40 - 8 * i)) % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x1f); // room to count up from: the events of one act
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// Acts that the store has not acknowledged. One entry of localStorage an act, so that two tabs of
// one person do not overwrite each other; without localStorage they live as long as the page.
class Outbox {
  constructor() { this.acts = new Map(); this.prefix = null; }
  open(project, reviewer) {
    const prefix = `dxreview:${project}:${reviewer}:`;
    if (this.prefix === prefix) return;
    this.prefix = prefix;
    this.acts = new Map(Outbox.kept(prefix).map((act) => [act.id, { ...act, sent: 0 }]));
  }
  // Acts kept by this browser below `prefix`, oldest first.
  static kept(prefix) {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix)).sort()
        .map((key) => JSON.parse(localStorage.getItem(key)));
    } catch { return []; }
  }
  // `sent`: when it was sent last; of a draft, which is sent once it is finished, Infinity.
  add(act, sent = 0) {
    this.acts.set(act.id, { ...act, sent });
    try { localStorage.setItem(this.prefix + act.id, JSON.stringify(act)); } catch { /* memory only */ }
  }
  done(id) {
    this.acts.delete(id);
    try { localStorage.removeItem(this.prefix + id); } catch { /* memory only */ }
  }
  get size() { return this.acts.size; }
  get drafts() { return [...this.acts.values()].filter((act) => act.sent === Infinity).length; }
}

// The line to the kernel: sends messages, pings, and tells when the other side has fallen silent.
class Line {
  constructor(model, { receive, changed }) {
    this.model = model;
    this.changed = changed;
    this.heard = performance.now();
    this.silent = false;
    this.listen = (message, buffers) => { this.hear(); receive(message, buffers); };
    model.on("msg:custom", this.listen);
    this.timer = setInterval(() => this.beat(), PING);
  }
  send(type, fields = {}, buffers = []) {
    try { this.model.send({ type, ...fields }, undefined, buffers); return true; } catch { return false; }
  }
  hear() {
    this.heard = performance.now();
    if (this.silent) { this.silent = false; this.changed(true); }
  }
  beat() {
    this.send("ping");
    const silent = performance.now() - this.heard > SILENT;
    if (silent && !this.silent) { this.silent = true; this.changed(false); }
  }
  close() {
    clearInterval(this.timer);
    this.model.off("msg:custom", this.listen);
  }
}
