// The model answers while one types: cells that move, sensitivities, and the address of this state.
(() => {
  "use strict";
  const form = document.getElementById("model");
  const keep = document.getElementById("keep");
  const told = document.getElementById("told");
  const spent = document.getElementById("spent");
  let asked = 0;
  let timer = null;

  const inputs = () => [...form.querySelectorAll("input[data-typed]")];
  const changed = () => inputs().filter((input) => input.value.trim() !== input.dataset.typed);

  function query() {
    const found = new URLSearchParams({ model: form.elements.model.value, scenario: form.elements.scenario.value });
    for (const input of changed()) found.set(input.name, input.value);
    return found;
  }

  async function compute() {
    const turn = ++asked;
    const state = query();
    const answer = await fetch(`${form.dataset.root}/model/values?${state}`);
    const found = await answer.json();
    if (turn !== asked) return; // a later one is under way
    told.hidden = answer.ok;
    if (!answer.ok) {
      told.textContent = found.error;
      return;
    }
    for (const cell of form.querySelectorAll("[data-cell]")) {
      const { new: text, old } = found.cells[cell.dataset.cell] || { new: "", old: "" };
      const moved = text !== old;
      cell.classList.toggle("moved", moved);
      cell.replaceChildren(text);
      if (moved) {
        const small = document.createElement("small");
        small.textContent = old;
        cell.append(small);
      }
    }
    for (const view of found.views) show(view);
    for (const input of inputs()) input.classList.toggle("moved", input.value.trim() !== input.dataset.typed);
    spent.textContent = `${found.milliseconds} ms`;
    history.replaceState(null, "", `?${state}`);
    for (const old of keep.querySelectorAll('input[type="hidden"][name*="@"]')) old.remove();
    for (const input of changed()) {
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name: input.name, value: input.value });
      keep.append(hidden);
    }
  }

  function show(view) {
    const card = document.querySelector(`[data-view="${CSS.escape(view.id)}"]`);
    if (!card) return;
    card.querySelector(".base").textContent = view.base;
    card.querySelectorAll("tbody tr").forEach((row, at) => {
      row.querySelector("th").textContent = view.rows[at][0];
      row.querySelectorAll("td").forEach((cell, column) => {
        cell.textContent = view.rows[at][column + 1];
      });
    });
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(compute, 40);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    compute();
  });
})();
