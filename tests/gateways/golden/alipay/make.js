// Independent of our code: node's crypto (OpenSSL through node) makes every message.
const crypto = require('crypto'), fs = require('fs');
const app = fs.readFileSync('alipay_app_key.pem'), far = fs.readFileSync('far_key.pem');
const sign = (k, s) => crypto.sign('RSA-SHA256', Buffer.from(s), k).toString('base64');
const joined = p => Object.keys(p).sort().map(k => `${k}=${p[k]}`).join('&');
const A = 'att01KB7ZGQ00AAAAAAAAAAAAAAAA', R = 'ref01KB7ZGQ00BBBBBBBBBBBBBBBB';
const N = 'https://shebao.example/notices/alipay';
const order = `"out_trade_no":"${A}","total_amount":"380.50","subject":"城乡居民基本养老保险,2026年","time_expire":"2026-12-01 12:30:00"`;
const common = { app_id: '2021000000000001', format: 'JSON', charset: 'utf-8', sign_type: 'RSA2', timestamp: '2026-12-01 12:00:00', version: '1.0' };
const ask = (method, biz_content, more) => { const p = { ...common, method, biz_content, ...more }; return { ...p, sign: sign(app, joined(p)) }; };
fs.writeFileSync('asks.json', JSON.stringify({
  link: ask('alipay.trade.wap.pay', `{${order},"product_code":"QUICK_WAP_WAY","quit_url":"https://shebao.example/orders/1?a=费"}`, { notify_url: N, return_url: 'https://shebao.example/orders/1?a=费' }),
  code: ask('alipay.trade.precreate', `{${order}}`, { notify_url: N }),
  script: ask('alipay.trade.create', `{${order},"product_code":"JSAPI_PAY","op_app_id":"2021000000000001","buyer_open_id":"074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5"}`, { notify_url: N }),
  inquire: ask('alipay.trade.query', `{"out_trade_no":"${A}"}`),
  close: ask('alipay.trade.close', `{"out_trade_no":"${A}"}`),
  give_back: ask('alipay.trade.refund', `{"out_trade_no":"${A}","refund_amount":"100.00","out_request_no":"${R}","refund_reason":"重复缴费"}`),
  inquire_return: ask('alipay.trade.fastpay.refund.query', `{"out_trade_no":"${A}","out_request_no":"${R}","query_options":["gmt_refund_pay"]}`),
}, null, 1) + '\n');
const node = '{"code":"10000","msg":"Success","buyer_logon_id":"138****0000","fund_bill_list":[{"amount":"380.50","fund_channel":"ALIPAYACCOUNT"}],"store_name":"https:\\/\\/a.example\\/\\u4e2d \\"sign\\":\\"x\\"}","out_trade_no":"' + A + '","send_pay_date":"2026-12-01 11:59:30","total_amount":"380.50","trade_no":"2026120122001412345678901234","trade_status":"TRADE_SUCCESS"}';
fs.writeFileSync('queried.body', `{ "sign" : "${sign(far, node)}",\n"alipay_trade_query_response": ${node} }`);
const enc = s => encodeURIComponent(s).replace(/%20/g, '+');
const paid = { app_id: '2021000000000001', auth_app_id: '2021000000000001', buyer_logon_id: '138****0000', buyer_open_id: '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5', buyer_pay_amount: '380.50', charset: 'utf-8', fund_bill_list: '[{"amount":"380.50","fundChannel":"ALIPAYACCOUNT"}]', gmt_create: '2026-12-01 11:58:00', gmt_payment: '2026-12-01 11:59:30', invoice_amount: '380.50', notify_id: '2026120100222115930000001234567890', notify_time: '2026-12-01 11:59:31', notify_type: 'trade_status_sync', out_trade_no: A, passback_params: 'a%3D1%26b%3D+2', point_amount: '0.00', receipt_amount: '380.50', seller_email: 'pay+1@shebao.example', seller_id: '2088000000000001', subject: '城乡居民基本养老保险,2026年 𪻐', total_amount: '380.50', trade_no: '2026120122001412345678901234', trade_status: 'TRADE_SUCCESS', version: '1.0' };
const notice = (name, p) => fs.writeFileSync(name, Object.entries({ ...p, sign: sign(far, joined(p)), sign_type: 'RSA2' }).map(([k, v]) => `${k}=${enc(v)}`).join('&'));
notice('paid.body', paid);
notice('refunded.body', { ...paid, gmt_refund: '2026-12-01 11:59:50.320', out_biz_no: R, refund_fee: '100.00', notify_id: '2026120100222115950000001234567890' });
