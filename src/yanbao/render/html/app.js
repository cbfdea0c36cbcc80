(() => {
  "use strict";
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const json = (selector) => JSON.parse(one(selector).textContent);
  const facts = json("script.facts");
  const words = json("script.words");

  function make(name, className, ...children) {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...children.filter((child) => child !== null && child !== undefined));
    if (name === "button") element.type = "button";
    return element;
  }

  // -- where a number comes from ------------------------------------------------------------------
  const panel = one(".panel");
  const body = one(".panel-body");
  const back = one(".back", panel);
  let trail = [];
  let opener = null;

  const shown = (fact) => fact.value || fact.text || `${words.missing}: ${fact.missing || ""}`;

  function ask(id, from, text) {
    if (!Object.hasOwn(facts, id)) return;
    if (from) {
      trail = [];
      release();
      opener = from;
      if (from.matches("[data-fact]")) from.classList.add("open");
    }
    trail.push({ id, text });
    tell();
    panel.hidden = false;
    if (from) makeRoom(from);
    panel.focus({ preventScroll: true });
    panel.scrollTop = 0;
  }

  // what was asked about stays in sight: the panel opens on the other side, on a phone the page moves up
  function makeRoom(from) {
    const place = from.getBoundingClientRect();
    const sheet = panel.getBoundingClientRect();
    if (sheet.width < innerWidth) panel.classList.toggle("left", place.right > innerWidth - sheet.width);
    else if (place.bottom > sheet.top) scrollBy({ top: place.bottom - sheet.top + 24, behavior: "instant" });
  }

  function release() {
    if (opener) opener.classList.remove("open");
  }

  function close() {
    if (panel.hidden) return;
    panel.hidden = true;
    release();
    if (opener) opener.focus({ preventScroll: true });
    opener = null;
    trail = [];
  }

  function tell() {
    const { id, text } = trail[trail.length - 1];
    const fact = facts[id];
    back.hidden = trail.length < 2;
    const parts = [make("h2", "", fact.label), make("p", fact.text ? "big words" : "big", shown(fact))];
    if (text && text.trim() !== shown(fact)) parts.push(make("p", "quiet", `${words.shown} “${text.trim()}”`));
    if (fact.formula && fact.formula.length) {
      parts.push(make("h3", "", fact.relation ? `${words.formula} · ${fact.relation}` : words.formula));
      parts.push(make("p", "formula", ...fact.formula.map(piece)));
    }
    if (fact.inputs && fact.inputs.length) {
      parts.push(make("h3", "", words.inputs), make("ul", "inputs", ...fact.inputs.map(input)));
    }
    if (fact.printed) {
      const told = make("div", "printed", make("p", "", make("b", "", fact.printed)), make("p", "quiet", words.printed_note));
      if (fact.printed_source) told.append(...origin(fact.printed_source));
      parts.push(make("h3", "", words.printed), told);
    }
    if (fact.source) parts.push(make("h3", "", words.origin), ...origin(fact.source, fact.as_of));
    else if (fact.as_of) parts.push(make("p", "quiet", words.as_of + fact.as_of));
    body.replaceChildren(...parts);
  }

  function piece(part) {
    if (part.text !== undefined) return document.createTextNode(part.text);
    const fact = facts[part.fact];
    if (!fact) return document.createTextNode(part.fact);
    const button = make("button", "operand", shown(fact), make("small", "", fact.label));
    button.addEventListener("click", () => ask(part.fact));
    return button;
  }

  function input(id) {
    const button = make("button", "", make("span", "", facts[id].label), make("b", "", shown(facts[id])));
    button.addEventListener("click", () => ask(id));
    return make("li", "", button);
  }

  function origin(source, day) {
    const line = source.line === undefined ? "" : ` · ${words.line.replace("{}", source.line)}`;
    const when = source.as_of || day;
    return [
      make("p", "", source.origin + line),
      when ? make("p", "", words.as_of + when) : null,
      make("p", "quiet", `${words.file}: ${source.file}:${source.file_line}`),
    ].filter(Boolean);
  }

  back.addEventListener("click", () => {
    trail.pop();
    tell();
    panel.focus({ preventScroll: true });
  });
  one(".close", panel).addEventListener("click", close);

  const asked = (target) => target.closest && target.closest('[data-fact][role="button"]');
  document.addEventListener("click", (event) => {
    const number = asked(event.target);
    if (number) ask(number.dataset.fact, number, number.textContent);
    if (!event.target.closest(".search")) hideResults();
  });

  // -- charts ---------------------------------------------------------------------------------------
  for (const script of all("script[data-chart]")) {
    const figure = script.closest("figure");
    const place = one(".drawing", figure);
    yanbaoCharts
      .draw(place, JSON.parse(script.textContent), (datum) => {
        if (datum.fact) ask(datum.fact, one("summary", figure));
      })
      .then(() => figure.classList.add("drawn"))
      .catch((error) => {
        one("details", figure).open = true;
        console.error(script.dataset.chart, error);
      });
  }

  // -- contents -------------------------------------------------------------------------------------
  const pages = all("section.page");
  const links = new Map();
  const list = make("ol");
  const heading = (page) => one("h1, h2", page);
  let group = "";
  for (const page of pages) {
    const kicker = one("header .section", page);
    if (kicker && kicker.textContent !== group) {
      group = kicker.textContent;
      list.append(make("li", /^\d+\./.test(group) ? "part" : "group", entry(page, group)));
    }
    if (page.matches(".divider")) group = heading(page).textContent;
    const link = entry(page, heading(page).textContent);
    links.set(page, link);
    list.append(make("li", page.matches(".divider") ? "group" : "", link));
  }
  one("nav").append(list);

  function entry(page, text) {
    const link = make("a", "", text);
    link.href = `#${encodeURIComponent(page.id)}`;
    link.addEventListener("click", () => drawer(false));
    return link;
  }

  const inSight = new Set();
  const watch = new IntersectionObserver((changes) => {
    for (const change of changes) {
      if (change.isIntersecting) inSight.add(change.target);
      else inSight.delete(change.target);
    }
    const current = pages.find((page) => inSight.has(page));
    for (const [page, link] of links) {
      if (page === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "-20% 0px -55% 0px" });
  pages.forEach((page) => watch.observe(page));

  const menu = one(".menu");
  function drawer(open) {
    one(".drawer").classList.toggle("open", open);
    menu.setAttribute("aria-expanded", String(open));
  }
  menu.addEventListener("click", () => drawer(menu.getAttribute("aria-expanded") !== "true"));

  // -- search ---------------------------------------------------------------------------------------
  const box = one(".search input");
  const results = one(".results");
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
  let index = null;
  const MOST_TEXTS = 40, MOST_FACTS = 15, AROUND = 24;

  function gather() {
    const places = [];
    for (const page of pages) {
      for (const element of all("h1, h2, h3, header p, p, li, tr", page)) {
        if (element.closest("footer") || element.closest("details thead")) continue;
        const cells = element.matches("tr") ? all("td, th", element).map((cell) => cell.textContent) : [element.textContent];
        const text = cells.map((cell) => cell.replace(/\s+/g, " ").trim()).filter(Boolean).join(" | ");
        if (text) places.push({ page, element, text, key: plain(text) });
      }
    }
    const known = Object.entries(facts).map(([id, fact]) => {
      const text = `${fact.label}  ${shown(fact)}`;
      return { id, text, key: plain(text) };
    });
    return { places, known };
  }

  function find() {
    const query = plain(box.value);
    if (!query) return hideResults();
    index = index || gather();
    const terms = query.split(" ");
    const has = (item) => terms.every((term) => item.key.includes(term));
    const texts = index.places.filter(has).slice(0, MOST_TEXTS);
    const known = index.known.filter(has).slice(0, MOST_FACTS);
    const parts = [];
    if (texts.length) parts.push(make("p", "", words.pages), ...texts.map((item) => hit(item, terms)));
    if (known.length) parts.push(make("p", "", words.facts), ...known.map((item) => factHit(item, terms)));
    if (!parts.length) parts.push(make("p", "", words.no_result));
    results.replaceChildren(...parts);
    results.hidden = false;
  }

  function hit(item, terms) {
    const button = make("button", "", ...marked(item.text, terms));
    if (!item.element.matches("h1, h2")) button.prepend(make("small", "", heading(item.page).textContent));
    button.addEventListener("click", () => {
      hideResults();
      drawer(false);
      const closed = item.element.closest("details");
      if (closed) closed.open = true;
      item.element.scrollIntoView({ block: "center" });
      item.element.classList.remove("found");
      void item.element.offsetWidth; // starts the animation again
      item.element.classList.add("found");
      item.element.tabIndex = -1;
      item.element.focus({ preventScroll: true });
    });
    return button;
  }

  function factHit(item, terms) {
    const button = make("button", "", ...marked(item.text, terms));
    button.addEventListener("click", () => {
      hideResults();
      drawer(false);
      ask(item.id, box);
    });
    return button;
  }

  // the words around the first term found, all terms marked
  function marked(text, terms) {
    const low = text.toLowerCase();
    const first = Math.max(0, low.indexOf(terms[0]));
    const start = Math.max(0, first - AROUND), end = Math.min(text.length, first + terms[0].length + AROUND * 2);
    const piece = text.slice(start, end);
    const escaped = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const parts = piece.split(new RegExp(`(${escaped.join("|")})`, "i"));
    const nodes = parts.map((part, at) => (at % 2 ? make("mark", "", part) : document.createTextNode(part)));
    return [start ? "…" : "", ...nodes, end < text.length ? "…" : ""];
  }

  function hideResults() {
    results.hidden = true;
  }

  box.addEventListener("input", find);
  box.addEventListener("focus", find);

  // -- print: one sheet a page, a page that is too long is made smaller ------------------------------
  const SHEET = 648; // pixels of a sheet's height that are free, see @page
  const CARE = 0.985; // letters don't shrink as evenly as boxes: a line may break earlier

  addEventListener("beforeprint", () => {
    document.documentElement.classList.add("printing");
    for (const page of pages) {
      const high = page.scrollHeight;
      if (high > SHEET + 1) page.style.zoom = String(Math.floor((SHEET / high) * CARE * 1000) / 1000);
    }
  });
  addEventListener("afterprint", () => {
    document.documentElement.classList.remove("printing");
    for (const page of pages) page.style.zoom = "";
  });

  // -- keyboard -------------------------------------------------------------------------------------
  document.addEventListener("keydown", (event) => {
    const number = asked(event.target);
    const typing = event.target.matches && event.target.matches("input, textarea");
    if (number && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      ask(number.dataset.fact, number, number.textContent);
    } else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      drawer(true);
      box.focus();
      box.select();
    } else if (event.key === "Escape") {
      if (!results.hidden) {
        hideResults();
        box.focus();
      } else if (!panel.hidden) close();
      else drawer(false);
    } else if (results.contains(event.target) || event.target === box) {
      const hits = all("button", results);
      const at = hits.indexOf(document.activeElement);
      if (event.key === "Enter" && event.target === box && hits.length) {
        event.preventDefault();
        hits[0].click();
      } else if (event.key === "ArrowDown" && hits.length) {
        event.preventDefault();
        hits[Math.min(hits.length - 1, at + 1)].focus();
      } else if (event.key === "ArrowUp") {
        event.preventDefault();
        if (at > 0) hits[at - 1].focus();
        else box.focus();
      }
    }
  });
})();
