/* 自助终端：没有人操作就自己退出；最后二十秒可以点“再看一会儿”。 */
(function () {
  'use strict';
  var d = document, bar = d.getElementById('idle'), left = d.getElementById('idle-left');
  var whole = +bar.getAttribute('data-seconds'), rest = whole;
  function stay() { rest = whole; bar.hidden = true; }
  function tick() {
    rest -= 1;
    if (rest <= 0) { location.replace('/kiosk/end'); return; }
    if (rest <= 20) { bar.hidden = false; left.textContent = rest; }
  }
  ['pointerdown', 'keydown', 'input', 'scroll'].forEach(function (what) { window.addEventListener(what, stay, { passive: true }); });
  d.getElementById('idle-stay').addEventListener('click', stay);
  setInterval(tick, 1000);
  window.addEventListener('pageshow', function (e) { if (e.persisted) location.reload(); });
})();
