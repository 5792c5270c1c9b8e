// The page of load.ipynb: files are dropped or chosen, and the kernel answers with the picture.

const LARGEST = 9e6; // bytes
const KEYS = ["title", "date", "series", "round", "kind", "leave_out", "split", "join", "speakers", "attendees", "marks"];
const MEANINGS = ["opinion", "question", "answer", "speaker", "heading", "text"];
const PARTS = { speakers: ["speaker", "role"], attendees: ["attendance", "name", "group", "affiliation"] }; // of a person
const ATTENDANCE = ["present", "online", "proxy", "absent"];

class Loading {
  constructor(model, el) {
    this.words = new Sentences();
    this.said = h("div", { class: "dx-said", role: "status" });
    this.banner = h("div", { class: "dx-banner", role: "status" });
    this.box = h("div");
    this.place = h("div");
    this.form = h("details", { style: "margin-block:8px" });
    this.root = h("div", { class: "dx" }, this.banner, this.box, this.form, this.said, this.place);
    shelter(this.root);
    el.append(this.root);
    this.line = new Line(model, {
      receive: (message) => this[`on_${message.type}`]?.(message),
      changed: (alive) => this.banner.replaceChildren(alive ? "" : this.words.say("silent")),
    });
    this.line.send("hello");
  }

  on_init(message) {
    this.words.lang = this.root.lang = message.language;
    this.words.tables = message.messages;
    const input = h("input", { type: "file", multiple: true, accept: message.accept, onchange: () => this.take(input.files) });
    const box = h("label", { style: "display:block;border:2px dashed #949494;border-radius:8px;padding:16px 24px;margin-block:8px" },
      h("b", null, this.words.say("upload")), h("div", null, this.words.say("upload_hint")), input);
    box.addEventListener("dragover", (event) => event.preventDefault());
    box.addEventListener("drop", (event) => { event.preventDefault(); this.take(event.dataTransfer.files); });
    this.box.replaceChildren(box);
    this.on_said({ sentence: this.words.say("reading") });
  }

  // Files that were too big to send are told until others are taken.
  on_said({ sentence = "" }) {
    this.last = sentence;
    this.said.replaceChildren([this.left, sentence].filter(Boolean).join(" "));
  }

  // A page of its own that may run its script but reach nothing of ours.
  on_picture(message) {
    this.correct(message.made);
    const url = URL.createObjectURL(new Blob([message.html], { type: "text/html" }));
    if (this.last === this.words.say("reading")) this.on_said({});
    this.place.replaceChildren(h("iframe", { src: url, sandbox: "allow-scripts", title: this.words.say("picture"),
      style: "inline-size:100%;block-size:80vh;border:1px solid #949494;border-radius:8px" }));
  }

  // The analyst's last word: one correction at a time, written beside the source. What was chosen
  // last stays chosen.
  correct(made) {
    const say = (key) => this.words.say(key);
    const choose = (label, options, held) => {
      const found = h("select", { "aria-label": say(label), onchange: () => shown() }, options.map(([value, text]) => h("option", { value }, text)));
      if (options.some(([value]) => value === held)) found.value = held;
      return found;
    };
    const source = choose("correct_source", Object.keys(made).map((name) => [name, name]), this.chosen?.source);
    const key = choose("correct_key", KEYS.map((each) => [each, say(`correct_${each}`)]), this.chosen?.key);
    const meaning = choose("correct_meaning", MEANINGS.map((each) => [each, say(`mean_${each}`)]));
    const value = h("input", { type: "text", required: true, "aria-label": say("correct_value"), placeholder: say("correct_value"), style: "flex:1;min-inline-size:16em" });
    const list = h("ul", { "aria-label": say("made") });
    const how = h("p", { role: "status" });
    const states = [...ATTENDANCE.map((each) => [each, say(`attendance_${each}`)]), ["", say("nobody_attendees")]];
    const fields = Object.entries(PARTS).flatMap(([of, parts]) => parts.map((part) => {
      const input = part === "attendance" ? choose(`part_${part}`, states) : h("input", { type: "text" });
      return { of, part, input, label: h("label", { class: "dx-field" }, say(`part_${part}`), input) };
    }));
    const nobody = fields.find(({ part }) => part === "attendance").input;
    const shown = () => {
      this.chosen = { source: source.value, key: key.value };
      meaning.hidden = key.value !== "marks";
      for (const { of, label, input } of fields) label.hidden = of !== key.value || (input !== nobody && of === "attendees" && !nobody.value);
      how.replaceChildren(PARTS[key.value] ? say(`hint_${key.value}`) : "");
      list.replaceChildren(...(made[source.value] ?? []).map((each) => this.taken(source.value, each)));
    };
    const send = (event) => {
      event.preventDefault();
      this.on_said({ sentence: say("reading") });
      const told = fields.filter(({ label }) => !label.hidden).map(({ part, input }) => [part, input.value]);
      this.line.send("correct", { ...this.chosen, value: value.value, meaning: meaning.value, told: Object.fromEntries(told) });
    };
    const form = h("form", { onsubmit: send, style: "display:flex;flex-wrap:wrap;gap:8px;margin-block:8px" },
      source, key, value, meaning, fields.map(({ label }) => label), h("button", { type: "submit", class: "dx-primary" }, say("correct_do")));
    shown();
    const here = this.form.matches(":focus-within"); // the next correction begins where this one did
    this.form.replaceChildren(h("summary", null, say("correct")), h("p", null, say("correct_hint")), how, form, list);
    if (here) value.focus();
  }

  // A correction that was made, with a way back.
  taken(source, [key, value, meaning]) {
    const said = [this.words.say(`correct_${key}`), value, key === "marks" ? this.words.say(`mean_${meaning}`) : meaning].filter(Boolean).join("　");
    return h("li", null, said, " ", h("button", { type: "button", "aria-label": `${this.words.say("take_back")}: ${said}`, onclick: () => {
      this.on_said({ sentence: this.words.say("reading") });
      this.line.send("take_back", { source, key, value });
    } }, this.words.say("take_back")));
  }

  // A message holds 10 MB at most: files go in as few as that allows.
  async take(files) {
    const list = [...files].filter((file) => file.size <= LARGEST);
    const left = [...files].filter((file) => file.size > LARGEST).map((file) => file.name).join("、");
    this.left = left && this.words.say("too_big", { names: left });
    this.on_said({ sentence: list.length ? this.words.say("reading") : "" });
    for (let from = 0, size = 0, at = 0; at < list.length; at += 1) {
      size += list[at].size;
      if (at + 1 < list.length && size + list[at + 1].size <= LARGEST) continue;
      const part = list.slice(from, at + 1);
      const bytes = await Promise.all(part.map((file) => file.arrayBuffer()));
      this.line.send("files", { names: part.map((file) => file.name) }, bytes.map((each) => new DataView(each)));
      [from, size] = [at + 1, 0];
    }
  }
}

export default {
  render({ model, el }) {
    const page = new Loading(model, el);
    return () => page.line.close();
  },
};
