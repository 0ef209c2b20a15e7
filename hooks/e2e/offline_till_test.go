package e2e_test

import (
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kpdk/hooks/internal/act"
)

// offline takes the network away from a tab and its service worker, or gives it back.
func (p *person) offline(yes bool) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{EmulateOfflineServiceWorker: &yes,
		MatchedNetworkConditions: []*network.Conditions{{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1}}})
	p.must(err)
	_, err = chromedp.Call(p.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1})
	p.must(err)
}

// TestTillWithoutNetwork: the network goes, two customers pay in cash, the cashier reloads the page, a
// second tab is opened, and when the network is back both sales are with the server exactly once.
func TestTillWithoutNetwork(t *testing.T) {
	o := newOffice(t)
	soap := ean("899552200002")
	o.Product(soap, 12_500, 12_000, 9_000, 20)
	email := o.hire(act.Cashier, "Wening Astuti")
	p := somebody(t, o.url, o.Now)
	p.logIn("/kasir/", say("common.identity_email"), email, secret)
	p.fill(say("till.float"), "200000")
	p.press(say("till.open_shift"))
	p.sees(say("till.empty"), say("till.empty_text", "n", 1))
	p.until("a page kept for offline", `navigator.serviceWorker.controller && caches.open('kpdk-kasir').then((c) => c.match('/kasir/views/sell.js'))`)

	p.offline(true)
	p.until("no way to the server, for the worker neither", `fetch('/anggota/app.js').then(() => false, () => true)`)
	sell := func(given string, waiting int) {
		p.keys(soap + kb.Enter)
		p.seesAt(".lines", "Barang "+soap)
		p.keys(kb.F1)
		p.fill(say("till.cash_given"), given+kb.Enter)
		p.sees(say("till.done_waiting"))
		p.seesAt(".offline", say("common.waiting", "n", waiting))
		p.press(say("till.next"))
	}
	sell("20000", 1)
	sell("12500", 2)
	p.do(chromedp.Reload())
	p.seesAt(".offline", say("common.waiting", "n", 2))
	q := p.secondTab()
	q.offline(true)
	q.goTo("/kasir/")
	q.seesAt(".offline", say("common.waiting", "n", 2))
	if n := o.count(); n != 0 {
		t.Fatalf("%d sales reached the server without a network", n)
	}

	p.offline(false)
	q.offline(false)
	for _, tab := range []*person{p, q} {
		tab.until("nothing waits", `!document.querySelector('.offline')`)
	}
	if n := o.count(); n != 2 {
		t.Errorf("%d sales are with the server, want 2", n)
	}
	p.goTo("/kasir/#/struk")
	p.sees("K1-00001", "K1-00002")
	var sales struct {
		Sales []struct {
			TotalRupiah  int `json:"total_rupiah"`
			ChangeRupiah int `json:"change_rupiah"`
		}
	}
	o.get(o.manager, "/api/coop/store/sales", &sales)
	if len(sales.Sales) != 2 || sales.Sales[0].TotalRupiah != 12_500 || sales.Sales[0].ChangeRupiah != 0 || sales.Sales[1].ChangeRupiah != 7_500 {
		t.Errorf("the server holds %+v", sales.Sales)
	}
	o.Verify()
}

func (o *office) count() (n int) {
	o.t.Helper()
	o.must(act.Read(o).Row("SELECT count(*) FROM sales").Scan(&n))
	return n
}
