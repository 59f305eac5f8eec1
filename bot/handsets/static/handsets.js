// Sends what is typed or tapped on a simulated phone without leaving the page. Everything works without this file.
"use strict";
(() => {
  async function send(form, submitter) {
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST",
      body: new URLSearchParams(new FormData(form, submitter)),
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || !page.querySelector(".phones")) {
      document.querySelector("main").replaceWith(page.querySelector("main"));
      return;
    }
    document.querySelector(".problem")?.remove();
    const had = document.activeElement?.closest("[data-live]")?.id;
    for (const part of document.querySelectorAll("[data-live]")) {
      const now = page.getElementById(part.id);
      if (now && now.innerHTML !== part.innerHTML) part.replaceWith(now);
    }
    if (had) document.getElementById(had)?.focus();
    form.reset();
  }
  let busy = false;
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-handset]")) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    document.body.classList.add("busy");
    try {
      await send(form, event.submitter);
    } catch {
      document.querySelector(".offline").hidden = false;
    }
    document.body.classList.remove("busy");
    busy = false;
  });
})();
