"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const drawer = document.getElementById("drawer");
  let opener = null;
  // inside another page that lists the findings itself
  if (window.top !== window) document.body.classList.add("framed");
  const make = (tag, text, name) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name) element.className = name;
    return element;
  };
  const close = () => {
    drawer.hidden = true;
    document.body.classList.remove("open");
    document.querySelectorAll(".n.on").forEach((mark) => mark.classList.remove("on"));
    if (opener) opener.focus({ preventScroll: true });
    opener = null;
  };
  const show = (mark) => {
    const number = data.numbers[Number(mark.dataset.n)];
    document.querySelectorAll(".n.on").forEach((other) => other.classList.remove("on"));
    mark.classList.add("on");
    opener = mark;
    drawer.replaceChildren();
    const button = make("button", data.words.close);
    button.type = "button";
    button.addEventListener("click", close);
    drawer.append(button, make("h3", number.t), make("div", number.h.join(" · "), "place"));
    if (!number.x.length) {
      drawer.append(make("p", `${data.words["why-open"]}: ${number.r || data.words["no-partner"]}`));
    }
    for (const index of number.x) {
      const test = data.tests[index];
      const part = make("div", undefined, "test");
      part.append(make("b", `${test.verdict} · ${test.relation}`, `state-${test.state}`));
      part.append(make("div", `${test.claimed} ${test.label}`, "place"), make("div", test.working, "working"));
      if (test.diagnosis) part.append(make("div", `${data.words.diagnosis}: ${test.diagnosis}`, "diagnosis"));
      if (test.operands.length) {
        part.append(make("div", data.words.from, "place"));
        const list = make("ul");
        for (const operand of test.operands) list.append(make("li", `${operand.text} ${operand.label} ${operand.where}`));
        part.append(list);
      }
      drawer.append(part);
    }
    drawer.hidden = false;
    document.body.classList.add("open");
    drawer.focus({ preventScroll: true });
  };
  document.addEventListener("click", (event) => {
    const mark = event.target.closest(".n[role=button]");
    if (mark) show(mark);
    const filter = event.target.closest("[data-filter]");
    if (filter) {
      const wanted = filter.dataset.filter;
      document.querySelectorAll("[data-filter]").forEach((other) => other.setAttribute("aria-pressed", String(other === filter)));
      document.querySelectorAll("li[data-severity]").forEach((item) => {
        item.hidden = wanted !== "all" && item.dataset.severity !== wanted;
      });
    }
    const link = event.target.closest("nav a[href^='#n']");
    if (link) {
      const target = document.getElementById(link.getAttribute("href").slice(1));
      if (target) show(target);
    }
  });
  const named = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.matches(".n[role=button]")) show(target);
  };
  addEventListener("hashchange", named);
  named();
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !drawer.hidden) close();
    if ((event.key === "Enter" || event.key === " ") && event.target.matches(".n[role=button]")) {
      event.preventDefault();
      show(event.target);
    }
  });
})();
