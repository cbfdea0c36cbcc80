// What every page needs: the live progress of a job.
(() => {
  "use strict";
  const job = document.querySelector("[data-job]");
  if (!job || job.dataset.state !== "running") return;
  const source = new EventSource(`/jobs/${job.dataset.job}/events`);
  const steps = job.querySelector(".steps");
  source.addEventListener("message", (event) => {
    const now = JSON.parse(event.data);
    while (steps.children.length < now.told.length) {
      const item = document.createElement("li");
      item.textContent = now.told[steps.children.length];
      steps.append(item);
    }
    if (now.state === "running") return;
    source.close();
    if (now.state === "done") location.replace(job.dataset.back);
    else location.reload();
  });
})();
