"""UnionPay (银联全渠道 5.1.0): the wire of its gateway, signed by certificates."""
