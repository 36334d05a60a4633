/* The desk's keyboard: answers put in at a touch, the known person pointed at, Ctrl+Enter sends. Pages work without it. */
(function () {
  "use strict";
  var doc = document, body = doc.body;
  function all(what, from) { return Array.prototype.slice.call((from || doc).querySelectorAll(what)); }
  var store = null;
  try { store = window.localStorage; } catch (e) { /* forbidden */ }

  // A sample answer goes where the cursor of the answer stands; what was typed there already stays.
  doc.addEventListener("click", function (event) {
    var button = event.target.closest("[data-fill]");
    if (!button) { return; }
    var form = button.closest("form") || doc, field = form.querySelector('[name="' + button.dataset.fill + '"]');
    if (!field) { return; }
    field.value = field.value.trim() ? field.value.trim() + "\n" + button.dataset.text : button.dataset.text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });

  // Ctrl+Enter presses the main button of the form the cursor is in.
  doc.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) { return; }
    var form = event.target.closest("form[method=post]"), button = form && form.querySelector("button.big, button:not(.second):not(.plain)");
    if (button) { event.preventDefault(); button.click(); }
  });

  // How it ends: a key or a touch puts the cursor into what is to be written. Arrows among the choices stay there.
  function write(radio) {
    var part = doc.querySelector('[data-when="move:' + radio.value + '"]'), field = part && part.querySelector("textarea, input:not([type=hidden]), select");
    if (field) { setTimeout(function () { field.focus(); }, 0); } // when the part has come out
  }
  all('#intake input[name="move"]').forEach(function (radio) {
    radio.addEventListener("click", function (event) { if (event.detail > 0) { write(radio); } });
  });

  // Parts of the desk by letter; another item asks the page anew with all that is typed.
  var heads = { KeyW: "#intake .asker input", KeyQ: "#intake .need textarea", KeyM: "#intake .asker details > summary" };
  doc.addEventListener("keydown", function (event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) { return; }
    var nth = /^Digit([789])$/.exec(event.code), persons = all('#intake input[name="person"]:not([value=""])');
    if (nth && persons[nth[1] - 7]) { event.preventDefault(); persons[nth[1] - 7].click(); persons[nth[1] - 7].focus(); return; }
    var way = /^Digit[1-6]$/.test(event.code) && doc.querySelector('#intake label[data-key="' + event.code.slice(-1) + '"] input');
    if (way) {
      event.preventDefault(); event.stopImmediatePropagation();
      way.checked = true; way.dispatchEvent(new Event("change", { bubbles: true })); way.focus(); write(way); return;
    }
    var target = doc.querySelector(heads[event.code] || "#none-of-these");
    if (!target) { return; }
    event.preventDefault(); event.stopImmediatePropagation();
    if (target.tagName === "SUMMARY") { target.parentNode.open = true; target = target.parentNode.querySelector("input, select"); }
    target.focus();
  }, true);
  all("[data-go]").forEach(function (input) {
    var was = input.value, button = input.form.querySelector('[name="' + input.dataset.go + '"]');
    input.addEventListener("focus", function () { input.select(); });
    input.addEventListener("change", function () { if (button && input.value !== was) { button.click(); } });
    input.addEventListener("keydown", function (event) { if (event.key === "Enter" && !event.ctrlKey && button) { event.preventDefault(); button.click(); } });
  });

  // A guided form: an answer may change what is asked next. The questions are asked for anew; what is typed meanwhile stays.
  all("[data-guided]").forEach(function (box) {
    var form = box.closest("form"), turn = 0;
    box.addEventListener("change", function () {
      var data = new FormData(form), mine = ++turn;
      data.set("_refresh", "1");
      fetch(form.action, { method: "POST", body: data, headers: { "X-Fragment": "1" } })
        .then(function (r) { return r.ok ? r.text() : null; })
        .then(function (html) {
          if (html === null || mine !== turn) { return; }
          var here = doc.activeElement, id = here && box.contains(here) ? here.id : "", spot = null, now = {};
          try { spot = id ? [here.selectionStart, here.selectionEnd] : null; } catch (e) { /* no text */ }
          all("input:not([type=hidden]), select, textarea", box).forEach(function (f) { if (f.id) { now[f.id] = [f.value, f.checked]; } });
          box.innerHTML = html;
          Object.keys(now).forEach(function (key) {
            var f = doc.getElementById(key);
            if (f && box.contains(f)) { if (f.type === "radio" || f.type === "checkbox") { f.checked = now[key][1]; } else { f.value = now[key][0]; } }
          });
          var again = id && doc.getElementById(id);
          if (again) { again.focus(); if (spot && spot[0] !== null && again.setSelectionRange) { try { again.setSelectionRange(spot[0], spot[1]); } catch (e) { /* no text */ } } }
        }).catch(function () {});
    });
  });

  // What was sent stays on this device until the page says that it was taken: a session may have ended meanwhile.
  all("form[data-keep]:not([data-draft])").forEach(function (form) {
    form.addEventListener("submit", function () {
      if (!store) { return; }
      var plain = {};
      new FormData(form).forEach(function (v, k) { if (typeof v === "string" && k !== "csrfmiddlewaretoken") { plain[k] = v; } });
      try { store.setItem("draft::" + form.dataset.keep, JSON.stringify(plain)); } catch (e) { /* full */ }
    });
  });
  if (store && "done" in body.dataset) {
    Object.keys(store).forEach(function (k) { if (k.indexOf("draft::case-" + body.dataset.case) === 0) { store.removeItem(k); } });
  }
  // Leaving the desk leaves no words on a shared machine.
  all('form[action$="/sign-out/"]').forEach(function (form) {
    form.addEventListener("submit", function () {
      if (store) { Object.keys(store).forEach(function (k) { if (k.indexOf("draft:") === 0) { store.removeItem(k); } }); }
    });
  });
})();
