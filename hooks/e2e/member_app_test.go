package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/ulid"
)

// ear lies between a browser and the server and keeps all that the server says: answers, files, and the
// stream of news.
type ear struct {
	*httptest.Server
	mu    sync.Mutex
	heard bytes.Buffer
}

func listenIn(t testing.TB, server string) *ear {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	e := &ear{}
	proxy := &httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Header.Set("Accept-Encoding", "identity") // what is compressed can't be read in passing
		},
		ModifyResponse: func(r *http.Response) error {
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.TeeReader(r.Body, e), r.Body}
			return nil
		},
	}
	e.Server = httptest.NewServer(proxy)
	t.Cleanup(func() { e.CloseClientConnections(); e.Close() })
	return e
}

func (e *ear) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.heard.Write(b)
}

func (e *ear) all() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.heard.String()
}

// shop is a co-op with a full shelf and three members: one who bought and saved, one whose matters are
// nobody else's, and one who has nothing yet.
type shop struct {
	*office
	cashier, shift    string // token, key
	treasurer         string // token
	soap              string
	rani, joko, fresh *core.Record
}

// Long numbers can't stand in a hash by chance.
const (
	raniNumber = 710_000_001
	jokoNumber = 820_000_002
	nanaNumber = 930_000_003
)

func newShop(t *testing.T) *shop {
	s := &shop{office: newOffice(t, (*office).withLogo), soap: ean("899552200002")}
	s.rani, s.joko, s.fresh = s.welcomeNew("Rani Prameswari", raniNumber), s.welcomeNew("Djoko Rahasiawan", jokoNumber), s.welcomeNew("Nana Anyar", nanaNumber)
	s.Product(s.soap, 12_500, 12_000, 9_000, 500)
	s.Record("consignors", map[string]any{"number": 77, "name": "Djoko Rahasiawan", "member_number": jokoNumber})
	s.cashier = s.token("operators", s.hire(act.Cashier, "Wening Astuti"))
	s.shift = ulid.New()
	s.post(s.cashier, "/api/coop/store/shifts", map[string]any{"id": s.shift, "float_rupiah": 100_000}, nil)
	s.treasurer = s.token("operators", s.hire(act.Treasurer, "Yustina Kalembu"))
	for _, m := range []*core.Record{s.rani, s.joko} {
		s.post(s.treasurer, "/api/coop/savings/deposits", map[string]any{"id": ulid.New(), "member": m.GetInt("number"), "kind": "voluntary", "amount_rupiah": 150_000}, nil)
		s.buys(m, 2)
	}
	s.Record("news", map[string]any{"title": "Toko buka sampai sore", "language": "id", "body": `<p>Mulai <b>besok</b>.</p><script>globalThis.evil = true</script>`,
		"published_on": "2026-11-02", "public": true})
	return s
}

func (s *shop) welcomeNew(name string, number int) *core.Record {
	r := s.Member(name)
	was := r.GetInt("number")
	s.Act("test.number", func(tx *act.Tx) error {
		for _, query := range []string{"UPDATE members SET number = ?, email = ? || '@contoh.id' WHERE number = ?"} {
			if err := tx.Exec(query, number, strings.ToLower(strings.Fields(name)[0]), was); err != nil {
				return err
			}
		}
		if err := tx.Exec("INSERT INTO card_events(member, serial, kind, act) VALUES(?, 1, 'issue', ?)", number, tx.ID()); err != nil {
			return err
		}
		if err := tx.Exec("INSERT INTO member_events(member, kind, date, reference, act) VALUES(?, 'consented', '2026-01-05', 'SK-1', ?)", number, tx.ID()); err != nil {
			return err
		}
		return tx.Exec("INSERT INTO mandates(member, kind, valid_from, max_rupiah, voluntary_rupiah, reference, act) VALUES(?, 'grant', '2026-01-05', 1000000, 50000, 'SK-1', ?)", number, tx.ID())
	})
	r, err := s.FindRecordById("members", r.Id)
	s.must(err)
	r.SetPassword(secret)
	s.must(s.Save(r))
	return r
}

func (s *shop) buys(m *core.Record, n int) {
	s.t.Helper()
	s.post(s.cashier, "/api/coop/store/sales", map[string]any{"id": ulid.New(), "shift": s.shift, "sold_at": s.Now(), "offline": false, "buyer": map[string]any{"card": s.CardOf(m)},
		"lines": []any{map[string]any{"barcode": s.soap, "quantity": fmt.Sprint(n)}}, "tenders": []any{map[string]any{"kind": "payroll", "amount_rupiah": 12_000 * n}}}, nil)
}

// phoneOf opens the member's app on a small phone.
func (s *shop) phoneOf(t *testing.T, at string, m *core.Record) *person {
	t.Helper()
	p := somebody(t, at, s.Now)
	p.size(phone, 800)
	p.logIn("/anggota/", say("common.identity"), fmt.Sprint(m.GetInt("number")), secret)
	p.until("home", `document.querySelector('.home-grid')`)
	return p
}

// screens are the app's main ones, with what shows that they are there.
var screens = []struct{ path, there string }{
	{"#/", ".home-grid"}, {"#/belanja", ".shelves .ware"}, {"#/struk", ".buys"}, {"#/kartu", ".kcard svg.kw"}, {"#/potongan", ".next-row"}, {"#/potongan/berikutnya", ".parts"},
	{"#/tagihan", ".parts"}, {"#/simpanan", ".hist"}, {"#/hemat", ".gain-strips"}, {"#/saya", ".choices"}, {"#/data", ".rows"}, {"#/siapa", ".watch-who,.empty"}, {"#/pemberitahuan", ".note-rows,.empty"},
}

func (p *person) walks(t *testing.T) {
	t.Helper()
	for _, s := range screens {
		p.goTo("/anggota/" + s.path)
		p.until(s.path, fmt.Sprintf(`location.hash === %s && document.querySelector(%s) && !document.querySelector('.skeleton,.sk-fig')`, quote(s.path), quote(s.there)))
	}
}

func TestMembersPhone(t *testing.T) {
	s := newShop(t)
	for _, story := range []struct {
		name string
		tell func(t *testing.T, s *shop)
	}{
		{"nobody else's data", nobodyElse}, {"without a network", withoutNetwork}, {"a slow network", slowNetwork}, {"a login that ran out", ranOut},
		{"nothing yet", nothingYet}, {"by keyboard", byKeyboard}, {"favourites", hearts}, {"a large shelf", largeShelf}, {"the first load", firstLoad}, {"paid ahead", paidAhead},
	} {
		t.Run(story.name, func(t *testing.T) { story.tell(t, s) })
	}
}

// nobodyElse: a member goes through all screens while somebody else buys; no word of the other reaches the wire.
func nobodyElse(t *testing.T, s *shop) {
	wire := listenIn(t, s.url)
	p := s.phoneOf(t, wire.URL, s.rani)
	p.until("the line for news", `performance.getEntriesByType('resource').some((r) => r.name.includes('/api/realtime'))`)
	p.walks(t)
	s.buys(s.joko, 1)
	s.buys(s.rani, 3)
	p.sees(say("member.news_sale"))
	p.goTo("/anggota/#/struk")
	p.sees(rupiah(36_000))
	heard := wire.all()
	for _, own := range []string{"Rani Prameswari", fmt.Sprint(raniNumber), "K1-00001"} {
		if !strings.Contains(heard, own) {
			t.Fatalf("the wire is not heard: %s is missing", own)
		}
	}
	for _, other := range []*core.Record{s.joko, s.fresh} {
		for _, secret := range []string{other.GetString("name"), strings.Fields(other.GetString("name"))[1], fmt.Sprint(other.GetInt("number")), other.Id, other.Email(), s.CardOf(other)} {
			if at := strings.Index(heard, secret); at >= 0 {
				t.Errorf("%q reached the phone of another: …%s…", secret, heard[max(0, at-120):min(len(heard), at+120)])
			}
		}
	}
	if p.eval(`Boolean(globalThis.evil)`) == "true" {
		t.Error("a script in the news ran")
	}
	p.content()
}

// withoutNetwork: every screen opens with the last state and says so; who logs out leaves nothing behind, and
// who comes next on the same phone sees only what is theirs.
func withoutNetwork(t *testing.T, s *shop) {
	wire := lay(t, s.url)
	p := s.phoneOf(t, wire.url(), s.rani)
	p.walks(t)
	p.until("a phone that is ready", `navigator.serviceWorker.controller && caches.open('kpdk-anggota').then(async (c) => (await c.match('/anggota/held.js')) && (await c.match('/vendor/uqr.mjs')) && (await c.match('/lib/components/table.js')))
		&& ['me', 'card', 'catalogue', 'gains', 'savings', 'held'].every((part) => Object.keys(localStorage).some((key) => key.startsWith('kpdk.kept.') && (key.endsWith('/' + part) || key.endsWith('/coop/me'))))`)
	p.content()
	wire.pull()
	p.offline(true)
	p.until("no way to the server, for the worker neither", `fetch('/api/health').then(() => false, () => true)`)
	for _, screen := range screens {
		p.do(chromedp.Navigate("about:blank"))
		p.goTo("/anggota/" + screen.path)
		p.until(screen.path+" without a network", fmt.Sprintf(`document.querySelector(%s) && document.querySelector('.offline')`, quote(screen.there)))
	}
	p.until("the co-op's logo without a network", `[...document.images].some((i) => i.src.includes('/api/files/coop/') && i.complete && i.naturalWidth > 0)`)
	p.sees(say("common.offline"), say("member.offline_text"))
	p.pressHeartOffline()
	wire.plug()
	p.offline(false)
	p.until("contact again", `!document.querySelector('.offline')`)
	p.complaints()

	other := p.secondTab()
	other.goTo("/anggota/#/simpanan")
	other.until("the other tab", `document.querySelector('.hist')`)
	p.goTo("/anggota/#/saya")
	p.press(say("common.log_out"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	p.press(say("common.log_out"))
	p.until("the login", `document.querySelector('.login')`)
	other.until("the login in the other tab", `document.querySelector('.login')`)
	for what, left := range map[string]string{
		"kept answers": `Object.keys(localStorage).filter((key) => key.startsWith('kpdk.kept') || key === 'kpdk.members')`,
		"cached data":  `caches.keys().then(async (names) => (await Promise.all(names.map(async (n) => (await (await caches.open(n)).keys()).map((r) => r.url)))).flat().filter((u) => u.includes('/api/') && !u.includes('/api/files/coop/')))`,
		"her name":     `caches.keys().then(async (names) => (await Promise.all(names.map(async (n) => { const c = await caches.open(n); return Promise.all((await c.keys()).map(async (r) => (await (await c.match(r)).text()).includes('Rani Prameswari'))); }))).flat().filter(Boolean))`,
		"databases":    `indexedDB.databases().then((all) => all.map((d) => d.name))`,
	} {
		if got := p.eval(left); got != "[]" {
			t.Errorf("%s are left behind: %s", what, got)
		}
	}
	wire.pull()
	p.offline(true)
	p.do(chromedp.Navigate("about:blank"))
	p.goTo("/anggota/#/simpanan")
	p.until("the login, without a network", `document.querySelector('.login') && !document.body.innerText.includes('Rani')`)
	wire.plug()
	p.offline(false)
	p.complaints()

	p.logIn("/anggota/", say("common.identity"), fmt.Sprint(nanaNumber), secret)
	for _, screen := range screens {
		p.goTo("/anggota/" + screen.path)
		p.until(screen.path, fmt.Sprintf(`location.hash === %s && document.querySelector('main h1') && !document.querySelector('.skeleton,.sk-fig')`, quote(screen.path)))
		if p.eval(`document.body.innerText.includes('Rani') || JSON.stringify(localStorage).includes('Rani')`) == "true" {
			t.Errorf("%s shows who was here before", screen.path)
		}
	}
	p.content()
}

// pressHeartOffline: what can't be sent is taken back, and said.
func (p *person) pressHeartOffline() {
	p.t.Helper()
	p.goTo("/anggota/#/belanja")
	p.pressAt(".heart")
	p.seesAt(".toast", say("common.fault_offline"))
	p.until("the heart as it was", `document.querySelector('.heart').getAttribute('aria-pressed') === 'false'`)
	p.pressAt(".toast button")
}

// slowNetwork: what is not here yet says so, and comes.
func slowNetwork(t *testing.T, s *shop) {
	p := somebody(t, s.url, s.Now)
	p.size(phone, 800)
	_, err := chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Latency: 300, DownloadThroughput: 60_000, UploadThroughput: 30_000}}})
	p.must(err)
	p.logIn("/anggota/", say("common.identity"), fmt.Sprint(raniNumber), secret)
	p.until("home", `document.querySelector('.home-grid')`)
	p.until("that something is on its way", `(() => { const nav = document.querySelector('.bottom-tabs a[href="#/belanja"]'); if (!globalThis.went) { globalThis.went = true; nav.click(); } return document.querySelector('.skeleton,.shelves'); })()`)
	p.until("the shelf", `document.querySelector('.shelves .ware')`)
	p.content()
}

// ranOut: the login is asked on top of the page, and the page is still there after it; also after a reload.
func ranOut(t *testing.T, s *shop) {
	p := s.phoneOf(t, s.url, s.rani)
	for _, page := range []struct {
		path, there string
		notice      func() // how the page comes to know
	}{
		{"#/belanja", ".shelves", func() { p.pressAt(".shelf-note button") }},
		{"#/hemat", ".gain-strips", func() { p.do(chromedp.Reload()) }},
	} {
		p.goTo("/anggota/" + page.path)
		p.until(page.path, fmt.Sprintf(`document.querySelector(%s)`, quote(page.there)))
		who, err := s.FindRecordById("members", s.rani.Id)
		s.must(err)
		who.RefreshTokenKey()
		s.must(s.Save(who))
		page.notice()
		p.sees(say("common.login_again"))
		p.fill(say("common.password"), secret+kb.Enter)
		p.until("the same page", fmt.Sprintf(`!document.querySelector('dialog[open]') && location.hash === %s && document.querySelector(%s)`, quote(page.path), quote(page.there)))
		p.content("401 ")
	}
}

// paidAhead: mandatory savings above what is due are said to be the coming months', and those who paid none see nothing.
func paidAhead(t *testing.T, s *shop) {
	s.post(s.treasurer, "/api/coop/savings/deposits", map[string]any{"id": ulid.New(), "member": raniNumber, "kind": "mandatory", "amount_rupiah": 1_250_000}, nil)
	p := s.phoneOf(t, s.url, s.rani)
	p.goTo("/anggota/#/simpanan")
	p.seesAt(".kinds .ahead", say("member.ahead", "amount", "1.250.000"))
	(&eyes{t, nil, axeSource(t)}).look(p, "paid-ahead", "id")
	p.content()
	other := s.phoneOf(t, s.url, s.joko)
	other.goTo("/anggota/#/simpanan")
	other.until("no word of it", `document.querySelector('.kinds') && !document.querySelector('.ahead')`)
	other.content()
}

// nothingYet: who has just joined is told what will stand where.
func nothingYet(t *testing.T, s *shop) {
	p := s.phoneOf(t, s.url, s.fresh)
	for path, text := range map[string]string{"#/": say("member.no_purchases"), "#/struk": say("member.no_purchases"), "#/potongan": say("member.no_deductions"), "#/tagihan": say("member.nothing_owed"),
		"#/simpanan": say("member.no_savings"), "#/hemat": say("member.no_gains")} {
		p.goTo("/anggota/" + path)
		p.sees(text)
		if over := p.eval(overEdge); over != "[]" {
			t.Errorf("%s: reaches over the edge: %s", path, over)
		}
	}
	p.goTo("/anggota/#/belanja")
	p.press(say("member.favourites"))
	p.sees(say("member.no_favourites"))
	p.content()
}

// byKeyboard: everything that can be pressed can be reached, is in sight when it is, and shows that it is.
func byKeyboard(t *testing.T, s *shop) {
	p := s.phoneOf(t, s.url, s.rani)
	for _, screen := range screens {
		p.goTo("/anggota/" + screen.path)
		p.until(screen.path, fmt.Sprintf(`document.querySelector(%s) && !document.querySelector('.skeleton,.sk-fig')`, quote(screen.there)))
		if screen.path != screens[0].path {
			p.until("the focus at the new screen", `document.activeElement.id === 'isi'`)
		}
		p.eval(`document.querySelector('.skip').focus()`) // begin before the navigation
		seen := map[string]bool{}
		for range 80 {
			var at struct {
				Name          string
				Seen, Outline bool
			}
			p.must(json.Unmarshal([]byte(p.eval(focused)), &at))
			if at.Name == "" || seen[at.Name] {
				break
			}
			seen[at.Name] = true
			if !at.Seen || !at.Outline {
				t.Errorf("%s: %s has the focus: in sight %v, marked %v", screen.path, at.Name, at.Seen, at.Outline)
			}
			p.keys(kb.Tab)
		}
		if want := p.eval(reachable); fmt.Sprint(len(seen)) != want {
			t.Errorf("%s: %d of %s places were reached: %v", screen.path, len(seen), want, seen)
		}
	}
	p.goTo("/anggota/#/belanja")
	p.until("the shelf, with the focus at its beginning", `document.querySelector('.shelves') && document.activeElement.id === 'isi'`)
	p.eval(`document.querySelector('[role=tab][aria-selected=true]').focus()`)
	p.keys(kb.ArrowLeft)
	p.until("the tab beside it", `document.activeElement?.getAttribute('aria-selected') === 'true' && document.activeElement.textContent.includes(`+quote(say("member.favourites"))+`)`)
	p.content()
}

// Radio buttons of one name are one place for the keyboard.
const (
	reachable = `(() => { const all = [...document.querySelectorAll('a[href],button,input,select,textarea,summary,[tabindex="0"]')].filter((el) => el.tabIndex >= 0 && !el.disabled && (el.checkVisibility() || el.closest('label')));
		const groups = new Set(all.filter((el) => el.type === 'radio').map((el) => el.name)); return all.filter((el) => el.type !== 'radio').length + groups.size; })()`
	focused = `(() => { const el = document.activeElement; if (!el || el === document.body) return { Name: '' };
		const places = [...document.querySelectorAll('*')]; const r = el.getBoundingClientRect(); const box = el.closest('label,.inp') ?? el; const style = getComputedStyle(el); const of = getComputedStyle(box); const outer = getComputedStyle(box.parentElement);
		return { Name: el.tagName + places.indexOf(el), Seen: r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth, Outline: el.matches('.skip') || [style, of, outer].some((s) => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow.includes('inset')) }; })()`
)

// hearts: a mark holds at once, is kept at the co-op, and is on the next device.
func hearts(t *testing.T, s *shop) {
	p := s.phoneOf(t, s.url, s.rani)
	p.goTo("/anggota/#/belanja")
	p.pressAt(".heart")
	p.until("the mark", `document.querySelector('.heart').getAttribute('aria-pressed') === 'true'`)
	token := s.token("members", fmt.Sprint(raniNumber))
	p.until("the mark at the co-op", `fetch('/api/coop/me/favourites', { headers: { Authorization: `+quote(token)+` } }).then(async (r) => (await r.json()).products.length === 1)`)
	q := s.phoneOf(t, s.url, s.rani)
	q.goTo("/anggota/#/belanja")
	q.press(say("member.favourites"))
	q.sees("Barang " + s.soap)
	p.pressAt(".heart")
	q.sees(say("member.no_favourites")) // told by news, without a reload
	p.content()
	q.content()
}

// largeShelf: of thousands only what is in sight is drawn, and searching finds the last of them.
func largeShelf(t *testing.T, s *shop) {
	s.Act("test.shelf", func(tx *act.Tx) error {
		return tx.Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
			INSERT INTO products(id, number, code, barcode, name, category, unit, price_rupiah, member_price_rupiah, cost_rupiah, consignor, weighed, active, featured, created, updated)
			SELECT printf('rak%012d', i), 500000 + i, '', '', printf('Barang rak %04d', i), '', 'pcs', 10000, 9500, 0, '', 0, 1, 0, '', '' FROM n`)
	})
	p := s.phoneOf(t, s.url, s.rani)
	p.goTo("/anggota/#/belanja")
	p.sees(say("member.found", "n", rupiah(2501)))
	drawn := func() {
		t.Helper()
		p.until("a few of them drawn", `(() => { const n = document.querySelectorAll('.ware').length; return n > 0 && n < 40; })()`)
	}
	drawn()
	p.eval(`scrollTo(0, document.documentElement.scrollHeight)`)
	p.seesAt(".shelves", "Barang rak 2500")
	drawn()
	p.fill(say("member.seek"), "rak 1234")
	p.seesAt(".shelves", "Barang rak 1234")
	p.until("one", `document.querySelectorAll('.ware').length === 1`)
	p.fill(say("member.seek"), "entah apa")
	p.sees(say("member.not_found", "text", "entah apa"))
	p.press(say("member.see_all"))
	drawn()
	p.content()
}

// firstLoad: a phone that was never here gets to the login, and to home, for little; and may install the app.
func firstLoad(t *testing.T, s *shop) {
	const most = 150 << 10
	p := somebody(t, s.url, s.Now)
	p.size(phone, 800)
	came := func(to string) {
		t.Helper()
		p.mu.Lock()
		defer p.mu.Unlock()
		t.Logf("%s: %.1f KiB", to, p.bytes/1024)
		if p.bytes > most {
			t.Errorf("%s: %.0f bytes came over the wire, more than %d", to, p.bytes, most)
		}
	}
	p.goTo("/anggota/")
	p.until("the login", still)
	came("to the login")
	errors, err := chromedp.Call(p.ctx, page.GetInstallabilityErrors, cdp.Empty{})
	p.must(err)
	for _, e := range errors.InstallabilityErrors {
		if e.ErrorID != "in-incognito" { // every test has a profile that is thrown away
			t.Errorf("it can't be installed: %s", e.ErrorID)
		}
	}
	p.fill(say("common.identity"), fmt.Sprint(raniNumber))
	p.fill(say("common.password"), secret+kb.Enter)
	p.until("home", `document.querySelector('.home-grid')`)
	came("to home")
	p.size(390, 844)
	p.until("the gauge above the fold", `document.querySelector('.gauge svg').getBoundingClientRect().bottom <= document.querySelector('.bottom-tabs').getBoundingClientRect().top`)
	p.content()
}
