package showcase

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/words"
)

// site is the pages with everything that stays the same between editions.
type site struct {
	port   Port
	pages  *template.Template
	goods  catalogue
	style  string // what the first page shows first; the co-op's accent follows with each edition
	inner  string // all that the other pages need
	below  sheet  // what the first page needs under the fold
	script string
	cache  *cache
}

// document is one address, or one family of addresses whose last part is a name.
type document struct {
	pattern string
	// write says the document in a language; nil is an address that leads nowhere.
	write func(s *site, c content, lang, name string) (*variant, error)
	plain bool // in no language
	open  bool // to scripts of other sites
}

// documents is everything that the window shows.
var documents = []document{
	{pattern: "/", write: page((*site).home, "page.html")},
	{pattern: "/bukti/", write: page((*site).proof, "proof.html")},
	{pattern: "/halaman/", write: page((*site).pageList, "list.html")},
	{pattern: "/halaman/{name}/", write: (*site).onePage},
	{pattern: "/kabar/", write: page((*site).newsList, "list.html")},
	{pattern: "/kabar/{name}/", write: (*site).oneNews},
	{pattern: "/pengurus/", write: page((*site).officers, "board.html")},
	{pattern: "/laporan/", write: page((*site).reportList, "reports.html")},
	{pattern: "/kabar.rss", write: (*site).feed},
	{pattern: "/og.png", write: (*site).card},
	{pattern: "/sitemap.xml", write: (*site).sitemap, plain: true},
	{pattern: "/robots.txt", write: (*site).robots, plain: true},
	{pattern: reportPath, write: (*site).report, plain: true, open: true},
}

const htmlKind = "text/html; charset=utf-8"

// page makes a document of a view and its template.
func page[V any](view func(s *site, c content, lang string) V, name string) func(*site, content, string, string) (*variant, error) {
	return func(s *site, c content, lang, _ string) (*variant, error) {
		return s.html(lang, name, view(s, c, lang))
	}
}

func (s *site) html(lang, name string, view any) (*variant, error) {
	body, err := s.fill(name, view)
	if err != nil {
		return nil, err
	}
	v := pack(lang, htmlKind, body)
	return &v, nil
}

// open reads tokens and words once and prepares the templates.
func open(port Port) (*site, error) {
	if err := words.Load(port.Public); err != nil {
		return nil, err
	}
	tokens, err := fs.ReadFile(port.Public, "styles/tokens.css")
	if err != nil {
		return nil, fmt.Errorf("showcase: %w", err)
	}
	pages, err := template.New("pages").ParseFS(assets, "assets/*.html")
	if err != nil {
		return nil, fmt.Errorf("showcase: %w", err)
	}
	now := port.Now
	if now == nil {
		now = time.Now
	}
	goods, err := readGoods(port.Public)
	if err != nil {
		return nil, err
	}
	first, below, inner := thin(asset("showcase.css")), thin(asset("below.css")), thin(asset("inner.css"))
	root := chosen(thin(string(tokens)), first+below+inner)
	mono, within, err := monoWithin(port.Public, root)
	if err != nil {
		return nil, err
	}
	s := &site{port: port, pages: pages, goods: goods, script: strings.TrimSpace(string(squeeze([]byte(asset("live.js"))))),
		style: strings.Replace(root, mono, "", 1) + first, below: newSheet(within + below), inner: root + first + below + inner}
	s.cache = &cache{now: now, gather: s.gather}
	return s, nil
}

// dress is the styles of one edition, of the first page and of the others, and the Content-Security-Policy that
// admits no others, and no other script.
func (s *site) dress() (first, others template.CSS, policy string) {
	own := ""
	if s.port.Style != nil {
		own = thin(s.port.Style())
	}
	one, more := s.style+own, s.inner+own
	return template.CSS(one), template.CSS(more), "default-src 'none'; style-src " + hashed(one) + " " + hashed(more) + " 'self'; script-src " + hashed(s.script) +
		"; connect-src 'self'; font-src 'self' data:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
}

// hashed names an inline text in a Content-Security-Policy.
func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s*\n\s*`)
)

// thin drops comments and line ends from the style, and makes the fonts' addresses hold in the page itself.
func thin(css string) string {
	css = strings.ReplaceAll(css, "url(../fonts/", "url(/fonts/")
	return cssSpace.ReplaceAllString(cssComment.ReplaceAllString(css, ""), "")
}

// serve writes a kept document: it counts nothing, renders nothing and compresses nothing, but the first time.
func (s *site) serve(d document) func(e *core.RequestEvent) error {
	return func(e *core.RequestEvent) error {
		lang, asked := s.choose(e.Request)
		v, err := s.find(e.Request.Context(), d, lang, asked, e.Request.PathValue("name"))
		if err != nil {
			e.App.Logger().Error("showcase", "error", err)
			e.Response.Header().Set("Retry-After", "5")
			return e.String(http.StatusServiceUnavailable, speech{lang}.T("unavailable"))
		}
		if v == nil {
			return s.nowhere(e)
		}
		if d.open {
			e.Response.Header().Set("Access-Control-Allow-Origin", "*")
			e.Response.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		}
		s.write(e.Response, e.Request, *v, http.StatusOK)
		return nil
	}
}

// find looks a document up in the edition. Only a name that the edition knows is kept, so that mistyped addresses don't
// fill the memory.
func (s *site) find(ctx context.Context, d document, lang string, asked bool, name string) (*variant, error) {
	edition, err := s.cache.get(ctx)
	if err != nil {
		return nil, err
	}
	asked = asked && !d.plain
	if lang == "" || d.plain {
		lang = language(edition.content.coop)
	}
	if name != "" && !edition.content.knows(name) {
		return nil, nil
	}
	v, err := edition.document(fmt.Sprint(d.pattern, " ", name, " ", lang, asked), func() (variant, error) {
		c := edition.content
		c.asked = asked
		made, err := d.write(s, c, lang, name)
		if made == nil {
			return variant{}, err
		}
		made.policy = c.policy
		return *made, err
	})
	if err != nil || v.body == nil {
		return nil, err
	}
	return &v, nil
}

// knows says that a page or a notice of this name exists in some language.
func (c content) knows(name string) bool {
	for _, list := range c.pages {
		if slices.ContainsFunc(list, func(p Page) bool { return p.Slug == name }) {
			return true
		}
	}
	for _, list := range c.news {
		if slices.ContainsFunc(list, func(n News) bool { return n.Slug == name }) {
			return true
		}
	}
	return false
}

// nowhere answers an address that leads nowhere. Whoever asks may compress its answers itself, so this one is plain.
func (s *site) nowhere(e *core.RequestEvent) error {
	lang, asked := s.choose(e.Request)
	v, err := s.find(e.Request.Context(), document{pattern: "404", write: page((*site).lost, "lost.html")}, lang, asked, "")
	if err != nil {
		return e.NotFoundError("", nil)
	}
	plain := e.Request.Clone(e.Request.Context())
	plain.Header.Del("Accept-Encoding")
	s.write(e.Response, plain, *v, http.StatusNotFound)
	return nil
}

func (s *site) write(w http.ResponseWriter, r *http.Request, v variant, status int) {
	body, tag := v.body, `"`+v.tag+`"`
	h := w.Header()
	if acceptsGzip(r.Header.Get("Accept-Encoding")) && v.kind != pngKind {
		body, tag = v.gzip, `"`+v.tag+`-gz"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", tag)
	h.Set("Vary", "Accept-Encoding, Accept-Language")
	h.Set("Cache-Control", "public, no-cache")
	if v.kind != jsonKind {
		h.Set("Content-Language", v.lang)
	}
	h.Set("Content-Security-Policy", v.policy) // also of a 304: a browser takes its headers over
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	if status == http.StatusOK && known(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", v.kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(body) // a visitor who has left needs no answer
	}
}

// choose is the language asked for in the address, else the browser's, else none: the co-op's own.
func (s *site) choose(r *http.Request) (lang string, asked bool) {
	if r.URL.RawQuery != "" {
		switch lang := r.URL.Query().Get("bahasa"); lang {
		case "en", "id":
			return lang, true
		}
	}
	if wish := r.Header.Get("Accept-Language"); wish != "" {
		return words.Pick(wish), false
	}
	return "", false
}

// acceptsGzip says that gzip is named and not refused.
func acceptsGzip(header string) bool {
	for coding := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(coding, ";")
		if strings.TrimSpace(name) == "gzip" {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

// known says that the visitor already has the page with this tag.
func known(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}
