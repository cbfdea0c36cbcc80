// The report: charts, the drawer that tells where a number comes from, keys.
(() => {
  "use strict";
  const drawer = document.getElementById("drawer");
  const trail = [];
  let opener = null;

  async function ask(stage, id, from) {
    const query = new URLSearchParams({ id });
    if (stage.dataset.build) query.set("build", stage.dataset.build);
    await open(`${stage.dataset.root}/fact?${query}`);
    if (from) {
      release();
      opener = from;
      from.classList.add("open");
    }
    const here = new URL(location.href);
    here.searchParams.set("fact", id);
    history.replaceState(null, "", here);
  }

  async function open(address) {
    const answer = await fetch(address);
    if (!answer.ok) return;
    trail.push(address);
    show(await answer.text());
  }

  function show(source) {
    const made = new DOMParser().parseFromString(source, "text/html");
    drawer.replaceChildren(...made.body.childNodes);
    drawer.querySelector(".back").hidden = trail.length < 2;
    drawer.hidden = false;
    drawer.focus({ preventScroll: true });
    drawer.scrollTop = 0;
  }

  function release() {
    if (opener) opener.classList.remove("open");
  }

  function close() {
    drawer.hidden = true;
    release();
    if (opener) opener.focus({ preventScroll: true });
    opener = null;
    trail.length = 0;
    const here = new URL(location.href);
    here.searchParams.delete("fact");
    history.replaceState(null, "", here);
  }

  const number = (target) => target.closest && target.closest('.stage [data-fact][role="button"]');

  document.addEventListener("click", async (event) => {
    const asked = number(event.target);
    if (asked && drawer) ask(asked.closest(".stage"), asked.dataset.fact, asked);
    if (!drawer || !drawer.contains(event.target)) return;
    const link = event.target.closest('a[href*="/fact?"]');
    if (link) {
      event.preventDefault();
      open(link.getAttribute("href"));
    } else if (event.target.closest(".close")) close();
    else if (event.target.closest(".back")) {
      trail.pop();
      const answer = await fetch(trail[trail.length - 1]);
      show(await answer.text());
    }
  });

  document.addEventListener("keydown", (event) => {
    const asked = number(event.target);
    const typing = event.target.matches && event.target.matches("input, textarea, select");
    if (asked && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      asked.click();
    } else if (event.key === "Escape" && drawer && !drawer.hidden) close();
    else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
      const link = rel && document.querySelector(`.pager a[rel="${rel}"]`);
      if (link && !event.target.closest(".scroll, .panel")) link.click();
      if (event.key === "/") {
        const box = document.querySelector('.find input[type="search"]');
        if (box) {
          event.preventDefault();
          box.focus();
        }
      }
    }
  });

  for (const script of document.querySelectorAll("script[data-chart]")) {
    const figure = script.closest("figure");
    yanbaoCharts
      .draw(figure.querySelector(".drawing"), JSON.parse(script.textContent), (datum) => {
        if (datum.fact && drawer) ask(figure.closest(".stage"), datum.fact, figure.querySelector("summary"));
      })
      .then(() => {
        figure.classList.add("drawn");
        const box = figure.querySelector(".scroll");
        if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; // wider than a phone: keys can scroll it
      })
      .catch((error) => {
        figure.querySelector("details").open = true;
        console.error(script.dataset.chart, error);
      });
  }
})();
