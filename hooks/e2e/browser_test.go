// Package e2e_test tries the whole house from outside: a real server on loopback and a real Chromium in
// front of it, clicked and typed into as people do. Nothing waits for a time to pass; it waits until
// something can be seen.
package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kpdk/hooks/internal/words"
)

const (
	patience = time.Minute // how long something may take to be seen
	phone    = 360
	desk     = 1440
)

var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless_shell", "chrome"}

// chromium is one browser for all tests; each person has a profile of their own in it.
var chromium struct {
	sync.Once
	ctx  context.Context
	stop func()
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if chromium.stop != nil {
		chromium.stop()
	}
	os.Exit(code)
}

func startBrowser() {
	var path string
	for _, name := range names {
		if path, _ = exec.LookPath(name); path != "" {
			break
		}
	}
	if path == "" {
		chromium.err = exec.ErrNotFound
		return
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.DisableGPU, chromedp.Flag("accept-lang", "id"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses to sandbox itself for root
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocator)
	chromium.ctx, chromium.stop = ctx, func() { stop(); stopAllocator() }
	chromium.err = chromedp.Do(ctx)
}

// person is somebody at a device of their own: a tab in a fresh profile.
type person struct {
	t    testing.TB
	ctx  context.Context
	base string
	now  func() time.Time // the co-op's time; the device agrees with it

	mu        sync.Mutex
	away      bool                         // was taken off the network at least once
	urls      map[network.RequestID]string // of what is still asked for
	troubles  []string
	bytes     float64 // that came over the wire
	downloads chan string
}

// somebody opens a browser in front of a server. What a page complains of fails the test at its end,
// unless it was expected.
func somebody(t testing.TB, base string, now func() time.Time) *person {
	t.Helper()
	chromium.Do(startBrowser)
	if errors.Is(chromium.err, exec.ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skipf("no Chromium or Chrome on this machine (%s): the pages are not tried", strings.Join(names, ", "))
	}
	if chromium.err != nil {
		t.Fatalf("the browser does not start: %v", chromium.err)
	}
	return open(t, chromium.ctx, base, now, chromedp.WithNewBrowserContext())
}

// secondTab opens another tab of the same profile.
func (p *person) secondTab() *person {
	p.t.Helper()
	return open(p.t, p.ctx, p.base, p.now)
}

func open(t testing.TB, parent context.Context, base string, now func() time.Time, options ...chromedp.ContextOption) *person {
	t.Helper()
	p := &person{t: t, base: base, now: now, urls: map[network.RequestID]string{}, downloads: make(chan string, 20)}
	ctx, stop := chromedp.NewContext(parent, append(options, chromedp.WithListener(p.hear))...)
	p.ctx = ctx
	t.Cleanup(stop)
	p.must(chromedp.Do(ctx)) // the tab lives as long as the context of its first step
	p.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	}))
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: tools})
	p.must(err)
	p.setClock()
	p.size(desk, 900)
	return p
}

// tools stand in every page: a clock that agrees with the co-op's, and eyes and fingers for the tests.
const tools = `(() => {
	const Real = Date;
	const shift = () => globalThis.e2eShift ?? 0;
	const now = () => Real.now() + shift();
	globalThis.Date = new Proxy(Real, {
		construct: (it, args, target) => Reflect.construct(it, args.length ? args : [now()], target),
		apply: () => new Real(now()).toString(),
		get: (it, key) => (key === 'now' ? now : Reflect.get(it, key)),
	});
	const plain = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
	const seen = (el) => el.checkVisibility({ visibilityProperty: true }) && el.getClientRects().length > 0;
	const stage = () => [...document.querySelectorAll('dialog[open]')].pop() ?? document;
	const called = (el) => [plain(el.textContent), plain(el.getAttribute('aria-label')), plain(el.querySelector(':scope > span, :scope > b')?.textContent)];
	globalThis.e2e = {
		plain, stage,
		text: () => plain(document.body?.innerText),
		find(selector, name) {
			const all = [...stage().querySelectorAll(selector)].filter(seen);
			return all.find((el) => called(el).includes(plain(name))) ?? all.find((el) => plain(el.textContent).includes(plain(name)));
		},
		point(look) {
			const el = look();
			if (!el || el.disabled || el.getAttribute('aria-disabled') === 'true' || el.getAttribute('aria-busy') === 'true') return null;
			el.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
			const r = el.getBoundingClientRect();
			const at = { x: r.x + r.width / 2, y: r.y + r.height / 2 };
			const was = el.e2eAt;
			el.e2eAt = at;
			if (was?.x !== at.x || was.y !== at.y) return null; // what still moves would be missed
			const top = document.elementFromPoint(at.x, at.y);
			if (!top || !(el.contains(top) || top.contains(el))) return null;
			this.hit = false;
			removeEventListener('click', this.watch, true);
			this.watch = (e) => {
				const path = e.composedPath();
				this.hit ||= path.includes(el) || path.includes(look()) || path[0].contains?.(el) === true;
			};
			addEventListener('click', this.watch, true);
			return at;
		},
		field(label) {
			const it = [...stage().querySelectorAll('label')].find((l) => seen(l) && plain(l.textContent) === plain(label));
			return it && (it.control ?? document.getElementById(it.htmlFor));
		},
	};
})()`

// setClock makes the device's clock agree with the co-op's.
func (p *person) setClock() {
	shift := p.now().UnixMilli() - time.Now().UnixMilli()
	source := fmt.Sprintf(`globalThis.e2eShift = %d`, shift)
	_, err := chromedp.Call(p.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: source})
	p.must(err)
	p.eval(source)
}

// hear collects what pages complain of.
func (p *person) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	trouble := func(format string, args ...any) { p.troubles = append(p.troubles, fmt.Sprintf(format, args...)) }
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			var said []string
			for _, arg := range e.Args {
				said = append(said, strings.Trim(string(arg.Value), `"`)+arg.Description)
			}
			trouble("console.%s: %s", e.Type, strings.Join(said, " "))
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		trouble("exception: %s", text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork { // the network is heard below
			trouble("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		p.urls[e.RequestID] = e.Request.URL
	case *network.EventResponseReceived:
		if e.Response.Status >= http.StatusBadRequest {
			trouble("%d %s", e.Response.Status, e.Response.URL)
		}
	case *network.EventLoadingFinished:
		p.bytes += e.EncodedDataLength
		delete(p.urls, e.RequestID)
	case *network.EventLoadingFailed:
		if !e.Canceled && e.ErrorText != "net::ERR_ABORTED" { // leaving a page ends what it still asked for
			trouble("%s %s", e.ErrorText, p.urls[e.RequestID])
		}
		delete(p.urls, e.RequestID)
	}
}

// complaints gives what was heard so far, without what the test expects, and forgets it. The network of
// somebody who was taken off it may be missed late: a page asks once more just before it learns.
func (p *person) complaints(expected ...string) (all []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away {
		expected = append(expected, "net::ERR_INTERNET_DISCONNECTED")
	}
	for _, trouble := range p.troubles {
		if !slices.ContainsFunc(expected, func(part string) bool { return strings.Contains(trouble, part) }) {
			all = append(all, trouble)
		}
	}
	p.troubles = nil
	return all
}

// pending names what the page still waits for.
func (p *person) pending() (all []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, url := range p.urls {
		all = append(all, "still asked for: "+url)
	}
	return all
}

// content fails the test when a page complained of anything that was not expected.
func (p *person) content(expected ...string) {
	p.t.Helper()
	for _, trouble := range p.complaints(expected...) {
		p.t.Errorf("the page complained: %s", trouble)
	}
}

func (p *person) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *person) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 2*patience)
	defer cancel()
	p.must(chromedp.Do(ctx, steps...))
}

// size makes the window a phone's or a desk's.
func (p *person) size(width, height int64) {
	p.t.Helper()
	p.do(chromedp.EmulateViewport(width, height))
}

// sizeWhole makes the window as long as the page.
func (p *person) sizeWhole(width int64) {
	p.t.Helper()
	length, err := strconv.ParseInt(p.eval(`Math.max(innerHeight, document.documentElement.scrollHeight)`), 10, 64)
	p.must(err)
	p.size(width, min(length, 8000))
}

// dark asks for the dark or the light theme, as a device does.
func (p *person) dark(yes bool) {
	p.t.Helper()
	scheme := "light"
	if yes {
		scheme = "dark"
	}
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	p.must(err)
}

func (p *person) goTo(path string) {
	p.t.Helper()
	p.setClock()
	p.do(chromedp.Navigate(p.base + path))
}

// eval gives the value of an expression in the page.
func (p *person) eval(expression string) string {
	p.t.Helper()
	raw, err := p.try(expression)
	p.must(err)
	return raw
}

func (p *person) try(expression string) (string, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience+10*time.Second)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[string](`(async () => { const it = await (`+expression+`); return typeof it === 'string' ? it : JSON.stringify(it ?? null); })()`, chromedp.EvalAwaitPromise))
}

// until waits for an expression to be true, also over a page that loads meanwhile, and gives its value.
func (p *person) until(what, expression string) string {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		got, err := p.try(fmt.Sprintf(`new Promise((done) => { const end = performance.now() + %d; const look = async () => {
			let it; try { it = await (%s); } catch { it = null; }
			if (it) done(it); else if (performance.now() > end) done(null); else setTimeout(look, 15); }; look(); })`, time.Until(deadline).Milliseconds(), expression))
		if err == nil && got != "null" && got != "" {
			return got
		}
		if p.ctx.Err() != nil {
			break
		}
	}
	p.shoot("stuck")
	p.t.Fatalf("not seen: %s\nat %s\n%s\n%s", what, p.eval("location.href"), p.eval("document.body?.innerText ?? ''"), strings.Join(append(p.complaints(), p.pending()...), "\n"))
	return ""
}

// shoot keeps a picture of the page where KPDK_SHOTS says.
func (p *person) shoot(name string) {
	dir := os.Getenv("KPDK_SHOTS")
	if dir == "" {
		return
	}
	quickly := true // the same picture in a somewhat larger file, for two thirds of the time
	if picture, err := chromedp.Call(p.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng, OptimizeForSpeed: &quickly}); err == nil {
		_ = os.WriteFile(filepath.Join(dir, strings.NewReplacer("/", "_", "?", "_", "#", "").Replace(p.t.Name()+"-"+name)+".png"), picture.Data, 0o600)
	}
}

func quote(text string) string {
	raw, _ := json.Marshal(text) // a string is always JSON
	return string(raw)
}

// sees waits until all texts stand on the page.
func (p *person) sees(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		p.until(fmt.Sprintf("the text %q", text), fmt.Sprintf(`e2e.text().toLowerCase().includes(e2e.plain(%s).toLowerCase())`, quote(text)))
	}
}

// seesAt waits until a text stands in an element.
func (p *person) seesAt(selector, text string) {
	p.t.Helper()
	p.until(fmt.Sprintf("the text %q in %s", text, selector), fmt.Sprintf(`[...document.querySelectorAll(%s)].some((el) => e2e.plain(el.innerText).includes(e2e.plain(%s)))`, quote(selector), quote(text)))
}

const pressable = `button,a[href],[role=tab],[role=option],label,summary`

// press clicks what carries a name, in the dialog on top if there is one. It must be in sight and
// nothing may lie over it.
func (p *person) press(name string) {
	p.t.Helper()
	p.click(fmt.Sprintf("something to press called %q", name), fmt.Sprintf(`e2e.find(%s, %s)`, quote(pressable), quote(name)))
}

// pressAt clicks what a selector finds.
func (p *person) pressAt(selector string) {
	p.t.Helper()
	p.click(selector, fmt.Sprintf(`e2e.stage().querySelector(%s)`, quote(selector)))
}

func (p *person) click(what, element string) {
	p.t.Helper()
	for range 5 {
		var at struct{ X, Y float64 }
		p.must(json.Unmarshal([]byte(p.until(what, `e2e.point(() => `+element+`)`)), &at))
		p.do(chromedp.MouseClickXY(at.X, at.Y))
		// What arrived meanwhile may have moved it between finger down and up: a person would see that and
		// press again. A page that was left knows nothing of the click.
		if missed, err := p.try(`globalThis.e2e?.hit === false`); err != nil || missed != "true" {
			return
		}
	}
	p.t.Fatalf("pressed five times and never hit: %s", what)
}

// fill types into the field with a label, over what it holds.
func (p *person) fill(label, text string) {
	p.t.Helper()
	p.until("the field "+label, fmt.Sprintf(`(() => { const it = e2e.field(%s); if (!it || it.disabled) return false; it.focus(); it.select?.(); return document.activeElement === it; })()`, quote(label)))
	p.keys(text)
}

// choose takes an option of the select with a label, by the words of the option.
func (p *person) choose(label, option string) {
	p.t.Helper()
	p.until("the choice "+option+" of "+label, fmt.Sprintf(`(() => { const it = e2e.field(%s); const o = [...it.options].find((o) => e2e.plain(o.textContent).includes(%s));
		if (!o) return false; it.value = o.value; it.dispatchEvent(new Event('change', { bubbles: true })); return true; })()`, quote(label), quote(option)))
}

// keys types, as fast as a keyboard scanner.
func (p *person) keys(text string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(text))
}

// logIn goes through a door by the keys alone: from the name straight to the password.
func (p *person) logIn(door, label, identity, password string) {
	p.t.Helper()
	p.goTo(door)
	p.fill(label, identity)
	p.keys(kb.Tab)
	p.until("the password after the name", `document.activeElement?.name === 'password'`)
	p.keys(password + kb.Enter)
	p.until("the page behind "+door, `!document.querySelector('.login') && document.querySelector('#app')?.children.length`)
}

// takesFiles lets downloads land in a folder and tells each when it is there.
func (p *person) takesFiles(dir string) {
	p.t.Helper()
	p.must(chromedp.ListenBrowser(p.ctx, func(event any) {
		if e, ok := event.(*browser.EventDownloadProgress); ok && e.State == browser.DownloadProgressStateCompleted {
			p.downloads <- e.FilePath
		}
	}))
	yes := true
	_, err := chromedp.CallBrowser(p.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow,
		BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID, DownloadPath: dir, EventsEnabled: &yes})
	p.must(err)
}

// file waits for the next download.
func (p *person) file() string {
	p.t.Helper()
	select {
	case path := <-p.downloads:
		return path
	case <-time.After(patience):
		p.t.Fatal("no file came down")
		return ""
	}
}

// say gives the words on the screen, in Indonesian: the tests follow the catalogue, not one wording.
func say(key string, params ...any) string {
	all := map[string]any{}
	for i := 0; i+1 < len(params); i += 2 {
		all[params[i].(string)] = params[i+1]
	}
	return words.Say("id", key, all)
}
