#!/bin/sh
# Independent of our code: every key, signature and cipher here is made by openssl.
set -eu
cd "$(dirname "$0")"
ATTEMPT=att01KB7ZGQ00AAAAAAAAAAAAAAAA
for who in bank_merchant_key bank_key; do
    openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$who.pem"
done
openssl pkey -in bank_key.pem -pubout -out bank_public_key.pem
openssl pkey -in bank_merchant_key.pem -pubout -out merchant_public_key.pem
printf '{\n  "merchant_no": "SB0000000001",\n  "gateway_url": "bank/gateway",\n  "projects": {"pension": "10210"}\n}\n' > bank.json
sign() { openssl dgst -sha256 -sign "$1" "$2" | openssl base64 -A > "$2.sig"; }
seal() { printf %s "$2" | openssl pkeyutl -encrypt -pubin -inkey "$1" -pkeyopt rsa_padding_mode:oaep \
    -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256 | openssl base64 -A; }
head_of() { printf '"head":{"version":"1.0","trans_code":"%s","merchant_no":"SB0000000001","serial":"%s","time":"20261201120000"' "$1" "$2"; }
ANSWER='000102030405060708090a0b0c0d0e0f'
printf '{%s},"body":{"pay_no":"%s","protocol_no":"9991000000182026112300000001","amount":"380.50","summary":"城乡居民基本养老保险,2026年","deadline":"20261201123000","notify_url":"https://shebao.example/notices/wechat"}}' \
    "$(head_of SB2001 $ANSWER)" "$ATTEMPT" > pay.body
sign bank_merchant_key.pem pay.body
printf '{"head":{"version":"1.0","trans_code":"SB2001","serial":"%s","time":"20261201120000","retCd":"00000","retMsg":"成功"},"body":{"pay_no":"%s","protocol_no":"9991000000182026112300000001","pay_status":"0","amount":"380.50","bank_serial":"20261201000000000077","trans_time":"20261201115959"}}' \
    $ANSWER "$ATTEMPT" > paid.answer
sign bank_key.pem paid.answer
printf '{%s},"body":{"sign_no":"man01KB7ZGQ00AAAAAAAAAAAAAAAA","sign_status":"0","reject_msg":"","protocol_no":"9991000000182026112300000001","account_cipher":"%s","account_kind":"social_card","bank_name":"演练银行","sign_time":"20261201115800"}}' \
    "$(head_of SB9001 aabbccddeeff00112233445566778899)" "$(seal merchant_public_key.pem 6239991234567890123)" > signed.notice
sign bank_key.pem signed.notice
printf '{%s},"body":{"pay_no":"%s","bank_serial":"20261201000000000077","reversal_serial":"20261201000000000099","amount":"380.50","reversal_time":"20261201115959","reason":"付款人开户行冲正"}}' \
    "$(head_of SB9004 00112233445566778899aabbccddeeff)" "$ATTEMPT" > taken_back.notice
sign bank_key.pem taken_back.notice
