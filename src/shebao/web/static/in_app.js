/* 应用内支付：把参数交给微信或支付宝；不管它说什么，结果以渠道为准。 */
(function () {
  'use strict';
  var box = document.getElementById('in-app'), told = JSON.parse(box.getAttribute('data-parameters'));
  function result() { location.href = box.getAttribute('data-result'); }
  function open() {
    if (box.getAttribute('data-app') === 'wechat' && window.WeixinJSBridge) window.WeixinJSBridge.invoke('getBrandWCPayRequest', told, result);
    else if (window.AlipayJSBridge) window.AlipayJSBridge.call('tradePay', told, result);
  }
  document.getElementById('go').addEventListener('click', open);
  document.addEventListener('WeixinJSBridgeReady', open, false);
  document.addEventListener('AlipayJSBridgeReady', open, false);
})();
