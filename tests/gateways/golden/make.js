// Independent of our code: node's crypto (OpenSSL through node) makes every message.
const crypto = require('crypto'), fs = require('fs');
const T = '1796097600', N = '000102030405060708090a0b0c0d0e0f';
const KEY = 'shebao-golden-api-v3-key-32-byte';
const merchant = fs.readFileSync('merchant_key.pem'), platform = fs.readFileSync('platform_key.pem');
const sign = (k, s) => crypto.sign('RSA-SHA256', Buffer.isBuffer(s) ? s : Buffer.from(s), k).toString('base64');
const auth = (m, t, b) => `WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="${N}",timestamp="${T}",serial_no="3775B6A45ACD588826D15E583A95F5DD",signature="${sign(merchant, `${m}\n${t}\n${T}\n${N}\n${b}\n`)}"`;
const A = 'att01KB7ZGQ00AAAAAAAAAAAAAAAA';
const h5 = `{"appid":"wx8888888888888888","mchid":"1900000001","description":"城乡居民基本养老保险,2026年","out_trade_no":"${A}","time_expire":"2026-12-01T12:30:00+08:00","notify_url":"https://shebao.example/notices/wechat","amount":{"total":38050,"currency":"CNY"},"scene_info":{"payer_client_ip":"203.0.113.7","h5_info":{"type":"Wap"}}}`;
const close = '{"mchid":"1900000001"}';
const refund = `{"out_trade_no":"${A}","out_refund_no":"ref01KB7ZGQ00BBBBBBBBBBBBBBBB","reason":"重复缴费","notify_url":"https://shebao.example/notices/wechat","amount":{"refund":10000,"total":38050,"currency":"CNY"}}`;
const asks = {
  begin: {line: 'POST /v3/pay/transactions/h5', body: h5},
  inquire: {line: `GET /v3/pay/transactions/out-trade-no/${A}?mchid=1900000001`, body: ''},
  close: {line: `POST /v3/pay/transactions/out-trade-no/${A}/close`, body: close},
  give_back: {line: 'POST /v3/refund/domestic/refunds', body: refund},
  inquire_return: {line: 'GET /v3/refund/domestic/refunds/ref01KB7ZGQ00BBBBBBBBBBBBBBBB', body: ''},
};
for (const a of Object.values(asks)) { const [m, t] = a.line.split(' '); a.authorization = auth(m, t, a.body); }
fs.writeFileSync('asks.json', JSON.stringify(asks, null, 1) + '\n');
fs.writeFileSync('script.json', JSON.stringify({appId: 'wx8888888888888888', timeStamp: T, nonceStr: N, package: 'prepay_id=wx01120000000000a1b2c3', signType: 'RSA', paySign: sign(merchant, `wx8888888888888888\n${T}\n${N}\nprepay_id=wx01120000000000a1b2c3\n`)}, null, 1) + '\n');
const seal = (plain, aad, nonce) => { const c = crypto.createCipheriv('aes-256-gcm', KEY, nonce); c.setAAD(Buffer.from(aad)); return Buffer.concat([c.update(plain, 'utf8'), c.final(), c.getAuthTag()]).toString('base64'); };
const notice = (name, type, original, plain, nonce) => {
  const body = `{"id":"EV-2026120112000000${nonce.length}","create_time":"2026-12-01T12:00:00+08:00","resource_type":"encrypt-resource","event_type":"${type}","summary":"支付,成功","resource":{"original_type":"${original}","algorithm":"AEAD_AES_256_GCM","ciphertext":"${seal(plain, original, nonce)}","associated_data":"${original}","nonce":"${nonce}"}}`;
  fs.writeFileSync(`${name}.body`, body);
  fs.writeFileSync(`${name}.headers.json`, JSON.stringify({'wechatpay-timestamp': T, 'wechatpay-nonce': 'EcDk93vNfpYgLe1S', 'wechatpay-serial': 'PUB_KEY_ID_0119000000012026120100000000000001', 'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048', 'wechatpay-signature': sign(platform, `${T}\nEcDk93vNfpYgLe1S\n${body}\n`)}, null, 1) + '\n');
};
notice('paid', 'TRANSACTION.SUCCESS', 'transaction', `{"mchid":"1900000001","appid":"wx8888888888888888","out_trade_no":"${A}","transaction_id":"4200002345202612011234567890","trade_type":"MWEB","trade_state":"SUCCESS","trade_state_desc":"支付成功,谢谢𪻐","bank_type":"OTHERS","attach":"","success_time":"2026-12-01T11:59:30+08:00","payer":{"openid":"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},"amount":{"total":38050,"payer_total":38050,"currency":"CNY","payer_currency":"CNY"}}`, 'Zx8kQ2mP0aBc');
notice('refunded', 'REFUND.SUCCESS', 'refund', `{"mchid":"1900000001","out_trade_no":"${A}","transaction_id":"4200002345202612011234567890","out_refund_no":"ref01KB7ZGQ00BBBBBBBBBBBBBBBB","refund_id":"50300002342026120112345678901","refund_status":"SUCCESS","success_time":"2026-12-01T11:59:50+08:00","user_received_account":"支付用户零钱","amount":{"total":38050,"refund":10000,"payer_total":38050,"payer_refund":10000}}`, 'Aq7Lw0sD3fGh');
