"""UnionPay (全渠道 5.1.0) as the outside world plays it: its gateway, its cashier, its files."""
