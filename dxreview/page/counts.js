// From page.json to numbers. Pure; a test compares it with Python over thousands of filters.

const AT_A_GLANCE = 24; // columns of a matrix
const POINTS = 60; // of the time line
const PLAIN = ["meeting", "period", "section", "kind", "role", "speaker"];

// page.json with what every count needs beside each opinion. A facet is a way to divide the
// opinions: a plain column, a roadmap, and for a roadmap "status.ID" and "draft.ID".
export function prepare(data) {
  const meetings = new Map(data.meetings.map((meeting) => [meeting.id, meeting]));
  const cut = periodLength([...meetings.values()].map((meeting) => meeting.date ?? ""));
  for (const opinion of data.opinions) if (!hasPages(data, meetings.get(opinion.meeting))) opinion.page = null;
  const book = { data, meetings, facets: new Map(), opinions: data.opinions };
  // Meetings with an opinion that counts: of a file that holds none, nothing is told.
  const spoken = new Set(data.opinions.filter(({ counts }) => counts !== false).map(({ meeting }) => meeting));
  book.held = data.meetings.filter(({ id }) => spoken.has(id));
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

// Text, HTML and Word have no pages to cite; there the frames say page 1.
function hasPages({ sources }, meeting) {
  return sources?.[meeting?.source]?.pages.length > 1 || /\.pdf$/i.test(meeting?.source ?? "");
}

// The finest way to write dates that makes no more points than that: days, months or years.
function periodLength(dates) {
  return [10, 7].find((cut) => new Set(dates.map((date) => date.slice(0, cut))).size <= POINTS) ?? 4;
}

// The places of the time line: the days there are, or every month or year from the first to the last.
export function slots(book) {
  const days = book.facets.get("period").filter(Boolean);
  const step = { 7: 1, 4: 12 }[days[0]?.length];
  if (!step) return days;
  const month = (day) => 12 * Number(day.slice(0, 4)) + Number(day.slice(5) || 1) - 1;
  const named = (at) => `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`.slice(0, days[0].length);
  const found = [];
  for (let at = month(days[0]); at <= month(days.at(-1)); at += step) found.push(named(at));
  return found;
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

// What a matrix may put against a roadmap; a column that nobody could take in at a glance (200
// meetings) is left to the filters and the time line.
export function axes(book, roadmap) {
  return book.data.axes.map(({ id }) => id)
    .filter((id) => id !== roadmap && (!PLAIN.includes(id) || book.facets.get(id).length <= AT_A_GLANCE));
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

// Opinions without a stage ("~…") and stages alike are counted; only stages are compared.
export const isStage = (value) => !value.startsWith("~");

// rows × columns. A cell counts the opinions that have both; totals count each opinion once.
// `most`: the largest cell of the stages.
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
    most: [...rowAt.keys()].filter(isStage).flatMap((row) => [...columnAt.keys()].filter(isStage)
      .map((column) => cells[place(row, column)])).reduce((most, n) => Math.max(most, n), 1),
  };
}

// The picks that a finding's `show` stands for.
export function picksOf(show) {
  const { roadmap, stage, status, draft, ...plain } = show;
  return { ...plain, ...(stage && { [roadmap]: stage }), ...(status && { [`status.${roadmap}`]: status }),
    ...(draft && { [`draft.${roadmap}`]: ["draft"] }) };
}
