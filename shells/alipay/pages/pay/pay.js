/* 页面上点“支付”后转到这里。ticket 由服务器签发，60 秒内只能用一次。
   不管收银台说成功还是失败，都回到结果页；结果只认服务器查单。 */
const { base } = getApp().globalData
Page({
  data: { tip: '正在打开支付…' },
  onLoad({ ticket }) {
    my.request({
      url: `${base}/shell/cashier`, method: 'POST', data: { ticket: decodeURIComponent(ticket) }, timeout: 15000,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      success: ({ status, data }) => {
        if (status !== 200) return this.back('/unpaid')
        my.tradePay({ tradeNO: data.parameters.tradeNO, complete: () => this.back(`/result/${data.order}`) })
      },
      fail: () => this.back('/unpaid')
    })
  },
  back(path) { my.reLaunch({ url: '/pages/web/web?path=' + encodeURIComponent(path) }) }
})
