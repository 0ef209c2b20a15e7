package showcase

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"kpdk/hooks/internal/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestPageStructure compares what a visitor reads, one piece of text a line, with a text that people can read.
func TestPageStructure(t *testing.T) {
	for _, of := range []struct{ name, path, lang string }{{"page.id", "/", "id"}, {"page.en", "/", "en"}, {"proof.id", "/bukti/", "id"}, {"proof.en", "/bukti/", "en"},
		{"page-text.id", "/halaman/aturan-toko/", "id"}, {"board.en", "/pengurus/", "en"}, {"reports.id", "/laporan/", "id"}, {"news.id", "/kabar/", "id"}} {
		got := outline(t, at(t, port(figures()), of.path, of.lang))
		name := "testdata/" + of.name + ".txt"
		if *update {
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs (go test -update writes it anew):\n%s", name, firstDifference(string(want), got))
		}
	}
}

// outline lists headings, texts and links of a page; drawings are named, not spelled out.
func outline(t *testing.T, page string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			if text := strings.Join(strings.Fields(n.Data), " "); text != "" {
				fmt.Fprintln(&b, text)
			}
			return
		case n.Type == html.ElementNode && (n.Data == "style" || n.Data == "script"):
			return
		case n.Type == html.ElementNode && n.Data == "svg" && attr(n, "role") != "img":
			return
		case n.Type == html.ElementNode && strings.Contains(" h1 h2 h3 a details table svg ", " "+n.Data+" "):
			fmt.Fprintf(&b, "<%s> %s\n", n.Data, attr(n, "href"))
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	return b.String()
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d\n- %s\n+ %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines became %d", len(w), len(g))
}

var void = map[string]bool{"meta": true, "link": true, "br": true, "wbr": true, "img": true, "hr": true}

// TestPageIsWellFormed walks the tokens: every element that is opened is closed in turn, ids and heading levels hold.
func TestPageIsWellFormed(t *testing.T) {
	for _, path := range addresses {
		wellFormed(t, path+" id", at(t, port(figures()), path, "id"))
		wellFormed(t, path+" en", at(t, port(figures()), path, "en"))
	}
}

func wellFormed(t *testing.T, where, page string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	var open []string
	ids := map[string]bool{}
	for z.Next() != html.ErrorToken {
		token := z.Token()
		switch token.Type {
		case html.StartTagToken, html.SelfClosingTagToken:
			if token.Type == html.StartTagToken && !void[token.Data] {
				open = append(open, token.Data)
			}
			for _, a := range token.Attr {
				if a.Key == "id" && ids[a.Val] {
					t.Errorf("%s: id %s stands twice", where, a.Val)
				}
				if a.Key == "id" {
					ids[a.Val] = true
				}
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: <%s %s> is closed by the page's own policy", where, token.Data, a.Key)
				}
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("%s: </%s> closes %v", where, token.Data, open[max(0, len(open)-3):])
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%s: left open: %v", where, open)
	}
	if strings.Contains(page, "ZgotmplZ") {
		t.Errorf("%s: the template refused a value", where)
	}
	for _, target := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if !ids[target[1]] {
			t.Errorf("%s: nothing is called #%s", where, target[1])
		}
	}
}

// TestPolicyNamesWhatIsOnThePage: a browser runs and applies only what the policy names by its hash.
func TestPolicyNamesWhatIsOnThePage(t *testing.T) {
	p := port(figures())
	p.Style = func() string { return ":root{--brand:#2B6CB0}" }
	_, _, policy := opened(t, p).dress()
	for _, path := range []string{"/", "/bukti/"} {
		page := at(t, p, path, "id")
		if !strings.Contains(page, ":root{--brand:#2B6CB0}</style>") {
			t.Errorf("%s: the co-op's own accent is missing", path)
		}
		for _, inline := range regexp.MustCompile(`(?s)<(?:style|script)>(.*?)</(?:style|script)>`).FindAllStringSubmatch(page, -1) {
			if !strings.Contains(policy, hashed(inline[1])) {
				t.Errorf("%s: the policy forbids %.60s", path, inline[1])
			}
		}
	}
}

// TestWordsAreComplete looks for keys that fell through, in every state the page has.
func TestWordsAreComplete(t *testing.T) {
	bare := port(Figures{AsOf: figures().AsOf, BusinessDate: "2026-11-11"})
	bare.Allocate, bare.Shelf, bare.Consignors, bare.Reports, bare.Pattern, bare.Program, bare.Signer = nil, nil, nil, nil, nil, nil, nil
	failing := figures()
	failing.Checks[1].OK = false
	failing.Voluntary.People = 3
	for name, p := range map[string]Port{"full": port(figures()), "bare": bare, "failing": port(failing)} {
		for _, path := range addresses {
			for _, lang := range words.Languages {
				if left := regexp.MustCompile(`show\.[a-z_.]+|\{[a-z]+\}`).FindString(bodyOf(at(t, p, path, lang))); left != "" {
					t.Errorf("%s %s %s: %q is no word", name, path, lang, left)
				}
			}
		}
	}
	for key := range words.All("id") {
		if strings.HasPrefix(key, "show.") && words.All("en")[key] == "" {
			t.Errorf("%s has no English", key)
		}
	}
	source := new(bytes.Buffer)
	names, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := fs.Glob(os.DirFS("."), "assets/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(names, pages...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(raw)
	}
	for _, m := range regexp.MustCompile(`(?:\.T |\.T\(|, )"([a-z]+(?:[._][a-z_]+)*)"`).FindAllStringSubmatch(source.String(), -1) {
		if strings.Contains(m[1], ".") && !strings.HasSuffix(m[1], ".html") && words.All("id")["show."+m[1]] == "" {
			t.Errorf("show.%s is used and unknown", m[1])
		}
	}
}

// bodyOf leaves the style out, whose braces are not ours.
func bodyOf(page string) string {
	_, body, _ := strings.Cut(page, "<body>")
	return regexp.MustCompile(`(?s)<script>.*?</script>`).ReplaceAllString(body, "")
}

func TestFirstViewIsLight(t *testing.T) {
	s := opened(t, port(figures()))
	for _, lang := range words.Languages {
		if n := len(pack(lang, htmlKind, []byte(pageOf(t, s.port, lang))).gzip); n > window {
			t.Errorf("%s: %d bytes are more than the first window of a connection holds, %d", lang, n, window)
		}
	}
	total := len(pack("id", htmlKind, []byte(pageOf(t, s.port, "id"))).gzip) + len(s.below.gzip)
	for _, name := range []string{"fonts/jakarta.woff2"} {
		info, err := fs.Stat(s.port.Public, name)
		if err != nil {
			t.Fatal(err)
		}
		total += int(info.Size())
	}
	if total > 100_000 {
		t.Errorf("the first view weighs %d bytes", total)
	}
}

// TestSheetBelowTheFoldStaysForGood: its address names its text, and it holds what the inlined style leaves out.
func TestSheetBelowTheFoldStaysForGood(t *testing.T) {
	s := opened(t, port(figures()))
	page := pageOf(t, s.port, "id")
	if !strings.Contains(page, `href="`+s.below.path()+`"`) || strings.Index(page, s.below.path()) < strings.Index(page, `class="hero wrap"`) {
		t.Error("the sheet is not linked where the fold is behind")
	}
	css := string(s.below.body)
	if !strings.Contains(css, "url(data:font/woff2;base64,") || strings.Contains(page, "JetBrains Mono\";src") {
		t.Error("the font of hashes is not in the sheet alone")
	}
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(page)[1]
	for _, m := range reference.FindAllStringSubmatch(style+css, -1) {
		if !strings.Contains(style+css, m[1]+":") {
			t.Errorf("%s is used and was left out of the tokens", m[1])
		}
	}
	if strings.Contains(style, "--t-tender") || strings.Contains(style, "data-theme=dark") {
		t.Error("the page carries tokens that it doesn't use")
	}
}

func TestPublicSeesNothingAboutFewerThanTen(t *testing.T) {
	f := figures()
	f.Members, f.StaffMembers, f.Employees = 7, 7, 2147
	f.Principal, f.Mandatory, f.Voluntary = Held{700_123, 7}, Held{350_456, 7}, Held{98_765, 2}
	f.MemberSales, f.Advantage = Held{4_321_987, 7}, Advantage{Paid: 4_321_987, Saved: 345_678, People: 7}
	for i := range f.Participation {
		f.Participation[i].Members = int64(i % 8)
	}
	for i := range f.Sales {
		f.Sales[i].Members = Held{111_222, 7}
	}
	for _, lang := range words.Languages {
		page := pageOf(t, port(f), lang)
		for _, secret := range []string{"700.123", "700,123", "350.456", "350,456", "98.765", "98,765", "1.149.344", "1,149,344", "4.321", "4,321", "345.678", "345,678", "111.222", "111,222", "0,3%", "0.3%"} {
			if strings.Contains(text(page), secret) {
				t.Errorf("%s: %s is about fewer than ten people", lang, secret)
			}
		}
		if !strings.Contains(page, (speech{lang}).T("few")) || strings.Contains(page, `"numberOfMembers"`) {
			t.Errorf("%s: the count of members is not withheld", lang)
		}
	}
}

// text is all a reader or a machine finds on the page but the style and drawings' paths.
func text(page string) string {
	page = regexp.MustCompile(`(?s)<style>.*?</style>`).ReplaceAllString(page, "")
	return regexp.MustCompile(`(?s)<(path|rect|line)[^>]*>| (?:viewBox|width|height|x|y|d)="[^"]*"`).ReplaceAllString(page, "")
}

func TestOneSmallKindHidesTheParts(t *testing.T) {
	f := figures()
	f.Voluntary = Held{98_765, 9}
	page := pageOf(t, port(f), "id")
	if strings.Contains(page, "98.765") || strings.Contains(page, "1.684.250.000") {
		t.Error("what nine people hold follows from the sum and the other kinds")
	}
	if !strings.Contains(page, "1.812.948.765") {
		t.Error("the sum of many people's savings may be shown")
	}
}

func TestASmallMonthIsNotAlone(t *testing.T) {
	f := figures()
	f.Sales[2].Members.People = 4
	f.Sales[5].Members.People = 12
	months, hidden := f.months()
	if !hidden[2] || !hidden[5] || months[2].Members.Amount != 0 || months[5].Members.Amount != 0 {
		t.Errorf("hidden %v: the small month follows from the year and the others", hidden)
	}
	if f.Sales[2].Members.Amount == 0 {
		t.Error("the figures themselves were changed")
	}
	f.Sales[3].Members.People = 9
	if _, hidden = f.months(); hidden[5] {
		t.Error("two small months hide each other")
	}
}

func TestFailedCheckIsNamedFirst(t *testing.T) {
	f := figures()
	f.Checks[9].OK = false
	page := pageOf(t, port(f), "id")
	if !strings.Contains(page, "1 dari 11 tidak lolos") || strings.Index(page, "Kartu anggota sah") > strings.Index(page, "Debit sama dengan kredit") {
		t.Error("a failed check does not stand out")
	}
}

func TestEditorsTextCannotBreakThePage(t *testing.T) {
	for in, want := range map[string]string{
		`<p>Rapat <b>Jumat</p>`:                                `<p>Rapat <b>Jumat</b></p>`,
		`</div></main><h3 onclick="x()">Halo</h3><h1>Dua</h1>`: `<h2>Halo</h2><h2>Dua</h2>`,
		`<script>alert(1)</script>aman`:                        `aman`,
		`<a href="javascript:alert(1)">klik</a>`:               `<a>klik</a>`,
		`<a href="/anggota/" style="color:red">kartu</a><br>`:  `<a href="/anggota/">kartu</a><br>`,
		`1 < 2 & <img src=x onerror=y>`:                        `1 &lt; 2 &amp; `,
		`<img src="http://lain.example/api/files/pages/a/b.png?thumb=960x0" alt="Toko" onload="x()">`: `<img src="/api/files/pages/a/b.png?thumb=960x0" alt="Toko" loading="lazy">`,
		`<img src="/api/files/../../_/x.png" alt="">`:                                                 ``,
	} {
		if got := string(tidy(in)); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// TestEverythingOnTheShelfIsDrawn: each shape and label that the table names is in the sprite, and a place for each.
func TestEverythingOnTheShelfIsDrawn(t *testing.T) {
	goods := opened(t, port(figures())).goods
	names := []string{"", "Barang tanpa gambar", "Minyak <b>"}
	for _, list := range [][][]string{goods.Shapes, goods.Labels} {
		for _, pair := range list {
			names = append(names, pair[0])
		}
	}
	for _, name := range names {
		got := string(goods.draw(name))
		if strings.Contains(got, "<b>") {
			t.Errorf("%q is drawn as %.60q", name, got)
		}
		used := usedSymbol.FindAllStringSubmatch(got, -1)
		if len(used) == 0 {
			t.Errorf("%q is not drawn: %s", name, got)
		}
		for _, m := range used {
			if goods.symbols[m[1]] == "" {
				t.Errorf("%q is drawn as %s, which the sprite has not", name, m[1])
			}
		}
	}
	for _, pair := range goods.Shapes {
		if _, some := goods.Places[pair[1]]; !some {
			t.Errorf("%s has no place", pair[1])
		}
	}
	for name, shape := range map[string]string{"Telur ayam": "tray", "Mi instan goreng": "pouch", "Minuman isotonik": "bottle", "Air mineral": "bottle", "Airsoft": "parcel",
		"Kopi (bubuk)": "pouch", "Keripik kentang": "pouch", "Kentang": "sack", "Sapu lidi": "parcel", "Kopi kaleng": "can"} {
		if !strings.Contains(string(goods.draw(name)), "#"+shape+`"`) {
			t.Errorf("%s is no %s: %s", name, shape, goods.draw(name))
		}
	}
}

func TestBarcodeIsTheRealOne(t *testing.T) {
	// 4003994155486 starts with guard 101 and the odd and even sets that its first digit 4 asks for.
	got := string(barcode("4003994155486"))
	dashes := strings.Fields(regexp.MustCompile(`stroke-dasharray="([^"]*)"`).FindStringSubmatch(got)[1])
	modules := 0
	for _, d := range dashes {
		n, _ := strconv.Atoi(d)
		modules += n
	}
	if len(dashes) != 59 || modules != 95 || !slices.Equal(dashes[:5], []string{"1", "1", "1", "3", "2"}) || !slices.Equal(dashes[56:], []string{"1", "1", "1"}) {
		t.Errorf("an EAN-13 has 30 bars and 29 gaps in 95 modules: %s", got)
	}
	if barcode("12345678") != "" || barcode("40039941554a6") != "" {
		t.Error("what is no EAN-13 has no bars")
	}
}
