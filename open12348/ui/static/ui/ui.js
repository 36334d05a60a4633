/* Makes pages better; every page works without it. */
(function () {
  "use strict";
  document.documentElement.classList.add("js");
  // A second press of a button does nothing while the first is on its way.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { form.querySelectorAll("button").forEach(function (b) { b.disabled = true; }); }, 0);
    setTimeout(function () { delete form.dataset.sent; form.querySelectorAll("button").forEach(function (b) { b.disabled = false; }); }, 8000);
  });
  window.addEventListener("pageshow", function () { document.querySelectorAll("form").forEach(function (f) { delete f.dataset.sent; f.querySelectorAll("button").forEach(function (b) { b.disabled = false; }); }); });
  // County, township, village: fill the next list when one is chosen.
  document.querySelectorAll("[data-region]").forEach(function (box) {
    var selects = Array.prototype.slice.call(box.querySelectorAll("select"));
    box.querySelectorAll("button").forEach(function (b) { b.hidden = true; });
    selects.forEach(function (select, i) {
      select.addEventListener("change", function () {
        selects.slice(i + 1).forEach(function (s) { s.length = 1; s.disabled = true; });
        if (!select.value || !selects[i + 1]) { return; }
        fetch(box.dataset.region + "?parent=" + encodeURIComponent(select.value)).then(function (r) { return r.json(); }).then(function (list) {
          var next = selects[i + 1];
          list.forEach(function (d) { next.add(new Option(d.name, d.code)); });
          next.disabled = !list.length;
        });
      });
    });
  });
  // Drafts: what is typed is kept here and with the office, so that a closed browser loses nothing.
  document.querySelectorAll("form[data-draft]").forEach(function (form) {
    var status = form.querySelector(".saved"), timer;
    function keep() {
      var data = new FormData(form), plain = {};
      data.forEach(function (v, k) { if (typeof v === "string" && k !== "csrfmiddlewaretoken") { plain[k] = v; } });
      fetch(form.dataset.draft, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": data.get("csrfmiddlewaretoken") }, body: JSON.stringify(plain) })
        .then(function (r) { if (status) { status.textContent = r.ok ? status.dataset.ok : status.dataset.bad; } })
        .catch(function () { if (status) { status.textContent = status.dataset.bad; } });
    }
    form.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(keep, 1200); });
  });
  // Hints while typing: a fragment of the page is fetched anew.
  document.querySelectorAll("[data-live]").forEach(function (box) {
    var form = box.closest("form") || document.querySelector(box.dataset.form), timer;
    if (!form) { return; }
    form.addEventListener("input", function (event) {
      if (box.dataset.fields && box.dataset.fields.split(" ").indexOf(event.target.name) < 0) { return; }
      clearTimeout(timer);
      timer = setTimeout(function () {
        var query = new URLSearchParams();
        (box.dataset.fields || "q").split(" ").forEach(function (name) { var f = form.elements[name]; if (f) { query.set(name, f.value); } });
        fetch(box.dataset.live + "?" + query, { headers: { "X-Fragment": "1" } }).then(function (r) { return r.text(); }).then(function (html) { box.innerHTML = html; });
      }, 350);
    });
  });
  // Keys that pages declare: Alt+letter.
  document.addEventListener("keydown", function (event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) { return; }
    var target = document.querySelector('[data-key="' + event.key.toLowerCase() + '"]');
    if (target) { event.preventDefault(); if (target.matches("input,select,textarea")) { target.focus(); } else { target.click(); } }
  });
  var bad = document.getElementById("errors");
  if (bad) { bad.focus(); }
  if ("serviceWorker" in navigator && document.body.dataset.worker) { navigator.serviceWorker.register(document.body.dataset.worker); }
})();
