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

  const tab = (title, panel, id) => {
    const button = document.createElement("button");
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", `${id}-panel`);
    button.id = id;
    button.dataset.language = title;
    button.textContent = title;
    button.addEventListener("click", () => pick(button));
    panel.id = `${id}-panel`;
    panel.setAttribute("aria-labelledby", id);
    return button;
  };

  const build = (section, number) => {
    const panels = panelsOf(section);
    const bar = document.createElement("div");
    bar.setAttribute("role", "tablist");
    bar.setAttribute("aria-label", "Language");
    bar.addEventListener("keydown", turn);
    bar.append(...[...panels].map(([title, panel], at) => tab(title, panel, `tab-${number}-${at}`)));
    section.append(bar, ...panels.values());
    section.panels = panels;
  };

  // The arrows, Home and End choose a tab while one has the focus. The book would take the arrows for turning its pages.
  const turn = (event) => {
    const tabs = [...event.currentTarget.children];
    const at = tabs.indexOf(event.target);
    const places = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 };
    if (!(event.key in places) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    const chosen = tabs.at(places[event.key] % tabs.length);
    pick(chosen);
    chosen.focus();
  };

  // Sections above may become longer or shorter; the tab stays where the reader sees it.
  const pick = (button) => {
    const before = button.getBoundingClientRect().top;
    choose(button.dataset.language);
    keep(button.dataset.language);
    window.scrollBy({ top: button.getBoundingClientRect().top - before, behavior: "instant" });
  };

  // Every section that has the language shows it.
  const choose = (language) => {
    for (const section of document.querySelectorAll(".tabs")) {
      if (!section.panels.has(language)) continue;
      section.panels.forEach((panel, title) => (panel.hidden = title !== language));
      for (const button of section.querySelectorAll("[role=tab]")) {
        const isChosen = button.dataset.language === language;
        button.setAttribute("aria-selected", String(isChosen));
        button.tabIndex = isChosen ? 0 : -1;
      }
    }
  };

  // A browser may refuse to keep anything; then each page begins with its first language.
  const kept = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };
  const keep = (language) => {
    try {
      localStorage.setItem(KEY, language);
    } catch {
      // Nothing is lost but the choice.
    }
  };

  const sections = document.querySelectorAll(".tabs");
  sections.forEach(build);
  // The first section last: where it has a language that others have too, it decides.
  [...sections].reverse().forEach((section) => choose(section.panels.keys().next().value));
  const before = kept();
  if (before !== null) choose(before);
})();
