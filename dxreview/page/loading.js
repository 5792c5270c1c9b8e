// The page of load.ipynb: files are dropped or chosen, and the kernel answers with the picture.

class Loading {
  constructor(model, el) {
    this.words = new Sentences();
    this.said = h("div", { class: "dx-said", role: "status" });
    this.banner = h("div", { class: "dx-banner", role: "status" });
    this.box = h("div");
    this.place = h("div");
    this.root = h("div", { class: "dx" }, this.banner, this.box, this.said, this.place);
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
    const url = URL.createObjectURL(new Blob([message.html], { type: "text/html" }));
    if (this.said.textContent === this.words.say("reading")) this.said.replaceChildren();
    this.place.replaceChildren(h("iframe", { src: url, sandbox: "allow-scripts", title: this.words.say("picture"),
      style: "inline-size:100%;block-size:80vh;border:1px solid #949494;border-radius:8px" }));
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
