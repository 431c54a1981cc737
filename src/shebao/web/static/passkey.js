/* 通行密钥：把服务器的要求交给浏览器，把设备的答复放回表单。 */
(function () {
  'use strict';
  var f = document.querySelector('form[data-passkey]'), no = document.getElementById('passkey-no');
  if (!f) return;
  function bytes(text) {
    var s = atob(text.replace(/-/g, '+').replace(/_/g, '/')), a = new Uint8Array(s.length), i;
    for (i = 0; i < s.length; i++) a[i] = s.charCodeAt(i);
    return a.buffer;
  }
  function text(buffer) {
    var a = new Uint8Array(buffer), s = '', i;
    for (i = 0; i < a.length; i++) s += String.fromCharCode(a[i]);
    return btoa(s).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  }
  function ids(list) { return (list || []).map(function (one) { one.id = bytes(one.id); return one; }); }
  function wanted() {
    var o = JSON.parse(f.getAttribute('data-options'));
    o.challenge = bytes(o.challenge);
    if (o.user) o.user.id = bytes(o.user.id);
    if (o.excludeCredentials) o.excludeCredentials = ids(o.excludeCredentials);
    if (o.allowCredentials) o.allowCredentials = ids(o.allowCredentials);
    return { publicKey: o };
  }
  function told(made) {
    var r = made.response, said = { clientDataJSON: text(r.clientDataJSON) };
    if (r.attestationObject) said.attestationObject = text(r.attestationObject);
    if (r.authenticatorData) {
      said.authenticatorData = text(r.authenticatorData);
      said.signature = text(r.signature);
      if (r.userHandle) said.userHandle = text(r.userHandle);
    }
    return { id: made.id, rawId: text(made.rawId), type: made.type, response: said, clientExtensionResults: {} };
  }
  function failed() {
    var b = f.querySelector('.btn');
    f.removeAttribute('data-sent');
    b.classList.remove('busy');
    if (b.hasAttribute('data-was')) b.textContent = b.getAttribute('data-was');
    no.hidden = false;
  }
  f.addEventListener('submit', function (e) {
    e.preventDefault();
    if (f.getAttribute('data-sent')) return;
    if (!window.PublicKeyCredential) { setTimeout(failed, 0); return; }
    var making = f.getAttribute('data-passkey') === 'create';
    no.hidden = true;
    (making ? navigator.credentials.create(wanted()) : navigator.credentials.get(wanted())).then(function (made) {
      f.elements.answer.value = JSON.stringify(told(made));
      f.submit();
    }, failed);
  });
})();
