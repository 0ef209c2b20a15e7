package e2e_test

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kpdk/hooks/internal/act"
)

// cable is the wire between the devices and the server. A service worker asks for itself, so telling one
// tab that it is offline does not cut it off: pulling the cable does.
type cable struct {
	net.Listener
	to string

	mu     sync.Mutex
	pulled bool
	open   map[net.Conn]struct{}
}

func lay(t testing.TB, server string) *cable {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{Listener: listener, to: target.Host, open: map[net.Conn]struct{}{}}
	t.Cleanup(func() { c.pull(); listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go c.carry(conn)
		}
	}()
	return c
}

func (c *cable) url() string { return "http://" + c.Addr().String() }

func (c *cable) carry(device net.Conn) {
	defer device.Close()
	if !c.keep(device) {
		return
	}
	server, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer server.Close()
	if !c.keep(server) {
		return
	}
	go func() { defer server.Close(); _, _ = io.Copy(server, device) }() // both ends close together
	_, _ = io.Copy(device, server)
}

// keep remembers a connection while the cable lies; it tells whether it does.
func (c *cable) keep(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.pulled {
		c.open[conn] = struct{}{}
	}
	return !c.pulled
}

func (c *cable) pull() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulled = true
	for conn := range c.open {
		conn.Close()
	}
	clear(c.open)
}

func (c *cable) plug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulled = false
}

// offline tells a tab what its device knows of the network.
func (p *person) offline(yes bool) {
	p.t.Helper()
	p.mu.Lock()
	p.away = true
	p.mu.Unlock()
	_, err := chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1}}})
	p.must(err)
	_, err = chromedp.Call(p.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1})
	p.must(err)
}

// forge changes one character of the last card that a till wrote into its log, as somebody might who holds
// the device.
const forge = `new Promise((done, fail) => { const open = indexedDB.open('kpdk.kasir'); open.onerror = fail; open.onsuccess = () => {
	const tx = open.result.transaction('log', 'readwrite'); let forged = 0;
	tx.objectStore('log').openCursor(null, 'prev').onsuccess = (e) => { const at = e.target.result; const card = at?.value.body?.buyer?.card;
		if (card && !forged++) at.update({ ...at.value, body: { ...at.value.body, buyer: { card: card.slice(0, -1) + (card.endsWith('A') ? 'B' : 'A') } } });
		at?.continue(); };
	tx.oncomplete = () => { open.result.close(); done(forged > 0); }; }; })`

// TestTillWithoutNetwork: the network goes, two customers pay in cash and one by a card that is forged, the
// cashier reloads the page, a second tab is opened, and when the network is back both sales are with the
// server exactly once. The forged one is held in sight of the till and the office, until a treasurer says
// who bought.
func TestTillWithoutNetwork(t *testing.T) {
	o := newOffice(t)
	soap := ean("899552200002")
	o.Product(soap, 12_500, 12_000, 9_000, 20)
	buyer := o.Member("Rani Prameswari")
	card := o.CardOf(buyer)
	email := o.hire(act.Cashier, "Wening Astuti")
	wire := lay(t, o.url)
	p := somebody(t, wire.url(), o.Now)
	p.logIn("/kasir/", say("common.identity_email"), email, secret)
	p.fill(say("till.float"), "200000")
	p.press(say("till.open_shift"))
	p.sees(say("till.empty"), say("till.empty_text", "n", 1))
	p.until("a page kept for offline", `navigator.serviceWorker.controller && caches.open('kpdk-kasir').then((c) => c.match('/kasir/views/sell.js'))`)

	p.keys(card + kb.Enter) // the till learns the card
	p.sees(say("till.card_good"))
	p.keys(kb.F6)
	p.press(say("till.drop_member"))
	p.until("nobody", `!document.body.innerText.includes('Rani')`)

	wire.pull()
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
	p.keys(soap + kb.Enter)
	p.seesAt(".lines", "Barang "+soap)
	p.keys(card + kb.Enter)
	p.sees("Rani Prameswari")
	p.keys(kb.F2)
	p.until("payroll", `document.querySelector('form.pane')`)
	p.press(say("till.finish"))
	p.sees(say("till.done_waiting"))
	if p.eval(forge) != "true" {
		t.Fatal("no card was forged")
	}
	p.do(chromedp.Reload())
	p.seesAt(".offline", say("common.waiting", "n", 3))
	q := p.secondTab()
	q.offline(true)
	q.goTo("/kasir/")
	q.seesAt(".offline", say("common.waiting", "n", 3))
	if n := o.count(); n != 0 {
		t.Fatalf("%d sales reached the server without a network", n)
	}

	wire.plug()
	p.offline(false)
	q.offline(false)
	for _, tab := range []*person{p, q} {
		tab.until("nothing waits", `!document.querySelector('.offline')`)
	}
	if n := o.count(); n != 2 {
		t.Errorf("%d sales are with the server, want 2", n)
	}
	p.goTo("/kasir/#/struk")
	p.sees("K1-00001", "K1-00002", say("till.quarantined", "why", say("quarantine.why_card")), say("till.quarantined_text"))
	p.shoot("held-at-the-till")
	p.goTo("/kasir/#/tutup")
	p.sees(say("till.close_quarantined", "n", 1))
	p.until("a shift that may be closed", `document.querySelector('button[type=submit]:not([disabled])')`)
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
	o.decideHeld(buyer.GetString("name"))
	if n := o.count(); n != 3 {
		t.Errorf("%d sales are with the server after the decision, want 3", n)
	}
	o.Verify()
}

// decideHeld lets a treasurer see the held sale and book it for somebody.
func (o *office) decideHeld(name string) {
	o.t.Helper()
	p := somebody(o.t, o.url, o.Now)
	p.logIn("/kelola/", say("common.identity_email"), o.hire(act.Treasurer, "Yustina Kalembu"), secret)
	p.sees(say("office.wait_held", "n", 1))
	p.goTo("/kelola/#/kasir")
	p.sees(say("quarantine.why_card"))
	p.press(say("office.held_take"))
	p.fill(say("office.member"), name)
	p.pressAt(".found button")
	p.fill(say("office.reason"), "Pembelinya datang ke kantor")
	p.sees(say("office.held_to_bill", "name", name))
	p.pressAt("dialog[open] button[type=submit]")
	p.sees(say("office.held_none"))
	p.goTo("/kelola/#/kasir?lihat=semua")
	p.sees(say("office.held_taken_member", "number", "K1-00003", "name", name))
}

func (o *office) count() (n int) {
	o.t.Helper()
	o.must(act.Read(o).Row("SELECT count(*) FROM sales").Scan(&n))
	return n
}
