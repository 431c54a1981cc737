"""Alipay (支付宝): the wire of its open gateway, signed with RSA2."""
