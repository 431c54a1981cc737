/* 换成自己的地址、统筹区和缴费渠道：渠道是 policies/<统筹区>/region.toml 里 place = "alipay_mini" 的那一个。 */
App({ globalData: { base: 'https://sb.example.gov.cn', region: '330200', channel: 'alipay_mini' } })
