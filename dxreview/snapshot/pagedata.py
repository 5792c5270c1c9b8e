"""page.json: all that the page draws, made once by `publish`, drawn by ``page/page.js``.

The page matches and counts; what a number means is decided here. Two doors, one front end:
``index.html`` holds the data in ``<script type="application/json" id="dxreview-data">`` and calls
``mount(element, data, options)`` of the inlined page.js; Voila's anywidget calls its default
export's ``render``, which calls the same ``mount``. ``options`` is ``{}`` or holds
``xlsx: () => Promise<Uint8Array>`` (the whole workbook); without it the page links to
``downloads/dxreview.xlsx`` beside it.

Schema (every text that has two languages is ``{"ja": …, "en": …}``; a missing value is null; a key
that says "absent where …" is left out to keep the file small)::

    format      "dxreview-page/1"
    id          hex digits naming the snapshot's content; the page shows the first 12
    date        "2020-11-15": day (Asia/Tokyo) of the last event
    draft       true where anything that is shown counts as 案 (a draft)
    names       "full" | "roles" (every name of a person replaced by the role: the page says so)
    blind       true where reviewers work blind: what they have not all decided is "withheld"
    title       {ja, en}
    versions    {dxreview: "0.1.0", roadmaps: {id: version}}
    n           {opinions: 8, units: 10, meetings: 1, reviewers: 2, tags: {roadmap: 11},
                 decided: {roadmap: 8}, draft: {roadmap: 3}}
                 opinions: the units that count; units: all rows; tags: tags that count;
                 decided: opinions on which anybody decided; draft: opinions shown as 案
    messages    {ja: {…}, en: {…}}: section [page] of the message files
    labels      {kind: {opinion: {ja, en}, …}, status: {untagged: {ja, en}, …},
                 attendance: {present: {ja, en}, …}}
    meetings    [{id, title, series, round, kind, date "2020-11-02", starts_at "16:00",
                  ends_at "18:00", venue, source (key of `sources`), pages (how many),
                  attendees [{group, name, affiliation, attendance}]}]
    roadmaps    [{id, version, title {ja,en}, ordered, exclusive,
                  source {name, url, date}, stages [{id, label {ja,en}, definition {ja,en}}]}]
                 in the project's order: the first is the default; stages in their order
    opinions    [{id, meeting (id), order, section, kind, speaker, role, reply_to (id), text,
                  key (text folded for search by `text.fold_search`),
                  map [[k, t], …] (from key offset k on, text offset = t + (offset - k), until
                      the next pair; absent where key and text run alike from 0),
                  page, start, end (code points in sources[source].text),
                  counts false (an untagged explanation: in the list, not in any n;
                      absent otherwise),
                  status {roadmap: tagged|disagreed|none_applies|settled|withheld}
                      (a roadmap is absent where untagged),
                  tags   {roadmap: [stage, …]} as they count (absent where none),
                  draft  {roadmap: [stage, …]} those of `tags` that are 案; the key with an empty
                      list: the decision is 案 but no stage counts (absent where nothing is 案),
                  n      {roadmap: reviewers who decided} (absent where nobody),
                  reason {roadmap: text} the lead's reason of a settlement (absent where none)}]
                 in reading order: meetings by date, then order
    sources     {key: {text, pages [offset at which each page starts], sha256 (of the original
                 file's bytes), file (path in the snapshot)}}; offsets are code points
    agreement   [{roadmap, stage (null: over all), n, reviewers, percent, alpha, low, high, …}]:
                 rows of `analysis.agreement`, without anybody's name
    axes        [{id, label {ja,en}, values [{id, label {ja,en}, n}]}]: what a matrix may put
                 against the stages; only those with more than one value among the opinions that
                 have a tag. id: meeting, section, kind, role, or a roadmap's id; a value's id is
                 what stands in the opinion (for a roadmap: the stage's id); n: opinions
    view        {roadmap, by}: the first matrix: stages of `roadmap` × axis `by` (null: stages only)
    findings    [{id, text {ja, en}, show {roadmap, stage [..], status, role [..], kind [..]}}]:
                 the first is the page's opening sentence; `show` (absent: nothing to open) is the
                 filter whose opinions the sentence counts
    credits     [{text {ja,en}, url}]

How tags count, for one opinion and roadmap: a settlement's stages; else a stage that more than half
of those who decided gave. A stage that exactly half gave (a tie), and every stage of a single
reviewer, counts as 案; where no stage reaches half and "none applies" has no majority either,
nothing counts and the decision itself is 案. One opinion with several stages counts once in each:
a matrix's cells may add up to more than n.
"""

FORMAT = "dxreview-page/1"
