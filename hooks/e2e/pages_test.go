package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks"
	"kpdk/hooks/demo"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/policy"
	"kpdk/hooks/savings"
	"kpdk/hooks/store"
	"kpdk/hooks/treasury"
)

// closing is when people look at the living co-op: half past four in Jakarta, on its last day.
var closing = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

// living is a small demo, served.
type living struct {
	core.App
	url    string
	logins map[string]demo.Login // by role; of the members the first
}

func livingCoop(t *testing.T) *living {
	t.Helper()
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: testapp.Migrated(t), DBConnect: act.Connect})
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	must(app.Bootstrap())
	t.Cleanup(func() { act.Close(app); _ = app.ResetBootstrapState() }) // the folder goes with the test
	must(hooks.Register(app, testapp.Public()))
	careful, err := act.Careless(app)
	must(err)
	built, err := demo.Build(context.Background(), app, demo.Plan{Members: 40, Months: 2, Seed: 7, Today: clock.Of(app).DateOf(closing)}, nil)
	must(errors.Join(err, careful()))
	clock.Set(app, func() time.Time { return closing })
	must(leaveTrouble(app))
	must(withAPhoto(app))
	must(withGoodsBack(app))
	c := &living{App: app, logins: map[string]demo.Login{}}
	for _, l := range slices.Backward(built.Logins) {
		c.logins[l.Role] = l
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	serving, ended := make(chan struct{}), make(chan error, 1)
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.Listener = listener
		close(serving)
		return e.Next()
	})
	go func() { ended <- apis.Serve(app, apis.ServeConfig{}) }()
	select {
	case <-serving: // only from now on can it be stopped
	case err := <-ended:
		t.Fatal("it does not serve:", err)
	}
	t.Cleanup(func() {
		if err := app.OnTerminate().Trigger(&core.TerminateEvent{App: app}); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	c.url = "http://" + listener.Addr().String()
	return c
}

// withAPhoto lets cards carry photos, the first member give one, and members know where to transfer to.
func withAPhoto(app core.App) error {
	ctx := context.Background()
	_, _, err := policy.Set(ctx, app, ulid.New(), act.ByConsole, policy.Setting{Key: policy.CardPhoto.Key, Value: []byte(`"with_photo"`), ValidFrom: clock.Of(app).Today()})
	var photo bytes.Buffer
	face := image.NewRGBA(image.Rect(0, 0, 450, 600))
	for y := range 600 {
		for x := range 450 {
			face.SetRGBA(x, y, color.RGBA{uint8(60 + x/4), uint8(120 + y/6), 110, 255})
		}
	}
	err = errors.Join(err, jpeg.Encode(&photo, face, nil))
	_, _, kept := member.KeepPhoto(ctx, app, ulid.New(), act.ByConsole, 1, photo.Bytes())
	bank, found := app.FindFirstRecordByData("bank_accounts", "number", 1)
	if err = errors.Join(err, kept, found); err != nil {
		return err
	}
	bank.Set("account_number", "0021-01-000123-30-5")
	return app.Save(bank)
}

// withGoodsBack lets goods of the first member's newest purchase come back, so that its receipt says so.
func withGoodsBack(app core.App) error {
	var sale string
	err := act.Read(app).Row(`SELECT a.key FROM sales s JOIN acts a ON a.id = s.act WHERE s.member = 1 ORDER BY s.act DESC LIMIT 1`).Scan(&sale)
	if err != nil {
		return err
	}
	receipt, err := store.ReceiptByKey(act.Read(app), sale)
	if err != nil {
		return err
	}
	_, _, err = store.ReturnSale(context.Background(), app, ulid.New(), act.ByConsole, sale, store.ReturnInput{Lines: []store.BackInput{{Line: 1, Quantity: receipt.Lines[0].Quantity}}, Reason: "Kemasannya rusak"})
	return err
}

// leaveTrouble lets a till sell offline what the books can't take, be closed with a sale missing, and send
// that sale late, so that the office has something to look into.
func leaveTrouble(app core.App) error {
	ctx := context.Background()
	cashiers, err := app.FindCollectionByNameOrId("operators")
	if err != nil {
		return err
	}
	cashier := core.NewRecord(cashiers)
	cashier.Load(map[string]any{"email": "lama@contoh.id", "name": "Wening Astuti", "role": "cashier", "active": true, "password": secret})
	tills, err := app.FindCollectionByNameOrId("tills")
	if err != nil {
		return err
	}
	till := core.NewRecord(tills)
	till.Load(map[string]any{"code": "K9", "name": "Kasir pameran"})
	if err := errors.Join(app.Save(cashier), app.Save(till)); err != nil {
		return err
	}
	by, manager, shift := act.ActorOf(cashier), act.Actor{ID: "manajer", Role: act.Manager}, ulid.New()
	if _, _, err := store.OpenShift(ctx, app, shift, by, store.OpenShiftInput{Till: "K9", Float: 200_000}); err != nil {
		return err
	}
	var known string
	if err := act.Read(app).Row("SELECT barcode FROM products WHERE barcode <> '' AND active AND NOT weighed ORDER BY number LIMIT 1").Scan(&known); err != nil {
		return err
	}
	price, keys := money.Rupiah(18_500), []string{}
	sell := func(in store.SellInput) error {
		in.Shift, in.Offline, in.SoldAt = shift, true, closing
		in.Lines[0].Price, in.Lines[0].Quantity = &price, "1"
		keys = append(keys, ulid.New())
		_, _, err := store.Sell(ctx, app, keys[len(keys)-1], by, in)
		return err
	}
	inCash, onPayroll := []store.Tender{{Kind: store.CashTender, Amount: 20_000}}, []store.Tender{{Kind: store.PayrollTender, Amount: price}}
	err = errors.Join(
		sell(store.SellInput{Buyer: &store.Buyer{Card: "K1:PALSU"}, Lines: []store.LineInput{{Barcode: known}}, Tenders: onPayroll}),
		sell(store.SellInput{Lines: []store.LineInput{{Barcode: "8990000000017"}}, Tenders: inCash}),
		sell(store.SellInput{Lines: []store.LineInput{{Barcode: known}}, Tenders: inCash[:0]}))
	if err != nil {
		return err
	}
	if _, _, err := store.Dismiss(ctx, app, ulid.New(), manager, keys[0], store.DismissInput{Reason: "Tidak ada yang mengenal pembelinya"}); err != nil {
		return err
	}
	if err := sell(store.SellInput{Buyer: &store.Buyer{Card: "K1:PALSU"}, Lines: []store.LineInput{{Barcode: known}}, Tenders: onPayroll}); err != nil {
		return err
	}
	if _, _, err := store.CloseShift(ctx, app, ulid.New(), manager, shift, store.CloseShiftInput{Counted: 238_500, Missing: 1}); err != nil {
		return err
	}
	return sell(store.SellInput{Lines: []store.LineInput{{Barcode: known}}, Tenders: inCash})
}

// eyes look at a screen as every visitor might have it.
type eyes struct {
	t   *testing.T
	c   *living
	axe string // empty: axe-core is not installed
}

// TestEveryPage looks at every page of every door: narrow and wide, light and dark. Nothing complains,
// nothing fails to load, nothing reaches over the edge, axe-core finds nothing, and all words are there.
func TestEveryPage(t *testing.T) {
	c, axe := livingCoop(t), axeSource(t)
	for _, door := range []struct {
		name string
		walk func(e *eyes)
	}{{"public", thePublic}, {"member", theMember}, {"cashier", theCashier}, {"treasurer", theTreasurer}, {"supervisor", theSupervisor},
		{"storekeeper", theStorekeeper}, {"manager", theManager}, {"payroll", theOfficersHalf}} {
		t.Run(door.name, func(t *testing.T) {
			t.Parallel()
			door.walk(&eyes{t, c, axe})
		})
	}
}

func axeSource(t *testing.T) string {
	t.Helper()
	axe, err := os.ReadFile(filepath.Join(testapp.Root(), "node_modules", "axe-core", "axe.min.js"))
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") != "true" {
		t.Log("node_modules/axe-core is not there (npm ci brings it): the pages are looked at without axe-core")
	} else if err != nil {
		t.Fatal(err)
	}
	return string(axe)
}

func (e *eyes) somebody() *person {
	return somebody(e.t, e.c.url, func() time.Time { return closing })
}

func (e *eyes) behind(door, label, role string) *person {
	p := e.somebody()
	p.logIn(door, say(label), e.c.logins[role].Identity, e.c.logins[role].Password)
	return p
}

// still waits until a page, or the dialog on top, shows what it has to show: a heading, and nothing to come but in samples of it.
const still = `document.readyState === 'complete' && document.fonts.status === 'loaded' && document.querySelector('h1,h2,.kop-host')
	&& !e2e.stage().querySelector(':is(.skeleton,.sk-fig,.loader,[aria-busy=true]):not([data-sample] *)') && !document.getAnimations().some((a) => a.playState === 'running' && a.effect.getComputedTiming().endTime !== Infinity)`

// visit opens an address afresh and looks.
func (e *eyes) visit(p *person, paths ...string) {
	e.t.Helper()
	for _, path := range paths {
		p.do(chromedp.Navigate("about:blank"))
		p.goTo(path)
		e.look(p, path, "id")
	}
}

// look looks at what stands on the page now in four ways.
func (e *eyes) look(p *person, name, language string) {
	e.t.Helper()
	e.lookAt(p, name, language, "html")
}

// lookAt is about one part of a page, when the rest is not ours.
func (e *eyes) lookAt(p *person, name, language, part string) {
	e.t.Helper()
	for _, way := range []struct {
		width int64
		dark  bool
		rules string
	}{{phone, false, all}, {phone, true, looks}, {desk, true, all}, {desk, false, looks}} {
		p.size(way.width, map[int64]int64{phone: 800, desk: 900}[way.width])
		p.dark(way.dark)
		p.until(name, still)
		where := fmt.Sprintf("%s at %d px, dark %v", name, way.width, way.dark)
		p.shoot(strings.ReplaceAll(where, " ", "-"))
		if over := p.eval(overEdge); over != "[]" {
			e.t.Errorf("%s: reaches over the edge: %s", where, over)
		}
		if way.width == desk {
			if twice := p.eval(`[...document.querySelectorAll('.phone')].filter((el) => el.checkVisibility()).slice(0, 3).map((el) => el.textContent)`); twice != "[]" {
				e.t.Errorf("%s: shows what has a column of its own here: %s", where, twice)
			}
		}
		if e.axe != "" { // at its whole length, or what stands still at the foot would lie over what one can scroll to
			p.sizeWhole(way.width)
			e.hold(p, where, way.rules, part)
		}
	}
	if got := p.eval(fmt.Sprintf(`document.querySelector(%s).closest('[lang]').lang`, quote(part))); got != language {
		e.t.Errorf("%s: the document says its language is %q, want %q", name, got, language)
	}
	if bare := p.eval(fmt.Sprintf(bareKeys, quote(wordRooms()), quote(part))); bare != "[]" {
		e.t.Errorf("%s: words are missing: %s", name, bare)
	}
	for _, trouble := range p.complaints(asked) {
		e.t.Errorf("%s: the page complained: %s", name, trouble)
	}
	p.size(desk, 900)
}

// overEdge names what makes a page wider than its window.
const overEdge = `document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')].filter((el) => el.getBoundingClientRect().right > innerWidth + 1)
	.slice(-5).map((el) => el.tagName + '.' + el.className + ' ' + Math.round(el.getBoundingClientRect().right))`

// bareKeys lists texts and names in which a word's key or a placeholder shows itself.
const bareKeys = `(() => { const key = new RegExp('(^|[\\s"(])(' + %s + ')\\.[a-z][a-z0-9_.]*(?=$|[\\s,.)"])'); const root = document.querySelector(%s);
	const texts = [...root.querySelectorAll('*')].filter((el) => !el.closest('script,style,svg')).flatMap((el) => [...el.childNodes].filter((n) => n.nodeType === 3).map((n) => n.nodeValue)
		.concat(['aria-label', 'placeholder', 'title', 'alt'].map((a) => el.getAttribute(a) ?? '')));
	return texts.filter((t) => key.test(t) || /\{[a-z_]+\}/.test(t)).map((t) => t.trim()).slice(0, 10); })()`

// wordRooms are the first parts of the catalogue's keys, for a regular expression.
func wordRooms() string {
	var rooms []string
	for key := range words.All("id") {
		if room, _, ok := strings.Cut(key, "."); ok && !slices.Contains(rooms, room) {
			rooms = append(rooms, room)
		}
	}
	return strings.Join(rooms, "|")
}

// Rules of axe-core: all of them once narrow and once wide; in the other theme, where nothing has another place or size,
// those about colours.
const (
	all   = `{}`
	looks = `{ runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }`
)

// hold holds a part of a page against axe-core.
func (e *eyes) hold(p *person, where, rules, part string) {
	e.t.Helper()
	if p.eval(`typeof globalThis.axe`) == "undefined" {
		p.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](e.axe+"; true"))
			return err
		}))
	}
	var found []struct {
		ID, Help string
		Nodes    []struct{ HTML, Why string }
	}
	raw := p.eval(fmt.Sprintf(`axe.run(%s, { resultTypes: ['violations'], ...%s }).then((r) => r.violations.map((v) => ({ ID: v.id, Help: v.help, Nodes: v.nodes.slice(0, 3).map((n) => ({ HTML: n.html.slice(0, 160), Why: n.failureSummary })) })))`, quote(part), rules))
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		e.t.Fatal(err)
	}
	for _, v := range found {
		for _, n := range v.Nodes {
			e.t.Errorf("%s: axe-core %s: %s\n%s\n%s", where, v.ID, v.Help, n.HTML, n.Why)
		}
	}
}

func thePublic(e *eyes) {
	p := e.somebody()
	e.visit(p, "/", "/bukti/", "/halaman/", "/halaman/langkah-digital/", "/kabar/", "/kabar/toko-dibuka/", "/pengurus/", "/laporan/", "/anggota/", "/kasir/", "/kelola/", "/gaya/")
	p.goTo("/anggota/")
	p.press(say("common.reset_first"))
	e.look(p, "choosing a password", "id")
	p.size(phone, 800)
	p.goTo("/")
	p.eval(`document.querySelector('.menu summary').click()`)
	p.until("the menu of a phone", `document.querySelector('.menu nav').checkVisibility()`)
	e.look(p, "the public menu", "id")
	for _, page := range []string{"/?bahasa=en", "/bukti/?bahasa=en", "/halaman/mengapa-digital/?bahasa=en"} {
		p.goTo(page)
		e.look(p, page, "en")
	}
	e.figuresMove(p)
	for _, door := range []string{"/anggota/", "/kasir/", "/kelola/", "/gaya/"} {
		p.goTo(door)
		if e.t.Failed() {
			break
		}
		if p.eval(`document.documentElement.lang`) == "id" {
			p.press("English")
		}
		p.until("English", `document.documentElement.lang === 'en'`)
		e.look(p, door+" in English", "en")
	}
}

// figuresMove: something is booked while the page lies open, and the page says so without being asked again.
func (e *eyes) figuresMove(p *person) {
	e.t.Helper()
	p.goTo("/bukti/")
	before := p.eval(`document.querySelector('[data-live=head]').innerText`)
	_, _, err := act.Do(context.Background(), e.c, act.Act{Kind: "test.deposit", Key: "figures-move", By: act.BySystem}, func(tx *act.Tx) (bool, error) {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: clock.Of(e.c).Today(),
			Lines: []ledger.Line{ledger.Dr(ledger.Cash, 1_000), ledger.Cr(ledger.VoluntarySavings, 1_000, ledger.MemberParty(1))}})
		return true, err
	})
	if err != nil {
		e.t.Fatal(err)
	}
	p.until("the new head", `document.querySelector('[data-live=head]').innerText !== `+quote(before))
}

func theMember(e *eyes) {
	p := e.behind("/anggota/", "common.identity", "member")
	e.visit(p, "/anggota/#/", "/anggota/#/kartu", "/anggota/#/potongan", "/anggota/#/potongan/berikutnya", "/anggota/#/tagihan", "/anggota/#/simpanan", "/anggota/#/hemat", "/anggota/#/saya", "/anggota/#/perangkat", "/anggota/#/data", "/anggota/#/kuasa", "/anggota/#/keluar", "/anggota/#/belanja", "/anggota/#/struk", "/anggota/#/pemberitahuan", "/anggota/#/siapa")
	p.goTo("/anggota/#/kartu")
	p.until("the phone's own code", `e2e.text().includes(e2e.plain(`+quote(say("member.code_text"))+`))`)
	p.press(say("member.card_large"))
	p.until("the code, enlarged", `document.querySelector('dialog.large svg.qr')`)
	e.look(p, "a member's card, enlarged", "id")
	p.press(say("common.close"))
	p.goTo("/anggota/#/struk")
	p.pressAt(".buys a")
	p.until("a receipt", `document.querySelector('.slip')`)
	e.look(p, "a member's receipt", "id")
	e.visit(p, "/anggota/#/potongan/2026-11", "/anggota/#/koran", "/anggota/#/jasa")
	e.takesOut(p)
}

// takesOut asks for voluntary savings on the phone, sees them held, and takes the wish back.
func (e *eyes) takesOut(p *person) {
	e.t.Helper()
	e.visit(p, "/anggota/#/tarik")
	p.fill(say("member.draw_amount"), "12.000")
	p.press(say("member.draw_go"))
	p.until("the question", `document.querySelector('dialog[open] .sum')`)
	e.look(p, "asking for savings", "id")
	p.pressAt("dialog[open] .acts button[type=submit]")
	p.until("the wish among those under way", `[...document.querySelectorAll('.drawn h3')].some((h) => h.textContent === 'Rp 12.000') && !document.querySelector('dialog[open]')`)
	p.eval(`[...document.querySelectorAll('.drawn')].find((l) => l.querySelector('h3').textContent === 'Rp 12.000').querySelector('.lnk').click()`)
	p.until("the question", `document.querySelector('dialog[open]')`)
	p.pressAt("dialog[open] .acts button[type=submit]")
	p.until("it is taken back", `[...document.querySelectorAll('.drawn')].some((l) => l.querySelector('h3').textContent === 'Rp 12.000' && l.innerText.includes(`+quote(say("member.drawn_revoked"))+`))`)
}

// savingsAtTheTill takes cash from a member who holds out a card.
func (e *eyes) savingsAtTheTill(p *person, card string) {
	e.t.Helper()
	p.goTo("/kasir/#/simpanan")
	p.fill(say("till.member_field"), card+kb.Enter)
	p.until("the member", `document.querySelector('.chosen-member')`)
	p.fill(say("till.savings_amount"), "75.000")
	e.look(p, "savings at the till", "id")
	p.pressAt(".page form button[type=submit]")
	p.until("the receipt", `document.querySelector('.page .slip')`)
	e.look(p, "a receipt for savings at the till", "id")
	p.press(say("till.savings_next"))
	e.principalAtTheTill(p)
	e.payoutAtTheTill(p, card)
}

// billAtTheTill takes a part of an own payer's bill in cash.
func (e *eyes) billAtTheTill(p *person) {
	e.t.Helper()
	var number int64
	if err := act.Read(e.c.App).Row("SELECT member FROM payroll_lines WHERE period = '2026-12' AND excluded = 'payroll.self_payer' ORDER BY member LIMIT 1").Scan(&number); err != nil {
		e.t.Fatal(err)
	}
	p.goTo("/kasir/#/tagihan")
	p.sees(say("till.bills_none"))
	p.fill(say("till.member_field"), fmt.Sprint(number)+kb.Enter)
	p.until("the bill", `document.querySelector('.bill-parts')`)
	e.look(p, "a bill at the till", "id")
	p.fill(say("till.bill_amount"), "5.000")
	p.pressAt(".page form button[type=submit]")
	p.until("the receipt", `document.querySelector('.page .slip')`)
	e.look(p, "a receipt for a bill at the till", "id")
	p.press(say("till.bill_next"))
	p.until("what was taken", `document.querySelector('.picks .pick')`)
	e.look(p, "bills of a shift", "id")
}

// principalAtTheTill takes the principal of an applicant, who is a member with it.
func (e *eyes) principalAtTheTill(p *person) {
	e.t.Helper()
	var number int64
	_, _, err := act.Do(context.Background(), e.c, act.Act{Kind: "test.applicant", Key: ulid.New(), By: act.BySystem}, func(tx *act.Tx) (int, error) {
		if err := tx.Row("SELECT CAST(number AS INT) FROM members WHERE status = 'invited' ORDER BY number LIMIT 1").Scan(&number); err != nil {
			return 0, err
		}
		err := errors.Join(tx.Exec("UPDATE members SET status = 'applicant' WHERE number = ?", number),
			tx.Exec("INSERT INTO member_events(member, kind, date, reference, act) VALUES(?, 'consented', ?, 'SK-1', ?)", number, string(tx.Today()), tx.ID()))
		_, owed := ledger.Owe(tx, number, ledger.ItemPrincipal, tx.Today(), 100_000)
		return 0, errors.Join(err, owed)
	})
	if err != nil {
		e.t.Fatal(err)
	}
	p.fill(say("till.member_field"), fmt.Sprint(number)+kb.Enter)
	p.sees(say("till.savings_applicant"), say("till.savings_principal_due", "amount", "100.000"))
	e.look(p, "the principal at the till", "id")
	p.pressAt(".page form button[type=submit]")
	p.until("the receipt", `document.querySelector('.page .slip')`)
	e.look(p, "a receipt for the principal at the till", "id")
}

// payoutAtTheTill hands savings to who holds out the card and types the PIN, after somebody else's card was refused.
func (e *eyes) payoutAtTheTill(p *person, card string) {
	e.t.Helper()
	who, err := e.c.FindFirstRecordByData("members", "number", 1)
	if err != nil {
		e.t.Fatal(err)
	}
	ctx, by, key := context.Background(), act.ActorOf(who), ulid.New()
	_, _, first := savings.MakeDeposit(ctx, e.c, ulid.New(), act.ByConsole, savings.Deposit{Member: 1, Kind: "voluntary", Amount: 300_000})
	_, _, second := savings.RequestWithdrawal(ctx, e.c, key, by, savings.Withdrawal{Amount: 260_000, Way: "cash"}, "")
	_, _, third := savings.PayWithdrawal(ctx, e.c, ulid.New(), act.ByConsole, key, savings.Payout{From: "till"})
	_, _, fourth := member.ChoosePIN(ctx, e.c, ulid.New(), by, member.SetPIN{PIN: "482913"})
	if err := errors.Join(first, second, third, fourth); err != nil {
		e.t.Fatal(err)
	}
	p.goTo("/kasir/#/")
	p.goTo("/kasir/#/simpanan")
	p.until("what may be fetched", `document.querySelector('.picks .pick')`)
	p.pressAt(".picks .pick")
	p.until("the question for the card", `document.querySelector('dialog[open] input')`)
	e.look(p, "a payout asks for the card", "id")
	p.fill(say("till.payout_card"), "K1:PALSU"+kb.Enter)
	p.until("a refusal", `document.querySelector('dialog[open] .err')`)
	p.fill(say("till.payout_card"), card+kb.Enter)
	p.sees(say("till.payout_card_good"))
	p.fill(say("till.pin"), "482914"+kb.Enter)
	p.sees(say("fault.member.pin_wrong"))
	p.complaints() // of both refusals
	e.look(p, "a payout asks for the PIN", "id")
	p.fill(say("till.pin"), "482913"+kb.Enter)
	p.until("it was handed over", `!document.querySelector('dialog[open]') && !document.querySelector('.picks .pick')`)
}

// savingsAtTheOffice pays what a member waits for, books a deposit and looks at what is behind it.
func (e *eyes) savingsAtTheOffice(p *person) {
	e.t.Helper()
	p.goTo("/kelola/#/simpanan")
	p.until("who waits", `document.querySelectorAll('.waits li').length > 1`)
	p.eval(`[...document.querySelectorAll('.waits li')].find((l) => l.innerText.includes('000-1234567')).querySelector('.btn').click()`)
	p.until("the places", `document.querySelector('dialog[open] .tile[aria-pressed=true]')`)
	e.look(p, "paying a withdrawal", "id")
	p.pressAt("dialog[open] .acts button[type=submit]")
	p.until("it is paid", `!document.querySelector('dialog[open]') && ![...document.querySelectorAll('.waits li')].some((l) => l.innerText.includes('000-1234567'))`)
	p.goTo("/kelola/#/simpanan/setor")
	p.until("the form", `document.querySelector('.tile')`)
	p.fill(say("office.member"), "0001")
	p.until("the member", `document.querySelector('.found button')`)
	p.pressAt(".found button")
	p.fill(say("office.amount"), "40.000")
	e.look(p, "a deposit", "id")
	p.pressAt(".consequence .btn")
	p.until("the receipt", `document.querySelector('.paper .trace')`)
	e.look(p, "a receipt for savings", "id")
	e.offices(p, "simpanan/anggota/1", "simpanan/jasa")
}

// savingsOfTheManager approves what is above the limit, and decides a rule by grade.
func (e *eyes) savingsOfTheManager(p *person) {
	e.t.Helper()
	p.goTo("/kelola/#/simpanan")
	p.until("what waits for a manager", `[...document.querySelectorAll('.waits .btn')].some((b) => b.textContent.trim() === `+quote(say("cash.approve"))+`)`)
	p.press(say("cash.approve"))
	p.until("the question", `document.querySelector('dialog[open] .sum')`)
	p.pressAt("dialog[open] .acts button[type=submit]")
	p.until("it is paid", `!document.querySelector('dialog[open]') && ![...document.querySelectorAll('.waits li')].some((l) => l.innerText.includes('000-7654321'))`)
	p.goTo("/kelola/#/simpanan/aturan")
	p.until("the rules", `document.querySelectorAll('.saving-rules li').length === 12`)
	p.eval(`document.querySelectorAll('.saving-rules li')[1].querySelector('.btn').click()`)
	p.press(say("saving.grade_add"))
	p.fill(say("saving.grade"), "IV")
	p.eval(`document.querySelector('.grade .field:nth-child(2) input').focus()`)
	p.keys("90000")
	e.look(p, "a rule by grade", "id")
	p.pressAt("dialog[open] .acts button[type=submit]")
	p.until("it is decided", `!document.querySelector('dialog[open]') && document.querySelector('.saving-rules').innerText.includes('90.000')`)
	e.look(p, "the rules of savings", "id")
}

func theCashier(e *eyes) {
	p := e.behind("/kasir/", "common.identity_email", "cashier")
	e.visit(p, "/kasir/")
	p.fill(say("till.float"), "200000")
	p.press(say("till.open_shift"))
	p.sees(say("till.empty"))
	e.look(p, "the till, ready", "id")
	card, barcode := e.cardAndGoods()
	p.keys(barcode + kb.Enter)
	p.until("a row", `document.querySelector('.lines li')`)
	p.keys(card + kb.Enter)
	p.sees(say("till.card_good"))
	e.look(p, "the till with goods and a member", "id")
	p.keys(kb.F6)
	e.look(p, "the till asking for a member", "id")
	p.keys(kb.Escape)
	p.keys(kb.F1)
	p.until("cash", `document.querySelector('form.pane')`)
	e.look(p, "paying in cash", "id")
	p.keys(kb.Escape)
	p.keys(kb.F2)
	p.until("payroll", `document.querySelector('form.pane')`)
	e.look(p, "paying on payroll", "id")
	p.press(say("till.finish"))
	p.sees(say("till.booked"))
	e.look(p, "the receipt", "id")
	e.savingsAtTheTill(p, card)
	e.billAtTheTill(p)
	e.visit(p, "/kasir/#/struk", "/kasir/#/tutup")
}

// cardAndGoods are the first member's card and something on the shelf.
func (e *eyes) cardAndGoods() (card, barcode string) {
	e.t.Helper()
	who, err := e.c.FindFirstRecordByData("members", "number", 1)
	if err != nil {
		e.t.Fatal(err)
	}
	ring, err := keys.Of(e.c)
	if err != nil {
		e.t.Fatal(err)
	}
	if card, err = member.EncodeCard(ring, member.Card{Member: 1, Serial: int64(who.GetInt("card_serial"))}); err != nil {
		e.t.Fatal(err)
	}
	if err := act.Read(e.c).Row(`SELECT p.barcode FROM products p JOIN stock s ON s.product = p.number WHERE p.barcode <> '' AND NOT p.weighed AND p.active AND s.quantity > 5000 ORDER BY p.number LIMIT 1`).Scan(&barcode); err != nil {
		e.t.Fatal(err)
	}
	return card, barcode
}

var bookPages = []string{"ringkasan", "anggota", "kas", "kas/bank/1", "kas/titip/1", "barang", "potong-gaji", "potong-gaji/2026-12/rincian", "buku/manual", "buku/akun", "buku/saldo-awal", "buku/bulan", "periksa"}

func (e *eyes) offices(p *person, pages ...string) {
	for _, page := range pages {
		e.visit(p, "/kelola/#/"+page)
	}
}

// walks goes from page to page of the office as a person does who is in; that each opens afresh is shown by the treasurer.
func (e *eyes) walks(p *person, pages ...string) {
	e.t.Helper()
	e.offices(p, pages[0])
	for _, page := range pages[1:] {
		p.eval(fmt.Sprintf(`new Promise((done) => { addEventListener('hashchange', () => requestAnimationFrame(() => requestAnimationFrame(() => done(true))), { once: true }); location.hash = %s; })`, quote("#/"+page)))
		e.look(p, "/kelola/#/"+page, "id")
	}
}

func theTreasurer(e *eyes) {
	p := e.behind("/kelola/", "common.identity_email", "treasurer")
	slip := e.moneyMoves()
	e.offices(p, "kas/bayar", "kas/terima", "kas/pindah", "kas/tagihan", "kas/bayar?from=later", slip)
	e.threeTaps(p)
	e.debtAndStatement(p)
	e.offices(p, append(bookPages, "simpanan", "barang/stok", "potong-gaji/2026-11", "perangkat", "kasir/sif", "kasir/sif?lihat=susulan")...)
	p.press(say("office.late_count"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	e.look(p, "counting late cash", "id")
	e.offices(p, "kasir?lihat=semua", "kasir")
	p.press(say("office.held_take"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	e.look(p, "taking a held sale", "id")
	p.keys(kb.Escape)
	p.press(say("office.held_dismiss"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	e.look(p, "dismissing a held sale", "id")
	p.keys(kb.Escape)
	e.goodsComeBack(p)
	e.offices(p, "laporan", "laporan/jurnal/1", "laporan/kartu", "laporan/kartu?account=1101&from=2026-10-01", "laporan/anggota?member=1&from=2026-09-01", "laporan/kas", "laporan/neraca", "laporan/piutang?to=2026-10-31", "laporan/piutang")
	e.byHand(p)
	e.savingsAtTheOffice(p)
}

// goodsComeBack finds a purchase by its receipt's number, and takes the first of its goods back.
func (e *eyes) goodsComeBack(p *person) {
	e.t.Helper()
	var till string
	var number int64
	if err := act.Read(e.c.App).Row(`SELECT s.till, s.number FROM sales s JOIN open_items i ON i.act = s.act JOIN item_remainders r ON r.item = i.id
		WHERE s.member <> 1 AND r.remainder = s.total AND (SELECT count(*) FROM sale_lines l WHERE l.sale = s.act) > 1 ORDER BY s.act DESC LIMIT 1`).Scan(&till, &number); err != nil {
		e.t.Fatal(err)
	}
	e.offices(p, "kasir/struk")
	p.fill(say("office.slip_number"), "K1-99999"+kb.Enter)
	p.sees(say("office.slip_unknown", "number", "K1-99999"))
	p.fill(say("office.slip_number"), store.ReceiptNumber(till, number)+kb.Enter)
	p.sees(say("office.slip_title", "number", store.ReceiptNumber(till, number)))
	p.press(say("plan.return"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	p.sees(say("plan.return_none"))
	p.pressAt("dialog[open] .lnk")
	p.until("the figures", `document.querySelector('dialog[open] .sum')`)
	p.sees(say("office.reason_missing"))
	p.fill(say("plan.return_why"), "Kemasannya rusak")
	e.look(p, "goods that come back", "id")
	p.pressAt("dialog[open] .acts button[type=submit]")
	p.until("it is recorded", `!document.querySelector('dialog[open]')`)
	p.sees(say("office.back_over"), "Kemasannya rusak")
	e.look(p, "a receipt whose goods came back", "id")
}

// byHand writes an entry, hands it over, and lets a manager read it.
func (e *eyes) byHand(p *person) {
	e.t.Helper()
	p.goTo("/kelola/#/buku/manual/baru")
	p.until("the chart", `document.querySelectorAll('.draft-lines select option').length > 20`)
	e.look(p, "an empty entry by hand", "id")
	p.fill(say("office.description"), "Alat tulis kantor")
	for i, account := range []string{"6106", "1101"} { // the first is debited, the second credited
		p.eval(fmt.Sprintf(`(() => { const s = document.querySelectorAll('.draft-lines select')[%d]; s.value = %s; s.dispatchEvent(new Event('change', { bubbles: true })); })()`, i, quote(account)))
		p.pressAt(fmt.Sprintf(".draft-lines li:nth-child(%d) .field:nth-of-type(%d) input", i+1, i+2))
		p.keys("125.000")
	}
	p.sees(say("office.balanced"))
	e.look(p, "an entry by hand that balances", "id")
	p.press(say("office.submit"))
	p.sees(say("office.reason_ledger.same_person"))
	e.look(p, "an entry by hand that waits", "id")
	boss := e.behind("/kelola/", "common.identity_email", "manager")
	boss.complaints()
	boss.goTo("/kelola/#/buku/manual?state=submitted")
	boss.pressAt(".rowbtn")
	boss.sees(say("office.approve"))
	e.look(boss, "an entry by hand to approve", "id")
	boss.press(say("office.approve"))
	boss.until("the question", `document.querySelector('dialog[open]')`)
	boss.pressAt("dialog[open] .acts button[type=submit]")
	boss.sees(say("office.reverse"))
	e.look(boss, "an entry by hand in the books", "id")
	e.offices(boss, "buku/akun", "buku/bulan")
	boss.pressAt(".month-ways button")
	boss.until("the question", `document.querySelector('dialog[open]')`)
	e.look(boss, "a month to open again", "id")
	e.offices(boss, "buku/saldo-awal")
	boss.sees(say("office.opening_late"))
}

// moneyMoves lets a treasurer's day happen: a bill, one above the limit, a member who pays, and a statement of
// the bank with lines that are known, that can be guessed, and that nobody knows. It gives the slip's page.
func (e *eyes) moneyMoves() string {
	e.t.Helper()
	ctx, app := context.Background(), e.c.App
	must := func(err error) {
		if err != nil {
			e.t.Helper()
			e.t.Fatal(err)
		}
	}
	who, err := app.FindFirstRecordByData("operators", "role", string(act.Treasurer))
	must(err)
	by := act.ActorOf(who)
	for _, amount := range []money.Rupiah{385_000, 6_500_000} {
		_, _, err := treasury.Pay(ctx, app, ulid.New(), by, treasury.Payment{Kind: treasury.KindExpense, From: "bank:1", To: "expensecat00001", Amount: amount}, "Tagihan Oktober")
		must(err)
	}
	var supplier int64
	must(act.Read(app).Row("SELECT number FROM suppliers ORDER BY number LIMIT 1").Scan(&supplier))
	_, _, err = treasury.BookBill(ctx, app, ulid.New(), by, treasury.SupplierBill{Supplier: supplier, Category: "expensecat00001", Amount: 450_000, Due: clock.Of(app).Today()}, "Servis AC")
	must(err)
	var owing int64
	must(act.Read(app).Row("SELECT i.member FROM item_remainders r JOIN open_items i ON i.id = r.item WHERE r.remainder > 0 AND i.kind = 'store' ORDER BY i.member LIMIT 1").Scan(&owing))
	paid, _, err := treasury.ReceiveDebt(ctx, app, ulid.New(), by, treasury.DebtPayment{Member: owing, Into: "cash", Amount: 5_000})
	must(err)
	file := treasury.File{Bank: 1, Name: "mutasi.csv", Data: []byte("Tanggal;Keterangan;Debet;Kredit;Saldo\n23/11/2026;BIAYA ADM;12.500,00;;9.987.500,00\n24/11/2026;PLN POSTPAID;385.000,00;;9.602.500,00\n24/11/2026;SETORAN;;5.000,00;9.607.500,00\n")}
	preview, err := treasury.Look(app, "id", file)
	must(err)
	file.Layout = &preview.Layout
	_, _, err = treasury.Import(ctx, app, ulid.New(), by, file, nil)
	must(err)
	return fmt.Sprint("kas/bukti/", paid.Entry)
}

// debtAndStatement takes a member's payment as far as the last button, and looks at a file before it is taken.
func (e *eyes) debtAndStatement(p *person) {
	e.t.Helper()
	var owing string
	if err := act.Read(e.c.App).Row("SELECT m.name FROM item_remainders r JOIN open_items i ON i.id = r.item JOIN members m ON m.number = i.member WHERE r.remainder > 0 AND i.kind = 'store' ORDER BY i.member LIMIT 1").Scan(&owing); err != nil {
		e.t.Fatal(err)
	}
	p.goTo("/kelola/#/kas/terima")
	p.until("the search", `document.querySelector('.narrow-list input')`)
	p.fill(say("office.member"), owing)
	p.until("the member", `document.querySelector('.found button')`)
	p.pressAt(".found button")
	p.until("the debts", `document.querySelector('.debts')`)
	e.look(p, "a member pays", "id")
	var billed int64
	if err := act.Read(e.c.App).Row("SELECT member FROM payroll_lines WHERE period = '2026-12' AND excluded = 'payroll.self_payer' ORDER BY member LIMIT 1").Scan(&billed); err != nil {
		e.t.Fatal(err)
	}
	p.goTo(fmt.Sprint("/kelola/#/kas/terima?anggota=", billed))
	p.sees(say("cash.bill_parts", "month", "Desember 2026"))
	e.look(p, "a member pays a bill", "id")
	path := filepath.Join(e.t.TempDir(), "mutasi.csv")
	if err := os.WriteFile(path, []byte("Tanggal,Keterangan,Cabang,Jumlah,,Saldo\n'23/11,KARTU DEBIT,'0000,\"10,000.00\",DB,\"90,000.00\"\n'24/11,TRSF E-BANKING CR,'0000,\"25,000.00\",CR,\"115,000.00\"\n"), 0o600); err != nil {
		e.t.Fatal(err)
	}
	p.goTo("/kelola/#/kas/bank/1")
	p.until("the sums", `document.querySelector('.consequence')`)
	p.press(say("cash.import"))
	p.do(chromedp.SetUploadFiles(chromedp.CSS(`dialog[open] input[type=file]`), []string{path}))
	p.until("the file's lines", `document.querySelector('dialog[open] .trio')`)
	e.look(p, "a statement before it is taken", "id")
	p.keys(kb.Escape)
	p.until("the page", `!document.querySelector('dialog[open]')`)
	p.eval(fmt.Sprintf(`[...document.querySelectorAll('.ways .lnk')].find((b) => b.textContent.startsWith(%s)).click()`, quote(say("cash.void"))))
	p.until("the question", `document.querySelector('dialog[open]')`)
	e.look(p, "taking a statement back", "id")
}

// threeTaps pays an electricity bill as somebody does who is no accountant.
func (e *eyes) threeTaps(p *person) {
	e.t.Helper()
	p.goTo("/kelola/#/kas/bayar?kind=expense")
	p.until("the choices", `document.querySelectorAll('.tile').length > 8`)
	p.eval(`[...document.querySelectorAll('.tile')].find((t) => t.querySelector('b').textContent === 'Bank utama').click()`)
	p.eval(`[...document.querySelectorAll('.tile')].find((t) => t.querySelector('b').textContent.startsWith('Listrik')).click()`)
	p.fill(say("office.amount"), "12500")
	p.until("what follows", `document.querySelector('.consequence .then')`)
	e.look(p, "three taps", "id")
	p.pressAt(".consequence .btn")
	p.until("the slip", `document.querySelector('.paper')`)
	e.look(p, "a payment's slip", "id")
}

func theSupervisor(e *eyes) {
	e.walks(e.behind("/kelola/", "common.identity_email", "supervisor"), "ringkasan", "anggota", "kas", "kas/bank/1", "barang", "kasir", "potong-gaji", "buku", "laporan/piutang", "periksa")
}

func theStorekeeper(e *eyes) {
	p := e.behind("/kelola/", "common.identity_email", "storekeeper")
	e.offices(p, "ringkasan", "barang/stok", "barang")
	_, barcode := e.cardAndGoods()
	p.fill(say("office.scan_or_type"), barcode+kb.Enter)
	p.until("a line", `document.querySelector('.incoming')`)
	e.look(p, "goods on their way in", "id")
	e.stockWaits(p)
}

// stockWaits lets a count find more than one person may move, so that the list has what was done and what waits.
func (e *eyes) stockWaits(p *person) {
	e.t.Helper()
	who, err := e.c.FindFirstRecordByData("operators", "role", string(act.Storekeeper))
	if err != nil {
		e.t.Fatal(err)
	}
	_, barcode := e.cardAndGoods()
	for _, quantity := range []string{"-1", "9000"} {
		if _, _, err := store.AdjustStock(context.Background(), e.c, ulid.New(), act.ActorOf(who), store.AdjustInput{Reason: "Stok opname November", Lines: []store.AdjustLine{{Barcode: barcode, Quantity: quantity}}}); err != nil {
			e.t.Fatal(err)
		}
	}
	e.visit(p, "/kelola/#/barang/penyesuaian")
	p.seesAt(".waits", "+9.000")
}

// theManager also stands at the dashboard. Of that, what is ours is held against axe-core.
func theManager(e *eyes) {
	p := e.behind("/kelola/", "common.identity_email", "manager")
	p.complaints()
	p.size(phone, 800)
	p.pressAt(".pages-btn")
	p.until("the pages in groups", `document.querySelector('.pages nav').checkVisibility()`)
	e.look(p, "the pages of the office", "id")
	p.keys(kb.Escape)
	e.offices(p, "ringkasan", "potong-gaji", "petugas", "anggota/kartu", "anggota/1", "impor/pegawai", "impor/anggota", "barang/penyesuaian", "anggota")
	p.press(say("office.join"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	e.look(p, "taking people in", "id")
	e.savingsOfTheManager(p)

	p.goTo("/_/")
	p.until("the dashboard's login", `document.querySelector('#login_pass')`)
	p.pressAt("#login_identity")
	p.keys(e.c.logins["manager"].Identity)
	p.pressAt("#login_pass")
	p.keys(e.c.logins["manager"].Password + kb.Enter)
	p.until("the dashboard", `!document.querySelector('#login_pass')`)
	p.goTo("/_/#/potong-gaji")
	p.until("the month's run", `document.querySelector('.kop-host')?.shadowRoot?.querySelector('.consequence .btn')`)
	e.lookAt(p, "Potong Gaji in the dashboard", "id", ".kop-host")
	p.goTo("/_/#/potong-gaji/2026-12/rincian?filter=partial")
	p.until("its lines", `document.querySelector('.kop-host')?.shadowRoot?.querySelector('.lines .opener')`)
	e.reportsInTheDashboard(p)
}

// theOfficersHalf is what goes out to payroll officers and what comes back.
func theOfficersHalf(e *eyes) {
	p := e.behind("/kelola/", "common.identity_email", "manager")
	p.complaints()
	e.offices(p, "potong-gaji/2026-11", "potong-gaji/2026-11/uang", "potong-gaji/2026-11/tagihan", "potong-gaji/2026-11/koreksi", "potong-gaji/2026-11/tanpa-pasangan", "potong-gaji/susunan")
	p.press(say("office.layout_edit") + " " + say("office.unit_bank"))
	p.until("the sample", `document.querySelector('dialog[open] .sample table')`)
	e.look(p, "a layout", "id")

	p.goTo("/kelola/#/potong-gaji/2026-12")
	p.press(say("office.again_answer"))
	p.until("the question", `document.querySelector('dialog[open] input[type=file]')`)
	answer := filepath.Join(e.t.TempDir(), "jawaban.csv")
	if err := os.WriteFile(answer, []byte("no anggota;nama;dipotong;keterangan\n3;x;25.000;cuti\n4;x;60.000;\n9999;x;12.000;\n;JUMLAH;100.000;\n"), 0o600); err != nil {
		e.t.Fatal(err)
	}
	p.do(chromedp.SetUploadFiles(chromedp.CSS(`dialog[open] input[type=file]`), []string{answer}))
	p.until("what would happen", `document.querySelector('dialog[open] .footer-off')`)
	e.look(p, "an answer before it is taken", "id")
	p.keys(kb.Escape)
	p.eval(`document.querySelector('.year')?.scrollIntoView()`)
	p.shoot("the-year")
}

// reportsInTheDashboard goes from report to report: they are the office's own pages, under the dashboard's login.
func (e *eyes) reportsInTheDashboard(p *person) {
	const inside = `document.querySelector('.kop-host')?.shadowRoot`
	shows := func(path, what, selector string) {
		p.goTo("/_/#/" + path)
		p.until(what, inside+`?.querySelector(`+quote(selector)+`)`)
		if bare := p.eval(inside + `.textContent.match(/\b(office|common|member|cash)\.[a-z_]+/g) ?? []`); bare != "[]" {
			e.t.Errorf("%s: words are missing: %s", path, bare)
		}
	}
	shows("laporan/jurnal", "the journal", ".report .table tbody tr")
	e.lookAt(p, "Laporan in the dashboard", "id", ".kop-host")
	shows("laporan/kas", "the cash book", ".report .table tbody tr")
	shows("laporan/piutang", "the receivables", ".report .sums")
	shows("laporan/kartu?account=1101", "an account's card", ".report .sums")
	p.eval(inside + `.querySelector('[role=tab]:last-child').click()`)
	p.until("another report in the same place", `location.hash.startsWith('#/laporan/piutang') && `+inside+`.querySelector('.report .sums')`)
	shows("buku/akun", "the books", ".chart .chart-name")
	e.lookAt(p, "Buku in the dashboard", "id", ".kop-host")
	p.complaints()
}
