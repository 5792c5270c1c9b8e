// What things are called in the reader's language: the sentences, names, dates and numbers of a page.
// `book` is that of counts.js, `state.language` may change at any time.

// Made once: toLocaleString would make one anew for every number of a matrix.
const NUMBERS = { ja: new Intl.NumberFormat("ja"), en: new Intl.NumberFormat("en") };

class Words {
  t(key, facts = {}) {
    const sentence = this.book.data.messages[this.state.language]?.[key] ?? key;
    return sentence.replace(/\{(\w+)\}/g, (_, name) => this.number(facts[name] ?? ""));
  }

  number(value) {
    return typeof value === "number" ? NUMBERS[this.state.language].format(value) : value;
  }

  // "8 件", "8 opinions", "1 opinion".
  counted(n) {
    return this.t(n === 1 ? "one_opinion" : "n_opinions", { n });
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
    if (!isStage(id)) return this.label("status", id.slice(1));
    const at = roadmap.stages.findIndex((one) => one.id === id);
    if (at < 0) return id;
    const { label, gone, order = at } = roadmap.stages[at]; // snapshots had no order at first
    return roadmap.ordered && !gone ? `${order}. ${this.in(label)}` : this.in(label);
  }

  // A series of meetings is told apart by number and day; elsewhere, and to cite it, the title stands
  // too, or the file where the minutes have none.
  meetingName(id, whole = !this.oneSeries) {
    const { date, round, title, source } = this.book.meetings.get(id) ?? { title: id };
    const day = date ? this.day(date) : "";
    return whole ? [day, this.in(title) || source].filter(Boolean).join(" ") : this.t("round", { n: round, day });
  }

  get oneSeries() {
    const meetings = this.book.held;
    return meetings.length > 1 && new Set(meetings.map(({ series }) => series)).size === 1 && meetings.every(({ round, date }) => round && date);
  }

  // "2020-11-02", "2020-11" or "2020" as the reader's language writes it.
  day(date) {
    const [y, m, d] = date.split("-");
    const plain = (digits) => (this.state.language === "ja" ? Number(digits) : digits);
    return this.t(`date_${date.length}`, { y, m: `${plain(m)}`, d: `${plain(d)}` });
  }

  snapshot() {
    const { id, date } = this.book.data;
    return this.t("snapshot", { id: id.slice(0, 12), date: this.day(date ?? "") });
  }

  // The sentence with all that is needed to find it again.
  citation(opinion) {
    const place = [[opinion.role, opinion.speaker].filter(Boolean).join(" "), this.meetingName(opinion.meeting, true), opinion.section,
      opinion.page ? this.t("page_n", { n: opinion.page }) : "", this.snapshot()].filter(Boolean);
    return this.t("citation", { text: opinion.text, place: place.join(this.t("comma")) });
  }

  credits() {
    return (this.book.data.credits ?? []).map((credit) => this.in(credit.text ?? credit));
  }
}
