// Elements. Text gets into them as text, never as HTML.

/** An element with properties, with attributes where the name has a dash or is `role`, and with children or texts in it. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

/** The colour behind a custom property, as the scheme of the page has it. */
export function colourOf(property) {
  const probe = byId("probe");
  probe.style.color = `var(--${property})`;
  return getComputedStyle(probe).color;
}
