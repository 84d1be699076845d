// Shows one language of a section at a time. A section is a <div class="tabs"> whose languages follow each other, each under
// its name in bold. Without this file, and on GitHub, all of them are shown, one below the other.
"use strict";

(() => {
  const KEY = "rp-language";

  const titleOf = (node) =>
    node.nodeName === "P" && node.children.length === 1 && node.firstChild.nodeName === "STRONG" ? node.textContent : null;

  // The panels of a section, by language.
  const panelsOf = (section) => {
    const panels = new Map();
    let panel = null;
    for (const node of [...section.children]) {
      const title = titleOf(node);
      if (title !== null) {
        panel = document.createElement("div");
        panel.setAttribute("role", "tabpanel");
        panels.set(title, panel);
        node.remove();
      } else if (panel !== null) {
        panel.append(node);
      }
    }
    return panels;
  };

  const tab = (title) => {
    const button = document.createElement("button");
    button.setAttribute("role", "tab");
    button.dataset.language = title;
    button.textContent = title;
    button.addEventListener("click", () => choose(title));
    return button;
  };

  const build = (section) => {
    const panels = panelsOf(section);
    const bar = document.createElement("div");
    bar.setAttribute("role", "tablist");
    bar.append(...[...panels.keys()].map(tab));
    section.append(bar, ...panels.values());
    section.panels = panels;
  };

  // Every section that has the language shows it.
  const choose = (language) => {
    for (const section of document.querySelectorAll(".tabs")) {
      if (!section.panels.has(language)) continue;
      section.panels.forEach((panel, title) => (panel.hidden = title !== language));
      for (const button of section.querySelectorAll("[role=tab]")) {
        button.setAttribute("aria-selected", String(button.dataset.language === language));
      }
    }
    localStorage.setItem(KEY, language);
  };

  const sections = document.querySelectorAll(".tabs");
  if (sections.length === 0) return;
  const kept = localStorage.getItem(KEY);
  sections.forEach(build);
  choose(sections[0].panels.keys().next().value);
  if (kept !== null) choose(kept);
})();
