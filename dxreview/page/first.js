// The first screen: who is it, where the work stands, what comes next; and the head of every screen.

function headView(desk) {
  const { state, init } = desk;
  const mode = (settling) => h("button", { "data-k": `mode-${settling}`, "aria-pressed": String(state.settling === settling),
    onclick: () => { desk.grab = true; desk.line.send("do", { command: "agree", value: settling }); } }, desk.say(settling ? "mode_agree" : "mode_review"));
  return [
    h("h2", { class: "dx-title" }, h("bdi", null, init.project.title)),
    h("span", { class: "dx-modes", role: "group", "aria-label": desk.say("mode") }, mode(false), mode(true)),
    state.reviewer && h("span", { class: "dx-who" }, desk.say("who", { name: state.reviewer }), " ",
      h("button", { class: "dx-link", "data-k": "leave", onclick: () => desk.line.send("do", { command: "enter", value: "" }) },
        desk.say("change"))),
    state.reviewer && choice(desk, "roadmap", state.roadmap, init.roadmaps.map((each) => [each.id, desk.words.pick(each.title)]),
      (value) => desk.line.send("do", { command: "use", value })),
  ];
}

function languageView(desk) {
  const other = desk.state.language === "ja" ? "en" : "ja";
  return h("button", { "data-k": "lang", lang: other, onclick: () => desk.line.send("do", { command: "speak", value: other }) },
    other === "en" ? "English" : "日本語");
}

function firstView(desk) {
  const { state, init } = desk;
  const name = h("input", { type: "text", id: "dx-name", "data-k": "name", maxlength: "100", autocomplete: "off",
    value: init.guess || recall("reviewer") || "", onfocus: () => name.select() }); // typing replaces it
  const start = (who) => {
    if (!who.trim()) { name.focus(); desk.tell(desk.say("name_needed")); return; }
    remember("reviewer", who.trim());
    desk.grab = "first";
    desk.line.send("do", { command: "enter", value: who.trim() });
  };
  const waiting = {}; // reviewer → acts that this browser still keeps
  for (const { reviewer } of Outbox.kept(`dxreview:${init.project.id}:`)) waiting[reviewer] = (waiting[reviewer] ?? 0) + 1;
  const repairs = state.lost.length + state.looks.length;
  return [
    h("h3", null, desk.say(desk.settling ? "first_agree" : "first_title")),
    h("p", null, desk.say("first_text")),
    state.known.length > 0 && h("div", { class: "dx-row", role: "group", "aria-label": desk.say("known") },
      state.known.map((who) => h("button", { class: "dx-big", onclick: () => start(who) }, h("bdi", null, who)))),
    h("form", { class: "dx-row", onsubmit: (event) => { event.preventDefault(); start(name.value); } },
      h("label", { for: "dx-name" }, desk.say("name")), name,
      h("button", { class: "dx-primary", type: "submit" }, desk.say("begin"))),
    init.warnings.map((each) => h("p", { class: "dx-note" }, desk.words.pick(each))),
    Object.entries(waiting).map(([who, n]) => h("p", { class: "dx-note" }, desk.say("waiting", { name: who, n }))),
    repairs > 0 && h("p", { class: "dx-note" }, desk.say("repairs_first", { n: repairs })),
    standingView(desk),
    h("h3", null, desk.say("next_title")),
    h("ol", { class: "dx-next" }, ["next_1", "next_2", "next_3"].map((key) => h("li", null,
      desk.say(desk.settling ? `agree_${key}` : key)))),
    init.binder && h("p", { class: "dx-note" }, desk.say("binder")),
  ];
}

function standingView(desk) {
  const { meetings } = desk.state.progress;
  return [
    h("h3", null, desk.say("standing")),
    h("p", null, desk.say("standing_text", { meetings: meetings.length,
      opinions: meetings.reduce((sum, each) => sum + each.total, 0),
      done: meetings.reduce((sum, each) => sum + each.done, 0) })),
    peopleView(desk),
  ];
}
