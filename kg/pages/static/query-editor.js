// Sets the query editor up and repairs what it gets wrong for a keyboard, a screen reader and the page's policy.
// The rows that it shows are the server's own, as the plain form gets them: marked, escaped, with their graph.
"use strict";
(() => {
  const host = document.getElementById("editor");
  const Yasgui = window.Yasgui && (window.Yasgui.default || window.Yasgui);
  if (!host || !Yasgui) return;
  const { Yasqe, Yasr } = Yasgui;
  const form = document.getElementById("plain");
  const served = document.getElementById("results");
  const longest = Number(host.dataset.longest);
  const make = (name, values = {}, ...children) => {
    const element = Object.assign(document.createElement(name), values);
    element.append(...children);
    return element;
  };

  // What the server has answered, out of its page and into the editor. Ids stay behind: every tab has results.
  const adopt = (html, into) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const told = page.querySelectorAll("#results > *, footer .data");
    const parts = [...(told.length ? told : page.querySelectorAll("main .state, main .state ~ p"))]; // a problem's page
    for (const part of parts) {
      part.removeAttribute("id");
      part.querySelectorAll("[id]").forEach((element) => element.removeAttribute("id"));
      into.append(document.importNode(part, true));
    }
    return parts.length > 0;
  };
  const tell = (title, detail) => {
    const told = make("p", { className: "state failed" }, make("strong", { textContent: title }), make("br"), detail);
    told.setAttribute("role", "alert");
    return told;
  };
  class Rows {
    constructor(yasr) {
      this.yasr = yasr;
      this.priority = 100;
      this.label = "Rows";
      this.hideFromSelection = true;
    }
    canHandleResults() { return Boolean(this.yasr.results); }
    async draw() {
      const { results, resultsEl } = this.yasr;
      const failed = results.getError();
      const html = failed ? failed.text || "" : results.getOriginalResponseAsString();
      const isPage = /^\s*<!doctype html/i.test(html);
      if (isPage && adopt(html, resultsEl)) return;
      const title = "The query was not answered; this says nothing about what the graph holds.";
      const why = isPage ? "The answer was no page of this server." : html || "The server sent nothing.";
      resultsEl.append(tell(title, failed && /abort/i.test(html) ? "It was stopped." : why));
    }
  }
  Yasr.registerPlugin("rows", Rows);
  // To count rows the bundle would try to read the server's page as XML; the page says itself how many there are.
  const draw = Yasr.prototype.draw;
  Yasr.prototype.draw = function () {
    if (this.results) this.results.getAsJson = () => undefined;
    return draw.call(this);
  };

  // Completions from the vocabulary that this server knows, never from another host.
  const terms = host.dataset.terms.split(" ");
  const begin = (list) => async (_, token) =>
    list.filter((iri) => token && token.autocompletionString && iri.startsWith(token.autocompletionString));
  const isClass = (iri) => /[#/][A-Z][^#/]*$/.test(iri);
  const complete = (name, get) => Yasqe.forkAutocompleter(name, { name, get, persistenceId: null });
  complete("prefixes", async () => host.dataset.prefixes.split("\n"));
  complete("class", begin(terms.filter(isClass)));
  complete("property", begin(terms.filter((iri) => !isClass(iri))));

  const yasgui = new Yasgui(host, {
    persistenceId: null,
    populateFromUrl: false,
    autofocus: false,
    autoAddOnInit: false,
    copyEndpointOnNewTab: false,
    contextMenuContainer: make("div"),
    endpointCatalogueOptions: { getData: () => [] },
    requestConfig: {
      endpoint: new URL(host.dataset.endpoint, location.href).href,
      method: (of) => (encodeURIComponent(of.getTab().getQuery()).length < longest ? "GET" : "POST"),
      acceptHeaderSelect: "text/html",
      acceptHeaderGraph: "text/html",
      acceptHeaderUpdate: "text/html",
    },
    // Tab leaves the editor, as it leaves every other field; Ctrl-Enter runs the query.
    yasqe: { resizeable: false, editorHeight: "auto", viewportMargin: Infinity, extraKeys: { Tab: false, "Shift-Tab": false } },
    yasr: {
      persistenceId: null,
      defaultPlugin: "rows",
      pluginOrder: ["rows"],
      plugins: { table: false, boolean: false, response: false, error: false },
    },
  });

  // A tab list holds tabs and nothing else; what stands in a tab is its name.
  const list = yasgui.tabElements._tabsListEl;
  const add = yasgui.tabElements.addTabEl;
  list.setAttribute("aria-label", "Queries");
  add.removeAttribute("role");
  list.after(add);
  yasgui.tabElements.addTabEl = undefined;
  // Arrow keys move among the tabs; Delete would close one that its panel has no button for.
  list.addEventListener("keydown", (event) => { if (event.key === "Delete") event.stopPropagation(); }, true);
  const repairTab = (tab, title) => {
    const { tabEl } = yasgui.tabElements.get(tab.getId());
    const link = tabEl.querySelector("[role=tab]");
    link.querySelectorAll(".closeTab, input").forEach((element) => element.remove());
    tabEl.querySelector(".loader").setAttribute("aria-hidden", "true");
    tabEl.ondblclick = link.oncontextmenu = null;
    link.addEventListener("keydown", (event) => {
      if (event.key === " ") { event.preventDefault(); link.click(); }
    });
    if (title) {
      link.title = title;
      link.setAttribute("aria-label", `${tab.getName()}: ${title}`);
    }
  };

  const repairPanel = (tab, about) => {
    const panel = document.getElementById(tab.getId());
    if (!panel || panel.dataset.repaired) return;
    panel.dataset.repaired = "yes";
    panel.prepend(...about);
    const yasqe = tab.getYasqe();
    const input = yasqe.getInputField();
    input.setAttribute("aria-label", `SPARQL query ${tab.getName()}`);
    panel.querySelector(".yasqe_share").remove(); // the address of the page is the link
    const state = make("p", { className: "syntax soft" });
    state.setAttribute("role", "status");
    const run = panel.querySelector(".yasqe_queryButton");
    const name = run.appendChild(make("span")); // under the text: on it, the button hides the query of a narrow screen
    let said = "Run";
    const say = (word) => {
      said = word;
      name.textContent = word;
      run.title = `${word} query (Ctrl-Enter)`;
      run.setAttribute("aria-label", `${word} query`);
    };
    say(said);
    yasqe.on("changes", () => say(said)); // at every change the bundle names it anew
    yasqe.on("query", () => say("Stop"));
    for (const end of ["queryResponse", "queryAbort"]) yasqe.on(end, () => say("Run"));
    panel.querySelector(".yasqe").after(run, state);
    // The bundle's own message about a syntax error writes a style into the markup, which the policy forbids.
    const mark = yasqe.setGutterMarker;
    yasqe.setGutterMarker = (line, gutter, marker) => {
      if (marker) marker.onmouseover = marker.onmouseout = null;
      return mark.call(yasqe, line, gutter, marker);
    };
    const check = () => {
      const wrong = panel.querySelector(".parseErrorIcon");
      state.textContent = wrong ? `Line ${yasqe.getDoc().getLineNumber(lineOf(yasqe)) + 1} cannot be read as SPARQL.` : "";
    };
    const lineOf = (editor) => {
      let found = null;
      editor.getDoc().eachLine((line) => { if (line.gutterMarkers && line.gutterMarkers.gutterErrorBar) found = found || line; });
      return found;
    };
    yasqe.on("autocompletionShown", () => {
      document.querySelectorAll(".CodeMirror-hints").forEach((hints) => hints.setAttribute("aria-label", "Completions"));
    });
    yasqe.checkSyntax();
    yasqe.on("changes", check);
    check();
    const results = panel.querySelector(".yasr_results");
    results.setAttribute("role", "region");
    results.setAttribute("aria-label", `Results of ${tab.getName()}`);
    results.setAttribute("aria-live", "polite");
  };

  const abouts = new Map();
  const open = (name, query, { title = "", about = [], isOwn = false } = {}) => {
    const tab = yasgui.addTab(false, { name, yasqe: { value: query } });
    const close = make("button", { type: "button", className: "close", textContent: `Close ${name}` });
    close.addEventListener("click", () => { tab.close(); list.querySelector("[aria-selected=true]").focus(); });
    abouts.set(tab.getId(), isOwn ? [...about, close] : about);
    repairTab(tab, title);
    return tab;
  };
  const show = (tab) => {
    if (yasgui.getTab() && yasgui.getTab() !== tab) yasgui.selectTabId(tab.getId());
    else { yasgui.persistentConfig.setActive(tab.getId()); tab.show(); }
    repairPanel(tab, abouts.get(tab.getId()));
  };
  yasgui.on("tabSelect", (_, id) => repairPanel(yasgui.getTab(id), abouts.get(id)));

  const typed = form.querySelector("textarea").value;
  let count = 0;
  const first = open("Query", typed, { about: [make("p", { className: "soft", textContent: "Ctrl-Enter runs the query, Ctrl-Space completes a word, Tab leaves the editor." })] });
  for (const item of document.querySelectorAll(".questions [data-query]")) {
    const title = item.querySelector(".title").textContent;
    const description = item.querySelector(".description");
    open(item.dataset.name, item.dataset.query, {
      title,
      about: [
        make("h2", { textContent: title }),
        ...(description ? [make("p", { textContent: description.textContent })] : []),
      ],
    });
  }
  const button = add.querySelector("button");
  const fresh = button.cloneNode(true); // without the bundle's own listener, whose tab would not be repaired
  button.replaceWith(fresh);
  fresh.addEventListener("click", () => {
    count += 1;
    const tab = open(`Query ${count + 1}`, typed, { isOwn: true });
    show(tab);
    tab.getYasqe().focus();
  });

  // The address is the query that was run last, so that it can be kept and sent.
  yasgui.on("query", (_, tab) => {
    const address = new URL(host.dataset.endpoint, location.href);
    const query = tab.getQuery();
    if (encodeURIComponent(query).length < longest) address.searchParams.set("query", query);
    history.replaceState(null, "", address);
  });

  host.hidden = false;
  form.open = false;
  document.querySelectorAll(".questions [data-query]").forEach((item) => item.closest("section").remove());
  show(first);
  const footers = [...document.querySelectorAll("footer .data")].map((element) => `<footer>${element.outerHTML}</footer>`);
  if (served.children.length) {
    const data = `<!doctype html>${served.outerHTML}${footers.join("")}`;
    first.getYasr().setResponse({ data, contentType: "text/html", status: 200 });
  }
  document.querySelectorAll("footer .data").forEach((element) => element.remove());
  served.remove();
})();
