// The published page: one front end with two doors. Voila and JupyterLab mount it with a snapshot's
// data, index.html carries both inside. What is drawn needs no server and no kernel any more.
// Python puts the files that snapshot/door.py names before it: one module, without imports.
//
//   mount(element, data, {page, language, part})  draws page.json into an element
//     page: true (default) where the element is the whole page (address, title, landmarks)
//     part: finding, matrix, time or opinions alone, for a notebook's cell
//   default.render                                the same as an anywidget

const PAGE_SIZE = 10;
const PRINTED = 1000;
const NAMED = 4; // of equals, named one by one
const OPINIONS = "#dxr-opinions";

export function mount(element, data, options = {}) {
  const view = new View(element, prepare(data), options);
  view.start();
  performance.mark("dxreview-ready");
  return () => view.stop();
}

class View extends Takeaway {
  constructor(element, book, { page = true, language = "ja", part = "" } = {}) {
    super();
    Object.assign(this, { element, book, part, page: page && !part });
    this.total = book.opinions.filter((opinion) => opinion.counts !== false).length;
    this.state = this.initial(language);
    this.shown = PAGE_SIZE;
    this.open = {}; // which folded parts are open
    this.listeners = { popstate: () => { this.state = this.read(); this.draw(); },
      beforeprint: () => this.print(PRINTED), afterprint: () => this.print(PAGE_SIZE) };
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
    if (this.page) {
      this.state = this.read();
      for (const [name, act] of Object.entries(this.listeners)) addEventListener(name, act);
    } else shelter(this.element);
    this.draw();
  }

  stop() {
    for (const [name, act] of Object.entries(this.listeners)) removeEventListener(name, act);
  }

  // Paper has no buttons: the opinions come whole, and the findings unfolded.
  print(shown) {
    this.shown = shown;
    this.drawOpinions();
    for (const details of this.element.querySelectorAll(".dxr-findings details")) details.open = true;
  }

  // --- the address: a link opens the same view, back and forward work

  read() {
    const found = new URLSearchParams(location.hash.slice(1));
    const language = found.get("lang");
    const state = this.initial(Object.hasOwn(NUMBERS, language) ? language : this.state.language);
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

  // `to`: the heading where the reader is taken; where they came from is kept for the way back.
  go(change, { replace = false, to = null } = {}) {
    const from = document.activeElement?.dataset?.key;
    if (to && from && this.element.querySelector(".dxr-tables")?.contains(document.activeElement)) this.from = from;
    this.state = { ...this.state, ...change };
    this.shown = PAGE_SIZE;
    if (this.page) history[replace ? "replaceState" : "pushState"](null, "", this.address());
    this.draw();
    if (to) this.goTo(to);
  }

  goTo(place) {
    const found = this.element.querySelector(place);
    found?.focus({ preventScroll: true });
    found?.scrollIntoView({ block: found.matches("h2, main") ? "start" : "center" });
  }

  pick(changes, to = OPINIONS) {
    const picks = { ...this.state.picks };
    for (const [facet, values] of Object.entries(changes)) {
      if (values?.length) picks[facet] = values;
      else delete picks[facet];
    }
    this.go({ picks }, { to });
  }

  isPicked(changes) {
    const same = (one, other) => JSON.stringify(one ?? []) === JSON.stringify(other ?? []); // [null] is not []
    return Object.entries(changes).every(([facet, values]) => same(this.state.picks[facet], values));
  }

  get filtered() {
    return Boolean(this.state.text || Object.keys(this.state.picks).length);
  }

  // --- the whole

  // What the reader looks at first; the rest a frame later, so that typing is never slowed.
  draw() {
    if (this.frameLanguage !== this.state.language) this.drawFrame();
    this.keepFocus(() => {
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
    this.frameLanguage = this.state.language;
    this.element.lang = this.state.language;
    if (this.page) {
      document.documentElement.lang = this.state.language;
      document.title = this.in(this.book.data.title);
    }
    this.slots = Object.fromEntries(["matrix", "time", "filters", "opinions"].map((name) => [name, h("div")]));
    this.status = h("p", { role: "status", class: "dxr-status" });
    const sections = this.sections();
    if (this.part) {
      this.element.replaceChildren(sections[this.part], this.part === "opinions" ? "" : sections.opinions);
      return;
    }
    const main = [sections.finding, this.contents(),
      h("div", { class: "dxr-tables" }, sections.matrix, sections.time), sections.opinions, sections.views];
    this.element.replaceChildren(...(this.page
      ? [this.link("skip", "#main", "dxr-skip"), this.header(), h("main", { id: "main", tabindex: "-1" }, main), this.footer()]
      : [this.header(), ...main, this.footer()]));
  }

  sections() {
    const at = (name, ...rest) => h("section", { "aria-labelledby": `dxr-${name}` },
      h("h2", { id: `dxr-${name}`, tabindex: "-1" }, this.t(name)), rest);
    return {
      finding: this.answer(),
      matrix: at("where", this.slots.matrix),
      time: this.book.facets.get("period").length > 1 ? at("time", this.slots.time) : "",
      opinions: at("opinions", h("div", { class: "dxr-find" }, this.search(), this.slots.filters), this.status, this.slots.opinions),
      views: at("views", this.views()),
    };
  }

  // The address holds the view, so a link to a place moves the reader itself.
  link(key, place, style = null) {
    return h("a", { class: style, href: place, onclick: (event) => {
      event.preventDefault();
      this.goTo(place);
    } }, this.t(key));
  }

  contents() {
    const places = ["where", ...(this.book.facets.get("period").length > 1 ? ["time"] : []), "opinions", "views", "about"];
    return h("nav", { class: "dxr-contents", "aria-label": this.t("contents") },
      h("ul", {}, places.map((name) => h("li", {}, this.link(name, `#dxr-${name}`)))));
  }

  header() {
    const { data } = this.book;
    const button = (language, label) => h("button", {
      type: "button", lang: language, "data-key": `lang-${language}`,
      "aria-pressed": String(this.state.language === language), onclick: () => this.go({ language }),
    }, label);
    return h(this.page ? "header" : "div", { class: "dxr-header" },
      h("h1", { id: "dxr-top", tabindex: "-1" }, this.in(data.title)),
      h("p", { class: "dxr-lead" }, this.lead()),
      h("p", { class: "dxr-meta" }, this.snapshot(), data.draft ? h("span", { class: "dxr-draft" }, this.t("holds_drafts")) : null),
      h("div", { class: "dxr-languages", role: "group", "aria-label": this.t("language") },
        button("ja", "日本語"), button("en", "English")));
  }

  // What the page is made from, in one sentence.
  lead() {
    const meetings = this.book.held;
    const dates = meetings.map(({ date }) => date).filter(Boolean).sort();
    const facts = { opinions: this.counted(this.total), n: meetings.length, reviewed: this.counted(this.book.data.n.reviewed) };
    if (meetings.length === 1) return this.t("lead_one", { ...facts, meeting: this.meetingName(meetings[0].id) });
    if (dates.length < meetings.length) return this.t("lead_many", facts);
    return this.t("lead_between", { ...facts, from: this.day(dates[0]), to: this.day(dates.at(-1)) });
  }

  answer() {
    const [first] = this.book.data.findings;
    const roadmap = this.roadmap(first?.roadmap);
    return h("section", { class: "dxr-answer", "aria-labelledby": "dxr-answer" },
      h("h2", { id: "dxr-answer" }, this.t("answer")),
      h("p", { class: "dxr-finding" }, first ? this.in(first.text) : this.t("no_finding")),
      roadmap ? h("p", { class: "dxr-meta" }, this.t("by_roadmap", { title: this.in(roadmap.title) })) : null,
      first ? this.see(first) : null,
      this.book.data.draft ? h("p", { class: "dxr-note" }, this.t("draft_note")) : null);
  }

  // A folded part that stays as the reader left it.
  fold(key, summary, ...rest) {
    return h("details", { open: this.open[key], ontoggle: ({ target }) => { this.open[key] = target.open; } },
      h("summary", { "data-key": key }, summary), rest);
  }

  // What is wider than the page says so: not every screen shows a bar to move it with.
  scroll(labelled, ...rest) {
    const region = h("div", { class: "dxr-scroll", role: "region", tabindex: "0", ...labelled }, rest);
    const hint = h("p", { class: "dxr-wide", hidden: true }, this.t("wide"));
    new ResizeObserver(() => { hint.hidden = region.scrollWidth <= region.clientWidth + 1; }).observe(region);
    return [hint, region];
  }

  // --- matrix

  drawMatrix() {
    const { rows, columns } = this.state;
    if (!rows) { this.slots.matrix.replaceChildren(h("p", {}, this.t("no_roadmap"))); return; }
    const counts = matrix(this.book, this.state, rows, columns);
    const picture = () => tablePicture({ title: this.matrixTitle(counts), rows: this.matrixRows(counts),
      share: (r, c) => this.share(counts, this.book.facets.get(rows)[r], this.book.facets.get(columns)[c - 2]),
      notes: [this.account(counts), this.snapshot()] });
    this.slots.matrix.replaceChildren(h("p", { class: "dxr-hint" }, this.t("how_to")), this.table(counts, "matrix"),
      h("p", { class: "dxr-note" }, this.account(counts)), this.controls(), this.meanings(this.roadmap(rows)),
      this.takeTable("matrix", () => this.matrixRows(counts), picture));
  }

  controls() {
    const { rows, columns } = this.state;
    const choice = (key, ids, value, change) => h("label", {}, h("span", {}, this.t(key)),
      h("select", { "data-key": key, onchange: (event) => change(event.target.value) },
        ids.map((id) => h("option", { value: id, selected: id === value }, this.facetName(id)))));
    const roadmaps = this.book.data.roadmaps.map(({ id }) => id);
    const ways = axes(this.book, rows);
    return h("div", { class: "dxr-controls" },
      roadmaps.length > 1 ? choice("rows", roadmaps, rows, (id) => this.go({ rows: id, columns: this.axisFor(id, columns) })) : null,
      ways.length > 1 ? choice("columns", ways, columns, (id) => this.go({ columns: id })) : null);
  }

  // The total stands beside the name, where a wide table cannot hide it.
  table(counts, place) {
    const { rows, columns, rowTotals, columnTotals } = counts;
    const shown = columns ? this.book.facets.get(columns).filter((id) => this.roadmap(columns) || columnTotals.get(id)) : [];
    const most = Math.max(1, ...[...rowTotals].filter(([row]) => isStage(row)).map(([, n]) => n));
    const named = (id) => h("th", { scope: "col", class: isStage(id) ? null : "dxr-aside" }, this.countButton(columnTotals.get(id),
      this.name(columns, id), { [rows]: null, [columns]: [id] }, this.name(columns, id), place));
    const total = (row) => h("td", { class: "dxr-total" }, this.countButton(rowTotals.get(row), this.name(rows, row),
      { [rows]: [row], ...(columns ? { [columns]: null } : {}) }, this.number(rowTotals.get(row)), place),
    isStage(row) ? h("span", { class: "dxr-bar", style: `inline-size:${Math.round(56 * rowTotals.get(row) / most)}px` }) : null);
    const line = (row) => h("tr", { class: isStage(row) ? null : "dxr-aside" },
      h("th", { scope: "row" }, this.swatch(rows, row), this.name(rows, row)), total(row),
      shown.map((column) => this.tableCell(counts, row, column, place)));
    const double = { scope: "col", rowspan: shown.length ? 2 : null };
    return h("div", {},
      h("h3", { id: `dxr-caption-${place}` }, this.matrixTitle(counts)),
      this.scroll({ "aria-labelledby": `dxr-caption-${place}` },
        h("table", { class: "dxr-matrix", "aria-labelledby": `dxr-caption-${place}`, style: `min-inline-size:${15 + 4.5 * shown.length}em` },
          h("thead", {},
            h("tr", {}, h("th", double, this.facetName(rows)), h("th", double, this.t("total")),
              shown.length ? h("th", { scope: "colgroup", colspan: shown.length }, this.facetName(columns)) : null),
            shown.length ? h("tr", {}, shown.map(named)) : null),
          h("tbody", {}, this.book.facets.get(rows).map(line)))));
  }

  tableCell(counts, row, column, place) {
    const n = counts.cell(row, column);
    return h("td", { style: `--shade:${this.share(counts, row, column)}` }, this.countButton(n,
      `${this.name(counts.rows, row)} × ${this.name(counts.columns, column)}`,
      { [counts.rows]: [row], [counts.columns]: [column] }, this.number(n), place));
  }

  // Where no stage was given, nothing is to be compared: such cells stay white.
  share(counts, row, column) {
    return isStage(row) && isStage(column) ? shade(counts.cell(row, column), counts.most) : 0;
  }

  // A number that opens exactly the opinions it counts; nothing to open where it is 0.
  countButton(n, label, changes, text, place) {
    if (!n) return text;
    const pressed = this.isPicked(changes);
    const off = Object.fromEntries(Object.keys(changes).map((facet) => [facet, null]));
    return h("button", {
      type: "button", class: "dxr-count", "data-key": `count-${place}-${JSON.stringify(changes)}`,
      "aria-pressed": String(pressed), "aria-label": this.t("open_count", { label, n: this.counted(n) }),
      onclick: () => (pressed ? this.pick(off, null) : this.pick(changes)),
    }, text);
  }

  swatch(facet, value) {
    const roadmap = this.roadmap(facet);
    if (!roadmap) return null;
    const at = roadmap.stages.findIndex(({ id }) => id === value);
    const step = at < 0 ? "none" : `${roadmap.ordered ? "o" : "u"}${Math.min(at, 5)}`;
    return h("span", { class: "dxr-swatch", "data-step": step });
  }

  matrixTitle({ rows, columns, n }) {
    const facts = { rows: this.facetName(rows), columns: columns ? this.facetName(columns) : "", n: this.counted(n) };
    return this.t(columns ? "matrix_title" : "rows_title", facts);
  }

  meanings({ id, title, stages, source }) {
    return this.fold("meanings", this.t("meanings", { title: this.in(title) }),
      h("dl", { class: "dxr-meanings" }, stages.map((stage) => [
        h("dt", {}, this.stageName(this.roadmap(id), stage.id)), h("dd", {}, this.in(stage.definition))])),
      source?.name ? h("p", { class: "dxr-note" }, this.t("names_from", { name: source.name, date: source.date ?? "" })) : null);
  }

  // What a reader must know to quote the numbers.
  account(counts) {
    const roadmaps = [counts.rows, counts.columns].map((id) => this.roadmap(id)).filter(Boolean);
    const having = (fits) => counts.positions.filter((i) => roadmaps.some(({ id }) => fits(this.book.opinions[i], id))).length;
    const drafts = having(({ draft }, id) => draft?.[id]);
    const withheld = having(({ status }, id) => status?.[id] === "withheld");
    return [
      this.t("account", { n: this.counted(counts.n) }),
      roadmaps.every(({ exclusive }) => exclusive) ? this.t("one_stage") : this.t("several_stages"),
      drafts ? this.t("drafts", { n: this.counted(drafts) }) : this.t("no_drafts"),
      ...(withheld ? [this.t("withheld", { n: this.counted(withheld), label: this.label("status", "withheld") })] : []),
      ...roadmaps.map((one) => this.t("version", { title: this.in(one.title), version: one.version })),
      this.t("as_of", { date: this.day(this.book.data.date ?? "") }),
    ].join(this.state.language === "ja" ? "" : " ");
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

  // --- the time line: bars of opinions for each stage and period

  drawTime() {
    const { rows } = this.state;
    if (this.book.facets.get("period").length < 2 || !rows) return;
    const counts = matrix(this.book, this.state, "period", rows);
    // The bars stand for opinions with a stage, at meetings of a known day.
    const placed = counts.positions.filter((i) => this.book.values[i][rows].some(isStage));
    const positions = placed.filter((i) => this.book.values[i].period[0]);
    const drawn = { ...counts, positions, n: positions.length };
    const finding = this.timeFinding(drawn, placed.length - positions.length);
    this.slots.time.replaceChildren(
      h("p", {}, finding), h("p", { class: "dxr-hint" }, this.t("how_to_time")),
      this.timeline(drawn, finding, Math.max(280, this.slots.time.clientWidth || 1040)),
      h("p", { class: "dxr-note" }, this.account(drawn)),
      this.fold("time-table", this.t("same_numbers"), this.table(counts, "time"), h("p", { class: "dxr-note" }, this.account(counts))),
      this.takeTable("timeline", () => this.matrixRows(counts), () => this.timeline(drawn, finding)));
  }

  // When most of the opinions were voiced that the bars show, each counted once.
  timeFinding({ positions }, undated) {
    const held = (period) => positions.filter((i) => this.book.values[i].period[0] === period).length;
    const periods = slots(this.book);
    const most = Math.max(0, ...periods.map(held));
    const top = periods.filter((period) => held(period) === most).map((period) => this.day(period));
    const key = !most ? "time_none" : top.length === 1 ? "time_finding" : top.length <= NAMED ? "time_tied" : "time_even";
    const said = this.t(key, { period: top.join(this.t("comma")), n: this.counted(most) });
    return undated ? `${said} ${this.t("undated", { n: this.counted(undated) })}` : said;
  }

  // Without a width it is a picture that stands by itself.
  timeline(counts, label, width = 0) {
    const [places, stages] = [slots(this.book), this.book.facets.get(counts.columns).filter(isStage)];
    const bar = (r, p) => {
      const [stage, period] = [stages[r], places[p]];
      const n = counts.cell(period, stage);
      if (!n) return null;
      const changes = { [counts.columns]: [stage], period: [period] };
      return { n, text: this.number(n), picked: this.isPicked(changes), open: () => this.pick(changes),
        label: this.t("open_count", { label: `${this.name(counts.columns, stage)} × ${this.day(period)}`, n: this.counted(n) }) };
    };
    const alone = { title: `${this.t("time")} – ${this.facetName(counts.columns)}`, notes: [label, this.account(counts), this.snapshot()] };
    return timePicture({ label, bar, ...(width ? { width } : alone), rows: stages.map((id) => this.name(counts.columns, id)),
      places: places.map((day) => this.day(day)) });
  }

  // --- opinions

  // Every way to divide as a choice with its counts; a choice adds to what is picked already.
  drawFilters() {
    const facets = [...PLAIN, ...this.book.data.roadmaps.flatMap(({ id }) => [id, `status.${id}`])];
    const details = this.fold("filters", this.t("filters"),
      this.open.filters ? h("div", { class: "dxr-controls" }, facets.map((facet) => this.filter(facet))) : null);
    const before = this.open.filters;
    details.addEventListener("toggle", () => { if (details.open !== Boolean(before)) this.drawFilters(); });
    this.slots.filters.className = before ? "dxr-open" : "";
    this.slots.filters.replaceChildren(details);
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
    this.tell(this.found(positions.length, aside.length));
    const more = positions.length + aside.length - this.shown;
    this.slots.opinions.replaceChildren(
      this.chips(), positions.length ? this.takeOpinions() : "",
      h("ol", { class: "dxr-opinions" }, [...positions, ...aside].slice(0, this.shown).map((i) => this.opinion(this.book.opinions[i]))),
      more > 0 ? h("button", { type: "button", "data-key": "more", onclick: () => this.showMore() },
        this.t("more", { n: Math.min(more, PAGE_SIZE), rest: more })) : "");
  }

  found(n, aside) {
    const said = !this.filtered ? this.t("found_all", { n: this.counted(n) })
      : n ? this.t("found", { n: this.counted(n), all: this.total }) : this.t("empty");
    return said + (aside ? this.t("aside", { n: aside }) : "");
  }

  tell(said) {
    if (this.status.textContent !== said) this.status.textContent = said;
  }

  showMore() {
    const next = this.shown;
    this.shown += PAGE_SIZE;
    this.drawOpinions();
    this.slots.opinions.querySelectorAll(".dxr-opinions > li")[next]?.querySelector("button")?.focus();
  }

  chips() {
    if (!this.filtered) return "";
    const { picks, text } = this.state;
    const chip = (label, remove) => h("li", {}, h("button", {
      type: "button", class: "dxr-chip", "aria-label": this.t("remove", { label }), onclick: remove,
    }, label, h("span", { "aria-hidden": "true" }, " ×")));
    const all = Object.entries(picks).flatMap(([facet, values]) => values.map((value) => chip(
      `${this.facetName(facet)}：${this.name(facet, value)}`,
      () => this.pick({ [facet]: values.filter((other) => other !== value) }))));
    if (text) all.push(chip(this.t("word", { text }), () => this.go({ text: "" }, { to: OPINIONS })));
    const back = this.from && this.element.querySelector(`[data-key="${CSS.escape(this.from)}"]`);
    return h("ul", { class: "dxr-chips", "aria-label": this.t("conditions") }, all,
      h("li", {}, h("button", { type: "button", "data-key": "clear",
        onclick: () => this.go({ picks: {}, text: "" }, { to: OPINIONS }) }, this.t("clear"))),
      back ? h("li", {}, h("button", { type: "button", "data-key": "back",
        onclick: () => this.goTo(`[data-key="${CSS.escape(this.from)}"]`) }, this.t("back"))) : null);
  }

  opinion(opinion) {
    const { data } = this.book;
    const place = [data.meetings.length > 1 ? this.meetingName(opinion.meeting) : "", opinion.section,
      opinion.kind === "opinion" ? "" : this.label("kind", opinion.kind), opinion.counts === false ? this.t("not_counted") : "",
      opinion.role, opinion.speaker, opinion.page ? this.t("page_n", { n: opinion.page }) : ""].filter(Boolean);
    return h("li", { class: "dxr-opinion" },
      h("blockquote", { lang: "ja" }, marked(opinion.text, highlights(opinion, this.state.text))),
      h("p", { class: "dxr-meta" }, place.join(" ・ ")),
      h("dl", { class: "dxr-stages" }, data.roadmaps.filter(({ id }) => opinion.status?.[id])
        .map((roadmap) => this.stages(opinion, roadmap))),
      opinion.status || opinion.counts === false ? null : h("p", { class: "dxr-meta" }, this.label("status", "untagged")),
      h("button", { type: "button", "data-key": `open-${opinion.id}`, onclick: () => this.go({ open: opinion.id }) },
        opinion.page ? this.t("open_source", { page: opinion.page }) : this.t("open_source_whole")));
  }

  // Where no stage counts, what was decided stands in its place: none applies, or reviewers differ.
  stages(opinion, roadmap) {
    const stages = opinion.tags?.[roadmap.id] ?? [];
    const drafts = opinion.draft?.[roadmap.id];
    const said = (words, draft) => h("dd", {}, words, draft ? h("span", { class: "dxr-draft" }, this.t("draft")) : null);
    return h("div", {}, h("dt", {}, this.in(roadmap.title)),
      stages.length ? stages.map((stage) => said([this.swatch(roadmap.id, stage), this.stageName(roadmap, stage)], drafts?.includes(stage)))
        : said(this.label("status", opinion.status[roadmap.id]), drafts),
      opinion.reason?.[roadmap.id] ? h("dd", {}, this.t("reason", { text: opinion.reason[roadmap.id] })) : null);
  }

  // --- the passage in its source

  drawSource() {
    const opinion = this.book.opinions.find(({ id }) => id === this.state.open);
    if (this.dialog && this.dialog.dataset.open !== opinion?.id) {
      this.dialog.remove();
      this.dialog = null;
    }
    if (!opinion || this.dialog) return;
    const citation = this.citation(opinion);
    const said = h("p", { role: "status" });
    this.dialog = h("dialog", { class: "dxr-source", "data-open": opinion.id, "aria-labelledby": "dxr-source",
      oncancel: (event) => { event.preventDefault(); this.closeSource(); } },
    h("div", { class: "dxr-source-head" },
      h("h2", { id: "dxr-source" }, opinion.page ? this.t("source_of", { page: opinion.page }) : this.t("source_whole")),
      h("button", { type: "button", "data-key": "close", onclick: () => this.closeSource() }, this.t("close")),
      h("p", { class: "dxr-meta" }, this.meetingName(opinion.meeting, true)),
      h("button", { type: "button", "data-key": "cite", onclick: () => this.copy(citation, said) }, this.t("cite")), said),
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
    if (!source) return h("p", {}, opinion.text);
    const at = codePoints(source.text);
    const [start, end] = [at(opinion.start), at(opinion.end)];
    const bounds = [...(source.pages?.length ? source.pages : [0]).map(at), source.text.length];
    return bounds.slice(0, -1).map((from, i) => {
      const to = bounds[i + 1];
      const span = [Math.max(from, start) - from, Math.min(to, end) - from];
      return h("section", {}, opinion.page && h("h3", {}, this.t("page_n", { n: i + 1 })),
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
  see({ id, roadmap, text, show }) {
    if (!show) return null;
    const rows = show.roadmap ?? this.state.rows;
    return h("button", { type: "button", "data-key": `finding-${roadmap}-${id}`, "aria-label": `${this.t("see")}：${this.in(text)}`,
      onclick: () => this.go({ picks: picksOf(show), text: "", rows, columns: this.axisFor(rows, this.state.columns) },
        { to: OPINIONS }) }, this.t("see"));
  }

  footer() {
    const { data } = this.book;
    return h(this.page ? "footer" : "div", { class: "dxr-footer" },
      h("h2", { id: "dxr-about", tabindex: "-1" }, this.t("about")),
      h("p", {}, this.t("made_from", { ...data.n, opinions: this.counted(data.n.opinions), reviewed: this.counted(data.n.reviewed) }), " ", this.t("made_with"), " ", this.snapshot()),
      data.names === "roles" ? h("p", {}, this.t("names_roles")) : null,
      data.blind ? h("p", {}, this.t("blind")) : null,
      this.credits().map((line) => h("p", {}, line)),
      this.agreement(),
      h("p", { class: "dxr-top" }, this.link("top", "#dxr-top")));
  }

  // How far the reviewers agree, by roadmap, with the interval that so few opinions allow.
  agreement() {
    const rows = this.book.data.agreement.filter(({ stage, alpha }) => !stage && typeof alpha === "number");
    if (!rows.length) return null;
    const two = (value) => (typeof value === "number" ? value.toFixed(2).replace("-", "−") : "–");
    const range = ({ low, high }) => this.t("range", { low: two(low), high: two(high) });
    const heads = ["roadmap", "total", "reviewers", "percent", "alpha"].map((key) => h("th", { scope: "col" }, this.t(key)));
    return h("details", {}, h("summary", {}, this.t("agreement")), h("p", {}, this.t("agreement_note")),
      this.scroll({ "aria-label": this.t("agreement") }, h("table", {},
        h("thead", {}, h("tr", {}, heads)),
        h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, this.facetName(row.roadmap)),
          [row.n, row.reviewers, `${Math.round(100 * row.percent)}%`, `${two(row.alpha)}（${range(row)}）`]
            .map((value) => h("td", {}, String(value)))))))));
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
