/* 唯一的页面：静默登录换一次性 code，再打开服务器渲染的页面。 */
const { base, region, channel } = getApp().globalData
Page({
  data: { src: '' },
  onLoad(q) { this.open(decodeURIComponent(q.path || '/home')) },
  open(path) {
    const elder = ((swan.getSystemInfoSync().fontSizeSetting || 16) / 16) >= 1.25 ? 1 : 0
    swan.getLoginCode({
      success: ({ code }) => this.setData({ src: `${base}/enter?region=${region}&ch=${channel}&code=${encodeURIComponent(code)}&elder=${elder}&next=${encodeURIComponent(path)}` }),
      fail: () => swan.showModal({ title: '登录没有成功', content: '请检查网络后重试', confirmText: '重试', showCancel: false, success: () => this.open(path) })
    })
  },
  onError() { swan.showModal({ title: '页面没有打开', content: '请检查网络后重试', confirmText: '重试', showCancel: false, success: () => this.open('/home') }) },
  onShareAppMessage() { return { title: '社保缴费', path: '/pages/web/web' } }
})
