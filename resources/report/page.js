
"use strict";
const all = (query, within = document) => [...within.querySelectorAll(query)];

function switchTheme() {
  const root = document.documentElement;
  const dark = getComputedStyle(root).colorScheme === "dark" ||
    (root.dataset.theme === undefined && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "light" : "dark";
}

function sortable(table) {
  const body = table.tBodies[0], rows = [...body.rows];
  const value = (row, place) => {
    const cell = row.cells[place], number = cell.dataset.value;
    return number === undefined ? cell.textContent : Number(number);
  };
  const isNothing = (one) => one === "" || one === "\u2013";
  const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b
    : String(a).localeCompare(String(b), undefined, { numeric: true });
  all("th", table).forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      all("th", table).forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const known = rows.filter((row) => !isNothing(value(row, place)));
      known.sort((a, b) => (up ? 1 : -1) * compare(value(a, place), value(b, place)));
      body.append(...known, ...rows.filter((row) => isNothing(value(row, place))));
      table.parentElement.scrollTop = 0;
    });
  });
}

function filterable(section) {
  const controls = section.querySelector(".controls"), rows = all("tbody tr", section);
  const field = controls.querySelector("input"), chips = all(".chip", controls);
  let kind = "all";
  const show = () => {
    const wanted = field.value.toLowerCase();
    let count = 0;
    for (const row of rows) {
      const named = row.cells[0].textContent.toLowerCase().includes(wanted);
      row.hidden = !named || !row.dataset.kind.split(" ").includes(kind);
      count += row.hidden ? 0 : 1;
    }
    const shown = controls.querySelector(".shown");
    shown.textContent = shown.dataset.said.replace("{0}", count).replace("{1}", rows.length);
  };
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      kind = chip.dataset.chip;
      chips.forEach((other) => other.setAttribute("aria-pressed", String(other === chip)));
      show();
    });
  }
  field.addEventListener("input", show);
  controls.hidden = false;
  show();
}

function pick(layer, scroll) {
  all(".on").forEach((one) => one.classList.remove("on"));
  all(`[data-layer="${layer}"]`).forEach((one) => one.classList.add("on"));
  const row = document.getElementById(`layer-${layer}`);
  if (row === null) return;
  row.classList.add("on");
  if (scroll) row.scrollIntoView({ block: "center", inline: "nearest" });
}

all("#layers table, #search table").forEach(sortable);
all("#layers").forEach(filterable);
all("#depth .column").forEach((column) => {
  const readout = document.querySelector("#depth .readout");
  column.addEventListener("pointerenter", () => {
    readout.textContent = column.querySelector("title").textContent;
  });
  column.addEventListener("click", () => {
    readout.textContent = column.querySelector("title").textContent;
    pick(column.dataset.layer, true);
  });
});
all("#layers tbody tr").forEach((row) => {
  row.addEventListener("click", () => pick(row.id.replace("layer-", ""), false));
});
const theme = document.getElementById("theme");
theme.hidden = false;
theme.addEventListener("click", switchTheme);
