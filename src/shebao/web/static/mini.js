/* 小程序内的页面：把凭票交给小程序，由它打开收银台。结果以渠道为准。 */
(function () {
  'use strict';
  var box = document.getElementById('mini'), url = '/pages/pay/pay?ticket=' + encodeURIComponent(box.getAttribute('data-ticket'));
  function open() {
    var program = box.getAttribute('data-app') === 'wechat' ? window.wx && window.wx.miniProgram : window.my;
    if (program && program.redirectTo) program.redirectTo({ url: url });
  }
  document.getElementById('go').addEventListener('click', open);
  open();
})();
