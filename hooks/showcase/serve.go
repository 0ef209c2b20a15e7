package showcase

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/words"
)

// site is the page with everything that stays the same between editions.
type site struct {
	port  Port
	page  *template.Template
	style string // tokens and the page's own; the co-op's accent follows with each edition
	cache *cache
}

// open reads tokens and words once and prepares the template.
func open(port Port) (*site, error) {
	if err := words.Load(port.Public); err != nil {
		return nil, err
	}
	tokens, err := fs.ReadFile(port.Public, "styles/tokens.css")
	if err != nil {
		return nil, fmt.Errorf("showcase: %w", err)
	}
	page, err := template.New("page.html").ParseFS(assets, "assets/page.html")
	if err != nil {
		return nil, fmt.Errorf("showcase: %w", err)
	}
	now := port.Now
	if now == nil {
		now = time.Now
	}
	s := &site{port: port, page: page, style: thin(string(tokens) + asset("showcase.css"))}
	s.cache = &cache{now: now, render: s.render}
	return s, nil
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

// dress is the style of one edition and the Content-Security-Policy that admits no other.
func (s *site) dress() (style template.CSS, policy string) {
	css := s.style
	if s.port.Style != nil {
		css += thin(s.port.Style())
	}
	sum := sha256.Sum256([]byte(css))
	return template.CSS(css), "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
}

// serve writes a kept page: it counts nothing, renders nothing and compresses nothing.
func (s *site) serve(e *core.RequestEvent) error {
	edition, err := s.cache.get(e.Request.Context())
	if err != nil {
		e.App.Logger().Error("showcase", "error", err)
		e.Response.Header().Set("Retry-After", "5")
		return e.String(http.StatusServiceUnavailable, speech{s.choose(e.Request)}.T("unavailable"))
	}
	s.write(e.Response, e.Request, edition)
	return nil
}

func (s *site) write(w http.ResponseWriter, r *http.Request, edition *edition) {
	page := edition.pages[s.choose(r)]
	body, tag := page.html, `"`+page.tag+`"`
	h := w.Header()
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		body, tag = page.gzip, `"`+page.tag+`-gz"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", tag)
	h.Set("Vary", "Accept-Encoding, Accept-Language")
	h.Set("Cache-Control", "public, no-cache")
	h.Set("Content-Language", page.lang)
	if known(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Content-Security-Policy", page.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		w.Write(body) // a visitor who has left needs no answer
	}
}

// choose is the language asked for in the address, else the browser's, else none: the co-op's own.
func (s *site) choose(r *http.Request) string {
	if r.URL.RawQuery != "" {
		switch r.URL.Query().Get("bahasa") {
		case "en":
			return "en"
		case "id":
			return "id"
		}
	}
	if wish := r.Header.Get("Accept-Language"); wish != "" {
		return words.Pick(wish)
	}
	return ""
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
