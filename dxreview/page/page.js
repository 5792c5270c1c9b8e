// The published page: one front end with two doors. Voila and JupyterLab mount it with a snapshot's
// data, index.html carries both inside. What is drawn needs no server and no kernel any more.
//
//   mount(element, data, {page, language, part})  draws page.json into an element
//     page: true (default) where the element is the whole page (address, title, landmarks)
//     part: finding, matrix, time or opinions alone, for a notebook's cell
//   default.render                                the same as an anywidget
//
// The first half is pure (book → numbers → files) and is tested against Python; the second draws.

// ---------------------------------------------------------------------------------- searching

// The same folding as dxreview's fold_search, which made the keys of the opinions: see there for the
// rule and its reasons. A test compares the two.
const BLANK = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"; // Python's
const CLUSTER = /[^][\u0300-\u036f\u3099\u309a\uff9e\uff9f]+/gu;
const RUN = new RegExp(`ー+|[~-]+|[${BLANK}]+`, "gu");
const SCRIPTS = [/[ァ-ヺ]/u, /[ぁ-ゖ]/u];
const SAME = new Map([...[..."〜∼∿〰"].map((char) => [char, "~"]),
  ...[..."‐‑‒–—―−─⁃﹣"].map((char) => [char, "-"]), ["ヶ", "ケ"], ["ヵ", "カ"]]);
const same = (char) => SAME.get(char) ?? char;
const wide = (char) => [...same(char).normalize("NFKC").toLowerCase()].map(same).join("");

export function fold(text) {
  return [...text.replace(CLUSTER, (cluster) => cluster.normalize("NFKC"))].map(wide).join("").replace(RUN, long)
    .replace(/[ァ-ヶ]/gu, (char) => String.fromCodePoint(char.codePointAt(0) - 0x60));
}

// What a run of long vowels, of waves and hyphens, or of blanks becomes where it stands.
function long(run, start, text) {
  if (!/[ー~-]/u.test(run)) return " ";
  const before = text.slice(Math.max(0, start - 3), start);
  const after = text.slice(start + run.length, start + run.length + 1);
  for (const letters of SCRIPTS) {
    if (!before || !(letters.test(before.at(-1)) || before.endsWith("ー"))) continue;
    if (letters.test(after)) return "ー";
    if (run[0] === "ー" && before.length === 3 && [...before].every((char) => letters.test(char) || "ー~-".includes(char))) return "";
  }
  return run[0] === "ー" ? "ー" : run;
}

// Words are AND, "…" is a phrase, -word excludes: as in dxreview.filters.
const TERM = new RegExp(`(?<minus>[-－])?(?:["“”＂](?<phrase>[^"“”＂]+)["“”＂]?|(?<word>[^${BLANK}"“”＂]+))`, "gu");

export function terms(query) {
  return [...query.matchAll(TERM)].map(({ groups: { minus, phrase, word } }) => (
    { key: /^[-－]$/.test(word) ? "" : fold(phrase ?? word).replace(/^ | $/g, ""), excluded: Boolean(minus) }))
    .filter(({ key }) => key);
}

// Where the words of a query stand in an opinion's text: [start, end) in UTF-16 units, in order.
export function highlights(opinion, query) {
  const spans = [];
  for (const { key } of terms(query).filter((term) => !term.excluded)) {
    let at = opinion.key.indexOf(key);
    for (; at >= 0; at = opinion.key.indexOf(key, at + 1)) spans.push([at, at + key.length]);
  }
  if (!spans.length) return [];
  const inKey = units(opinion.key);
  const inText = codePoints(opinion.text);
  const from = (offset) => textOffset(opinion.map, offset);
  // A character that became several (㈱) is marked whole.
  const end = (offset) => (from(offset) === from(offset - 1) ? end(offset + 1) : from(offset));
  return merged(spans.map((span) => span.map(inKey)).map(([first, last]) => [inText(from(first)), inText(end(last))])
    .sort((one, other) => one[0] - other[0]));
}

function textOffset(map, offset) {
  let found = [0, 0];
  for (const pair of map ?? []) {
    if (pair[0] > offset) break;
    found = pair;
  }
  return found[1] + offset - found[0];
}

function merged(spans) {
  const out = [];
  for (const [start, end] of spans) {
    const last = out.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else out.push([start, end]);
  }
  return out;
}

// Offsets in page.json count code points; strings here count UTF-16 units.
function codePoints(text) {
  if (!/[\uD800-\uDBFF]/.test(text)) return (offset) => offset;
  const starts = [];
  for (let i = 0; i < text.length; i += text.codePointAt(i) > 0xFFFF ? 2 : 1) starts.push(i);
  return (offset) => starts[offset] ?? text.length;
}

function units(text) {
  return /[\uD800-\uDBFF]/.test(text) ? (unit) => [...text.slice(0, unit)].length : (unit) => unit;
}

// ------------------------------------------------------------------------------------ counting

const AT_A_GLANCE = 24;
const PLAIN = ["meeting", "period", "section", "kind", "role", "speaker"];

// page.json with what every count needs beside each opinion. A facet is a way to divide the
// opinions: a plain column, a roadmap, and for a roadmap "status.ID" and "draft.ID".
export function prepare(data) {
  const meetings = new Map(data.meetings.map((meeting) => [meeting.id, meeting]));
  const cut = periodLength([...meetings.values()].map((meeting) => meeting.date ?? ""));
  const book = { data, meetings, facets: new Map(), opinions: data.opinions };
  book.values = data.opinions.map((opinion) => ({
    ...Object.fromEntries(PLAIN.map((facet) => [facet, [opinion[facet] ?? ""]])),
    period: [(meetings.get(opinion.meeting)?.date ?? "").slice(0, cut)],
    ...Object.fromEntries(data.roadmaps.flatMap(({ id }) => [
      [id, stagesOf(opinion, id)], [`status.${id}`, [statusOf(opinion, id)]],
      [`draft.${id}`, [opinion.draft?.[id] ? "draft" : "firm"]]])),
  }));
  for (const facet of PLAIN) book.facets.set(facet, plainOrder(book, facet));
  for (const { id, stages } of data.roadmaps) {
    book.facets.set(id, stageOrder(book, id, stages));
    book.facets.set(`status.${id}`, Object.keys(data.labels.status));
    book.facets.set(`draft.${id}`, ["draft", "firm"]);
  }
  return book;
}

// The finest way to write dates that makes no more points than that: days, months or years.
function periodLength(dates) {
  return [10, 7].find((cut) => new Set(dates.map((date) => date.slice(0, cut))).size <= AT_A_GLANCE) ?? 4;
}

const statusOf = (opinion, roadmap) => opinion.status?.[roadmap] ?? "untagged";

// An opinion without a stage still stands somewhere: "~" and its status.
function stagesOf(opinion, roadmap) {
  const stages = opinion.tags?.[roadmap] ?? [];
  return stages.length ? stages : [`~${statusOf(opinion, roadmap)}`];
}

// The values that occur among the opinions that count.
function seen(book, facet) {
  const found = new Set();
  book.values.forEach((values, i) => {
    if (book.opinions[i].counts !== false) for (const value of values[facet]) found.add(value);
  });
  return found;
}

function plainOrder(book, facet) {
  const found = seen(book, facet);
  if (facet === "meeting") return book.data.meetings.map(({ id }) => id).filter((id) => found.has(id));
  return facet === "period" ? [...found].sort() : [...found];
}

function stageOrder(book, roadmap, stages) {
  const without = [...seen(book, roadmap)].filter((value) => value.startsWith("~"));
  return [...stages.map(({ id }) => id), ...without.sort()];
}

// What a matrix may put against a roadmap: the data's axes, and time; a column that nobody could take
// in at a glance (200 meetings) is left to the filters.
export function axes(book, roadmap) {
  const plain = book.data.axes.map(({ id }) => id)
    .filter((id) => id !== roadmap && (!PLAIN.includes(id) || book.facets.get(id).length <= AT_A_GLANCE));
  const periods = book.facets.get("period").length;
  const several = periods > 1 && (periods < book.facets.get("meeting").length || !plain.includes("meeting"));
  return several ? ["period", ...plain] : plain;
}

// Positions of the opinions that a filter lets through: any of the values picked within a facet,
// all of the facets, all of the words. Rows that do not count come only where nothing is picked.
export function select(book, { text = "", picks = {} } = {}, except = [], counting = true) {
  const wanted = Object.entries(picks).filter(([facet]) => !except.includes(facet) && book.facets.has(facet))
    .map(([facet, values]) => [facet, new Set(values)]);
  const matching = matches(book, text);
  const out = [];
  for (let i = 0; i < book.values.length; i += 1) {
    if (matching[i] && (book.opinions[i].counts !== false) === counting
      && wanted.every(([facet, set]) => book.values[i][facet].some((value) => set.has(value)))) out.push(i);
  }
  return out;
}

// Which opinions hold the words; every view of one state asks for the same words.
function matches(book, text) {
  if (book.searched?.text !== text) {
    const words = terms(text);
    const found = book.opinions.map(({ key }) => words.every((word) => key.includes(word.key) !== word.excluded));
    book.searched = { text, found };
  }
  return book.searched.found;
}

// How many opinions each value of a facet has; an opinion with several values counts in each.
export function count(book, positions, facet) {
  const counts = new Map(book.facets.get(facet).map((value) => [value, 0]));
  for (const i of positions) {
    for (const value of book.values[i][facet]) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

// rows × columns. A cell counts the opinions that have both; totals count each opinion once.
export function matrix(book, filter, rows, columns) {
  const positions = select(book, filter, [rows, columns]);
  const [rowAt, columnAt] = [rows, columns].map((facet) => new Map((book.facets.get(facet) ?? []).map((value, at) => [value, at])));
  const cells = new Uint32Array(rowAt.size * columnAt.size);
  const place = (row, column) => rowAt.get(row) * columnAt.size + columnAt.get(column);
  for (const i of columns ? positions : []) {
    for (const row of book.values[i][rows]) {
      for (const column of book.values[i][columns]) cells[place(row, column)] += 1;
    }
  }
  return {
    rows, columns, positions, n: positions.length,
    rowTotals: count(book, positions, rows),
    columnTotals: columns ? count(book, positions, columns) : new Map(),
    cell: (row, column) => cells[place(row, column)] ?? 0,
    most: Math.max(1, ...cells),
  };
}

// The picks that a finding's `show` stands for.
export function picksOf(show) {
  const { roadmap, stage, status, draft, ...plain } = show;
  return { ...plain, ...(stage && { [roadmap]: stage }), ...(status && { [`status.${roadmap}`]: status }),
    ...(draft && { [`draft.${roadmap}`]: ["draft"] }) };
}

// -------------------------------------------------------------------------------------- files

// A cell that a spreadsheet would take for a formula gets an apostrophe in front.
const harmless = (value) => (/^[=+\-@\t\r＝＋－＠]/u.test(value) ? `'${value}` : value);

export function csv(rows) {
  const field = (value) => `"${harmless(String(value ?? "")).replaceAll('"', '""')}"`;
  return `\uFEFF${rows.map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
}

// A workbook of text and number cells: first row bold, frozen and with filters. Office Open XML
// (ECMA-376) with inline strings, so that no cell is ever a formula; the archive is stored, not
// compressed.
export function workbook(sheets) {
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const pack = "http://schemas.openxmlformats.org/package/2006";
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  const each = (make) => sheets.map((sheet, i) => make(sheet, i + 1)).join("");
  const files = {
    "[Content_Types].xml": `<Types xmlns="${pack}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/>${each((_, i) => `<Override PartName="/xl/worksheets/sheet${i}.xml" ContentType="${type}.worksheet+xml"/>`)}</Types>`,
    "_rels/.rels": `<Relationships xmlns="${pack}/relationships"><Relationship Id="rId1" Type="${rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `<workbook xmlns="${main}" xmlns:r="${rel}"><sheets>${each((sheet, i) => `<sheet name="${xml(sheet.name.slice(0, 31))}" sheetId="${i}" r:id="rId${i}"/>`)}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${pack}/relationships">${each((_, i) => `<Relationship Id="rId${i}" Type="${rel}/worksheet" Target="worksheets/sheet${i}.xml"/>`)}<Relationship Id="rId0" Type="${rel}/styles" Target="styles.xml"/></Relationships>`,
    "xl/styles.xml": `<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="Meiryo"/></font><font><b/><sz val="11"/><name val="Meiryo"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf><alignment vertical="top" wrapText="1"/></xf><xf fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
  };
  sheets.forEach((sheet, i) => { files[`xl/worksheets/sheet${i + 1}.xml`] = worksheet(sheet.rows, main); });
  return zip(Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(head + text)]));
}

const xml = (value) => String(value)
  .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "")
  .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

function worksheet(rows, namespace) {
  const cell = (value, style) => (typeof value === "number"
    ? `<c s="${style}"><v>${value}</v></c>`
    : `<c s="${style}" t="inlineStr"><is><t xml:space="preserve">${xml(value ?? "")}</t></is></c>`);
  const lines = rows.map((row, r) => `<row>${row.map((value) => cell(value, r ? 0 : 1)).join("")}</row>`);
  const wide = rows[0].map((_, c) => Math.min(60, 4 + Math.max(...rows.slice(0, 50).map((row) => 2 * String(row[c] ?? "").length))));
  return `<worksheet xmlns="${namespace}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${wide.map((w, c) => `<col min="${c + 1}" max="${c + 1}" width="${w}" customWidth="1"/>`).join("")}</cols><sheetData>${lines.join("")}</sheetData><autoFilter ref="A1:${columnName(rows[0].length)}${rows.length}"/></worksheet>`;
}

const columnName = (n) => (n > 26 ? columnName(Math.floor((n - 1) / 26)) : "") + String.fromCharCode(65 + ((n - 1) % 26));

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xEDB88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes) {
  let value = 0xFFFFFFFF;
  for (const byte of bytes) value = CRC[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xFFFFFFFF) >>> 0;
}

// PKWARE APPNOTE 4.3: local headers with the stored bytes, then the central directory.
function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  const record = (fields) => {
    const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (const [size, value] of fields) {
      if (size === 2) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
      at += size;
    }
    return bytes;
  };
  for (const [name, bytes] of files) {
    const label = new TextEncoder().encode(name);
    const common = [[2, 20], [2, 0x0800], [2, 0], [2, 0], [2, 0x21], [4, crc32(bytes)],
      [4, bytes.length], [4, bytes.length], [2, label.length], [2, 0]];
    directory.push(record([[4, 0x02014B50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), label);
    const local = record([[4, 0x04034B50], ...common]);
    parts.push(local, label, bytes);
    offset += local.length + label.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = record([[4, 0x06054B50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, offset], [2, 0]]);
  return new Blob([...parts, ...directory, end], { type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" });
}

// ------------------------------------------------------------------------------------ drawing

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "rect", "text", "circle", "line", "title", "desc"]);
const PAGE_SIZE = 20;
const PRINTED = 1000;

// An element with its attributes, handlers ("on…") and children; text is always text, never markup.
function h(tag, attributes = {}, ...children) {
  const element = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function mount(element, data, options = {}) {
  const view = new View(element, prepare(data), options);
  view.start();
  performance.mark("dxreview-ready");
  return () => view.stop();
}

class View {
  constructor(element, book, { page = true, language = "ja", part = "" } = {}) {
    Object.assign(this, { element, book, part, page: page && !part });
    this.total = book.opinions.filter((opinion) => opinion.counts !== false).length;
    this.state = this.initial(language);
    this.shown = PAGE_SIZE;
    this.onpop = () => { this.state = this.read(); this.draw(); };
    this.onbefore = () => {
      this.shown = PRINTED;
      this.drawOpinions();
      for (const details of this.element.querySelectorAll(".dxr-findings details")) details.open = true;
    };
    this.onafter = () => { this.shown = PAGE_SIZE; this.drawOpinions(); };
  }

  initial(language) {
    const { view, roadmaps } = this.book.data;
    const rows = view?.roadmap ?? roadmaps[0]?.id ?? null;
    return { language, rows, columns: this.axisFor(rows, view?.by), text: "", picks: {}, open: null };
  }

  axisFor(rows, wanted) {
    const found = axes(this.book, rows);
    return found.includes(wanted) ? wanted : found[0] ?? null;
  }

  start() {
    this.element.classList.add("dxr");
    if (!this.page) this.keepKeys();
    if (this.page) {
      this.state = this.read();
      addEventListener("popstate", this.onpop);
      addEventListener("beforeprint", this.onbefore);
      addEventListener("afterprint", this.onafter);
    }
    this.draw();
  }

  // JupyterLab must not take what is typed here for its shortcuts.
  keepKeys() {
    this.element.dataset.lmSuppressShortcuts = "true";
    this.element.addEventListener("keydown", (event) => event.stopPropagation());
  }

  stop() {
    removeEventListener("popstate", this.onpop);
    removeEventListener("beforeprint", this.onbefore);
    removeEventListener("afterprint", this.onafter);
  }

  // --- words

  t(key, facts = {}) {
    const sentence = this.book.data.messages[this.state.language]?.[key] ?? key;
    const said = (fact) => (typeof fact === "number" ? fact.toLocaleString(this.state.language) : fact ?? "");
    return sentence.replace(/\{(\w+)\}/g, (_, name) => said(facts[name]));
  }

  // The Japanese of a text that has two languages is shown where the other is missing.
  in(texts) {
    return typeof texts === "string" ? texts : texts?.[this.state.language] ?? texts?.ja ?? "";
  }

  roadmap(id) {
    return this.book.data.roadmaps.find((roadmap) => roadmap.id === id);
  }

  facetName(facet) {
    const [kind, id] = facet.includes(".") ? facet.split(".", 2) : ["", facet];
    const roadmap = this.roadmap(id);
    if (!roadmap) return this.t(`facet_${facet}`);
    return kind ? this.t(`facet_${kind}`, { title: this.in(roadmap.title) }) : this.in(roadmap.title);
  }

  name(facet, value) {
    if (this.roadmap(facet)) return this.stageName(this.roadmap(facet), value);
    if (facet.startsWith("status.")) return this.label("status", value);
    if (facet.startsWith("draft.")) return this.t(value);
    if (value === "") return this.t("not_stated");
    if (facet === "meeting") return this.meetingName(value);
    if (facet === "period") return this.day(value);
    return facet === "kind" ? this.label("kind", value) : value;
  }

  label(group, id) {
    return this.in(this.book.data.labels[group]?.[id]) || id;
  }

  stageName(roadmap, id) {
    if (id.startsWith("~")) return this.label("status", id.slice(1));
    const at = roadmap.stages.findIndex((one) => one.id === id);
    if (at < 0) return id;
    return roadmap.ordered ? `${at}. ${this.in(roadmap.stages[at].label)}` : this.in(roadmap.stages[at].label);
  }

  meetingName(id) {
    const meeting = this.book.meetings.get(id);
    return meeting ? [meeting.date && this.day(meeting.date), this.in(meeting.title)].filter(Boolean).join(" ") : id;
  }

  // "2020-11-02", "2020-11" or "2020" as the reader's language writes it.
  day(date) {
    const [y, m, d] = date.split("-");
    const plain = (digits) => (this.state.language === "ja" ? Number(digits) : digits);
    return this.t(`date_${date.length}`, { y, m: plain(m), d: plain(d) });
  }

  // --- the address: a link opens the same view, back and forward work

  read() {
    const found = new URLSearchParams(location.hash.slice(1));
    const state = this.initial(found.get("lang") ?? this.state.language);
    if (this.roadmap(found.get("rows"))) {
      state.rows = found.get("rows");
      state.columns = this.axisFor(state.rows, state.columns);
    }
    if (axes(this.book, state.rows).includes(found.get("columns"))) state.columns = found.get("columns");
    state.text = found.get("q") ?? "";
    state.open = this.book.opinions.some(({ id }) => id === found.get("open")) ? found.get("open") : null;
    for (const [name, value] of found) {
      const facet = name.startsWith("f.") ? name.slice(2) : "";
      if (this.book.facets.get(facet)?.includes(value)) (state.picks[facet] ??= []).push(value);
    }
    return state;
  }

  address() {
    const { language, rows, columns, text, picks, open } = this.state;
    const query = new URLSearchParams({ lang: language, rows });
    if (columns) query.set("columns", columns);
    if (text) query.set("q", text);
    for (const [facet, values] of Object.entries(picks)) for (const value of values) query.append(`f.${facet}`, value);
    if (open) query.set("open", open);
    return `#${query}`;
  }

  go(change, { replace = false, focus = null } = {}) {
    this.state = { ...this.state, ...change };
    this.shown = PAGE_SIZE;
    if (this.page) history[replace ? "replaceState" : "pushState"](null, "", this.address());
    this.draw();
    if (focus) this.element.querySelector(focus)?.focus();
  }

  pick(changes, focus = "#dxr-opinions") {
    const picks = { ...this.state.picks };
    for (const [facet, values] of Object.entries(changes)) {
      if (values?.length) picks[facet] = values;
      else delete picks[facet];
    }
    this.go({ picks }, { focus });
  }

  isPicked(changes) {
    return Object.entries(changes).every(([facet, values]) => String(this.state.picks[facet] ?? []) === String(values ?? []));
  }

  // --- the whole

  // What the reader looks at first; the rest a frame later, so that typing is never slowed.
  draw() {
    if (this.frameLanguage !== this.state.language) this.drawFrame();
    this.keepFocus(() => {
      this.drawControls();
      this.drawMatrix();
      this.drawOpinions();
    });
    this.drawSource();
    cancelAnimationFrame(this.later);
    this.later = requestAnimationFrame(() => this.keepFocus(() => {
      this.drawTime();
      this.drawFilters();
    }));
  }

  keepFocus(redraw) {
    const key = document.activeElement?.dataset?.key;
    redraw();
    if (key && document.activeElement?.dataset?.key !== key) {
      this.element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
    }
  }

  drawFrame() {
    const { data } = this.book;
    this.frameLanguage = this.state.language;
    this.element.lang = this.state.language;
    if (this.page) {
      document.documentElement.lang = this.state.language;
      document.title = this.in(data.title);
    }
    const at = (id, heading, ...rest) => h("section", { "aria-labelledby": id },
      h("h2", { id, tabindex: "-1" }, heading), ...rest);
    this.slots = Object.fromEntries(["controls", "matrix", "time", "filters", "opinions"].map((name) => [name, h("div")]));
    this.status = h("p", { role: "status", class: "dxr-status" });
    const sections = {
      finding: this.answer(),
      matrix: at("dxr-where", this.t("where"), this.slots.controls, this.slots.matrix),
      time: this.book.facets.get("period").length > 1 ? at("dxr-time", this.t("time"), this.slots.time) : "",
      opinions: at("dxr-opinions", this.t("opinions"), this.search(), this.slots.filters, this.status, this.slots.opinions),
      views: at("dxr-views", this.t("views"), this.views()),
    };
    const body = this.part ? [sections[this.part], this.part === "opinions" ? "" : sections.opinions] : Object.values(sections);
    if (this.part) this.element.replaceChildren(...body);
    else if (this.page) this.element.replaceChildren(this.skip(), this.header(), h("main", { id: "main", tabindex: "-1" }, body), this.footer());
    else this.element.replaceChildren(this.header(), ...body, this.footer());
  }

  // The address holds the view, so this link moves the focus itself.
  skip() {
    return h("a", { class: "dxr-skip", href: "#main", onclick: (event) => {
      event.preventDefault();
      this.element.querySelector("#main").focus();
    } }, this.t("skip"));
  }

  header() {
    const { data } = this.book;
    const button = (language, label) => h("button", {
      type: "button", lang: language, "data-key": `lang-${language}`,
      "aria-pressed": String(this.state.language === language), onclick: () => this.go({ language }),
    }, label);
    return h(this.page ? "header" : "div", { class: "dxr-header" },
      h("h1", {}, this.in(data.title)),
      h("p", { class: "dxr-meta" },
        this.snapshot(),
        data.draft ? h("span", { class: "dxr-draft" }, this.t("draft")) : null),
      h("div", { class: "dxr-languages", role: "group", "aria-label": this.t("language") },
        button("ja", "日本語"), button("en", "English")));
  }

  answer() {
    const [first] = this.book.data.findings;
    return h("section", { class: "dxr-answer", "aria-labelledby": "dxr-answer" },
      h("h2", { id: "dxr-answer" }, this.t("answer")),
      h("p", { class: "dxr-finding" }, first ? this.in(first.text) : this.t("no_finding")),
      first ? this.see(first) : null,
      this.book.data.draft ? h("p", { class: "dxr-note" }, this.t("draft_note")) : null);
  }

  snapshot() {
    const { id, date } = this.book.data;
    return this.t("snapshot", { id: id.slice(0, 12), date: this.day(date ?? "") });
  }

  // --- matrix

  drawControls() {
    const { rows, columns } = this.state;
    const choice = (key, label, ids, value, change) => h("label", {}, h("span", {}, label),
      h("select", { "data-key": key, onchange: (event) => change(event.target.value) },
        ids.map((id) => h("option", { value: id, selected: id === value }, this.facetName(id)))));
    const roadmaps = this.book.data.roadmaps.map(({ id }) => id);
    const ways = axes(this.book, rows);
    this.slots.controls.replaceChildren(h("div", { class: "dxr-controls" },
      roadmaps.length > 1 ? choice("rows", this.t("rows"), roadmaps, rows,
        (id) => this.go({ rows: id, columns: this.axisFor(id, columns) })) : null,
      ways.length > 1 ? choice("columns", this.t("columns"), ways, columns, (id) => this.go({ columns: id })) : null));
  }

  drawMatrix() {
    const { rows, columns } = this.state;
    if (!rows) { this.slots.matrix.replaceChildren(h("p", {}, this.t("no_roadmap"))); return; }
    const counts = matrix(this.book, this.state, rows, columns);
    this.slots.matrix.replaceChildren(
      this.table(counts),
      this.account(counts), this.meanings(this.roadmap(rows)), this.takeMatrix(counts, () => this.picture(counts), "matrix"));
  }

  // The total stands beside the name, where a wide table cannot hide it.
  table(counts, place = "matrix") {
    const { rows, columns } = counts;
    const columnIds = columns ? this.book.facets.get(columns).filter((id) => this.roadmap(columns) || counts.columnTotals.get(id)) : [];
    const most = Math.max(1, ...counts.rowTotals.values());
    const head = (id) => h("th", { scope: "col" }, this.countButton(counts.columnTotals.get(id), this.name(columns, id),
      { [rows]: null, [columns]: [id] }, this.name(columns, id), place));
    const line = (row) => h("tr", {},
      h("th", { scope: "row" }, h("span", { class: "dxr-swatch", "data-step": this.step(rows, row) }), this.name(rows, row)),
      h("td", { class: "dxr-total" }, this.countButton(counts.rowTotals.get(row), this.name(rows, row),
        { [rows]: [row], ...(columns ? { [columns]: null } : {}) }, String(counts.rowTotals.get(row)), place),
      h("span", { class: "dxr-bar", style: `inline-size:${Math.round(56 * counts.rowTotals.get(row) / most)}px` })),
      columnIds.map((column) => this.tableCell(counts, row, column, place)));
    return h("div", {},
      h("h3", { id: `dxr-caption-${place}` }, this.matrixTitle(counts)),
      h("div", { class: "dxr-scroll", role: "region", tabindex: "0", "aria-labelledby": `dxr-caption-${place}` },
        h("table", { class: "dxr-matrix", "aria-labelledby": `dxr-caption-${place}`, style: `min-inline-size:${20 + 5 * columnIds.length}em` },
          h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col" }, this.t("total")), columnIds.map(head))),
          h("tbody", {}, this.book.facets.get(rows).map(line)))));
  }

  tableCell(counts, row, column, place) {
    const n = counts.cell(row, column);
    const shade = n ? Math.ceil(4 * n / counts.most) : 0;
    return h("td", { "data-shade": String(shade) }, this.countButton(n, `${this.name(counts.rows, row)} × ${this.name(counts.columns, column)}`,
      { [counts.rows]: [row], [counts.columns]: [column] }, String(n), place));
  }

  // A number that opens exactly the opinions it counts; nothing to open where it is 0.
  countButton(n, label, changes, text, place) {
    if (!n) return text;
    const pressed = this.isPicked(changes);
    const off = Object.fromEntries(Object.keys(changes).map((facet) => [facet, null]));
    return h("button", {
      type: "button", class: "dxr-count", "data-key": `count-${place}-${JSON.stringify(changes)}`,
      "aria-pressed": String(pressed), "aria-label": this.t("open_count", { label, n }),
      onclick: () => (pressed ? this.pick(off, null) : this.pick(changes)),
    }, text);
  }

  step(facet, value) {
    const roadmap = this.roadmap(facet);
    const at = roadmap?.stages.findIndex(({ id }) => id === value) ?? -1;
    return at < 0 ? "none" : `${roadmap.ordered ? "o" : "u"}${Math.min(at, 5)}`;
  }

  matrixTitle({ rows, columns, n }) {
    const facts = { rows: this.facetName(rows), columns: columns ? this.facetName(columns) : "", n };
    return this.t(columns ? "matrix_title" : "rows_title", facts);
  }

  meanings({ id, title, stages, source }) {
    return h("details", { open: this.meaningsOpen, ontoggle: (event) => { this.meaningsOpen = event.target.open; } },
      h("summary", { "data-key": "meanings" }, this.t("meanings", { title: this.in(title) })),
      h("dl", { class: "dxr-meanings" }, stages.map((stage) => [
        h("dt", {}, this.stageName(this.roadmap(id), stage.id)), h("dd", {}, this.in(stage.definition))])
        .flat()),
      source?.name ? h("p", { class: "dxr-note" }, this.t("names_from", { name: source.name, date: source.date ?? "" })) : null);
  }

  // What a reader must know to quote the numbers.
  account(counts) {
    const roadmaps = [counts.rows, counts.columns].map((id) => this.roadmap(id)).filter(Boolean);
    const drafts = counts.positions.filter((i) => this.book.opinions[i].draft?.[counts.rows]).length;
    return h("p", { class: "dxr-note" }, [
      this.t("counted", { n: counts.n }),
      this.t(this.roadmap(counts.rows).exclusive ? "one_stage" : "several_stages"),
      ...roadmaps.map((one) => this.t("version", { title: this.in(one.title), version: one.version })),
      this.t("as_of", { date: this.day(this.book.data.date ?? "") }),
      drafts ? this.t("drafts", { n: drafts }) : this.t("no_drafts"),
    ].join(this.state.language === "ja" ? "" : " "));
  }

  takeMatrix(counts, picture, name) {
    const svg = () => new Blob([picture().outerHTML], { type: "image/svg+xml" });
    const sheets = () => [{ name: this.t("table"), rows: this.matrixRows(counts) }, ...this.sheets()];
    return h("div", { class: "dxr-take" },
      this.button(name, "matrix_xlsx", () => this.save(`${name}.xlsx`, workbook(sheets()))),
      this.button(name, "matrix_csv", () => this.save(`${name}.csv`, new Blob([csv(this.matrixRows(counts))], { type: "text/csv" }))),
      this.button(name, "matrix_svg", () => this.save(`${name}.svg`, svg())),
      this.button(name, "matrix_png", () => this.png(picture(), `${name}.png`)));
  }

  button(place, key, onclick) {
    return h("button", { type: "button", "data-key": `${place}-${key}`, onclick }, this.t(key));
  }

  matrixRows(counts) {
    const { rows, columns } = counts;
    const columnIds = columns ? this.book.facets.get(columns) : [];
    return [
      [this.facetName(rows), this.t("total"), ...columnIds.map((id) => this.name(columns, id))],
      ...this.book.facets.get(rows).map((row) => [this.name(rows, row), counts.rowTotals.get(row),
        ...columnIds.map((column) => counts.cell(row, column))]),
    ];
  }

  // --- the time line: a point for each stage and period, as large as the opinions it counts

  drawTime() {
    if (this.book.facets.get("period").length < 2 || !this.state.rows) return;
    const counts = matrix(this.book, this.state, this.state.rows, "period");
    const periods = [...counts.columnTotals].sort((a, b) => b[1] - a[1]);
    const finding = this.t("time_finding", { period: this.name("period", periods[0][0]), n: periods[0][1] });
    this.slots.time.replaceChildren(
      h("p", {}, finding),
      h("div", { class: "dxr-scroll", role: "region", tabindex: "0", "aria-label": this.t("time_chart") }, this.timeline(counts, finding)),
      h("details", { open: this.timeOpen, ontoggle: (event) => { this.timeOpen = event.target.open; } },
        h("summary", { "data-key": "time-table" }, this.t("same_numbers")),
        this.table(counts, "time")),
      this.account(counts), this.takeMatrix(counts, () => this.timeline(counts, finding), "timeline"));
  }

  timeline(counts, finding) {
    const rows = this.book.facets.get(counts.rows);
    const days = this.book.facets.get("period").filter(Boolean);
    const at = (period) => Date.parse(`${period}-01-01`.slice(0, 10));
    const [from, to] = [at(days[0]), at(days.at(-1))];
    const [left, wide, high] = [270, 660, 46];
    const x = (period) => left + 30 + (wide - 60) * (at(period) - from) / (to - from || 1);
    const ink = { "font-family": "sans-serif", "font-size": 14, fill: "#1a1a1a" };
    const height = 60 + high * rows.length;
    const parts = rows.flatMap((row, r) => [
      h("line", { x1: left, x2: left + wide, y1: 30 + high * r, y2: 30 + high * r, stroke: "#d8d8db" }),
      h("text", { ...ink, x: 8, y: 35 + high * r }, shortened(this.name(counts.rows, row), 17)),
      days.map((period) => this.point(counts, row, period, x(period), 30 + high * r)),
    ]);
    const every = Math.ceil(days.length / 8);
    days.forEach((period, i) => parts.push(i % every ? null : h("text",
      { ...ink, "font-size": 12, x: x(period), y: height - 16, "text-anchor": "middle" }, this.name("period", period))));
    return h("svg", { xmlns: SVG, class: "dxr-time", role: "img", "aria-label": finding, width: left + wide,
      height, viewBox: `0 0 ${left + wide} ${height}` }, h("rect", { width: left + wide, height, fill: "#ffffff" }), parts.flat());
  }

  point(counts, row, period, x, y) {
    const n = counts.cell(row, period);
    if (!n) return null;
    const changes = { [counts.rows]: [row], period: [period] };
    const picked = this.isPicked(changes);
    const radius = 6 + 14 * Math.sqrt(n / counts.most);
    return h("g", { class: "dxr-point", onclick: () => this.pick(changes) },
      h("title", {}, this.t("open_count", { label: `${this.name(counts.rows, row)} × ${this.name("period", period)}`, n })),
      h("circle", { cx: x, cy: y, r: radius, fill: picked ? "#0017c1" : "#c5d7fb", stroke: "#0017c1" }),
      h("text", { x, y: y + 5, "font-family": "sans-serif", "font-size": 13, "text-anchor": "middle", fill: picked ? "#ffffff" : "#000060" }, String(n)));
  }

  // --- opinions

  // Every way to divide as a choice with its counts; a choice adds to what is picked already.
  drawFilters() {
    const facets = [...PLAIN, ...this.book.data.roadmaps.flatMap(({ id }) => [id, `status.${id}`])];
    this.slots.filters.replaceChildren(h("details", { open: this.filtersOpen,
      ontoggle: (event) => { if (this.filtersOpen !== event.target.open) { this.filtersOpen = event.target.open; this.drawFilters(); } } },
    h("summary", { "data-key": "filters" }, this.t("filters")),
    this.filtersOpen ? h("div", { class: "dxr-controls" }, facets.map((facet) => this.filter(facet))) : null));
  }

  filter(facet) {
    const counts = count(this.book, select(this.book, this.state, [facet]), facet);
    const present = [...counts].filter(([, n]) => n);
    if (present.length < 2 && !this.state.picks[facet]) return null;
    const [picked = null] = this.state.picks[facet] ?? [];
    return h("label", {}, h("span", {}, this.facetName(facet)),
      h("select", { "data-key": `filter-${facet}`, onchange: ({ target }) => this.pick(
        { [facet]: target.selectedIndex ? [present[target.selectedIndex - 1][0]] : null }, null) },
      h("option", {}, this.t("all")),
      present.map(([value, n]) => h("option", { selected: value === picked }, this.t("choice", { label: this.name(facet, value), n })))));
  }

  search() {
    let composing = false;
    const change = (event) => { if (!composing) this.go({ text: event.target.value }, { replace: true }); };
    this.input = h("input", {
      type: "search", id: "dxr-search", "data-key": "search", value: this.state.text, autocomplete: "off",
      oninput: change,
      oncompositionstart: () => { composing = true; },
      oncompositionend: (event) => { composing = false; change(event); },
    });
    return h("div", { class: "dxr-search", role: this.page ? "search" : null },
      h("label", { for: "dxr-search" }, this.t("search")), this.input);
  }

  drawOpinions() {
    // A part of somebody's notebook shows opinions once something is picked.
    const waiting = this.part && this.part !== "opinions" && !Object.keys(this.state.picks).length;
    this.slots.opinions.parentElement.hidden = Boolean(waiting);
    const positions = select(this.book, this.state);
    if (this.input.value !== this.state.text) this.input.value = this.state.text;
    const aside = Object.keys(this.state.picks).length ? [] : select(this.book, this.state, [], false);
    const said = this.t("found", { n: positions.length, all: this.total })
      + (aside.length ? this.t("aside", { n: aside.length }) : "");
    if (this.status.textContent !== said) this.status.textContent = said;
    const more = positions.length + aside.length - this.shown;
    this.slots.opinions.replaceChildren(
      this.chips(), this.takeOpinions(),
      h("ol", { class: "dxr-opinions" }, [...positions, ...aside].slice(0, this.shown).map((i) => this.opinion(this.book.opinions[i]))),
      more > 0 ? h("button", { type: "button", "data-key": "more", onclick: () => this.showMore() },
        this.t("more", { n: Math.min(more, PAGE_SIZE), rest: more })) : "");
  }

  showMore() {
    const next = this.shown;
    this.shown += PAGE_SIZE;
    this.drawOpinions();
    this.slots.opinions.querySelectorAll(".dxr-opinions > li")[next]?.querySelector("button")?.focus();
  }

  chips() {
    const { picks, text } = this.state;
    const chip = (label, remove) => h("li", {}, h("button", {
      type: "button", class: "dxr-chip", "aria-label": this.t("remove", { label }), onclick: remove,
    }, label, h("span", { "aria-hidden": "true" }, " ×")));
    const all = Object.entries(picks).flatMap(([facet, values]) => values.map((value) => chip(
      `${this.facetName(facet)}：${this.name(facet, value)}`,
      () => this.pick({ [facet]: values.filter((other) => other !== value) }))));
    if (text) all.push(chip(this.t("word", { text }), () => this.go({ text: "" }, { focus: "#dxr-opinions" })));
    if (!all.length) return "";
    return h("ul", { class: "dxr-chips", "aria-label": this.t("conditions") }, all,
      h("li", {}, h("button", { type: "button", "data-key": "clear",
        onclick: () => this.go({ picks: {}, text: "" }, { focus: "#dxr-opinions" }) }, this.t("clear"))));
  }

  opinion(opinion) {
    const { data } = this.book;
    const place = [data.meetings.length > 1 ? this.meetingName(opinion.meeting) : "", opinion.section,
      opinion.kind === "opinion" ? "" : this.label("kind", opinion.kind), opinion.role, opinion.speaker,
      opinion.page ? this.t("page_n", { n: opinion.page }) : ""].filter(Boolean);
    return h("li", { class: "dxr-opinion" },
      h("blockquote", { lang: "ja" }, marked(opinion.text, highlights(opinion, this.state.text))),
      h("p", { class: "dxr-meta" }, place.join(" ・ ")),
      h("dl", { class: "dxr-stages" }, data.roadmaps.filter(({ id }) => opinion.tags?.[id]?.length)
        .map((roadmap) => this.stages(opinion, roadmap))),
      h("button", { type: "button", "data-key": `open-${opinion.id}`, onclick: () => this.go({ open: opinion.id }) },
        this.t("open_source", { page: opinion.page })));
  }

  stages(opinion, roadmap) {
    return h("div", {}, h("dt", {}, this.in(roadmap.title)), opinion.tags[roadmap.id].map((stage) => h("dd", {},
      h("span", { class: "dxr-swatch", "data-step": this.step(roadmap.id, stage) }), this.stageName(roadmap, stage),
      opinion.draft?.[roadmap.id]?.includes(stage) ? h("span", { class: "dxr-draft" }, this.t("draft")) : null)),
    opinion.reason?.[roadmap.id] ? h("dd", {}, this.t("reason", { text: opinion.reason[roadmap.id] })) : null);
  }

  takeOpinions() {
    return h("div", { class: "dxr-take" },
      this.button("opinions", "opinions_xlsx", () => this.save("opinions.xlsx", workbook(this.sheets()))),
      this.button("opinions", "opinions_csv", () => this.save("opinions.csv", new Blob([csv(this.opinionRows())], { type: "text/csv" }))),
      this.page ? this.button("opinions", "copy_link", () => this.copyLink()) : null,
      this.page ? this.button("opinions", "print", () => print()) : null);
  }

  sheets() {
    return [{ name: this.t("opinions"), rows: this.opinionRows() }, { name: this.t("about"), rows: this.aboutRows() }];
  }

  opinionRows() {
    const { roadmaps } = this.book.data;
    const plain = ["meeting", "section", "kind", "role", "speaker"];
    return [
      ["opinion_id", ...plain.map((facet) => this.facetName(facet)), this.t("text"), this.t("page"),
        ...roadmaps.flatMap((one) => [this.in(one.title), `${this.in(one.title)} (${this.t("status")})`])],
      ...select(this.book, this.state).map((i) => this.book.opinions[i]).map((one) => [one.id,
        ...plain.map((facet) => (one[facet] ? this.name(facet, one[facet]) : "")), one.text, one.page ?? "",
        ...roadmaps.flatMap((roadmap) => [(one.tags?.[roadmap.id] ?? []).map((id) => this.stageName(roadmap, id)).join(" / "),
          this.label("status", statusOf(one, roadmap.id)) + (one.draft?.[roadmap.id] ? `（${this.t("draft")}）` : "")])]),
    ];
  }

  aboutRows() {
    const { data } = this.book;
    return [[this.in(data.title), ""], [this.snapshot(), data.draft ? this.t("draft") : ""],
      ...data.roadmaps.map((one) => [this.in(one.title), one.version]),
      ...this.credits().map((line) => [line, ""])];
  }

  // --- the passage in its source

  drawSource() {
    const opinion = this.book.opinions.find(({ id }) => id === this.state.open);
    if (this.dialog && this.dialog.dataset.open !== opinion?.id) {
      this.dialog.remove();
      this.dialog = null;
    }
    if (!opinion || this.dialog) return;
    this.dialog = h("dialog", { class: "dxr-source", "data-open": opinion.id, "aria-labelledby": "dxr-source",
      oncancel: (event) => { event.preventDefault(); this.closeSource(); } },
    h("div", { class: "dxr-source-head" },
      h("h2", { id: "dxr-source" }, this.t("source_of", { page: opinion.page })),
      h("p", { class: "dxr-meta" }, this.meetingName(opinion.meeting)),
      h("button", { type: "button", onclick: () => this.closeSource() }, this.t("close"))),
    h("div", { class: "dxr-source-text", lang: "ja", tabindex: "0", role: "region", "aria-label": this.t("source_text") },
      this.sourcePages(opinion)));
    this.element.append(this.dialog);
    this.dialog.showModal();
    this.dialog.querySelector("mark")?.scrollIntoView({ block: "center" });
  }

  closeSource() {
    const key = `open-${this.state.open}`;
    this.go({ open: null });
    this.element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }

  sourcePages(opinion) {
    const source = this.book.data.sources[this.book.meetings.get(opinion.meeting)?.source];
    if (!source) return [h("p", {}, opinion.text)];
    const at = codePoints(source.text);
    const [start, end] = [at(opinion.start), at(opinion.end)];
    const bounds = [...(source.pages?.length ? source.pages : [0]).map(at), source.text.length];
    return bounds.slice(0, -1).map((from, i) => {
      const to = bounds[i + 1];
      const span = [Math.max(from, start) - from, Math.min(to, end) - from];
      return h("section", {}, h("h3", {}, this.t("page_n", { n: i + 1 })),
        h("p", {}, marked(source.text.slice(from, to), span[0] < span[1] ? [span] : []).map(squeezed)));
    });
  }

  // --- other views

  // Findings by roadmap: the first roadmap's are read at once, the others' are a click away.
  views() {
    const rest = this.book.data.findings.slice(1);
    const list = (found) => h("ul", { class: "dxr-views" }, found.map((finding) => h("li", {}, h("p", {}, this.in(finding.text)), this.see(finding))));
    const groups = this.book.data.roadmaps.map(({ id, title }) => [title, rest.filter((one) => one.roadmap === id)]).filter(([, found]) => found.length);
    if (!groups.length) return rest.length ? list(rest) : h("p", {}, this.t("no_views"));
    return h("div", { class: "dxr-findings" }, groups.map(([title, found], i) => h("details", { open: i === 0 }, h("summary", {}, this.in(title)), list(found))));
  }

  // What a finding counts, opened: its roadmap in the matrix, its opinions in the list.
  see({ id, text, show }) {
    if (!show) return null;
    const rows = show.roadmap ?? this.state.rows;
    return h("button", { type: "button", "data-key": `finding-${id}`, "aria-label": `${this.t("see")}：${this.in(text)}`,
      onclick: () => this.go({ picks: picksOf(show), text: "", rows, columns: this.axisFor(rows, this.state.columns) },
        { focus: "#dxr-opinions" }) }, this.t("see"));
  }

  credits() {
    return (this.book.data.credits ?? []).map((credit) => this.in(credit.text ?? credit));
  }

  footer() {
    const { data } = this.book;
    return h(this.page ? "footer" : "div", { class: "dxr-footer" },
      h("h2", {}, this.t("about")),
      ...this.credits().map((line) => h("p", {}, line)),
      h("p", {}, this.snapshot()),
      h("p", {}, this.t("made_from", data.n)),
      ...data.roadmaps.map((one) => h("p", {}, this.t("version", { title: this.in(one.title), version: one.version }))),
      data.names === "roles" ? h("p", {}, this.t("names_roles")) : null,
      data.blind ? h("p", {}, this.t("blind")) : null,
      this.agreement(),
      h("p", {}, this.t("made_with")));
  }

  // How far the reviewers agree, by roadmap, with the interval that so few opinions allow.
  agreement() {
    const rows = this.book.data.agreement.filter(({ stage, alpha }) => !stage && typeof alpha === "number");
    if (!rows.length) return null;
    const two = (value) => (typeof value === "number" ? value.toFixed(2) : "–");
    const heads = ["roadmap", "total", "reviewers", "percent", "alpha"].map((key) => h("th", { scope: "col" }, this.t(key)));
    return h("details", {}, h("summary", {}, this.t("agreement")), h("p", {}, this.t("agreement_note")),
      h("div", { class: "dxr-scroll", role: "region", tabindex: "0", "aria-label": this.t("agreement") }, h("table", {},
        h("thead", {}, h("tr", {}, heads)),
        h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, this.facetName(row.roadmap)),
          [row.n, row.reviewers, `${Math.round(100 * row.percent)}%`, `${two(row.alpha)}（${two(row.low)}–${two(row.high)}）`]
            .map((value) => h("td", {}, String(value)))))))));
  }

  // --- taking away

  save(name, blob) {
    const link = h("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    this.status.textContent = this.t("saved", { name });
  }

  async copyLink() {
    const address = location.href.split("#")[0] + this.address();
    try {
      await navigator.clipboard.writeText(address);
      this.status.textContent = this.t("copied");
    } catch {
      prompt(this.t("copy_by_hand"), address);
    }
  }

  // The matrix as a picture that stands by itself: title, numbers, and what was counted.
  picture(counts) {
    const rows = this.matrixRows(counts);
    const notes = this.account(counts).textContent.match(/.{1,60}/gsu) ?? [];
    const [first, wide, high] = [280, 110, 44];
    const size = [first + wide * (rows[0].length - 1) + 20, 90 + high * rows.length + 20 * notes.length + 40];
    const ink = { "font-family": "sans-serif", "font-size": 14, fill: "#1a1a1a" };
    const shades = ["#ffffff", "#e8f1fe", "#c5d7fb", "#9db7f9", "#7096f8"];
    const parts = [h("rect", { width: size[0], height: size[1], fill: "#ffffff" }),
      h("text", { ...ink, x: 16, y: 32, "font-size": 18, "font-weight": "bold" }, this.matrixTitle(counts))];
    rows.forEach((row, r) => row.forEach((value, c) => {
      const [x, y] = [c ? first + wide * (c - 1) : 16, 56 + high * r];
      if (r && c > 1) {
        parts.push(h("rect", { x, y, width: wide - 4, height: high - 4,
          fill: shades[value ? Math.ceil(4 * value / counts.most) : 0], stroke: "#949494" }));
      }
      const lines = String(value).match(c ? /.{1,7}/gsu : /.{1,18}/gsu)?.slice(0, 2) ?? [""];
      lines.forEach((line, l) => parts.push(h("text", { ...ink, x: c ? x + wide / 2 : x, y: y + 26 + 16 * l - 8 * (lines.length - 1),
        "text-anchor": c ? "middle" : "start" }, line)));
    }));
    notes.forEach((line, i) => parts.push(h("text", { ...ink, "font-size": 12, x: 16, y: 80 + high * rows.length + 20 * i }, line)));
    parts.push(h("text", { ...ink, "font-size": 12, x: 16, y: size[1] - 16 }, this.snapshot()));
    return h("svg", { xmlns: SVG, width: size[0], height: size[1], viewBox: `0 0 ${size.join(" ")}` }, parts);
  }

  async png(svg, name) {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg.outerHTML)}`;
    await image.decode();
    const canvas = h("canvas", { width: 2 * image.width, height: 2 * image.height });
    const pen = canvas.getContext("2d");
    pen.scale(2, 2);
    pen.drawImage(image, 0, 0);
    canvas.toBlob((blob) => this.save(name, blob));
  }
}

function marked(text, spans) {
  const out = [];
  let at = 0;
  for (const [start, end] of spans) {
    out.push(text.slice(at, start), h("mark", {}, text.slice(start, end)));
    at = end;
  }
  return [...out, text.slice(at)];
}

const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

// PDF text has a blank line after every wrapped line; shown, one line end is enough.
function squeezed(node) {
  const tight = (text) => text.replace(/[ \t\f]*\n(?:[ \t\f]*\n)+/g, "\n");
  if (typeof node === "string") return tight(node);
  node.textContent = tight(node.textContent);
  return node;
}

// ------------------------------------------------------------------------------------- anywidget

// A page of its own under Voila, a part of somebody's notebook elsewhere.
function render({ model, el }) {
  const page = Boolean(document.body.dataset.voila);
  return mount(el, JSON.parse(model.get("data")), { page, language: model.get("language"), part: model.get("part") });
}

export default { render };
