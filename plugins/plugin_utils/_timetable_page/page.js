// The timetable: draws what the element "data" holds. All minutes count from the first day's midnight.
"use strict";
(() => {
  const table = JSON.parse(document.getElementById("data").textContent);
  const beginning = Date.parse(table.begin) / 60000;
  const HEIGHT = 24;
  const CROWDS_LISTED = 200;
  const STRIPES_ACROSS = 40;
  const BUCKET = {day: 1, week: 10};  // minutes that one step of the curve stands for: their highest load
  const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const byId = (id) => document.getElementById(id);

  const state = {view: "day", day: 0, search: "", cluster: "", owner: "", order: "name", disabled: true, idle: true, minute: null};
  let view = null;      // the minutes shown, and where they are
  let together = null;  // how many tasks start in each minute
  let focused = null;   // the run that the keyboard is at: {line, minute}

  const lines = table.batches.map((batch) => ({
    batch,
    // What a run adds to the load; a run whose length is not known is taken to last one minute.
    length: Math.max(1, Math.ceil((batch.duration ? batch.duration.typical : 0) / 60)),
    text: [batch.name, batch.description, batch.schedule, batch.words].join("\n").toLowerCase(),
    row: null, plot: null, matches: true, shown: 0, first: Infinity,
  }));

  // ---- Time ----

  function clockAt(minute, zone) {
    const pieces = table.zones[zone];
    let piece = pieces[0];
    for (const next of pieces) {
      if (next[0] <= minute) piece = next;
    }
    return {offset: piece[1], name: piece[2], date: new Date((beginning + minute + piece[1]) * 60000)};
  }

  const two = (number) => String(number).padStart(2, "0");
  const timeText = (clock) => `${two(clock.date.getUTCHours())}:${two(clock.date.getUTCMinutes())}`;

  function dateText(clock) {
    return `${WEEKDAYS[clock.date.getUTCDay()]} ${clock.date.getUTCDate()} ${MONTHS[clock.date.getUTCMonth()]}`;
  }

  function momentText(minute, zone = table.zone) {
    const clock = clockAt(minute, zone);
    return `${dateText(clock)} ${timeText(clock)} ${clock.name}`;
  }

  function offsetText(offset) {
    const size = Math.abs(offset);
    return `UTC${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  }

  function lengthText(seconds) {
    if (seconds < 90) return `${seconds} s`;
    const minutes = Math.round(seconds / 60);
    return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  }

  const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

  // ---- Where a minute is: a skipped hour has room of its own, so that columns stay local hours ----

  function makeView() {
    const days = state.view === "day" ? [table.days[state.day]] : table.days;
    const begin = days[0].begin;
    const end = days[days.length - 1].end;
    const changes = days.flatMap((day) => day.changes);
    const gaps = changes.filter((change) => change.minutes > 0);
    const skipped = gaps.reduce((sum, gap) => sum + gap.minutes, 0);
    // Closer together than this, runs are drawn as one band.
    const band = state.view === "day" ? 6 : 45;
    return {days, begin, end, changes, gaps, width: end - begin + skipped, band};
  }

  function place(minute, isEnd = false) {
    let x = minute - view.begin;
    for (const gap of view.gaps) {
      if (gap.at < minute || (gap.at === minute && !isEnd)) x += gap.minutes;
    }
    return x;
  }

  function minuteAt(x) {
    let skipped = 0;
    for (const gap of view.gaps) {
      const from = gap.at - view.begin + skipped;
      if (x < from) break;
      if (x < from + gap.minutes) return gap.at;
      skipped += gap.minutes;
    }
    return view.begin + x - skipped;
  }

  // A box from minute to minute, cut to what is shown, and in two where an hour is skipped.
  function box(from, to, top, bottom) {
    const cuts = [Math.max(from, view.begin), Math.min(to, view.end)];
    cuts.splice(1, 0, ...view.gaps.map((gap) => gap.at).filter((at) => at > cuts[0] && at < cuts[1]));
    let boxes = "";
    for (let number = 1; number < cuts.length; number += 1) {
      if (cuts[number] > cuts[number - 1]) {
        boxes += `M${place(cuts[number - 1])} ${top}H${place(cuts[number], true)}V${bottom}H${place(cuts[number - 1])}z`;
      }
    }
    return boxes;
  }

  // ---- Runs ----

  // The part of a progression that is in the minutes from `from` to before `to`: [first, step, count].
  function clip([first, step, count], from, to) {
    if (!step) return first >= from && first < to ? [first, 0, 1] : null;
    const skip = Math.max(0, Math.ceil((from - first) / step));
    const left = Math.min(count, Math.ceil((to - first) / step)) - skip;
    return left > 0 ? [first + skip * step, step, left] : null;
  }

  function eachStart(batch, from, to, visit) {
    for (const part of batch.starts) {
      const clipped = clip(part, from, to);
      if (!clipped) continue;
      for (let number = 0; number < clipped[2]; number += 1) visit(clipped[0] + number * clipped[1]);
    }
  }

  // A rate that counts from a time that nobody knows.
  const isUnknown = ({batch}) => Boolean(batch.period) && !batch.starts.length;

  const startsAt = (batch, minute) => batch.starts.some((part) => clip(part, minute, minute + 1));

  // ---- Load, and minutes in which many start: of the batches that match, enabled ones only ----

  function measure() {
    const changes = new Int32Array(table.length + 1);
    together = new Int32Array(table.length);
    for (const line of lines) {
      if (!line.matches || !line.batch.enabled) continue;
      const {batch} = line;
      eachStart(batch, -Infinity, table.length, (minute) => {
        changes[Math.max(minute, 0)] += minute + line.length > 0 ? batch.tasks : 0;
        changes[Math.max(Math.min(minute + line.length, table.length), 0)] -= minute + line.length > 0 ? batch.tasks : 0;
        // AWS spreads the starts of a flexible window, so they are not together.
        if (minute >= 0 && !batch.window) together[minute] += batch.tasks;
      });
    }
    const load = new Int32Array(table.length);
    let tasks = 0;
    for (let minute = 0; minute < table.length; minute += 1) {
      tasks += changes[minute];
      load[minute] = tasks;
    }
    return load;
  }

  function crowdsShown() {
    const found = [];
    for (let minute = view.begin; minute < view.end; minute += 1) {
      if (together[minute] > table.more_than) found.push(minute);
    }
    return found;
  }

  // ---- Drawing ----

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function drawing(name, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function drawPath(parent, kind, shape) {
    let path = parent.querySelector(`path.${kind.split(" ").join(".")}`);
    if (!path && !shape) return;
    if (!path) path = parent.appendChild(drawing("path", {class: kind}));
    path.setAttribute("d", shape);
  }

  function makeRow(line) {
    const {batch} = line;
    const words = batch.words || batch.remark || "";
    const zone = batch.zone === table.zone ? "" : ` (${batch.zone})`;
    const facts = [
      batch.name, batch.description, `${batch.schedule}${zone}`, words, batch.remark !== words && batch.remark,
      batch.cluster && `cluster ${batch.cluster}`, batch.owner && `owner ${batch.owner}`,
      batch.duration && durationText(batch), !batch.enabled && "disabled: does not run",
    ];
    line.plot = drawing("svg", {
      class: `plot${isUnknown(line) ? " unknown" : ""}`,
      preserveAspectRatio: "none", role: "img", tabindex: "-1",
    });
    line.row = element(
      "div", {class: batch.enabled ? "row" : "row off", role: "listitem", "data-name": batch.name},
      element(
        "div", {class: "name", title: facts.filter(Boolean).join("\n")},
        element("p", {}, element("span", {class: "title"}, batch.name), element("span", {class: "words"}, batch.cluster)),
        element("span", {class: "words"}, words + zone),
      ),
    );
    line.row.append(line.plot);
    line.plot.addEventListener("pointermove", (event) => pointAt(line, event));
    line.plot.addEventListener("pointerleave", hideTip);
    line.plot.addEventListener("keydown", (event) => moveByKey(line, event));
    line.plot.addEventListener("blur", () => { hideTip(); drawPath(line.plot, "cursor", ""); });
  }

  function drawRow(line) {
    const {batch} = line;
    const shapes = {windows: "", bands: "", bars: "", ticks: "", crowds: ""};
    const reach = Math.max(line.length, batch.window);
    line.shown = 0;
    line.first = Infinity;
    for (const part of batch.starts) {
      const inside = clip(part, view.begin, view.end);
      if (inside) {
        line.shown += inside[2];
        line.first = Math.min(line.first, inside[0]);
      }
      const [first, step, count] = clip(part, view.begin - reach, view.end) || [0, 0, 0];
      if (count > 3 && step < view.band) {
        shapes.bands += box(first, first + step * (count - 1) + Math.max(step, line.length), 7, 17);
        continue;
      }
      for (let number = 0; number < count; number += 1) drawRun(line, first + number * step, shapes);
    }
    line.plot.setAttribute("viewBox", `0 0 ${view.width} ${HEIGHT}`);
    for (const [kind, shape] of Object.entries(shapes)) drawPath(line.plot, kind === "crowds" ? "ticks crowds" : kind, shape);
    line.plot.setAttribute("aria-label", rowText(line));
  }

  function drawRun(line, minute, shapes) {
    const {batch} = line;
    if (batch.window) shapes.windows += box(minute, minute + batch.window, 5, 19);
    if (batch.duration) shapes.bars += box(minute, minute + line.length, 7, 17);
    if (minute < view.begin) return;
    const isCrowded = batch.enabled && !batch.window && together[minute] > table.more_than;
    shapes[isCrowded ? "crowds" : "ticks"] += `M${place(minute)} 3V21`;
  }

  function rowText(line) {
    const times = [];
    eachStart(line.batch, view.begin, view.end, (minute) => {
      if (times.length < 12) times.push(state.view === "day" ? timeText(clockAt(minute, table.zone)) : momentText(minute));
    });
    if (!line.shown) return `${line.batch.name}: ${line.batch.remark || "no run shown"}`;
    const more = line.shown > times.length ? ` and ${line.shown - times.length} more` : "";
    const off = line.batch.enabled ? "" : "disabled, ";
    return `${line.batch.name}: ${off}${plural(line.shown, "run")}: ${times.sort().join(", ")}${more}`;
  }

  function drawGrid(crowds) {
    const grid = byId("grid");
    const lines = {major: "", minor: ""};
    for (const svg of [grid, byId("load")]) {
      svg.setAttribute("viewBox", `0 0 ${view.width} 100`);
      // Across all lines many stripes would be a wall; above the curve they always show.
      const isWall = crowds.length > STRIPES_ACROSS;
      const bottom = isWall ? 8 : 100;
      drawPath(svg, "stripes", isWall && svg === grid ? "" : crowds.map((minute) => `M${place(minute)} 0V${bottom}`).join(""));
      drawPath(svg, "skipped", view.gaps.map((gap) => {
        const left = place(gap.at, true);
        return `M${left} 0h${gap.minutes}V100h${-gap.minutes}z`;
      }).join(""));
    }
    byId("axis").replaceChildren();
    for (let minute = view.begin; minute < view.end; minute += 60) drawHour(minute, lines);
    drawPath(grid, "major", lines.major);
    drawPath(grid, "minor", lines.minor);
    drawPath(grid, "weekends", state.view === "day" ? ""
      : view.days.filter((day) => day.weekend).map((day) => box(day.begin, day.end, 0, 100)).join(""));
    drawPath(grid, "repeated", view.changes.filter((change) => change.minutes < 0)
      .map((change) => box(change.at, change.at - change.minutes, 0, 100)).join(""));
    drawNow();
  }

  function drawHour(minute, lines) {
    const clock = clockAt(minute, table.zone);
    const hour = clock.date.getUTCHours();
    const change = view.changes.find((one) => one.at === minute);
    const midnight = view.days.some((day) => day.begin === minute);
    const mark = `M${place(minute)} 0V100`;
    if (state.view === "week") {
      if (midnight) {
        lines.major += mark;
        label(place(minute), dateText(clock), "date");
      } else if (hour % 6 === 0) {
        lines.minor += mark;
      }
      return;
    }
    lines[hour % 6 === 0 ? "major" : "minor"] += mark;
    if (change && change.minutes > 0) label(place(minute, true), hourText(clockBefore(minute)), "gone");
    label(place(minute), hourText(clock), hour % 2 ? "odd" : "even");
  }

  // What the clock would read at a minute if it had not been changed then.
  function clockBefore(minute) {
    const before = clockAt(minute - 1, table.zone);
    return {...before, date: new Date(before.date.getTime() + 60000)};
  }

  const hourText = (clock) => (clock.date.getUTCMinutes() ? timeText(clock) : two(clock.date.getUTCHours()));

  function label(x, text, kind) {
    const made = element("span", {class: kind}, text);
    made.style.left = `${(100 * x) / view.width}%`;
    byId("axis").append(made);
  }

  function drawNow() {
    const minute = Math.floor(Date.now() / 60000 - beginning);
    const isShown = minute >= view.begin && minute < view.end;
    for (const id of ["grid", "load"]) drawPath(byId(id), "now", isShown ? `M${place(minute)} 0V100` : "");
  }

  function drawLoad(load) {
    let most = view.begin;
    for (let minute = view.begin; minute < view.end; minute += 1) {
      if (load[minute] > load[most]) most = minute;
    }
    const highest = load[most];
    const height = (tasks) => 100 - (96 * tasks) / Math.max(highest, 1);
    let shape = "M0 100";
    let drawn = -1;
    for (let minute = view.begin; minute < view.end; minute += BUCKET[state.view]) {
      const tasks = Math.max(...load.subarray(minute, Math.min(minute + BUCKET[state.view], view.end)));
      if (tasks !== drawn) shape += `H${place(minute, true)}V${height(tasks)}`;
      drawn = tasks;
    }
    drawPath(byId("load"), "curve", `${shape}H${view.width}V100z`);
    byId("load").setAttribute("aria-label", `At most ${plural(highest, "task")} at the same time`);
    byId("load-most").textContent = highest ? `${highest.toLocaleString("en")} at most` : "";
    figure("peak", highest.toLocaleString("en"), highest ? momentText(most) : "");
    byId("peak").dataset.minute = most;
  }

  function figure(id, number, more, isBad = false) {
    byId(id).replaceChildren(number, ...(more ? [" ", element("small", {}, more)] : []));
    byId(id).className = isBad ? "bad" : "";
  }

  function drawSummary(visible, crowds) {
    const runs = visible.reduce((sum, line) => sum + (line.batch.enabled ? line.shown : 0), 0);
    figure("count", visible.length.toLocaleString("en"), visible.length < lines.length ? `of ${lines.length.toLocaleString("en")}` : "");
    figure("runs", runs.toLocaleString("en"), state.view === "day" ? "on this day" : "in seven days");
    figure("crowded-count", crowds.length.toLocaleString("en"), `more than ${plural(table.more_than, "task")} start`, crowds.length > 0);
  }

  function drawNotices() {
    const notices = view.days.flatMap((day) => day.changes.map((change) => changeText(day, change)));
    const unknown = lines.filter((line) => line.matches && line.batch.enabled && isUnknown(line));
    if (unknown.length) {
      const tasks = unknown.reduce((sum, line) => sum + line.batch.tasks * Math.ceil(line.length / line.batch.period), 0);
      notices.push(`Not in the curve: ${plural(unknown.length, "rate() batch").replace(/batchs$/, "batches")} whose start is`
        + ` not known, up to ${plural(tasks, "task")} more at any time.`);
    }
    byId("notices").replaceChildren(...notices.map((text) => element("li", {}, text)));
  }

  function changeText(day, change) {
    const before = clockBefore(change.at);
    const after = clockAt(change.at, table.zone);
    const hours = (day.end - day.begin) / 60;
    const what = change.minutes > 0
      ? "What is due in between does not run."
      : "What is due in the time that comes twice runs once, the first time.";
    return `${dateText(after)} has ${hours} hours: the clocks go ${change.minutes > 0 ? "forward" : "back"} from`
      + ` ${timeText(before)} ${before.name} to ${timeText(after)} ${after.name}. ${what}`;
  }

  function drawCrowds(crowds) {
    byId("crowds").hidden = crowds.length === 0;
    byId("crowds-title").textContent = `Minutes in which more than ${plural(table.more_than, "task")} start`;
    byId("crowds-more").hidden = crowds.length <= CROWDS_LISTED;
    byId("crowds-more").textContent = `and ${plural(crowds.length - CROWDS_LISTED, "more minute")}`;
    byId("crowds").querySelector("tbody").replaceChildren(...crowds.slice(0, CROWDS_LISTED).map((minute) => {
      const names = lines.filter((line) => line.matches && line.batch.enabled && !line.batch.window && startsAt(line.batch, minute))
        .map((line) => line.batch.name);
      const button = element("button", {type: "button", "data-minute": minute}, momentText(minute));
      button.addEventListener("click", () => change({minute, ...(state.view === "day" ? {} : {view: "day", day: dayOf(minute)})}, true));
      const listed = names.slice(0, 12).join(", ") + (names.length > 12 ? ` and ${names.length - 12} more` : "");
      return element("tr", {}, element("td", {}, button), element("td", {}, String(together[minute])), element("td", {}, listed));
    }));
  }

  const dayOf = (minute) => table.days.findIndex((day) => minute >= day.begin && minute < day.end);

  function drawRemarks() {
    const silent = lines.filter((line) => line.matches && line.batch.remark);
    byId("remarks").hidden = silent.length === 0;
    byId("remarks").querySelector("tbody").replaceChildren(...silent.map(({batch}) => element(
      "tr", {}, element("td", {}, batch.name), element("td", {}, batch.schedule || ""), element("td", {}, batch.remark))));
  }

  // ---- Choosing ----

  function isChosen({batch, text}) {
    return (!state.cluster || batch.cluster === state.cluster) && (!state.owner || batch.owner === state.owner)
      && (state.disabled || batch.enabled)
      && state.search.toLowerCase().split(/\s+/).every((word) => text.includes(word));
  }

  const ORDERS = {
    name: () => 0,
    first: (one, other) => (one.first === other.first ? 0 : one.first - other.first),
    most: (one, other) => other.shown - one.shown,
    longest: (one, other) => (other.batch.duration ? other.length : 0) - (one.batch.duration ? one.length : 0),
  };

  function draw() {
    view = makeView();
    for (const line of lines) line.matches = isChosen(line);
    const load = measure();
    const crowds = crowdsShown();
    for (const line of lines) {
      if (line.matches) drawRow(line);
    }
    const visible = lines.filter((line) => line.matches && (state.idle || line.shown > 0 || isUnknown(line))
      && (state.minute === null || startsAt(line.batch, state.minute)));
    visible.sort((one, other) => ORDERS[state.order](one, other) || one.batch.name.localeCompare(other.batch.name));
    byId("rows").replaceChildren(...visible.map((line) => line.row));
    byId("nothing").hidden = visible.length > 0;
    visible.forEach((line, index) => line.plot.setAttribute("tabindex", index ? "-1" : "0"));
    drawGrid(crowds);
    drawLoad(load);
    drawSummary(visible, crowds);
    drawNotices();
    drawCrowds(crowds);
    drawRemarks();
    drawControls();
  }

  function drawControls() {
    for (const button of byId("views").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === state.view));
    }
    for (const button of byId("days").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(state.view === "day" && Number(button.dataset.day) === state.day));
    }
    for (const id of ["search", "cluster", "owner", "order"]) {
      if (byId(id).value !== state[id]) byId(id).value = state[id];
    }
    for (const id of ["disabled", "idle"]) byId(id).checked = state[id];
    byId("clear").hidden = state.minute === null;
    if (state.minute !== null) byId("clear").textContent = `only starts at ${momentText(state.minute)} ✕`;
  }

  function change(changes, toTop = false) {
    Object.assign(state, changes);
    const kept = new URLSearchParams();
    if (state.view !== "day") kept.set("view", state.view);
    if (state.day) kept.set("day", table.days[state.day].date);
    for (const key of ["search", "cluster", "owner"]) {
      if (state[key]) kept.set(key, state[key]);
    }
    if (state.order !== "name") kept.set("order", state.order);
    for (const key of ["disabled", "idle"]) {
      if (!state[key]) kept.set(key, "no");
    }
    if (state.minute !== null) kept.set("minute", state.minute);
    history.replaceState(null, "", `#${kept}`);
    hideTip();
    draw();
    if (toTop) byId("board").scrollIntoView();
  }

  // The address holds what is chosen, so that a link shows the same.
  function readAddress() {
    const given = new URLSearchParams(location.hash.slice(1));
    const day = table.days.findIndex((one) => one.date === given.get("day"));
    const minute = Number(given.get("minute") ?? NaN);
    Object.assign(state, {
      view: given.get("view") === "week" ? "week" : "day",
      day: Math.max(day, 0),
      search: given.get("search") || "",
      cluster: given.get("cluster") || "",
      owner: given.get("owner") || "",
      order: given.get("order") in ORDERS ? given.get("order") : "name",
      disabled: given.get("disabled") !== "no",
      idle: given.get("idle") !== "no",
      minute: Number.isInteger(minute) && dayOf(minute) >= 0 ? minute : null,
    });
  }

  function fillSelect(id, all) {
    const counts = new Map();
    for (const {batch} of lines) counts.set(batch[id], (counts.get(batch[id]) || 0) + 1);
    const names = [...counts.keys()].filter(Boolean).sort();
    byId(id).replaceChildren(
      element("option", {value: ""}, all),
      ...names.map((name) => element("option", {value: name}, `${name} (${counts.get(name)})`)));
    byId(id).closest("label").hidden = names.length === 0;
    byId(id).addEventListener("change", (event) => change({[id]: event.target.value, minute: null}));
  }

  function makeControls() {
    table.days.forEach((day, index) => {
      const button = element("button", {type: "button", "data-day": index}, dateText(clockAt(day.begin, table.zone)));
      if (day.changes.length) {
        button.append(element("span", {class: "badge", title: day.changes.map((one) => changeText(day, one)).join(" ")},
          `${(day.end - day.begin) / 60} h`));
      }
      button.addEventListener("click", () => change({view: "day", day: index, minute: null}));
      byId("days").append(button);
    });
    for (const button of byId("views").querySelectorAll("button")) {
      button.addEventListener("click", () => change({view: button.dataset.view, minute: null}));
    }
    fillSelect("cluster", "all");
    fillSelect("owner", "all");
    byId("search").addEventListener("input", (event) => change({search: event.target.value, minute: null}));
    byId("order").addEventListener("change", (event) => change({order: event.target.value}));
    for (const id of ["disabled", "idle"]) byId(id).addEventListener("change", (event) => change({[id]: event.target.checked}));
    byId("clear").addEventListener("click", () => change({minute: null}));
    byId("controls").addEventListener("submit", (event) => event.preventDefault());
    document.addEventListener("keydown", pressKey);
    window.addEventListener("hashchange", () => { readAddress(); draw(); });
  }

  function pressKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT/.test(event.target.tagName)) return;
    const step = {"[": -1, "]": 1}[event.key];
    if (event.key === "/") {
      event.preventDefault();
      byId("search").focus();
    } else if (event.key === "d" || event.key === "w") {
      change({view: event.key === "d" ? "day" : "week", minute: null});
    } else if (step) {
      change({view: "day", day: Math.min(Math.max(state.day + step, 0), table.days.length - 1), minute: null});
    }
  }

  // ---- Saying what a run is ----

  function durationText({duration}) {
    if (!duration) return "how long it lasts is not known";
    const longest = duration.runs > 1 ? `, at most ${lengthText(duration.longest)} in ${duration.runs} runs` : ", by one run";
    return `lasts about ${lengthText(duration.typical)}${longest}`;
  }

  function runTexts({batch}, minute) {
    const clock = clockAt(minute, table.zone);
    const isOther = batch.zone !== table.zone && table.zones[batch.zone];
    const count = together[minute] || 0;
    return [
      batch.name,
      `${dateText(clock)} ${clock.date.getUTCFullYear()}, ${timeText(clock)} ${clock.name} (${offsetText(clock.offset)})`,
      isOther && `${momentText(minute, batch.zone)}${batch.zone === "UTC" ? "" : ` in ${batch.zone}`}`,
      batch.window && `may start up to ${batch.window} min later`,
      durationText(batch),
      batch.tasks > 1 && plural(batch.tasks, "task"),
      batch.enabled && count > batch.tasks && `${plural(count, "task")} start in this minute`,
      batch.words,
      !batch.enabled && "disabled: does not run",
    ].filter(Boolean);
  }

  function pointAt(line, event) {
    const edges = line.plot.getBoundingClientRect();
    const perPixel = view.width / edges.width;
    const pointed = minuteAt((event.clientX - edges.left) * perPixel);
    const reach = Math.max(line.length, line.batch.window);
    let best = null;
    let distance = 8 * perPixel;
    eachStart(line.batch, Math.max(view.begin, pointed - reach - distance), Math.min(view.end, pointed + distance + 1), (minute) => {
      const away = pointed < minute ? minute - pointed : Math.max(0, pointed - minute - reach);
      if (away < distance || (away === distance && minute > best)) {
        best = minute;
        distance = away;
      }
    });
    const texts = best === null ? line.batch.remark && [line.batch.name, line.batch.remark] : runTexts(line, best);
    if (texts) showTip(texts, event.clientX, edges.bottom);
    else hideTip();
  }

  function showTip(texts, x, y) {
    const tip = byId("tip");
    tip.replaceChildren(...texts.map((text) => element("p", {}, text)));
    tip.hidden = false;
    const left = Math.min(x + 12, document.documentElement.clientWidth - tip.offsetWidth - 8);
    const isBelow = y + 8 + tip.offsetHeight < window.innerHeight;
    tip.style.left = `${Math.max(left, 8)}px`;
    tip.style.top = `${isBelow ? y + 8 : y - 44 - tip.offsetHeight}px`;
  }

  function hideTip() {
    byId("tip").hidden = true;
  }

  function moveByKey(line, event) {
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const row = event.key === "ArrowUp" ? line.row.previousElementSibling : line.row.nextElementSibling;
      event.preventDefault();
      if (row) row.querySelector("svg").focus();
      return;
    }
    if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    const starts = [];
    eachStart(line.batch, view.begin, view.end, (minute) => starts.push(minute));
    if (!starts.length) return;
    starts.sort((one, other) => one - other);
    const at = focused && focused.line === line ? focused.minute : null;
    const after = starts.findIndex((minute) => minute > at);
    const before = starts.findLastIndex((minute) => minute < at);
    const index = {
      Home: 0,
      End: starts.length - 1,
      ArrowRight: at === null ? 0 : after < 0 ? starts.length - 1 : after,
      ArrowLeft: at === null ? starts.length - 1 : Math.max(before, 0),
    }[event.key];
    goTo(line, starts[index]);
  }

  function goTo(line, minute) {
    focused = {line, minute};
    const edges = line.plot.getBoundingClientRect();
    const texts = runTexts(line, minute);
    drawPath(line.plot, "cursor", `M${place(minute)} 1V23`);
    showTip(texts, edges.left + (edges.width * place(minute)) / view.width, edges.bottom);
    byId("live").textContent = texts.join("; ");
  }

  lines.forEach(makeRow);
  makeControls();
  readAddress();
  draw();
  byId("page").hidden = false;
  setInterval(drawNow, 30000);
})();
