package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"kpdk/hooks/brand"
)

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z"/></svg>`

// withLogo gives the co-op a picture of its own.
func (o *office) withLogo() {
	coop, err := o.FindFirstRecordByFilter("coop", "")
	o.must(err)
	picture, err := filesystem.NewFileFromBytes([]byte(logo), "logo.svg")
	o.must(err)
	coop.Set("logo", picture)
	o.must(o.Save(coop))
}

// One save in the dashboard, and whoever looks next, at whatever door, sees the new colour and the logo. A tab
// that stays open gets them when it is opened anew.
func TestABrandIsSeenAtEveryDoorAtOnce(t *testing.T) {
	o := newOffice(t)
	coop, err := o.FindFirstRecordByFilter("coop", "")
	o.must(err)
	t.Run("the living page by keyboard", func(t *testing.T) { theLivingPageByKeyboard(t, o) })
	p := somebody(t, o.url, time.Now)
	sea, _ := brand.Parse("#0B6E99")
	tones := brand.Derive(sea)
	doors := []string{"/", "/anggota/", "/kasir/", "/kelola/", "/gaya/"}
	shows := func(door, accent string) {
		t.Helper()
		p.goTo(door)
		p.until(door+" in "+accent, fmt.Sprintf(`document.querySelector('h1') && getComputedStyle(document.documentElement).getPropertyValue('--brand').trim().toUpperCase() === %s`, quote(accent)))
	}
	p.dark(false)
	for _, door := range doors {
		shows(door, brand.Usual)
	}
	picture, err := filesystem.NewFileFromBytes([]byte(logo), "logo.svg")
	o.must(err)
	coop.Set("brand", sea.String())
	coop.Set("logo", picture)
	o.must(o.Save(coop))
	for _, door := range doors {
		shows(door, tones.Light.Brand.String())
		p.until(door+" with the logo", `[...document.images].some((i) => i.src.includes('/api/files/coop/') && i.complete && i.naturalWidth > 0)`)
	}
	p.dark(true)
	for _, door := range doors {
		shows(door, tones.Dark.Brand.String())
	}
	for _, trouble := range p.complaints() {
		t.Errorf("a door complained: %s", trouble)
	}
}

// The living page is for those who build: all of it is reached and used by keys alone.
func theLivingPageByKeyboard(t *testing.T, o *office) {
	p := somebody(t, o.url, time.Now)
	p.goTo("/gaya/")
	p.until("the page", `document.querySelector('#voice')`)
	p.keys(kb.Tab)
	p.until("the way past the menu", `document.activeElement.matches('.skip')`)
	// Whatever takes the focus shows it: an edge, or a ring on what holds it.
	lost := p.eval(`(async () => { const lost = [], at = (el) => el.closest('.inp') ?? el.closest('.codes')?.querySelector('.at') ?? el;
		for (const el of document.querySelectorAll('main a, main button, main input, main select, main [tabindex="0"], header a, header button')) { if (el.disabled || el.tabIndex < 0 || !el.checkVisibility()) continue;
			el.focus({ focusVisible: true }); const s = getComputedStyle(at(el)); if (document.activeElement !== el || (s.outlineStyle === 'none' && s.boxShadow === 'none')) lost.push(el.outerHTML.slice(0, 90)); }
		return lost; })()`)
	if lost != "[]" {
		t.Errorf("the focus is not seen on %s", lost)
	}
	p.eval(`document.querySelector('#cloth input').focus()`)
	before := p.eval(`document.querySelector('#cloth .eights').textContent`)
	p.keys("koperasi")
	p.until("another cloth", `document.querySelector('#cloth .eights').textContent !== `+quote(before))
	p.eval(`document.querySelector('#lists .g-row button').focus()`)
	p.keys(kb.Enter)
	p.until("the question", `document.querySelector('dialog[open]')`)
	p.keys(kb.Escape)
	p.until("the question closed", `!document.querySelector('dialog[open]')`)
	p.eval(`document.querySelector('#controls [role=tab][aria-selected=true]').focus()`)
	p.keys(kb.ArrowRight)
	p.until("the next tab", `document.activeElement.matches('[role=tab][aria-selected=true]:nth-child(2)')`)
}
