// A file dropped on the form is checked at once.
(() => {
  "use strict";
  const form = document.querySelector("form.drop");
  if (!form) return;
  const input = form.querySelector('input[type="file"]');
  for (const kind of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        form.requestSubmit();
      }
    });
  }
})();
