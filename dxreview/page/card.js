// One opinion: its card, stages, memo, what others decided, settlement; and the figures of agreement.

// Where one goes and what one takes back: always at the same place.
function navView(desk) {
  const { state } = desk;
  const { position, total } = state;
  const button = ([name, letter, does, off]) => h("button", { "data-k": name, "aria-disabled": off ? "true" : false,
    onclick: () => { if (!off) does(); } }, desk.say(name), key(desk, letter));
  return [
    [
      ["back", "k", () => desk.move("step", -1)], ["next", "j", () => desk.move("step", 1)],
      [desk.settling ? "next_disagreed" : "next_untagged", "u", () => desk.move("next_open")],
      ["undo", "z", () => desk.turn("undo"), !state.can_undo], ["redo", "y", () => desk.turn("redo"), !state.can_redo],
    ].map(button),
    position != null && h("span", { class: "dx-place" }, desk.say("place", { i: position + 1, n: total })),
    keysView(desk),
  ];
}

function cardView(desk) {
  const { state, ui } = desk;
  const card = state.card;
  if (!card) return [h("p", { class: "dx-note" }, desk.say(state.of ? "no_card" : "no_minutes"))];
  const mine = desk.mine(card);
  // What the kernel is asked for, and what goes when it is there.
  const asked = (name) => h("button", { "data-k": name, "aria-expanded": String(Boolean(ui[name])), onclick: () => {
    if (ui[name]) { ui[name] = null; desk.render(); } else desk.line.send(name, { opinion: card.id });
  } }, desk.say(name));
  return [
    h("div", { class: "dx-where" },
      h("bdi", null, card.meeting.title), card.meeting.date && h("span", null, card.meeting.date),
      card.section && h("bdi", null, card.section), h("span", null, desk.say(`kind_${card.kind}`)),
      (card.speaker || card.role) && h("bdi", null, [card.role, card.speaker].filter(Boolean).join(" ")),
      card.page && h("span", null, desk.say("page", { page: card.page }))),
    neighbour(desk, "before", card.before),
    h("blockquote", { class: "dx-text", tabindex: card.long ? "0" : false }, h("bdi", null, hits(card.text))),
    neighbour(desk, "after", card.after),
    desk.settling && [othersView(desk, card), settleView(desk)],
    !desk.settling && [stagesView(desk, mine), memoView(desk, mine), othersView(desk, card)],
    card.roads.length > 0 && h("div", { class: "dx-roads" }, h("h4", null, desk.say("other_roadmaps")), h("ul", null,
      card.roads.map((road) => h("li", null, `${desk.words.pick(roadmapOf(desk, road.roadmap)?.title)}: `,
        road.stages.map((id) => stageName(desk, id, road.roadmap)).join("、") || desk.say("mark_none"))))),
    h("div", { class: "dx-row dx-small" },
      asked("passage"), h("button", { "data-k": "copy", onclick: () => desk.copy() }, desk.say("copy"), key(desk, "c")),
      asked("history")),
    ui.passage && h("div", { class: "dx-passage", tabindex: "0", role: "group", "aria-label": desk.say("passage") },
      h("p", null, ui.passage.page ? desk.say("passage_at", ui.passage) : ui.passage.source), h("pre", null, hits(ui.passage.text))),
    historyView(desk),
    correctView(desk, card),
  ];
}

function roadmapOf(desk, id) { return desk.init.roadmaps.find((roadmap) => roadmap.id === id); }

// As the published page calls it: a step of an ordered roadmap carries its number.
function stageName(desk, id, of = desk.state.roadmap) {
  const roadmap = roadmapOf(desk, of);
  const stage = roadmap?.stages.find((each) => each.id === id);
  const label = desk.words.pick(stage?.label) || id;
  return stage && roadmap.ordered ? `${stage.order}. ${label}` : label;
}

// The key of a stage: that number, or its place in a plain list; null where it is no single digit.
function stageKey(roadmap, stage) {
  const number = String(roadmap.ordered ? stage.order : roadmap.stages.indexOf(stage) + 1);
  return number.length === 1 ? number : null;
}

function key(desk, letter) { return desk.ui.keys && letter && h("kbd", { "aria-hidden": "true" }, letter); }

function neighbour(desk, which, other) {
  return other && h("p", { class: `dx-near dx-${which}` }, h("span", { class: "dx-nearname" }, desk.say(which)), " ",
    h("bdi", null, other));
}

function stagesView(desk, mine) {
  const hint = h("div", { class: "dx-hint", id: "dx-hint" });
  const show = (stage) => hint.replaceChildren(...stageHint(desk, stage));
  const button = (stage, i) => h("button", { class: `dx-stage dx-c${i % 6}`, "data-k": `stage-${stage.id}`,
    "aria-pressed": String(mine.stages.includes(stage.id)), "aria-describedby": "dx-hint",
    onclick: () => desk.toggle(stage.id), onfocus: () => show(stage), onmouseenter: () => show(stage) },
  key(desk, stageKey(desk.roadmap, stage)), h("span", null, stageName(desk, stage.id)));
  return [
    h("div", { class: "dx-stages", role: "group", "aria-label": desk.words.pick(desk.roadmap.title) },
      desk.roadmap.stages.map(button),
      h("button", { class: "dx-stage dx-none", "data-k": "stage-none", "aria-pressed": String(mine.none), onclick: () => desk.none() },
        key(desk, "n"), h("span", null, desk.say("none")))),
    hint,
    details(desk, "definitions", [desk.say("definitions"), key(desk, "d")], () => h("dl", { class: "dx-defs" },
      desk.roadmap.stages.map((stage) => [h("dt", null, stageName(desk, stage.id)), h("dd", null, stageHint(desk, stage).slice(1))]))),
  ];
}

function stageHint(desk, stage) {
  const part = (name) => desk.words.pick(stage[name]) && h("p", null, h("b", null, desk.say(name)), " ", desk.words.pick(stage[name]));
  return [h("b", null, stageName(desk, stage.id)), part("definition"), part("include"), part("exclude")].filter(Boolean);
}

function memoView(desk, mine) {
  const area = h("textarea", { "data-k": "memo", rows: "2", maxlength: "20000", value: mine.memo, oninput: () => desk.note(area.value),
    // A redraw takes the focus away and brings it back at once: then nobody has left.
    onblur: () => setTimeout(() => { if (document.activeElement?.dataset.k !== "memo") desk.noted(); }) });
  return h("label", { class: "dx-memo" }, h("span", null, desk.say("memo"), key(desk, "m")), area);
}

// Side by side; while settling, one of them can be taken over.
function othersView(desk, card) {
  if (card.hidden) return h("p", { class: "dx-note" }, desk.say("blind"));
  if (!card.others.length && !card.settled) return null;
  const one = (name, stages, none, memo, more) => h("li", null, h("b", null, h("bdi", null, name)),
    h("div", null, none ? desk.say("none") : stages.map((id) => [chip(desk, id), " "])),
    memo && h("span", { class: "dx-quote" }, h("bdi", null, memo)), more);
  return h("div", { class: "dx-others" }, h("h4", null, desk.say(desk.settling ? "everybody" : "others")),
    h("ul", null, card.others.map((other) => one(other.reviewer, other.stages, other.none, other.memo,
      desk.settling && desk.state.may_settle && (other.none || other.stages.length > 0)
        && h("button", { "data-k": `adopt-${other.reviewer}`, "aria-pressed": String(desk.ui.adopted === other.reviewer), onclick: () => desk.adopt(other) },
        desk.say("adopt"), other === desk.adoptable && key(desk, "a")))),
    card.settled && one(desk.say("settled_by", { name: card.settled.by ?? "" }), card.settled.stages, !card.settled.stages.length,
      card.settled.reason)));
}

function historyView(desk) {
  const { history } = desk.ui;
  const did = ({ action, stages, roadmap, memo, of }) => [desk.say(`did_${action}`), " ",
    stages.map((id) => stageName(desk, id, roadmap)).join("、"), memo && h("bdi", null, memo),
    of && ["（", did(of), "）"]];
  return history && h("ol", { class: "dx-history" }, history.events.map((event) => h("li", null,
    h("time", null, new Date(event.at).toLocaleString(desk.words.lang)), " ", h("bdi", null, event.reviewer), " ",
    did(event), event.undone && ` ${desk.say("undone")}`)),
  history.events.length === 0 && h("li", null, desk.say("no_history")));
}

// Where an opinion begins and ends, put right at the selection; the kernel keeps it beside the source.
function correctView(desk, card) {
  const send = (fields) => desk.line.send("correct", { opinion: card.id, ...fields });
  const split = () => {
    const text = desk.card.querySelector(".dx-text bdi");
    const chosen = desk.selection;
    if (!chosen || !text.contains(chosen.startContainer)) { desk.tell(desk.say("select_first")); return; }
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(chosen.startContainer, chosen.startOffset);
    send({ key: "split", quote: text.textContent.slice(before.toString().length).slice(0, 40) });
  };
  // The button takes the selection away: remember it when the pointer or the focus comes.
  const keep = () => { const now = getSelection(); desk.selection = now.rangeCount ? now.getRangeAt(0).cloneRange() : null; };
  return details(desk, "correct", desk.say("correct"), () => [
    h("p", null, desk.say("correct_how")),
    h("div", { class: "dx-row", onpointerdown: keep, onfocusin: keep },
      h("button", { "data-k": "split", onclick: split }, desk.say("split")),
      card.before && h("button", { "data-k": "join", onclick: () => send({ key: "join" }) }, desk.say("join"))),
  ]);
}

// What a new version of the minutes or of a roadmap asks a person to confirm; nothing moves by itself.
function repairsView(desk) {
  const { lost, looks } = desk.state;
  const n = lost.length + looks.length;
  if (!n) return null;
  const label = (look, id) => stageName(desk, id, look.roadmap);
  return details(desk, "repairs", desk.say("repairs", { n }), () => [
    lost.length > 0 && h("h4", null, desk.say("lost")),
    h("ul", null, lost.map((each) => h("li", null,
      h("p", null, h("b", null, desk.say("lost_was")), " ", h("bdi", null, each.quote ?? each.opinion_id), "　",
        each.whose.length > 0 && desk.say("lost_by", { names: each.whose.join("、") })),
      each.found ? [
        h("p", null, h("b", null, desk.say("lost_now", { share: Math.round(each.score * 100) })), " ", h("bdi", null, each.now)),
        each.together > 0 && h("p", null, desk.say("lost_together", { n: each.together })),
        h("button", { "data-k": `move-${each.opinion_id}`, onclick: () =>
          desk.act("move", { opinion: each.found, old: each.opinion_id }) }, desk.say("move")),
      ] : h("p", null, desk.say("lost_none"))))),
    looks.length > 0 && h("h4", null, desk.say("looks")),
    h("ul", null, looks.map((look) => h("li", null, h("bdi", null, look.reviewer), " ", label(look, look.stage), " – ",
      desk.say(`look_${look.what}`), " ", look.now.map((id) => label(look, id)).join("、"), " ",
      h("button", { class: "dx-link", onclick: () => desk.move("go", look.opinion_id) }, desk.say("show"))))),
  ]);
}

function keysView(desk) {
  const set = (event) => { desk.ui.keys = event.target.checked; remember("keys", desk.ui.keys ? "on" : "off"); desk.render(); };
  const digits = desk.roadmap.stages.map((stage) => stageKey(desk.roadmap, stage)).filter(Boolean);
  return details(desk, "keys", [desk.say("keys"), key(desk, "?")], () => [
    h("label", { class: "dx-check" }, h("input", { type: "checkbox", "data-k": "keys", checked: desk.ui.keys, onchange: set }),
      " ", desk.say("keys_on")),
    h("p", null, desk.say("keys_where")),
    h("dl", { class: "dx-keylist" }, [[digits.join(" "), "key_stage"], ...KEYS, ...(desk.settling ? SETTLING : [])].map(([name, word]) => h("div", null,
      h("dt", null, name.split(" ").map((each) => h("kbd", null, each))), h("dd", null, desk.say(word))))),
  ]);
}

// --- agreement: figures, side by side, settlement --------------------------------------------------
function agreementView(desk) {
  const { figures, pairs } = desk.state;
  if (!figures?.some((row) => row.n)) return h("p", { class: "dx-note" }, desk.say(figures?.length ? "no_figures" : "blind_figures"));
  const columns = ["percent", "kappa", "fleiss", "alpha", "low", "high"].filter((name) => figures.some((row) => row[name] != null));
  const head = (name) => desk.say(`col_${name}`);
  const label = (id) => (id ? stageName(desk, id) : desk.say("overall"));
  return details(desk, "agreement", desk.say("figures"), () => [
    table(desk.say("figures"), [desk.say("facet_stage"), ...["n", "reviewers", ...columns, "warning"].map(head)],
      figures.map((row) => [label(row.stage), row.n, row.reviewers, ...columns.map((name) => number(row[name])),
        row.warning ? desk.say(`short_${row.warning}`) : ""])),
    ["few", "one_class"].filter((name) => figures.some((row) => row.warning === name)).map((name) =>
      h("p", null, h("b", null, desk.say(`short_${name}`), ": "), desk.say(`warn_${name}`, { n: figures[0].n }))),
    h("p", null, desk.say("figures_note")),
    pairs?.length > 0 && [h("h4", null, desk.say("pairs")), pairsTable(desk, pairs), h("p", null, desk.say("pairs_note"))],
  ]);
}

// Who agrees with whom: the share of equal decisions, and on how many opinions.
function pairsTable(desk, pairs) {
  const names = [...new Set(pairs.flatMap(({ one, other }) => [one, other]))];
  const cell = (a, b) => {
    const pair = pairs.find(({ one, other }) => (one === a && other === b) || (one === b && other === a));
    return pair?.n ? `${number(pair.percent)} (${pair.n})` : "–";
  };
  return table(desk.say("pairs"), ["", ...names], names.map((a) => [a, ...names.map((b) => cell(a, b))]));
}

function number(value) { return value == null ? "–" : value.toFixed(2); }

function table(name, head, rows) {
  return h("div", { class: "dx-tablebox", tabindex: "0", role: "group", "aria-label": name }, h("table", null,
    h("thead", null, h("tr", null, head.map((text) => (text ? h("th", { scope: "col" }, h("bdi", null, text)) : h("td"))))),
    h("tbody", null, rows.map(([first, ...rest]) => h("tr", null, h("th", { scope: "row" }, h("bdi", null, first)),
      rest.map((text) => h("td", null, text)))))));
}

function settleView(desk) {
  if (!desk.state.may_settle) return h("p", { class: "dx-note" }, desk.say("only_lead", { name: desk.init.lead }));
  const reason = h("textarea", { "data-k": "reason", "aria-required": "true", rows: "2", maxlength: "20000", value: desk.ui.reason ?? "",
    oninput: () => { desk.ui.reason = reason.value; desk.progress(); } });
  return [stagesView(desk, desk.chosen),
    h("label", { class: "dx-memo" }, h("span", null, desk.say("reason"), key(desk, "m")), reason),
    h("div", { class: "dx-row" }, h("button", { class: "dx-primary", "data-k": "settle", onclick: () => desk.settle() },
      desk.say("settle"), key(desk, "s")))];
}
