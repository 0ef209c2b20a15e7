package showcase

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"encoding/xml"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"

	"kpdk/hooks/internal/words"
)

// opened and checked as docs/report.md says it, by somebody who holds nothing but the answer.
func received(t *testing.T, p Port) (Envelope, Told) {
	t.Helper()
	var e Envelope
	if err := json.Unmarshal([]byte(at(t, p, reportPath, "id")), &e); err != nil {
		t.Fatal(err)
	}
	var signed bytes.Buffer
	if err := json.Compact(&signed, e.Report); err != nil {
		t.Fatal(err)
	}
	if !ed25519.Verify(e.Key, signed.Bytes(), e.Signature) {
		t.Fatal("the signature does not hold")
	}
	var told Told
	if err := json.Unmarshal(e.Report, &told); err != nil {
		t.Fatal(err)
	}
	return e, told
}

func TestReportIsSignedAndComplete(t *testing.T) {
	e, told := received(t, port(figures()))
	if e.Schema != reportSchema || told.Schema != reportSchema || e.KeyID != "1f2e" || !bytes.Equal(e.Key, signer.Public().(ed25519.PublicKey)) {
		t.Errorf("schema %s, key %s", e.Schema, e.KeyID)
	}
	for key, want := range map[string]any{"members": 1286.0, "staff": 2147.0, "staff_members": 1241.0, "participation": 5780.0, "operators": 14.0, "managers": nil,
		"own_capital": 1_812_850_000.0, "outside_capital": 655_120_300.0, "assets": 2_530_470_300.0, "volume": 4_421_207_500.0, "surplus": 62_500_000.0, "annual_meeting": "2026-03-27"} {
		got, ok := told.Figures[key]
		if !ok || got.Value != want {
			t.Errorf("%s is %v, want %v", key, got.Value, want)
		}
		if got.Date != "2026-11-11" || got.Unit == "" || (got.Value == nil) != (got.Reason != "") {
			t.Errorf("%s: %+v", key, got)
		}
		anchor, _ := strings.CutPrefix(got.Definition, "https://kpdk.example/bukti/#")
		if !strings.Contains(at(t, port(figures()), "/bukti/", "id"), `id="`+anchor+`"`) {
			t.Errorf("%s is defined nowhere: %s", key, got.Definition)
		}
	}
	if told.Ledger.Head == nil || told.Ledger.Head.Seq != 48_213 || len(told.Ledger.Days) != 3 || told.Ledger.Verified == nil || !told.Ledger.Verified.OK {
		t.Errorf("ledger: %+v", told.Ledger)
	}
	e.Report = json.RawMessage(strings.Replace(string(e.Report), "1286", "1287", 1))
	if ed25519.Verify(e.Key, e.Report, e.Signature) {
		t.Error("a changed report still holds")
	}
}

// amounts are the figures that need the co-op's consent.
var amounts = []string{"own_capital", "outside_capital", "assets", "volume", "surplus"}

func TestAmountsNeedTheCoopsConsent(t *testing.T) {
	p := port(figures())
	coop := p.Coop()
	coop.Financials = false
	p.Coop = func() Coop { return coop }
	_, told := received(t, p)
	for key, f := range told.Figures {
		withheld := f.Value == nil && f.Reason == reasonConsent
		if withheld != slices.Contains(amounts, key) {
			t.Errorf("%s without consent: %+v", key, f)
		}
	}
	if told.Financials {
		t.Error("the report claims a consent that was not given")
	}
}

func TestANewYearHasNoSurplusYet(t *testing.T) {
	f := figures()
	f.Wealth.Lively, f.Wealth.Surplus, f.Wealth.Volume = false, 0, 0
	_, told := received(t, port(f))
	if s := told.Figures["surplus"]; s.Value != nil || s.Reason != reasonNothing {
		t.Errorf("%+v", s)
	}
}

// TestNoDocumentTellsOfFewerThanTen makes every count small in turn and reads everything that the window shows.
func TestNoDocumentTellsOfFewerThanTen(t *testing.T) {
	documents := append([]string{reportPath, "/kabar.rss", "/sitemap.xml"}, addresses...)
	for _, c := range []struct {
		name    string
		shrink  func(f *Figures)
		secrets []string // without the points and commas of either language
	}{
		{"a handful of members", func(f *Figures) {
			f.Members, f.StaffMembers = 7, 7
			f.Principal, f.Mandatory, f.Voluntary = Held{700_123, 7}, Held{350_456, 7}, Held{98_765, 2}
			f.MemberSales, f.Advantage = Held{4_321_987, 7}, Advantage{Paid: 4_321_987, Saved: 345_678, People: 7}
			f.Wealth = Wealth{Own: 1_050_579, Outside: 98_765, Assets: 1_234_567, Volume: 4_777_777, Surplus: 85_223, Lively: true}
			for i := range f.Sales {
				f.Sales[i] = Sold{f.Sales[i].Period, Held{111_222, 7}, 33_444}
			}
			for i := range f.Participation {
				f.Participation[i].Members = int64(i % 8)
			}
		}, []string{"700123", "350456", "98765", "4321987", "345678", "1050579", "1234567", "4777777", "85223", "111222", "33444"}},
		{"voluntary savings of a few", func(f *Figures) { f.Voluntary = Held{98_765, 9} },
			[]string{"98765", "1684250000", "1812850000", "655120300", "2530470300", "62500000"}},
		{"few buyers", func(f *Figures) {
			f.MemberSales.People, f.Advantage.People = 6, 6
			for i := range f.Sales {
				f.Sales[i].Members.People = 6
			}
		}, []string{"268914500", "4421207500", "62500000"}},
		{"all but a few have joined", func(f *Figures) {
			f.StaffMembers, f.Members = 2141, 2141
			f.Participation[len(f.Participation)-1].Members = 2141
		}, []string{"2147", "997%", "9972"}},
		{"a few officers", func(f *Figures) { f.Operators, f.Managers = 4, 2 }, []string{`"value":4"unit":"people"`, `"value":2"unit":"people"`}},
	} {
		f := figures()
		c.shrink(&f)
		for _, path := range documents {
			for _, lang := range words.Languages {
				said := strings.NewReplacer(".", "", ",", "").Replace(text(at(t, port(f), path, lang)))
				for _, secret := range c.secrets {
					if strings.Contains(said, secret) {
						t.Errorf("%s: %s %s tells %s", c.name, path, lang, secret)
					}
				}
			}
		}
	}
}

func TestFeedAndMapAreWellFormed(t *testing.T) {
	var feed rss
	if err := xml.Unmarshal([]byte(at(t, port(figures()), "/kabar.rss", "id")), &feed); err != nil || len(feed.Channel.Items) != 1 {
		t.Fatalf("%v: %d items", err, len(feed.Channel.Items))
	}
	if one := feed.Channel.Items[0]; one.Link != "https://kpdk.example/kabar/stok-opname/" || one.Date != "Tue, 10 Nov 2026 00:00:00 +0000" || !strings.Contains(one.Description, "30 November") {
		t.Errorf("%+v", one)
	}
	var pages struct {
		URLs []struct {
			Loc   string `xml:"loc"`
			Links []struct {
				Lang string `xml:"hreflang,attr"`
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal([]byte(at(t, port(figures()), "/sitemap.xml", "id")), &pages); err != nil {
		t.Fatal(err)
	}
	languages := map[string]int{}
	for _, u := range pages.URLs {
		languages[u.Loc] = len(u.Links)
	}
	for loc, want := range map[string]int{"https://kpdk.example/": 2, "https://kpdk.example/?bahasa=en": 2, "https://kpdk.example/bukti/": 2,
		"https://kpdk.example/halaman/cara-bergabung/?bahasa=en": 2, "https://kpdk.example/halaman/aturan-toko/": 1, "https://kpdk.example/kabar/stok-opname/": 1} {
		if languages[loc] != want {
			t.Errorf("%s stands in %d languages, want %d", loc, languages[loc], want)
		}
	}
	if robots := at(t, port(figures()), "/robots.txt", "id"); !strings.Contains(robots, "Sitemap: https://kpdk.example/sitemap.xml") {
		t.Errorf("robots: %s", robots)
	}
}

// TestCardIsInTheCoOpsAccent: the kunyit strips of the picture are the co-op's own colour.
func TestCardIsInTheCoOpsAccent(t *testing.T) {
	for style, want := range map[string]color.RGBA{"": {0xF4, 0xB0, 0x24, 255}, ":root{--brand:#2B6CB0;--on-brand:#FFFFFF}@media screen{[data-theme=dark]{--brand:#6FA8DC}}": {0x2B, 0x6C, 0xB0, 255}} {
		p := port(figures())
		p.Style = func() string { return style }
		picture, err := png.Decode(strings.NewReader(at(t, p, "/og.png", "id")))
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for x := range cardWidth {
			if picture.At(x, cardHeight-cardWeave+1) == want {
				found++
			}
		}
		if found == 0 {
			t.Errorf("%q: nothing in the weave has the colour %v", style, want)
		}
	}
}

func TestCardIsAPicture(t *testing.T) {
	for _, lang := range words.Languages {
		picture, err := png.Decode(strings.NewReader(at(t, port(figures()), "/og.png", lang)))
		if err != nil || picture.Bounds().Dx() != cardWidth || picture.Bounds().Dy() != cardHeight {
			t.Fatalf("%v", err)
		}
		drawn := map[any]bool{}
		for x := range cardWidth {
			drawn[picture.At(x, cardHeight-cardWeave/2)], drawn[picture.At(x, 170)] = true, true
		}
		for name, c := range map[string]any{"ink": cardInk, "spice": cardSpice, "paper": cardPaper} {
			if !drawn[c] {
				t.Errorf("%s: no %s in the picture", lang, name)
			}
		}
	}
}

// TestPagesStayInTheirLanguage: a text that is not translated says in which language it is, and offers no other.
func TestPagesStayInTheirLanguage(t *testing.T) {
	page := at(t, port(figures()), "/halaman/aturan-toko/", "en")
	if !strings.Contains(page, `<html lang="id">`) || strings.Contains(page, `hreflang="en" href="https://kpdk.example/halaman/aturan-toko/`) {
		t.Error("an untranslated page passes as English")
	}
	both := at(t, port(figures()), "/halaman/cara-bergabung/", "en")
	for _, want := range []string{`<html lang="en">`, `rel="canonical" href="https://kpdk.example/halaman/cara-bergabung/"`,
		`hreflang="en" href="https://kpdk.example/halaman/cara-bergabung/?bahasa=en"`, `hreflang="id" href="https://kpdk.example/halaman/cara-bergabung/"`, `hreflang="x-default" href="https://kpdk.example/halaman/cara-bergabung/"`,
		`property="og:image" content="https://kpdk.example/og.png?bahasa=en"`, `"@type":"Article"`} {
		if !strings.Contains(both, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if at(t, port(figures()), "/halaman/tidak-ada/", "id") != "" || at(t, port(figures()), "/kabar/cara-bergabung/", "id") != "" {
		t.Error("a page was found that is not there")
	}
}
