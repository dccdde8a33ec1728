/* Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0 */
"use strict";

/* The page: experiments and what is installed. What experiments are called is text of others: it is set as text, never as HTML. */
(function () {
  const root = document.getElementById("stroma");
  const state = { list: [], key: null, source: null, clock: 0 };

  /* An element with attributes and children; strings become text. */
  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (typeof value === "function") {
        made.addEventListener(key, value);
      } else if (value !== null && value !== undefined && value !== false) {
        made.setAttribute(key, value === true ? "" : value);
      }
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  async function ask(path, method, body) {
    const answer = await fetch(path, {
      method: method || "GET",
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
    const text = await answer.text();
    let json = null;
    try {
      json = JSON.parse(text);
    } catch (e) {
      // told below
    }
    if (!answer.ok) {
      throw new Error(json && json.faults ? json.faults.join("\n") : text || "the request failed: " + answer.status);
    }
    return json;
  }

  function duration(seconds) {
    const s = Math.max(0, Math.round(seconds));
    if (s < 60) {
      return s + " s";
    }
    return s < 3600
      ? Math.floor(s / 60) + " min " + (s % 60) + " s"
      : Math.floor(s / 3600) + " h " + Math.floor((s / 60) % 60) + " min";
  }

  function spent(entry) {
    return entry.ended ? "took " + duration(entry.seconds) : duration((Date.now() - entry.since) / 1000);
  }

  // the frame of the page

  const notice = element("p", { id: "notice", role: "alert", hidden: true });
  const connection = element("span", { id: "connection" }, "connecting");
  const file = element("input", {
    id: "file", type: "text", list: "files", placeholder: "experiment.json", autocomplete: "off", autocapitalize: "off",
    spellcheck: "false", "aria-label": "experiment file",
  });
  const files = element("datalist", { id: "files" });
  const start = element("form", { id: "start", submit: onStart }, file, files, element("button", { type: "submit" }, "Start"));
  const list = element("ul", { id: "list" });
  const where = element("p", { id: "where" });
  const head = element("div", { id: "head" });
  const charts = element("div", { id: "charts" });
  const detail = element("section", { id: "detail", "aria-label": "experiment" }, head, charts);
  const experiments = element("div", { id: "experiments" },
    element("section", { id: "side", "aria-label": "experiments" }, start, list, where), detail);
  const installation = element("div", { id: "installation", hidden: true });
  const tabs = element("nav", { id: "tabs" },
    tab("Experiments", experiments), tab("Installation", installation, showInstallation),
    location.pathname.startsWith("/system/") ? null : element("a", { href: "/system/console/bundles" }, "Web Console"));
  root.append(element("header", { id: "top" }, element("strong", {}, "Stroma"), tabs, connection), notice, experiments, installation);
  const curves = new window.StromaCharts(charts);

  function tab(name, page, opened) {
    return element("button", {
      type: "button",
      "aria-pressed": name === "Experiments" ? "true" : "false",
      click: (event) => {
        for (const other of [experiments, installation]) {
          other.hidden = other !== page;
        }
        for (const button of tabs.querySelectorAll("button")) {
          button.setAttribute("aria-pressed", String(button === event.target));
        }
        if (opened) {
          opened();
        }
      },
    }, name);
  }

  function tell(message) {
    notice.textContent = message || "";
    notice.hidden = !message;
  }

  async function attempt(work) {
    try {
      tell("");
      return await work();
    } catch (e) {
      tell(e.message);
      return null;
    }
  }

  // experiments

  async function onStart(event) {
    event.preventDefault();
    const begun = await attempt(() => ask("/api/jobs", "POST", { file: file.value.trim() }));
    if (begun) {
      choose(begun.key);
    }
  }

  async function act(entry, action) {
    const done = await attempt(() => ask("/api/jobs/" + entry.job + "/" + action, "POST"));
    if (done) {
      choose(done.key);
    }
  }

  async function showFiles() {
    const found = await attempt(() => ask("/api/experiments"));
    if (found) {
      start.hidden = found.folder === "";
      where.textContent = found.folder === "" ? "A run of a command: Ctrl-C where it was started ends it." : "in " + found.folder;
      files.replaceChildren(...found.files.map((name) => element("option", { value: name })));
      if (found.files.length === 1) {
        file.value = found.files[0];
      }
    }
  }

  function badge(entry) {
    return element("span", { class: "state " + entry.state }, entry.state);
  }

  function showList() {
    list.replaceChildren(...state.list.map((entry) =>
      element("li", {},
        element("button", {
          type: "button",
          class: "entry",
          "aria-pressed": String(entry.key === state.key),
          click: () => {
            choose(entry.key);
            if (window.matchMedia("(max-width: 720px)").matches) {
              detail.scrollIntoView({ behavior: "smooth" });
            }
          },
        },
        element("span", { class: "name" }, entry.name), badge(entry),
        element("span", { class: "progress" }, entry.failure[0] || entry.progress || ""),
        element("span", { class: "spent", "data-key": entry.key }, spent(entry))))));
    if (state.list.length === 0) {
      list.append(element("li", { class: "none" }, "No experiment was started yet."));
    }
  }

  function showHead() {
    const entry = state.list.find((each) => each.key === state.key);
    detail.hidden = !entry;
    if (!entry) {
      return;
    }
    const buttons = element("div", { class: "buttons" });
    if (entry.job !== undefined) {
      buttons.append(entry.ended
        ? element("button", { type: "button", id: "restart", click: () => act(entry, "restart") }, "Start again")
        : element("button", { type: "button", id: "stop", click: () => act(entry, "stop") }, "Stop"));
    }
    if (entry.report) {
      buttons.append(element("a", { id: "report", class: "button", target: "_blank", rel: "noopener", href: "/api/report?key=" + entry.key }, "Report"));
    }
    const shown = [
      element("div", { class: "title" }, element("h1", {}, entry.name), badge(entry),
        element("span", { class: "spent", "data-key": entry.key }, spent(entry)), buttons),
      entry.ended ? null : element("p", { class: "progress" }, entry.progress || ""),
      ...(entry.directory ? [element("p", { class: "path" }, entry.directory)] : []),
      ...entry.failure.map((sentence) => element("p", { class: "failure" }, sentence)),
      results(),
      notes(entry),
    ];
    head.replaceChildren(...shown.filter((part) => part !== null));
  }

  /* The means over the folds. */
  function results() {
    const rows = Object.entries(state.results || {}).flatMap(([name, metrics]) =>
      metrics !== null && typeof metrics === "object"
        ? Object.entries(metrics).filter(([, value]) => typeof value === "number").map(([metric, value]) => [name, metric, value])
        : []);
    if (rows.length === 0) {
      return null;
    }
    const table = element("table", { id: "results" },
      element("caption", {}, "Mean over the folds' test patients"),
      element("tbody", {}, ...rows.map(([name, metric, value]) =>
        element("tr", {}, element("td", {}, name + "." + metric), element("td", { class: "number" }, window.stromaNumber(value))))));
    return rows.length > 6 ? element("details", { open: true }, element("summary", {}, "Metrics"), table) : table;
  }

  function notes(entry) {
    if (entry.notes.length === 0) {
      return null;
    }
    const before = head.querySelector("#notes");
    return element("details", { id: "notes", open: before !== null && before.open },
      element("summary", {}, "Notes (" + entry.notes.length + ")"),
      element("ul", {}, ...entry.notes.map((note) => element("li", {}, note))));
  }

  function choose(key) {
    if (key === state.key && state.source) {
      return;
    }
    state.key = key;
    state.results = null;
    curves.clear();
    listen();
    showList();
    showHead();
  }

  function listen() {
    if (state.source) {
      state.source.close();
    }
    const source = new EventSource("/api/events" + (state.key ? "?key=" + encodeURIComponent(state.key) : ""));
    state.source = source;
    source.addEventListener("open", () => connected(true));
    source.addEventListener("error", () => connected(false));
    source.addEventListener("list", (event) => {
      state.list = JSON.parse(event.data);
      if (state.key === null && state.list.length > 0) {
        choose(state.list[0].key);
        return;
      }
      showList();
      showHead();
    });
    source.addEventListener("run", (event) => {
      const news = JSON.parse(event.data);
      if (news.key === state.key) {
        curves.add(news);
        if (news.results) {
          state.results = news.results;
          showHead();
        }
      }
    });
  }

  function connected(yes) {
    connection.textContent = yes ? "live" : "not connected";
    connection.className = yes ? "live" : "";
  }

  setInterval(() => {
    for (const place of document.querySelectorAll(".spent")) {
      const entry = state.list.find((each) => each.key === place.dataset.key);
      if (entry && !entry.ended) {
        place.textContent = spent(entry);
      }
    }
  }, 1000);

  // what is installed

  async function showInstallation() {
    const all = await attempt(() => ask("/api/installation"));
    if (!all) {
      return;
    }
    const kinds = new Map();
    all.parts.forEach((part) => kinds.set(part.kind, (kinds.get(part.kind) || []).concat(part)));
    installation.replaceChildren(
      element("p", {}, "Stroma " + all.stroma + " on " + all.framework + ", Java " + all.java),
      element("h2", {}, "Problems"),
      ...(all.problems.length === 0
        ? [element("p", {}, "None: every bundle works.")]
        : all.problems.map((problem) => element("p", { class: "failure" }, problem))),
      element("h2", {}, "Extensions"),
      ...all.rules.map((rule) => element("p", { class: "path" }, rule)),
      ...all.extensions.map((extension) => element("p", { class: extension.works ? "" : "failure" }, extension.sentence)),
      element("h2", {}, "Parts (" + all.parts.length + ")"),
      ...[...kinds].map(([kind, parts]) =>
        element("details", {},
          element("summary", {}, kind + " (" + parts.length + ")"),
          element("dl", {}, ...parts.flatMap((part) => [
            element("dt", {}, part.type),
            element("dd", {}, part.description, " ", element("span", { class: "path" }, part.bundle))])))));
  }

  showList();
  showHead();
  showFiles();
  listen();
})();
