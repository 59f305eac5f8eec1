// What pages can do beyond being read and sent: look again when something has changed, and keep what is being typed.
// Every page works without this file. Nothing here decides anything; the server does.
"use strict";
(() => {
  const drafts = "alongside draft ", landing = "alongside place";
  const offline = document.querySelector(".offline");
  const nameOf = (area) => drafts + location.pathname + " " + area.name;

  // -- keep what is being typed ---------------------------------------------------------------------
  function restore(root) {
    for (const area of root.querySelectorAll("textarea[data-keep]")) {
      const kept = sessionStorage.getItem(nameOf(area));
      if (kept && !area.value) { area.value = kept; area.dispatchEvent(new Event("input", { bubbles: true })); }
    }
  }
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-keep]")) sessionStorage.setItem(nameOf(event.target), event.target.value);
  });
  // A form with words is sent from here, so that a dropped connection leaves the page and the words where they are.
  document.addEventListener("submit", async (event) => {
    const form = event.target, areas = form.querySelectorAll("textarea[data-keep]");
    if (form.method !== "post" || !areas.length || event.defaultPrevented) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter), buttons = form.querySelectorAll("button");
    const isMultipart = form.enctype === "multipart/form-data";
    buttons.forEach((button) => { button.disabled = true; });
    try {
      const address = event.submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href;
      const place = new URL(address, location.href).hash;
      const body = isMultipart ? data : new URLSearchParams(data);
      // The page it leads to is fetched on the way and then opened: with this header only the opening is a look.
      const answer = await fetch(address, { method: "POST", body, headers: { "X-Live": "1" } });
      if (answer.ok && answer.redirected) {
        areas.forEach((area) => sessionStorage.removeItem(nameOf(area)));
        sessionStorage.setItem(landing, place);
        location.assign(answer.url);
        return;
      }
      show(await answer.text(), place);
    } catch {
      offline.hidden = false;
    }
    buttons.forEach((button) => { button.disabled = false; });
  });
  function show(text, place) {
    const page = new DOMParser().parseFromString(text, "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.title = page.title;
    document.querySelector(".problem, h1")?.scrollIntoView();
    document.querySelector("main").focus();
    if (!document.querySelector(".problem")) goTo(place);
  }
  // The page that a form leads to is opened where the form says: an answer of fetch has lost its own "#place".
  function goTo(place) {
    if (place) document.querySelector(place)?.scrollIntoView();
  }
  const place = sessionStorage.getItem(landing);
  sessionStorage.removeItem(landing);
  if (place) {
    history.scrollRestoration = "manual"; // or the browser goes back to where this page was left
    goTo(place);
    addEventListener("load", () => goTo(place));
  }
  for (const form of document.querySelectorAll('form[action="/console/sign-out"]')) {
    form.addEventListener("submit", () => sessionStorage.clear());
  }
  restore(document);

  // Two clicks on a button are one; where the second gets through, the server does what it asks for once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (Date.now() - (form.dataset.sent || 0) < 1000) event.preventDefault();
    else form.dataset.sent = Date.now();
  });

  // -- look again -----------------------------------------------------------------------------------
  // A part of a page with data-live and an id is drawn anew, unless somebody is in it.
  // Each drawing of a form has another number; that alone is no news.
  const asDrawn = (part) => part.innerHTML.replace(/name="form" value="[^"]*"/g, "");
  let asked = false, again = false;
  async function look() {
    if (asked) { again = true; return; }
    asked = true;
    try {
      const answer = await fetch(location.href, { headers: { "X-Live": "1" } });
      if (answer.redirected) { location.reload(); return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live]")) {
        const now = page.getElementById(part.id);
        if (now && asDrawn(now) !== asDrawn(part) && !part.contains(document.activeElement)) part.replaceWith(now);
      }
      offline.hidden = true;
    } catch {
      offline.hidden = false;
    }
    asked = false;
    if (again) { again = false; look(); }
  }
  let wait = 1000;
  function listen() {
    const socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/console/live");
    socket.onopen = () => { if (wait > 1000) look(); wait = 1000; };
    socket.onmessage = (message) => { if (message.data === "changed") look(); else location.reload(); };
    socket.onclose = (why) => {
      if (why.code === 4401) return;
      wait = Math.min(wait * 2, 30000);
      setTimeout(listen, wait * (0.5 + Math.random()));
    };
  }
  if ("signedIn" in document.body.dataset && document.querySelector("[data-live]")) listen();

  // -- how long a text will be ----------------------------------------------------------------------
  // <textarea data-count="/console/segments"> is counted on the server, in the element that data-count-in names.
  let counting;
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!area.matches("textarea[data-count]")) return;
    clearTimeout(counting);
    counting = setTimeout(async () => {
      try {
        const answer = await fetch(area.dataset.count, {
          method: "POST",
          body: new URLSearchParams({ words: area.value, mark: area.form.elements.mark.value }),
        });
        if (answer.ok) document.getElementById(area.dataset.countIn).textContent = await answer.text();
      } catch { /* it is counted when the page is sent */ }
    }, 250);
  });
})();
