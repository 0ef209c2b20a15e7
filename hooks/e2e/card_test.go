package e2e_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/policy"
)

// judged holds the browser's module to the vectors that Go is held to, and flips every bit of the first two.
const judged = `(async () => {
	const { readCode, refusalOf, readBase45, writeBase45 } = await import('/lib/card-code.js');
	const v = %s;
	const revoked = { cards: new Map(v.revoked.cards.map((c) => [c.member, c.serial])), devices: new Set(v.revoked.devices) };
	const judge = async (code, at) => { const s = await readCode(code, [v.key]); return typeof s === 'string' ? s : refusalOf(s, { now: at * 1000, revoked }) || s; };
	const wrong = [];
	for (const c of v.codes) {
		const got = await judge(c.code, c.at);
		const good = c.refuse ? got === c.refuse : got.number === c.number && got.serial === c.serial && got.rotating === Boolean(c.phone);
		if (!good) wrong.push(c.name + ': ' + JSON.stringify(got));
	}
	for (const c of v.codes.slice(0, 2)) {
		const plain = readBase45(c.code.slice(3));
		for (let bit = 0; bit < plain.length * 8; bit++) {
			const b = plain.slice();
			b[bit >> 3] ^= 1 << (bit & 7);
			if (typeof await judge(c.code.slice(0, 3) + writeBase45(b), c.at) !== 'string') wrong.push(c.name + ': bit ' + bit);
		}
	}
	return wrong;
})()`

func TestTheBrowserJudgesCodesAsTheServerDoes(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(testapp.Root(), "hooks", "member", "testdata", "card_vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var v struct{ Codes []any }
	if err := json.Unmarshal(raw, &v); err != nil || len(v.Codes) < 20 {
		t.Fatalf("%d vectors (%v)", len(v.Codes), err)
	}
	o := newOffice(t)
	p := somebody(t, o.url, o.Now)
	p.goTo("/anggota/")
	p.until("the page", `document.querySelector('.login')`)
	if wrong := p.eval(fmt.Sprintf(judged, raw)); wrong != "[]" {
		t.Errorf("the browser judges otherwise: %s", wrong)
	}
}

// seenOnScreen is the code that an independent reader finds in a picture of the screen.
func (p *person) seenOnScreen() string {
	p.t.Helper()
	read, err := exec.LookPath("zbarimg")
	if err != nil {
		if os.Getenv("KPDK_CI") != "" {
			p.t.Fatal("zbarimg (Debian: zbar-tools) is missing")
		}
		p.t.Skip("zbarimg (Debian: zbar-tools) is missing: nobody reads the phone's screen")
	}
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	p.must(err)
	file := filepath.Join(p.t.TempDir(), "screen.png")
	p.must(os.WriteFile(file, picture, 0o600))
	out, err := exec.Command(read, "-q", "--raw", "-Sdisable", "-Sqrcode.enable", file).Output()
	if fail := new(exec.ExitError); errors.As(err, &fail) {
		p.shoot("unreadable")
	}
	p.must(err)
	return strings.TrimSpace(string(out))
}

// TestPhonesCode: a phone makes its code as soon as somebody has logged in on it, small and large enough for a
// reader; the till takes it without a PIN, once, and without a network. The lost card is blocked in two taps,
// and the phone goes on.
func TestPhonesCode(t *testing.T) {
	s := newShop(t)
	_, _, err := policy.Set(t.Context(), s, ulid.New(), act.BySystem, policy.Setting{Key: policy.PinAbove.Key, Value: []byte("10000"), ValidFrom: clock.Of(s).Today()})
	s.must(err)
	printed := s.CardOf(s.rani)
	wire := lay(t, s.url)
	till := somebody(t, wire.url(), s.Now)
	till.logIn("/kasir/", say("common.identity_email"), s.hireSecond(), secret)
	till.fill(say("till.float"), "200000")
	till.press(say("till.open_shift"))
	till.sees(say("till.empty"))
	till.until("a page kept for offline", `navigator.serviceWorker.controller && caches.open('kpdk-kasir').then((c) => c.match('/kasir/views/sell.js'))`)

	p := s.phoneOf(t, s.url, s.rani)
	eyes := &eyes{t, nil, axeSource(t)}
	p.goTo("/anggota/#/kartu")
	p.until("a code of the phone's own", `document.querySelector('.kcard .count')`)
	p.sees(say("member.code_text"))
	p.size(phone, 800)
	first := p.seenOnScreen()
	if !strings.HasPrefix(first, "K2:") {
		t.Fatalf("the phone shows %.20q", first)
	}
	eyes.look(p, "the card with the phone's code", "id")
	p.size(phone, 800)
	p.takesFiles(t.TempDir())
	p.press(say("member.card_picture", "kind", "PNG"))
	if raw, err := os.ReadFile(p.file()); err != nil || !strings.HasPrefix(string(raw), "\x89PNG") {
		t.Errorf("no picture: %.20q %v", raw, err)
	}
	p.press(say("member.card_large"))
	p.until("the code, enlarged", `document.querySelector('dialog.large svg.qr')`)
	code := p.seenOnScreen()
	eyes.look(p, "the phone's code, enlarged", "id")
	p.size(phone, 800)
	p.press(say("common.close"))

	till.keys(s.soap + kb.Enter)
	till.seesAt(".lines", "Barang "+s.soap)
	till.keys(code + kb.Enter)
	till.sees(say("till.code_good"), "Rani Prameswari")
	eyes.look(till, "the till with a phone's code", "id")
	till.keys(kb.F2)
	till.until("payroll, and no PIN asked", `document.querySelector('form.pane') && !document.querySelector('form.pane [type=password]')`)
	till.press(say("till.finish"))
	till.sees(say("till.booked"))
	till.press(say("till.next"))
	till.keys(code + kb.Enter)
	till.sees(say("fault.member.code_used"))
	till.complaints("409")

	p.until("a phone that is ready", `navigator.serviceWorker.controller && caches.open('kpdk-anggota').then((c) => c.match('/icons.svg'))`)
	// Without a network the phone makes codes, and the till checks them itself.
	wire.pull()
	till.offline(true)
	p.offline(true)
	till.until("no way to the server, for the worker neither", `fetch('/anggota/app.js').then(() => false, () => true)`)
	p.until("another code", `document.querySelector('.kcard .count')`)
	p.eval(`globalThis.e2eShift += 31000`) // half a minute later
	till.eval(`globalThis.e2eShift += 31000`)
	p.until("the next code", `Number(document.querySelector('.kcard .count b').innerText) > 0`)
	next := code
	for i := 0; i < 50 && next == code; i++ {
		next = p.seenOnScreen()
	}
	if next == code || !strings.HasPrefix(next, "K2:") {
		t.Fatal("the phone goes on showing the old code")
	}
	till.keys(s.soap + kb.Enter)
	till.seesAt(".lines", "Barang "+s.soap)
	till.keys(next + kb.Enter)
	till.sees(say("till.code_good"), say("till.checked_offline"))
	till.keys(kb.F2)
	till.until("payroll", `document.querySelector('form.pane')`)
	till.press(say("till.finish"))
	till.sees(say("till.done_waiting"))
	till.press(say("till.next"))
	till.keys(next + kb.Enter)
	till.sees(say("fault.member.code_used"))
	wire.plug()
	till.offline(false)
	p.offline(false)
	p.complaints() // of the network that was away
	till.until("nothing waits", `!document.querySelector('.offline')`)
	var flags string
	s.must(act.Read(s).Row("SELECT group_concat(flags, '|') FROM (SELECT flags FROM sales ORDER BY act DESC LIMIT 2)").Scan(&flags))
	if flags != "|" {
		t.Errorf("flags %q", flags)
	}

	// The card is lost.
	p.goTo("/anggota/#/kartu")
	p.until("the code", `document.querySelector('.kcard .count')`)
	p.press(say("member.block"))
	p.until("the question", `document.querySelector('dialog[open] .follows')`)
	eyes.look(p, "blocking a lost card", "id")
	p.press(say("member.block_now"))
	p.sees(say("member.card_serial", "serial", 2))
	p.until("the phone goes on", `document.querySelector('.kcard .count')`)
	var serial int
	for range 100 {
		s.must(act.Read(s).Row("SELECT serial FROM card_certificates ORDER BY id DESC LIMIT 1").Scan(&serial))
		if serial == 2 {
			break
		}
		p.until("a moment of the phone's", `new Promise((done) => setTimeout(() => done(true), 20))`)
	}
	if serial != 2 {
		t.Fatalf("the phone's certificate is for card %d", serial)
	}
	till.until("what was revoked", fmt.Sprintf(`new Promise((done) => { const open = indexedDB.open('kpdk.kasir'); open.onsuccess = () => { const get = open.result.transaction('kept').objectStore('kept').get('revoked');
		get.onsuccess = () => { open.result.close(); done(Boolean(get.result?.cards.some((c) => c.member === %d && c.serial === 2))); }; }; })`, raniNumber))
	wire.pull()
	till.offline(true)
	till.until("no way to the server", `fetch('/anggota/app.js').then(() => false, () => true)`)
	till.keys(printed + kb.Enter)
	till.sees(say("fault.member.card_revoked"))
	till.complaints()
	p.complaints()
	s.Verify()
}

// TestManagerPrintsCards: what was never printed comes as one file, and is no longer waiting; a lost card is
// replaced, and its successor waits.
func TestManagerPrintsCards(t *testing.T) {
	o := newOffice(t)
	for _, name := range []string{"Rani Prameswari", "Budi Santoso", "Siti Aminah Kusumawardhani"} {
		o.Member(name)
	}
	eyes := &eyes{t, nil, axeSource(t)}
	p := somebody(t, o.url, o.Now)
	p.takesFiles(t.TempDir())
	p.logIn("/kelola/", say("common.identity_email"), "manajer@contoh.id", secret)
	p.goTo("/kelola/#/anggota/kartu")
	p.sees("Budi Santoso", say("office.cards_lead", "n", 3, "left", 3))
	eyes.look(p, "cards to print", "id")
	p.press(say("office.cards_get", "n", 3))
	file := p.file()
	raw, err := os.ReadFile(file)
	if err != nil || !strings.HasPrefix(string(raw), "%PDF-") {
		t.Errorf("%s: %.20q %v", file, raw, err)
	}
	p.sees(say("office.cards_all_printed"), say("office.cards_lead", "n", 3, "left", 0))
	p.press(say("common.all"))
	p.sees("Budi Santoso")
	p.press(say("office.card_png_of", "name", "Budi Santoso"))
	if raw, err := os.ReadFile(p.file()); err != nil || !strings.HasPrefix(string(raw), "\x89PNG") {
		t.Errorf("no picture: %.20q %v", raw, err)
	}
	p.press(say("office.card_replace_of", "name", "Budi Santoso"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	eyes.look(p, "replacing a card", "id")
	p.press(say("office.card_replace"))
	p.sees(say("office.card_replaced", "name", "Budi Santoso", "serial", 2))
	p.press(say("office.card_unprinted"))
	p.sees(say("office.card_nth", "serial", 2))
	p.goTo("/kelola/#/anggota")
	p.press("Rani Prameswari")
	p.press(say("office.card_as_svg"))
	if raw, err := os.ReadFile(p.file()); err != nil || !strings.HasPrefix(string(raw), "<svg") {
		t.Errorf("no picture: %.20q %v", raw, err)
	}
	eyes.look(p, "a member's page with the card", "id")
	o.Verify()
}

// hireSecond hires another cashier beside the one who rings up the shop's past.
func (s *shop) hireSecond() string {
	s.t.Helper()
	second := s.Record("tills", map[string]any{"code": "K2", "name": "Kasir 2"})
	email := "kasir-dua@contoh.id"
	s.post(s.manager, "/api/collections/operators/records", map[string]any{"email": email, "password": secret, "passwordConfirm": secret, "name": "Sekar Ayu", "role": act.Cashier, "till": second.Id, "active": true, "verified": true}, nil)
	return email
}
