// What a reader takes away: tables as workbook and CSV, pictures, a citation, a link.

class Takeaway extends Words {
  // Buttons that say the kind of file; for who hears them one by one, the whole sentence.
  take(key, buttons) {
    return h("div", { class: "dxr-take", role: "group", "aria-label": this.t(key) }, h("span", {}, this.t(key)),
      Object.entries(buttons).map(([name, act]) => h("button", { type: "button", "data-key": `${key}-${name}`,
        "aria-label": this.t("save_as", { what: this.t(key), kind: this.t(name) }), onclick: act }, this.t(name))));
  }

  takeTable(name, rows, picture) {
    return this.take(`take_${name}`, {
      excel: () => this.save(`${name}.xlsx`, workbook([{ name: this.t("table"), rows: rows() }, this.aboutSheet()])),
      csv: () => this.save(`${name}.csv`, new Blob([csv(rows())], { type: "text/csv" })),
      png: () => this.png(picture(), `${name}.png`),
      svg: () => this.save(`${name}.svg`, new Blob([picture().outerHTML], { type: "image/svg+xml" })),
    });
  }

  // No file is called as those in the snapshot's folder downloads, which hold something else.
  takeOpinions() {
    const rows = () => this.opinionRows(select(this.book, this.state));
    const sheets = () => [{ name: this.t("opinions_sheet"), rows: rows() }, this.aboutSheet()];
    const plain = (key, act) => h("button", { type: "button", "data-key": key, onclick: act }, this.t(key));
    return h("div", { class: "dxr-takes" },
      this.take("take_opinions", {
        excel: () => this.save("shown-opinions.xlsx", workbook(sheets())),
        csv: () => this.save("shown-opinions.csv", new Blob([csv(rows())], { type: "text/csv" })),
      }),
      this.take("take_all", { excel: () => this.save("all-tables.xlsx", workbook(this.allSheets())) }),
      this.page ? h("div", { class: "dxr-take" }, plain("print", () => print()),
        plain("copy_link", () => this.copy(location.href.split("#")[0] + this.address(), this.status))) : null);
  }

  opinionRows(positions) {
    const { roadmaps } = this.book.data;
    const plain = ["section", "kind", "role", "speaker"];
    return [
      [this.label("column", "opinion_id"), this.t("facet_meeting"), this.t("held_on"), this.t("page"), this.t("order"),
        ...plain.map((facet) => this.facetName(facet)), this.t("text"),
        ...roadmaps.flatMap(({ title }) => [this.in(title), ...["status", "reviewers", "why"].map((key) => `${this.in(title)}：${this.t(key)}`)])],
      ...positions.map((i) => this.book.opinions[i]).map((one) => [
        one.id, this.in(this.book.meetings.get(one.meeting).title) || this.book.meetings.get(one.meeting).source, this.book.meetings.get(one.meeting).date ?? "",
        one.page ?? "", one.order, ...plain.map((facet) => (one[facet] ? this.name(facet, one[facet]) : "")), one.text,
        ...roadmaps.flatMap((roadmap) => this.decision(one, roadmap))]),
    ];
  }

  // The stages with their drafts marked, the status, how many decided, and the lead's reason.
  decision(opinion, roadmap) {
    const drafts = opinion.draft?.[roadmap.id];
    const mark = (is) => (is ? this.t("draft_mark") : "");
    return [
      (opinion.tags?.[roadmap.id] ?? []).map((id) => this.stageName(roadmap, id) + mark(drafts?.includes(id))).join(" / "),
      opinion.counts === false ? "" : this.label("status", statusOf(opinion, roadmap.id)) + mark(drafts),
      opinion.n?.[roadmap.id] ?? "", opinion.reason?.[roadmap.id] ?? ""];
  }

  // The opinions, and the frames beside them, with all columns, in the reader's words; the codes are
  // in the snapshot's folder frames, for programs.
  allSheets() {
    const { frames = {}, opinions } = this.book.data;
    const named = (column) => this.label("column", column);
    const heads = ["opinion_id", "roadmap", "version", "stage", "draft"];
    const worded = (columns) => (row) => row.map((value, c) => (columns[c] === "attendance" ? this.label("attendance", value) : value));
    const tags = opinions.flatMap((one) => this.book.data.roadmaps.flatMap((roadmap) => (one.tags?.[roadmap.id] ?? []).map((id) => [
      one.id, this.in(roadmap.title), roadmap.version, this.stageName(roadmap, id), one.draft?.[roadmap.id]?.includes(id) ? this.t("draft") : ""])));
    return [
      { name: this.t("opinions_sheet"), rows: this.opinionRows(opinions.map((_, i) => i)) },
      { name: this.label("sheet", "tags"), rows: [heads.map(named), ...tags] },
      ...Object.entries(frames).map(([name, { columns, rows }]) => ({ name: this.label("sheet", name), rows: [columns.map(named), ...rows.map(worded(columns))] })),
      this.aboutSheet()];
  }

  aboutSheet() {
    const { data } = this.book;
    return { name: this.t("about_sheet"), rows: [[this.in(data.title), ""], [this.snapshot(), data.draft ? this.t("holds_drafts") : ""],
      ...data.roadmaps.map((one) => [this.in(one.title), one.version]), [this.t("several_stages"), ""],
      ...this.credits().map((line) => [line, ""])] };
  }

  async save(name, blob) {
    download(name, await blob);
    this.tell(this.t("saved", { name }));
  }

  // Without a secure connection browsers give no clipboard: the reader copies by hand.
  async copy(text, status) {
    try {
      await navigator.clipboard.writeText(text);
      status.textContent = this.t("copied");
    } catch {
      prompt(this.t("copy_by_hand"), text);
    }
  }

  async png(picture, name) {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture.outerHTML)}`;
    await image.decode();
    const canvas = h("canvas", { width: 2 * image.width, height: 2 * image.height });
    const pen = canvas.getContext("2d");
    pen.scale(2, 2);
    pen.drawImage(image, 0, 0);
    canvas.toBlob((blob) => this.save(name, blob));
  }
}
