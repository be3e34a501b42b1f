// Keeps the page of a run that is under way up to date; when the run has ended, the page is opened anew.
const box = document.querySelector("[data-progress]");
const EVERY = 2000; // milliseconds

const show = (told) => {
  for (const part of document.querySelectorAll("[data-told]")) {
    const text = told[part.dataset.told];
    if (text && part.textContent !== text) part.textContent = text;
  }
  for (const line of document.querySelectorAll("[data-points]")) {
    line.setAttribute("points", told[line.dataset.points]);
  }
};

const look = async () => {
  try {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (told.ended) return location.reload();
    show(told);
  } catch {
    // away for a moment, or signed out: the link on the page stays
  }
  setTimeout(look, EVERY);
};

setTimeout(look, EVERY);
