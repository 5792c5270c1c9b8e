// The page of load.ipynb: files are dropped or chosen, and the kernel answers with the picture.

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

  on_said(message) { this.said.replaceChildren(message.sentence ?? ""); }

  // A page of its own that may run its script but reach nothing of ours.
  on_picture(message) {
    this.correct(message.names);
    const url = URL.createObjectURL(new Blob([message.html], { type: "text/html" }));
    if (this.said.textContent === this.words.say("reading")) this.said.replaceChildren();
    this.place.replaceChildren(h("iframe", { src: url, sandbox: "allow-scripts", title: this.words.say("picture"),
      style: "inline-size:100%;block-size:80vh;border:1px solid #949494;border-radius:8px" }));
  }

  // The analyst's last word: one correction at a time, written beside the source.
  correct(names) {
    const say = (key) => this.words.say(key);
    const choose = (label, options) => h("select", { "aria-label": say(label) }, options.map(([value, text]) => h("option", { value }, text)));
    const keys = ["title", "date", "series", "round", "kind", "leave_out", "split", "join"];
    const source = choose("correct_source", names.map((name) => [name, name]));
    const key = choose("correct_key", keys.map((each) => [each, say(`correct_${each}`)]));
    const value = h("input", { type: "text", "aria-label": say("correct_value"), placeholder: say("correct_value"), style: "flex:1;min-inline-size:16em" });
    const send = (event) => {
      event.preventDefault();
      this.on_said({ sentence: say("reading") });
      this.line.send("correct", { source: source.value, key: key.value, value: value.value });
    };
    const form = h("form", { onsubmit: send, style: "display:flex;flex-wrap:wrap;gap:8px;margin-block:8px" },
      source, key, value, h("button", { type: "submit", class: "dx-primary" }, say("correct_do")));
    this.form.replaceChildren(h("summary", null, say("correct")), h("p", null, say("correct_hint")), form);
  }

  async take(files) {
    const list = [...files];
    this.on_said({ sentence: this.words.say("reading") });
    const bytes = await Promise.all(list.map((file) => file.arrayBuffer()));
    this.line.send("files", { names: list.map((file) => file.name) }, bytes.map((each) => new DataView(each)));
  }
}

export default {
  render({ model, el }) {
    const page = new Loading(model, el);
    return () => page.line.close();
  },
};
